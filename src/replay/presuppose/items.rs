//! What the answer of a lookup or a search presupposes: a catalogue in which just what it shows is found, as it shows it.
//!
//! What the answer counts but does not show (the offers of further pages, the results of earlier ones) is filled up with offers and
//! products of our own making. Must not know what carts are.

use super::{blank, filled, filler_asin};
use crate::cart::Asin;
use crate::catalog::{Availability, Offer, Product};
use crate::protocol::Element;
use crate::replay::recording::Recording;
use crate::replay::scope::can_be_found;
use std::collections::BTreeMap;

/// A seller whom the answer does not name.
const UNNAMED: &str = "UNNAMED";

/// The catalogue.
pub(super) fn presuppose(recording: &Recording) -> Vec<Product> {
    let mut shelves = Shelves::new(recording);
    for container in recording.containers() {
        for item in container.all("Item").filter(|item| can_be_found(recording, item)) {
            shelves.put(item);
        }
    }
    match recording.operation.name() {
        "ItemLookup" => shelves.give_codes(),
        "ItemSearch" => shelves.make_found(),
        "SimilarityLookup" => shelves.make_similar(),
        _ => {}
    }
    shelves.products.into_values().collect()
}

/// The products, as they are collected.
pub(super) struct Shelves<'r> {
    recording: &'r Recording,
    /// The texts of the answer are escaped twice.
    double_escaping: bool,
    pub(super) products: BTreeMap<Asin, Product>,
    /// What the answer shows, in its order.
    found: Vec<Asin>,
}

impl<'r> Shelves<'r> {
    pub(super) fn new(recording: &'r Recording) -> Self {
        let double_escaping = recording.argument("XMLEscaping") == Some("Double");
        Self { recording, double_escaping, products: BTreeMap::new(), found: Vec::new() }
    }

    /// A text of the answer as a catalogue holds it.
    pub(super) fn text(&self, text: &str) -> String {
        filled(text, self.double_escaping)
    }

    /// Puts an item of the answer on the shelf.
    pub(super) fn put(&mut self, item: &Element) {
        let locale = self.recording.locale;
        let Some(asin) = item.text_at(&["ASIN"]).and_then(|text| text.parse::<Asin>().ok()) else { return };
        let attributes = item.child("ItemAttributes");
        // What was searched for is there where the answer does not show it.
        let text = |name| match attributes {
            Some(attributes) => attributes.text_at(&[name]).map(|text| self.text(text)),
            None => self.recording.argument(name).map(str::to_owned),
        };
        let amount = |way: &[&str]| item.text_at(way)?.parse::<i64>().ok();
        let nothing = blank(locale, asin);
        let mut product = Product {
            title: text("Title").unwrap_or_else(|| nothing.title.clone()),
            product_group: text("ProductGroup").unwrap_or_else(|| nothing.product_group.clone()),
            author: text("Author"),
            binding: text("Binding"),
            brand: text("Brand"),
            manufacturer: text("Manufacturer").or_else(|| text("Publisher").filter(|_| attributes.is_none())),
            ean: text("EAN"),
            isbn: text("ISBN"),
            upc: text("UPC"),
            list_price: amount(&["ItemAttributes", "ListPrice", "Amount"]),
            release_date: text("ReleaseDate").and_then(|date| date.parse().ok()),
            sales_rank: item.text_at(&["SalesRank"]).and_then(|rank| rank.parse().ok()),
            image: item.text_at(&["LargeImage", "URL"]).map(str::to_owned),
            ..nothing
        };
        self.offer(&mut product, item);
        for similar in item.child("SimilarProducts").into_iter().flat_map(|list| list.all("SimilarProduct")) {
            let Some(other) = similar.text_at(&["ASIN"]).and_then(|text| text.parse::<Asin>().ok()) else { continue };
            product.similar.push(other);
            let title = self.text(similar.text_at(&["Title"]).unwrap_or_default());
            // Of the same group: else it would stand among those of other categories.
            let product_group = product.product_group.clone();
            self.products.entry(other).or_insert(Product { title, product_group, ..blank(locale, other) });
        }
        self.products.insert(asin, product);
        self.found.push(asin);
    }

