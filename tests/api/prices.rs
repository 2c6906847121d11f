//! Amounts, currencies, formatted prices and totals (docs/PROTOCOL.md, section 5), and the shapes of ids (section 4).

use crate::support::TestServer;
use cartwright::config::Config;

/// A server with one product at this price in every locale.
fn server(folder: &tempfile::TempDir, price: i64) -> TestServer {
    let file = folder.path().join("everywhere.jsonl");
    let line = |locale: &str| {
        format!(r#"{{"locale":"{locale}","asin":"B000000001","title":"T","product_group":"Book","price":{price}}}"#)
    };
    let locales = ["us", "uk", "de", "jp", "ca", "fr", "cn", "es", "it", "in", "br", "mx", "au"];
    std::fs::write(&file, locales.map(line).join("\n")).unwrap();
    TestServer::with(|config: &mut Config| config.catalog = vec![file])
}

#[test]
fn every_locale_writes_its_currency() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder, 123_450);
    for (locale, code, formatted) in [
        ("us", "USD", "$1,234.50"),
        ("uk", "GBP", "£1,234.50"),
        ("de", "EUR", "EUR 1.234,50"),
        ("fr", "EUR", "EUR 1.234,50"),
        ("es", "EUR", "EUR 1.234,50"),
        ("it", "EUR", "EUR 1.234,50"),
        ("jp", "JPY", "￥ 123,450"),
        ("ca", "CAD", "CDN$ 1,234.50"),
        ("cn", "CNY", "￥ 1,234.50"),
        ("in", "INR", "INR 1,234.50"),
        ("br", "BRL", "R$ 1.234,50"),
        ("mx", "MXN", "$1,234.50"),
        ("au", "AUD", "$1,234.50"),
    ] {
        let answer = server.call_in(locale, "Operation=CartCreate&Item.1.ASIN=B000000001");
        let price = answer.inside("Price").unwrap();
        assert_eq!(price.text("Amount"), "123450", "{locale}");
        assert_eq!(
            (price.text("CurrencyCode"), price.text("FormattedPrice")),
            (code.into(), formatted.into()),
            "{locale}"
        );
    }
}

#[test]
fn totals_are_sums_and_that_of_the_cart_holds_both_areas() {
    let server = TestServer::start();
    let items =
        "Item.1.ASIN=B000000001&Item.1.Quantity=3&Item.2.ASIN=B000000003&Item.3.ASIN=B000000OUT&Item.3.Quantity=2";
    let answer = server.call(&format!("Operation=CartCreate&{items}"));
    let amount = |area: &str, element: &str| answer.inside(area).unwrap().inside(element).unwrap().text("Amount");
    assert_eq!(amount("CartItem", "Price"), "1295");
    assert_eq!(amount("CartItem", "ItemTotal"), "3885");
    assert_eq!(amount("CartItems", "SubTotal"), "3985");
    assert_eq!(amount("SavedForLaterItems", "SubTotal"), "1400");
    assert_eq!(amount("Cart", "SubTotal"), "5385");
    assert_eq!(answer.inside("SubTotal").unwrap().text("FormattedPrice"), "$53.85");
}

#[test]
fn ids_have_their_recorded_shapes() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder, 1);
    let regions = [("us", '1'), ("ca", '1'), ("uk", '2'), ("de", '2'), ("fr", '2'), ("es", '2'), ("it", '2')];
    for (locale, digit) in
        regions.into_iter().chain([("jp", '3'), ("cn", '4'), ("in", '2'), ("br", '1'), ("mx", '1'), ("au", '3')])
    {
        let answer = server.call_in(locale, "Operation=CartCreate&Item.1.ASIN=B000000001");
        let id = answer.text("CartId");
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [3, 7, 7], "{id}");
        assert!(id.starts_with(digit) && id.bytes().all(|b| b.is_ascii_digit() || b == b'-'), "{locale} {id}");
        let hmac = answer.text("HMAC");
        assert!(hmac.len() == 28 && hmac.ends_with('=') && !hmac.ends_with("=="), "20 bytes: {hmac}");
        let encoded = hmac.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        assert_eq!(answer.text("URLEncodedHMAC"), encoded);
    }
}

#[test]
fn the_same_item_has_another_id_in_another_locale() {
    let server = TestServer::start();
    let id = |locale: &str| server.call_in(locale, "Operation=CartCreate&Item.1.ASIN=B000000001").item("B000000001");
    assert_ne!(id("us"), id("uk"));
    assert_eq!(id("de"), id("de"));
}
