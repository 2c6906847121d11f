//! More than the server takes, and a database that is too slow: nobody waits without end, everybody is told.

use super::{CREATE, check, check_alive, create, form};
use crate::support::soap::{ENVELOPES, envelope, operation};
use crate::support::{Answer, Element, TestServer, Wire, request};
use std::time::{Duration, Instant};

/// What the service said when somebody asked too often.
const THROTTLED: &str = "AWS Access Key ID: AKIATEST. You are submitting requests too quickly. Please retry your requests at a \
                         slower rate.";

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Checks that this is the throttle document of CartCreate.
#[track_caller]
fn check_throttled(answer: &Answer) {
    let root = check(answer, 503, "RequestThrottled");
    assert_eq!((root.name.as_str(), answer.text("Message").as_str()), ("CartCreateErrorResponse", THROTTLED));
}

/// A SOAP request of CartCreate.
fn soap() -> Vec<u8> {
    let body = envelope(ENVELOPES[0], "", &operation(CREATE.split_once('&').unwrap().1));
    request("POST", "/onca/soap", &[("Content-Type", "text/xml")], body.as_bytes())
}

/// Checks that this is the fault of the same.
#[track_caller]
fn check_fault(answer: &Answer) {
    Element::read(&answer.body).unwrap();
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains(">aws:Client.RequestThrottled</faultcode>"), "{}", answer.body);
}

/// Does it until it works; fails when it never does.
#[track_caller]
fn insist(mut attempt: impl FnMut() -> bool) {
    let began = Instant::now();
    while !attempt() {
        assert!(began.elapsed() < PATIENCE, "it should have worked by now");
        std::thread::yield_now();
    }
}

#[test]
fn a_database_that_is_too_slow_makes_nobody_wait_for_longer_than_the_limit() {
    let limit = Duration::from_millis(200);
    let server = TestServer::on_database(|config| (config.request_timeout, config.body_timeout) = (limit, limit));
    let cart = server.create(&["B000000001"]).cart();
    let lock = server.database().lock();
    let began = Instant::now();
    check_throttled(&server.raw(&create(&[])));
    assert!((limit..PATIENCE).contains(&began.elapsed()), "{:?}", began.elapsed());
    check_fault(&server.raw(&soap()));
    // Two operations have one limit.
    let both = format!("Operation=CartAdd&Version=2011-08-01&CartAdd.Shared.{cart}&CartAdd.1.Item.1.ASIN=B000000001");
    assert_eq!(server.call(&both).status, 503);
    // An operator is told too.
    let product = r#"{"title":"A","product_group":"Book"}"#;
    let put = request(
        "PUT",
        "/_cartwright/v1/catalog/us/B00000NEW1",
        &[("Content-Type", "application/json")],
        product.as_bytes(),
    );
    if !server.database().is_postgres() {
        let problem = server.raw(&put);
        assert_eq!((problem.status, problem.header("content-type")), (503, Some("application/problem+json")));
        assert!(problem.body.contains("request_timeout"), "{}", problem.body);
    }
    // Reading goes on.
    check(&server.call(&format!("Operation=CartGet&Version=2011-08-01&{cart}")), 200, "");
    drop(lock);
    check_alive(&server);
}

