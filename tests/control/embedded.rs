//! What a Rust program does to the server that it runs is what others do over HTTP.

use super::{BOOK, get, patch, post};
use crate::support::TestServer;
use cartwright::controls::{
    CartFilter, CartId, CartState, ClockMode, Criteria, Expectation, Failed, Locale, Mode, NewAccount, NotWritten,
    Operation, Parts, Product, Rule, Swept,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
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
    let asin = "B000000001".parse().unwrap();
    let mut product = server.wait(account.catalog().get(Locale::Us, asin)).unwrap().unwrap();
    product.title = "Theirs".to_owned();
    assert!(!server.wait(account.catalog().put(product)).unwrap().is_new);
    assert_eq!(get(&server, &format!("/accounts/{KEY}{BOOK}")).json()["title"], "Theirs");
    let cart = server.create(&["B000000001"]);
    assert_eq!(cart.text("Title"), "Theirs");
    server.wait(account.snapshots().take("one-cart")).unwrap();

    server.create(&["B000000002"]);
    let ids = || server.wait(account.carts().list()).unwrap().into_iter().map(|info| info.cart.id.to_string());
    assert_eq!(ids().count(), 2);
    assert_eq!(server.wait(server.account("AKIAOTHER").carts().list()).unwrap().len(), 0);
    assert_eq!(account.requests().list().len(), 2);
    assert_eq!(server.wait(account.snapshots().restore("one-cart")).unwrap().counts["carts"], 1);
    assert_eq!(ids().collect::<Vec<_>>(), [cart.text("CartId")]);

    let only = Parts { requests: true, ..Parts::NONE };
    let removed = server.wait(account.reset_only(only)).unwrap();
    assert_eq!((removed.carts, removed.requests), (0, 2));
    let removed = server.wait(account.reset()).unwrap();
    assert_eq!((removed.carts, removed.catalog, removed.requests), (1, 1, 0));
    assert_eq!((ids().count(), account.requests().list().len()), (0, 0));
    assert_eq!(server.create(&["B000000001"]).text("Title"), "A Handcart's Tale");
}

#[test]
fn a_program_edits_the_catalogue_by_the_rules_of_seed_files() {
    let server = TestServer::start();
    let account = server.account(KEY);
    let catalog = account.catalog();
    let (locale, asin) = (Locale::Us, "B000000001".parse().unwrap());
    let edited = server.wait(catalog.edit(locale, asin, |product| product.price = Some(1))).unwrap();
    assert_eq!(get(&server, &format!("/accounts/{KEY}{BOOK}")).json(), serde_json::to_value(&edited).unwrap());
    assert_eq!(server.create(&["B000000001"]).inside("Price").unwrap().text("Amount"), "1");

    let new =
        |number: &str| Product { asin: number.parse().unwrap(), listing_id: None, offers: vec![], ..edited.clone() };
    assert!(server.wait(catalog.put(new("C000000001"))).unwrap().is_new);
    assert_eq!(server.wait(catalog.put_all([new("C000000002"), new("C000000003")])).unwrap(), 2);
    let listed = get(&server, &format!("/accounts/{KEY}/catalog?locale=us&limit=1000")).json();
    let all = server.wait(catalog.list(Some(locale))).unwrap();
    assert_eq!(listed["items"], serde_json::to_value(&all).unwrap());
    assert!(all.iter().any(|product| product.asin.to_string() == "C000000003"));
    let of_asin = server.wait(catalog.page(None, Some(asin), None, 100)).unwrap();
    assert!(of_asin.iter().all(|product| product.asin == asin) && !of_asin.is_empty());

    // What no seed file may say, no program may.
    let nameless = |number| Product { title: " ".to_owned(), ..new(number) };
    let put = server.wait(catalog.put(nameless("C000000004"))).unwrap_err();
    assert!(put.to_string().starts_with("1: title: "), "{put}");
    let two = server.wait(catalog.put_all([new("C000000004"), nameless("C000000005")])).unwrap_err();
    assert!(two.to_string().starts_with("2: title: "), "{two}");
    let twice = server.wait(catalog.put_all([new("C000000004"), new("C000000004")])).unwrap_err();
    assert_eq!(twice.to_string(), "2: asin: us C000000004 occurs twice; first on line 1");
    let taken = Product { listing_id: edited.listing_id.clone(), ..new("C000000004") };
    let taken = server.wait(catalog.put(taken)).unwrap_err();
    assert!(matches!(taken, NotWritten::Taken { .. }), "{taken}");
    let unknown = server.wait(catalog.edit(locale, "C000000004".parse().unwrap(), |_| {})).unwrap_err();
    assert_eq!(unknown.to_string(), "us C000000004 is not in the catalogue");

    assert!(server.wait(catalog.withdraw(locale, asin)).unwrap());
    assert!(!server.wait(catalog.withdraw(locale, asin)).unwrap());
    assert_eq!(server.create(&["B000000001"]).codes(), ["AWS.ECommerceService.ItemNotEligibleForCart"]);
    assert_eq!(server.wait(server.account("AKIAOTHER").catalog().get(locale, asin)).unwrap().unwrap().asin, asin);
}

