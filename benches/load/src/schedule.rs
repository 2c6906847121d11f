//! When the next request is due. Must not know what a request is.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// The schedule that all connections of a load share. All run on one thread, hence cells and no locks.
#[derive(Debug)]
pub struct Schedule {
    start: Instant,
    end: Instant,
    /// Requests that have had their turn.
    taken: Cell<u32>,
    /// The most requests that get one.
    limit: u32,
    /// Between two requests in an open loop; `None` is a closed loop: each connection sends its next request when it has its
    /// answer.
    gap: Option<Duration>,
}

impl Schedule {
    /// A schedule that starts now and ends after `span`, or after `limit` requests. With a `rate` (requests a second over all
    /// connections, above 0) it is an open loop.
    pub fn start(span: Duration, limit: u32, rate: Option<f64>) -> Self {
        let start = Instant::now();
        let gap = rate.map(|rate| Duration::from_secs_f64(1.0 / rate));
        Self { start, end: start + span, taken: Cell::new(0), limit, gap }
    }

    /// Waits for the next request's turn, and gives the moment from which its latency counts; `None` when there is none left.
    ///
    /// In an open loop a request that was due while all connections were busy counts from when it was due: a slow server cannot
    /// hide its delays by being asked less. One that is early counts from when it is sent, so that the timer's own delay is
    /// not charged to the server.
    pub async fn turn(&self) -> Option<Instant> {
        let number = self.taken.get();
        let now = Instant::now();
        if now >= self.end || number >= self.limit {
            return None;
        }
        self.taken.set(number + 1);
        let Some(gap) = self.gap else { return Some(now) };
        let due = self.start + gap * number;
        if due >= self.end {
            return None;
        }
        if due > now {
            tokio::time::sleep_until(due.into()).await;
            return Some(Instant::now());
        }
        Some(due)
    }

    /// Since the start.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}
