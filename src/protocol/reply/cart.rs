//! A cart as an answer shows it.

use crate::cart::{Area, Asin, CartId, CartItemId, Hmac, Money};

/// A cart as it is shown.
#[derive(Clone, Debug)]
pub struct CartDocument {
    /// Its id.
    pub id: CartId,
    /// Its HMAC.
    pub hmac: Hmac,
    /// What it holds; absent for an empty cart, after CartClear, and without the response group Cart.
    pub contents: Option<Contents>,
    /// What else the customer may like; empty lists are left out.
    pub similars: Similars,
}

/// What a cart with lines holds.
#[derive(Clone, Debug)]
pub struct Contents {
    /// Where the customer buys it.
    pub purchase_url: String,
    /// The same for a Japanese phone.
    pub mobile_cart_url: Option<String>,
    /// All lines, each in one of the areas, in their order.
    pub items: Vec<ItemDocument>,
}

/// A line as it is shown.
#[derive(Clone, Debug)]
pub struct ItemDocument {
    /// Its id without the letter.
    pub item_id: CartItemId,
    /// The area in which it is shown.
    pub area: Area,
    /// The product.
    pub asin: Asin,
    /// Of a third party's offer.
    pub exchange_id: Option<String>,
    /// Who sells it.
    pub merchant_id: Option<String>,
    /// Who sells it.
    pub seller_id: Option<String>,
    /// Who sells it.
    pub seller_nickname: Option<String>,
    /// How many.
    pub quantity: u32,
    /// The product's title now.
    pub title: String,
    /// The product's group.
    pub product_group: String,
    /// The price of one, now; absent when the offer is gone.
    pub price: Option<Money>,
}

/// The recommendation lists.
#[derive(Clone, Debug, Default)]
pub struct Similars {
    /// SimilarProducts.
    pub similar: Vec<SimilarDocument>,
    /// TopSellers.
    pub top_sellers: Vec<SimilarDocument>,
    /// NewReleases.
    pub new_releases: Vec<SimilarDocument>,
    /// SimilarViewedProducts.
    pub viewed: Vec<SimilarDocument>,
    /// OtherCategoriesSimilarProducts.
    pub other_categories: Vec<SimilarDocument>,
}

/// A recommended product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimilarDocument {
    /// Its ASIN.
    pub asin: Asin,
    /// Its title.
    pub title: String,
}
