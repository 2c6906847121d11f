//! The rows of the product operations (docs/PROTOCOL.md, section 15). Parameters stand in the order of Amazon's schemas, which is
//! that of the echo.

use super::{Choice, Declared, Groups, Kind, Operation, Parameter as P, Row, Rule, ValidGroups, Versions};
use crate::cart::Locale;
use crate::protocol::values::{self, Values};
use crate::protocol::version::Version;

/// The schema of 2011-08-01 dropped what had to do with merchants, stores and tags.
const OLD: Versions = Versions::until(Version::V2011_08_01);
/// The operations that were withdrawn on 2010-07-15. Recorded: a request of 2010-12-01 was told so; the schemas have them until then.
const WITHDRAWN: Versions = Versions::until(Version::V2010_12_01);
const REVIEW_SUMMARIES: Versions = Versions::since(Version::V2010_09_01);
const RELATED: Versions = Versions::since(Version::V2008_06_26);

const fn choice(valid: fn(Version, Locale) -> Values, declared: Declared) -> Kind {
    Kind::Choice(Choice { valid, declared })
}

const fn old(name: &'static str) -> Rule {
    Rule::text(name).in_versions(OLD)
}

const fn old_number(name: &'static str) -> Rule {
    Rule::optional(P::plain(name), MANY).in_versions(OLD)
}

/// A number without an upper limit of its own.
const MANY: Kind = Kind::Number(1, i32::MAX as u32);
const FROM_ZERO: Kind = Kind::Number(0, i32::MAX as u32);

const CONDITION: Rule = Rule::optional(P::CONDITION, choice(|_, _| values::CONDITIONS, Declared::Apart));
const DELIVERY_METHOD: Rule =
    Rule::optional(P::plain("DeliveryMethod"), choice(|_, _| values::DELIVERY_METHODS, Declared::Apart))
        .in_versions(OLD);
const MERCHANT_ID: Rule = Rule::optional(P::MERCHANT_ID, Kind::Text);
const ITEM_ID: Rule = Rule::required(P::ITEM_ID, Kind::List(10));
const RESPONSE_GROUP: Rule = Rule::optional(P::RESPONSE_GROUP, Kind::Groups);
const RELATIONSHIP_TYPE: Rule = Rule::optional(P::plain("RelationshipType"), Kind::List(10));
const RELATED_ITEM_PAGE: Rule = Rule::optional(P::plain("RelatedItemPage"), Kind::NumberOrAll(i32::MAX as u32));
const INCLUDE_REVIEWS_SUMMARY: Rule = Rule::text("IncludeReviewsSummary").in_versions(REVIEW_SUMMARIES);
const TRUNCATE_REVIEWS_AT: Rule =
    Rule::optional(P::plain("TruncateReviewsAt"), FROM_ZERO).in_versions(REVIEW_SUMMARIES);

const NEW: &[(&str, Versions)] = &[("New", OLD)];
const SHIP: &[(&str, Versions)] = &[("Ship", OLD)];
const AMAZON: &[(&str, Versions)] = &[("Amazon", OLD)];
const ONE: &[(&str, Versions)] = &[("1", OLD)];
const SMALL: &[(&str, Versions)] = &[("Small", Versions::ALL)];
const NEWEST_REVIEW: &[(&str, Versions)] =
    &[("-SubmissionDate", Versions::between(Version::V2006_10_25, Version::V2011_08_01))];

