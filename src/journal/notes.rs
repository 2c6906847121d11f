//! What the server learns about a request while it is answered.

use crate::cart::{CartId, Held, Locale};
use crate::protocol::{Operation, Params};
use bytes::Bytes;
use jiff::Timestamp;
use std::borrow::Cow;

/// How many operations of one request are noted; no more are ever run.
const MOST_OPERATIONS: usize = 2;
/// More warnings than these nobody reads.
const MOST_WARNINGS: usize = 16;

/// The notes of one request. They begin empty, and travel with it: what is not noted, was not come to.
///
/// Nothing in here changes the answer.
#[derive(Debug, Default)]
pub struct Notes {
    /// How it came.
    pub transport: Transport,
    /// By the clock that its answer goes by.
    pub at: Option<Timestamp>,
    /// The site.
    pub locale: Option<Locale>,
    /// The access key; empty when there is none.
    pub account: String,
    /// The cart that was made, shown or changed; the first, when there are two.
    pub cart: Option<CartId>,
    /// What came of its signature.
    pub signature: Verdict,
    /// What is odd about it and was let pass all the same.
    pub warnings: Vec<Cow<'static, str>>,
    /// What its caller probably meant.
    pub hints: Vec<String>,
    /// What was done to the answer on purpose.
    pub fault: Option<String>,
    /// The codes of the errors in the answer, in order.
    pub codes: Vec<&'static str>,
    /// What it did to a cart.
    pub change: Option<CartChanged>,
    /// The body that it came with, once it was read.
    pub body: Bytes,
    pub(super) operations: [Option<&'static str>; MOST_OPERATIONS],
}

/// How a request came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// At a path that nothing stands at.
    #[default]
    None,
    /// A query or a form.
    Rest,
    /// An envelope.
    Soap,
    /// For the description of the service.
    Wsdl,
    /// From a browser, for a page of the purchase hand-off.
    Page,
}

/// What came of a request's signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// There was none.
    #[default]
    Absent,
    /// It fits.
    Ok,
    /// It does not fit, or cannot be read.
    Bad,
    /// It is too old.
    Stale,
    /// Nobody looked: signatures are ignored, or the key's secret is not known.
    Unchecked,
}

/// What a request did to a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartChanged {
    /// The lines before; `None` when there was no cart.
    pub before: Option<Vec<Held>>,
    /// The lines after; `None` when there is no such cart any more.
    pub after: Option<Vec<Held>>,
}

/// What pages of the purchase hand-off are called where operations stand.
pub const PAGES: [&str; 5] = ["PurchasePage", "HandOver", "CustomerCart", "Purchase", "AddPage"];

impl Transport {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Rest, Self::Soap, Self::Page, Self::Wsdl, Self::None];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Rest => "rest",
            Self::Soap => "soap",
            Self::Wsdl => "wsdl",
            Self::Page => "page",
        }
    }
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Absent, Self::Ok, Self::Bad, Self::Stale, Self::Unchecked];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Ok => "ok",
            Self::Bad => "bad",
            Self::Stale => "stale",
            Self::Unchecked => "unchecked",
        }
    }
}

impl Notes {
    /// Notes which operations the parameters name, whether or not the request is one that can be answered.
    pub fn note_operations(&mut self, params: &Params<'_>) {
        let named = params.filled("Operation").unwrap_or_default().split(',').filter_map(Operation::named);
        for (slot, operation) in self.operations.iter_mut().zip(named) {
            *slot = Some(operation.name());
        }
    }

    /// Notes something that is no operation of the service, but is counted like one.
    pub fn note_page(&mut self, name: &'static str) {
        self.operations[0] = Some(name);
    }

    /// The operations, in order; none where the request names none that there is.
    pub fn operations(&self) -> impl Iterator<Item = &'static str> {
        self.operations.iter().flatten().copied()
    }

    /// The operation, where it is one.
    pub fn operation(&self) -> Option<&'static str> {
        match self.operations {
            [single, None] => single,
            _ => None,
        }
    }

    /// Notes an oddity that was let pass; each once, and few.
    pub fn warn(&mut self, warning: impl Into<Cow<'static, str>>) {
        let warning = warning.into();
        if self.warnings.len() < MOST_WARNINGS && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// What is kept for these notes outside of themselves, in bytes.
    pub(super) fn held(&self) -> usize {
        let texts = |texts: &Vec<String>| {
            texts.capacity() * size_of::<String>() + texts.iter().map(String::capacity).sum::<usize>()
        };
        let lines = |lines: &Option<Vec<Held>>| lines.as_ref().map_or(0, |lines| lines.capacity() * size_of::<Held>());
        self.account.capacity()
            + self.warnings.capacity() * size_of::<Cow<'_, str>>()
            + self
                .warnings
                .iter()
                .map(|warning| if let Cow::Owned(text) = warning { text.capacity() } else { 0 })
                .sum::<usize>()
            + texts(&self.hints)
            + self.fault.as_ref().map_or(0, String::capacity)
            + self.codes.capacity() * size_of::<&str>()
            + self.change.as_ref().map_or(0, |change| lines(&change.before) + lines(&change.after))
            + self.body.len()
    }
}
