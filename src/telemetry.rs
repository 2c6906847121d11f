//! Logs: where they go, in which form, and how loud. It must not know what is logged.

use crate::config::LogFormat;
use std::io::{self, IsTerminal as _};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Sends what this process logs to stderr, in `format` (none: text on a terminal, else JSON), at the level that the environment
/// variable `RUST_LOG` says, else `info`. The first call in a process counts; a program that embeds the server and has a
/// subscriber of its own need not call it.
pub fn init(format: Option<LogFormat>) {
    let terminal = io::stderr().is_terminal();
    let format = format.unwrap_or(if terminal { LogFormat::Text } else { LogFormat::Json });
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let (filter, mistake) = match EnvFilter::try_new(if wanted.is_empty() { "info" } else { &wanted }) {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::new("info"), Some(error)),
    };
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
        // A log that nobody reads any more must not stop the server: by default the failure is itself printed, and that panics.
        .log_internal_errors(false);
    let outcome = match format {
        LogFormat::Text => logs.finish().try_init(),
        LogFormat::Json => logs.json().flatten_event(true).finish().try_init(),
    };
    if let (Ok(()), Some(mistake)) = (outcome, mistake) {
        tracing::warn!("RUST_LOG is not understood, so the level is info: {mistake}");
    }
}
