//! `…/carts`: the carts, in lists and one by one, with their HMACs: this is the operator's door.

use super::body;
use super::paging::{CURSOR, LIMIT, Listing, Page, PageQuery};
use super::problem::Problem;
use super::query::Query;
use super::scope::{CartKey, Meant, Plain};
use crate::cart::{self, Area, Asin, CartId, Line, Locale};
use crate::controls::{CartEvent, CartFilter, CartInfo, CartState};
use crate::protocol::ItemDocument;
use axum::extract::RawQuery;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Which carts are wanted.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described; they are read by name")]
pub(super) struct Filter {
    /// Those of one locale.
    #[param(nullable = false)]
    locale: Option<Locale>,
    /// Those with this tag.
    #[param(nullable = false)]
    associate_tag: Option<String>,
    /// Those with a line of this product.
    #[param(nullable = false)]
    asin: Option<Asin>,
    /// Those that are this by now.
    #[param(nullable = false, inline)]
    state: Option<CartState>,
}

/// A cart as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Cart)]
struct Shown {
    account: String,
    locale: Locale,
    cart_id: CartId,
    hmac: String,
    associate_tag: String,
    state: CartState,
    created_at: Timestamp,
    touched_at: Timestamp,
    /// When it expires, or has expired, if nobody uses it.
    expires_at: Timestamp,
    /// Of all prices.
    currency: &'static str,
    lines: Vec<ShownLine>,
    /// What was done to it, the oldest first, as far as the journal goes back. Only where a single cart is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    history: Option<Vec<Happened>>,
}

/// What a request did to the cart.
#[derive(Serialize, ToSchema)]
#[schema(as = CartHistory)]
struct Happened {
    at: Timestamp,
    /// The entry of the journal.
    request: u64,
    #[schema(required)]
    operation: Option<&'static str>,
    /// The lines before; null when there was no cart.
    #[schema(required)]
    before: Option<Vec<Held>>,
    /// The lines after.
    #[schema(required)]
    after: Option<Vec<Held>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CartHeld)]
struct Held {
    asin: Asin,
    quantity: u32,
    /// Where the customer wants it.
    #[schema(inline)]
    area: Area,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CartLine)]
struct ShownLine {
    cart_item_id: String,
    asin: Asin,
    /// Null: Amazon's own offer.
    #[schema(required)]
    listing_id: Option<String>,
    title: String,
    quantity: u32,
    #[schema(inline)]
    area: Area,
    /// The price of one, in minor units; null when the offer is gone.
    #[schema(required)]
    price: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DeletedCarts)]
struct Deleted {
    deleted: u64,
}

/// Lists carts by their ids.
#[utoipa::path(get, path = "/carts", tag = "carts", params(PageQuery, Filter), responses(
    (status = 200, description = "Carts", body = Listing<Shown>),
))]
pub(super) async fn list(Meant(controls): Meant, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &[LIMIT, CURSOR, "locale", "associate_tag", "asin", "state"])?;
    let page: Page<CartId> = Page::of(&query)?;
    let filter = CartFilter {
        locale: query.parsed("locale")?,
        associate_tag: query.parsed("associate_tag")?,
        asin: query.parsed("asin")?,
        state: query.parsed("state")?,
    };
    let (found, next) = controls.carts().page(&filter, page.after, page.limit()).await?;
    let items = found.into_iter().map(Shown::from).collect();
    Ok(body::json(StatusCode::OK, &Listing::new(items, next)))
}

/// Answers one cart, with its history.
#[utoipa::path(get, path = "/carts/{cart_id}", tag = "carts", params(CartKey), responses(
    (status = 200, description = "The cart", body = Shown),
))]
pub(super) async fn show(Plain(controls): Plain, CartKey { cart_id }: CartKey) -> Result<Response, Problem> {
    let info = controls.carts().get(cart_id).await?.ok_or_else(|| unknown(cart_id))?;
    let history = controls.carts().history(&info.cart).into_iter().map(Happened::from).collect();
    Ok(body::json(StatusCode::OK, &Shown { history: Some(history), ..Shown::from(info) }))
}

