//! What cannot be bought (docs/PROTOCOL.md, section 6.6).

use super::shop::Shop;
use super::{children, verdict};
use crate::support::TestServer;
use cartwright::config::Unavailable;

const UNAVAILABLE: [&str; 3] = ["B000000OUT", "B000000DIS", "B000000FUT"];

#[test]
fn by_default_it_is_saved_for_later_without_an_error() {
    let server = TestServer::start();
    for asin in UNAVAILABLE {
        let cart = server.create(&[asin, "B000000001"]);
        assert_eq!((verdict(&cart), cart.lines()), ("True: ".into(), format!("B000000001 x 1, {asin} x 1*")));
    }
    let cart = server.create(&["B000000001"]);
    let added = server.call(&format!("Operation=CartAdd&Item.1.ASIN=B000000OUT&Item.1.Quantity=2&{}", cart.cart()));
    assert_eq!((verdict(&added), added.lines()), ("True: ".into(), "B000000001 x 1, B000000OUT x 2*".into()));
}

#[test]
fn the_policy_error_names_it_and_gives_no_cart_for_it_alone() {
    let server = TestServer::with(|config| config.unavailable = Unavailable::Error);
    for asin in UNAVAILABLE {
        let alone = server.create(&[asin]);
        assert_eq!(verdict(&alone), "True: ItemNotEligibleForCart");
        assert!(alone.text("Message").contains(&format!(", {asin}, is not eligible")));
        assert_eq!(children(&alone, "Cart"), "Request");
        let some = server.create(&[asin, "B000000001"]);
        assert_eq!((verdict(&some), some.lines()), ("True: ItemNotEligibleForCart".into(), "B000000001 x 1".into()));
    }
}

#[test]
fn the_policy_drop_leaves_it_out_and_may_give_an_empty_cart() {
    let server = TestServer::with(|config| config.unavailable = Unavailable::Drop);
    let some = server.create(&["B000000OUT", "B000000001"]);
    assert_eq!((verdict(&some), some.lines()), ("True: ".into(), "B000000001 x 1".into()));
    let empty = server.create(&UNAVAILABLE);
    assert_eq!(verdict(&empty), "True: ");
    assert_eq!(children(&empty, "Cart"), "Request CartId HMAC URLEncodedHMAC");
    let added = server.call(&format!("Operation=CartAdd&Item.1.ASIN=B000000DIS&{}", empty.cart()));
    assert_eq!(
        (verdict(&added), children(&added, "Cart")),
        ("True: ".into(), "Request CartId HMAC URLEncodedHMAC".into())
    );
    let filled = server.call(&format!("Operation=CartAdd&Item.1.ASIN=B000000001&{}", empty.cart()));
    assert_eq!(filled.lines(), "B000000001 x 1", "it is a cart like any other");
    let mixed = server.create(&["B000000OUT", "B00000NONE"]);
    assert_eq!(verdict(&mixed), "True: ItemNotEligibleForCart");
    assert_eq!(children(&mixed, "Cart"), "Request", "with an error there is no empty cart");
}

#[test]
fn what_may_never_be_carted_is_an_error_under_every_policy() {
    for policy in [Unavailable::Saved, Unavailable::Error, Unavailable::Drop] {
        let server = TestServer::with(|config| config.unavailable = policy);
        for asin in ["B000000INE", "B000000ALT", "B00000NONE"] {
            let answer = server.create(&[asin]);
            assert_eq!(verdict(&answer), "True: ItemNotEligibleForCart", "{policy:?} {asin}");
        }
    }
}

