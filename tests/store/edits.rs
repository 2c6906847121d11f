//! Edits of the catalogue: an account's own products in front of the baseline's, and edits of the baseline.

use super::bed::{Bed, asin, cart_id, change, create, load, make, product, product_in, site};
use cartwright::cart::{Asin, ListingId, Locale};
use cartwright::catalog::{CodeType, Product, Search, SearchField, Sort};
use cartwright::store::{Loaded, Site, Store};

super::backends! {
    an_accounts_product_stands_in_front_of_the_baselines_in_every_read
    other_accounts_and_sites_see_the_baseline
    a_product_that_an_account_withdraws_is_withdrawn_for_it_alone
    what_was_withdrawn_comes_back_when_it_is_put
    the_catalogue_is_read_page_by_page_as_an_account_sees_it
    a_listing_id_belongs_to_one_product_of_what_an_account_sees
    a_listing_id_may_move_within_one_edit
    an_edit_of_the_baseline_is_seen_at_once_and_undone_by_the_next_start
    edits_are_there_after_a_restart
    many_products_are_written_all_or_none
}

fn mine(locale: Locale) -> Site<'static> {
    Site { locale, account: "mine" }
}

/// The product of a seed line.
fn parsed(line: &str) -> Product {
    serde_json::from_str(line).unwrap()
}

async fn put(store: &dyn Store, account: &str, lines: &[String]) {
    store.put_products(account, lines.iter().map(|line| parsed(line)).collect()).await.unwrap().unwrap();
}

fn show(product: &Product) -> String {
    format!("{} {}", product.asin.as_str()[1..].parse::<u32>().unwrap(), product.title)
}

/// Everything that reads products of a site, as one text each.
async fn all_reads(store: &dyn Store, site: Site<'_>, n: u32) -> Vec<String> {
    let list = |products: Vec<Product>| products.iter().map(show).collect::<Vec<_>>().join(", ");
    let listing = ListingId::derived(Locale::Us, asin(n), "", "New");
    let search =
        |words| Search { words: vec![(SearchField::Any, words)], sort: Sort::SalesRank, limit: 9, ..Search::default() };
    let listed = store.products(site, &[asin(n)]).await.unwrap().remove(0);
    let cart = store.cart(cart_id(1), site.account).await.unwrap().unwrap();
    vec![
        listed.map_or("-".to_owned(), |l| l.product.title.clone() + if l.withdrawn { " (withdrawn)" } else { "" }),
        store.product_of_listing(site, &listing).await.unwrap().map_or("-".to_owned(), |l| l.product.title.clone()),
        list(store.products_of_code(site, CodeType::Ean, "7").await.unwrap()),
        list(store.search(site, &search("book")).await.unwrap().products),
        list(store.search(site, &Search { search_index: Some("Books"), ..search("book") }).await.unwrap().products),
        list(store.top_sellers(site, "Book", 9).await.unwrap()),
        list(store.new_releases(site, "Book", 9).await.unwrap()),
        list(store.catalogue(site.account, Some(Locale::Us), None, 9).await.unwrap()),
        cart.products[0].as_ref().map_or("-".to_owned(), |l| l.product.title.clone()),
    ]
}

