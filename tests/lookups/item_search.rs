//! ItemSearch: products by words.

use super::{items, message, server, verdict};

const SEARCH: &str = "Operation=ItemSearch&Version=2009-10-01&ResponseGroup=ItemIds";

#[test]
fn a_search_finds_products_by_their_words() {
    let server = server();
    for (query, found) in [
        ("SearchIndex=All&Keywords=handcart", "1"),
        ("SearchIndex=All&Keywords=WAINWRIGHT", "1"),
        ("SearchIndex=Books&Title=come", "3"),
        ("SearchIndex=DVD&Keywords=cart", "2"),
        ("SearchIndex=Books&Author=ada%20wright&Sort=titlerank", "1 4"),
        ("SearchIndex=Books&Manufacturer=Tumbrel", "1"),
        ("SearchIndex=Books&Publisher=Tumbrel", "1"),
        ("SearchIndex=Books&Brand=Tumbrel", "1"),
        ("SearchIndex=Books&Power=author:wright%20and%20title:many", "4"),
        ("SearchIndex=Books&BrowseNode=1000&Sort=price", "3 1"),
        ("SearchIndex=Books&BrowseNode=1000&Sort=-price", "1 3"),
        ("SearchIndex=Books&BrowseNode=1000&MinimumPrice=1501", "1"),
        ("SearchIndex=Books&BrowseNode=1000&MaximumPrice=1500", "3"),
    ] {
        assert_eq!(items(&server.call(&format!("{SEARCH}&{query}"))), found, "{query}");
    }
}

#[test]
fn results_are_counted_over_all_pages() {
    let server = server();
    let answer = server.call(&format!("{SEARCH}&SearchIndex=Books&BrowseNode=1000"));
    assert_eq!((answer.text("TotalResults"), answer.text("TotalPages")), ("2".to_owned(), "1".to_owned()));
    let beyond = server.call(&format!("{SEARCH}&SearchIndex=Books&BrowseNode=1000&ItemPage=2"));
    assert_eq!((beyond.text("TotalResults"), items(&beyond)), ("2".to_owned(), String::new()));
}

#[test]
fn no_match_is_told_in_a_valid_answer() {
    let server = server();
    let answer = server.call(&format!("{SEARCH}&SearchIndex=All&Keywords=nothing"));
    assert_eq!(verdict(&answer), "True: NoExactMatches");
    assert_eq!(message(&answer), "We did not find any matches for your request.");
    assert_eq!((answer.text("TotalResults"), answer.text("TotalPages")), ("0".to_owned(), "0".to_owned()));
    let japanese = server.call_in("jp", &format!("{SEARCH}&SearchIndex=All&Keywords=nothing"));
    assert_eq!(message(&japanese), "リクエストに該当する結果がありません。");
}

#[test]
fn a_search_needs_an_index_and_something_to_search_for() {
    let server = server();
    assert_eq!(verdict(&server.call(&format!("{SEARCH}&Keywords=x"))), "False: MissingParameters");
    let answer = server.call(&format!("{SEARCH}&SearchIndex=Books&MaximumPrice=1"));
    assert_eq!(verdict(&answer), "False: MinimumParameterRequirement");
    let starts = "Your request should have atleast 1 of the following parameters: 'Keywords','Title','Power',";
    assert!(message(&answer).starts_with(starts), "{}", message(&answer));
}

#[test]
fn an_index_refuses_what_does_not_go_with_it() {
    let server = server();
    let answer = server.call(&format!("{SEARCH}&SearchIndex=All&BrowseNode=1000"));
    assert_eq!(
        message(&answer),
        "Your request contained a restricted parameter combination.  When SearchIndex equals All, BrowseNode cannot be present."
    );
    let of_none = |version: &str, locale: &str| {
        let query = format!("Operation=ItemSearch&SearchIndex=x&BrowseNode=1&ItemPage=1&Version={version}");
        verdict(&server.call_in(locale, &query))
    };
    let refused = |times: usize| {
        format!("False: InvalidEnumeratedParameter{}", ", RestrictedParameterValueCombination".repeat(times))
    };
    assert_eq!(of_none("2008-08-19", "us"), refused(2));
    assert_eq!(of_none("2010-12-01", "de"), refused(3));
    assert_eq!(of_none("2011-08-01", "us"), refused(0));
}

#[test]
fn pages_end_where_the_service_ended_them() {
    let server = server();
    for (version, index, last) in [
        ("2009-10-01", "Books", 400),
        ("2009-10-01", "All", 400),
        ("2011-08-01", "Books", 10),
        ("2011-08-01", "All", 5),
    ] {
        let call = |page: u32| {
            let query = format!("Operation=ItemSearch&Version={version}&SearchIndex={index}&Keywords=wright");
            server.call(&format!("{query}&ItemPage={page}"))
        };
        assert_eq!(verdict(&call(last)), "True: ", "{version} {index}");
        let beyond = call(last + 1);
        assert_eq!(verdict(&beyond), "False: ParameterOutOfRange", "{version} {index}");
        let told =
            format!("The value you specified for ItemPage is invalid.  Valid values must be between 1 and {last}.");
        assert_eq!(message(&beyond), told);
    }
}

#[test]
fn the_newer_service_goes_on_after_a_wrong_group_and_names_another_operation() {
    let server = server();
    let query = "Operation=ItemSearch&SearchIndex=All&ResponseGroup=???";
    let older = server.call(&format!("{query}&Version=2008-08-19"));
    assert_eq!(verdict(&older), "False: InvalidResponseGroup");
    assert!(message(&older).contains("for ItemSearch requests"), "{}", message(&older));
    let newer = server.call(&format!("{query}&Version=2011-08-01"));
    let all = "False: InvalidEnumeratedParameter, InvalidResponseGroup, MinimumParameterRequirement";
    assert_eq!(verdict(&newer), all);
    assert!(newer.texts("Message")[1].contains("for ItemLookup requests"), "{:?}", newer.texts("Message"));
}
