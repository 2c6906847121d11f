//! An account's own catalogue, in front of the baseline's.

use super::{BOOK, check_problem, delete, get, load, patch, put, record};
use crate::support::{Answer, TestServer};

const OTHERS: &str = "/accounts/AKIAOTHER";

/// A new cart of this access key with one piece of a product.
fn create_as(server: &TestServer, key: &str, asin: &str) -> Answer {
    server.get(&format!(
        "/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={key}&Operation=CartCreate&Item.1.ASIN={asin}&Item.1.Quantity=1"
    ))
}

#[test]
fn an_override_is_seen_by_its_account_alone() {
    let server = TestServer::start();
    let answer = patch(&server, &format!("{OTHERS}{BOOK}"), r#"{"price":1,"title":"Theirs"}"#);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(get(&server, &format!("{OTHERS}{BOOK}")).json()["title"], "Theirs");
    assert_eq!(get(&server, BOOK).json()["title"], "A Handcart's Tale");
    assert_eq!(get(&server, &format!("/accounts/AKIATHIRD{BOOK}")).json()["title"], "A Handcart's Tale");
    assert_eq!(create_as(&server, "AKIAOTHER", "B000000001").text("Title"), "Theirs");
    assert_eq!(create_as(&server, "AKIATHIRD", "B000000001").text("Title"), "A Handcart's Tale");
}

#[test]
fn what_an_account_has_not_overridden_follows_the_baseline() {
    let server = TestServer::start();
    patch(&server, BOOK, r#"{"title":"Everybody's"}"#);
    assert_eq!(get(&server, &format!("{OTHERS}{BOOK}")).json()["title"], "Everybody's");
    patch(&server, &format!("{OTHERS}{BOOK}"), r#"{"title":"Theirs"}"#);
    patch(&server, BOOK, r#"{"title":"Everybody else's"}"#);
    assert_eq!(get(&server, &format!("{OTHERS}{BOOK}")).json()["title"], "Theirs");
}

#[test]
fn an_account_can_have_products_of_its_own_and_be_without_the_baselines() {
    let server = TestServer::start();
    let own = format!("{OTHERS}/catalog/us/C000000001");
    assert_eq!(load(&server, &format!("{OTHERS}/catalog"), &record(1)).body, r#"{"written":1}"#);
    assert_eq!(get(&server, &own).status, 200);
    check_problem(&get(&server, "/catalog/us/C000000001"), 404);
    assert_eq!(put(&server, &own, r#"{"title":"x","product_group":"Toy"}"#).status, 200, "it is there already");
    assert_eq!(put(&server, "/catalog/us/C000000001", r#"{"title":"x","product_group":"Toy"}"#).status, 201);

    assert_eq!(delete(&server, &format!("{OTHERS}{BOOK}")).status, 204);
    check_problem(&get(&server, &format!("{OTHERS}{BOOK}")), 404);
    check_problem(&delete(&server, &format!("{OTHERS}{BOOK}")), 404);
    assert_eq!(get(&server, BOOK).status, 200);
    assert!(!create_as(&server, "AKIAOTHER", "B000000001").codes().is_empty());
    assert!(create_as(&server, "AKIATHIRD", "B000000001").codes().is_empty());
    let (listed, _) = get(&server, &format!("{OTHERS}/catalog?locale=us&limit=2")).page();
    assert_eq!(listed, ["B000000002", "B000000003"]);
}

#[test]
fn an_access_key_may_be_any_text_of_some_length() {
    let server = TestServer::start();
    for key in ["a%2Fb", "%20", "%C3%A9", "..%2F..", "%3F", &"k".repeat(128)] {
        assert_eq!(patch(&server, &format!("/accounts/{key}{BOOK}"), r#"{"title":"Theirs"}"#).status, 200, "{key}");
        assert_eq!(get(&server, &format!("/accounts/{key}{BOOK}")).json()["title"], "Theirs", "{key}");
    }
    for key in ["%00", "a%0Ab", "%FF", &"k".repeat(129)] {
        check_problem(&get(&server, &format!("/accounts/{key}{BOOK}")), 400);
    }
    for path in
        ["/accounts//catalog", "/accounts/x", "/accounts/x/nothing", "/accounts/x/info", "/accounts/x/y/catalog"]
    {
        check_problem(&get(&server, path), 404);
    }
}
