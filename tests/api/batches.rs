//! Several requests in one: two of an operation, two operations, and their limits.

use super::verdict;
use crate::support::TestServer;

const TWO: &str = "Operation=CartCreate&CartCreate.1.Item.1.ASIN=B000000001&CartCreate.2.Item.1.ASIN=B000000002";

#[test]
fn two_requests_of_one_operation_make_two_carts_in_one_answer() {
    let server = TestServer::start();
    let answer = server.call(&format!("{TWO}&CartCreate.Shared.Item.1.Quantity=3&CartCreate.2.Item.1.Quantity=4"));
    assert_eq!(answer.texts("CartId").len(), 2);
    assert_ne!(answer.texts("CartId")[0], answer.texts("CartId")[1]);
    let carts: Vec<_> = answer.body.split("<Cart>").skip(1).collect();
    assert!(
        carts[0].contains("<Item><ASIN>B000000001</ASIN><Quantity>3</Quantity></Item>"),
        "the echo is that of one request"
    );
    assert!(
        carts[1].contains("<Item><ASIN>B000000002</ASIN><Quantity>4</Quantity></Item>"),
        "what is its own counts more"
    );
    assert_eq!(answer.body.matches("<OperationRequest>").count(), 1);
    assert!(answer.body.contains("<Argument Name=\"CartCreate.1.Item.1.ASIN\" Value=\"B000000001\"></Argument>"));
}

#[test]
fn a_request_that_fails_does_not_disturb_the_other() {
    let server = TestServer::start();
    let answer =
        server.call("Operation=CartCreate&CartCreate.1.Item.1.ASIN=B00000NONE&CartCreate.2.Item.1.ASIN=B000000002");
    let carts: Vec<_> = answer.body.split("<Cart>").skip(1).collect();
    assert!(carts[0].contains("ItemNotEligibleForCart") && !carts[0].contains("<CartId>"));
    assert!(carts[1].contains("<CartId>") && !carts[1].contains("<Errors>"));
}

#[test]
fn two_operations_stand_in_one_frame_in_the_order_asked_for() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let (id, hmac) = {
        let cart = cart.cart();
        let (id, hmac) = cart.split_once('&').unwrap();
        (id.to_owned(), hmac.to_owned())
    };
    let answer = server.call(&format!(
        "Operation=CartGet,CartClear&CartGet.1.{id}&CartGet.1.{hmac}&CartClear.1.{id}&CartClear.1.{hmac}"
    ));
    assert!(
        answer.body.contains(
            "<MultiOperationResponse xmlns=\"http://webservices.amazon.com/AWSECommerceService/2005-10-05\">"
        )
    );
    let (get, clear) = (answer.inside("CartGetResponse").unwrap(), answer.inside("CartClearResponse").unwrap());
    assert_eq!((get.lines().as_str(), clear.lines().as_str()), ("B000000001 x 1", ""));
    assert!(answer.body.find("<CartGetResponse>") < answer.body.find("<CartClearResponse>"));
    assert_eq!(answer.body.matches("<OperationRequest>").count(), 1);
}

#[test]
fn more_than_two_of_anything_is_refused_in_the_head() {
    let server = TestServer::start();
    let three = server.call(&format!("{TWO}&CartCreate.3.Item.1.ASIN=B000000003"));
    let head = three.inside("OperationRequest").unwrap();
    assert_eq!(head.text("Code"), "AWS.ExceededMaxBatchRequestsPerOperation");
    assert_eq!(
        head.text("Message"),
        "You have exceeded the maximum number of batch requests per operation.  Each operation may include no more than 2 batch \
         requests."
    );
    assert!(!three.has("Cart") && three.body.ends_with("</OperationRequest></CartCreateResponse>"));
    let operations = server.call("Operation=CartGet,CartClear,CartAdd");
    assert_eq!(operations.codes(), ["AWS.ExceededMaxMultiOpOperations"]);
    assert!(operations.body.ends_with("</OperationRequest></MultiOperationResponse>"));
}

#[test]
fn versions_without_multi_operation_do_not_know_the_pair() {
    let server = TestServer::start();
    let answer = server.call("Operation=CartGet,CartClear&Version=2011-08-01");
    assert_eq!(answer.codes(), ["AWS.InvalidOperationParameter"]);
    assert_eq!(server.call("Operation=CartGet,CartGet").codes(), ["AWS.InvalidOperationParameter"]);
}

#[test]
fn a_refusal_of_several_operations_has_a_root_of_its_own() {
    let server = TestServer::start();
    let answer = server.get("/onca/xml?Service=AWSECommerceService&Operation=CartGet,CartClear");
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("<MultiOperationErrorResponse "), "{}", answer.body);
}

#[test]
fn ten_thousand_numbered_requests_are_refused_and_not_run() {
    let server = TestServer::start();
    let many: Vec<_> = (0..1000).map(|n| format!("&CartGet.{n}.CartId=1")).collect();
    assert_eq!(
        server.call(&format!("Operation=CartGet{}", many.concat())).codes(),
        ["AWS.ExceededMaxBatchRequestsPerOperation"]
    );
    assert_eq!(
        verdict(&server.call("Operation=CartGet&CartGet.CartId=1")),
        "False: MissingParameters, MissingParameters"
    );
}
