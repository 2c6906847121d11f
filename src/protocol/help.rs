//! What Help knows of operations and response groups: the tables, as the service told of itself (docs/PROTOCOL.md, section 15).

use super::reply::InformationDocument;
use super::schema::{Operation, Presence};
use super::version::Version;
use crate::cart::Locale;

/// What Help tells about the operation or the response group of this name; `None` when there is none.
pub fn help(about: &str, of_operation: bool, version: Version, locale: Locale) -> Option<InformationDocument> {
    if of_operation {
        let operation = Operation::all_in(version).find(|operation| operation.name() == about)?;
        Some(of(operation, version, locale))
    } else {
        let takes = |operation: &Operation| operation.row().response_groups.contains(about, version, locale);
        let operations: Vec<Operation> = Operation::all_in(version).filter(takes).collect();
        let names = operations.first()?.row().response_groups.names(version, locale);
        let name = names.into_iter().find(|name| *name == about)?;
        let operations = operations.into_iter().map(Operation::name).collect();
        Some(InformationDocument::ResponseGroup { name, operations })
    }
}

fn of(operation: Operation, version: Version, locale: Locale) -> InformationDocument {
    let row = operation.row();
    let with = |presence: Presence| {
        let rules = row.parameters.iter().filter(move |rule| rule.versions.has(version) && rule.presence == presence);
        rules.map(|rule| rule.parameter.name()).collect()
    };
    let (description, default_groups) = description(operation);
    InformationDocument::Operation {
        name: row.name,
        description,
        required: with(Presence::Required),
        available: with(Presence::Optional),
        default_groups,
        available_groups: row.response_groups.names(version, locale),
    }
}

/// What it does, and what a request without ResponseGroup gets.
const fn description(operation: Operation) -> (&'static str, &'static [&'static str]) {
    const CART: &[&str] = &["Request", "Cart"];
    const SMALL: &[&str] = &["Request", "Small"];
    match operation {
        Operation::CartCreate => ("Makes a remote shopping cart with at least one item in it.", CART),
        Operation::CartAdd => ("Puts items into a remote shopping cart.", CART),
        Operation::CartModify => {
            ("Changes quantities in a remote shopping cart, and moves items between its areas.", CART)
        }
        Operation::CartGet => ("Shows a remote shopping cart.", CART),
        Operation::CartClear => ("Removes all items from a remote shopping cart.", CART),
        Operation::ItemLookup => ("Shows products by their ids.", SMALL),
        Operation::ItemSearch => ("Searches for products.", SMALL),
        Operation::SimilarityLookup => ("Shows products that are similar to others.", SMALL),
        Operation::ListLookup => ("Shows a list, such as a wish list, by its id.", &["Request", "ListInfo"]),
        Operation::Help => ("Tells about operations and response groups.", &["Request", "Help"]),
    }
}
