//! The one table of error codes and texts (docs/PROTOCOL.md, section 7), in each language that was recorded.
//!
//! Everything that can go wrong inside the service comes here as a value and leaves as a code and a text. HTTP statuses stand here
//! too, because the code decides them.

use super::batch::BatchError;
use super::decode::EnvelopeError;
use super::schema::Operation;
use super::soap::SoapError;
use super::values::{ID_TYPES_WITH_INDEX, Values};
use super::version::Version;
use crate::cart::{CartError, Locale};
use std::fmt;

/// A code and a text, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorText {
    /// `AWS.MissingParameters`
    pub code: &'static str,
    /// In the locale's recorded language.
    pub message: String,
}

/// A finding that goes into the answer's Request element.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The request itself is wrong: IsValid is False.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// The request is fine, the cart or the catalogue is not: IsValid is True.
    #[error(transparent)]
    Cart(#[from] CartError),
    /// The request is fine, but it found something missing: IsValid is True.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// The request is fine, and the service failed at it: IsValid is True. Only a fault rule has this answered.
    #[error("the service failed, as a fault rule wants it")]
    InternalError,
}

/// What can be wrong with parameters. `Display` is for logs and tests; [`RequestError::text`] has what is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A required one is missing or empty.
    #[error("missing {0}")]
    Missing(&'static str),
    /// A number is none, or out of range.
    #[error("{name} is not in {least}..={most}")]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// The smallest good value.
        least: u32,
        /// The largest good value.
        most: u32,
    },
    /// None of the few values that there are.
    #[error("{name} is none of {valid}")]
    InvalidEnumerated {
        /// The parameter.
        name: &'static str,
        /// The values that there are.
        valid: Values,
    },
    /// A response group that the operation does not have.
    #[error("response groups of {} are {valid}", operation.name())]
    InvalidResponseGroup {
        /// The operation that the message names.
        operation: Operation,
        /// The groups that it has, as the message lists them.
        valid: String,
    },
    /// Two that exclude each other.
    #[error("{0} and {1} together")]
    InvalidCombination(&'static str, &'static str),
    /// One of these is needed.
    #[error("none of {0}")]
    AtLeastOneOf(String),
    /// One of these is needed, and not more.
    #[error("not exactly one of {}", .0.join(", "))]
    ExactlyOneOf(&'static [&'static str]),
    /// Sent more than once.
    #[error("{0} is repeated")]
    Repeated(String),
    /// More values than the parameter may have.
    #[error("{name} has more than {most} values")]
    TooManyValues {
        /// The parameter.
        name: &'static str,
        /// How many it may have.
        most: usize,
    },
    /// An ItemId that is no ASIN, and no SearchIndex.
    #[error("IdType without SearchIndex")]
    MissingSearchIndex,
    /// A parameter that does not go with the value of another.
    #[error("{other} beside {name} {value}")]
    Restricted {
        /// The parameter whose value it is.
        name: &'static str,
        /// The value, as sent.
        value: String,
        /// What does not go with it.
        other: &'static str,
    },
    /// A parameter that the operation does not have. The service passed it over; only a strict server refuses it.
    #[error("{name} is unknown")]
    Unknown {
        /// As sent.
        name: String,
        /// The operation.
        operation: Operation,
    },
}

/// What a product operation may find. The request was valid. `Display` is for logs and tests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// Nothing has this number, or nothing that may be shown.
    #[error("there is no {name} {value}")]
    NoSuch {
        /// The parameter.
        name: &'static str,
        /// As it was looked for.
        value: String,
    },
    /// A search found nothing.
    #[error("no match")]
    NoExactMatches,
    /// Nothing is like these products.
    #[error("nothing is like {0}")]
    NoSimilarities(String),
}

impl LookupError {
    /// Nothing is like these products, in the order of the echo: the older service put a blank after each comma.
    pub fn no_similarities(items: &[String], version: Version) -> Self {
        Self::NoSimilarities(items.join(if version < Version::V2011_08_01 { ", " } else { "," }))
    }
}

