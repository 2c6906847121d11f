//! The one table of operations and their parameters, and of the elements that depend on the version
//! (docs/PROTOCOL.md, sections 2 and 3).
//!
//! Reading, checking, echoing and the help in error messages all follow these rows. An element that every version has needs no
//! row: the writer's order is its definition.

mod elements;
mod groups;
mod parameters;

pub use elements::*;
pub use groups::Groups;
pub use parameters::{Kind, Parameter, Presence, Rule};

use super::version::Version;

/// The operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Makes a cart.
    CartCreate,
    /// Adds items to a cart.
    CartAdd,
    /// Changes quantities and areas of the items of a cart.
    CartModify,
    /// Shows a cart.
    CartGet,
    /// Empties a cart.
    CartClear,
}

/// A field of a numbered item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemField {
    /// The product, at Amazon's own offer.
    Asin,
    /// An offer.
    OfferListingId,
    /// How many.
    Quantity,
    /// A tag for this item; echoed, without effect.
    AssociateTag,
    /// The wish-list item that it comes from.
    ListItemId,
    /// Numbered pairs of Key and Value; echoed, without effect.
    MetaData,
    /// To which area the line shall move.
    Action,
    /// The line.
    CartItemId,
}

/// The parameters that every operation has, whether they have an effect here or not. Of these and of the operation's own none may
/// be sent twice.
pub const COMMON_PARAMETERS: [&str; 15] = [
    "AWSAccessKeyId",
    "AssociateTag",
    "ContentType",
    "MarketplaceDomain",
    "Operation",
    "Service",
    "Signature",
    "SignatureMethod",
    "SignatureVersion",
    "Style",
    "SubscriptionId",
    "Timestamp",
    "Validate",
    "Version",
    "XMLEscaping",
];

/// A row of the table of operations.
#[derive(Debug)]
pub struct Row {
    /// The operation.
    pub operation: Operation,
    /// Its name in the Operation parameter; the root of the answer adds `Response`, the echo `Request`.
    pub name: &'static str,
    /// `{name}Response`.
    pub response: &'static str,
    /// `{name}Request`.
    pub request: &'static str,
    /// The element that holds an answer: the request's echo and what came of it.
    pub container: &'static str,
    /// Its parameters in the order of the echo, which is also the order in which missing ones are reported.
    pub parameters: &'static [Rule],
    /// The fields of its items in the order of the echo.
    pub item_fields: &'static [ItemField],
    /// The smallest Quantity.
    pub least_quantity: u32,
    /// Its response groups, in the order in which the error message lists them, each with the first version that has it.
    pub response_groups: &'static [(&'static str, Version)],
    /// What a request without ResponseGroup gets.
    pub default_groups: Groups,
}

impl Row {
    /// The place of a parameter among the rows.
    pub fn place(&self, parameter: Parameter) -> Option<usize> {
        self.parameters.iter().position(|rule| rule.parameter == parameter)
    }
}

use ItemField as F;
use Parameter as P;

/// What an Action may be.
pub const ACTIONS: &[&str] = &["MoveToCart", "SaveForLater"];

const CART_GROUPS: &[(&str, Version)] = &[
    ("Cart", OLDEST),
    ("CartNewReleases", Version::V2007_04_04),
    ("CartSimilarities", OLDEST),
    ("CartTopSellers", Version::V2007_04_04),
    ("Request", OLDEST),
];

const ADDED_ITEM: &[F] = &[F::Asin, F::OfferListingId, F::Quantity, F::AssociateTag, F::ListItemId, F::MetaData];

/// What CartCreate asks for, which every operation that changes a cart may say anew.
const MERGE_CART: Rule = Rule::optional(P::MERGE_CART, Kind::Flag(&["True", "False"]));
const ITEMS: Rule = Rule::required(P::ITEMS, Kind::Items);
const RESPONSE_GROUP: Rule = Rule::optional(P::RESPONSE_GROUP, Kind::Groups);
const CART_ID: Rule = Rule::required(P::CART_ID, Kind::Text);
const HMAC: Rule = Rule::required(P::HMAC, Kind::Text);

