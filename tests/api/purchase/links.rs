//! The forms in which a PurchaseURL arrives, and where the pages are reached.

use super::{api_says, check_page, filled_cart};
use crate::support::pages::{Customer, Form, encoded, purchase_link, text_of};
use crate::support::{TestServer, request};

#[test]
fn every_recorded_form_of_the_link_shows_the_cart() {
    let server = TestServer::start();
    // Until one has all characters that can be encoded.
    let cart = loop {
        let cart = filled_cart(&server);
        if cart.text("HMAC").contains('+') && cart.text("HMAC").contains('/') {
            break cart;
        }
    };
    let (id, hmac) = (cart.text("CartId"), cart.text("HMAC"));
    let half = hmac.replace('+', "%2B");
    let full = half.replace('/', "%2F").replace('=', "%3D");
    let twice = full.replace('%', "%25");
    let raw = hmac.as_str();
    for path in ["/gp/cart/aws-merge.html", "/de/gp/cart/aws-merge.html", "/gp/aw/rcart"] {
        for (and, is) in [("%26", "="), ("&", "="), ("%26", "%3D"), ("%2526", "=")] {
            for hmac in [raw, &half, &full, &twice] {
                for key in ["SubscriptionId", "AWSAccessKeyId"] {
                    let pairs = [("associate-id", "tag-20"), ("hmac", hmac), (key, "AKIATEST"), ("MergeCart", "False")];
                    let rest = pairs.map(|(name, value)| format!("{and}{name}{is}{value}")).concat();
                    let link = format!("{path}?cart-id{is}{id}{rest}");
                    let page = server.get(&link);
                    assert_eq!(page.status, 200, "{link}");
                    assert!(text_of(&page).contains("Total $25.90"), "{link}");
                    assert_eq!(Form::first(&page).value("hmac"), raw, "{link}");
                }
            }
        }
    }
}

#[test]
fn a_posted_link_shows_the_page_wherever_its_parameters_are() {
    let server = TestServer::start();
    let link = purchase_link(&filled_cart(&server));
    let (path, query) = link.split_once('?').unwrap();
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    for (target, body) in [(link.as_str(), ""), (path, query)] {
        let page = server.raw(&request("POST", target, &form, body.as_bytes()));
        check_page(&page, 200);
        assert!(text_of(&page).contains("Total $25.90"), "{target} {body}");
        assert_eq!(page.header("set-cookie"), None, "a form of another site brings no cookie that could be kept");
    }
    let bare = query.replace("%26", "&");
    let page = server.raw(&request("POST", path, &form, bare.as_bytes()));
    assert!(text_of(&page).contains("Total $25.90"));
}

#[test]
fn the_links_of_every_version_and_site_lead_to_their_carts() {
    let server = TestServer::start();
    for locale in ["us", "uk", "de", "jp", "ca", "fr", "cn"] {
        for version in ["2004-08-01", "2005-10-05", "2011-08-01", "2013-08-01"] {
            let create = "Operation=CartCreate&AssociateTag=tag%2B1&Item.1.ASIN=B000000001";
            let cart = server.call_in(locale, &format!("{create}&Version={version}"));
            let page = server.get(&purchase_link(&cart));
            assert_eq!(page.status, 200, "{locale} {version}");
            assert!(text_of(&page).contains("tag+1"), "{locale} {version}");
            if cart.has("MobileCartURL") {
                let mobile = cart.text("MobileCartURL");
                let mobile = server.get(&mobile[mobile.find("/gp/").unwrap()..]);
                assert_eq!(text_of(&mobile), text_of(&page), "{locale} {version}");
            }
        }
    }
}

#[test]
fn an_odd_tag_and_an_odd_key_survive_the_page() {
    let server = TestServer::with(|config| config.signatures = cartwright::config::Signatures::Ignored);
    for tag in ["a&b=c%", "a b+c", "\"><b>x", "tag\r\nline", "tag\nline", "%2541", "ü%00\0", "日本", "&amp;#39;"] {
        let key = format!("key {tag}");
        let query = format!(
            "Service=AWSECommerceService&AWSAccessKeyId={}&Operation=CartCreate&AssociateTag={}&Item.1.ASIN=B000000001",
            encoded(&key),
            encoded(tag)
        );
        let cart = server.get(&format!("/us/onca/xml?{query}"));
        let mut customer = Customer::of(&server);
        let page = customer.open(&purchase_link(&cart));
        check_page(&page, 200);
        let answer = customer.submit(&Form::first(&page));
        assert_eq!(answer.status, 303, "{tag:?}: {}", answer.body);
        let cart = customer.open("/gp/cart/view.html");
        assert!(text_of(&cart).contains("A Handcart's Tale"), "{tag:?}");
    }
}

