//! `…/catalog`: the products, in lists and one by one. What is changed here shows on the next answer of the service.
//!
//! Under an account it is that account's own catalogue: its records in front of the baseline's. At the root it is the baseline,
//! which the next start makes again what the seed files hold.

use super::body::{self, JSON, Raw};
use super::paging::{CURSOR, LIMIT, Listing, Page, PageQuery};
use super::problem::Problem;
use super::query::Query;
use super::schema::{ProductPatch, ProductRecord};
use super::scope::{Key, Meant, Plain};
use crate::app::App;
use crate::cart::{Asin, Locale};
use crate::catalog::Product;
use crate::catalog::seed::wire;
use crate::controls::{NotWritten, Written};
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

const MERGE_PATCH: &str = "application/merge-patch+json";
static ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

/// The key of a product as a cursor: `us.B000000001`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place(Locale, Asin);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (locale, asin) = text.split_once('.').unwrap_or_default();
        let parsed = locale.parse().ok().zip(asin.parse().ok());
        parsed.map(|(locale, asin)| Self(locale, asin)).ok_or("it is no cursor of this list; take one from `next`")
    }
}

impl Place {
    fn of(product: &Product) -> Self {
        Self(product.locale, product.asin)
    }
}

/// Which records a list has, as the OpenAPI document has it.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described; they are read by name")]
struct Filter {
    /// Those of one locale.
    #[param(nullable = false)]
    locale: Option<Locale>,
    /// Those with this number.
    #[param(nullable = false)]
    asin: Option<Asin>,
}

/// Lists the products that the account sees, by locale and ASIN.
#[utoipa::path(get, path = "/catalog", tag = "catalog", params(PageQuery, Filter), responses(
    (status = 200, description = "Products", body = Listing<Product>),
))]
pub(super) async fn list(Meant(controls): Meant, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &[LIMIT, CURSOR, "locale", "asin"])?;
    let page: Page<Place> = Page::of(&query)?;
    let locale: Option<Locale> = query.parsed("locale")?;
    let asin: Option<Asin> = query.parsed("asin")?;
    let after = page.after.map(|Place(locale, asin)| (locale, asin));
    let products = controls.catalog().page(locale, asin, after, page.wanted()).await?;
    Ok(body::json(StatusCode::OK, &page.listing(products, Place::of)))
}

/// Answers one record.
#[utoipa::path(get, path = "/catalog/{locale}/{asin}", tag = "catalog", params(Key), responses(
    (status = 200, description = "The product", body = Product),
))]
pub(super) async fn show(Plain(controls): Plain, key: Key) -> Result<Response, Problem> {
    let product = controls.catalog().get(key.locale, key.asin).await?.ok_or_else(|| unknown(&key))?;
    Ok(body::json(StatusCode::OK, &product))
}

/// Writes a whole record: 201 when the account saw none before.
#[utoipa::path(put, path = "/catalog/{locale}/{asin}", tag = "catalog", params(Key), request_body = ProductRecord, responses(
    (status = 200, description = "The product, written over another", body = Product),
    (status = 201, description = "The product, which is new", body = Product),
))]
pub(super) async fn put(Plain(controls): Plain, key: Key, Raw(body): Raw) -> Result<Response, Problem> {
    let product = wire::one(key.locale, key.asin, body.into()).map_err(NotWritten::Invalid)?;
    let Written { now, is_new } = controls.catalog().write(product).await?;
    Ok(body::written(is_new, &now))
}

/// Changes fields of a record by a JSON merge patch, and answers the whole record. Under an account, what was the baseline's
/// becomes the account's own.
#[utoipa::path(patch, path = "/catalog/{locale}/{asin}", tag = "catalog", params(Key),
    request_body(content((ProductPatch = "application/merge-patch+json"), (ProductPatch = "application/json"))),
    responses((status = 200, description = "The product as it is now", body = Product)),
)]
pub(super) async fn patch(
    State(app): State<Arc<App>>,
    Plain(controls): Plain,
    key: Key,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    body::media_type(&headers, &[MERGE_PATCH, JSON], Some(&ACCEPT_PATCH))?;
    let patch = body::whole(&app, body).await?;
    let patched = |product: &Product| wire::patched(product, patch.into());
    let product = controls.catalog().rewrite(key.locale, key.asin, patched).await?;
    Ok(body::json(StatusCode::OK, &product))
}

/// Withdraws a product: lines of carts keep it, and nobody can cart it any more.
#[utoipa::path(delete, path = "/catalog/{locale}/{asin}", tag = "catalog", params(Key), responses(
    (status = 204, description = "It is withdrawn"),
))]
pub(super) async fn withdraw(Plain(controls): Plain, key: Key) -> Result<Response, Problem> {
    body::gone(controls.catalog().withdraw(key.locale, key.asin).await?, || unknown(&key))
}

impl From<NotWritten> for Problem {
    fn from(why: NotWritten) -> Self {
        match why {
            NotWritten::Unknown(..) => Self::new(StatusCode::NOT_FOUND, why.to_string()),
            NotWritten::Invalid(problems) => Self::of_records(StatusCode::BAD_REQUEST, problems),
            NotWritten::Taken { taken, line } => Self::of_conflict(&taken, line),
            NotWritten::Store(error) => error.into(),
        }
    }
}

fn unknown(key: &Key) -> Problem {
    NotWritten::Unknown(key.locale, key.asin).into()
}
