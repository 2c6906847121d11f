//! A cart as the columns of its row, the same in every database; what the purchase hand-off keeps is in `customer`.
//!
//! Lines are one column of JSON with a version number, so that a later form can be told from this one. This module must not know
//! any database driver.

mod customer;

pub(super) use customer::{CustomerRow, PurchaseRow};

use super::{StoreError, SweptCart};
use crate::cart::{Area, Asin, Cart, CartId, CartItemId, Line, ListingId, State, to_the_microsecond};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The form of the `lines` column that this program writes.
const LINES_VERSION: u32 = 1;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A row of the table `carts`. It borrows from the database's answer or from the cart, so that no text is copied twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CartRow<'a> {
    pub(super) cart_id: i64,
    pub(super) account: &'a str,
    pub(super) locale: &'a str,
    pub(super) associate_tag: &'a str,
    pub(super) merge: bool,
    pub(super) revision: i64,
    pub(super) state: &'a str,
    /// Microseconds since 1970.
    pub(super) created_at: i64,
    /// Microseconds since 1970.
    pub(super) touched_at: i64,
    /// JSON.
    pub(super) lines: Cow<'a, str>,
}

/// The `lines` column.
#[derive(Serialize, Deserialize)]
struct Lines<'a> {
    #[serde(rename = "v")]
    version: u32,
    #[serde(borrow)]
    lines: Vec<StoredLine<'a>>,
}

/// A line, with names of one letter: there may be millions.
#[derive(Serialize, Deserialize)]
struct StoredLine<'a> {
    #[serde(rename = "i")]
    item_id: u64,
    #[serde(rename = "a")]
    asin: Asin,
    /// Absent: Amazon's own offer.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    listing: Option<Cow<'a, ListingId>>,
    #[serde(rename = "q")]
    quantity: u32,
    /// Absent: active.
    #[serde(rename = "s", default, skip_serializing_if = "std::ops::Not::not")]
    saved: bool,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none", borrow)]
    list_item_id: Option<Cow<'a, str>>,
}

/// The number under which a cart is kept; 17 digits always fit.
pub(super) fn key(id: CartId) -> i64 {
    id.number().cast_signed()
}

/// The cart that is kept under a number.
pub(super) fn id(key: i64) -> Result<CartId, StoreError> {
    let id = u64::try_from(key).ok().and_then(CartId::from_number);
    id.ok_or_else(|| inconsistent(key, "the number is no CartId"))
}

/// A cart that is swept away, by its columns.
pub(super) fn swept(key: i64, account: String, locale: &str, state: &str) -> Result<SweptCart, StoreError> {
    let locale = locale.parse().map_err(|_| inconsistent(key, format!("{locale} is no locale")))?;
    Ok(SweptCart { id: id(key)?, account, locale, was_open: state != "handed_over" })
}

/// A moment as it is stored, rounded down to a microsecond.
pub(super) fn micros(at: Timestamp) -> i64 {
    to_the_microsecond(at).as_microsecond()
}

/// The first stored moment that is not before `at`: whatever is stored below it, was before `at`.
pub(super) fn micros_up(at: Timestamp) -> i64 {
    micros(at) + i64::from(at.as_nanosecond().rem_euclid(1000) != 0)
}

/// A time span as it is reckoned with stored moments.
pub(super) fn span(span: SignedDuration) -> i64 {
    span.as_micros().try_into().unwrap_or(i64::MAX)
}

/// The day of a stored moment.
pub(super) fn day(micros: i64) -> i64 {
    micros.div_euclid(DAY)
}

fn inconsistent(key: i64, what: impl Into<String>) -> StoreError {
    StoreError::Inconsistent { table: "carts", row: key.to_string(), what: what.into() }
}

impl<'a> CartRow<'a> {
    /// The row of a cart.
    pub(super) fn of(cart: &'a Cart) -> Self {
        let lines = Lines { version: LINES_VERSION, lines: cart.lines.iter().map(StoredLine::of).collect() };
        Self {
            cart_id: key(cart.id),
            account: &cart.account,
            locale: cart.locale.name(),
            associate_tag: &cart.associate_tag,
            merge: cart.merge,
            revision: cart.revision.cast_signed(),
            state: match cart.state {
                State::Open => "open",
                State::HandedOver => "handed_over",
                State::Expired => "expired",
            },
            created_at: micros(cart.created_at),
            touched_at: micros(cart.touched_at),
            lines: serde_json::to_string(&lines).expect("numbers and texts are always JSON").into(),
        }
    }

