//! How a request's parameters are read (docs/PROTOCOL.md, sections 1.3, 1.4 and 2).

use super::{children, codes, masked, verdict};
use crate::support::{Answer, TestServer, request};
use cartwright::config::Signatures;

/// The target of a REST request, with nothing in it but this.
fn target(query: &str) -> String {
    format!("/onca/xml?{query}")
}

const CREATE: &str = "Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=CartCreate&Item.1.ASIN=B000000001";

fn post(server: &TestServer, target: &str, content_type: Option<&str>, body: &str) -> Answer {
    let mut headers = vec![("User-Agent", "tests/1.0")];
    headers.extend(content_type.map(|kind| ("Content-Type", kind)));
    server.raw(&request("POST", target, &headers, body.as_bytes()))
}

#[test]
fn names_and_values_are_case_sensitive() {
    let server = TestServer::start();
    assert_eq!(codes(&server.get(&target(&CREATE.replace("Operation", "operation")))), "InvalidOperationParameter");
    assert_eq!(codes(&server.get(&target(&CREATE.replace("CartCreate", "cartcreate")))), "InvalidOperationParameter");
    assert_eq!(codes(&server.get(&target(&CREATE.replace("Service=", "service=")))), "MissingServiceParameter");
    assert_eq!(codes(&server.get(&target(&CREATE.replace("=AWSE", "=awse")))), "InvalidServiceParameter");
    assert_eq!(codes(&server.get(&target(&CREATE.replace("AWSAccess", "awsAccess")))), "MissingClientTokenId");
    for wrong in ["item.1.ASIN", "Item.1.asin", "Items.1.ASIN"] {
        let answer = server.get(&target(&CREATE.replace("Item.1.ASIN", wrong)));
        assert_eq!(verdict(&answer), "False: MissingParameters", "{wrong}");
        assert!(answer.body.contains(&format!("<Argument Name=\"{wrong}\" Value=\"B000000001\"></Argument>")));
    }
    let server = TestServer::start();
    let merge = server.get(&target(&format!("{CREATE}&MergeCart=true")));
    assert_eq!(verdict(&merge), "False: InvalidEnumeratedParameter");
}

#[test]
fn unknown_parameters_are_ignored_and_stand_among_the_arguments() {
    let answer =
        TestServer::start().get(&target(&format!("{CREATE}&items=2&Item.1.Colour=red&Timestamp=t&Signature=s")));
    assert_eq!(verdict(&answer), "True: ");
    assert_eq!(answer.lines(), "B000000001 x 1");
    for (name, value) in [("items", "2"), ("Item.1.Colour", "red"), ("Timestamp", "t"), ("Signature", "s")] {
        let argument = format!("<Argument Name=\"{name}\" Value=\"{value}\"></Argument>");
        assert!(answer.body.contains(&argument), "{name}");
    }
    assert_eq!(children(&answer, "Item"), "ASIN");
}

#[test]
fn a_key_is_needed_and_may_be_called_subscription_id() {
    let server = TestServer::start();
    let older = CREATE.replace("AWSAccessKeyId", "SubscriptionId");
    for version in ["2004-11-10", "2005-10-05", "2013-08-01"] {
        let answer = server.get(&target(&format!("{older}&Version={version}")));
        assert_eq!(verdict(&answer), "True: ", "{version}");
    }
    for none in ["Nothing=1", "AWSAccessKeyId=", "AWSAccessKeyId=&SubscriptionId="] {
        let answer = server.get(&target(&CREATE.replace("AWSAccessKeyId=AKIATEST", none)));
        assert_eq!((answer.status, codes(&answer).as_str()), (403, "MissingClientTokenId"), "{none}");
        assert_eq!(answer.text("Message"), "Request must contain AWSAccessKeyId or X.509 certificate.");
        assert!(answer.body.contains("<CartCreateErrorResponse xmlns=\"http://ecs.amazonaws.com/doc/2005-10-05/\">"));
        assert!(!answer.text("RequestID").is_empty());
    }
}

#[test]
fn both_names_of_a_key_are_the_same_owner() {
    let server = TestServer::start();
    let cart = server.get(&target(&CREATE.replace("AWSAccessKeyId", "SubscriptionId")));
    assert_eq!(server.call(&format!("Operation=CartGet&{}", cart.cart())).lines(), "B000000001 x 1");
}

