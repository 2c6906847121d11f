//! The clock that an account goes by: the server's own, one that is ahead of it or behind it, or one that stands still.
//!
//! All of it follows from the time of the server's own clock, so that a request reads that one once.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A clock that an account was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockSetting {
    /// The server's own clock, whatever the server's settings say.
    Real,
    /// So many microseconds ahead of it, or behind it.
    Shifted(i64),
    /// It stands still.
    Frozen(Timestamp),
}

/// How a clock goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockMode {
    /// As the server's own.
    Real,
    /// As that one, and shows another time.
    Shifted,
    /// Not at all.
    Frozen,
}

impl ClockMode {
    /// Its name in the control API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Shifted => "shifted",
            Self::Frozen => "frozen",
        }
    }
}

/// A time that no clock can show: before the year -9999 or after 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no clock can show that time")]
pub struct OutOfTime;

impl ClockSetting {
    /// What the clock shows when the server's own shows `real`. Stays at `real` where it would leave the range of a [`Timestamp`].
    pub fn at(self, real: Timestamp) -> Timestamp {
        match self {
            Self::Real => real,
            Self::Shifted(by) => real.checked_add(SignedDuration::from_micros(by)).unwrap_or(real),
            Self::Frozen(at) => at,
        }
    }

    /// How it goes.
    pub const fn mode(self) -> ClockMode {
        match self {
            Self::Real => ClockMode::Real,
            Self::Shifted(_) => ClockMode::Shifted,
            Self::Frozen(_) => ClockMode::Frozen,
        }
    }

    /// The clock that shows `now` from now on, and goes on as this one does: one that stands still stays where it is put.
    pub fn set(self, now: Timestamp, real: Timestamp) -> Result<Self, OutOfTime> {
        match self {
            Self::Frozen(_) => Ok(Self::Frozen(now)),
            Self::Real | Self::Shifted(_) => {
                let by = i64::try_from(now.duration_since(real).as_micros()).map_err(|_| OutOfTime)?;
                Ok(Self::Shifted(by))
            }
        }
    }

    /// The clock that shows what this one shows, and stands still.
    #[must_use]
    pub fn frozen(self, real: Timestamp) -> Self {
        Self::Frozen(self.at(real))
    }

    /// The clock that shows what this one shows, and goes.
    pub fn going(self, real: Timestamp) -> Result<Self, OutOfTime> {
        match self {
            Self::Frozen(at) => Self::Real.set(at, real),
            going => Ok(going),
        }
    }

    /// The clock that shows a later time, and goes on as this one does.
    pub fn advanced(self, by: SignedDuration, real: Timestamp) -> Result<Self, OutOfTime> {
        self.set(self.at(real).checked_add(by).map_err(|_| OutOfTime)?, real)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_shifted_clock_goes_on_and_a_frozen_one_does_not() {
        let real = at("2026-11-22T05:00:00Z");
        let (then, later) = (at("2006-05-17T12:00:00Z"), real + DAY);
        let shifted = ClockSetting::Real.set(then, real).unwrap();
        assert_eq!((shifted.at(real), shifted.at(later), shifted.mode()), (then, then + DAY, ClockMode::Shifted));
        let frozen = shifted.frozen(later);
        assert_eq!(
            (frozen.at(later), frozen.at(later + DAY), frozen.mode()),
            (then + DAY, then + DAY, ClockMode::Frozen)
        );
        let going = frozen.going(later + DAY).unwrap();
        assert_eq!(going.at(later + DAY + DAY), then + DAY + DAY);
        assert_eq!(ClockSetting::Real.going(real), Ok(ClockSetting::Real));
    }

    #[test]
    fn advancing_keeps_how_a_clock_goes() {
        let real = at("2026-11-22T05:00:00Z");
        for clock in [ClockSetting::Real, ClockSetting::Shifted(-5), ClockSetting::Frozen(real)] {
            let advanced = clock.advanced(DAY, real).unwrap();
            assert_eq!(advanced.at(real), clock.at(real) + DAY);
            assert_eq!(advanced.mode() == ClockMode::Frozen, clock.mode() == ClockMode::Frozen);
        }
        assert_eq!(ClockSetting::Real.advanced(SignedDuration::MAX, real), Err(OutOfTime));
        assert_eq!(ClockSetting::Frozen(real).set(then(), real), Ok(ClockSetting::Frozen(then())));
    }

    fn then() -> Timestamp {
        at("1999-12-31T23:59:59.999999Z")
    }
}
