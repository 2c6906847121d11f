//! One product in one locale, with the offers of everyone who sells it.

use crate::cart::{Asin, ListingId, Locale, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A product as a seed file describes it. The key is (`locale`, `asin`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The site that lists it.
    pub locale: Locale,
    /// Its number there.
    pub asin: Asin,
    /// In the locale's language.
    #[schema(min_length = 1)]
    pub title: String,
    /// As the API spells it in that locale: `Book`, `DVD`.
    #[schema(min_length = 1)]
    pub product_group: String,
    /// Amazon's own offer in minor units (whole yen for jp); absent when Amazon sells none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub price: Option<i64>,
    /// Whether Amazon's own offer can be bought now.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(nullable)]
    pub availability: Availability,
    /// The most that one cart line may hold of Amazon's own offer.
    #[serde(default = "default_max_quantity", skip_serializing_if = "is_default_max_quantity")]
    #[schema(nullable, minimum = 1, maximum = 999_999)]
    pub max_quantity: u32,
    /// The price before reductions, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub list_price: Option<i64>,
    /// Feeds the lookup operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Feeds the lookup operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binding: Option<String>,
    /// Feeds the lookup operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ean: Option<String>,
    /// Feeds the lookup operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upc: Option<String>,
    /// Feeds the lookup operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isbn: Option<String>,
    /// Feeds the lookup operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Feeds the lookup operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    /// `YYYY-MM-DD`. The latest of a product group are its NewReleases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_date: Option<jiff::civil::Date>,
    /// 1 sells best. The best of a product group are its TopSellers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub sales_rank: Option<u32>,
    /// URL of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Feeds the lookup operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keywords: Option<String>,
    /// Feeds the lookup operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browse_node: Option<String>,
    /// Where ItemSearch finds it; by default what belongs to the product group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_index: Option<String>,
    /// SimilarProducts, and OtherCategoriesSimilarProducts for those of another product group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(nullable)]
    pub similar: Vec<Asin>,
    /// SimilarViewedProducts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(nullable)]
    pub also_viewed: Vec<Asin>,
    /// The offers of everyone but Amazon.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(nullable)]
    pub offers: Vec<Offer>,
    /// Overrides the MerchantId of Amazon's own offer; empty leaves the element out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<String>,
    /// Overrides the SellerId of Amazon's own offer; empty leaves the element out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_id: Option<String>,
    /// Overrides the SellerNickname of Amazon's own offer; empty leaves the element out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_nickname: Option<String>,
    /// Overrides the OfferListingId of Amazon's own offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing_id: Option<String>,
}

/// An offer by someone else than Amazon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// The OfferListingId, decoded or percent-encoded; by default one that follows from locale, ASIN, merchant and condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing_id: Option<String>,
    /// The ExchangeId.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_id: Option<String>,
    /// The MerchantId.
    pub merchant_id: String,
    /// The SellerId; by default the merchant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_id: Option<String>,
    /// The SellerNickname.
    pub seller_nickname: String,
    /// `New`, `Used`, `Collectible`, `Refurbished`.
    #[schema(min_length = 1)]
    pub condition: String,
    /// In minor units.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub price: i64,
    /// Whether it can be bought now.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(nullable)]
    pub availability: Availability,
    /// The most that one cart line may hold.
    #[serde(default = "default_max_quantity", skip_serializing_if = "is_default_max_quantity")]
    #[schema(nullable, minimum = 1, maximum = 999_999)]
    pub max_quantity: u32,
}

/// Whether an offer can be bought now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// It can.
    #[default]
    Available,
    /// Not now: shows as saved.
    OutOfStock,
    /// Not any more: shows as saved.
    Discontinued,
    /// Not yet: shows as saved.
    FutureRelease,
    /// It may not be put into a cart at all.
    Ineligible,
}

/// What a cart needs to know of one offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferTerms<'a> {
    /// `None` is Amazon's own offer.
    pub listing: Option<ListingId>,
    /// Only for other sellers' offers.
    pub exchange_id: Option<&'a str>,
    /// Absent where none is known or the seed leaves it out.
    pub merchant_id: Option<&'a str>,
    /// Absent where none is known or the seed leaves it out.
    pub seller_id: Option<&'a str>,
    /// Absent where the seed leaves it out.
    pub seller_nickname: Option<&'a str>,
    /// For one piece.
    pub price: Money,
    /// Whether it can be bought now.
    pub availability: Availability,
    /// The most that one cart line may hold.
    pub max_quantity: u32,
}

const fn default_max_quantity() -> u32 {
    Product::DEFAULT_MAX_QUANTITY
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
const fn is_default_max_quantity(max: &u32) -> bool {
    *max == default_max_quantity()
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Availability {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::Available, Self::OutOfStock, Self::Discontinued, Self::FutureRelease, Self::Ineligible];

    /// The name, as seed files spell it: `out_of_stock`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::OutOfStock => "out_of_stock",
            Self::Discontinued => "discontinued",
            Self::FutureRelease => "future_release",
            Self::Ineligible => "ineligible",
        }
    }
}

impl Product {
    /// The `max_quantity` of a record that gives none: what Amazon took at most of anything.
    pub const DEFAULT_MAX_QUANTITY: u32 = 999;

