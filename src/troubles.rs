//! What goes wrong for many requests at once, in the words of the log. Each kind is told when it begins and when it is over.

use crate::alarm::Alarm;
use crate::config::{Config, format_duration};
use crate::store::StoreError;
use jiff::SignedDuration;

/// The kinds.
pub(crate) struct Troubles {
    /// What may be, for the words.
    max_connections: usize,
    max_in_flight: usize,
    request_timeout: String,
    crowded: Alarm,
    full: Alarm,
    busy: Alarm,
    slow: Alarm,
    failing: Alarm,
    no_files: Alarm,
}

impl Troubles {
    pub(crate) fn new(config: &Config) -> Self {
        let timeout = SignedDuration::try_from(config.request_timeout).unwrap_or(SignedDuration::MAX);
        Self {
            max_connections: config.max_connections,
            max_in_flight: config.max_in_flight,
            request_timeout: format_duration(timeout),
            crowded: Alarm::new("no connection is turned away any more"),
            full: Alarm::new("no request is turned away any more because of others under way"),
            busy: Alarm::new("the database keeps up again"),
            slow: Alarm::new("the database answers in time again"),
            failing: Alarm::new("the database has not failed for a while"),
            no_files: Alarm::new("connections are accepted again"),
        }
    }

    /// A connection beyond those that are served.
    pub(crate) fn crowded(&self) {
        self.crowded.raise(|| {
            let limit = self.max_connections;
            tracing::warn!(limit, "{limit} connections are open (max_connections); further ones are turned away");
        });
    }

    /// A request beyond those that may be under way.
    pub(crate) fn full(&self) {
        self.full.raise(|| {
            let limit = self.max_in_flight;
            tracing::warn!(limit, "{limit} requests are under way (max_in_flight); further ones are turned away");
        });
    }

    /// A connection that the system did not let in.
    pub(crate) fn not_accepted(&self, error: &std::io::Error) {
        self.no_files.raise(|| tracing::error!(%error, "cannot accept connections; those that are open are served"));
    }

    /// What the database did not do. `what` is what was asked for.
    pub(crate) fn store(&self, what: &str, error: &StoreError) {
        match error {
            StoreError::Busy | StoreError::Locked(_) => self.busy.raise(|| {
                tracing::warn!("{error}: requests are answered with RequestThrottled");
            }),
            StoreError::TooSlow => self.slow.raise(|| {
                let limit = &self.request_timeout;
                tracing::warn!(
                    limit,
                    "the database takes longer than {limit} (request_timeout): requests are answered with RequestThrottled"
                );
            }),
            StoreError::Database { .. } | StoreError::Unusable { .. } => {
                tracing::debug!(operation = what, %error, "the database failed");
                self.failing.raise(|| {
                    tracing::error!(operation = what, %error, "the database fails: {error}");
                });
            }
            // Trouble of its own, of which the next may be another.
            error => tracing::error!(operation = what, %error, "the database failed"),
        }
    }

    /// Tells of those that are over. To be called now and then.
    pub(crate) fn settle(&self) {
        for alarm in [&self.crowded, &self.full, &self.busy, &self.slow, &self.failing, &self.no_files] {
            alarm.settle();
        }
    }
}
