//! Loading the baseline catalogue, and finding products in it.

use super::bed::{Bed, asin, cart_id, change, create, load, make, product, product_in, site};
use cartwright::cart::{Asin, ListingId, Locale};
use cartwright::catalog::Product;
use cartwright::catalog::seed::SeedFile;
use cartwright::store::{Listed, LoadError, Loaded, MAX_SEED_ERRORS, Store};

super::backends! {
    the_same_files_are_not_loaded_again
    a_changed_file_is_loaded
    what_was_read_before_a_load_is_not_shown_after_it
    what_the_files_name_no_more_is_withdrawn_and_may_come_back
    a_product_that_occurs_twice_is_an_error_and_nothing_is_loaded
    a_listing_id_that_occurs_twice_is_an_error
    errors_of_all_files_are_collected_up_to_a_number
    a_product_is_found_by_the_listing_id_of_any_offer
    top_sellers_are_the_best_ranks_of_the_group
    new_releases_are_the_latest_dates_of_the_group
    a_load_that_nobody_waits_for_is_given_up
}

async fn titles(store: &dyn Store, asins: &[Asin]) -> Vec<String> {
    let show = |listed: Option<Listed>| {
        listed.map_or("-".to_owned(), |l| l.product.title.clone() + if l.withdrawn { " (withdrawn)" } else { "" })
    };
    store.products(site(Locale::Us), asins).await.unwrap().into_iter().map(show).collect()
}

pub(super) async fn errors(store: &dyn Store, files: &[SeedFile]) -> Vec<String> {
    match store.load_baseline(files).await {
        Err(LoadError::Seed(errors)) => {
            // File names are absolute; the last part is enough.
            let short = |text: String| text.split('/').next_back().unwrap_or_default().to_owned();
            errors
                .iter()
                .map(|error| {
                    let text = error.to_string();
                    let (place, message) = text.split_once(": ").unwrap();
                    let message = match message.split_once("first at ") {
                        Some((what, place)) => format!("{what}first at {}", short(place.to_owned())),
                        None => message.to_owned(),
                    };
                    format!("{}: {message}", short(place.to_owned()))
                })
                .collect()
        }
        other => panic!("{other:?}"),
    }
}

async fn the_same_files_are_not_loaded_again(bed: Bed) {
    let store = bed.open().await;
    let file = bed.seed("a.jsonl", &[product(1, ""), product(2, "")]);
    assert_eq!(
        load(&*store, std::slice::from_ref(&file)).await,
        Loaded::Loaded { products: 2, withdrawn: 0, lists: 0 }
    );
    assert_eq!(load(&*store, std::slice::from_ref(&file)).await, Loaded::Unchanged { products: 2, lists: 0 });
    store.close().await;
    let store = bed.open().await;
    assert_eq!(load(&*store, std::slice::from_ref(&file)).await, Loaded::Unchanged { products: 2, lists: 0 });
    // Written anew with the same content: other time, other stamp, same digest.
    std::fs::remove_file(bed.path("a.jsonl")).unwrap();
    let file = bed.seed("a.jsonl", &[product(1, ""), product(2, "")]);
    let stamp = file.stamp().unwrap();
    assert_eq!(load(&*store, std::slice::from_ref(&file)).await, Loaded::Unchanged { products: 2, lists: 0 });
    assert_eq!(file.stamp().unwrap(), stamp);
    assert_eq!(load(&*store, &[file]).await, Loaded::Unchanged { products: 2, lists: 0 });
}

