//! The types of the documents as a schema declares them: every element with its type, how often it stands there, and the versions
//! that have it (docs/PROTOCOL.md, sections 3 and 11).
//!
//! Requests and echoes need no table here: their types follow from the rows in [`schema`]. Which versions have an element is said
//! by the same [`Element`]s by which the writer goes, where [`schema`] has one; that the writer keeps to the rest of the table too
//! is what `tests/soap/valid.rs` tries, by validating every golden answer.

use super::schema::{self, Element, always};

/// A type that has a name of its own.
pub(super) struct Type {
    /// Its name.
    pub(super) element: Element,
    /// Whether it is declared as an element, or as a type that elements of other names have.
    pub(super) form: Form,
    /// What is in it, in order.
    pub(super) members: &'static [Member],
}

/// What a declaration declares.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Element,
    ComplexType,
}

/// An element inside a type.
pub(super) struct Member {
    /// Its name.
    pub(super) element: Element,
    /// What it holds.
    pub(super) content: Content,
    /// How often it stands there.
    pub(super) times: Times,
}

/// What an element holds.
#[derive(Clone, Copy)]
pub(super) enum Content {
    /// A value.
    Simple(Simple),
    /// A complex type of this name.
    Named(&'static str),
    /// What the element of the same name holds.
    Reference,
    /// Elements, by a type without a name.
    Elements(&'static [Member]),
    /// Nothing but attributes, with whether they must be there.
    Attributes(&'static [(&'static str, bool)]),
}

/// The types of values.
#[derive(Clone, Copy)]
pub(super) enum Simple {
    Text,
    Integer,
    PositiveInteger,
    NonNegativeInteger,
    Float,
}

impl Simple {
    /// The name in XML Schema.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Text => "xs:string",
            Self::Integer => "xs:integer",
            Self::PositiveInteger => "xs:positiveInteger",
            Self::NonNegativeInteger => "xs:nonNegativeInteger",
            Self::Float => "xs:float",
        }
    }
}

/// How often an element stands at its place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    Once,
    AtMostOnce,
    AtLeastOnce,
    AnyNumber,
}

use Content::{Attributes, Elements, Named, Reference};
use Times::{AnyNumber, AtLeastOnce, AtMostOnce, Once};

const TEXT: Content = Content::Simple(Simple::Text);
const PRICE: Content = Named("Price");

const fn member(element: Element, content: Content, times: Times) -> Member {
    Member { element, content, times }
}

const fn optional(name: &'static str) -> Member {
    member(always(name), TEXT, AtMostOnce)
}

const fn once(name: &'static str) -> Member {
    member(always(name), TEXT, Once)
}

const fn reference(name: &'static str) -> Member {
    member(always(name), Reference, AtMostOnce)
}

const fn element(element: Element, members: &'static [Member]) -> Type {
    Type { element, form: Form::Element, members }
}

const fn complex_type(name: &'static str, members: &'static [Member]) -> Type {
    Type { element: always(name), form: Form::ComplexType, members }
}

/// What every answer consists of.
pub(super) const RESPONSE: &[Member] = &[reference("OperationRequest"), member(always("Cart"), Reference, AnyNumber)];

/// A pair of an item's MetaData in a request.
pub(super) const META_DATA_PAIR: &[Member] = &[optional("Key"), optional("Value")];

