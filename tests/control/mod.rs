//! The control API over HTTP: what it shows and changes, and whom it lets in. One file for each idea.

mod accounts;
mod browsers;
mod bulk;
mod carts;
mod catalog;
mod clock;
mod effects;
mod embedded;
mod faults;
mod hostile;
mod info;
mod listeners;
mod openapi;
mod owners;
mod pages;
mod patch;
mod protocol;
mod purchases;
mod requests;
mod reset;
mod restart;
mod snapshots;
mod token;
mod verify;
mod watch;
mod workers;

use crate::support::{Answer, TestServer, exchange, request};
use serde_json::Value;
use std::net::SocketAddr;

/// A product of the tests' catalogue.
const BOOK: &str = "/catalog/us/B000000001";

/// Where the paths of this file stand.
const ROOT: &str = "/_cartwright/v1";

impl Answer {
    /// The body as JSON.
    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The errors of a problem, each as `LINE FIELD: MESSAGE`.
    #[track_caller]
    fn faults(&self) -> Vec<String> {
        let fault = |fault: &Value| {
            let field = fault["field"].as_str().unwrap_or("-");
            format!("{} {field}: {}", fault["line"], fault["message"].as_str().unwrap())
        };
        self.json()["errors"].as_array().map(|errors| errors.iter().map(fault).collect()).unwrap_or_default()
    }

    /// The ASINs of a list, and where the next page begins.
    #[track_caller]
    fn page(&self) -> (Vec<String>, Option<String>) {
        assert_eq!(self.status, 200, "{}", self.body);
        let list = self.json();
        let asin = |item: &Value| item["asin"].as_str().unwrap().to_owned();
        (list["items"].as_array().unwrap().iter().map(asin).collect(), list["next"].as_str().map(str::to_owned))
    }
}

/// A request of the control API at this address.
#[track_caller]
fn ask_at(addr: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    exchange(addr, &request(method, &format!("{ROOT}{path}"), headers, body))
}

#[track_caller]
fn ask(server: &TestServer, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    ask_at(server.addr, method, path, headers, body.as_bytes())
}

#[track_caller]
fn get(server: &TestServer, path: &str) -> Answer {
    ask(server, "GET", path, &[], "")
}

#[track_caller]
fn put(server: &TestServer, path: &str, body: &str) -> Answer {
    ask(server, "PUT", path, &[("Content-Type", "application/json")], body)
}

#[track_caller]
fn patch(server: &TestServer, path: &str, body: &str) -> Answer {
    ask(server, "PATCH", path, &[("Content-Type", "application/merge-patch+json")], body)
}

#[track_caller]
fn load(server: &TestServer, path: &str, body: &str) -> Answer {
    ask(server, "POST", path, &[("Content-Type", "application/x-ndjson")], body)
}

#[track_caller]
fn post(server: &TestServer, path: &str, body: &str) -> Answer {
    ask(server, "POST", path, &[("Content-Type", "application/json")], body)
}

#[track_caller]
fn delete(server: &TestServer, path: &str) -> Answer {
    ask(server, "DELETE", path, &[], "")
}

/// Checks that an answer is a problem of this status, whole and in order.
#[track_caller]
fn check_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer:?}");
    let problem = answer.json();
    assert_eq!((&problem["type"], &problem["status"]), (&Value::from("about:blank"), &Value::from(status)));
    assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()), "{problem}");
    assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{problem}");
}

/// The line of a record with this number, in the us.
fn record(n: usize) -> String {
    format!(r#"{{"locale":"us","asin":"C{n:09}","title":"Card {n}","product_group":"Toy","price":{n}}}"#)
}
