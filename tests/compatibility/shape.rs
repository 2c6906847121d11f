//! What goes in and comes out, as the tables of the protocol have it: operations, parameters, response groups, elements.
//!
//! Only the evidence is written here; the rest is read from the operation table and from the documents that the server itself
//! publishes. What is new there has no evidence, and does not compile or fails.

use super::evidence::{DECIDED, DOCUMENTED, INFERRED, Names, RECORDED, Sure, names, versions};
use super::page::Table;
use cartwright::config::Config;
use cartwright::protocol::schema::{COMMON_PARAMETERS, Presence};
use cartwright::protocol::{Element, Operation, Version, read_tree, write_wsdl};

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
            "Errors",
        ],
        RECORDED,
    ),
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
    for rule in Operation::all().flat_map(|operation| operation.row().parameters) {
        if !known.contains(&rule.parameter.name()) {
            known.push(rule.parameter.name());
        }
    }
    known.sort_unstable();
    for name in &known {
        let cells = Operation::all().map(|operation| {
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

/// Which operation's items have which field, and in the echo of which versions.
pub(super) fn item_fields() -> Table {
    let mut table = matrix("field");
    let mut known = Vec::new();
    for field in Operation::all().flat_map(|operation| operation.row().item_fields) {
        if known.contains(&field.name()) {
            continue;
        }
        known.push(field.name());
        let cells = Operation::all().map(|operation| {
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
    for (group, _) in Operation::all().flat_map(|operation| operation.row().response_groups) {
        if known.contains(group) {
            continue;
        }
        known.push(group);
        let cells = Operation::all().map(|operation| {
            let row = operation.row().response_groups.iter().find(|(its, _)| its == group);
            row.map_or_else(String::new, |(_, since)| {
                versions(&Version::ALL.into_iter().filter(|version| since <= version).collect::<Vec<_>>())
            })
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

/// A table with a column for each operation.
fn matrix(first: &'static str) -> Table {
    let mut columns = vec![first];
    columns.extend(Operation::all().map(Operation::name));
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
