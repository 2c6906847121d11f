//! The neutral tree that every format is read into, and what may be wrong with it.
//!
//! Knows neither the formats nor the fields of a product. Every value carries its line, so that every message can name it.

use std::borrow::Cow;
use std::fmt;

/// A value and the line on which it stands.
pub(super) struct Node<'a> {
    /// Counted from 1.
    pub(super) line: u64,
    pub(super) value: Value<'a>,
}

/// What a file says, before anybody asks whether it makes sense.
pub(super) enum Value<'a> {
    /// A text in quotes.
    Text(Cow<'a, str>),
    /// A cell of a format that does not tell texts from numbers.
    Cell(Cow<'a, str>),
    Integer(i64),
    /// Anything else without quotes, as the file spells it: `12.99`, `true`, `2004-10-05`.
    Bare(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Table(Vec<Field<'a>>),
    /// JSON's `null`: the same as not naming the field.
    Absent,
}

/// A named value; its line is the name's.
pub(super) struct Field<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) node: Node<'a>,
}

/// How deep values are looked into. A product needs three levels: itself, its `offers`, an offer; deeper ones are wrong anyway,
/// and following them would let a file choose the depth of the stack.
pub(super) const MAX_DEPTH: u8 = 4;

impl Value<'_> {
    /// Stands for what is nested deeper than [`MAX_DEPTH`].
    pub(super) const TOO_DEEP: Self = Self::Bare(Cow::Borrowed("a deeply nested value"));
}

/// How a message shows a value: short, on one line.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Cell(text) => f.write_str(&quoted(text)),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Bare(text) => f.write_str(&shortened(text)),
            Self::List(_) => f.write_str("a list"),
            Self::Table(_) => f.write_str("an object"),
            Self::Absent => f.write_str("null"),
        }
    }
}

/// A text from a file, in quotes, for a message: never long, never with control characters.
pub(super) fn quoted(text: &str) -> String {
    format!("{:?}", shortened(text))
}

/// A name from a file, for a message: as it is, or in quotes where that would spoil the message's line.
pub(super) fn shown_name(name: &str) -> Cow<'_, str> {
    let plain = !name.is_empty() && name.len() <= 40 && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    if plain { Cow::Borrowed(name) } else { Cow::Owned(quoted(name)) }
}

/// The first 40 characters.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

/// What is wrong with a record, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1.
    pub line: u64,
    /// Dotted: `offers[0].price`.
    pub field: Option<String>,
    /// The end of a sentence that begins with the field.
    pub message: String,
}

/// `2: price: is required, but missing`
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.line)?;
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl Problem {
    /// A problem of a line or a record as a whole.
    pub(crate) fn of_line(line: u64, message: impl Into<String>) -> Self {
        Self { line, field: None, message: message.into() }
    }

    /// A problem of one field.
    pub(crate) fn of_field(line: u64, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { line, field: Some(field.into()), message: message.into() }
    }
}
