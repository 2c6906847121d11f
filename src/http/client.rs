//! Whether whoever asked still waits for the answer. Looked at only while an answer is held back on purpose; else it costs nothing.
//!
//! A client that closes its side and waits (`half_close`) cannot be told from one that has gone away. So nothing is taken back
//! because of it: it is only waited for no longer. Must not know why anybody asks.

use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// The client of a connection. Its socket is told by it when to look, and tells it what it saw.
#[derive(Debug, Default)]
pub(crate) struct Client {
    watched: AtomicBool,
    gone: Notify,
}

impl Client {
    /// Waits until it has closed its side of the connection.
    pub(super) async fn left(&self) {
        // However the wait ends, also when it is given up.
        struct Watch<'a>(&'a AtomicBool);
        impl Drop for Watch<'_> {
            fn drop(&mut self) {
                self.0.store(false, Ordering::Relaxed);
            }
        }
        self.watched.store(true, Ordering::Relaxed);
        let _watch = Watch(&self.watched);
        self.gone.notified().await;
    }

    /// Whether somebody wants to know.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Relaxed)
    }

    /// It has closed its side.
    pub(crate) fn leave(&self) {
        self.gone.notify_waiters();
    }
}