pub(super) const ITEM_LOOKUP: Row = Row {
    operation: Operation::ItemLookup,
    name: "ItemLookup",
    response: "ItemLookupResponse",
    request: "ItemLookupRequest",
    container: "Items",
    versions: Versions::ALL,
    parameters: &[
        CONDITION.with_default(NEW),
        DELIVERY_METHOD.with_default(SHIP),
        old("FutureLaunchDate"),
        Rule::optional(
            P::ID_TYPE,
            choice(
                |_, locale| values::id_types(locale),
                Declared::Here(&[
                    ("ASIN", Versions::ALL),
                    ("UPC", Versions::ALL),
                    ("SKU", Versions::ALL),
                    ("EAN", Versions::ALL),
                    ("ISBN", Versions::ALL),
                ]),
            ),
        )
        .with_default(&[("ASIN", Versions::ALL)]),
        old("ISPUPostalCode"),
        MERCHANT_ID.with_default(AMAZON),
        Rule::optional(P::OFFER_PAGE, Kind::Number(1, 100)).in_versions(OLD).with_default(ONE),
        ITEM_ID,
        RESPONSE_GROUP.with_default(SMALL),
        Rule::optional(P::plain("ReviewPage"), Kind::Number(1, 20)).in_versions(OLD).with_default(ONE),
        old("ReviewSort").with_default(NEWEST_REVIEW),
        Rule::optional(P::SEARCH_INDEX, choice(values::item_lookup_indexes, Declared::Text)),
        old("SearchInsideKeywords"),
        old_number("TagPage"),
        old_number("TagsPerPage"),
        old("TagSort"),
        Rule::optional(P::plain("VariationPage"), Kind::NumberOrAll(150))
            .in_versions(Versions::since(Version::V2006_06_07))
            .with_default(&[("All", Versions::since(Version::V2006_06_07))]),
        RELATED_ITEM_PAGE.in_versions(RELATED),
        RELATIONSHIP_TYPE.in_versions(RELATED),
        INCLUDE_REVIEWS_SUMMARY,
        TRUNCATE_REVIEWS_AT,
    ],
    item_fields: &[],
    least_quantity: 1,
    response_groups: ValidGroups::Listed(values::item_lookup_groups),
    default_groups: Groups::NONE, // the echo's default says it
};

pub(super) const ITEM_SEARCH: Row = Row {
    operation: Operation::ItemSearch,
    name: "ItemSearch",
    response: "ItemSearchResponse",
    request: "ItemSearchRequest",
    container: "Items",
    versions: Versions::ALL,
    parameters: &[
        Rule::text("Actor"),
        Rule::text("Artist"),
        Rule::optional(
            P::plain("Availability"),
            choice(|_, _| values::AVAILABILITIES, Declared::Here(&[("Available", Versions::ALL)])),
        ),
        Rule::optional(P::plain("AudienceRating"), Kind::Ratings),
        Rule::optional(P::AUTHOR, Kind::Text),
        Rule::optional(P::BRAND, Kind::Text),
        Rule::optional(P::BROWSE_NODE, Kind::Text),
        old("City"),
        Rule::text("Composer"),
        CONDITION.with_default(NEW),
        Rule::text("Conductor"),
        old_number("Count"),
        old("Cuisine"),
        DELIVERY_METHOD.with_default(SHIP),
        Rule::text("Director"),
        old("FutureLaunchDate"),
        old("ISPUPostalCode"),
        Rule::optional(P::ITEM_PAGE, Kind::Number(1, 400)),
        Rule::optional(P::KEYWORDS, Kind::Text),
        Rule::optional(P::MANUFACTURER, Kind::Text),
        Rule::optional(P::MAXIMUM_PRICE, FROM_ZERO),
        MERCHANT_ID.with_default(AMAZON),
        Rule::optional(P::MINIMUM_PRICE, FROM_ZERO),
        Rule::optional(P::plain("MinPercentageOff"), FROM_ZERO).in_versions(Versions::since(Version::V2011_08_01)),
        Rule::text("MusicLabel"),
        old("Neighborhood"),
        Rule::text("Orchestra"),
        old("PostalCode"),
        Rule::optional(P::POWER, Kind::Text),
        Rule::optional(P::PUBLISHER, Kind::Text),
        RELATED_ITEM_PAGE.in_versions(Versions::since(Version::V2009_10_01)),
        RELATIONSHIP_TYPE.in_versions(Versions::since(Version::V2009_10_01)),
        RESPONSE_GROUP.with_default(SMALL),
        old("ReviewSort").with_default(NEWEST_REVIEW),
        Rule::required(P::SEARCH_INDEX, choice(values::item_search_indexes, Declared::Text)),
        Rule::optional(P::SORT, Kind::Text),
        old("State"),
        old_number("TagPage"),
        old_number("TagsPerPage"),
        old("TagSort"),
        old("TextStream"),
        Rule::optional(P::TITLE, Kind::Text),
        Rule::text("ReleaseDate"),
        INCLUDE_REVIEWS_SUMMARY,
        TRUNCATE_REVIEWS_AT,
    ],
    item_fields: &[],
    least_quantity: 1,
    response_groups: ValidGroups::Listed(|version, _| values::item_search_groups(version)),
    default_groups: Groups::NONE,
};

