//! Time as an argument. Nothing else in the crate reads the system's clock; clippy and `tests/architecture.rs` see to it.

use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, PoisonError};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// A moment as exact as carts keep it: rounded down to the microsecond.
#[must_use]
pub fn to_the_microsecond(at: Timestamp) -> Timestamp {
    // Before 1970 the part of a second is negative, and this rounds up: the next one is below it.
    let beyond = at.subsec_nanosecond() % 1000;
    let down = if beyond < 0 { beyond + 1000 } else { beyond };
    if down == 0 { at } else { at.checked_sub(SignedDuration::from_nanos(down.into())).unwrap_or(at) }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system's time")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `start`.
    pub const fn new(start: Timestamp) -> Self {
        Self(Mutex::new(start))
    }

    /// Moves the clock by `step`. Stays where it is when that would leave the range of a [`Timestamp`].
    pub fn advance(&self, step: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(step).unwrap_or(*now);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