static ROWS: [Row; 5] = [
    Row {
        operation: Operation::CartCreate,
        name: "CartCreate",
        response: "CartCreateResponse",
        request: "CartCreateRequest",
        container: "Cart",
        parameters: &[MERGE_CART, ITEMS, RESPONSE_GROUP],
        item_fields: ADDED_ITEM,
        least_quantity: 1,
        response_groups: CART_GROUPS,
        default_groups: Groups::CART,
    },
    Row {
        operation: Operation::CartAdd,
        name: "CartAdd",
        response: "CartAddResponse",
        request: "CartAddRequest",
        container: "Cart",
        parameters: &[CART_ID, HMAC, MERGE_CART, ITEMS, RESPONSE_GROUP],
        item_fields: ADDED_ITEM,
        least_quantity: 1,
        response_groups: CART_GROUPS,
        default_groups: Groups::CART,
    },
    Row {
        operation: Operation::CartModify,
        name: "CartModify",
        response: "CartModifyResponse",
        request: "CartModifyRequest",
        container: "Cart",
        parameters: &[CART_ID, HMAC, MERGE_CART, ITEMS, RESPONSE_GROUP],
        item_fields: &[F::Action, F::CartItemId, F::Quantity],
        least_quantity: 0,
        response_groups: CART_GROUPS,
        default_groups: Groups::CART,
    },
    Row {
        operation: Operation::CartGet,
        name: "CartGet",
        response: "CartGetResponse",
        request: "CartGetRequest",
        container: "Cart",
        parameters: &[CART_ID, HMAC, MERGE_CART, RESPONSE_GROUP],
        item_fields: &[],
        least_quantity: 1,
        response_groups: CART_GROUPS,
        default_groups: Groups::CART,
    },
    Row {
        operation: Operation::CartClear,
        name: "CartClear",
        response: "CartClearResponse",
        request: "CartClearRequest",
        container: "Cart",
        parameters: &[CART_ID, HMAC, MERGE_CART, RESPONSE_GROUP],
        item_fields: &[],
        least_quantity: 1,
        response_groups: &[("Cart", OLDEST), ("Request", OLDEST)],
        default_groups: Groups::CART,
    },
];

impl Operation {
    /// Every operation, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.operation)
    }

    /// The operation of this name; names are case-sensitive.
    pub fn named(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.operation)
    }

    /// Its row.
    pub fn row(self) -> &'static Row {
        // The rows stand in the order of the variants; a test holds them to it.
        &ROWS[self as usize]
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.row().name
    }
}

impl ItemField {
    /// Every field that an item of some operation has.
    pub const ALL: [Self; 8] = [
        Self::Asin,
        Self::OfferListingId,
        Self::Quantity,
        Self::AssociateTag,
        Self::ListItemId,
        Self::MetaData,
        Self::Action,
        Self::CartItemId,
    ];

    /// The field's name, which is also that of its element in the echo.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asin => "ASIN",
            Self::OfferListingId => "OfferListingId",
            Self::Quantity => "Quantity",
            Self::AssociateTag => "AssociateTag",
            Self::ListItemId => "ListItemId",
            Self::MetaData => "MetaData",
            Self::Action => "Action",
            Self::CartItemId => "CartItemId",
        }
    }

    /// Whether the schema of `version` has this field in the echo of `operation`'s items.
    pub fn is_in(self, operation: Operation, version: Version) -> bool {
        match self {
            // 2011-08-01 keeps it for CartCreate alone.
            Self::MetaData if operation == Operation::CartAdd => {
                META_DATA.is_in(version) && version < Version::V2011_08_01
            }
            Self::MetaData => META_DATA.is_in(version),
            _ => true,
        }
    }
}

/// AWSAccessKeyId, among the common elements.
pub const ACCESS_KEY: Element = always("AWSAccessKeyId");

/// What stands in front of Shared and Request in the body of a SOAP request, in this order. Over REST they are parameters.
pub const COMMON: [Element; 6] = [
    always("MarketplaceDomain"),
    ACCESS_KEY,
    Element::until("SubscriptionId", Version::V2011_08_01),
    always("AssociateTag"),
    always("Validate"),
    always("XMLEscaping"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_operations() {
        for (place, operation) in Operation::all().enumerate() {
            assert_eq!(operation as usize, place);
            let row = operation.row();
            assert_eq!(Operation::named(row.name), Some(operation));
            assert_eq!(row.response, format!("{}Response", row.name));
            assert_eq!(row.request, format!("{}Request", row.name));
            assert!(row.response_groups.is_sorted(), "the message lists them by name");
        }
    }

    #[test]
    fn elements_come_and_go_with_the_versions() {
        assert!(MERCHANT_ID.is_in(Version::V2010_12_01));
        assert!(!MERCHANT_ID.is_in(Version::V2011_08_01));
        assert!(!MOBILE_CART_URL.is_in(Version::DEFAULT));
        assert!(ItemField::MetaData.is_in(Operation::CartCreate, Version::V2011_08_01));
        assert!(!ItemField::MetaData.is_in(Operation::CartAdd, Version::V2011_08_01));
    }
}