#[test]
fn no_key_is_needed_where_signatures_are_ignored() {
    let server = TestServer::with(|config| config.signatures = Signatures::Ignored);
    let answer = server.get(&target(&CREATE.replace("AWSAccessKeyId=AKIATEST&", "")));
    assert_eq!(answer.lines(), "B000000001 x 1");
    assert!(answer.text("PurchaseURL").contains("SubscriptionId=%26"));
}

#[test]
fn an_empty_parameter_counts_as_absent_except_for_quantity() {
    let server = TestServer::start();
    let empty = format!("{CREATE}&AssociateTag=&MergeCart=&ResponseGroup=&Version=&Validate=&Item.1.OfferListingId=");
    let answer = server.get(&target(&empty));
    assert_eq!(verdict(&answer), "True: ");
    assert!(answer.body.contains("/AWSECommerceService/2005-10-05\""));
    assert!(answer.text("PurchaseURL").contains("associate-id=ws%26"));
    assert_eq!(children(&answer, "CartCreateRequest"), "Items");
    assert!(answer.body.contains("<Argument Name=\"AssociateTag\"></Argument>"));
    let quantity = server.get(&target(&format!("{CREATE}&Item.1.Quantity=")));
    assert_eq!(verdict(&quantity), "False: ParameterOutOfRange");
    assert_eq!(verdict(&server.call("Operation=CartGet&CartId=&HMAC=")), "False: MissingParameters, MissingParameters");
    assert_eq!(codes(&server.get(&target("Service=&Operation=CartGet"))), "MissingServiceParameter");
    assert_eq!(codes(&server.call("Operation=")), "InvalidOperationParameter");
}

#[test]
fn the_index_of_an_item_is_free_text() {
    let server = TestServer::start();
    let answer = server.call(
        "Operation=CartCreate&Item.foo.ASIN=B000000001&Item.foo.Quantity=2&Item.b%20r.ASIN=B000000002&Item.0.ASIN=B000000003",
    );
    assert_eq!(answer.lines(), "B000000003 x 1, B000000001 x 2, B000000002 x 1");
}

#[test]
fn items_stand_in_the_order_of_their_numbers_and_then_as_sent() {
    let server = TestServer::start();
    let numbers = "Item.10.ASIN=B000000009&Item.9.ASIN=B000000003&Item.b.ASIN=B000000002&Item.a.ASIN=B000000001";
    let answer = server.call(&format!("Operation=CartCreate&{numbers}"));
    assert_eq!(answer.lines(), "B000000003 x 1, B000000009 x 1, B000000002 x 1, B000000001 x 1");
    let echoed = answer.inside("CartCreateRequest").unwrap().texts("ASIN");
    assert_eq!(echoed, ["B000000003", "B000000009", "B000000002", "B000000001"], "the echo has that order");
}

#[test]
fn all_errors_of_a_request_are_reported_together() {
    let server = TestServer::start();
    let nothing = server.call("Operation=CartAdd&MergeCart=Maybe&ResponseGroup=Small");
    assert_eq!(
        verdict(&nothing),
        "False: MissingParameters, MissingParameters, MissingParameters, InvalidEnumeratedParameter, InvalidResponseGroup"
    );
    let required: Vec<_> =
        nothing.texts("Message")[..3].iter().map(|text| text.rsplit(' ').next().unwrap().to_owned()).collect();
    assert_eq!(required, ["CartId.", "HMAC.", "Items."]);
    let items = server.call(
        "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=0&Item.2.Quantity=1&Item.3.ASIN=B000000001&\
         Item.3.OfferListingId=x&Item.4.ASIN=B000000001&Item.4.Quantity=many",
    );
    assert_eq!(
        verdict(&items),
        "False: ParameterOutOfRange, MinimumParameterRequirement, InvalidParameterCombination, ParameterOutOfRange"
    );
    assert_eq!(items.inside("CartCreateRequest").unwrap().texts("Quantity"), ["0", "1", "many"], "echoed as sent");
}

