//! Forms of other sites: they change nothing.

use super::{api_says, check_page, customer_with_cart, filled_cart};
use crate::support::TestServer;
use crate::support::pages::{Customer, Form, purchase_link, text_of};

#[test]
fn a_form_is_refused_when_the_browser_says_that_it_is_not_ours() {
    let server = TestServer::start();
    let cart = filled_cart(&server);
    let mut customer = customer_with_cart(&server);
    let form = Form::first(&customer.open(&purchase_link(&cart)));
    for headers in [
        &[("Sec-Fetch-Site", "cross-site")][..],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "nonsense")],
        &[("Sec-Fetch-Site", "")],
        &[("Origin", "null")],
        &[("Origin", "http://evil.test")],
        &[("Origin", "http://shop.test.evil.test")],
        &[("Origin", "http://shop.test:8080")],
        &[("Origin", "shop.test")],
        &[("Origin", "")],
        &[("Origin", "http://shop.test"), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", "http://shop.test"), ("Origin", "http://evil.test")],
        &[("Sec-Fetch-Site", "same-origin"), ("Origin", "http://evil.test")],
    ] {
        let answer = customer.send("POST", &form.action, headers, &form.body());
        check_page(&answer, 403);
        assert!(text_of(&answer).contains("This did not come from one of our pages"), "{headers:?}");
        let mut nobody = Customer::of(&server);
        assert_eq!(nobody.send("POST", &form.action, headers, &form.body()).status, 403, "{headers:?}, no cookie");
        assert_eq!(nobody.cookie, None);
    }
    assert_eq!(api_says(&server, &cart), "B000000001 x 2, B000000003 x 1*");
}

#[test]
fn a_form_is_taken_when_the_browser_says_that_it_is_ours() {
    let server = TestServer::start();
    for headers in [
        &[][..],
        &[("Sec-Fetch-Site", "same-origin")],
        &[("Sec-Fetch-Site", "none")],
        &[("Origin", "http://shop.test")],
        &[("Origin", "http://SHOP.test:80"), ("Sec-Fetch-Site", "same-origin")],
        &[("Origin", "http://cartwright.test")],
    ] {
        let mut customer = customer_with_cart(&server);
        let form = Form::first(&customer.open(&purchase_link(&filled_cart(&server))));
        assert_eq!(customer.send("POST", &form.action, headers, &form.body()).status, 303, "{headers:?}");
    }
}

#[test]
fn behind_a_trusted_proxy_the_origin_is_what_the_customer_sees() {
    let with = |trusted: bool| {
        TestServer::with(|config| {
            config.public_url = None;
            config.trust_proxy = if trusted { vec!["127.0.0.0/8".parse().unwrap()] } else { Vec::new() };
        })
    };
    let headers = [
        ("Host", "inner.test"),
        ("X-Forwarded-Host", "front.test"),
        ("X-Forwarded-Proto", "https"),
        ("Origin", "https://front.test"),
    ];
    for (trusted, status) in [(true, 303), (false, 403)] {
        let server = with(trusted);
        let mut customer = Customer::of(&server);
        let form = Form::first(&customer.open(&purchase_link(&filled_cart(&server))));
        assert_eq!(customer.send("POST", &form.action, &headers, &form.body()).status, status, "{trusted}");
    }
}

#[test]
fn with_a_cookie_the_form_needs_the_customers_token_or_the_browsers_word() {
    let server = TestServer::start();
    let mut customer = customer_with_cart(&server);
    let token = Form::first(&customer.open("/gp/cart/view.html")).value("token").to_owned();
    let other = Form::first(&customer_with_cart(&server).open("/gp/cart/view.html")).value("token").to_owned();
    assert_ne!(token, other);
    for path in
        ["/gp/cart/aws-merge/confirm", "/gp/cart/view/change", "/gp/cart/checkout/place", "/gp/aws/cart/add/confirm"]
    {
        let form = Form { action: path.to_owned(), fields: vec![("x".to_owned(), "y".to_owned())] };
        for (form, refused) in [
            (form.clone(), true),
            (form.clone().with("token", &other), true),
            (form.clone().with("token", &token[1..]), true),
            (form.clone().with("token", &token), false),
        ] {
            assert_eq!(customer.submit(&form).status == 403, refused, "{path} {form:?}");
        }
        let same_origin = [("Sec-Fetch-Site", "same-origin")];
        assert_ne!(customer.send("POST", path, &same_origin, &form.body()).status, 403, "{path}: the browser's word");
        let origin = [("Origin", "http://shop.test")];
        assert_ne!(customer.send("POST", path, &origin, &form.body()).status, 403, "{path}: an older browser's word");
        let none = [("Sec-Fetch-Site", "none")];
        assert_eq!(customer.send("POST", path, &none, &form.body()).status, 403, "{path}: no word of a page");
        let wrong = form.with("token", &other);
        assert_eq!(customer.send("POST", path, &same_origin, &wrong.body()).status, 403, "{path}: a wrong token");
    }
}

#[test]
fn the_cookie_is_for_this_server_and_out_of_reach_of_scripts_and_other_sites() {
    let server = TestServer::start();
    let link = purchase_link(&filled_cart(&server));
    let cookie = server.get(&link).header("set-cookie").unwrap().to_owned();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    let number = value.strip_prefix("cartwright-customer=").unwrap();
    assert!(number.len() == 32 && number.bytes().all(|b| b.is_ascii_hexdigit()), "{number}");
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax");
    let mut customer = customer_with_cart(&server);
    assert_eq!(customer.open(&link).header("set-cookie"), None, "one customer keeps one number");
    let secure = TestServer::with(|config| config.public_url = Some("https://shop.test".to_owned()));
    let cookie = secure.get(&purchase_link(&filled_cart(&secure))).header("set-cookie").unwrap().to_owned();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
}
