//! CartClear (docs/PROTOCOL.md, section 6.5).

use super::{children, verdict};
use crate::support::TestServer;

const EMPTY: &str = "Request CartId HMAC URLEncodedHMAC";

#[test]
fn it_removes_active_and_saved_lines_and_leaves_the_ids() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000OUT"]);
    let cleared = server.call(&format!("Operation=CartClear&{}", cart.cart()));
    assert_eq!(verdict(&cleared), "True: ");
    assert_eq!(children(&cleared, "Cart"), EMPTY);
    assert_eq!(cleared.cart(), cart.cart());
    let got = server.call(&format!("Operation=CartGet&{}", cart.cart()));
    assert_eq!(children(&got, "Cart"), EMPTY);
    assert_eq!(children(&server.call(&format!("Operation=CartClear&{}", cart.cart())), "Cart"), EMPTY, "and again");
}

#[test]
fn a_cleared_cart_takes_the_same_items_again() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    server.call(&format!("Operation=CartClear&{}", cart.cart()));
    let added = server.call(&format!("Operation=CartAdd&Item.1.ASIN=B000000001&Item.1.Quantity=3&{}", cart.cart()));
    assert_eq!(verdict(&added), "True: ");
    assert_eq!(added.lines(), "B000000001 x 3");
}

#[test]
fn it_takes_the_response_groups_cart_and_request_alone() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let clear = |groups: &str| server.call(&format!("Operation=CartClear&ResponseGroup={groups}&{}", cart.cart()));
    assert_eq!(verdict(&clear("Cart,CartSimilarities")), "False: InvalidResponseGroup");
    assert_eq!(server.call(&format!("Operation=CartGet&{}", cart.cart())).lines(), "B000000001 x 1");
    assert_eq!(verdict(&clear("Cart,Request")), "True: ");
}
