//! `cartwright replay`: recorded answers come back equal, and what does not is found.

use cartwright::replay::{self, Counts, Report, Verdict};
use std::path::{Path, PathBuf};

fn in_tests(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder)
}

fn replayed(folder: &Path) -> Report {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(replay::folder(folder)).unwrap()
}

#[track_caller]
fn all_equal(report: &Report) {
    assert!(report.counts().different == 0 && !report.replayed.is_empty(), "{report}");
}

#[test]
fn recordings_come_back_equal_pretty_printed_or_not() {
    let report = replayed(&in_tests("fixtures/recorded"));
    assert_eq!(report.counts(), Counts { equal: 13, excepted: 0, different: 0 }, "{report}");
    let skipped: Vec<&str> = report.skipped.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(skipped, ["notes.txt"]);
    let text = report.to_string();
    for part in [
        "CartAdd           2010-12-01  jp      InvalidQuantity + ItemAlreadyInCart",
        "SimilarityLookup  2008-08-19  de      NoSimilarities",
        "skipped: notes.txt is",
        "13 recordings: 13 equal, 0 equal but for tabled exceptions, 0 different; 2 out of scope, 1 other files skipped",
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

#[test]
fn what_is_not_compared_is_told_and_counted() {
    let report = replayed(&in_tests("fixtures/recorded/products"));
    let text = report.to_string();
    for part in [
        "out of scope (1 recordings): BrowseNodeLookup is no operation of this server\n  browse-node.xml\n",
        "out of scope (1 recordings): RequestThrottled is an accident, which no request brings about\n  throttled.xml\n",
        "elements not compared: ItemAttributes/Author 1, ItemAttributes/Creator 1, \
         Items/Item that does not hold the words asked for 1, Merchant/AverageFeedbackRating 2, Merchant/Location 1, \
         Merchant/TotalFeedback 2, OfferAttributes/SubCondition 2\n",
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

#[test]
fn every_answer_of_this_server_can_be_replayed() {
    all_equal(&replayed(&in_tests("golden")));
    all_equal(&replayed(&in_tests("lookups/golden")));
}

#[test]
fn what_the_server_answers_otherwise_is_found() {
    let report = replayed(&in_tests("fixtures/recorded_different"));
    let first: Vec<(&str, &str)> = report
        .replayed
        .iter()
        .map(|one| match &one.verdict {
            Verdict::Different(differences) => (one.file.as_str(), differences[0].path.as_str()),
            other => panic!("{}: {other:?}", one.file),
        })
        .collect();
    assert_eq!(
        first,
        [
            ("add-in-wrong-order.xml", "/CartAddResponse/Cart/CartItems/CartItem[1]/ASIN"),
            ("clear-another-cart.xml", "/CartClearResponse/Cart/CartId"),
            ("create-wrong-price-text.xml", "/CartCreateResponse/Cart/CartItems/CartItem[1]/ItemTotal/FormattedPrice"),
            ("no-key-other-words.xml", "/CartGetErrorResponse/Error/Message"),
            ("offers-dearest-first.xml", "/ItemLookupResponse/Items/Item/Offers/Offer[1]/Merchant/MerchantId"),
            ("search-miscounted.xml", "/ItemSearchResponse/Items/TotalResults"),
        ]
    );
}

/// Recorded answers of the live service are no part of the repository. Whoever has some names their folder.
#[test]
fn recordings_of_the_live_service_come_back_equal() {
    match std::env::var_os("CARTWRIGHT_RECORDED") {
        Some(folder) => {
            all_equal(&replayed(&Path::new(&folder).join("cart")));
            all_equal(&replayed(&Path::new(&folder).join("lookup")));
        }
        None => eprintln!("skipped: CARTWRIGHT_RECORDED names no folder of recorded answers"),
    }
}
