//! Which calls meet a rule: by what they ask for, by whose they are, and by their number.

use super::{add, clear, control, hits, look, rule};
use crate::support::{Answer, TestServer};

#[track_caller]
fn create_as(server: &TestServer, key: &str) -> u16 {
    let query = "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=1";
    server.get(&format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={key}&{query}")).status
}

#[test]
fn a_rule_meets_the_calls_that_fit_it() {
    let server = TestServer::start();
    let (cart, other) = (server.create(&["B000000001"]), server.create(&["B000000001", "B000000CAP"]));
    let modify = |cart: &Answer, asin: &str| {
        let query = "Operation=CartModify&Version=2011-08-01&Item.1.Quantity=2";
        server.call(&format!("{query}&Item.1.CartItemId={}&{}", cart.item(asin), cart.cart())).status
    };
    let of_cart = format!(r#"{{"cart_id":"{}"}}"#, cart.text("CartId"));
    for (matching, expected) in [
        // CartGet of the one cart and of the other, CartAdd to the one, CartModify of both lines of the other.
        ("{}", [503, 503, 503, 503, 503]),
        (r#"{"operation":"CartGet"}"#, [503, 503, 200, 200, 200]),
        (r#"{"operation":"CartGet","locale":"us"}"#, [503, 503, 200, 200, 200]),
        (r#"{"operation":"CartGet","locale":"de"}"#, [200, 200, 200, 200, 200]),
        (&of_cart, [503, 200, 503, 200, 200]),
        (r#"{"asin":"B000000CAP"}"#, [200, 200, 503, 200, 503]),
        (r#"{"asin":"B000000001"}"#, [200, 200, 200, 503, 200]),
    ] {
        rule(&server, &format!(r#"{{"match":{matching},"action":{{"status":503}}}}"#));
        let found = [
            look(&server, &cart).status,
            look(&server, &other).status,
            server.get(&add(&cart)).status,
            modify(&other, "B000000001"),
            modify(&other, "B000000CAP"),
        ];
        assert_eq!(found, expected, "{matching}");
        clear(&server);
    }
}

#[test]
fn who_has_no_hmac_learns_nothing_of_a_cart_from_a_rule() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    rule(&server, r#"{"match":{"asin":"B000000001"},"action":{"status":503}}"#);
    let query = "Operation=CartModify&Version=2011-08-01&Item.1.Quantity=2";
    let (id, item) = (cart.text("CartId"), cart.item("B000000001"));
    let answer = server.call(&format!("{query}&Item.1.CartItemId={item}&CartId={id}&HMAC=wrong"));
    assert_eq!((answer.status, answer.codes().len()), (200, 1), "{}", answer.body);
}

#[test]
fn the_nth_call_alone_is_met_and_then_the_next_rule() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    rule(&server, r#"{"match":{"operation":"CartGet","nth":2},"action":{"status":502}}"#);
    rule(&server, r#"{"match":{"operation":"CartGet","nth":3},"action":{"status":504}}"#);
    let statuses: Vec<u16> = (0..4).map(|_| look(&server, &cart).status).collect();
    assert_eq!(statuses, [200, 502, 504, 200]);
}

#[test]
fn of_two_operations_only_the_one_that_fits_fails() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    rule(&server, r#"{"match":{"operation":"CartClear"},"action":{"error":"AWS.InternalError"}}"#);
    let answer = server.call(&format!("Operation=CartGet,CartClear&Version=2005-10-05&{}", cart.cart()));
    assert_eq!(answer.codes(), ["AWS.InternalError"], "{}", answer.body);
    let (before, after) = answer.body.split_once("<CartClearResponse").unwrap_or_else(|| panic!("{}", answer.body));
    assert!(!before.contains("<Code>") && before.contains("B000000001") && after.contains("<Code>"), "{}", answer.body);
    clear(&server);
    assert_eq!(look(&server, &cart).lines(), "B000000001 x 1", "it was not cleared");
}

#[test]
fn an_accounts_rules_take_the_place_of_the_servers_for_it_alone() {
    let server = TestServer::start();
    let own = control(&server, "POST", "/accounts/AKIA1/faults", r#"{"action":{"status":502}}"#);
    assert_eq!((create_as(&server, "AKIA1"), create_as(&server, "AKIA2")), (502, 200));
    let general = rule(&server, r#"{"action":{"status":504}}"#);
    assert_eq!((create_as(&server, "AKIA1"), create_as(&server, "AKIA2")), (502, 504));
    assert_eq!(hits(&server, &general), 1);
    control(&server, "DELETE", &format!("/accounts/AKIA1/faults/{}", own["id"].as_str().unwrap()), "");
    assert_eq!(create_as(&server, "AKIA1"), 504);
    clear(&server);
    assert_eq!(create_as(&server, "AKIA1"), 200);
}

#[test]
fn hits_outlive_edits_of_other_rules() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let twice = rule(&server, r#"{"preset":"fail-twice"}"#);
    assert_eq!(look(&server, &cart).status, 500);
    let other = rule(&server, r#"{"match":{"operation":"CartAdd"},"action":{"status":503}}"#);
    assert_eq!((look(&server, &cart).status, look(&server, &cart).status), (500, 200));
    control(&server, "DELETE", &format!("/faults/{other}"), "");
    assert_eq!((hits(&server, &twice), look(&server, &cart).status), (2, 200));
}

/// What is counted belongs to the state that a reset or a snapshot goes back to: a test that is run again meets the same faults.
#[test]
fn counts_begin_again_with_a_reset_a_removal_and_a_restore() {
    let server = TestServer::start();
    let account = "/accounts/AKIA1";
    let make = || {
        // Rules get their names from here: the same ones again.
        control(&server, "PUT", account, r#"{"ids_seed":7}"#);
        [
            r#"{"match":{"nth":3},"action":{"status":501}}"#,
            r#"{"times":2,"action":{"status":502}}"#,
            r#"{"probability":0.5,"seed":3,"action":{"status":503}}"#,
            r#"{"action":{"rate":"5/h"}}"#,
        ]
        .map(|rule| control(&server, "POST", &format!("{account}/faults"), rule)["id"].as_str().unwrap().to_owned())
    };
    let run = || (0..20).map(|_| create_as(&server, "AKIA1")).collect::<Vec<_>>();
    let rules = make();
    control(&server, "PUT", &format!("{account}/snapshots/before"), "");
    let first = run();
    assert_eq!(first[..3], [502, 502, 501]);
    assert!(first.contains(&200) && first[3..].contains(&503), "{first:?}");
    assert_ne!(run(), first, "counts go on");
    for again in ["/snapshots/before/restore", "/reset", ""] {
        if again.is_empty() {
            control(&server, "DELETE", account, "");
        } else {
            control(&server, "POST", &format!("{account}{again}"), "");
        }
        if again != "/snapshots/before/restore" {
            assert_eq!(make(), rules, "{again}");
        }
        for id in &rules {
            let seen = control(&server, "GET", &format!("{account}/faults/{id}"), "");
            assert_eq!((&seen["calls"], &seen["hits"]), (&0.into(), &0.into()), "{again}");
        }
        assert_eq!(run(), first, "{again}");
    }
    // The server's state is that of all its accounts.
    control(&server, "PUT", "/snapshots/whole", "");
    control(&server, "POST", "/snapshots/whole/restore", "");
    assert_eq!(run(), first);
}

#[test]
fn chance_repeats_with_its_seed() {
    let run = |seed: u32| -> Vec<u16> {
        let server = TestServer::start();
        let cart = server.create(&["B000000001"]);
        rule(&server, &format!(r#"{{"preset":"flaky-50","seed":{seed}}}"#));
        (0..20).map(|_| look(&server, &cart).status).collect()
    };
    let first = run(1);
    assert_eq!(run(1), first);
    assert_ne!(run(2), first);
    assert!(first.contains(&200) && first.contains(&500), "{first:?}");
}
