//! The XML writer: elements into one buffer, in the form of Amazon's older servers (docs/PROTOCOL.md, section 3): no white space
//! between elements, empty elements written out in full.
//!
//! Must not know which elements exist. Whatever text comes in, what goes out is well formed.

use crate::cart::{Asin, CartId, Money};
use jiff::SignedDuration;
use quick_xml::escape::{escape, partial_escape};
use std::borrow::Cow;
use std::fmt::Write as _;

/// A value whose text never needs escaping, such as a number or an id.
///
/// Most of an answer are these, and the formatting machinery would take longer over them than all else; so those that are their own
/// text, and numbers, go without it.
pub(super) trait Plain {
    /// Appends the value's text.
    fn write(self, buffer: &mut String);
}

macro_rules! plain {
    (number: $($number:ty)*) => {$(
        impl Plain for $number {
            fn write(self, buffer: &mut String) {
                buffer.push_str(itoa::Buffer::new().format(self));
            }
        }
    )*};
    (shown: $($shown:ty)*) => {$(
        impl Plain for $shown {
            fn write(self, buffer: &mut String) {
                let _ = write!(buffer, "{self}"); // a String takes everything
            }
        }
    )*};
}

plain!(number: u8 u32 u64 i64 usize);
plain!(shown: std::fmt::Arguments<'_> jiff::civil::Date);

impl Plain for CartId {
    fn write(self, buffer: &mut String) {
        buffer.push_str(std::str::from_utf8(&self.text()).unwrap_or_default()); // digits are ASCII
    }
}

impl Plain for Money {
    fn write(self, buffer: &mut String) {
        self.push_to(buffer);
    }
}

/// Seconds with nine places.
impl Plain for SignedDuration {
    fn write(self, buffer: &mut String) {
        self.as_secs().write(buffer);
        buffer.push('.');
        // The one in front keeps the zeros that follow.
        let nanos = 1_000_000_000 + self.subsec_nanos().unsigned_abs();
        buffer.push_str(&itoa::Buffer::new().format(nanos)[1..]);
    }
}

impl Plain for &str {
    fn write(self, buffer: &mut String) {
        buffer.push_str(self);
    }
}

impl Plain for String {
    fn write(self, buffer: &mut String) {
        buffer.push_str(&self);
    }
}

impl Plain for Asin {
    fn write(self, buffer: &mut String) {
        buffer.push_str(self.as_str());
    }
}

/// One document being written.
#[derive(Debug)]
pub(super) struct Xml {
    buffer: String,
    /// Escape the markup inside texts twice (the request's XMLEscaping=Double).
    double: bool,
}

impl Xml {
    /// A document that starts with this declaration.
    pub(super) fn new(declaration: &str, double: bool) -> Self {
        let mut buffer = String::with_capacity(4096);
        buffer.push_str(declaration);
        Self { buffer, double }
    }

    /// `<name>`
    #[inline] // most names are known where it is called: then a tag is two or three words that are stored
    pub(super) fn open(&mut self, name: &str) {
        self.buffer.push('<');
        self.buffer.push_str(name);
        self.buffer.push('>');
    }

    /// `<name A="…" B="…">`; an attribute without a value is left out.
    #[inline]
    pub(super) fn open_with(&mut self, name: &str, attributes: &[(&str, Option<&str>)]) {
        self.buffer.push('<');
        self.buffer.push_str(name);
        for (attribute, value) in attributes {
            let Some(value) = value else { continue };
            self.buffer.push(' ');
            self.buffer.push_str(attribute);
            self.buffer.push_str("=\"");
            if !has_special(value.as_bytes(), IN_ATTRIBUTE) {
                self.buffer.push_str(value);
                self.buffer.push('"');
                continue;
            }
            self.escaped_attribute(value);
            self.buffer.push('"');
        }
        self.buffer.push('>');
    }

    /// The value of an attribute that needs escaping.
    fn escaped_attribute(&mut self, value: &str) {
        let escaped = escape(legal(value));
        if escaped.bytes().any(|byte| matches!(byte, b'\n' | b'\t')) {
            // A parser turns these two into spaces unless they are written as references.
            self.buffer.push_str(&escaped.replace('\n', "&#10;").replace('\t', "&#9;"));
        } else {
            self.buffer.push_str(&escaped);
        }
    }

    /// `<name xmlns="…">`; the namespace comes in parts.
    pub(super) fn open_root(&mut self, name: &str, namespace: &[&str]) {
        self.buffer.push('<');
        self.buffer.push_str(name);
        self.buffer.push_str(" xmlns=\"");
        for part in namespace {
            self.buffer.push_str(part);
        }
        self.buffer.push_str("\">");
    }

    /// `</name>`
    #[inline]
    pub(super) fn close(&mut self, name: &str) {
        self.buffer.push_str("</");
        self.buffer.push_str(name);
        self.buffer.push('>');
    }

    /// `<name>text</name>`
    #[inline]
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.open(name);
        self.characters(text);
        self.close(name);
    }

    /// Text inside an element.
    pub(super) fn characters(&mut self, text: &str) {
        if !has_special(text.as_bytes(), IN_TEXT) {
            self.buffer.push_str(text);
            return;
        }
        let text = legal(text);
        let once = partial_escape(text.as_ref());
        if self.double {
            self.buffer.push_str(&partial_escape(once.as_ref()));
        } else {
            self.buffer.push_str(&once);
        }
    }

    /// `<name>value</name>` for a value whose text never needs escaping.
    #[inline]
    pub(super) fn plain(&mut self, name: &str, value: impl Plain) {
        self.open(name);
        value.write(&mut self.buffer);
        self.close(name);
    }

    /// `<name A="…" B="…"></name>`; an attribute without a value is left out.
    #[inline]
    pub(super) fn attributes(&mut self, name: &str, attributes: &[(&str, Option<&str>)]) {
        self.open_with(name, attributes);
        self.close(name);
    }

    /// The finished document.
    pub(super) fn finish(self) -> String {
        self.buffer
    }
}

