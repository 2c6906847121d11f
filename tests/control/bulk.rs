//! Many records at once, all or none of them.

use super::{ask, check_problem, get, load, record};
use crate::support::{TestServer, Wire};
use std::fmt::Write as _;

#[test]
fn json_lines_are_written_together() {
    let server = TestServer::start();
    let lines: Vec<String> = (0..50).map(record).collect();
    let answer = load(&server, "/catalog", &lines.join("\n"));
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"written":50}"#));
    assert_eq!(get(&server, "/catalog/us/C000000049").json()["title"], "Card 49");
    // Blank lines, another line end, a byte order mark and replacing what is there are all right.
    let again = format!("\u{FEFF}{}\r\n\r\n{}\n\n", record(0).replace("Card", "New card"), record(50));
    assert_eq!(load(&server, "/catalog", &again).body, r#"{"written":2}"#);
    assert_eq!(get(&server, "/catalog/us/C000000000").json()["title"], "New card 0");
    for nothing in ["", "\n \n"] {
        assert_eq!(load(&server, "/catalog", nothing).body, r#"{"written":0}"#);
    }
}

#[test]
fn an_array_is_taken_as_json() {
    let server = TestServer::start();
    let json = [("Content-Type", "application/json")];
    let answer = ask(&server, "POST", "/catalog", &json, &format!("[{},\n{}]", record(1), record(2)));
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"written":2}"#));
    assert_eq!(ask(&server, "POST", "/catalog", &json, "[]").body, r#"{"written":0}"#);
    let object = ask(&server, "POST", "/catalog", &json, &record(3));
    check_problem(&object, 400);
    assert_eq!(object.faults(), ["1 -: expected an array of products, [{…}, …], found something else"]);
    let wrong = ask(&server, "POST", "/catalog", &json, &format!("[{},\n{{\"asin\":\"x\"}}]", record(3)));
    assert_eq!(wrong.status, 400);
    assert!(wrong.faults().iter().all(|fault| fault.starts_with("2 ")), "{:?}", wrong.faults());
    assert_eq!(get(&server, "/catalog/us/C000000003").status, 404, "all or nothing");
}

#[test]
fn lists_are_not_written_here() {
    let server = TestServer::start();
    let list = r#"{"list":{"locale":"us","id":"L1","type":"WishList","name":"Wishes"}}"#;
    let answer = load(&server, "/catalog", &format!("{}\n{list}\n", record(1)));
    check_problem(&answer, 400);
    assert_eq!(answer.faults(), ["2 -: is a list; lists come from seed files alone"]);
    assert_eq!(get(&server, "/catalog/us/C000000001").status, 404);
}

#[test]
fn one_mistake_keeps_everything_out_and_each_is_told_by_its_line() {
    let server = TestServer::start();
    let body = [
        record(1),
        r#"{"locale":"us","asin":"C000000002","titel":"x","product_group":"Toy"}"#.to_owned(),
        "{".to_owned(),
        record(1),
        record(3).replace("us", "xx"),
    ];
    let answer = load(&server, "/catalog", &body.join("\n"));
    check_problem(&answer, 400);
    assert_eq!(
        answer.faults(),
        [
            "2 title: is required, but missing",
            "2 titel: unknown field; did you mean title?",
            "3 -: is no JSON: it ends in the middle of a value",
            "4 asin: us C000000001 occurs twice; first on line 1",
            "5 locale: \"xx\" is no locale; known ones are us, uk, de, jp, ca, fr, cn, es, it, in, br, mx, au",
        ]
    );
    assert_eq!(answer.json()["detail"], "5 errors; nothing was written");
    assert_eq!(get(&server, "/catalog/us/C000000001").status, 404);
}

#[test]
fn a_listing_id_that_is_taken_is_told_by_its_line_and_keeps_everything_out() {
    let server = TestServer::start();
    let taken = record(2).replace('}', r#","listing_id":"USEDLISTING1=="}"#);
    let answer = load(&server, "/catalog", &format!("{}\n{taken}\n", record(1)));
    check_problem(&answer, 409);
    let fault = "2 listing_id: us C000000002: the listing id USEDLISTING1== belongs to an offer of B000000001";
    assert_eq!(answer.faults(), [fault]);
    assert_eq!(get(&server, "/catalog/us/C000000001").status, 404);
}

#[test]
fn of_endless_mistakes_twenty_are_told() {
    let server = TestServer::start();
    let answer = load(&server, "/catalog", &"{}\n".repeat(100_000));
    check_problem(&answer, 400);
    assert_eq!(answer.faults().len(), 20);
}

#[test]
fn a_load_may_be_larger_than_other_bodies() {
    let server = TestServer::with(|config| config.max_body = 1024);
    let long = "x".repeat(500);
    let lines = (0..2000).fold(String::new(), |mut lines, n| {
        writeln!(lines, "{}", record(n).replace("Card", &long)).unwrap();
        lines
    });
    assert!(lines.len() > 1024 * 1024);
    assert_eq!(load(&server, "/catalog", &lines).body, r#"{"written":2000}"#);
    check_problem(&super::put(&server, super::BOOK, &lines[..2000]), 413);
}

#[test]
fn a_load_beyond_64_mib_is_refused_before_it_is_sent() {
    let server = TestServer::start();
    let head = "POST /_cartwright/v1/catalog HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n";
    let mut wire = Wire::open(server.addr);
    wire.send(format!("{head}Content-Length: 67108865\r\n\r\n"));
    let answer = wire.answer().unwrap();
    check_problem(&answer, 413);
    assert_eq!(answer.json()["detail"], "the body is larger than 67108864 bytes");
    assert!(wire.is_closed());
}

#[test]
fn a_load_that_breaks_off_writes_nothing() {
    let server = TestServer::with(|config| config.body_timeout = std::time::Duration::from_millis(100));
    let head = "POST /_cartwright/v1/catalog HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    let line = record(1) + "\n";
    let chunk = format!("{:x}\r\n{line}\r\n", line.len());
    let mut wire = Wire::open(server.addr);
    wire.send(head).send(&chunk).half_close();
    check_problem(&wire.answer().unwrap(), 400);
    let mut wire = Wire::open(server.addr);
    wire.send(head).send(&chunk);
    check_problem(&wire.answer().unwrap(), 408);
    assert_eq!(get(&server, "/catalog/us/C000000001").status, 404);
    // Whole, it is written.
    let mut wire = Wire::open(server.addr);
    wire.send(head).send(&chunk).send("0\r\n\r\n");
    assert_eq!(wire.answer().unwrap().status, 200);
    assert_eq!(get(&server, "/catalog/us/C000000001").status, 200);
}

#[test]
fn other_types_are_not_taken() {
    let server = TestServer::start();
    for kind in ["application/x-www-form-urlencoded", "text/plain", "text/csv", "application/toml", "", "\u{e9}"] {
        let answer = ask(&server, "POST", "/catalog", &[("Content-Type", kind)], &record(1));
        check_problem(&answer, 415);
        assert!(answer.header("accept-post").unwrap().starts_with("application/x-ndjson, "), "{answer:?}");
    }
    let zipped = [("Content-Type", "application/x-ndjson"), ("Content-Encoding", "gzip")];
    check_problem(&ask(&server, "POST", "/catalog", &zipped, &record(1)), 415);
    for kind in [
        "application/jsonl",
        "application/x-jsonlines",
        "application/json-lines",
        "APPLICATION/X-NDJSON; charset=utf-8",
    ] {
        assert_eq!(ask(&server, "POST", "/catalog", &[("Content-Type", kind)], &record(1)).status, 200, "{kind}");
    }
    assert_eq!(ask(&server, "POST", "/catalog", &[], &record(1)).status, 200, "without a type it is JSON Lines");
}
