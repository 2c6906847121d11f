//! Rules for the pages of the purchase hand-off: each by its name, and what a browser sees of them.

use super::connections::send;
use super::{clear, control, hits, look, rule};
use crate::support::pages::{Customer, Form, purchase_link};
use crate::support::{Answer, TestServer, exchange, request};
use std::io::ErrorKind;

/// Checks that this is a page with this status, that a rule has had its way with.
#[track_caller]
fn check_page(answer: &Answer, status: u16, rule: &str) {
    assert_eq!((answer.status, answer.header("content-type")), (status, Some("text/html; charset=utf-8")));
    assert!(answer.body.starts_with("<!DOCTYPE html>") && answer.body.trim_end().ends_with("</html>"));
    assert_eq!(answer.header("x-cartwright-fault").map(|told| told.split(' ').next().unwrap()), Some(rule));
}

/// The bytes of a form that is sent, as the browser of this customer does.
fn post(customer: &Customer<'_>, form: &Form) -> Vec<u8> {
    let headers =
        [("Content-Type", "application/x-www-form-urlencoded"), ("Cookie", customer.cookie.as_deref().unwrap())];
    request("POST", &form.action, &headers, form.body().as_bytes())
}

#[test]
fn each_page_is_met_by_its_name_and_the_api_is_not() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let link = purchase_link(&cart);
    let mut customer = Customer::of(&server);
    let confirm = Form::first(&customer.open(&link));
    for (page, path) in [
        ("PurchasePage", link.as_str()),
        ("CustomerCart", "/gp/cart/view.html"),
        ("Purchase", "/gp/cart/checkout.html"),
        ("AddPage", "/gp/aws/cart/add.html?ASIN.1=B000000001&Quantity.1=1"),
    ] {
        let id = rule(&server, &format!(r#"{{"match":{{"operation":"{page}"}},"action":{{"status":502}}}}"#));
        check_page(&customer.open(path), 502, &id);
        for other in [link.as_str(), "/gp/cart/view.html", "/gp/cart/checkout.html"].into_iter().filter(|p| *p != path)
        {
            assert_eq!(customer.open(other).status, 200, "{page} is none of {other}");
        }
        assert_eq!(look(&server, &cart).status, 200);
        assert_eq!(hits(&server, &id), 1);
        let entry = control(&server, "GET", &format!("/requests?operation={page}&status=502"), "")["items"][0].clone();
        assert_eq!(entry["fault"], format!("{id} status"));
        clear(&server);
    }
    let id = rule(&server, r#"{"match":{"operation":"HandOver"},"times":1,"action":{"status":500}}"#);
    check_page(&customer.submit(&confirm), 500, &id);
    assert_eq!(look(&server, &cart).lines(), "B000000001 x 1", "it was not handed over");
    assert_eq!(customer.submit(&confirm).status, 303, "a customer who tries again gets through");
}

#[test]
fn a_form_that_is_not_ours_meets_no_rule() {
    let server = TestServer::start();
    let id = rule(&server, r#"{"match":{"operation":"HandOver"},"action":{"status":500}}"#);
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "cross-site")];
    let forged = server.raw(&request("POST", "/gp/cart/aws-merge/confirm", &form, b"cart-id=1"));
    assert_eq!((forged.status, hits(&server, &id)), (403, 0));
}

#[test]
fn a_rule_meets_the_links_of_its_account_and_of_its_cart_and_forms_of_its_product() {
    let server = TestServer::start();
    let (one, two) = (server.create(&["B000000001"]), server.create(&["B000000001"]));
    let open = |cart: &Answer| server.get(&purchase_link(cart)).status;
    let add = |asin: &str| server.get(&format!("/gp/aws/cart/add.html?AWSAccessKeyId=AKIATEST&ASIN.1={asin}")).status;
    let page = |matching: &str| format!(r#"{{"match":{{{matching}}},"action":{{"status":503}}}}"#);
    let id = one.text("CartId");
    control(&server, "POST", "/faults", &page(&format!(r#""operation":"PurchasePage","cart_id":"{id}""#)));
    control(&server, "POST", "/faults", &page(r#""operation":"AddPage","asin":"B000000003""#));
    assert_eq!((open(&one), open(&two), add("B000000003"), add("B000000001")), (503, 200, 503, 200));
    // Those of an account take the place of the server's.
    control(&server, "POST", "/accounts/AKIATEST/faults", &page(r#""operation":"PurchasePage","locale":"us""#));
    assert_eq!((open(&one), open(&two), add("B000000003")), (503, 503, 200));
    control(&server, "DELETE", "/accounts/AKIATEST/faults", "");
    control(&server, "POST", "/accounts/AKIAOTHER/faults", &page(r#""operation":"PurchasePage""#));
    clear(&server);
    assert_eq!((open(&one), open(&two)), (200, 200));
}

#[test]
fn a_hand_over_is_lost_or_never_made_and_a_page_breaks_off_or_comes_slowly() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let link = purchase_link(&cart);
    let mut customer = Customer::of(&server);
    let confirm = Form::first(&customer.open(&link));
    rule(&server, r#"{"match":{"operation":"HandOver"},"action":{"reset":true}}"#);
    assert_eq!(send(server.addr, &post(&customer, &confirm)), (Vec::new(), Some(ErrorKind::ConnectionReset)));
    assert_eq!(look(&server, &cart).lines(), "B000000001 x 1");
    clear(&server);
    rule(&server, r#"{"match":{"operation":"HandOver"},"action":{"lost":true}}"#);
    assert_eq!(send(server.addr, &post(&customer, &confirm)), (Vec::new(), None));
    assert_eq!(customer.open(&link).status, 410, "it was handed over all the same");
    assert!(customer.open("/gp/cart/view.html").body.contains("A Handcart"), "and the customer has it");
    for action in [r#"{"truncate":100}"#, r#"{"drip":"64KiB/s"}"#] {
        let id = rule(&server, &format!(r#"{{"match":{{"operation":"CustomerCart"}},"action":{action}}}"#));
        let answer = customer.open("/gp/cart/view.html");
        let promised: usize = answer.header("content-length").unwrap().parse().unwrap();
        let came = if action.contains("drip") { promised } else { 100 };
        assert_eq!((answer.body.len(), hits(&server, &id)), (came, 1), "{action}");
        clear(&server);
    }
}

#[test]
fn a_page_beyond_its_rate_asks_to_try_again() {
    let server = TestServer::start();
    let id = rule(&server, r#"{"match":{"operation":"CustomerCart"},"action":{"rate":"2/h"}}"#);
    for expected in [200, 200, 503] {
        assert_eq!(server.get("/gp/cart/view.html").status, expected);
    }
    check_page(&server.get("/gp/cart/view.html"), 503, &id);
}

#[test]
fn a_rule_that_no_page_can_suffer_is_refused_when_it_is_made() {
    let server = TestServer::start();
    for (body, why) in [
        (r#"{"match":{"operation":"HandOver"},"action":{"error":"RequestThrottled"}}"#, "HandOver is a page"),
        (r#"{"match":{"operation":"Purchase"},"preset":"malformed-once"}"#, "latency, status, rate, reset"),
        (r#"{"match":{"operation":"CustomerCart","asin":"B000000001"},"preset":"slow"}"#, "names no asin"),
        (r#"{"match":{"operation":"AddPage","cart_id":"102-0000001-0000001"},"preset":"slow"}"#, "names no cart_id"),
    ] {
        let headers = [("Content-Type", "application/json")];
        let answer = exchange(server.addr, &request("POST", "/_cartwright/v1/faults", &headers, body.as_bytes()));
        assert_eq!((answer.status, answer.header("content-type")), (400, Some("application/problem+json")));
        assert!(answer.body.contains(why), "{}", answer.body);
    }
    assert_eq!(control(&server, "GET", "/faults", "")["items"].as_array().unwrap().len(), 0);
}
