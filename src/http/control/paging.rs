//! Lists in pages: `{"items":[…],"next":cursor|null}`, chosen by `limit` and `cursor`.
//!
//! A cursor is the key of the last item of the page before, so nothing is missed or repeated when the list changes meanwhile. Must
//! not know what is listed.

use super::problem::Problem;
use super::query::Query;
use serde::Serialize;
use std::fmt::Display;
use std::str::FromStr;
use utoipa::{IntoParams, ToSchema};

/// The parameters of every list.
pub(super) const LIMIT: &str = "limit";
/// See [`LIMIT`].
pub(super) const CURSOR: &str = "cursor";

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;

/// Which part of a list is wanted.
pub(super) struct Page<K> {
    limit: usize,
    /// Where the page before ended.
    pub(super) after: Option<K>,
}

/// The parameters of every list, as the OpenAPI document has them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described; they are read by name")]
pub(super) struct PageQuery {
    /// The most items of one page.
    #[param(minimum = 1, maximum = 1000, default = 100, nullable = false)]
    limit: Option<u32>,
    /// Where the page begins: the `next` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// A part of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Listing<T> {
    items: Vec<T>,
    /// The `cursor` of the next page; null when there is none.
    #[schema(required)]
    next: Option<String>,
}

/// How many items are wanted at most.
struct Limit(usize);

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
        limit.map(Self).ok_or_else(|| format!("{text:?} is no whole number from 1 to {MAX_LIMIT}"))
    }
}

impl<T> Listing<T> {
    /// A part of a list, and where the next one begins.
    pub(super) fn new(items: Vec<T>, next: Option<impl Display>) -> Self {
        Self { items, next: next.map(|next| next.to_string()) }
    }

    /// What is on the page.
    pub(super) fn items(&self) -> &[T] {
        &self.items
    }

    /// The same list with each item shown in another way.
    pub(super) fn map<U>(self, show: impl FnMut(T) -> U) -> Listing<U> {
        Listing { items: self.items.into_iter().map(show).collect(), next: self.next }
    }
}

impl<K: FromStr<Err: Display> + Display + PartialEq> Page<K> {
    /// The page that a query asks for.
    pub(super) fn of(query: &Query<'_>) -> Result<Self, Problem> {
        let limit = query.parsed(LIMIT)?.map_or(DEFAULT_LIMIT, |Limit(limit)| limit);
        Ok(Self { limit, after: query.parsed(CURSOR)? })
    }

    /// How many items are wanted at most.
    pub(super) const fn limit(&self) -> usize {
        self.limit
    }

    /// How many items to look for: one more than fit, which tells whether there is a next page.
    pub(super) fn wanted(&self) -> u32 {
        u32::try_from(self.limit + 1).expect("a limit is small")
    }

    /// The page with the [`Page::wanted`] items that were found, or more when the last ones share a key: such items are on one
    /// page, whatever the limit. Behind them there may be an empty page.
    pub(super) fn listing<T>(&self, mut items: Vec<T>, key: impl Fn(&T) -> K) -> Listing<T> {
        let wanted = self.limit.min(items.len());
        let torn = |end: &usize| *end > 0 && key(&items[*end]) == key(&items[*end - 1]);
        let end = wanted + (wanted..items.len()).take_while(torn).count();
        let more = items.len() > self.limit;
        items.truncate(end);
        let next = items.last().filter(|_| more).map(|last| key(last).to_string());
        Listing { items, next }
    }
}