#[test]
fn an_item_that_sells_out_is_shown_saved_and_comes_back_by_itself() {
    let shop = Shop::with(&["B000000001", "B000000002", "B000000003"]);
    let server = shop.open();
    let cart = server.create(&["B000000001", "B000000002", "B000000003"]);
    let save = format!("Item.1.CartItemId={}&Item.1.Action=SaveForLater", cart.item("B000000003"));
    server.call(&format!("Operation=CartModify&{}&{save}", cart.cart()));
    let get = format!("Operation=CartGet&{}", cart.cart());
    assert_eq!(server.call(&get).lines(), "B000000001 x 1, B000000002 x 1, B000000003 x 1*");
    server.stop();

    shop.stock(&[
        r#"B000000001,"availability":"out_of_stock""#,
        "B000000002",
        r#"B000000003,"availability":"discontinued""#,
    ]);
    let server = shop.open();
    let out = server.call(&get);
    assert_eq!(out.lines(), "B000000002 x 1, B000000001 x 1*, B000000003 x 1*");
    let move_back = format!("Item.1.CartItemId={}&Item.1.Action=MoveToCart", cart.item("B000000003"));
    let moved = server.call(&format!("Operation=CartModify&{}&{move_back}", cart.cart()));
    assert_eq!((verdict(&moved), moved.lines()), ("True: ".into(), out.lines()), "it cannot be moved now");
    server.stop();

    shop.stock(&["B000000001", "B000000002", "B000000003"]);
    let server = shop.open();
    assert_eq!(
        server.call(&get).lines(),
        "B000000001 x 1, B000000002 x 1, B000000003 x 1",
        "each is where the customer last wanted it"
    );
}

#[test]
fn an_item_that_was_saved_on_purpose_stays_saved() {
    let shop = Shop::with(&[r#"B000000001,"availability":"out_of_stock""#, "B000000002"]);
    let server = shop.open();
    let cart = server.create(&["B000000001", "B000000002"]);
    let save = format!("Item.1.CartItemId={}&Item.1.Action=SaveForLater", cart.item("B000000001"));
    server.call(&format!("Operation=CartModify&{}&{save}", cart.cart()));
    server.stop();
    shop.stock(&["B000000001", "B000000002"]);
    let server = shop.open_with(|config| config.unavailable = Unavailable::Error);
    let answer = server.call(&format!("Operation=CartGet&{}", cart.cart()));
    assert_eq!(answer.lines(), "B000000002 x 1, B000000001 x 1*");
}

#[test]
fn the_policy_governs_what_is_added_and_not_what_is_there() {
    let shop = Shop::with(&["B000000001"]);
    let server = shop.open();
    let cart = server.create(&["B000000001"]);
    server.stop();
    shop.stock(&[r#"B000000001,"availability":"out_of_stock""#]);
    for policy in [Unavailable::Error, Unavailable::Drop] {
        let server = shop.open_with(|config| config.unavailable = policy);
        let answer = server.call(&format!("Operation=CartGet&{}", cart.cart()));
        assert_eq!((verdict(&answer), answer.lines()), ("True: ".into(), "B000000001 x 1*".into()), "{policy:?}");
    }
}

#[test]
fn a_product_that_leaves_the_catalogue_keeps_its_line_title_and_price() {
    let shop = Shop::with(&[r#"B000000001,"title":"Last seen","price":777,"similar":["B000000002"]"#, "B000000002"]);
    let server = shop.open();
    let cart = server.create(&["B000000001", "B000000002"]);
    server.stop();
    shop.stock(&["B000000002"]);
    let server = shop.open();
    let got = server.call(&format!("Operation=CartGet&Version=2011-08-01&{}", cart.cart()));
    assert_eq!(got.lines(), "B000000002 x 1, B000000001 x 1*");
    let saved = got.inside("SavedForLaterItem").unwrap();
    assert_eq!((saved.text("Title"), saved.text("Amount")), ("Last seen".into(), "777".into()));
    assert_eq!(got.inside("SubTotal").unwrap().text("Amount"), "877");
    let unknown = server.create(&["B000000001"]);
    assert_eq!(verdict(&unknown), "True: ItemNotEligibleForCart");
    assert!(unknown.text("Message").starts_with("The item you specified, , is not"), "it is unknown now");
    let again = server.call(&format!("Operation=CartAdd&Item.1.ASIN=B000000001&{}", cart.cart()));
    assert_eq!(verdict(&again), "True: ItemNotEligibleForCart");
    server.stop();
    shop.stock(&[r#"B000000001,"title":"Back again","price":778"#, "B000000002"]);
    let server = shop.open();
    let back = server.call(&format!("Operation=CartGet&{}", cart.cart()));
    assert_eq!(back.lines(), "B000000001 x 1, B000000002 x 1");
    assert_eq!(back.text("Title"), "Back again");
}
