//! The carts as an operator sees them.

use super::{ask, check_problem, delete, get};
use crate::support::{Answer, TestServer};
use jiff::SignedDuration;

/// A cart of an account with one piece of each of these; answers its CartId.
#[track_caller]
fn create(server: &TestServer, key: &str, more: &str) -> String {
    let query =
        format!("Service=AWSECommerceService&AWSAccessKeyId={key}&Operation=CartCreate&Version=2011-08-01{more}");
    server.get(&format!("/us/onca/xml?{query}")).text("CartId")
}

const BOOK: &str = "&Item.1.ASIN=B000000001&Item.1.Quantity=2";

/// The ids of a list, and whether there may be more.
#[track_caller]
fn ids(answer: &Answer) -> (Vec<String>, bool) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let list = answer.json();
    let id = |item: &serde_json::Value| item["cart_id"].as_str().unwrap().to_owned();
    (list["items"].as_array().unwrap().iter().map(id).collect(), list["next"].is_string())
}

#[test]
fn a_cart_is_shown_with_its_lines_as_the_service_shows_them() {
    let server = TestServer::start();
    let made = server.create(&["B000000001"]);
    let cart_id = made.text("CartId");
    let shown = get(&server, &format!("/carts/{cart_id}")).json();
    assert_eq!((&shown["account"], &shown["locale"]), (&"AKIATEST".into(), &"us".into()));
    assert_eq!(shown["hmac"], made.text("HMAC"));
    assert_eq!((&shown["state"], &shown["currency"]), (&"open".into(), &"USD".into()));
    assert_eq!(shown["created_at"], "2006-05-17T12:00:00Z");
    assert_eq!(shown["touched_at"], "2006-05-17T12:00:00Z");
    assert_eq!(shown["expires_at"], "2006-08-15T12:01:00Z");
    let history = shown["history"].as_array().unwrap();
    assert_eq!((history.len(), &history[0]["operation"]), (1, &"CartCreate".into()), "{}", shown["history"]);
    assert!(history[0]["before"].is_null());
    assert_eq!(
        (&history[0]["after"][0]["asin"], &history[0]["after"][0]["quantity"]),
        (&"B000000001".into(), &1.into())
    );
    assert_eq!(history[0]["at"], "2006-05-17T12:00:00Z");
    let line = &shown["lines"][0];
    assert_eq!(line["asin"], "B000000001");
    assert_eq!((&line["quantity"], &line["area"]), (&1.into(), &"active".into()));
    assert_eq!(
        line["price"].as_i64().unwrap().to_string(),
        made.inside("CartItem").unwrap().inside("Price").unwrap().text("Amount")
    );
    assert_eq!(line["title"], made.text("Title"));
    // The letter is of no account, and another in every era.
    assert_eq!(line["cart_item_id"].as_str().unwrap()[1..], made.text("CartItemId")[1..]);
    assert!(line["listing_id"].is_null());
    check_problem(&get(&server, "/carts/102-0000000-0000000"), 404);
    check_problem(&get(&server, "/carts/nonsense"), 404);
    check_problem(&get(&server, &format!("/accounts/other/carts/{cart_id}")), 404);
}