#[test]
fn an_unknown_response_group_is_refused_whatever_stands_beside_it() {
    let server = TestServer::start();
    let answer = server.call("Operation=CartCreate&Item.1.ASIN=B000000001&ResponseGroup=Cart,Small&Version=2011-08-01");
    assert_eq!(verdict(&answer), "False: InvalidResponseGroup");
    assert_eq!(
        answer.inside("CartCreateRequest").unwrap().texts("ResponseGroup"),
        ["Cart", "Small"],
        "in the order sent"
    );
}

#[test]
fn a_parameter_that_is_sent_twice_is_an_error() {
    let server = TestServer::start();
    for (twice, name) in [
        ("Item.1.ASIN=B000000002", "Item.1.ASIN"),
        ("MergeCart=True&MergeCart=True", "MergeCart"),
        ("AWSAccessKeyId=AKIATEST", "AWSAccessKeyId"),
        ("Operation=CartGet", "Operation"),
        ("AssociateTag=a&AssociateTag=b", "AssociateTag"),
        ("Version=2011-08-01&Version=2013-08-01", "Version"),
    ] {
        let answer = server.get(&target(&format!("{CREATE}&{twice}")));
        assert_eq!(verdict(&answer), "False: ParameterRepeatedInRequest", "{twice}");
        assert_eq!(answer.text("Message"), format!("The parameter, {name}, appeared more than once in your request."));
    }
    let unknown = server.get(&target(&format!("{CREATE}&Odd=1&Odd=2")));
    assert_eq!(verdict(&unknown), "True: ", "nobody knows it, so nobody minds");
}

#[test]
fn a_form_body_is_as_good_as_a_query() {
    let server = TestServer::start();
    let form = "application/x-www-form-urlencoded";
    for (content_type, query, body) in [
        (Some(form), "", CREATE),
        (Some("application/x-www-form-urlencoded; charset=UTF-8"), "", CREATE),
        (Some("Application/X-WWW-Form-Urlencoded"), "", CREATE),
        (None, "", CREATE),
        (Some(form), CREATE, ""),
        (
            Some(form),
            "Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=CartCreate",
            "Item.1.ASIN=B000000001",
        ),
    ] {
        let target = if query.is_empty() { "/onca/xml".to_owned() } else { target(query) };
        let answer = post(&server, &target, content_type, body);
        assert_eq!(answer.lines(), "B000000001 x 1", "{content_type:?} {query} {body}");
    }
    let repeated = post(&server, &target(CREATE), Some(form), "Item.1.ASIN=B000000001");
    assert_eq!(codes(&repeated), "ParameterRepeatedInRequest", "query and body are one list");
    let other = post(&server, "/onca/xml", Some("application/json"), CREATE);
    assert_eq!(codes(&other), "MissingServiceParameter", "a body of another type holds no parameters");
}

#[test]
fn get_and_post_give_the_same_document() {
    for query in [CREATE, &CREATE.replace("B000000001", "NONE"), &CREATE.replace("CartCreate", "CartGet"), "Service=x"]
    {
        // Ids follow from their place in the sequence, so each has a server of its own.
        let got = TestServer::start().get(&target(query));
        let posted = post(&TestServer::start(), "/onca/xml", None, query);
        assert_eq!(got.body, posted.body, "{query}");
        assert_eq!(masked(&got), masked(&posted), "{query}");
    }
}

#[test]
fn validate_checks_and_executes_nothing() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    for query in [
        format!("Operation=CartClear&{}", cart.cart()),
        format!("Operation=CartAdd&Item.1.ASIN=B000000002&{}", cart.cart()),
        format!("Operation=CartModify&Item.1.CartItemId={}&Item.1.Quantity=0&{}", cart.item("B000000001"), cart.cart()),
        "Operation=CartGet&CartId=???&HMAC=???".to_owned(),
        "Operation=CartCreate&Item.1.ASIN=B00000NONE".to_owned(),
    ] {
        let answer = server.call(&format!("{query}&Validate=True"));
        assert_eq!(verdict(&answer), "True: ", "{query}");
        assert_eq!(children(&answer, "Cart"), "Request", "{query}");
    }
    let wrong = server.call("Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=0&Validate=True");
    assert_eq!(verdict(&wrong), "False: ParameterOutOfRange");
    let after = server.call(&format!("Operation=CartGet&Validate=False&{}", cart.cart()));
    assert_eq!(after.lines(), "B000000001 x 1");
}
