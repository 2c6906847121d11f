//! The stand-in purchase: what is bought, once, and for whom it counts.

use super::{check_page, customer_with_cart};
use crate::api::shop::Shop;
use crate::support::TestServer;
use crate::support::pages::{Customer, Form, purchase_link, text_of};

const CHECKOUT: &str = "/gp/cart/checkout.html";

#[test]
fn the_checkout_shows_what_is_bought_and_who_earns_the_credit() {
    let server = TestServer::start();
    let mut customer = customer_with_cart(&server);
    let cart = server.call("Operation=CartCreate&AssociateTag=other-20&Item.1.ASIN=B000000001&Item.2.ASIN=B000000002");
    let form = Form::first(&customer.open(&purchase_link(&cart)));
    let page = customer.follow(&form);
    check_page(&page, 200);
    let text = text_of(&page);
    for part in [
        "This is what you are about to buy.",
        "Wheels & Axles <revised> Sold by Amazon.com · New $1,299.00 1 $1,299.00",
        "$12.95 3 $38.85",
        "Total $1,337.85",
        "Who earns the credit",
        "other-20 For purchases of $1,311.95",
        "tag-20 For purchases of $25.90",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("Third Book"), "saved items are not bought");
}

#[test]
fn an_order_is_placed_and_takes_its_lines_out_of_the_cart() {
    let server = TestServer::start();
    let mut customer = customer_with_cart(&server);
    let checkout = Form::first(&customer.open(CHECKOUT));
    let order = customer.follow(&checkout);
    check_page(&order, 200);
    let text = text_of(&order);
    for part in [
        "Thank you for your order",
        &format!("Order number {}", checkout.value("order-id")),
        "A Handcart's Tale $12.95 2 $25.90",
        "tag-20 For purchases of $25.90",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let cart = text_of(&customer.open("/gp/cart/view.html"));
    assert!(!cart.contains("A Handcart's Tale") && cart.contains("Third Book"), "{cart}");
    let nothing = customer.open(CHECKOUT);
    check_page(&nothing, 200);
    assert!(text_of(&nothing).contains("There is nothing in your cart that can be bought now."));
    assert!(Form::all(&nothing.body).is_empty());
}

#[test]
fn the_same_order_placed_twice_is_bought_once() {
    let server = TestServer::start();
    let mut customer = customer_with_cart(&server);
    let checkout = Form::first(&customer.open(CHECKOUT));
    let (first, second) = (customer.submit(&checkout), customer.submit(&checkout));
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.header("location"), second.header("location"), "both lead to the one order");
    // Nor later, when there is something in the cart again.
    let cart = server.call("Operation=CartCreate&Item.1.ASIN=B000000003");
    let form = Form::first(&customer.open(&purchase_link(&cart)));
    customer.follow(&form);
    assert_eq!(customer.submit(&checkout).header("location"), first.header("location"));
    assert!(text_of(&customer.open(CHECKOUT)).contains("Third Book"));
}

#[test]
fn what_the_customer_did_not_see_is_not_bought() {
    let server = TestServer::start();
    let mut customer = customer_with_cart(&server);
    let checkout = Form::first(&customer.open(CHECKOUT));
    let cart = server.call("Operation=CartCreate&Item.1.ASIN=B000000002");
    let form = Form::first(&customer.open(&purchase_link(&cart)));
    customer.follow(&form);
    let page = customer.submit(&checkout);
    check_page(&page, 409);
    let text = text_of(&page);
    assert!(text.contains("have changed in the meantime, and nothing was bought."), "{text}");
    assert!(text.contains("Total $1,324.90"), "{text}");
    assert!(text_of(&customer.follow(&Form::first(&page))).contains("Thank you for your order"));
    // A form that was filled in by somebody else is none of ours.
    let mut customer = customer_with_cart(&server);
    let checkout = Form::first(&customer.open(CHECKOUT));
    for forged in [
        checkout.clone().with("total", "1"),
        checkout.clone().with("revision", "2"),
        checkout.clone().with("order-id", "102-0000001-0000001"),
        checkout.clone().with("proof", ""),
        checkout.clone().without("total"),
    ] {
        check_page(&customer.submit(&forged), 409);
    }
    let mut nobody = Customer::of(&server);
    check_page(&nobody.submit(&checkout), 409);
    assert_eq!(customer.submit(&checkout).status, 303);
}

