//! Offers: whose are shown, in which order, and what is told of each.

use super::server;
use crate::support::Answer;

const OLD: &str = "Operation=ItemLookup&Version=2009-10-01";
const NEW: &str = "Operation=ItemLookup&Version=2011-08-01";

/// The total, and the prices in order.
fn prices(answer: &Answer) -> String {
    let Some(offers) = answer.inside("Offers") else { return "none".to_owned() };
    let amounts = offers.body.split("<Price><Amount>").skip(1).filter_map(|rest| rest.split_once('<'));
    let amounts: Vec<&str> = amounts.map(|(amount, _)| amount).collect();
    format!("{}: {}", offers.text("TotalOffers"), amounts.join(" "))
}

#[test]
fn condition_and_merchant_choose_the_offers_cheapest_first() {
    let server = server();
    for (query, expected) in [
        ("", "1: 1800"),
        ("&MerchantId=All", "2: 1800 2100"),
        ("&MerchantId=All&Condition=All", "4: 1698 1800 2100 2495"),
        ("&MerchantId=All&Condition=Used", "1: 1698"),
        ("&MerchantId=All&Condition=Refurbished", "0: "),
        ("&Condition=All", "1: 1800"),
        ("&Condition=Used", "0: "),
        ("&MerchantId=FeaturedBuyBoxMerchant", "1: 1800"),
        ("&MerchantId=A1NEWBOOKS0000", "1: 2100"),
        ("&MerchantId=AM6SI1Y13JQ1J", "0: "),
        ("&MerchantId=AM6SI1Y13JQ1J&Condition=All", "1: 1698"),
        ("&MerchantId=ATVPDKIKX0DER", "1: 1800"),
    ] {
        let answer = server.call(&format!("{OLD}&ItemId=B00LOOKUP1&ResponseGroup=Offers{query}"));
        assert_eq!(prices(&answer), expected, "{query}");
    }
    let buy_box =
        server.call(&format!("{OLD}&ItemId=B00LOOKUP4&ResponseGroup=Offers&MerchantId=FeaturedBuyBoxMerchant"));
    assert_eq!(prices(&buy_box), "1: 209");
}

#[test]
fn from_2011_the_best_offer_of_each_condition_is_shown() {
    let server = server();
    for (asin, query, expected) in [
        ("B00LOOKUP1", "", "1: 1800"),
        ("B00LOOKUP1", "&Condition=All", "3: 1698 1800 2495"),
        ("B00LOOKUP4", "&Condition=All", "3: 101 108 209"),
        ("B00LOOKUP4", "", "1: 209"),
        ("B00LOOKUP4", "&MerchantId=Amazon", "0: "),
    ] {
        let answer = server.call(&format!("{NEW}&ItemId={asin}&ResponseGroup=Offers{query}"));
        assert_eq!(prices(&answer), expected, "{asin} {query}");
    }
}

#[test]
fn offers_come_in_pages_of_ten() {
    let server = server();
    let page = |number: u32| {
        let all = "MerchantId=All&Condition=All&ResponseGroup=Offers";
        server.call(&format!("{OLD}&ItemId=B00LOOKUP4&{all}&OfferPage={number}"))
    };
    assert_eq!(prices(&page(1)), "12: 101 102 103 104 105 106 107 108 209 210");
    assert_eq!(prices(&page(2)), "12: 211 212");
    assert_eq!(page(2).text("TotalOfferPages"), "2");
    assert_eq!(prices(&page(100)), "12: ");
    assert_eq!(page(101).codes(), ["AWS.ParameterOutOfRange"]);
}

#[test]
fn the_summary_counts_the_offers_of_everyone() {
    let answer = server().call(&format!("{OLD}&ItemId=B00LOOKUP1&ResponseGroup=OfferSummary"));
    let summary = answer.inside("OfferSummary").unwrap();
    assert_eq!(
        summary.texts("Amount"),
        ["1800", "1698", "2495"],
        "new, used, collectible; what is out of stock is none"
    );
    let totals = ["TotalNew", "TotalUsed", "TotalCollectible", "TotalRefurbished"].map(|name| summary.text(name));
    assert_eq!(totals, ["2", "1", "1", "0"]);
}

