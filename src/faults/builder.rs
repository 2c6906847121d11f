//! Rules as a Rust program writes them: what happens, and then on which calls, how likely and how often.
//!
//! Values that can be none do not interrupt the writing: the first of them is told when the rule is made, as the control API tells
//! it of a field. Must not know where rules go.

use super::action::{Action, ByteCount, Yes};
use super::latency::{Latency, Wait};
use super::matching::{Matching, Target};
use super::rule::{InvalidRule, Rule};
use crate::cart::{Asin, CartId, Locale};
use crate::protocol::Operation;
use std::num::NonZeroU64;
use std::time::Duration;

/// What happens: a rule begins with that, as in `Rule::error("RequestThrottled").on(Operation::CartAdd).times(2)`.
impl Rule {
    /// The service answers with the genuine document of this code, such as `RequestThrottled`, and nothing is done.
    pub fn error(code: &str) -> Self {
        Self::default().read("action.error", code.parse(), |rule, code| rule.action = Some(Action::Error(code)))
    }

    /// Something in front of the service answers with this HTTP status, 400 to 599, and nothing is done.
    pub fn status(status: u16) -> Self {
        Self::default().read("action.status", status.try_into(), |rule, status| {
            rule.action = Some(Action::Status(status));
        })
    }

    /// The operation begins that much later; five minutes at most.
    pub fn latency(time: Duration) -> Self {
        Self::default().read("action.latency", Wait::try_from(time), |rule, wait| {
            rule.action = Some(Action::Latency(Latency::Fixed(wait)));
        })
    }

    /// The operation begins later: by any time between these, each as likely as the next.
    pub fn latency_between(min: Duration, max: Duration) -> Self {
        Self::spread(min, max, |min, max| Latency::Between { min, max })
    }

    /// The operation begins later, as networks and servers have it (lognormal): half of the times are shorter than the median, one
    /// in a hundred is longer than the 99th percentile.
    pub fn latency_around(median: Duration, p99: Duration) -> Self {
        Self::spread(median, p99, |median, p99| Latency::Lognormal { median, p99 })
    }

    /// The connection is reset, and nothing is done.
    pub fn reset() -> Self {
        Self::of(Action::Reset(Yes))
    }

    /// What is asked is done, and never answered.
    pub fn lost() -> Self {
        Self::of(Action::Lost(Yes))
    }

    /// The answer breaks off after so many bytes.
    pub fn truncate(bytes: u32) -> Self {
        Self::of(Action::Truncate(ByteCount(bytes)))
    }

    /// The answer is XML that cannot be parsed.
    pub fn malformed() -> Self {
        Self::of(Action::Malformed(Yes))
    }

    /// The answer comes this slowly: `10B/s`, `2KiB/s`.
    pub fn drip(rate: &str) -> Self {
        Self::default().read("action.drip", rate.parse(), |rule, rate| rule.action = Some(Action::Drip(rate)))
    }

    /// Calls beyond this rate are throttled: `1/s`, `100/m`.
    pub fn rate(rate: &str) -> Self {
        Self::default().read("action.rate", rate.parse(), |rule, rate| rule.action = Some(Action::Rate(rate)))
    }

    /// The rule of this name, such as `flaky-10`; [`Preset::all`](super::Preset::all) has them all.
    pub fn preset(name: &str) -> Self {
        Self::default().read("preset", name.parse(), |rule, preset| rule.preset = Some(preset))
    }

    fn of(action: Action) -> Self {
        Self { action: Some(action), ..Self::default() }
    }

    fn spread(short: Duration, long: Duration, latency: impl Fn(Wait, Wait) -> Latency) -> Self {
        let times = Wait::try_from(short).and_then(|short| Ok((short, Wait::try_from(long)?)));
        let latency = times.and_then(|(short, long)| latency(short, long).checked().map_err(str::to_owned));
        Self::default().read("action.latency", latency, |rule, latency| rule.action = Some(Action::Latency(latency)))
    }
}

/// On which calls, how likely and how often.
impl Rule {
    /// Only on calls of this operation.
    pub fn on(self, operation: Operation) -> Self {
        self.matching(|matching| matching.operation = Some(Target::Operation(operation)))
    }

    /// Only on requests for this page of the purchase hand-off, as the journal calls it: `HandOver`.
    pub fn on_page(self, page: &str) -> Self {
        self.read("match.operation", Target::page(page), |rule, page| {
            rule.matching.get_or_insert_default().operation = Some(page);
        })
    }

    /// Only on calls of this site.
    pub fn locale(self, locale: Locale) -> Self {
        self.matching(|matching| matching.locale = Some(locale))
    }

    /// Only on calls that name this product.
    pub fn asin(self, asin: Asin) -> Self {
        self.matching(|matching| matching.asin = Some(asin))
    }

    /// Only on calls that name this cart.
    pub fn cart(self, cart: CartId) -> Self {
        self.matching(|matching| matching.cart_id = Some(cart))
    }

