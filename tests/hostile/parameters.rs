//! Queries and forms: what is missing, unknown, repeated, undecodable, too much.

use super::{CREATE, check, check_alive, document, form};
use crate::support::{Answer, Element, TestServer, request};
use std::time::Instant;

const KEY: &str = "Service=AWSECommerceService&AWSAccessKeyId=AKIATEST";

fn get(server: &TestServer, query: &[u8]) -> Answer {
    let mut bytes = b"GET /onca/xml?".to_vec();
    bytes.extend(query);
    bytes.extend(b" HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");
    server.raw(&bytes)
}

#[test]
fn mistakes_in_the_common_parameters_have_their_documents() {
    let server = TestServer::start();
    for (query, status, code) in [
        ("", 200, "AWS.MissingServiceParameter"),
        ("&&&=&==&?&%", 200, "AWS.MissingServiceParameter"),
        ("service=AWSECommerceService", 200, "AWS.MissingServiceParameter"),
        ("Service=&Operation=CartGet", 200, "AWS.MissingServiceParameter"),
        ("Service=Other&Operation=CartGet", 200, "AWS.InvalidServiceParameter"),
        ("Service=AWSECommerceService", 200, "AWS.InvalidOperationParameter"),
        ("Service=AWSECommerceService&Operation=", 200, "AWS.InvalidOperationParameter"),
        ("Service=AWSECommerceService&Operation=cartget", 200, "AWS.InvalidOperationParameter"),
        ("Service=AWSECommerceService&Operation=CartGet%00", 200, "AWS.InvalidOperationParameter"),
        ("Service=AWSECommerceService&Operation=CartGet&Version=2011-02-30", 200, "AWS.InvalidISO8601Time"),
        ("Service=AWSECommerceService&Operation=CartGet&Version=%FF", 200, "AWS.InvalidISO8601Time"),
        ("Service=AWSECommerceService&Operation=CartGet", 403, "MissingClientTokenId"),
        ("Service=AWSECommerceService&Operation=CartGet&AWSAccessKeyId=", 403, "MissingClientTokenId"),
        (&format!("{KEY}&Operation=CartGet"), 200, "AWS.MissingParameters"),
        (&format!("{KEY}&Operation=CartGet&Version=0000-01-01"), 200, "AWS.MissingParameters"),
        (&format!("{KEY}&Operation=CartGet&Version=9999-12-31"), 200, "AWS.MissingParameters"),
    ] {
        check(&server.raw(&request("GET", &format!("/onca/xml?{query}"), &[], b"")), status, code);
        check(&server.raw(&form(query.as_bytes())), status, code);
    }
    check_alive(&server);
}

#[test]
fn repeated_parameters_are_told_each_once() {
    let server = TestServer::start();
    let repeated =
        "&MergeCart=True&MergeCart=False&MergeCart=True&Item.1.Quantity=1&Item.1.Quantity=2&Item.1.ASIN=B000000002";
    let answer = server.raw(&form(format!("{CREATE}{repeated}").as_bytes()));
    check(&answer, 200, "AWS.ParameterRepeatedInRequest");
    assert_eq!(answer.codes(), ["AWS.ParameterRepeatedInRequest"; 3]);
    // The first of them decides what kind of answer it is.
    let answer =
        get(&server, format!("{CREATE}&Operation=CartGet&Service=Other&Version=x&AWSAccessKeyId=B").as_bytes());
    assert_eq!(document(&answer).name, "CartCreateResponse");
    check_alive(&server);
}

#[test]
fn what_cannot_be_decoded_is_echoed_as_far_as_it_can_be() {
    let server = TestServer::start();
    for (sent, echoed) in [
        (&b"%"[..], "%"),
        (b"%z%4%%41", "%z%4%A"),
        (b"%ff%fe", "\u{FFFD}\u{FFFD}"),
        (b"\xff\xc3", "\u{FFFD}\u{FFFD}"),
        (b"\xc3\xa9", "é"),
        (b"%C3%A9", "é"),
        (b"%ED%A0%80", "\u{FFFD}\u{FFFD}\u{FFFD}"),
        (b"a%00b", "a\u{FFFD}b"),
        (b"%0d%0a%09", "\r\n\t"),
        (b"%EF%BF%BE", "\u{FFFD}"),
        (b"]]%3E%3C!--%26lt;", "]]><!--&lt;"),
        (b"%3C?xml?%3E", "<?xml?>"),
        (b"a=b=c", "a=b=c"),
    ] {
        let query = [CREATE.as_bytes(), b"&Odd=", sent, b"&Item.1.ListItemId=", sent].concat();
        for answer in [server.raw(&form(&query)), get(&server, &query)] {
            // Bytes that no URI may have are refused by the HTTP library in a query.
            if answer.status == 400 && answer.body.is_empty() {
                continue;
            }
            let root = check(&answer, 200, "");
            assert_eq!(argument(&root, "Odd"), Some(echoed), "{}", String::from_utf8_lossy(sent));
            let item = root.find(&["Cart", "Request", "CartCreateRequest", "Items", "Item", "ListItemId"]).unwrap();
            assert_eq!(item.text, echoed);
        }
    }
    check_alive(&server);
}

#[test]
fn names_may_be_anything_and_are_echoed() {
    let server = TestServer::start();
    let odd = "&%3Cname%3E=x&=nameless&Item=1&Item.=2&Item..=3&Item.1.=4&Item.1.ASIN.=5&Item.1.MetaData=6\
               &Item.1.MetaData.=7&Item.1.MetaData.1=8&Item.1.MetaData.1.Odd=9&ITEM.1.ASIN=10&%00=nul";
    let root = check(&server.raw(&form(format!("{CREATE}{odd}").as_bytes())), 200, "");
    for (name, value) in
        [("<name>", "x"), ("", "nameless"), ("Item..", "3"), ("Item.1.ASIN.", "5"), ("\u{FFFD}", "nul")]
    {
        assert_eq!(argument(&root, name), Some(value), "{name}");
    }
    check_alive(&server);
}

