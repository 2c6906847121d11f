//! `/livez`, `/readyz` and `/metrics`: for whoever runs the server, not for clients of the service.

use crate::app::App;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// 200 while the process runs.
pub(super) async fn livez() -> &'static str {
    "ok\n"
}

/// 200 only when the store answers; why it does not is for the log. The catalogue is loaded before the server listens at all.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Response {
    match app.readiness.ask(async || app.store.ping().await).await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response(),
    }
}

/// Prometheus' text format.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, content_type)], app.metrics.render()).into_response()
}