    /// Takes over the offers of an item, and makes up those that it counts and does not show.
    fn offer(&self, product: &mut Product, item: &Element) {
        let locale = self.recording.locale;
        let amount = |element: &Element, way: &[&str]| element.text_at(way)?.parse::<i64>().ok();
        let shown: Vec<&Element> = item.child("Offers").into_iter().flat_map(|offers| offers.all("Offer")).collect();
        for offer in &shown {
            let Some(price) = amount(offer, &["OfferListing", "Price", "Amount"]) else { continue };
            let text = |way: &[&str]| offer.text_at(way).map(str::to_owned);
            let listing_id = text(&["OfferListing", "OfferListingId"]);
            let availability = match offer.text_at(&["OfferListing", "AvailabilityAttributes", "AvailabilityType"]) {
                Some("futureDate") => Availability::FutureRelease,
                _ => Availability::Available,
            };
            if let Some(saved) = amount(offer, &["OfferListing", "AmountSaved", "Amount"]) {
                product.list_price.get_or_insert(price + saved);
            }
            let name = offer.text_at(&["Merchant", "Name"]);
            // Where the answer names no seller, only the terms tell whether it is the site itself.
            let free_of_postage = offer.text_at(&["OfferListing", "IsEligibleForSuperSaverShipping"]) != Some("0");
            if name.map_or(free_of_postage, |name| name == locale.seller_nickname()) {
                product.price = Some(price);
                product.availability = availability;
                product.listing_id = listing_id;
                continue;
            }
            let quantity = amount(offer, &["OfferListing", "Quantity"]).and_then(|number| u32::try_from(number).ok());
            product.offers.push(Offer {
                listing_id,
                exchange_id: text(&["OfferListing", "ExchangeId"]),
                merchant_id: text(&["Merchant", "MerchantId"]).unwrap_or_else(|| UNNAMED.to_owned()),
                seller_id: None,
                seller_nickname: name.unwrap_or(UNNAMED).to_owned(),
                condition: text(&["OfferAttributes", "Condition"]).unwrap_or_default(),
                price,
                availability,
                max_quantity: quantity.filter(|number| *number > 0).unwrap_or(Product::DEFAULT_MAX_QUANTITY),
            });
        }
        let Some(summary) = item.child("OfferSummary") else { return };
        let highest = shown.iter().filter_map(|offer| amount(offer, &["OfferListing", "Price", "Amount"])).max();
        for condition in ["New", "Used", "Collectible", "Refurbished"] {
            let total = amount(summary, &[&format!("Total{condition}")]).unwrap_or(0);
            let Some(lowest) = amount(summary, &[&format!("Lowest{condition}Price"), "Amount"]) else { continue };
            let of_condition = |offer: &&&Element| offer.text_at(&["OfferAttributes", "Condition"]) == Some(condition);
            let prices: Vec<Option<i64>> = shown
                .iter()
                .filter(of_condition)
                .map(|offer| amount(offer, &["OfferListing", "Price", "Amount"]))
                .collect();
            let missing = usize::try_from(total).unwrap_or(0).saturating_sub(prices.len());
            for number in 0..missing {
                // The lowest of them is told; the others come behind all that are shown.
                let price = if number == 0 && !prices.contains(&Some(lowest)) {
                    lowest
                } else {
                    highest.unwrap_or(lowest).max(lowest) + 1
                };
                let seller = format!("FILLER{condition}{number}");
                product.offers.push(Offer {
                    listing_id: None,
                    exchange_id: None,
                    merchant_id: seller.clone(),
                    seller_id: None,
                    seller_nickname: seller,
                    condition: condition.to_owned(),
                    price,
                    availability: Availability::Available,
                    max_quantity: Product::DEFAULT_MAX_QUANTITY,
                });
            }
        }
    }

    /// Gives the products the numbers by which they were asked for, where the answer does not show them.
    fn give_codes(&mut self) {
        let ids: Vec<&str> = self.recording.argument("ItemId").unwrap_or_default().split(',').collect();
        let kind = self.recording.argument("IdType").unwrap_or_default();
        for (place, asin) in self.found.iter().enumerate() {
            // One number may be that of several products.
            let id = if ids.len() == 1 { ids[0] } else { ids.get(place).copied().unwrap_or_default() };
            let Some(product) = self.products.get_mut(asin) else { continue };
            let code = match kind {
                "ISBN" => &mut product.isbn,
                "EAN" | "JAN" => &mut product.ean,
                "UPC" => &mut product.upc,
                _ => continue,
            };
            code.get_or_insert_with(|| id.to_owned());
        }
    }

    /// Lets the search find the products, in the order of the answer where one was asked for.
    fn make_found(&mut self) {
        let argument = |name| self.recording.argument(name).filter(|value| !value.is_empty());
        let page: u32 = argument("ItemPage").and_then(|page| page.parse().ok()).unwrap_or(1);
        let before = page.saturating_sub(1).saturating_mul(10);
        let by_rank = argument("Sort") == Some("salesrank");
        for (place, asin) in (1..).zip(&self.found) {
            let Some(product) = self.products.get_mut(asin) else { continue };
            product.search_index = argument("SearchIndex").filter(|index| *index != "All").map(str::to_owned);
            product.browse_node = argument("BrowseNode").map(str::to_owned);
            product.keywords = argument("Keywords").or_else(|| argument("Power")).map(str::to_owned);
            if by_rank {
                product.sales_rank = Some(before + place);
            }
        }
        let Some(sample) = self.found.first().and_then(|asin| self.products.get(asin)).cloned() else { return };
        for number in 1..=before {
            let asin = filler_asin(number);
            self.products.insert(asin, Product { asin, sales_rank: Some(number), ..sample.clone() });
        }
    }

    /// Makes what the answer shows similar to what was asked for.
    fn make_similar(&mut self) {
        let group = self.found.first().and_then(|asin| self.products.get(asin)).map(|one| one.product_group.clone());
        for asked in self.recording.argument("ItemId").unwrap_or_default().split(',') {
            let Ok(asin) = asked.trim().parse::<Asin>() else { continue };
            if self.recording.has_error("InvalidParameterValue") && self.recording.names_in_error(asked) {
                continue;
            }
            let nothing = blank(self.recording.locale, asin);
            let product_group = group.clone().unwrap_or_else(|| nothing.product_group.clone());
            let product = self.products.entry(asin).or_insert(Product { product_group, ..nothing });
            product.similar.clone_from(&self.found);
        }
    }
}
