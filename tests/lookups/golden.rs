//! Golden answers of the product operations: each equals a file, byte for byte, and is the same over SOAP.
//!
//! `UPDATE_GOLDEN=1` writes the files anew; read the difference before you commit it.

use super::server;
use crate::support::TestServer;
use std::path::PathBuf;

/// Name, locale, request.
const SCENARIOS: &[(&str, &str, &str)] = &[
    ("item-2005-10-05", "us", "Operation=ItemLookup&ItemId=B00LOOKUP1&AssociateTag=mytag-20"),
    ("item-2006-06-07", "us", "Operation=ItemLookup&ItemId=B00LOOKUP1&ResponseGroup=ItemIds&Version=2006-06-07"),
    ("item-2010-11-01", "us", "Operation=ItemLookup&ItemId=B00LOOKUP1&Version=2010-11-01"),
    ("item-2013-08-01", "us", "Operation=ItemLookup&ItemId=B00LOOKUP1&Version=2013-08-01"),
    ("item-cn", "cn", "Operation=ItemLookup&ItemId=B00LOOKUP1&Version=2011-08-01"),
    ("medium-2010-11-01", "us", "Operation=ItemLookup&ItemId=B00LOOKUP1&ResponseGroup=Medium&Version=2010-11-01"),
    ("large-2005-10-05", "us", "Operation=ItemLookup&ItemId=B00LOOKUP1&ResponseGroup=Large"),
    ("large-2011-08-01", "us", "Operation=ItemLookup&ItemId=B00LOOKUP1&ResponseGroup=Large&Version=2011-08-01"),
    (
        "offer-full-2010-11-01",
        "us",
        "Operation=ItemLookup&ItemId=B00LOOKUP1&ResponseGroup=OfferFull&Condition=All&MerchantId=All&Version=2010-11-01",
    ),
    ("offers-2005-10-05", "us", "Operation=ItemLookup&ItemId=B00LOOKUP1&ResponseGroup=Offers"),
    (
        "offer-full-2013-08-01",
        "us",
        "Operation=ItemLookup&ItemId=B00LOOKUP1&ResponseGroup=OfferFull&Condition=All&Version=2013-08-01",
    ),
    (
        "offer-full-fr",
        "fr",
        "Operation=ItemLookup&ItemId=B00LOOKUP1&ResponseGroup=ItemAttributes,OfferFull&Condition=All&MerchantId=All&Version=2010-09-01",
    ),
    ("offer-full-jp", "jp", "Operation=ItemLookup&ItemId=B00LOOKUP1&ResponseGroup=OfferFull&Version=2010-09-01"),
    ("offers-preorder", "us", "Operation=ItemLookup&ItemId=B00LOOKUP3&ResponseGroup=Offers&Version=2009-10-01"),
    ("some-unknown", "us", "Operation=ItemLookup&ItemId=B00NOTHERE,B00LOOKUP2,x%3Cy&Version=2010-11-01"),
    ("missing-item-id", "us", "Operation=ItemLookup&Version=2008-08-19"),
    ("invalid-groups-older", "us", "Operation=ItemLookup&ItemId=B00LOOKUP1&ResponseGroup=???&Version=2008-08-19"),
    ("invalid-groups-newer", "us", "Operation=ItemLookup&ItemId=B00LOOKUP1&ResponseGroup=???&Version=2011-08-01"),
    ("invalid-search-index-jp", "jp", "Operation=ItemLookup&ItemId=1&IdType=ISBN&SearchIndex=???&Version=2011-08-01"),
    ("search-2005-10-05", "us", "Operation=ItemSearch&SearchIndex=Books&Title=handcart"),
    (
        "search-2011-08-01",
        "us",
        "Operation=ItemSearch&SearchIndex=Books&Author=Ada%20Wright&ItemPage=1&ResponseGroup=ItemIds&Version=2011-08-01",
    ),
    ("search-no-matches-jp", "jp", "Operation=ItemSearch&SearchIndex=All&Keywords=none&Version=2011-08-01"),
    ("search-no-parameters", "us", "Operation=ItemSearch&SearchIndex=Books&Version=2008-08-19"),
    ("search-restricted", "us", "Operation=ItemSearch&SearchIndex=???&BrowseNode=132"),
    ("similar-2010-12-01", "us", "Operation=SimilarityLookup&ItemId=B00LOOKUP2,B00LOOKUP3&Version=2010-12-01"),
    ("similar-2011-08-01", "us", "Operation=SimilarityLookup&ItemId=B00LOOKUP2,B00LOOKUP3&Version=2011-08-01"),
    ("similar-none-2008-08-19", "us", "Operation=SimilarityLookup&ItemId=B00LOOKUP4,B00LOOKUP5&Version=2008-08-19"),
    (
        "list-full",
        "us",
        "Operation=ListLookup&ListId=LIST00000001&ListType=WishList&ResponseGroup=ListFull&Version=2009-10-01",
    ),
    ("list-info", "us", "Operation=ListLookup&ListId=LONG00000001&ListType=WeddingRegistry"),
    ("list-unknown", "us", "Operation=ListLookup&ListId=none&ListType=WishList&Version=2009-10-01"),
    ("help-operation", "us", "Operation=Help&HelpType=Operation&About=CartGet"),
    ("help-group", "us", "Operation=Help&HelpType=ResponseGroup&About=OfferFull&Version=2009-10-01"),
    ("withdrawn", "us", "Operation=ListLookup&ListId=1&ListType=WishList&Version=2010-12-01"),
];

/// Answered with a fault over SOAP.
const NOT_OVER_SOAP: [&str; 1] = ["withdrawn"];

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/lookups/golden")
}

#[test]
fn every_product_scenario_gives_its_golden_answer() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for (name, locale, request) in SCENARIOS {
        // A server of its own, so that its ids do not depend on the others.
        let got = server().call_in(locale, request).body + "\n";
        let file = folder().join(format!("{name}.xml"));
        if update {
            std::fs::write(&file, &got).expect("the folder can be written");
        }
        if std::fs::read_to_string(&file).unwrap_or_default() != got {
            wrong.push(format!("{name}: {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), SCENARIOS.len(), wrong.concat());
}

#[test]
fn every_product_scenario_gives_the_same_document_over_soap() {
    let server = server();
    for (name, locale, request) in SCENARIOS.iter().filter(|(name, ..)| !NOT_OVER_SOAP.contains(name)) {
        let plain = without_head(&server.call_in(locale, request).body);
        let body = TestServer::soap_in(&server, locale, request).body;
        let inside = body
            .strip_suffix("</SOAP-ENV:Body></SOAP-ENV:Envelope>")
            .and_then(|rest| rest.split_once("<SOAP-ENV:Body>"))
            .unwrap_or_else(|| panic!("{name}: no envelope around {body}"));
        assert_eq!(without_head(&(DECLARATION.to_owned() + inside.1)), plain, "{name}");
    }
}

/// A document without OperationRequest, which repeats the arguments of REST.
fn without_head(document: &str) -> String {
    let (before, rest) = document.split_once("<OperationRequest>").unwrap_or_else(|| panic!("no head in {document}"));
    let (_, after) = rest.split_once("</OperationRequest>").expect("it is closed");
    before.to_owned() + after
}

#[test]
fn every_golden_file_belongs_to_a_product_scenario() {
    for entry in std::fs::read_dir(folder()).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a plain name");
        assert!(SCENARIOS.iter().any(|(known, ..)| *known == name), "{name} belongs to no scenario");
    }
}
