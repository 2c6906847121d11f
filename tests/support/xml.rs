//! Reads a document as a strict client does: every mistake in it is an error, and values come out as they were put in.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

/// An element with all that is in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    /// Its own text, unescaped.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// Reads a whole document. The error says what is not well formed.
    pub(crate) fn read(document: &str) -> Result<Self, String> {
        if let Some(illegal) = document.chars().find(|c| !is_legal(*c)) {
            return Err(format!("{illegal:?} may not stand in a document"));
        }
        let mut reader = Reader::from_str(document);
        let mut open: Vec<Self> = Vec::new();
        let mut root = None;
        loop {
            let at = reader.buffer_position();
            let wrong = |what: &dyn std::fmt::Debug| format!("at byte {at}: {what:?}");
            let done = match reader.read_event().map_err(|error| wrong(&error))? {
                Event::Start(start) => {
                    open.push(Self::opened(&start).map_err(|error| wrong(&error))?);
                    None
                }
                Event::Empty(start) => Some(Self::opened(&start).map_err(|error| wrong(&error))?),
                Event::End(_) => Some(open.pop().ok_or_else(|| wrong(&"an end without a beginning"))?),
                Event::Text(text) => {
                    let text = text.xml10_content();
                    match open.last_mut() {
                        Some(element) => element.text.push_str(&text),
                        None if text.trim().is_empty() => {}
                        None => return Err(wrong(&"text outside the root")),
                    }
                    None
                }
                Event::GeneralRef(reference) => {
                    let character = match &*reference.xml10_content() {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        _ => reference
                            .resolve_char_ref()
                            .map_err(|error| wrong(&error))?
                            .filter(|c| is_legal(*c))
                            .ok_or_else(|| wrong(&"an unknown entity"))?,
                    };
                    open.last_mut().ok_or_else(|| wrong(&"a reference outside the root"))?.text.push(character);
                    None
                }
                Event::Decl(_) if at == 0 => None,
                Event::Eof if open.is_empty() => break,
                other => return Err(wrong(&other)),
            };
            if let Some(element) = done {
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None if root.is_none() => root = Some(element),
                    None => return Err(wrong(&"a second root")),
                }
            }
        }
        root.ok_or_else(|| "there is no element".to_owned())
    }

    fn opened(start: &BytesStart<'_>) -> Result<Self, String> {
        let mut element = Self { name: start.name().as_ref().to_owned(), ..Self::default() };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
            if attribute.value.contains('<') {
                return Err("a < in an attribute".to_owned());
            }
            element.attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
        }
        Ok(element)
    }

    /// The first element on this path of names below this one.
    pub(crate) fn find(&self, path: &[&str]) -> Option<&Self> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        self.children.iter().find(|child| child.name == *first)?.find(rest)
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Whether XML 1.0 lets this character stand anywhere in a document.
pub(crate) fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..)
}

#[test]
fn the_reader_itself_sees_what_is_not_well_formed() {
    for bad in [
        "",
        "text",
        "<a>",
        "</a>",
        "<a></b>",
        "<a/><b/>",
        "<a>&nbsp;</a>",
        "<a b=\"1\" b=\"2\"/>",
        "<a b=1/>",
        "<a>&</a>",
        "<a>\u{1}</a>",
        "<a>&#1;</a>",
        "<a b=\"<\"/>",
        "<a/>x",
        "<a b=\"&x;\"/>",
        "<!DOCTYPE a><a/>",
    ] {
        assert!(Element::read(bad).is_err(), "{bad:?}");
    }
    let read = Element::read("<?xml version=\"1.0\"?>\n<a c=\"&lt;&#10;\n\">x&amp;&#13;\r\n<b>é</b></a>").unwrap();
    assert_eq!(read.attribute("c"), Some("<\n "));
    assert_eq!(read.text, "x&\r\n");
    assert_eq!(read.find(&["b"]).unwrap().text, "é");
}
