//! What goes in and comes out, as the tables of the protocol have it: operations, parameters, response groups, elements.
//!
//! Only the evidence is written here; the rest is read from the operation table and from the documents that the server itself
//! publishes. What is new there has no evidence, and does not compile or fails.

use super::evidence::{DECIDED, DOCUMENTED, INFERRED, Names, RECORDED, Sure, names, versions};
use super::page::Table;
use cartwright::cart::Locale;
use cartwright::config::Config;
use cartwright::protocol::schema::{COMMON_PARAMETERS, Presence, Rule};
use cartwright::protocol::{Element, Groups, Operation, Version, read_tree, write_wsdl};

/// What an operation does, and how sure it is that it did.
const fn operation(operation: Operation) -> (&'static str, Sure) {
    match operation {
        Operation::CartCreate => ("makes a cart with at least one item", RECORDED),
        Operation::CartAdd => ("puts further items in front", RECORDED),
        Operation::CartModify => ("sets quantities, removes lines, moves them between the areas", RECORDED),
        Operation::CartGet => {
            ("shows the cart with present prices and titles", RECORDED.but("present prices are documented"))
        }
        Operation::CartClear => ("removes all lines; the ids stay good", RECORDED),
        Operation::ItemLookup => ("shows products by ASIN, EAN, UPC or ISBN", RECORDED),
        Operation::ItemSearch => ("finds products by words, browse node and price", RECORDED),
        Operation::SimilarityLookup => ("shows products that are like all or any of some", RECORDED),
        Operation::ListLookup => {
            ("shows a list of the seed; a purchase for it counts", DOCUMENTED.but("errors are recorded"))
        }
        Operation::Help => ("tells what operations and response groups there are", DOCUMENTED),
    }
}

const PARAMETERS: Names = Names::new(
    "parameter",
    &[
        ("CartId", RECORDED),
        ("HMAC", RECORDED),
        ("Items", RECORDED),
        ("MergeCart", DOCUMENTED),
        ("ResponseGroup", RECORDED),
    ],
);

/// Parameters of the product operations whose effect or echo was recorded; the others are documented.
const RECORDED_OF_PRODUCTS: [&str; 22] = [
    "Author",
    "BrowseNode",
    "Condition",
    "DeliveryMethod",
    "IdType",
    "ItemId",
    "ItemPage",
    "Keywords",
    "MerchantId",
    "OfferPage",
    "Power",
    "Publisher",
    "RelatedItemPage",
    "RelationshipType",
    "ResponseGroup",
    "ReviewPage",
    "ReviewSort",
    "SearchIndex",
    "Sort",
    "Title",
    "VariationPage",
    "ListType",
];

/// Parameters of the product operations that are checked and repeated, and change nothing.
const WITHOUT_EFFECT: [&str; 22] = [
    "AudienceRating",
    "Availability",
    "Count",
    "DeliveryMethod",
    "FutureLaunchDate",
    "ISPUPostalCode",
    "IncludeReviewsSummary",
    "IsIncludeUniversal",
    "MinPercentageOff",
    "PostalCode",
    "RelatedItemPage",
    "RelationshipType",
    "ReleaseDate",
    "ReviewPage",
    "ReviewSort",
    "SearchInsideKeywords",
    "State",
    "TagPage",
    "TagSort",
    "TagsPerPage",
    "TruncateReviewsAt",
    "VariationPage",
];

const COMMON: Names = Names::new(
    "common parameter",
    &[
        ("AWSAccessKeyId", DOCUMENTED),
        ("AssociateTag", DOCUMENTED.but("that it is optional in every version is decided")),
        ("ContentType", DECIDED),
        ("MarketplaceDomain", DECIDED),
        ("Operation", DOCUMENTED),
        ("Service", DOCUMENTED),
        ("Signature", RECORDED),
        ("SignatureMethod", RECORDED),
        ("SignatureVersion", RECORDED),
        ("Style", DECIDED),
        ("SubscriptionId", DOCUMENTED.but("that every version takes it is decided")),
        ("Timestamp", RECORDED),
        ("Validate", DOCUMENTED),
        ("Version", RECORDED),
        ("XMLEscaping", DOCUMENTED),
    ],
);

