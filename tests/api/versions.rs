//! Which elements an answer has in which version (docs/PROTOCOL.md, sections 3.4 and 3.5).

use super::{children, verdict};
use crate::support::{Answer, TestServer};

const VERSIONS: [&str; 9] = [
    "2004-11-10",
    "2005-03-23",
    "2005-10-05",
    "2006-03-08",
    "2007-04-04",
    "2010-11-01",
    "2010-12-01",
    "2011-08-01",
    "2013-08-01",
];

/// A Japanese cart with an active and a saved line: all that a cart can have.
fn full(version: &str) -> Answer {
    let items = "Item.1.ASIN=B000000001&Item.1.Quantity=2&Item.2.ASIN=B000000OUT";
    TestServer::start().call_in("jp", &format!("Operation=CartCreate&Version={version}&{items}"))
}

#[test]
fn a_cart_has_the_elements_of_its_version() {
    for version in VERSIONS {
        let expected = match version {
            "2004-11-10" => "Request CartId HMAC PurchaseURL CartItems SavedForLaterItems",
            "2010-12-01" | "2011-08-01" | "2013-08-01" => {
                "Request CartId HMAC URLEncodedHMAC PurchaseURL MobileCartURL SubTotal CartItems SavedForLaterItems"
            }
            _ => "Request CartId HMAC URLEncodedHMAC PurchaseURL SubTotal CartItems SavedForLaterItems",
        };
        assert_eq!(children(&full(version), "Cart"), expected, "{version}");
    }
}

#[test]
fn only_japan_has_a_mobile_url() {
    let server = TestServer::start();
    for locale in ["us", "uk", "de", "fr", "ca", "cn"] {
        let answer = server.call_in(locale, "Operation=CartCreate&Version=2011-08-01&Item.1.ASIN=B000000001");
        assert!(answer.has("PurchaseURL") && !answer.has("MobileCartURL"), "{locale}");
    }
}

#[test]
fn an_area_has_a_sub_total_since_2005_02_23() {
    assert_eq!(children(&full("2004-11-10"), "CartItems"), "CartItem");
    assert_eq!(children(&full("2005-01-19"), "CartItems"), "CartItem");
    assert_eq!(children(&full("2005-02-23"), "CartItems"), "SubTotal CartItem");
    assert_eq!(children(&full("2005-02-23"), "SavedForLaterItems"), "SubTotal SavedForLaterItem");
}

#[test]
fn a_line_has_the_elements_of_its_version() {
    for version in VERSIONS {
        let answer = full(version);
        let (active, saved) = match version {
            "2004-11-10" => (
                "CartItemId ASIN MerchantId SellerId SellerNickname Quantity Title ProductGroup Price",
                "CartItemId ASIN MerchantId SellerId Quantity Title ProductGroup Price",
            ),
            "2011-08-01" => (
                "CartItemId ASIN SellerNickname Quantity Title ProductGroup Price ItemTotal",
                "CartItemId ASIN Quantity Title ProductGroup Price ItemTotal",
            ),
            "2013-08-01" => (
                "CartItemId ASIN SellerNickname Quantity Title ProductGroup Price ItemTotal",
                "CartItemId ASIN SellerNickname Quantity Title ProductGroup Price ItemTotal",
            ),
            _ => (
                "CartItemId ASIN MerchantId SellerId SellerNickname Quantity Title ProductGroup Price ItemTotal",
                "CartItemId ASIN MerchantId SellerId Quantity Title ProductGroup Price ItemTotal",
            ),
        };
        assert_eq!(children(&answer, "CartItem"), active, "{version}");
        assert_eq!(children(&answer, "SavedForLaterItem"), saved, "{version}");
        assert_eq!(children(&answer, "Price"), "Amount CurrencyCode FormattedPrice");
    }
}

#[test]
fn another_sellers_offer_has_an_exchange_id_until_2010_12_01() {
    let server = TestServer::start();
    let listing = "Operation=CartCreate&Item.1.OfferListingId=USEDLISTING1%3D%3D";
    let exchange = |version: &str| server.call(&format!("{listing}&Version={version}")).texts("ExchangeId");
    assert_eq!(exchange("2005-10-05"), ["Y01M0000000M0000001"]);
    assert_eq!(exchange("2010-12-01"), ["Y01M0000000M0000001"]);
    assert_eq!(exchange("2011-04-01"), ["Y01M0000000M0000001"], "2011-08-01 took it away");
    assert!(exchange("2011-08-01").is_empty());
}

