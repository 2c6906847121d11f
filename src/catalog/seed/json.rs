//! JSON: an array of records (`.json`), or an object with one array for each kind of them; and one value as a neutral tree (which
//! `.jsonl` uses line by line).
//!
//! serde_json does not say on which line a value stands. But it lends out the raw text of a value, and where that text lies
//! in the whole tells the line; so a tree is read level by level, each value from its own text.

use super::node::{Field, MAX_DEPTH, Node, Problem, Value, shown_name};
use super::whole::LineIndex;
use super::{Record, check};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// The line and the column on which a part of the text starts, both counted from 1.
type PlaceOf<'f> = &'f dyn Fn(&str) -> (u64, usize);

/// How a record is read, and where in the text it stands.
type Place = (fn(Node<'_>) -> Result<Record, Vec<Problem>>, Range<usize>);

/// The records of a file, in order.
pub(super) fn records(text: String) -> impl Iterator<Item = Result<Record, Vec<Problem>>> {
    let index = LineIndex::of(&text);
    let (places, problem) = match places(&text, &index) {
        Ok(places) => (places, None),
        Err(problem) => (Vec::new(), Some(Err(vec![problem]))),
    };
    let records = places.into_iter().map(move |(check, span)| {
        let place_of = |part: &str| index.place(offset(&text, part));
        check(node(&text[span], &place_of).map_err(|problem| vec![problem])?)
    });
    problem.into_iter().chain(records)
}

/// Where the records stand.
fn places(text: &str, index: &LineIndex) -> Result<Vec<Place>, Problem> {
    let place_of = |part: &str| index.place(offset(text, part));
    let whole = text.trim_ascii();
    let mut places: Vec<Place> = Vec::new();
    if whole.starts_with('[') {
        collect(text, whole, &place_of, check::record, &mut places)?;
        return Ok(places);
    }
    let Pairs(pairs) = if whole.starts_with('{') { parsed(whole, &place_of)? } else { Pairs(Vec::new()) };
    for (name, array) in &pairs {
        let array = array.get();
        let check = match name.as_ref() {
            "product" => check::product,
            "list" => check::list,
            _ => return Err(neither(whole, &place_of)),
        };
        if !array.starts_with('[') {
            let message = format!("expected an array of {name}s, [{{…}}, …]");
            return Err(Problem::of_field(place_of(array).0, name.as_ref(), message));
        }
        collect(text, array, &place_of, check, &mut places)?;
    }
    if pairs.is_empty() { Err(neither(whole, &place_of)) } else { Ok(places) }
}

/// The problem of a file that is neither an array nor an object with arrays.
fn neither(whole: &str, place_of: PlaceOf<'_>) -> Problem {
    let found = if whole.is_empty() { "an empty file" } else { "something else" };
    Problem::of_line(place_of(whole).0, format!("expected an array of products, [{{…}}, …], found {found}"))
}

/// Adds where the records of an array stand.
fn collect(
    text: &str,
    array: &str,
    place_of: PlaceOf<'_>,
    check: fn(Node<'_>) -> Result<Record, Vec<Problem>>,
    places: &mut Vec<Place>,
) -> Result<(), Problem> {
    let values: Vec<&RawValue> = parsed(array, place_of)?;
    places.extend(values.into_iter().map(|value| {
        let start = offset(text, value.get());
        (check, start..start + value.get().len())
    }));
    Ok(())
}

/// How far into `whole` its slice `part` starts, in bytes.
pub(super) fn offset(whole: &str, part: &str) -> usize {
    part.as_ptr().addr() - whole.as_ptr().addr()
}

/// One JSON value as a tree. `text` begins with the value's first character.
pub(super) fn node<'a>(text: &'a str, place_of: PlaceOf<'_>) -> Result<Node<'a>, Problem> {
    level(text, place_of, MAX_DEPTH)
}

fn level<'a>(text: &'a str, place_of: PlaceOf<'_>, depth: u8) -> Result<Node<'a>, Problem> {
    let (line, _) = place_of(text);
    let value = match text.as_bytes().first() {
        Some(b'{' | b'[') if depth == 0 => Value::TOO_DEEP,
        Some(b'{') => {
            let Pairs(pairs) = parsed(text, place_of)?;
            let fields = pairs.into_iter().map(|(name, value)| match level(value.get(), place_of, depth - 1) {
                Ok(node) => Ok(Field { name, node }),
                Err(Problem { line, field, message }) => {
                    let name = shown_name(&name);
                    let field = field.map_or_else(|| name.to_string(), |inner| format!("{name}.{inner}"));
                    Err(Problem::of_field(line, field, message))
                }
            });
            Value::Table(fields.collect::<Result<_, _>>()?)
        }
        Some(b'[') => {
            let values: Vec<&RawValue> = parsed(text, place_of)?;
            let nodes = values.into_iter().map(|value| level(value.get(), place_of, depth - 1));
            Value::List(nodes.collect::<Result<_, _>>()?)
        }
        Some(b'"') => Value::Text(parsed::<Text<'_>>(text, place_of)?.0),
        _ => {
            // Checks that it is JSON at all.
            let bare = parsed::<&RawValue>(text, place_of)?.get();
            match bare {
                "null" => Value::Absent,
                _ => bare.parse().map_or(Value::Bare(Cow::Borrowed(bare)), Value::Integer),
            }
        }
    };
    Ok(Node { line, value })
}

/// A text, without a copy where it has no escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// An object, in order, with keys that occur twice.
struct Pairs<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::with_capacity(32);
                while let Some((Text(name), value)) = map.next_entry()? {
                    pairs.push((name, value));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// Parses a part of the text; the problem is one of its syntax, since callers have looked at the first character.
fn parsed<'a, T: Deserialize<'a>>(text: &'a str, place_of: PlaceOf<'_>) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| {
        // The parser counts from where the part starts.
        let (first_line, first_column) = place_of(text);
        let line = first_line + (error.line() as u64).saturating_sub(1);
        if error.is_eof() && !text.starts_with('"') {
            return Problem::of_line(line, "is no JSON: it ends in the middle of a value");
        }
        let column = error.column() + if line == first_line { first_column - 1 } else { 0 };
        let message = error.to_string();
        let message = match message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message) {
            "expected ident" | "expected value" => "expected a value",
            message => message,
        };
        Problem::of_line(line, format!("is no JSON: {message} (column {column})"))
    })
}