const ITEM_FIELDS: Names = Names::new(
    "field of an item",
    &[
        ("ASIN", DOCUMENTED),
        ("OfferListingId", DOCUMENTED),
        ("Quantity", RECORDED),
        ("AssociateTag", DOCUMENTED),
        ("ListItemId", DOCUMENTED),
        ("MetaData", DOCUMENTED),
        ("Action", RECORDED),
        ("CartItemId", DOCUMENTED),
    ],
);

const GROUPS: Names = Names::new(
    "response group",
    &[
        ("Cart", DOCUMENTED),
        ("CartNewReleases", RECORDED.but("its first version is inferred")),
        ("CartSimilarities", RECORDED),
        ("CartTopSellers", RECORDED.but("its first version is inferred")),
        ("Request", RECORDED),
    ],
);

/// The elements of a type that came and went together, and how sure their versions are.
const ELEMENTS: &[(&str, &[&str], Sure)] = &[
    ("OperationRequest", &["HTTPHeaders", "RequestId", "Arguments", "RequestProcessingTime"], RECORDED),
    ("OperationRequest", &["Errors"], DOCUMENTED),
    ("HTTPHeaders", &["Header"], RECORDED),
    ("Arguments", &["Argument"], RECORDED),
    (
        "Request",
        &[
            "IsValid",
            "CartGetRequest",
            "CartAddRequest",
            "CartCreateRequest",
            "CartModifyRequest",
            "CartClearRequest",
            "ItemSearchRequest",
            "ItemLookupRequest",
            "SimilarityLookupRequest",
            "Errors",
        ],
        RECORDED,
    ),
    ("Request", &["HelpRequest", "ListLookupRequest"], DOCUMENTED),
    ("Errors", &["Error", "Error/Code", "Error/Message"], RECORDED),
    (
        "Cart",
        &["Request", "CartId", "HMAC", "PurchaseURL", "CartItems", "SavedForLaterItems", "SimilarProducts"],
        RECORDED,
    ),
    ("Cart", &["URLEncodedHMAC", "SubTotal"], DOCUMENTED),
    ("Cart", &["MobileCartURL"], RECORDED.but("written in jp alone")),
    ("Cart", &["SimilarViewedProducts", "OtherCategoriesSimilarProducts"], DOCUMENTED),
    ("Cart", &["TopSellers", "NewReleases"], DOCUMENTED.but("they may be older than that")),
    ("CartItems", &["CartItem"], RECORDED),
    ("CartItems", &["SubTotal"], DOCUMENTED),
    ("SavedForLaterItems", &["SavedForLaterItem"], RECORDED),
    ("SavedForLaterItems", &["SubTotal"], DOCUMENTED),
    ("CartItem", &["CartItemId", "ASIN", "SellerNickname", "Quantity", "Title", "ProductGroup", "Price"], RECORDED),
    ("CartItem", &["ItemTotal"], DOCUMENTED),
    ("CartItem", &["ExchangeId", "MerchantId", "SellerId"], RECORDED),
    ("CartItem", &["ListOwner", "ListType"], DOCUMENTED.but("never written")),
    (
        "CartItem",
        &["MetaData", "MetaData/KeyValuePair", "MetaData/KeyValuePair/Key", "MetaData/KeyValuePair/Value"],
        DOCUMENTED.but("never written"),
    ),
    ("Items", &["Request", "TotalResults", "TotalPages", "Item"], RECORDED),
    ("Items", &["MoreSearchResultsUrl"], RECORDED),
    (
        "Item",
        &[
            "ASIN",
            "DetailPageURL",
            "SalesRank",
            "SmallImage",
            "MediumImage",
            "LargeImage",
            "ItemAttributes",
            "OfferSummary",
            "Offers",
            "SimilarProducts",
        ],
        RECORDED,
    ),
    ("Item", &["ItemLinks", "ImageSets", "ImageSets/ImageSet"], RECORDED.but("they may be older than that")),
    ("ItemLinks", &["ItemLink"], RECORDED.but("they may be older than that")),
    ("ItemLink", &["Description", "URL"], RECORDED.but("they may be older than that")),
    (
        "ImageSet",
        &["SwatchImage", "SmallImage", "ThumbnailImage", "TinyImage", "MediumImage", "LargeImage"],
        RECORDED.but("they may be older than that"),
    ),
    ("Image", &["URL", "Height", "Width"], RECORDED.but("the catalogue knows no sizes; the frames are written")),
    (
        "ItemAttributes",
        &[
            "Author",
            "Binding",
            "Brand",
            "EAN",
            "ISBN",
            "ListPrice",
            "Manufacturer",
            "ProductGroup",
            "ReleaseDate",
            "Title",
            "UPC",
        ],
        RECORDED.but("the other attributes are not in the catalogue"),
    ),
    (
        "OfferSummary",
        &[
            "LowestNewPrice",
            "LowestUsedPrice",
            "LowestCollectiblePrice",
            "LowestRefurbishedPrice",
            "TotalNew",
            "TotalUsed",
            "TotalCollectible",
            "TotalRefurbished",
        ],
        RECORDED,
    ),
    ("Offers", &["TotalOffers", "TotalOfferPages", "Offer"], RECORDED),
    ("Offers", &["MoreOffersUrl"], RECORDED),
    ("Offer", &["Merchant", "OfferAttributes", "OfferListing"], RECORDED),
    ("Merchant", &["Name"], RECORDED),
    ("Merchant", &["MerchantId", "GlancePage", "AverageFeedbackRating", "TotalFeedback"], RECORDED),
    ("OfferAttributes", &["Condition"], RECORDED),
    ("OfferAttributes", &["SubCondition"], RECORDED.but("of new products alone; the catalogue has no others")),
    (
        "OfferListing",
        &[
            "OfferListingId",
            "Price",
            "AmountSaved",
            "PercentageSaved",
            "Availability",
            "IsEligibleForSuperSaverShipping",
        ],
        RECORDED,
    ),
    ("OfferListing", &["ExchangeId"], RECORDED),
    (
        "OfferListing",
        &[
            "AvailabilityAttributes",
            "AvailabilityAttributes/AvailabilityType",
            "AvailabilityAttributes/IsPreorder",
            "AvailabilityAttributes/MinimumHours",
            "AvailabilityAttributes/MaximumHours",
        ],
        RECORDED.but("they may be older than that; IsPreorder is documented"),
    ),
    ("OfferListing", &["Quantity"], RECORDED.but("it may be older than that")),
    ("OfferListing", &["QuantityRestriction", "QuantityRestriction/QuantityLimit"], DOCUMENTED),
    ("OfferListing", &["IsFulfilledByAmazon"], RECORDED),
    ("Lists", &["Request", "List"], DOCUMENTED),
    (
        "List",
        &[
            "ListId",
            "ListName",
            "ListType",
            "TotalItems",
            "TotalPages",
            "DateCreated",
            "OccasionDate",
            "CustomerName",
            "Comment",
            "ListItem",
        ],
        DOCUMENTED,
    ),
    ("List", &["LastModified"], DOCUMENTED),
    ("ListItem", &["ListItemId", "DateAdded", "Comment", "QuantityDesired", "QuantityReceived", "Item"], DOCUMENTED),
    ("Information", &["Request", "OperationInformation", "ResponseGroupInformation"], DOCUMENTED),
    (
        "OperationInformation",
        &[
            "Name",
            "Description",
            "RequiredParameters",
            "RequiredParameters/Parameter",
            "AvailableParameters",
            "AvailableParameters/Parameter",
            "DefaultResponseGroups",
            "DefaultResponseGroups/ResponseGroup",
            "AvailableResponseGroups",
            "AvailableResponseGroups/ResponseGroup",
        ],
        DOCUMENTED,
    ),
    (
        "ResponseGroupInformation",
        &["Name", "ValidOperations", "ValidOperations/Operation"],
        DOCUMENTED.but("CreationDate and Elements are not told"),
    ),
    ("Price", &["Amount", "CurrencyCode", "FormattedPrice"], RECORDED),
    ("SimilarProducts", &["SimilarProduct", "SimilarProduct/ASIN", "SimilarProduct/Title"], RECORDED),
    (
        "SimilarViewedProducts",
        &["SimilarViewedProduct", "SimilarViewedProduct/ASIN", "SimilarViewedProduct/Title"],
        RECORDED.but("the first version is documented"),
    ),
    (
        "OtherCategoriesSimilarProducts",
        &["OtherCategoriesSimilarProduct", "OtherCategoriesSimilarProduct/ASIN", "OtherCategoriesSimilarProduct/Title"],
        DOCUMENTED,
    ),
    ("TopSellers", &["TopSeller", "TopSeller/ASIN", "TopSeller/Title"], RECORDED.but("the first version is inferred")),
    (
        "NewReleases",
        &["NewRelease", "NewRelease/ASIN", "NewRelease/Title"],
        RECORDED.but("the first version is inferred"),
    ),
];