#[test]
fn hosts_and_prefixes_name_the_site_of_the_pages() {
    let server = TestServer::with(|config| config.public_url = None);
    let page = |path: &str, host: &str| {
        let answer = server.raw(&request("GET", path, &[("Host", host)], b""));
        check_page(&answer, 200);
        answer.body.split("lang=\"").nth(1).unwrap()[..2].to_owned()
    };
    for (path, host, lang) in [
        ("/gp/cart/view.html", "shop.test", "en"),
        ("/de/gp/cart/view.html", "shop.test", "de"),
        ("/gp/cart/view.html", "www.amazon.co.jp", "ja"),
        ("/gp/cart/view.html", "de.localhost", "de"),
        ("/us/gp/cart/view.html", "de.localhost", "en"),
    ] {
        assert_eq!(page(path, host), lang, "{path} at {host}");
    }
    // The ways on a page lead back to the same site.
    let cart = server.call_in("us", "Operation=CartCreate&AssociateTag=tag-20&Item.1.ASIN=B000000001");
    let there = server.raw(&request("GET", &purchase_link(&cart), &[("Host", "de.localhost")], b""));
    assert_eq!(Form::first(&there).action, "/us/gp/cart/aws-merge/confirm");
    assert_eq!(api_says(&server, &cart), "B000000001 x 1");
}

#[test]
fn below_a_path_of_a_proxy_all_ways_have_that_path() {
    let server = TestServer::with(|config| config.public_url = Some("https://shop.test/stand-in".to_owned()));
    let link = purchase_link(&filled_cart(&server));
    let page = server.get(&link);
    assert_eq!(Form::first(&page).action, "/stand-in/gp/cart/aws-merge/confirm");
    assert!(page.body.contains("href=\"/stand-in/gp/cart/view.html\""));
    assert!(page.body.contains("href=\"/stand-in/gp/style-"));
}

#[test]
fn other_methods_are_told_which_there_are() {
    let server = TestServer::start();
    for (path, methods, allowed) in [
        ("/gp/cart/aws-merge.html", &["PUT", "DELETE", "OPTIONS"][..], "GET, HEAD, POST"),
        ("/gp/aw/rcart", &["PATCH"], "GET, HEAD, POST"),
        ("/gp/aws/cart/add.html", &["PUT"], "GET, HEAD, POST"),
        ("/gp/cart/view.html", &["POST", "PUT"], "GET, HEAD"),
        ("/gp/cart/checkout.html", &["POST"], "GET, HEAD"),
        ("/gp/cart/order.html", &["POST"], "GET, HEAD"),
        ("/gp/cart/aws-merge/confirm", &["GET", "HEAD", "PUT"], "POST"),
        ("/gp/cart/view/change", &["GET"], "POST"),
        ("/gp/cart/checkout/place", &["GET"], "POST"),
        ("/de/gp/aws/cart/add/confirm", &["GET"], "POST"),
    ] {
        for method in methods {
            let answer = server.raw(&request(method, path, &[], b""));
            assert_eq!((answer.status, answer.header("allow")), (405, Some(allowed)), "{method} {path}");
            if *method != "HEAD" {
                check_page(&answer, 405);
            }
        }
    }
}

#[test]
fn an_unknown_page_has_the_common_look_and_the_sites_language() {
    let server = TestServer::start();
    for (path, title) in [
        ("/gp/", "There is no such page"),
        ("/gp/cart/nothing.html", "There is no such page"),
        ("/de/gp/x", "Diese Seite gibt es nicht"),
        ("/jp/gp/x", "ページが見つかりません"),
    ] {
        let page = server.get(path);
        check_page(&page, 404);
        assert!(text_of(&page).contains(title), "{path}");
    }
}

#[test]
fn the_style_sheet_has_a_name_of_its_content_and_may_be_kept() {
    let server = TestServer::start();
    let page = server.get("/gp/cart/view.html");
    let href = page.body.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(href.starts_with("/gp/style-"), "{href}");
    let style = server.get(&href);
    assert_eq!((style.status, style.header("content-type")), (200, Some("text/css; charset=utf-8")));
    assert_eq!(style.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(style.header("x-content-type-options"), Some("nosniff"));
    assert!(style.body.contains("prefers-color-scheme: dark"));
    for outside in ["url(", "@import", "http"] {
        assert!(!style.body.contains(outside), "{outside}");
    }
    assert_eq!(server.raw(&request("POST", &href, &[], b"")).status, 405);
    check_page(&server.get("/gp/style-0000000000000000.css"), 404);
}
