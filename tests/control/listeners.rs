//! A listener of its own.

use super::{ROOT, ask, ask_at, check_problem};
use crate::support::{TestServer, exchange, request};

#[test]
fn with_a_listener_of_its_own_it_is_there_alone() {
    let server = TestServer::with(|config| config.control_listen = Some(([127, 0, 0, 1], 0).into()));
    let control = server.control_addr();
    assert_ne!(control, server.addr);
    assert_eq!(ask_at(control, "GET", "/info", &[], b"").status, 200);
    assert_eq!(ask_at(control, "PATCH", super::BOOK, &[], br#"{"title":"Changed there"}"#).status, 200);
    assert_eq!(server.create(&["B000000001"]).text("Title"), "Changed there");
    for path in ["/info", "/catalog", "", "/nothing"] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = ask(&server, method, path, &[], "");
            check_problem(&answer, 404);
            assert!(answer.json()["detail"].as_str().unwrap().contains("control_listen"), "{answer:?}");
        }
    }
    for path in ["/", "/onca/xml", "/livez", "/metrics", "/_cartwrigh"] {
        check_problem(&exchange(control, &request("GET", path, &[], b"")), 404);
    }
}

#[test]
fn the_rules_for_who_may_come_in_hold_there_too() {
    let server = TestServer::with(|config| {
        config.control_listen = Some(([127, 0, 0, 1], 0).into());
        config.control_token = Some(cartwright::config::Secret::new("t"));
    });
    let control = server.control_addr();
    check_problem(&ask_at(control, "GET", "/info", &[], b""), 401);
    assert_eq!(ask_at(control, "GET", "/info", &[("Authorization", "Bearer t")], b"").status, 200);
}

#[test]
fn both_listeners_go_when_the_server_stops() {
    let server = TestServer::with(|config| config.control_listen = Some(([127, 0, 0, 1], 0).into()));
    let (main, control) = (server.addr, server.control_addr());
    server.stop();
    for addr in [main, control] {
        assert!(std::net::TcpStream::connect(addr).is_err(), "{addr}");
    }
}

#[test]
fn the_control_url_says_where_it_is() {
    let server = TestServer::start();
    assert_eq!(server.control_url(), format!("http://{}{ROOT}", server.addr));
    assert_eq!(server.control_addr(), server.addr);
}
