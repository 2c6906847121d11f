//! Workers that share one server, each with an access key of its own, and use all of the controls at once: none ever sees what
//! another does.
//!
//! `scripts/stress-accounts` runs this with 100 workers for a minute.

use super::ROOT;
use crate::support::{Answer, TestServer, Wire};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How many workers, and for how long; without it few, and a few rounds each.
const SIZE: &str = "CARTWRIGHT_TEST_WORKERS";

const DAY: i64 = 86_400;

/// One of many test processes, with its key and a connection that stays open.
struct Worker {
    number: usize,
    key: String,
    wire: Wire,
    requests: usize,
    /// The CartId of its first cart, which follows from its seed.
    cart_id: Option<String>,
}

impl Worker {
    fn new(addr: SocketAddr, number: usize) -> Self {
        Self { number, key: format!("AKIAWORKER{number}"), wire: Wire::open(addr), requests: 0, cart_id: None }
    }

    fn send(&mut self, method: &str, target: &str, body: &str) -> Answer {
        let head = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n");
        let about = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        self.requests += 1;
        self.wire.send(head + &about + body).answer().expect("an answer")
    }

    /// An operation of the service.
    fn call(&mut self, query: &str) -> Answer {
        let target = format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={}&{query}", self.key);
        self.send("GET", &target, "")
    }

    /// What the control API does for this worker's account, and how it answers.
    #[track_caller]
    fn ask(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let target = format!("{ROOT}/accounts/{}{path}", self.key);
        let answer = self.send(method, &target, &body);
        assert!(matches!(answer.status, 200 | 201), "worker {}: {method} {path}: {}", self.number, answer.body);
        answer.json()
    }

    /// A test as test-suites have them, from a clean account to a clean account.
    fn round(&mut self) {
        let (number, key) = (self.number, self.key.clone());
        // Time and ids of its own: other workers' are other years, and other ids.
        let time = |days: i64| {
            let start: jiff::Timestamp = "2006-05-17T12:00:00Z".parse().unwrap();
            let days = days + 400 * i64::try_from(number).unwrap();
            start.checked_add(jiff::SignedDuration::from_secs(days * DAY)).unwrap().to_string()
        };
        self.ask("PUT", "", &json!({"ids_seed": number}));
        self.ask("PUT", "/clock", &json!({"now": time(0), "frozen": true}));

        // A cart that no other worker has: of so many pieces, and looked at so often.
        let quantity = 1 + number % 900;
        let created = self.call(&format!("Operation=CartCreate&Item.1.ASIN=B000000002&Item.1.Quantity={quantity}"));
        assert_eq!(created.codes(), Vec::<String>::new(), "{key}: {}", created.body);
        let id = created.text("CartId");
        assert_eq!(*self.cart_id.get_or_insert_with(|| id.clone()), id, "{key}: its ids follow from its seed alone");
        let get = format!("Operation=CartGet&{}", created.cart());
        let looks = 1 + number % 3;
        for _ in 0..looks {
            assert_eq!(self.call(&get).lines(), format!("B000000002 x {quantity}"), "{key}");
        }
        let carts = self.ask("GET", "/carts", &Value::Null);
        let ids: Vec<_> = carts["items"].as_array().unwrap().iter().map(|cart| &cart["cart_id"]).collect();
        assert_eq!(ids, [&json!(id)], "{key}: its carts, and no other's");
        assert_eq!(carts["items"][0]["created_at"], time(0), "{key}");

        // A fault for its next CartGet, which no other worker's meets.
        let rule = json!({"match": {"operation": "CartGet"}, "times": 1, "action": {"error": "RequestThrottled"}});
        let rule = self.ask("POST", "/faults", &rule);
        let refused = self.call(&get);
        assert_eq!((refused.status, refused.codes()), (503, vec!["RequestThrottled".to_owned()]), "{key}");
        assert_eq!(self.call(&get).lines(), format!("B000000002 x {quantity}"), "{key}");
        let rules = self.ask("GET", "/faults", &Value::Null);
        assert_eq!(rules["items"].as_array().unwrap().len(), 1, "{key}: its rules, and no other's");
        assert_eq!((&rules["items"][0]["id"], &rules["items"][0]["hits"]), (&rule["id"], &json!(1)), "{key}");

        // 91 days, of which only its own cart expires.
        let advanced = self.ask("POST", "/clock/advance", &json!({"by": "91d"}));
        assert_eq!(advanced["now"], time(91), "{key}");
        assert_eq!(advanced["expired_count"], 1, "{key}: {advanced}");
        assert_eq!(advanced["expired"][0]["cart_id"], id, "{key}");
        assert_ne!(self.call(&get).codes(), Vec::<String>::new(), "{key}: the cart has expired");

        for (operation, times) in [("CartCreate", 1), ("CartGet", looks + 3), ("CartClear", 0)] {
            let expected = json!({"operation": operation, "times": {"exactly": times}});
            let verdict = self.ask("POST", "/requests/verify", &expected);
            assert_eq!(verdict["pass"], true, "{key}: {operation}: {verdict}");
        }

        self.ask("POST", "/reset", &Value::Null);
        for part in ["/carts", "/faults", "/requests"] {
            assert_eq!(self.ask("GET", part, &Value::Null)["items"], json!([]), "{key}: {part} after the reset");
        }
        assert_eq!(self.ask("GET", "/clock", &Value::Null)["mode"], "real", "{key}");
    }
}

#[test]
fn workers_with_keys_of_their_own_never_see_each_other() {
    let size = std::env::var(SIZE).ok();
    let (workers, seconds) = match &size {
        Some(size) => {
            let (workers, seconds) = size.split_once('x').expect("WORKERSxSECONDS");
            (workers.parse().unwrap(), seconds.parse().unwrap())
        }
        None => (12, 0),
    };
    let server = TestServer::with(|config| config.ids_seed = None);
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds);
    let run = |number| {
        let mut worker = Worker::new(server.addr, number);
        let mut rounds = 0;
        while rounds < 3 || Instant::now() < end {
            worker.round();
            rounds += 1;
        }
        (rounds, worker.requests, worker.cart_id.unwrap())
    };
    let done: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|number| scope.spawn(move || run(number))).collect();
        running.into_iter().map(|worker| worker.join().expect("a worker that saw only its own")).collect()
    });
    let took = begun.elapsed().as_secs_f64();
    let (rounds, requests) = done.iter().fold((0, 0), |(a, b), (rounds, requests, _)| (a + rounds, b + requests));
    let mut ids: Vec<_> = done.into_iter().map(|(_, _, id)| id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), workers, "each has ids of its own");
    println!("{workers} workers: {rounds} rounds and {requests} requests in {took:.1} s");
}
