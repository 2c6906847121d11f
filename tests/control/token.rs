//! The token that the control API may ask for.

use super::{BOOK, ask, check_problem};
use crate::support::TestServer;
use cartwright::config::{Config, Secret};

fn locked(config: &mut Config) {
    config.control_token = Some(Secret::new("a long token"));
}

#[test]
fn with_a_token_nothing_is_answered_without_it() {
    let server = TestServer::with(locked);
    for path in ["/info", "/catalog", BOOK, "/accounts/x/catalog", "/nothing", ""] {
        for method in ["GET", "PUT", "POST", "DELETE", "BREW"] {
            let answer = ask(&server, method, path, &[], "");
            check_problem(&answer, 401);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"Cartwright\""));
        }
    }
    assert_eq!(server.create(&["B000000001"]).status, 200, "the service itself needs none");
}

#[test]
fn the_token_opens_everything() {
    let server = TestServer::with(locked);
    for given in ["Bearer a long token", "bearer a long token", "BEARER   a long token"] {
        assert_eq!(ask(&server, "GET", "/info", &[("Authorization", given)], "").status, 200, "{given}");
        assert_eq!(ask(&server, "PATCH", BOOK, &[("Authorization", given)], "{}").status, 200);
        check_problem(&ask(&server, "GET", "/nothing", &[("Authorization", given)], ""), 404);
    }
}

#[test]
fn a_wrong_token_is_told_apart_from_none() {
    let server = TestServer::with(locked);
    for given in
        ["Bearer a long toker", "Bearer a long toke", "Bearer a long token2", "Bearer A LONG TOKEN", "Bearer x"]
    {
        let answer = ask(&server, "GET", "/info", &[("Authorization", given)], "");
        check_problem(&answer, 401);
        assert!(answer.header("www-authenticate").unwrap().ends_with("error=\"invalid_token\""), "{given}");
        assert!(!answer.body.contains("a long"), "{}", answer.body);
    }
    for given in ["Basic YWJjOmRlZg==", "a long token", "Bearer", "Bearera long token", "\u{e9}", ""] {
        let answer = ask(&server, "GET", "/info", &[("Authorization", given)], "");
        check_problem(&answer, 401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"Cartwright\""), "{given}");
    }
    let right = ("Authorization", "Bearer a long token");
    check_problem(&ask(&server, "GET", "/info", &[right, right], ""), 401);
}

#[test]
fn the_token_is_not_shown() {
    let server = TestServer::with(locked);
    let info = ask(&server, "GET", "/info", &[("Authorization", "Bearer a long token")], "");
    assert_eq!(info.json()["settings"]["control_token"], "…");
    assert!(!info.body.contains("a long token"));
}