impl RequestError {
    /// Whether the request itself is wrong, which makes IsValid False.
    pub const fn is_static(&self) -> bool {
        matches!(self, Self::Parameter(_))
    }

    /// The code and the text in the locale's language: Japanese for jp, French for fr where it was recorded, else English.
    pub fn text(&self, locale: Locale) -> ErrorText {
        let (code, message) = match self {
            Self::Parameter(error) => (parameter_code(error), parameter_text(error, locale)),
            Self::Cart(error) => (cart_code(error), cart_text(error, locale)),
            Self::Lookup(error) => (lookup_code(error), lookup_text(error, locale)),
            Self::InternalError => (
                "AWS.InternalError",
                "We are unable to process your request at this time. Please retry your request.".to_owned(),
            ),
        };
        ErrorText { code, message }
    }
}

const fn parameter_code(error: &ParameterError) -> &'static str {
    match error {
        ParameterError::Missing(_) => "AWS.MissingParameters",
        ParameterError::OutOfRange { .. } => "AWS.ParameterOutOfRange",
        ParameterError::InvalidEnumerated { .. } => "AWS.InvalidEnumeratedParameter",
        ParameterError::InvalidResponseGroup { .. } => "AWS.InvalidResponseGroup",
        ParameterError::InvalidCombination(..) => "AWS.InvalidParameterCombination",
        ParameterError::AtLeastOneOf(_) => "AWS.MinimumParameterRequirement",
        ParameterError::ExactlyOneOf(_) => "AWS.ExactParameterRequirement",
        ParameterError::Repeated(_) => "AWS.ParameterRepeatedInRequest",
        ParameterError::TooManyValues { .. } => "AWS.ExceededMaximumParameterValues",
        ParameterError::MissingSearchIndex => "AWS.MissingParameterValueCombination",
        ParameterError::Restricted { .. } => "AWS.RestrictedParameterValueCombination",
        ParameterError::Unknown { .. } => "AWS.UnknownParameter",
    }
}

/// Spacing and spelling ("atleast", double blanks) are Amazon's.
fn parameter_text(error: &ParameterError, locale: Locale) -> String {
    let japanese = locale == Locale::Jp;
    match error {
        ParameterError::Missing(name) if japanese => {
            format!("リクエストには、必要なパラメータが含まれていません。必要なパラメータには、{name}などがあります。")
        }
        ParameterError::Missing(name) => {
            format!("Your request is missing required parameters. Required parameters include {name}.")
        }
        ParameterError::OutOfRange { name, least, most } if japanese => {
            format!("{name} として指定した値は無効です。有効な値は、{least}から{most}までのものです。")
        }
        ParameterError::OutOfRange { name, least, most } => {
            format!("The value you specified for {name} is invalid.  Valid values must be between {least} and {most}.")
        }
        ParameterError::InvalidEnumerated { name, valid } if japanese => {
            format!("{name}に指定した値は無効です。{}などが有効な値の例です。", valid.enumerated(locale))
        }
        ParameterError::InvalidEnumerated { name, valid } => {
            format!("The value you specified for {name} is invalid. Valid values include {valid}.")
        }
        ParameterError::InvalidResponseGroup { operation, valid } if japanese => format!(
            "ResponseGroupパラメータが無効です。{}リクエストで有効なレスポンス・グループは、{valid}などです。",
            operation.name()
        ),
        ParameterError::InvalidResponseGroup { operation, valid } => format!(
            "Your ResponseGroup parameter is invalid. Valid response groups for {} requests include {valid}.",
            operation.name()
        ),
        ParameterError::InvalidCombination(a, b) => format!(
            "Your request contains an invalid parameter combination. {a} and {b} cannot appear in the same request."
        ),
        ParameterError::AtLeastOneOf(names) if japanese => {
            format!("次のパラメータのうち、最低1個がリクエストに含まれている必要があります：{names}")
        }
        ParameterError::AtLeastOneOf(names) => {
            format!("Your request should have atleast 1 of the following parameters: {names}.")
        }
        ParameterError::ExactlyOneOf(names) if japanese => {
            format!("次のパラメータのうち、1個がリクエストに含まれている必要があります：{}", names.join(", "))
        }
        ParameterError::ExactlyOneOf(names) => {
            format!("Your request should have exactly 1 of the following parameters: {}.", names.join(", "))
        }
        ParameterError::Repeated(name) => format!("The parameter, {name}, appeared more than once in your request."),
        ParameterError::TooManyValues { name, most } => format!(
            "Your request contains too many values for {name}. This parameter can have a maximum of {most} values."
        ),
        ParameterError::MissingSearchIndex if japanese => format!(
            "リクエストには必要なパラメータの組み合わせが含まれていません。IdTypeが{ID_TYPES_WITH_INDEX}である場合、\
             SearchIndexが必要です。"
        ),
        ParameterError::MissingSearchIndex => format!(
            "Your request is missing a required parameter combination.  When IdType equals {ID_TYPES_WITH_INDEX}, \
             SearchIndex must be present."
        ),
        ParameterError::Restricted { name, value, other } if japanese => format!(
            "リクエストには、使用できないパラメータの組み合わせが含まれています。{name}が{value}である場合、 {other}は使えません。"
        ),
        ParameterError::Restricted { name, value, other } => format!(
            "Your request contained a restricted parameter combination.  When {name} equals {value}, {other} cannot be \
             present."
        ),
        ParameterError::Unknown { name, operation } => format!(
            "Your request contains a parameter that {} requests do not have: {name}. Parameter names are case-sensitive.",
            operation.name()
        ),
    }
}

