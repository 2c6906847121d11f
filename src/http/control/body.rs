//! Bodies in and out: which media types are taken, how much of them, and JSON as an answer. Must not know what they hold.

use super::problem::Problem;
use crate::app::App;
use crate::http::body::{BodyTrouble, collect_body};
use crate::nearest::nearest;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The name of JSON.
pub(super) const JSON: &str = "application/json";

/// A value as an answer.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).expect("what is shown are texts, numbers and lists of them");
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
}

/// Something that was written: 201 when there was none before.
pub(super) fn written(is_new: bool, value: &impl Serialize) -> Response {
    json(if is_new { StatusCode::CREATED } else { StatusCode::OK }, value)
}

/// Something that was removed, if it was there.
pub(super) fn gone(was_there: bool, unknown: impl FnOnce() -> Problem) -> Result<Response, Problem> {
    if was_there { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(unknown()) }
}

/// Refuses a body of none of these media types; one without a type is taken for the first. Answers the type.
pub(super) fn media_type(
    headers: &HeaderMap,
    taken: &[&'static str],
    tells: Option<&HeaderName>,
) -> Result<&'static str, Problem> {
    let list = taken.join(", ");
    let refused = |detail: String| {
        let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail);
        match (tells, HeaderValue::from_str(&list)) {
            (Some(name), Ok(list)) => problem.with(name.clone(), list),
            _ => problem,
        }
    };
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(refused("a body is taken as it is, without a Content-Encoding".to_owned()));
    }
    let Some(given) = headers.get(header::CONTENT_TYPE) else { return Ok(taken[0]) };
    let given = String::from_utf8_lossy(given.as_bytes());
    let essence = given.split(';').next().unwrap_or_default().trim();
    let found = taken.iter().find(|known| known.eq_ignore_ascii_case(essence));
    found.copied().ok_or_else(|| refused(format!("a body of the type {essence:?} is not taken; known ones are {list}")))
}

/// The whole body, as large as other bodies may be.
pub(super) async fn whole(app: &App, body: Body) -> Result<Bytes, Problem> {
    collect_body(app, body).await.map_err(|trouble| unread(trouble, app.config.max_body))
}

/// A body of JSON as it came.
pub(super) struct Raw(pub(super) Bytes);

/// A body of JSON as what its type reads; none at all is read as `{}`.
pub(super) struct Read<T>(pub(super) T);

impl FromRequest<Arc<App>> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        media_type(&head.headers, &[JSON], None)?;
        whole(app, body).await.map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Read<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let Raw(body) = Raw::from_request(request, app).await?;
        read(if body.is_empty() { b"{}" } else { &body }).map(Self)
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, why) = (error.path().to_string(), unreadable(&error.inner().to_string()));
        // The body as a whole is called so.
        if path == "." { why } else { format!("{path}: {why}") }
    });
    let read = read.and_then(|read| json.end().map(|()| read).map_err(|error| error.to_string()));
    read.map_err(Problem::bad_request)
}

/// What is wrong with a body, and which name was probably meant: serde puts the unknown one and then the known ones in backticks.
fn unreadable(error: &str) -> String {
    let mut names = error.split('`').skip(1).step_by(2);
    let unknown = names.next().filter(|_| error.starts_with("unknown "));
    let meant = unknown.and_then(|unknown| nearest(unknown, names));
    meant.map_or_else(|| error.to_owned(), |meant| format!("{error}; did you mean `{meant}`?"))
}

/// Why a body was not read. What is left of it is not read either, so the connection ends.
pub(super) fn unread(trouble: BodyTrouble, limit: usize) -> Problem {
    let (status, detail) = match trouble {
        BodyTrouble::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, format!("the body is larger than {limit} bytes")),
        BodyTrouble::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time".to_owned()),
        BodyTrouble::Incomplete => (StatusCode::BAD_REQUEST, "the body ended before its announced length".to_owned()),
    };
    Problem::new(status, detail).with(header::CONNECTION, HeaderValue::from_static("close"))
}
