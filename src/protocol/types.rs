//! The types of the documents as a schema declares them: every element with its type, how often it stands there, and the versions
//! that have it (docs/PROTOCOL.md, sections 3 and 11).
//!
//! Requests and echoes need no table here: their types follow from the rows in [`schema`]. Which versions have an element is said
//! by the same [`Element`]s by which the writer goes, where [`schema`] has one; that the writer keeps to the rest of the table too
//! is what `tests/soap/valid.rs` tries, by validating every golden answer.

use super::schema::{self, Element, always};
use super::version::Version;

/// A type that has a name of its own.
pub(super) struct Type {
    /// Its name.
    pub(super) element: Element,
    /// Whether it is declared as an element, or as a type that elements of other names have.
    pub(super) form: Form,
    /// What is in it, in order.
    pub(super) members: &'static [Member],
    /// Its attributes, with whether they must be there.
    pub(super) attributes: &'static [(&'static str, bool)],
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
    /// One of these texts.
    Choice(&'static [&'static str]),
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
    Decimal,
    Boolean,
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
            Self::Decimal => "xs:decimal",
            Self::Boolean => "xs:boolean",
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
const IMAGE: Content = Named("Image");
const COUNT: Content = Content::Simple(Simple::NonNegativeInteger);
const INTEGER: Content = Content::Simple(Simple::Integer);
const BOOLEAN: Content = Content::Simple(Simple::Boolean);

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

const fn names(list: &'static str, members: &'static [Member]) -> Member {
    member(always(list), Elements(members), AtMostOnce)
}

const fn element(element: Element, members: &'static [Member]) -> Type {
    Type { element, form: Form::Element, members, attributes: &[] }
}

const fn complex_type(name: &'static str, members: &'static [Member]) -> Type {
    Type { element: always(name), form: Form::ComplexType, members, attributes: &[] }
}

/// Elements that hold one of a few texts, and to which the types of requests refer.
pub(super) const CHOICES: [(Element, &[&str]); 3] = [
    (always("Condition"), &["All", "New", "Used", "Collectible", "Refurbished"]),
    (Element::until("DeliveryMethod", Version::V2011_08_01), &["Ship", "ISPU"]),
    (
        always("AudienceRating"),
        &["G", "PG", "PG-13", "R", "NC-17", "NR", "Unrated", "6", "12", "16", "18", "FamilyViewing"],
    ),
];

/// A pair of an item's MetaData in a request.
pub(super) const META_DATA_PAIR: &[Member] = &[optional("Key"), optional("Value")];

