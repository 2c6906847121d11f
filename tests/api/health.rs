//! Paths that are none of the service's operations.

use super::codes;
use crate::support::{TestServer, request};

#[test]
fn a_running_server_is_live_and_ready() {
    let server = TestServer::start();
    assert_eq!((server.get("/livez").status, server.get("/livez").body), (200, "ok\n".to_owned()));
    assert_eq!((server.get("/readyz").status, server.get("/readyz").body), (200, "ready\n".to_owned()));
}

#[test]
fn metrics_count_answers_by_operation_and_code() {
    let server = TestServer::start();
    server.create(&["B000000001"]);
    server.create(&["B000000001"]);
    server.create(&["B00000NONE"]);
    server.call("Operation=CartGet");
    server.call("Operation=Nothing");
    server.get("/nothing");
    server.get("/onca/xml?Service=AWSECommerceService&Operation=CartClear");
    let metrics = server.get("/metrics");
    assert_eq!(metrics.status, 200);
    assert!(metrics.header("content-type").unwrap().contains("text"));
    for line in [
        "cartwright_answers_total{operation=\"CartCreate\",code=\"ok\"} 2",
        "cartwright_answers_total{operation=\"CartCreate\",code=\"AWS.ECommerceService.ItemNotEligibleForCart\"} 1",
        "cartwright_answers_total{operation=\"CartGet\",code=\"AWS.MissingParameters\"} 1",
        "cartwright_answers_total{operation=\"none\",code=\"AWS.InvalidOperationParameter\"} 1",
        "cartwright_answers_total{operation=\"CartClear\",code=\"MissingClientTokenId\"} 1",
        "cartwright_answer_seconds_count{operation=\"CartCreate\"} 3",
        "cartwright_answer_seconds_count{operation=\"CartGet\"} 1",
        "cartwright_answer_seconds_count{operation=\"CartClear\"} 1", // refused
        "cartwright_answer_seconds_count{operation=\"none\"} 2",
        "cartwright_connections 1",
    ] {
        assert!(metrics.body.lines().any(|known| known == line), "{line}\n{}", metrics.body);
    }
}

#[test]
fn an_unknown_path_is_a_document_of_the_service() {
    let server = TestServer::start();
    for path in
        ["/", "/onca", "/onca/xml/", "/onca/XML", "/de/", "/xx/onca/xml", "/de/de/onca/xml", "/livez/x", "//", "/%00"]
    {
        for method in ["GET", "POST", "DELETE"] {
            let answer = server.raw(&request(method, path, &[], b""));
            assert_eq!((answer.status, codes(&answer).as_str()), (404, "InvalidURI"), "{method} {path}");
            let head =
                "<?xml version=\"1.0\"?>\n<ErrorResponse xmlns=\"http://ecs.amazonaws.com/doc/2005-10-05/\"><Error>";
            assert!(answer.body.starts_with(head), "{}", answer.body);
            assert!(!answer.text("RequestId").is_empty());
            assert_eq!(answer.header("content-type"), Some("text/xml;charset=UTF-8"));
        }
    }
}

#[test]
fn a_wrong_method_is_a_document_of_the_service() {
    let server = TestServer::start();
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        for path in ["/onca/xml", "/uk/onca/xml?Service=AWSECommerceService"] {
            let answer = server.raw(&request(method, path, &[], b""));
            assert_eq!((answer.status, codes(&answer).as_str()), (405, "MethodNotAllowed"), "{method} {path}");
            assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
            assert!(answer.body.contains("<ErrorResponse xmlns=\"http://ecs.amazonaws.com/doc/2005-10-05/\">"));
        }
    }
}

#[test]
fn head_gives_the_head_of_get() {
    let server = TestServer::start();
    let target = "/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=CartGet";
    let (head, get) = (server.raw(&request("HEAD", target, &[], b"")), server.raw(&request("GET", target, &[], b"")));
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-type"), get.header("content-type"));
}

#[test]
fn the_pages_under_gp_are_html() {
    let server = TestServer::start();
    for path in ["/gp/", "/gp/cart/nothing.html", "/de/gp/x"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 404);
        assert!(answer.header("content-type").unwrap().starts_with("text/html"));
        assert!(answer.body.starts_with("<!DOCTYPE html>"));
    }
}

#[test]
fn the_control_apis_errors_are_problems() {
    let server = TestServer::start();
    for path in ["/_cartwright", "/_cartwright/", "/_cartwright/v1/nothing", "/_cartwright/v1/"] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = server.raw(&request(method, path, &[], b""));
            assert_eq!(answer.status, 404, "{method} {path}");
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{method} {path}");
            let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            assert_eq!((problem["status"].as_u64(), problem["title"].as_str()), (Some(404), Some("Not Found")));
        }
    }
}
