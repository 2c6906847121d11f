//! What was bought at the hand-off.

use super::{check_problem, get};
use crate::support::TestServer;
use cartwright::cart::{CustomerCart, CustomerId, Locale, Money, Purchase, PurchasedLine};
use cartwright::store::{DatabaseUrl, StoreSettings, open};
use jiff::{SignedDuration, Timestamp};

/// A server on a database in which these orders were made: for each its account and its carts' tags, a minute after the other.
fn sold(folder: &std::path::Path, orders: &[(&str, &[&str])]) -> TestServer {
    let path = folder.join("carts.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = open(&DatabaseUrl::Sqlite(path.clone()), StoreSettings::default()).await.unwrap();
        for (n, (account, tags)) in orders.iter().enumerate() {
            let at = noon() + SignedDuration::from_mins(i64::try_from(n).unwrap());
            let bought = tags.iter().map(|tag| purchase(n, at, account, tag)).collect();
            let customer = CustomerId::from_number(n as u128);
            assert!(store.save_customer_cart(CustomerCart::empty(customer, Locale::Us, at), bought).await.unwrap());
        }
        store.close().await;
    });
    TestServer::with(|config| config.database = format!("sqlite:{}", path.display()))
}

fn noon() -> Timestamp {
    "2006-05-17T12:00:00Z".parse().unwrap()
}

fn purchase(order: usize, at: Timestamp, account: &str, tag: &str) -> Purchase {
    let asin = "B000000001".parse().unwrap();
    Purchase {
        order_id: format!("102-0000000-{order:07}").parse().unwrap(),
        at,
        locale: Locale::Us,
        account: account.to_owned(),
        cart: Some("102-7777777-0000001".parse().unwrap()),
        associate_tag: tag.to_owned(),
        lines: vec![PurchasedLine {
            asin,
            listing: None,
            title: "A Handcart's Tale".to_owned(),
            quantity: 2,
            price: 1295,
            list_item_id: Some("I1".to_owned()),
        }],
        total: Money::new(2590, Locale::Us.currency()),
    }
}

/// The tags of a page, and where the next one begins.
#[track_caller]
fn tags(server: &TestServer, path: &str) -> (String, Option<String>) {
    let answer = get(server, path);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let list = answer.json();
    let tags: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["associate_tag"].as_str().unwrap().to_owned())
        .collect();
    (tags.join(" "), list["next"].as_str().map(str::to_owned))
}

#[test]
fn what_was_bought_is_shown_with_all_that_is_known_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = sold(folder.path(), &[("AKIATEST", &["tag-20"])]);
    let expected = serde_json::json!({"items": [{
        "order_id": "102-0000000-0000000",
        "at": "2006-05-17T12:00:00Z",
        "account": "AKIATEST",
        "locale": "us",
        "cart_id": "102-7777777-0000001",
        "associate_tag": "tag-20",
        "lines": [{
            "asin": "B000000001",
            "listing_id": null,
            "title": "A Handcart's Tale",
            "quantity": 2,
            "price": 1295,
            "list_item_id": "I1",
        }],
        "total": 2590,
        "currency": "USD",
    }], "next": null});
    assert_eq!(get(&server, "/purchases").json(), expected);
}

#[test]
fn purchases_are_listed_newest_first_and_by_account() {
    let folder = tempfile::tempdir().unwrap();
    let server = sold(folder.path(), &[("A", &["one"]), ("B", &["two"]), ("A", &["three"])]);
    assert_eq!(tags(&server, "/purchases"), ("three two one".to_owned(), None));
    assert_eq!(tags(&server, "/accounts/A/purchases"), ("three one".to_owned(), None));
    assert_eq!(tags(&server, "/accounts/C/purchases"), (String::new(), None));
}

#[test]
fn pages_of_purchases_do_not_tear_an_order() {
    let folder = tempfile::tempdir().unwrap();
    let server = sold(folder.path(), &[("A", &["1"]), ("A", &["2a", "2b", "2c"]), ("A", &["3"])]);
    let (first, next) = tags(&server, "/purchases?limit=1");
    assert_eq!(first, "3");
    let (second, next) = tags(&server, &format!("/purchases?limit=1&cursor={}", next.unwrap()));
    assert_eq!(second, "2a 2b 2c", "they were bought together");
    let (third, next) = tags(&server, &format!("/purchases?limit=1&cursor={}", next.unwrap()));
    assert_eq!((third.as_str(), next), ("1", None));
    for cursor in ["x", "2006-05-17T12:00:00Z", "2006-05-17T12:00:00Z_x"] {
        check_problem(&get(&server, &format!("/purchases?cursor={cursor}")), 400);
    }
}

#[test]
fn a_program_that_runs_the_server_sees_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let server = sold(folder.path(), &[("AKIA1", &["a", "b"]), ("AKIA2", &["c"]), ("AKIA1", &["d"])]);
    let tags = |found: Vec<Purchase>| found.into_iter().map(|purchase| purchase.associate_tag).collect::<Vec<_>>();
    let account = server.account("AKIA1");
    let all = server.wait(account.purchases().list()).unwrap();
    assert_eq!(tags(all.clone()), self::tags(&server, "/accounts/AKIA1/purchases").0.split(' ').collect::<Vec<_>>());
    let after = (all[0].at, all[0].order_id);
    assert_eq!(server.wait(account.purchases().page(Some(after), 10)).unwrap(), all[1..]);
    let everybody = server.wait(server.controls().purchases().list()).unwrap();
    assert_eq!(tags(everybody), self::tags(&server, "/purchases").0.split(' ').collect::<Vec<_>>());
}