const fn lookup_code(error: &LookupError) -> &'static str {
    match error {
        LookupError::NoSuch { .. } => "AWS.InvalidParameterValue",
        LookupError::NoExactMatches => "AWS.ECommerceService.NoExactMatches",
        LookupError::NoSimilarities(_) => "AWS.ECommerceService.NoSimilarities",
    }
}

fn lookup_text(error: &LookupError, locale: Locale) -> String {
    match (error, locale) {
        (LookupError::NoSuch { name, value }, Locale::Jp) => {
            format!("{value}は、{name}の値として無効です。値を変更してから、再度リクエストを実行してください。")
        }
        (LookupError::NoSuch { name, value }, _) => {
            format!("{value} is not a valid value for {name}. Please change this value and retry your request.")
        }
        (LookupError::NoExactMatches, Locale::Jp) => "リクエストに該当する結果がありません。".to_owned(),
        (LookupError::NoExactMatches, _) => "We did not find any matches for your request.".to_owned(),
        (LookupError::NoSimilarities(items), _) => format!("There are no similar items for this ASIN: {items}."),
    }
}

const fn cart_code(error: &CartError) -> &'static str {
    match error {
        CartError::CartInfoMismatch => "AWS.ECommerceService.CartInfoMismatch",
        CartError::ItemAlreadyInCart(_) => "AWS.ECommerceService.ItemAlreadyInCart",
        CartError::ItemNotEligibleForCart(_) => "AWS.ECommerceService.ItemNotEligibleForCart",
        CartError::InvalidQuantity(_) => "AWS.ECommerceService.InvalidQuantity",
        CartError::ExceededMaximumCartItems(_) => "AWS.ECommerceService.ExceededMaximumCartItems",
    }
}

