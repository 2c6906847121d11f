//! Input that no client should send. Whatever it is, the answer is a well-formed document and the server lives on.

mod bodies;
mod connections;
mod heads;
mod overload;
mod parameters;

use crate::support::{Answer, Element, TestServer, request};

/// Reads the answer as an ECS document and answers its root. Fails when it is none.
#[track_caller]
fn document(answer: &Answer) -> Element {
    let root = Element::read(&answer.body).unwrap_or_else(|wrong| panic!("{wrong}: {answer:?}"));
    let content_type = answer.header("content-type").unwrap_or_default();
    let bare = root.name == "Errors";
    assert_eq!(content_type, if bare { "text/html; charset=ISO-8859-1" } else { "text/xml;charset=UTF-8" });
    assert!(bare || root.name.ends_with("Response"), "{}", answer.body);
    root
}

/// Checks that an answer is an ECS document with this status, whose first error has this code (empty: there is none).
#[track_caller]
fn check(answer: &Answer, status: u16, code: &str) -> Element {
    let root = document(answer);
    let first = answer.codes().into_iter().next().unwrap_or_default();
    assert_eq!((answer.status, first.as_str()), (status, code), "{}", answer.body);
    root
}

/// Checks that the server still does what it is for.
#[track_caller]
fn check_alive(server: &TestServer) {
    let cart = server.create(&["B000000001", "B000000CAP"]);
    check(&cart, 200, "");
    assert_eq!(cart.lines(), "B000000001 x 1, B000000CAP x 1");
}

/// A query of CartCreate that works.
const CREATE: &str = "Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=CartCreate&Item.1.ASIN=B000000001&Version=2011-08-01";

/// A GET of CartCreate with these headers beside Host.
fn create(headers: &[(&str, &str)]) -> Vec<u8> {
    request("GET", &format!("/onca/xml?{CREATE}"), headers, b"")
}

/// A POST of a form.
fn form(body: &[u8]) -> Vec<u8> {
    request("POST", "/onca/xml", &[("Content-Type", "application/x-www-form-urlencoded")], body)
}
