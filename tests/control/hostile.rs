//! JSON that nobody means well with.

use super::{BOOK, ROOT, check_problem, get};
use crate::support::{TestServer, request};

#[test]
fn hostile_json_is_told_apart_and_the_server_lives() {
    let server = TestServer::start();
    let before = get(&server, BOOK).json();
    let deep = |open: &str, close: &str, depth: usize| {
        format!(r#"{{"title":{}1{}}}"#, open.repeat(depth), close.repeat(depth))
    };
    let long_name = format!(r#"{{"{}":1}}"#, "n".repeat(100_000));
    let bodies: Vec<(Vec<u8>, &str)> = vec![
        (deep("[", "]", 100_000).into(), "expected a text"),
        (deep("{\"a\":", "}", 100_000).into(), "expected a text"),
        ("[".repeat(500_000).into(), "is no JSON"),
        ("{\"a\":".repeat(100_000).into(), "is no JSON"),
        (r#"{"price":1e400}"#.into(), "expected an integer, found 1e400"),
        (r#"{"price":99999999999999999999}"#.into(), "99999999999999999999 is too large"),
        (format!(r#"{{"price":{}}}"#, "9".repeat(100_000)).into(), "is too large"),
        (r#"{"price":-0.0}"#.into(), "expected an integer"),
        (r#"{"price":NaN}"#.into(), "is no JSON"),
        (r#"{"price":Infinity}"#.into(), "is no JSON"),
        (r#"{"price":01}"#.into(), "is no JSON"),
        (r#"{"price":1,}"#.into(), "is no JSON"),
        (r#"{"price":1}{"price":2}"#.into(), "is no JSON"),
        (r#"{"price":1} // why"#.into(), "is no JSON"),
        (r#"{"price":1,"price":1}"#.into(), "occurs twice"),
        (r#"{"pr\u0069ce":1,"price":1}"#.into(), "occurs twice"),
        (r#"{"title":"\u0000"}"#.into(), "U+0000"),
        (r#"{"title":"\ud800"}"#.into(), "is no JSON"),
        ("{\"title\":\"a\u{1}b\"}".into(), "is no JSON"),
        (b"{\"title\":\"\xff\xfe\"}".to_vec(), "is not valid UTF-8"),
        (b"\xff\xfe{\0}\0".to_vec(), "is not valid UTF-8"),
        (b"\x1f\x8b\x08\0\0\0".to_vec(), "is not valid UTF-8"),
        (long_name.into(), "unknown field"),
        (r#"{"__proto__":{"price":1},"constructor":1}"#.into(), "unknown field"),
        (r#"{"similar":["B000000001",5,{}]}"#.into(), "expected a text"),
        (r#"{"offers":{"merchant_id":"M"}}"#.into(), "expected a list of offers"),
        (r#"'{"price":1}'"#.into(), "is no JSON"),
        (r#"{"max_quantity":4294967296}"#.into(), "out of range"),
    ];
    for (body, message) in bodies {
        let start = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        for method in ["PUT", "PATCH"] {
            let answer = server.raw(&request(method, &format!("{ROOT}{BOOK}"), &[], &body));
            check_problem(&answer, 400);
            assert!(
                answer.faults().iter().any(|fault| fault.contains(message)),
                "{method} {start}: {:?}",
                answer.faults()
            );
            assert!(answer.body.len() < 4000, "{start}: {}", answer.body.len());
        }
        let answer = server.raw(&request("POST", &format!("{ROOT}/catalog"), &[], &body));
        check_problem(&answer, 400);
    }
    assert_eq!(get(&server, BOOK).json(), before);
}

#[test]
fn a_line_of_a_load_has_an_end() {
    let server = TestServer::start();
    let long = format!("{}\n{}\n", "x".repeat(3 * 1024 * 1024), super::record(1));
    let answer = super::load(&server, "/catalog", &long);
    check_problem(&answer, 400);
    assert_eq!(answer.faults(), ["1 -: is longer than 1 MiB"]);
    assert_eq!(get(&server, "/catalog/us/C000000001").status, 404);
}
