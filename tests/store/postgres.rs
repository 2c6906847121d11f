//! What is special to a database that servers share, and that may go away.

use super::bed::{
    Bed, LIMITS, add, asin, at, cart_id, change, create, items, load, make, product, products, site, stored,
};
use super::proxy::{Proxy, error, saying};
use cartwright::cart::{Action, Expiry, Locale, Refusal};
use cartwright::store::{DatabaseUrl, Listed, Loaded, Site, Store, StoreError, StoreSettings, SweepCursor, open};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Longer than a request may wait for a database that is away, however busy the machine is.
const IN_TIME: Duration = Duration::from_secs(20);

/// Makes a change that other servers may be in the way of; [`StoreError::Busy`] says that it was not made.
async fn insist(store: &dyn Store, n: u32, action: impl Fn() -> Action) {
    loop {
        match store.change(change(n, 1, action())).await {
            Ok(applied) => {
                applied.unwrap();
                return;
            }
            Err(StoreError::Busy) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_that_change_one_cart_at_once_lose_nothing() {
    let bed = Bed::postgres();
    let stores = [bed.stocked().await, bed.open().await];
    make(&*stores[0], change(1, 0, create(&[99]))).await.unwrap();
    let tasks: Vec<_> = (1..=60)
        .map(|n| {
            let store = Arc::clone(&stores[n as usize % 2]);
            tokio::spawn(async move { insist(&*store, 1, || add(&[n])).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let cart = stored(&*stores[0], 1).await.unwrap();
    let mut found = products(&cart);
    found.sort_unstable();
    assert_eq!(found, (1..=60).chain([99]).collect::<Vec<_>>());
    assert_eq!((cart.revision, stored(&*stores[1], 1).await), (61, Some(cart.clone())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_draw_one_cart_id_make_one_cart() {
    let bed = Bed::postgres();
    let stores = [bed.stocked().await, bed.open().await];
    let mut made = 0;
    for n in 0..40 {
        let answers =
            tokio::join!(stores[0].change(change(n, 0, create(&[1]))), stores[1].change(change(n, 0, create(&[2]))));
        let answers = [answers.0.unwrap(), answers.1.unwrap()];
        for (answer, item) in answers.iter().zip([1, 2]) {
            match answer {
                Ok(applied) => {
                    assert_eq!(stored(&*stores[0], n).await.as_ref(), Some(&*applied.cart));
                    assert_eq!(products(&applied.cart), [item]);
                    made += 1;
                }
                Err(refusal) => assert_eq!(*refusal, Refusal::IdTaken),
            }
        }
    }
    assert_eq!(made, 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_server_does_to_carts_the_others_see_at_once() {
    let bed = Bed::postgres();
    let (one, other) = (bed.stocked().await, bed.open().await);
    make(&*one, change(1, 0, create(&[1]))).await.unwrap();
    assert_eq!(products(&make(&*other, change(1, 1, add(&[2]))).await.unwrap().cart), [2, 1]);
    assert_eq!(products(&stored(&*one, 1).await.unwrap()), [2, 1]);
    other.touch(cart_id(1), at(500));
    other.ping().await.unwrap();
    assert_eq!(stored(&*one, 1).await.unwrap().touched_at, at(500));
    assert_eq!(other.shared_setting("secret", vec![1]).await.unwrap(), [1]);
    assert_eq!(one.shared_setting("secret", vec![2]).await.unwrap(), [1]);
}

/// What a server shows of these two products: the author of one, and whether the other is withdrawn.
fn shown(products: &[Option<Listed>]) -> (Option<String>, bool) {
    let [Some(first), Some(second)] = products else { panic!("{products:?}") };
    (first.product.author.clone(), second.withdrawn)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_server_does_to_the_catalogue_it_shows_at_once_and_the_others_within_a_second() {
    let bed = Bed::postgres();
    let (one, other) = (bed.stocked().await, bed.open().await);
    make(&*one, change(1, 0, create(&[1, 2]))).await.unwrap();
    let asins = [asin(1), asin(2)];
    // Both know the products by now.
    for store in [&one, &other] {
        for _ in 0..3 {
            assert_eq!(shown(&store.products(site(Locale::Us), &asins).await.unwrap()), (None, false));
            let view = store.cart(cart_id(1), "").await.unwrap().unwrap();
            assert_eq!(view.products.iter().flatten().count(), 2);
        }
    }
    load(&*other, &[bed.seed("new.jsonl", &[product(1, r#","author":"Somebody""#)])]).await;
    let begun = Instant::now();
    let new = (Some("Somebody".to_owned()), true);
    assert_eq!(shown(&other.products(site(Locale::Us), &asins).await.unwrap()), new);
    // A cart brings the catalogue's revision along.
    let mut view = one.cart(cart_id(1), "").await.unwrap().unwrap();
    view.products.sort_by_key(|listed| listed.as_ref().map(|listed| listed.product.asin));
    assert_eq!(shown(&view.products), new);
    // Once more, for a server that has not read a cart since.
    load(&*one, &[bed.seed("newer.jsonl", &[product(1, r#","author":"Nobody""#), product(2, "")])]).await;
    let newer = (Some("Nobody".to_owned()), false);
    while shown(&other.products(site(Locale::Us), &asins).await.unwrap()) != newer {
        assert!(begun.elapsed() < Duration::from_secs(1), "it is still not seen");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_gets_products_of_its_own_sees_them_through_every_server() {
    let bed = Bed::postgres();
    let (one, other) = (bed.stocked().await, bed.open().await);
    make(&*one, change(1, 0, create(&[1]))).await.unwrap();
    let titles = async |store: &dyn Store| {
        let mut titles = Vec::new();
        for account in ["key", "another", ""] {
            let view = store.cart(cart_id(1), account).await.unwrap().unwrap();
            titles.push(view.products[0].as_ref().unwrap().product.title.clone());
        }
        titles
    };
    for _ in 0..2 {
        assert_eq!(titles(&*one).await, ["Book 1", "Book 1", "Book 1"]);
        assert_eq!(titles(&*other).await, ["Book 1", "Book 1", "Book 1"]);
    }
    let own = serde_json::from_str(&product(1, "").replace("Book 1", "My book")).unwrap();
    one.put_products("key", vec![own]).await.unwrap().unwrap();
    for store in [&one, &other] {
        assert_eq!(titles(&**store).await, ["My book", "Book 1", "Book 1"]);
    }
    let own = Site { locale: Locale::Us, account: "key" };
    assert!(other.withdraw_product(own, asin(1)).await.unwrap());
    for store in [&one, &other] {
        let view = store.cart(cart_id(1), "key").await.unwrap().unwrap();
        assert!(view.products[0].as_ref().unwrap().withdrawn);
        let view = store.cart(cart_id(1), "another").await.unwrap().unwrap();
        assert!(!view.products[0].as_ref().unwrap().withdrawn);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn carts_that_are_asked_for_at_once_are_answered_to_whoever_asked() {
    let bed = Bed::postgres();
    let store = bed.stocked().await;
    for n in 0..20 {
        make(&*store, change(n, 0, create(&[n + 1]))).await.unwrap();
    }
    let readers: Vec<_> = (0..400)
        .map(|reader| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for round in 0..5 {
                    let n = (reader * 7 + round) % 25;
                    let found = stored(&*store, n).await.map(|cart| products(&cart));
                    assert_eq!(found, (n < 20).then(|| vec![n + 1]));
                }
            })
        })
        .collect();
    // Some go away before they are answered.
    for reader in readers.iter().step_by(9) {
        reader.abort();
    }
    for (reader, done) in readers.into_iter().enumerate() {
        assert!(done.await.is_ok() || reader % 9 == 0);
    }
    assert_eq!(products(&stored(&*store, 3).await.unwrap()), [4]);
    store.close().await;
    assert!(matches!(store.cart(cart_id(1), "").await, Err(StoreError::Closed)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_start_at_once_make_the_tables_and_load_the_catalogue_once() {
    let bed = Bed::postgres();
    let lines: Vec<String> = (1..3_000).map(|n| product(n, "")).collect();
    let file = bed.seed("stock.jsonl", &lines);
    let starts: Vec<_> = (0..5)
        .map(|_| {
            let (url, file) = (bed.url().clone(), file.clone());
            tokio::spawn(async move {
                let store = open(&url, StoreSettings::default()).await.unwrap();
                load(&*store, &[file]).await
            })
        })
        .collect();
    let mut loaded = 0;
    for start in starts {
        match start.await.unwrap() {
            Loaded::Loaded { products: 2_999, withdrawn: 0, lists: 0 } => loaded += 1,
            other => assert_eq!(other, Loaded::Unchanged { products: 2_999, lists: 0 }),
        }
    }
    assert_eq!(loaded, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sweepers_side_by_side_delete_every_dead_cart_once_and_none_that_lives() {
    let bed = Bed::postgres();
    let stores = [bed.stocked().await, bed.open().await];
    for n in 0..100 {
        let born = if n % 4 == 0 { 8 * 86_400 } else { 0 };
        make(&*stores[0], change(n, born, create(&[]))).await.unwrap();
    }
    let sweep = async |store: &dyn Store| {
        let (mut deleted, mut next) = (0, Some(SweepCursor::default()));
        while let Some(from) = next {
            let step = store.sweep(at(9 * 86_400), Expiry::default(), Arc::default(), from, 7).await.unwrap();
            deleted += step.deleted.len();
            next = step.next;
        }
        deleted
    };
    let deleted = tokio::join!(sweep(&*stores[0]), sweep(&*stores[1]));
    assert_eq!(deleted.0 + deleted.1, 75);
    for n in 0..100 {
        assert_eq!(stored(&*stores[0], n).await.is_some(), n % 4 == 0, "{n}");
    }
}

/// A server keeps the plan of a prepared statement while its table grows. So even the plan for the smallest table must lead to a
/// cart by its number alone.
#[tokio::test]
async fn carts_are_found_by_their_numbers_however_small_the_table_was_when_the_plan_was_made() {
    let bed = Bed::postgres();
    let store = bed.stocked().await;
    for n in 0..5 {
        make(&*store, change(n, 0, create(&[1]))).await.unwrap();
    }
    let mut looked_at = 0;
    for (name, sql) in crate::architecture::statements("src/store/postgres/sql.rs") {
        if !["from carts", "update carts"].iter().any(|touch| sql.contains(touch)) || name.starts_with("SWEEP_PAGE") {
            continue;
        }
        let values =
            (1..=30).take_while(|n| sql.contains(&format!("${n}"))).map(|_| "null").collect::<Vec<_>>().join(", ");
        // As the store's connections have it.
        let plan = bed.schema().execute(&format!(
            "analyze carts; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
            set plan_cache_mode = force_generic_plan;
            prepare looked_at as {sql}; explain execute looked_at({values})"
        ));
        let plan = plan.join("\n");
        assert!(plan.contains("carts_pkey") && !plan.contains("carts_by_day"), "{name}: {plan}");
        looked_at += 1;
    }
    assert!(looked_at >= 4, "{looked_at} statements");
}

/// Ends every connection to this schema, as an operator or a failing server does.
fn end_connections(bed: &Bed) {
    bed.schema().execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = '{}' and pid <> pg_backend_pid()",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_ended_in_the_middle_of_load_lose_no_acknowledged_change() {
    const CARTS: u32 = 6;
    let bed = Bed::postgres();
    let store = bed.stocked().await;
    let acknowledged = Arc::new(AtomicU32::new(0));
    let writers: Vec<_> = (0..CARTS)
        .map(|n| {
            let (store, acknowledged) = (Arc::clone(&store), Arc::clone(&acknowledged));
            tokio::spawn(async move {
                make(&*store, change(n, 0, create(&[99]))).await.unwrap();
                let (mut sure, mut tried) = (vec![99], vec![99]);
                for item in 1..=60 {
                    tried.push(item);
                    if let Ok(applied) = store.change(change(n, 1, add(&[item]))).await {
                        applied.unwrap();
                        sure.push(item);
                        acknowledged.fetch_add(1, Ordering::SeqCst);
                        // Reading may fail, and does not find less than there is.
                        assert!(!matches!(store.cart(cart_id(n), "").await, Ok(None)));
                    }
                }
                (n, sure, tried)
            })
        })
        .collect();
    let mut ended = 0;
    let mut seen = 0;
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        // Only once something was acknowledged since the last time, so that the writers get on.
        let now = acknowledged.load(Ordering::SeqCst);
        if now > seen {
            seen = now;
            tokio::task::block_in_place(|| end_connections(&bed));
            ended += 1;
        }
        tokio::task::yield_now().await;
    }
    assert!(ended > 5, "the connections were ended {ended} times");
    for writer in writers {
        let (n, sure, tried) = writer.await.unwrap();
        let found = products(&stored(&*store, n).await.unwrap());
        let cart = stored(&*store, n).await.unwrap();
        assert!(sure.iter().all(|item| found.contains(item)), "{sure:?} were acknowledged, {found:?} are there");
        assert!(found.iter().all(|item| tried.contains(item)));
        assert!(cart.lines.iter().all(|line| line.quantity == 1), "nothing was done twice");
        assert!(sure.len() > 30, "only {} of 60 were made", sure.len());
    }
    make(&*store, change(0, 2, Action::Clear)).await.unwrap();
}

/// The address of the tests' database through this proxy.
async fn through_proxy(bed: &Bed) -> (Proxy, DatabaseUrl) {
    let url = bed.schema().url();
    let (front, rest) = url.split_once('@').expect("postgres://USER@HOST:PORT/…");
    let (server, path) = rest.split_once('/').unwrap();
    let server: SocketAddr = tokio::net::lookup_host(server).await.unwrap().next().unwrap();
    let proxy = Proxy::before(server).await;
    let url = format!("{front}@{}/{path}&sslmode=disable", proxy.addr);
    (proxy, url.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_whose_answer_was_lost_is_made_once_and_acknowledged() {
    let bed = Bed::postgres();
    bed.stocked().await.close().await;
    let (proxy, url) = through_proxy(&bed).await;
    let store = open(&url, StoreSettings::default()).await.unwrap();
    // So that every statement is known to the server, and each is one message.
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    make(&*store, change(1, 0, add(&[1]))).await.unwrap();
    for (step, action) in [add(&[1]), add(&[2]), Action::Clear, add(&[3])].into_iter().enumerate() {
        // The first message loads the cart, the second saves it.
        proxy.lose_the_answer_of_message(2);
        let made = make(&*store, change(1, 1, action)).await.unwrap().cart;
        assert!(proxy.has_lost_it());
        assert_eq!(stored(&*store, 1).await.unwrap(), *made);
        assert_eq!(made.revision, 3 + step as u64);
        make(&*store, change(1000, 1, Action::Clear)).await.unwrap_err(); // the new connection knows its statements too
        store.shared_setting("any", vec![1]).await.unwrap();
        let warm = made.revision;
        make(&*store, change(2 + u32::try_from(step).unwrap(), 1, create(&[1]))).await.unwrap();
        assert_eq!(stored(&*store, 1).await.unwrap().revision, warm);
    }
    proxy.lose_the_answer_of_message(1); // a new cart is not loaded
    make(&*store, change(900, 0, create(&[1, 2]))).await.unwrap();
    assert!(proxy.has_lost_it());
    assert_eq!(products(&stored(&*store, 900).await.unwrap()), [1, 2]);
    assert_eq!(stored(&*store, 1).await.unwrap().lines[0].quantity, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_away_is_told_in_time_and_found_again() {
    let bed = Bed::postgres();
    bed.stocked().await.close().await;
    let (proxy, url) = through_proxy(&bed).await;
    let store = open(&url, StoreSettings::default()).await.unwrap();
    let before = make(&*store, change(1, 0, create(&[1]))).await.unwrap().cart;
    stored(&*store, 1).await.unwrap();
    proxy.cut();
    let started = Instant::now();
    let failed = tokio::join!(
        store.change(change(1, 1, add(&[2]))),
        store.cart(cart_id(1), ""),
        store.change(change(2, 1, create(&[2]))),
        store.ping()
    );
    assert!(failed.0.is_err() && failed.1.is_err() && failed.2.is_err() && failed.3.is_err());
    assert!(started.elapsed() < IN_TIME, "{:?}", started.elapsed());
    // From now on nobody waits: a thousand would take an hour otherwise.
    let started = Instant::now();
    for n in 0..1000 {
        assert!(store.change(change(n, 1, create(&[2]))).await.is_err());
    }
    assert!(started.elapsed() < IN_TIME, "{:?}", started.elapsed());
    store.touch(cart_id(1), at(300));
    proxy.mend();
    store.ping().await.unwrap();
    let found = stored(&*store, 1).await.unwrap();
    assert_eq!((&found.lines, found.revision, found.touched_at), (&before.lines, 1, at(300)));
    assert_eq!(stored(&*store, 2).await, None);
    make(&*store, change(1, 400, add(&[2]))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_for_a_moment_is_not_noticed() {
    let bed = Bed::postgres();
    bed.stocked().await.close().await;
    let (proxy, url) = through_proxy(&bed).await;
    let store = open(&url, StoreSettings::default()).await.unwrap();
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    stored(&*store, 1).await.unwrap();
    proxy.cut();
    let mend = async {
        tokio::task::yield_now().await;
        proxy.mend();
    };
    let (written, read, ()) = tokio::join!(store.change(change(1, 1, add(&[2]))), store.cart(cart_id(1), ""), mend);
    written.unwrap().unwrap();
    assert!(read.unwrap().is_some());
}

#[tokio::test]
async fn a_text_may_hold_every_character() {
    let bed = Bed::postgres();
    let store = bed.stocked().await;
    for (n, odd) in ["\0", "\\0", "\\", "a\0\\\\\0b", "\u{FFFF}\u{1F6D2}"].into_iter().enumerate() {
        let n = u32::try_from(n).unwrap();
        let mut odd_change = change(n, 0, create(&[1]));
        odd.clone_into(&mut odd_change.access.account);
        odd_change.action = Action::Create {
            associate_tag: odd.to_owned(),
            merge: false,
            items: items(&[1]),
            may_be_empty: false,
            limits: LIMITS,
        };
        let made = make(&*store, odd_change).await.unwrap().cart;
        assert_eq!((made.account.as_str(), made.associate_tag.as_str()), (odd, odd));
        assert_eq!(stored(&*store, n).await.unwrap(), *made);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spoilt_cart_is_trouble_for_its_own_callers_alone() {
    let bed = Bed::postgres();
    let store = bed.stocked().await;
    for n in 0..3 {
        make(&*store, change(n, 0, create(&[1]))).await.unwrap();
    }
    bed.schema().execute("update carts set lines = 'x' where cart_id % 10 = 1");
    let add = |n| store.change(change(n, 1, add(&[2])));
    let answers = tokio::join!(add(0), add(1), add(2));
    assert!(answers.0.is_ok() && answers.2.is_ok());
    assert!(matches!(answers.1, Err(StoreError::Inconsistent { table: "carts", .. })), "{:?}", answers.1);
    let read = store.cart(cart_id(1), "").await;
    assert!(matches!(read, Err(StoreError::Inconsistent { table: "carts", .. })), "{read:?}");
    assert_eq!(products(&stored(&*store, 2).await.unwrap()), [2, 1]);
}

async fn refusal(url: &str) -> String {
    match open(&url.parse().unwrap(), StoreSettings::default()).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error @ StoreError::Unusable { .. }) => error.to_string(),
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn what_a_server_says_no_to_is_told_in_words_and_without_the_password() {
    let old =
        [(b'R', vec![0; 4]), (b'S', b"server_version\x0012.22\0".to_vec()), (b'K', vec![0; 8]), (b'Z', b"I".to_vec())];
    let cases = [
        (vec![error("28P01", "…")], "the password of somebody is not accepted"),
        (vec![error("28000", "no entry in pg_hba.conf")], "somebody is not let in: no entry in pg_hba.conf"),
        (vec![error("3D000", "…")], "there is no database shop"),
        (vec![error("53300", "too many clients")], "the server takes no more connections: too many clients"),
        (vec![error("57P03", "it is starting up")], "the server is not ready: it is starting up"),
        (vec![error("42501", "no CONNECT")], "somebody may not do what is needed there: no CONNECT"),
        (old.to_vec(), "PostgreSQL 12 is too old; 13 or later is needed"),
    ];
    for (messages, reason) in cases {
        let addr = saying(&messages).await;
        let message = refusal(&format!("postgres://somebody:secret@{addr}/shop")).await;
        assert_eq!(message, format!("postgres://…@{addr}/shop: {reason}"));
    }
    let closed = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let message = refusal(&format!("postgres://somebody:secret@{closed}/shop")).await;
    assert!(message.starts_with(&format!("postgres://…@{closed}/shop: the server cannot be reached: ")), "{message}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_told() {
    let bed = Bed::postgres();
    let url = bed.schema().url();
    let (server, options) = url.split_once('?').unwrap();
    let (server, _) = server.rsplit_once('/').unwrap();
    let message = refusal(&format!("{server}/no_such_database?{options}")).await;
    assert!(message.ends_with("/no_such_database: there is no database no_such_database"), "{message}");
}

#[tokio::test]
async fn tables_of_another_program_are_left_alone() {
    for foreign in [
        "create table carts (id int)",
        "create table migrations (id int, migration text, batch int)",
        "create table migrations (number text, name text); insert into migrations values ('first', '')",
    ] {
        let bed = Bed::postgres();
        bed.schema().execute(foreign);
        let message = refusal(&bed.schema().url()).await;
        assert!(message.ends_with(": it holds tables of another program"), "{foreign}: {message}");
    }
}

#[tokio::test]
async fn a_database_of_a_later_program_is_refused_and_left_alone() {
    let bed = Bed::postgres();
    bed.open().await.close().await;
    bed.schema().execute("insert into migrations (number, name) values (99, 'later')");
    let message = refusal(&bed.schema().url()).await;
    assert!(
        message.contains(": it was written by a later Cartwright (schema 99; this program knows up to "),
        "{message}"
    );
}

#[tokio::test]
async fn a_search_path_without_a_schema_is_told() {
    let bed = Bed::postgres();
    let url = bed.schema().url().replace(bed.schema().name(), "no_such_schema");
    let message = refusal(&url).await;
    assert!(message.ends_with(": the search path names no schema that exists"), "{message}");
}
