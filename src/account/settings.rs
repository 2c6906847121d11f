//! What an account may have for itself, and how that is written down: JSON with a version number.

use super::clock::ClockSetting;
use crate::config::{Mode, Secret};
use crate::faults::KeptRule;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The form of the document that this program writes.
const VERSION: u32 = 1;

/// What an account has for itself; what it has not, is the server's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Somebody has made the account by name: it is there, also when it has nothing else.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub made: bool,
    /// What its requests are signed with.
    #[serde(skip_serializing_if = "Option::is_none", with = "secret")]
    pub secret: Option<Secret>,
    /// How strictly its requests are taken.
    #[serde(skip_serializing_if = "Option::is_none", with = "mode")]
    pub mode: Option<Mode>,
    /// What its ids follow from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids_seed: Option<u64>,
    /// The clock that it goes by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockSetting>,
    /// Rules for faults, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<KeptRule>,
}

/// Why stored settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidSettings {
    /// A later program wrote them.
    #[error("settings of version {0}; this program reads version {VERSION}")]
    Version(u32),
    /// They are no settings.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// The document.
#[derive(Serialize, Deserialize)]
struct Document<S> {
    #[serde(rename = "v")]
    version: u32,
    #[serde(flatten)]
    settings: S,
}

impl Settings {
    /// The settings of a document.
    pub(crate) fn read(doc: &str) -> Result<Self, InvalidSettings> {
        let Document { version, settings } = serde_json::from_str::<Document<Value>>(doc)?;
        if version != VERSION {
            return Err(InvalidSettings::Version(version));
        }
        Ok(serde_json::from_value(settings)?)
    }

    /// The document of these settings.
    pub(crate) fn write(&self) -> String {
        serde_json::to_string(&Document { version: VERSION, settings: self })
            .expect("texts, numbers and what was read as JSON are always JSON")
    }

    /// Whether the account has nothing for itself.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A secret in the document.
mod secret {
    use crate::config::Secret;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde passes the field by reference")]
    pub(super) fn serialize<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
        secret.as_ref().map(Secret::expose).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map(Secret::new))
    }
}

/// A mode in the document, by its name.
mod mode {
    use crate::config::Mode;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    #[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
    pub(super) fn serialize<S: Serializer>(mode: &Option<Mode>, serializer: S) -> Result<S::Ok, S::Error> {
        mode.map(|mode| mode.to_string()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Mode>, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?;
        name.map(|name| name.parse()).transpose().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_back_and_empty_ones_are_told() {
        let all = Settings {
            made: true,
            secret: Some(Secret::new("s")),
            mode: Some(Mode::Strict),
            ids_seed: Some(7),
            clock: Some(ClockSetting::Frozen("2006-05-17T12:00:00Z".parse().unwrap())),
            faults: vec![serde_json::from_str(r#"{"id":"f1","seed":1,"action":{"status":503}}"#).unwrap()],
        };
        for settings in
            [all, Settings::default(), Settings { clock: Some(ClockSetting::Shifted(-7)), ..Settings::default() }]
        {
            assert_eq!(Settings::read(&settings.write()).unwrap(), settings);
        }
        assert!(Settings::default().is_empty());
        assert_eq!(Settings::default().write(), r#"{"v":1}"#);
    }

    #[test]
    fn what_another_program_wrote_is_told() {
        assert_eq!(
            Settings::read(r#"{"v":2}"#).unwrap_err().to_string(),
            "settings of version 2; this program reads version 1"
        );
        assert!(matches!(Settings::read("{}"), Err(InvalidSettings::Json(_))));
        assert!(matches!(Settings::read(r#"{"v":1,"clock":"late"}"#), Err(InvalidSettings::Json(_))));
    }
}