async fn a_changed_file_is_loaded(bed: Bed) {
    let store = bed.open().await;
    load(&*store, &[bed.seed("a.jsonl", &[product(1, ""), product(2, "")])]).await;
    let file = bed.seed("a.jsonl", &[product(1, r#","author":"Somebody""#), product(2, ""), product(3, "")]);
    assert_eq!(load(&*store, &[file]).await, Loaded::Loaded { products: 3, withdrawn: 0, lists: 0 });
    let found = store.products(site(Locale::Us), &[asin(1)]).await.unwrap();
    assert_eq!(found[0].as_ref().unwrap().product.author.as_deref(), Some("Somebody"));
    assert_eq!(titles(&*store, &[asin(3), asin(4), asin(2)]).await, ["Book 3", "-", "Book 2"]);
}

async fn what_was_read_before_a_load_is_not_shown_after_it(bed: Bed) {
    let store = bed.open().await;
    for author in ["first", "second", "third"] {
        load(&*store, &[bed.seed("a.jsonl", &[product(1, &format!(r#","author":"{author}""#))])]).await;
        if author == "first" {
            make(&*store, change(1, 0, create(&[1]))).await.unwrap();
        }
        for _ in 0..2 {
            let found = store.products(site(Locale::Us), &[asin(1)]).await.unwrap();
            let view = store.cart(cart_id(1), "").await.unwrap().unwrap();
            for listed in [&found[0], &view.products[0]] {
                assert_eq!(listed.as_ref().unwrap().product.author.as_deref(), Some(author));
            }
        }
    }
}

async fn what_the_files_name_no_more_is_withdrawn_and_may_come_back(bed: Bed) {
    let store = bed.open().await;
    let rank = r#","sales_rank":1,"release_date":"2026-01-01""#;
    let both = [product(1, rank), product(2, rank)];
    load(&*store, &[bed.seed("a.jsonl", &both)]).await;
    make(&*store, change(1, 0, create(&[1, 2]))).await.unwrap();
    assert_eq!(
        load(&*store, &[bed.seed("a.jsonl", &both[1..])]).await,
        Loaded::Loaded { products: 1, withdrawn: 1, lists: 0 }
    );
    assert_eq!(titles(&*store, &[asin(1), asin(2)]).await, ["Book 1 (withdrawn)", "Book 2"]);
    let view = store.cart(cart_id(1), "").await.unwrap().unwrap();
    assert_eq!(view.products.iter().flatten().map(|listed| listed.withdrawn).collect::<Vec<_>>(), [true, false]);
    let listing = view.products[0].as_ref().unwrap().product.own_listing();
    assert!(store.product_of_listing(site(Locale::Us), &listing).await.unwrap().is_none());
    assert_eq!(store.top_sellers(site(Locale::Us), "Book", 9).await.unwrap().len(), 1);
    assert_eq!(store.new_releases(site(Locale::Us), "Book", 9).await.unwrap().len(), 1);
    assert_eq!(
        load(&*store, &[bed.seed("a.jsonl", &both)]).await,
        Loaded::Loaded { products: 2, withdrawn: 0, lists: 0 }
    );
    assert_eq!(titles(&*store, &[asin(1)]).await, ["Book 1"]);
    assert!(store.product_of_listing(site(Locale::Us), &listing).await.unwrap().is_some());
}

async fn a_product_that_occurs_twice_is_an_error_and_nothing_is_loaded(bed: Bed) {
    let store = bed.open().await;
    load(&*store, &[bed.seed("old.jsonl", &[product(9, "")])]).await;
    let files = [
        bed.seed("a.jsonl", &[product(1, ""), product(2, ""), product(1, "")]),
        bed.seed("b.jsonl", &[product_in(Locale::De, 2, ""), product(2, "")]),
    ];
    let found = errors(&*store, &files).await;
    assert_eq!(
        found,
        [
            "a.jsonl:3: asin: us B000000001 occurs twice; first at a.jsonl:1",
            "b.jsonl:2: asin: us B000000002 occurs twice; first at a.jsonl:2",
        ]
    );
    assert_eq!(titles(&*store, &[asin(9), asin(1)]).await, ["Book 9", "-"]);
    assert_eq!(
        load(&*store, &[SeedFile::at(bed.path("old.jsonl"))]).await,
        Loaded::Unchanged { products: 1, lists: 0 }
    );
}

async fn a_listing_id_that_occurs_twice_is_an_error(bed: Bed) {
    let store = bed.open().await;
    let own = r#","listing_id":"same""#;
    let files = [bed.seed("a.jsonl", &[product(1, own), product_in(Locale::De, 2, own), product(3, own)])];
    assert_eq!(
        errors(&*store, &files).await,
        ["a.jsonl:3: listing_id: the listing id same occurs twice in us; first at a.jsonl:1"]
    );
}

async fn errors_of_all_files_are_collected_up_to_a_number(bed: Bed) {
    let store = bed.open().await;
    let few = [
        bed.seed("a.jsonl", &["{}".to_owned(), product(1, "")]),
        bed.seed("b.jsonl", &[product(1, ""), "{}".to_owned()]),
    ];
    let found = errors(&*store, &few).await;
    let places: Vec<_> = found.iter().filter_map(|error| error.split(": ").next()).collect();
    assert!(places.starts_with(&["a.jsonl:1"]) && places.ends_with(&["b.jsonl:2"]), "{found:?}");
    assert!(places.contains(&"b.jsonl:1"), "{found:?}");
    let many = [bed.seed("c.jsonl", &vec!["{}".to_owned(); 100])];
    assert_eq!(errors(&*store, &many).await.len(), MAX_SEED_ERRORS);
    assert_eq!(titles(&*store, &[asin(1)]).await, ["-"]);
}

async fn a_product_is_found_by_the_listing_id_of_any_offer(bed: Bed) {
    let store = bed.open().await;
    let offer = r#","offers":[{"listing_id":"other%2Bone","merchant_id":"M","seller_nickname":"N","condition":"Used","price":5}]"#;
    load(&*store, &[bed.seed("a.jsonl", &[product(1, offer), product(2, "")])]).await;
    let found = |listing: ListingId, locale| {
        let store = &store;
        async move {
            store.product_of_listing(site(locale), &listing).await.unwrap().map(|listed| listed.product.title.clone())
        }
    };
    let other = ListingId::from_request("other+one").unwrap();
    assert_eq!(found(other.clone(), Locale::Us).await.as_deref(), Some("Book 1"));
    assert_eq!(found(other, Locale::De).await, None);
    assert_eq!(found(ListingId::derived(Locale::Us, asin(2), "", "New"), Locale::Us).await.as_deref(), Some("Book 2"));
    assert_eq!(found(ListingId::from_request("none").unwrap(), Locale::Us).await, None);
}

fn numbers(products: &[Product]) -> Vec<u32> {
    products.iter().map(|product| product.asin.as_str()[1..].parse().unwrap()).collect()
}

async fn top_sellers_are_the_best_ranks_of_the_group(bed: Bed) {
    let store = bed.open().await;
    let ranked = |n, rank| product(n, &format!(r#","sales_rank":{rank}"#));
    let dvd = ranked(6, 1).replace("Book\",\"price", "DVD\",\"price");
    let lines = [ranked(1, 300), ranked(2, 7), product(3, ""), ranked(5, 20), ranked(4, 20), dvd];
    load(&*store, &[bed.seed("a.jsonl", &lines)]).await;
    assert_eq!(numbers(&store.top_sellers(site(Locale::Us), "Book", 9).await.unwrap()), [2, 4, 5, 1]);
    assert_eq!(numbers(&store.top_sellers(site(Locale::Us), "Book", 2).await.unwrap()), [2, 4]);
    assert_eq!(numbers(&store.top_sellers(site(Locale::Us), "DVD", 9).await.unwrap()), [6]);
    assert_eq!(numbers(&store.top_sellers(site(Locale::De), "Book", 9).await.unwrap()), [0; 0]);
}

async fn new_releases_are_the_latest_dates_of_the_group(bed: Bed) {
    let store = bed.open().await;
    let released = |n, date| product(n, &format!(r#","release_date":"{date}""#));
    let lines = [
        released(1, "1999-12-31"),
        released(2, "2026-02-01"),
        product(3, ""),
        released(5, "2026-10-01"),
        released(4, "2026-10-01"),
    ];
    load(&*store, &[bed.seed("a.jsonl", &lines)]).await;
    assert_eq!(numbers(&store.new_releases(site(Locale::Us), "Book", 9).await.unwrap()), [4, 5, 2, 1]);
    assert_eq!(numbers(&store.new_releases(site(Locale::Us), "Book", 1).await.unwrap()), [4]);
}

async fn a_load_that_nobody_waits_for_is_given_up(bed: Bed) {
    let store = bed.stocked().await;
    let lines: Vec<String> = (100..20_100).map(|n| product(n, "")).collect();
    let many = [bed.seed("many.jsonl", &lines)];
    let mut loading = store.load_baseline(&many);
    // Handed in, and no more than that.
    let pending = std::future::poll_fn(|context| std::task::Poll::Ready(loading.as_mut().poll(context).is_pending()));
    assert!(pending.await);
    drop(loading);
    drop(store);
    let store = bed.open().await;
    let found = store.products(site(Locale::Us), &[asin(1), asin(20_000)]).await.unwrap();
    assert!(matches!(&found[..], [Some(Listed { withdrawn: false, .. }), None]), "{found:?}");
    assert!(matches!(load(&*store, &many).await, Loaded::Loaded { products: 20_000, withdrawn: 99, lists: 0 }));
}
