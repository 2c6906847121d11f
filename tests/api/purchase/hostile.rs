//! What nobody should send, and what must never come out of a page as markup.

use super::check_page;
use crate::api::shop::Shop;
use crate::support::pages::{Customer, Form, encoded, purchase_link, text_of};
use crate::support::{TestServer, Wire, request};

const MARKUP: &str = "\"'><script>alert(1)</script><b onclick=x>&amp;</title>--><!--";

#[test]
fn markup_in_titles_tags_sellers_and_parameters_stays_text() {
    let title = MARKUP.replace('"', "\\\"");
    let offers = format!(
        r#""offers":[{{"listing_id":"L1","merchant_id":"M","seller_nickname":"{title}","condition":"{title}","price":5}}]"#
    );
    let shop = Shop::with(&[&format!(r#"B000000001,"title":"{title}","price":100,{offers}"#)]);
    let server = shop.open_with(|config| config.signatures = cartwright::config::Signatures::Ignored);
    let (tag, key) = (encoded(MARKUP), encoded(MARKUP));
    let cart = server.get(&format!(
        "/us/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={key}&Operation=CartCreate&AssociateTag={tag}\
         &Item.1.ASIN=B000000001&Item.2.OfferListingId=L1"
    ));
    let mut customer = Customer::of(&server);
    let merge = customer.open(&purchase_link(&cart));
    let checkout = customer.follow(&Form::first(&merge));
    let view = customer.open("/gp/cart/view.html");
    let order = customer.follow(&Form::first(&checkout));
    let add = customer.open(&format!("/gp/aws/cart/add.html?ASIN.1=B000000001&ASIN.2={tag}&AssociateTag={tag}"));
    for page in [&merge, &checkout, &view, &order, &add] {
        check_page(page, 200);
        assert!(text_of(page).contains(MARKUP), "{}", text_of(page));
    }
    for path in ["/gp/{}", "/gp/cart/aws-merge.html?cart-id={}&hmac={}", "/gp/aws/cart/add.html?ASIN.1={}"] {
        let page = server.get(&path.replace("{}", &tag));
        check_page(&page, if path.starts_with("/gp/cart/aws") { 404 } else { page.status });
        assert!((400..500).contains(&page.status), "{path}");
    }
}

#[test]
fn very_long_and_very_many_parameters_have_their_pages() {
    let server = TestServer::start();
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let long = "x".repeat(1_000_000);
    for (path, body, status) in [
        ("/gp/cart/aws-merge.html", format!("cart-id={long}&hmac={long}"), 404),
        ("/gp/cart/aws-merge.html", format!("cart-id=1{}", "%26hmac=x".repeat(100_000)), 404),
        ("/gp/cart/aws-merge.html", "a&".repeat(1001), 400),
        ("/gp/aws/cart/add.html", format!("ASIN.1=B000000001&AssociateTag={long}"), 200),
        ("/gp/aws/cart/add.html", format!("ASIN.1={long}"), 404),
        ("/gp/aws/cart/add.html", format!("ASIN.1={}", "x".repeat(3_000_000)), 413),
    ] {
        let page = server.raw(&request("POST", path, &form, body.as_bytes()));
        check_page(&page, status);
        if status != 200 {
            assert!(page.body.len() < 10_000, "{path}: {} bytes", page.body.len());
        }
    }
    let many = (0..200).map(|n| format!("&ASIN.{n}=B000000001")).collect::<Vec<_>>().concat();
    let page = server.get(&format!("/gp/aws/cart/add.html?{many}"));
    check_page(&page, 200);
    assert_eq!(page.body.matches("<span class=\"title\">").count(), 50, "no cart has more lines");
}

#[test]
fn whatever_cannot_be_decoded_is_answered_with_a_page() {
    let server = TestServer::start();
    for query in [
        "cart-id=%FF%FE&hmac=%",
        "cart-id=%26%26%26=&hmac=%00",
        "cart-id==&hmac==",
        "&&&=&==%26",
        "cart-id%3D%26hmac%3D%FF",
        "cart-id=%2526%2526",
        "cart-id=102-0000001-0000001&hmac=%25%25%25",
    ] {
        let page = server.get(&format!("/gp/cart/aws-merge.html?{query}"));
        assert!(matches!(page.status, 400 | 404), "{query}: {}", page.status);
        check_page(&page, page.status);
    }
    for query in ["ASIN.=%FF", "ASIN..=x", "OfferListingId.1=%25FF", "ASIN.1=B000000001&Quantity.1=%F0"] {
        let page = server.get(&format!("/gp/aws/cart/add.html?{query}"));
        check_page(&page, page.status);
        assert!(matches!(page.status, 400 | 404), "{query}: {}", page.status);
    }
    let mut customer = super::customer_with_cart(&server);
    for path in ["/gp/cart/aws-merge/confirm", "/gp/cart/view/change", "/gp/cart/checkout/place"] {
        let token = Form::first(&customer.open("/gp/cart/view.html")).value("token").to_owned();
        let body = format!("token={}&line=%FF&do=%00&quantity=%FF&order-id=%FF&revision=-1&total=x", encoded(&token));
        let answer = customer.send("POST", path, &[], &body);
        assert!(matches!(answer.status, 303 | 404 | 409), "{path}: {}", answer.status);
    }
    assert!(text_of(&customer.open("/gp/cart/view.html")).contains("Total $25.90"));
}

#[test]
fn a_body_that_ends_early_or_never_is_answered_with_a_page() {
    let server = TestServer::with(|config| config.body_timeout = std::time::Duration::from_millis(100));
    for (status, ends) in [(400, true), (408, false)] {
        let mut wire = Wire::open(server.addr);
        wire.send("POST /gp/cart/aws-merge.html HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 10\r\n\r\nabc");
        if ends {
            wire.half_close();
        }
        let page = wire.answer().expect("an answer");
        check_page(&page, status);
        assert_eq!(page.header("connection"), Some("close"));
        assert!(wire.is_closed());
    }
}

#[test]
fn trouble_with_the_database_is_a_page_that_does_not_say_too_much() {
    let shop = Shop::with(&["B000000001"]);
    let server = shop.open();
    let link = purchase_link(&server.create(&["B000000001"]));
    let form = Form::first(&server.get(&link));
    server.stop();
    shop.tamper("update carts set lines = 'spoilt'");
    let server = shop.open();
    let mut customer = Customer::of(&server);
    for page in [customer.open(&link), customer.submit(&form)] {
        check_page(&page, 503);
        assert_eq!(page.header("retry-after"), Some("1"));
        let text = text_of(&page);
        assert!(text.contains("Please try again in a moment") && !text.contains("lines"), "{text}");
    }
}

#[test]
fn pages_are_counted_and_timed_beside_the_operations() {
    let server = TestServer::start();
    let mut customer = super::customer_with_cart(&server);
    customer.open("/gp/cart/view.html");
    server.get("/gp/cart/aws-merge.html");
    let metrics = server.get("/metrics").body;
    for line in [
        "cartwright_answers_total{operation=\"PurchasePage\",code=\"ok\"} 1",
        "cartwright_answers_total{operation=\"PurchasePage\",code=\"incomplete\"} 1",
        "cartwright_answers_total{operation=\"HandOver\",code=\"ok\"} 1",
        "cartwright_answers_total{operation=\"CustomerCart\",code=\"ok\"} 1",
        "cartwright_answer_seconds_count{operation=\"HandOver\"} 1",
    ] {
        assert!(metrics.lines().any(|known| known == line), "{line}\n{metrics}");
    }
}
