//! `…/snapshots`: named states, to be taken, downloaded, uploaded, restored and compared.

use super::Control;
use super::body::{self, JSON};
use super::paging::Listing;
use super::problem::Problem;
use super::query::Query;
use super::scope::{Scope, SnapshotKey, SnapshotName};
use super::stream::{self, Arriving, Failed as Unread};
use crate::state::{self, Failed};
use crate::store::{Difference, MAX_SNAPSHOT, Snapshot, SnapshotInfo, Unrestored};
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
pub(super) async fn list(
    State(control): State<Arc<Control>>,
    scope: Scope,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let found = control.app.store.snapshots(&scope.account).await?;
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
    State(control): State<Arc<Control>>,
    scope: Scope,
    SnapshotKey { name }: SnapshotKey,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let whose = scope.whose();
    let of_body = whose.clone();
    let reader = move |mut arriving: Arriving| {
        let mut text = String::new();
        match arriving.read_to_string(&mut text) {
            Ok(0) => Ok(None),
            Ok(_) => state::uploaded(text.into(), &of_body).map(Some),
            Err(_) => Err(Unrestored::Invalid("it is no UTF-8".to_owned())),
        }
    };
    let read = stream::read(body, MAX_SNAPSHOT, control.app.config.body_timeout, reader).await;
    let uploaded = match read {
        Ok(uploaded) => uploaded.map_err(|error| Problem::bad_request(error.to_string()))?,
        Err(Unread::Unread(trouble)) => return Err(body::unread(trouble, MAX_SNAPSHOT)),
        Err(Unread::Reader(error)) => std::panic::resume_unwind(error.into_panic()),
    };
    let snapshot = match uploaded {
        Some(snapshot) => {
            body::media_type(&headers, &[JSON], None)?;
            snapshot
        }
        None => state::take(&control.app, whose, control.now(&scope.account)).await?,
    };
    let shown = Shown {
        name: name.as_str().to_owned(),
        taken_at: snapshot.taken_at,
        counts: snapshot.counts.clone(),
        bytes: snapshot.doc.len() as u64,
    };
    let is_new = control.app.store.put_snapshot(&scope.account, name.as_str(), snapshot).await?;
    Ok(body::json(if is_new { StatusCode::CREATED } else { StatusCode::OK }, &shown))
}

/// Answers a snapshot whole: one JSON document with a version, which PUT takes again, here or on another server.
#[utoipa::path(get, path = "/snapshots/{name}", tag = "snapshots", params(SnapshotKey), responses(
    (status = 200, description = "The snapshot", body = Object, content_type = "application/json"),
))]
pub(super) async fn show(
    State(control): State<Arc<Control>>,
    scope: Scope,
    SnapshotKey { name }: SnapshotKey,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let snapshot = control.snapshot(&scope, &name).await?;
    Ok(([(header::CONTENT_TYPE, JSON)], snapshot.doc.to_string()).into_response())
}

/// Removes a snapshot.
#[utoipa::path(delete, path = "/snapshots/{name}", tag = "snapshots", params(SnapshotKey), responses(
    (status = 204, description = "It is gone"),
))]
pub(super) async fn delete(
    State(control): State<Arc<Control>>,
    scope: Scope,
    SnapshotKey { name }: SnapshotKey,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let was_there = control.app.store.delete_snapshot(&scope.account, name.as_str()).await?;
    if was_there { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(unknown(&name)) }
}

/// Makes everything what it was when the snapshot was taken. The journal and the secret stay as they are.
#[utoipa::path(post, path = "/snapshots/{name}/restore", tag = "snapshots", params(SnapshotKey), responses(
    (status = 200, description = "What is there again", body = Shown),
))]
pub(super) async fn restore(
    State(control): State<Arc<Control>>,
    scope: Scope,
    SnapshotKey { name }: SnapshotKey,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let Snapshot { taken_at, counts, doc } = control.snapshot(&scope, &name).await?;
    let bytes = doc.len() as u64;
    let _turn = control.edits.lock().await;
    state::restore(&control.app, scope.whose(), doc).await?;
    Ok(body::json(StatusCode::OK, &Shown { name: name.as_str().to_owned(), taken_at, counts, bytes }))
}

/// Tells in words what is not as it was in the snapshot: now, or in another snapshot.
#[utoipa::path(get, path = "/snapshots/{name}/diff", tag = "snapshots", params(SnapshotKey, With), responses(
    (status = 200, description = "The differences", body = Comparison),
))]
pub(super) async fn diff(
    State(control): State<Arc<Control>>,
    scope: Scope,
    SnapshotKey { name }: SnapshotKey,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &["with"])?;
    let with: Option<SnapshotName> = query.parsed("with")?;
    let before = control.snapshot(&scope, &name).await?;
    let after = match with {
        Some(other) => control.snapshot(&scope, &other).await?,
        None => state::take(&control.app, scope.whose(), control.now(&scope.account)).await?,
    };
    let found = state::compare(before.doc, after.doc, scope.whose()).await?;
    let differences: Vec<Told> = found.told.into_iter().map(Told::from).collect();
    Ok(body::json(StatusCode::OK, &Comparison { same: found.count == 0, count: found.count, differences }))
}

impl Control {
    async fn snapshot(&self, scope: &Scope, name: &SnapshotName) -> Result<Snapshot, Problem> {
        let found = self.app.store.snapshot(&scope.account, name.as_str()).await?;
        found.ok_or_else(|| unknown(name))
    }
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
            Failed::TooLarge(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, failed.to_string()),
            Failed::Unrestored(Unrestored::Invalid(_) | Unrestored::Taken(_)) => {
                Self::new(StatusCode::CONFLICT, format!("{failed}; nothing was changed"))
            }
            Failed::Store(error) => error.into(),
        }
    }
}

fn unknown(name: &SnapshotName) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("there is no snapshot {:?} here", name.as_str()))
}
