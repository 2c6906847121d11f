//! `…/faults`: rules are made, listed, shown and removed; and what is no rule is told so.

use super::{check_problem, delete, get, post};
use crate::support::{TestDatabase, TestServer};

/// The ids of a list.
#[track_caller]
fn ids(server: &TestServer, path: &str) -> Vec<String> {
    let list = get(server, path);
    assert_eq!(list.status, 200, "{}", list.body);
    list.json()["items"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_rule_is_made_shown_and_removed() {
    let server = TestServer::start();
    let body = r#"{"match":{"operation":"CartAdd","asin":"B000000001","locale":"us","nth":2},"probability":0.5,"times":2,"action":{"error":"RequestThrottled"}}"#;
    let made = post(&server, "/faults", body);
    assert_eq!(made.status, 201, "{}", made.body);
    let rule = made.json();
    assert_eq!(
        (&rule["match"]["asin"], &rule["action"]["error"], &rule["hits"]),
        (&"B000000001".into(), &"RequestThrottled".into(), &0.into())
    );
    let id = rule["id"].as_str().unwrap();
    assert_eq!(get(&server, &format!("/faults/{id}")).json(), rule);
    let other = post(&server, "/faults", r#"{"preset":"slow"}"#).json();
    assert_eq!(ids(&server, "/faults"), [id, other["id"].as_str().unwrap()], "in the order in which they were made");
    assert_eq!(delete(&server, &format!("/faults/{id}")).status, 204);
    check_problem(&get(&server, &format!("/faults/{id}")), 404);
    check_problem(&delete(&server, &format!("/faults/{id}")), 404);
    assert_eq!(delete(&server, "/faults").body, r#"{"removed":1}"#);
    assert_eq!(delete(&server, "/faults").body, r#"{"removed":0}"#);
    assert_eq!(ids(&server, "/faults"), [""; 0]);
}

#[test]
fn rules_are_listed_in_pages() {
    let server = TestServer::start();
    let made: Vec<String> = (0..3)
        .map(|_| post(&server, "/faults", r#"{"preset":"slow"}"#).json()["id"].as_str().unwrap().to_owned())
        .collect();
    let first = get(&server, "/faults?limit=2").json();
    let next = first["next"].as_str().unwrap();
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    assert_eq!(ids(&server, &format!("/faults?limit=2&cursor={next}")), made[2..]);
}

#[test]
fn rules_of_an_account_are_its_own() {
    let server = TestServer::start();
    let made = post(&server, "/accounts/AKIA1/faults", r#"{"preset":"slow"}"#).json();
    let id = made["id"].as_str().unwrap();
    assert_eq!(ids(&server, "/accounts/AKIA1/faults"), [id]);
    for path in ["/faults", "/accounts/AKIA2/faults"] {
        assert_eq!(ids(&server, path), [""; 0], "{path}");
        check_problem(&get(&server, &format!("{path}/{id}")), 404);
    }
    assert_eq!(get(&server, "/accounts/AKIA1").json()["faults"], 1);
    assert_eq!(delete(&server, "/accounts/AKIA1/faults").status, 200);
    check_problem(&get(&server, "/accounts/AKIA1"), 404);
}

#[test]
fn presets_are_listed_and_each_can_be_made() {
    let server = TestServer::start();
    let presets = get(&server, "/faults/presets").json();
    let names: Vec<&str> = presets["items"].as_array().unwrap().iter().map(|p| p["preset"].as_str().unwrap()).collect();
    assert!(["throttled", "flaky-10", "fail-twice", "slow", "lost-once"].iter().all(|name| names.contains(name)));
    for name in names {
        let made = post(&server, "/faults", &format!(r#"{{"preset":"{name}"}}"#));
        assert_eq!(made.status, 201, "{}", made.body);
    }
}

#[test]
fn what_is_no_rule_is_told_field_and_nearest_name() {
    let server = TestServer::start();
    for (body, tells) in [
        ("", "a rule has an action, or a preset"),
        ("[]", "expected"),
        (
            r#"{"action":{"error":"RequestThrotled"}}"#,
            "action.error: \"RequestThrotled\" is no code of the service that a rule can answer; did you mean \"RequestThrottled\"?",
        ),
        (r#"{"action":{"latancy":"1s"}}"#, "did you mean `latency`?"),
        (r#"{"action":{"latency":"fast"}}"#, "action.latency: \"fast\" is no duration"),
        (r#"{"action":{"latency":"6m"}}"#, "five minutes"),
        (r#"{"action":{"reset":true,"lost":true}}"#, "action: an action has one field"),
        (r#"{"action":{}}"#, "an action has one of"),
        (r#"{"action":{"status":200}}"#, "from 400 to 599"),
        (r#"{"match":{"operation":"CartAd"},"action":{"lost":true}}"#, "match.operation: \"CartAd\" is none of"),
        (r#"{"match":{"operatoin":"CartAdd"},"action":{"lost":true}}"#, "did you mean `operation`?"),
        (r#"{"match":{"locale":"usa"},"action":{"lost":true}}"#, "match.locale: "),
        (r#"{"match":{"nth":0},"action":{"lost":true}}"#, "match.nth: "),
        (r#"{"probability":2,"action":{"lost":true}}"#, "probability: a probability is above 0, and 1 at most"),
        (r#"{"preset":"flakey-10"}"#, "did you mean \"flaky-10\"?"),
        (r#"{"preset":"slow","action":{"lost":true}}"#, "an action or a preset, and not both"),
        (r#"{"preset":"slow"} x"#, "trailing characters"),
    ] {
        let answer = post(&server, "/faults", body);
        check_problem(&answer, 400);
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(tells), "{body}: {detail}");
    }
    assert_eq!(ids(&server, "/faults"), [""; 0]);
}

#[test]
fn there_are_only_so_many_rules() {
    let server = TestServer::start();
    for _ in 0..100 {
        assert_eq!(post(&server, "/faults", r#"{"preset":"slow"}"#).status, 201);
    }
    check_problem(&post(&server, "/faults", r#"{"preset":"slow"}"#), 409);
}

#[test]
fn rules_outlive_the_server_and_count_anew() {
    let database = TestDatabase::create();
    let start = || TestServer::with(|config| config.database = database.url());
    let server = start();
    let id = post(&server, "/faults", r#"{"preset":"fail-once"}"#).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(server.call("Operation=Help&HelpType=Operation&About=CartGet").status, 500);
    server.stop();
    let server = start();
    assert_eq!(get(&server, &format!("/faults/{id}")).json()["hits"], 0);
    assert_eq!(server.call("Operation=Help&HelpType=Operation&About=CartGet").status, 500);
    // Seeded ids begin anew; none is given twice.
    let other = post(&server, "/faults", r#"{"preset":"slow"}"#).json();
    assert_ne!(other["id"], id.as_str());
}