/// The operations.
pub(super) fn operations() -> Table {
    let mut table = Table::new(&["operation", "does", "Quantity", "sure"]);
    for one in Operation::all() {
        let (does, sure) = operation(one);
        let row = one.row();
        let quantity = if row.item_fields.is_empty() {
            String::new()
        } else {
            format!("{} to {}", row.least_quantity, Config::default().max_quantity)
        };
        table.row([row.name.to_owned(), does.to_owned(), quantity, sure.to_string()]);
    }
    table
}

/// Which operation has which parameter.
pub(super) fn parameters() -> Table {
    let mut table = matrix("parameter");
    let mut known: Vec<&str> = Vec::new();
    for rule in of_carts().flat_map(|operation| operation.row().parameters) {
        if !known.contains(&rule.parameter.name()) {
            known.push(rule.parameter.name());
        }
    }
    known.sort_unstable();
    for name in &known {
        let cells = of_carts().map(|operation| {
            let rule = operation.row().parameters.iter().find(|rule| rule.parameter.name() == *name);
            match rule.map(|rule| rule.presence) {
                Some(Presence::Required) => "required".to_owned(),
                Some(Presence::Optional) => "optional".to_owned(),
                None => String::new(),
            }
        });
        table.row(framed(name, cells, PARAMETERS.of(name)));
    }
    PARAMETERS.assert_all_are_in(&known);
    table
}

