//! Signatures: who is let in, who is not, and what the latter is told.

use crate::support::{Answer, TestServer, request};
use cartwright::cart::{Clock as _, SystemClock};
use cartwright::config::{Config, Secret, Signatures};
use cartwright::protocol::signature::{canonical_query, sign, string_to_sign};
use cartwright::protocol::{Params, read_params};
use jiff::SignedDuration;

const KEY: &str = "AKIAKNOWN";

fn server(mode: Signatures) -> TestServer {
    TestServer::with(|config: &mut Config| {
        config.signatures = mode;
        config.accounts.insert(KEY.to_owned(), Secret::new("its secret"));
        config.public_url = None;
    })
}

/// A query that a client signs for this host: the canonical form, and the signature behind it.
fn signed_at(host: &str, path: &str, timestamp: &str, more: &str) -> String {
    let query = format!(
        "Service=AWSECommerceService&AWSAccessKeyId={KEY}&Operation=CartCreate&Item.1.ASIN=B000000001&Timestamp={timestamp}{more}"
    );
    let mut params = Params::default();
    read_params(query.as_bytes(), &mut params);
    let canonical = canonical_query(&params);
    let signature = sign("its secret", &string_to_sign("GET", host, path, &canonical));
    format!("{canonical}&Signature={}", signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
}

fn signed(host: &str) -> String {
    signed_at(host, "/onca/xml", &SystemClock.now().to_string(), "")
}

fn ask(server: &TestServer, path: &str, query: &str, host: &str) -> Answer {
    server.raw(&request("GET", &format!("{path}?{query}"), &[("Host", host)], b""))
}

/// Status, code, root element.
fn refusal(answer: &Answer) -> (u16, String) {
    assert!(
        answer.body.contains("<CartCreateErrorResponse xmlns=\"http://ecs.amazonaws.com/doc/2005-10-05/\">"),
        "{}",
        answer.body
    );
    (answer.status, answer.text("Code"))
}

#[test]
fn a_signed_request_of_a_known_key_is_let_in_whatever_host_it_was_signed_for() {
    let server = server(Signatures::Required);
    for host in ["shop.test:8080", "shop.test", "webservices.amazon.com", "ecs.amazonaws.com"] {
        let answer = ask(&server, "/onca/xml", &signed(host), "shop.test:8080");
        assert!(answer.has("CartId"), "{host}: {}", answer.body);
    }
    // A locale in front of the path may be signed or not.
    for path in ["/uk/onca/xml", "/onca/xml"] {
        let query = signed_at("shop.test", path, &SystemClock.now().to_string(), "");
        assert!(ask(&server, "/uk/onca/xml", &query, "shop.test").has("CartId"), "{path}");
    }
}

/// A form that a client signs: the canonical form, and the signature behind it.
fn signed_form() -> String {
    let form = signed("shop.test");
    let (canonical, _) = form.split_once("&Signature=").unwrap();
    let signature = sign("its secret", &string_to_sign("POST", "shop.test", "/onca/xml", canonical));
    format!("{canonical}&Signature={}", signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
}

fn post(server: &TestServer, target: &str, form: &[u8]) -> Answer {
    let headers = [("Host", "shop.test"), ("Content-Type", "application/x-www-form-urlencoded")];
    server.raw(&request("POST", target, &headers, form))
}

#[test]
fn a_signed_form_is_let_in() {
    let server = server(Signatures::Required);
    let form = signed_form();
    let answer = post(&server, "/onca/xml", form.as_bytes());
    assert!(answer.has("CartId"), "{}", answer.body);
    // The same, a part of it in the query.
    let (query, form) = form.split_once('&').unwrap();
    let answer = post(&server, &format!("/onca/xml?{query}"), form.as_bytes());
    assert!(answer.has("CartId"), "{}", answer.body);
}

#[test]
fn what_stands_beside_a_signed_form_is_covered_by_its_signature_too() {
    let server = server(Signatures::Required);
    let answer = post(&server, "/onca/xml?Item.2.ASIN=B000000002", signed_form().as_bytes());
    assert_eq!(refusal(&answer), (403, "SignatureDoesNotMatch".to_owned()));
    let answer = post(&server, "/onca/xml", &[signed_form().as_bytes(), b"&Item.2.ASIN=\xFF"].concat());
    assert_eq!(refusal(&answer), (403, "SignatureDoesNotMatch".to_owned()));
}

#[test]
fn required_refuses_in_the_recorded_order() {
    let server = server(Signatures::Required);
    let refused = |query: &str| refusal(&ask(&server, "/onca/xml", query, "shop.test"));
    let base = "Service=AWSECommerceService&Operation=CartCreate&Item.1.ASIN=B000000001";
    assert_eq!(refused(base), (403, "MissingClientTokenId".to_owned()));
    assert_eq!(
        refused(&format!("{base}&AWSAccessKeyId=AKIAOTHER&Signature=x")),
        (403, "InvalidClientTokenId".to_owned())
    );
    assert_eq!(refused(&format!("{base}&AWSAccessKeyId={KEY}")), (400, "MissingParameter".to_owned()));
    assert_eq!(refused(&format!("{base}&AWSAccessKeyId={KEY}&Signature=x")), (400, "MissingParameter".to_owned()));
    assert_eq!(
        refused(&signed_at("shop.test", "/onca/xml", "yesterday", "")),
        (400, "InvalidParameterValue".to_owned())
    );
    assert_eq!(
        refused(&signed_at("shop.test", "/onca/xml", "2001-01-01T00:00:00Z", "")),
        (400, "RequestExpired".to_owned())
    );
    assert_eq!(refused(&signed("elsewhere.test")), (403, "SignatureDoesNotMatch".to_owned()));
    let late = ask(&server, "/onca/xml", &signed_at("shop.test", "/onca/xml", "2001-01-01T00:00:00Z", ""), "shop.test");
    assert_eq!(late.text("Message"), "Request has expired. Timestamp date is 2001-01-01T00:00:00Z.");
    assert!(late.has("RequestId"));
}

#[test]
fn an_operation_that_nobody_knows_is_refused_under_its_own_name_first() {
    let server = server(Signatures::Required);
    let answer = server.get("/onca/xml?Service=AWSECommerceService&Operation=CartDrive&AWSAccessKeyId=AKIAOTHER");
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("<CartDriveErrorResponse "), "{}", answer.body);
    assert!(answer.has("RequestID"));
}

#[test]
fn a_parameter_that_was_changed_on_the_way_is_found_out() {
    let server = server(Signatures::Required);
    let query = signed("shop.test").replace("B000000001", "B000000002");
    let answer = ask(&server, "/onca/xml", &query, "shop.test");
    assert_eq!(refusal(&answer), (403, "SignatureDoesNotMatch".to_owned()));
}

#[test]
fn a_refused_signature_is_told_what_was_expected_and_what_was_probably_done() {
    let server = server(Signatures::Required);
    let mut query = signed("shop.test");
    let (canonical, _) = query.split_once("&Signature=").unwrap();
    let wrong = sign("its secret", &string_to_sign("POST", "shop.test", "/onca/xml", canonical));
    query = format!("{canonical}&Signature={}", wrong.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"));
    let answer = ask(&server, "/onca/xml", &query, "shop.test");
    let hint = answer.header("x-cartwright-hint").unwrap();
    assert!(hint.starts_with("signed for another method; the first difference: at byte 0"), "{hint}");
    assert!(
        hint.contains("string to sign: GET\\nshop.test\\n/onca/xml\\nAWSAccessKeyId=AKIAKNOWN&Item.1.ASIN="),
        "{hint}"
    );
    assert!(!hint.contains("its secret"), "{hint}");
}

#[test]
fn optional_checks_what_it_can_and_says_when_it_cannot() {
    let server = server(Signatures::Optional);
    assert!(server.create(&["B000000001"]).has("CartId"), "without a signature");
    assert!(ask(&server, "/onca/xml", &signed("shop.test"), "shop.test").has("CartId"));
    assert_eq!(refusal(&ask(&server, "/onca/xml", &signed("elsewhere.test"), "shop.test")).0, 403);
    let unknown = server.call("Operation=CartCreate&Item.1.ASIN=B000000001&Signature=x");
    assert!(unknown.has("CartId"));
    assert!(unknown.header("x-cartwright-warning").unwrap().starts_with("the signature was not checked"));
}

#[test]
fn ignored_looks_at_none() {
    let server = server(Signatures::Ignored);
    assert!(ask(&server, "/onca/xml", &signed("elsewhere.test"), "shop.test").has("CartId"));
}

#[test]
fn a_signature_is_fresh_by_the_real_clock_or_by_the_servers() {
    let server = server(Signatures::Required);
    let by_the_servers = signed_at("shop.test", "/onca/xml", &server.now().to_string(), "");
    assert!(ask(&server, "/onca/xml", &by_the_servers, "shop.test").has("CartId"), "the servers' clock says 2006");
    server.advance(SignedDuration::from_mins(16));
    assert_eq!(refusal(&ask(&server, "/onca/xml", &by_the_servers, "shop.test")).1, "RequestExpired");
    assert!(ask(&server, "/onca/xml", &signed("shop.test"), "shop.test").has("CartId"), "real clients go on working");
}