#[test]
fn amazons_own_offer_has_the_recorded_merchant_of_its_locale() {
    let server = TestServer::start();
    for (locale, merchant, seller, nickname) in [
        ("us", "ATVPDKIKX0DER", "A2R2RITDJNW1Q6", "Amazon.com"),
        ("uk", "A3P5ROKL5A1OLE", "A3P5ROKL5A1OLE", "Amazon.co.uk"),
        ("de", "A3JWKAKR8XB7XF", "A3JWKAKR8XB7XF", "Amazon.de"),
        ("jp", "AN1VRQENFRJN5", "AN1VRQENFRJN5", "Amazon.co.jp"),
        ("ca", "A3DWYIK6Y9EEQB", "A3DWYIK6Y9EEQB", "Amazon.ca"),
        ("fr", "A1X6FK5RDHNB96", "A1X6FK5RDHNB96", "Amazon.fr"),
    ] {
        let answer = server.call_in(locale, "Operation=CartCreate&Item.1.ASIN=B000000001&Version=2010-11-01");
        assert_eq!(answer.text("MerchantId"), merchant);
        assert_eq!(answer.text("SellerId"), seller);
        assert_eq!(answer.text("SellerNickname"), nickname);
    }
    let cn = server.call_in("cn", "Operation=CartCreate&Item.1.ASIN=B000000001&Version=2010-11-01");
    assert!(!cn.has("MerchantId") && !cn.has("SellerId"), "none was recorded");
}

#[test]
fn the_letter_of_a_cart_item_id_tells_the_area_in_2013_08_01() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001", "B000000OUT"]);
    let letters = |version: &str| {
        let answer = server.call(&format!("Operation=CartGet&Version={version}&{}", cart.cart()));
        answer.texts("CartItemId").iter().map(|id| id[..1].to_owned()).collect::<String>()
    };
    for version in &VERSIONS[..8] {
        assert_eq!(letters(version), "UU", "{version}");
    }
    assert_eq!(letters("2013-08-01"), "CS");
    let late = server.call(&format!("Operation=CartGet&Version=2013-08-01&{}", cart.cart()));
    assert_eq!(late.item("B000000001")[1..], cart.item("B000000001")[1..], "the number stays");
    let id = &cart.item("B000000001")[1..];
    assert!((1..=13).contains(&id.len()) && !id.starts_with('0'), "{id}");
    assert!(u64::from_str_radix(id, 36).is_ok() && id.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()));
}

#[test]
fn a_cart_without_active_lines_has_no_cart_items() {
    let answer = TestServer::start().create(&["B000000OUT"]);
    assert_eq!(children(&answer, "Cart"), "Request CartId HMAC URLEncodedHMAC PurchaseURL SubTotal SavedForLaterItems");
}

#[test]
fn an_empty_cart_of_2004_has_its_two_ids() {
    let server = TestServer::start();
    let cart = server.create(&["B000000001"]);
    let cleared = server.call(&format!("Operation=CartClear&Version=2004-11-10&{}", cart.cart()));
    assert_eq!(children(&cleared, "Cart"), "Request CartId HMAC");
}

#[test]
fn an_answer_without_the_group_cart_has_the_ids_alone() {
    let server = TestServer::start();
    for group in ["Request", "CartSimilarities"] {
        let answer = server.call(&format!("Operation=CartCreate&Item.1.ASIN=B000000003&ResponseGroup={group}"));
        assert_eq!(children(&answer, "Cart"), "Request CartId HMAC URLEncodedHMAC", "{group}");
        assert_eq!(children(&answer, "Request"), "IsValid CartCreateRequest", "the echo is always there");
        assert_eq!(server.call(&format!("Operation=CartGet&{}", answer.cart())).lines(), "B000000003 x 1");
    }
}

#[test]
fn what_is_echoed_of_an_item_depends_on_operation_and_version() {
    let server = TestServer::start();
    let meta = "Item.1.ASIN=B000000001&Item.1.MetaData.1.Key=k&Item.1.MetaData.1.Value=v&Item.1.Quantity=1";
    let echo = |operation: &str, version: &str| {
        children(&server.call(&format!("Operation={operation}&CartId=x&HMAC=y&Version={version}&{meta}")), "Item")
    };
    assert_eq!(echo("CartCreate", "2007-04-04"), "ASIN Quantity");
    assert_eq!(echo("CartCreate", "2008-06-26"), "ASIN Quantity MetaData");
    assert_eq!(echo("CartCreate", "2011-08-01"), "ASIN Quantity MetaData");
    assert_eq!(echo("CartAdd", "2010-12-01"), "ASIN Quantity MetaData");
    assert_eq!(echo("CartAdd", "2011-08-01"), "ASIN Quantity");
}

#[test]
fn a_request_without_items_is_echoed_as_in_its_year() {
    let server = TestServer::start();
    let add = |version: &str| server.call(&format!("Operation=CartAdd&Version={version}"));
    assert_eq!(children(&add("2011-08-01"), "Request"), "IsValid Errors");
    assert_eq!(children(&add("2013-08-01"), "Request"), "IsValid CartAddRequest Errors");
    assert_eq!(children(&add("2013-08-01"), "CartAddRequest"), "Items");
    assert_eq!(verdict(&add("2013-08-01")), "False: MissingParameters, MissingParameters, MissingParameters");
}
