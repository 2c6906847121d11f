//! Bodies in and out: which media types are taken, how much of them, and JSON as an answer. Must not know what they hold.

use super::problem::Problem;
use crate::app::App;
use crate::http::body::{BodyTrouble, collect_body};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

/// The name of JSON.
pub(super) const JSON: &str = "application/json";

/// A value as an answer.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).expect("what is shown are texts, numbers and lists of them");
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
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

/// Why a body was not read. What is left of it is not read either, so the connection ends.
pub(super) fn unread(trouble: BodyTrouble, limit: usize) -> Problem {
    let (status, detail) = match trouble {
        BodyTrouble::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, format!("the body is larger than {limit} bytes")),
        BodyTrouble::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time".to_owned()),
        BodyTrouble::Incomplete => (StatusCode::BAD_REQUEST, "the body ended before its announced length".to_owned()),
    };
    Problem::new(status, detail).with(header::CONNECTION, HeaderValue::from_static("close"))
}
