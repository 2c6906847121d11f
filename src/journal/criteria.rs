//! What an entry is looked for by. One set of names for the list's filters and for verification; every criterion is a text that is
//! compared with what the entry shows, so that a difference can be told in the same words.

use super::asked::Asked;
use super::keeping::Seen;
use super::notes::{PAGES, Transport, Verdict};
use super::redact::{REDACTED, is_secret};
use crate::cart::{Asin, Locale};
use crate::nearest::nearest;
use crate::protocol::Operation;
use jiff::Timestamp;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

/// For texts of which an entry may have several or none: there is one.
const ANY: &str = "any";
/// There is none.
const NONE: &str = "none";

/// What can be asked about an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Account,
    Operation,
    Locale,
    CartId,
    Asin,
    Quantity,
    AssociateTag,
    Status,
    Code,
    Signature,
    Warning,
    Fault,
    Path,
    Method,
    Transport,
    Since,
    /// A parameter of this name.
    Parameter(String),
}

/// The criteria by their names, in the order in which a difference is told.
const FIELDS: [(&str, Field); 16] = [
    ("account", Field::Account),
    ("operation", Field::Operation),
    ("locale", Field::Locale),
    ("cart_id", Field::CartId),
    ("asin", Field::Asin),
    ("quantity", Field::Quantity),
    ("associate_tag", Field::AssociateTag),
    ("status", Field::Status),
    ("code", Field::Code),
    ("signature", Field::Signature),
    ("warning", Field::Warning),
    ("fault", Field::Fault),
    ("path", Field::Path),
    ("method", Field::Method),
    ("transport", Field::Transport),
    ("since", Field::Since),
];

/// What entries are looked for by; all of it must hold.
///
/// A Rust program writes `Criteria::of(Operation::CartAdd).asin(asin).status(200)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "criteria find nothing by themselves"]
pub struct Criteria(Vec<(Field, String)>);

/// A criterion that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Difference {
    /// Its name.
    pub field: String,
    /// What was looked for.
    pub expected: String,
    /// What there is.
    pub found: String,
}

impl Criteria {
    /// The names that [`Self::add`] takes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FIELDS.iter().map(|(name, _)| *name)
    }

    /// Adds a criterion. The error is the end of a sentence that begins with its name.
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), String> {
        let found = FIELDS.iter().find(|(known, _)| *known == name);
        let (_, field) = found.ok_or_else(|| match nearest(name, Self::names()) {
            Some(near) => format!("is no criterion; did you mean {near}?"),
            None => format!("is no criterion; there are {}", Self::names().collect::<Vec<_>>().join(", ")),
        })?;
        field.check(value)?;
        self.0.push((field.clone(), value.to_owned()));
        Ok(())
    }

    /// Adds a criterion about a parameter of the request.
    pub fn add_parameter(&mut self, name: &str, value: &str) {
        self.0.push((Field::Parameter(name.to_owned()), value.to_owned()));
    }

    /// Puts a criterion that an entry can meet behind the first `place` ones.
    pub(super) fn insert(&mut self, place: usize, field: Field, value: String) {
        self.0.insert(place, (field, value));
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Both together.
    pub fn and(&self, others: &Self) -> Self {
        Self(self.0.iter().chain(&others.0).cloned().collect())
    }

    /// Whether everything is looked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all of it holds.
    pub fn hold(&self, seen: &Seen) -> bool {
        self.0.is_empty() || self.differences(seen).is_empty()
    }

    /// What does not hold.
    pub fn differences(&self, seen: &Seen) -> Vec<Difference> {
        // Reading the request costs the most, and many criteria do without.
        let mut asked = None;
        let mut differences = Vec::new();
        for (field, expected) in &self.0 {
            let asked = match field {
                Field::CartId | Field::Asin | Field::Quantity | Field::AssociateTag | Field::Parameter(_) => {
                    Some(&*asked.get_or_insert_with(|| Asked::of(&seen.entry)))
                }
                _ => None,
            };
            let facts = Facts { seen, asked, asin: self.expected(&Field::Asin) };
            if let Err(found) = facts.compare(field, expected) {
                differences.push(Difference {
                    field: field.to_string(),
                    expected: shown(field, expected).to_owned(),
                    found,
                });
            }
        }
        differences
    }

    /// Whether an entry is not even of the time or the account that was asked about.
    pub(super) fn are_about_others(&self, seen: &Seen) -> bool {
        let facts = Facts { seen, asked: None, asin: None };
        let mut scope = self.0.iter().filter(|(field, _)| matches!(field, Field::Since | Field::Account));
        scope.any(|(field, expected)| facts.compare(field, expected).is_err())
    }

    fn expected(&self, wanted: &Field) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == wanted).map(|(_, expected)| expected.as_str())
    }
}

