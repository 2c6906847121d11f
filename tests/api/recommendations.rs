//! The recommendation lists (docs/PROTOCOL.md, sections 1.6 and 6.10).

use super::shop::Shop;
use super::{children, verdict};
use crate::support::{Answer, TestServer};

const GROUPS: &str = "ResponseGroup=Cart,CartSimilarities,CartTopSellers,CartNewReleases";
const LISTS: [&str; 5] =
    ["SimilarProducts", "TopSellers", "NewReleases", "SimilarViewedProducts", "OtherCategoriesSimilarProducts"];

/// Seven similar books and seven similar films, all of them ranked and dated.
fn shop() -> Shop {
    let books: Vec<_> = (1..8).map(|n| format!("B00000000{n}")).collect();
    let films: Vec<_> = (1..8).map(|n| format!("D00000000{n}")).collect();
    let list = |asins: &[String]| asins.iter().map(|asin| format!("\"{asin}\"")).collect::<Vec<_>>().join(",");
    let mut products = vec![format!(
        r#"B000000000,"similar":[{},{}],"also_viewed":[{},"B999999999"]"#,
        list(&films),
        list(&books),
        list(&films)
    )];
    for n in 1..8 {
        products.push(format!(r#"B00000000{n},"sales_rank":{},"release_date":"2005-01-0{n}""#, 20 - n));
        products.push(format!(r#"D00000000{n},"product_group":"DVD","sales_rank":{n}"#));
    }
    Shop::with(&products.iter().map(String::as_str).collect::<Vec<_>>())
}

fn create(server: &TestServer, version: &str, groups: &str) -> Answer {
    server.call(&format!("Operation=CartCreate&Item.1.ASIN=B000000000&Version={version}&{groups}"))
}

fn asins(answer: &Answer, list: &str) -> String {
    answer.inside(list).map(|list| list.texts("ASIN").join(" ")).unwrap_or_default()
}

#[test]
fn each_list_has_its_five_best_in_order() {
    let shop = shop();
    let answer = create(&shop.open(), "2011-08-01", GROUPS);
    for (list, expected) in LISTS.into_iter().zip([
        "B000000001 B000000002 B000000003 B000000004 B000000005",
        "B000000007 B000000006 B000000005 B000000004 B000000003",
        "B000000007 B000000006 B000000005 B000000004 B000000003",
        "D000000001 D000000002 D000000003 D000000004 D000000005",
        "D000000001 D000000002 D000000003 D000000004 D000000005",
    ]) {
        assert_eq!(asins(&answer, list), expected, "{list}");
    }
    let element = answer.inside("SimilarProduct").unwrap();
    assert_eq!(
        (children(&answer, "SimilarProduct").as_str(), element.text("Title")),
        ("ASIN Title", "Title of B000000001".into())
    );
}

#[test]
fn the_lists_stand_behind_the_lines_in_the_order_of_the_schema() {
    let shop = shop();
    let answer = create(&shop.open(), "2011-08-01", GROUPS);
    let all = children(&answer, "Cart");
    assert!(all.ends_with(&format!(" CartItems {}", LISTS.join(" "))), "{all}");
    assert_eq!(children(&answer, "OtherCategoriesSimilarProducts"), ["OtherCategoriesSimilarProduct"; 5].join(" "));
}

#[test]
fn a_list_is_there_only_when_its_group_was_asked_for() {
    let shop = shop();
    let server = shop.open();
    for (group, lists) in [
        ("Cart", &[][..]),
        ("CartSimilarities", &["SimilarProducts", "SimilarViewedProducts", "OtherCategoriesSimilarProducts"]),
        ("CartTopSellers", &["TopSellers"]),
        ("CartNewReleases", &["NewReleases"]),
    ] {
        let answer = create(&server, "2011-08-01", &format!("ResponseGroup={group}"));
        let there: Vec<_> = LISTS.into_iter().filter(|list| answer.has(list)).collect();
        assert_eq!(there, lists, "{group}");
        assert_eq!(answer.has("CartItems"), group == "Cart", "{group}");
    }
}

#[test]
fn a_list_without_entries_is_left_out() {
    let server = TestServer::start();
    let answer = server.call(&format!("Operation=CartCreate&Item.1.ASIN=B000000CAP&Version=2011-08-01&{GROUPS}"));
    assert!(children(&answer, "Cart").ends_with(" SubTotal CartItems"));
    let cart = server.create(&["B000000001"]);
    server.call(&format!("Operation=CartClear&{}", cart.cart()));
    let empty = server.call(&format!("Operation=CartGet&Version=2011-08-01&{GROUPS}&{}", cart.cart()));
    assert_eq!(children(&empty, "Cart"), "Request CartId HMAC URLEncodedHMAC");
}

#[test]
fn what_is_in_the_cart_or_not_in_the_catalogue_is_not_similar() {
    let shop = shop();
    let server = shop.open();
    let query = format!(
        "Operation=CartCreate&Item.1.ASIN=B000000000&Item.2.ASIN=B000000001&Item.3.ASIN=D000000002&Version=2011-08-01&{GROUPS}"
    );
    let answer = server.call(&query);
    assert_eq!(asins(&answer, "SimilarProducts"), "B000000002 B000000003 B000000004 B000000005 B000000006");
    assert_eq!(asins(&answer, "SimilarViewedProducts"), "D000000001 D000000003 D000000004 D000000005 D000000006");
}

#[test]
fn top_sellers_are_those_of_all_product_groups_in_the_cart() {
    let shop = shop();
    let server = shop.open();
    let query = "Operation=CartCreate&Item.1.ASIN=B000000000&Item.2.ASIN=D000000007&Version=2011-08-01&ResponseGroup=CartTopSellers";
    assert_eq!(asins(&server.call(query), "TopSellers"), "D000000001 D000000002 D000000003 D000000004 D000000005");
}

#[test]
fn early_versions_know_fewer_groups_and_lists() {
    let shop = shop();
    let server = shop.open();
    for version in ["2004-11-10", "2005-03-23", "2005-10-05"] {
        let answer = create(&server, version, "ResponseGroup=Cart,CartSimilarities");
        assert!(answer.has("SimilarProducts"), "{version}");
        assert!(!answer.has("SimilarViewedProducts") && !answer.has("OtherCategoriesSimilarProducts"), "{version}");
    }
    for (version, valid) in [("2005-10-05", false), ("2006-03-08", false), ("2007-04-04", true), ("2013-08-01", true)] {
        for group in ["CartTopSellers", "CartNewReleases"] {
            let answer = create(&server, version, &format!("ResponseGroup=Cart,{group}"));
            assert_eq!(
                verdict(&answer),
                if valid { "True: " } else { "False: InvalidResponseGroup" },
                "{version} {group}"
            );
        }
    }
    let viewed = create(&server, "2006-03-08", "ResponseGroup=Cart,CartSimilarities");
    assert!(viewed.has("SimilarViewedProducts") && viewed.has("OtherCategoriesSimilarProducts"));
}

#[test]
fn every_operation_but_cart_clear_can_bring_them() {
    let shop = shop();
    let server = shop.open();
    let cart = create(&server, "2011-08-01", GROUPS);
    let id = cart.item("B000000000");
    for operation in [
        "CartGet".to_owned(),
        "CartAdd&Item.1.ASIN=B000000001".to_owned(),
        format!("CartModify&Item.1.CartItemId={id}&Item.1.Quantity=2"),
    ] {
        let answer = server.call(&format!("Operation={operation}&Version=2011-08-01&{GROUPS}&{}", cart.cart()));
        for list in LISTS {
            assert!(answer.has(list), "{list} {operation}");
        }
    }
}
