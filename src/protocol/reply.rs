//! The answer as a document model in domain values: `Money`, not `$12.99` (docs/PROTOCOL.md, section 3).

use super::errors::{ErrorText, RequestError};
use super::request::Echo;
use super::schema::Operation;
use super::version::Version;
use crate::cart::{Area, Asin, CartId, CartItemId, Hmac, Locale, Money};
use jiff::SignedDuration;

/// One answer.
#[derive(Clone, Debug)]
pub struct Reply<'p> {
    /// Decides namespace and elements.
    pub version: Version,
    /// Decides the language of errors.
    pub locale: Locale,
    /// Escape markup inside texts twice.
    pub double_escaping: bool,
    /// The head.
    pub request: OperationRequest<'p>,
    /// The body: one operation, or the two of a multi-operation request.
    pub operations: Vec<OperationReply<'p>>,
}

/// The answer to the requests of one operation.
#[derive(Clone, Debug)]
pub struct OperationReply<'p> {
    /// What was asked.
    pub operation: Operation,
    /// One for each request, in the order of their numbers.
    pub parts: Vec<Part<'p>>,
}

/// The answer to one request: the element that holds its echo and what came of it.
#[derive(Clone, Debug)]
pub struct Part<'p> {
    /// The request as sent.
    pub echo: Echo<'p>,
    /// What is wrong, in order. A static one makes IsValid False.
    pub errors: Vec<RequestError>,
    /// What came of it.
    pub shown: Shown,
}

/// What an answer shows beside the request.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly every answer is a cart; a box would cost each an allocation")]
pub enum Shown {
    /// Nothing.
    Nothing,
    /// A cart.
    Cart(CartDocument),
}

/// The head of every answer.
#[derive(Clone, Debug)]
pub struct OperationRequest<'p> {
    /// The client's User-Agent header.
    pub user_agent: Option<&'p str>,
    /// In the form of the version.
    pub request_id: String,
    /// Every parameter as sent; written in the order of their names.
    pub arguments: Vec<(&'p str, &'p str)>,
    /// What is wrong with the request as a whole; then there is no body.
    pub errors: Vec<ErrorText>,
    /// From the request's arrival to now.
    pub processing_time: SignedDuration,
}

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
