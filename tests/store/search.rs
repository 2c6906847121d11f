//! Searching the catalogue, and finding products by their numbers.

use super::bed::{Bed, asin, load, product, product_in, site};
use cartwright::cart::Locale;
use cartwright::catalog::{CodeType, Product, Search, SearchField, Sort};
use cartwright::store::{Loaded, Store};

super::backends! {
    every_word_must_occur_somewhere
    a_field_is_searched_alone
    no_word_is_an_operator
    text_without_spaces_is_found_by_its_parts
    case_accents_and_width_make_no_difference
    a_site_finds_its_own_products_alone
    index_node_and_price_narrow_a_search
    the_orders_are_what_they_are_called
    pages_follow_each_other
    a_search_reaches_the_best_sellers
    what_is_withdrawn_is_not_found_and_what_changes_is_found_anew
    a_product_is_found_by_its_other_numbers
    products_of_one_number_are_ten_at_most
}

/// A record of its own kind. `more` is more fields, each after a comma.
fn titled(n: u32, title: &str, more: &str) -> String {
    product(n, more).replace(&format!("\"Book {n}\""), &format!("{title:?}"))
}

/// The numbers of products, in order.
fn numbers(products: &[Product]) -> Vec<u32> {
    products.iter().map(|product| product.asin.as_str()[1..].parse().unwrap()).collect()
}

/// What is found, in order, with the total when it is another number.
async fn find(store: &dyn Store, search: Search<'_>) -> Vec<u32> {
    let search = Search { limit: if search.limit == 0 { 100 } else { search.limit }, ..search };
    let found = store.search(site(Locale::Us), &search).await.unwrap();
    assert_eq!(found.total, found.products.len() as u64, "all on one page");
    numbers(&found.products)
}

fn any(words: &str) -> Search<'_> {
    Search { words: vec![(SearchField::Any, words)], sort: Sort::SalesRank, ..Search::default() }
}

