//! How long a cart lives (docs/PROTOCOL.md, section 6.8), to the nanosecond, by a clock that the test moves.

use super::shop::Shop;
use super::verdict;
use crate::support::{Answer, TestServer};
use cartwright::account::Worlds;
use cartwright::cart::{Clock as _, Expiry};
use cartwright::store::{StoreSettings, open};
use cartwright::sweeper::Sweeper;
use jiff::SignedDuration;
use std::sync::Arc;

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// What is added to a life, so that a read need not be written down at once.
const SLACK: SignedDuration = SignedDuration::from_mins(1);
const TICK: SignedDuration = SignedDuration::from_nanos(1);

fn days(days: i32) -> SignedDuration {
    DAY * days
}

/// One of the operations on the cart, and whether it found it.
fn found(server: &TestServer, cart: &Answer, operation: &str) -> bool {
    let answer = server.call(&format!("Operation={operation}&{}", cart.cart()));
    match verdict(&answer).as_str() {
        "True: " | "True: ItemAlreadyInCart" => true,
        "True: CartInfoMismatch" => false,
        other => panic!("{operation}: {other}"),
    }
}

/// Waits until what was read is noted in the database.
fn settle(server: &TestServer) {
    assert_eq!(server.get("/readyz").status, 200);
}

const CHANGES: [&str; 3] =
    ["CartAdd&Item.1.ASIN=B000000001", "CartModify&Item.1.CartItemId=U1&Item.1.Quantity=2", "CartClear"];

#[test]
fn a_cart_lives_90_days_after_it_was_made_and_not_a_tick_more() {
    for operation in ["CartGet", CHANGES[0], CHANGES[1], CHANGES[2]] {
        let server = TestServer::start();
        let (one, two) = (server.create(&["B000000001"]), server.create(&["B000000001"]));
        server.advance(days(90) + SLACK);
        assert!(found(&server, &one, operation), "{operation}");
        server.advance(TICK);
        assert!(!found(&server, &two, operation), "{operation}");
    }
}

#[test]
fn reading_starts_the_clock_again() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    for _ in 0..3 {
        server.advance(days(90));
        assert!(found(&server, &cart, "CartGet"));
        settle(&server);
    }
    server.advance(days(90) + SLACK);
    assert!(found(&server, &cart, "CartGet"), "never early");
    settle(&server);
    server.advance(days(90) + SLACK + TICK);
    assert!(!found(&server, &cart, "CartGet"), "and not later than promised");
}

#[test]
fn a_read_within_the_slack_is_not_written_down() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    server.advance(SLACK);
    assert!(found(&server, &cart, "CartGet"));
    settle(&server);
    // Promised until 90 days after the read, which is exactly as long as it lives.
    server.advance(days(90));
    assert!(found(&server, &cart, "CartGet"));
}

#[test]
fn every_change_starts_the_clock_again() {
    for operation in &CHANGES[..2] {
        let server = TestServer::start();
        let cart = server.create(&["B000000001"]);
        server.advance(days(90));
        assert!(found(&server, &cart, operation));
        server.advance(days(90) + SLACK);
        assert!(found(&server, &cart, "CartGet"), "{operation}");
    }
}

#[test]
fn what_fails_does_not_start_the_clock_again() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    server.advance(days(89));
    let stranger = format!("Operation=CartGet&CartId={}&HMAC=x", cart.text("CartId"));
    assert_eq!(verdict(&server.call(&stranger)), "True: CartInfoMismatch");
    assert_eq!(
        verdict(&server.call(&format!("Operation=CartGet&{}&AssociateTag=other", cart.cart()))),
        "True: CartInfoMismatch"
    );
    let other_key =
        format!("/us/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=OTHER&Operation=CartGet&{}", cart.cart());
    assert_eq!(verdict(&server.get(&other_key)), "True: CartInfoMismatch");
    assert_eq!(verdict(&server.call(&format!("Operation=CartGet&{}&Validate=True", cart.cart()))), "True: ");
    settle(&server);
    server.advance(days(1) + SLACK + TICK);
    assert!(!found(&server, &cart, "CartGet"));
}

#[test]
fn an_empty_cart_lives_7_days_from_its_clearing() {
    let server = TestServer::start();
    let (one, two) = (server.create(&["B000000001"]), server.create(&["B000000001"]));
    server.advance(days(80));
    assert!(found(&server, &one, "CartClear") && found(&server, &two, "CartClear"));
    server.advance(days(7) + SLACK);
    assert!(found(&server, &one, "CartGet"));
    settle(&server);
    server.advance(TICK);
    assert!(!found(&server, &two, "CartGet"));
    server.advance(days(7) + SLACK - TICK);
    assert!(found(&server, &one, "CartGet"), "reading an empty cart starts its clock, too");
}

#[test]
fn an_empty_cart_that_is_filled_again_lives_90_days() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    assert!(found(&server, &cart, "CartClear"));
    server.advance(days(7));
    assert!(found(&server, &cart, CHANGES[0]));
    server.advance(days(90));
    assert!(found(&server, &cart, "CartGet"));
}

#[test]
fn a_cart_whose_last_line_was_removed_lives_7_days() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let remove = format!("CartModify&Item.1.CartItemId={}&Item.1.Quantity=0", cart.item("B000000001"));
    assert!(found(&server, &cart, &remove));
    server.advance(days(7) + SLACK + TICK);
    assert!(!found(&server, &cart, "CartGet"));
}

#[test]
fn the_lives_are_settings_and_the_slack_is_a_thousandth_of_the_shorter() {
    let server = TestServer::with(|config| {
        config.idle_expiry = SignedDuration::from_secs(100);
        config.empty_expiry = SignedDuration::from_secs(10);
    });
    let (one, two) = (server.create(&["B000000001"]), server.create(&["B000000001"]));
    server.advance(SignedDuration::from_millis(100_010));
    assert!(found(&server, &one, "CartGet"));
    server.advance(TICK);
    assert!(!found(&server, &two, "CartGet"));
}

#[test]
fn the_sweeper_deletes_what_a_server_left_dead_and_nothing_else() {
    let shop = Shop::with(&["B000000001"]);
    let server = shop.open();
    let (dead, live) = (server.create(&["B000000001"]), server.create(&["B000000001"]));
    server.advance(days(60));
    assert!(found(&server, &live, "CartGet"));
    server.advance(days(31));
    let now = server.now();
    server.stop();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let swept = runtime.block_on(async {
        let url = shop.database().parse().unwrap();
        let store = open(&url, StoreSettings::default()).await.unwrap();
        let swept = {
            let worlds = Arc::new(Worlds::load(store.clone(), true).await.unwrap());
            Sweeper::new(store.clone(), worlds, Expiry::default()).run_once(now).await.unwrap().deleted
        };
        let there = async |cart: &Answer| store.cart(cart.text("CartId").parse().unwrap(), "").await.unwrap().is_some();
        let left = (there(&dead).await, there(&live).await);
        store.close().await;
        (swept, left)
    });
    assert_eq!(swept, (1, (false, true)));
    let server = shop.open();
    assert_eq!(server.clock.now(), now);
    assert!(found(&server, &live, "CartGet") && !found(&server, &dead, "CartGet"));
}
