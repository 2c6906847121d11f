//! gzip: for clients that ask for it, and for no others.

use crate::support::{TestServer, request};
use flate2::read::GzDecoder;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

const QUERY: &str =
    "/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=CartCreate&Item.1.ASIN=B000000001";

/// The head of an answer, and its body with the chunks put together.
fn fetch(server: &TestServer, headers: &[(&str, &str)]) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(server.addr).unwrap();
    stream.write_all(&request("GET", QUERY, headers, b"")).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let (head, mut rest) = (String::from_utf8(bytes[..end].to_vec()).unwrap().to_ascii_lowercase(), &bytes[end + 4..]);
    if !head.contains("transfer-encoding: chunked") {
        return (head, rest.to_vec());
    }
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|window| window == b"\r\n").unwrap();
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if length == 0 {
            return (head, body);
        }
        body.extend(&rest[line + 2..line + 2 + length]);
        rest = &rest[line + 2 + length + 2..];
    }
}

#[test]
fn an_answer_is_compressed_when_the_client_asks_for_it() {
    let server = TestServer::start();
    let (head, body) = fetch(&server, &[("Accept-Encoding", "gzip, deflate")]);
    assert!(head.contains("content-encoding: gzip"), "{head}");
    let mut document = String::new();
    GzDecoder::new(body.as_slice()).read_to_string(&mut document).unwrap();
    assert!(document.starts_with("<?xml") && document.ends_with("</CartCreateResponse>"), "{document}");
}

#[test]
fn an_answer_stays_as_it_is_for_everybody_else() {
    let server = TestServer::start();
    for headers in [&[][..], &[("Accept-Encoding", "identity")], &[("Accept-Encoding", "gzip;q=0")]] {
        let (head, body) = fetch(&server, headers);
        assert!(!head.contains("content-encoding") && head.contains("content-length: "), "{head}");
        assert!(body.starts_with(b"<?xml"));
    }
}
