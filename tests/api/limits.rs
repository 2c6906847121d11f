//! How much a cart takes (docs/PROTOCOL.md, section 6.7).

use super::shop::Shop;
use super::{children, verdict};
use crate::support::TestServer;

/// `Item.n.ASIN=…` for these books.
fn books(range: std::ops::Range<usize>) -> String {
    range.map(|n| format!("&Item.{n}.ASIN=B{n:09}")).collect()
}

fn count(lines: &str) -> usize {
    lines.split(", ").filter(|line| !line.is_empty()).count()
}

#[test]
fn a_quantity_is_1_to_999_where_items_are_added_and_0_to_999_where_they_are_changed() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let create = "Operation=CartCreate&Item.1.ASIN=B000000001".to_owned();
    let add = format!("Operation=CartAdd&Item.1.ASIN=B000000002&{}", cart.cart());
    let modify = format!("Operation=CartModify&Item.1.CartItemId=U1&{}", cart.cart());
    for wrong in
        ["1000", "-1", "", "abc", "1.0", "%2B1", "%201", "1%20", "4294967297", "99999999999999999999", "%D9%A1"]
    {
        for request in [&create, &add, &modify] {
            let answer = server.call(&format!("{request}&Item.1.Quantity={wrong}"));
            assert_eq!(verdict(&answer), "False: ParameterOutOfRange", "{wrong} {request}");
        }
    }
    for request in [&create, &add] {
        assert_eq!(verdict(&server.call(&format!("{request}&Item.1.Quantity=0"))), "False: ParameterOutOfRange");
    }
    assert_eq!(verdict(&server.call(&format!("{modify}&Item.1.Quantity=0"))), "True: ");
    assert_eq!(server.call(&format!("{create}&Item.1.Quantity=999")).lines(), "B000000001 x 999");
    assert_eq!(server.call(&format!("{create}&Item.1.Quantity=007")).lines(), "B000000001 x 7");
}

#[test]
fn the_largest_quantity_is_a_setting_and_stands_in_the_message() {
    let server = TestServer::with(|config| config.max_quantity = 5);
    let answer = server.call("Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=6");
    assert!(answer.text("Message").ends_with("between 1 and 5."));
    let cart = server.call("Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=5");
    assert_eq!(cart.lines(), "B000000001 x 5");
}

#[test]
fn a_quantity_above_the_products_own_maximum_is_cut_to_it_without_an_error() {
    let server = TestServer::start();
    let created = server.call("Operation=CartCreate&Item.1.ASIN=B000000CAP&Item.1.Quantity=9");
    assert_eq!((verdict(&created), created.lines()), ("True: ".into(), "B000000CAP x 3".into()));
    assert_eq!(created.inside("CartCreateRequest").unwrap().text("Quantity"), "9", "echoed as sent");
    let other = server.create(&["B000000001"]);
    let added = server.call(&format!("Operation=CartAdd&Item.1.ASIN=B000000CAP&Item.1.Quantity=999&{}", other.cart()));
    assert_eq!((verdict(&added), added.lines()), ("True: ".into(), "B000000CAP x 3, B000000001 x 1".into()));
    let id = added.item("B000000CAP");
    let modified = |quantity: u32| {
        server.call(&format!("Operation=CartModify&Item.1.CartItemId={id}&Item.1.Quantity={quantity}&{}", other.cart()))
    };
    assert_eq!(modified(2).lines(), "B000000CAP x 2, B000000001 x 1");
    assert_eq!(
        (verdict(&modified(4)), modified(4).lines()),
        ("True: ".into(), "B000000CAP x 3, B000000001 x 1".into())
    );
    let shown = server.call(&format!("Operation=CartGet&{}", other.cart()));
    assert_eq!(shown.inside("ItemTotal").unwrap().text("Amount"), "1500", "it pays for what it has");
}

#[test]
fn a_cart_takes_50_lines_and_the_51st_adds_nothing_of_its_request() {
    let shop = Shop::of_books(60);
    let server = shop.open();
    let full = server.call(&format!("Operation=CartCreate{}", books(0..50)));
    assert_eq!((verdict(&full), count(&full.lines())), ("True: ".into(), 50));
    let more = server.call(&format!("Operation=CartAdd{}&{}", books(50..51), full.cart()));
    assert_eq!(verdict(&more), "True: ExceededMaximumCartItems");
    assert_eq!(more.text("Message"), "You may not add more than 50 items to the cart.");
    assert_eq!(more.lines(), full.lines());

    let nearly = server.call(&format!("Operation=CartCreate{}", books(0..48)));
    let too_many = server.call(&format!("Operation=CartAdd{}&{}", books(48..51), nearly.cart()));
    assert_eq!(verdict(&too_many), "True: ExceededMaximumCartItems");
    assert_eq!(too_many.lines(), nearly.lines(), "not even those for which there was room");
    assert_eq!(server.call(&format!("Operation=CartGet&{}", nearly.cart())).lines(), nearly.lines());
    let two = server.call(&format!("Operation=CartAdd{}&{}", books(48..50), nearly.cart()));
    assert_eq!((verdict(&two), count(&two.lines())), ("True: ".into(), 50));

    let never = server.call(&format!("Operation=CartCreate{}", books(0..51)));
    assert_eq!(verdict(&never), "True: ExceededMaximumCartItems");
    assert_eq!(children(&never, "Cart"), "Request", "no cart at all");
}

#[test]
fn saved_lines_count_and_double_items_do_not() {
    let shop = Shop::of_books(60);
    let server = shop.open_with(|config| config.max_lines = 3);
    let cart = server.call(&format!("Operation=CartCreate{}", books(0..3)));
    let save = format!("Item.1.CartItemId={}&Item.1.Action=SaveForLater", cart.item("B000000000"));
    server.call(&format!("Operation=CartModify&{save}&{}", cart.cart()));
    let more = server.call(&format!("Operation=CartAdd{}&{}", books(3..4), cart.cart()));
    assert_eq!(verdict(&more), "True: ExceededMaximumCartItems");
    assert!(more.text("Message").contains(" 3 items"));
    let double = server.call(&format!("Operation=CartAdd{}&{}", books(1..2), cart.cart()));
    assert_eq!(verdict(&double), "True: ItemAlreadyInCart");
    let remove = format!("Item.1.CartItemId={}&Item.1.Quantity=0", cart.item("B000000000"));
    server.call(&format!("Operation=CartModify&{remove}&{}", cart.cart()));
    let room = server.call(&format!("Operation=CartAdd{}&{}", books(3..4), cart.cart()));
    assert_eq!((verdict(&room), count(&room.lines())), ("True: ".into(), 3));
}

#[test]
fn a_refused_batch_does_not_change_merge_cart_either() {
    let shop = Shop::of_books(3);
    let server = shop.open_with(|config| config.max_lines = 1);
    let cart = server.call(&format!("Operation=CartCreate{}", books(0..1)));
    let refused = server.call(&format!("Operation=CartAdd&MergeCart=True{}&{}", books(1..2), cart.cart()));
    assert_eq!(verdict(&refused), "True: ExceededMaximumCartItems");
    let got = server.call(&format!("Operation=CartGet&{}", cart.cart()));
    assert!(got.text("PurchaseURL").ends_with("MergeCart=False"));
}

#[test]
fn more_than_ten_items_in_one_request_are_taken() {
    let shop = Shop::of_books(12);
    let answer = shop.open().call(&format!("Operation=CartCreate{}", books(0..12)));
    assert_eq!((verdict(&answer), count(&answer.lines())), ("True: ".into(), 12));
}
