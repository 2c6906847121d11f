//! Named states: taken, kept, restored, compared, and carried from one server to another.

use super::{ROOT, ask, check_problem, delete, get, load, patch, put, record};
use crate::support::{TestServer, Wire};
use serde_json::Value;

const ONE: &str = "/accounts/one";

#[track_caller]
fn post(server: &TestServer, path: &str) -> Value {
    let answer = ask(server, "POST", path, &[], "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// A cart of the account `one`.
#[track_caller]
fn create(server: &TestServer) -> crate::support::Answer {
    let query = "Operation=CartCreate&Version=2011-08-01&Item.1.ASIN=B000000001&Item.1.Quantity=1";
    server.get(&format!("/us/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=one&{query}"))
}

#[track_caller]
fn cart_is_there(server: &TestServer, cart: &str) -> bool {
    let query = format!("Operation=CartGet&Version=2011-08-01&{cart}");
    server.get(&format!("/us/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=one&{query}")).has("CartItems")
}

#[test]
fn an_account_goes_back_to_where_it_was() {
    let server = TestServer::start();
    let cart = create(&server).cart();
    put(&server, &format!("{ONE}/catalog/us/C000000001"), &record(1));
    let taken = ask(&server, "PUT", &format!("{ONE}/snapshots/first"), &[], "");
    assert_eq!(taken.status, 201, "{}", taken.body);
    assert_eq!((&taken.json()["name"], &taken.json()["counts"]["carts"]), (&"first".into(), &1.into()));
    assert_eq!(ask(&server, "PUT", &format!("{ONE}/snapshots/first"), &[], "").status, 200);
    let list = get(&server, &format!("{ONE}/snapshots")).json();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]), (1, &taken.json()));
    assert!(get(&server, "/snapshots").json()["items"].as_array().unwrap().is_empty());
    post(&server, &format!("{ONE}/reset"));
    assert!(!cart_is_there(&server, &cart));
    for _ in 0..2 {
        assert_eq!(post(&server, &format!("{ONE}/snapshots/first/restore"))["counts"]["carts"], 1);
        assert!(cart_is_there(&server, &cart), "with its HMAC");
        assert_eq!(get(&server, &format!("{ONE}/catalog/us/C000000001")).status, 200);
    }
    assert_eq!(get(&server, &format!("{ONE}/snapshots/first/diff")).json()["same"], true);
    assert_eq!(delete(&server, &format!("{ONE}/snapshots/first")).status, 204);
    check_problem(&delete(&server, &format!("{ONE}/snapshots/first")), 404);
    check_problem(&ask(&server, "POST", &format!("{ONE}/snapshots/first/restore"), &[], ""), 404);
    check_problem(&ask(&server, "PUT", "/snapshots/a%20b", &[], ""), 400);
}