/// `CartAdd with asin B000000001, quantity 2`
impl fmt::Display for Criteria {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected(&Field::Operation).unwrap_or("a request"))?;
        let others = self.0.iter().filter(|(field, _)| *field != Field::Operation);
        for (place, (field, expected)) in others.enumerate() {
            let joint = if place == 0 { " with" } else { "," };
            write!(f, "{joint} {field} {}", shown(field, expected))?;
        }
        Ok(())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(name) => f.write_str(name),
            field => {
                let name = FIELDS.iter().find(|(_, known)| known == field).map_or("", |(name, _)| name);
                f.write_str(name)
            }
        }
    }
}

/// An expected value as it may be shown.
fn shown<'a>(field: &Field, expected: &'a str) -> &'a str {
    if matches!(field, Field::Parameter(name) if is_secret(name)) { REDACTED } else { expected }
}

impl Field {
    /// Refuses what no entry can ever have.
    fn check(&self, value: &str) -> Result<(), String> {
        let one_of = |known: &mut dyn Iterator<Item = &'static str>| {
            let known: Vec<_> = known.collect();
            if known.contains(&value) {
                return Ok(());
            }
            Err(match nearest(value, known.iter().copied()) {
                Some(near) => format!("{value:?} is none that there is; did you mean {near}?"),
                None => format!("{value:?} is none of {}", known.join(", ")),
            })
        };
        match self {
            Self::Operation => one_of(&mut Operation::all().map(Operation::name).chain(PAGES)),
            Self::Locale => one_of(&mut Locale::ALL.into_iter().map(Locale::name)),
            Self::Signature => one_of(&mut Verdict::ALL.into_iter().map(Verdict::name)),
            Self::Transport => one_of(&mut Transport::ALL.into_iter().map(Transport::name)),
            Self::Asin => parsed::<Asin>(value, "ASIN: 10 characters of A-Z and 0-9"),
            Self::Status => parsed::<u16>(value, "HTTP status"),
            Self::Quantity => parsed::<u32>(value, "quantity"),
            Self::Since => value.parse::<Since>().map(drop),
            _ => Ok(()),
        }
    }
}

fn parsed<T: FromStr>(value: &str, what: &str) -> Result<(), String> {
    value.parse::<T>().map(drop).map_err(|_| format!("{value:?} is no {what}"))
}

/// From when on: a moment, or an entry that was there before.
enum Since {
    At(Timestamp),
    Behind(u64),
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let id = text.parse().map(Self::Behind).ok();
        id.or_else(|| text.parse().map(Self::At).ok())
            .ok_or_else(|| format!("{text:?} is neither a time such as 2026-11-22T05:00:00Z nor the id of an entry"))
    }
}

/// An entry, as far as a criterion looks at it.
struct Facts<'e> {
    seen: &'e Seen,
    asked: Option<&'e Asked<'e>>,
    /// The product that is looked for beside.
    asin: Option<&'e str>,
}

