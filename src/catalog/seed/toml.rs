//! `.toml`: `[[product]]` and `[[list]]` tables and nothing else.
//!
//! The tree that the TOML parser builds takes some twenty times the room of the text. So it is built for one table at a time:
//! the text is cut before each line that begins with `[[product]]` or `[[list]]`. Such a line may also stand within a text of several lines
//! or a list; then the part before the cut is left open and does not parse, and all that follows is parsed in one piece.

use super::node::{Field, MAX_DEPTH, Node, Problem, Value, shown_name};
use super::whole::LineIndex;
use super::{Record, check};
use crate::nearest::nearest;
use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};
use std::borrow::Cow;
use std::ops::Range;

/// How many faults of the syntax are told. After the first, the parser guesses.
const MAX_SYNTAX_ERRORS: usize = 5;

const HEADERS: [&str; 2] = ["[[product]]", "[[list]]"];

type Results = Vec<Result<Record, Vec<Problem>>>;

/// The records of the file, in order.
pub(super) fn records(text: String) -> impl Iterator<Item = Result<Record, Vec<Problem>>> {
    let index = LineIndex::of(&text);
    let mut start = 0;
    let parts = std::iter::from_fn(move || {
        if start == text.len() {
            return None;
        }
        let end = start + part(&text[start..]);
        let place = Place { index: &index, base: start };
        let (results, end) = match parsed(&text[start..end], &place) {
            Ok(results) => (results, end),
            // Either the cut was wrong, or the syntax is.
            Err(_) => (parsed(&text[start..], &place).unwrap_or_else(|problems| vec![Err(problems)]), text.len()),
        };
        start = end;
        Some(results)
    });
    parts.flatten()
}

/// How far it is to the next header line after the first line.
fn part(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > 0 && HEADERS.iter().any(|header| line.trim_ascii_start().starts_with(header)) {
            break;
        }
        at += line.len();
    }
    at
}

/// Where a part of the text stands in the file.
struct Place<'i> {
    index: &'i LineIndex,
    base: usize,
}

impl Place<'_> {
    fn line(&self, span: &Range<usize>) -> u64 {
        self.index.line(self.base + span.start)
    }
}

/// The records of a part of the file, or what is wrong with its syntax.
fn parsed(text: &str, place: &Place<'_>) -> Result<Results, Vec<Problem>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors.iter().take(MAX_SYNTAX_ERRORS).map(|error| syntax(error, text, place)).collect());
    }
    let mut records = Vec::new();
    let mut strangers = Vec::new();
    for (name, value) in root.into_inner() {
        let line = place.line(&name.span());
        match (name.get_ref().as_ref(), value.into_inner()) {
            ("product", DeValue::Array(products)) => {
                records.extend(products.into_iter().map(|product| check::product(node(product, place, MAX_DEPTH))));
            }
            ("list", DeValue::Array(lists)) => {
                records.extend(lists.into_iter().map(|list| check::list(node(list, place, MAX_DEPTH))));
            }
            (name @ ("product" | "list"), DeValue::Table(_)) => {
                strangers.push(Problem::of_line(line, format!("a {name} is written [[{name}]], with two brackets")));
            }
            (name, _) => {
                let hint = nearest(name, ["product", "list"])
                    .map_or_else(String::new, |near| format!("; did you mean [[{near}]]?"));
                let message = format!(
                    "stands outside of a product; the file holds [[product]] and [[list]] tables and nothing else{hint}"
                );
                strangers.push(Problem::of_field(line, shown_name(name), message));
            }
        }
    }
    if !strangers.is_empty() {
        strangers.sort_by_key(|problem| problem.line);
        records.insert(0, Err(strangers));
    }
    Ok(records)
}

fn node<'a>(value: Spanned<DeValue<'a>>, place: &Place<'_>, depth: u8) -> Node<'a> {
    let line = place.line(&value.span());
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text),
        DeValue::Integer(number) => {
            let value = i64::from_str_radix(number.as_str(), number.radix());
            value.map_or_else(|_| Value::Bare(Cow::Owned(number.to_string())), Value::Integer)
        }
        DeValue::Float(number) => Value::Bare(Cow::Owned(number.to_string())),
        DeValue::Boolean(value) => Value::Bare(Cow::Borrowed(if value { "true" } else { "false" })),
        DeValue::Datetime(value) => Value::Bare(Cow::Owned(value.to_string())),
        DeValue::Array(_) | DeValue::Table(_) if depth == 0 => Value::TOO_DEEP,
        DeValue::Array(values) => Value::List(values.into_iter().map(|value| node(value, place, depth - 1)).collect()),
        DeValue::Table(table) => Value::Table(
            table
                .into_iter()
                .map(|(name, value)| {
                    let line = place.line(&name.span());
                    let node = Node { line, ..node(value, place, depth - 1) };
                    Field { name: name.into_inner(), node }
                })
                .collect(),
        ),
    };
    Node { line, value }
}

/// What the parser says, on one line, with the name of a key that occurs twice.
fn syntax(error: &::toml::de::Error, text: &str, place: &Place<'_>) -> Problem {
    let span: Range<usize> = error.span().unwrap_or_default();
    let line = place.line(&span);
    let message = error.message().replace('\n', ", ");
    if message == "duplicate key"
        && let Some(name) = text.get(span)
    {
        // The parser points at the name as it is spelt, in quotes or not, and at what is no name at all.
        let name = shown_name(name.trim_matches(['"', '\'']));
        return Problem::of_field(line, name, "occurs twice in this table");
    }
    Problem::of_line(line, format!("is no TOML: {message}"))
}
