//! HTTP itself: paths, methods, media types.

use super::{BOOK, ROOT, ask, check_problem, get};
use crate::support::{TestServer, request};

#[test]
fn a_method_that_a_path_does_not_have_is_told_those_that_it_has() {
    let server = TestServer::start();
    for (path, allowed) in [
        ("/info", "GET,HEAD"),
        ("/catalog", "GET,HEAD,POST"),
        (BOOK, "GET,HEAD,PUT,PATCH,DELETE"),
        ("/purchases", "GET,HEAD"),
        ("/accounts/x/catalog", "GET,HEAD,POST"),
        ("/accounts/x/purchases", "GET,HEAD"),
    ] {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"] {
            if allowed.split(',').any(|known| known == method) {
                continue;
            }
            let answer = ask(&server, method, path, &[], "");
            check_problem(&answer, 405);
            assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
        }
    }
}

#[test]
fn an_unknown_path_is_a_problem() {
    let server = TestServer::start();
    for path in [
        "",
        "/",
        "/v1",
        "/v1/",
        "/v2/info",
        "/v1/info/",
        "/v1/catalog/",
        "/v1/catalog/us",
        "/v1//info",
        "/V1/info",
        "/v1/catalog/us/B000000001/x",
    ] {
        check_problem(&server.get(&format!("/_cartwright{path}")), 404);
    }
}

#[test]
fn the_service_itself_has_no_way_in() {
    let server = TestServer::start();
    for path in [
        "/de/_cartwright/v1/info",
        "//_cartwright/v1/info",
        "/_cartwright1/info",
        "/_CARTWRIGHT/v1/info",
        "/%5Fcartwright/v1/info",
        "/onca/_cartwright/v1/info",
        "/x/../_cartwright/v1/info",
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.codes()), (404, vec!["InvalidURI".to_owned()]), "{path}");
    }
}

#[test]
fn who_does_not_take_json_is_told_that_there_is_nothing_else() {
    let server = TestServer::start();
    for accept in ["text/html", "application/xml, text/*", "application/json;q=0"] {
        check_problem(&ask(&server, "GET", BOOK, &[("Accept", accept)], ""), 406);
    }
    for accept in ["*/*", "application/json", "text/html,application/xhtml+xml,*/*;q=0.8"] {
        assert_eq!(ask(&server, "GET", BOOK, &[("Accept", accept)], "").status, 200, "{accept}");
    }
    // A change is made, and then answered as it can be.
    assert_eq!(ask(&server, "PATCH", BOOK, &[("Accept", "text/plain")], r#"{"price":1}"#).status, 200);
}

#[test]
fn a_body_of_another_type_is_not_taken() {
    let server = TestServer::start();
    for kind in ["application/x-www-form-urlencoded", "text/plain", "application/xml", "application/jsonx", ""] {
        check_problem(&ask(&server, "PUT", BOOK, &[("Content-Type", kind)], "{}"), 415);
    }
    check_problem(&ask(&server, "PUT", BOOK, &[("Content-Encoding", "br")], "{}"), 415);
    let body = r#"{"title":"x","product_group":"Book"}"#;
    assert_eq!(ask(&server, "PUT", BOOK, &[], body).status, 200, "without a type it is JSON");
    let plain = [("Content-Type", "application/json;charset=UTF-8"), ("Content-Encoding", "identity")];
    assert_eq!(ask(&server, "PUT", BOOK, &plain, body).status, 200);
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let server = TestServer::with(|config| config.max_body = 1024);
    let body = format!(r#"{{"title":"{}","product_group":"Book"}}"#, "x".repeat(1025 - 35));
    assert_eq!(body.len(), 1024 + 1);
    let fits = body.replacen('x', "", 1);
    assert_eq!(super::put(&server, BOOK, &fits).status, 200);
    for method in ["PUT", "PATCH"] {
        let answer = ask(&server, method, BOOK, &[], &body);
        check_problem(&answer, 413);
        assert_eq!(answer.json()["detail"], "the body is larger than 1024 bytes");
        assert_eq!(answer.header("connection"), Some("close"));
    }
}

#[test]
fn a_large_answer_is_compressed_for_who_asks() {
    let server = TestServer::start();
    assert_eq!(get(&server, "/info").header("content-encoding"), None);
    let mut wire = crate::support::Wire::open(server.addr);
    wire.send(request("GET", &format!("{ROOT}/info"), &[("Accept-Encoding", "gzip")], b""));
    let head = wire.line();
    assert!(head.contains("200"), "{head}");
    assert!(
        std::iter::repeat_with(|| wire.line())
            .take_while(|line| !line.is_empty())
            .any(|line| line == "content-encoding: gzip")
    );
}

/// However the path is written or the host is named, what leads to the ECS endpoints or past them leads to no control.
#[test]
fn no_ecs_path_leads_there() {
    let server = TestServer::start();
    let target = format!("{ROOT}{BOOK}");
    let absolute = format!("http://webservices.amazon.com{target}");
    let paths = [
        &format!("/de{target}"),
        &format!("/us/{target}"),
        &format!("/onca/xml{target}"),
        &format!("/onca/xml/..{target}"),
        &format!("/onca/xml/../..{target}"),
        &format!("/onca/xml%2F..{}", target.replace('/', "%2F")),
        &format!("/onca/xml?x=/..{target}"),
        &format!("/gp/..{target}"),
        &format!("/gp/cart/..{target}"),
        &format!("/AWSECommerceService/..{target}"),
        &format!("/livez/..{target}"),
        &format!("/.{target}"),
        &format!("/{target}"),
        &format!("//shop.test{target}"),
        &target.replacen("/_cartwright/", "/_cartwright%2F", 1),
        &target.replacen("/_cartwright/", "/_Cartwright/", 1),
        &target.replacen("/_cartwright/", "/%5Fcartwright/", 1),
        &target.replacen("/_cartwright/", "/_cartwright/../_cartwright/", 1),
        &target.replacen("/v1/", "/v1/../v1/", 1),
        &target.replacen("/v1/", "/v1/onca/xml/../", 1),
        &target.replacen("/v1/", "\\v1\\", 1),
        &absolute,
    ];
    for path in paths {
        for (method, body) in [("GET", ""), ("DELETE", ""), ("PATCH", r#"{"title":"Changed"}"#)] {
            let answer = server.raw(&request(method, path, &[], body.as_bytes()));
            // The service refuses a request that names none of its operations with 200, as Amazon did.
            let is_refused = answer.status >= 400 || answer.body.contains("<Errors><Error>");
            assert!(is_refused, "{method} {path}: {} {}", answer.status, answer.body);
            assert!(!answer.body.contains("product_group"), "{method} {path}: {}", answer.body);
        }
    }
    // Nor is it there under names that were Amazon's, which a whole machine may have pointed here.
    for host in ["webservices.amazon.com", "ecs.amazonaws.de", "www.amazon.co.jp", "de.localhost.amazon.com"] {
        check_problem(&server.raw(&request("GET", &target, &[("Host", host)], b"")), 403);
    }
    assert_eq!(get(&server, BOOK).json()["title"], "A Handcart's Tale");
}
