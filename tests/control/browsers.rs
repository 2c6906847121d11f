//! Pages in browsers: those of this machine may call the API, and no page of another site may.

use super::{BOOK, ask, check_problem, get};
use crate::support::{Answer, TestServer};
use cartwright::config::Secret;

const PREFLIGHT: [(&str, &str); 2] =
    [("Access-Control-Request-Method", "PATCH"), ("Access-Control-Request-Headers", "authorization,content-type")];

fn preflight(server: &TestServer, origin: &str) -> Answer {
    ask(server, "OPTIONS", BOOK, &[&[("Origin", origin)], &PREFLIGHT[..]].concat(), "")
}

const LOCAL: [&str; 5] = [
    "http://localhost:3000",
    "http://localhost",
    "http://127.0.0.1:8080",
    "http://[::1]:5173",
    "https://localhost:8443",
];
const STRANGERS: [&str; 5] =
    ["http://evil.example", "https://evil.com", "null", "http://localhost.evil.com", "http://evil.com:2005"];

#[test]
fn pages_of_this_machine_may_call_and_read() {
    for token in [None, Some("t")] {
        let server = TestServer::with(|config| config.control_token = token.map(Secret::new));
        for origin in LOCAL {
            let told = preflight(&server, origin);
            assert_eq!((told.status, told.header("access-control-allow-origin")), (200, Some(origin)));
            assert_eq!(told.header("access-control-allow-methods"), Some("GET,HEAD,POST,PUT,PATCH,DELETE"));
            assert_eq!(told.header("access-control-allow-headers"), Some("authorization,content-type"));
            let headers = [("Origin", origin), ("Authorization", "Bearer t")];
            let answer = ask(&server, "PATCH", BOOK, &headers, r#"{"price":5}"#);
            assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some(origin)));
            assert!(answer.header("vary").unwrap().contains("origin"), "{answer:?}");
            // Errors can be read as well.
            let wrong = ask(&server, "PATCH", BOOK, &headers, "x");
            assert_eq!((wrong.status, wrong.header("access-control-allow-origin")), (400, Some(origin)));
        }
        if token.is_some() {
            let locked = ask(&server, "GET", BOOK, &[("Origin", LOCAL[0])], "");
            assert_eq!((locked.status, locked.header("access-control-allow-origin")), (401, Some(LOCAL[0])));
        }
    }
}

#[test]
fn pages_of_other_sites_can_change_nothing() {
    let server = TestServer::start();
    let before = get(&server, BOOK).json();
    for origin in STRANGERS {
        assert_eq!(preflight(&server, origin).header("access-control-allow-origin"), None, "{origin}");
        // What a browser sends without asking first.
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json"] {
            let headers = [("Origin", origin), ("Content-Type", kind)];
            for method in ["POST", "PUT", "PATCH", "DELETE", "GET"] {
                let answer = ask(&server, method, BOOK, &headers, r#"{"price":5}"#);
                check_problem(&answer, 403);
                assert_eq!(answer.header("access-control-allow-origin"), None);
            }
        }
    }
    assert_eq!(get(&server, BOOK).json(), before);
}

#[test]
fn a_name_that_a_stranger_points_at_this_machine_leads_nowhere() {
    let server = TestServer::start();
    for host in ["evil.com", "evil.com:2005", "127.0.0.1.evil.com", "localhost.evil.com"] {
        let answer = ask(&server, "GET", "/info", &[("Host", host)], "");
        check_problem(&answer, 403);
        check_problem(&ask(&server, "DELETE", BOOK, &[("Host", host), ("Origin", "http://evil.com:2005")], ""), 403);
    }
    for host in [
        "localhost:2005",
        "127.0.0.1",
        "[::1]:2005",
        "cartwright:2005",
        "cart.shop.svc.cluster.local",
        "cartwright.test",
    ] {
        assert_eq!(ask(&server, "GET", "/info", &[("Host", host)], "").status, 200, "{host}");
    }
    // In the request line it counts as well.
    let bytes = b"GET http://evil.com/_cartwright/v1/info HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    check_problem(&server.raw(bytes), 403);
}

#[test]
fn the_servers_own_pages_and_name_are_no_strangers() {
    let server = TestServer::with(|config| config.public_url = Some("https://shop.example.com".to_owned()));
    for (host, origin) in [
        ("cartwright:2005", "http://cartwright:2005"),
        ("shop.example.com", "https://shop.example.com"),
        ("10.0.0.1:2005", "https://shop.example.com"),
    ] {
        let headers = [("Host", host), ("Origin", origin)];
        assert_eq!(ask(&server, "PATCH", BOOK, &headers, "{}").status, 200, "{host} {origin}");
    }
    let headers = [("Host", "cartwright:2005"), ("Origin", "http://cartwright:2006")];
    check_problem(&ask(&server, "PATCH", BOOK, &headers, "{}"), 403);
}

#[test]
fn with_a_token_the_token_decides() {
    let server = TestServer::with(|config| config.control_token = Some(Secret::new("t")));
    let headers = [("Host", "shop.example.com"), ("Origin", "https://admin.example.com")];
    check_problem(&ask(&server, "GET", "/info", &headers, ""), 401);
    let headers = [&headers[..], &[("Authorization", "Bearer t")]].concat();
    let answer = ask(&server, "GET", "/info", &headers, "");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
}
