//! What is odd about a request, and was let pass by the service: the texts of warnings, and the errors where it is refused.
//!
//! The errors look as the service's do; their texts say what is the case here.

use super::errors::{LookupError, ParameterError, RequestError};
use super::hints::misspelt;
use super::schema::{COMMON_PARAMETERS, ItemField, Operation};
use super::version::Version;

/// For a request without a signature.
pub const UNSIGNED: &str = "the request is not signed; the service has asked for signatures since August 2009";

/// For a request without an AssociateTag.
pub const NO_TAG: &str = "there is no AssociateTag; the service has asked for one since November 2011";

/// For a request whose signature nobody can check.
pub const UNCHECKED: &str =
    "the signature was not checked: the server does not know this key's secret (--account, or PUT on its account)";

/// For a signature that cannot be checked, and that the service would not even have looked at.
pub const STALE: &str = "the Timestamp is missing, cannot be read, or is more than 15 minutes old";

/// For what stands where a signature should.
pub const NO_SIGNATURE: &str = "the Signature is none: it is the base 64 of 20 or 32 bytes";

/// Something odd in a request's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity<'p> {
    /// The operation does not have it, or not in this version. It was passed over.
    UnknownParameter(&'p str),
    /// It stands where an ASIN should.
    MalformedAsin(&'p str),
}

impl Oddity<'_> {
    /// Whether it is one, since these operations were asked for together: what one of them has, is passed over by the others.
    pub fn is_odd_among(self, operations: &[Operation]) -> bool {
        let Self::UnknownParameter(name) = self else { return true };
        operations.len() < 2
            || !operations.iter().any(|operation| {
                let row = operation.row();
                let is_item = name.starts_with("Item.") && !row.item_fields.is_empty();
                let is_own = row.parameters.iter().any(|rule| rule.parameter.name() == name);
                is_item || is_own || name.split('.').next() == Some(row.name)
            })
    }

    /// What is told of it.
    pub fn text(self, operation: Operation, version: Version) -> String {
        match self {
            Self::UnknownParameter(name) => {
                let row = operation.row();
                let own = row.parameters.iter().filter(|rule| !rule.kind.is_items()).map(|rule| rule.parameter.name());
                misspelt(name, own.chain(COMMON_PARAMETERS))
                    .or_else(|| misspelt_item(name, row.item_fields))
                    .unwrap_or_else(|| format!("{} has no parameter {name} in {}", row.name, version.as_str()))
            }
            Self::MalformedAsin(text) => format!("{text} is no ASIN: 10 characters of A-Z and 0-9"),
        }
    }

    /// The error where it is refused.
    pub fn error(self, operation: Operation) -> RequestError {
        match self {
            Self::UnknownParameter(name) => ParameterError::Unknown { name: name.to_owned(), operation }.into(),
            Self::MalformedAsin(value) => LookupError::NoSuch { name: "ASIN", value: value.to_owned() }.into(),
        }
    }
}

/// The field of an item that only the case of its letters keeps from being one.
fn misspelt_item(name: &str, fields: &[ItemField]) -> Option<String> {
    let (item, rest) = name.split_once('.')?;
    let (_, field) = rest.split_once('.')?;
    if item == "Item" { misspelt(field, fields.iter().map(|field| field.name())) } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::decode::{DecodeLimits, Setting, decode};
    use super::super::params::Params;
    use super::super::rest::read_params;
    use super::*;
    use crate::cart::Locale;

    /// What is odd about a query.
    fn check(operation: Operation, query: &str, expected: &[&str]) {
        let mut params = Params::default();
        read_params(query.as_bytes(), &mut params);
        let version = Version::V2011_08_01;
        let setting = Setting { version, locale: Locale::Us, limits: DecodeLimits { quantity: 999 } };
        let decoded = decode(&params, operation, setting);
        let texts: Vec<String> = decoded.oddities.iter().map(|oddity| oddity.text(operation, version)).collect();
        assert_eq!(texts, expected, "{query}");
    }

    #[test]
    fn what_an_operation_does_not_have_is_odd() {
        check(Operation::CartGet, "Service=S&AWSAccessKeyId=k&Signature=s&CartId=1&HMAC=2&ResponseGroup=Cart", &[]);
        check(
            Operation::CartGet,
            "CartId=1&hmac=2&Colour=blue&Item.1.ASIN=B000000001&associatetag=x",
            &[
                "names are case-sensitive: hmac is no parameter, HMAC is",
                "CartGet has no parameter Colour in 2011-08-01",
                "CartGet has no parameter Item.1.ASIN in 2011-08-01",
                "names are case-sensitive: associatetag is no parameter, AssociateTag is",
            ],
        );
        check(
            Operation::CartCreate,
            "Item.1.ASIN=B000000001&Item.1.quantity=1&Item.1.CartItemId=C1&Items=x&Item.2.MetaData.1.Kee=k&Item.2.ASIN=B000000002",
            &[
                "names are case-sensitive: quantity is no parameter, Quantity is",
                "CartCreate has no parameter Item.1.CartItemId in 2011-08-01",
                "CartCreate has no parameter Items in 2011-08-01",
                "CartCreate has no parameter Item.2.MetaData.1.Kee in 2011-08-01",
            ],
        );
    }

    #[test]
    fn what_can_be_no_asin_is_odd() {
        let odd = |text| format!("{text} is no ASIN: 10 characters of A-Z and 0-9");
        check(
            Operation::CartAdd,
            "CartId=1&HMAC=2&Item.1.ASIN=b000000001&Item.2.ASIN=B000000002",
            &[&odd("b000000001")],
        );
        check(Operation::ItemLookup, "ItemId=B000000001,short", &[&odd("short")]);
        check(Operation::ItemLookup, "ItemId=1234567890123&IdType=EAN&SearchIndex=Books", &[]);
        check(Operation::CartCreate, "Item.1.ASIN=", &[]);
    }

    #[test]
    fn what_another_operation_of_the_same_request_has_is_not_odd() {
        let both = [Operation::CartCreate, Operation::ItemLookup];
        for (name, odd) in [("ItemId", false), ("Item.1.ASIN", false), ("ItemLookup.1.ItemId", false), ("Colour", true)]
        {
            assert_eq!(Oddity::UnknownParameter(name).is_odd_among(&both), odd, "{name}");
        }
        assert!(Oddity::UnknownParameter("ItemId").is_odd_among(&both[..1]));
    }

    #[test]
    fn however_odd_a_request_is_few_oddities_are_told() {
        let mut params = Params::default();
        for n in 0..1000 {
            params.push(format!("Odd{n}"), "x");
        }
        let setting = Setting { version: Version::DEFAULT, locale: Locale::Us, limits: DecodeLimits { quantity: 999 } };
        assert_eq!(decode(&params, Operation::CartGet, setting).oddities.len(), 16);
    }
}
