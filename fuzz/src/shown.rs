//! What an answer shows beside the request: carts, products, lists, what Help knows. Each text comes back in its place.
//!
//! Must not know how a document is written: which response group and version shows what is told here once more.

use crate::check_text;
use cartwright::cart::Money;
use cartwright::protocol::{
    CartDocument, Element, Groups, InformationDocument, ItemsDocument, ListDocument, OffersDocument, Params,
    ProductDocument, Shown, SimilarDocument, Version, read_params,
};

/// Checks what stands beside the request.
pub(crate) fn check(element: &Element, shown: &Shown, version: Version, double: bool) {
    match shown {
        Shown::Nothing => assert_eq!(element.children.len(), 1, "nothing but the request: {element:?}"),
        Shown::Cart(cart) => check_cart(element, cart, double),
        Shown::Items(document) => check_items(element, document, version, double),
        Shown::Lists(document) => {
            let lists: Vec<_> = element.all("List").collect();
            let expected = if document.groups.has(Groups::LIST) { document.lists.as_slice() } else { &[] };
            assert_eq!(lists.len(), expected.len());
            for (element, list) in lists.into_iter().zip(expected) {
                check_list(element, list, document.groups, version, double);
            }
        }
        Shown::Information(information) => check_information(element, information),
    }
}

fn check_cart(element: &Element, cart: &CartDocument, double: bool) {
    check_text(element.text_at(&["CartId"]), Some(&cart.id.to_string()), false);
    check_text(element.text_at(&["HMAC"]), Some(cart.hmac.as_str()), false);
    let Some(contents) = &cart.contents else { return };
    check_text(element.text_at(&["PurchaseURL"]), Some(&contents.purchase_url), double);
    let lists = ["CartItems", "SavedForLaterItems"].into_iter().filter_map(|list| element.child(list));
    let shown: Vec<_> = lists.flat_map(|list| &list.children).filter(|item| item.name != "SubTotal").collect();
    assert_eq!(shown.len(), contents.items.len());
    for item in &contents.items {
        let matches = |read: &&Element| read.text_at(&["ASIN"]) == Some(&item.asin.to_string());
        let read = shown.iter().copied().find(matches).expect("every line is shown");
        check_text(read.text_at(&["Title"]), Some(&item.title), double);
        check_text(read.text_at(&["ProductGroup"]), Some(&item.product_group), double);
        check_text(read.text_at(&["Quantity"]), Some(&item.quantity.to_string()), false);
    }
}

fn check_items(element: &Element, document: &ItemsDocument, version: Version, double: bool) {
    let total = document.results.as_ref().map(|results| results.total.to_string());
    check_text(element.text_at(&["TotalResults"]), total.as_deref(), false);
    if let (Some(results), Some(url)) = (&document.results, element.text_at(&["MoreSearchResultsUrl"])) {
        assert!(!url.is_empty(), "{results:?}");
    }
    let products: Vec<_> = element.all("Item").collect();
    let expected = if has_products(document.groups) { document.items.as_slice() } else { &[] };
    assert_eq!(products.len(), expected.len());
    for (element, product) in products.into_iter().zip(expected) {
        check_product(element, product, document.groups, version, double);
    }
}

fn has_products(groups: Groups) -> bool {
    groups.has(Groups::ITEM) || groups.has(Groups::LIST_ITEMS)
}

