//! Rates: calls or bytes in a time.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// How many calls in a second, minute or hour are let pass: `1/s`, `100/m`, `2000/h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallRate {
    count: u32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
}

impl Unit {
    const ALL: [(&'static str, Self); 3] = [("s", Self::Second), ("m", Self::Minute), ("h", Self::Hour)];

    const fn duration(self) -> Duration {
        match self {
            Self::Second => Duration::from_secs(1),
            Self::Minute => Duration::from_mins(1),
            Self::Hour => Duration::from_hours(1),
        }
    }
}

impl FromStr for CallRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (count, unit) = text.split_once('/')?;
            let (_, unit) = Unit::ALL.into_iter().find(|(name, _)| *name == unit)?;
            Some(Self { count: number(count)?, unit })
        };
        read().ok_or_else(|| format!("\"{text}\" is no rate of calls; write it as 1/s, 100/m or 2000/h"))
    }
}

impl fmt::Display for CallRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, _) = Unit::ALL.into_iter().find(|(_, unit)| *unit == self.unit).expect("all units have names");
        write!(f, "{}/{name}", self.count)
    }
}

/// How many bytes of an answer are sent in a second: `10B/s`, `2KiB/s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRate(u32);

impl ByteRate {
    const UNITS: [(&'static str, u32); 3] = [("MiB/s", 1 << 20), ("KiB/s", 1 << 10), ("B/s", 1)];

    /// Bytes in a second; at least one.
    pub const fn per_second(self) -> u32 {
        self.0
    }
}

impl FromStr for ByteRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (unit, factor) = Self::UNITS.into_iter().find(|(unit, _)| text.ends_with(unit))?;
            number(text.strip_suffix(unit)?)?.checked_mul(factor).map(Self)
        };
        read().ok_or_else(|| format!("\"{text}\" is no rate of bytes; write it as 10B/s, 2KiB/s or 1MiB/s"))
    }
}

impl fmt::Display for ByteRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = Self::UNITS.into_iter().find(|(_, factor)| self.0.is_multiple_of(*factor));
        let (unit, factor) = whole.expect("every number is so many ones");
        write!(f, "{}{unit}", self.0 / factor)
    }
}

/// Digits alone, and not zero.
fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number > 0)
}

macro_rules! as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

as_text!(CallRate);
as_text!(ByteRate);

/// A bucket of calls that may still pass: full at first, one second's, minute's or hour's worth, and filled up steadily. It goes by
/// the time that really passes and by no account's clock, which a test may have stopped: what it keeps apart are real requests.
#[derive(Debug, Default)]
pub(super) struct Bucket(Option<(f64, Duration)>);

impl Bucket {
    /// Takes a call out; answers whether there was one.
    pub(super) fn take(&mut self, rate: CallRate, now: Duration) -> bool {
        let most = f64::from(rate.count);
        let left = match self.0 {
            None => most,
            Some((left, then)) => {
                let passed = now.saturating_sub(then).as_secs_f64();
                (left + passed * most / rate.unit.duration().as_secs_f64()).min(most)
            }
        };
        let passes = left >= 1.0;
        // Calls may come out of order by a hair; time in here does not go back.
        let now = self.0.map_or(now, |(_, then)| then.max(now));
        self.0 = Some((if passes { left - 1.0 } else { left }, now));
        passes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_read_and_write_back() {
        for text in ["1/s", "100/m", "2000/h"] {
            assert_eq!(text.parse::<CallRate>().unwrap().to_string(), text);
        }
        for text in ["1B/s", "10B/s", "2KiB/s", "1MiB/s", "1500B/s"] {
            assert_eq!(text.parse::<ByteRate>().unwrap().to_string(), text);
        }
        assert_eq!("1024B/s".parse::<ByteRate>().unwrap().to_string(), "1KiB/s");
        for text in ["", "1", "/s", "0/s", "+1/s", "1/d", "1.5/s", "-1/s", "1 /s", "5000000000/s"] {
            assert!(text.parse::<CallRate>().is_err(), "{text}");
        }
        for text in ["", "10", "10B", "B/s", "0B/s", "10KB/s", "-1B/s", "4096MiB/s", "10/s"] {
            assert!(text.parse::<ByteRate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_bucket_lets_bursts_pass_and_fills_up_again() {
        let rate: CallRate = "3/m".parse().unwrap();
        let mut bucket = Bucket::default();
        let mut at = |seconds| bucket.take(rate, Duration::from_secs(seconds));
        assert_eq!([at(0), at(0), at(0), at(0), at(19)], [true, true, true, false, false]);
        assert_eq!([at(21), at(22)], [true, false], "one in twenty seconds");
        assert_eq!([at(3_600), at(3_600), at(3_600), at(3_600)], [true, true, true, false], "it does not run over");
        assert!(!at(10), "time does not go back");
        assert!(!at(3_610), "and nothing was won by trying");
    }
}
