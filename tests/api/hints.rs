//! Hints: a header beside Amazon's document says what the caller probably meant.

use crate::support::{Answer, TestServer};
use jiff::SignedDuration;

fn hints(answer: &Answer) -> Vec<&str> {
    answer.headers.iter().filter(|(name, _)| name == "x-cartwright-hint").map(|(_, value)| value.as_str()).collect()
}

#[test]
fn what_was_probably_meant_is_told() {
    let server = TestServer::start();
    let said = |query: &str, words: &str| {
        let answer = server.get(&format!("/onca/xml?AWSAccessKeyId=AKIATEST&{query}"));
        assert!(hints(&answer).iter().any(|hint| hint.contains(words)), "{query}: {:?}", answer.headers);
    };
    said("Service=AWSECommerceService&operation=CartGet", "operation is no parameter, Operation is");
    said(
        "Service=AWSECommerceService&Operation=CartCreate&items=B000000001",
        "items is not read: items are sent as Item.1.ASIN",
    );
    said(
        "Service=AWSECommerceService&Operation=CartGet&CartId=102-0000001-0000001",
        "CartId and HMAC are in the CartCreate answer",
    );
    said(
        "Service=AWSECommerceService&Operation=CartModify&CartId=1&HMAC=2&Item.1.ASIN=B000000001",
        "items are sent as Item.1.CartItemId",
    );
    said(
        "Service=AWSECommerceService&Operation=CartGet&CartId=102-0000001-0000001&HMAC=a+b",
        "its + must be sent as %2B",
    );
}

#[test]
fn a_good_request_gets_none() {
    assert!(hints(&TestServer::start().create(&["B000000001"])).is_empty());
}

#[test]
fn only_who_has_the_hmac_is_told_that_the_cart_is_gone() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]).cart();
    server.advance(SignedDuration::from_hours(24 * 91));
    let gone = server.call(&format!("Operation=CartGet&{cart}"));
    assert!(hints(&gone).iter().any(|hint| hint.starts_with("the HMAC is right")), "{:?}", gone.headers);
    let stranger = server.call("Operation=CartGet&CartId=189-4685200-6036579&HMAC=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D");
    assert!(hints(&stranger).is_empty(), "{:?}", stranger.headers);
}

#[test]
fn odd_characters_do_not_break_out_of_the_header() {
    let answer = TestServer::start().get(
        "/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=k&Operation=CartCreate&Item.%0D%0AX:%20y%E3%81%82=1",
    );
    assert_eq!(answer.header("x"), None);
    assert!(hints(&answer).iter().any(|hint| hint.contains("Item.\\r\\nX: y\\u{3042}")), "{:?}", answer.headers);
}

#[test]
fn however_many_mistakes_a_request_has_the_hints_are_few() {
    let server = TestServer::start();
    let variants = (0..20_000_u32).map(|n| {
        let spelt = |(i, c): (usize, char)| if n >> i & 1 == 1 { c.to_ascii_uppercase() } else { c };
        "marketplacedomain".chars().enumerate().map(spelt).collect::<String>()
    });
    let form = format!(
        "Service=AWSECommerceService&AWSAccessKeyId=k&Operation=CartCreate&{}",
        variants.collect::<Vec<_>>().join("=&")
    );
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = server.raw(&crate::support::request("POST", "/onca/xml", &headers, form.as_bytes()));
    assert_eq!(answer.codes(), ["AWS.MissingParameters"]);
    assert!((1..=8).contains(&hints(&answer).len()));
}
