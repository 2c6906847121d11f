//! Request bodies: read whole, within the limits of size and time. Must not know what they hold.

use super::answer::Answer;
use crate::app::App;
use axum::body::HttpBody as _;
use axum::body::{Body, Bytes};
use axum::response::Response;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::time::Duration;

/// Why a body was not read to its end. What is left of it stays unread, so the connection must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is beyond the limit.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// It ended before its announced length, or its chunks are malformed.
    Incomplete,
}

/// Reads a body of at most `limit` bytes, which must arrive within `patience`.
pub(super) async fn whole(body: Body, limit: usize, patience: Duration) -> Result<Bytes, Unread> {
    // Told beforehand, so that a client which waits for our word does not send it.
    if body.size_hint().lower() > limit as u64 {
        return Err(Unread::TooLarge);
    }
    match tokio::time::timeout(patience, Limited::new(body, limit).collect()).await {
        Err(_) => Err(Unread::TooSlow),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Ok(Err(_)) => Err(Unread::Incomplete),
    }
}

/// Reads the body of an ECS request; an `Err` is the answer to one that breaks the limits.
pub(super) async fn read_body(app: &App, body: Body) -> Result<Bytes, Response> {
    whole(body, app.config.max_body, app.config.body_timeout).await.map_err(|unread| match unread {
        Unread::TooLarge => Answer::body_too_large(app),
        Unread::TooSlow => Answer::body_too_slow(app),
        Unread::Incomplete => Answer::body_incomplete(app),
    })
}