/// Everything else that is declared.
pub(super) static TYPES: [Type; 15] = [
    element(
        always("OperationRequest"),
        &[
            reference("HTTPHeaders"),
            optional("RequestId"),
            reference("Arguments"),
            reference("Errors"),
            member(always("RequestProcessingTime"), Content::Simple(Simple::Float), AtMostOnce),
        ],
    ),
    element(
        always("Request"),
        &[
            optional("IsValid"),
            member(always("CartGetRequest"), Named("CartGetRequest"), AtMostOnce),
            member(always("CartAddRequest"), Named("CartAddRequest"), AtMostOnce),
            member(always("CartCreateRequest"), Named("CartCreateRequest"), AtMostOnce),
            member(always("CartModifyRequest"), Named("CartModifyRequest"), AtMostOnce),
            member(always("CartClearRequest"), Named("CartClearRequest"), AtMostOnce),
            reference("Errors"),
        ],
    ),
    element(
        always("Arguments"),
        &[member(always("Argument"), Attributes(&[("Name", true), ("Value", false)]), AtLeastOnce)],
    ),
    element(
        always("HTTPHeaders"),
        &[member(always("Header"), Attributes(&[("Name", true), ("Value", true)]), AnyNumber)],
    ),
    element(always("Errors"), &[member(always("Error"), Elements(&[once("Code"), once("Message")]), AtLeastOnce)]),
    element(
        always("Cart"),
        &[
            reference("Request"),
            once("CartId"),
            once("HMAC"),
            member(schema::URL_ENCODED_HMAC, TEXT, Once),
            optional("PurchaseURL"),
            member(schema::MOBILE_CART_URL, TEXT, AtMostOnce),
            member(schema::SUB_TOTAL, PRICE, AtMostOnce),
            reference("CartItems"),
            reference("SavedForLaterItems"),
            reference("SimilarProducts"),
            member(schema::TOP_SELLERS, Reference, AtMostOnce),
            member(schema::NEW_RELEASES, Reference, AtMostOnce),
            member(schema::SIMILAR_VIEWED_PRODUCTS, Reference, AtMostOnce),
            member(schema::OTHER_CATEGORIES_SIMILAR_PRODUCTS, Reference, AtMostOnce),
        ],
    ),
    element(always("SimilarProducts"), &[member(always("SimilarProduct"), PRODUCT, AtLeastOnce)]),
    element(schema::TOP_SELLERS, &[member(always("TopSeller"), PRODUCT, AtLeastOnce)]),
    element(schema::NEW_RELEASES, &[member(always("NewRelease"), PRODUCT, AtLeastOnce)]),
    element(schema::SIMILAR_VIEWED_PRODUCTS, &[member(always("SimilarViewedProduct"), PRODUCT, AtLeastOnce)]),
    element(
        schema::OTHER_CATEGORIES_SIMILAR_PRODUCTS,
        &[member(always("OtherCategoriesSimilarProduct"), PRODUCT, AtLeastOnce)],
    ),
    element(
        always("CartItems"),
        &[member(schema::SUB_TOTAL, PRICE, AtMostOnce), member(always("CartItem"), Named("CartItem"), AtLeastOnce)],
    ),
    element(
        always("SavedForLaterItems"),
        &[
            member(schema::SUB_TOTAL, PRICE, AtMostOnce),
            member(always("SavedForLaterItem"), Named("CartItem"), AtLeastOnce),
        ],
    ),
    complex_type(
        "CartItem",
        &[
            once("CartItemId"),
            optional("ASIN"),
            member(schema::EXCHANGE_ID, TEXT, AtMostOnce),
            member(schema::MERCHANT_ID, TEXT, AtMostOnce),
            member(schema::SELLER_ID, TEXT, AtMostOnce),
            optional("SellerNickname"),
            once("Quantity"),
            optional("Title"),
            optional("ProductGroup"),
            // These three are never written: nothing in a cart gives rise to them.
            member(schema::LIST_OWNER, TEXT, AtMostOnce),
            member(schema::LIST_TYPE, TEXT, AtMostOnce),
            member(schema::META_DATA, Elements(&[PAIRS]), AtMostOnce),
            member(always("Price"), PRICE, AtMostOnce),
            member(schema::ITEM_TOTAL, PRICE, AtMostOnce),
        ],
    ),
    complex_type(
        "Price",
        &[
            member(always("Amount"), Content::Simple(Simple::Integer), AtMostOnce),
            optional("CurrencyCode"),
            once("FormattedPrice"),
        ],
    ),
];

const PRODUCT: Content = Elements(&[optional("ASIN"), optional("Title")]);
const PAIRS: Member = member(always("KeyValuePair"), Elements(&[once("Key"), once("Value")]), AnyNumber);
