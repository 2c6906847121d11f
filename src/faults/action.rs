//! What a rule does to a call that it fires on.

use super::code::ErrorCode;
use super::latency::Latency;
use super::rate::{ByteRate, CallRate};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// What happens to the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FaultAction)]
#[serde(rename_all = "snake_case", try_from = "Fields")]
pub enum Action {
    /// Nothing is done, and the service answers that something is wrong: with the genuine document of this code.
    Error(ErrorCode),
    /// The answer is held back, and with it the operation.
    Latency(Latency),
    /// Nothing is done, and something in front of the service answers with this HTTP status.
    Status(Status),
    /// Nothing is done, and the connection is reset.
    Reset(Yes),
    /// The answer breaks off after so many bytes of its document, and with it the connection.
    Truncate(ByteCount),
    /// The answer is XML that cannot be parsed.
    Malformed(Yes),
    /// The answer comes this slowly.
    Drip(ByteRate),
    /// Calls beyond this rate are answered with RequestThrottled; a page with the one that says to try again.
    Rate(CallRate),
    /// What is asked is done, and never answered: the connection is closed.
    Lost(Yes),
}

impl Action {
    /// Its name, as rules spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error(_) => "error",
            Self::Latency(_) => "latency",
            Self::Status(_) => "status",
            Self::Reset(_) => "reset",
            Self::Truncate(_) => "truncate",
            Self::Malformed(_) => "malformed",
            Self::Drip(_) => "drip",
            Self::Rate(_) => "rate",
            Self::Lost(_) => "lost",
        }
    }
}

/// So many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByteCount(pub u32);

/// An HTTP status that says that something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16")]
pub struct Status(u16);

impl Status {
    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Status {
    type Error = &'static str;

    fn try_from(number: u16) -> Result<Self, Self::Error> {
        if (400..=599).contains(&number) { Ok(Self(number)) } else { Err("a status of a fault is from 400 to 599") }
    }
}

/// `true`, for what either is or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Yes;

impl Serialize for Yes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

impl<'de> Deserialize<'de> for Yes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if bool::deserialize(deserializer)? { Ok(Self) } else { Err(D::Error::custom("it can only be true")) }
    }
}

/// All actions; exactly one is to be given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    error: Option<ErrorCode>,
    latency: Option<Latency>,
    status: Option<Status>,
    reset: Option<Yes>,
    truncate: Option<ByteCount>,
    malformed: Option<Yes>,
    drip: Option<ByteRate>,
    rate: Option<CallRate>,
    lost: Option<Yes>,
}

impl TryFrom<Fields> for Action {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, &'static str> {
        let Fields { error, latency, status, reset, truncate, malformed, drip, rate, lost } = fields;
        let given = [
            error.map(Self::Error),
            latency.map(Self::Latency),
            status.map(Self::Status),
            reset.map(Self::Reset),
            truncate.map(Self::Truncate),
            malformed.map(Self::Malformed),
            drip.map(Self::Drip),
            rate.map(Self::Rate),
            lost.map(Self::Lost),
        ];
        let mut given = given.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(action), None) => Ok(action),
            (None, _) => {
                Err("an action has one of error, latency, status, reset, truncate, malformed, drip, rate, lost")
            }
            (Some(_), Some(_)) => Err("an action has one field; what shall happen beside it is another rule's"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_read_and_write_back_under_their_names() {
        for (name, json) in [
            ("error", r#"{"error":"RequestThrottled"}"#),
            ("latency", r#"{"latency":"200ms"}"#),
            ("status", r#"{"status":503}"#),
            ("reset", r#"{"reset":true}"#),
            ("truncate", r#"{"truncate":100}"#),
            ("malformed", r#"{"malformed":true}"#),
            ("drip", r#"{"drip":"10B/s"}"#),
            ("rate", r#"{"rate":"1/s"}"#),
            ("lost", r#"{"lost":true}"#),
        ] {
            let action: Action = serde_json::from_str(json).unwrap();
            assert_eq!((action.name(), serde_json::to_string(&action).unwrap().as_str()), (name, json));
        }
    }

    #[test]
    fn an_action_is_exactly_one() {
        for (json, why) in [
            ("{}", "an action has one of error, latency"),
            (r#"{"reset":true,"lost":true}"#, "an action has one field"),
            (r#"{"reset":false}"#, "it can only be true"),
            (r#"{"status":200}"#, "from 400 to 599"),
            (r#"{"truncate":-1}"#, "expected u32"),
            (r#"{"explode":true}"#, "unknown field `explode`, expected one of `error`, `latency`"),
        ] {
            let error = serde_json::from_str::<Action>(json).unwrap_err().to_string();
            assert!(error.contains(why), "{json}: {error}");
        }
    }
}
