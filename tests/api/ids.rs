//! Seeded ids: the same calls of an account give the same, whatever others do, and they go on after a restart.

use super::shop::Shop;
use crate::support::{Answer, TestServer, request};

/// An operation by an access key.
#[track_caller]
fn call(server: &TestServer, key: &str, query: &str) -> Answer {
    server.get(&format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={key}&Version=2011-08-01&{query}"))
}

/// The ids of an answer: RequestId, CartId and HMAC, as far as it has them.
fn ids(answer: &Answer) -> Vec<String> {
    ["RequestId", "CartId", "HMAC"].iter().flat_map(|element| answer.texts(element)).collect()
}

/// What an account does in a test: looks, makes two carts, fails, and changes one.
fn day(server: &TestServer, key: &str) -> Vec<Vec<String>> {
    let create = "Operation=CartCreate&Item.1.ASIN=B000000001";
    let look = call(server, key, "Operation=ItemLookup&ItemId=B000000001");
    let (one, two) = (call(server, key, create), call(server, key, create));
    let failed = call(server, key, "Operation=CartCreate&Item.1.ASIN=B999999999");
    let changed = call(server, key, &format!("Operation=CartClear&{}", one.cart()));
    [look, one, two, failed, changed].iter().map(ids).collect()
}

#[test]
fn the_same_calls_give_the_same_ids_whatever_others_do() {
    let (one, two) = (TestServer::start(), TestServer::start());
    let first = day(&one, "KEY");
    assert!(first[1].len() == 3 && first[1] != first[2]);
    for n in 0..5 {
        day(&two, &format!("OTHER{n}"));
    }
    assert_eq!(day(&two, "KEY"), first);
    assert_ne!(day(&one, "KEY"), first, "and never the same twice");
    assert_ne!(day(&one, "ANOTHER"), first);
}

#[test]
fn after_a_restart_they_go_on_and_the_same_way_each_time() {
    let two_days = || {
        let shop = Shop::with(&["B000000001"]);
        let server = shop.open();
        let first = day(&server, "KEY");
        server.stop();
        let server = shop.open();
        let second = day(&server, "KEY");
        server.stop();
        (first, second)
    };
    let (first, second) = two_days();
    assert!(first.iter().flatten().all(|id| !second.iter().flatten().any(|other| other == id)), "{first:?} {second:?}");
    assert_eq!(two_days(), (first, second));
}

#[test]
fn an_account_may_have_a_seed_of_its_own_and_begin_anew_with_it() {
    let server = TestServer::with(|config| config.ids_seed = None);
    let seed = |key: &str| {
        let target = format!("/_cartwright/v1/accounts/{key}");
        let answer = server.raw(&request("PUT", &target, &[("Content-Type", "application/json")], b"{\"ids_seed\":7}"));
        assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
    };
    seed("KEY");
    let first = day(&server, "KEY");
    let others = TestServer::with(|config| config.ids_seed = Some(7));
    assert_eq!(day(&others, "KEY"), first, "a seed is a seed");
    assert_ne!(day(&server, "OTHER"), day(&others, "OTHER"), "all others are random");
    // The ids of carts that are there are drawn again, and passed over.
    seed("KEY");
    let again = day(&server, "KEY");
    assert_eq!(again[0], first[0]);
    assert_ne!(again[1][1], first[1][1]);
}