#[test]
fn carts_are_listed_and_filtered_at_the_root_and_under_their_account() {
    let server = TestServer::start();
    let one = create(&server, "one", BOOK);
    let tagged = create(&server, "two", &format!("{BOOK}&AssociateTag=tag-20"));
    let german = server.call_in("de", "Operation=CartCreate&Version=2011-08-01&Item.1.ASIN=B000000001");
    let mut all = vec![one.clone(), tagged.clone()];
    if german.has("CartId") {
        all.push(german.text("CartId"));
    }
    all.sort();
    assert_eq!(ids(&get(&server, "/carts")), (all.clone(), false));
    assert_eq!(ids(&get(&server, "/accounts/one/carts")), (vec![one.clone()], false));
    assert_eq!(ids(&get(&server, "/accounts/nobody/carts")), (vec![], false));
    assert_eq!(ids(&get(&server, "/carts?associate_tag=tag-20")), (vec![tagged.clone()], false));
    assert_eq!(ids(&get(&server, "/carts?locale=jp")), (vec![], false));
    assert_eq!(ids(&get(&server, "/accounts/one/carts?asin=B000000001")).0, [one.as_str()]);
    assert_eq!(ids(&get(&server, "/carts?asin=B000000099")), (vec![], false));
    // Page by page.
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(&server, &format!("/carts?limit=1{cursor}"));
        let (ids, more) = ids(&page);
        seen.extend(ids);
        if !more {
            break;
        }
        cursor = format!("&cursor={}", page.json()["next"].as_str().unwrap());
    }
    assert_eq!(seen, all);
    check_problem(&get(&server, "/carts?state=lost"), 400);
    check_problem(&get(&server, "/carts?tag=x"), 400);
}

#[test]
fn a_cart_dies_when_it_is_told_to_or_when_its_time_has_come() {
    let server = TestServer::start();
    let made = server.create(&["B000000001"]);
    let cart_id = made.text("CartId");
    let operation = format!("Operation=CartGet&Version=2011-08-01&{}", made.cart());
    assert!(server.call(&operation).has("CartId"));
    let other = server.create(&["B000000001"]).text("CartId");
    let expired = ask(&server, "POST", &format!("/carts/{cart_id}/expire"), &[], "");
    assert_eq!((expired.status, &expired.json()["state"]), (200, &"expired".into()));
    assert_eq!(server.call(&operation).codes(), ["AWS.ECommerceService.CartInfoMismatch"]);
    assert_eq!(ask(&server, "POST", &format!("/carts/{cart_id}/expire"), &[], "").status, 200, "once more");
    assert_eq!(ids(&get(&server, "/carts?state=expired")).0, [cart_id.as_str()]);
    assert_eq!(ids(&get(&server, "/carts?state=open")).0, [other.as_str()]);
    server.advance(SignedDuration::from_hours(24 * 91));
    assert_eq!(ids(&get(&server, "/carts?state=expired")).0.len(), 2);
    check_problem(&ask(&server, "POST", "/carts/102-0000000-0000000/expire", &[], ""), 404);
}

#[test]
fn carts_are_deleted_one_by_one_or_all_of_an_account() {
    let server = TestServer::start();
    let carts: Vec<String> = ["one", "one", "two"].iter().map(|key| create(&server, key, BOOK)).collect();
    check_problem(&delete(&server, &format!("/accounts/two/carts/{}", carts[0])), 404);
    assert_eq!(delete(&server, &format!("/accounts/one/carts/{}", carts[0])).status, 204);
    check_problem(&delete(&server, &format!("/carts/{}", carts[0])), 404);
    assert_eq!(delete(&server, "/accounts/one/carts").json()["deleted"], 1);
    assert_eq!(ids(&get(&server, "/carts")).0, [carts[2].as_str()]);
    assert_eq!(delete(&server, "/carts").json()["deleted"], 1);
}

#[test]
fn the_seed_of_a_cart_is_a_catalogue_that_another_server_can_make_it_from() {
    let server = TestServer::start();
    super::put(&server, "/accounts/one/catalog/us/C000000001", &super::record(1));
    let cart = create(&server, "one", &format!("{BOOK}&Item.2.ASIN=C000000001&Item.2.Quantity=1"));
    let seed = get(&server, &format!("/carts/{cart}/seed"));
    assert_eq!((seed.status, seed.header("content-type")), (200, Some("application/x-ndjson")));
    assert_eq!(seed.body.lines().count(), 2, "{}", seed.body);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seed.jsonl");
    std::fs::write(&path, &seed.body).unwrap();
    let other = TestServer::with(|config| config.catalog = vec![path]);
    assert!(other.create(&["B000000001", "C000000001"]).has("CartId"));
    assert_eq!(super::load(&other, "/accounts/x/catalog", &seed.body).json()["written"], 2);
}
