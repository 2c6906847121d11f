//! `/info`: what this server is, and how it is set. No secret is in it.

use super::body;
use super::problem::Problem;
use super::query::Query;
use crate::app::App;
use crate::cart::Locale;
use crate::config::{Config, SETTINGS};
use crate::protocol::{Operation, Version};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;
use utoipa::ToSchema;

/// What a server is, and how it is set.
#[derive(Serialize, ToSchema)]
struct Info {
    version: &'static str,
    /// Where the service is.
    url: String,
    api_versions: Vec<&'static str>,
    locales: Vec<&'static str>,
    operations: Vec<&'static str>,
    /// By their keys, as the file spells them; null where one has no value, and `…` for secrets.
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    counts: Counts,
}

#[derive(Serialize, ToSchema)]
struct Counts {
    /// Open connections, this one included.
    connections: i64,
    /// Requests in the journal.
    journal_entries: usize,
    /// What they take in memory.
    journal_bytes: usize,
}

/// Answers what the server is, and how it is set.
#[utoipa::path(get, path = "/info", tag = "info", responses((status = 200, description = "The server", body = Info)))]
pub(super) async fn show(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let (journal_entries, journal_bytes) = app.journal.size();
    let info = Info {
        version: env!("CARGO_PKG_VERSION"),
        url: app.bound_url.clone(),
        api_versions: Version::ALL.into_iter().map(Version::as_str).collect(),
        locales: Locale::ALL.into_iter().map(Locale::name).collect(),
        operations: Operation::all().map(Operation::name).collect(),
        settings: settings(&app.config),
        counts: Counts { connections: app.metrics.connections().get(), journal_entries, journal_bytes },
    };
    Ok(body::json(StatusCode::OK, &info))
}

/// Every setting by its key, as the file spells it; null where it has no value. Secrets are shown as `…`.
fn settings(config: &Config) -> Map<String, Value> {
    let value =
        |shown: toml::Value| serde_json::to_value(shown).expect("settings are texts, numbers and lists of them");
    let shown =
        SETTINGS.iter().map(|setting| (setting.key.to_owned(), setting.show(config).map_or(Value::Null, value)));
    shown.collect()
}
