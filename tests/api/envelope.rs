//! What stands around every answer (docs/PROTOCOL.md, sections 1.5, 3.2, 3.6, 4.8 and 7.1).

use super::{children, codes};
use crate::support::{TestServer, request};

const GET: &str = "/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=CartGet&CartId=a&HMAC=b";

#[test]
fn the_root_is_named_by_the_operation_and_its_namespace_by_the_version() {
    let server = TestServer::start();
    for operation in ["CartCreate", "CartAdd", "CartModify", "CartGet", "CartClear"] {
        for (sent, answered) in [
            ("", "2005-10-05"),
            ("&Version=2004-11-10", "2004-11-10"),
            ("&Version=2010-08-06", "2010-06-01"),
            ("&Version=2012-12-31", "2011-08-01"),
            ("&Version=2013-08-01", "2013-08-01"),
            ("&Version=2099-01-01", "2013-08-01"),
            ("&Version=2000-01-01", "2004-08-01"),
        ] {
            let answer = server.call(&format!("Operation={operation}{sent}"));
            let head = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><{operation}Response xmlns=\"http://webservices.amazon.com/AWSECommerceService/{answered}\"><OperationRequest>"
            );
            assert!(answer.body.starts_with(&head), "{}", answer.body);
            assert!(answer.body.ends_with(&format!("</Cart></{operation}Response>")));
            assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/xml;charset=UTF-8")));
        }
    }
}

#[test]
fn the_user_agent_is_echoed_when_there_is_one() {
    let server = TestServer::start();
    let with = server.raw(&request("GET", GET, &[("User-Agent", "Robot \"A&B\" <1>")], b""));
    assert_eq!(children(&with, "OperationRequest"), "HTTPHeaders RequestId Arguments RequestProcessingTime");
    let header = "<Header Name=\"UserAgent\" Value=\"Robot &quot;A&amp;B&quot; &lt;1&gt;\"></Header>";
    assert!(with.body.contains(&format!("<HTTPHeaders>{header}</HTTPHeaders>")), "{}", with.body);
    let without = server.raw(&request("GET", GET, &[], b""));
    assert_eq!(children(&without, "OperationRequest"), "RequestId Arguments RequestProcessingTime");
}

#[test]
fn arguments_are_decoded_and_sorted_by_name_in_byte_order() {
    let server = TestServer::start();
    let answer = server.raw(&request(
        "GET",
        &format!("{GET}&zeta=1&Zeta=%C3%A9+%2B&Empty=&a=%26&Item.10.x=1&Item.2.x=1"),
        &[],
        b"",
    ));
    let arguments = answer.inside("Arguments").unwrap().body;
    let shown: Vec<_> = arguments.split("<Argument Name=").skip(1).map(|a| a.split("></").next().unwrap()).collect();
    assert_eq!(
        shown,
        [
            "\"AWSAccessKeyId\" Value=\"AKIATEST\"",
            "\"CartId\" Value=\"a\"",
            "\"Empty\"",
            "\"HMAC\" Value=\"b\"",
            "\"Item.10.x\" Value=\"1\"",
            "\"Item.2.x\" Value=\"1\"",
            "\"Operation\" Value=\"CartGet\"",
            "\"Service\" Value=\"AWSECommerceService\"",
            "\"Zeta\" Value=\"é +\"",
            "\"a\" Value=\"&amp;\"",
            "\"zeta\" Value=\"1\"",
        ]
    );
}

#[test]
fn request_ids_have_the_form_of_their_era_and_never_repeat() {
    let server = TestServer::with(|config| config.ids_seed = None);
    let id = |version: &str| server.call(&format!("Operation=CartGet&Version={version}")).text("RequestId");
    for version in ["2004-11-10", "2011-08-01"] {
        let old = id(version);
        assert!(old.len() == 20 && old.starts_with(['0', '1']), "{old}");
        assert!(old.bytes().all(|b| b"0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(&b)), "{old}");
    }
    let new = id("2013-08-01");
    assert_eq!(new.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{new}");
    assert!(new.bytes().all(|b| b"0123456789abcdef-".contains(&b)), "{new}");
    assert_ne!(id("2011-08-01"), id("2011-08-01"));
}

#[test]
fn the_processing_time_is_a_decimal_number_of_seconds() {
    let time = TestServer::start().call("Operation=CartGet").text("RequestProcessingTime");
    assert!(time.contains('.') && time.parse::<f64>().is_ok(), "{time}");
}

#[test]
fn what_is_no_request_of_the_service_gets_a_bare_document() {
    let server = TestServer::start();
    let namespace = " xmlns=\"http://webservices.amazon.com/AWSECommerceService/2005-10-05\"";
    let key = "AWSAccessKeyId=AKIATEST";
    for (query, namespace, code) in [
        (key.to_owned(), "", "MissingServiceParameter"),
        (format!("{key}&Service=AWSMechanicalTurk"), namespace, "InvalidServiceParameter"),
        (format!("{key}&Service=AWSECommerceService"), namespace, "InvalidOperationParameter"),
        (
            format!("{key}&Service=AWSECommerceService&Operation=CartDrive&Version=2011-08-01"),
            namespace,
            "InvalidOperationParameter",
        ),
        (
            format!("{key}&Service=AWSECommerceService&Operation=CartGet&Version=newest"),
            namespace,
            "InvalidISO8601Time",
        ),
        (
            format!("{key}&Service=AWSECommerceService&Operation=CartGet&Version=2011-02-30"),
            namespace,
            "InvalidISO8601Time",
        ),
    ] {
        let answer = server.get(&format!("/onca/xml?{query}"));
        assert_eq!(codes(&answer), code, "{query}");
        let head =
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Errors{namespace}><Error><Code>AWS.{code}</Code>");
        assert!(answer.body.starts_with(&head), "{}", answer.body);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=ISO-8859-1")));
    }
}

#[test]
fn service_operation_version_and_key_are_checked_in_this_order() {
    let server = TestServer::start();
    let mut query = "Version=x&CartId=&HMAC=".to_owned();
    for (mend, code) in [
        ("", "MissingServiceParameter"),
        ("&Service=AWSECommerceService", "InvalidOperationParameter"),
        ("&Operation=CartGet", "InvalidISO8601Time"),
    ] {
        query += mend;
        assert_eq!(codes(&server.get(&format!("/onca/xml?{query}"))), code);
    }
    let query = query.replace("Version=x", "Version=2011-08-01");
    assert_eq!(codes(&server.get(&format!("/onca/xml?{query}"))), "MissingClientTokenId");
    let answer = server.get(&format!("/onca/xml?{query}&SubscriptionId=k"));
    assert_eq!(codes(&answer), "MissingParameters, MissingParameters");
}
