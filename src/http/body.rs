//! Request bodies: read whole, within the limits of size and time. Must not know what they hold.

use super::answer::Answer;
use crate::app::App;
use axum::body::HttpBody as _;
use axum::body::{Body, Bytes};
use axum::response::Response;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// Reads the body within the limits of size and time; an `Err` is the answer to one that breaks them.
pub(super) async fn read_body(app: &App, body: Body) -> Result<Bytes, Response> {
    // Told beforehand, so that a client which waits for our word does not send it.
    if body.size_hint().lower() > app.config.max_body as u64 {
        return Err(Answer::body_too_large(app));
    }
    let read = Limited::new(body, app.config.max_body).collect();
    match tokio::time::timeout(app.config.body_timeout, read).await {
        Err(_) => Err(Answer::body_too_slow(app)),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Answer::body_too_large(app)),
        Ok(Err(_)) => Err(Answer::body_incomplete(app)),
    }
}
