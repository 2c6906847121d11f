//! Our types against Amazon's own WSDL documents, which are not part of this repository: `CARTWRIGHT_WSDL` names a folder of them.

use cartwright::protocol::{Element, Operation, Version, read_tree, write_wsdl};
use std::path::Path;

/// Every type that is accepted, and of what is answered with those that are Amazon's to the last element.
const COMPARED: &[&str] = &[
    "CartCreate",
    "CartCreateRequest",
    "CartCreateResponse",
    "CartAdd",
    "CartAddRequest",
    "CartAddResponse",
    "CartModify",
    "CartModifyRequest",
    "CartModifyResponse",
    "CartGet",
    "CartGetRequest",
    "CartGetResponse",
    "CartClear",
    "CartClearRequest",
    "CartClearResponse",
    "OperationRequest",
    "Request",
    "Arguments",
    "HTTPHeaders",
    "Errors",
    "Cart",
    "CartItems",
    "SavedForLaterItems",
    "CartItem",
    "Price",
    "SimilarProducts",
    "TopSellers",
    "NewReleases",
    "SimilarViewedProducts",
    "OtherCategoriesSimilarProducts",
    "ItemLookup",
    "ItemLookupRequest",
    "ItemLookupResponse",
    "ItemSearch",
    "ItemSearchRequest",
    "ItemSearchResponse",
    "SimilarityLookup",
    "SimilarityLookupRequest",
    "SimilarityLookupResponse",
    "ListLookup",
    "ListLookupRequest",
    "ListLookupResponse",
    "Help",
    "HelpRequest",
    "HelpResponse",
    "Condition",
    "DeliveryMethod",
    "AudienceRating",
    "DecimalWithUnits",
    "positiveIntegerOrAll",
    "ItemLinks",
    "ItemLink",
    "ImageSet",
    "OfferSummary",
    "Information",
    "OperationInformation",
];

/// Types of answers that leave out what is never told of a product or a list: what is there stands as in Amazon's.
const PARTS: &[&str] = &[
    "Items",
    "Item",
    "Image",
    "ItemAttributes",
    "Offers",
    "Offer",
    "Merchant",
    "OfferAttributes",
    "OfferListing",
    "Lists",
    "List",
    "ListItem",
    "ResponseGroupInformation",
];

/// How the names of the types begin that went with the operations withdrawn in 2010.
const WITHDRAWN: [&str; 5] = ["List", "Help", "Information", "OperationInformation", "ResponseGroupInformation"];

#[test]
fn types_are_those_of_amazons_own_documents() {
    let Some(folder) = std::env::var_os("CARTWRIGHT_WSDL") else {
        eprintln!("not compared with Amazon's WSDL documents: CARTWRIGHT_WSDL names no folder of them");
        return;
    };
    let mut compared = 0;
    let mut wrong = Vec::new();
    for version in Version::ALL {
        let Ok(theirs) = std::fs::read_to_string(Path::new(&folder).join(format!("{version}.wsdl"))) else { continue };
        compared += 1;
        let (ours, theirs) = (write_wsdl(version, |_| String::new()), read_tree(&theirs).unwrap());
        let ours = read_tree(&ours).unwrap();
        for name in COMPARED.iter().chain(PARTS) {
            let (ours, theirs) = (lines(&ours, name), lines(&theirs, name));
            // What was withdrawn in 2010 stayed in the schemas for a while.
            let withdrawn = WITHDRAWN.iter().any(|start| name.starts_with(start));
            if withdrawn && ours.is_empty() && version >= Version::V2010_12_01 {
                continue;
            }
            // Theirs also has the requests of operations that we do not have.
            let foreign = |line: &String| {
                let request = *name == "Request" && line.contains("Request/");
                (request || PARTS.contains(name)) && !ours.contains(line)
            };
            let theirs: Vec<_> = theirs.into_iter().filter(|line| !foreign(line)).collect();
            if ours != theirs {
                wrong.push(format!("{version} {name}:\n  ours   {ours:#?}\n  theirs {theirs:#?}"));
            }
        }
        for part in ["portType", "binding"] {
            for operation in Operation::all_in(version).map(Operation::name) {
                let found = |wsdl: &Element| {
                    let operations = wsdl.child(part).expect("the part is there");
                    operations.all("operation").find(|one| one.attribute("name") == Some(operation)).cloned()
                };
                if found(&ours) != found(&theirs) {
                    wrong.push(format!("{version} {part} {operation}: {:?} {:?}", found(&ours), found(&theirs)));
                }
            }
        }
        let names = |wsdl: &Element| -> Vec<Option<String>> {
            let service = wsdl.child("service").unwrap();
            let ports = service.all("port").flat_map(|port| ["name", "binding"].map(|name| port.attribute(name)));
            [service.attribute("name")].into_iter().chain(ports).map(|name| name.map(str::to_owned)).collect()
        };
        assert_eq!(names(&ours), names(&theirs), "{version}");
    }
    assert!(compared > 0, "{} holds no WSDL of a known version", Path::new(&folder).display());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    eprintln!("compared with {compared} of Amazon's WSDL documents");
}

/// A type as lines: each element and attribute with its way, type and cardinality, in order; none where it is not declared.
#[track_caller]
fn lines(wsdl: &Element, name: &str) -> Vec<String> {
    let schema = wsdl.at(&["types", "schema"]).expect("a schema");
    let declared = schema.children.iter().find(|declared| declared.attribute("name") == Some(name));
    let Some(declared) = declared else { return Vec::new() };
    let mut lines = vec![format!("{} {name}", declared.name)];
    flatten(declared, name, &mut lines);
    lines
}

fn flatten(element: &Element, way: &str, lines: &mut Vec<String>) {
    for child in &element.children {
        let value = |name| child.attribute(name).unwrap_or_default();
        match child.name.as_str() {
            "element" | "attribute" => {
                let inner = format!("{way}/{}{}", value("name"), value("ref"));
                let times = |name| child.attribute(name).unwrap_or("1");
                lines.push(format!(
                    "{} {inner} {} {}..{} {}",
                    child.name,
                    value("type"),
                    times("minOccurs"),
                    times("maxOccurs"),
                    value("use")
                ));
                flatten(child, &inner, lines);
            }
            "enumeration" => lines.push(format!("{way} may be {}", value("value"))),
            "restriction" => {
                lines.push(format!("{way} restricts {}", value("base")));
                flatten(child, way, lines);
            }
            _ => flatten(child, way, lines),
        }
    }
}
