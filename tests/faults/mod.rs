//! Fault rules at work: what a client sees of them. How rules are made and shown is `control::faults`.

mod answers;
mod connections;
mod matching;
mod pages;

use crate::support::{Answer, TestServer, exchange, request};
use serde_json::Value;

/// A request of the control API that must work.
#[track_caller]
fn control(server: &TestServer, method: &str, path: &str, body: &str) -> Value {
    let headers = [("Content-Type", "application/json")];
    let answer = exchange(server.addr, &request(method, &format!("/_cartwright/v1{path}"), &headers, body.as_bytes()));
    assert!(answer.status < 300, "{}", answer.body);
    if answer.body.is_empty() { Value::Null } else { serde_json::from_str(&answer.body).unwrap() }
}

/// Makes a rule for everybody; answers its id.
#[track_caller]
fn rule(server: &TestServer, body: &str) -> String {
    control(server, "POST", "/faults", body)["id"].as_str().unwrap().to_owned()
}

/// How often a rule was at work.
#[track_caller]
fn hits(server: &TestServer, id: &str) -> u64 {
    control(server, "GET", &format!("/faults/{id}"), "")["hits"].as_u64().unwrap()
}

#[track_caller]
fn clear(server: &TestServer) {
    control(server, "DELETE", "/faults", "");
}

/// A CartGet of the cart that an answer shows.
#[track_caller]
fn look(server: &TestServer, cart: &Answer) -> Answer {
    server.call(&format!("Operation=CartGet&Version=2011-08-01&{}", cart.cart()))
}

/// The target of a CartAdd of one more product.
fn add(cart: &Answer) -> String {
    format!(
        "/us/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=CartAdd&Version=2011-08-01&{}\
         &Item.1.ASIN=B000000CAP&Item.1.Quantity=1",
        cart.cart()
    )
}
