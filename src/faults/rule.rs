//! A rule: as it is sent to be made, and as it is kept.

use super::action::Action;
use super::matching::{Matching, Target};
use super::preset::Preset;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU64;
use utoipa::ToSchema;

/// A rule, as it is kept and shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = BareFaultRule)]
pub struct KeptRule {
    /// Its name among the rules of its account.
    pub id: String,
    /// Which calls it is about.
    #[serde(rename = "match", default)]
    pub matching: Matching,
    /// How likely it fires on a call that fits. Always, when it is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<Probability>,
    /// How often it fires. For ever, when it is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, minimum = 1, format = "uint64")]
    pub times: Option<NonZeroU64>,
    /// What chance follows from: the same seed gives the same fortune to the same calls.
    #[schema(format = "uint64")]
    pub seed: u64,
    /// What happens.
    pub action: Action,
}

/// A rule to be made. `preset` or `action` is given; what else is given beside a preset takes the place of its own.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFault)]
#[must_use = "a rule has no effect before it is added"]
pub struct Rule {
    /// The rule of this name.
    pub(super) preset: Option<Preset>,
    /// Which calls it is about. All, when it is not given.
    #[serde(rename = "match")]
    pub(super) matching: Option<Matching>,
    /// How likely it fires on a call that fits. Always, when it is not given.
    pub(super) probability: Option<Probability>,
    /// How often it fires. For ever, when it is not given.
    #[schema(value_type = Option<u64>, minimum = 1, format = "uint64")]
    pub(super) times: Option<NonZeroU64>,
    /// What chance follows from. Drawn, when it is not given.
    #[schema(format = "uint64")]
    pub(super) seed: Option<u64>,
    /// What happens.
    pub(super) action: Option<Action>,
    /// The first value of the program that cannot be.
    #[serde(skip)]
    pub(super) invalid: Option<InvalidRule>,
}

/// A rule cannot be made of this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRule {
    /// It does not say what happens.
    #[error("a rule has an action, or a preset that has one")]
    NoAction,
    /// It says so twice.
    #[error("a rule has an action or a preset, and not both")]
    TwoActions,
    /// One of its values is none that there can be.
    #[error("{field}: {why}")]
    Value {
        /// The field, as JSON has it: `action.error`.
        field: &'static str,
        /// What is wrong with the value.
        why: String,
    },
    /// A page has no document of the service.
    #[error(
        "{page} is a page for people, which has no document for {action}; what may happen to it is latency, status, rate, \
         reset, truncate, drip and lost"
    )]
    NoDocument {
        /// The page.
        page: &'static str,
        /// The action.
        action: &'static str,
    },
    /// The page would never fit.
    #[error("a {page} names no {field}, so that no rule with match.{field} would ever fire")]
    NotNamed {
        /// The page.
        page: &'static str,
        /// What is to be matched.
        field: &'static str,
    },
}

impl Rule {
    /// The rule, which gets this number for its name, and for its seed unless it has one.
    pub fn made(self, number: u64) -> Result<KeptRule, InvalidRule> {
        if let Some(invalid) = self.invalid {
            return Err(invalid);
        }
        let base = match (self.preset, self.action) {
            (Some(_), Some(_)) => return Err(InvalidRule::TwoActions),
            (None, None) => return Err(InvalidRule::NoAction),
            (Some(preset), None) => preset.rule(),
            (None, Some(action)) => Self { action: Some(action), ..Self::default() },
        };
        // Numbers in JSON are only sure up to here; it is plenty.
        let number = number % (1 << 48);
        let matching = self.matching.or(base.matching).unwrap_or_default();
        let action = base.action.ok_or(InvalidRule::NoAction)?;
        if let Some(Target::Page(page)) = matching.operation {
            fit_page(page, &matching, action)?;
        }
        Ok(KeptRule {
            id: format!("f{number:012x}"),
            matching,
            probability: self.probability.or(base.probability),
            times: self.times.or(base.times),
            seed: self.seed.unwrap_or(number),
            action,
        })
    }
}