/// Two products of the baseline, which every read finds, and a cart with the first.
async fn shop(bed: &Bed) -> std::sync::Arc<dyn Store> {
    let store = bed.open().await;
    let line = |n| product(n, &format!(r#","ean":"7","sales_rank":{n},"release_date":"2005-01-0{}""#, 9 - n));
    load(&*store, &[bed.seed("a.jsonl", &[line(1), line(2)])]).await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    store
}

const BASELINE: [&str; 9] = [
    "Book 1",
    "Book 1",
    "1 Book 1, 2 Book 2",
    "1 Book 1, 2 Book 2",
    "1 Book 1, 2 Book 2",
    "1 Book 1, 2 Book 2",
    "1 Book 1, 2 Book 2",
    "1 Book 1, 2 Book 2",
    "Book 1",
];

async fn an_accounts_product_stands_in_front_of_the_baselines_in_every_read(bed: Bed) {
    let store = shop(&bed).await;
    assert_eq!(all_reads(&*store, mine(Locale::Us), 1).await, BASELINE);
    let own = product(1, r#","ean":"7","sales_rank":3,"release_date":"2005-01-01""#).replace("Book 1", "My book");
    put(&*store, "mine", &[own]).await;
    let order = "2 Book 2, 1 My book";
    assert_eq!(
        all_reads(&*store, mine(Locale::Us), 1).await,
        ["My book", "My book", "1 My book, 2 Book 2", order, order, order, order, "1 My book, 2 Book 2", "My book"]
    );
    assert_eq!(all_reads(&*store, site(Locale::Us), 1).await, BASELINE);
    // Without what the baseline's has: a number, a rank, a date, an offer of its own, the word.
    put(&*store, "mine", &[product(1, "").replace("Book 1", "Mine").replace(r#","price":100"#, "")]).await;
    assert_eq!(
        all_reads(&*store, mine(Locale::Us), 1).await,
        ["Mine", "-", "2 Book 2", "2 Book 2", "2 Book 2", "2 Book 2", "2 Book 2", "1 Mine, 2 Book 2", "Mine"]
    );
}

async fn other_accounts_and_sites_see_the_baseline(bed: Bed) {
    let store = shop(&bed).await;
    put(&*store, "mine", &[product(1, "").replace("Book 1", "Mine"), product_in(Locale::De, 1, ""), product(3, "")])
        .await;
    assert_eq!(all_reads(&*store, Site { locale: Locale::Us, account: "other" }, 1).await, BASELINE);
    assert!(store.products(site(Locale::De), &[asin(1)]).await.unwrap()[0].is_none());
    assert!(store.products(mine(Locale::De), &[asin(1)]).await.unwrap()[0].is_some());
    assert!(store.products(site(Locale::Us), &[asin(3)]).await.unwrap()[0].is_none());
    // Loading the baseline again leaves an account's products alone.
    let file = bed.seed("a.jsonl", &[product(1, ""), product(4, "")]);
    assert_eq!(load(&*store, &[file]).await, Loaded::Loaded { products: 2, withdrawn: 1, lists: 0 });
    let titles: Vec<String> =
        store.catalogue("mine", Some(Locale::Us), None, 9).await.unwrap().iter().map(show).collect();
    assert_eq!(titles, ["1 Mine", "3 Book 3", "4 Book 4"]);
}

async fn a_product_that_an_account_withdraws_is_withdrawn_for_it_alone(bed: Bed) {
    let store = shop(&bed).await;
    assert!(store.withdraw_product(mine(Locale::Us), asin(1)).await.unwrap());
    let rest = "2 Book 2";
    assert_eq!(
        all_reads(&*store, mine(Locale::Us), 1).await,
        ["Book 1 (withdrawn)", "-", rest, rest, rest, rest, rest, rest, "Book 1"]
    );
    assert_eq!(all_reads(&*store, site(Locale::Us), 1).await, BASELINE);
    assert!(!store.withdraw_product(mine(Locale::Us), asin(1)).await.unwrap(), "it sees none any more");
    assert!(!store.withdraw_product(mine(Locale::Us), asin(9)).await.unwrap());
    assert!(!store.withdraw_product(mine(Locale::De), asin(2)).await.unwrap());
    put(&*store, "mine", &[product(3, "")]).await;
    assert!(store.withdraw_product(mine(Locale::Us), asin(3)).await.unwrap());
    assert_eq!(all_reads(&*store, mine(Locale::Us), 3).await[..2], ["Book 3 (withdrawn)", "-"]);
}

async fn what_was_withdrawn_comes_back_when_it_is_put(bed: Bed) {
    let store = shop(&bed).await;
    for account in ["mine", ""] {
        let site = Site { locale: Locale::Us, account };
        let before = all_reads(&*store, site, 2).await;
        let product = store.products(site, &[asin(2)]).await.unwrap().remove(0).unwrap().product;
        assert!(store.withdraw_product(site, asin(2)).await.unwrap());
        assert_eq!(all_reads(&*store, site, 2).await[0], "Book 2 (withdrawn)");
        store.put_products(account, vec![(*product).clone()]).await.unwrap().unwrap();
        assert_eq!(all_reads(&*store, site, 2).await, before);
    }
}

async fn the_catalogue_is_read_page_by_page_as_an_account_sees_it(bed: Bed) {
    let store = bed.open().await;
    let lines =
        [1, 2, 3].map(|n| product_in(Locale::De, n, "")).into_iter().chain([1, 2, 3, 4].map(|n| product(n, "")));
    load(&*store, &[bed.seed("a.jsonl", &lines.collect::<Vec<_>>())]).await;
    put(&*store, "mine", &[product(2, "").replace("Book", "Mine"), product(9, ""), product_in(Locale::Jp, 1, "")])
        .await;
    store.withdraw_product(mine(Locale::Us), asin(3)).await.unwrap();
    store.withdraw_product(mine(Locale::De), asin(1)).await.unwrap();
    let walk = async |account: &str, locale: Option<Locale>, limit| {
        let (mut seen, mut after): (Vec<String>, Option<(Locale, Asin)>) = (Vec::new(), None);
        loop {
            let page = store.catalogue(account, locale, after, limit).await.unwrap();
            assert!(page.len() <= limit as usize);
            let Some(last) = page.last() else { break };
            after = Some((last.locale, last.asin));
            seen.extend(page.iter().map(|product| format!("{}:{}", product.locale, show(product))));
        }
        seen.join(", ")
    };
    let baseline = "de:1 Book 1, de:2 Book 2, de:3 Book 3, us:1 Book 1, us:2 Book 2, us:3 Book 3, us:4 Book 4";
    let own = "de:2 Book 2, de:3 Book 3, jp:1 Book 1, us:1 Book 1, us:2 Mine 2, us:4 Book 4, us:9 Book 9";
    for limit in [1, 2, 100] {
        assert_eq!(walk("", None, limit).await, baseline);
        assert_eq!(walk("other", None, limit).await, baseline);
        assert_eq!(walk("mine", None, limit).await, own);
        assert_eq!(walk("mine", Some(Locale::De), limit).await, "de:2 Book 2, de:3 Book 3");
        assert_eq!(walk("", Some(Locale::Jp), limit).await, "");
    }
    let after = |locale| Some((locale, asin(9)));
    assert_eq!(store.catalogue("", Some(Locale::Jp), after(Locale::Us), 9).await.unwrap(), []);
    assert_eq!(store.catalogue("", Some(Locale::Us), after(Locale::De), 9).await.unwrap().len(), 4);
}

async fn a_listing_id_belongs_to_one_product_of_what_an_account_sees(bed: Bed) {
    let store = bed.open().await;
    let listed = |n, listing: &str| product(n, &format!(r#","listing_id":"{listing}""#));
    load(&*store, &[bed.seed("a.jsonl", &[listed(1, "one"), listed(2, "two")])]).await;
    let refused = async |account: &str, lines: &[String]| {
        let products = lines.iter().map(|line| parsed(line)).collect();
        store.put_products(account, products).await.unwrap().unwrap_err().to_string()
    };
    let message = "us B000000003: the listing id one belongs to an offer of B000000001";
    assert_eq!(refused("", &[product(4, ""), listed(3, "one")]).await, message);
    assert_eq!(refused("mine", &[product(4, ""), listed(3, "one")]).await, message);
    assert_eq!(
        refused("mine", &[listed(3, "new"), listed(4, "new")]).await.replace("B000000004", "B000000003"),
        message.replace(" one ", " new ").replace("B000000001", "B000000003")
    );
    assert!(store.products(mine(Locale::Us), &[asin(4)]).await.unwrap()[0].is_none(), "all or none");
    // What the account has put something in front of is not in its way.
    put(&*store, "mine", &[listed(1, "uno"), listed(3, "one")]).await;
    let found = async |site| {
        let listing = ListingId::from_request("one").unwrap();
        store.product_of_listing(site, &listing).await.unwrap().map(|listed| listed.product.asin)
    };
    assert_eq!(found(mine(Locale::Us)).await, Some(asin(3)));
    assert_eq!(found(site(Locale::Us)).await, Some(asin(1)));
    // And another locale's never.
    put(&*store, "mine", &[product_in(Locale::De, 5, r#","listing_id":"two""#)]).await;
}

async fn a_listing_id_may_move_within_one_edit(bed: Bed) {
    let store = bed.open().await;
    let listed = |n, listing: &str| product(n, &format!(r#","listing_id":"{listing}""#));
    for account in ["", "mine"] {
        put(&*store, account, &[listed(1, "one"), listed(2, "two")]).await;
        put(&*store, account, &[listed(2, "one"), listed(1, "two")]).await;
        let found = async |listing: &str| {
            let site = Site { locale: Locale::Us, account };
            let listing = ListingId::from_request(listing).unwrap();
            store.product_of_listing(site, &listing).await.unwrap().map(|listed| listed.product.asin)
        };
        assert_eq!((found("one").await, found("two").await), (Some(asin(2)), Some(asin(1))));
        put(&*store, account, &[listed(1, "three")]).await;
        assert_eq!(found("two").await, None, "an offer that is no more is found no more");
    }
}

async fn an_edit_of_the_baseline_is_seen_at_once_and_undone_by_the_next_start(bed: Bed) {
    let store = shop(&bed).await;
    let file = [cartwright::catalog::seed::SeedFile::at(bed.path("a.jsonl"))];
    assert_eq!(load(&*store, &file).await, Loaded::Unchanged { products: 2, lists: 0 });
    put(&*store, "", &[product(1, "").replace("Book 1", "Another"), product(3, "")]).await;
    assert_eq!(all_reads(&*store, site(Locale::Us), 1).await[0], "Another");
    assert_eq!(all_reads(&*store, mine(Locale::Us), 1).await[3], "2 Book 2, 3 Book 3");
    store.close().await;
    let store = bed.open().await;
    assert_eq!(load(&*store, &file).await, Loaded::Loaded { products: 2, withdrawn: 1, lists: 0 });
    assert_eq!(all_reads(&*store, site(Locale::Us), 1).await, BASELINE);
    assert_eq!(load(&*store, &file).await, Loaded::Unchanged { products: 2, lists: 0 });
    assert!(store.withdraw_product(site(Locale::Us), asin(2)).await.unwrap());
    assert_eq!(all_reads(&*store, site(Locale::Us), 2).await[0], "Book 2 (withdrawn)");
    assert_eq!(load(&*store, &file).await, Loaded::Loaded { products: 2, withdrawn: 0, lists: 0 });
    assert_eq!(all_reads(&*store, site(Locale::Us), 1).await, BASELINE);
}

async fn edits_are_there_after_a_restart(bed: Bed) {
    let store = shop(&bed).await;
    put(&*store, "mine", &[product(1, "").replace("Book 1", "Mine")]).await;
    let before = all_reads(&*store, mine(Locale::Us), 1).await;
    store.close().await;
    let store = bed.open().await;
    assert_eq!(all_reads(&*store, mine(Locale::Us), 1).await, before);
    assert_eq!(all_reads(&*store, site(Locale::Us), 1).await, BASELINE);
}

async fn many_products_are_written_all_or_none(bed: Bed) {
    let store = bed.stocked().await;
    let mut lines: Vec<String> = (1..=3000).map(|n| product(n, &format!(r#","sales_rank":{}"#, 5000 - n))).collect();
    put(&*store, "mine", &lines).await;
    let best = Search { sort: Sort::SalesRank, limit: 1, ..Search::default() };
    let found = store.search(mine(Locale::Us), &best).await.unwrap();
    assert_eq!((found.total, found.products[0].asin), (3000, asin(3000)));
    assert_eq!(store.search(site(Locale::Us), &best).await.unwrap().total, 99);
    // The last of several that have one key counts.
    put(&*store, "mine", &[product(1, "").replace("Book", "First"), product(1, "").replace("Book", "Last")]).await;
    assert_eq!(
        store.products(mine(Locale::Us), &[asin(1)]).await.unwrap()[0].as_ref().unwrap().product.title,
        "Last 1"
    );
    lines.push(product(3001, r#","listing_id":"x""#));
    lines.push(product(3002, r#","listing_id":"x""#));
    let products = lines.iter().map(|line| parsed(&line.replace("Book", "Later"))).collect();
    assert!(store.put_products("mine", products).await.unwrap().is_err());
    assert_eq!(
        store.products(mine(Locale::Us), &[asin(2)]).await.unwrap()[0].as_ref().unwrap().product.title,
        "Book 2"
    );
    assert_eq!(store.search(mine(Locale::Us), &best).await.unwrap().total, 3000);
}
