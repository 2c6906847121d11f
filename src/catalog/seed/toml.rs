//! `.toml`: `[[product]]` tables and nothing else.

use super::node::{Field, MAX_DEPTH, Node, Problem, Value};
use super::whole::LineIndex;
use super::{Record, check, nearest};
use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};
use std::borrow::Cow;
use std::ops::Range;

/// How many faults of the syntax are told. After the first, the parser guesses.
const MAX_SYNTAX_ERRORS: usize = 5;

/// The records of the file, in order.
pub(super) fn records(text: &str) -> Vec<Result<Record, Vec<Problem>>> {
    let index = LineIndex::of(text);
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let problems = errors.iter().take(MAX_SYNTAX_ERRORS).map(|error| syntax(error, text, &index)).collect();
        return vec![Err(problems)];
    }
    let mut records = Vec::new();
    let mut strangers = Vec::new();
    for (name, value) in root.into_inner() {
        let line = index.line(name.span().start);
        match (name.get_ref().as_ref(), value.into_inner()) {
            ("product", DeValue::Array(products)) => {
                for product in products {
                    records.push(check::record(node(product, &index, MAX_DEPTH)));
                }
            }
            ("product", DeValue::Table(_)) => {
                strangers.push(Problem::of_line(line, "a product is written [[product]], with two brackets"));
            }
            (name, _) => {
                let hint = nearest::nearest(name, &["product"]).map_or("", |_| "; did you mean [[product]]?");
                let message =
                    format!("stands outside of a product; the file holds [[product]] tables and nothing else{hint}");
                strangers.push(Problem::of_field(line, name, message));
            }
        }
    }
    if !strangers.is_empty() {
        strangers.sort_by_key(|problem| problem.line);
        records.insert(0, Err(strangers));
    }
    records
}

fn node<'a>(value: Spanned<DeValue<'a>>, index: &LineIndex, depth: u8) -> Node<'a> {
    let line = index.line(value.span().start);
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
        DeValue::Array(values) => Value::List(values.into_iter().map(|value| node(value, index, depth - 1)).collect()),
        DeValue::Table(table) => Value::Table(
            table
                .into_iter()
                .map(|(name, value)| {
                    let line = index.line(name.span().start);
                    let node = Node { line, ..node(value, index, depth - 1) };
                    Field { name: name.into_inner(), node }
                })
                .collect(),
        ),
    };
    Node { line, value }
}

/// What the parser says, on one line, with the name of a key that occurs twice.
fn syntax(error: &::toml::de::Error, text: &str, index: &LineIndex) -> Problem {
    let span: Range<usize> = error.span().unwrap_or_default();
    let line = index.line(span.start);
    let message = error.message().replace('\n', ", ");
    if message == "duplicate key"
        && let Some(name) = text.get(span)
    {
        return Problem::of_field(line, name, "occurs twice in this table");
    }
    Problem::of_line(line, format!("is no TOML: {message}"))
}
