//! Modes: what is odd is told, or refused; by setting, by account and by request.

use crate::support::{Answer, TestServer, request, soap};
use cartwright::config::{Mode, Secret, Signatures};

const CREATE: &str = "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=1";

/// A request of a key, in a mode of its own if one is named.
#[track_caller]
fn ask(server: &TestServer, key: &str, query: &str, mode: Option<&str>) -> Answer {
    let target = format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={key}&Version=2011-08-01&{query}");
    let headers: Vec<(&str, &str)> = mode.iter().map(|mode| ("X-Cartwright-Mode", *mode)).collect();
    server.raw(&request("GET", &target, &headers, b""))
}

/// The beginnings of all warnings.
fn warnings(answer: &Answer) -> Vec<String> {
    let values = answer.headers.iter().filter(|(name, _)| name == "x-cartwright-warning");
    values.map(|(_, value)| value.split([';', '(']).next().unwrap().trim().to_owned()).collect()
}

const UNSIGNED: &str = "the request is not signed";
const NO_TAG: &str = "there is no AssociateTag";

#[test]
fn what_is_odd_is_told_beside_an_answer_that_is_the_same() {
    let server = TestServer::start();
    let plain = ask(&server, "K", &format!("{CREATE}&AssociateTag=t-20"), None);
    assert_eq!(warnings(&plain), [UNSIGNED]);
    assert!(plain.has("CartId"));
    let odd = ask(&server, "K", &format!("{CREATE}&colour=blue&Item.1.quantity=3&Item.2.ASIN=b000000001"), None);
    assert_eq!(
        warnings(&odd),
        [
            UNSIGNED,
            NO_TAG,
            "CartCreate has no parameter colour in 2011-08-01",
            "names are case-sensitive: quantity is no parameter, Quantity is",
            "b000000001 is no ASIN: 10 characters of A-Z and 0-9",
        ]
    );
    assert_eq!(odd.lines(), "B000000001 x 1");
}

#[test]
fn a_strict_server_refuses_what_is_odd() {
    let server = TestServer::with(|config| config.mode = Mode::Strict);
    let refused = |query: &str| {
        let answer = ask(&server, "K", query, None);
        assert!(!answer.has("CartId"), "{}", answer.body);
        (answer.status, answer.codes())
    };
    assert_eq!(refused(&format!("{CREATE}&AssociateTag=t-20")), (400, vec!["MissingParameter".to_owned()]));
    // A signature that nobody can check is let pass; one that the service would not have looked at is not.
    let signed = "Signature=MTIzNDU2Nzg5MDEyMzQ1Njc4OTA%3D&Timestamp=2006-05-17T12:00:00Z";
    let good = format!("{CREATE}&AssociateTag=t-20&{signed}");
    let answer = ask(&server, "K", &good, None);
    assert!(answer.has("CartId"), "{}", answer.body);
    assert_eq!(warnings(&answer), ["the signature was not checked: the server does not know this key's secret"]);
    let stale = good.replace("2006-05-17T12:00", "2006-05-17T11:00");
    assert_eq!(refused(&stale).1, ["RequestExpired"]);
    assert_eq!(refused(&format!("{CREATE}&{signed}")).1, ["AWS.MissingParameters"]);
    assert_eq!(refused(&format!("{good}&colour=blue")).1, ["AWS.UnknownParameter"]);
    assert_eq!(refused(&good.replace("B000000001", "b000000001")).1, ["AWS.InvalidParameterValue"]);
    let answer = ask(&server, "K", &format!("{good}&colour=blue"), None);
    assert_eq!(
        answer.text("Message"),
        "Your request contains a parameter that CartCreate requests do not have: colour. Parameter names are case-sensitive."
    );
    assert_eq!(answer.text("IsValid"), "False");
}

