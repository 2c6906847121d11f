//! The purchase hand-off: customers' own carts, and what was bought out of them.

use super::bed::{Bed, add, asin, at, cart_id, change, create, make, stored, sweeper};
use cartwright::cart::{
    Access, Area, CartId, CustomerCart, CustomerId, Expiry, Locale, Money, Part, Purchase, PurchasedLine, Refusal,
    State,
};
use cartwright::store::{HandOver, Store};
use jiff::SignedDuration;
use std::sync::Arc;

super::backends! {
    a_remote_cart_becomes_the_customers_and_is_closed
    a_cart_is_handed_over_once_however_many_ask
    a_cart_that_is_not_the_callers_is_not_handed_over
    several_carts_add_up_in_one_customers_cart
    a_touch_that_was_handed_in_keeps_a_cart_from_being_too_old_to_hand_over
    a_customers_cart_is_saved_once_for_each_time_it_was_read
    what_was_bought_is_listed_newest_first_and_page_by_page
    an_orders_number_is_used_once
    customers_carts_that_are_left_alone_are_swept
}

const DAY: i64 = 86_400;

const fn customer(n: u128) -> CustomerId {
    CustomerId::from_number(n)
}

fn hand_over(cart: u32, seconds: i64, customer: CustomerId) -> HandOver {
    let access = Access {
        locale: Locale::Us,
        account: String::new(),
        isolated: false,
        now: at(seconds),
        expiry: Expiry::default(),
    };
    HandOver { cart: cart_id(cart), at: access.now, access, customer }
}

/// The lines as `product x quantity`, saved ones with an `s`.
fn show(cart: &CustomerCart) -> String {
    let line = |line: &cartwright::cart::CustomerLine| {
        let saved = if line.area == Area::Saved { "s" } else { "" };
        format!("{}x{}{saved}", line.asin.as_str()[1..].parse::<u32>().unwrap(), line.quantity())
    };
    cart.lines.iter().map(line).collect::<Vec<_>>().join(" ")
}

async fn read(store: &dyn Store, n: u128) -> Option<CustomerCart> {
    store.customer_cart(customer(n), Locale::Us).await.unwrap()
}

fn order(n: u32) -> CartId {
    format!("102-9999999-{n:07}").parse().unwrap()
}

fn purchase(order_id: CartId, seconds: i64, account: &str) -> Purchase {
    Purchase {
        order_id,
        at: at(seconds),
        locale: Locale::Us,
        account: account.to_owned(),
        cart: Some(cart_id(1)),
        associate_tag: "tag-20".to_owned(),
        lines: vec![PurchasedLine {
            asin: asin(1),
            listing: None,
            title: "Book 1".to_owned(),
            quantity: 2,
            price: 100,
            list_item_id: None,
        }],
        total: Money::new(200, Locale::Us.currency()),
    }
}

/// A customer's cart with one piece of a product in it, as it would be saved first.
fn own(n: u128, seconds: i64) -> CustomerCart {
    let mut cart = CustomerCart::empty(customer(n), Locale::Us, at(seconds));
    let part = Part { cart: None, associate_tag: "ws".to_owned(), quantity: 1, list_item_id: None };
    cart.put("", asin(1), None, Area::Active, part, at(seconds));
    cart
}

async fn a_remote_cart_becomes_the_customers_and_is_closed(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1, 2]))).await.unwrap();
    assert_eq!(read(&*store, 1).await, None);
    let (closed, taken) = store.hand_over(hand_over(1, 60, customer(1))).await.unwrap().unwrap();
    assert_eq!(show(&taken), "1x1 2x1");
    assert_eq!((taken.revision, taken.touched_at), (1, at(60)));
    let part = &taken.lines[0].parts[0];
    assert_eq!(
        (part.cart, part.associate_tag.as_str(), taken.lines[0].account.as_str()),
        (Some(cart_id(1)), "ws", "key")
    );
    let remote = stored(&*store, 1).await.unwrap();
    assert_eq!((remote.state, remote.revision, remote.touched_at), (State::HandedOver, 2, at(60)));
    assert_eq!(closed, remote);
    assert_eq!(make(&*store, change(1, 61, add(&[3]))).await.unwrap_err(), Refusal::Mismatch);
    store.close().await;
    let store = bed.open().await;
    assert_eq!(read(&*store, 1).await, Some(taken));
    assert_eq!(read(&*store, 2).await, None);
    assert_eq!(store.customer_cart(customer(1), Locale::De).await.unwrap(), None);
}

async fn a_cart_is_handed_over_once_however_many_ask(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.hand_over(hand_over(1, 1, customer(n))).await.unwrap().is_ok() })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += u32::from(task.await.unwrap());
    }
    let mut having = 0;
    for n in 0..20 {
        having += u32::from(read(&*store, n).await.is_some());
    }
    assert_eq!((taken, having), (1, 1));
}

async fn a_cart_that_is_not_the_callers_is_not_handed_over(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    let refused = async |asked: HandOver| store.hand_over(asked).await.unwrap().unwrap_err();
    assert_eq!(refused(hand_over(2, 1, customer(1))).await, Refusal::Mismatch, "there is none");
    let mut asked = hand_over(1, 1, customer(1));
    asked.access.locale = Locale::De;
    assert_eq!(refused(asked).await, Refusal::Mismatch);
    assert_eq!(refused(hand_over(1, 91 * DAY, customer(1))).await, Refusal::Mismatch, "it has expired");
    assert_eq!(read(&*store, 1).await, None);
    assert_eq!(stored(&*store, 1).await.unwrap().state, State::Open);
    assert!(store.hand_over(hand_over(1, 1, customer(1))).await.unwrap().is_ok());
}

