//! CartCreate (docs/PROTOCOL.md, section 6.1), and how items are named.

use super::{children, verdict};
use crate::support::TestServer;

#[test]
fn a_cart_needs_an_item() {
    let answer = TestServer::start().call("Operation=CartCreate");
    assert_eq!(verdict(&answer), "False: MissingParameters");
    assert_eq!(children(&answer, "Request"), "IsValid Errors", "recorded: no echo");
    assert_eq!(children(&answer, "Cart"), "Request");
}

#[test]
fn a_new_cart_holds_its_items_in_request_order() {
    let answer = TestServer::start().create(&["B000000003", "B000000001", "B000000002"]);
    assert_eq!(answer.lines(), "B000000003 x 1, B000000001 x 1, B000000002 x 1");
    assert_eq!(verdict(&answer), "True: ");
}

#[test]
fn the_second_of_two_equal_items_is_already_in_the_cart() {
    let answer = TestServer::start()
        .call("Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=2&Item.2.ASIN=B000000001");
    assert_eq!(verdict(&answer), "True: ItemAlreadyInCart");
    assert_eq!(answer.lines(), "B000000001 x 2");
}

#[test]
fn an_unknown_item_gives_no_cart_and_a_text_without_its_id() {
    let server = TestServer::start();
    for unknown in ["B00000NONE", "no-asin", "b000000001"] {
        let answer = server.create(&[unknown]);
        assert_eq!(verdict(&answer), "True: ItemNotEligibleForCart");
        assert_eq!(
            answer.text("Message"),
            "The item you specified, , is not eligible to be added to the cart. Check the item's availability to make \
             sure it is available."
        );
        assert_eq!(children(&answer, "Cart"), "Request");
    }
}

#[test]
fn a_known_item_that_may_not_be_carted_is_named_in_the_text() {
    let server = TestServer::start();
    for known in ["B000000INE", "B000000ALT"] {
        let answer = server.create(&[known]);
        assert_eq!(verdict(&answer), "True: ItemNotEligibleForCart");
        assert!(answer.text("Message").starts_with(&format!("The item you specified, {known}, is not eligible")));
        assert_eq!(children(&answer, "Cart"), "Request");
    }
}

#[test]
fn when_some_items_fail_the_others_are_carted_and_errors_come_in_request_order() {
    let server = TestServer::start();
    let answer = server.create(&["B000000INE", "B000000001", "B00000NONE", "B000000001", "B000000002", "B000000ALT"]);
    assert_eq!(
        verdict(&answer),
        "True: ItemNotEligibleForCart, ItemNotEligibleForCart, ItemAlreadyInCart, ItemNotEligibleForCart"
    );
    let named: Vec<_> = answer.texts("Message").iter().map(|text| text[24..34].to_owned()).collect();
    assert_eq!(named, ["B000000INE", ", is not e", "B000000001", "B000000ALT"]);
    assert_eq!(answer.lines(), "B000000001 x 1, B000000002 x 1");
    assert!(children(&answer, "Cart").starts_with("Request CartId HMAC URLEncodedHMAC PurchaseURL"));
    assert_eq!(server.call(&format!("Operation=CartGet&{}", answer.cart())).lines(), answer.lines());
}

#[test]
fn quantity_is_one_when_it_is_absent() {
    let answer = TestServer::start().call("Operation=CartCreate&Item.1.ASIN=B000000001");
    assert_eq!(answer.lines(), "B000000001 x 1");
    assert!(!answer.inside("CartCreateRequest").unwrap().has("Quantity"), "only what was sent is echoed");
}

#[test]
fn an_offer_is_named_by_its_listing_however_often_it_is_encoded() {
    let server = TestServer::start();
    for listing in ["OTHERSONLY%2B/%3D%3D", "OTHERSONLY%252B%252F%253D%253D", "OTHERSONLY%25252B%25252F%25253D%25253D"]
    {
        let answer = server.call(&format!("Operation=CartCreate&Version=2010-11-01&Item.1.OfferListingId={listing}"));
        assert_eq!(answer.lines(), "B000000ALT x 1", "{listing}");
        assert_eq!(answer.text("SellerNickname"), "Others");
        assert_eq!(answer.text("MerchantId"), "A4OTHERS000000");
    }
    assert_eq!(
        server.call("Operation=CartCreate&Item.1.OfferListingId=a%252Fb").text("OfferListingId"),
        "a%2Fb",
        "the echo is what was sent"
    );
}

#[test]
fn items_of_one_request_may_be_named_in_different_ways() {
    let answer = TestServer::start()
        .call("Operation=CartCreate&Item.1.ASIN=B000000001&Item.2.OfferListingId=USEDLISTING1%3D%3D");
    assert_eq!(answer.lines(), "B000000001 x 1, B000000001 x 1", "two sellers of one book are two lines");
    assert_eq!(answer.texts("SellerNickname"), ["Amazon.com", "Second Shelf"]);
    assert_ne!(answer.texts("CartItemId")[0], answer.texts("CartItemId")[1]);
}

#[test]
fn an_item_names_a_product_or_an_offer_and_not_both() {
    let server = TestServer::start();
    let both = server.call("Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.OfferListingId=x");
    assert_eq!(verdict(&both), "False: InvalidParameterCombination");
    let neither = server.call("Operation=CartCreate&Item.1.Quantity=1");
    assert_eq!(verdict(&neither), "False: MinimumParameterRequirement");
    assert_eq!(children(&both, "Cart"), "Request");
}

#[test]
fn carts_have_ids_of_their_own_and_items_have_the_same_in_every_cart() {
    let server = TestServer::start();
    let (one, two) = (server.create(&["B000000001"]), server.create(&["B000000002", "B000000001"]));
    assert_ne!(one.text("CartId"), two.text("CartId"));
    assert_ne!(one.text("HMAC"), two.text("HMAC"));
    assert_eq!(one.item("B000000001"), two.item("B000000001"));
    assert_ne!(two.item("B000000001"), two.item("B000000002"));
}
