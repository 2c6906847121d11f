//! Amazon's errors by their codes: which of them a rule can have answered, and the genuine document of each.

use crate::cart::{Asin, CartError, Locale};
use crate::nearest::nearest;
use crate::protocol::schema::Presence;
use crate::protocol::{
    BatchError, EnvelopeError, ErrorText, GatewayError, LookupError, Operation, ParameterError, RequestError, Version,
};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::str::FromStr;

/// A code that a rule can have answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorCode(Known);

/// An error in the place where the service told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Injected {
    /// In front of the service: a document of its own, with a status of its own.
    Gateway(GatewayError),
    /// The service does not take it for a request: a bare list of errors.
    Envelope(EnvelopeError),
    /// In the head of a document that has no body.
    Whole(ErrorText),
    /// In the answer to a request, of a document with status 200.
    Request(RequestError),
}

/// What a document needs of the call that it answers.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// The access key.
    pub key: &'a str,
    /// The operation that was asked for.
    pub operation: Operation,
    /// In which version.
    pub version: Version,
    /// The first product that the call names.
    pub asin: Option<Asin>,
    /// The time stamp of its signature.
    pub timestamp: Option<&'a str>,
    /// How many lines a cart may have.
    pub max_lines: u32,
    /// The largest Quantity.
    pub max_quantity: u32,
}

/// Declares the codes, each with what makes its error. The code itself is the error's own, so that there is no second list of them.
macro_rules! known {
    ($sample:ident: $($variant:ident => $error:expr,)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Known { $($variant,)+ }

        impl ErrorCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self(Known::$variant)),+];

            /// The error, as the service would tell it about this call.
            pub fn injected(self, $sample: &Sample<'_>) -> Injected {
                match self.0 { $(Known::$variant => $error.into(),)+ }
            }
        }
    };
}

known! { sample:
    Throttled => GatewayError::RequestThrottled { key: sample.key.to_owned() },
    AccountLimit => GatewayError::AccountLimitExceeded,
    Internal => GatewayError::InternalError,
    BodyInternal => RequestError::InternalError,
    NoKey => GatewayError::MissingClientTokenId,
    UnknownKey => GatewayError::InvalidClientTokenId,
    Unsigned => GatewayError::MissingParameter("Signature"),
    WronglySigned => GatewayError::SignatureDoesNotMatch,
    BadTimestamp => GatewayError::InvalidTimestamp { timestamp: sample.timestamp() },
    Expired => GatewayError::RequestExpired { timestamp: sample.timestamp() },
    Deprecated => GatewayError::Deprecated { operation: sample.operation.name().to_owned() },
    NoService => EnvelopeError::MissingService,
    OtherService => EnvelopeError::InvalidService,
    UnknownOperation => EnvelopeError::InvalidOperation,
    BadVersion => EnvelopeError::InvalidVersion,
    TooManyRequests => BatchError::TooManyRequests,
    TooManyOperations => BatchError::TooManyOperations,
    Mismatch => CartError::CartInfoMismatch,
    AlreadyInCart => CartError::ItemAlreadyInCart(sample.asin()),
    NotEligible => CartError::ItemNotEligibleForCart(sample.asin),
    TooManyPieces => CartError::InvalidQuantity(sample.asin()),
    TooManyLines => CartError::ExceededMaximumCartItems(sample.max_lines),
    NoMatches => LookupError::NoExactMatches,
    NoSimilarities => LookupError::no_similarities(&[sample.asin().to_string()], sample.version),
    NoSuchItem => LookupError::NoSuch { name: "ItemId", value: sample.asin().to_string() },
    Missing => ParameterError::Missing(sample.required()),
    OutOfRange => ParameterError::OutOfRange { name: "Quantity", least: 1, most: sample.max_quantity },
}

impl From<GatewayError> for Injected {
    fn from(error: GatewayError) -> Self {
        Self::Gateway(error)
    }
}

impl From<EnvelopeError> for Injected {
    fn from(error: EnvelopeError) -> Self {
        Self::Envelope(error)
    }
}

impl From<BatchError> for Injected {
    fn from(error: BatchError) -> Self {
        Self::Whole(error.text())
    }
}

macro_rules! in_the_answer {
    ($($error:ty)*) => { $(
        impl From<$error> for Injected {
            fn from(error: $error) -> Self {
                Self::Request(error.into())
            }
        }
    )* };
}

