//! How sure a rule is, and what it holds for: the two things that every row of the page says.
//!
//! Must not know any rule.

use cartwright::cart::Locale;
use cartwright::protocol::{Operation, Version};
use std::fmt;

/// The marks of docs/PROTOCOL.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Recorded,
    Documented,
    Inferred,
    Decided,
}

impl Mark {
    pub(super) const ALL: [Self; 4] = [Self::Recorded, Self::Documented, Self::Inferred, Self::Decided];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Documented => "documented",
            Self::Inferred => "inferred",
            Self::Decided => "decided",
        }
    }
}

/// A mark, and what it does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sure {
    pub(super) mark: Mark,
    but: &'static str,
}

pub(super) const RECORDED: Sure = Sure { mark: Mark::Recorded, but: "" };
pub(super) const DOCUMENTED: Sure = Sure { mark: Mark::Documented, but: "" };
pub(super) const INFERRED: Sure = Sure { mark: Mark::Inferred, but: "" };
pub(super) const DECIDED: Sure = Sure { mark: Mark::Decided, but: "" };

impl Sure {
    pub(super) const fn but(self, but: &'static str) -> Self {
        Self { but, ..self }
    }
}

impl fmt::Display for Sure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.mark.name())?;
        if self.but.is_empty() { Ok(()) } else { write!(f, "; {}", self.but) }
    }
}

/// What a request comes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Rest,
    Soap,
}

/// What a rule holds for; an empty list means all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub(super) operations: &'static [Operation],
    from: Option<Version>,
    before: Option<Version>,
    locales: &'static [Locale],
    transport: Option<Transport>,
}

pub(super) const EVERYWHERE: Scope = Scope { operations: &[], from: None, before: None, locales: &[], transport: None };

impl Scope {
    pub(super) const fn of(self, operations: &'static [Operation]) -> Self {
        Self { operations, ..self }
    }

    pub(super) const fn from(self, version: Version) -> Self {
        Self { from: Some(version), ..self }
    }

    pub(super) const fn before(self, version: Version) -> Self {
        Self { before: Some(version), ..self }
    }

    pub(super) const fn within(self, locales: &'static [Locale]) -> Self {
        Self { locales, ..self }
    }

    pub(super) const fn over(self, transport: Transport) -> Self {
        Self { transport: Some(transport), ..self }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.operations.is_empty() {
            let others = Operation::all().filter(|operation| !self.operations.contains(operation));
            parts.push(match others.map(Operation::name).collect::<Vec<_>>().as_slice() {
                [other] => format!("all but {other}"),
                _ => names(self.operations.iter().map(|operation| operation.name())),
            });
        }
        if self.from.is_some() || self.before.is_some() {
            let holds = |version: &Version| {
                self.from.is_none_or(|from| from <= *version) && self.before.is_none_or(|before| *version < before)
            };
            parts.push(versions(&Version::ALL.into_iter().filter(holds).collect::<Vec<_>>()));
        }
        if !self.locales.is_empty() {
            let others = Locale::ALL.into_iter().filter(|locale| !self.locales.contains(locale));
            parts.push(match others.map(Locale::name).collect::<Vec<_>>().as_slice() {
                [other] => format!("all locales but {other}"),
                _ => names(self.locales.iter().map(|locale| locale.name())),
            });
        }
        match self.transport {
            None => {}
            Some(Transport::Rest) => parts.push("REST".to_owned()),
            Some(Transport::Soap) => parts.push("SOAP".to_owned()),
        }
        f.write_str(&if parts.is_empty() { "all".to_owned() } else { parts.join("; ") })
    }
}

/// `a, b, c`
pub(super) fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// These versions, which follow each other without a gap, as a reader would say them.
#[track_caller]
pub(super) fn versions(versions: &[Version]) -> String {
    let all = Version::ALL;
    let (Some(first), Some(last)) = (versions.first(), versions.last()) else { return "none".to_owned() };
    let start = all.iter().position(|version| version == first).expect("it is a version");
    assert_eq!(all.get(start..start + versions.len()), Some(versions), "what left a version came back in a later one");
    match (*first == all[0], *last == all[all.len() - 1]) {
        (true, true) => "all".to_owned(),
        (true, false) => format!("to {last}"),
        (false, true) => format!("from {first}"),
        (false, false) if first == last => format!("{first} alone"),
        (false, false) => format!("{first} to {last}"),
    }
}

/// The evidence for something that is known by its name. No name may be without, and no evidence without its name.
pub(super) struct Names {
    what: &'static str,
    rows: &'static [(&'static str, Sure)],
}

impl Names {
    pub(super) const fn new(what: &'static str, rows: &'static [(&'static str, Sure)]) -> Self {
        Self { what, rows }
    }

    #[track_caller]
    pub(super) fn of(&self, name: &str) -> Sure {
        let row = self.rows.iter().find(|(known, _)| *known == name);
        row.unwrap_or_else(|| panic!("the {} {name} has no evidence: add a row for it", self.what)).1
    }

    /// Fails when there is evidence for something that is gone.
    #[track_caller]
    pub(super) fn assert_all_are_in(&self, known: &[&str]) {
        for (name, _) in self.rows {
            assert!(known.contains(name), "the {} {name} is gone: remove its evidence", self.what);
        }
    }
}