fn cart_text(error: &CartError, locale: Locale) -> String {
    match (error, locale) {
        (CartError::CartInfoMismatch, Locale::Jp) => "リクエストに指定されたAssociateTag、CartId、およびHMACの組み合わせが不正です。\
            AssociateTag、CartId、およびHMACの値を確認して再度実行してください。\
            なお、ショッピングカートを操作する、CartCreate以外のすべてのオペレーションで、\
            CartCreateオペレーションで返されるCartIdとHMACが必要になるので注意してください。"
            .to_owned(),
        (CartError::CartInfoMismatch, Locale::Fr) => "Votre demande comprend une combinaison AssociateTag, CartId et HMAC \
            non valide. Veuillez vérifier l'AssociateTag, le CartId et le HMAC avant de réessayer. N'oubliez pas que toutes \
            les opérations du panier doivent s'effectuer avec le CartId et le HMAC qui vous ont été renvoyés lors de \
            l'opération CartCreate."
            .to_owned(),
        (CartError::CartInfoMismatch, _) => "Your request contains an invalid AssociateTag, CartId and HMAC combination. \
            Please verify the AssociateTag, CartId, HMAC and retry. Remember that all Cart operations must pass in the \
            CartId and HMAC that were returned to you during the CartCreate operation."
            .to_owned(),
        (CartError::ItemAlreadyInCart(asin), Locale::Jp) => {
            format!("リクエストで商品として指定された{asin}は、すでにショッピングカートの中に入っています。")
        }
        (CartError::ItemAlreadyInCart(asin), _) => format!("The item you specified, {asin}, is already in your cart."),
        (CartError::ItemNotEligibleForCart(asin), Locale::Jp) => format!(
            "リクエストで商品として指定された{}は、カートに追加する商品として、適格ではありません。\
             商品の在庫があるかどうか確かめてください。",
            asin.as_ref().map_or("", |asin| asin.as_str())
        ),
        (CartError::ItemNotEligibleForCart(asin), _) => format!(
            "The item you specified, {}, is not eligible to be added to the cart. \
             Check the item's availability to make sure it is available.",
            asin.as_ref().map_or("", |asin| asin.as_str())
        ),
        (CartError::InvalidQuantity(asin), Locale::Jp) => {
            format!("次の商品の注文可能な数量の上限を超えました：{asin}")
        }
        (CartError::InvalidQuantity(asin), _) => {
            format!("You have exceeded the maximum quantity allowed for the following items: {asin}.")
        }
        (CartError::ExceededMaximumCartItems(most), _) => {
            format!("You may not add more than {most} items to the cart.")
        }
    }
}

impl EnvelopeError {
    /// The code and the text. These were always English.
    pub fn text(self) -> ErrorText {
        let operations = || Operation::all().map(Operation::name).collect::<Vec<_>>().join(", ");
        let (code, message) = match self {
            Self::MissingService => (
                "AWS.MissingServiceParameter",
                "Your request is missing the Service parameter. Please add  the Service parameter to your request and retry."
                    .to_owned(),
            ),
            Self::InvalidService => (
                "AWS.InvalidServiceParameter",
                "The Service parameter is invalid. Please modify the Service parameter and retry. Valid values for the Service \
                 parameter include AWSECommerceService."
                    .to_owned(),
            ),
            Self::InvalidOperation => (
                "AWS.InvalidOperationParameter",
                format!(
                    "The Operation parameter is invalid. Please modify the Operation parameter and retry. Valid values for the \
                     Operation parameter include {}.",
                    operations()
                ),
            ),
            Self::InvalidVersion => (
                "AWS.InvalidISO8601Time",
                "Version has an invalid value. It must contain a valid ISO 8601 date and time.".to_owned(),
            ),
        };
        ErrorText { code, message }
    }
}

impl BatchError {
    /// The code and the text. The text of the second is not recorded anywhere; it follows the first.
    pub fn text(self) -> ErrorText {
        let (code, message) = match self {
            Self::TooManyRequests => (
                "AWS.ExceededMaxBatchRequestsPerOperation",
                "You have exceeded the maximum number of batch requests per operation.  Each operation may include no more than 2 \
                 batch requests.",
            ),
            Self::TooManyOperations => (
                "AWS.ExceededMaxMultiOpOperations",
                "You have exceeded the maximum number of operations per request.  Each request may include no more than 2 \
                 operations.",
            ),
        };
        ErrorText { code, message: message.to_owned() }
    }
}

