//! The one table of operations and their parameters, and of the elements that depend on the version
//! (docs/PROTOCOL.md, sections 2 and 3).
//!
//! Reading, checking, echoing and the help in error messages all follow these rows. An element that every version has needs no
//! row: the writer's order is its definition.

mod carts;
mod elements;
mod groups;
mod lookups;
mod parameters;

pub use elements::*;
pub use groups::{Groups, ValidGroups};
pub use parameters::{Choice, Declared, Kind, Parameter, Presence, Rule};

use super::version::Version;

/// Operations that there are no more from a version on, other than those of the rows: what was recorded of each.
const WITHDRAWN: [(&str, Version); 11] = [
    ("CustomerContentLookup", Version::V2010_12_01),
    ("CustomerContentSearch", Version::V2010_12_01),
    ("ListSearch", Version::V2010_12_01),
    ("SellerListingLookup", Version::V2011_08_01),
    ("SellerListingSearch", Version::V2011_08_01),
    ("SellerLookup", Version::V2011_08_01),
    ("TagLookup", Version::V2010_12_01),
    ("TransactionLookup", Version::V2010_12_01),
    ("VehiclePartLookup", Version::V2010_12_01),
    ("VehiclePartSearch", Version::V2010_12_01),
    ("VehicleSearch", Version::V2010_12_01),
];

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
    /// Shows products by their numbers.
    ItemLookup,
    /// Finds products.
    ItemSearch,
    /// Finds products that are like others.
    SimilarityLookup,
    /// Shows a list of wishes.
    ListLookup,
    /// Tells what operations and response groups there are.
    Help,
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
    /// The versions that have it. From the first one without it the service said that it was withdrawn.
    pub versions: Versions,
    /// The element that holds an answer: the request's echo and what came of it.
    pub container: &'static str,
    /// Its parameters in the order of the echo, which is also the order in which missing ones are reported.
    pub parameters: &'static [Rule],
    /// The fields of its items in the order of the echo.
    pub item_fields: &'static [ItemField],
    /// The smallest Quantity.
    pub least_quantity: u32,
    /// Its response groups.
    pub response_groups: ValidGroups,
    /// What a request without ResponseGroup gets.
    pub default_groups: Groups,
}

impl Row {
    /// The place of a parameter among the rows.
    pub fn place(&self, parameter: Parameter) -> Option<usize> {
        self.parameters.iter().position(|rule| rule.parameter == parameter)
    }
}

/// In the order of the variants; a test holds them to it.
static ROWS: [Row; 10] = [
    carts::CART_CREATE,
    carts::CART_ADD,
    carts::CART_MODIFY,
    carts::CART_GET,
    carts::CART_CLEAR,
    lookups::ITEM_LOOKUP,
    lookups::ITEM_SEARCH,
    lookups::SIMILARITY_LOOKUP,
    lookups::LIST_LOOKUP,
    lookups::HELP,
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

    /// Whether the service had withdrawn the operation of this name by a version, whether or not it is one of these.
    pub fn is_withdrawn(name: &str, version: Version) -> bool {
        match Self::named(name) {
            Some(operation) => !operation.row().versions.has(version),
            None => WITHDRAWN.iter().any(|(known, from)| *known == name && *from <= version),
        }
    }

    /// Those of a version, in the order of the table.
    pub fn all_in(version: Version) -> impl Iterator<Item = Self> {
        Self::all().filter(move |operation| operation.row().versions.has(version))
    }

    /// Its row.
    pub fn row(self) -> &'static Row {
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
            for (place, rule) in row.parameters.iter().enumerate() {
                assert_eq!(row.place(rule.parameter), Some(place), "{} has two rows", rule.parameter.name());
                let overlap = |version: &Version| rule.defaults.iter().filter(|(_, its)| its.has(*version)).count() > 1;
                assert!(!Version::ALL.iter().any(overlap), "{} has two defaults", rule.parameter.name());
            }
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