/// A few products with words in every field.
async fn library(bed: &Bed) -> std::sync::Arc<dyn Store> {
    let store = bed.open().await;
    let lines = [
        titled(1, "The Old Handcart", r#","author":"Nora Wainfleet","sales_rank":3,"browse_node":"900101""#),
        titled(2, "Carts & Wheels", r#","manufacturer":"Handcart Press","sales_rank":1,"release_date":"2004-10-05""#),
        titled(3, "Nora's Garden", r#","brand":"Wainfleet","sales_rank":2,"search_index":"Garden Tools""#),
        titled(4, "A Bell", r#","keywords":"brass handcart signal","release_date":"2005-01-01""#),
        product_in(Locale::De, 5, r#","keywords":"handcart""#),
    ];
    load(&*store, &[bed.seed("a.jsonl", &lines)]).await;
    store
}

async fn every_word_must_occur_somewhere(bed: Bed) {
    let store = library(&bed).await;
    assert_eq!(find(&*store, any("handcart")).await, [2, 1, 4]);
    assert_eq!(find(&*store, any("old HANDCART, the")).await, [1]);
    assert_eq!(find(&*store, any("wainfleet nora")).await, [3, 1], "in one field or in several");
    assert_eq!(find(&*store, any("handcart garden")).await, [0; 0]);
    assert_eq!(find(&*store, any("hand")).await, [0; 0], "a part of a word is none");
    assert_eq!(find(&*store, Search { words: Vec::new(), ..any("") }).await, [2, 3, 1, 4], "no words: everything");
    assert_eq!(find(&*store, any("...")).await, [0; 0], "but a text without words asks for what nothing has");
}

async fn a_field_is_searched_alone(bed: Bed) {
    let store = library(&bed).await;
    let of = |field, words| Search { words: vec![(field, words)], ..any("") };
    assert_eq!(find(&*store, of(SearchField::Title, "handcart")).await, [1]);
    assert_eq!(find(&*store, of(SearchField::Author, "wainfleet")).await, [1]);
    assert_eq!(find(&*store, of(SearchField::Brand, "wainfleet")).await, [3]);
    assert_eq!(find(&*store, of(SearchField::Manufacturer, "press handcart")).await, [2]);
    let both = vec![(SearchField::Any, "handcart"), (SearchField::Author, "nora")];
    assert_eq!(find(&*store, Search { words: both, ..any("") }).await, [1]);
}

async fn no_word_is_an_operator(bed: Bed) {
    let store = bed.open().await;
    let lines = [titled(1, "Salt AND Pepper", ""), titled(2, "Salt", ""), titled(3, "NOT near OR \"x\" title", "")];
    load(&*store, &[bed.seed("a.jsonl", &lines)]).await;
    assert_eq!(find(&*store, any("salt AND pepper")).await, [1]);
    assert_eq!(find(&*store, any("salt OR pepper")).await, [0; 0]);
    assert_eq!(find(&*store, any("salt NOT pepper")).await, [0; 0]);
    for hostile in [
        "\"",
        "sal*",
        "title:salt",
        "NEAR(salt pepper)",
        "^salt",
        "(salt",
        "salt + pepper",
        "-salt",
        "{a b}: c",
        "_s",
        "'; --",
    ] {
        store.search(site(Locale::Us), &Search { limit: 9, ..any(hostile) }).await.unwrap();
    }
    assert_eq!(find(&*store, any("title:salt")).await, [0; 0], "two words, the first of which it does not have");
    assert_eq!(find(&*store, any("NOT near or \"x\"")).await, [3]);
    assert_eq!(find(&*store, any("_s")).await, [0; 0], "nor does a word of the index's own");
}

async fn text_without_spaces_is_found_by_its_parts(bed: Bed) {
    let store = bed.open().await;
    let lines =
        [titled(1, "真鍮のハンドベル", ""), titled(2, "東京都の地図 第2版", ""), titled(3, "Handbell ベル", "")];
    load(&*store, &[bed.seed("a.jsonl", &lines)]).await;
    assert_eq!(find(&*store, any("ハンドベル")).await, [1]);
    assert_eq!(find(&*store, any("ベル")).await, [1, 3]);
    assert_eq!(find(&*store, any("ﾍﾞﾙ")).await, [1, 3]);
    assert_eq!(find(&*store, any("図")).await, [2]);
    assert_eq!(find(&*store, any("京都 地図")).await, [2]);
    assert_eq!(find(&*store, any("ルベ")).await, [0; 0]);
    assert_eq!(find(&*store, any("handbell ベル")).await, [3]);
}

async fn case_accents_and_width_make_no_difference(bed: Bed) {
    let store = bed.open().await;
    let lines = [titled(1, "Édition Spéciale", ""), titled(2, "MÜNCHEN", ""), titled(3, "munchen edition", "")];
    load(&*store, &[bed.seed("a.jsonl", &lines)]).await;
    assert_eq!(find(&*store, any("edition")).await, [1, 3]);
    assert_eq!(find(&*store, any("ÉDITION speciale")).await, [1]);
    assert_eq!(find(&*store, any("münchen")).await, [2, 3]);
    assert_eq!(find(&*store, any("ＭＵＮＣＨＥＮ")).await, [2, 3]);
}

async fn a_site_finds_its_own_products_alone(bed: Bed) {
    let store = library(&bed).await;
    let search = Search { limit: 9, ..any("handcart") };
    assert_eq!(numbers(&store.search(site(Locale::De), &search).await.unwrap().products), [5]);
    assert_eq!(store.search(site(Locale::Jp), &search).await.unwrap().total, 0);
}

async fn index_node_and_price_narrow_a_search(bed: Bed) {
    let store = library(&bed).await;
    let index = |index| Search { search_index: Some(index), words: Vec::new(), ..any("") };
    assert_eq!(find(&*store, index("Books")).await, [2, 1, 4]);
    assert_eq!(find(&*store, index("Garden Tools")).await, [3]);
    assert_eq!(find(&*store, index("Garden")).await, [0; 0]);
    assert_eq!(find(&*store, Search { search_index: Some("Books"), ..any("nora") }).await, [1]);
    let node = Search { browse_node: Some("900101"), words: Vec::new(), ..any("") };
    assert_eq!(find(&*store, node.clone()).await, [1]);
    assert_eq!(find(&*store, Search { search_index: Some("Garden Tools"), ..node.clone() }).await, [0; 0]);
    assert_eq!(find(&*store, Search { words: vec![(SearchField::Any, "handcart")], ..node }).await, [1]);
    // A product costs its number in hundreds.
    let price = |minimum_price, maximum_price| Search { minimum_price, maximum_price, ..any("handcart") };
    assert_eq!(find(&*store, price(Some(200), None)).await, [2, 4]);
    assert_eq!(find(&*store, price(Some(101), Some(399))).await, [2]);
}

async fn the_orders_are_what_they_are_called(bed: Bed) {
    let store = library(&bed).await;
    for (sort, order) in [
        (Sort::Relevance, [1, 2, 4]),
        (Sort::SalesRank, [2, 1, 4]),
        (Sort::PriceAscending, [1, 2, 4]),
        (Sort::PriceDescending, [4, 2, 1]),
        (Sort::Title, [4, 2, 1]),
        (Sort::TitleDescending, [1, 2, 4]),
        (Sort::Newest, [4, 2, 1]),
    ] {
        assert_eq!(find(&*store, Search { sort, ..any("handcart") }).await, order, "{sort:?}");
    }
}

async fn pages_follow_each_other(bed: Bed) {
    let store = bed.stocked().await;
    for sort in [Sort::Relevance, Sort::PriceDescending] {
        let mut seen = Vec::new();
        for page in 0..12 {
            let search = Search { skip: page * 10, limit: 10, sort, ..any("book") };
            let found = store.search(site(Locale::Us), &search).await.unwrap();
            let on_page = 99_usize.saturating_sub(page as usize * 10).min(10);
            assert_eq!((found.total, found.products.len()), (99, on_page));
            seen.extend(numbers(&found.products));
        }
        let mut all: Vec<u32> = (1..100).collect();
        if sort == Sort::PriceDescending {
            all.reverse();
        }
        assert_eq!(seen, all);
    }
}

async fn a_search_reaches_the_best_sellers(bed: Bed) {
    let store = bed.open().await;
    let reach = Search::REACH;
    // The dearer, the better it sells; the last of the file best of all.
    let lines: Vec<String> =
        (1..=reach + 500).map(|n| product(n, &format!(r#","sales_rank":{}"#, 10_000 - n))).collect();
    load(&*store, &[bed.seed("a.jsonl", &lines)]).await;
    for words in [vec![(SearchField::Any, "book")], vec![(SearchField::Title, "book")], Vec::new()] {
        let search = |sort| Search { words: words.clone(), sort, limit: 2, ..Search::default() };
        let found = store.search(site(Locale::Us), &search(Sort::SalesRank)).await.unwrap();
        assert_eq!((found.total, numbers(&found.products)), (u64::from(reach), vec![reach + 500, reach + 499]));
        let found = store.search(site(Locale::Us), &search(Sort::PriceAscending)).await.unwrap();
        assert_eq!((found.total, numbers(&found.products)), (u64::from(reach), vec![501, 502]));
        let last = Search { skip: reach - 1, ..search(Sort::Relevance) };
        assert_eq!(numbers(&store.search(site(Locale::Us), &last).await.unwrap().products), [501]);
    }
    // A rarer word reaches those that sell worst all the same.
    assert_eq!(find(&*store, any("book 7")).await, [7]);
}

async fn what_is_withdrawn_is_not_found_and_what_changes_is_found_anew(bed: Bed) {
    let store = bed.open().await;
    let first = [titled(1, "Red Cart", r#","ean":"1""#), titled(2, "Blue Cart", ""), titled(3, "Green Cart", "")];
    load(&*store, &[bed.seed("a.jsonl", &first)]).await;
    assert_eq!(find(&*store, any("cart")).await, [1, 2, 3]);
    let second =
        [titled(2, "Yellow Cart", ""), titled(3, "Green Cart", r#","sales_rank":1"#), titled(4, "New Cart", "")];
    assert_eq!(
        load(&*store, &[bed.seed("a.jsonl", &second)]).await,
        Loaded::Loaded { products: 3, withdrawn: 1, lists: 0 }
    );
    assert_eq!(find(&*store, any("cart")).await, [3, 2, 4]);
    assert_eq!(find(&*store, any("red")).await, [0; 0]);
    assert_eq!(find(&*store, any("blue")).await, [0; 0]);
    assert_eq!(find(&*store, any("yellow")).await, [2]);
    assert_eq!(store.products_of_code(site(Locale::Us), CodeType::Ean, "1").await.unwrap().len(), 0);
    store.close().await;
    let store = bed.open().await;
    load(&*store, &[bed.seed("a.jsonl", &first)]).await;
    assert_eq!(find(&*store, any("cart")).await, [1, 2, 3]);
    assert_eq!(store.products_of_code(site(Locale::Us), CodeType::Ean, "1").await.unwrap().len(), 1);
}

async fn a_product_is_found_by_its_other_numbers(bed: Bed) {
    let store = bed.open().await;
    let lines = [
        product(1, r#","ean":"9780123456786","isbn":"0-12-345678-x""#),
        product(2, r#","upc":"012345678905","ean":"9780123456786""#),
        product_in(Locale::De, 3, r#","ean":"9780123456786""#),
    ];
    load(&*store, &[bed.seed("a.jsonl", &lines)]).await;
    let find = async |locale, code_type, code: &str| {
        numbers(&store.products_of_code(site(locale), code_type, code).await.unwrap())
    };
    assert_eq!(find(Locale::Us, CodeType::Ean, "978-0123456786").await, [1, 2]);
    assert_eq!(find(Locale::De, CodeType::Ean, "9780123456786").await, [3]);
    assert_eq!(find(Locale::Us, CodeType::Upc, "012345678905").await, [2]);
    assert_eq!(find(Locale::Us, CodeType::Isbn, "012345678X").await, [1]);
    assert_eq!(find(Locale::Us, CodeType::Upc, "9780123456786").await, [0; 0]);
    assert_eq!(find(Locale::Us, CodeType::Ean, "").await, [0; 0]);
    assert_eq!(store.products_of_code(site(Locale::Us), CodeType::Isbn, "x").await.unwrap(), []);
}

async fn products_of_one_number_are_ten_at_most(bed: Bed) {
    let store = bed.open().await;
    let lines: Vec<String> = (1..=12).rev().map(|n| product(n, r#","upc":"5""#)).collect();
    load(&*store, &[bed.seed("a.jsonl", &lines)]).await;
    let found = store.products_of_code(site(Locale::Us), CodeType::Upc, "5").await.unwrap();
    assert_eq!(numbers(&found), (1..=10).collect::<Vec<_>>());
    assert_eq!(found[0].asin, asin(1));
}
