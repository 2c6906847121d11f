//! The document that describes the API: it is what the program prints, and says of every route what the route does.

use super::get;
use crate::support::TestServer;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn it_is_served_and_printed_alike() {
    let server = TestServer::start();
    let answer = get(&server, "/openapi.json");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let printed = Command::new(env!("CARGO_BIN_EXE_cartwright")).arg("openapi").output().unwrap();
    assert!(printed.status.success());
    assert_eq!(String::from_utf8(printed.stdout).unwrap().trim_end(), answer.body);
    let document = answer.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["servers"][0]["url"], "/_cartwright/v1");
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
}

#[test]
fn every_path_stands_at_the_root_and_under_an_account_with_its_key() {
    let server = TestServer::start();
    let document = get(&server, "/openapi.json").json();
    let paths = document["paths"].as_object().unwrap();
    for path in paths.keys().filter(|path| !path.starts_with("/accounts")) {
        let of_account = paths.contains_key(&format!("/accounts/{{key}}{path}"));
        assert_eq!(of_account, !["/info", "/openapi.json"].contains(&path.as_str()), "{path}");
    }
    let mut ids = BTreeSet::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{method} {path}: an id that another has");
            let named: BTreeSet<_> = path.split(['{', '}']).skip(1).step_by(2).collect();
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let told: BTreeSet<_> = parameters
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(told, named, "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path} does not say what it does");
            let failures = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"];
            assert_eq!(failures["$ref"], "#/components/schemas/Problem", "{method} {path}");
        }
    }
    assert!(ids.contains("catalog_put") && ids.contains("account_catalog_put"), "{ids:?}");
}

#[test]
fn whatever_it_refers_to_is_in_it() {
    fn references(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                into.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|value| references(value, into));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, into)),
            _ => {}
        }
    }
    let server = TestServer::start();
    let document = get(&server, "/openapi.json").json();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.contains("#/components/schemas/Product"), "{found:?}");
    for reference in found {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference} leads nowhere");
    }
}
