//! A customer's own cart, and what was bought out of it, as the columns of their rows, the same in every database.
//!
//! As with carts, what a row holds a list of is one column of JSON with a version number.

use super::{Version, id, key, micros};
use crate::cart::{CustomerCart, CustomerId, CustomerLine, Locale, Money, Purchase, PurchasedLine};
use crate::store::StoreError;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The form of both `lines` columns that this program writes.
const LINES_VERSION: u32 = 1;

/// A row of the table `customer_carts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct CustomerRow {
    pub(in crate::store) customer_id: String,
    pub(in crate::store) locale: String,
    pub(in crate::store) revision: i64,
    /// Microseconds since 1970.
    pub(in crate::store) touched_at: i64,
    /// JSON.
    pub(in crate::store) lines: String,
}

/// A row of the table `purchases`, without its place within the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct PurchaseRow {
    pub(in crate::store) order_id: i64,
    /// Microseconds since 1970.
    pub(in crate::store) bought_at: i64,
    pub(in crate::store) locale: String,
    pub(in crate::store) account: String,
    pub(in crate::store) cart_id: Option<i64>,
    pub(in crate::store) associate_tag: String,
    /// In minor units.
    pub(in crate::store) total: i64,
    /// JSON.
    pub(in crate::store) lines: String,
}

/// A `lines` column.
#[derive(Serialize, Deserialize)]
struct Lines<T> {
    #[serde(rename = "v")]
    version: u32,
    lines: T,
}

/// Lines as their column holds them.
fn written<T: Serialize>(lines: &[T]) -> String {
    serde_json::to_string(&Lines { version: LINES_VERSION, lines }).expect("numbers and texts are always JSON")
}

/// The lines of a column, or what is wrong with it.
fn read<T: DeserializeOwned>(column: &str) -> Result<Vec<T>, String> {
    let Version { version } = serde_json::from_str(column).map_err(|error| format!("lines: {error}"))?;
    if version != LINES_VERSION {
        return Err(format!("lines of version {version}; this program reads version {LINES_VERSION}"));
    }
    let Lines { lines, .. } = serde_json::from_str(column).map_err(|error| format!("lines: {error}"))?;
    Ok(lines)
}

/// A stored moment and a stored locale, or what is wrong with them.
fn when_and_where(at: i64, locale: &str) -> Result<(Timestamp, Locale), String> {
    Ok((
        Timestamp::from_microsecond(at).map_err(|error| error.to_string())?,
        locale.parse().map_err(|_| format!("{locale} is no locale"))?,
    ))
}

impl CustomerRow {
    /// The row of a customer's cart.
    pub(in crate::store) fn of(cart: &CustomerCart) -> Self {
        Self {
            customer_id: cart.customer.to_string(),
            locale: cart.locale.name().to_owned(),
            revision: cart.revision.cast_signed(),
            touched_at: micros(cart.touched_at),
            lines: written::<CustomerLine>(&cart.lines),
        }
    }

    /// The customer's cart of a row; [`StoreError::Inconsistent`] when Cartwright cannot have written it.
    pub(in crate::store) fn into_cart(self) -> Result<CustomerCart, StoreError> {
        let read = || {
            let customer: CustomerId = self.customer_id.parse().map_err(|_| "the customer is no number".to_owned())?;
            let (touched_at, locale) = when_and_where(self.touched_at, &self.locale)?;
            let revision = self.revision.cast_unsigned();
            Ok(CustomerCart { customer, locale, revision, touched_at, lines: read(&self.lines)? })
        };
        // The row's key is all that it takes to have the cart: it must not get into a log.
        read().map_err(|what| StoreError::Inconsistent {
            table: "customer_carts",
            row: "(a customer)".to_owned(),
            what,
        })
    }
}