    /// Amazon's own offer, if Amazon sells the product.
    pub fn own_offer(&self) -> Option<OfferTerms<'_>> {
        // The seed's word counts; an empty one leaves the element out.
        fn chosen<'a>(seed: Option<&'a String>, default: Option<&'a str>) -> Option<&'a str> {
            seed.map_or(default, |text| Some(text.as_str()).filter(|text| !text.is_empty()))
        }
        let price = self.price?;
        Some(OfferTerms {
            listing: None,
            exchange_id: None,
            merchant_id: chosen(self.merchant_id.as_ref(), self.locale.merchant_id()),
            seller_id: chosen(self.seller_id.as_ref(), self.locale.seller_id()),
            seller_nickname: chosen(self.seller_nickname.as_ref(), Some(self.locale.seller_nickname())),
            price: Money::new(price, self.locale.currency()),
            availability: self.availability,
            max_quantity: self.max_quantity,
        })
    }

    /// The offer of a cart line: Amazon's own for `None`, else the one with this listing id.
    pub fn offer(&self, listing: Option<&ListingId>) -> Option<OfferTerms<'_>> {
        let Some(listing) = listing else { return self.own_offer() };
        if is(listing, self.listing_id.as_deref(), || self.own_listing()) {
            return self.own_offer();
        }
        let named = |offer: &&Offer| is(listing, offer.listing_id.as_deref(), || offer.listing(self));
        let offer = self.offers.iter().find(named)?;
        Some(OfferTerms {
            listing: Some(listing.clone()),
            exchange_id: offer.exchange_id.as_deref().filter(|text| !text.is_empty()),
            merchant_id: Some(offer.merchant_id.as_str()).filter(|text| !text.is_empty()),
            seller_id: Some(offer.seller_id.as_ref().unwrap_or(&offer.merchant_id).as_str())
                .filter(|text| !text.is_empty()),
            seller_nickname: Some(offer.seller_nickname.as_str()).filter(|text| !text.is_empty()),
            price: Money::new(offer.price, self.locale.currency()),
            availability: offer.availability,
            max_quantity: offer.max_quantity,
        })
    }

    /// The listing id of Amazon's own offer, whether or not there is one now.
    pub fn own_listing(&self) -> ListingId {
        self.listing_id
            .as_deref()
            .and_then(ListingId::from_request)
            .unwrap_or_else(|| ListingId::derived(self.locale, self.asin, "", "New"))
    }

    /// The product with every listing id that follows from others written down, so that [`offer`](Self::offer) need not work
    /// them out for each line of each cart.
    #[must_use]
    pub fn with_listing_ids(mut self) -> Self {
        let unnamed = |id: Option<&String>| id.is_none_or(String::is_empty);
        if unnamed(self.listing_id.as_ref()) {
            self.listing_id = Some(self.own_listing().as_str().to_owned());
        }
        let mut offers = std::mem::take(&mut self.offers);
        for offer in offers.iter_mut().filter(|offer| unnamed(offer.listing_id.as_ref())) {
            offer.listing_id = Some(offer.listing(&self).as_str().to_owned());
        }
        Self { offers, ..self }
    }

    /// The listing ids of all offers, Amazon's own first.
    pub fn listings(&self) -> impl Iterator<Item = ListingId> + '_ {
        let own = self.price.map(|_| self.own_listing());
        own.into_iter().chain(self.offers.iter().map(|offer| offer.listing(self)))
    }
}

/// Whether `wanted` is the listing id that a record writes as `written`. Only one that is not written, or is percent-encoded,
/// has to be worked out.
fn is(wanted: &ListingId, written: Option<&str>, work_out: impl FnOnce() -> ListingId) -> bool {
    match written {
        Some(text) if !text.is_empty() && !text.contains('%') => text == wanted.as_str(),
        _ => work_out() == *wanted,
    }
}

impl Offer {
    /// The listing id of this offer of `product`.
    pub fn listing(&self, product: &Product) -> ListingId {
        self.listing_id
            .as_deref()
            .and_then(ListingId::from_request)
            .unwrap_or_else(|| ListingId::derived(product.locale, product.asin, &self.merchant_id, &self.condition))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_found_by_the_same_ids_whether_or_not_they_are_written_down() {
        let bare: Product = serde_json::from_str(
            r#"{"locale":"us","asin":"B000000001","title":"T","product_group":"Book","price":100,"offers":[
                {"merchant_id":"M1","seller_nickname":"N1","condition":"Used","price":1},
                {"merchant_id":"M2","seller_nickname":"N2","condition":"Used","price":2,"listing_id":""},
                {"merchant_id":"M3","seller_nickname":"N3","condition":"Used","price":3,"listing_id":"a%2Bb"},
                {"merchant_id":"M4","seller_nickname":"N4","condition":"Used","price":4,"listing_id":"plain"}]}"#,
        )
        .unwrap();
        let written = bare.clone().with_listing_ids();
        assert!(written.listings().eq(bare.listings()));
        for (listing, price) in bare.listings().zip([100, 1, 2, 3, 4]) {
            assert_eq!(bare.offer(Some(&listing)).unwrap().price.minor, price);
            assert_eq!(written.offer(Some(&listing)), bare.offer(Some(&listing)));
        }
        assert_eq!(written.offer(ListingId::from_request("other").as_ref()), None);
        let ids: Vec<_> = written.offers.iter().map(|offer| offer.listing_id.as_deref().unwrap()).collect();
        assert_eq!((ids[0].len(), ids[1].len(), &ids[2..]), (88, 88, &["a%2Bb", "plain"][..]));
        assert_eq!(written.clone().with_listing_ids(), written);
    }
}