#[test]
fn requests_beyond_those_that_may_be_under_way_are_turned_away_at_once() {
    let server = TestServer::with(|config| config.max_in_flight = 1);
    let mut first = Wire::open(server.addr);
    first.send(format!(
        "POST /onca/xml HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n\
         Content-Length: {}\r\n\r\n",
        CREATE.len()
    ));
    // Its body is being waited for.
    assert_eq!((first.line().as_str(), first.line().as_str()), ("HTTP/1.1 100 Continue", ""));
    // One that is turned away keeps its connection.
    let mut second = Wire::open(server.addr);
    for _ in 0..3 {
        check_throttled(&second.send(format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nHost: a\r\n\r\n")).answer().unwrap());
    }
    check_fault(&server.raw(&soap()));
    // Of what stands in a body nobody knows; it is not read, and not taken for the next request.
    let answer = server.raw(&form(CREATE.as_bytes()));
    let root = check(&answer, 503, "RequestThrottled");
    assert_eq!((root.name.as_str(), answer.header("connection")), ("ErrorResponse", Some("close")));
    for odd in ["", "?Operation=No%3E", "?Service=AWSECommerceService&Operation=CartGet,No&AWSAccessKeyId=A%3CB"] {
        let root = check(&server.get(&format!("/onca/xml{odd}")), 503, "RequestThrottled");
        assert_eq!(root.name, "ErrorResponse", "{odd}");
    }
    let page = server.get("/gp/cart/view.html");
    assert_eq!((page.status, page.header("retry-after")), (503, Some("1")));
    assert!(page.body.starts_with("<!DOCTYPE html>"), "{}", page.body);
    // Whoever runs the server gets in.
    for path in ["/livez", "/readyz", "/metrics", "/_cartwright/v1/info"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    check(&first.send(CREATE).answer().unwrap(), 200, "");
    insist(|| {
        second.send(format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nHost: a\r\n\r\n")).answer().unwrap().status == 200
    });
    check_alive(&server);
}

#[test]
fn connections_beyond_those_that_are_served_are_told_so_and_closed() {
    let server = TestServer::with(|config| config.max_connections = 2);
    let get = format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut open: Vec<_> = (0..2).map(|_| Wire::open(server.addr)).collect();
    for wire in &mut open {
        check(&wire.send(&get).answer().unwrap(), 200, "");
    }
    for _ in 0..10 {
        let mut wire = Wire::open(server.addr);
        let answer = wire.send(&get).answer().unwrap();
        check_throttled(&answer);
        assert_eq!(answer.header("connection"), Some("close"));
        assert!(wire.is_closed());
    }
    check_fault(&server.raw(&soap()));
    assert_eq!(server.get("/gp/cart/view.html").status, 503);
    assert_eq!(server.get("/livez").status, 200);
    assert_eq!(server.get("/_cartwright/v1/info").status, 200);
    // One that says nothing is not waited for.
    assert!(Wire::open(server.addr).is_closed());
    // Those that are served still are.
    for wire in &mut open {
        check(&wire.send(&get).answer().unwrap(), 200, "");
    }
    drop(open);
    insist(|| server.raw(&create(&[])).status == 200);
    check_alive(&server);
}

#[test]
fn a_client_that_does_not_read_loses_its_connection() {
    let server = TestServer::with(|config| config.write_timeout = Duration::from_millis(100));
    let many = format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nHost: a\r\n\r\n").repeat(100);
    let mut wire = Wire::open(server.addr);
    insist(|| !wire.takes(&many));
    check_alive(&server);
}

#[test]
fn changes_beyond_those_that_may_wait_are_turned_away_at_once_and_the_others_are_made() {
    let server = TestServer::on_database(|config| config.write_queue = 1);
    // Now its seeded ids are reserved: the first one's wait for the database. What a server does by itself when it starts may have the one
    // place just then.
    insist(|| server.raw(&create(&[])).status == 200);
    let lock = server.database().lock();
    let mut wires: Vec<_> = (0..10).map(|_| Wire::open(server.addr)).collect();
    for wire in &mut wires {
        wire.send(format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
    // One waits, and as a rule one is being made already.
    let (answered, answers) = std::sync::mpsc::channel();
    let readers: Vec<_> = wires
        .into_iter()
        .map(|mut wire| {
            let answered = answered.clone();
            std::thread::spawn(move || answered.send(wire.answer().unwrap()).unwrap())
        })
        .collect();
    for _ in 0..8 {
        check_throttled(&answers.recv_timeout(PATIENCE).unwrap());
    }
    drop(lock);
    let last = [0; 2].map(|_| answers.recv_timeout(PATIENCE).unwrap());
    last.iter().filter(|answer| answer.status != 200).for_each(check_throttled);
    assert!(last.iter().any(|answer| answer.status == 200));
    for reader in readers {
        reader.join().unwrap();
    }
}

/// Many more clients than the disk can serve, for some seconds. Whoever asks is answered with a document, in time, and what was
/// acknowledged is there.
#[test]
fn everybody_is_answered_in_time_and_nothing_that_was_acknowledged_is_lost() {
    const CLIENTS: usize = 256;
    let limit = Duration::from_secs(1);
    let server = TestServer::on_database(|config| {
        (config.request_timeout, config.write_queue, config.max_in_flight) = (limit, 64, 200);
    });
    let end = Instant::now() + Duration::from_secs(3);
    let client = |addr| {
        let (mut carts, mut times) = (Vec::new(), Vec::new());
        let mut wire = Wire::open(addr);
        while Instant::now() < end {
            let asked = Instant::now();
            let answer = wire.send(format!("GET /onca/xml?{CREATE} HTTP/1.1\r\nHost: a\r\n\r\n")).answer().unwrap();
            times.push(asked.elapsed());
            if answer.status == 200 {
                carts.push((answer.cart(), answer.lines()));
            } else {
                check_throttled(&answer);
                std::thread::sleep(Duration::from_millis(20)); // at a slower rate, as it says
            }
        }
        (carts, times)
    };
    let (mut carts, mut times) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        // The disk: it takes changes for a moment, and then for a while none.
        let disk = scope.spawn(|| {
            while Instant::now() < end {
                let lock = server.database().lock();
                std::thread::sleep(Duration::from_millis(300));
                drop(lock);
                std::thread::sleep(Duration::from_millis(300));
            }
        });
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(|| client(server.addr))).collect();
        for client in clients {
            let (made, took) = client.join().unwrap();
            carts.extend(made);
            times.extend(took);
        }
        disk.join().unwrap();
    });
    times.sort_unstable();
    let p99 = times[times.len() * 99 / 100];
    println!("{} answers, {} carts, p99 {p99:?}, longest {:?}", times.len(), carts.len(), times[times.len() - 1]);
    assert!(!carts.is_empty() && carts.len() < times.len(), "{} of {}", carts.len(), times.len());
    // The limit, and what two busy cores add to it.
    assert!(p99 < limit + Duration::from_secs(2), "{p99:?}");
    for (cart, lines) in &carts {
        let answer = server.call(&format!("Operation=CartGet&Version=2011-08-01&{cart}"));
        assert_eq!(&answer.lines(), lines, "{}", answer.body);
    }
}
