//! Where PurchaseURL and MobileCartURL lead (docs/PROTOCOL.md, sections 4.6 and 4.7).

use crate::support::{Answer, TestServer, request};
use cartwright::cart::Locale;
use cartwright::config::{Config, Links};

const TARGET: &str =
    "/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=CartCreate&Item.1.ASIN=B000000001";

/// A server that knows its address by nothing but what requests say.
fn server(change: impl FnOnce(&mut Config)) -> TestServer {
    TestServer::with(|config| {
        config.public_url = None;
        change(config);
    })
}

/// Everything of the PurchaseURL before the path.
fn base(server: &TestServer, target: &str, headers: &[(&str, &str)]) -> String {
    let url = server.raw(&request("GET", target, headers, b"")).text("PurchaseURL");
    url.split_once("/gp/cart/aws-merge.html?cart-id=").unwrap_or_else(|| panic!("{url}")).0.to_owned()
}

fn tail(answer: &Answer, url: &str) -> String {
    answer.text(url).split_once('?').unwrap().1.to_owned()
}

#[test]
fn links_lead_to_where_the_client_found_this_server() {
    let server = server(|_| {});
    for host in ["localhost:2005", "shop.test", "de.shop.test:8080", "[::1]:2005", "127.0.0.1"] {
        assert_eq!(base(&server, TARGET, &[("Host", host)]), format!("http://{host}"));
    }
    assert_eq!(
        base(&server, &format!("/us{TARGET}"), &[("Host", "shop.test")]),
        "http://shop.test",
        "without a prefix"
    );
    let absolute = format!("http://proxied.test:81{TARGET}");
    assert_eq!(base(&server, &absolute, &[("Host", "shop.test")]), "http://proxied.test:81");
}

#[test]
fn a_request_for_amazon_is_sent_back_to_the_bound_address() {
    let server = server(|_| {});
    let bound = format!("http://{}", server.addr);
    for host in ["webservices.amazon.com", "ecs.amazonaws.co.uk:80", "www.amazon.de"] {
        assert_eq!(base(&server, TARGET, &[("Host", host)]), bound, "{host}");
    }
    let absolute = format!("http://ecs.amazonaws.com{TARGET}");
    assert_eq!(base(&server, &absolute, &[("Host", "shop.test")]), bound);
    let without_host = server.raw(format!("GET {TARGET} HTTP/1.0\r\n\r\n").as_bytes());
    assert!(without_host.text("PurchaseURL").starts_with(&format!("{bound}/gp/")), "no Host at all");
}

