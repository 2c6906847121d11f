//! `…/clock` and `…/sweep`: what goes by an account's clock, and what does not; and what a clock that is advanced has ended.

use super::{check_problem, get, post, put};
use crate::support::pages::{Customer, Form, purchase_link};
use crate::support::{Answer, TestServer};
use cartwright::cart::{Clock as _, SystemClock};
use cartwright::config::{Secret, Signatures};
use cartwright::protocol::signature;
use jiff::{SignedDuration, Timestamp};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// An operation by an access key.
#[track_caller]
fn call(server: &TestServer, key: &str, query: &str) -> Answer {
    server.get(&format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={key}&Version=2011-08-01&{query}"))
}

#[track_caller]
fn create(server: &TestServer, key: &str) -> Answer {
    let answer = call(server, key, "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=1");
    assert!(answer.has("CartId"), "{}", answer.body);
    answer
}

/// Whether CartGet finds the cart.
#[track_caller]
fn lives(server: &TestServer, key: &str, cart: &Answer) -> bool {
    let answer = call(server, key, &format!("Operation=CartGet&{}", cart.cart()));
    match answer.codes().as_slice() {
        [] => true,
        [code] if code.ends_with("CartInfoMismatch") => false,
        codes => panic!("{codes:?}"),
    }
}

/// What a clock shows and how it goes, as one text.
#[track_caller]
fn clock(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let clock = answer.json();
    format!("{} {}", clock["now"].as_str().unwrap(), clock["mode"].as_str().unwrap())
}

/// What an advance tells: the carts that have expired, and how many there are.
#[track_caller]
fn expired(answer: &Answer) -> (Vec<String>, u64) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let advanced = answer.json();
    let mut carts: Vec<String> = advanced["expired"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cart| format!("{} {}", cart["cart_id"].as_str().unwrap(), cart["locale"].as_str().unwrap()))
        .collect();
    carts.sort();
    (carts, advanced["expired_count"].as_u64().unwrap())
}

fn named(cart: &Answer) -> String {
    format!("{} us", cart.text("CartId"))
}

