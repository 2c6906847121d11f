//! Changing fields of a record by a JSON merge patch.

use super::{BOOK, ask, check_problem, get, patch};
use crate::support::{TestServer, request};

#[test]
fn a_patch_changes_what_it_names_and_nothing_else() {
    let server = TestServer::start();
    let mut expected = get(&server, BOOK).json();
    let answer = patch(&server, BOOK, r#"{"price":999,"brand":"Cartwright & Sons","similar":null}"#);
    assert_eq!(answer.status, 200, "{}", answer.body);
    expected["price"] = 999.into();
    expected["brand"] = "Cartwright & Sons".into();
    expected.as_object_mut().unwrap().remove("similar");
    assert_eq!((answer.json(), get(&server, BOOK).json()), (expected.clone(), expected));
}

#[test]
fn null_takes_a_field_away() {
    let server = TestServer::start();
    let answer = patch(&server, BOOK, r#"{"price":null,"ean":null}"#);
    assert_eq!((answer.status, answer.json().get("price")), (200, None));
    let required = patch(&server, BOOK, r#"{"title":null}"#);
    check_problem(&required, 400);
    assert_eq!(required.faults(), ["1 title: is required, but missing"]);
}

#[test]
fn lists_are_replaced_as_a_whole() {
    let server = TestServer::start();
    let offers = r#"{"offers":[{"merchant_id":"M","seller_nickname":"N","condition":"New","price":7}]}"#;
    let answer = patch(&server, BOOK, offers);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let offers = answer.json()["offers"].clone();
    assert_eq!((offers.as_array().unwrap().len(), &offers[0]["merchant_id"]), (1, &"M".into()));
}

#[test]
fn a_patch_that_is_wrong_changes_nothing() {
    let server = TestServer::start();
    let before = get(&server, BOOK).json();
    for (body, fault) in [
        (r#"{"titel":"x"}"#, "1 titel: unknown field; did you mean title?"),
        (r#"{"prise":null}"#, "1 prise: unknown field; did you mean price?"),
        (r#"{"price":1,"price":2}"#, "1 price: occurs twice in this product"),
        (r#"{"asin":"B000000002"}"#, "1 asin: is B000000002, but the path says B000000001"),
        (
            r#"{"price":12.99}"#,
            "1 price: expected an integer, found 12.99; prices are whole minor units (cents, pence, yen)",
        ),
        (
            r#"{"price":{"amount":1}}"#,
            "1 price: expected an integer, found an object; prices are whole minor units (cents, pence, yen)",
        ),
        (r#"[{"op":"remove","path":"/price"}]"#, "1 -: expected a product, an object with fields; found a list"),
        ("", "1 -: expected a product, an object with fields; found nothing"),
    ] {
        let answer = patch(&server, BOOK, body);
        check_problem(&answer, 400);
        assert_eq!(answer.faults(), [fault], "{body}");
        assert_eq!(get(&server, BOOK).json(), before);
    }
    check_problem(&patch(&server, "/catalog/us/B00000NONE", "{}"), 404);
}

#[test]
fn plain_json_is_a_patch_too() {
    let server = TestServer::start();
    for kind in ["application/json", "Application/Merge-Patch+JSON; charset=utf-8"] {
        assert_eq!(ask(&server, "PATCH", BOOK, &[("Content-Type", kind)], "{}").status, 200, "{kind}");
    }
    assert_eq!(ask(&server, "PATCH", BOOK, &[], "{}").status, 200);
    let form = ask(&server, "PATCH", BOOK, &[("Content-Type", "application/json-patch+json")], "[]");
    check_problem(&form, 415);
    assert_eq!(form.header("accept-patch"), Some("application/merge-patch+json, application/json"));
}

/// Reading and writing again must not undo what another has written in between.
#[test]
fn patches_of_different_fields_at_once_lose_nothing() {
    let server = TestServer::start();
    let fields =
        ["author", "binding", "ean", "upc", "isbn", "brand", "manufacturer", "keywords", "browse_node", "image"];
    for round in 0..5 {
        std::thread::scope(|threads| {
            for field in fields {
                let body = format!("{{\"{field}\":\"{round}\"}}");
                let bytes = request("PATCH", &format!("{}{BOOK}", super::ROOT), &[], body.as_bytes());
                let server = &server;
                threads.spawn(move || assert_eq!(server.raw(&bytes).status, 200));
            }
        });
        let record = get(&server, BOOK).json();
        for field in fields {
            assert_eq!(record[field], round.to_string(), "{field}");
        }
    }
}
