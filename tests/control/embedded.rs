//! What a Rust program does to the server that it runs is what others do over HTTP.

use super::{BOOK, get, post};
use crate::support::TestServer;
use cartwright::account::ClockMode;
use cartwright::controls::{Criteria, Expectation, Operation, Rule};
use jiff::SignedDuration;
use serde_json::json;
use std::time::Duration;

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

#[test]
fn a_program_makes_calls_fare_badly() {
    let server = TestServer::start();
    let (account, faults) = (server.account(KEY), format!("/accounts/{KEY}/faults"));
    let statuses = |calls| (0..calls).map(|_| server.create(&["B000000001"]).status).collect::<Vec<_>>();
    let asin = "B000000001".parse().unwrap();
    let throttled = Rule::error("RequestThrottled").on(Operation::CartCreate).asin(asin).times(1);
    let made = server.wait(account.faults().add(throttled)).unwrap();
    assert_eq!(statuses(2), [503, 200]);
    let shown = get(&server, &faults).json();
    let (rule, count) = (&shown["items"][0], shown["items"].as_array().unwrap().len());
    assert_eq!((count, &rule["id"], &rule["hits"], &rule["calls"]), (1, &json!(made.id), &json!(1), &json!(2)));
    assert_eq!(rule["match"], json!({"operation": "CartCreate", "asin": "B000000001"}));
    let watching = account.faults().get(&made.id).unwrap();
    assert_eq!((watching.rule, watching.tally.hits, watching.tally.calls), (made.clone(), 1, 2));
    assert!(server.account("AKIAOTHER").faults().list().is_empty() && server.controls().faults().list().is_empty());

    let set = [Rule::status(502).nth(1), Rule::preset("fail-once")];
    let put = server.wait(account.faults().put(set)).unwrap();
    let listed = || account.faults().list().into_iter().map(|watching| watching.rule).collect::<Vec<_>>();
    assert_eq!(listed(), put, "they stand in the place of the one before");
    assert_eq!(statuses(3), [502, 500, 200]);
    let none = server.wait(account.faults().put([Rule::lost(), Rule::status(200)])).unwrap_err();
    let detail = post(&server, &faults, r#"{"action":{"status":200}}"#).json()["detail"].clone();
    assert!(detail.as_str().unwrap().starts_with(&none.to_string()), "{none}");
    assert_eq!(listed(), put, "all of a set are made, or none");

    assert!(server.wait(account.faults().remove(&put[0].id)).unwrap());
    assert!(!server.wait(account.faults().remove(&put[0].id)).unwrap());
    assert_eq!(get(&server, &faults).json()["items"][0]["id"], json!(put[1].id));
    assert_eq!(server.wait(account.faults().clear()).unwrap(), 1);
    server.wait(server.controls().faults().add(Rule::status(503))).unwrap();
    assert_eq!(statuses(1), [503], "what is the server's holds for an account that has nothing of its own");
    let many = server.wait(account.faults().put((0..101).map(|_| Rule::lost()))).unwrap_err();
    assert!(many.to_string().starts_with("there are 100 rules here"), "{many}");
    assert_eq!(listed(), []);
}

#[test]
fn a_program_verifies_what_was_asked() {
    let server = TestServer::start();
    let account = server.account(KEY);
    let cart = server.create(&["B000000001"]);
    server.call(&format!("Operation=CartAdd&{}&Item.1.ASIN=B000000002&Item.1.Quantity=2", cart.cart()));
    let asin = "B000000002".parse().unwrap();
    let added = Expectation::of(Operation::CartAdd).asin(asin);
    let verdict = server.wait(account.requests().verify(&added.clone().exactly(1)));
    assert_eq!(
        (verdict.pass, verdict.to_string().as_str()),
        (true, "CartAdd with asin B000000002 came once, as expected.")
    );
    let verdict = server.wait(account.requests().verify(&added.clone().quantity(3)));
    assert_eq!(
        verdict.to_string(),
        "CartAdd with asin B000000002, quantity 3 came never, and not at least once.\n  \
         request 2, CartAdd: quantity is 2 and not 3\n  \
         request 1, CartCreate: operation is CartCreate and not CartAdd, asin is B000000001 and not B000000002, quantity is none and not 3"
    );
    let order = [Criteria::of(Operation::CartCreate), Criteria::of(Operation::CartAdd)];
    assert!(server.wait(account.requests().verify(&Expectation::order(order))).pass);
    assert!(server.wait(account.requests().verify(&Expectation::no_errors())).pass);
    assert!(!server.wait(account.requests().verify(&Expectation::no_unsigned())).pass);
    assert!(!server.wait(server.account("AKIAOTHER").requests().verify(&Expectation::any())).pass);

    // What is still to come is waited for.
    let looked = Expectation::of(Operation::CartGet).within(Duration::from_mins(1));
    let verdict = server.wait(async {
        let looks = async { server.call(&format!("Operation=CartGet&{}", cart.cart())) };
        tokio::join!(account.requests().verify(&looked), looks).0
    });
    assert!(verdict.pass, "{verdict}");

    let found = account.requests().find(&Criteria::any().cart(cart.text("CartId").parse().unwrap()));
    let operations = found.iter().map(|seen| seen.operation().unwrap()).collect::<Vec<_>>();
    assert_eq!(operations, ["CartCreate", "CartAdd", "CartGet"]);
    let newest = account.requests().page(&Criteria::any(), Some(found[2].id), 1);
    assert_eq!(newest[0].id, found[1].id);
    let shown = get(&server, &format!("/accounts/{KEY}/requests/{}", found[0].id)).json();
    assert_eq!(shown, serde_json::to_value(account.requests().whole(&found[0])).unwrap());
    let archive = get(&server, &format!("/accounts/{KEY}/requests?format=har")).json();
    assert_eq!(archive, account.requests().archive(&found));
    assert!(server.account("AKIAOTHER").requests().get(found[0].id).is_none());
    assert!(!server.account("AKIAOTHER").requests().remove(found[0].id));
    assert!(account.requests().remove(found[0].id) && account.requests().get(found[0].id).is_none());
    assert_eq!(account.requests().clear(), 2);
}