#[test]
fn a_clock_is_shown_set_stopped_and_started() {
    let server = TestServer::start();
    for path in ["/clock", "/accounts/AKIA1/clock"] {
        assert_eq!(clock(&get(&server, path)), "2006-05-17T12:00:00Z real");
    }
    let path = "/accounts/AKIA1/clock";
    assert_eq!(clock(&put(&server, path, r#"{"now":"2026-11-22T05:00:00Z"}"#)), "2026-11-22T05:00:00Z shifted");
    server.advance(DAY);
    assert_eq!(clock(&get(&server, path)), "2026-11-23T05:00:00Z shifted");
    assert_eq!(clock(&put(&server, path, r#"{"frozen":true}"#)), "2026-11-23T05:00:00Z frozen");
    server.advance(DAY);
    assert_eq!(clock(&get(&server, path)), "2026-11-23T05:00:00Z frozen");
    assert_eq!(clock(&put(&server, path, r#"{"now":"2005-01-01T00:00:00Z"}"#)), "2005-01-01T00:00:00Z frozen");
    assert_eq!(clock(&put(&server, path, r#"{"frozen":false}"#)), "2005-01-01T00:00:00Z shifted");
    server.advance(DAY);
    assert_eq!(clock(&put(&server, path, "{}")), "2005-01-02T00:00:00Z shifted");
    assert_eq!(
        clock(&post(&server, "/accounts/AKIA1/clock/advance", r#"{"by":"36h"}"#)),
        "2005-01-03T12:00:00Z shifted"
    );
    // What is shown can be set.
    assert_eq!(
        clock(&put(&server, path, r#"{"now":"2005-01-01T00:00:00Z","mode":"frozen"}"#)),
        "2005-01-01T00:00:00Z frozen"
    );
    assert_eq!(clock(&put(&server, path, r#"{"mode":"real"}"#)), "2006-05-20T12:00:00Z real");
    assert_eq!(clock(&get(&server, "/accounts/AKIA2/clock")), "2006-05-20T12:00:00Z real");
}

#[test]
fn the_roots_clock_is_that_of_every_account_that_has_none() {
    let server = TestServer::start();
    put(&server, "/accounts/AKIA1/clock", r#"{"now":"2010-01-01T00:00:00Z","frozen":true}"#);
    assert_eq!(clock(&put(&server, "/clock", r#"{"now":"2020-01-01T00:00:00Z"}"#)), "2020-01-01T00:00:00Z shifted");
    assert_eq!(clock(&get(&server, "/accounts/AKIA2/clock")), "2020-01-01T00:00:00Z shifted");
    assert_eq!(clock(&get(&server, "/accounts/AKIA1/clock")), "2010-01-01T00:00:00Z frozen");
    // An account may go by the machine's all the same.
    assert_eq!(clock(&put(&server, "/accounts/AKIA1/clock", r#"{"mode":"real"}"#)), "2006-05-17T12:00:00Z real");
    assert_eq!(
        clock(&post(&server, "/accounts/AKIA2/clock/advance", r#"{"by":"1d"}"#)),
        "2020-01-02T00:00:00Z shifted"
    );
    assert_eq!(clock(&put(&server, "/clock", r#"{"mode":"real"}"#)), "2006-05-17T12:00:00Z real");
    assert_eq!(clock(&get(&server, "/accounts/AKIA2/clock")), "2020-01-02T00:00:00Z shifted");
}

#[test]
fn advancing_tells_what_has_expired_of_this_account_alone() {
    let server = TestServer::start();
    let (mine, other) = (create(&server, "AKIA1"), create(&server, "AKIA2"));
    let advance = |by: &str| post(&server, "/accounts/AKIA1/clock/advance", &format!(r#"{{"by":"{by}"}}"#));
    let answer = advance("90d");
    assert_eq!((clock(&answer).as_str(), expired(&answer)), ("2006-08-15T12:00:00Z shifted", (Vec::new(), 0)));
    let young = create(&server, "AKIA1");
    assert_eq!(expired(&advance("1d")), (vec![named(&mine)], 1));
    assert!(!lives(&server, "AKIA1", &mine) && lives(&server, "AKIA1", &young) && lives(&server, "AKIA2", &other));
    assert_eq!(expired(&advance("1ms")), (Vec::new(), 0), "told once");
    assert_eq!(expired(&post(&server, "/accounts/AKIA2/clock/advance", r#"{"by":"91d"}"#)), (vec![named(&other)], 1));
}

#[test]
fn advancing_the_roots_clock_leaves_accounts_with_a_clock_of_their_own_alone() {
    let server = TestServer::start();
    put(&server, "/accounts/AKIA1/clock", r#"{"now":"2006-05-17T12:00:00Z"}"#);
    let (own, one, two) = (create(&server, "AKIA1"), create(&server, "AKIA2"), create(&server, "AKIA3"));
    let mut both = vec![named(&one), named(&two)];
    both.sort();
    assert_eq!(expired(&post(&server, "/clock/advance", r#"{"by":"91d"}"#)), (both, 2));
    assert!(lives(&server, "AKIA1", &own) && !lives(&server, "AKIA2", &one));
    assert_eq!(expired(&post(&server, "/accounts/AKIA1/clock/advance", r#"{"by":"91d"}"#)), (vec![named(&own)], 1));
}

#[test]
fn a_cart_of_an_account_with_a_clock_lives_exactly_by_that_clock() {
    let server = TestServer::start();
    put(&server, "/accounts/AKIA1/clock", r#"{"now":"2030-01-01T00:00:00Z","frozen":true}"#);
    let cart = create(&server, "AKIA1");
    // The machine's clock does not count, be it ahead or behind.
    server.advance(DAY * 1000);
    assert!(lives(&server, "AKIA1", &cart));
    let advance = |by: &str| expired(&post(&server, "/accounts/AKIA1/clock/advance", &format!(r#"{{"by":"{by}"}}"#)));
    assert_eq!(advance("90d"), (Vec::new(), 0));
    // Reading it starts its life again, at once: the next advance finds that out.
    assert!(lives(&server, "AKIA1", &cart));
    assert_eq!(advance("90d").1, 0);
    assert_eq!(advance("1ms"), (vec![named(&cart)], 1));
}

#[test]
fn a_cart_that_was_read_before_its_account_had_a_clock_lives_from_that_read() {
    let server = TestServer::start();
    let advance = |by: &str| expired(&post(&server, "/accounts/AKIA1/clock/advance", &format!(r#"{{"by":"{by}"}}"#)));
    let shop = || {
        let carts = [create(&server, "AKIA1"), create(&server, "AKIA1")];
        // So soon after the last use that this one is not written down.
        server.advance(SignedDuration::from_secs(59));
        assert!(lives(&server, "AKIA1", &carts[0]));
        let mut names = carts.map(|cart| named(&cart)).to_vec();
        names.sort();
        (names, 2)
    };
    let both = shop();
    assert_eq!(advance("90d"), (Vec::new(), 0), "its first clock; idle for 90 days exactly");
    assert_eq!(advance("1ms"), both, "and none lives longer than a minute beyond its own life");
    // However it gets one: by being set, or by going by the machine's where the server goes by another.
    post(&server, "/accounts/AKIA1/reset", "");
    let both = shop();
    put(&server, "/accounts/AKIA1/clock", r#"{"frozen":true}"#);
    assert_eq!((advance("90d"), advance("1ms")), ((Vec::new(), 0), both));
    post(&server, "/accounts/AKIA1/reset", "");
    let both = shop();
    put(&server, "/clock", r#"{"frozen":true}"#);
    put(&server, "/accounts/AKIA1/clock", r#"{"mode":"real"}"#);
    assert_eq!((advance("90d"), advance("1ms")), ((Vec::new(), 0), both));
}

#[test]
fn a_sweep_goes_by_the_clock_of_each_account() {
    let server = TestServer::start();
    put(&server, "/accounts/BEHIND/clock", r#"{"now":"2001-01-01T00:00:00Z"}"#);
    let (behind, plain, ahead) = (create(&server, "BEHIND"), create(&server, "PLAIN"), create(&server, "AHEAD"));
    put(&server, "/accounts/AHEAD/clock", r#"{"now":"2036-01-01T00:00:00Z"}"#);
    server.advance(DAY);
    let swept = post(&server, "/sweep", "");
    assert_eq!(expired(&swept), (vec![named(&ahead)], 1));
    let counts = swept.json();
    assert_eq!((counts["deleted"].as_u64(), counts["customers"].as_u64()), (Some(1), Some(0)));
    assert!(lives(&server, "BEHIND", &behind) && lives(&server, "PLAIN", &plain));
    server.advance(DAY * 95);
    assert_eq!(post(&server, "/accounts/PLAIN/sweep", "").json()["deleted"].as_u64(), Some(1));
    assert_eq!(post(&server, "/accounts/PLAIN/sweep", "").json()["deleted"].as_u64(), Some(0));
    assert_eq!(expired(&post(&server, "/sweep", "")), (vec![named(&behind)], 1));
}

#[test]
fn a_signature_is_fresh_by_the_machines_clock_or_by_the_accounts() {
    let server = TestServer::with(|config| {
        config.signatures = Signatures::Required;
        config.accounts = [("AKIA1".to_owned(), Secret::new("secret"))].into();
    });
    let signed_at = |at: Timestamp| {
        let at = at.to_string().replace(':', "%3A");
        let query = format!("AWSAccessKeyId=AKIA1&Operation=Help&Service=AWSECommerceService&Timestamp={at}");
        let text = format!("GET\nshop.test\n/onca/xml\n{query}");
        let signature = signature::sign("secret", &text).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        server.get(&format!("/onca/xml?{query}&Signature={signature}")).codes()
    };
    let long_ago = "2001-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(signed_at(long_ago), ["RequestExpired"]);
    put(&server, "/accounts/AKIA1/clock", r#"{"now":"2001-01-01T00:00:00Z"}"#);
    assert_ne!(signed_at(long_ago), ["RequestExpired"]);
    put(&server, "/accounts/AKIA1/clock", r#"{"now":"2101-01-01T00:00:00Z"}"#);
    assert_ne!(signed_at(SystemClock.now()), ["RequestExpired"], "by the machine's");
    assert_eq!(signed_at(server.now()), ["RequestExpired"], "the server's own clock is neither");
}

#[test]
fn what_cannot_be_meant_is_refused_and_changes_nothing() {
    let server = TestServer::start();
    for (path, body, tells) in [
        ("/clock/advance", "{}", "missing field `by`"),
        ("/clock/advance", r#"{"by":"91 days"}"#, "by: \"91 days\" is no duration"),
        ("/clock/advance", r#"{"by":"-1d"}"#, "is no duration"),
        ("/clock/advance", r#"{"by":"9999999d"}"#, "no clock can show that time"),
        ("/clock/advance", r#"{"bye":"1d"}"#, "did you mean `by`?"),
    ] {
        let answer = post(&server, path, body);
        check_problem(&answer, 400);
        assert!(answer.json()["detail"].as_str().unwrap().contains(tells), "{}", answer.body);
    }
    for (body, tells) in [
        (r#"{"now":"yesterday"}"#, "at line 1"),
        (r#"{"frozn":true}"#, "did you mean `frozen`?"),
        (r#"{"mode":"frozn"}"#, "did you mean `frozen`?"),
        (r#"{"mode":"frozen","frozen":false}"#, "different things"),
        ("[]", "invalid"),
        ("{", "EOF"),
    ] {
        let answer = put(&server, "/accounts/AKIA1/clock", body);
        check_problem(&answer, 400);
        assert!(answer.json()["detail"].as_str().unwrap().contains(tells), "{}", answer.body);
    }
    assert_eq!(clock(&get(&server, "/clock")), "2006-05-17T12:00:00Z real");
    assert_eq!(clock(&get(&server, "/accounts/AKIA1/clock")), "2006-05-17T12:00:00Z real");
}

#[test]
fn the_hand_off_goes_by_the_clock_of_the_carts_account() {
    let server = TestServer::start();
    put(&server, "/accounts/AKIA1/clock", r#"{"now":"2001-01-01T00:00:00Z","frozen":true}"#);
    let (cart, dead) = (create(&server, "AKIA1"), create(&server, "AKIA1"));
    let mut customer = Customer::of(&server);
    let form = Form::first(&customer.open(&purchase_link(&cart)));
    customer.follow(&form);
    // Customers go by the server's clock: a sweep leaves alone what was handed over a moment ago.
    assert_eq!(post(&server, "/sweep", "").json()["customers"], 0);
    let form = Form::first(&customer.open("/gp/cart/checkout.html"));
    let order = customer.follow(&form);
    assert!(order.body.contains("Thank you for your order"), "{}", order.body);
    let bought = get(&server, "/accounts/AKIA1/purchases").json();
    assert_eq!(bought["items"][0]["at"], "2001-01-01T00:00:00Z");
    post(&server, "/accounts/AKIA1/clock/advance", r#"{"by":"91d"}"#);
    assert_eq!(customer.open(&purchase_link(&dead)).status, 404);
}
