//! Envelopes in and out. That the documents inside are those of REST is shown by the golden scenarios.

use crate::support::TestServer;
use crate::support::soap::{ENVELOPES, SERVICE, envelope, operation};

const CREATE: &str = "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=2&Version=2010-11-01";

#[test]
fn the_answer_comes_in_the_envelope_that_was_sent() {
    let server = TestServer::start();
    for (namespace, kind) in
        ENVELOPES.into_iter().zip(["text/xml; charset=utf-8", "application/soap+xml; charset=utf-8"])
    {
        let answer = server.post_soap("/onca/soap", &envelope(namespace, "", &operation(CREATE)));
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)));
        let start = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><SOAP-ENV:Envelope xmlns:SOAP-ENV=\"{namespace}\"><SOAP-ENV:Body>\
             <CartCreateResponse xmlns=\"{SERVICE}2010-11-01\"><OperationRequest>"
        );
        assert!(answer.body.starts_with(&start), "{}", answer.body);
        assert_eq!(answer.lines(), "B000000001 x 2");
    }
}

#[test]
fn only_the_service_in_the_address_is_an_argument() {
    let server = TestServer::start();
    let body = envelope(ENVELOPES[0], "", &operation(CREATE));
    let plain = server.post_soap("/onca/soap", &body);
    assert!(!plain.has("Arguments"), "{}", plain.body);
    let named = server.post_soap("/onca/soap?Service=AWSECommerceService&X=1", &body);
    let arguments = named.inside("Arguments").expect("there are arguments");
    assert_eq!(arguments.body, "<Argument Name=\"Service\" Value=\"AWSECommerceService\"></Argument>");
}

#[test]
fn any_soap_action_and_any_content_type_will_do() {
    let server = TestServer::start();
    let body = envelope(ENVELOPES[0], "", &operation(CREATE));
    for headers in [
        &[][..],
        &[("SOAPAction", "http://soap.amazon.com"), ("Content-Type", "text/xml")],
        &[("SOAPAction", "\"http://soap.amazon.com/CartClear\""), ("Content-Type", "application/soap+xml")],
        &[("Content-Type", "application/x-www-form-urlencoded")],
    ] {
        let answer = server.raw(&crate::support::request("POST", "/onca/soap", headers, body.as_bytes()));
        assert_eq!((answer.status, answer.lines().as_str()), (200, "B000000001 x 2"), "{headers:?}");
    }
}

#[test]
fn carts_belong_to_the_locale_of_the_path_and_are_the_same_over_rest() {
    let server = TestServer::start();
    let created = server.soap_in("de", CREATE);
    assert_eq!(created.text("CurrencyCode"), "EUR");
    let cart = created.cart();
    let item = created.item("B000000001");
    let change = format!("Operation=CartModify&{cart}&Item.1.CartItemId={item}&Item.1.Quantity=5&Version=2010-11-01");
    assert_eq!(server.call_in("de", &change).lines(), "B000000001 x 5");
    let got = server.soap_in("de", &format!("Operation=CartGet&{cart}&Version=2010-11-01"));
    assert_eq!(got.lines(), "B000000001 x 5");
    let elsewhere = server.soap_in("uk", &format!("Operation=CartGet&{cart}&Version=2010-11-01"));
    assert_eq!(elsewhere.codes(), ["AWS.ECommerceService.CartInfoMismatch"]);
}

#[test]
fn the_key_in_a_signed_header_is_the_callers() {
    let server = TestServer::start();
    let header = "<S:Header xmlns:aws=\"http://security.amazonaws.com/doc/2007-01-01/\">\
         <aws:AWSAccessKeyId>AKIAHEADER</aws:AWSAccessKeyId><aws:Timestamp>2006-05-17T12:00:00Z</aws:Timestamp>\
         <aws:Signature>c2lnbmVk</aws:Signature></S:Header>";
    let without_key = operation(CREATE).replace("<AWSAccessKeyId>AKIATEST</AWSAccessKeyId>", "");
    let created = server.post_soap("/onca/soap", &envelope(ENVELOPES[0], header, &without_key));
    assert_eq!((created.status, created.lines().as_str()), (200, "B000000001 x 2"));
    assert!(created.text("PurchaseURL").contains("AKIAHEADER"), "{}", created.body);
}

#[test]
fn mistakes_in_a_request_are_errors_in_the_answer_and_no_faults() {
    let server = TestServer::start();
    let answer = server.soap_in("us", "Operation=CartAdd&CartId=1&Version=2010-11-01");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.codes(), ["AWS.MissingParameters", "AWS.MissingParameters"]);
    assert_eq!(answer.text("IsValid"), "False");
}
