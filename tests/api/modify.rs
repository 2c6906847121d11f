//! CartModify (docs/PROTOCOL.md, sections 2.2 and 6.3).

use super::{children, codes, verdict};
use crate::support::{Answer, TestServer};

fn modify(server: &TestServer, cart: &Answer, items: &str) -> Answer {
    server.call(&format!("Operation=CartModify&Version=2009-10-01&{}&{items}", cart.cart()))
}

/// `Item.n.CartItemId=…&Item.n.<what>`
fn item(n: u32, cart: &Answer, asin: &str, what: &str) -> String {
    format!("Item.{n}.CartItemId={}&Item.{n}.{what}", cart.item(asin))
}

#[test]
fn a_quantity_is_set_and_the_line_keeps_its_place() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000002", "B000000003"]);
    let answer = modify(&server, &cart, &item(1, &cart, "B000000002", "Quantity=7"));
    assert_eq!(answer.lines(), "B000000001 x 1, B000000002 x 7, B000000003 x 1");
    assert_eq!(verdict(&answer), "True: ");
}

#[test]
fn quantity_0_removes_a_line_active_or_saved() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000002", "B000000OUT"]);
    let answer = modify(
        &server,
        &cart,
        &[item(1, &cart, "B000000001", "Quantity=0"), item(2, &cart, "B000000OUT", "Quantity=0")].join("&"),
    );
    assert_eq!(answer.lines(), "B000000002 x 1");
    let last = modify(&server, &cart, &item(1, &cart, "B000000002", "Quantity=0"));
    assert_eq!(children(&last, "Cart"), "Request CartId HMAC URLEncodedHMAC");
}

#[test]
fn a_line_moves_with_its_whole_quantity_and_keeps_its_place() {
    let server = TestServer::start();
    let cart = server.call(
        "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=5&Item.2.ASIN=B000000002&Item.3.ASIN=B000000003",
    );
    let save =
        [item(1, &cart, "B000000003", "Action=SaveForLater"), item(2, &cart, "B000000001", "Action=SaveForLater")];
    let saved = modify(&server, &cart, &save.join("&"));
    assert_eq!(saved.lines(), "B000000002 x 1, B000000001 x 5*, B000000003 x 1*");
    let back = modify(&server, &cart, &item(1, &cart, "B000000001", "Action=MoveToCart"));
    assert_eq!(back.lines(), "B000000001 x 5, B000000002 x 1, B000000003 x 1*");
    let again = modify(&server, &cart, &item(1, &cart, "B000000001", "Action=MoveToCart"));
    assert_eq!(again.lines(), back.lines(), "moving to where it is does nothing");
}

#[test]
fn items_are_applied_in_order() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000002"]);
    let twice = [item(1, &cart, "B000000001", "Action=SaveForLater"), item(2, &cart, "B000000001", "Quantity=7")];
    assert_eq!(modify(&server, &cart, &twice.join("&")).lines(), "B000000002 x 1, B000000001 x 7*");
    let gone = [item(1, &cart, "B000000001", "Quantity=0"), item(2, &cart, "B000000001", "Quantity=3")];
    assert_eq!(modify(&server, &cart, &gone.join("&")).lines(), "B000000002 x 1");
}

#[test]
fn quantity_and_action_go_together_until_2009_10_01_and_move_the_whole_line() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000002"]);
    let both = item(1, &cart, "B000000001", "Quantity=8") + "&Item.1.Action=SaveForLater";
    let answer = modify(&server, &cart, &both);
    assert_eq!(verdict(&answer), "True: ");
    assert_eq!(answer.lines(), "B000000002 x 1, B000000001 x 8*");
}

#[test]
fn quantity_and_action_exclude_each_other_from_2009_11_01_once_for_each_item() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000002", "B000000003"]);
    let both = |n, asin| item(n, &cart, asin, "Quantity=2") + &format!("&Item.{n}.Action=SaveForLater");
    let items = [both(1, "B000000001"), item(2, &cart, "B000000002", "Quantity=3"), both(3, "B000000003")].join("&");
    for version in ["2009-11-01", "2010-11-01", "2011-08-01", "2013-08-01"] {
        let answer = server.call(&format!("Operation=CartModify&Version={version}&{}&{items}", cart.cart()));
        assert_eq!(verdict(&answer), "False: ExactParameterRequirement, ExactParameterRequirement", "{version}");
        assert_eq!(
            answer.text("Message"),
            "Your request should have exactly 1 of the following parameters: Quantity, Action."
        );
    }
    let after = server.call(&format!("Operation=CartGet&{}", cart.cart()));
    assert_eq!(after.lines(), "B000000001 x 1, B000000002 x 1, B000000003 x 1", "a wrong item stops the right ones");
}

