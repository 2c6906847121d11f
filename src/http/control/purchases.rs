//! `…/purchases`: what was bought at the purchase hand-off, newest first. Read only.

use super::body;
use super::paging::{CURSOR, LIMIT, Listing, Page, PageQuery};
use super::problem::Problem;
use super::query::Query;
use super::scope::Meant;
use crate::cart::{Asin, CartId, Locale, Purchase, PurchasedLine};
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

/// Where a page ended: `2006-05-17T12:00:00Z_102-0000000-0000001`.
#[derive(PartialEq)]
struct Order(Timestamp, CartId);

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.0, self.1)
    }
}

impl FromStr for Order {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, order) = text.split_once('_').unwrap_or_default();
        let parsed = at.parse().ok().zip(order.parse().ok());
        parsed.map(|(at, order)| Self(at, order)).ok_or("it is no cursor of this list; take one from `next`")
    }
}

/// A purchase as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Purchase)]
struct Shown {
    order_id: String,
    at: Timestamp,
    account: String,
    locale: Locale,
    cart_id: Option<String>,
    associate_tag: String,
    lines: Vec<ShownLine>,
    /// In minor units.
    total: i64,
    currency: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PurchaseLine)]
struct ShownLine {
    asin: Asin,
    listing_id: Option<String>,
    title: String,
    quantity: u32,
    price: i64,
    list_item_id: Option<String>,
}

/// Lists what was bought: by carts of the account, or, at the root, by all.
#[utoipa::path(get, path = "/purchases", tag = "purchases", params(PageQuery), responses(
    (status = 200, description = "Purchases, newest first", body = Listing<Shown>),
))]
pub(super) async fn list(Meant(controls): Meant, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &[LIMIT, CURSOR])?;
    let page: Page<Order> = Page::of(&query)?;
    let after = page.after.as_ref().map(|Order(at, order)| (*at, *order));
    let found = controls.purchases().page(after, page.wanted()).await?;
    let listing = page.listing(found, |purchase| Order(purchase.at, purchase.order_id));
    Ok(body::json(StatusCode::OK, &listing.map(Shown::from)))
}

impl From<Purchase> for Shown {
    fn from(purchase: Purchase) -> Self {
        Self {
            order_id: purchase.order_id.to_string(),
            at: purchase.at,
            account: purchase.account,
            locale: purchase.locale,
            cart_id: purchase.cart.map(|cart| cart.to_string()),
            associate_tag: purchase.associate_tag,
            lines: purchase.lines.into_iter().map(ShownLine::from).collect(),
            total: purchase.total.minor,
            currency: purchase.locale.currency().code(),
        }
    }
}

impl From<PurchasedLine> for ShownLine {
    fn from(line: PurchasedLine) -> Self {
        Self {
            asin: line.asin,
            listing_id: line.listing.map(|listing| listing.as_str().to_owned()),
            title: line.title,
            quantity: line.quantity,
            price: line.price,
            list_item_id: line.list_item_id,
        }
    }
}
