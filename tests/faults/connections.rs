//! Connections that a rule ends or slows down: raw bytes, as a client gets them.

use super::{add, clear, hits, look, rule};
use crate::support::{TestServer, request};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Sends bytes, and reads until the connection ends: what came, and how it ended.
pub(super) fn send(addr: SocketAddr, bytes: &[u8]) -> (Vec<u8>, Option<ErrorKind>) {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut sent = Vec::new();
    let ended = stream.read_to_end(&mut sent).err().map(|error| error.kind());
    (sent, ended)
}

/// A GET that would let the connection stay open.
fn get(server: &TestServer, target: &str, headers: &str) -> (Vec<u8>, Option<ErrorKind>) {
    send(server.addr, format!("GET {target} HTTP/1.1\r\nHost: shop.test\r\n{headers}\r\n").as_bytes())
}

/// Head and body.
fn parts(bytes: &[u8]) -> (String, &[u8]) {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    (String::from_utf8(bytes[..end].to_vec()).unwrap().to_ascii_lowercase(), &bytes[end + 4..])
}

fn promised(head: &str) -> usize {
    let (_, rest) = head.split_once("content-length: ").expect("a length");
    rest.lines().next().unwrap().parse().unwrap()
}

#[test]
fn a_lost_answer_is_never_sent_and_its_change_is_in_the_store() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let id = rule(&server, r#"{"match":{"operation":"CartAdd"},"action":{"lost":true}}"#);
    assert_eq!(get(&server, &add(&cart), ""), (Vec::new(), None), "closed, and nothing was sent");
    assert_eq!(hits(&server, &id), 1);
    assert_eq!(look(&server, &cart).lines(), "B000000CAP x 1, B000000001 x 1");
    clear(&server);
    // What a client does that does not know: it tries again.
    assert_eq!(server.get(&add(&cart)).codes(), ["AWS.ECommerceService.ItemAlreadyInCart"]);
}

#[test]
fn a_connection_is_reset_and_nothing_is_done() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    rule(&server, r#"{"preset":"reset-once"}"#);
    assert_eq!(get(&server, &add(&cart), ""), (Vec::new(), Some(ErrorKind::ConnectionReset)));
    assert_eq!(look(&server, &cart).lines(), "B000000001 x 1");
}

