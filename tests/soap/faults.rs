//! What is no request of the service: faults, and documents of the transport.

use crate::support::soap::{ENVELOPES, SERVICE, envelope, operation};
use crate::support::{Answer, TestServer, request};

const CREATE: &str = "Operation=CartCreate&Item.1.ASIN=B000000001&Version=2010-11-01";

/// Sends a body and expects a SOAP 1.1 fault with this code.
#[track_caller]
fn check(server: &TestServer, body: &str, code: &str) -> Answer {
    let answer = server.post_soap("/onca/soap", body);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (500, Some("text/xml; charset=utf-8")),
        "{}",
        answer.body
    );
    let start = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><SOAP-ENV:Envelope xmlns:SOAP-ENV=\"{}\"><SOAP-ENV:Body><SOAP-ENV:Fault>\
         <faultcode xmlns:aws=\"http://webservices.amazon.com/AWSFault/2005-15-09\">{code}</faultcode><faultstring>",
        ENVELOPES[0]
    );
    assert!(answer.body.starts_with(&start), "{}", answer.body);
    answer
}

#[test]
fn a_missing_key_is_a_fault() {
    let server = TestServer::start();
    let body = operation(CREATE).replace("<AWSAccessKeyId>AKIATEST</AWSAccessKeyId>", "");
    let fault = check(&server, &envelope(ENVELOPES[0], "", &body), "aws:Client.MissingClientTokenId");
    assert_eq!(fault.text("faultstring"), "Request must contain AWSAccessKeyId or X.509 certificate.");
    let detail = fault.inside("detail").expect("a detail").body;
    let id = detail
        .strip_prefix("<aws:RequestId xmlns:aws=\"http://webservices.amazon.com/AWSFault/2005-15-09\">")
        .and_then(|rest| rest.strip_suffix("</aws:RequestId>"))
        .unwrap_or_else(|| panic!("no request id in {detail}"));
    assert_eq!(id.len(), 36, "{id}");
}

#[test]
fn a_fault_in_soap_1_2_has_a_code_and_a_subcode() {
    let server = TestServer::start();
    let body = operation(CREATE).replace("<AWSAccessKeyId>AKIATEST</AWSAccessKeyId>", "");
    let answer = server.post_soap("/onca/soap", &envelope(ENVELOPES[1], "", &body));
    assert_eq!((answer.status, answer.header("content-type")), (500, Some("application/soap+xml; charset=utf-8")));
    let expected = "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode>\
         <SOAP-ENV:Value xmlns:aws=\"http://webservices.amazon.com/AWSFault/2005-15-09\">aws:MissingClientTokenId\
         </SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang=\"en-US\">\
         Request must contain AWSAccessKeyId or X.509 certificate.</SOAP-ENV:Text></SOAP-ENV:Reason><SOAP-ENV:Detail>";
    assert!(answer.body.contains(expected), "{}", answer.body);
    // Where the envelope cannot be read, the header says which SOAP the client speaks.
    let headers = [("Content-Type", "Application/SOAP+XML; charset=utf-8")];
    let unread = server.raw(&request("POST", "/onca/soap", &headers, b"<"));
    assert!(unread.body.contains(ENVELOPES[1]), "{}", unread.body);
}

#[test]
fn unknown_operations_services_and_versions_are_faults() {
    let server = TestServer::start();
    let known = operation(CREATE);
    let other = |from: &str, to: &str| envelope(ENVELOPES[0], "", &known.replace(from, to));
    let fault = check(&server, &other("CartCreate", "CartDrive"), "aws:Client.AWS.InvalidOperationParameter");
    assert!(fault.text("faultstring").contains("CartCreate"), "{}", fault.body);
    check(&server, &other(&format!("{SERVICE}2010-11-01"), "urn:other"), "aws:Client.AWS.InvalidServiceParameter");
    check(&server, &other("2010-11-01", "newest"), "aws:Client.AWS.InvalidISO8601Time");
}

#[test]
fn what_is_no_envelope_is_a_fault() {
    let server = TestServer::start();
    let good = envelope(ENVELOPES[0], "", &operation(CREATE));
    check(&server, "", "aws:Client.InvalidSOAPRequest");
    check(&server, "Service=AWSECommerceService&Operation=CartCreate", "aws:Client.MalformedXML");
    check(&server, "<CartCreate/>", "aws:Client.InvalidSOAPRequest");
    check(&server, &envelope(ENVELOPES[0], "", ""), "aws:Client.InvalidSOAPRequest");
    check(&server, &good.replace("</S:Body>", ""), "aws:Client.MalformedXML");
    check(&server, &good[..good.len() / 2], "aws:Client.MalformedXML");
    check(&server, &"<a>".repeat(10_000), "aws:Client.InvalidSOAPRequest");
    let deep = envelope(ENVELOPES[0], "", &("<a>".repeat(10_000) + &"</a>".repeat(10_000)));
    check(&server, &deep, "aws:Client.MalformedXML");
}

#[test]
fn document_types_and_entities_are_refused_unread() {
    let server = TestServer::start();
    let laughs: Vec<_> =
        (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    let bomb = format!("<!DOCTYPE l [<!ENTITY l0 \"lol\">{}]>", laughs.concat());
    let body = envelope(ENVELOPES[0], "", &operation(CREATE).replace("B000000001", "&l9;"));
    let bombed = body.replacen("?>", &format!("?>{bomb}"), 1);
    check(&server, &bombed, "aws:Client.MalformedXML");
    check(&server, &body, "aws:Client.MalformedXML");
    let file = "<!DOCTYPE l [<!ENTITY l9 SYSTEM \"file:///etc/passwd\">]>";
    let fault = check(&server, &body.replacen("?>", &format!("?>{file}"), 1), "aws:Client.MalformedXML");
    assert!(!fault.body.contains("root:"), "{}", fault.body);
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let server = TestServer::with(|config| config.max_body = 2000);
    let body = envelope(ENVELOPES[0], &format!("<!--{}-->", "x".repeat(2000)), &operation(CREATE));
    let answer = server.post_soap("/onca/soap", &body);
    assert_eq!((answer.status, answer.codes()), (413, vec!["EntityTooLarge".to_owned()]), "{}", answer.body);
}

#[test]
fn soap_is_posted_and_nothing_else() {
    let server = TestServer::start();
    for path in ["/onca/soap", "/de/onca/soap?Service=AWSECommerceService"] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
        assert_eq!(answer.codes(), ["MethodNotAllowed"], "{}", answer.body);
    }
}
