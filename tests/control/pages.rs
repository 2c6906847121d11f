//! Lists in pages, and what they leave out.

use super::{check_problem, delete, get, load, record};
use crate::support::TestServer;

/// Every page of a list.
#[track_caller]
fn all(server: &TestServer, query: &str) -> (Vec<String>, Vec<usize>) {
    let (mut asins, mut sizes, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let (page, next) = get(server, &format!("/catalog?{query}{cursor}")).page();
        sizes.push(page.len());
        asins.extend(page);
        let Some(next) = next else { return (asins, sizes) };
        cursor = format!("&cursor={next}");
    }
}

fn stocked(count: usize) -> TestServer {
    let server = TestServer::start();
    let lines: Vec<String> = (0..count).map(|n| record(n).replace("\"us\"", "\"mx\"")).collect();
    assert_eq!(load(&server, "/catalog", &lines.join("\n")).status, 200);
    server
}

#[test]
fn a_list_comes_in_pages_without_gaps_and_repetitions() {
    let server = stocked(250);
    let expected: Vec<String> = (0..250).map(|n| format!("C{n:09}")).collect();
    assert_eq!(all(&server, "locale=mx"), (expected.clone(), vec![100, 100, 50]));
    assert_eq!(all(&server, "locale=mx&limit=125"), (expected.clone(), vec![125, 125]));
    assert_eq!(all(&server, "locale=mx&limit=1000"), (expected.clone(), vec![250]));
    assert_eq!(all(&server, "locale=mx&limit=7").0, expected);
    assert!(all(&server, "limit=33").0.len() > 250, "other locales have products too");
}

#[test]
fn a_page_is_not_disturbed_by_what_changes_before_it() {
    let server = stocked(30);
    let (first, next) = get(&server, "/catalog?locale=mx&limit=10").page();
    assert_eq!(first.len(), 10);
    for asin in &first {
        assert_eq!(delete(&server, &format!("/catalog/mx/{asin}")).status, 204);
    }
    let (second, _) = get(&server, &format!("/catalog?locale=mx&limit=10&cursor={}", next.unwrap())).page();
    assert_eq!(second, (10..20).map(|n| format!("C{n:09}")).collect::<Vec<_>>());
}

#[test]
fn filters_leave_out_what_does_not_fit() {
    let server = stocked(3);
    let (found, next) = get(&server, "/catalog?asin=C000000001").page();
    assert_eq!((found, next), (vec!["C000000001".to_owned()], None));
    assert_eq!(get(&server, "/catalog?asin=C000000001&locale=us").page().0, [""; 0]);
    assert_eq!(get(&server, "/catalog?asin=C000000001&locale=mx").page().0, ["C000000001"]);
    // The same ASIN at several sites, in pages too.
    for locale in ["us", "au", "de"] {
        load(&server, "/catalog", &record(1).replace("\"us\"", &format!("\"{locale}\"")));
    }
    let locales = |query: &str| {
        let list = get(&server, &format!("/catalog?asin=C000000001{query}")).json();
        let items = list["items"].as_array().unwrap().iter();
        let locales: Vec<String> = items.map(|item| item["locale"].as_str().unwrap().to_owned()).collect();
        (locales.join(" "), list["next"].as_str().map(str::to_owned))
    };
    assert_eq!(locales(""), ("au de mx us".to_owned(), None));
    let (first, next) = locales("&limit=3");
    assert_eq!(first, "au de mx");
    assert_eq!(locales(&format!("&cursor={}", next.unwrap())), ("us".to_owned(), None));
}

#[test]
fn an_empty_list_has_no_next_page() {
    let server = TestServer::start();
    assert_eq!(get(&server, "/catalog?locale=br").body, r#"{"items":[],"next":null}"#);
}

#[test]
fn what_a_query_says_is_checked() {
    let server = TestServer::start();
    for (query, detail) in [
        ("limit=0", "limit: \"0\" is no whole number from 1 to 1000"),
        ("limit=1001", "limit: \"1001\" is no whole number from 1 to 1000"),
        ("limit=-1", "limit: \"-1\" is no whole number from 1 to 1000"),
        ("limit=", "limit: \"\" is no whole number from 1 to 1000"),
        ("limit=99999999999999999999", "limit: \"99999999999999999999\" is no whole number from 1 to 1000"),
        ("cursor=x", "cursor: it is no cursor of this list; take one from `next`"),
        ("cursor=us.x", "cursor: it is no cursor of this list; take one from `next`"),
        ("cursor=", "cursor: it is no cursor of this list; take one from `next`"),
        ("locale=xx", "locale: \"xx\" is no locale; known ones are us, uk, de, jp, ca, fr, cn, es, it, in, br, mx, au"),
        ("asin=1", "asin: an ASIN has 10 characters of A-Z and 0-9"),
        ("lokale=us", "unknown parameter \"lokale\"; did you mean locale?"),
        ("qqqqqqqqqqqqqqq", "unknown parameter \"qqqqqqqqqqqqqqq\"; known ones are limit, cursor, locale, asin"),
        ("limit=1&limit=2", "the parameter limit is given twice"),
        ("%6Cimit=1&limit=2", "the parameter limit is given twice"),
    ] {
        let answer = get(&server, &format!("/catalog?{query}"));
        check_problem(&answer, 400);
        assert_eq!(answer.json()["detail"], detail);
    }
    let nowhere = get(&server, &format!("{}?pretty=1", super::BOOK));
    check_problem(&nowhere, 400);
    assert_eq!(nowhere.json()["detail"], "unknown parameter \"pretty\"; there is none here");
}
