//! What an operator does to an account or to the server: list and delete carts, reset, put states aside and bring them back.

use super::bed::{
    Bed, LIMITS, add, asin, at, cart_id, change, create, items, load, make, product, products, site, stored,
};
use crate::support::Schema;
use cartwright::cart::{
    Action, CartChange, CustomerCart, CustomerId, Locale, Money, Purchase, PurchasedLine, Refusal, State,
};
use cartwright::catalog::{Product, Search, SearchField};
use cartwright::store::{
    AccountEdit, Differences, EditSettings, LoadError, Loaded, Removed, Reset, Rows, Site, Snapshot, Store, TABLES,
    Unrestored, Whose, examine,
};
use std::collections::BTreeSet;
use std::sync::Arc;

super::backends! {
    carts_are_listed_by_their_ids_of_one_account_or_of_all
    carts_are_deleted_of_one_account_or_of_all
    a_cart_that_was_made_to_expire_is_listed_and_dead
    every_table_is_in_the_list
    a_reset_removes_what_the_account_has_and_nothing_else
    a_reset_removes_the_parts_that_are_named
    a_reset_of_the_server_makes_the_baseline_what_its_files_hold
    a_reset_that_cannot_load_the_files_changes_nothing
    a_restored_account_is_what_it_was_however_often_it_is_restored
    a_restored_server_is_what_it_was
    a_restored_catalogue_is_found_in_every_way
    what_is_no_snapshot_of_that_is_refused_and_changes_nothing
    a_cart_that_another_account_has_is_not_taken_from_it
    snapshots_are_kept_under_their_names
    differences_are_told_in_words
}

const MINE: &str = "mine";

fn mine() -> Whose {
    Whose::Account(MINE.to_owned())
}

/// CartCreate of cart `n` by an account.
fn of(account: &str, n: u32, numbers: &[u32]) -> CartChange {
    let mut change = change(n, 0, create(numbers));
    account.clone_into(&mut change.access.account);
    change
}

async fn ids(store: &dyn Store, account: Option<&str>) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = store.carts(account, after, 2).await.unwrap();
        let Some(last) = page.last() else { return ids };
        after = Some(last.id);
        ids.extend(page.iter().map(|cart| cart.id.to_string()[12..].trim_start_matches('0').to_owned()));
    }
}

