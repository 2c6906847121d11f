//! What the answer of ListLookup presupposes: the lists that it shows, with the products in them.
//!
//! What it counts but does not show (the items of other pages, or all) is filled up with items of our own making.

use super::filler_asin;
use super::items::Shelves;
use crate::cart::Asin;
use crate::catalog::{ListItem, ListType, Product, ProductList};
use crate::protocol::Element;
use crate::replay::recording::Recording;
use jiff::civil::Date;

/// How many items stand on a page.
const PAGE: u32 = 10;

/// The catalogue, and the lists.
pub(super) fn presuppose(recording: &Recording) -> (Vec<Product>, Vec<ProductList>) {
    let mut maker = Maker { recording, shelves: Shelves::new(recording), fillers: 0 };
    let mut lists = Vec::new();
    for shown in recording.containers().flat_map(|container| container.all("List")) {
        lists.extend(maker.list(shown));
    }
    (maker.shelves.products.into_values().collect(), lists)
}

struct Maker<'r> {
    recording: &'r Recording,
    shelves: Shelves<'r>,
    /// Items of our own making so far.
    fillers: u32,
}

impl Maker<'_> {
    /// `None` for a list of a kind that there is not.
    fn list(&mut self, shown: &Element) -> Option<ProductList> {
        let kind = shown.text_at(&["ListType"]).or_else(|| self.recording.argument("ListType"))?;
        let page: u32 = self.recording.argument("ProductPage").and_then(|page| page.parse().ok()).unwrap_or(1);
        let total: u32 = shown.text_at(&["TotalItems"]).and_then(|total| total.parse().ok()).unwrap_or(0);
        // The last day on which something was done to the list is that of an item.
        let last = date(shown, "LastModified");
        let mut items = Vec::new();
        for _ in 0..page.saturating_sub(1).saturating_mul(PAGE).min(total) {
            items.push(self.filler(last));
        }
        for item in shown.all("ListItem") {
            let item = self.item(item);
            items.push(item);
        }
        while items.len() < usize::try_from(total).unwrap_or(usize::MAX) {
            items.push(self.filler(last));
        }
        let text = |name| shown.text_at(&[name]).map(|text| self.shelves.text(text));
        Some(ProductList {
            locale: self.recording.locale,
            id: text("ListId")?,
            list_type: ListType::ALL.into_iter().find(|known| known.name() == kind)?,
            name: self.shelves.text(shown.text_at(&["ListName"]).unwrap_or_default()),
            customer_name: text("CustomerName"),
            comment: text("Comment"),
            date_created: date(shown, "DateCreated"),
            occasion_date: date(shown, "OccasionDate"),
            items,
        })
    }

    fn item(&mut self, shown: &Element) -> ListItem {
        let product = shown.child("Item");
        if let Some(product) = product {
            self.shelves.put(product);
        }
        let asin: Option<Asin> = product.and_then(|product| product.text_at(&["ASIN"])?.parse().ok());
        let filler = self.filler(None);
        let text = |name| shown.text_at(&[name]).map(|text| self.shelves.text(text));
        let number = |name| shown.text_at(&[name]).and_then(|number| number.parse::<u32>().ok());
        ListItem {
            id: text("ListItemId").unwrap_or(filler.id),
            // Without an Item there is no such product any more.
            asin: asin.unwrap_or(filler.asin),
            quantity_desired: number("QuantityDesired").unwrap_or(1),
            quantity_received: number("QuantityReceived").unwrap_or(0),
            date_added: date(shown, "DateAdded"),
            comment: text("Comment"),
        }
    }

    fn filler(&mut self, date_added: Option<Date>) -> ListItem {
        self.fillers += 1;
        ListItem {
            id: format!("FILLER{}", self.fillers),
            asin: filler_asin(self.fillers),
            quantity_desired: 1,
            quantity_received: 0,
            date_added,
            comment: None,
        }
    }
}

fn date(element: &Element, name: &str) -> Option<Date> {
    element.text_at(&[name])?.parse().ok()
}