fn argument<'r>(root: &'r Element, name: &str) -> Option<&'r str> {
    let arguments = root.find(&["OperationRequest", "Arguments"])?;
    arguments.children.iter().find(|argument| argument.attribute("Name") == Some(name))?.attribute("Value")
}

#[test]
fn quantities_that_are_none_are_out_of_range() {
    let server = TestServer::start();
    let create = "Operation=CartCreate&Version=2011-08-01&Item.1.ASIN=B000000001&Item.1.Quantity=";
    for quantity in [
        "",
        "0",
        "-1",
        "1000",
        "1.0",
        "1e1",
        "+1",
        "%201",
        "1%20",
        "0x1",
        "%EF%BC%91",
        "4294967297",
        "18446744073709551617",
        "999999999999999999999999999999999999999",
        "NaN",
        "%00",
    ] {
        check(&server.call(&format!("{create}{quantity}")), 200, "AWS.ParameterOutOfRange");
    }
    for quantity in ["1", "999", "0001"] {
        check(&server.call(&format!("{create}{quantity}")), 200, "");
    }
    check_alive(&server);
}

#[test]
fn a_query_of_60_kib_is_read() {
    let server = TestServer::start();
    let answer = get(&server, format!("{CREATE}&Long={}", "x".repeat(60 * 1024)).as_bytes());
    let root = check(&answer, 200, "");
    assert_eq!(argument(&root, "Long").map(str::len), Some(60 * 1024));
    check_alive(&server);
}

#[test]
fn ten_thousand_items_are_taken_in_one_go() {
    let server = TestServer::start();
    let items = |asin: &dyn Fn(usize) -> String| -> String {
        (0..10_000).map(|n| format!("&Item.{n}.ASIN={}", asin(n))).collect::<Vec<_>>().concat()
    };
    let create = "Operation=CartCreate&Version=2011-08-01";
    for (what, items, codes) in [
        ("one product 10,000 times", items(&|_| "B000000001".to_owned()), 9_999),
        ("10,000 unknown products", items(&|n| format!("C{n:09}")), 10_000),
        ("10,000 malformed ASINs", items(&|n| format!("{n}")), 10_000),
    ] {
        let began = Instant::now();
        let answer = server.raw(&form(format!("{KEY}&{create}{items}").as_bytes()));
        println!("{what}: {:?}, {} bytes", began.elapsed(), answer.body.len());
        assert_eq!(answer.status, 200);
        assert_eq!(answer.codes().len(), codes, "{what}");
        check_end(&answer);
    }
    check_alive(&server);
}

/// The work for a request must not grow with the square of its size: 1 MiB of small parameters would take minutes.
#[test]
fn a_mebibyte_of_small_parameters_is_answered_whatever_they_are() {
    let server = TestServer::start();
    let filled = |part: &dyn Fn(usize) -> String| {
        let mut body = CREATE.to_owned();
        for n in 0.. {
            let part = part(n);
            if body.len() + part.len() > 1024 * 1024 {
                return body;
            }
            body += &part;
        }
        body
    };
    // However slow the machine is, none takes much longer than those that are not even looked at.
    let mut plain = None;
    for (what, body) in [
        ("unknown parameters", filled(&|n| format!("&p{n}=x"))),
        (
            "one parameter repeated at the end",
            filled(&|n| format!("&{}", if n < 50_000 { format!("p{n}") } else { "MergeCart=True".to_owned() })),
        ),
        ("one parameter repeated", filled(&|_| "&MergeCart=True".to_owned())),
        ("many parameters repeated", filled(&|n| format!("&Item.{n}.ASIN=1&Item.{n}.ASIN=1"))),
        ("pairs of meta data", filled(&|n| format!("&Item.1.MetaData.{n}.Key=1"))),
        ("response groups", format!("{CREATE}&ResponseGroup={}", "a,".repeat(100_000))),
        ("valid response groups", format!("{CREATE}&ResponseGroup={}", "Cart,".repeat(100_000))),
        ("one long value", format!("{CREATE}&Long={}", "%3C".repeat(300_000))),
        ("separators", format!("{CREATE}{}", "&".repeat(1_000_000))),
        ("nameless parameters", format!("{CREATE}{}", "&=".repeat(100_000))),
    ] {
        let began = Instant::now();
        let answer = server.raw(&form(body.as_bytes()));
        let took = began.elapsed();
        println!("{what}: {took:?}, {} bytes of answer", answer.body.len());
        assert_eq!(answer.status, 200, "{what}");
        check_end(&answer);
        let plain = *plain.get_or_insert(took);
        assert!(took < plain * 15, "{what}: {took:?}, when plain ones take {plain:?}");
    }
    check_alive(&server);
}

/// That the document is whole. Reading megabytes of it as strictly as the others would take most of the time of these tests.
#[track_caller]
fn check_end(answer: &Answer) {
    let (begin, end) =
        ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><CartCreateResponse ", "</Request></Cart></CartCreateResponse>");
    let shown = "</CartItems></Cart></CartCreateResponse>";
    assert!(answer.body.starts_with(begin) && (answer.body.ends_with(end) || answer.body.ends_with(shown)));
    assert_eq!(answer.header("content-type"), Some("text/xml;charset=UTF-8"));
}