/// Whether a rule for a page can ever fire, and what it wants can be done to a page.
fn fit_page(page: &'static str, matching: &Matching, action: Action) -> Result<(), InvalidRule> {
    match action {
        Action::Error(_) | Action::Malformed(_) => {
            return Err(InvalidRule::NoDocument { page, action: action.name() });
        }
        Action::Latency(_)
        | Action::Status(_)
        | Action::Reset(_)
        | Action::Truncate(_)
        | Action::Drip(_)
        | Action::Rate(_)
        | Action::Lost(_) => {}
    }
    // What a link or a form says; what a cart holds, its page alone knows.
    let (names_cart, names_products) = (matches!(page, "PurchasePage" | "HandOver"), page == "AddPage");
    if matching.cart_id.is_some() && !names_cart {
        return Err(InvalidRule::NotNamed { page, field: "cart_id" });
    }
    if matching.asin.is_some() && !names_products {
        return Err(InvalidRule::NotNamed { page, field: "asin" });
    }
    Ok(())
}

/// More than never, and at most always.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub struct Probability(f64);

impl Probability {
    /// The number.
    pub const fn number(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Probability {
    type Error = &'static str;

    fn try_from(number: f64) -> Result<Self, Self::Error> {
        if number > 0.0 && number <= 1.0 { Ok(Self(number)) } else { Err("a probability is above 0, and 1 at most") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(json: &str) -> Result<String, String> {
        let new: Rule = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let rule = new.made(7).map_err(|error| error.to_string())?;
        let shown = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<KeptRule>(&shown).unwrap(), rule, "it reads back as it is kept");
        Ok(shown)
    }

    #[test]
    fn a_rule_is_shown_as_it_was_made() {
        assert_eq!(
            made(r#"{"match":{"operation":"CartAdd","nth":2},"probability":0.1,"times":2,"seed":5,"action":{"lost":true}}"#)
                .unwrap(),
            r#"{"id":"f000000000007","match":{"operation":"CartAdd","nth":2},"probability":0.1,"times":2,"seed":5,"action":{"lost":true}}"#
        );
        assert_eq!(
            made(r#"{"action":{"status":502}}"#).unwrap(),
            r#"{"id":"f000000000007","match":{},"seed":7,"action":{"status":502}}"#
        );
    }

    #[test]
    fn what_is_given_beside_a_preset_takes_the_place_of_its_own() {
        let rule = made(r#"{"preset":"fail-twice","match":{"operation":"CartAdd"},"times":3}"#).unwrap();
        assert!(rule.contains(r#""match":{"operation":"CartAdd"},"times":3"#), "{rule}");
    }

    #[test]
    fn what_is_no_rule_is_told_so() {
        for (json, why) in [
            ("{}", "a rule has an action, or a preset that has one"),
            (r#"{"preset":"slow","action":{"lost":true}}"#, "not both"),
            (r#"{"preset":"flakey-10"}"#, "did you mean \"flaky-10\"?"),
            (r#"{"probability":0,"action":{"lost":true}}"#, "above 0"),
            (r#"{"probability":1.5,"action":{"lost":true}}"#, "1 at most"),
            (r#"{"times":0,"action":{"lost":true}}"#, "nonzero"),
            (r#"{"time":1,"action":{"lost":true}}"#, "unknown field `time`"),
            (r#"{"match":{"operation":"HandOver"},"preset":"fail-twice"}"#, "HandOver is a page"),
            (r#"{"match":{"operation":"AddPage"},"action":{"malformed":true}}"#, "latency, status, rate"),
            (
                r#"{"match":{"operation":"AddPage","cart_id":"278-0000000-0000001"},"preset":"slow"}"#,
                "names no cart_id",
            ),
            (r#"{"match":{"operation":"HandOver","asin":"B000000001"},"preset":"slow"}"#, "names no asin"),
        ] {
            let error = made(json).unwrap_err();
            assert!(error.contains(why), "{json}: {error}");
        }
    }
}
