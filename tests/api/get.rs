//! CartGet (docs/PROTOCOL.md, section 6.4).

use super::verdict;
use crate::support::TestServer;

#[test]
fn it_shows_the_cart_as_the_last_change_left_it() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000OUT"]);
    let got = server.call(&format!("Operation=CartGet&Version=2011-08-01&{}", cart.cart()));
    let after = |body: &str| body.split_once("</Request>").unwrap().1.replace("CartGet", "CartCreate");
    assert_eq!(after(&got.body), after(&cart.body));
    assert_eq!(verdict(&got), "True: ");
}

#[test]
fn a_cart_item_id_is_ignored_and_echoed_among_the_arguments() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000002"]);
    let item = cart.item("B000000001");
    let got = server.call(&format!("Operation=CartGet&CartItemId={item}&{}", cart.cart()));
    assert_eq!(got.lines(), cart.lines());
    assert!(got.body.contains(&format!("<Argument Name=\"CartItemId\" Value=\"{item}\"></Argument>")));
    assert!(!got.inside("CartGetRequest").unwrap().has("CartItemId"));
}