/// Which product operation has which parameter, in which versions.
pub(super) fn product_parameters() -> Table {
    let mut columns = vec!["parameter"];
    columns.extend(of_products().map(Operation::name));
    columns.extend(["effect", "sure"]);
    let mut table = Table::new(&columns);
    let mut known: Vec<&str> = Vec::new();
    for rule in of_products().flat_map(|operation| operation.row().parameters) {
        if !known.contains(&rule.parameter.name()) {
            known.push(rule.parameter.name());
        }
    }
    known.sort_unstable();
    for name in &known {
        let mut row = vec![code([*name])];
        row.extend(of_products().map(|operation| {
            let rule = operation.row().parameters.iter().find(|rule| rule.parameter.name() == *name);
            let its = |rule: &Rule| {
                let its: Vec<Version> =
                    Version::ALL.into_iter().filter(|version| rule.versions.has(*version)).collect();
                let presence = if rule.presence == Presence::Required { "required" } else { "optional" };
                if its.len() == Version::ALL.len() {
                    presence.to_owned()
                } else {
                    format!("{presence} {}", versions(&its))
                }
            };
            rule.map_or_else(String::new, its)
        }));
        row.push(if WITHOUT_EFFECT.contains(name) { "none" } else { "" }.to_owned());
        let sure = if RECORDED_OF_PRODUCTS.contains(name) { RECORDED } else { DOCUMENTED };
        row.push(sure.to_string());
        table.row(row);
    }
    for name in WITHOUT_EFFECT.iter().chain(&RECORDED_OF_PRODUCTS) {
        assert!(known.contains(name), "the parameter {name} is gone: remove its evidence");
    }
    table
}

