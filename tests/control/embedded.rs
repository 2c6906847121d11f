//! What a Rust program does to the server that it runs is what others do over HTTP.

use super::{BOOK, get};
use crate::support::TestServer;
use cartwright::account::ClockMode;
use jiff::SignedDuration;
use serde_json::json;

/// The key of the tests' requests.
const KEY: &str = "AKIATEST";

#[test]
fn a_program_advances_the_clock_of_an_account() {
    let server = TestServer::start();
    let account = server.account(KEY);
    let cart = server.create(&["B000000001"]);
    let before = account.clock().now();
    server.wait(account.clock().freeze()).unwrap();
    let swept = server.wait(account.clock().advance(SignedDuration::from_hours(91 * 24))).unwrap();
    assert_eq!(swept.expired.iter().map(|cart| cart.id.to_string()).collect::<Vec<_>>(), [cart.text("CartId")]);
    assert_eq!(account.clock().now(), before + SignedDuration::from_hours(91 * 24));
    let shown = get(&server, &format!("/accounts/{KEY}/clock")).json();
    assert_eq!(shown, json!({"now": account.clock().now().to_string(), "mode": "frozen"}));
    assert_eq!(server.account("AKIAOTHER").clock().now(), before, "that of another is another");

    server.wait(account.clock().set(before)).unwrap();
    server.wait(account.clock().resume()).unwrap();
    assert_ne!(account.clock().mode(), ClockMode::Frozen);
    server.wait(account.clock().reset()).unwrap();
    assert_eq!((account.clock().mode(), account.clock().now()), (ClockMode::Real, server.now()));
}

#[test]
fn a_program_sees_and_undoes_what_an_account_has() {
    let server = TestServer::start();
    let account = server.account(KEY);
    let (locale, asin) = ("us".parse().unwrap(), "B000000001".parse().unwrap());
    let mut product = server.wait(account.catalog().get(locale, asin)).unwrap().unwrap();
    product.title = "Theirs".to_owned();
    server.wait(account.catalog().put(product)).unwrap().unwrap();
    assert_eq!(get(&server, &format!("/accounts/{KEY}{BOOK}")).json()["title"], "Theirs");
    let cart = server.create(&["B000000001"]);
    assert_eq!(cart.text("Title"), "Theirs");
    server.wait(account.snapshots().take("one cart")).unwrap();

    server.create(&["B000000002"]);
    let ids = || server.wait(account.carts().list()).unwrap().into_iter().map(|cart| cart.id.to_string());
    assert_eq!(ids().count(), 2);
    assert_eq!(server.wait(server.account("AKIAOTHER").carts().list()).unwrap().len(), 0);
    assert_eq!(account.requests().list().len(), 2);
    assert!(server.wait(account.snapshots().restore("one cart")).unwrap());
    assert!(!server.wait(account.snapshots().restore("none of this name")).unwrap());
    assert_eq!(ids().collect::<Vec<_>>(), [cart.text("CartId")]);

    let removed = server.wait(account.reset()).unwrap();
    assert_eq!((removed.carts, removed.catalog, removed.requests), (1, 1, 2));
    assert_eq!((ids().count(), account.requests().list().len()), (0, 0));
    assert_eq!(server.create(&["B000000001"]).text("Title"), "A Handcart's Tale");
}