#[test]
fn edits_over_http_and_in_the_program_take_turns() {
    let server = TestServer::start();
    let (account, asin) = (server.account(KEY), "B000000001".parse().unwrap());
    let path = format!("/accounts/{KEY}{BOOK}");
    // Each edit reads the product and writes it whole: what another wrote in between would be lost.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..25 {
                patch(&server, &path, &json!({ "title": format!("Edition {n}") }).to_string());
            }
        });
        for n in 0..25 {
            let edit = account.catalog().edit(Locale::Us, asin, |product| {
                assert_eq!(product.price.unwrap_or(0), if n == 0 { 1295 } else { n }, "the last price is there still");
                product.price = Some(n + 1);
            });
            server.wait(edit).unwrap();
        }
    });
    let product = get(&server, &path).json();
    assert_eq!((&product["title"], &product["price"]), (&json!("Edition 24"), &json!(25)));
}

#[test]
fn a_program_looks_into_carts_and_makes_them_expire() {
    let server = TestServer::start();
    let account = server.account(KEY);
    let cart = server.create(&["B000000002", "B000000001"]);
    let id: CartId = cart.text("CartId").parse().unwrap();
    server.call(&format!("Operation=CartAdd&{}&Item.1.ASIN=B00000DVD1&Item.1.Quantity=2", cart.cart()));
    let path = format!("/accounts/{KEY}/carts/{id}");
    let shown = get(&server, &path).json();
    let info = server.wait(account.carts().get(id)).unwrap().unwrap();
    assert_eq!((info.hmac.as_str(), info.state), (cart.text("HMAC").as_str(), CartState::Open));
    assert_eq!(
        (json!(info.expires_at), json!(info.hmac.as_str())),
        (shown["expires_at"].clone(), shown["hmac"].clone())
    );
    let lines: Vec<_> = info.lines.iter().map(|line| (line.asin.to_string(), u64::from(line.quantity))).collect();
    let shown_line = |line: &Value| (line["asin"].as_str().unwrap().to_owned(), line["quantity"].as_u64().unwrap());
    assert_eq!(lines, shown["lines"].as_array().unwrap().iter().map(shown_line).collect::<Vec<_>>());
    let history = account.carts().history(&info.cart);
    assert_eq!(history.iter().map(|event| event.operation.unwrap()).collect::<Vec<_>>(), ["CartCreate", "CartAdd"]);
    assert_eq!((&history[0].before, history[1].after.as_ref().unwrap().len()), (&None, 3));

    let seed = server.wait(account.carts().seed(id)).unwrap().unwrap();
    let records: Vec<String> = seed.iter().map(|product| serde_json::to_string(product).unwrap()).collect();
    assert_eq!(get(&server, &format!("{path}/seed")).body, records.join("\n") + "\n");

    let other = server.account("AKIAOTHER");
    assert!(server.wait(other.carts().get(id)).unwrap().is_none() && !server.wait(other.carts().remove(id)).unwrap());
    assert!(server.wait(other.carts().expire(id)).unwrap().is_none());
    assert_eq!(server.wait(account.carts().expire(id)).unwrap().unwrap().state, CartState::Expired);
    let gone = server.call(&format!("Operation=CartGet&{}", cart.cart()));
    assert_eq!(gone.codes(), ["AWS.ECommerceService.CartInfoMismatch"]);
    server.create(&["B000000001"]);
    let expired = CartFilter { state: Some(CartState::Expired), ..CartFilter::default() };
    let (found, next) = server.wait(account.carts().page(&expired, None, 10)).unwrap();
    assert_eq!((found.iter().map(|info| info.cart.id).collect::<Vec<_>>(), next), (vec![id], None));
    assert!(server.wait(account.carts().remove(id)).unwrap());
    assert_eq!(server.wait(server.controls().carts().clear()).unwrap(), 1, "the server's are all");
}

