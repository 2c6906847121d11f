//! Request bodies: read whole, within the limits of size and time. Must not know what they hold.

use super::answer::{Answer, Document};
use crate::app::App;
use axum::body::HttpBody as _;
use axum::body::{Body, Bytes};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// Why a body was not read to its end. What is left of it stays unread, so the connection must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyTrouble {
    /// It is larger than the limit.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// It ended before its announced length, or its chunks are malformed.
    Incomplete,
}

/// Reads the body within the limits of size and time; an `Err` is the answer to one that breaks them.
pub(super) async fn read_body(app: &App, body: Body) -> Result<Bytes, Document> {
    collect_body(app, body).await.map_err(|trouble| match trouble {
        BodyTrouble::TooLarge => Answer::body_too_large(app),
        BodyTrouble::TooSlow => Answer::body_too_slow(app),
        BodyTrouble::Incomplete => Answer::body_incomplete(app),
    })
}

/// As [`read_body`], for answers that are no ECS documents.
pub(super) async fn collect_body(app: &App, body: Body) -> Result<Bytes, BodyTrouble> {
    if body.is_end_stream() {
        return Ok(Bytes::new()); // a GET, nearly always
    }
    // Told beforehand, so that a client which waits for our word does not send it.
    if body.size_hint().lower() > app.config.max_body as u64 {
        return Err(BodyTrouble::TooLarge);
    }
    let read = Limited::new(body, app.config.max_body).collect();
    match tokio::time::timeout(app.config.body_timeout, read).await {
        Err(_) => Err(BodyTrouble::TooSlow),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(BodyTrouble::TooLarge),
        Ok(Err(_)) => Err(BodyTrouble::Incomplete),
    }
}
