//! ItemLookup: products by their numbers.

use super::{items, message, server, verdict};

const LOOKUP: &str = "Operation=ItemLookup&Version=2009-10-01";

#[test]
fn what_is_not_found_has_an_error_each_and_the_rest_is_shown() {
    let answer = server().call(&format!("{LOOKUP}&ItemId=b00nothere,B00LOOKUP2,1234567890123,B00LOOKUP1"));
    assert_eq!(verdict(&answer), "True: InvalidParameterValue, InvalidParameterValue");
    let told =
        |id: &str| format!("{id} is not a valid value for ItemId. Please change this value and retry your request.");
    assert_eq!(answer.texts("Message"), [told("B00NOTHERE"), told("1234567890123")]);
    assert_eq!(items(&answer), "2 1");
}

#[test]
fn numbers_are_looked_for_in_capitals() {
    assert_eq!(items(&server().call(&format!("{LOOKUP}&ItemId=b00lookup1"))), "1");
}

#[test]
fn other_numbers_than_asins_find_every_edition() {
    let server = server();
    for (id_type, number, found) in [
        ("EAN", "9780123456786", "1"),
        ("EAN", "5012345678900", "2"),
        ("UPC", "012345678905", "1"),
        ("ISBN", "0123456789", "1 4"),
    ] {
        let query = format!("{LOOKUP}&SearchIndex=All&IdType={id_type}&ItemId={number}");
        assert_eq!(items(&server.call(&query)), found, "{id_type} {number}");
    }
    for (id_type, number) in [("UPC", "9780123456786"), ("SKU", "B00LOOKUP1")] {
        let answer = server.call(&format!("{LOOKUP}&SearchIndex=All&IdType={id_type}&ItemId={number}"));
        assert_eq!(verdict(&answer), "True: InvalidParameterValue", "{id_type} {number}");
    }
    let jan = server.call_in("jp", &format!("{LOOKUP}&SearchIndex=All&IdType=JAN&ItemId=1"));
    assert_eq!(verdict(&jan), "True: InvalidParameterValue");
}

#[test]
fn a_number_that_is_no_asin_needs_a_search_index_and_an_asin_has_none() {
    let server = server();
    let answer = server.call(&format!("{LOOKUP}&IdType=EAN&ItemId=9780123456786"));
    assert_eq!(verdict(&answer), "False: MissingParameterValueCombination");
    assert_eq!(
        message(&answer),
        "Your request is missing a required parameter combination.  When IdType equals ['DPCI', 'SKU',\n\t\t\t\t'UPC', \
         'EAN','ISBN'], SearchIndex must be present."
    );
    let answer = server.call(&format!("{LOOKUP}&SearchIndex=Books&ItemId=B00LOOKUP1"));
    assert_eq!(verdict(&answer), "False: RestrictedParameterValueCombination");
    let answer = server.call(&format!("{LOOKUP}&IdType=JAN&SearchIndex=All&ItemId=1"));
    assert_eq!(
        message(&answer),
        "The value you specified for IdType is invalid. Valid values include ASIN, EAN, ISBN, SKU, UPC."
    );
}

#[test]
fn ten_items_are_the_most() {
    let server = server();
    let asked = |count: usize| format!("{LOOKUP}&ItemId={}", ["B00LOOKUP2"].repeat(count).join(","));
    assert_eq!(verdict(&server.call(&asked(10))), "True: ");
    let answer = server.call(&asked(11));
    assert_eq!(verdict(&answer), "False: ExceededMaximumParameterValues");
    assert_eq!(
        message(&answer),
        "Your request contains too many values for ItemId. This parameter can have a maximum of 10 values."
    );
}

#[test]
fn each_response_group_brings_its_own() {
    let server = server();
    for (group, there, absent) in [
        ("Request", "", "Item"),
        ("ItemIds", "ASIN", "DetailPageURL ItemAttributes"),
        ("Small", "DetailPageURL ItemLinks Author Manufacturer Title", "ListPrice SalesRank Offers"),
        ("ItemAttributes", "DetailPageURL ListPrice Binding ISBN UPC ReleaseDate", "SalesRank SmallImage Offers"),
        ("SalesRank", "ASIN SalesRank", "Title"),
        ("Images", "SmallImage LargeImage ImageSets", "Title DetailPageURL"),
        ("OfferSummary", "OfferSummary", "Offers Title"),
        ("Offers", "OfferSummary Offers", "Title Name"),
        ("OfferFull", "Offers Name", "Title DetailPageURL"),
        ("Medium", "SalesRank ListPrice SmallImage OfferSummary Title", "Offers SimilarProducts"),
        ("Large", "Offers SimilarProducts SalesRank Title", "Name"),
        ("Similarities", "SimilarProducts", "DetailPageURL"),
        // Valid, and nothing of them is in the catalogue.
        ("Reviews", "ASIN", "Title"),
        ("Tracks,BrowseNodes,EditorialReview", "ASIN", "Title DetailPageURL"),
    ] {
        let answer = server.call(&format!("{LOOKUP}&ItemId=B00LOOKUP1&ResponseGroup={group}"));
        assert_eq!(verdict(&answer), "True: ", "{group}");
        let similar = answer.inside("SimilarProducts");
        let own = similar.map_or(answer.body.clone(), |similar| answer.body.replace(&similar.body, ""));
        let has = |element: &str| own.contains(&format!("<{element}>"));
        assert!(there.split_whitespace().all(has), "{group}: {}", answer.body);
        assert!(!absent.split_whitespace().any(has), "{group}: {}", answer.body);
    }
}

#[test]
fn only_similar_products_that_are_in_the_catalogue_are_named() {
    let answer = server().call(&format!("{LOOKUP}&ItemId=B00LOOKUP1&ResponseGroup=Similarities"));
    let similar = answer.inside("SimilarProducts").unwrap();
    assert_eq!(similar.texts("Title"), ["The Moving Cart", "Carts to Come", "Sold by Many"]);
}

#[test]
fn a_wrong_group_is_told_as_each_service_told_it() {
    let server = server();
    let wrong = "Operation=ItemLookup&ItemId=B00LOOKUP1&OfferPage=0&ResponseGroup=Small,Nonsense";
    let older = server.call(&format!("{wrong}&Version=2010-12-01"));
    assert_eq!(verdict(&older), "False: InvalidResponseGroup", "alone");
    let newer = server.call_in("de", &format!("{wrong}&Version=2010-12-01"));
    assert_eq!(verdict(&newer), "False: ParameterOutOfRange, InvalidEnumeratedParameter, InvalidResponseGroup");
}

#[test]
fn validate_checks_and_looks_nothing_up() {
    let answer = server().call(&format!("{LOOKUP}&ItemId=B00NOTHERE&Validate=True"));
    assert_eq!((verdict(&answer), items(&answer)), ("True: ".to_owned(), String::new()));
}