fn check_product(element: &Element, product: &ProductDocument, groups: Groups, version: Version, double: bool) {
    check_text(element.text_at(&["ASIN"]), Some(product.asin.as_str()), false);
    let page = element.text_at(&["DetailPageURL"]);
    assert_eq!(page.is_some(), groups.has(Groups::SMALL));
    assert!(page.is_none_or(|url| url.contains(product.asin.as_str())), "{page:?}");
    let rank = product.sales_rank.filter(|_| groups.has(Groups::SALES_RANK)).map(|rank| rank.to_string());
    check_text(element.text_at(&["SalesRank"]), rank.as_deref(), false);
    // The largest picture is the one that the catalogue has.
    let image = product.image.as_deref().filter(|_| groups.has(Groups::IMAGES));
    check_text(element.text_at(&["LargeImage", "URL"]), image, double);

    let (small, all) = (groups.has(Groups::SMALL), groups.has(Groups::ATTRIBUTES));
    let date = product.release_date.map(|date| date.to_string());
    for (name, value, in_group) in [
        ("Author", product.author.as_deref(), small),
        ("Manufacturer", product.manufacturer.as_deref(), small),
        ("ProductGroup", Some(product.product_group.as_str()), small),
        ("Title", Some(product.title.as_str()), small || groups.has(Groups::LIST_ITEMS)),
        ("Binding", product.binding.as_deref(), small && all),
        ("Brand", product.brand.as_deref(), small && all),
        ("EAN", product.ean.as_deref(), small && all),
        ("ISBN", product.isbn.as_deref(), small && all),
        ("UPC", product.upc.as_deref(), small && all),
        ("ReleaseDate", date.as_deref(), small && all),
    ] {
        check_text(element.text_at(&["ItemAttributes", name]), value.filter(|_| in_group), double);
    }
    check_price(element, &["ItemAttributes", "ListPrice", "Amount"], product.list_price.filter(|_| small && all));

    let summary = product.offer_summary.as_ref().filter(|_| groups.has(Groups::OFFER_SUMMARY));
    for (place, condition) in ["New", "Used", "Collectible", "Refurbished"].into_iter().enumerate() {
        let lowest = format!("Lowest{condition}Price");
        check_price(element, &["OfferSummary", &lowest, "Amount"], summary.and_then(|summary| summary.lowest[place]));
        let total = summary.map(|summary| summary.totals[place].to_string());
        check_text(element.text_at(&["OfferSummary", &format!("Total{condition}")]), total.as_deref(), false);
    }
    let offers = product.offers.as_ref().filter(|_| groups.has(Groups::OFFERS));
    assert_eq!(element.child("Offers").is_some(), offers.is_some());
    if let (Some(element), Some(offers)) = (element.child("Offers"), offers) {
        check_offers(element, offers, groups.has(Groups::MERCHANTS), version, double);
    }
    let similar = if groups.has(Groups::SIMILARITIES) { product.similar.as_slice() } else { &[] };
    check_similar(element, similar, double);
}

fn check_offers(element: &Element, document: &OffersDocument, merchants: bool, version: Version, double: bool) {
    check_text(element.text_at(&["TotalOffers"]), Some(&document.total.to_string()), false);
    let offers: Vec<_> = element.all("Offer").collect();
    assert_eq!(offers.len(), document.offers.len());
    for (element, offer) in offers.into_iter().zip(&document.offers) {
        check_text(element.text_at(&["OfferAttributes", "Condition"]), Some(&offer.condition), double);
        // From 2011-08-01 on a merchant is a name; before, nobody without an id was one.
        let named = version >= Version::V2011_08_01;
        let id = offer.merchant.id.as_deref().filter(|_| !named);
        let name = offer.merchant.name.as_deref().filter(|_| merchants && (named || id.is_some()));
        check_text(element.text_at(&["Merchant", "MerchantId"]), id, double);
        check_text(element.text_at(&["Merchant", "Name"]), name, double);
        // A listing id comes encoded, as it is sent back.
        let listing = element.text_at(&["OfferListing", "OfferListingId"]).expect("every offer has its id");
        let query = format!("OfferListingId={listing}");
        let mut params = Params::default();
        read_params(query.as_bytes(), &mut params);
        assert_eq!(params.get("OfferListingId"), Some(offer.listing.as_str()));
        check_price(element, &["OfferListing", "Price", "Amount"], Some(offer.price));
        check_price(element, &["OfferListing", "AmountSaved", "Amount"], offer.saved.map(|(amount, _)| amount));
        let percent = offer.saved.map(|(_, percent)| percent.to_string());
        check_text(element.text_at(&["OfferListing", "PercentageSaved"]), percent.as_deref(), false);
        if let Some(id) = element.text_at(&["OfferListing", "ExchangeId"]) {
            check_text(Some(id), offer.exchange_id.as_deref(), double);
        }
    }
}

