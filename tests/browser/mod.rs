//! The purchase hand-off in a real browser: follows the PurchaseURL of a cart that was made over the API, as its customer would.
//!
//! Where `CARTWRIGHT_SCREENSHOTS` names a folder, every page is photographed there, wide and narrow, by day and by night.

mod driver;

use crate::support::pages::encoded;
use crate::support::{Answer, TestServer, request};
use driver::Browser;
use fantoccini::Locator;

/// A server that knows its address by what requests say, as one does that nobody has configured.
fn server() -> TestServer {
    TestServer::with(|config| config.public_url = None)
}

/// An operation, asked for under the server's real address.
fn call(server: &TestServer, locale: &str, query: &str) -> Answer {
    let target = format!("/{locale}/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&{query}");
    server.raw(&request("GET", &target, &[("Host", &server.addr.to_string())], b""))
}

/// The words by which one finds the way, in one language.
struct Language {
    locale: &'static str,
    lang: &'static str,
    to_checkout: &'static str,
    your_cart: &'static str,
    place: &'static str,
    thanks: &'static str,
    gone: &'static str,
}

const LANGUAGES: [Language; 3] = [
    Language {
        locale: "us",
        lang: "en",
        to_checkout: "Continue to checkout",
        your_cart: "Your cart",
        place: "Place the order",
        thanks: "Thank you for your order",
        gone: "This cart has already been handed over",
    },
    Language {
        locale: "de",
        lang: "de",
        to_checkout: "Weiter zur Kasse",
        your_cart: "Ihr Einkaufswagen",
        place: "Bestellung abschicken",
        thanks: "Danke für Ihre Bestellung",
        gone: "Dieser Warenkorb wurde schon übernommen",
    },
    Language {
        locale: "jp",
        lang: "ja",
        to_checkout: "レジに進む",
        your_cart: "カート",
        place: "注文を確定する",
        thanks: "ご注文ありがとうございます",
        gone: "このカートはすでに引き継がれています",
    },
];

#[test]
fn a_customer_follows_the_purchase_url_in_each_language() {
    let server = server();
    let mut browser = Browser::start(&server);
    for language in &LANGUAGES {
        let Language { locale, lang, .. } = language;
        let items = if *locale == "us" {
            "Item.1.ASIN=B000000001&Item.1.Quantity=2&Item.2.OfferListingId=USEDLISTING1%253D%253D&Item.3.ASIN=B000000OUT"
        } else {
            "Item.1.ASIN=B000000001&Item.1.Quantity=2"
        };
        let create = format!("Operation=CartCreate&AssociateTag=tag-20&Version=2011-08-01&{items}");
        let cart = call(&server, locale, &create);
        let link = cart.text("PurchaseURL");

        browser.open(&link);
        assert_eq!(browser.attribute("html", "lang"), *lang);
        assert!(browser.text("main").contains("tag-20"), "{locale}");
        browser.photograph(&format!("merge-{locale}"));
        browser.press(language.to_checkout);

        assert!(browser.url().ends_with("/gp/cart/checkout.html"), "{}", browser.url());
        browser.photograph(&format!("checkout-{locale}"));
        let get = format!("Operation=CartGet&AssociateTag=tag-20&{}", cart.cart());
        let gone = call(&server, locale, &get);
        assert_eq!(gone.codes(), ["AWS.ECommerceService.CartInfoMismatch"], "the API has it no more");

        browser.follow(language.your_cart);
        assert!(browser.url().ends_with("/gp/cart/view.html"), "{}", browser.url());
        browser.photograph(&format!("cart-{locale}"));
        browser.open(&link);
        assert!(browser.text("h1").contains(language.gone), "{locale}");
        browser.photograph(&format!("gone-{locale}"));

        let way = browser.url_of_checkout(locale);
        browser.open(&way);
        browser.press(language.place);
        assert_eq!(browser.text("h1"), language.thanks);
        browser.photograph(&format!("order-{locale}"));
        browser.reload();
        assert_eq!(browser.text("h1"), language.thanks, "a reload shows the order again");
    }
    browser.has_seen_nothing_but(&server, Some("410 (Gone)"));
}

