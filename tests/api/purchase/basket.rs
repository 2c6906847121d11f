//! The customer's own cart, and the buttons that change it.

use super::{check_page, customer_with_cart};
use crate::api::shop::Shop;
use crate::support::pages::{Customer, Form, purchase_link, text_of};
use crate::support::{Answer, TestServer};

const VIEW: &str = "/gp/cart/view.html";

/// The form of the line with this title.
#[track_caller]
fn line(page: &Answer, title: &str) -> Form {
    let place = page.body.find(&format!("<span class=\"title\">{title}")).unwrap_or_else(|| panic!("{}", page.body));
    Form::all(&page.body[place..]).into_iter().next().expect("a form")
}

/// What stands in the cart: active, then after a bar saved.
fn lines(page: &Answer) -> String {
    let area = |part: &str| {
        let titles = part.split("<span class=\"title\">").skip(1).map(|t| t.split('<').next().unwrap().to_owned());
        titles.collect::<Vec<_>>().join(", ")
    };
    match page.body.split_once("<h2>") {
        Some((active, saved)) => format!("{} | {}", area(active), area(saved)),
        None => area(&page.body),
    }
}

#[test]
fn who_has_no_cart_sees_an_empty_one() {
    let server = TestServer::start();
    for cookie in [None, Some("cartwright-customer=0000000000000000000000000000000f"), Some("cartwright-customer=x")] {
        let mut customer = Customer::of(&server);
        customer.cookie = cookie.map(str::to_owned);
        let page = customer.open(VIEW);
        check_page(&page, 200);
        assert!(text_of(&page).contains("Your cart is empty."), "{cookie:?}");
        assert!(Form::all(&page.body).is_empty());
        assert_eq!(page.header("set-cookie"), None, "{cookie:?}");
    }
}

#[test]
fn the_cart_is_of_the_cookie_and_of_nobody_else() {
    let server = TestServer::start();
    let mut one = customer_with_cart(&server);
    let mut two = customer_with_cart(&server);
    assert_ne!(one.cookie, two.cookie);
    let form = line(&one.open(VIEW), "A Handcart");
    assert_eq!(two.submit(&form.clone().with("do", "remove")).status, 403, "with the token of somebody else");
    // Its own token does not help: the line is named for one customer.
    let token = line(&two.open(VIEW), "A Handcart").value("token").to_owned();
    two.follow(&form.with("token", &token).with("do", "remove"));
    assert!(lines(&one.open(VIEW)).starts_with("A Handcart"));
    assert!(lines(&two.open(VIEW)).starts_with("A Handcart"));
}

#[test]
fn a_line_can_be_changed_removed_saved_and_brought_back() {
    let server = TestServer::start();
    let mut customer = customer_with_cart(&server);
    let page = customer.open(VIEW);
    check_page(&page, 200);
    assert_eq!(lines(&page), "A Handcart&#39;s Tale | Third Book");
    let page = customer.follow(&line(&page, "A Handcart").with("quantity", " 5 ").with("do", "update"));
    assert!(text_of(&page).contains("Total $64.75"), "{}", text_of(&page));
    let page = customer.follow(&line(&page, "Third Book").with("do", "move"));
    assert_eq!(lines(&page), "Third Book, A Handcart&#39;s Tale");
    assert!(text_of(&page).contains("Total $65.75"));
    let page = customer.follow(&line(&page, "A Handcart").with("do", "save"));
    assert_eq!(lines(&page), "Third Book | A Handcart&#39;s Tale");
    let gone = line(&page, "Third Book").with("do", "remove");
    let page = customer.follow(&gone);
    assert_eq!(lines(&page), " | A Handcart&#39;s Tale");
    assert!(text_of(&page).contains("There is nothing in your cart that can be bought now."));
    assert_eq!(lines(&customer.follow(&gone)), " | A Handcart&#39;s Tale", "a second click finds it done");
    let page = customer.follow(&line(&page, "A Handcart").with("do", "remove"));
    assert!(text_of(&page).contains("Your cart is empty."));
}

#[test]
fn a_quantity_that_is_none_changes_nothing_and_zero_removes() {
    let server = TestServer::start();
    let mut customer = customer_with_cart(&server);
    let page = customer.open(VIEW);
    let form = line(&page, "A Handcart").with("do", "update");
    for none in ["", "-1", "1.5", "x", "99999999999", "１"] {
        assert!(text_of(&customer.follow(&form.clone().with("quantity", none))).contains("Total $25.90"), "{none}");
    }
    let most = customer.follow(&form.clone().with("quantity", "1000"));
    assert!(text_of(&most).contains("Total $12,937.05"), "999 at most: {}", text_of(&most));
    assert_eq!(lines(&customer.follow(&form.clone().with("quantity", "0"))), " | Third Book");
    for other in ["", "everything"] {
        customer.follow(&form.clone().with("do", other));
    }
    customer.follow(&Form { fields: vec![("token".to_owned(), form.value("token").to_owned())], ..form });
}

#[test]
fn more_than_can_be_bought_at_once_is_said_and_not_counted() {
    let server = TestServer::start();
    let mut customer = Customer::of(&server);
    for _ in 0..2 {
        let cart = server.call("Operation=CartCreate&Item.1.ASIN=B000000CAP&Item.1.Quantity=2");
        let form = Form::first(&customer.open(&purchase_link(&cart)));
        customer.follow(&form);
    }
    let text = text_of(&customer.open(VIEW));
    assert!(text.contains("At most 3 can be bought at once"), "{text}");
    assert!(text.contains("Total $15.00"), "{text}");
}

#[test]
fn prices_and_availability_are_those_of_now() {
    let shop = Shop::with(&["B000000001,\"price\":100", "B000000002,\"price\":200", "B000000003"]);
    let server = shop.open();
    let mut customer = Customer::of(&server);
    let form = Form::first(&customer.open(&purchase_link(&server.create(&["B000000001", "B000000002", "B000000003"]))));
    customer.follow(&form);
    let cookie = customer.cookie.clone();
    server.stop();
    shop.stock(&["B000000001,\"price\":150", "B000000002,\"price\":200,\"availability\":\"out_of_stock\""]);
    let server = shop.open();
    let mut customer = Customer::with_cookie(&server, cookie);
    let page = customer.open(VIEW);
    assert_eq!(lines(&page), "Title of B000000001 | Title of B000000002, Title of B000000003");
    let text = text_of(&page);
    assert!(text.contains("Total $1.50"), "{text}");
    assert_eq!(text.matches("Not available now").count(), 2, "{text}");
    assert_eq!(page.body.matches("value=\"move\"").count(), 0, "what cannot be bought cannot be brought back");
    let cookie = customer.cookie.clone();
    server.stop();
    shop.stock(&["B000000001", "B000000002", "B000000003"]);
    let server = shop.open();
    let mut customer = Customer::with_cookie(&server, cookie);
    assert_eq!(lines(&customer.open(VIEW)), "Title of B000000001, Title of B000000002, Title of B000000003");
}
