//! What is special to a database that is a file.

use super::bed::{Bed, add, asin, change, create, make, product, products, site, stored};
use cartwright::cart::Locale;
use cartwright::catalog::{CodeType, Search, SearchField};
use cartwright::store::{DatabaseUrl, Loaded, Site, StoreError, StoreSettings};
use std::path::Path;

async fn refusal(path: &Path) -> String {
    let url = DatabaseUrl::Sqlite(path.to_owned());
    match cartwright::store::open(&url, StoreSettings::default()).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn a_second_server_is_refused_until_the_first_is_gone() {
    let bed = Bed::sqlite();
    let path = bed.path("carts.db");
    let first = bed.open().await;
    let refused = cartwright::store::open(bed.url(), StoreSettings::default()).await;
    assert!(matches!(refused, Err(StoreError::InUse(name)) if name == path.display().to_string()));
    #[cfg(unix)]
    {
        let link = bed.path("link.db");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(refusal(&link).await, format!("{} is in use by another server", link.display()));
    }
    first.close().await;
    let second = bed.open().await;
    drop(second); // without being closed
    bed.open().await;
}

#[tokio::test]
async fn what_cannot_be_opened_is_told_in_one_line_that_names_the_file() {
    let bed = Bed::sqlite();
    let check = async |name: &str, reason: &str| {
        let path = bed.path(name);
        let message = refusal(&path).await;
        assert_eq!(message, format!("{}: {reason}", path.display()));
    };
    let missing = bed.path("no/such");
    check("no/such/carts.db", &format!("the folder {} does not exist", missing.display())).await;
    std::fs::write(
        bed.path("text.db"),
        "this is a plain text and not a database, long enough to be read as a header of one\n".repeat(9),
    )
    .unwrap();
    check("text.db", "it is not a SQLite database").await;
    std::fs::create_dir(bed.path("folder.db")).unwrap();
    check("folder.db", "it is a folder, not a file").await;
    let other = rusqlite::Connection::open(bed.path("other.db")).unwrap();
    other.execute_batch("create table carts (cart_id text)").unwrap();
    drop(other);
    check("other.db", "it is a SQLite database of another program").await;
}

#[tokio::test]
async fn a_database_of_a_later_program_is_refused_and_left_alone() {
    let bed = Bed::sqlite();
    bed.open().await.close().await;
    let path = bed.path("carts.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    let known: u32 = other.query_row("select max(number) from migrations", [], |row| row.get(0)).unwrap();
    other.execute("insert into migrations (number, name) values (99, 'later')", []).unwrap();
    drop(other);
    let reason = format!("it was written by a later Cartwright (schema 99; this program knows up to {known})");
    assert_eq!(refusal(&path).await, format!("{}: {reason}", path.display()));
}

/// The files as a process leaves them that is killed: the log not copied, nothing closed.
#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_crash() {
    let bed = Bed::sqlite();
    let store = bed.stocked().await;
    for n in 0..20 {
        make(&*store, change(n, 0, create(&[1, n + 2]))).await.unwrap();
    }
    for end in ["", "-wal"] {
        std::fs::copy(bed.path(&format!("carts.db{end}")), bed.path(&format!("crashed.db{end}"))).unwrap();
    }
    let url = DatabaseUrl::Sqlite(bed.path("crashed.db"));
    let crashed = cartwright::store::open(&url, StoreSettings::default()).await.unwrap();
    for n in 0..20 {
        assert_eq!(products(&stored(&*crashed, n).await.unwrap()), [1, n + 2]);
    }
}

#[tokio::test]
async fn what_is_left_of_a_start_that_was_cut_short_is_not_looked_at() {
    let bed = Bed::sqlite();
    for end in ["-new", "-new-wal", "-new-journal", "-new-shm"] {
        std::fs::write(bed.path(&format!("carts.db{end}")), "half of a database").unwrap();
    }
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    store.close().await;
    for end in ["-new", "-new-wal", "-new-journal", "-new-shm"] {
        assert!(!bed.path(&format!("carts.db{end}")).exists(), "{end}");
    }
    assert_eq!(products(&stored(&*bed.open().await, 1).await.unwrap()), [1]);
}

#[tokio::test]
async fn the_log_of_a_database_that_was_deleted_is_not_taken_for_that_of_the_next_one() {
    let bed = Bed::sqlite();
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    for end in ["-wal", "-shm"] {
        std::fs::copy(bed.path(&format!("carts.db{end}")), bed.path(&format!("next.db{end}"))).unwrap();
    }
    let next = DatabaseUrl::Sqlite(bed.path("next.db"));
    let next = cartwright::store::open(&next, StoreSettings::default()).await.unwrap();
    assert_eq!(stored(&*next, 1).await, None);
    make(&*next, change(1, 0, create(&[1]))).await.unwrap();
}

/// The server's secret is in it.
#[cfg(unix)]
#[tokio::test]
async fn a_database_is_made_for_its_user_alone_and_keeps_the_mode_that_it_is_given() {
    use std::os::unix::fs::PermissionsExt as _;
    let bed = Bed::sqlite();
    let mode = |end| std::fs::metadata(bed.path(&format!("carts.db{end}"))).unwrap().permissions().mode() & 0o777;
    let store = bed.stocked().await;
    assert_eq!(["", "-lock", "-wal", "-shm"].map(mode), [0o600; 4]);
    store.close().await;
    std::fs::set_permissions(bed.path("carts.db"), std::fs::Permissions::from_mode(0o640)).unwrap();
    let store = bed.open().await;
    assert_eq!(mode(""), 0o640);
    store.close().await;
}

#[tokio::test]
async fn a_closed_database_is_one_file_and_its_lock() {
    let bed = Bed::sqlite();
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    store.close().await;
    let names = std::fs::read_dir(bed.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, ["carts.db", "carts.db-lock", "stock.jsonl"]);
}

#[tokio::test]
async fn a_spoilt_cart_is_trouble_for_its_own_callers_alone() {
    let bed = Bed::sqlite();
    let store = bed.stocked().await;
    for n in 0..4 {
        make(&*store, change(n, 0, create(&[1]))).await.unwrap();
    }
    store.close().await;
    let other = rusqlite::Connection::open(bed.path("carts.db")).unwrap();
    let spoil = |set: &str, n: i64| {
        let sql = format!("update carts set {set} where cart_id % 10 = {n}");
        assert_eq!(other.execute(&sql, []).unwrap(), 1);
    };
    spoil("lines = 'x'", 1);
    spoil("lines = cast(x'ff' as text)", 2);
    drop(other);
    let store = bed.open().await;
    let add = |n| store.change(change(n, 1, add(&[2])));
    let answers = tokio::join!(add(0), add(1), add(2), add(3));
    assert!(answers.0.is_ok() && answers.3.is_ok());
    for spoilt in [answers.1, answers.2] {
        assert!(matches!(spoilt, Err(StoreError::Inconsistent { table: "carts", .. })), "{spoilt:?}");
    }
    assert_eq!(products(&stored(&*store, 3).await.unwrap()), [2, 1]);
}

/// What an earlier program left behind: its tables, and products of a file that has not changed since.
#[tokio::test]
async fn an_older_database_is_brought_up_to_date_and_loads_its_files_once_more() {
    let bed = Bed::sqlite();
    let file = bed.seed("a.jsonl", &[product(1, r#","ean":"7""#), product(2, "")]);
    let old = rusqlite::Connection::open(bed.path("carts.db")).unwrap();
    old.execute_batch(include_str!("../../migrations/sqlite/0001_carts_and_catalogue.sql")).unwrap();
    old.execute_batch(
        "pragma application_id = 0x43617274;
        create table migrations (number integer primary key not null, name text not null) strict;
        insert into migrations (number, name) values (1, 'carts_and_catalogue');",
    )
    .unwrap();
    let mut insert = old
        .prepare(
            "insert into products (account, locale, asin, title, product_group, availability, withdrawn, generation, seed_file,
                seed_line, doc)
            values ('', 'us', ?1, 'old', 'Book', 'available', ?2, ?3, 0, 1, ?4)",
        )
        .unwrap();
    // As the file has it, and one that an earlier load has withdrawn.
    let doc = |n| {
        let product: cartwright::catalog::Product = serde_json::from_str(&product(n, r#","ean":"7""#)).unwrap();
        serde_json::to_string(&product.with_listing_ids()).unwrap()
    };
    insert.execute((asin(1).as_str(), false, 5, doc(1))).unwrap();
    insert.execute((asin(3).as_str(), true, 4, doc(3))).unwrap();
    drop(insert);
    let marks = serde_json::json!([{"stamp": file.stamp().unwrap(), "digest": file.digest().unwrap()}]).to_string();
    old.execute("insert into baselines (account, generation, products, files) values ('', 5, 2, ?1)", [marks]).unwrap();
    drop(old);
    let store = bed.open().await;
    let files = [file];
    assert_eq!(store.load_baseline(&files).await.unwrap(), Loaded::Loaded { products: 2, withdrawn: 0, lists: 0 });
    let search = Search { words: vec![(SearchField::Any, "book")], limit: 9, ..Search::default() };
    assert_eq!(store.search(site(Locale::Us), &search).await.unwrap().total, 2);
    let found = store.products_of_code(site(Locale::Us), CodeType::Ean, "7").await.unwrap();
    assert_eq!(found.iter().map(|product| product.asin).collect::<Vec<_>>(), [asin(1)]);
    assert!(matches!(store.load_baseline(&files).await.unwrap(), Loaded::Unchanged { products: 2, .. }));
    // What was withdrawn comes back as any other.
    let files = [bed.seed("a.jsonl", &[product(3, r#","ean":"7""#)])];
    assert_eq!(store.load_baseline(&files).await.unwrap(), Loaded::Loaded { products: 1, withdrawn: 2, lists: 0 });
    assert_eq!(store.search(site(Locale::Us), &search).await.unwrap().products[0].asin, asin(3));
}

#[tokio::test]
async fn products_of_an_older_database_are_found_by_their_keys() {
    let bed = Bed::sqlite();
    let old = rusqlite::Connection::open(bed.path("carts.db")).unwrap();
    for sql in [
        include_str!("../../migrations/sqlite/0001_carts_and_catalogue.sql"),
        include_str!("../../migrations/sqlite/0002_lookups_and_purchases.sql"),
        include_str!("../../migrations/sqlite/0003_accounts.sql"),
        include_str!("../../migrations/sqlite/0004_snapshots.sql"),
        "pragma application_id = 0x43617274;
        create table migrations (number integer primary key not null, name text not null) strict;
        insert into migrations (number, name) values (4, 'snapshots');
        insert into catalogues (account, revision) values ('', 1), ('key', 1);",
    ] {
        old.execute_batch(sql).unwrap();
    }
    let mut insert = old
        .prepare(
            "insert into products (account, locale, asin, title, product_group, availability, withdrawn, generation, seed_file,
                seed_line, form, doc)
            values (?1, ?2, ?3, '', 'Book', 'available', 0, 0, 0, 1, 0, ?4)",
        )
        .unwrap();
    let mut rows = Vec::new();
    for locale in Locale::ALL {
        for asin in ["0000000000", "B000000001", "059600281X", "ZZZZZZZZZZ"] {
            rows.push(("", locale, asin));
        }
    }
    rows.extend([("key", Locale::Us, "B000000001"), ("key", Locale::Us, "B000000002")]);
    let title = |(account, locale, asin): (&str, Locale, &str)| format!("{account} {locale} {asin}");
    for row @ (account, locale, asin) in rows.iter().rev().copied() {
        let doc = serde_json::json!({
            "locale": locale, "asin": asin, "title": title(row), "product_group": "Book", "price": 100
        });
        insert.execute((account, locale.name(), asin, doc.to_string())).unwrap();
    }
    drop(insert);
    drop(old);
    let store = bed.open().await;
    for row @ (account, locale, asin) in rows {
        let found = store.products(Site { locale, account }, &[asin.parse().unwrap()]).await.unwrap();
        assert_eq!(found[0].as_ref().map(|listed| listed.product.title.clone()), Some(title(row)));
    }
    // New ones have room beside them, of the account and of the baseline.
    for account in ["key", ""] {
        let new = [3, 4].map(|n| serde_json::from_str(&product(n, "")).unwrap());
        store.put_products(account, new.into()).await.unwrap().unwrap();
        let search = Search { words: vec![(SearchField::Title, "book")], limit: 9, ..Search::default() };
        let found = store.search(Site { locale: Locale::Us, account }, &search).await.unwrap();
        assert_eq!(found.products.iter().map(|product| product.asin).collect::<Vec<_>>(), [asin(3), asin(4)]);
    }
}
