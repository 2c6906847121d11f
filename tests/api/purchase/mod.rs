//! The purchase hand-off as a customer without scripts sees it (docs/PROTOCOL.md, section 14).

mod add;
mod basket;
mod checkout;
mod forged;
mod hostile;
mod links;
mod merge;

use crate::support::pages::{Customer, Form, purchase_link, text_of};
use crate::support::{Answer, TestServer};

/// What pages are made of: nothing that runs, and nothing that is fetched but the style sheet.
const TAGS: &[&str] = &[
    "!DOCTYPE", "html", "head", "meta", "title", "link", "body", "header", "p", "svg", "circle", "path", "span", "nav",
    "a", "main", "footer", "h1", "h2", "section", "form", "input", "button", "table", "thead", "tbody", "tr", "th",
    "td", "div", "dl", "dt", "dd", "ul", "li", "strong",
];

/// A us cart with two handcarts' tales and a saved third book.
fn filled_cart(server: &TestServer) -> Answer {
    let cart = server.call(
        "Operation=CartCreate&AssociateTag=tag-20&Item.1.ASIN=B000000001&Item.1.Quantity=2&Item.2.ASIN=B000000003",
    );
    let saved = format!("Item.1.CartItemId={}&Item.1.Action=SaveForLater", cart.item("B000000003"));
    server.call(&format!("Operation=CartModify&AssociateTag=tag-20&{}&{saved}", cart.cart()))
}

/// Whether the API still finds a cart that was made with the tag tag-20.
fn api_says(server: &TestServer, cart: &Answer) -> String {
    let answer = server.call(&format!("Operation=CartGet&AssociateTag=tag-20&{}", cart.cart()));
    if answer.has("CartItems") { answer.lines() } else { super::codes(&answer) }
}

/// A customer whose cart at the us site holds what [`filled_cart`] had.
fn customer_with_cart(server: &TestServer) -> Customer<'_> {
    let mut customer = Customer::of(server);
    let page = customer.open(&purchase_link(&filled_cart(server)));
    customer.follow(&Form::first(&page));
    customer
}

/// Asserts that an answer is a page with the headers that each of them has.
#[track_caller]
fn check_page(answer: &Answer, status: u16) {
    assert_eq!((answer.status, answer.header("content-type")), (status, Some("text/html; charset=utf-8")));
    assert!(answer.body.starts_with("<!DOCTYPE html>\n<html lang=\""), "{}", answer.body);
    assert!(answer.body.trim_end().ends_with("</html>"), "{}", answer.body);
    check_headers(answer);
    for tag in answer.body.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        assert!(TAGS.contains(&name), "<{tag}> in {}", answer.body);
        // The only addresses are ways on this server.
        let address = [" href=\"", " action=\""].iter().find_map(|name| tag.split_once(name));
        assert!(address.is_none_or(|(_, address)| address.starts_with('/') && !address.starts_with("//")), "<{tag}>");
        let names: String = tag.split('"').step_by(2).collect(); // without the values
        for attribute in [" style=", " on", " src="] {
            assert!(!names.contains(attribute), "<{tag}>");
        }
    }
    assert!(!text_of(answer).is_empty());
}

#[track_caller]
fn check_headers(answer: &Answer) {
    for (name, value) in [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
}