#[test]
fn a_program_sweeps_what_has_expired() {
    let server = TestServer::start();
    let mine = server.create(&["B000000001"]).text("CartId");
    let other =
        "/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=AKIAOTHER&Operation=CartCreate&Item.1.ASIN=B000000001";
    let theirs = server.get(other).text("CartId");
    server.advance(SignedDuration::from_hours(91 * 24));
    let ids = |swept: Swept| swept.expired.into_iter().map(|cart| cart.id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(server.wait(server.account(KEY).sweep()).unwrap()), [mine]);
    assert_eq!(ids(server.wait(server.controls().sweep()).unwrap()), [theirs], "the server's are all that are left");
    assert_eq!(server.wait(server.controls().carts().list()).unwrap().len(), 0);
}

#[test]
fn a_program_compares_snapshots_and_carries_them_to_another_server() {
    let server = TestServer::start();
    let account = server.account(KEY);
    let cart = server.create(&["B000000001"]);
    let taken = server.wait(account.snapshots().take("one")).unwrap();
    assert!(taken.is_new && !server.wait(account.snapshots().take("one")).unwrap().is_new);
    assert_eq!(server.wait(account.snapshots().diff("one", None)).unwrap().count, 0);
    server.call(&format!("Operation=CartAdd&{}&Item.1.ASIN=B000000002", cart.cart()));
    let differs = server.wait(account.snapshots().diff("one", None)).unwrap();
    let shown = get(&server, &format!("/accounts/{KEY}/snapshots/one/diff")).json();
    assert_eq!(
        (json!(differs.count), json!(differs.told[0].what)),
        (shown["count"].clone(), shown["differences"][0]["what"].clone())
    );
    server.wait(account.snapshots().take("two")).unwrap();
    assert_eq!(server.wait(account.snapshots().diff("one", Some("two"))).unwrap(), differs);

    let document = server.wait(account.snapshots().get("one")).unwrap().doc;
    assert_eq!(get(&server, &format!("/accounts/{KEY}/snapshots/one")).body, *document);
    let elsewhere = TestServer::start();
    let there = elsewhere.account(KEY);
    assert!(elsewhere.wait(there.snapshots().upload("theirs", document)).unwrap().is_new);
    elsewhere.wait(there.snapshots().restore("theirs")).unwrap();
    assert_eq!(elsewhere.call(&format!("Operation=CartGet&{}", cart.cart())).lines(), "B000000001 x 1");

    let refused = |failed: Failed| failed.to_string();
    let name = "the name of a snapshot has up to 64 letters, digits, dots, dashes and underscores";
    for failed in [
        server.wait(account.snapshots().take("one cart")).map(drop),
        server.wait(account.snapshots().upload("../x", "{}")).map(drop),
        server.wait(account.snapshots().restore("")).map(drop),
        server.wait(account.snapshots().remove("\0")).map(drop),
    ] {
        assert_eq!(refused(failed.unwrap_err()), name);
    }
    let unusable = server.wait(account.snapshots().upload("x", "{}")).unwrap_err();
    assert!(matches!(unusable, Failed::Unusable(_)), "{unusable}");
    for failed in [
        server.wait(account.snapshots().restore("none")).map(drop),
        server.wait(account.snapshots().diff("one", Some("none"))).map(drop),
        server.wait(server.account("AKIAOTHER").snapshots().get("none")).map(drop),
    ] {
        assert_eq!(refused(failed.unwrap_err()), "there is no snapshot \"none\" here");
    }
    let names =
        || server.wait(account.snapshots().list()).unwrap().into_iter().map(|info| info.name).collect::<Vec<_>>();
    assert_eq!(names(), ["one", "two"]);
    assert!(server.wait(account.snapshots().remove("one")).unwrap() && names() == ["two"]);
}