#[test]
fn a_public_url_beats_them_all() {
    let server = server(|config| {
        config.public_url = Some("https://carts.test/base".to_owned());
        config.trust_proxy = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let headers =
        [("Host", "webservices.amazon.com"), ("X-Forwarded-Host", "front.test"), ("X-Forwarded-Proto", "http")];
    assert_eq!(base(&server, TARGET, &headers), "https://carts.test/base");
}

#[test]
fn forwarded_headers_count_only_from_a_trusted_proxy() {
    let headers = [("Host", "shop.test"), ("X-Forwarded-Host", "front.test:8443"), ("X-Forwarded-Proto", "https")];
    for (trusted, expected) in [
        (None, "http://shop.test"),
        (Some("10.0.0.0/8"), "http://shop.test"),
        (Some("127.0.0.1/32"), "https://front.test:8443"),
    ] {
        let server =
            server(|config| config.trust_proxy = trusted.map(|net| net.parse().unwrap()).into_iter().collect());
        assert_eq!(base(&server, TARGET, &headers), expected, "{trusted:?}");
    }
    let server = server(|config| config.trust_proxy = vec!["127.0.0.0/8".parse().unwrap()]);
    let chain =
        [("Host", "shop.test"), ("X-Forwarded-Host", "first.test, second.test"), ("X-Forwarded-Proto", "https,http")];
    assert_eq!(base(&server, TARGET, &chain), "https://first.test", "the first is what the client used");
    assert_eq!(base(&server, TARGET, &[("Host", "shop.test"), ("X-Forwarded-Proto", "https")]), "https://shop.test");
    let locale = [("Host", "shop.test"), ("X-Forwarded-Host", "webservices.amazon.co.uk")];
    let answer = server.raw(&request("GET", TARGET, &locale, b""));
    assert_eq!(answer.text("CurrencyCode"), "GBP", "the forwarded host names the locale, too");
    assert!(answer.text("PurchaseURL").starts_with(&format!("http://{}/gp/", server.addr)));
}

#[test]
fn a_locale_is_not_read_from_a_forwarded_host_of_nobody() {
    let server = server(|_| {});
    let headers = [("Host", "shop.test"), ("X-Forwarded-Host", "webservices.amazon.co.uk")];
    assert_eq!(server.raw(&request("GET", TARGET, &headers, b"")).text("CurrencyCode"), "USD");
}

#[test]
fn amazons_own_hosts_are_printed_as_in_each_era_when_asked_for() {
    let server = server(|config| config.links = Links::Amazon);
    let url = |locale: &str, version: &str, element: &str| {
        let answer = server.call_in(locale, &format!("Operation=CartCreate&Item.1.ASIN=B000000001&Version={version}"));
        answer.text(element).split_once('?').unwrap().0.to_owned()
    };
    for (locale, version, expected) in [
        ("us", "2005-10-05", "https://www.amazon.com"),
        ("us", "2013-08-01", "https://www.amazon.com"),
        ("uk", "2011-08-01", "https://www.amazon.co.uk"),
        ("de", "2011-08-01", "https://www.amazon.de"),
        ("fr", "2011-08-01", "https://www.amazon.fr"),
        ("ca", "2011-08-01", "https://www.amazon.ca"),
        ("cn", "2011-08-01", "https://www.amazon.cn"),
        ("jp", "2011-08-01", "https://www.amazon.co.jp"),
        ("jp", "2013-08-01", "https://www.amazon.jp"),
    ] {
        assert_eq!(
            url(locale, version, "PurchaseURL"),
            format!("{expected}/gp/cart/aws-merge.html"),
            "{locale} {version}"
        );
    }
    assert_eq!(url("jp", "2011-08-01", "MobileCartURL"), "http://www.amazon.co.jp/gp/aw/rcart");
    assert_eq!(url("jp", "2013-08-01", "MobileCartURL"), "https://www.amazon.jp/gp/aw/rcart");
}

#[test]
fn the_five_parameters_are_one_and_the_hmac_is_encoded_as_in_its_era() {
    let server = TestServer::start();
    // Until one has all three characters that can be encoded.
    let cart = loop {
        let cart = server.call_in("jp", "Operation=CartCreate&Item.1.ASIN=B000000001&AssociateTag=tag-22");
        if cart.text("HMAC").contains('+') && cart.text("HMAC").contains('/') {
            break cart;
        }
    };
    let get = |version: &str| {
        server.call_in("jp", &format!("Operation=CartGet&AssociateTag=tag-22&Version={version}&{}", cart.cart()))
    };
    let expected = |hmac: &str| {
        format!(
            "cart-id={}%26associate-id=tag-22%26hmac={hmac}%26SubscriptionId=AKIATEST%26MergeCart=False",
            cart.text("CartId")
        )
    };
    let half = cart.text("HMAC").replace('+', "%2B");
    for version in ["2004-11-10", "2005-10-05", "2010-12-01", "2011-08-01"] {
        assert_eq!(tail(&get(version), "PurchaseURL"), expected(&half), "{version}");
    }
    assert_eq!(tail(&get("2011-08-01"), "MobileCartURL"), expected(&half) + "%26uid=NULLGWDOCOMO");
    let full = cart.text("URLEncodedHMAC");
    assert_eq!(tail(&get("2013-08-01"), "PurchaseURL"), expected(&full));
    assert_eq!(tail(&get("2013-08-01"), "MobileCartURL"), expected(&full) + "%26uid=NULLGWDOCOMO");
}

#[test]
fn china_has_real_ampersands() {
    let server = TestServer::with(|config| config.locale = Locale::Cn);
    let answer = server.get(TARGET);
    let url = answer.text("PurchaseURL");
    assert!(
        url.contains("&associate-id=ws&hmac=") && url.ends_with("&SubscriptionId=AKIATEST&MergeCart=False"),
        "{url}"
    );
    assert!(answer.body.contains("&amp;associate-id=ws&amp;hmac="), "escaped in the document");
}
