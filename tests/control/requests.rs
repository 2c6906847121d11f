//! The journal: what was asked and answered is listed, shown, filtered and removed, and shows nothing that proves anything.

use super::{check_problem, delete, get};
use crate::support::pages::{Customer, Form, purchase_link};
use crate::support::{Answer, TestServer, request};
use cartwright::protocol::oddity;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// The journal's entries that a query asks for, newest first.
#[track_caller]
fn list(server: &TestServer, query: &str) -> Vec<Value> {
    let answer = get(server, &format!("/requests{query}"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["items"].as_array().unwrap().clone()
}

/// The ids of those.
#[track_caller]
fn ids(server: &TestServer, query: &str) -> Vec<u64> {
    list(server, query).iter().map(|entry| entry["id"].as_u64().unwrap()).collect()
}

/// The newest entry with all that is kept of it.
#[track_caller]
fn newest(server: &TestServer) -> Value {
    let id = ids(server, "?limit=1")[0];
    get(server, &format!("/requests/{id}")).json()
}

/// A shop's day: entries 1 to 4.
fn day(server: &TestServer) -> Answer {
    let cart = server.create(&["B000000001"]);
    server.call(&format!("Operation=CartAdd&{}&Item.1.ASIN=B000000002&Item.1.Quantity=2", cart.cart()));
    server.call(&format!("Operation=CartGet&{}", cart.cart()));
    server.call("Operation=CartCreate&Item.1.ASIN=B00NOTHERE");
    cart
}

#[test]
fn an_entry_tells_in_domain_words_what_was_asked_and_what_came_of_it() {
    let server = TestServer::start();
    let cart = day(&server);
    let entries = list(&server, "");
    assert_eq!(ids(&server, ""), [4, 3, 2, 1]);
    let added = &entries[2];
    let expected = json!({
        "id": 2, "at": "2006-05-17T12:00:00Z", "account": "AKIATEST", "transport": "rest", "method": "GET",
        "path": "/us/onca/xml", "operation": "CartAdd", "locale": "us", "cart_id": cart.text("CartId"), "associate_tag": null,
        "asins": ["B000000002"], "signature": "absent", "warnings": [oddity::UNSIGNED, oddity::NO_TAG], "hints": [],
        "fault": null, "status": 200, "codes": [],
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(added[name], *value, "{name}");
    }
    assert!(added["ms"].as_f64().is_some_and(|ms| ms > 0.0), "{added}");
    let lines = |side: &Value| {
        let lines = side.as_array().unwrap().iter();
        lines.map(|line| format!("{} x {}", line["asin"].as_str().unwrap(), line["quantity"])).collect::<Vec<_>>()
    };
    assert_eq!(lines(&added["before"]), ["B000000001 x 1"]);
    assert_eq!(lines(&added["after"]), ["B000000002 x 2", "B000000001 x 1"]);
    let created = &entries[3];
    assert_eq!((&created["before"], lines(&created["after"])), (&Value::Null, vec!["B000000001 x 1".to_owned()]));
    let read = &entries[1];
    assert_eq!((&read["operation"], &read["before"], &read["after"]), (&json!("CartGet"), &Value::Null, &Value::Null));
    let refused = &entries[0];
    assert_eq!(refused["codes"], json!(["AWS.ECommerceService.ItemNotEligibleForCart"]));
    assert_eq!(refused["asins"], json!(["B00NOTHERE"]));
    assert!(refused["hints"][0].as_str().is_some_and(|hint| hint.contains("catalogue")), "{refused}");
}

#[test]
fn every_field_is_a_filter() {
    let server = TestServer::start();
    let cart = day(&server);
    server.call_in("de", "Operation=CartGet&CartId=1&HMAC=2&AssociateTag=tag-20");
    server.get("/no/such/path");
    server.advance(SignedDuration::from_hours(1));
    server.get("/gp/cart/view.html");
    let id = cart.text("CartId");
    for (query, expected) in [
        ("operation=CartCreate", vec![4, 1]),
        ("operation=CustomerCart", vec![7]),
        ("status=404", vec![6]),
        ("code=AWS.ECommerceService.ItemNotEligibleForCart", vec![4]),
        ("code=none&operation=CartCreate", vec![1]),
        ("asin=B000000002", vec![2]),
        ("asin=B000000002&quantity=2", vec![2]),
        ("asin=B000000002&quantity=1", vec![]),
        ("quantity=1", vec![4, 1]),
        (&format!("cart_id={id}"), vec![3, 2, 1]),
        ("locale=de", vec![5]),
        ("associate_tag=tag-20", vec![5]),
        ("signature=absent&locale=de", vec![5]),
        ("signature=ok", vec![]),
        ("fault=any", vec![]),
        ("fault=none&transport=page", vec![7]),
        ("warning=any", vec![5, 4, 3, 2, 1]),
        ("warning=AssociateTag", vec![4, 3, 2, 1]),
        ("warning=none", vec![7, 6]),
        ("path=/no/such/path", vec![6]),
        ("path=/us/*", vec![4, 3, 2, 1]),
        ("method=get&path=/de/*", vec![5]),
        ("transport=none", vec![6]),
        ("since=2006-05-17T13:00:00Z", vec![7]),
        ("since=5", vec![7, 6]),
        ("account=AKIATEST&limit=2", vec![5, 4]),
        ("account=AKIATEST&limit=2&cursor=4", vec![3, 2]),
    ] {
        assert_eq!(ids(&server, &format!("?{query}")), expected, "{query}");
    }
    for (query, message) in [
        ("operation=CartGte", "operation: \"CartGte\" is none that there is; did you mean CartGet?"),
        ("status=fine", "status: \"fine\" is no HTTP status"),
        ("locale=xx", "locale: \"xx\" is none that there is; did you mean mx?"),
        ("since=today", "since: \"today\" is neither a time"),
        ("colour=red", "unknown parameter \"colour\""),
        ("format=xml", "format: \"xml\" is none of json, har"),
        ("cursor=x", "cursor: "),
    ] {
        let answer = get(&server, &format!("/requests?{query}"));
        check_problem(&answer, 400);
        assert!(answer.json()["detail"].as_str().unwrap().starts_with(message), "{}", answer.body);
    }
}

#[test]
fn a_long_list_comes_in_pages_and_misses_nothing() {
    let server = TestServer::start();
    for _ in 0..5 {
        server.call("Operation=Help");
    }
    let first = get(&server, "/requests?limit=2").json();
    server.call("Operation=Help"); // between two pages
    let second = get(&server, &format!("/requests?limit=2&cursor={}", first["next"].as_str().unwrap())).json();
    let last = get(&server, &format!("/requests?limit=2&cursor={}", second["next"].as_str().unwrap())).json();
    let pages = [first, second, last.clone()];
    let found: Vec<_> =
        pages.iter().flat_map(|page| page["items"].as_array().unwrap()).map(|e| e["id"].clone()).collect();
    assert_eq!(found, [5, 4, 3, 2, 1]);
    assert_eq!(last["next"], Value::Null);
}

#[test]
fn each_account_has_its_own_and_the_root_has_all() {
    let server = TestServer::start();
    let call =
        |key: &str| server.get(&format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={key}&Operation=Help"));
    for key in ["one", "two", "one"] {
        call(key);
    }
    assert_eq!(ids(&server, ""), [3, 2, 1]);
    let of = |key: &str| get(&server, &format!("/accounts/{key}/requests")).json()["items"].as_array().unwrap().len();
    assert_eq!((of("one"), of("two"), of("three")), (2, 1, 0));
    check_problem(&get(&server, "/accounts/two/requests/1"), 404);
    assert_eq!(get(&server, "/accounts/one/requests/1").status, 200);
    assert_eq!(delete(&server, "/accounts/one/requests").json(), json!({ "removed": 2 }));
    assert_eq!((of("one"), of("two")), (0, 1));
    assert_eq!(delete(&server, "/requests/2").status, 204);
    check_problem(&delete(&server, "/requests/2"), 404);
    check_problem(&get(&server, "/requests/2"), 404);
    check_problem(&get(&server, "/requests/x"), 404);
    call("one");
    assert_eq!(delete(&server, "/requests").json(), json!({ "removed": 1 }));
    assert!(list(&server, "").is_empty());
}

#[test]
fn the_control_api_health_and_metrics_are_not_in_it() {
    let server = TestServer::start();
    for path in ["/livez", "/readyz", "/metrics", "/_cartwright/v1/info"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    assert!(list(&server, "").is_empty());
    server.get("/AWSECommerceService/AWSECommerceService.wsdl");
    assert_eq!(list(&server, "")[0]["transport"], "wsdl");
}

#[test]
fn nothing_that_proves_anything_is_shown() {
    let server = TestServer::with(|config| {
        config.accounts.insert("AKIAKNOWN".to_owned(), cartwright::config::Secret::new("its secret"));
    });
    let cart = server.create(&["B000000001"]);
    let (hmac, encoded) = (cart.text("HMAC"), cart.text("URLEncodedHMAC"));
    let signature = "bm90IGEgcmVhbCBzaWduYXR1cmUgYXQgYWxsISEhISE=";
    let at = server.now();
    server.get(&format!(
        "/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=AKIAKNOWN&Operation=CartGet&{}&Timestamp={at}&Signature={signature}",
        cart.cart()
    ));
    let form = format!("Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=CartGet&{}", cart.cart());
    let media = [("Content-Type", "application/x-www-form-urlencoded")];
    server.raw(&request("POST", "/onca/xml", &media, form.as_bytes()));
    let purchase_url = cart.text("PurchaseURL");
    let page = purchase_url.strip_prefix("http://cartwright.test").unwrap();
    assert_eq!(server.get(page).status, 200);
    assert_eq!(server.soap_in("us", &format!("Operation=CartGet&{}", cart.cart())).text("CartId"), cart.text("CartId"));
    // Under a name that says nothing it is known by what it is.
    let proof = cart.cart().rsplit_once('=').unwrap().1.to_owned();
    server.call(&format!("Operation=CartGet&{}&Note=seen:{proof}", cart.cart()));
    assert_eq!(ids(&server, "").len(), 6);
    let visit = &list(&server, "?transport=page")[0];
    assert_eq!((&visit["account"], &visit["cart_id"]), (&json!("AKIATEST"), &json!(cart.text("CartId"))));
    let everything =
        [get(&server, "/requests"), get(&server, "/requests?format=har")].into_iter().chain((1..=6).flat_map(|id| {
            ["", "?format=curl", "?format=har"].map(|form| get(&server, &format!("/requests/{id}{form}")))
        }));
    for answer in everything {
        assert_eq!(answer.status, 200);
        for secret in [hmac.as_str(), &encoded, signature, &hmac.replace('+', " ")] {
            assert!(!answer.body.contains(secret), "{secret} in {}", answer.body);
        }
    }
    // And it is shown that there was something.
    let read = get(&server, "/requests/2").json();
    assert_eq!(read["signature"], "bad");
    assert!(read["query"].as_str().unwrap().contains("&HMAC=REDACTED&"), "{read}");
    assert!(read["curl"].as_str().unwrap().contains("Signature=REDACTED"), "{read}");
    let created = get(&server, "/requests/1").json();
    assert!(created["answer_body"].as_str().unwrap().contains("<HMAC>REDACTED</HMAC>"), "{created}");
}

#[test]
fn an_entry_of_the_hand_off_tells_what_it_did_to_a_cart() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000002"]);
    let mut customer = Customer::of(&server);
    // The products of a side of the newest entry of this page that changed something, with their quantities.
    let sides = |page: &str| {
        let entry = list(&server, &format!("?operation={page}"))
            .into_iter()
            .find(|entry| !entry["before"].is_null() || !entry["after"].is_null())
            .unwrap_or_else(|| panic!("no {page} has changed anything"));
        let lines = |side: &str| {
            let line =
                |line: &Value| format!("{} x {} {}", line["asin"], line["quantity"], line["area"]).replace('"', "");
            entry[side].as_array().map(|lines| lines.iter().map(line).collect::<Vec<_>>().join(", "))
        };
        let of = |text: &str| Some(text.to_owned());
        assert_eq!(
            entry["cart_id"].as_str().map(str::to_owned).filter(|_| page == "HandOver"),
            match page {
                "HandOver" => of(&cart.text("CartId")),
                _ => None,
            }
        );
        (lines("before"), lines("after"))
    };
    let of = |text: &str| Some(text.to_owned());
    let form = Form::first(&customer.open(&purchase_link(&cart)));
    assert!(list(&server, "?operation=PurchasePage")[0]["before"].is_null(), "who looks changes nothing");
    customer.follow(&form);
    assert_eq!(sides("HandOver"), (of("B000000001 x 1 active, B000000002 x 1 active"), None), "the API has it no more");
    let asins = &list(&server, "?operation=HandOver")[0]["asins"];
    assert_eq!(asins, &json!(["B000000001", "B000000002"]));
    assert_eq!(list(&server, "?operation=HandOver&asin=B000000002").len(), 1);

    let form = Form::first(&customer.open("/gp/aws/cart/add.html?ASIN.1=B000000003&Quantity.1=2"));
    customer.follow(&form);
    let full = "B000000003 x 2 active, B000000001 x 1 active, B000000002 x 1 active";
    assert_eq!(sides("AddPage"), (of("B000000001 x 1 active, B000000002 x 1 active"), of(full)));

    let remove = Form::first(&customer.open("/gp/cart/view.html")).without("do").with("do", "remove");
    customer.follow(&remove);
    let rest = "B000000001 x 1 active, B000000002 x 1 active";
    assert_eq!(sides("CustomerCart"), (of(full), of(rest)));

    let form = Form::first(&customer.open("/gp/cart/checkout.html"));
    customer.follow(&form);
    assert_eq!(sides("Purchase"), (of(rest), of("")));
    // The same click again buys nothing.
    customer.follow(&form);
    assert!(list(&server, "?operation=Purchase").iter().filter(|entry| !entry["before"].is_null()).count() == 1);
}

#[test]
fn an_entry_alone_has_the_bodies_the_strings_to_sign_and_a_command() {
    let server = TestServer::start();
    let form = "Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=Help&Timestamp=2006-05-17T12:00:00Z\
                &HelpType=Operation&About=it's";
    let media = [("Content-Type", "application/x-www-form-urlencoded"), ("Host", "webservices.amazon.de:80")];
    let answer = server.raw(&request("POST", "/onca/xml", &media, form.as_bytes()));
    let entry = newest(&server);
    assert_eq!(entry["request_body"], form);
    assert_eq!(entry["request_bytes"], form.len());
    assert_eq!(entry["answer_body"], answer.body);
    assert_eq!(entry["answer_bytes"], answer.body.len());
    let strings: Vec<_> =
        entry["strings_to_sign"].as_array().unwrap().iter().map(|s| s["text"].as_str().unwrap()).collect();
    assert_eq!(
        strings,
        [
            "POST\nwebservices.amazon.de\n/onca/xml\nAWSAccessKeyId=AKIATEST&About=it%27s&HelpType=Operation&Operation=Help\
             &Service=AWSECommerceService&Timestamp=2006-05-17T12%3A00%3A00Z",
            "Aboutit'sAWSAccessKeyIdAKIATESTHelpTypeOperationOperationHelpServiceAWSECommerceServiceTimestamp2006-05-17T12:00:00Z",
            "AWSECommerceServiceHelp2006-05-17T12:00:00Z",
        ]
    );
    let command = format!(
        "curl -X 'POST' -H 'Host: webservices.amazon.de:80' -H 'Content-Type: application/x-www-form-urlencoded' --data-raw '{}' \
         'http://{}/onca/xml'",
        form.replace('\'', r"'\''"),
        server.addr
    );
    assert_eq!(entry["curl"], command);
    let text = get(&server, &format!("/requests/{}?format=curl", entry["id"]));
    assert_eq!(
        (text.header("content-type"), text.body.trim_end()),
        (Some("text/plain; charset=utf-8"), command.as_str())
    );
}

#[test]
fn an_archive_has_the_same_requests_the_oldest_first() {
    let server = TestServer::start();
    day(&server);
    let archive = get(&server, "/requests?format=har&operation=CartCreate").json();
    let log = &archive["log"];
    assert_eq!((&log["version"], &log["creator"]["name"]), (&json!("1.2"), &json!("cartwright")));
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.iter().map(|entry| entry["_id"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 4]);
    let first = &entries[0];
    assert_eq!(first["startedDateTime"], "2006-05-17T12:00:00Z");
    assert_eq!((&first["request"]["method"], &first["response"]["status"]), (&json!("GET"), &json!(200)));
    let url = first["request"]["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("http://{}/us/onca/xml?Service=", server.addr)), "{url}");
    let query = first["request"]["queryString"].as_array().unwrap();
    assert!(query.contains(&json!({ "name": "Operation", "value": "CartCreate" })), "{query:?}");
    assert!(first["response"]["content"]["text"].as_str().unwrap().contains("<CartCreateResponse"), "{first}");
}

#[test]
fn of_long_bodies_the_beginning_is_kept() {
    let server = TestServer::with(|config| config.journal_body = 100);
    let form =
        format!("Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=Help&Filler={}", "x".repeat(1000));
    let answer = server.raw(&request("POST", "/onca/xml", &[], form.as_bytes()));
    let entry = newest(&server);
    assert_eq!((&entry["request_body"], &entry["request_bytes"]), (&json!(form[..100]), &json!(form.len())));
    assert_eq!(
        (&entry["answer_body"], &entry["answer_bytes"]),
        (&json!(answer.body[..100]), &json!(answer.body.len()))
    );
}

#[test]
fn the_oldest_go_first_and_info_tells_how_much_there_is() {
    let server = TestServer::with(|config| config.journal_entries = 3);
    for _ in 0..5 {
        server.call("Operation=Help");
    }
    assert_eq!(ids(&server, ""), [5, 4, 3]);
    let counts = &get(&server, "/info").json()["counts"];
    assert_eq!(counts["journal_entries"], 3);
    assert!(counts["journal_bytes"].as_u64().is_some_and(|bytes| (1000..100_000).contains(&bytes)), "{counts}");
}

#[test]
fn without_a_journal_nothing_is_kept() {
    let server = TestServer::with(|config| config.journal = false);
    assert_eq!(server.call("Operation=Help").status, 200);
    assert!(list(&server, "").is_empty());
}
