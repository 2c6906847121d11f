//! CartAdd (docs/PROTOCOL.md, section 6.2).

use super::{children, verdict};
use crate::support::{Answer, TestServer};

fn add(server: &TestServer, cart: &Answer, items: &str) -> Answer {
    server.call(&format!("Operation=CartAdd&Version=2011-08-01&{}&{items}", cart.cart()))
}

#[test]
fn each_batch_stands_in_front_of_the_older_ones_in_request_order() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000002"]);
    let second = add(&server, &cart, "Item.1.ASIN=B000000003&Item.1.Quantity=4&Item.2.ASIN=B00000DVD1");
    assert_eq!(second.lines(), "B000000003 x 4, B00000DVD1 x 1, B000000001 x 1, B000000002 x 1");
    let third = add(&server, &cart, "Item.1.ASIN=B000000009");
    assert_eq!(third.lines(), "B000000009 x 1, B000000003 x 4, B00000DVD1 x 1, B000000001 x 1, B000000002 x 1");
    assert_eq!(server.call(&format!("Operation=CartGet&{}", cart.cart())).lines(), third.lines());
}

#[test]
fn an_item_that_is_there_already_is_an_error_and_the_unchanged_cart_is_shown() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000002"]);
    let answer = add(&server, &cart, "Item.1.ASIN=B000000001&Item.1.Quantity=5");
    assert_eq!(verdict(&answer), "True: ItemAlreadyInCart");
    assert_eq!(answer.text("Message"), "The item you specified, B000000001, is already in your cart.");
    assert_eq!(children(&answer, "Cart"), children(&cart, "Cart"));
    let contents =
        |answer: &Answer| answer.body.split_once("<CartId>").map(|_| answer.inside("CartItems").unwrap().body);
    assert_eq!(contents(&answer), contents(&cart));
}

#[test]
fn an_item_that_was_saved_for_later_is_there_already_too() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let save = format!("Item.1.CartItemId={}&Item.1.Action=SaveForLater", cart.item("B000000001"));
    server.call(&format!("Operation=CartModify&{}&{save}", cart.cart()));
    let answer = add(&server, &cart, "Item.1.ASIN=B000000001");
    assert_eq!(verdict(&answer), "True: ItemAlreadyInCart");
    assert_eq!(answer.lines(), "B000000001 x 1*");
}

#[test]
fn a_sum_beyond_the_maximum_is_reported_before_the_double_item() {
    let server = TestServer::start();
    let cart = server.call("Operation=CartCreate&Item.1.ASIN=B000000CAP&Item.1.Quantity=2&Item.2.ASIN=B000000001");
    let answer = add(&server, &cart, "Item.1.ASIN=B000000CAP&Item.1.Quantity=2");
    assert_eq!(verdict(&answer), "True: InvalidQuantity, ItemAlreadyInCart");
    assert_eq!(
        answer.texts("Message")[0],
        "You have exceeded the maximum quantity allowed for the following items: B000000CAP."
    );
    assert_eq!(answer.lines(), "B000000CAP x 2, B000000001 x 1");
    let just = add(&server, &cart, "Item.1.ASIN=B000000CAP&Item.1.Quantity=1");
    assert_eq!(verdict(&just), "True: ItemAlreadyInCart", "the sum is the maximum, not beyond it");
    let general = add(&server, &cart, "Item.1.ASIN=B000000001&Item.1.Quantity=999");
    assert_eq!(verdict(&general), "True: InvalidQuantity, ItemAlreadyInCart", "the general maximum counts as well");
}

#[test]
fn new_items_are_added_beside_those_that_are_there_already() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let answer = add(&server, &cart, "Item.1.ASIN=B000000001&Item.2.ASIN=B000000002&Item.3.ASIN=B00000NONE");
    assert_eq!(verdict(&answer), "True: ItemAlreadyInCart, ItemNotEligibleForCart");
    assert_eq!(answer.lines(), "B000000002 x 1, B000000001 x 1");
}

#[test]
fn an_unknown_item_alone_shows_no_cart_and_changes_none() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let answer = add(&server, &cart, "MergeCart=True&Item.1.ASIN=B00000NONE");
    assert_eq!(verdict(&answer), "True: ItemNotEligibleForCart");
    assert_eq!(children(&answer, "Cart"), "Request");
    assert_eq!(children(&answer, "Request"), "IsValid CartAddRequest Errors");
    let after = server.call(&format!("Operation=CartGet&Version=2011-08-01&{}", cart.cart()));
    assert_eq!(after.lines(), "B000000001 x 1");
    assert!(after.text("PurchaseURL").ends_with("MergeCart=False"), "nothing of the request was done");
}

#[test]
fn the_same_book_from_another_seller_is_another_line() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let answer = add(&server, &cart, "Item.1.OfferListingId=USEDLISTING1%3D%3D&Item.1.Quantity=2");
    assert_eq!(verdict(&answer), "True: ");
    assert_eq!(answer.lines(), "B000000001 x 2, B000000001 x 1");
    let again = add(&server, &cart, "Item.1.OfferListingId=USEDLISTING1%253D%253D");
    assert_eq!(verdict(&again), "True: ItemAlreadyInCart", "one offer is one line, however it is encoded");
}

#[test]
fn the_cart_is_looked_up_before_its_items_are() {
    let server = TestServer::start();
    for item in ["B00000NONE", "B000000001", "B000000INE"] {
        let answer = server.call(&format!("Operation=CartAdd&CartId=102-0000000-0000001&HMAC=x&Item.1.ASIN={item}"));
        assert_eq!(verdict(&answer), "True: CartInfoMismatch", "{item}");
    }
}

#[test]
fn parameters_are_checked_before_the_cart() {
    let server = TestServer::start();
    let query = "Operation=CartAdd&CartId=???&HMAC=???&Item.1.ASIN=B000000001&Item.1.Quantity=-1";
    let answer = server.call(query);
    assert_eq!(verdict(&answer), "False: ParameterOutOfRange");
    assert_eq!(children(&answer, "Cart"), "Request");
    let echo = answer.inside("CartAddRequest").unwrap();
    assert_eq!(
        (echo.text("CartId"), echo.text("HMAC"), echo.text("Quantity")),
        ("???".into(), "???".into(), "-1".into())
    );
}

#[test]
fn an_add_without_items_echoes_the_cart() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let answer = add(&server, &cart, "");
    assert_eq!(verdict(&answer), "False: MissingParameters");
    assert_eq!(children(&answer, "CartAddRequest"), "CartId HMAC");
    assert_eq!(answer.text("CartId"), cart.text("CartId"));
    assert_eq!(answer.text("HMAC"), cart.text("HMAC"));
}

#[test]
fn a_saved_line_of_an_unavailable_item_can_be_added_once() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    assert_eq!(add(&server, &cart, "Item.1.ASIN=B000000OUT").lines(), "B000000001 x 1, B000000OUT x 1*");
    assert_eq!(verdict(&add(&server, &cart, "Item.1.ASIN=B000000OUT")), "True: ItemAlreadyInCart");
}