async fn carts_are_listed_by_their_ids_of_one_account_or_of_all(bed: Bed) {
    let store = bed.stocked().await;
    for (account, n) in [("a", 5), ("b", 1), ("a", 3), ("", 4), ("a\0\\", 6), ("a", 2)] {
        make(&*store, of(account, n, &[1])).await.unwrap();
    }
    assert_eq!(ids(&*store, None).await, ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(ids(&*store, Some("a")).await, ["2", "3", "5"]);
    assert_eq!(ids(&*store, Some("")).await, ["4"]);
    assert_eq!(ids(&*store, Some("a\0\\")).await, ["6"]);
    assert!(ids(&*store, Some("c")).await.is_empty());
    let cart = store.carts(Some("b"), None, 9).await.unwrap().remove(0);
    assert_eq!((cart.account.as_str(), products(&cart)), ("b", vec![1]));
}

async fn carts_are_deleted_of_one_account_or_of_all(bed: Bed) {
    let store = bed.stocked().await;
    for (account, n) in [("a", 1), ("a", 2), ("b", 3), ("b", 4), ("", 5)] {
        make(&*store, of(account, n, &[1])).await.unwrap();
    }
    assert_eq!(store.delete_carts(Some("b"), Some(cart_id(1))).await.unwrap(), 0, "it is another's");
    assert_eq!(store.delete_carts(Some("a"), Some(cart_id(1))).await.unwrap(), 1);
    assert_eq!(store.delete_carts(Some("a"), Some(cart_id(1))).await.unwrap(), 0);
    assert_eq!(store.delete_carts(None, Some(cart_id(5))).await.unwrap(), 1);
    assert_eq!(ids(&*store, None).await, ["2", "3", "4"]);
    assert_eq!(store.delete_carts(Some("b"), None).await.unwrap(), 2);
    assert_eq!(ids(&*store, None).await, ["2"]);
    make(&*store, of("c", 6, &[1])).await.unwrap();
    assert_eq!(store.delete_carts(None, None).await.unwrap(), 2);
    assert!(ids(&*store, None).await.is_empty());
}

async fn a_cart_that_was_made_to_expire_is_listed_and_dead(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    make(&*store, change(1, 1, Action::Expire)).await.unwrap();
    assert_eq!(make(&*store, change(1, 2, add(&[2]))).await.unwrap_err(), Refusal::Mismatch);
    let cart = store.carts(Some("key"), None, 9).await.unwrap().remove(0);
    assert_eq!((cart.state, cart.touched_at), (State::Expired, at(0)));
}

/// The columns that there are, as `table.column`.
fn columns(bed: &Bed) -> BTreeSet<String> {
    if let Some(path) = bed.url().to_string().strip_prefix("sqlite:") {
        let file = rusqlite::Connection::open(path).unwrap();
        let sql = "select t.name || '.' || c.name from sqlite_schema t, pragma_table_info(t.name) c
            where t.type = 'table' and t.name not like 'sqlite%' and t.name not like 'search\\_words\\_%' escape '\\'";
        let mut select = file.prepare(sql).unwrap();
        select.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    } else {
        let schema: &Schema = bed.schema();
        let sql = "select table_name || '.' || column_name from information_schema.columns where table_schema = '{}'";
        schema.execute(sql).into_iter().collect()
    }
}

async fn every_table_is_in_the_list(bed: Bed) {
    bed.open().await.close().await;
    let columns = columns(&bed);
    let tables: BTreeSet<&str> = columns.iter().map(|column| column.split_once('.').unwrap().0).collect();
    assert!(tables.len() > 10, "{tables:?}");
    for name in &tables {
        let Some(table) = TABLES.iter().find(|table| table.name == *name) else {
            panic!("{name} is in no list: resets and snapshots would forget it (src/store/owned.rs)")
        };
        let real = columns.iter().filter_map(|column| column.strip_prefix(&format!("{name}.")));
        let real: BTreeSet<&str> = real.collect();
        let has_account = real.contains("account");
        if matches!(table.rows, Rows::Carts | Rows::Products | Rows::Plain(_) | Rows::Settings) {
            let told: BTreeSet<&str> = table.columns.iter().map(|(name, _)| *name).collect();
            let made: BTreeSet<&str> = table.made.iter().copied().collect();
            assert!(told.is_subset(&real), "{name}: {told:?} are not all in {real:?}");
            let untold: Vec<_> = real.iter().filter(|name| !told.contains(*name) && !made.contains(*name)).collect();
            assert!(untold.is_empty(), "{name}: snapshots would forget {untold:?} (src/store/owned.rs)");
            assert_eq!(table.has_account(), has_account, "{name}");
        }
        // Whatever is of an account goes with it.
        assert!(!has_account || table.rows != Rows::Stays, "{name} has accounts, and would outlive them");
    }
}

fn parsed(line: &str) -> Product {
    serde_json::from_str(line).unwrap()
}

async fn put(store: &dyn Store, account: &str, lines: &[String]) {
    store.put_products(account, lines.iter().map(|line| parsed(line)).collect()).await.unwrap().unwrap();
}

fn everything(whose: Whose) -> Reset {
    Reset { whose, carts: true, catalog: Some(Vec::new()), settings: Some(cleared()), snapshots: false }
}

fn cleared() -> EditSettings {
    Arc::new(|_, _| Ok(None))
}

/// Settings as they were kept.
fn kept() -> EditSettings {
    Arc::new(|_, kept| Ok(kept.map(str::to_owned)))
}

#[expect(clippy::unnecessary_wraps, reason = "what a store asks of it")]
fn open(doc: &str) -> Result<String, cartwright::store::StoreError> {
    Ok(doc.to_owned())
}

async fn taken(store: &dyn Store, whose: Whose) -> Snapshot {
    store.take(whose, at(9), open).await.unwrap().unwrap()
}

/// Fills an account with something of everything, cart numbers from `n`.
async fn fill(store: &dyn Store, account: &str, n: u32) {
    make(store, of(account, n, &[1, 2])).await.unwrap();
    make(store, of(account, n + 1, &[])).await.unwrap();
    let mut odd = of(account, n + 2, &[3]);
    odd.action = Action::Create {
        associate_tag: "t\0\\ag \"ü".to_owned(),
        merge: true,
        items: items(&[3]),
        may_be_empty: false,
        limits: LIMITS,
    };
    make(store, odd).await.unwrap();
    put(store, account, &[product(1, r#","ean":"7""#).replace("Book 1", "Own 1"), product(901, "")]).await;
    store.withdraw_product(Site { locale: Locale::Us, account }, asin(2)).await.unwrap();
    let line = PurchasedLine {
        asin: asin(1),
        listing: None,
        title: "Book \"1\"".to_owned(),
        quantity: 2,
        price: 100,
        list_item_id: Some("I\\1".to_owned()),
    };
    let bought = Purchase {
        order_id: cart_id(900_000 + n),
        at: at(3),
        locale: Locale::Us,
        account: account.to_owned(),
        cart: n.is_multiple_of(2).then(|| cart_id(n)),
        associate_tag: "ws".to_owned(),
        lines: vec![line],
        total: Money::new(200, Locale::Us.currency()),
    };
    let customer = CustomerId::from_number(u128::from(n));
    assert!(store.save_customer_cart(CustomerCart::empty(customer, Locale::Us, at(3)), vec![bought]).await.unwrap());
    store.edit_account(account, None, AccountEdit::Write(r#"{"v":1,"x":[1, "\u0000"]}"#)).await.unwrap();
    store.reserve_ids(account, 64).await.unwrap();
}

/// What is not as it was in a snapshot.
async fn changed(store: &dyn Store, before: &Snapshot, whose: Whose) -> Vec<String> {
    let now = taken(store, whose.clone()).await;
    let found = Differences::between(&before.doc, &now.doc, &whose).unwrap();
    assert_eq!(found.count, found.told.len());
    found.told.into_iter().map(|difference| difference.what).collect()
}

async fn a_reset_removes_what_the_account_has_and_nothing_else(bed: Bed) {
    let store = bed.stocked().await;
    fill(&*store, MINE, 10).await;
    fill(&*store, "other", 20).await;
    let others = taken(&*store, Whose::Account("other".to_owned())).await;
    let removed = store.reset(everything(mine())).await.unwrap();
    let count = |table| removed.of(table);
    assert_eq!((count("carts"), count("purchases"), count("products"), count("list_purchases")), (3, 1, 3, 1));
    assert!(taken(&*store, mine()).await.counts.is_empty());
    assert!(ids(&*store, Some(MINE)).await.is_empty());
    let found = store.products(Site { locale: Locale::Us, account: MINE }, &[asin(1), asin(2), asin(901)]).await;
    let found: Vec<_> = found.unwrap().iter().map(|listed| listed.as_ref().map(|l| l.product.title.clone())).collect();
    assert_eq!(found, [Some("Book 1".to_owned()), Some("Book 2".to_owned()), None]);
    assert_eq!(store.reserve_ids(MINE, 1).await.unwrap(), 0, "the ids begin anew");
    assert!(changed(&*store, &others, Whose::Account("other".to_owned())).await.is_empty());
    assert!(store.customer_cart(CustomerId::from_number(10), Locale::Us).await.unwrap().is_some(), "the server's");
    assert_eq!(store.reset(everything(Whose::Account("nobody".to_owned()))).await.unwrap().of("carts"), 0);
}

async fn a_reset_removes_the_parts_that_are_named(bed: Bed) {
    let store = bed.stocked().await;
    fill(&*store, MINE, 10).await;
    let none = || Reset { whose: mine(), carts: false, catalog: None, settings: None, snapshots: false };
    assert_eq!(store.reset(none()).await.unwrap(), Removed::default());
    store.reset(Reset { carts: true, ..none() }).await.unwrap();
    let left = taken(&*store, mine()).await.counts;
    assert_eq!(left.keys().collect::<Vec<_>>(), ["accounts", "products"]);
    store.reset(Reset { catalog: Some(Vec::new()), ..none() }).await.unwrap();
    assert_eq!(taken(&*store, mine()).await.counts.keys().collect::<Vec<_>>(), ["accounts"]);
    store.put_snapshot(MINE, "a", taken(&*store, mine()).await).await.unwrap();
    store.reset(Reset { settings: Some(cleared()), ..none() }).await.unwrap();
    assert!(taken(&*store, mine()).await.counts.is_empty());
    assert_eq!(store.snapshots(MINE).await.unwrap().len(), 1);
    store.reset(Reset { snapshots: true, ..none() }).await.unwrap();
    assert!(store.snapshots(MINE).await.unwrap().is_empty());
}

async fn a_reset_of_the_server_makes_the_baseline_what_its_files_hold(bed: Bed) {
    let store = bed.open().await;
    let file = bed.seed("a.jsonl", &[product(1, ""), product(2, ""), product(3, "")]);
    load(&*store, std::slice::from_ref(&file)).await;
    let fresh = taken(&*store, Whose::Server).await;
    fill(&*store, MINE, 10).await;
    fill(&*store, "other", 20).await;
    put(&*store, "", &[product(1, "").replace("Book", "Edited"), product(9, "")]).await;
    store.withdraw_product(site(Locale::Us), asin(2)).await.unwrap();
    let removed = store.reset(Reset { catalog: Some(vec![file.clone()]), ..everything(Whose::Server) }).await.unwrap();
    assert_eq!((removed.of("carts"), removed.of("products"), removed.of("customer_carts")), (6, 6, 2));
    assert_eq!(changed(&*store, &fresh, Whose::Server).await, Vec::<String>::new());
    assert!(matches!(load(&*store, &[file]).await, Loaded::Unchanged { products: 3, .. }));
    let search = Search { words: vec![(SearchField::Any, "book")], limit: 9, ..Search::default() };
    assert_eq!(store.search(site(Locale::Us), &search).await.unwrap().products.len(), 3);
}

async fn a_reset_that_cannot_load_the_files_changes_nothing(bed: Bed) {
    let store = bed.open().await;
    load(&*store, &[bed.seed("a.jsonl", &[product(1, ""), product(2, ""), product(3, "")])]).await;
    fill(&*store, MINE, 10).await;
    let before = taken(&*store, Whose::Server).await;
    let broken = bed.seed("a.jsonl", &[product(1, ""), product(1, "")]);
    let refused = store.reset(Reset { catalog: Some(vec![broken]), ..everything(Whose::Server) }).await;
    assert!(matches!(refused, Err(LoadError::Seed(errors)) if errors.len() == 1));
    assert!(changed(&*store, &before, Whose::Server).await.is_empty());
}

async fn a_restored_account_is_what_it_was_however_often_it_is_restored(bed: Bed) {
    let store = bed.stocked().await;
    fill(&*store, "other", 20).await;
    fill(&*store, MINE, 10).await;
    let snapshot = taken(&*store, mine()).await;
    let others = taken(&*store, Whose::Account("other".to_owned())).await;
    assert_eq!(snapshot.counts["carts"], 3);
    let mut before = stored(&*store, 12).await.unwrap();
    for round in 0..3 {
        match round {
            0 => drop(store.reset(everything(mine())).await.unwrap()),
            1 => {
                let mut more = change(10, 5, add(&[5]));
                MINE.clone_into(&mut more.access.account);
                make(&*store, more).await.unwrap();
                make(&*store, of(MINE, 15, &[4])).await.unwrap();
                put(&*store, MINE, &[product(1, ""), product(902, "")]).await;
            }
            _ => {}
        }
        store.restore(mine(), snapshot.doc.clone(), kept()).await.unwrap().unwrap();
        assert!(changed(&*store, &snapshot, mine()).await.is_empty(), "round {round}");
        assert!(changed(&*store, &others, Whose::Account("other".to_owned())).await.is_empty());
        let after = stored(&*store, 12).await.unwrap();
        before.revision = after.revision; // that one may only grow
        assert_eq!(after, before);
    }
    assert_eq!(store.reserve_ids(MINE, 1).await.unwrap(), 64);
    // For another account, once the first has let it go.
    store.reset(everything(mine())).await.unwrap();
    let third = Whose::Account("third\\".to_owned());
    store.restore(third.clone(), snapshot.doc.clone(), kept()).await.unwrap().unwrap();
    assert!(changed(&*store, &snapshot, third).await.is_empty());
    assert_eq!(stored(&*store, 10).await.unwrap().account, "third\\");
}

async fn a_restored_server_is_what_it_was(bed: Bed) {
    let store = bed.stocked().await;
    fill(&*store, MINE, 10).await;
    fill(&*store, "o\0ther\\", 20).await;
    put(&*store, "", &[product(1, "").replace("Book", "Edited")]).await;
    let snapshot = taken(&*store, Whose::Server).await;
    store.reset(everything(mine())).await.unwrap();
    store.delete_carts(None, None).await.unwrap();
    put(&*store, "", &[product(1, ""), product(950, "")]).await;
    fill(&*store, "late", 30).await;
    for _ in 0..2 {
        store.restore(Whose::Server, snapshot.doc.clone(), kept()).await.unwrap().unwrap();
        assert!(changed(&*store, &snapshot, Whose::Server).await.is_empty());
    }
    // The same document on the other database.
    let (other, _bed) = if bed.url().to_string().starts_with("sqlite") {
        let bed = Bed::postgres();
        (bed.open().await, bed)
    } else {
        let bed = Bed::sqlite();
        (bed.open().await, bed)
    };
    let uploaded = examine(snapshot.doc.clone(), &Whose::Server, |_| Ok(())).unwrap();
    assert_eq!((uploaded.counts, uploaded.taken_at), (snapshot.counts.clone(), snapshot.taken_at));
    other.restore(Whose::Server, snapshot.doc.clone(), kept()).await.unwrap().unwrap();
    assert!(changed(&*other, &snapshot, Whose::Server).await.is_empty());
    assert_eq!(stored(&*other, 12).await.unwrap().associate_tag, "t\0\\ag \"ü");
    other.close().await;
}

async fn a_restored_catalogue_is_found_in_every_way(bed: Bed) {
    let store = bed.stocked().await;
    fill(&*store, MINE, 10).await;
    let snapshot = taken(&*store, mine()).await;
    let site = Site { locale: Locale::Us, account: MINE };
    let seen = async || {
        let search = Search { words: vec![(SearchField::Any, "own")], limit: 9, ..Search::default() };
        let found = store.search(site, &search).await.unwrap().products;
        let listing = parsed(&product(901, "")).with_listing_ids().listings().next().unwrap().clone();
        let offered = store.product_of_listing(site, &listing).await.unwrap();
        let listed = store.products(site, &[asin(1), asin(2)]).await.unwrap();
        let listed: Vec<_> = listed.into_iter().flatten().map(|l| (l.product.title.clone(), l.withdrawn)).collect();
        (found.len(), offered.map(|listed| listed.product.asin), listed)
    };
    let before = seen().await;
    assert_eq!(before, (1, Some(asin(901)), vec![("Own 1".to_owned(), false), ("Book 2".to_owned(), true)]));
    store.reset(everything(mine())).await.unwrap();
    assert_eq!(seen().await, (0, None, vec![("Book 1".to_owned(), false), ("Book 2".to_owned(), false)]));
    store.restore(mine(), snapshot.doc.clone(), kept()).await.unwrap().unwrap();
    assert_eq!(seen().await, before);
}

async fn what_is_no_snapshot_of_that_is_refused_and_changes_nothing(bed: Bed) {
    let store = bed.stocked().await;
    fill(&*store, MINE, 10).await;
    let snapshot = taken(&*store, mine()).await;
    let doc = snapshot.doc.to_string();
    let cases = [
        ("[]".to_owned(), "it is no snapshot"),
        (doc.replacen("\"version\":1", "\"version\":2", 1), "it is a snapshot of version 2"),
        (doc.replacen("\"account\":\"mine\"", "\"account\":null", 1), "it is a snapshot of a whole server"),
        (doc.replacen("\"carts\":{", "\"cars\":{", 1), "\"cars\" is nothing that it may hold"),
        (doc.replacen("\"cart_id\",", "", 1), "carts: the columns have to be cart_id"),
        (doc.replacen("\"open\"", "\"ajar\"", 1), "ajar is no state"),
        (doc.replacen("\"open\"", "7", 1), "carts: row 1: state is no Text"),
        (doc.replacen("\"open\"", "null", 1), "carts: row 1: state has no value"),
        (doc.replacen("\"title\":\"Own 1\"", "\"titel\":\"Own 1\"", 1), "products: us B000000001"),
    ];
    for (doc, what) in cases {
        assert!(doc != snapshot.doc.as_ref(), "{what}: nothing was spoilt");
        let doc: Arc<str> = doc.into();
        for refused in [
            examine(doc.clone(), &mine(), |_| Ok(())).unwrap_err(),
            store.restore(mine(), doc, kept()).await.unwrap().unwrap_err(),
        ] {
            assert!(matches!(&refused, Unrestored::Invalid(told) if told.contains(what)), "{refused}");
        }
        assert!(changed(&*store, &snapshot, mine()).await.is_empty(), "{what}");
    }
    // What the program would not have written is not taken from outside.
    let cases = [
        (doc.replacen("\"q\":1", "\"q\":4000000000", 1), "carts: row 1: a cart has 1000 lines of 1 to 9999 pieces"),
        (doc.replacen("\"Book\",\"price\":100", "\"Book\",\"price\":-1", 1), "products: row 1: price: "),
        (
            doc.replacen("\"reserved\"],\"rows\":[[64", "\"reserved\"],\"rows\":[[9223372036854775807", 1),
            "a number is too large",
        ),
        (doc.replacen("\"x\":[1", "\"x\":[3", 1), "accounts: row 1: three"),
    ];
    for (doc, what) in cases {
        assert!(doc != snapshot.doc.as_ref(), "{what}: nothing was spoilt");
        let settings = |doc: &str| if doc.contains('3') { Err("three".to_owned()) } else { Ok(()) };
        let examined = examine(doc.into(), &mine(), settings).unwrap_err().to_string();
        assert!(examined.contains(what), "{examined}");
    }
    let refused = store.restore(Whose::Server, snapshot.doc.clone(), kept()).await.unwrap().unwrap_err();
    assert!(refused.to_string().contains("of the account \"mine\", not of the server"), "{refused}");
}

async fn a_cart_that_another_account_has_is_not_taken_from_it(bed: Bed) {
    let store = bed.stocked().await;
    fill(&*store, MINE, 10).await;
    let snapshot = taken(&*store, mine()).await;
    let refused = store.restore(Whose::Account("thief".to_owned()), snapshot.doc.clone(), kept()).await.unwrap();
    let message = refused.unwrap_err().to_string();
    assert_eq!(message, format!("the cart {} is there already, of another account", cart_id(10)));
    assert!(changed(&*store, &snapshot, mine()).await.is_empty());
    assert!(ids(&*store, Some("thief")).await.is_empty());
}

async fn snapshots_are_kept_under_their_names(bed: Bed) {
    let store = bed.stocked().await;
    fill(&*store, MINE, 10).await;
    let first = taken(&*store, mine()).await;
    assert!(store.put_snapshot(MINE, "b", first.clone()).await.unwrap());
    assert!(store.put_snapshot(MINE, "a", first.clone()).await.unwrap());
    store.reset(everything(mine())).await.unwrap();
    let second = store.take(mine(), at(10), open).await.unwrap().unwrap();
    assert!(!store.put_snapshot(MINE, "b", second.clone()).await.unwrap());
    assert!(store.put_snapshot("", "a", second.clone()).await.unwrap());
    let list = store.snapshots(MINE).await.unwrap();
    assert_eq!(list.iter().map(|info| info.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((&list[0].counts, list[0].taken_at), (&first.counts, at(9)));
    assert_eq!((list[0].bytes, list[1].bytes), (first.doc.len() as u64, second.doc.len() as u64));
    let read = store.snapshot(MINE, "a").await.unwrap().unwrap();
    assert_eq!((read.doc, read.counts, read.taken_at), (first.doc, first.counts, at(9)));
    assert!(store.snapshot(MINE, "c").await.unwrap().is_none());
    assert!(store.delete_snapshot(MINE, "a").await.unwrap());
    assert!(!store.delete_snapshot(MINE, "a").await.unwrap());
    assert_eq!((store.snapshots(MINE).await.unwrap().len(), store.snapshots("").await.unwrap().len()), (1, 1));
}

async fn differences_are_told_in_words(bed: Bed) {
    let store = bed.stocked().await;
    fill(&*store, MINE, 10).await;
    let before = taken(&*store, mine()).await;
    let mut more = change(10, 5, add(&[5]));
    MINE.clone_into(&mut more.access.account);
    make(&*store, more.clone()).await.unwrap();
    make(&*store, CartChange { cart: cart_id(12), action: Action::Expire, ..more }).await.unwrap();
    store.delete_carts(None, Some(cart_id(11))).await.unwrap();
    make(&*store, of(MINE, 15, &[4])).await.unwrap();
    put(&*store, MINE, &[product(1, r#","ean":"8""#).replace("Book 1", "Own 1"), product(903, "")]).await;
    store.withdraw_product(Site { locale: Locale::Us, account: MINE }, asin(901)).await.unwrap();
    let row = store.account(MINE).await.unwrap().unwrap();
    store.edit_account(MINE, Some(row.revision), AccountEdit::Write(r#"{"v":1,"y":2}"#)).await.unwrap();
    store.reserve_ids(MINE, 64).await.unwrap(); // which nobody is told
    let told = changed(&*store, &before, mine()).await;
    let expected = [
        format!("the cart {}: B000000005 x 1 is new", cart_id(10)),
        format!("the cart {} is gone", cart_id(11)),
        format!("the cart {} is expired, was open", cart_id(12)),
        format!("the cart {} is new: B000000004 x 1", cart_id(15)),
        "the product us B000000001: ean is 8, was 7".to_owned(),
        "the product us B000000901 is gone".to_owned(),
        "the product us B000000903 is new".to_owned(),
        "settings: y is 2, was not there".to_owned(),
        "settings: x is gone, was [1,\"\\u0000\"]".to_owned(),
    ];
    assert_eq!(told, expected);
}
