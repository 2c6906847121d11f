//! Products as an answer shows them, alone or as the items of a list.

use super::SimilarDocument;
use crate::cart::{Asin, ListingId, Money};
use crate::protocol::link::ProductLinks;
use crate::protocol::schema::Groups;
use jiff::civil::Date;

/// Products.
#[derive(Clone, Debug)]
pub struct ItemsDocument {
    /// What of each product is shown.
    pub groups: Groups,
    /// What the links to their pages have in common.
    pub links: ProductLinks,
    /// Of a search alone.
    pub results: Option<Results>,
    /// In order.
    pub items: Vec<ProductDocument>,
}

/// How much a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    /// On all pages; ten stand on one.
    pub total: u64,
    /// What was looked for, as the shop's own search would be asked.
    pub keywords: String,
    /// Where.
    pub search_index: String,
}

/// A product. Which of this is written, the response groups say.
#[derive(Clone, Debug)]
pub struct ProductDocument {
    /// Its ASIN.
    pub asin: Asin,
    /// Its title.
    pub title: String,
    /// Its group.
    pub product_group: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// As what it comes.
    pub binding: Option<String>,
    /// Its brand.
    pub brand: Option<String>,
    /// European Article Number.
    pub ean: Option<String>,
    /// Universal Product Code.
    pub upc: Option<String>,
    /// International Standard Book Number.
    pub isbn: Option<String>,
    /// The price before reductions.
    pub list_price: Option<Money>,
    /// Who made it.
    pub manufacturer: Option<String>,
    /// Since when it is sold.
    pub release_date: Option<Date>,
    /// 1 sells best.
    pub sales_rank: Option<u32>,
    /// URL of a picture.
    pub image: Option<String>,
    /// Absent when nobody offers the product now.
    pub offer_summary: Option<OfferSummary>,
    /// Absent when nobody offers the product now.
    pub offers: Option<OffersDocument>,
    /// Products that are like it.
    pub similar: Vec<SimilarDocument>,
}

/// The offers of everyone, whatever the request chose. By condition: new, used, collectible, refurbished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferSummary {
    /// The lowest prices.
    pub lowest: [Option<Money>; 4],
    /// How many offers there are.
    pub totals: [u32; 4],
}

/// The offers that the request chose.
#[derive(Clone, Debug)]
pub struct OffersDocument {
    /// On all pages; ten stand on one.
    pub total: u32,
    /// Those of this page.
    pub offers: Vec<OfferDocument>,
}

/// An offer.
#[derive(Clone, Debug)]
pub struct OfferDocument {
    /// Who makes it.
    pub merchant: MerchantDocument,
    /// `New`, `Used`, `Collectible`, `Refurbished`.
    pub condition: String,
    /// Its id, decoded.
    pub listing: ListingId,
    /// Of a third party's offer.
    pub exchange_id: Option<String>,
    /// Of one piece.
    pub price: Money,
    /// How much less that is than the list price, and in whole percent.
    pub saved: Option<(Money, u32)>,
    /// When it is sent.
    pub availability: AvailabilityDocument,
    /// The most that one line of a cart may hold; of Amazon's own offer only where it sets a limit of its own.
    pub limit: Option<u32>,
}

/// Who makes an offer.
#[derive(Clone, Debug)]
pub struct MerchantDocument {
    /// The MerchantId.
    pub id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// It is Amazon.
    pub amazon: bool,
}

/// When what is on offer is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AvailabilityDocument {
    /// At once, as Amazon does.
    Now,
    /// In a day or two, as others do.
    Soon,
    /// Once it is released.
    Preorder,
}

/// Lists; none or one here.
#[derive(Clone, Debug)]
pub struct ListsDocument {
    /// What of the list and of each product is shown.
    pub groups: Groups,
    /// What the links to the products' pages have in common.
    pub links: ProductLinks,
    /// The lists.
    pub lists: Vec<ListDocument>,
}

/// A list.
#[derive(Clone, Debug)]
pub struct ListDocument {
    /// The ListId.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `WishList`.
    pub list_type: &'static str,
    /// How many items there are on all pages; ten stand on one.
    pub total: usize,
    /// When it was made.
    pub date_created: Option<Date>,
    /// When its last item came.
    pub last_modified: Option<Date>,
    /// Of a registry.
    pub occasion_date: Option<Date>,
    /// Whose it is.
    pub customer_name: Option<String>,
    /// What its owner says of it.
    pub comment: Option<String>,
    /// Those of this page; empty when the response groups have no items.
    pub items: Vec<ListItemDocument>,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub struct ListItemDocument {
    /// The ListItemId.
    pub id: String,
    /// When it was put there.
    pub date_added: Option<Date>,
    /// What the list's owner says of it.
    pub comment: Option<String>,
    /// How many are wished for.
    pub desired: u32,
    /// How many were bought.
    pub received: u32,
    /// The product, when it is in the catalogue.
    pub product: Option<ProductDocument>,
}
