//! What is changed shows on the next answer of the service.

use super::{BOOK, delete, patch, put};
use crate::support::TestServer;

#[test]
fn an_item_moves_to_the_saved_area_while_it_is_unavailable_and_comes_back() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000002"]);
    let get = format!("Operation=CartGet&{}", cart.cart());
    assert_eq!(server.call(&get).lines(), "B000000001 x 1, B000000002 x 1");
    for state in ["out_of_stock", "discontinued", "future_release", "ineligible"] {
        assert_eq!(patch(&server, BOOK, &format!("{{\"availability\":\"{state}\"}}")).status, 200);
        assert_eq!(server.call(&get).lines(), "B000000002 x 1, B000000001 x 1*", "{state}");
        assert_eq!(patch(&server, BOOK, r#"{"availability":"available"}"#).status, 200);
        assert_eq!(server.call(&get).lines(), "B000000001 x 1, B000000002 x 1", "{state}");
    }
    patch(&server, BOOK, r#"{"price":null}"#);
    assert_eq!(server.call(&get).lines(), "B000000002 x 1, B000000001 x 1*", "Amazon sells none now");
    patch(&server, BOOK, r#"{"price":1}"#);
    assert_eq!(server.call(&get).lines(), "B000000001 x 1, B000000002 x 1");
}

#[test]
fn price_and_title_are_new_on_the_next_answer() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    assert_eq!(
        (cart.text("Title"), cart.inside("Price").unwrap().text("Amount")),
        ("A Handcart's Tale".into(), "1295".into())
    );
    patch(&server, BOOK, r#"{"price":1300,"title":"Another <Tale>"}"#);
    let got = server.call(&format!("Operation=CartGet&{}", cart.cart()));
    assert_eq!(
        (got.text("Title"), got.inside("Price").unwrap().text("Amount")),
        ("Another <Tale>".into(), "1300".into())
    );
    assert_eq!(got.inside("SubTotal").unwrap().text("FormattedPrice"), "$13.00");
}

#[test]
fn a_product_can_be_carted_once_it_is_written_and_no_more_once_it_is_withdrawn() {
    let server = TestServer::start();
    let new = "/catalog/us/B0000000N1";
    let refused = |asin| server.create(&[asin]).codes() == ["AWS.ECommerceService.ItemNotEligibleForCart"];
    assert!(refused("B0000000N1"));
    put(&server, new, r#"{"title":"New","product_group":"Book","price":5}"#);
    let cart = server.create(&["B0000000N1"]);
    assert_eq!((cart.codes(), cart.lines()), (vec![], "B0000000N1 x 1".to_owned()));
    delete(&server, new);
    assert!(refused("B0000000N1"));
    let kept = server.call(&format!("Operation=CartGet&{}", cart.cart()));
    assert_eq!((kept.lines(), kept.text("Title")), ("B0000000N1 x 1*".to_owned(), "New".to_owned()));
}