    /// Only on this one of the calls that fit the rest, counted from 1.
    pub fn nth(self, nth: u64) -> Self {
        self.read("match.nth", counted(nth), |rule, nth| {
            rule.matching.get_or_insert_default().nth = Some(nth);
        })
    }

    /// Only on so many of the calls that fit: 0.1 is one in ten.
    pub fn probability(self, probability: f64) -> Self {
        self.read("probability", probability.try_into(), |rule, probability| rule.probability = Some(probability))
    }

    /// Only so often.
    pub fn times(self, times: u64) -> Self {
        self.read("times", counted(times), |rule, times| rule.times = Some(times))
    }

    /// Has chance follow from this, so that it is the same in every run.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    fn matching(mut self, set: impl FnOnce(&mut Matching)) -> Self {
        set(self.matching.get_or_insert_default());
        self
    }

    /// Sets a value, or notes why it is none.
    fn read<T, E: ToString>(
        mut self,
        field: &'static str,
        value: Result<T, E>,
        set: impl FnOnce(&mut Self, T),
    ) -> Self {
        match value {
            Ok(value) => set(&mut self, value),
            Err(why) => drop(self.invalid.get_or_insert(InvalidRule::Value { field, why: why.to_string() })),
        }
        self
    }
}

/// A number of calls, of which there is one at least.
fn counted(number: u64) -> Result<NonZeroU64, String> {
    NonZeroU64::new(number).ok_or_else(|| "invalid value: integer `0`, expected a nonzero u64".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_writes_is_what_json_says() {
        let ms = Duration::from_millis;
        let asin = "B000000001".parse().unwrap();
        let cart = "102-0000000-0000001".parse().unwrap();
        for (written, json) in [
            (Rule::error("RequestThrottled"), r#"{"action":{"error":"RequestThrottled"}}"#),
            (Rule::status(503).times(2), r#"{"times":2,"action":{"status":503}}"#),
            (Rule::latency(ms(200)), r#"{"action":{"latency":"200ms"}}"#),
            (Rule::latency_between(ms(5), ms(9)), r#"{"action":{"latency":{"min":"5ms","max":"9ms"}}}"#),
            (Rule::latency_around(ms(5), ms(9)), r#"{"action":{"latency":{"median":"5ms","p99":"9ms"}}}"#),
            (Rule::reset().probability(0.5).seed(7), r#"{"probability":0.5,"seed":7,"action":{"reset":true}}"#),
            (Rule::truncate(100), r#"{"action":{"truncate":100}}"#),
            (Rule::malformed(), r#"{"action":{"malformed":true}}"#),
            (Rule::drip("10B/s"), r#"{"action":{"drip":"10B/s"}}"#),
            (Rule::rate("1/s"), r#"{"action":{"rate":"1/s"}}"#),
            (Rule::preset("flaky-10"), r#"{"preset":"flaky-10"}"#),
            (Rule::lost().on_page("HandOver"), r#"{"match":{"operation":"HandOver"},"action":{"lost":true}}"#),
            (
                Rule::lost().on(Operation::CartAdd).locale(Locale::De).asin(asin).cart(cart).nth(2),
                r#"{"match":{"operation":"CartAdd","locale":"de","asin":"B000000001","cart_id":"102-0000000-0000001","nth":2},
                    "action":{"lost":true}}"#,
            ),
        ] {
            assert_eq!(written, serde_json::from_str(json).unwrap(), "{json}");
        }
    }

    #[test]
    fn the_first_value_that_cannot_be_is_told_when_the_rule_is_made() {
        let ms = Duration::from_millis;
        for (rule, why) in [
            (Rule::error("RequestThrotled"), "action.error: \"RequestThrotled\" is no code of the service"),
            (Rule::status(200), "action.status: a status of a fault is from 400 to 599"),
            (Rule::latency(Duration::ZERO), "action.latency: \"0ms\" is no time at all"),
            (Rule::latency(Duration::from_mins(6)), "action.latency: \"6m\" is more than five minutes"),
            (Rule::latency(Duration::MAX), "action.latency: "),
            (Rule::latency_between(ms(2), ms(1)), "action.latency: min is longer than max"),
            (Rule::latency_around(ms(2), ms(1)), "action.latency: median is longer than p99"),
            (Rule::drip("10"), "action.drip: \"10\" is no rate of bytes"),
            (Rule::rate("often").probability(7.0), "action.rate: \"often\" is no rate of calls"),
            (Rule::preset("flakey-10"), "preset: \"flakey-10\" is none of"),
            (Rule::lost().on_page("HandOff"), "match.operation: \"HandOff\" is none of PurchasePage, HandOver"),
            (Rule::lost().nth(0), "match.nth: invalid value: integer `0`"),
            (Rule::lost().times(0), "times: invalid value: integer `0`"),
            (Rule::lost().probability(0.0), "probability: a probability is above 0"),
        ] {
            let told = rule.made(1).unwrap_err().to_string();
            assert!(told.starts_with(why), "{told}");
        }
    }
}