impl SoapError {
    /// The code and the text. Decided: the service's own were not recorded.
    pub fn text(&self) -> ErrorText {
        let code = match self {
            Self::NotAnEnvelope | Self::NotOneOperation => "InvalidSOAPRequest",
            _ => "MalformedXML",
        };
        ErrorText { code, message: self.to_string() }
    }
}

/// What makes the service refuse before it looks at the operation; the document is `{Operation}ErrorResponse`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GatewayError {
    /// Neither AWSAccessKeyId nor SubscriptionId.
    MissingClientTokenId,
    /// A key that is not known, where only known ones are taken.
    InvalidClientTokenId,
    /// Signature or Timestamp is missing.
    MissingParameter(&'static str),
    /// The time stamp is none.
    InvalidTimestamp {
        /// As sent.
        timestamp: String,
    },
    /// The time stamp is more than 15 minutes old.
    RequestExpired {
        /// As sent.
        timestamp: String,
    },
    /// The signature does not fit.
    SignatureDoesNotMatch,
    /// An operation that the service had withdrawn by this version.
    Deprecated {
        /// As sent.
        operation: String,
    },
    /// Too much is waiting to be written.
    RequestThrottled {
        /// The caller's key.
        key: String,
    },
    /// The key has had all of the requests that it may make in an hour. Only a fault rule has this answered.
    AccountLimitExceeded,
    /// Something is broken here; the log says what.
    InternalError,
}

impl GatewayError {
    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        match self {
            Self::MissingClientTokenId | Self::InvalidClientTokenId | Self::SignatureDoesNotMatch => 403,
            Self::MissingParameter(_) | Self::InvalidTimestamp { .. } | Self::RequestExpired { .. } => 400,
            Self::Deprecated { .. } => 410,
            Self::RequestThrottled { .. } | Self::AccountLimitExceeded => 503,
            Self::InternalError => 500,
        }
    }

    /// How the answer spells the element with its id: checks of the front end had a capital D, those of account, signature and
    /// time had not.
    pub const fn id_element(&self) -> &'static str {
        match self {
            Self::SignatureDoesNotMatch | Self::RequestExpired { .. } | Self::AccountLimitExceeded => "RequestId",
            _ => "RequestID",
        }
    }

    /// The code and the text.
    pub fn text(&self) -> ErrorText {
        let (code, message) = match self {
            Self::InvalidClientTokenId => (
                "InvalidClientTokenId",
                "The AWS Access Key Id you provided does not exist in our records.".to_owned(),
            ),
            Self::MissingParameter(name) => {
                ("MissingParameter", format!("The request must contain the parameter {name}."))
            }
            Self::InvalidTimestamp { timestamp } => (
                "InvalidParameterValue",
                format!("Value ({timestamp}) for parameter Timestamp is invalid. Reason: Must be in ISO8601 format"),
            ),
            Self::RequestExpired { timestamp } => {
                ("RequestExpired", format!("Request has expired. Timestamp date is {timestamp}."))
            }
            Self::SignatureDoesNotMatch => (
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
                 Key and signing method. Consult the service documentation for details."
                    .to_owned(),
            ),
            Self::MissingClientTokenId => {
                ("MissingClientTokenId", "Request must contain AWSAccessKeyId or X.509 certificate.".to_owned())
            }
            Self::Deprecated { operation } => ("Deprecated", format!("Feature {operation} is deprecated.")),
            Self::RequestThrottled { key } => (
                "RequestThrottled",
                format!(
                    "AWS Access Key ID: {key}. You are submitting requests too quickly. Please retry your requests at a \
                     slower rate."
                ),
            ),
            Self::AccountLimitExceeded => {
                // Recorded with this number, whatever it was meant to say.
                ("AccountLimitExceeded", "Account limit of 0 requests per hour exceeded.".to_owned())
            }
            Self::InternalError => ("InternalError", "We encountered an internal error. Please try again.".to_owned()),
        };
        ErrorText { code, message }
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().code)
    }
}