#[test]
fn neither_quantity_nor_action_is_an_error_of_its_era() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let bare = format!("Operation=CartModify&{}&Item.1.CartItemId={}", cart.cart(), cart.item("B000000001"));
    let old = server.call(&format!("{bare}&Version=2009-10-01"));
    assert_eq!(verdict(&old), "False: MinimumParameterRequirement");
    assert_eq!(
        old.text("Message"),
        "Your request should have atleast 1 of the following parameters: Quantity, Action."
    );
    assert_eq!(verdict(&server.call(&format!("{bare}&Version=2009-11-01"))), "False: ExactParameterRequirement");
}

#[test]
fn what_names_no_line_is_passed_over() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let other = server.create(&["B000000002"]).item("B000000002");
    for unknown in ["U1", "U24FI3NHT8Y1PC", "no-id", "%20", &other, "B000000001"] {
        let answer = modify(&server, &cart, &format!("Item.1.CartItemId={unknown}&Item.1.Quantity=5"));
        assert_eq!(verdict(&answer), "True: ", "{unknown}");
        assert_eq!(answer.lines(), "B000000001 x 1", "{unknown}");
    }
    let mixed = modify(
        &server,
        &cart,
        &format!("Item.1.CartItemId=U1&Item.1.Quantity=5&{}", { item(2, &cart, "B000000001", "Quantity=6") }),
    );
    assert_eq!(mixed.lines(), "B000000001 x 6", "the others are applied");
}

#[test]
fn the_letter_of_an_id_plays_no_part() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let id = cart.item("B000000001");
    for (letter, quantity) in [("U", 2), ("C", 3), ("S", 4)] {
        let named = format!("Item.1.CartItemId={letter}{}&Item.1.Quantity={quantity}", &id[1..]);
        assert_eq!(modify(&server, &cart, &named).lines(), format!("B000000001 x {quantity}"));
    }
}

#[test]
fn an_unknown_action_is_refused() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    for action in ["Buy", "saveforlater", "MoveToCart%20"] {
        let answer = modify(&server, &cart, &item(1, &cart, "B000000001", &format!("Action={action}")));
        assert_eq!(verdict(&answer), "False: InvalidEnumeratedParameter", "{action}");
        assert_eq!(
            answer.text("Message"),
            "The value you specified for Action is invalid. Valid values include MoveToCart, SaveForLater."
        );
    }
}

#[test]
fn every_item_needs_its_id() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let answer = modify(&server, &cart, "Item.1.Quantity=2&Item.2.Action=SaveForLater");
    assert_eq!(verdict(&answer), "False: MissingParameters, MissingParameters");
    assert!(answer.text("Message").ends_with("Required parameters include CartItemId."));
    assert_eq!(codes(&modify(&server, &cart, "")), "MissingParameters");
}

#[test]
fn it_cannot_add_items() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let answer = modify(&server, &cart, "Item.1.ASIN=B000000002&Item.1.Quantity=1");
    assert_eq!(verdict(&answer), "False: MissingParameters");
    assert_eq!(server.call(&format!("Operation=CartGet&{}", cart.cart())).lines(), "B000000001 x 1");
}

#[test]
fn moving_an_unavailable_item_to_the_cart_leaves_it_saved_without_an_error() {
    let server = TestServer::start();
    let cart = server.create(&["B000000OUT", "B000000001"]);
    let answer = modify(&server, &cart, &item(1, &cart, "B000000OUT", "Action=MoveToCart"));
    assert_eq!(verdict(&answer), "True: ");
    assert_eq!(answer.lines(), "B000000001 x 1, B000000OUT x 1*");
}

#[test]
fn merge_cart_is_stored_by_the_operations_that_change_a_cart_and_printed_in_the_url() {
    let server = TestServer::start();
    let merge = |answer: &Answer| answer.text("PurchaseURL").rsplit_once("MergeCart=").unwrap().1.to_owned();
    let cart = server.create(&["B000000001"]);
    assert_eq!(merge(&cart), "False");
    let created = server.call("Operation=CartCreate&MergeCart=True&Item.1.ASIN=B000000001");
    assert_eq!(merge(&created), "True");
    assert_eq!(created.inside("CartCreateRequest").unwrap().text("MergeCart"), "True");
    let quantity = item(1, &cart, "B000000001", "Quantity=2");
    assert_eq!(merge(&modify(&server, &cart, &format!("MergeCart=True&{quantity}"))), "True");
    assert_eq!(merge(&modify(&server, &cart, &quantity)), "True", "what is not sent is not changed");
    let get = format!("Operation=CartGet&{}", cart.cart());
    let got = server.call(&format!("{get}&MergeCart=False"));
    assert_eq!(got.inside("CartGetRequest").unwrap().text("MergeCart"), "False");
    assert_eq!(merge(&got), "True", "CartGet changes nothing");
    let added = server.call(&format!("Operation=CartAdd&MergeCart=False&Item.1.ASIN=B000000002&{}", cart.cart()));
    assert_eq!(merge(&added), "False");
    server.call(&format!("Operation=CartClear&MergeCart=True&{}", cart.cart()));
    let refilled = server.call(&format!("Operation=CartAdd&Item.1.ASIN=B000000002&{}", cart.cart()));
    assert_eq!(merge(&refilled), "False", "CartClear takes it without effect");
}