#[test]
fn a_lenient_server_looks_at_no_signature() {
    let server = TestServer::with(|config| {
        config.mode = Mode::Lenient;
        config.signatures = Signatures::Required;
        config.accounts = [("K".to_owned(), Secret::new("secret"))].into();
    });
    for query in [format!("{CREATE}&AssociateTag=t-20"), format!("{CREATE}&AssociateTag=t-20&Signature=wrong")] {
        let answer = ask(&server, "K", &query, None);
        assert!(answer.has("CartId") && warnings(&answer).is_empty(), "{answer:?}");
    }
}

#[test]
fn an_account_has_a_mode_of_its_own_and_a_request_may_ask_for_another() {
    let server = TestServer::start();
    let put = |key: &str, body: &str| {
        let target = format!("/_cartwright/v1/accounts/{key}");
        let answer = server.raw(&request("PUT", &target, &[("Content-Type", "application/json")], body.as_bytes()));
        assert_eq!(answer.status, 201, "{}", answer.body);
    };
    put("STRICT", r#"{"mode":"strict"}"#);
    put("LENIENT", r#"{"mode":"lenient","secret":"s"}"#);
    let code = |key: &str, mode: Option<&str>| {
        ask(&server, key, &format!("{CREATE}&colour=blue&AssociateTag=t"), mode).codes()
    };
    assert_eq!(code("STRICT", None), ["MissingParameter"]);
    assert_eq!(code("OTHER", None), [""; 0]);
    assert_eq!(code("LENIENT", None), [""; 0]);
    assert_eq!(code("STRICT", Some("lenient")), [""; 0]);
    assert_eq!(code("STRICT", Some("faithful")), [""; 0]);
    assert_eq!(code("OTHER", Some("strict")), ["MissingParameter"]);
    let odd = ask(&server, "OTHER", &format!("{CREATE}&AssociateTag=t"), Some("stric"));
    assert_eq!(warnings(&odd)[0], "\"stric\" is no mode");
}

#[test]
fn a_caller_cannot_spare_itself_a_signature_that_is_required() {
    let server = TestServer::with(|config| {
        config.signatures = Signatures::Required;
        config.accounts = [("K".to_owned(), Secret::new("secret"))].into();
    });
    let query = format!("{CREATE}&AssociateTag=t-20");
    assert_eq!(ask(&server, "K", &query, Some("lenient")).codes(), ["MissingParameter"]);
    assert_eq!(ask(&server, "UNKNOWN", &query, Some("lenient")).codes(), ["InvalidClientTokenId"]);
}

#[test]
fn warnings_are_few_short_and_visible() {
    let server = TestServer::start();
    let many = (0..100).map(|n| format!("&odd{n}=x")).collect::<Vec<_>>().concat();
    let long = "x".repeat(5000);
    let answer = ask(&server, "K", &format!("{CREATE}&%C3%A4%0D%0Ax=1&{long}=1{many}"), None);
    let values: Vec<&String> =
        answer.headers.iter().filter(|(name, _)| name == "x-cartwright-warning").map(|(_, value)| value).collect();
    assert!((10..=16).contains(&values.len()), "{}", values.len());
    assert!(values.iter().all(|value| value.len() <= 210), "{values:?}");
    assert!(values.iter().any(|value| value.contains("\\u{e4}\\r\\nx")), "{values:?}");
}

#[test]
fn soap_has_modes_too() {
    let server = TestServer::start();
    let body = soap::envelope(
        soap::ENVELOPES[0],
        "",
        "<CartCreate xmlns='http://webservices.amazon.com/AWSECommerceService/2011-08-01'><AWSAccessKeyId>K</AWSAccessKeyId>\
         <Request><Items><Item><ASIN>B000000001</ASIN><Quantity>1</Quantity></Item></Items></Request></CartCreate>",
    );
    let ask = |headers: &[(&str, &str)]| server.raw(&request("POST", "/onca/soap", headers, body.as_bytes()));
    assert_eq!(warnings(&ask(&[("Content-Type", "text/xml")])), [UNSIGNED, NO_TAG]);
    let strict = ask(&[("Content-Type", "text/xml"), ("X-Cartwright-Mode", "strict")]);
    assert!(strict.status == 500 && strict.body.contains("Signature"), "{}", strict.body);
}