/// The response groups of the product operations: those that bring something, and those that are only taken.
pub(super) fn product_groups() -> Table {
    let mut names: Vec<&str> = Vec::new();
    for operation in of_products() {
        for (version, locale) in
            Version::ALL.into_iter().flat_map(|version| Locale::ALL.map(|locale| (version, locale)))
        {
            let groups = operation.row().response_groups.names(version, locale);
            names.extend(groups.into_iter().filter(|group| !names.contains(group)).collect::<Vec<_>>());
        }
    }
    names.sort_unstable();
    let newest = Version::ALL[Version::ALL.len() - 1];
    let (built, taken): (Vec<&str>, Vec<&str>) =
        names.into_iter().partition(|name| *name == "ItemIds" || Groups::named(name, newest) != Groups::ITEM);
    let mut table = Table::new(&["response groups", "bring", "sure"]);
    let built_are = RECORDED.but("those of lists and Help are documented");
    table.row([code(built), "what PROTOCOL.md, section 15, says".to_owned(), built_are.to_string()]);
    table.row([code(taken), "the ASIN alone".to_owned(), DECIDED.to_string()]);
    table
}

fn of_carts() -> impl Iterator<Item = Operation> {
    Operation::all().filter(|operation| operation.row().container == "Cart")
}

fn of_products() -> impl Iterator<Item = Operation> {
    Operation::all().filter(|operation| operation.row().container != "Cart")
}

/// Which operation's items have which field, and in the echo of which versions.
pub(super) fn item_fields() -> Table {
    let mut table = matrix("field");
    let mut known = Vec::new();
    for field in of_carts().flat_map(|operation| operation.row().item_fields) {
        if known.contains(&field.name()) {
            continue;
        }
        known.push(field.name());
        let cells = of_carts().map(|operation| {
            if !operation.row().item_fields.contains(field) {
                return String::new();
            }
            let echoed = Version::ALL.into_iter().filter(|version| field.is_in(operation, *version));
            versions(&echoed.collect::<Vec<_>>())
        });
        table.row(framed(field.name(), cells, ITEM_FIELDS.of(field.name())));
    }
    ITEM_FIELDS.assert_all_are_in(&known);
    table
}

/// Which operation has which response group, and since when.
pub(super) fn response_groups() -> Table {
    let mut table = matrix("group");
    let mut known = Vec::new();
    let newest = Version::ALL[Version::ALL.len() - 1];
    for group in of_carts().flat_map(|operation| operation.row().response_groups.names(newest, Locale::Us)) {
        if known.contains(&group) {
            continue;
        }
        known.push(group);
        let cells = of_carts().map(|operation| {
            let has = |version: &Version| operation.row().response_groups.contains(group, *version, Locale::Us);
            let its: Vec<Version> = Version::ALL.into_iter().filter(has).collect();
            if its.is_empty() { String::new() } else { versions(&its) }
        });
        table.row(framed(group, cells, GROUPS.of(group)));
    }
    GROUPS.assert_all_are_in(&known);
    table
}

/// The parameters that every operation has, those with the same evidence together.
pub(super) fn common_parameters() -> Table {
    COMMON.assert_all_are_in(&COMMON_PARAMETERS);
    let mut rows: Vec<(Sure, Vec<&str>)> = Vec::new();
    for name in COMMON_PARAMETERS {
        let sure = COMMON.of(name);
        match rows.iter_mut().find(|(known, _)| *known == sure) {
            Some((_, names)) => names.push(name),
            None => rows.push((sure, vec![name])),
        }
    }
    let mut table = Table::new(&["parameters", "sure"]);
    for (sure, parameters) in rows {
        table.row([code(parameters), sure.to_string()]);
    }
    table
}