fn check_similar(element: &Element, similar: &[SimilarDocument], double: bool) {
    let shown = element.child("SimilarProducts").map(|list| list.children.as_slice()).unwrap_or_default();
    assert_eq!(shown.len(), similar.len());
    for (element, product) in shown.iter().zip(similar) {
        check_text(element.text_at(&["ASIN"]), Some(product.asin.as_str()), false);
        check_text(element.text_at(&["Title"]), Some(&product.title), double);
    }
}

fn check_price(element: &Element, path: &[&str], price: Option<Money>) {
    check_text(element.text_at(path), price.map(|price| price.minor.to_string()).as_deref(), false);
}

fn check_list(element: &Element, list: &ListDocument, groups: Groups, version: Version, double: bool) {
    let info = groups.has(Groups::LIST_INFO);
    check_text(element.text_at(&["ListId"]), Some(&list.id), double);
    check_text(element.text_at(&["ListName"]), Some(&list.name), double);
    check_text(element.text_at(&["TotalItems"]), Some(&list.total.to_string()), false);
    let (created, occasion) = (list.date_created.map(|d| d.to_string()), list.occasion_date.map(|d| d.to_string()));
    for (name, value) in [
        ("ListType", Some(list.list_type)),
        ("DateCreated", created.as_deref()),
        ("OccasionDate", occasion.as_deref()),
        ("CustomerName", list.customer_name.as_deref()),
        ("Comment", list.comment.as_deref()),
    ] {
        check_text(element.text_at(&[name]), value.filter(|_| info), double);
    }
    let items: Vec<_> = element.all("ListItem").collect();
    assert_eq!(items.len(), list.items.len());
    for (element, item) in items.into_iter().zip(&list.items) {
        let date = item.date_added.map(|date| date.to_string());
        check_text(element.text_at(&["ListItemId"]), Some(&item.id), double);
        check_text(element.text_at(&["DateAdded"]), date.as_deref(), false);
        check_text(element.text_at(&["Comment"]), item.comment.as_deref(), double);
        check_text(element.text_at(&["QuantityDesired"]), Some(&item.desired.to_string()), false);
        check_text(element.text_at(&["QuantityReceived"]), Some(&item.received.to_string()), false);
        let product = item.product.as_ref().filter(|_| has_products(groups));
        assert_eq!(element.child("Item").is_some(), product.is_some());
        if let (Some(element), Some(product)) = (element.child("Item"), product) {
            check_product(element, product, groups, version, double);
        }
    }
}

fn check_information(element: &Element, information: &InformationDocument) {
    let names = |element: &Element, list: &str| -> Vec<String> {
        let names = element.child(list).map(|list| list.children.as_slice()).unwrap_or_default();
        names.iter().map(|name| name.text.clone()).collect()
    };
    match information {
        InformationDocument::Operation { name, description, required, available, default_groups, available_groups } => {
            let element = element.child("OperationInformation").expect("it is of an operation");
            check_text(element.text_at(&["Name"]), Some(name), false);
            check_text(element.text_at(&["Description"]), Some(description), false);
            assert_eq!(names(element, "RequiredParameters"), *required);
            assert_eq!(names(element, "AvailableParameters"), *available);
            assert_eq!(names(element, "DefaultResponseGroups"), *default_groups);
            assert_eq!(names(element, "AvailableResponseGroups"), *available_groups);
        }
        InformationDocument::ResponseGroup { name, operations } => {
            let element = element.child("ResponseGroupInformation").expect("it is of a response group");
            check_text(element.text_at(&["Name"]), Some(name), false);
            assert_eq!(names(element, "ValidOperations"), *operations);
        }
    }
}
