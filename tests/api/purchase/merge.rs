//! The page that PurchaseURL leads to, and the hand-over behind its button.

use super::{api_says, check_headers, check_page, filled_cart};
use crate::support::pages::{Customer, Form, encoded, purchase_link, text_of};
use crate::support::{Answer, TestServer, request};
use jiff::SignedDuration;

#[test]
fn the_page_shows_what_will_be_merged() {
    let server = TestServer::start();
    let cart = filled_cart(&server);
    let page = server.get(&purchase_link(&cart));
    check_page(&page, 200);
    assert!(page.body.contains("<html lang=\"en\">"));
    let text = text_of(&page);
    for part in [
        "Put these items into your cart?",
        "A Handcart's Tale Sold by Amazon.com · New $12.95 2 $25.90",
        "Total $25.90",
        "Saved for later",
        "Third Book Sold by Amazon.com · New $1.00 1 $1.00",
        "Associate who earns the credit tag-20",
        &cart.text("CartId"),
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(Form::all(&page.body).len(), 1, "one form, one button");
    assert_eq!(page.body.matches("<button").count(), 1);
    assert_eq!(Form::first(&page).action, "/gp/cart/aws-merge/confirm");
}

#[test]
fn another_sellers_offer_is_shown_with_seller_and_condition() {
    let server = TestServer::start();
    let cart = server.call("Operation=CartCreate&Item.1.OfferListingId=USEDLISTING1%253D%253D");
    let text = text_of(&server.get(&purchase_link(&cart)));
    assert!(text.contains("A Handcart's Tale Sold by Second Shelf · Used $4.50 1 $4.50"), "{text}");
    assert!(text.contains("Associate who earns the credit ws"), "{text}");
}

#[test]
fn an_item_that_cannot_be_bought_now_stands_among_the_saved_ones() {
    let server = TestServer::start();
    let text = text_of(&server.get(&purchase_link(&server.create(&["B000000001", "B000000OUT"]))));
    let (active, saved) = text.split_once("Saved for later").unwrap();
    assert!(active.contains("A Handcart's Tale") && !active.contains("Out of stock"), "{text}");
    assert!(saved.contains("Out of stock Sold by Amazon.com · New Not available now $7.00 1 $7.00"), "{text}");
    let nothing = text_of(&server.get(&purchase_link(&server.create(&["B000000OUT"]))));
    assert!(nothing.contains("None of these items can be bought now.") && !nothing.contains("Total"), "{nothing}");
}

#[test]
fn looking_at_a_cart_changes_nothing_and_does_not_keep_it_alive() {
    let server = TestServer::start();
    let cart = filled_cart(&server);
    server.advance(SignedDuration::from_hours(24 * 50));
    for method in ["GET", "POST", "HEAD"] {
        let answer = server.raw(&request(method, &purchase_link(&cart), &[], b""));
        assert_eq!(answer.status, 200, "{method}");
    }
    server.advance(SignedDuration::from_hours(24 * 41));
    assert_eq!(api_says(&server, &cart), "CartInfoMismatch", "91 days after the last operation");
    check_page(&server.get(&purchase_link(&cart)), 404);
}

#[test]
fn a_confirmed_cart_is_the_customers_and_the_api_has_it_no_more() {
    let server = TestServer::start();
    let cart = filled_cart(&server);
    let mut customer = Customer::of(&server);
    let page = customer.open(&purchase_link(&cart));
    assert_eq!(api_says(&server, &cart), "B000000001 x 2, B000000003 x 1*");
    let answer = customer.submit(&Form::first(&page));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/gp/cart/checkout.html")), "False: to pay");
    check_headers(&answer);
    assert_eq!(api_says(&server, &cart), "CartInfoMismatch");
    let text = text_of(&customer.open("/gp/cart/view.html"));
    assert!(text.contains("A Handcart's Tale") && text.contains("Total $25.90"), "{text}");
    assert!(text.contains("Saved for later Item Price Quantity Sum Third Book"), "{text}");
}

#[test]
fn merge_cart_only_chooses_the_next_page() {
    let server = TestServer::start();
    for (merge, next) in [
        ("MergeCart=True", "/gp/cart/view.html"),
        ("MergeCart=False", "/gp/cart/checkout.html"),
        ("", "/gp/cart/view.html"),
        ("MergeCart=maybe", "/gp/cart/view.html"),
    ] {
        let cart = filled_cart(&server);
        let link = purchase_link(&cart).replace("%26MergeCart=False", &format!("%26{merge}"));
        let mut customer = Customer::of(&server);
        let page = customer.open(&link);
        let answer = customer.submit(&Form::first(&page));
        assert_eq!((answer.status, answer.header("location")), (303, Some(next)), "{merge}");
        assert_eq!(api_says(&server, &cart), "CartInfoMismatch", "{merge}");
    }
    let cart = server.call("Operation=CartCreate&MergeCart=True&Item.1.ASIN=B000000001");
    let page = server.get(&purchase_link(&cart));
    assert!(text_of(&page).contains("Put into my cart"));
}

#[test]
fn what_was_handed_over_says_so_kindly_to_whoever_has_the_link() {
    let server = TestServer::start();
    let cart = filled_cart(&server);
    let link = purchase_link(&cart);
    let mut customer = Customer::of(&server);
    let form = Form::first(&customer.open(&link));
    customer.follow(&form);
    for answer in [customer.open(&link), server.get(&link), customer.submit(&form)] {
        check_page(&answer, 410);
        let text = text_of(&answer);
        assert!(text.contains("This cart has already been handed over"), "{text}");
        assert!(answer.body.contains("href=\"/gp/cart/view.html\""));
    }
    let once = text_of(&customer.open("/gp/cart/view.html"));
    assert!(once.contains("Total $25.90"), "a second click moves nothing: {once}");
    // As long as the cart would have lived; then there is nothing left to tell.
    server.advance(SignedDuration::from_hours(24 * 91));
    check_page(&server.get(&link), 404);
}

#[test]
fn an_unknown_an_expired_and_a_tampered_cart_look_alike() {
    let server = TestServer::start();
    let cart = filled_cart(&server);
    let link = purchase_link(&cart);
    let (id, hmac) = (cart.text("CartId"), cart.text("HMAC"));
    let other = |c: char| if c == 'A' { "B" } else { "A" };
    let tampered_hmac = format!("{}{}", other(hmac.chars().next().unwrap()), &hmac[1..]);
    let mut same: Vec<Answer> = [
        link.replace(&id, "102-0000001-0000001"),
        link.replace(&id, "nonsense"),
        link.replace(&hmac.replace('+', "%2B"), &tampered_hmac.replace('+', "%2B")),
        link.replace("tag-20", "other-20"),
        link.replace("AKIATEST", "AKIAOTHER"),
        format!("/gp/cart/aws-merge.html?cart-id={id}&hmac={}", encoded(&hmac)),
    ]
    .iter()
    .map(|link| server.get(link))
    .collect();
    server.advance(SignedDuration::from_hours(24 * 91));
    same.push(server.get(&link));
    for answer in &same {
        check_page(answer, 404);
        assert_eq!(answer.body, same[0].body);
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert!(text_of(&same[0]).contains("We cannot find this cart"));
    assert!(!same[0].body.contains(&id));
}

#[test]
fn the_button_checks_again_what_the_page_checked() {
    let server = TestServer::start();
    let cart = filled_cart(&server);
    let form = Form::first(&server.get(&purchase_link(&cart)));
    let mut customer = Customer::of(&server);
    for wrong in [
        form.clone().with("hmac", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        form.clone().with("cart-id", "102-0000001-0000001"),
        form.clone().with("associate-id", "other-20"),
        form.clone().with("SubscriptionId", "AKIAOTHER"),
        form.clone().without("hmac"),
        Form { fields: Vec::new(), ..form.clone() },
    ] {
        check_page(&customer.submit(&wrong), 404);
    }
    assert_eq!(api_says(&server, &cart), "B000000001 x 2, B000000003 x 1*");
    server.advance(SignedDuration::from_hours(24 * 91));
    check_page(&customer.submit(&form), 404);
    assert!(text_of(&customer.open("/gp/cart/view.html")).contains("Your cart is empty."));
}

#[test]
fn a_cart_without_lines_has_nothing_to_merge() {
    let server = TestServer::start();
    let cart = filled_cart(&server);
    let link = purchase_link(&cart);
    let form = Form::first(&server.get(&link));
    server.call(&format!("Operation=CartClear&AssociateTag=tag-20&{}", cart.cart()));
    let mut customer = Customer::of(&server);
    for page in [customer.open(&link), customer.submit(&form)] {
        check_page(&page, 200);
        assert!(text_of(&page).contains("This cart is empty"), "{}", text_of(&page));
        assert!(Form::all(&page.body).is_empty());
    }
    assert_eq!(api_says(&server, &cart), "", "it is still there");
}

#[test]
fn a_link_that_was_cut_off_says_what_is_missing() {
    let server = TestServer::start();
    let path = "/gp/cart/aws-merge.html";
    for (query, missing) in [
        ("", "cart-id hmac"),
        ("?cart-id=102-0000001-0000001", "hmac"),
        ("?cart-id=102-0000001-0000001%26associate-id=ws%26hmac=", "hmac"),
        ("?hmac=x", "cart-id"),
    ] {
        let page = server.get(&format!("{path}{query}"));
        check_page(&page, 400);
        let text = text_of(&page);
        assert!(text.ends_with(&format!("What it lacks: {missing} Your cart")), "{text}");
    }
}

#[test]
fn a_client_without_cookies_needs_nothing_but_the_hidden_fields() {
    let server = TestServer::start();
    let cart = filled_cart(&server);
    let form = Form::first(&server.get(&purchase_link(&cart)));
    let mut customer = Customer::of(&server);
    let answer = customer.submit(&form);
    assert_eq!(answer.status, 303);
    assert_eq!(api_says(&server, &cart), "CartInfoMismatch");
    assert!(answer.header("set-cookie").is_some(), "whoever keeps it has the cart");
    assert!(text_of(&customer.open("/gp/cart/view.html")).contains("A Handcart's Tale"));
}

#[test]
fn quantities_of_the_same_offer_are_merged() {
    let server = TestServer::start();
    let mut customer = super::customer_with_cart(&server);
    let more = server.call("Operation=CartCreate&Item.1.ASIN=B000000001&Item.2.OfferListingId=USEDLISTING1%253D%253D");
    let form = Form::first(&customer.open(&purchase_link(&more)));
    customer.follow(&form);
    let text = text_of(&customer.open("/gp/cart/view.html"));
    assert!(text.contains("Total $43.35"), "three for 12.95 and a used one for 4.50: {text}");
    assert!(text.contains("Second Shelf · Used"), "{text}");
    assert_eq!(text.matches("Sold by Amazon.com · New").count(), 2, "the tale and the saved book: {text}");
}

#[test]
fn carts_of_two_sites_do_not_mix() {
    let server = TestServer::start();
    let mut customer = super::customer_with_cart(&server);
    let cart = server.call_in("de", "Operation=CartCreate&Item.1.ASIN=B000000001");
    let form = Form::first(&customer.open(&purchase_link(&cart)));
    assert_eq!(form.action, "/de/gp/cart/aws-merge/confirm");
    let answer = customer.submit(&form);
    assert_eq!(answer.header("location"), Some("/de/gp/cart/checkout.html"));
    let german = text_of(&customer.open("/de/gp/cart/view.html"));
    assert!(german.contains("Summe EUR 1.234,56") && !german.contains("Tale"), "{german}");
    assert!(text_of(&customer.open("/gp/cart/view.html")).contains("Total $25.90"));
}

#[test]
fn the_page_is_in_the_language_of_the_carts_site() {
    let server = TestServer::start();
    for (locale, lang, title, total) in [
        ("de", "de", "Diese Artikel in Ihren Einkaufswagen legen?", "Summe EUR 1.234,56"),
        ("jp", "ja", "これらの商品をカートに入れますか？", "合計 ￥ 12,694"),
        ("fr", "en", "Put these items into your cart?", "Total EUR 10,50"),
        ("uk", "en", "Put these items into your cart?", "Total £8.99"),
        ("cn", "en", "Put these items into your cart?", "Total ￥ 14.50"),
    ] {
        let cart = server.call_in(locale, "Operation=CartCreate&Item.1.ASIN=B000000001");
        let page = server.get(&purchase_link(&cart));
        check_page(&page, 200);
        assert!(page.body.contains(&format!("<html lang=\"{lang}\">")), "{locale}");
        let text = text_of(&page);
        assert!(text.contains(title) && text.contains(total), "{locale}: {text}");
    }
}

#[test]
fn a_link_without_a_key_is_still_one_that_the_hmac_vouches_for() {
    let server = TestServer::start();
    let cart = filled_cart(&server);
    let link = purchase_link(&cart).replace("%26SubscriptionId=AKIATEST", "");
    let mut customer = Customer::of(&server);
    let form = Form::first(&customer.open(&link));
    customer.follow(&form);
    assert_eq!(api_says(&server, &cart), "CartInfoMismatch");
}

#[test]
fn without_isolation_any_key_may_be_in_the_link() {
    let server = TestServer::with(|config| config.isolation = cartwright::config::Isolation::None);
    let cart = filled_cart(&server);
    let link = purchase_link(&cart).replace("AKIATEST", "AKIAOTHER");
    let mut customer = Customer::of(&server);
    let form = Form::first(&customer.open(&link));
    customer.follow(&form);
    assert_eq!(api_says(&server, &cart), "CartInfoMismatch");
}