#[test]
fn a_price_that_changed_is_shown_before_it_is_paid() {
    let shop = Shop::with(&["B000000001,\"price\":100"]);
    let server = shop.open();
    let mut customer = Customer::of(&server);
    let form = Form::first(&customer.open(&purchase_link(&server.create(&["B000000001"]))));
    customer.follow(&form);
    let checkout = Form::first(&customer.open(CHECKOUT));
    let cookie = customer.cookie.clone();
    server.stop();
    shop.stock(&["B000000001,\"price\":150"]);
    let server = shop.open();
    let mut customer = Customer::with_cookie(&server, cookie);
    let page = customer.submit(&checkout);
    check_page(&page, 409);
    assert!(text_of(&page).contains("Total $1.50"), "{}", text_of(&page));
    assert!(text_of(&customer.follow(&Form::first(&page))).contains("Thank you for your order"));
}

#[test]
fn what_is_more_than_can_be_bought_at_once_stays_in_the_cart() {
    let server = TestServer::start();
    let mut customer = Customer::of(&server);
    for tag in ["first-20", "second-20"] {
        let query = format!("Operation=CartCreate&AssociateTag={tag}&Item.1.ASIN=B000000CAP&Item.1.Quantity=2");
        let form = Form::first(&customer.open(&purchase_link(&server.call(&query))));
        customer.follow(&form);
    }
    let page = customer.open(CHECKOUT);
    let text = text_of(&page);
    assert!(text.contains("$5.00 3 $15.00") && text.contains("Total $15.00"), "{text}");
    assert!(text.contains("first-20 For purchases of $10.00 second-20 For purchases of $5.00"), "{text}");
    customer.follow(&Form::first(&page));
    assert!(text_of(&customer.open(CHECKOUT)).contains("$5.00 1 $5.00"));
}

#[test]
fn an_order_is_shown_to_the_customer_who_placed_it_alone() {
    let server = TestServer::start();
    let mut customer = customer_with_cart(&server);
    let checkout = Form::first(&customer.open(CHECKOUT));
    let way = customer.submit(&checkout).header("location").unwrap().to_owned();
    check_page(&customer.open(&way), 200);
    check_page(&Customer::of(&server).open(&way), 404);
    check_page(&customer_with_cart(&server).open(&way), 404);
    let number = checkout.value("order-id");
    for other in [
        way.replace(number, "102-0000001-0000001"),
        way.replace("&at=", "&at=1"),
        way.replace("&proof=", "&proof=x"),
        "/gp/cart/order.html".to_owned(),
        format!("/gp/cart/order.html?order-id={number}"),
    ] {
        check_page(&customer.open(&other), 404);
    }
}

#[test]
fn numbers_that_are_drawn_again_after_a_restart_are_passed_over() {
    let shop = Shop::with(&["B000000001"]);
    let mut orders = Vec::new();
    for _ in 0..3 {
        let server = shop.open();
        let mut customer = Customer::of(&server);
        let form = Form::first(&customer.open(&purchase_link(&server.create(&["B000000001"]))));
        customer.follow(&form);
        let checkout = Form::first(&customer.open(CHECKOUT));
        assert!(text_of(&customer.follow(&checkout)).contains("Thank you"));
        orders.push(checkout.value("order-id").to_owned());
        server.stop();
    }
    orders.sort();
    orders.dedup();
    assert_eq!(orders.len(), 3, "{orders:?}");
}

#[test]
fn the_pages_of_a_purchase_are_in_the_language_of_the_site() {
    let server = TestServer::start();
    for (locale, checkout, order) in [
        ("de", "Bestellung abschicken", "Danke für Ihre Bestellung"),
        ("jp", "注文を確定する", "ご注文ありがとうございます"),
        ("fr", "Place the order", "Thank you for your order"),
    ] {
        let mut customer = Customer::of(&server);
        let cart = server.call_in(locale, "Operation=CartCreate&Item.1.ASIN=B000000001");
        let form = Form::first(&customer.open(&purchase_link(&cart)));
        let page = customer.follow(&form);
        assert!(text_of(&page).contains(checkout), "{locale}: {}", text_of(&page));
        let page = customer.follow(&Form::first(&page));
        check_page(&page, 200);
        assert!(text_of(&page).contains(order), "{locale}: {}", text_of(&page));
    }
}