/// What keeps a request from reaching any operation; the document is an `ErrorResponse` of nobody in particular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// A path that the service does not have.
    UnknownPath,
    /// A method that the path does not have.
    MethodNotAllowed,
    /// More parameters than any request needs.
    TooManyParameters {
        /// The limit.
        limit: usize,
    },
    /// A body beyond the limit.
    BodyTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A body that did not arrive in time.
    BodyTooSlow,
    /// A body that ended before its announced length, or whose chunks are malformed.
    BodyIncomplete,
}

impl TransportError {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::UnknownPath => 404,
            Self::MethodNotAllowed => 405,
            Self::BodyTooLarge { .. } | Self::TooManyParameters { .. } => 413,
            Self::BodyTooSlow => 408,
            Self::BodyIncomplete => 400,
        }
    }

    /// The code and the text: those of sister services, since none was recorded.
    pub fn text(self) -> ErrorText {
        let (code, message) = match self {
            Self::UnknownPath => {
                ("InvalidURI", "The requested URI does not represent any resource on the server.".to_owned())
            }
            Self::MethodNotAllowed => {
                ("MethodNotAllowed", "The specified method is not allowed against this resource.".to_owned())
            }
            Self::BodyTooLarge { limit } => {
                ("EntityTooLarge", format!("The request body is larger than {limit} bytes."))
            }
            Self::TooManyParameters { limit } => {
                ("EntityTooLarge", format!("The request has more than {limit} parameters."))
            }
            Self::BodyTooSlow => {
                ("RequestTimeout", "The request body was not received within the timeout period.".to_owned())
            }
            Self::BodyIncomplete => ("IncompleteBody", "The request body terminated unexpectedly.".to_owned()),
        };
        ErrorText { code, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(error: impl Into<RequestError>, locale: Locale, code: &str, message: &str) {
        let text = error.into().text(locale);
        assert_eq!((text.code, text.message.as_str()), (code, message));
    }

    #[test]
    fn recorded_texts_are_kept_to_the_letter() {
        let asin = "0201896842".parse().unwrap();
        let range = ParameterError::OutOfRange { name: "Quantity", least: 1, most: 999 };
        check(
            range.clone(),
            Locale::Us,
            "AWS.ParameterOutOfRange",
            "The value you specified for Quantity is invalid.  Valid values must be between 1 and 999.",
        );
        check(
            range,
            Locale::Jp,
            "AWS.ParameterOutOfRange",
            "Quantity として指定した値は無効です。有効な値は、1から999までのものです。",
        );
        check(
            CartError::ItemNotEligibleForCart(None),
            Locale::De,
            "AWS.ECommerceService.ItemNotEligibleForCart",
            "The item you specified, , is not eligible to be added to the cart. Check the item's availability to make sure it \
             is available.",
        );
        check(
            CartError::ItemNotEligibleForCart(None),
            Locale::Jp,
            "AWS.ECommerceService.ItemNotEligibleForCart",
            "リクエストで商品として指定されたは、カートに追加する商品として、適格ではありません。商品の在庫があるかどうか確かめてください。",
        );
        check(
            CartError::CartInfoMismatch,
            Locale::Jp,
            "AWS.ECommerceService.CartInfoMismatch",
            "リクエストに指定されたAssociateTag、CartId、およびHMACの組み合わせが不正です。AssociateTag、CartId、およびHMACの値を\
             確認して再度実行してください。なお、ショッピングカートを操作する、CartCreate以外のすべてのオペレーションで、\
             CartCreateオペレーションで返されるCartIdとHMACが必要になるので注意してください。",
        );
        check(
            CartError::ItemAlreadyInCart(asin),
            Locale::Fr,
            "AWS.ECommerceService.ItemAlreadyInCart",
            "The item you specified, 0201896842, is already in your cart.",
        );
        check(
            ParameterError::ExactlyOneOf(&["Quantity", "Action"]),
            Locale::Jp,
            "AWS.ExactParameterRequirement",
            "次のパラメータのうち、1個がリクエストに含まれている必要があります：Quantity, Action",
        );
    }
}
