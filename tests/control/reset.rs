//! Back to the seeded baseline.

use super::{BOOK, ask, check_problem, delete, get, put, record};
use crate::support::{TestServer, exchange, request};
use serde_json::{Value, json};

#[track_caller]
fn reset(server: &TestServer, path: &str) -> Value {
    let answer = ask(server, "POST", path, &[], "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["removed"].clone()
}

fn create(server: &TestServer, key: &str) -> crate::support::Answer {
    let query = "Operation=CartCreate&Version=2011-08-01&Item.1.ASIN=B000000001&Item.1.Quantity=1";
    let target = format!("/us/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={key}&{query}");
    exchange(server.addr, &request("GET", &target, &[], b""))
}

#[test]
fn an_account_is_reset_alone_and_is_told_what_was_removed() {
    let server = TestServer::start();
    for key in ["one", "one", "two"] {
        create(&server, key);
        assert!(put(&server, &format!("/accounts/{key}/catalog/us/C000000001"), &record(1)).status < 300);
    }
    let removed = reset(&server, "/accounts/one/reset");
    assert_eq!((&removed["carts"], &removed["catalog"]), (&json!(2), &json!(1)), "{removed}");
    check_problem(&get(&server, "/accounts/one/catalog/us/C000000001"), 404);
    assert_eq!(get(&server, "/accounts/two/catalog/us/C000000001").status, 200);
    assert_eq!(get(&server, "/accounts/two/carts").json()["items"].as_array().unwrap().len(), 1);
    let again = reset(&server, "/accounts/one/reset");
    assert!(again.as_object().unwrap().values().all(|count| *count == 0), "{again}");
}

#[test]
fn only_the_parts_that_are_named_are_reset() {
    let server = TestServer::start();
    create(&server, "one");
    put(&server, "/accounts/one/catalog/us/C000000001", &record(1));
    assert_eq!(reset(&server, "/accounts/one/reset?only=clock,faults")["carts"], 0);
    assert_eq!(reset(&server, "/accounts/one/reset?only=carts")["carts"], 1);
    assert_eq!(get(&server, "/accounts/one/catalog/us/C000000001").status, 200);
    assert_eq!(reset(&server, "/accounts/one/reset?only=catalog")["catalog"], 1);
    let answer = ask(&server, "POST", "/reset?only=carts,cats", &[], "");
    check_problem(&answer, 400);
    assert!(answer.body.contains("\\\"cats\\\" is no part; the parts are carts, catalog"), "{}", answer.body);
}

#[test]
fn a_reset_of_the_server_undoes_edits_of_the_baseline_too() {
    let server = TestServer::start();
    let before = get(&server, BOOK).body;
    super::patch(&server, BOOK, r#"{"price":1}"#);
    put(&server, "/catalog/us/C000000001", &record(1));
    put(&server, "/accounts/one/catalog/us/C000000002", &record(2));
    create(&server, "one");
    let removed = reset(&server, "/reset");
    assert_eq!((&removed["carts"], &removed["catalog"]), (&json!(1), &json!(1)), "{removed}");
    assert_eq!(get(&server, BOOK).body, before);
    check_problem(&get(&server, "/catalog/us/C000000001"), 404);
    check_problem(&get(&server, "/accounts/one/catalog/us/C000000002"), 404);
    assert!(create(&server, "one").has("CartId"));
}

#[test]
fn a_reset_that_finds_the_seed_files_broken_says_where_and_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, record(1)).unwrap();
    let server = TestServer::with(|config| config.catalog = vec![path.clone()]);
    super::patch(&server, "/catalog/us/C000000001", r#"{"price":7}"#);
    std::fs::write(&path, record(1).replace("\"price\":1", "\"price\":-1")).unwrap();
    let answer = ask(&server, "POST", "/reset", &[], "");
    check_problem(&answer, 409);
    assert!(answer.body.contains("a.jsonl:1: price: "), "{}", answer.body);
    assert_eq!(get(&server, "/catalog/us/C000000001").json()["price"], 7);
    assert_eq!(delete(&server, "/catalog/us/C000000001").status, 204);
}