/// Answers what a seed file needs so that a cart like this can be made from it: the products of its lines, as JSON Lines.
#[utoipa::path(get, path = "/carts/{cart_id}/seed", tag = "carts", params(CartKey), responses(
    (status = 200, description = "Records of a seed file", content_type = "application/x-ndjson", body = String),
))]
pub(super) async fn seed(Plain(controls): Plain, CartKey { cart_id }: CartKey) -> Result<Response, Problem> {
    let products = controls.carts().seed(cart_id).await?.ok_or_else(|| unknown(cart_id))?;
    let mut lines = Vec::new();
    for product in &products {
        serde_json::to_writer(&mut lines, product).expect("a product is always JSON");
        lines.push(b'\n');
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response())
}

/// Makes a cart expire now: the service does not know it any more, whatever the clock says.
#[utoipa::path(post, path = "/carts/{cart_id}/expire", tag = "carts", params(CartKey), responses(
    (status = 200, description = "The cart as it is now", body = Shown),
))]
pub(super) async fn expire(Plain(controls): Plain, CartKey { cart_id }: CartKey) -> Result<Response, Problem> {
    let expired = controls.carts().expire(cart_id).await?.ok_or_else(|| unknown(cart_id))?;
    Ok(body::json(StatusCode::OK, &Shown::from(expired)))
}

/// Deletes a cart.
#[utoipa::path(delete, path = "/carts/{cart_id}", tag = "carts", params(CartKey), responses(
    (status = 204, description = "It is gone"),
))]
pub(super) async fn delete(Plain(controls): Plain, CartKey { cart_id }: CartKey) -> Result<Response, Problem> {
    body::gone(controls.carts().remove(cart_id).await?, || unknown(cart_id))
}

/// Deletes all carts of the account, or of all accounts.
#[utoipa::path(delete, path = "/carts", tag = "carts", responses(
    (status = 200, description = "How many there were", body = Deleted),
), operation_id = "delete_all")]
pub(super) async fn delete_all(Plain(controls): Plain) -> Result<Response, Problem> {
    let deleted = controls.carts().clear().await?;
    Ok(body::json(StatusCode::OK, &Deleted { deleted }))
}

impl From<CartInfo> for Shown {
    fn from(info: CartInfo) -> Self {
        let CartInfo { cart, hmac, state, expires_at, lines } = info;
        let line = |(line, item): (&Line, ItemDocument)| ShownLine {
            cart_item_id: item.item_id.with_letter(if item.area == Area::Saved { 'S' } else { 'C' }),
            asin: item.asin,
            listing_id: line.listing.as_ref().map(|listing| listing.as_str().to_owned()),
            title: item.title,
            quantity: item.quantity,
            area: item.area,
            price: item.price.map(|price| price.minor),
        };
        Self {
            locale: cart.locale,
            cart_id: cart.id,
            hmac: hmac.as_str().to_owned(),
            state,
            created_at: cart.created_at,
            touched_at: cart.touched_at,
            expires_at,
            currency: cart.locale.currency().code(),
            lines: cart.lines.iter().zip(lines).map(line).collect(),
            history: None,
            account: cart.account,
            associate_tag: cart.associate_tag,
        }
    }
}

impl From<CartEvent> for Happened {
    fn from(event: CartEvent) -> Self {
        let CartEvent { at, request, operation, before, after } = event;
        let short = |lines: Vec<cart::Held>| lines.into_iter().map(Held::from).collect();
        Self { at, request, operation, before: before.map(short), after: after.map(short) }
    }
}

impl From<cart::Held> for Held {
    fn from(held: cart::Held) -> Self {
        Self { asin: held.asin, quantity: held.quantity, area: held.wanted }
    }
}

fn unknown(cart_id: CartId) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("there is no cart {cart_id} here"))
}
