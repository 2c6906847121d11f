//! `…/catalog`: the products, in lists and one by one. What is changed here shows on the next answer of the service.
//!
//! Under an account it is that account's own catalogue: its records in front of the baseline's. At the root it is the baseline,
//! which the next start makes again what the seed files hold.

use super::Control;
use super::body::{self, JSON};
use super::paging::{CURSOR, LIMIT, Listing, Page, PageQuery};
use super::problem::{Fault, Problem};
use super::query::Query;
use super::schema::{ProductPatch, ProductRecord};
use super::scope::{Key, Scope};
use crate::cart::{Asin, Locale};
use crate::catalog::Product;
use crate::catalog::seed::{self, wire};
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
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

    /// The order of the list: by locale name and ASIN.
    fn is_after(self, other: Self) -> bool {
        (self.0.name(), self.1.as_str()) > (other.0.name(), other.1.as_str())
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
pub(super) async fn list(
    State(control): State<Arc<Control>>,
    scope: Scope,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &[LIMIT, CURSOR, "locale", "asin"])?;
    let page: Page<Place> = Page::of(&query)?;
    let locale: Option<Locale> = query.parsed("locale")?;
    let asin: Option<Asin> = query.parsed("asin")?;
    let products = match asin {
        None => {
            let after = page.after.map(|Place(locale, asin)| (locale, asin));
            control.app.store.catalogue(&scope.account, locale, after, page.wanted()).await?
        }
        // Few enough to be looked up.
        Some(asin) => {
            let mut locales: Vec<_> = locale.map_or_else(|| Locale::ALL.to_vec(), |locale| vec![locale]);
            locales.sort_by_key(|locale| locale.name());
            locales.retain(|locale| page.after.is_none_or(|after| Place(*locale, asin).is_after(after)));
            let mut found = Vec::new();
            for locale in locales {
                found.extend(control.product(&scope, &Key { locale, asin }).await?);
            }
            found
        }
    };
    Ok(body::json(StatusCode::OK, &page.listing(products, Place::of)))
}

/// Answers one record.
#[utoipa::path(get, path = "/catalog/{locale}/{asin}", tag = "catalog", params(Key), responses(
    (status = 200, description = "The product", body = Product),
))]
pub(super) async fn show(
    State(control): State<Arc<Control>>,
    scope: Scope,
    key: Key,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let product = control.product(&scope, &key).await?.ok_or_else(|| unknown(&key))?;
    Ok(body::json(StatusCode::OK, &product))
}

/// Writes a whole record: 201 when the account saw none before.
#[utoipa::path(put, path = "/catalog/{locale}/{asin}", tag = "catalog", params(Key), request_body = ProductRecord, responses(
    (status = 200, description = "The product, written over another", body = Product),
    (status = 201, description = "The product, which is new", body = Product),
))]
pub(super) async fn put(
    State(control): State<Arc<Control>>,
    scope: Scope,
    key: Key,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    body::media_type(&headers, &[JSON], None)?;
    let body = body::whole(&control.app, body).await?;
    let product = wire::one(key.locale, key.asin, body.into()).map_err(invalid)?;
    let _turn = control.edits.lock().await;
    let known = control.product(&scope, &key).await?.is_some();
    let product = control.write(&scope, product).await?;
    Ok(body::json(if known { StatusCode::OK } else { StatusCode::CREATED }, &product))
}

/// Changes fields of a record by a JSON merge patch, and answers the whole record. Under an account, what was the baseline's
/// becomes the account's own.
#[utoipa::path(patch, path = "/catalog/{locale}/{asin}", tag = "catalog", params(Key),
    request_body(content((ProductPatch = "application/merge-patch+json"), (ProductPatch = "application/json"))),
    responses((status = 200, description = "The product as it is now", body = Product)),
)]
pub(super) async fn patch(
    State(control): State<Arc<Control>>,
    scope: Scope,
    key: Key,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    body::media_type(&headers, &[MERGE_PATCH, JSON], Some(&ACCEPT_PATCH))?;
    let body = body::whole(&control.app, body).await?;
    let _turn = control.edits.lock().await;
    let product = control.product(&scope, &key).await?.ok_or_else(|| unknown(&key))?;
    let product = wire::patched(&product, body.into()).map_err(invalid)?;
    let product = control.write(&scope, product).await?;
    Ok(body::json(StatusCode::OK, &product))
}

/// Withdraws a product: lines of carts keep it, and nobody can cart it any more.
#[utoipa::path(delete, path = "/catalog/{locale}/{asin}", tag = "catalog", params(Key), responses(
    (status = 204, description = "It is withdrawn"),
))]
pub(super) async fn withdraw(
    State(control): State<Arc<Control>>,
    scope: Scope,
    key: Key,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let _turn = control.edits.lock().await;
    let was_there = control.app.store.withdraw_product(scope.site(key.locale), key.asin).await?;
    if was_there { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(unknown(&key)) }
}

impl Control {
    /// The record that the account sees; `None` when it is not in the catalogue.
    async fn product(&self, scope: &Scope, key: &Key) -> Result<Option<Product>, Problem> {
        let found = self.app.store.products(scope.site(key.locale), &[key.asin]).await?;
        Ok(found
            .into_iter()
            .flatten()
            .find(|listed| !listed.withdrawn)
            .map(|listed| Arc::unwrap_or_clone(listed.product)))
    }

    /// Writes one record, and answers it as it stands in the catalogue.
    async fn write(&self, scope: &Scope, product: Product) -> Result<Product, Problem> {
        let product = product.with_listing_ids();
        match self.app.store.put_products(&scope.account, vec![product.clone()]).await? {
            Ok(()) => Ok(product),
            Err(taken) => Err(Problem::of_conflict(&taken, 1)),
        }
    }
}

fn unknown(key: &Key) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("{} {} is not in the catalogue", key.locale, key.asin))
}

fn invalid(problems: Vec<seed::Problem>) -> Problem {
    Problem::of_records(StatusCode::BAD_REQUEST, problems.into_iter().map(Fault::from).collect())
}