impl Facts<'_> {
    /// Whether a criterion holds; an `Err` is what there is instead.
    fn compare(&self, field: &Field, expected: &str) -> Result<(), String> {
        let (entry, notes) = (&self.seen.entry, &self.seen.entry.notes);
        match field {
            Field::Account => equal(&notes.account, expected),
            Field::Operation => among(notes.operations().map(str::to_owned), expected),
            Field::Locale => equal(notes.locale.map_or(NONE, Locale::name), expected),
            Field::CartId => equal(&self.asked.and_then(Asked::cart_id).unwrap_or_else(|| NONE.to_owned()), expected),
            Field::Asin => {
                let asins = self.asked.map(Asked::asins).unwrap_or_default();
                among(asins.iter().map(ToString::to_string), expected)
            }
            Field::Quantity => among(self.quantities().into_iter(), expected),
            Field::AssociateTag => equal(self.asked.and_then(Asked::associate_tag).unwrap_or(NONE), expected),
            Field::Status => equal(&entry.answer.status.to_string(), expected),
            Field::Code => among(entry.codes().into_iter(), expected),
            Field::Signature => equal(notes.signature.name(), expected),
            Field::Warning => containing(notes.warnings.iter().map(AsRef::as_ref), expected),
            Field::Fault => containing(notes.fault.as_deref().into_iter(), expected),
            Field::Path => match expected.strip_suffix('*') {
                Some(beginning) if entry.head.path().starts_with(beginning) => Ok(()),
                _ => equal(entry.head.path(), expected),
            },
            Field::Method => equal(entry.head.method(), &expected.to_ascii_uppercase()),
            Field::Transport => equal(notes.transport.name(), expected),
            Field::Since => match expected.parse() {
                Ok(Since::At(at)) if entry.at >= at => Ok(()),
                Ok(Since::Behind(id)) if self.seen.id > id => Ok(()),
                _ => Err(entry.at.to_string()),
            },
            Field::Parameter(name) => {
                let Some(asked) = self.asked else { return Err(NONE.to_owned()) };
                let mut values = asked.params.iter().filter(|param| param.name == name.as_str());
                let found = values.next().map(|param| param.value.as_ref());
                match found {
                    Some(value) if value == expected => Ok(()),
                    Some(_) if is_secret(name) => Err(REDACTED.to_owned()),
                    found => Err(found.unwrap_or(NONE).to_owned()),
                }
            }
        }
    }

    /// The quantities of the product that is looked for beside, or of all. An item that says none is one piece.
    fn quantities(&self) -> Vec<String> {
        let Some(asked) = self.asked else { return Vec::new() };
        let wanted: Option<Asin> = self.asin.and_then(|asin| asin.parse().ok());
        let items = asked.items().into_iter().filter(|item| wanted.is_none() || item.asin == wanted);
        items.map(|item| item.quantity.unwrap_or("1").to_owned()).collect()
    }
}

fn equal(found: &str, expected: &str) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(found.to_owned()) }
}

/// Whether it is one of those that there are, or, for `any` and `none`, whether there are any.
fn among(found: impl Iterator<Item = String>, expected: &str) -> Result<(), String> {
    let found: Vec<String> = found.collect();
    let holds = match expected {
        ANY => !found.is_empty(),
        NONE => found.is_empty(),
        expected => found.iter().any(|found| found == expected),
    };
    if holds { Ok(()) } else { Err(listed(&found)) }
}

/// The same for sentences, of which a part will do.
fn containing<'a>(found: impl Iterator<Item = &'a str>, expected: &str) -> Result<(), String> {
    let found: Vec<&str> = found.collect();
    let holds = match expected {
        ANY => !found.is_empty(),
        NONE => found.is_empty(),
        expected => found.iter().any(|found| found.contains(expected)),
    };
    if holds { Ok(()) } else { Err(listed(&found)) }
}

fn listed<T: std::borrow::Borrow<str>>(found: &[T]) -> String {
    if found.is_empty() { NONE.to_owned() } else { found.join(", ") }
}
