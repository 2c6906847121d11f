//! Bodies: too large, cut off, in chunks, compressed, of another type, smuggled.

use super::{CREATE, check, check_alive, form};
use crate::support::{TestServer, Wire, request};

const FORM: &str = "POST /onca/xml HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n";

#[test]
fn a_body_within_the_limit_is_read_and_one_beyond_it_is_refused() {
    let server = TestServer::start();
    let large = format!("{CREATE}&Long={}", "x".repeat(1024 * 1024));
    check(&server.raw(&form(large.as_bytes())), 200, "");
    // A body of exactly the smallest limit that there is.
    let full = format!("{CREATE}&Long={}", "x".repeat(1024 - CREATE.len() - "&Long=".len()));
    let server = TestServer::with(|config| config.max_body = full.len());
    check(&server.raw(&form(full.as_bytes())), 200, "");
    let answer = server.raw(&form(format!("{full}&").as_bytes()));
    check(&answer, 413, "EntityTooLarge");
    assert!(answer.text("Message").contains("1024"));
    // In chunks no length is announced.
    let mut wire = Wire::open(server.addr);
    wire.send(format!("{FORM}Transfer-Encoding: chunked\r\n\r\n400\r\n{full}\r\n1\r\n&\r\n0\r\n\r\n"));
    check(&wire.answer().unwrap(), 413, "EntityTooLarge");
    // A client that goes on sending is not listened to, and hears why all the same.
    let mut wire = Wire::open(server.addr);
    wire.send(format!("{FORM}Content-Length: 99999999999\r\n\r\n")).send("x".repeat(200_000));
    check(&wire.answer().unwrap(), 413, "EntityTooLarge");
    check_alive(&server);
}

#[test]
fn a_body_that_ends_early_is_told_so() {
    let server = TestServer::start();
    let mut wire = Wire::open(server.addr);
    wire.send(format!("{FORM}Content-Length: {}\r\n\r\n{CREATE}", CREATE.len() + 1)).half_close();
    check(&wire.answer().unwrap(), 400, "IncompleteBody");
    assert!(wire.is_closed());
    let mut wire = Wire::open(server.addr);
    wire.send(format!("{FORM}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{CREATE}\r\n", CREATE.len())).half_close();
    check(&wire.answer().unwrap(), 400, "IncompleteBody");
    check_alive(&server);
}

#[test]
fn a_body_in_chunks_is_put_together() {
    let server = TestServer::start();
    let mut wire = Wire::open(server.addr);
    wire.send(format!("{FORM}Transfer-Encoding: chunked\r\n\r\n"));
    for byte in CREATE.chars() {
        wire.send(format!("1;extension=\"x\"\r\n{byte}\r\n"));
    }
    wire.send("0\r\nTrailer: x\r\n\r\n");
    check(&wire.answer().unwrap(), 200, "");
    // The connection is good for more.
    wire.send(format!("{FORM}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{CREATE}\r\n0\r\n\r\n", CREATE.len()));
    check(&wire.answer().unwrap(), 200, "");
    check_alive(&server);
}

#[test]
fn malformed_chunks_are_refused() {
    let server = TestServer::start();
    for chunks in
        ["zz\r\nx\r\n", "-1\r\nx\r\n", "ffffffffffffffffff\r\nx", "1\r\nxy\r\n0\r\n\r\n", "\r\n\r\n", "1 1\r\nx\r\n"]
    {
        let mut wire = Wire::open(server.addr);
        wire.send(format!("{FORM}Transfer-Encoding: chunked\r\n\r\n{chunks}"));
        check(&wire.answer().unwrap(), 400, "IncompleteBody");
        assert!(wire.is_closed(), "{chunks:?}");
    }
    check_alive(&server);
}

#[test]
fn what_is_no_form_holds_no_parameters() {
    let server = TestServer::start();
    for kind in ["text/xml", "application/json", "multipart/form-data; boundary=x", "", "\u{e9}"] {
        let answer = server.raw(&request("POST", "/onca/xml", &[("Content-Type", kind)], CREATE.as_bytes()));
        check(&answer, 200, "AWS.MissingServiceParameter");
        let both = format!("/onca/xml?{CREATE}");
        check(&server.raw(&request("POST", &both, &[("Content-Type", kind)], b"&Operation=CartGet")), 200, "");
    }
    // A client that forgets the type means a form, whatever its case and what stands behind it.
    check(&server.raw(&request("POST", "/onca/xml", &[], CREATE.as_bytes())), 200, "");
    let kind = "APPLICATION/X-WWW-FORM-URLENCODED; charset=utf-8";
    check(&server.raw(&request("POST", "/onca/xml", &[("Content-Type", kind)], CREATE.as_bytes())), 200, "");
    check_alive(&server);
}

/// A compressed body is not understood; its bytes are read as a form that has nothing of use.
#[test]
fn a_compressed_body_is_answered_with_a_document() {
    let server = TestServer::start();
    // gzip of `Service=AWSECommerceService`.
    let zipped =
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x0bN-*\xcbLN\xb5u\x0c\x0fvu\xce\xcf\xcd\xcdO\xce\x80\x0a\x01\0\xdd\x01\x1e\x01";
    let headers = [("Content-Encoding", "gzip"), ("Content-Type", "application/x-www-form-urlencoded")];
    let answer = server.raw(&request("POST", "/onca/xml", &headers, zipped));
    check(&answer, 200, "AWS.MissingServiceParameter");
    check_alive(&server);
}

/// With a length and chunks at once, a proxy and a server may see different ends of the request. The chunks count here, and
/// what follows them is never taken for a request of its own.
#[test]
fn a_second_request_cannot_be_smuggled_in() {
    let server = TestServer::start();
    let smuggled = format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nHost: a\r\n\r\n");
    for lengths in
        ["Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"]
    {
        let mut wire = Wire::open(server.addr);
        wire.send(format!("{FORM}{lengths}\r\n{:x}\r\n{CREATE}\r\n0\r\n\r\n{smuggled}", CREATE.len()));
        let answer = wire.answer().unwrap();
        assert!(answer.status == 400 || answer.codes().is_empty(), "{answer:?}");
        assert!(wire.is_closed(), "the connection must not go on: {lengths}");
    }
    for coding in ["xchunked", "chunked, identity", "chunked\r\nTransfer-Encoding: gzip", "\x0bchunked"] {
        let mut wire = Wire::open(server.addr);
        wire.send(format!("{FORM}Transfer-Encoding: {coding}\r\n\r\n0\r\n\r\n{smuggled}")).half_close();
        assert!(wire.answer().is_none_or(|answer| answer.status == 400), "{coding:?}");
        assert!(wire.is_closed(), "{coding:?}");
    }
    check_alive(&server);
}

#[test]
fn a_request_of_endless_parameters_is_refused() {
    let server = TestServer::start();
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let many = server.raw(&request("POST", "/onca/xml", &headers, "a&".repeat(700_000).as_bytes()));
    check(&many, 413, "EntityTooLarge");
    check_alive(&server);
}
