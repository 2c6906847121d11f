//! How long an answer is held back: a fixed time, or one that chance draws.

use super::chance;
use crate::config::{format_duration, parse_duration};
use jiff::SignedDuration;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Serialize, Serializer};
use std::f64::consts::TAU;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use utoipa::ToSchema;

/// No answer is held back for longer, however many rules fire.
pub const MAX_DELAY: Duration = Duration::from_mins(5);

/// A time between nothing and [`MAX_DELAY`], as texts have it: `200ms`, `2s`, `1m30s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wait(Duration);

impl Wait {
    /// The time.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl Serialize for Wait {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let duration = self.0.try_into().expect("five minutes are within every range");
        serializer.serialize_str(&format_duration(duration))
    }
}

impl<'de> Deserialize<'de> for Wait {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl FromStr for Wait {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let duration: Duration = parse_duration(text)?.unsigned_abs();
        if duration > MAX_DELAY {
            return Err(format!("\"{text}\" is more than five minutes, the longest that an answer is held back"));
        }
        Ok(Self(duration))
    }
}

impl TryFrom<Duration> for Wait {
    type Error = String;

    /// To the millisecond, which is as exactly as it is kept.
    fn try_from(duration: Duration) -> Result<Self, String> {
        format_duration(duration.try_into().unwrap_or(SignedDuration::MAX)).parse()
    }
}

/// How long answers are held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Latency {
    /// Always the same.
    Fixed(Wait),
    /// Any time between two, each as likely as the next.
    Between {
        /// The shortest.
        min: Wait,
        /// The longest.
        max: Wait,
    },
    /// Lognormal, which is what networks and servers are like: half are shorter than the median, one in a hundred is longer than
    /// the 99th percentile, and a few are much longer.
    Lognormal {
        /// The median.
        median: Wait,
        /// The 99th percentile.
        p99: Wait,
    },
}

/// How many standard deviations the 99th percentile is above the median.
const P99: f64 = 2.326_347_874_040_841;

impl Latency {
    /// The latency, unless its times are in the wrong order.
    pub(super) fn checked(self) -> Result<Self, &'static str> {
        match self {
            Self::Between { min, max } if min > max => Err("min is longer than max"),
            Self::Lognormal { median, p99 } if median > p99 => Err("median is longer than p99"),
            latency => Ok(latency),
        }
    }

    /// The time for a call, by a rule's seed.
    pub(super) fn draw(self, seed: u64, call: u64) -> Duration {
        match self {
            Self::Fixed(Wait(fixed)) => fixed,
            Self::Between { min: Wait(min), max: Wait(max) } => {
                min + max.saturating_sub(min).mul_f64(chance::unit(seed, call, 1))
            }
            Self::Lognormal { median: Wait(median), p99: Wait(p99) } => {
                let sigma = (p99.as_secs_f64() / median.as_secs_f64()).ln() / P99;
                // Box and Muller's way from two even numbers to a normal one; the first must not be 0.
                let (u, v) = (1.0 - chance::unit(seed, call, 1), chance::unit(seed, call, 2));
                let normal = (-2.0 * u.ln()).sqrt() * (TAU * v).cos();
                let seconds = median.as_secs_f64() * (sigma * normal).exp();
                Duration::try_from_secs_f64(seconds).unwrap_or(MAX_DELAY).min(MAX_DELAY)
            }
        }
    }
}

/// The fields of both distributions.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    min: Option<Wait>,
    max: Option<Wait>,
    median: Option<Wait>,
    p99: Option<Wait>,
}

impl<'de> Deserialize<'de> for Latency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// A text is a fixed time, an object a distribution.
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Latency;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration like \"200ms\", or an object with min and max, or with median and p99")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Latency, E> {
                text.parse().map(Latency::Fixed).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Latency, A::Error> {
                let Fields { min, max, median, p99 } = Fields::deserialize(MapAccessDeserializer::new(map))?;
                let latency = match (min, max, median, p99) {
                    (Some(min), Some(max), None, None) => Latency::Between { min, max },
                    (None, None, Some(median), Some(p99)) => Latency::Lognormal { median, p99 },
                    _ => return Err(de::Error::custom("a distribution has min and max, or median and p99")),
                };
                latency.checked().map_err(de::Error::custom)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Latency, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    fn draws(json: &str) -> Vec<Duration> {
        let latency = read(json).unwrap();
        let mut draws: Vec<_> = (1..=10_000).map(|call| latency.draw(7, call)).collect();
        draws.sort();
        draws
    }

    #[test]
    fn latencies_read_and_write_back() {
        for json in [r#""200ms""#, r#""1m30s""#, r#"{"min":"50ms","max":"400ms"}"#, r#"{"median":"100ms","p99":"2s"}"#]
        {
            assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
        }
    }

    #[test]
    fn what_is_no_latency_is_told_so() {
        for (json, why) in [
            (r#""fast""#, "is no duration"),
            (r#""0ms""#, "is no time at all"),
            (r#""6m""#, "more than five minutes"),
            ("7", "expected a duration like \"200ms\""),
            (r#"{"min":"1s"}"#, "min and max, or median and p99"),
            (r#"{"min":"1s","max":"2s","p99":"3s"}"#, "min and max, or median and p99"),
            (r#"{"min":"2s","max":"1s"}"#, "min is longer than max"),
            (r#"{"median":"2s","p99":"1s"}"#, "median is longer than p99"),
            (r#"{"mean":"2s","p99":"1s"}"#, "unknown field `mean`, expected one of `min`, `max`, `median`, `p99`"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(why), "{json}: {error}");
        }
    }

    #[test]
    fn a_fixed_latency_is_always_the_same() {
        assert!(draws(r#""200ms""#).iter().all(|draw| *draw == Duration::from_millis(200)));
    }

    #[test]
    fn an_even_latency_fills_its_range() {
        let draws = draws(r#"{"min":"100ms","max":"200ms"}"#);
        let millis = |n: usize| draws[n].as_millis();
        assert!(millis(0) >= 100 && millis(9_999) <= 200 && (148..152).contains(&millis(5_000)), "{}", millis(5_000));
    }

    #[test]
    fn a_lognormal_latency_has_its_median_and_its_tail() {
        let draws = draws(r#"{"median":"100ms","p99":"2s"}"#);
        let millis = |n: usize| draws[n].as_millis();
        assert!((90..110).contains(&millis(5_000)), "{}", millis(5_000));
        assert!((1_600..2_500).contains(&millis(9_900)), "{}", millis(9_900));
        assert!(draws[9_999] <= MAX_DELAY);
        // However far the tail would go.
        assert!(self::draws(r#"{"median":"1ms","p99":"5m"}"#)[9_999] == MAX_DELAY);
    }
}
