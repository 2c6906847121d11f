//! One record: read, written, withdrawn.

use super::{BOOK, ROOT, check_problem, delete, get, put};
use crate::support::TestServer;
use serde_json::Value;

const NEW: &str = "/catalog/us/B0000000N1";
const RECORD: &str = r#"{"title":"A new one","product_group":"Book","price":500}"#;

#[test]
fn a_record_is_shown_as_seed_files_describe_it() {
    let server = TestServer::start();
    let answer = get(&server, BOOK);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert!(!answer.body.contains(": ") && !answer.body.contains('\n'), "JSON is compact: {}", answer.body);
    let record = answer.json();
    assert_eq!(record["title"], "A Handcart's Tale");
    assert_eq!(record["price"], 1295);
    assert_eq!(record["offers"][0]["merchant_id"], "A1USEDBOOKS000");
    assert_eq!(record.get("availability"), None, "what is as by default is not spelt out");
}

#[test]
fn what_is_not_in_the_catalogue_is_not_found() {
    let server = TestServer::start();
    for (path, detail) in [
        ("/catalog/us/B00000NONE", "us B00000NONE is not in the catalogue"),
        ("/catalog/de/B000000CAP", "de B000000CAP is not in the catalogue"),
        ("/catalog/xx/B000000001", "\"xx\" is no locale"),
        ("/catalog/US/B000000001", "\"US\" is no locale"),
        ("/catalog/us/b000000001", "\"b000000001\" is no ASIN"),
        ("/catalog/us/B0%000001", "\"B0\\00001\" is no ASIN"),
    ] {
        for answer in [get(&server, path), put(&server, path, "[]"), delete(&server, path)] {
            if answer.status == 400 {
                continue; // a product that is not there can be written
            }
            check_problem(&answer, 404);
            assert!(answer.json()["detail"].as_str().unwrap().contains(detail), "{answer:?}");
        }
    }
}

#[test]
fn a_new_record_is_created_and_one_that_is_there_replaced() {
    let server = TestServer::start();
    let created = put(&server, NEW, RECORD);
    assert_eq!(created.status, 201, "{}", created.body);
    assert_eq!(created.json(), get(&server, NEW).json());
    assert_eq!((&created.json()["locale"], &created.json()["asin"]), (&"us".into(), &"B0000000N1".into()));
    let replaced = put(&server, NEW, r#"{"locale":"us","asin":"B0000000N1","title":"Another","product_group":"DVD"}"#);
    assert_eq!(replaced.status, 200);
    assert_eq!(get(&server, NEW).json(), replaced.json());
    assert_eq!(replaced.json()["title"], "Another");
    assert_eq!(replaced.json().get("price"), None, "the whole record is replaced");
}

#[test]
fn a_record_that_was_read_can_be_written_back() {
    let server = TestServer::start();
    let read = get(&server, BOOK);
    let written = put(&server, BOOK, &read.body);
    assert_eq!((written.status, written.json()), (200, read.json()));
}

#[test]
fn the_key_in_a_body_must_be_that_of_the_path() {
    let server = TestServer::start();
    for (field, value, fault) in [
        ("locale", "de", "1 locale: is de, but the path says us"),
        ("asin", "B000000002", "1 asin: is B000000002, but the path says B0000000N1"),
    ] {
        let body = RECORD.replacen('{', &format!("{{\"{field}\":\"{value}\","), 1);
        let answer = put(&server, NEW, &body);
        check_problem(&answer, 400);
        assert_eq!(answer.faults(), [fault]);
        assert_eq!(get(&server, NEW).status, 404, "nothing was written");
    }
}

#[test]
fn every_mistake_of_a_record_is_told_with_its_line_and_field() {
    let server = TestServer::start();
    let body = "{\n\"titel\":\"x\",\n\"product_group\":5,\n\"price\":-1,\n\"availability\":\"out of stock\",\n\"offers\":[{}]}";
    let answer = put(&server, NEW, body);
    check_problem(&answer, 400);
    assert_eq!(
        answer.faults(),
        [
            "1 title: is required, but missing",
            "2 titel: unknown field; did you mean title?",
            "3 product_group: expected a text, found 5; put it into quotes",
            "4 price: -1 is negative",
            "5 availability: \"out of stock\" is no availability; known ones are available, out_of_stock, discontinued, \
             future_release, ineligible; did you mean out_of_stock?",
            "6 offers[0].merchant_id: is required, but missing",
            "6 offers[0].seller_nickname: is required, but missing",
            "6 offers[0].condition: is required, but missing",
            "6 offers[0].price: is required, but missing",
        ]
    );
    assert_eq!(answer.json()["detail"], "9 errors; nothing was written");
}

#[test]
fn no_more_than_twenty_mistakes_are_told() {
    let server = TestServer::start();
    let unknown: Vec<String> = (0..50).map(|n| format!("\"qqqqqqqqqqqqqqqqq{n}\":1")).collect();
    let answer = put(&server, NEW, &format!("{{{}}}", unknown.join(",")));
    check_problem(&answer, 400);
    assert_eq!(answer.faults().len(), 20);
    assert_eq!(answer.json()["detail"], "20 errors or more; nothing was written");
}

#[test]
fn a_withdrawn_product_is_gone_until_it_is_written_again() {
    let server = TestServer::start();
    let gone = delete(&server, BOOK);
    assert_eq!((gone.status, gone.body.as_str()), (204, ""));
    check_problem(&get(&server, BOOK), 404);
    check_problem(&delete(&server, BOOK), 404);
    let (listed, _) = get(&server, "/catalog?locale=us&asin=B000000001").page();
    assert!(listed.is_empty());
    assert_eq!(put(&server, BOOK, RECORD).status, 201, "it is new again");
    assert_eq!(get(&server, BOOK).json()["title"], "A new one");
}

#[test]
fn a_listing_id_of_another_product_is_a_conflict() {
    let server = TestServer::start();
    let body = r#"{"title":"x","product_group":"Book","price":1,"listing_id":"USEDLISTING1=="}"#;
    let answer = put(&server, NEW, body);
    check_problem(&answer, 409);
    let fault = "1 listing_id: us B0000000N1: the listing id USEDLISTING1== belongs to an offer of B000000001";
    assert_eq!(answer.faults(), [fault]);
    assert_eq!(get(&server, NEW).status, 404);
}

#[test]
fn the_head_of_a_record_can_be_asked_for() {
    let server = TestServer::start();
    let head = super::ask(&server, "HEAD", BOOK, &[], "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), get(&server, BOOK).header("content-length"));
}

#[test]
fn answers_are_not_kept_by_caches() {
    let server = TestServer::start();
    for answer in [get(&server, BOOK), get(&server, "/catalog"), get(&server, "/nothing")] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("server"), Some("Cartwright"));
    }
    let zipped = server.raw(&crate::support::request("GET", &format!("{ROOT}/info"), &[("Host", "localhost")], b""));
    assert_ne!(zipped.json()["version"], Value::Null);
}
