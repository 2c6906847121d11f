//! Which calls a rule is about.

use crate::cart::{Asin, CartId, Locale};
use crate::config::no_choice;
use crate::journal::PAGES;
use crate::protocol::Operation;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::num::NonZeroU64;
use utoipa::ToSchema;

/// One request of a call; a batch or a multi-operation request has several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What was asked for.
    pub target: Target,
    /// The site.
    pub locale: Locale,
    /// The cart that it names.
    pub cart_id: Option<CartId>,
    /// The products that it names.
    pub asins: Vec<Asin>,
}

/// What can be asked for, by its name: an operation of the API, or a page of the purchase hand-off as the journal calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// An operation.
    Operation(Operation),
    /// A page.
    Page(&'static str),
}

impl Target {
    /// The page of this name; an error says which there are.
    pub(super) fn page(name: &str) -> Result<Self, String> {
        let known = PAGES.into_iter().find(|page| *page == name);
        known.map(Self::Page).ok_or_else(|| no_choice(name, &PAGES))
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Operation::all().map(Self::Operation).chain(PAGES.map(Self::Page))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operation(operation) => operation.name(),
            Self::Page(name) => name,
        }
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = Self::all().find(|target| target.name() == text);
        known.ok_or_else(|| D::Error::custom(no_choice(&text, &Self::all().map(Self::name).collect::<Vec<_>>())))
    }
}

/// What a call must be like. What is not given fits every call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FaultMatch)]
pub struct Matching {
    /// It asks for this operation, or for this page of the purchase hand-off. When it is not given, every operation fits, and no page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<Target>,
    /// It is about this site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// It names this product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asin: Option<Asin>,
    /// It names this cart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cart_id: Option<CartId>,
    /// Of the calls that are like this it is this one, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, minimum = 1, format = "uint64")]
    pub nth: Option<NonZeroU64>,
}

impl Matching {
    /// Whether a request is like this, whichever of them it is.
    pub(super) fn fits(&self, asked: &Asked) -> bool {
        let Self { operation, locale, asin, cart_id, nth: _ } = self;
        // A page is no call of the API: whoever wants it to fare badly says so.
        operation.map_or(matches!(asked.target, Target::Operation(_)), |target| target == asked.target)
            && locale.is_none_or(|locale| locale == asked.locale)
            && asin.is_none_or(|asin| asked.asins.contains(&asin))
            && cart_id.is_none_or(|cart| asked.cart_id == Some(cart))
    }

    /// Whether the `call`th request that fits is the one.
    pub(super) fn is_due(&self, call: u64) -> bool {
        self.nth.is_none_or(|nth| nth.get() == call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(operation: Operation) -> Asked {
        Asked {
            target: Target::Operation(operation),
            locale: Locale::De,
            cart_id: Some("278-0000000-0000001".parse().unwrap()),
            asins: vec!["B000000001".parse().unwrap(), "B000000002".parse().unwrap()],
        }
    }

    fn fits(json: &str, asked: &Asked) -> bool {
        serde_json::from_str::<Matching>(json).unwrap().fits(asked)
    }

    #[test]
    fn what_is_not_given_fits_every_call_and_what_is_given_must_fit() {
        let asked = asked(Operation::CartAdd);
        for json in [
            "{}",
            r#"{"operation":"CartAdd"}"#,
            r#"{"locale":"de"}"#,
            r#"{"asin":"B000000002"}"#,
            r#"{"cart_id":"278-0000000-0000001"}"#,
            r#"{"nth":7}"#,
            r#"{"operation":"CartAdd","locale":"de","asin":"B000000001","cart_id":"278-0000000-0000001"}"#,
        ] {
            assert!(fits(json, &asked), "{json}");
        }
        for json in [
            r#"{"operation":"CartGet"}"#,
            r#"{"locale":"us"}"#,
            r#"{"asin":"B000000003"}"#,
            r#"{"cart_id":"278-0000000-0000002"}"#,
            r#"{"operation":"CartAdd","locale":"us"}"#,
        ] {
            assert!(!fits(json, &asked), "{json}");
        }
    }

    #[test]
    fn a_page_is_met_by_its_name_alone() {
        let page = Asked { target: Target::Page("HandOver"), ..asked(Operation::CartAdd) };
        assert!(fits(r#"{"operation":"HandOver","cart_id":"278-0000000-0000001"}"#, &page));
        for json in ["{}", r#"{"operation":"Purchase"}"#, r#"{"cart_id":"278-0000000-0000001"}"#] {
            assert!(!fits(json, &page), "{json}");
        }
        assert!(!fits(r#"{"operation":"HandOver"}"#, &asked(Operation::CartAdd)));
    }

    #[test]
    fn a_misspelt_operation_is_told_the_nearest_one() {
        let error = serde_json::from_str::<Matching>(r#"{"operation":"CartAd"}"#).unwrap_err().to_string();
        assert!(error.contains("did you mean \"CartAdd\"?"), "{error}");
        assert!(serde_json::from_str::<Matching>(r#"{"nth":0}"#).is_err());
    }
}
