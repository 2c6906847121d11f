//! Rules that have names, for what is asked for most.

use super::rule::Rule;
use crate::config::no_choice;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::str::FromStr;

/// A rule with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset(usize);

/// Name, what it is like, and the rule as it would be sent.
const TABLE: &[(&str, &str, &str)] = &[
    ("throttled", "every call is throttled", r#"{"action":{"error":"RequestThrottled"}}"#),
    (
        "one-per-second",
        "the limit that Amazon set: a call a second, and the rest is throttled",
        r#"{"action":{"rate":"1/s"}}"#,
    ),
    ("flaky-10", "one call in ten fails with status 500", r#"{"probability":0.1,"action":{"error":"InternalError"}}"#),
    ("flaky-50", "every other call fails with status 500", r#"{"probability":0.5,"action":{"error":"InternalError"}}"#),
    (
        "fail-once",
        "one call fails with status 500, and the next ones do not",
        r#"{"times":1,"action":{"error":"InternalError"}}"#,
    ),
    (
        "fail-twice",
        "two calls fail with status 500, and the next ones do not",
        r#"{"times":2,"action":{"error":"InternalError"}}"#,
    ),
    ("outage", "what is in front of the service answers with status 503", r#"{"action":{"status":503}}"#),
    (
        "slow",
        "most answers take a while, and a few very long",
        r#"{"action":{"latency":{"median":"300ms","p99":"3s"}}}"#,
    ),
    ("lost-once", "one change is made, and its answer never sent", r#"{"times":1,"action":{"lost":true}}"#),
    ("reset-once", "one connection is reset before anything is done", r#"{"times":1,"action":{"reset":true}}"#),
    ("truncated-once", "one answer breaks off", r#"{"times":1,"action":{"truncate":100}}"#),
    ("malformed-once", "one answer cannot be parsed", r#"{"times":1,"action":{"malformed":true}}"#),
    ("trickle", "answers come at a hundred bytes a second", r#"{"action":{"drip":"100B/s"}}"#),
];

impl Preset {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..TABLE.len()).map(Self)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        TABLE[self.0].0
    }

    /// What it is like, in a few words.
    pub const fn about(self) -> &'static str {
        TABLE[self.0].1
    }

    /// The rule that it stands for.
    pub(super) fn rule(self) -> Rule {
        serde_json::from_str(TABLE[self.0].2).expect("a test reads the whole table")
    }
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::all().find(|preset| preset.name() == text);
        known.ok_or_else(|| no_choice(text, &Self::all().map(Self::name).collect::<Vec<_>>()))
    }
}

impl Serialize for Preset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Preset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_rule_and_none_is_another_preset() {
        for preset in Preset::all() {
            assert_eq!(preset.rule().preset, None);
            assert!(preset.rule().made(1).is_ok(), "{}", preset.name());
        }
    }
}