#[test]
fn what_nobody_offers_has_neither_summary_nor_offers() {
    let server = server();
    for asin in ["B00LOOKUP2", "B00LOOKUP5"] {
        let answer = server.call(&format!("{OLD}&ItemId={asin}&ResponseGroup=Large"));
        assert_eq!(
            answer.texts("ASIN"),
            [asin, "B00LOOKUP1", "B00LOOKUP4"][..if asin == "B00LOOKUP2" { 3 } else { 1 }]
        );
        assert!(!answer.has("OfferSummary") && !answer.has("Offers"), "{}", answer.body);
    }
}

#[test]
fn an_offer_listing_id_is_written_encoded_and_taken_as_it_is_written() {
    let server = server();
    let all = "MerchantId=All&Condition=All&ResponseGroup=Offers";
    let answer = server.call(&format!("{OLD}&ItemId=B00LOOKUP1&{all}"));
    let listings = answer.texts("OfferListingId");
    assert_eq!(listings[2], "NEW%2BLISTING%2F1%3D%3D");
    for listing in &listings {
        // As it was told, and as a client sends it that encodes what it is told.
        for sent in [listing.clone(), listing.replace('%', "%25")] {
            let cart = server.call(&format!("Operation=CartCreate&Item.1.OfferListingId={sent}"));
            assert_eq!(cart.lines(), "B00LOOKUP1 x 1", "{sent}");
        }
    }
}

#[test]
fn two_offers_of_one_product_are_two_lines_at_their_own_prices() {
    let server = server();
    let cart = server.call(
        "Operation=CartCreate&Item.1.OfferListingId=USEDLISTING2%3D%3D&Item.2.ASIN=B00LOOKUP1&Version=2010-11-01",
    );
    assert_eq!(cart.lines(), "B00LOOKUP1 x 1, B00LOOKUP1 x 1");
    let items = cart.inside("CartItems").unwrap();
    let prices: Vec<_> =
        items.body.split("<Price><Amount>").skip(1).map(|rest| rest.split_once('<').unwrap().0).collect();
    assert_eq!(prices, ["1698", "1800"]);
}

#[test]
fn amazon_tells_no_quantity_and_others_do() {
    let all = "MerchantId=All&Condition=All&ResponseGroup=OfferFull";
    let server = server();
    let answer = server.call(&format!("{OLD}&ItemId=B00LOOKUP1&{all}"));
    let offers = answer.inside("Offers").unwrap();
    assert_eq!(offers.texts("Quantity"), ["1", "-1", "2", "999"]);
    let limited = server.call_in("de", &format!("{OLD}&ItemId=B00LOOKUP1&ResponseGroup=Offers"));
    assert_eq!((limited.text("Quantity"), limited.text("QuantityLimit")), ("-1".to_owned(), "3".to_owned()));
    assert_eq!(offers.texts("IsFulfilledByAmazon"), ["0", "1", "0", "0"]);
    assert_eq!(offers.texts("Name"), ["booksrevisited", "Amazon.com", "Shelf & Sons", "Rare"]);
    assert_eq!(offers.texts("PercentageSaved"), ["32", "28", "16", "0"]);
}

#[test]
fn availability_is_told_in_the_language_of_the_site() {
    let server = server();
    for (locale, asin, text, kind) in [
        ("us", "B00LOOKUP1", "Usually ships in 24 hours", "now"),
        ("us", "B00LOOKUP3", "Not yet released", "futureDate"),
        ("de", "B00LOOKUP1", "Gewöhnlich versandfertig in 24 Stunden", "now"),
        ("fr", "B00LOOKUP1", "Habituellement expédié sous 24 h", "now"),
        ("jp", "B00LOOKUP1", "在庫あり。", "now"),
    ] {
        let answer = server.call_in(locale, &format!("{OLD}&ItemId={asin}&ResponseGroup=Offers"));
        assert_eq!(
            (answer.text("Availability").as_str(), answer.text("AvailabilityType").as_str()),
            (text, kind),
            "{locale}"
        );
    }
}
