//! Verification: a test says which requests it expects, waits for them, and is told what came nearest when they did not come.

use super::{ask, check_problem};
use crate::support::TestServer;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[track_caller]
fn verify_at(server: &TestServer, path: &str, expectation: &Value) -> Value {
    let answer = ask(server, "POST", path, &[("Content-Type", "application/json")], &expectation.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[track_caller]
fn verify(server: &TestServer, expectation: &Value) -> Value {
    verify_at(server, "/requests/verify", expectation)
}

/// Checks the verdict and its sentence.
#[track_caller]
fn check(server: &TestServer, expectation: &Value, pass: bool, count: u64, message: &str) {
    let verdict = verify(server, expectation);
    let expected = (&json!(pass), &json!(count), &json!(message));
    assert_eq!((&verdict["pass"], &verdict["count"], &verdict["message"]), expected, "{verdict}");
    if pass {
        assert_eq!(verdict["nearest"], json!([]));
    }
}

/// A cart with one book, and two more CartAdds: entries 1 to 3.
fn shop(server: &TestServer) {
    let cart = server.create(&["B000000001"]).cart();
    server.call(&format!("Operation=CartAdd&{cart}&Item.1.ASIN=B000000002&Item.1.Quantity=2"));
    server.call(&format!("Operation=CartAdd&{cart}&Item.1.ASIN=B00000DVD1"));
}

#[test]
fn requests_are_counted_by_all_criteria_together() {
    let server = TestServer::start();
    shop(&server);
    let add = |more: Value| {
        let mut expectation = json!({ "operation": "CartAdd" });
        expectation.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        expectation
    };
    check(&server, &add(json!({ "times": { "exactly": 2 } })), true, 2, "CartAdd came twice, as expected.");
    check(
        &server,
        &add(json!({ "times": { "exactly": 3 } })),
        false,
        2,
        "CartAdd came twice, and not exactly 3 times.",
    );
    check(&server, &add(json!({ "times": { "at_most": 1 } })), false, 2, "CartAdd came twice, and not at most once.");
    check(
        &server,
        &add(json!({ "times": { "at_least": 2, "at_most": 3 } })),
        true,
        2,
        "CartAdd came twice, as expected.",
    );
    let book = "CartAdd with asin B000000002";
    check(&server, &add(json!({ "asin": "B000000002" })), true, 1, &format!("{book} came once, as expected."));
    check(
        &server,
        &add(json!({ "asin": "B000000002", "quantity": 3 })),
        false,
        0,
        &format!("{book}, quantity 3 came never, and not at least once."),
    );
    check(
        &server,
        &add(json!({ "parameters": { "Item.1.ASIN": "B00000DVD1" }, "locale": "us", "status": 200 })),
        true,
        1,
        "CartAdd with locale us, Item.1.ASIN B00000DVD1, status 200 came once, as expected.",
    );
    check(&server, &json!({ "since": 2 }), true, 1, "A request with since 2 came once, as expected.");
    check(
        &server,
        &json!({ "operation": "CartClear", "times": { "exactly": 0 } }),
        true,
        0,
        "CartClear came never, as expected.",
    );
}

#[test]
fn a_failure_tells_the_nearest_requests_and_what_differs() {
    let server = TestServer::start();
    shop(&server);
    let verdict =
        verify(&server, &json!({ "operation": "CartAdd", "asin": "B000000002", "quantity": 3, "locale": "de" }));
    let nearest = verdict["nearest"].as_array().unwrap();
    assert_eq!(
        nearest[0],
        json!({ "id": 2, "at": "2006-05-17T12:00:00Z", "operation": "CartAdd", "differs": [
            { "field": "locale", "expected": "de", "found": "us" },
            { "field": "quantity", "expected": "3", "found": "2" },
        ] }),
        "{verdict}"
    );
    assert_eq!(nearest.iter().map(|near| near["id"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 3, 1]);
    // What came too often is told without a difference.
    let verdict = verify(&server, &json!({ "operation": "CartAdd", "times": { "at_most": 1 } }));
    let told: Vec<_> =
        verdict["nearest"].as_array().unwrap().iter().map(|near| (&near["id"], &near["differs"])).collect();
    assert_eq!(told, [(&json!(3), &json!([])), (&json!(2), &json!([]))]);
    // A secret is compared, and not told.
    let cart = server.create(&["B000000001"]);
    server.call(&format!("Operation=CartGet&{}", cart.cart()));
    let hmac = cart.text("HMAC");
    let criteria = |hmac: &str| json!({ "operation": "CartGet", "parameters": { "HMAC": hmac } });
    assert_eq!(verify(&server, &criteria(&hmac))["pass"], true);
    let verdict = verify(&server, &criteria("another secret"));
    assert_eq!(
        verdict["nearest"][0]["differs"],
        json!([{ "field": "HMAC", "expected": "REDACTED", "found": "REDACTED" }])
    );
    assert!(!verdict.to_string().contains("another secret"), "{verdict}");
}

#[test]
fn an_order_passes_over_what_came_in_between() {
    let server = TestServer::start();
    shop(&server);
    let step = |operation: &str, asin: &str| json!({ "operation": operation, "asin": asin });
    let order = |steps: &[Value]| json!({ "order": steps });
    let (create, add) = (step("CartCreate", "B000000001"), step("CartAdd", "B00000DVD1"));
    check(&server, &order(&[create.clone(), add.clone()]), true, 2, "All 2 steps came in this order.");
    check(
        &server,
        &order(&[add, create]),
        false,
        1,
        "Step 2, CartCreate with asin B000000001, did not come behind request 3.",
    );
    let missing = order(&[json!({ "operation": "CartClear" })]);
    check(&server, &missing, false, 0, "Step 1, CartClear, did not come.");
}

#[test]
fn errors_and_missing_signatures_are_found() {
    let server = TestServer::with(|config| {
        config.accounts.insert("AKIAKNOWN".to_owned(), cartwright::config::Secret::new("its secret"));
    });
    server.get("/gp/cart/view.html");
    check(
        &server,
        &json!({ "check": ["no-errors", "no-unsigned"] }),
        true,
        0,
        "No request had an error or no signature.",
    );
    server.call("Operation=CartCreate&Item.1.ASIN=B000000001&Signature=x");
    check(&server, &json!({ "no_unsigned": true }), true, 0, "No request had no signature.");
    shop(&server);
    server.call("Operation=CartCreate&Item.1.ASIN=B00NOTHERE");
    server.get("/no/such/path");
    check(&server, &json!({ "check": "no-unsigned", "since": 2 }), false, 4, "4 requests had no signature.");
    check(&server, &json!({ "no-errors": true, "operation": "CartAdd" }), true, 0, "No request had an error.");
    let verdict = verify(&server, &json!({ "check": "no-errors" }));
    assert_eq!((&verdict["pass"], &verdict["count"]), (&json!(false), &json!(2)));
    let differs = |near: &Value| near["differs"][0]["found"].as_str().unwrap().to_owned();
    let found: Vec<_> = verdict["nearest"].as_array().unwrap().iter().map(differs).collect();
    assert_eq!(found, ["InvalidURI", "AWS.ECommerceService.ItemNotEligibleForCart"]);
}

#[test]
fn what_is_expected_is_waited_for_and_no_longer() {
    let server = TestServer::start();
    let expectation = json!({ "operation": "CartCreate", "times": { "at_least": 2 }, "within": "30s" });
    server.create(&["B000000001"]);
    let started = Instant::now();
    let verdict = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| verify(&server, &expectation));
        server.create(&["B000000002"]);
        waiting.join().unwrap()
    });
    assert_eq!((&verdict["pass"], &verdict["count"]), (&json!(true), &json!(2)), "{verdict}");
    // One too many is the end of it; an exact number is not, before the time is over.
    let verdict = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            verify(&server, &json!({ "operation": "CartCreate", "times": { "exactly": 2 }, "within": "30s" }))
        });
        server.create(&["B00000DVD1"]);
        waiting.join().unwrap()
    });
    assert_eq!((&verdict["pass"], &verdict["count"]), (&json!(false), &json!(3)), "{verdict}");
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    let started = Instant::now();
    let verdict = verify(&server, &json!({ "operation": "CartCreate", "times": { "exactly": 3 }, "within": "300ms" }));
    assert_eq!(verdict["pass"], true);
    assert!(started.elapsed() >= Duration::from_millis(300));
    let verdict = verify(&server, &json!({ "operation": "CartClear", "within": "50ms" }));
    assert_eq!(
        (&verdict["pass"], &verdict["message"]),
        (&json!(false), &json!("CartClear came never, and not at least once."))
    );
}

#[test]
fn an_account_sees_its_own_requests() {
    let server = TestServer::start();
    server.call("Operation=Help");
    let own = |key: &str| verify_at(&server, &format!("/accounts/{key}/requests/verify"), &json!({}))["pass"].clone();
    assert_eq!((own("AKIATEST"), own("AKIAOTHER")), (json!(true), json!(false)));
}

#[test]
fn what_cannot_be_meant_is_a_problem() {
    let server = TestServer::start();
    let post = |media: &str, body: &str| ask(&server, "POST", "/requests/verify", &[("Content-Type", media)], body);
    for (body, detail) in [
        ("{", "the body is no JSON"),
        (r#"{"operatoin":"CartAdd"}"#, "operatoin is unknown; did you mean operation?"),
        (r#"{"within":"2 fortnights"}"#, "within: "),
    ] {
        let answer = post("application/json", body);
        check_problem(&answer, 400);
        assert!(answer.json()["detail"].as_str().unwrap().starts_with(detail), "{}", answer.body);
    }
    check_problem(&post("text/csv", ""), 415);
    assert_eq!(post("application/json", "").json()["pass"], false);
}