#[test]
fn the_customer_changes_the_cart_with_its_buttons_and_the_keyboard() {
    let server = server();
    let mut browser = Browser::start(&server);
    let items = "Item.1.ASIN=B000000001&Item.2.ASIN=B000000003&Item.3.ASIN=B000000CAP&Item.3.Quantity=3";
    let cart = call(&server, "us", &format!("Operation=CartCreate&MergeCart=True&{items}"));
    browser.open(&cart.text("PurchaseURL"));
    browser.press("Put into my cart");
    assert!(browser.url().ends_with("/gp/cart/view.html"), "{}", browser.url());
    assert!(browser.text("main").contains("$28.95"));

    // Enter in the quantity does what the button beside it does.
    browser.type_into("input[name=quantity]", "4\u{E007}");
    assert!(browser.text("main").contains("$67.80"), "{}", browser.text("main"));
    browser.type_into("input[name=quantity]", "2");
    browser.press("Update");
    assert!(browser.text("main").contains("$41.90"), "{}", browser.text("main"));
    browser.press("Save for later");
    assert!(browser.text(".apart").contains("A Handcart's Tale"), "{}", browser.text("main"));
    browser.photograph("cart-saved");
    browser.press("Move to cart");
    assert!(browser.text("main").contains("$41.90"));
    browser.press("Remove");
    assert!(browser.text("main").contains("$16.00"), "{}", browser.text("main"));
    browser.has_seen_nothing_but(&server, None);
}

#[test]
fn an_associates_own_form_reaches_the_customer_who_has_a_cart_already() {
    let server = server();
    let mut browser = Browser::start(&server);
    let cart = call(&server, "us", "Operation=CartCreate&MergeCart=True&Item.1.ASIN=B000000003");
    browser.open(&cart.text("PurchaseURL"));
    browser.press("Put into my cart");
    // A page of another site, with the form that Amazon's documents print. The browser sends it without the cookie.
    let action = format!("http://{}/gp/aws/cart/add.html", server.addr);
    let page = format!(
        "<form method=post action='{action}'><input name=ASIN.1 value=B000000001><input name=Quantity.1 value=2>\
         <input name=AssociateTag value=tag-20><button>Buy</button></form>"
    );
    browser.open(&format!("data:text/html,{}", encoded(&page)));
    browser.press("Buy");
    assert!(browser.text("main").contains("$25.90"), "{}", browser.text("main"));
    browser.photograph("add");
    browser.press("Put into my cart");
    assert!(browser.text("main").contains("$26.90"), "both are in the one cart: {}", browser.text("main"));
    browser.has_seen_nothing_but(&server, None);
}

#[test]
fn another_site_cannot_confirm_in_the_customers_name() {
    let server = server();
    let mut browser = Browser::start(&server);
    let cart = call(&server, "us", "Operation=CartCreate&Item.1.ASIN=B000000001");
    let action = format!("http://{}/gp/cart/aws-merge/confirm", server.addr);
    let page = format!(
        "<form method=post action='{action}'><input name=cart-id value='{}'><input name=hmac value='{}'>\
         <input name=SubscriptionId value=AKIATEST><button>Win a prize</button></form>",
        cart.text("CartId"),
        cart.text("HMAC"),
    );
    browser.open(&format!("data:text/html,{}", encoded(&page)));
    browser.press("Win a prize");
    assert_eq!(browser.text("h1"), "This did not come from one of our pages");
    browser.photograph("forged");
    let get = call(&server, "us", &format!("Operation=CartGet&{}", cart.cart()));
    assert_eq!(get.lines(), "B000000001 x 1");
}

#[test]
fn what_goes_wrong_has_a_page_that_one_can_read() {
    let server = server();
    let mut browser = Browser::start(&server);
    let here = format!("http://{}", server.addr);
    for (name, path, title) in [
        ("unknown", "/gp/cart/aws-merge.html?cart-id=102-0000001-0000001&hmac=x", "We cannot find this cart"),
        ("incomplete", "/gp/cart/aws-merge.html", "This link is incomplete"),
        ("no-page", "/de/gp/nothing.html", "Diese Seite gibt es nicht"),
        ("empty", "/jp/gp/cart/view.html", "カート"),
    ] {
        browser.open(&format!("{here}{path}"));
        assert_eq!(browser.text("h1"), title);
        browser.photograph(name);
    }
}

/// What is found on a page by the text that a customer reads.
fn labelled(tags: &[&str], label: &str) -> String {
    let tags = tags.iter().map(|tag| format!("self::{tag}")).collect::<Vec<_>>().join(" or ");
    format!("//*[({tags}) and normalize-space()=\"{label}\" and not(@aria-hidden)]")
}

/// The first of its kind.
fn first(path: &str) -> Locator<'_> {
    Locator::XPath(path)
}
