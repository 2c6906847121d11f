//! Connections: slow, hasty, half closed, abandoned, kept.

use super::{CREATE, check, check_alive, create};
use crate::support::{TestServer, Wire};
use std::time::{Duration, Instant};

const FORM: &str = "POST /onca/xml HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n";

#[test]
fn a_body_that_takes_too_long_is_told_so() {
    let server = TestServer::with(|config| config.body_timeout = Duration::from_millis(100));
    let mut wire = Wire::open(server.addr);
    let began = Instant::now();
    wire.send(format!("{FORM}Content-Length: {}\r\n\r\nService", CREATE.len()));
    let answer = wire.answer().unwrap();
    check(&answer, 408, "RequestTimeout");
    assert!(wire.is_closed());
    assert!((Duration::from_millis(100)..Duration::from_secs(20)).contains(&began.elapsed()), "{:?}", began.elapsed());
    check_alive(&server);
}

#[test]
fn a_head_that_takes_too_long_ends_the_connection() {
    let server = TestServer::with(|config| config.header_timeout = Duration::from_millis(100));
    for head in ["", "GET /onca/xml", "GET /onca/xml HTTP/1.1\r\nHost: a\r\n"] {
        let mut wire = Wire::open(server.addr);
        assert!(wire.send(head).answer().is_none_or(|answer| answer.status == 408), "{head:?}");
        assert!(wire.is_closed(), "{head:?}");
    }
    // Nor is a connection kept on which nothing more is asked.
    let mut wire = Wire::open(server.addr);
    check(&wire.send(format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nHost: a\r\n\r\n")).answer().unwrap(), 200, "");
    assert!(wire.is_closed());
    check_alive(&server);
}

#[test]
fn requests_in_a_row_are_answered_in_order() {
    let server = TestServer::start();
    let mut wire = Wire::open(server.addr);
    let request = |n: usize| format!("GET /onca/xml?{CREATE}&N={n} HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.send((0..100).map(request).collect::<String>());
    for n in 0..100 {
        let answer = wire.answer().unwrap();
        check(&answer, 200, "");
        assert!(answer.body.contains(&format!("<Argument Name=\"N\" Value=\"{n}\">")), "{n}: {}", answer.body);
    }
    // The connection was kept; errors do not end it either.
    wire.send("PUT /onca/xml HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").send(request(0));
    check(&wire.answer().unwrap(), 405, "MethodNotAllowed");
    check(&wire.answer().unwrap(), 404, "InvalidURI");
    check(&wire.answer().unwrap(), 200, "");
    check_alive(&server);
}

#[test]
fn a_client_that_closes_its_side_still_gets_its_answer() {
    let server = TestServer::start();
    let mut wire = Wire::open(server.addr);
    wire.send(format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nHost: a\r\n\r\n")).half_close();
    check(&wire.answer().unwrap(), 200, "");
    assert!(wire.is_closed());
}

#[test]
fn a_client_that_asks_first_is_told_to_go_on() {
    let server = TestServer::start();
    let mut wire = Wire::open(server.addr);
    wire.send(format!("{FORM}Expect: 100-continue\r\nContent-Length: {}\r\n\r\n", CREATE.len()));
    assert_eq!((wire.line().as_str(), wire.line().as_str()), ("HTTP/1.1 100 Continue", ""));
    check(&wire.send(CREATE).answer().unwrap(), 200, "");
    // What would be refused anyway need not be sent.
    let mut wire = Wire::open(server.addr);
    wire.send("PUT /onca/xml HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
    check(&wire.answer().unwrap(), 405, "MethodNotAllowed");
    check_alive(&server);
}

#[test]
fn clients_that_go_away_disturb_nobody() {
    let server = TestServer::start();
    for _ in 0..50 {
        let whole = create(&[]);
        for bytes in [&whole[..], &whole[..whole.len() / 2], b"G", b""] {
            Wire::open(server.addr).send(bytes);
        }
        Wire::open(server.addr).send(format!("{FORM}Content-Length: 1000\r\n\r\nService="));
    }
    check_alive(&server);
}

#[test]
fn many_idle_connections_keep_nobody_out() {
    let server = TestServer::start();
    let idle: Vec<_> = (0..200).map(|_| Wire::open(server.addr)).collect();
    check_alive(&server);
    drop(idle);
    check_alive(&server);
}
