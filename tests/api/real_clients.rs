//! What real client libraries rely on, by library and version. `scripts/test-clients` plays a cart's life with the libraries
//! themselves.

use crate::support::{TestServer, request};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

const KEY: &str = "Service=AWSECommerceService&AWSAccessKeyId=AKIATEST";

/// Asks as a client that takes gzip; the answer's head in lower case, and its body as it came.
fn ask(addr: SocketAddr, target: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.write_all(&request("GET", target, &[("Accept-Encoding", "gzip")], b"")).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    (String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase(), bytes[end + 4..].to_vec())
}

/// It accepts gzip, and fails on an answer without Content-Encoding: there was none from Amazon (docs/PROTOCOL.md, section 3.6).
#[test]
fn bottlenose_1_1_8_gets_every_answer_in_gzip() {
    let server = TestServer::start();
    for (target, status) in [
        (format!("/onca/xml?{KEY}&Operation=CartCreate&Item.1.ASIN=B000000001"), 200),
        (format!("/onca/xml?{KEY}&Operation=CartGet&CartId=a&HMAC=b"), 200),
        (format!("/onca/xml?{KEY}&Operation=CartDrive"), 200),
        ("/onca/xml?Service=AWSECommerceService&Operation=CartGet".to_owned(), 403),
        ("/onca".to_owned(), 404),
    ] {
        let (head, body) = ask(server.addr, &target);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{target}: {head}");
        assert!(head.contains("\r\ncontent-encoding: gzip"), "{target}: {head}");
        assert_eq!(head.matches("\r\nvary: ").count(), 1, "{head}");
        // One chunk or more, the first of which begins as gzip does.
        let start = body.windows(2).position(|two| two == b"\r\n").unwrap() + 2;
        assert_eq!(body[start..start + 3], [0x1f, 0x8b, 8], "{target}");
    }
}

/// Its `cart_create`, `cart_add` and `cart_modify` number their items from 0.
#[test]
fn python_amazon_simple_product_api_2_2_11_counts_items_from_0() {
    let server = TestServer::start();
    let cart = server.call("Operation=CartCreate&Item.0.ASIN=B000000001&Item.1.ASIN=B000000002&Version=2013-08-01");
    assert_eq!(cart.lines(), "B000000001 x 1, B000000002 x 1");
    let change = format!("Item.0.CartItemId={}&Item.0.Quantity=4", cart.item("B000000001"));
    let cart = server.call(&format!("Operation=CartModify&{}&{change}&Version=2013-08-01", cart.cart()));
    assert_eq!(cart.lines(), "B000000001 x 4, B000000002 x 1");
}
