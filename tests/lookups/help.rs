//! Help: the service tells of itself.

use super::{message, server, verdict};

#[test]
fn help_tells_what_an_operation_takes() {
    let answer = server().call("Operation=Help&HelpType=Operation&About=CartAdd&Version=2009-10-01");
    assert_eq!(answer.inside("RequiredParameters").unwrap().texts("Parameter"), ["CartId", "HMAC", "Items"]);
    assert_eq!(answer.inside("AvailableParameters").unwrap().texts("Parameter"), ["MergeCart", "ResponseGroup"]);
    assert_eq!(answer.inside("DefaultResponseGroups").unwrap().texts("ResponseGroup"), ["Request", "Cart"]);
    let groups = answer.inside("AvailableResponseGroups").unwrap().texts("ResponseGroup");
    assert_eq!(groups, ["Cart", "CartNewReleases", "CartSimilarities", "CartTopSellers", "Request"]);
}

#[test]
fn help_knows_every_operation_of_the_version() {
    let server = server();
    for operation in ["CartClear", "ItemLookup", "ItemSearch", "SimilarityLookup", "ListLookup", "Help"] {
        let answer = server.call(&format!("Operation=Help&HelpType=Operation&About={operation}"));
        assert_eq!((verdict(&answer).as_str(), answer.text("Name").as_str()), ("True: ", operation));
    }
}

#[test]
fn help_tells_which_operations_take_a_group() {
    let answer = server().call("Operation=Help&HelpType=ResponseGroup&About=Cart");
    assert_eq!(answer.texts("Operation"), ["CartCreate", "CartAdd", "CartModify", "CartGet", "CartClear"]);
}

#[test]
fn what_help_does_not_know_is_an_invalid_value() {
    let server = server();
    for query in ["HelpType=Operation&About=CartDrive", "HelpType=ResponseGroup&About=CartGet"] {
        assert_eq!(verdict(&server.call(&format!("Operation=Help&{query}"))), "True: InvalidParameterValue");
    }
    let answer = server.call("Operation=Help&HelpType=Operation&About=CartDrive");
    assert_eq!(
        message(&answer),
        "CartDrive is not a valid value for About. Please change this value and retry your request."
    );
    assert_eq!(verdict(&server.call("Operation=Help")), "False: MissingParameters, MissingParameters");
}
