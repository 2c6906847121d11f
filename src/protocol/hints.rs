//! Hints: what a caller probably meant whose request the service answers with a puzzling error.
//!
//! The answer stays Amazon's; hints go into a header and the log. Must not tell anything that the caller does not know or may
//! not know: whether a cart exists is told to nobody without its HMAC.

use super::errors::{ParameterError, RequestError};
use super::params::Params;
use super::schema::{COMMON_PARAMETERS, ItemField, Operation};
use crate::cart::CartError;

/// For a caller whose HMAC is right.
pub const NO_SUCH_CART: &str =
    "the HMAC is right, so it is the cart: it has expired, was purchased, or was made with another access key";

/// For a request that is none of this service.
pub fn for_envelope(params: &Params<'_>) -> Option<String> {
    params.iter().find_map(|param| misspelt(&param.name, ["Service", "Operation", "Version"]))
}

/// The hints for one answer: each once, and few, however many mistakes a request has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints(Vec<String>);

/// More than these nobody reads, and headers have limits.
const MOST: usize = 8;

impl Hints {
    /// Adds one, unless it is known or there are enough.
    pub fn note(&mut self, hint: impl Into<String>) {
        let hint = hint.into();
        if self.0.len() < MOST && !self.0.contains(&hint) {
            self.0.push(hint);
        }
    }

    /// All of them, in the order noted.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Adds those for a request of an operation that came to these errors.
    pub fn note_request(&mut self, operation: Operation, params: &Params<'_>, errors: &[RequestError]) {
        if errors.is_empty() {
            return;
        }
        let own = operation.row().parameters.iter().filter(|rule| !rule.kind.is_items());
        let names: Vec<&str> = own.map(|rule| rule.parameter.name()).chain(COMMON_PARAMETERS).collect();
        for misspelt in params.iter().filter_map(|param| misspelt(&param.name, names.iter().copied())).take(MOST) {
            self.note(misspelt);
        }
        for error in errors.iter().take(MOST) {
            match error {
                RequestError::Parameter(ParameterError::Missing("Items")) => {
                    if let Some(hint) = missing_items(operation, params) {
                        self.note(hint);
                    }
                }
                RequestError::Parameter(ParameterError::Missing("CartItemId")) => {
                    self.note("CartModify names lines by the CartItemId that every answer gives them, not by ASIN");
                }
                RequestError::Parameter(ParameterError::Missing("CartId" | "HMAC")) => {
                    self.note("CartId and HMAC are in the CartCreate answer; both go into every later request");
                }
                RequestError::Parameter(ParameterError::ExactlyOneOf(_)) => {
                    self.note("set the quantity and the area in two Items with the same CartItemId");
                }
                RequestError::Cart(CartError::CartInfoMismatch) => {
                    if let Some(hint) = mismatch(params) {
                        self.note(hint);
                    }
                }
                RequestError::Cart(CartError::ItemNotEligibleForCart(None)) => {
                    self.note("an item is not in this server's catalogue for this locale");
                }
                _ => {}
            }
        }
    }
}

/// The parameter that only the case of its letters keeps from being one.
pub(super) fn misspelt<'n>(sent: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let meant = names.into_iter().find(|name| *name != sent && name.eq_ignore_ascii_case(sent))?;
    Some(format!("names are case-sensitive: {sent} is no parameter, {meant} is"))
}

fn missing_items(operation: Operation, params: &Params<'_>) -> Option<String> {
    let field = if operation == Operation::CartModify { ItemField::CartItemId } else { ItemField::Asin }.name();
    params.iter().find_map(|param| {
        let name = param.name.as_ref();
        let like_item = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("item"));
        let bare =
            ["ASIN", "OfferListingId", "CartItemId", "Quantity"].iter().any(|known| known.eq_ignore_ascii_case(name));
        (like_item || bare).then(|| {
            format!("{name} is not read: items are sent as Item.1.{field}, Item.1.Quantity, Item.2.{field} and so on")
        })
    })
}

fn mismatch(params: &Params<'_>) -> Option<String> {
    let hmac = params.filled("HMAC")?;
    if hmac.contains(' ') {
        return Some("the HMAC holds a blank: its + must be sent as %2B".to_owned());
    }
    if hmac.len() != 28 && !hmac.contains('%') {
        return Some("an HMAC has 28 characters, the last one =; was it cut off?".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::rest::read_params;
    use super::*;

    fn check(query: &str, errors: &[RequestError], expected: &[&str]) {
        let mut params = Params::default();
        read_params(query.as_bytes(), &mut params);
        let operation = params.get("Operation").and_then(Operation::named).unwrap();
        let mut hints = Hints::default();
        hints.note_request(operation, &params, errors);
        assert_eq!(hints.as_slice(), expected, "{query}");
    }

    #[test]
    fn puzzling_errors_come_with_what_was_probably_meant() {
        let missing = |name| RequestError::from(ParameterError::Missing(name));
        let mismatch = RequestError::from(CartError::CartInfoMismatch);
        let read = |name: &str, field: &str| {
            format!("{name} is not read: items are sent as Item.1.{field}, Item.1.Quantity, Item.2.{field} and so on")
        };
        check("Operation=CartCreate&items=B000000001", &[missing("Items")], &[&read("items", "ASIN")]);
        check(
            "Operation=CartModify&Item.1.ASIN=B000000001",
            &[missing("Items")],
            &[&read("Item.1.ASIN", "CartItemId")],
        );
        check(
            "Operation=CartGet&cartid=1&HMAC=2",
            &[missing("CartId")],
            &[
                "names are case-sensitive: cartid is no parameter, CartId is",
                "CartId and HMAC are in the CartCreate answer; both go into every later request",
            ],
        );
        check(
            "Operation=CartGet&HMAC=a+b",
            std::slice::from_ref(&mismatch),
            &["the HMAC holds a blank: its + must be sent as %2B"],
        );
        check(
            "Operation=CartGet&HMAC=aaa",
            std::slice::from_ref(&mismatch),
            &["an HMAC has 28 characters, the last one =; was it cut off?"],
        );
        check("Operation=CartGet&hmac=x", &[], &[]);
    }

    #[test]
    fn a_parameter_in_the_wrong_case_is_named() {
        let mut params = Params::default();
        read_params(b"Service=AWSECommerceService&operation=CartGet", &mut params);
        assert_eq!(
            for_envelope(&params).as_deref(),
            Some("names are case-sensitive: operation is no parameter, Operation is")
        );
    }

    #[test]
    fn however_many_mistakes_there_are_the_hints_are_few() {
        let mut params = Params::default();
        for n in 0..200_u32 {
            let variant: String = "marketplacedomain"
                .chars()
                .enumerate()
                .map(|(i, c)| if n >> i & 1 == 1 { c.to_ascii_uppercase() } else { c })
                .collect();
            params.push(variant, "x");
        }
        let mut hints = Hints::default();
        for _ in 0..3 {
            hints.note_request(Operation::CartCreate, &params, &[ParameterError::Missing("Items").into()]);
        }
        assert_eq!(hints.as_slice().len(), MOST);
    }
}
