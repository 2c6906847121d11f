//! Wish lists and registries, and what is bought of them.

use super::bed::{Bed, asin, at, load, product, site};
use super::catalogue::errors;
use cartwright::cart::{CartId, CustomerCart, CustomerId, Locale, Money, Purchase, PurchasedLine};
use cartwright::catalog::ProductList;
use cartwright::store::{Loaded, Site, Store};

super::backends! {
    a_list_is_found_in_its_locale
    the_lists_are_those_of_the_files
    an_id_that_occurs_twice_is_an_error
    what_was_bought_is_noted_on_the_list_and_stays_there
}

/// The line of a list with one item of each of these ids.
fn list(locale: Locale, id: &str, items: &[&str]) -> String {
    let items: Vec<String> = items
        .iter()
        .zip(1..)
        .map(|(id, n)| format!(r#"{{"id":"{id}","asin":"{}","quantity_desired":5,"quantity_received":1}}"#, asin(n)))
        .collect();
    format!(
        r#"{{"list":{{"locale":"{locale}","id":"{id}","type":"WishList","name":"List {id}","items":[{}]}}}}"#,
        items.join(",")
    )
}

async fn read(store: &dyn Store, site: Site<'_>, id: &str) -> Option<ProductList> {
    store.list(site, id).await.unwrap()
}

async fn a_list_is_found_in_its_locale(bed: Bed) {
    let store = bed.open().await;
    let lines = [product(1, ""), list(Locale::Us, "L1", &["A", "B"]), list(Locale::De, "L1", &["A"])];
    let loaded = load(&*store, &[bed.seed("a.jsonl", &lines)]).await;
    assert_eq!(loaded, Loaded::Loaded { products: 1, withdrawn: 0, lists: 2 });
    let found = read(&*store, site(Locale::Us), "L1").await.unwrap();
    assert_eq!((found.name.as_str(), found.locale, found.items.len()), ("List L1", Locale::Us, 2));
    assert_eq!((found.items[1].id.as_str(), found.items[1].asin), ("B", asin(2)));
    assert_eq!(read(&*store, site(Locale::De), "L1").await.unwrap().items.len(), 1);
    assert_eq!(read(&*store, site(Locale::Jp), "L1").await, None);
    assert_eq!(read(&*store, site(Locale::Us), "l1").await, None);
    assert!(read(&*store, Site { locale: Locale::Us, account: "key" }, "L1").await.is_some());
}

async fn the_lists_are_those_of_the_files(bed: Bed) {
    let store = bed.open().await;
    let lines = [list(Locale::Us, "L1", &["A"]), list(Locale::Us, "L2", &["B"])];
    load(&*store, &[bed.seed("a.jsonl", &lines)]).await;
    // An item may go over to another list.
    let file = [bed.seed("a.jsonl", &[list(Locale::Us, "L2", &["A", "C"])])];
    assert_eq!(load(&*store, &file).await, Loaded::Loaded { products: 0, withdrawn: 0, lists: 1 });
    assert_eq!(load(&*store, &file).await, Loaded::Unchanged { products: 0, lists: 1 });
    assert_eq!(read(&*store, site(Locale::Us), "L1").await, None);
    assert_eq!(read(&*store, site(Locale::Us), "L2").await.unwrap().items[1].id, "C");
}

async fn an_id_that_occurs_twice_is_an_error(bed: Bed) {
    let store = bed.open().await;
    load(&*store, &[bed.seed("old.jsonl", &[list(Locale::Us, "L9", &["A"])])]).await;
    let files = [
        bed.seed("a.jsonl", &[list(Locale::Us, "L1", &["A"]), list(Locale::De, "L1", &["A"])]),
        bed.seed(
            "b.jsonl",
            &[list(Locale::Us, "L2", &["B"]), list(Locale::Us, "L1", &["C"]), list(Locale::Us, "L3", &["A"])],
        ),
    ];
    assert_eq!(
        errors(&*store, &files).await,
        [
            "b.jsonl:2: id: the list L1 occurs twice in us; first at a.jsonl:1",
            "b.jsonl:3: items: the list item A occurs twice in us; first at a.jsonl:1",
        ]
    );
    assert!(
        read(&*store, site(Locale::Us), "L9").await.is_some() && read(&*store, site(Locale::Us), "L1").await.is_none()
    );
}

async fn what_was_bought_is_noted_on_the_list_and_stays_there(bed: Bed) {
    let store = bed.open().await;
    load(&*store, &[bed.seed("a.jsonl", &[list(Locale::Us, "L1", &["A", "B"])])]).await;
    let buy = async |n: u32, account: &str, locale: Locale, quantity| {
        let order_id: CartId = format!("102-9999999-{n:07}").parse().unwrap();
        let line = |item: Option<&str>| PurchasedLine {
            asin: asin(1),
            listing: None,
            title: "Book 1".to_owned(),
            quantity,
            price: 100,
            list_item_id: item.map(str::to_owned),
        };
        let purchase = Purchase {
            order_id,
            at: at(0),
            locale,
            account: account.to_owned(),
            cart: None,
            associate_tag: "ws".to_owned(),
            lines: vec![line(Some("A")), line(None), line(Some("of no list"))],
            total: Money::new(0, locale.currency()),
        };
        let cart = CustomerCart::empty(CustomerId::from_number(n.into()), locale, at(0));
        assert!(store.save_customer_cart(cart, vec![purchase]).await.unwrap());
    };
    let received = async |store: &dyn Store, account| {
        let list = read(store, Site { locale: Locale::Us, account }, "L1").await.unwrap();
        list.items.iter().map(|item| item.quantity_received).collect::<Vec<_>>()
    };
    buy(1, "key", Locale::Us, 2).await;
    buy(2, "key", Locale::Us, 3).await;
    buy(3, "key", Locale::De, 9).await;
    assert_eq!(received(&*store, "key").await, [6, 1]);
    assert_eq!(received(&*store, "other").await, [1, 1], "each account has its own purchases");
    load(&*store, &[bed.seed("a.jsonl", &[list(Locale::Us, "L1", &["A", "C"])])]).await;
    store.close().await;
    let store = bed.open().await;
    assert_eq!(received(&*store, "key").await, [6, 1], "whatever is loaded");
    assert_eq!(received(&*store, "").await, [1, 1]);
}