#[test]
fn a_program_gives_accounts_secrets_modes_and_seeds() {
    let server = TestServer::start();
    let accounts = server.accounts();
    assert!(server.wait(accounts.get(KEY)).unwrap().is_none());
    let new = NewAccount::default().secret("theirs").mode(Mode::Strict).ids_seed(7);
    assert!(server.wait(accounts.put(KEY, new)).unwrap().is_new);
    let shown = get(&server, &format!("/accounts/{KEY}")).json();
    let told = (&shown["has_secret"], &shown["mode"], &shown["ids_seed"]);
    assert_eq!(told, (&json!(true), &json!("strict"), &json!(7)));
    assert_eq!(server.create(&["B000000001"]).codes(), ["MissingParameter"], "strict asks for a signature");

    let put = server.wait(accounts.put(KEY, NewAccount::default().ids_seed(7))).unwrap();
    assert_eq!((put.is_new, put.now.mode, put.now.has_secret), (false, None, false));
    let first = server.create(&["B000000001"]).text("CartId");
    server.wait(accounts.put(KEY, NewAccount::default().ids_seed(7))).unwrap();
    server.wait(server.account(KEY).reset()).unwrap();
    assert_eq!(server.create(&["B000000001"]).text("CartId"), first, "ids begin anew with a seed");
    let about = server.wait(accounts.get(KEY)).unwrap().unwrap();
    assert_eq!((about.holdings.carts, about.ids_seed), (1, Some(7)));
    assert_eq!(server.wait(accounts.list()).unwrap(), [about]);

    for (key, new, why) in [
        ("", NewAccount::default(), "an access key has 1 to 128 characters, and no control characters"),
        ("a\0", NewAccount::default(), "an access key has 1 to 128 characters, and no control characters"),
        (KEY, NewAccount::default().secret(""), "secret: it is empty; leave it out to have none"),
    ] {
        assert_eq!(server.wait(accounts.put(key, new)).unwrap_err().to_string(), why);
    }
    assert!(server.wait(accounts.remove(KEY)).unwrap() && !server.wait(accounts.remove(KEY)).unwrap());
    for key in ["", "a\0"] {
        assert!(server.wait(accounts.get(key)).unwrap().is_none() && !server.wait(accounts.remove(key)).unwrap());
    }
    server.wait(server.controls().faults().add(Rule::status(503))).unwrap();
    assert!(!server.wait(accounts.remove("")).unwrap(), "the server is no account");
    assert_eq!(server.controls().faults().list().len(), 1);
    assert_eq!(server.wait(accounts.list()).unwrap(), []);
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
    let nothing = server.wait(account.requests().verify(&Expectation::order([])));
    assert_eq!((nothing.pass, nothing.to_string().as_str()), (false, "An order has steps, and this one has none."));
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
