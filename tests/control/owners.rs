//! `/accounts`: who is there, what each has, and that whoever owns nothing leaves nothing.

use super::{check_problem, delete, get, put};
use crate::support::{Answer, TestDatabase, TestServer};
use cartwright::cart::{Clock as _, SystemClock};
use cartwright::config::{Isolation, Secret, Signatures};
use cartwright::protocol::signature;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

/// An operation by an access key.
#[track_caller]
fn call(server: &TestServer, key: &str, query: &str) -> Answer {
    server.get(&format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={key}&Version=2011-08-01&{query}"))
}

fn create(server: &TestServer, key: &str) {
    let answer = call(server, key, "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=1");
    assert!(answer.has("CartId"), "{}", answer.body);
}

/// Help, signed with a secret by a key, and the codes of its answer.
fn signed(server: &TestServer, key: &str, secret: &str) -> Vec<String> {
    let at = SystemClock.now().to_string().replace(':', "%3A");
    let query = format!(
        "AWSAccessKeyId={key}&About=CartGet&HelpType=Operation&Operation=Help&Service=AWSECommerceService&Timestamp={at}"
    );
    let mut sorted: Vec<&str> = query.split('&').collect();
    sorted.sort_unstable();
    let text = format!("GET\nshop.test\n/onca/xml\n{}", sorted.join("&"));
    let signature = signature::sign(secret, &text).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    server.get(&format!("/onca/xml?{query}&Signature={signature}")).codes()
}

#[test]
fn an_account_is_there_as_soon_as_it_owns_something() {
    let server = TestServer::start();
    check_problem(&get(&server, "/accounts/AKIA1"), 404);
    check_problem(&delete(&server, "/accounts/AKIA1"), 404);
    call(&server, "AKIA1", "Operation=ItemLookup&ItemId=B000000001");
    check_problem(&get(&server, "/accounts/AKIA1"), 404);
    create(&server, "AKIA1");
    let plain = json!({
        "account": "AKIA1", "has_secret": false, "mode": null, "ids_seed": null, "clock": null, "faults": 0, "carts": 1, "products": 0, "purchases": 0
    });
    let shown = get(&server, "/accounts/AKIA1").json();
    for (field, value) in plain.as_object().unwrap() {
        assert_eq!(&shown[field], value, "{field}");
    }
    put(&server, "/accounts/AKIA2/clock", r#"{"now":"2030-01-01T00:00:00Z","frozen":true}"#);
    let shown = get(&server, "/accounts/AKIA2").json();
    assert_eq!(shown["clock"], json!({"now": "2030-01-01T00:00:00Z", "mode": "frozen"}));
    assert_eq!(shown["carts"], 0);
}

#[test]
fn accounts_are_listed_page_by_page() {
    let server = TestServer::with(|config| {
        config.accounts = [("K3".to_owned(), Secret::new("of the settings"))].into();
    });
    for key in ["K5", "K1", "K4", "a%2Fb"] {
        create(&server, key);
    }
    put(&server, "/accounts/K2", "{}");
    put(&server, "/clock", r#"{"now":"2030-01-01T00:00:00Z"}"#);
    let (mut keys, mut next) = (Vec::new(), String::new());
    loop {
        let page = get(&server, &format!("/accounts?limit=2{next}")).json();
        keys.extend(page["items"].as_array().unwrap().iter().map(|item| item["account"].as_str().unwrap().to_owned()));
        match &page["next"] {
            Value::Null => break,
            cursor => next = format!("&cursor={}", cursor.as_str().unwrap().replace('/', "%2F")),
        }
    }
    assert_eq!(keys, ["K1", "K2", "K3", "K4", "K5", "a/b"]);
}

#[test]
fn a_secret_that_an_account_was_given_is_what_its_signatures_are_checked_with() {
    let server = TestServer::with(|config| config.signatures = Signatures::Required);
    assert_eq!(signed(&server, "AKIA1", "one"), ["InvalidClientTokenId"], "an unknown key");
    let made = put(&server, "/accounts/AKIA1", r#"{"secret":"one"}"#);
    assert_eq!((made.status, made.json()["has_secret"].as_bool()), (201, Some(true)));
    assert_eq!(signed(&server, "AKIA1", "one"), [""; 0]);
    assert_eq!(signed(&server, "AKIA1", "two"), ["SignatureDoesNotMatch"]);
    assert_eq!(put(&server, "/accounts/AKIA1", r#"{"secret":"two"}"#).status, 200);
    assert_eq!(signed(&server, "AKIA1", "one"), ["SignatureDoesNotMatch"]);
    for path in ["/accounts", "/accounts/AKIA1", "/info"] {
        assert!(!get(&server, path).body.contains("two"), "{path}");
    }
    assert_eq!(delete(&server, "/accounts/AKIA1").status, 204);
    assert_eq!(signed(&server, "AKIA1", "two"), ["InvalidClientTokenId"]);
    check_problem(&get(&server, "/accounts/AKIA1"), 404);
}

#[test]
fn an_account_goes_with_all_that_it_owns_and_leaves_others_alone() {
    let server = TestServer::start();
    for key in ["AKIA1", "AKIA2"] {
        create(&server, key);
        put(&server, &format!("/accounts/{key}/clock"), r#"{"frozen":true}"#);
        put(&server, &format!("/accounts/{key}/catalog/us/C000000001"), r#"{"title":"x","product_group":"Toy"}"#);
    }
    let before = get(&server, "/accounts/AKIA2").body;
    assert_eq!(delete(&server, "/accounts/AKIA1").status, 204);
    check_problem(&get(&server, "/accounts/AKIA1"), 404);
    assert_eq!(get(&server, "/accounts/AKIA1/carts").json()["items"], json!([]));
    assert_eq!(get(&server, "/accounts/AKIA1/clock").json()["mode"], "real");
    assert_eq!(get(&server, "/accounts/AKIA2").body, before);
    // Its ids begin anew, as they would on a new server.
    let again = call(&server, "AKIA1", "Operation=CartCreate&Item.1.ASIN=B000000001");
    let first = call(&TestServer::start(), "AKIA1", "Operation=CartCreate&Item.1.ASIN=B000000001");
    assert_eq!((again.text("CartId"), again.text("HMAC")), (first.text("CartId"), first.text("HMAC")));
}

#[test]
fn an_account_may_be_made_without_anything() {
    let server = TestServer::start();
    assert_eq!(put(&server, "/accounts/AKIA1", "{}").status, 201);
    assert_eq!(put(&server, "/accounts/AKIA1", "").status, 200);
    assert_eq!(get(&server, "/accounts/AKIA1").status, 200);
    for (body, tells) in [
        (r#"{"secret":""}"#, "empty"),
        (r#"{"secrt":"x"}"#, "did you mean `secret`?"),
        (r#"{"secret":7}"#, "a string"),
        (r#"{"mode":"stric"}"#, "did you mean `strict`?"),
    ] {
        let answer = put(&server, "/accounts/AKIA1", body);
        check_problem(&answer, 400);
        assert!(answer.json()["detail"].as_str().unwrap().contains(tells), "{}", answer.body);
    }
}

#[test]
fn without_isolation_all_accounts_go_by_the_servers_settings_but_sign_for_themselves() {
    let server = TestServer::with(|config| {
        config.isolation = Isolation::None;
        config.signatures = Signatures::Required;
    });
    put(&server, "/accounts/AKIA1", r#"{"secret":"one"}"#);
    put(&server, "/accounts/AKIA1/clock", r#"{"now":"2030-01-01T00:00:00Z","frozen":true}"#);
    assert_eq!(get(&server, "/accounts/AKIA1/clock").json()["now"], "2006-05-17T12:00:00Z");
    assert_eq!(signed(&server, "AKIA1", "one"), [""; 0]);
    assert_eq!(signed(&server, "AKIA1", "two"), ["SignatureDoesNotMatch"]);
}

/// Twenty thousand keys that come once and never again. A million would leave as little; they only take longer.
#[test]
fn keys_that_own_nothing_leave_nothing() {
    const KEYS: usize = 20_000;
    let database = TestDatabase::create();
    let server = TestServer::with(|config| {
        config.database = database.url();
        config.ids_seed = None;
    });
    let stream = TcpStream::connect(server.addr).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut body = vec![0; 1 << 20];
    for start in (0..KEYS).step_by(100) {
        let mut bytes = Vec::new();
        for n in start..start + 100 {
            let query = match n % 3 {
                0 => "Operation=CartGet&CartId=102-0000000-0000001&HMAC=x",
                1 => "Operation=CartCreate&Item.1.ASIN=B999999999",
                _ => "Operation=Help",
            };
            let target = format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=RANDOM{n:014}&{query}");
            bytes.extend(format!("GET {target} HTTP/1.1\r\nHost: shop.test\r\n\r\n").bytes());
        }
        let mut sender = stream.try_clone().unwrap();
        let sending = std::thread::spawn(move || sender.write_all(&bytes).unwrap());
        for _ in 0..100 {
            let mut line = String::new();
            let mut length = 0;
            while line != "\r\n" {
                line.clear();
                assert!(answers.read_line(&mut line).unwrap() > 0, "the server hung up");
                if let Some((name, value)) = line.split_once(": ")
                    && name.eq_ignore_ascii_case("content-length")
                {
                    length = value.trim().parse().unwrap();
                }
            }
            answers.read_exact(&mut body[..length]).unwrap();
        }
        sending.join().unwrap();
    }
    drop((stream, answers));
    assert_eq!(get(&server, "/accounts").json(), json!({"items": [], "next": null}));
    server.stop();
    for table in ["accounts", "id_counters", "carts"] {
        assert_eq!(database.count(table), 0, "{table}");
    }
}
