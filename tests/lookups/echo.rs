//! What an answer repeats of a request: what was sent, and what stands for what was not.

use super::{server, verdict};
use crate::support::Answer;

/// The echo as `Name(value)…`.
fn echo(answer: &Answer, request: &str) -> String {
    let inside = answer.inside(request).map(|inside| inside.body).unwrap_or_default();
    let parts = inside.split('<').filter(|part| !part.is_empty() && !part.starts_with('/'));
    parts.map(|part| part.replacen('>', "(", 1) + ")").collect::<Vec<_>>().join(" ")
}

#[test]
fn defaults_are_filled_in_as_each_version_did() {
    let server = server();
    let old = "Condition(New) DeliveryMethod(Ship) IdType(ASIN) MerchantId(Amazon) OfferPage(1) ItemId(B00LOOKUP1) \
               ResponseGroup(Small) ReviewPage(1)";
    for (version, expected) in [
        ("2004-08-01", old.to_owned()),
        ("2006-05-17", old.to_owned()),
        ("2006-06-07", format!("{old} VariationPage(All)")),
        ("2006-10-25", format!("{old} ReviewSort(-SubmissionDate) VariationPage(All)")),
        ("2010-12-01", format!("{old} ReviewSort(-SubmissionDate) VariationPage(All)")),
        ("2011-08-01", "IdType(ASIN) ItemId(B00LOOKUP1) ResponseGroup(Small) VariationPage(All)".to_owned()),
    ] {
        let answer = server.call(&format!("Operation=ItemLookup&ItemId=B00LOOKUP1&Version={version}"));
        assert_eq!(echo(&answer, "ItemLookupRequest"), expected, "{version}");
    }
    let search = "Operation=ItemSearch&SearchIndex=Books&Title=x&ItemPage=2&Sort=price";
    let old = "Condition(New) DeliveryMethod(Ship) ItemPage(2) MerchantId(Amazon) ResponseGroup(Small)";
    for (version, expected) in [
        ("2005-10-05", format!("{old} SearchIndex(Books) Sort(price) Title(x)")),
        ("2010-12-01", format!("{old} ReviewSort(-SubmissionDate) SearchIndex(Books) Sort(price) Title(x)")),
        ("2011-08-01", "ItemPage(2) ResponseGroup(Small) SearchIndex(Books) Sort(price) Title(x)".to_owned()),
    ] {
        let answer = server.call(&format!("{search}&Version={version}"));
        assert_eq!(echo(&answer, "ItemSearchRequest"), expected, "{version}");
    }
}

#[test]
fn similar_products_are_echoed_backwards_by_the_older_service() {
    let server = server();
    let similar = "Operation=SimilarityLookup&ItemId=B00LOOKUP2,B00LOOKUP3";
    let answer = server.call(&format!("{similar}&Version=2010-12-01"));
    assert_eq!(echo(&answer, "SimilarityLookupRequest"), "ItemId(B00LOOKUP3) ItemId(B00LOOKUP2)");
    let answer = server.call(&format!("{similar}&Version=2011-08-01"));
    let expected = "ItemId(B00LOOKUP2) ItemId(B00LOOKUP3) ResponseGroup(Small)";
    assert_eq!(echo(&answer, "SimilarityLookupRequest"), expected);
}

#[test]
fn an_invalid_request_is_echoed_with_its_defaults() {
    let answer = server().call("Operation=ItemLookup&OfferPage=101&ResponseGroup=Small,%20Offers");
    let expected = "Condition(New) DeliveryMethod(Ship) IdType(ASIN) MerchantId(Amazon) OfferPage(101) \
                    ResponseGroup(Small) ResponseGroup(Offers) ReviewPage(1)";
    assert_eq!(echo(&answer, "ItemLookupRequest"), expected);
    assert_eq!(verdict(&answer), "False: MissingParameters, ParameterOutOfRange");
}

#[test]
fn a_parameter_that_a_version_does_not_have_is_passed_over() {
    let answer = server().call("Operation=ItemLookup&ItemId=B00LOOKUP1&OfferPage=999&Version=2011-08-01");
    assert_eq!(verdict(&answer), "True: ");
    assert!(!answer.has("OfferPage"));
}

#[test]
fn two_requests_of_one_operation_make_two_containers_in_one_answer() {
    let answer = server().call(
        "Operation=ItemLookup&ItemLookup.1.ItemId=B00LOOKUP1&ItemLookup.2.ItemId=B00LOOKUP2\
         &ItemLookup.Shared.ResponseGroup=ItemIds",
    );
    assert_eq!(answer.texts("ASIN"), ["B00LOOKUP1", "B00LOOKUP2"]);
    assert_eq!(answer.body.matches("<Items>").count(), 2);
}

#[test]
fn a_lookup_and_a_cart_operation_go_together() {
    let answer = server()
        .call("Operation=ItemLookup,CartCreate&ItemLookup.1.ItemId=B00LOOKUP1&CartCreate.1.Item.1.ASIN=B00LOOKUP1");
    assert!(answer.body.contains("<MultiOperationResponse"), "{}", answer.body);
    assert!(answer.has("ItemLookupResponse") && answer.has("CartCreateResponse"), "{}", answer.body);
}