in_the_answer!(RequestError CartError LookupError ParameterError);

impl Injected {
    /// The code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Gateway(error) => error.text().code,
            Self::Envelope(error) => error.text().code,
            Self::Whole(text) => text.code,
            Self::Request(error) => error.text(Locale::Us).code,
        }
    }
}

impl Sample<'_> {
    /// A call of nobody for nothing.
    const EXAMPLE: Self = Self {
        key: "",
        operation: Operation::CartGet,
        version: Version::DEFAULT,
        asin: None,
        timestamp: None,
        max_lines: 0,
        max_quantity: 0,
    };

    /// The product that an error names; a call that names none has it of this one, which is none.
    fn asin(&self) -> Asin {
        self.asin.unwrap_or_else(|| "0000000000".parse().expect("ten digits are an ASIN"))
    }

    /// The time stamp that an error repeats; that of a call without one is empty.
    fn timestamp(&self) -> String {
        self.timestamp.unwrap_or_default().to_owned()
    }

    /// A parameter that the operation cannot do without.
    fn required(&self) -> &'static str {
        let mut required =
            self.operation.row().parameters.iter().filter(|rule| matches!(rule.presence, Presence::Required));
        required.next().map_or("Operation", |rule| rule.parameter.name())
    }
}

impl ErrorCode {
    /// The code.
    pub fn name(self) -> &'static str {
        self.injected(&Sample::EXAMPLE).code()
    }
}

impl FromStr for ErrorCode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.iter().map(|code| code.name());
        let place = names().position(|name| name == text);
        place.map(|place| Self::ALL[place]).ok_or_else(|| {
            // Whoever leaves out what the long ones begin with means them, too.
            let compared = |name: &'static str| {
                if text.contains('.') { name } else { name.rsplit('.').next().unwrap_or_default() }
            };
            let near = nearest(text, names().map(compared));
            let near = near.and_then(|near| names().find(|name| compared(name) == near));
            match near {
                Some(near) => {
                    format!("\"{text}\" is no code of the service that a rule can answer; did you mean \"{near}\"?")
                }
                None => format!(
                    "\"{text}\" is no code of the service that a rule can answer; known ones are {}",
                    names().collect::<Vec<_>>().join(", ")
                ),
            }
        })
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_reads_back_and_there_is_one_of_each() {
        let mut seen = HashSet::new();
        for code in ErrorCode::ALL {
            assert_eq!(code.name().parse(), Ok(*code));
            assert!(seen.insert(code.name()), "{} twice", code.name());
        }
    }

    #[test]
    fn an_unknown_code_is_answered_with_the_nearest_one() {
        for (text, meant) in [
            ("RequestThrotled", "RequestThrottled"),
            ("requestthrottled", "RequestThrottled"),
            ("InternalErorr", "InternalError"),
            ("AWS.InternalErorr", "AWS.InternalError"),
            ("CartInfoMismatch", "AWS.ECommerceService.CartInfoMismatch"),
            ("InvalidQuantity", "AWS.ECommerceService.InvalidQuantity"),
        ] {
            let error = text.parse::<ErrorCode>().unwrap_err();
            assert!(error.ends_with(&format!("did you mean \"{meant}\"?")), "{error}");
        }
        assert!("x".parse::<ErrorCode>().unwrap_err().contains("known ones are RequestThrottled, "));
    }

    #[test]
    fn an_error_speaks_of_the_call_that_it_answers() {
        let asin: Asin = "B000000001".parse().unwrap();
        let sample = Sample { key: "AKIA", operation: Operation::CartAdd, asin: Some(asin), ..Sample::EXAMPLE };
        let injected = |name: &str| name.parse::<ErrorCode>().unwrap().injected(&sample);
        assert_eq!(
            injected("RequestThrottled"),
            Injected::Gateway(GatewayError::RequestThrottled { key: "AKIA".to_owned() })
        );
        assert_eq!(
            injected("AWS.ECommerceService.ItemAlreadyInCart"),
            Injected::Request(CartError::ItemAlreadyInCart(asin).into())
        );
        assert_eq!(injected("AWS.MissingParameters"), Injected::Request(ParameterError::Missing("CartId").into()));
        assert_eq!(injected("AWS.InvalidOperationParameter"), Injected::Envelope(EnvelopeError::InvalidOperation));
    }
}
