//! Answers that a rule has changed, and that are answers all the same.

use super::{add, clear, control, hits, look, rule};
use crate::support::soap::{ENVELOPES, envelope, operation};
use crate::support::{Element, TestServer};

const CREATE: &str = "Operation=CartCreate&Version=2011-08-01&Item.1.ASIN=B000000001&Item.1.Quantity=1";

#[test]
fn a_code_is_answered_in_its_own_document_and_place() {
    let server = TestServer::start();
    for (code, status, root) in [
        ("RequestThrottled", 503, "CartCreateErrorResponse"),
        ("AccountLimitExceeded", 503, "CartCreateErrorResponse"),
        ("InternalError", 500, "CartCreateErrorResponse"),
        ("SignatureDoesNotMatch", 403, "CartCreateErrorResponse"),
        ("InvalidClientTokenId", 403, "CartCreateErrorResponse"),
        ("RequestExpired", 400, "CartCreateErrorResponse"),
        ("Deprecated", 410, "CartCreateErrorResponse"),
        ("AWS.InternalError", 200, "CartCreateResponse"),
        ("AWS.ECommerceService.ItemNotEligibleForCart", 200, "CartCreateResponse"),
        ("AWS.ECommerceService.ExceededMaximumCartItems", 200, "CartCreateResponse"),
        ("AWS.MissingParameters", 200, "CartCreateResponse"),
        ("AWS.ExceededMaxBatchRequestsPerOperation", 200, "CartCreateResponse"),
        ("AWS.InvalidOperationParameter", 200, "Errors"),
    ] {
        let id = rule(&server, &format!(r#"{{"match":{{"operation":"CartCreate"}},"action":{{"error":"{code}"}}}}"#));
        let answer = server.call(CREATE);
        assert_eq!((answer.status, answer.codes()), (status, vec![code.to_owned()]), "{}", answer.body);
        assert_eq!(Element::read(&answer.body).unwrap().name, root);
        assert!(!answer.has("CartId"), "{}", answer.body);
        assert_eq!(answer.header("x-cartwright-fault"), Some(format!("{id} error").as_str()));
        clear(&server);
    }
    let answer = server.call(CREATE);
    assert_eq!((answer.codes(), answer.header("x-cartwright-fault")), (vec![], None));
}

#[test]
fn an_error_speaks_the_language_of_the_site_and_names_what_was_asked() {
    let server = TestServer::start();
    rule(&server, r#"{"action":{"error":"AWS.ECommerceService.CartInfoMismatch"}}"#);
    let japanese = server.call_in("jp", "Operation=CartGet&CartId=1&HMAC=2");
    assert!(japanese.text("Message").starts_with("リクエストに指定された"), "{}", japanese.body);
    clear(&server);
    rule(&server, r#"{"action":{"error":"AWS.ECommerceService.ItemAlreadyInCart"}}"#);
    assert_eq!(server.call(CREATE).text("Message"), "The item you specified, B000000001, is already in your cart.");
    clear(&server);
    rule(&server, r#"{"preset":"throttled"}"#);
    assert!(server.call(CREATE).text("Message").starts_with("AWS Access Key ID: AKIATEST. You are submitting"));
    let old = server.call(&CREATE.replace("2011-08-01", "2005-10-05"));
    assert!(old.body.contains("/doc/2005-10-05/"), "{}", old.body);
}

#[test]
fn over_soap_an_error_is_a_fault_or_stands_in_the_answer() {
    let server = TestServer::start();
    let post = |n: usize| server.post_soap("/us/onca/soap", &envelope(ENVELOPES[n], "", &operation(CREATE)));
    rule(&server, r#"{"action":{"error":"RequestThrottled"}}"#);
    let answer = post(0);
    assert_eq!((answer.status, answer.text("faultstring").contains("too quickly")), (500, true), "{}", answer.body);
    assert!(post(1).body.contains("aws:RequestThrottled"));
    clear(&server);
    rule(&server, r#"{"action":{"error":"AWS.InternalError"}}"#);
    let answer = post(0);
    assert_eq!((answer.status, answer.codes()), (200, vec!["AWS.InternalError".to_owned()]), "{}", answer.body);
    assert!(answer.body.contains("Body><CartCreateResponse"), "{}", answer.body);
}

#[test]
fn a_status_comes_with_a_document_that_says_whose_it_is() {
    let server = TestServer::start();
    let id = rule(&server, r#"{"action":{"status":502}}"#);
    for answer in [server.call(CREATE), server.soap_in("us", CREATE)] {
        assert_eq!((answer.status, answer.codes()), (502, vec!["BadGateway".to_owned()]));
        assert_eq!(Element::read(&answer.body).unwrap().name, "ErrorResponse");
        assert!(answer.text("Message").contains(&id), "{}", answer.body);
    }
}

#[test]
fn a_client_that_tries_again_gets_through() {
    let server = TestServer::start();
    let id = rule(&server, r#"{"preset":"fail-twice"}"#);
    let mut statuses = Vec::new();
    let answer = loop {
        let answer = server.call(CREATE);
        statuses.push(answer.status);
        if answer.status == 200 || statuses.len() > 5 {
            break answer;
        }
    };
    assert_eq!(statuses, [500, 500, 200]);
    assert_eq!(look(&server, &answer).lines(), "B000000001 x 1");
    assert_eq!(hits(&server, &id), 2);
}

#[test]
fn calls_beyond_a_rate_are_throttled() {
    let server = TestServer::start();
    let id = rule(&server, r#"{"action":{"rate":"2/h"}}"#);
    let statuses: Vec<u16> = (0..4).map(|_| server.call(CREATE).status).collect();
    assert_eq!(statuses, [200, 200, 503, 503]);
    assert_eq!(hits(&server, &id), 2);
}

#[test]
fn latencies_are_told_and_the_answer_is_the_same() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let one = rule(&server, r#"{"action":{"latency":"1ms"}}"#);
    let two = rule(&server, r#"{"action":{"latency":{"min":"1ms","max":"2ms"}}}"#);
    let answer = look(&server, &cart);
    assert_eq!(answer.lines(), "B000000001 x 1");
    assert_eq!(answer.header("x-cartwright-fault"), Some(format!("{one} latency, {two} latency").as_str()));
}

#[test]
fn malformed_xml_comes_whole_and_cannot_be_read() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    rule(&server, r#"{"preset":"malformed-once"}"#);
    let answer = server.get(&add(&cart));
    assert_eq!((answer.status, answer.header("content-length")), (200, Some(answer.body.len().to_string().as_str())));
    assert!(Element::read(&answer.body).is_err(), "{}", answer.body);
    assert_eq!(look(&server, &cart).lines(), "B000000CAP x 1, B000000001 x 1", "it was done all the same");
}

#[test]
fn what_is_none_of_the_service_meets_no_rule() {
    let server = TestServer::start();
    let id = rule(&server, r#"{"action":{"status":503}}"#);
    for query in ["Operation=Nothing", "Operation=CartGet&Version=x"] {
        assert_eq!(server.call(query).status, 200, "{query}");
    }
    assert_eq!(server.get("/onca/xml").status, 200);
    assert_eq!(server.get("/nothing").status, 404);
    assert_eq!(server.get("/gp/cart/view.html").status, 200);
    let seen = control(&server, "GET", &format!("/faults/{id}"), "");
    assert_eq!((&seen["calls"], &seen["hits"]), (&0.into(), &0.into()));
}
