//! Trouble that many requests meet at once: the log tells when it begins and when it is over, and not of each request.
//!
//! Must not know what the trouble is.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Trouble that did not show for so long is over.
const QUIET: Duration = Duration::from_secs(10);

/// One kind of trouble.
pub(crate) struct Alarm {
    /// What the log says when it is over.
    over: &'static str,
    raised: Mutex<Option<Raised>>,
}

struct Raised {
    last: Instant,
    times: u64,
}

impl Alarm {
    /// Trouble that has not come yet. `over` is what the log says when it is over.
    pub(crate) const fn new(over: &'static str) -> Self {
        Self { over, raised: Mutex::new(None) }
    }

    /// Notes that the trouble shows; the first time `tell` tells of it.
    pub(crate) fn raise(&self, tell: impl FnOnce()) {
        if self.note(Instant::now()) {
            tell();
        }
    }

    /// Tells that it is over, if that is so. To be called now and then.
    pub(crate) fn settle(&self) {
        if let Some(times) = self.quiet_since(Instant::now()) {
            tracing::info!(times, "{}; it happened {times} times", self.over);
        }
    }

    /// Answers whether it is news.
    fn note(&self, now: Instant) -> bool {
        let mut raised = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        let times = raised.as_ref().map_or(0, |raised| raised.times);
        *raised = Some(Raised { last: now, times: times + 1 });
        times == 0
    }

    /// How often it happened, once it is over.
    fn quiet_since(&self, now: Instant) -> Option<u64> {
        let mut raised = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        let over = raised.as_ref().is_some_and(|raised| now.saturating_duration_since(raised.last) >= QUIET);
        if over { raised.take().map(|raised| raised.times) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_news_once_until_it_is_over() {
        let alarm = Alarm::new("over");
        let began = Instant::now();
        assert_eq!(alarm.quiet_since(began), None);
        assert!(alarm.note(began));
        assert!(!alarm.note(began + QUIET / 2) && !alarm.note(began + QUIET));
        assert_eq!(alarm.quiet_since(began + QUIET + QUIET / 2), None);
        assert_eq!(alarm.quiet_since(began + QUIET * 2), Some(3));
        assert_eq!(alarm.quiet_since(began + QUIET * 9), None, "that it is over is told once");
        assert!(alarm.note(began + QUIET * 9), "and the next is news again");
    }
}