/// Everything else that is declared.
pub(super) static TYPES: &[Type] = &[
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
            member(Element::until("HelpRequest", Version::V2010_12_01), Named("HelpRequest"), AtMostOnce),
            member(always("ItemSearchRequest"), Named("ItemSearchRequest"), AtMostOnce),
            member(always("ItemLookupRequest"), Named("ItemLookupRequest"), AtMostOnce),
            member(Element::until("ListLookupRequest", Version::V2010_12_01), Named("ListLookupRequest"), AtMostOnce),
            member(always("SimilarityLookupRequest"), Named("SimilarityLookupRequest"), AtMostOnce),
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
    element(
        always("Items"),
        &[
            reference("Request"),
            member(always("TotalResults"), COUNT, AtMostOnce),
            member(always("TotalPages"), COUNT, AtMostOnce),
            member(schema::MORE_SEARCH_RESULTS_URL, TEXT, AtMostOnce),
            member(always("Item"), Reference, AnyNumber),
        ],
    ),
    element(
        always("Item"),
        &[
            once("ASIN"),
            optional("DetailPageURL"),
            member(schema::ITEM_LINKS, Reference, AtMostOnce),
            optional("SalesRank"),
            member(always("SmallImage"), IMAGE, AtMostOnce),
            member(always("MediumImage"), IMAGE, AtMostOnce),
            member(always("LargeImage"), IMAGE, AtMostOnce),
            member(schema::IMAGE_SETS, Elements(&[member(always("ImageSet"), Reference, AnyNumber)]), AnyNumber),
            reference("ItemAttributes"),
            reference("OfferSummary"),
            reference("Offers"),
            reference("SimilarProducts"),
        ],
    ),
    element(schema::ITEM_LINKS, &[member(always("ItemLink"), Reference, AnyNumber)]),
    element(
        Element { name: "ItemLink", versions: schema::ITEM_LINKS.versions },
        &[optional("Description"), optional("URL")],
    ),
    Type {
        element: Element { name: "ImageSet", versions: schema::IMAGE_SETS.versions },
        form: Form::Element,
        members: &[
            member(always("SwatchImage"), IMAGE, AtMostOnce),
            member(always("SmallImage"), IMAGE, AtMostOnce),
            member(always("ThumbnailImage"), IMAGE, AtMostOnce),
            member(always("TinyImage"), IMAGE, AtMostOnce),
            member(always("MediumImage"), IMAGE, AtMostOnce),
            member(always("LargeImage"), IMAGE, AtMostOnce),
        ],
        attributes: &[("Category", false)],
    },
    complex_type(
        "Image",
        &[
            once("URL"),
            member(always("Height"), Named("DecimalWithUnits"), Once),
            member(always("Width"), Named("DecimalWithUnits"), Once),
        ],
    ),
    element(
        always("ItemAttributes"),
        &[
            member(always("Author"), TEXT, AnyNumber),
            optional("Binding"),
            optional("Brand"),
            optional("EAN"),
            optional("ISBN"),
            member(always("ListPrice"), PRICE, AtMostOnce),
            optional("Manufacturer"),
            optional("ProductGroup"),
            optional("ReleaseDate"),
            optional("Title"),
            optional("UPC"),
        ],
    ),
    element(
        always("OfferSummary"),
        &[
            member(always("LowestNewPrice"), PRICE, AtMostOnce),
            member(always("LowestUsedPrice"), PRICE, AtMostOnce),
            member(always("LowestCollectiblePrice"), PRICE, AtMostOnce),
            member(always("LowestRefurbishedPrice"), PRICE, AtMostOnce),
            optional("TotalNew"),
            optional("TotalUsed"),
            optional("TotalCollectible"),
            optional("TotalRefurbished"),
        ],
    ),
    element(
        always("Offers"),
        &[
            member(always("TotalOffers"), COUNT, AtMostOnce),
            member(always("TotalOfferPages"), COUNT, AtMostOnce),
            member(schema::MORE_OFFERS_URL, TEXT, AtMostOnce),
            member(always("Offer"), Reference, AnyNumber),
        ],
    ),
    element(
        always("Offer"),
        &[reference("Merchant"), reference("OfferAttributes"), member(always("OfferListing"), Reference, AnyNumber)],
    ),
    element(
        always("Merchant"),
        &[
            member(schema::MERCHANT_ID, TEXT, Once),
            optional("Name"),
            member(schema::GLANCE_PAGE, TEXT, AtMostOnce),
            member(schema::AVERAGE_FEEDBACK_RATING, Content::Simple(Simple::Decimal), AtMostOnce),
            member(schema::TOTAL_FEEDBACK, COUNT, AtMostOnce),
        ],
    ),
    element(always("OfferAttributes"), &[optional("Condition"), member(schema::SUB_CONDITION, TEXT, AtMostOnce)]),
    element(
        always("OfferListing"),
        &[
            optional("OfferListingId"),
            member(schema::EXCHANGE_ID, TEXT, AtMostOnce),
            member(always("Price"), PRICE, AtMostOnce),
            member(always("AmountSaved"), PRICE, AtMostOnce),
            member(always("PercentageSaved"), COUNT, AtMostOnce),
            optional("Availability"),
            member(
                schema::AVAILABILITY_ATTRIBUTES,
                Elements(&[
                    optional("AvailabilityType"),
                    member(always("IsPreorder"), BOOLEAN, AtMostOnce),
                    member(always("MinimumHours"), INTEGER, AtMostOnce),
                    member(always("MaximumHours"), INTEGER, AtMostOnce),
                ]),
                AtMostOnce,
            ),
            member(schema::OFFER_QUANTITY, INTEGER, AtMostOnce),
            member(
                schema::QUANTITY_RESTRICTION,
                Elements(&[member(always("QuantityLimit"), INTEGER, AtMostOnce)]),
                AtMostOnce,
            ),
            member(always("IsEligibleForSuperSaverShipping"), BOOLEAN, AtMostOnce),
            member(schema::IS_FULFILLED_BY_AMAZON, BOOLEAN, AtMostOnce),
        ],
    ),
    element(schema::LISTS, &[reference("Request"), member(schema::LIST, Reference, AnyNumber)]),
    element(
        schema::LIST,
        &[
            once("ListId"),
            optional("ListName"),
            member(
                always("ListType"),
                Content::Choice(&["WishList", "WeddingRegistry", "BabyRegistry", "Listmania"]),
                AtMostOnce,
            ),
            member(always("TotalItems"), COUNT, AtMostOnce),
            member(always("TotalPages"), COUNT, AtMostOnce),
            optional("DateCreated"),
            member(schema::LAST_MODIFIED, TEXT, AtMostOnce),
            optional("OccasionDate"),
            optional("CustomerName"),
            optional("Comment"),
            member(schema::LIST_ITEM, Reference, AnyNumber),
        ],
    ),
    element(
        schema::LIST_ITEM,
        &[
            optional("ListItemId"),
            optional("DateAdded"),
            optional("Comment"),
            optional("QuantityDesired"),
            optional("QuantityReceived"),
            reference("Item"),
        ],
    ),
    element(
        schema::INFORMATION,
        &[
            reference("Request"),
            member(schema::OPERATION_INFORMATION, Reference, AnyNumber),
            member(schema::RESPONSE_GROUP_INFORMATION, Reference, AnyNumber),
        ],
    ),
    element(
        schema::OPERATION_INFORMATION,
        &[
            optional("Name"),
            optional("Description"),
            names("RequiredParameters", PARAMETERS),
            names("AvailableParameters", PARAMETERS),
            names("DefaultResponseGroups", RESPONSE_GROUPS),
            names("AvailableResponseGroups", RESPONSE_GROUPS),
        ],
    ),
    element(
        schema::RESPONSE_GROUP_INFORMATION,
        &[optional("Name"), names("ValidOperations", &[member(always("Operation"), TEXT, AtLeastOnce)])],
    ),
];

const PRODUCT: Content = Elements(&[optional("ASIN"), optional("Title")]);
const PAIRS: Member = member(always("KeyValuePair"), Elements(&[once("Key"), once("Value")]), AnyNumber);
const PARAMETERS: &[Member] = &[member(always("Parameter"), TEXT, AtLeastOnce)];
const RESPONSE_GROUPS: &[Member] = &[member(always("ResponseGroup"), TEXT, AtLeastOnce)];