pub(super) const SIMILARITY_LOOKUP: Row = Row {
    operation: Operation::SimilarityLookup,
    name: "SimilarityLookup",
    response: "SimilarityLookupResponse",
    request: "SimilarityLookupRequest",
    container: "Items",
    versions: Versions::ALL,
    parameters: &[
        CONDITION,
        DELIVERY_METHOD,
        ITEM_ID,
        old("ISPUPostalCode"),
        MERCHANT_ID,
        // Recorded: the older service repeated what was sent, and no defaults.
        RESPONSE_GROUP.with_default(&[("Small", Versions::since(Version::V2011_08_01))]),
        old("ReviewSort"),
        Rule::optional(
            P::SIMILARITY_TYPE,
            choice(
                |_, _| values::SIMILARITY_TYPES,
                Declared::Here(&[("Intersection", Versions::ALL), ("Random", Versions::ALL)]),
            ),
        ),
    ],
    item_fields: &[],
    least_quantity: 1,
    response_groups: ValidGroups::Listed(|version, _| values::similarity_lookup_groups(version)),
    default_groups: Groups::ITEM.and(Groups::SMALL),
};

pub(super) const LIST_LOOKUP: Row = Row {
    operation: Operation::ListLookup,
    name: "ListLookup",
    response: "ListLookupResponse",
    request: "ListLookupRequest",
    container: "Lists",
    versions: WITHDRAWN,
    parameters: &[
        CONDITION,
        DELIVERY_METHOD,
        old("ISPUPostalCode"),
        Rule::required(P::LIST_ID, Kind::Text),
        Rule::required(
            P::LIST_TYPE,
            choice(
                |_, _| values::LIST_TYPES,
                Declared::Here(&[
                    ("WishList", Versions::ALL),
                    ("Listmania", Versions::ALL),
                    ("WeddingRegistry", Versions::ALL),
                    ("BabyRegistry", Versions::since(Version::V2009_06_01)),
                ]),
            ),
        ),
        MERCHANT_ID,
        Rule::optional(P::PRODUCT_GROUP, Kind::Text),
        Rule::optional(P::PRODUCT_PAGE, Kind::Number(1, 30)),
        RESPONSE_GROUP,
        old("ReviewSort"),
        Rule::optional(P::SORT, Kind::Text),
        Rule::optional(P::IS_OMIT_PURCHASED_ITEMS, Kind::Boolean),
        Rule::optional(P::plain("IsIncludeUniversal"), Kind::Boolean)
            .in_versions(Versions::since(Version::V2009_06_01)),
    ],
    item_fields: &[],
    least_quantity: 1,
    response_groups: ValidGroups::Listed(|_, _| values::list_lookup_groups()),
    default_groups: Groups::LIST.and(Groups::LIST_INFO),
};

pub(super) const HELP: Row = Row {
    operation: Operation::Help,
    name: "Help",
    response: "HelpResponse",
    request: "HelpRequest",
    container: "Information",
    versions: WITHDRAWN,
    parameters: &[
        Rule::required(P::ABOUT, Kind::Text),
        Rule::required(
            P::HELP_TYPE,
            choice(
                |_, _| values::HELP_TYPES,
                Declared::Here(&[("Operation", Versions::ALL), ("ResponseGroup", Versions::ALL)]),
            ),
        ),
        RESPONSE_GROUP,
    ],
    item_fields: &[],
    least_quantity: 1,
    response_groups: ValidGroups::Listed(|_, _| values::help_groups()),
    default_groups: Groups::HELP,
};
