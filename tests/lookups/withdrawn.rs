//! Operations that the service withdrew.

use super::server;

#[test]
fn what_the_service_had_withdrawn_by_a_version_is_told_so() {
    let server = server();
    for operation in ["ListLookup", "Help", "ListSearch", "TransactionLookup", "VehicleSearch"] {
        let answer = server.call(&format!("Operation={operation}&Version=2010-12-01"));
        assert_eq!((answer.status, answer.codes()), (410, vec!["Deprecated".to_owned()]), "{operation}");
        assert_eq!(answer.text("Message"), format!("Feature {operation} is deprecated."));
        let root = format!("<{operation}ErrorResponse xmlns=\"http://ecs.amazonaws.com/doc/2010-12-01/\">");
        assert!(answer.body.contains(&root), "{}", answer.body);
        assert!(answer.has("RequestID"), "{}", answer.body);
    }
    assert_eq!(server.call("Operation=SellerLookup&Version=2011-08-01").status, 410);
}

#[test]
fn before_that_it_answers_or_is_unknown() {
    let server = server();
    let listed = server.call("Operation=ListLookup&Version=2010-11-01");
    assert_eq!((listed.status, listed.text("IsValid")), (200, "False".to_owned()));
    for query in ["Operation=ListSearch&Version=2010-11-01", "Operation=SellerLookup&Version=2010-12-01"] {
        assert_eq!(server.call(query).codes(), ["AWS.InvalidOperationParameter"], "{query}");
    }
}

#[test]
fn credentials_are_looked_at_first() {
    let answer = server().get("/us/onca/xml?Service=AWSECommerceService&Operation=ListSearch&Version=2011-08-01");
    assert_eq!(answer.codes(), ["MissingClientTokenId"]);
}

#[test]
fn over_soap_it_is_a_fault() {
    let answer = server().soap_in("us", "Operation=ListLookup&ListId=x&Version=2011-08-01");
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("aws:Client.Deprecated"), "{}", answer.body);
}
