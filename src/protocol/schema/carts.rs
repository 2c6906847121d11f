//! The rows of the cart operations.

use super::{
    Choice, Declared, Groups, ItemField as F, Kind, OLDEST, Operation, Parameter as P, Row, Rule, ValidGroups, Versions,
};
use crate::protocol::values;
use crate::protocol::version::Version;

const CART_GROUPS: &[(&str, Version)] = &[
    ("Cart", OLDEST),
    ("CartNewReleases", Version::V2007_04_04),
    ("CartSimilarities", OLDEST),
    ("CartTopSellers", Version::V2007_04_04),
    ("Request", OLDEST),
];

const ADDED_ITEM: &[F] = &[F::Asin, F::OfferListingId, F::Quantity, F::AssociateTag, F::ListItemId, F::MetaData];

/// What CartCreate asks for, which every operation that changes a cart may say anew.
const MERGE_CART: Rule =
    Rule::optional(P::MERGE_CART, Kind::Choice(Choice { valid: |_, _| values::MERGE_CART, declared: Declared::Text }));
const ITEMS: Rule = Rule::required(P::ITEMS, Kind::Items);
const RESPONSE_GROUP: Rule = Rule::optional(P::RESPONSE_GROUP, Kind::Groups);
const CART_ID: Rule = Rule::required(P::CART_ID, Kind::Text);
const HMAC: Rule = Rule::required(P::HMAC, Kind::Text);

pub(super) const CART_CREATE: Row = Row {
    operation: Operation::CartCreate,
    name: "CartCreate",
    response: "CartCreateResponse",
    request: "CartCreateRequest",
    container: "Cart",
    versions: Versions::ALL,
    parameters: &[MERGE_CART, ITEMS, RESPONSE_GROUP],
    item_fields: ADDED_ITEM,
    least_quantity: 1,
    response_groups: ValidGroups::Since(CART_GROUPS),
    default_groups: Groups::CART,
};

pub(super) const CART_ADD: Row = Row {
    operation: Operation::CartAdd,
    name: "CartAdd",
    response: "CartAddResponse",
    request: "CartAddRequest",
    container: "Cart",
    versions: Versions::ALL,
    parameters: &[CART_ID, HMAC, MERGE_CART, ITEMS, RESPONSE_GROUP],
    item_fields: ADDED_ITEM,
    least_quantity: 1,
    response_groups: ValidGroups::Since(CART_GROUPS),
    default_groups: Groups::CART,
};

pub(super) const CART_MODIFY: Row = Row {
    operation: Operation::CartModify,
    name: "CartModify",
    response: "CartModifyResponse",
    request: "CartModifyRequest",
    container: "Cart",
    versions: Versions::ALL,
    parameters: &[CART_ID, HMAC, MERGE_CART, ITEMS, RESPONSE_GROUP],
    item_fields: &[F::Action, F::CartItemId, F::Quantity],
    least_quantity: 0,
    response_groups: ValidGroups::Since(CART_GROUPS),
    default_groups: Groups::CART,
};

pub(super) const CART_GET: Row = Row {
    operation: Operation::CartGet,
    name: "CartGet",
    response: "CartGetResponse",
    request: "CartGetRequest",
    container: "Cart",
    versions: Versions::ALL,
    parameters: &[CART_ID, HMAC, MERGE_CART, RESPONSE_GROUP],
    item_fields: &[],
    least_quantity: 1,
    response_groups: ValidGroups::Since(CART_GROUPS),
    default_groups: Groups::CART,
};

pub(super) const CART_CLEAR: Row = Row {
    operation: Operation::CartClear,
    name: "CartClear",
    response: "CartClearResponse",
    request: "CartClearRequest",
    container: "Cart",
    versions: Versions::ALL,
    parameters: &[CART_ID, HMAC, MERGE_CART, RESPONSE_GROUP],
    item_fields: &[],
    least_quantity: 1,
    response_groups: ValidGroups::Since(&[("Cart", OLDEST), ("Request", OLDEST)]),
    default_groups: Groups::CART,
};
