//! Request lines and headers: methods, paths, forms of the target, versions of HTTP, header after header.

use super::{CREATE, check, check_alive, create};
use crate::support::{Element, TestServer, Wire, request};

#[test]
fn methods_that_the_service_does_not_have_are_refused() {
    let server = TestServer::start();
    for method in ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW", "get", "M-SEARCH"] {
        let answer = server.raw(&request(method, &format!("/onca/xml?{CREATE}"), &[], b""));
        check(&answer, 405, "MethodNotAllowed");
        assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"), "{method}");
    }
    let head = server.raw(&request("HEAD", &format!("/onca/xml?{CREATE}"), &[], b""));
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    check(&server.raw(&request("CONNECT", "shop.test:80", &[], b"")), 404, "InvalidURI");
    check(&server.raw(&request("OPTIONS", "*", &[], b"")), 404, "InvalidURI");
    check_alive(&server);
}

#[test]
fn paths_that_the_service_does_not_have_are_refused() {
    let server = TestServer::start();
    for path in [
        "/",
        "//",
        "/onca",
        "/onca/xml/",
        "/onca//xml",
        "//onca/xml",
        "/Onca/xml",
        "/onca/xml;x",
        "/xx/onca/xml",
        "/us",
        "/us/us/onca/xml",
        "/%6Fnca/xml",
        "/onca/xml%00",
        "/../onca/xml",
        "/onca/xml/../xml",
        "/%",
        "/_cartwrigh",
        "/gp",
        "/favicon.ico",
    ] {
        check(&server.raw(&request("GET", &format!("{path}?{CREATE}"), &[], b"")), 404, "InvalidURI");
        check(&server.raw(&request("BREW", path, &[], b"")), 404, "InvalidURI");
    }
    let page = server.get("/gp/nothing");
    assert_eq!((page.status, page.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert!(page.body.starts_with("<!DOCTYPE html>"));
    check_alive(&server);
}

#[test]
fn a_target_may_be_absolute() {
    let server = TestServer::start();
    let absolute = |target: &str| server.raw(&request("GET", &format!("{target}?{CREATE}"), &[], b""));
    let answer = absolute("http://webservices.amazon.de/onca/xml");
    check(&answer, 200, "");
    assert_eq!(answer.text("CurrencyCode"), "EUR");
    check(&absolute("http://user:secret@shop.test:1/onca/xml"), 200, "");
    check(&absolute("http://shop.test"), 404, "InvalidURI");
    check_alive(&server);
}

#[test]
fn every_version_of_http_that_hyper_takes_is_answered() {
    let server = TestServer::start();
    let old = format!("GET /onca/xml?{CREATE} HTTP/1.0\r\n\r\n");
    check(&server.raw(old.as_bytes()), 200, "");
    let hostless = format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nConnection: close\r\n\r\n");
    check(&server.raw(hostless.as_bytes()), 200, "");
    for host in ["", "a b", "[::1", "shop.test:99999999", "caf\u{e9}", "a,b", "\u{7f}"] {
        let answer = server.raw(&create(&[("Host", host)]));
        // Some of these are no header values at all, so that the HTTP library refuses them.
        if answer.status != 400 {
            check(&answer, 200, "");
        }
    }
    check_alive(&server);
}

/// What the HTTP library refuses before the service sees it. The answer is its own; the process lives.
#[test]
fn what_is_no_http_is_refused_and_forgotten() {
    let server = TestServer::start();
    for bytes in [
        &b"\r\n\r\n"[..],
        b"\0\0\0\0\0\0\0\0",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /onca/xml\r\n\r\n",
        b"GET /onca/xml HTTP/9.9\r\n\r\n",
        b"GET  /onca/xml HTTP/1.1\r\n\r\n",
        b"GET /onca/xml HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /onca/xml HTTP/1.1\r\nA: b\r\n folded: c\r\n\r\n",
        b"GET /onca/xml HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET /onca/xml HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"GET /onca/xml HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"GET /onca/\xff\xfe HTTP/1.1\r\n\r\n",
        b"GET onca HTTP/1.1\r\n\r\n",
    ] {
        let mut wire = Wire::open(server.addr);
        let answer = wire.send(bytes).half_close().answer();
        assert!(answer.as_ref().is_none_or(|answer| answer.status >= 400), "{bytes:?}: {answer:?}");
        assert!(wire.is_closed());
    }
    let long = format!("GET /onca/xml?{} HTTP/1.1\r\n\r\n", "x".repeat(100_000));
    assert_eq!(Wire::open(server.addr).send(long).answer().map(|answer| answer.status), Some(414));
    check_alive(&server);
}

#[test]
fn header_bombs_are_refused_and_forgotten() {
    let server = TestServer::start();
    let many = "X-Header: x\r\n".repeat(2_000);
    let bomb = format!("GET /onca/xml?{CREATE} HTTP/1.1\r\n{many}\r\n");
    assert_eq!(Wire::open(server.addr).send(bomb).answer().map(|answer| answer.status), Some(431));
    let fat = format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(1024 * 1024));
    assert_eq!(Wire::open(server.addr).send(fat).answer().map(|answer| answer.status), Some(431));
    check(&server.raw(&create(&[("X", &"x".repeat(60 * 1024))])), 200, "");
    check_alive(&server);
}

#[test]
fn any_user_agent_is_echoed() {
    let server = TestServer::start();
    for (sent, echoed) in [
        (&b"plain/1.0"[..], Some("plain/1.0")),
        (b"Mozilla \xe3\x82\xab\xe3\x83\xbc\xe3\x83\x88", Some("Mozilla カート")),
        (b"latin \xe9", Some("latin \u{FFFD}")),
        (b"<script>\"&'\t]]>", Some("<script>\"&'\t]]>")),
    ] {
        let mut bytes =
            format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUser-Agent: ").into_bytes();
        bytes.extend(sent);
        bytes.extend(b"\r\n\r\n");
        let root = check(&server.raw(&bytes), 200, "");
        assert_eq!(agent(&root), echoed);
    }
    // One that is there and empty is not one that is absent, and yet there is nothing to repeat.
    let root = check(&server.raw(&create(&[("User-Agent", "")])), 200, "");
    assert_eq!(agent(&root).unwrap_or_default(), "");
    let root = check(&server.raw(&create(&[])), 200, "");
    assert!(root.find(&["OperationRequest", "HTTPHeaders"]).is_none());
    check_alive(&server);
}

fn agent(root: &Element) -> Option<&str> {
    root.find(&["OperationRequest", "HTTPHeaders", "Header"])?.attribute("Value")
}
