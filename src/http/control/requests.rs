//! `…/requests`: the journal, newest first; one entry of it with all that is kept; and whether the requests were as a test expects.
//!
//! What is kept, shown and redacted is the journal's to know.

use super::body::{self, Raw};
use super::paging::{CURSOR, LIMIT, Listing, Page, PageQuery};
use super::problem::Problem;
use super::query::Query;
use super::scope::{Meant, Plain, decoded, value};
use crate::cart::{Asin, CartId, Locale};
use crate::config::parse_duration;
use crate::journal::{Criteria, Expectation, Shown, Verification, Whole};
use axum::extract::{FromRequestParts, RawQuery};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The parameter that chooses another form of the answer.
const FORMAT: &str = "format";

/// The entry that a path is about.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Id {
    /// The number of the entry.
    id: u64,
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = decoded(parts, state).await?;
        let text = value(&params, "id").unwrap_or_default();
        text.parse().map(|id| Self { id }).map_err(|_| unknown(text))
    }
}

fn unknown(id: impl std::fmt::Display) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("the journal has no request {id} here, or not any more"))
}

/// What entries are looked for by, as the OpenAPI document has it.
#[derive(utoipa::IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = RequestCriteria)]
#[expect(dead_code, reason = "only described; they are read by name")]
pub(super) struct Filters {
    /// The access key.
    #[param(nullable = false)]
    account: Option<String>,
    /// The operation, or one of them; of a page its name.
    #[param(nullable = false)]
    operation: Option<String>,
    /// The site.
    #[param(nullable = false)]
    locale: Option<Locale>,
    /// The cart that was made, shown, changed or named.
    #[param(nullable = false)]
    cart_id: Option<CartId>,
    /// A product that was named or changed.
    #[param(nullable = false)]
    asin: Option<Asin>,
    /// The Quantity of an item; beside `asin`, of the item that names it.
    #[param(nullable = false)]
    quantity: Option<u32>,
    /// AssociateTag.
    #[param(nullable = false)]
    associate_tag: Option<String>,
    /// The HTTP status of the answer.
    #[param(nullable = false)]
    status: Option<u16>,
    /// The code of an error in the answer; `any`, `none`.
    #[param(nullable = false)]
    code: Option<String>,
    /// `ok`, `bad`, `absent`, `unchecked` or `stale`.
    #[param(nullable = false)]
    signature: Option<String>,
    /// A part of a warning; `any`, `none`.
    #[param(nullable = false)]
    warning: Option<String>,
    /// A part of the fault that was applied; `any`, `none`.
    #[param(nullable = false)]
    fault: Option<String>,
    /// The path; with `*` at the end, its beginning.
    #[param(nullable = false)]
    path: Option<String>,
    /// The HTTP method.
    #[param(nullable = false)]
    method: Option<String>,
    /// `rest`, `soap`, `page`, `wsdl` or `none`.
    #[param(nullable = false)]
    transport: Option<String>,
    /// Only requests from this moment on, or behind the entry with this id.
    #[param(nullable = false)]
    since: Option<String>,
}

/// Which form the answer has.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described; it is read by name")]
pub(super) struct ListFormat {
    /// `json`, or `har` for an HTTP archive of the same entries.
    #[param(nullable = false)]
    format: Option<String>,
}

/// Which form the answer has.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described; it is read by name")]
pub(super) struct EntryFormat {
    /// `json`; `har` for an HTTP archive; `curl` for a command that sends the request again, as a text.
    #[param(nullable = false)]
    format: Option<String>,
}

/// What is expected: criteria, and how often, in which order, or what must not be. All is optional.
#[derive(ToSchema)]
#[schema(as = Expectation)]
#[expect(dead_code, reason = "only described; the journal reads it")]
struct Expected {
    /// The criteria by which requests are counted; in an order, of every step.
    #[serde(flatten)]
    criteria: Filters,
    /// Parameters of the request with their values.
    parameters: Option<BTreeMap<String, String>>,
    /// How often such a request came; at least once, when nothing is said.
    times: Option<Times>,
    /// How long to wait for it, 60s at most: `2s`. For `exactly`, `at_most` and checks the whole time is waited, unless they fail before.
    within: Option<String>,
    /// Requests that came in this order.
    order: Option<Vec<Filters>>,
    /// `no-errors`, `no-unsigned`, or a list of them.
    #[schema(value_type = Option<Object>)]
    check: Option<()>,
    /// No such request was answered with an error.
    no_errors: Option<bool>,
    /// No such request came without a signature.
    no_unsigned: Option<bool>,
}

