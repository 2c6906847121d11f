//! ListLookup: wish lists and registries.

use super::{items, message, server, verdict};

const LOOKUP: &str = "Operation=ListLookup&Version=2009-10-01";
const WISHES: &str = "ListId=LIST00000001&ListType=WishList";
const LONG: &str = "ListId=LONG00000001&ListType=WeddingRegistry";

#[test]
fn a_list_is_shown_as_its_groups_ask() {
    let server = server();
    for (group, there, absent) in [
        ("", "ListName ListType TotalItems CustomerName DateCreated LastModified", "ListItem"),
        ("&ResponseGroup=ListMinimum", "ListName TotalItems TotalPages", "ListType CustomerName ListItem"),
        ("&ResponseGroup=ListItems", "ListItem QuantityDesired Title", "ListType CustomerName DetailPageURL"),
        ("&ResponseGroup=ListFull", "ListItem CustomerName Title", "DetailPageURL Offers"),
        ("&ResponseGroup=ListItems,Offers", "ListItem Offers OfferListingId", "CustomerName"),
        ("&ResponseGroup=Request", "", "List"),
    ] {
        let answer = server.call(&format!("{LOOKUP}&{WISHES}{group}"));
        assert_eq!(verdict(&answer), "True: ", "{group}");
        let after_request = answer.body.split_once("</Request>").unwrap().1;
        let has = |element: &str| after_request.contains(&format!("<{element}>"));
        assert!(there.split_whitespace().all(has), "{group}: {}", answer.body);
        assert!(!absent.split_whitespace().any(has), "{group}: {}", answer.body);
    }
}

#[test]
fn an_item_without_its_product_is_shown_without_it() {
    let answer = server().call(&format!("{LOOKUP}&{WISHES}&ResponseGroup=ListItems"));
    assert_eq!(answer.texts("ListItemId"), ["WISH1", "WISH2", "WISH3", "WISH4"]);
    assert_eq!(items(&answer), "1 2 3");
    assert_eq!(answer.texts("QuantityReceived"), ["1", "1", "0", "0"]);
}

#[test]
fn a_list_can_be_narrowed_and_put_in_order() {
    let server = server();
    for (query, found) in [
        ("IsOmitPurchasedItems=true", "WISH1 WISH3 WISH4"),
        ("IsOmitPurchasedItems=False", "WISH1 WISH2 WISH3 WISH4"),
        ("ProductGroup=DVD", "WISH2"),
        ("Sort=DateAdded", "WISH2 WISH1 WISH3 WISH4"),
        ("Sort=Price", "WISH4 WISH1 WISH2 WISH3"),
    ] {
        let answer = server.call(&format!("{LOOKUP}&{WISHES}&ResponseGroup=ListItems&{query}"));
        assert_eq!(answer.texts("ListItemId").join(" "), found, "{query}");
    }
}

#[test]
fn a_list_comes_in_pages_of_ten() {
    let server = server();
    let page = |number: u32| server.call(&format!("{LOOKUP}&{LONG}&ResponseGroup=ListItems&ProductPage={number}"));
    assert_eq!(page(1).texts("ListItemId").len(), 10);
    assert_eq!(page(2).texts("ListItemId"), ["LONG11"]);
    assert_eq!((page(1).text("TotalItems"), page(1).text("TotalPages")), ("11".to_owned(), "2".to_owned()));
    assert_eq!(verdict(&page(31)), "False: ParameterOutOfRange");
}

#[test]
fn a_list_is_found_by_id_and_type_in_its_locale() {
    let server = server();
    for (locale, query) in
        [("us", "ListId=x&ListType=WishList"), ("us", "ListId=LIST00000001&ListType=Listmania"), ("de", WISHES)]
    {
        let answer = server.call_in(locale, &format!("{LOOKUP}&{query}"));
        assert_eq!(verdict(&answer), "True: InvalidParameterValue", "{locale} {query}");
    }
    let answer = server.call(&format!("{LOOKUP}&ListId=x&ListType=WishList"));
    assert_eq!(message(&answer), "x is not a valid value for ListId. Please change this value and retry your request.");
    let answer = server.call(&format!("{LOOKUP}&ListId=x&ListType=Shopping"));
    assert_eq!(
        message(&answer),
        "The value you specified for ListType is invalid. Valid values include BabyRegistry, Listmania, WeddingRegistry, WishList."
    );
    assert_eq!(verdict(&server.call(LOOKUP)), "False: MissingParameters, MissingParameters");
}