/// The elements of answers with their versions, as the server's own documents declare them.
pub(super) fn elements() -> Table {
    let declared = declared();
    let mut table = Table::new(&["in", "elements", "versions", "sure"]);
    let mut left: Vec<&String> = declared.iter().map(|(path, _)| path).collect();
    for (inside, elements, sure) in ELEMENTS {
        let mut together: Option<String> = None;
        for element in *elements {
            let path = format!("{inside}/{element}");
            let (_, its) = declared
                .iter()
                .find(|(known, _)| *known == path)
                .unwrap_or_else(|| panic!("the element {path} is gone: remove its evidence"));
            let its = versions(its);
            assert_eq!(*together.get_or_insert_with(|| its.clone()), its, "{path} needs a row of its own");
            left.retain(|known| **known != path);
        }
        let shown = elements.iter().filter(|element| !element.contains('/')).copied();
        table.row([code([*inside]), code(shown), together.unwrap_or_default(), sure.to_string()]);
    }
    assert!(left.is_empty(), "these elements have no evidence: add rows for them: {left:?}");
    table
}

/// Every element inside a type of answers, with the versions whose WSDL declares it.
fn declared() -> Vec<(String, Vec<Version>)> {
    let requests: Vec<String> = Operation::all()
        .map(Operation::row)
        .flat_map(|row| [row.name, row.request, row.response])
        .map(str::to_owned)
        .collect();
    let mut declared: Vec<(String, Vec<Version>)> = Vec::new();
    for version in Version::ALL {
        let wsdl = read_tree(&write_wsdl(version, |_| String::new())).expect("it is well-formed");
        for declaration in &wsdl.at(&["types", "schema"]).expect("it has a schema").children {
            let name = declaration.attribute("name").expect("a declaration has a name");
            if !requests.iter().any(|request| request == name) {
                collect(declaration, name, version, &mut declared);
            }
        }
    }
    declared
}

fn collect(element: &Element, way: &str, version: Version, into: &mut Vec<(String, Vec<Version>)>) {
    for child in &element.children {
        if child.name != "element" {
            collect(child, way, version, into);
            continue;
        }
        let name = child.attribute("name").or_else(|| child.attribute("ref")).expect("an element has a name");
        let path = format!("{way}/{}", name.trim_start_matches("tns:"));
        match into.iter_mut().find(|(known, _)| *known == path) {
            Some((_, versions)) => versions.push(version),
            None => into.push((path.clone(), vec![version])),
        }
        collect(child, &path, version, into);
    }
}

/// A table with a column for each cart operation.
fn matrix(first: &'static str) -> Table {
    let mut columns = vec![first];
    columns.extend(of_carts().map(Operation::name));
    columns.push("sure");
    Table::new(&columns)
}

fn framed(name: &str, cells: impl Iterator<Item = String>, sure: Sure) -> Vec<String> {
    let mut row = vec![code([name])];
    row.extend(cells);
    row.push(sure.to_string());
    row
}

fn code<'n>(these: impl IntoIterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = these.into_iter().map(|name| format!("`{name}`")).collect();
    names(quoted.iter().map(String::as_str))
}

/// The versions, most of which answered under a namespace that was recorded.
pub(super) const VERSIONS_ARE: Sure = RECORDED.but("a few from guides, examples and clients' tables");

/// The locales that the service had by the time.
pub(super) const LOCALES_ARE: [(&str, Sure); 3] = [
    ("us uk de jp ca fr cn es it", RECORDED),
    ("in br", INFERRED.but("hosts come from clients' tables")),
    ("mx au", DECIDED.but("hosts come from clients' tables")),
];