/// Whether XML 1.0 can carry the character.
pub(super) fn is_legal(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// What is special about a byte in a text, and in an attribute too.
const IN_TEXT: u8 = 1;
const IN_ATTRIBUTE: u8 = 2;

/// For each byte what is special about it: markup, a control character, or the first byte of U+F000 and what follows it; in an
/// attribute quotation marks too.
static SPECIAL: [u8; 256] = {
    let mut special = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        special[byte] = match byte {
            0..0x20 | 0x26 | 0x3C | 0x3E | 0xEF => IN_TEXT | IN_ATTRIBUTE, // & < >
            0x22 | 0x27 => IN_ATTRIBUTE,                                   // " '
            _ => 0,
        };
        byte += 1;
    }
    special
};

/// Whether a text may need escaping, or more, in the place that `place` says.
///
/// It looks at every byte, and does not stop at the first one found: most texts have none.
fn has_special(text: &[u8], place: u8) -> bool {
    text.iter().fold(0, |found, byte| found | SPECIAL[usize::from(*byte)]) & place != 0
}

/// The text without the characters that XML 1.0 cannot carry in any form; U+FFFD stands for each.
fn legal(text: &str) -> Cow<'_, str> {
    // Every illegal character begins with a byte below the space, or with that of U+F000 and those after it. Most texts hold no
    // such byte, and bytes are looked at with less effort than characters.
    if !text.bytes().any(|byte| byte < b' ' || byte == 0xEF) {
        return Cow::Borrowed(text);
    }
    let is_illegal = |c| !is_legal(c);
    if text.contains(is_illegal) { Cow::Owned(text.replace(is_illegal, "\u{FFFD}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Xml), double: bool) -> String {
        let mut xml = Xml::new("", double);
        write(&mut xml);
        xml.finish()
    }

    #[test]
    fn texts_are_escaped_once_or_twice() {
        assert_eq!(written(|x| x.text("T", "a<b>&\"c'"), false), "<T>a&lt;b&gt;&amp;\"c'</T>");
        assert_eq!(written(|x| x.text("T", "R&D"), true), "<T>R&amp;amp;D</T>");
        assert_eq!(written(|x| x.text("T", ""), false), "<T></T>");
    }

    #[test]
    fn attributes_keep_every_character() {
        let got = written(|x| x.attributes("A", &[("Name", Some("n")), ("Value", Some("\"<&>'\n\t\r"))]), false);
        assert_eq!(got, "<A Name=\"n\" Value=\"&quot;&lt;&amp;&gt;&apos;&#10;&#9;&#13;\"></A>");
        assert_eq!(
            written(|x| x.attributes("A", &[("Name", Some("n")), ("Value", None)]), false),
            "<A Name=\"n\"></A>"
        );
    }

    #[test]
    fn what_xml_can_carry_is_kept() {
        // The two of full width begin with the byte that U+FFFF begins with.
        for text in ["a\tb\r\n", "\u{7F}\u{85}", "カート", "\u{FF21}\u{FFFD}", "\u{1F6D2}"] {
            assert_eq!(legal(text), text);
        }
    }

    #[test]
    fn what_xml_cannot_carry_is_replaced() {
        assert_eq!(written(|x| x.text("T", "a\0b\u{1B}c\u{FFFF}"), false), "<T>a\u{FFFD}b\u{FFFD}c\u{FFFD}</T>");
        // Each alone, since the first of several decides whether the text is looked at.
        for code in (0..=0x1F).chain([0xFFFE, 0xFFFF]) {
            let c = char::from_u32(code).unwrap();
            let kept = matches!(c, '\t' | '\n' | '\r');
            let legal = legal(c.encode_utf8(&mut [0; 4])).into_owned();
            assert_eq!(legal, if kept { c } else { '\u{FFFD}' }.to_string(), "U+{code:04X}");
        }
    }
}
