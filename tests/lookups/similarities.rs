//! SimilarityLookup: products that are like others.

use super::{items, message, server, verdict};

const LOOKUP: &str = "Operation=SimilarityLookup&Version=2011-08-01";

#[test]
fn several_products_have_in_common_what_is_like_all_of_them_or_like_any() {
    let server = server();
    for (query, found) in [
        ("ItemId=B00LOOKUP1", "2 3 4"),
        ("ItemId=B00LOOKUP2,B00LOOKUP3", "1 4"),
        ("ItemId=B00LOOKUP1,B00LOOKUP2", "4"),
        ("ItemId=B00LOOKUP1,B00LOOKUP2&SimilarityType=Random", "3 4"),
        ("ItemId=b00lookup1&SimilarityType=Random", "2 3 4"),
    ] {
        assert_eq!(items(&server.call(&format!("{LOOKUP}&{query}"))), found, "{query}");
    }
}

#[test]
fn nothing_similar_is_told_as_each_service_told_it() {
    let server = server();
    let none = "Operation=SimilarityLookup&ItemId=B00LOOKUP4,B00LOOKUP5";
    let newer = server.call(&format!("{none}&Version=2011-08-01"));
    assert_eq!(verdict(&newer), "True: NoSimilarities");
    assert_eq!(message(&newer), "There are no similar items for this ASIN: B00LOOKUP4,B00LOOKUP5.");
    let older = server.call(&format!("{none}&Version=2010-12-01"));
    assert_eq!(message(&older), "There are no similar items for this ASIN: B00LOOKUP5, B00LOOKUP4.");
}

#[test]
fn an_unknown_product_is_told_and_the_others_go_on() {
    let answer = server().call(&format!("{LOOKUP}&ItemId=B00NOTHERE,B00LOOKUP1"));
    assert_eq!((verdict(&answer).as_str(), items(&answer).as_str()), ("True: InvalidParameterValue", "2 3 4"));
}