async fn several_carts_add_up_in_one_customers_cart(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1, 2]))).await.unwrap();
    make(&*store, change(2, 0, create(&[2, 3]))).await.unwrap();
    store.hand_over(hand_over(1, 1, customer(1))).await.unwrap().unwrap();
    let (_, both) = store.hand_over(hand_over(2, 2, customer(1))).await.unwrap().unwrap();
    assert_eq!(show(&both), "3x1 1x1 2x2");
    assert_eq!(both.revision, 2);
    assert_eq!(read(&*store, 1).await, Some(both));
}

async fn a_touch_that_was_handed_in_keeps_a_cart_from_being_too_old_to_hand_over(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    store.touch(cart_id(1), at(80 * DAY));
    assert!(store.hand_over(hand_over(1, 100 * DAY, customer(1))).await.unwrap().is_ok());
}

async fn a_customers_cart_is_saved_once_for_each_time_it_was_read(bed: Bed) {
    let store = bed.open().await;
    assert!(store.save_customer_cart(own(1, 0), Vec::new()).await.unwrap());
    assert!(!store.save_customer_cart(own(1, 0), Vec::new()).await.unwrap(), "there is one by now");
    let first = read(&*store, 1).await.unwrap();
    assert_eq!(first, CustomerCart { revision: 1, ..own(1, 0) });
    let mut emptied = first.clone();
    emptied.lines.clear();
    let bought = purchase(order(1), 5, "key");
    assert!(store.save_customer_cart(emptied.clone(), vec![bought.clone()]).await.unwrap());
    assert!(!store.save_customer_cart(first, vec![purchase(order(2), 5, "key")]).await.unwrap());
    assert_eq!(read(&*store, 1).await, Some(CustomerCart { revision: 2, ..emptied }));
    assert_eq!(store.purchases(None, None, 9).await.unwrap(), [bought], "what was not saved was not bought");
}

async fn what_was_bought_is_listed_newest_first_and_page_by_page(bed: Bed) {
    let store = bed.open().await;
    // Four orders, two of one moment; the third is of two accounts.
    for (n, seconds, accounts) in [(1, 10, &["a"][..]), (3, 20, &["a"]), (2, 20, &["b", "a", "b"]), (4, 15, &["b"])] {
        let bought = accounts.iter().map(|account| purchase(order(n), seconds, account)).collect();
        assert!(store.save_customer_cart(own(u128::from(n), 0), bought).await.unwrap());
    }
    let list = async |account: Option<&str>, after: Option<u32>, limit| {
        let after = after.map(|n| (if n == 4 { at(15) } else { at(20) }, order(n)));
        let found = store.purchases(account, after, limit).await.unwrap();
        let number = |p: &Purchase| format!("{}{}", p.order_id.number() % 10, p.account);
        found.iter().map(number).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(list(None, None, 9).await, "3a 2b 2a 2b 4b 1a");
    assert_eq!(list(None, None, 2).await, "3a 2b 2a 2b", "the last order is whole");
    assert_eq!(list(None, Some(2), 1).await, "4b");
    assert_eq!(list(Some("b"), None, 1).await, "2b 2b");
    assert_eq!(list(Some("b"), Some(2), 9).await, "4b");
    assert_eq!(list(Some("a"), Some(3), 9).await, "2a 1a");
    assert_eq!(list(Some("c"), None, 9).await, "");
}

async fn an_orders_number_is_used_once(bed: Bed) {
    let store = bed.open().await;
    assert!(store.save_customer_cart(own(1, 0), vec![purchase(order(1), 0, "")]).await.unwrap());
    let again = vec![purchase(order(2), 1, ""), purchase(order(1), 1, "")];
    assert!(!store.save_customer_cart(own(2, 0), again).await.unwrap());
    assert_eq!(read(&*store, 2).await, None);
    assert_eq!(store.purchases(None, None, 9).await.unwrap(), [purchase(order(1), 0, "")]);
}

async fn customers_carts_that_are_left_alone_are_swept(bed: Bed) {
    let store = bed.open().await;
    for n in 0..5 {
        assert!(store.save_customer_cart(own(n, i64::from(n < 3) * DAY), Vec::new()).await.unwrap());
    }
    assert_eq!(store.sweep_customers(at(0), 9).await.unwrap(), 0);
    assert_eq!(store.sweep_customers(at(0) + SignedDuration::from_nanos(1), 1).await.unwrap(), 1, "one at most");
    let expiry = Expiry::default();
    let sweeper = sweeper(&store, expiry).await;
    sweeper.run_once(at(DAY) + expiry.life(true)).await.unwrap();
    assert!(read(&*store, 4).await.is_none() && read(&*store, 3).await.is_none());
    assert!(read(&*store, 0).await.is_some(), "exactly as long as a cart lives");
    sweeper.run_once(at(DAY + 1) + expiry.life(true)).await.unwrap();
    assert!(read(&*store, 0).await.is_none());
}
