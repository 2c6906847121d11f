//! POST of `…/catalog`: many records at once, all or none of them.

use super::body::{self, JSON};
use super::problem::Problem;
use super::scope::Plain;
use super::stream::{self, Arriving, Failed};
use crate::app::App;
use crate::catalog::Product;
use crate::catalog::seed::wire;
use crate::controls::{Batch, NotWritten};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use serde::Serialize;
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
    State(app): State<Arc<App>>,
    Plain(controls): Plain,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
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
    let batch = match stream::read(body, MAX_LOAD, app.config.body_timeout, reader).await {
        Ok(batch) => batch.map_err(NotWritten::Invalid)?,
        Err(Failed::Unread(trouble)) => return Err(body::unread(trouble, MAX_LOAD)),
        Err(Failed::Reader(error)) => std::panic::resume_unwind(error.into_panic()),
    };
    let written = controls.catalog().load(batch).await?;
    Ok(body::json(StatusCode::OK, &Written { written }))
}
