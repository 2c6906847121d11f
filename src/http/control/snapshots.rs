//! `…/snapshots`: named states, to be taken, downloaded, uploaded, restored and compared.

use super::body::{self, JSON};
use super::paging::Listing;
use super::problem::Problem;
use super::query::Query;
use super::scope::{Meant, Plain, SnapshotKey};
use super::stream::{self, Arriving, Failed as Unread};
use crate::app::App;
use crate::controls::{Failed, SnapshotInfo, Written};
use crate::state::SnapshotName;
use crate::store::{Difference, MAX_SNAPSHOT};
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::Arc;
use utoipa::ToSchema;

/// What is told of a snapshot.
#[derive(Serialize, ToSchema)]
#[schema(as = Snapshot)]
struct Shown {
    name: String,
    taken_at: Timestamp,
    /// How many rows it holds, by table.
    counts: BTreeMap<String, u64>,
    /// How long the document is.
    bytes: u64,
}

/// The second state of a comparison.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described; it is read by name")]
pub(super) struct With {
    /// The name of another snapshot; what is there now when it is not given.
    #[param(nullable = false, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    with: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Comparison {
    same: bool,
    /// All of them, told or not.
    count: usize,
    differences: Vec<Told>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Difference)]
struct Told {
    /// The table.
    table: &'static str,
    /// Whose it is, in snapshots of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    account: Option<String>,
    /// In words.
    what: String,
}

/// Lists the snapshots by name.
#[utoipa::path(get, path = "/snapshots", tag = "snapshots", responses(
    (status = 200, description = "Snapshots", body = Listing<Shown>),
))]
pub(super) async fn list(Plain(controls): Plain) -> Result<Response, Problem> {
    let found = controls.snapshots().list().await?;
    Ok(body::json(StatusCode::OK, &Listing::new(found.into_iter().map(Shown::from).collect(), None::<String>)))
}

/// Takes a snapshot of what is there now; with a body, keeps that instead. In the place of another of that name.
#[utoipa::path(put, path = "/snapshots/{name}", tag = "snapshots", params(SnapshotKey),
    request_body(content = Option<Object>, description = "A snapshot that was downloaded", content_type = "application/json"),
    responses(
        (status = 200, description = "The snapshot, in the place of another", body = Shown),
        (status = 201, description = "The snapshot, which is new", body = Shown),
    ),
)]
pub(super) async fn put(
    State(app): State<Arc<App>>,
    Plain(controls): Plain,
    SnapshotKey { name }: SnapshotKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let reader = |mut arriving: Arriving| {
        let mut text = String::new();
        arriving.read_to_string(&mut text).map(|_| text)
    };
    let text = match stream::read(body, MAX_SNAPSHOT, app.config.body_timeout, reader).await {
        Ok(text) => text.map_err(|_| Problem::bad_request("it is no UTF-8"))?,
        Err(Unread::Unread(trouble)) => return Err(body::unread(trouble, MAX_SNAPSHOT)),
        Err(Unread::Reader(error)) => std::panic::resume_unwind(error.into_panic()),
    };
    let Written { now, is_new } = if text.is_empty() {
        controls.snapshots().take(&name).await?
    } else {
        body::media_type(&headers, &[JSON], None)?;
        controls.snapshots().upload(&name, text).await?
    };
    Ok(body::written(is_new, &Shown::from(now)))
}

/// Answers a snapshot whole: one JSON document with a version, which PUT takes again, here or on another server.
#[utoipa::path(get, path = "/snapshots/{name}", tag = "snapshots", params(SnapshotKey), responses(
    (status = 200, description = "The snapshot", body = Object, content_type = "application/json"),
))]
pub(super) async fn show(Plain(controls): Plain, SnapshotKey { name }: SnapshotKey) -> Result<Response, Problem> {
    let snapshot = controls.snapshots().get(&name).await?;
    Ok(([(header::CONTENT_TYPE, JSON)], snapshot.doc.to_string()).into_response())
}

/// Removes a snapshot.
#[utoipa::path(delete, path = "/snapshots/{name}", tag = "snapshots", params(SnapshotKey), responses(
    (status = 204, description = "It is gone"),
))]
pub(super) async fn delete(Plain(controls): Plain, SnapshotKey { name }: SnapshotKey) -> Result<Response, Problem> {
    body::gone(controls.snapshots().remove(&name).await?, || Failed::Unknown(name).into())
}

/// Makes everything what it was when the snapshot was taken. The journal and the secret stay as they are.
#[utoipa::path(post, path = "/snapshots/{name}/restore", tag = "snapshots", params(SnapshotKey), responses(
    (status = 200, description = "What is there again", body = Shown),
))]
pub(super) async fn restore(Plain(controls): Plain, SnapshotKey { name }: SnapshotKey) -> Result<Response, Problem> {
    let restored = controls.snapshots().restore(&name).await?;
    Ok(body::json(StatusCode::OK, &Shown::from(restored)))
}

/// Tells in words what is not as it was in the snapshot: now, or in another snapshot.
#[utoipa::path(get, path = "/snapshots/{name}/diff", tag = "snapshots", params(SnapshotKey, With), responses(
    (status = 200, description = "The differences", body = Comparison),
))]
pub(super) async fn diff(
    Meant(controls): Meant,
    SnapshotKey { name }: SnapshotKey,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &["with"])?;
    let with: Option<SnapshotName> = query.parsed("with")?;
    let found = controls.snapshots().diff(&name, with.as_ref().map(SnapshotName::as_str)).await?;
    let differences: Vec<Told> = found.told.into_iter().map(Told::from).collect();
    Ok(body::json(StatusCode::OK, &Comparison { same: found.count == 0, count: found.count, differences }))
}

impl From<SnapshotInfo> for Shown {
    fn from(info: SnapshotInfo) -> Self {
        let SnapshotInfo { name, taken_at, counts, bytes } = info;
        Self { name, taken_at, counts, bytes }
    }
}

impl From<Difference> for Told {
    fn from(difference: Difference) -> Self {
        let Difference { table, account, what } = difference;
        Self { table, account, what }
    }
}

impl From<Failed> for Problem {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Unknown(_) => Self::new(StatusCode::NOT_FOUND, failed.to_string()),
            Failed::Name(_) | Failed::Unusable(_) => Self::bad_request(failed.to_string()),
            Failed::TooLarge(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, failed.to_string()),
            Failed::Unrestored(_) => Self::new(StatusCode::CONFLICT, format!("{failed}; nothing was changed")),
            Failed::Store(error) => error.into(),
        }
    }
}