#[test]
fn differences_are_told_in_words() {
    let server = TestServer::start();
    let cart = create(&server);
    put(&server, &format!("{ONE}/catalog/us/C000000001"), &record(1));
    ask(&server, "PUT", &format!("{ONE}/snapshots/a"), &[], "");
    patch(&server, &format!("{ONE}/catalog/us/C000000001"), r#"{"price":7}"#);
    delete(&server, &format!("/carts/{}", cart.text("CartId")));
    ask(&server, "PUT", &format!("{ONE}/snapshots/b"), &[], "");
    let now = get(&server, &format!("{ONE}/snapshots/a/diff")).json();
    let told: Vec<&str> =
        now["differences"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
    let gone = format!("the cart {} is gone", cart.text("CartId"));
    assert_eq!(told, [gone.as_str(), "the product us C000000001: price is 7, was 1"]);
    assert_eq!((&now["same"], &now["count"]), (&false.into(), &2.into()));
    assert_eq!(get(&server, &format!("{ONE}/snapshots/a/diff?with=b")).json(), now);
    assert_eq!(get(&server, &format!("{ONE}/snapshots/b/diff")).json()["same"], true);
    check_problem(&get(&server, &format!("{ONE}/snapshots/a/diff?with=c")), 404);
}

#[test]
fn a_snapshot_is_carried_to_another_server() {
    let (server, other) = (TestServer::start(), TestServer::start());
    let cart = create(&server).cart();
    ask(&server, "PUT", &format!("{ONE}/snapshots/a"), &[], "");
    ask(&server, "PUT", "/snapshots/whole", &[], "");
    let document = get(&server, &format!("{ONE}/snapshots/a"));
    assert_eq!((document.status, &document.json()["version"]), (200, &1.into()));
    let uploaded = put(&other, &format!("{ONE}/snapshots/b"), &document.body);
    assert_eq!((uploaded.status, &uploaded.json()["counts"]["carts"]), (201, &1.into()), "{}", uploaded.body);
    assert!(!cart_is_there(&other, &cart));
    post(&other, &format!("{ONE}/snapshots/b/restore"));
    assert!(cart_is_there(&other, &cart));
    assert_eq!(put(&other, "/snapshots/whole", &get(&server, "/snapshots/whole").body).status, 201);
    post(&other, "/snapshots/whole/restore");
    assert!(cart_is_there(&other, &cart));
    // What is none is refused before it is kept.
    for (path, body) in [
        ("/snapshots/c", document.body.as_str()),
        ("/accounts/one/snapshots/c", "{}"),
        ("/accounts/one/snapshots/c", "\u{1}"),
    ] {
        check_problem(&put(&other, path, body), 400);
    }
    check_problem(&get(&other, "/snapshots/c"), 404);
    let taken = "/accounts/thief/snapshots/a";
    put(&other, taken, &document.body);
    check_problem(&ask(&other, "POST", &format!("{taken}/restore"), &[], ""), 409);
}

#[test]
fn what_does_not_fit_is_refused_and_what_there_is_stays() {
    const LIMIT: usize = 32 * 1024 * 1024;
    let server = TestServer::start();
    let path = format!("{ONE}/snapshots/a");
    let cart = create(&server).cart();
    assert_eq!(ask(&server, "PUT", &path, &[], "").status, 201);
    let kept = get(&server, &path).body;
    let unchanged = || {
        assert_eq!(get(&server, &path).body, kept);
        assert!(cart_is_there(&server, &cart));
        assert_eq!(get(&server, &format!("{ONE}/snapshots")).json()["items"].as_array().unwrap().len(), 1);
    };
    // One that comes from outside: told beforehand, or found out on its way.
    let head = format!("PUT {ROOT}{path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n");
    let told = Wire::open(server.addr).send(format!("{head}Content-Length: {}\r\n\r\n", LIMIT + 1)).answer().unwrap();
    let chunk = format!("{:x}\r\n{}", LIMIT + 1, " ".repeat(LIMIT + 1));
    let found = Wire::open(server.addr).send(format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunk}")).answer();
    for answer in [told, found.unwrap()] {
        check_problem(&answer, 413);
        assert_eq!(answer.json()["detail"], "the body is larger than 33554432 bytes");
        unchanged();
    }
    // What is there now.
    // A line may be a mebibyte long.
    let binding = "x".repeat(LIMIT / 40);
    let line = |n| record(n).replace("\"price\"", &format!("\"binding\":\"{binding}\",\"price\""));
    let lines: Vec<String> = (0..40).map(line).collect();
    assert_eq!(load(&server, &format!("{ONE}/catalog"), &lines.join("\n")).status, 200);
    for (method, path) in [("PUT", path.clone()), ("GET", format!("{path}/diff"))] {
        let answer = ask(&server, method, &path, &[], "");
        check_problem(&answer, 422);
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.ends_with("it would be larger than 32 MiB"), "{method} {path}: {detail}");
        unchanged();
    }
    // Going back is possible all the same.
    post(&server, &format!("{path}/restore"));
    unchanged();
    assert_eq!(get(&server, &format!("{ONE}/catalog/us/C000000001")).status, 404);
}
