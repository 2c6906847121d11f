//! When a cart dies (docs/PROTOCOL.md, section 6).

use super::cart::Cart;
use jiff::{SignedDuration, Timestamp};

/// How long carts live after the last operation on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// A cart with lines lives this long.
    pub idle: SignedDuration,
    /// An empty cart lives this long.
    pub empty: SignedDuration,
    /// Every read rewrites the stored time of the last operation, and carts die on the dot.
    pub exact: bool,
}

impl Default for Expiry {
    fn default() -> Self {
        Self { idle: SignedDuration::from_hours(90 * 24), empty: SignedDuration::from_hours(7 * 24), exact: false }
    }
}

impl Expiry {
    /// How stale the stored time of the last operation may be: reading a cart rewrites it only when it is older than this.
    ///
    /// A thousandth of the shorter life, a minute at most; none where all is exact. Every expiry adds it, so that a cart never dies
    /// early.
    pub fn slack(self) -> SignedDuration {
        if self.exact {
            return SignedDuration::ZERO;
        }
        (self.idle.min(self.empty) / 1000).min(SignedDuration::from_mins(1))
    }

    /// The same lives, on the dot.
    #[must_use]
    pub const fn exactly(self) -> Self {
        Self { exact: true, ..self }
    }

    /// The life of a cart with (`has_lines`) or without lines, slack included.
    pub fn life(self, has_lines: bool) -> SignedDuration {
        let life = if has_lines { self.idle } else { self.empty };
        life.saturating_add(self.slack())
    }

    /// Whether the cart has been idle for more than its life.
    pub fn is_over(self, cart: &Cart, now: Timestamp) -> bool {
        now.duration_since(cart.touched_at) > self.life(!cart.lines.is_empty())
    }

    /// Whether a read at `now` must rewrite the stored time.
    pub fn needs_touch(self, touched_at: Timestamp, now: Timestamp) -> bool {
        now.duration_since(touched_at) > self.slack()
    }

    /// Carts (with lines, or without) that were last touched before this moment are dead at `now`.
    pub fn deadline(self, has_lines: bool, now: Timestamp) -> Timestamp {
        now.checked_sub(self.life(has_lines)).unwrap_or(Timestamp::MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slack_is_a_thousandth_of_the_shorter_life_and_at_most_a_minute() {
        assert_eq!(Expiry::default().slack(), SignedDuration::from_mins(1));
        let short = Expiry { idle: SignedDuration::from_secs(10), empty: SignedDuration::from_secs(2), exact: false };
        assert_eq!(short.slack(), SignedDuration::from_millis(2));
        assert_eq!(short.exactly().slack(), SignedDuration::ZERO);
        assert!(
            short.exactly().needs_touch(Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + SignedDuration::from_micros(1))
        );
    }

    #[test]
    fn a_deadline_before_the_beginning_of_time_kills_nothing() {
        let forever = Expiry { idle: SignedDuration::MAX, empty: SignedDuration::MAX, exact: false };
        assert_eq!(forever.deadline(true, Timestamp::UNIX_EPOCH), Timestamp::MIN);
    }
}
