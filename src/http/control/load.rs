//! POST of `…/catalog`: many records at once, all or none of them.

use super::Control;
use super::body::{self, JSON};
use super::problem::{Fault, Problem};
use super::query::Query;
use super::scope::Scope;
use super::stream::{self, Arriving, Failed};
use crate::cart::{Asin, Locale};
use crate::catalog::Product;
use crate::catalog::seed::wire;
use crate::store::MAX_SEED_ERRORS;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use serde::Serialize;
use std::collections::HashMap;
use std::io::Read as _;
use std::sync::Arc;
use utoipa::ToSchema;

/// The largest body with many records, in bytes: that of a seed file that is read whole.
const MAX_LOAD: usize = 64 * 1024 * 1024;

/// The names that JSON Lines go by, the usual one first.
const LINES: [&str; 4] =
    ["application/x-ndjson", "application/jsonl", "application/x-jsonlines", "application/json-lines"];

static ACCEPT_POST: HeaderName = HeaderName::from_static("accept-post");

/// What was done with many records.
#[derive(Serialize, ToSchema)]
struct Written {
    /// How many there were.
    written: usize,
}

/// Writes many records, all or none of them: JSON Lines, or an array.
#[utoipa::path(post, path = "/catalog", tag = "catalog",
    request_body(content((Option<String> = "application/x-ndjson"), (Option<Vec<Product>> = "application/json"))),
    responses((status = 200, description = "All were written", body = Written)),
)]
pub(super) async fn load(
    State(control): State<Arc<Control>>,
    scope: Scope,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let taken: Vec<_> = LINES.into_iter().chain([JSON]).collect();
    let is_array = body::media_type(&headers, &taken, Some(&ACCEPT_POST))? == JSON;
    let reader = move |mut arriving: Arriving| {
        if !is_array {
            return Batch::of(wire::lines(arriving));
        }
        let mut bytes = Vec::new();
        arriving.read_to_end(&mut bytes).expect("a body that arrives ends early and does not fail");
        Batch::of(wire::array(bytes))
    };
    let batch = match stream::read(body, MAX_LOAD, control.app.config.body_timeout, reader).await {
        Ok(batch) => batch.map_err(|faults| Problem::of_records(StatusCode::BAD_REQUEST, faults))?,
        Err(Failed::Unread(trouble)) => return Err(body::unread(trouble, MAX_LOAD)),
        Err(Failed::Reader(error)) => std::panic::resume_unwind(error.into_panic()),
    };
    let Batch { products, lines } = batch;
    let written = products.len();
    let _turn = control.edits.lock().await;
    match control.app.store.put_products(&scope.account, products).await? {
        Ok(()) => Ok(body::json(StatusCode::OK, &Written { written })),
        Err(taken) => {
            let line = lines.get(&(taken.locale, taken.asin)).copied().unwrap_or(1);
            Err(Problem::of_conflict(&taken, line))
        }
    }
}

/// Records to be written together.
struct Batch {
    products: Vec<Product>,
    /// On which line each stands.
    lines: HashMap<(Locale, Asin), u64>,
}

impl Batch {
    /// The records, or what is wrong with them: as many faults as are told, and no more are looked for.
    fn of(records: impl Iterator<Item = wire::Read>) -> Result<Self, Vec<Fault>> {
        let (mut batch, mut faults) = (Self { products: Vec::new(), lines: HashMap::new() }, Vec::<Fault>::new());
        for record in records {
            match record {
                Ok((line, product)) => {
                    let Product { locale, asin, .. } = product;
                    match batch.lines.insert((locale, asin), line) {
                        None => batch.products.push(product),
                        Some(first) => faults.push(Fault {
                            line,
                            field: Some("asin".to_owned()),
                            message: format!("{locale} {asin} occurs twice; first on line {first}"),
                        }),
                    }
                }
                Err(problems) => faults.extend(problems.into_iter().map(Fault::from)),
            }
            if faults.len() >= MAX_SEED_ERRORS {
                break;
            }
        }
        if faults.is_empty() { Ok(batch) } else { Err(faults) }
    }
}
