//! `/livez`, `/readyz` and `/metrics`: for whoever runs the server, not for clients of the service.

use crate::app::App;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;

/// How long the database may take to answer before the server counts as not ready.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// 200 while the process runs.
pub(super) async fn livez() -> &'static str {
    "ok\n"
}

/// 200 only when the store answers. The catalogue is loaded before the server listens at all.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Response {
    match tokio::time::timeout(PING_TIMEOUT, app.store.ping()).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(error)) => unready(&error.to_string()),
        Err(_) => unready("the database does not answer"),
    }
}

fn unready(why: &str) -> Response {
    tracing::warn!(why, "not ready");
    (StatusCode::SERVICE_UNAVAILABLE, "not ready: the database does not answer\n").into_response()
}

/// Prometheus' text format.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, content_type)], app.metrics.render()).into_response()
}

/// The control API's place, kept free for it.
pub(super) async fn no_control_api() -> Response {
    let problem =
        r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"the control API is not built yet"}"#;
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/problem+json")], problem).into_response()
}
