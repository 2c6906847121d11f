//! Where WSDL documents are served, and what stands around the types in them.

use crate::support::{Answer, TestServer};
use cartwright::protocol::{Element, Version, read_tree};

/// The WSDL at a path below `/AWSECommerceService/`.
#[track_caller]
fn fetch(server: &TestServer, path: &str) -> Element {
    let answer = server.get(&format!("/AWSECommerceService/{path}AWSECommerceService.wsdl"));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/xml;charset=UTF-8")), "{path}");
    read_tree(&answer.body).unwrap()
}

/// Ports and addresses.
fn ports(wsdl: &Element) -> Vec<(String, String)> {
    let service = wsdl.child("service").expect("a service");
    let address = |port: &Element| port.child("address")?.attribute("location").map(str::to_owned);
    service.all("port").map(|port| (port.attribute("name").unwrap().to_owned(), address(port).unwrap())).collect()
}

const NAMESPACE: &str = "http://webservices.amazon.com/AWSECommerceService/";
const AT: &str = "http://cartwright.test";
const ONCA: &str = "/onca/soap?Service=AWSECommerceService";

#[test]
fn every_version_has_a_document_in_its_own_namespace() {
    let server = TestServer::start();
    for version in Version::ALL {
        let wsdl = fetch(&server, &format!("{version}/"));
        let namespace = format!("{NAMESPACE}{version}");
        assert_eq!(wsdl.attribute("targetNamespace"), Some(namespace.as_str()));
        let schema = wsdl.at(&["types", "schema"]).expect("a schema");
        assert_eq!(schema.attribute("targetNamespace"), Some(namespace.as_str()));
        assert_eq!(schema.attribute("elementFormDefault"), Some("qualified"));
    }
    let newest = fetch(&server, "").attribute("targetNamespace").map(str::to_owned);
    assert_eq!(newest, Some(format!("{NAMESPACE}2013-08-01")));
}

#[test]
fn soap_actions_and_ports_are_those_of_their_time() {
    let server = TestServer::start();
    let actions = |path: &str| -> Vec<String> {
        let wsdl = fetch(&server, path);
        let binding = wsdl.child("binding").expect("a binding");
        let action = |operation: &Element| operation.child("operation")?.attribute("soapAction").map(str::to_owned);
        binding.all("operation").map(|operation| action(operation).unwrap()).collect()
    };
    assert_eq!(actions("2008-10-06/"), ["http://soap.amazon.com"; 10]);
    assert_eq!(actions("2010-12-01/").len(), 8, "two were withdrawn by then");
    assert_eq!(actions("2009-02-01/")[0], "http://soap.amazon.com/CartCreate");
    let main = vec![("AWSECommerceServicePort".to_owned(), format!("{AT}{ONCA}"))];
    assert_eq!(ports(&fetch(&server, "2010-12-01/")), main);
    let later = ports(&fetch(&server, "2011-08-01/"));
    assert_eq!(later[0], main[0]);
    let names: Vec<_> = later.iter().map(|(name, _)| name.trim_start_matches("AWSECommerceServicePort")).collect();
    assert_eq!(names, ["", "CA", "CN", "DE", "FR", "IT", "JP", "UK", "US"]);
    assert_eq!(later[3].1, format!("{AT}/de{ONCA}"));
}

#[test]
fn addresses_lead_to_the_locale_that_was_meant() {
    let server = TestServer::with(|config| config.public_url = None);
    let address = |answer: Answer| ports(&read_tree(&answer.body).unwrap())[0].1.clone();
    let file = "/AWSECommerceService/2010-11-01/AWSECommerceService.wsdl";
    assert_eq!(address(server.get(file)), format!("http://shop.test{ONCA}"));
    let of_site = "/AWSECommerceService/2010-11-01/JP/AWSECommerceService.wsdl";
    assert_eq!(address(server.get(of_site)), format!("http://shop.test/jp{ONCA}"));
    assert_eq!(address(server.get(&format!("/de{file}"))), format!("http://shop.test/de{ONCA}"));
    // Over an alias of Amazon's host the address leads here all the same.
    let alias = [("Host", "webservices.amazon.co.uk")];
    let aliased = address(server.raw(&crate::support::request("GET", file, &alias, b"")));
    assert_eq!(aliased, format!("http://{}/uk{ONCA}", server.addr));
}

#[test]
fn what_is_no_wsdl_is_an_unknown_path() {
    let server = TestServer::start();
    for path in ["2010-11-02/AWSECommerceService.wsdl", "2010-11-01/XX/AWSECommerceService.wsdl", "", "other.wsdl"] {
        let answer = server.get(&format!("/AWSECommerceService/{path}"));
        assert_eq!((answer.status, answer.codes()), (404, vec!["InvalidURI".to_owned()]), "{path}");
    }
    let post = crate::support::request("POST", "/AWSECommerceService/AWSECommerceService.wsdl", &[], b"x");
    assert_eq!(server.raw(&post).status, 405);
}
