//! `…/requests`: the journal, newest first; one entry of it with all that is kept; and whether the requests were as a test expects.
//!
//! What is kept, shown and redacted is the journal's to know.

use super::body::{self, Raw};
use super::paging::{CURSOR, LIMIT, Listing, Page, PageQuery};
use super::problem::Problem;
use super::query::Query;
use super::scope::{Meant, Plain, decoded, value};
use super::value_schema::Since;
use crate::cart::{Asin, Locale};
use crate::config::parse_duration;
use crate::faults::Target;
use crate::journal::{Criteria, Expectation, Shown, Transport, Verdict, Verification, Whole};
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
    #[schema(nullable = false)]
    account: Option<String>,
    /// The operation, or one of them; of a page its name.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    operation: Option<Target>,
    /// The site.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    locale: Option<Locale>,
    /// The cart that was made, shown, changed or named; named as it was sent, be it one or not.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    cart_id: Option<String>,
    /// A product that was named or changed.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    asin: Option<Asin>,
    /// The Quantity of an item; beside `asin`, of the item that names it.
    #[param(nullable = false, maximum = 4_294_967_295_u32)]
    #[schema(nullable = false, maximum = 4_294_967_295_u32)]
    quantity: Option<u64>,
    /// AssociateTag.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    associate_tag: Option<String>,
    /// The HTTP status of the answer.
    #[param(nullable = false, maximum = 65535)]
    #[schema(nullable = false, maximum = 65535)]
    status: Option<u16>,
    /// The code of an error in the answer; `any`, `none`.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    code: Option<String>,
    /// What came of the signature.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    signature: Option<Verdict>,
    /// A part of a warning; `any`, `none`.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    warning: Option<String>,
    /// A part of the fault that was applied; `any`, `none`.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    fault: Option<String>,
    /// The path; with `*` at the end, its beginning.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    path: Option<String>,
    /// The HTTP method.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    method: Option<String>,
    /// How it came.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    transport: Option<Transport>,
    /// Only requests from this moment on, or behind the entry with this id.
    #[param(nullable = false)]
    #[schema(nullable = false)]
    since: Option<Since>,
}

/// Which form the answer has.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described; it is read by name")]
pub(super) struct ListFormat {
    /// `json`, or `har` for an HTTP archive of the same entries.
    #[param(nullable = false, inline)]
    format: Option<ListForm>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only described; it is read by name")]
enum ListForm {
    Json,
    Har,
}

/// Which form the answer has.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described; it is read by name")]
pub(super) struct EntryFormat {
    /// `json`; `har` for an HTTP archive; `curl` for a command that sends the request again, as a text.
    #[param(nullable = false, inline)]
    format: Option<EntryForm>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only described; it is read by name")]
enum EntryForm {
    Json,
    Har,
    Curl,
}

/// What is expected: criteria, by which requests are counted (in an order, of every step), and how often, in which order, or what
/// must not be: one question at a time. All is optional.
#[derive(ToSchema)]
#[schema(as = Expectation)]
#[expect(dead_code, reason = "only described; the journal reads it")]
struct Expected {
    #[serde(flatten)]
    criteria: Filters,
    /// Parameters of the request with their values.
    #[schema(nullable = false)]
    parameters: Option<BTreeMap<String, String>>,
    /// How often such a request came; at least once, when nothing is said.
    #[schema(nullable = false)]
    times: Option<Times>,
    /// How long to wait for it, 60s at most: `2s`. For `exactly`, `at_most` and checks the whole time is waited, unless they fail before.
    #[schema(nullable = false, pattern = "^([0-9]+(d|h|m|s|ms))+$")]
    within: Option<String>,
    /// Requests that came in this order.
    #[schema(nullable = false, min_items = 1, max_items = 100)]
    order: Option<Vec<Filters>>,
    /// What none of these requests may be, or a list of such things.
    #[schema(nullable = false)]
    check: Option<Checks>,
    /// No such request was answered with an error.
    #[schema(nullable = false)]
    no_errors: Option<bool>,
    /// No such request came without a signature.
    #[schema(nullable = false)]
    no_unsigned: Option<bool>,
}

#[derive(ToSchema)]
#[schema(as = ExpectedTimes)]
#[serde(untagged)]
#[expect(dead_code, reason = "only described; the journal reads it")]
enum Times {
    /// Neither less nor more often.
    Exactly { exactly: u64 },
    /// Not less often, and perhaps not more often.
    Least {
        at_least: u64,
        #[schema(nullable = false)]
        at_most: Option<u64>,
    },
    /// Not more often.
    Most { at_most: u64 },
}

#[derive(ToSchema)]
#[schema(as = ExpectedChecks)]
#[serde(untagged)]
#[expect(dead_code, reason = "only described; the journal reads it")]
enum Checks {
    One(Check),
    Several(Vec<Check>),
}

/// None was answered with an error; none came without a signature.
#[derive(ToSchema)]
#[schema(as = ExpectedCheck, rename_all = "kebab-case")]
#[expect(dead_code, reason = "only described; the journal reads it")]
enum Check {
    NoErrors,
    NoUnsigned,
}

/// A list in the form that was asked for.
#[derive(ToSchema)]
#[schema(as = Requests)]
#[serde(untagged)]
#[expect(dead_code, reason = "only described")]
enum Listed {
    Entries(Listing<Shown>),
    Archive(Archive),
}

/// An entry in the form that was asked for.
#[derive(ToSchema)]
#[schema(as = Request)]
#[serde(untagged)]
#[expect(dead_code, reason = "only described")]
enum Alone {
    Entry(Box<Whole>),
    Archive(Archive),
}

/// An HTTP archive (HAR 1.2).
#[derive(ToSchema)]
#[schema(as = HttpArchive)]
#[expect(dead_code, reason = "only described; the journal writes it")]
struct Archive {
    #[schema(value_type = Object)]
    log: (),
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
    (status = 200, description = "Requests, newest first", body = Listed),
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
    (status = 200, description = "The request", content((Alone = "application/json"), (String = "text/plain"))),
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
#[utoipa::path(post, path = "/requests/verify", tag = "requests", request_body = Option<Expected>, responses(
    (status = 200, description = "Whether they were, and if not, what came nearest", body = Verification),
))]
pub(super) async fn verify(Plain(controls): Plain, Raw(body): Raw) -> Result<Response, Problem> {
    let body = if body.is_empty() { b"{}".as_slice() } else { &body };
    let duration = |text: &str| parse_duration(text).map(jiff::SignedDuration::unsigned_abs);
    let expectation = Expectation::read(body, duration).map_err(Problem::bad_request)?;
    let verification = controls.requests().verify(&expectation).await;
    Ok(body::json(StatusCode::OK, &verification))
}