#[test]
fn a_truncated_answer_breaks_off_behind_its_bytes() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let target = add(&cart).replace("CartAdd", "CartGet");
    let whole = server.get(&target);
    for bytes in [0, 100] {
        rule(&server, &format!(r#"{{"action":{{"truncate":{bytes}}}}}"#));
        let (sent, _) = get(&server, &target, "");
        let (head, body) = parts(&sent);
        assert!(promised(&head) > 500, "{head}");
        assert_eq!(body, &whole.body.as_bytes()[..bytes]);
        // Also of what is compressed, which then is what is cut.
        let (sent, _) = get(&server, &target, "Accept-Encoding: gzip\r\n");
        let (head, body) = parts(&sent);
        assert!(head.contains("content-encoding: gzip"), "{head}");
        assert_eq!(body.len(), bytes);
        assert!(promised(&head) > bytes, "{head}");
        clear(&server);
    }
    rule(&server, r#"{"action":{"truncate":1000000}}"#);
    assert_eq!(look(&server, &cart).lines(), "B000000001 x 1", "there is nothing to cut off");
}

#[test]
fn a_dripping_answer_comes_slowly_and_whole() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    rule(&server, r#"{"action":{"drip":"4KiB/s"}}"#);
    let began = Instant::now();
    let answer = look(&server, &cart);
    // The first piece comes at once, the others a tenth of a second apart.
    let pieces = u32::try_from(answer.body.len().div_ceil(409)).unwrap();
    assert!(pieces > 2 && began.elapsed() >= Duration::from_millis(98) * (pieces - 1), "{:?}", began.elapsed());
    assert_eq!(answer.lines(), "B000000001 x 1");
}

#[test]
fn who_waits_on_purpose_is_answered_when_the_server_stops() {
    for action in [r#"{"latency":"5m"}"#, r#"{"drip":"1B/s"}"#] {
        let server = TestServer::start();
        let cart = server.create(&["B000000001"]);
        let id = rule(&server, &format!(r#"{{"match":{{"operation":"CartAdd"}},"action":{action}}}"#));
        let (addr, bytes) = (server.addr, request("GET", &add(&cart), &[], b""));
        let client = std::thread::spawn(move || send(addr, &bytes));
        while hits(&server, &id) == 0 {
            std::thread::yield_now();
        }
        server.stop();
        let (sent, ended) = client.join().unwrap();
        let (head, body) = parts(&sent);
        assert_eq!((ended, promised(&head)), (None, body.len()), "{action}");
        assert!(String::from_utf8_lossy(body).contains("B000000CAP"), "{action}");
    }
}

#[test]
fn others_are_not_held_up_by_those_who_wait() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let id = rule(&server, r#"{"match":{"operation":"CartAdd"},"action":{"latency":"5m"}}"#);
    let mut waiting = Vec::new();
    for n in 1..=5 {
        let mut stream = TcpStream::connect(server.addr).unwrap();
        stream.write_all(&request("GET", &add(&cart), &[], b"")).unwrap();
        waiting.push(stream);
        while hits(&server, &id) < n {
            std::thread::yield_now();
        }
    }
    let query = "Operation=CartModify&Version=2011-08-01&Item.1.Quantity=3";
    let changed = server.call(&format!("{query}&Item.1.CartItemId={}&{}", cart.item("B000000001"), cart.cart()));
    assert_eq!(changed.lines(), "B000000001 x 3");
}

/// Does it until it works; fails when it never does.
#[track_caller]
fn insist(mut attempt: impl FnMut() -> bool) {
    let began = Instant::now();
    while !attempt() {
        assert!(began.elapsed() < Duration::from_mins(1), "it should have worked by now");
        std::thread::yield_now();
    }
}

#[test]
fn who_goes_away_is_waited_for_no_longer() {
    let server = TestServer::with(|config| config.max_in_flight = 1);
    let cart = server.create(&["B000000001"]);
    let page = "/gp/cart/view.html".to_owned();
    for (operation, target) in [("CartAdd", add(&cart)), ("CustomerCart", page)] {
        let id = rule(&server, &format!(r#"{{"match":{{"operation":"{operation}"}},"action":{{"latency":"5m"}}}}"#));
        let mut client = TcpStream::connect(server.addr).unwrap();
        client.write_all(&request("GET", &target, &[], b"")).unwrap();
        insist(|| hits(&server, &id) == 1);
        assert_eq!(look(&server, &cart).status, 503, "its place is taken");
        drop(client);
        insist(|| look(&server, &cart).status == 200);
        // It is in the journal, like whatever was answered.
        let entries = super::control(&server, "GET", &format!("/requests?operation={operation}"), "");
        assert_eq!(entries["items"][0]["fault"], format!("{id} latency"), "{entries}");
        assert!(entries["items"][0]["ms"].as_f64().unwrap() < 60_000.0, "{entries}");
        clear(&server);
    }
    assert_eq!(look(&server, &cart).lines(), "B000000CAP x 1, B000000001 x 1", "what it asked for was done at once");
}

#[test]
fn who_closes_its_side_while_it_waits_is_answered_at_once() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let id = rule(&server, r#"{"match":{"operation":"CartAdd"},"action":{"latency":"5m"}}"#);
    let mut client = TcpStream::connect(server.addr).unwrap();
    client.write_all(&request("GET", &add(&cart), &[], b"")).unwrap();
    insist(|| hits(&server, &id) == 1);
    client.shutdown(std::net::Shutdown::Write).unwrap();
    client.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let mut sent = Vec::new();
    client.read_to_end(&mut sent).unwrap();
    assert!(String::from_utf8_lossy(parts(&sent).1).contains("B000000CAP"));
}