impl PurchaseRow {
    /// The row of a purchase.
    pub(in crate::store) fn of(purchase: &Purchase) -> Self {
        Self {
            order_id: key(purchase.order_id),
            bought_at: micros(purchase.at),
            locale: purchase.locale.name().to_owned(),
            account: purchase.account.clone(),
            cart_id: purchase.cart.map(key),
            associate_tag: purchase.associate_tag.clone(),
            total: purchase.total.minor,
            lines: written::<PurchasedLine>(&purchase.lines),
        }
    }

    /// The purchase of a row; [`StoreError::Inconsistent`] when Cartwright cannot have written it.
    pub(in crate::store) fn into_purchase(self) -> Result<Purchase, StoreError> {
        let wrong = |what| StoreError::Inconsistent { table: "purchases", row: self.order_id.to_string(), what };
        let (at, locale) = when_and_where(self.bought_at, &self.locale).map_err(wrong)?;
        Ok(Purchase {
            order_id: id(self.order_id)?,
            at,
            locale,
            cart: self.cart_id.map(id).transpose()?,
            lines: read(&self.lines).map_err(wrong)?,
            total: Money::new(self.total, locale.currency()),
            account: self.account,
            associate_tag: self.associate_tag,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::{Area, ListingId, Part};

    fn cart() -> CustomerCart {
        let part = |cart: Option<&str>, quantity| Part {
            cart: cart.map(|id| id.parse().unwrap()),
            associate_tag: "tag-20".to_owned(),
            quantity,
            list_item_id: Some("I1".to_owned()),
        };
        CustomerCart {
            customer: CustomerId::from_number(255),
            locale: Locale::Jp,
            revision: 7,
            touched_at: "2026-11-22T05:00:00.000001Z".parse().unwrap(),
            lines: vec![CustomerLine {
                account: "key".to_owned(),
                asin: "B000000001".parse().unwrap(),
                listing: ListingId::from_request("a+b/c=="),
                area: Area::Saved,
                parts: vec![part(Some("302-9999999-9999999"), 2), part(None, 1)],
            }],
        }
    }

    fn purchase() -> Purchase {
        Purchase {
            order_id: "302-0000001-0000001".parse().unwrap(),
            at: "2026-11-22T05:00:00Z".parse().unwrap(),
            locale: Locale::Jp,
            account: "key".to_owned(),
            cart: Some("302-0000002-0000002".parse().unwrap()),
            associate_tag: "tag-20".to_owned(),
            lines: vec![PurchasedLine {
                asin: "B000000001".parse().unwrap(),
                listing: None,
                title: "真鍮".to_owned(),
                quantity: 2,
                price: 350,
                list_item_id: None,
            }],
            total: Money::new(700, Locale::Jp.currency()),
        }
    }

    #[test]
    fn a_customers_cart_and_a_purchase_read_back_as_they_were_written() {
        assert_eq!(CustomerRow::of(&cart()).into_cart().unwrap(), cart());
        assert_eq!(PurchaseRow::of(&purchase()).into_purchase().unwrap(), purchase());
        let bare = Purchase { cart: None, lines: Vec::new(), ..purchase() };
        assert_eq!(PurchaseRow::of(&bare).into_purchase().unwrap(), bare);
    }

    #[test]
    fn a_spoilt_row_is_told_without_the_customers_number() {
        let check = |spoil: fn(&mut CustomerRow), what: &str| {
            let mut row = CustomerRow::of(&cart());
            spoil(&mut row);
            let message = row.into_cart().unwrap_err().to_string();
            assert!(message.contains("customer_carts") && message.contains(what), "{message}");
            assert!(!message.contains("ff"), "{message}");
        };
        check(|row| row.locale = "xx".to_owned(), "xx is no locale");
        check(|row| row.lines = "{}".to_owned(), "lines: missing field");
        check(|row| row.lines = r#"{"v":2,"lines":"?"}"#.to_owned(), "lines of version 2");
        check(|row| row.customer_id.push('f'), "no number");
        let row = PurchaseRow { lines: "x".to_owned(), ..PurchaseRow::of(&purchase()) };
        let message = row.into_purchase().unwrap_err().to_string();
        assert!(message.starts_with("inconsistent data in purchases, row 302"), "{message}");
    }
}
