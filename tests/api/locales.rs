//! Which locale a request is for (docs/PROTOCOL.md, section 1.2), and that carts live in one alone (section 6.9).

use super::verdict;
use crate::support::{Answer, TestServer, request};
use cartwright::cart::Locale;

const QUERY: &str =
    "/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=CartCreate&Item.1.ASIN=B000000001";

fn at_host(server: &TestServer, target: &str, host: &str) -> Answer {
    server.raw(&request("GET", target, &[("Host", host)], b""))
}

fn currency(answer: &Answer) -> String {
    answer.text("CurrencyCode")
}

#[test]
fn the_hosts_of_every_era_name_their_locale() {
    let server = TestServer::start();
    for (host, code) in [
        ("webservices.amazon.com", "USD"),
        ("webservices.amazon.co.uk", "GBP"),
        ("webservices.amazon.de", "EUR"),
        ("webservices.amazon.co.jp", "JPY"),
        ("webservices.amazon.jp", "JPY"),
        ("webservices.amazon.ca", "CAD"),
        ("webservices.amazon.cn", "CNY"),
        ("ecs.amazonaws.com", "USD"),
        ("ecs.amazonaws.co.uk", "GBP"),
        ("ecs.amazonaws.de", "EUR"),
        ("ecs.amazonaws.jp", "JPY"),
        ("ecs.amazonaws.ca", "CAD"),
        ("ecs.amazonaws.fr", "EUR"),
        ("aws.amazonaws.jp", "JPY"),
        ("xml-uk.amznxslt.com", "GBP"),
        ("www.amazon.co.jp", "JPY"),
        ("amazon.ca", "CAD"),
        ("WebServices.Amazon.CO.UK", "GBP"),
        ("webservices.amazon.co.uk:80", "GBP"),
        ("shop.test", "USD"),
    ] {
        assert_eq!(currency(&at_host(&server, QUERY, host)), code, "{host}");
    }
}

#[test]
fn every_locale_can_stand_in_front_of_the_path_and_of_the_host() {
    let server = TestServer::start();
    for locale in Locale::ALL {
        let path = server.call_in(locale.name(), "Operation=CartCreate&Item.1.ASIN=B000000001");
        let host = at_host(&server, QUERY, &format!("{locale}.localhost:2005"));
        for answer in [path, host] {
            if answer.has("CurrencyCode") {
                assert_eq!(currency(&answer), locale.currency().code(), "{locale}");
            } else {
                assert_eq!(verdict(&answer), "True: ItemNotEligibleForCart", "{locale} sells nothing here");
            }
        }
    }
    assert_eq!(currency(&at_host(&server, QUERY, "DE.example.test")), "EUR", "hosts have no case");
    assert_eq!(currency(&at_host(&server, QUERY, "de")), "USD", "a host of one label is a name, not a locale");
}

#[test]
fn the_path_beats_the_host_and_the_request_line_beats_the_header() {
    let server = TestServer::with(|config| config.locale = Locale::Ca);
    assert_eq!(currency(&at_host(&server, &format!("/jp{QUERY}"), "webservices.amazon.de")), "JPY");
    let absolute = |host: &str| format!("http://{host}{QUERY}");
    assert_eq!(currency(&at_host(&server, &absolute("webservices.amazon.co.uk"), "webservices.amazon.de")), "GBP");
    assert_eq!(currency(&at_host(&server, &absolute("uk.example.test:81"), "de.example.test")), "GBP");
    assert_eq!(currency(&at_host(&server, &absolute("proxied.test"), "webservices.amazon.de")), "CAD");
    assert_eq!(currency(&at_host(&server, QUERY, "localhost")), "CAD", "the settings come last");
}

#[test]
fn a_cart_of_one_locale_does_not_exist_in_another() {
    let server = TestServer::start();
    for home in ["us", "uk", "de", "jp", "fr"] {
        let cart = server.call_in(home, "Operation=CartCreate&Item.1.ASIN=B000000001").cart();
        for other in ["us", "uk", "de", "jp", "fr"] {
            let expected = if home == other { "True: " } else { "True: CartInfoMismatch" };
            for operation in [
                "CartGet",
                "CartAdd&Item.1.ASIN=B000000OUT",
                "CartModify&Item.1.CartItemId=U1&Item.1.Quantity=0",
                "CartClear",
            ] {
                let answer = server.call_in(other, &format!("Operation={operation}&{cart}"));
                let answered = verdict(&answer);
                // What is for sale differs from locale to locale; the cart is found all the same.
                assert!(
                    answered == expected || home == other && answered.ends_with("NotEligibleForCart"),
                    "{home} {other} {operation} {answered}"
                );
            }
        }
    }
}