/// `exactly` stands alone.
#[derive(ToSchema)]
#[schema(as = ExpectedTimes)]
#[expect(dead_code, reason = "only described; the journal reads it")]
struct Times {
    exactly: Option<u64>,
    at_least: Option<u64>,
    at_most: Option<u64>,
}

/// What was removed.
#[derive(Serialize, ToSchema)]
#[schema(as = RemovedRequests)]
struct Removed {
    /// Entries.
    removed: usize,
}

/// Lists requests with what came of them.
#[utoipa::path(get, path = "/requests", tag = "requests", params(Filters, ListFormat, PageQuery), responses(
    (status = 200, description = "Requests, newest first", body = Listing<Shown>),
))]
pub(super) async fn list(Meant(controls): Meant, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let known: Vec<_> = Criteria::names().chain([FORMAT, LIMIT, CURSOR]).collect();
    let query = Query::read(query.as_deref(), &known)?;
    let page: Page<u64> = Page::of(&query)?;
    let mut criteria = Criteria::default();
    for name in Criteria::names() {
        if let Some(text) = query.parsed::<String>(name)? {
            criteria.add(name, &text).map_err(|error| Problem::bad_request(format!("{name}: {error}")))?;
        }
    }
    let as_archive = format(&query, &["json", "har"])? == "har";
    // Looking through ten thousand entries takes some hundredths of a second, which nobody else shall wait for.
    let task = tokio::task::spawn_blocking(move || {
        let wanted = usize::try_from(page.wanted()).unwrap_or(usize::MAX);
        let requests = controls.requests();
        let found = requests.page(&criteria, page.after, wanted);
        let listing = page.listing(found, |seen| seen.id);
        if as_archive {
            return body::json(StatusCode::OK, &requests.archive(listing.items()));
        }
        body::json(StatusCode::OK, &listing.map(|seen| seen.shown()))
    });
    task.await.map_err(|error| std::panic::resume_unwind(error.into_panic()))
}

fn format(query: &Query<'_>, known: &[&'static str]) -> Result<&'static str, Problem> {
    let Some(text) = query.parsed::<String>(FORMAT)? else { return Ok(known[0]) };
    let found = known.iter().find(|known| **known == text).copied();
    found.ok_or_else(|| Problem::bad_request(format!("{FORMAT}: {text:?} is none of {}", known.join(", "))))
}

/// Removes all requests.
#[utoipa::path(delete, path = "/requests", tag = "requests", responses(
    (status = 200, description = "How many there were", body = Removed),
))]
pub(super) async fn clear(Plain(controls): Plain) -> Result<Response, Problem> {
    Ok(body::json(StatusCode::OK, &Removed { removed: controls.requests().clear() }))
}

/// Shows a request with its answer.
#[utoipa::path(get, path = "/requests/{id}", tag = "requests", params(Id, EntryFormat), responses(
    (status = 200, description = "The request", content((Whole = "application/json"), (String = "text/plain"))),
))]
pub(super) async fn show(
    Meant(controls): Meant,
    Id { id }: Id,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &[FORMAT])?;
    let form = format(&query, &["json", "har", "curl"])?;
    let requests = controls.requests();
    let seen = requests.get(id).ok_or_else(|| unknown(id))?;
    Ok(match form {
        "har" => body::json(StatusCode::OK, &requests.archive(&[seen])),
        "curl" => {
            let text = requests.whole(&seen).curl + "\n";
            (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
        }
        _ => body::json(StatusCode::OK, &requests.whole(&seen)),
    })
}

/// Removes a request.
#[utoipa::path(delete, path = "/requests/{id}", tag = "requests", params(Id), responses(
    (status = 204, description = "It is removed"),
))]
pub(super) async fn remove(Plain(controls): Plain, Id { id }: Id) -> Result<Response, Problem> {
    body::gone(controls.requests().remove(id), || unknown(id))
}

/// Tells whether the requests were as expected, and waits for it.
#[utoipa::path(post, path = "/requests/verify", tag = "requests", request_body = Expected, responses(
    (status = 200, description = "Whether they were, and if not, what came nearest", body = Verification),
))]
pub(super) async fn verify(Plain(controls): Plain, Raw(body): Raw) -> Result<Response, Problem> {
    let body = if body.is_empty() { b"{}".as_slice() } else { &body };
    let duration = |text: &str| parse_duration(text).map(jiff::SignedDuration::unsigned_abs);
    let expectation = Expectation::read(body, duration).map_err(Problem::bad_request)?;
    let verification = controls.requests().verify(&expectation).await;
    Ok(body::json(StatusCode::OK, &verification))
}
