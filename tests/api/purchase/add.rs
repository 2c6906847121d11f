//! The Add-to-Cart form, which needs no API cart.

use super::check_page;
use crate::support::pages::{Customer, Form, encoded, text_of};
use crate::support::{TestServer, request};

const ADD: &str = "/gp/aws/cart/add.html";

#[test]
fn a_form_of_an_associate_fills_the_customers_cart() {
    let server = TestServer::start();
    let query = "AssociateTag=tag-20&AWSAccessKeyId=AKIATEST&ASIN.1=B000000001&Quantity.1=2&OfferListingId.2=USEDLISTING1%3D%3D";
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    for posted in [false, true] {
        let mut customer = Customer::of(&server);
        let page = if posted {
            server.raw(&request("POST", ADD, &form, query.as_bytes()))
        } else {
            customer.open(&format!("{ADD}?{query}"))
        };
        check_page(&page, 200);
        let text = text_of(&page);
        for part in [
            "Put these items into your cart?",
            "A Handcart's Tale Sold by Amazon.com · New $12.95 2 $25.90",
            "A Handcart's Tale Sold by Second Shelf · Used $4.50 1 $4.50",
            "Total $30.40",
            "Associate who earns the credit tag-20",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let form = Form::first(&page);
        assert_eq!(form.action, "/gp/aws/cart/add/confirm");
        let answer = customer.submit(&form);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/gp/cart/view.html")));
        let cart = text_of(&customer.open("/gp/cart/view.html"));
        assert!(cart.contains("Total $30.40"), "{cart}");
        assert!(cart.find("Amazon.com") < cart.find("Second Shelf"), "in the form's order: {cart}");
        let checkout = text_of(&customer.open("/gp/cart/checkout.html"));
        assert!(checkout.contains("tag-20 For purchases of $30.40"), "{checkout}");
    }
}

#[test]
fn numbers_may_be_any_and_a_quantity_goes_without_saying() {
    let server = TestServer::start();
    let page = server.get(&format!("{ADD}?ASIN.7=B000000003&ASIN.x=B000000009&ASIN.1=B000000001&Quantity.9=3&ASIN=B"));
    let text = text_of(&page);
    let places: Vec<_> = ["Tale", "Third Book", "Ninth Book"].iter().map(|title| text.find(title).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
    assert!(text.contains("Total $22.95") && text.contains("credit ws"), "{text}");
}

#[test]
fn what_cannot_be_added_is_named_with_the_reason() {
    let server = TestServer::start();
    let query = "ASIN.1=B000000001&ASIN.2=B999999999&ASIN.3=B000000003&Quantity.3=0&ASIN.4=B000000ALT&ASIN.5=B000000INE\
                 &OfferListingId.6=nothing&ASIN.7=B000000009&Quantity.7=1000";
    let mut customer = Customer::of(&server);
    let page = customer.open(&format!("{ADD}?{query}"));
    check_page(&page, 200);
    let text = text_of(&page);
    let (_, problems) = text.split_once("Not possible").unwrap();
    for part in [
        "B999999999 : This shop does not have it.",
        "B000000003 : The quantity must be a number from 1 to 999.",
        "B000000ALT : This shop does not have it.",
        "B000000INE : This shop does not have it.",
        "nothing : This shop does not have it.",
        "B000000009 : The quantity must be a number from 1 to 999.",
    ] {
        assert!(problems.contains(part), "{part} in {problems}");
    }
    let cart = customer.follow(&Form::first(&page));
    assert!(text_of(&cart).contains("Total $12.95"), "the good ones come in");
}

#[test]
fn a_form_without_anything_good_is_told_kindly() {
    let server = TestServer::start();
    for query in ["", "?AssociateTag=x", "?ASIN.1=&Quantity.1=1", "?Quantity.1=2"] {
        let page = server.get(&format!("{ADD}{query}"));
        check_page(&page, 400);
        assert!(text_of(&page).contains("ASIN.1 / OfferListingId.1"), "{query}");
    }
    let page = server.get(&format!("{ADD}?ASIN.1=B999999999&ASIN.2=B000000001&Quantity.2=x"));
    check_page(&page, 404);
    let text = text_of(&page);
    assert!(text.contains("Nothing can be added") && text.contains("B999999999: This shop"), "{text}");
    let confirm = Form { action: "/gp/aws/cart/add/confirm".to_owned(), fields: Vec::new() };
    check_page(&Customer::of(&server).submit(&confirm.with("ASIN.1", "B999999999")), 404);
}

#[test]
fn the_shop_is_that_of_the_site_and_unavailable_items_wait() {
    let server = TestServer::start();
    let page = server.get(&format!("/jp{ADD}?ASIN.1=B000000001&ASIN.2=B000000OUT"));
    let text = text_of(&page);
    assert!(text.contains("手押し車の物語") && text.contains("合計 ￥ 12,694"), "{text}");
    let (_, saved) = text.split_once("あとで買う").unwrap();
    assert!(saved.contains("品切れ"), "{text}");
    let mut customer = Customer::of(&server);
    let cart = text_of(&customer.follow(&Form::first(&page)));
    assert!(cart.contains("合計 ￥ 12,694") && cart.contains("現在お取り扱いできません"), "{cart}");
    assert!(text_of(&customer.open("/gp/cart/view.html")).contains("Your cart is empty."));
}

#[test]
fn quantities_are_cut_to_what_can_be_bought_at_once() {
    let server = TestServer::start();
    let text = text_of(&server.get(&format!("{ADD}?ASIN.1=B000000CAP&Quantity.1=9")));
    assert!(text.contains("$5.00 3 $15.00"), "{text}");
}

#[test]
fn merge_cart_false_leads_to_the_checkout() {
    let server = TestServer::start();
    let page = server.get(&format!("{ADD}?ASIN.1=B000000001&MergeCart=False"));
    assert!(text_of(&page).contains("Continue to checkout"));
    let answer = Customer::of(&server).submit(&Form::first(&page));
    assert_eq!(answer.header("location"), Some("/gp/cart/checkout.html"));
}

#[test]
fn whatever_an_associate_writes_comes_through_the_form() {
    let server = TestServer::start();
    for listing in ["OTHERSONLY+/==", "OTHERSONLY%2B/==", "OTHERSONLY%2B%2F%3D%3D", "OTHERSONLY%252B%252F%253D%253D"] {
        let mut customer = Customer::of(&server);
        let tag = "a&b=\"<i>\r\n+%20";
        let page = customer.open(&format!("{ADD}?OfferListingId.1={}&AssociateTag={}", encoded(listing), encoded(tag)));
        check_page(&page, 200);
        customer.follow(&Form::first(&page));
        let checkout = customer.open("/gp/cart/checkout.html");
        assert!(text_of(&checkout).contains("Sold by others only Sold by Others · New $25.00"), "{listing}");
        assert!(checkout.body.contains("a&#38;b=&#34;&#60;i&#62;\r\n+%20"), "{listing}: {}", checkout.body);
    }
}

#[test]
fn a_cart_takes_so_many_tags_and_no_more() {
    let server = TestServer::start();
    let mut customer = Customer::of(&server);
    let page = customer.open(&format!("{ADD}?ASIN.1=B000000001"));
    let form = Form::first(&page);
    for n in 0..1000 {
        assert_eq!(customer.submit(&form.clone().with("AssociateTag", &n.to_string())).status, 303, "{n}");
    }
    let full = customer.submit(&form.clone().with("AssociateTag", "one more"));
    check_page(&full, 409);
    assert!(text_of(&full).contains("Your cart is full"));
    assert_eq!(customer.submit(&form.with("AssociateTag", "7")).status, 303, "a tag that is there already");
}