    /// The cart of a row; [`StoreError::Inconsistent`] when Cartwright cannot have written it.
    pub(super) fn into_cart(self) -> Result<Cart, StoreError> {
        let wrong = |what: String| inconsistent(self.cart_id, what);
        let moment = |micros| Timestamp::from_microsecond(micros).map_err(|error| wrong(error.to_string()));
        let lines: Result<Lines<'_>, _> = serde_json::from_str(&self.lines);
        if !lines.as_ref().is_ok_and(|lines| lines.version == LINES_VERSION) {
            // Lines of a later version need not have the shape of ours: then it is the version that is wrong, not the shape.
            let Version { version } =
                serde_json::from_str(&self.lines).map_err(|error| wrong(format!("lines: {error}")))?;
            if version != LINES_VERSION {
                return Err(wrong(format!("lines of version {version}; this program reads version {LINES_VERSION}")));
            }
        }
        let lines = lines.map_err(|error| wrong(format!("lines: {error}")))?;
        Ok(Cart {
            id: id(self.cart_id)?,
            locale: self.locale.parse().map_err(|_| wrong(format!("{} is no locale", self.locale)))?,
            merge: self.merge,
            revision: self.revision.cast_unsigned(),
            state: match self.state {
                "open" => State::Open,
                "handed_over" => State::HandedOver,
                "expired" => State::Expired,
                other => return Err(wrong(format!("{other} is no state"))),
            },
            created_at: moment(self.created_at)?,
            touched_at: moment(self.touched_at)?,
            lines: lines.lines.into_iter().map(StoredLine::into_line).collect(),
            account: self.account.to_owned(),
            associate_tag: self.associate_tag.to_owned(),
        })
    }
}

impl<'a> StoredLine<'a> {
    fn of(line: &'a Line) -> Self {
        Self {
            item_id: line.item_id.number(),
            asin: line.asin,
            listing: line.listing.as_ref().map(Cow::Borrowed),
            quantity: line.quantity,
            saved: line.wanted == Area::Saved,
            list_item_id: line.list_item_id.as_deref().map(Cow::Borrowed),
        }
    }

    fn into_line(self) -> Line {
        Line {
            item_id: CartItemId::from_number(self.item_id),
            asin: self.asin,
            listing: self.listing.map(Cow::into_owned),
            quantity: self.quantity,
            wanted: if self.saved { Area::Saved } else { Area::Active },
            list_item_id: self.list_item_id.map(Cow::into_owned),
        }
    }
}

/// The version alone of the `lines` column.
#[derive(Deserialize)]
struct Version {
    #[serde(rename = "v")]
    version: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::Locale;

    fn cart() -> Cart {
        let asin: Asin = "B000000001".parse().unwrap();
        let listing = ListingId::from_request("a+b/c==");
        let line = |listing: Option<ListingId>, wanted, list_item_id| Line {
            item_id: CartItemId::of(Locale::Jp, asin, listing.as_ref()),
            asin,
            listing,
            quantity: 7,
            wanted,
            list_item_id,
        };
        Cart {
            id: "302-9999999-9999999".parse().unwrap(),
            locale: Locale::Jp,
            account: "key".to_owned(),
            associate_tag: "tag-\"20\"".to_owned(),
            merge: true,
            revision: 3,
            state: State::HandedOver,
            created_at: "1969-12-31T23:59:59.123456Z".parse().unwrap(),
            touched_at: "2026-11-22T05:00:00.000001Z".parse().unwrap(),
            lines: vec![
                line(None, Area::Active, None),
                line(listing, Area::Saved, Some("I\\2".to_owned())),
                Line { item_id: CartItemId::from_number(u64::MAX), ..line(None, Area::Active, None) },
            ],
        }
    }

    #[test]
    fn a_cart_reads_back_as_it_was_written() {
        assert_eq!(CartRow::of(&cart()).into_cart().unwrap(), cart());
    }

    #[test]
    fn a_stored_line_says_what_is_not_usual_and_nothing_more() {
        let mut cart = cart();
        cart.lines.drain(1..);
        let number = cart.lines[0].item_id.number();
        assert_eq!(CartRow::of(&cart).lines, format!(r#"{{"v":1,"lines":[{{"i":{number},"a":"B000000001","q":7}}]}}"#));
    }

    #[test]
    fn a_row_that_cartwright_cannot_have_written_is_told_by_table_and_key() {
        let check = |spoil: fn(&mut CartRow<'_>), what: &str| {
            let cart = cart();
            let mut row = CartRow::of(&cart);
            spoil(&mut row);
            let message = row.into_cart().unwrap_err().to_string();
            assert!(message.starts_with("inconsistent data in carts, row ") && message.contains(what), "{message}");
        };
        check(|row| row.locale = "xx", "xx is no locale");
        check(|row| row.state = "lost", "lost is no state");
        check(|row| row.lines = "{}".into(), "lines: missing field");
        check(|row| row.lines = r#"{"v":2,"lines":"?"}"#.into(), "lines of version 2");
        check(|row| row.cart_id = -1, "no CartId");
        check(|row| row.touched_at = i64::MAX, "");
    }

    #[test]
    fn moments_round_down_and_deadlines_up() {
        let at: Timestamp = "1969-12-31T23:59:59.9999995Z".parse().unwrap();
        assert_eq!((micros(at), micros_up(at)), (-1, 0));
        assert_eq!((day(-1), day(0), day(DAY)), (-1, 0, 1));
        assert_eq!(micros_up(Timestamp::MIN), micros(Timestamp::MIN));
    }
}
