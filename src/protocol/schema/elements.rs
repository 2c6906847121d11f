//! Which version has what: elements of documents that came or went.

use super::super::version::Version;

pub(in super::super) const OLDEST: Version = Version::ALL[0];

/// The versions that have something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The first one.
    pub since: Version,
    /// The first one that has it no more.
    pub until: Option<Version>,
}

impl Versions {
    /// Every version.
    pub const ALL: Self = Self { since: OLDEST, until: None };

    /// This version and all later ones.
    pub const fn since(since: Version) -> Self {
        Self { since, until: None }
    }

    /// All versions before this one.
    pub const fn until(until: Version) -> Self {
        Self { since: OLDEST, until: Some(until) }
    }

    /// The versions from the first on, and before the second.
    pub const fn between(since: Version, until: Version) -> Self {
        Self { since, until: Some(until) }
    }

    /// Whether this version is one of them.
    pub fn has(self, version: Version) -> bool {
        self.since <= version && self.until.is_none_or(|until| version < until)
    }
}

/// An element that not every version has.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    /// Its name.
    pub name: &'static str,
    /// The versions that have it.
    pub versions: Versions,
}

impl Element {
    const fn since(name: &'static str, since: Version) -> Self {
        Self { name, versions: Versions::since(since) }
    }

    pub(in super::super) const fn until(name: &'static str, until: Version) -> Self {
        Self { name, versions: Versions::until(until) }
    }

    /// Whether this version has the element.
    pub fn is_in(self, version: Version) -> bool {
        self.versions.has(version)
    }
}

/// An element that every version has.
pub(in super::super) const fn always(name: &'static str) -> Element {
    Element { name, versions: Versions::ALL }
}

/// Cart/URLEncodedHMAC.
pub const URL_ENCODED_HMAC: Element = Element::since("URLEncodedHMAC", Version::V2005_02_23);
/// Cart/MobileCartURL; only Japanese carts have one.
pub const MOBILE_CART_URL: Element = Element::since("MobileCartURL", Version::V2010_12_01);
/// Cart/SubTotal, CartItems/SubTotal and SavedForLaterItems/SubTotal.
pub const SUB_TOTAL: Element = Element::since("SubTotal", Version::V2005_02_23);
/// Cart/TopSellers.
pub const TOP_SELLERS: Element = Element::since("TopSellers", Version::V2007_04_04);
/// Cart/NewReleases.
pub const NEW_RELEASES: Element = Element::since("NewReleases", Version::V2007_04_04);
/// Cart/SimilarViewedProducts.
pub const SIMILAR_VIEWED_PRODUCTS: Element = Element::since("SimilarViewedProducts", Version::V2006_03_08);
/// Cart/OtherCategoriesSimilarProducts.
pub const OTHER_CATEGORIES_SIMILAR_PRODUCTS: Element =
    Element::since("OtherCategoriesSimilarProducts", Version::V2006_03_08);
/// CartItem/ExchangeId.
pub const EXCHANGE_ID: Element = Element::until("ExchangeId", Version::V2011_08_01);
/// CartItem/MerchantId.
pub const MERCHANT_ID: Element = Element::until("MerchantId", Version::V2011_08_01);
/// CartItem/SellerId.
pub const SELLER_ID: Element = Element::until("SellerId", Version::V2011_08_01);
/// CartItem/ListOwner.
pub const LIST_OWNER: Element = Element::until("ListOwner", Version::V2011_08_01);
/// CartItem/ListType.
pub const LIST_TYPE: Element = Element::until("ListType", Version::V2011_08_01);
/// CartItem/ItemTotal.
pub const ITEM_TOTAL: Element = Element::since("ItemTotal", Version::V2005_02_23);
/// Item/MetaData in the echo, and CartItem/MetaData.
pub const META_DATA: Element =
    Element { name: "MetaData", versions: Versions::between(Version::V2008_06_26, Version::V2013_08_01) };

/// Items/MoreSearchResultsUrl.
pub const MORE_SEARCH_RESULTS_URL: Element = Element::since("MoreSearchResultsUrl", Version::V2011_08_01);
/// Item/ItemLinks.
pub const ITEM_LINKS: Element = Element::since("ItemLinks", Version::V2008_06_26);
/// Item/ImageSets.
pub const IMAGE_SETS: Element = Element::since("ImageSets", Version::V2008_06_26);
/// Offers/MoreOffersUrl.
pub const MORE_OFFERS_URL: Element = Element::since("MoreOffersUrl", Version::V2011_08_01);
/// Merchant/GlancePage.
pub const GLANCE_PAGE: Element = Element::until("GlancePage", Version::V2011_08_01);
/// Merchant/AverageFeedbackRating.
pub const AVERAGE_FEEDBACK_RATING: Element = Element::until("AverageFeedbackRating", Version::V2011_08_01);
/// Merchant/TotalFeedback.
pub const TOTAL_FEEDBACK: Element = Element::until("TotalFeedback", Version::V2011_08_01);
/// OfferAttributes/SubCondition.
pub const SUB_CONDITION: Element = Element::until("SubCondition", Version::V2011_08_01);
/// OfferListing/AvailabilityAttributes.
pub const AVAILABILITY_ATTRIBUTES: Element = Element::since("AvailabilityAttributes", Version::V2008_06_26);
/// OfferListing/Quantity.
pub const OFFER_QUANTITY: Element =
    Element { name: "Quantity", versions: Versions::between(Version::V2008_06_26, Version::V2011_08_01) };
/// OfferListing/QuantityRestriction.
pub const QUANTITY_RESTRICTION: Element =
    Element { name: "QuantityRestriction", versions: Versions::between(Version::V2009_02_01, Version::V2011_08_01) };
/// OfferListing/IsFulfilledByAmazon.
pub const IS_FULFILLED_BY_AMAZON: Element =
    Element { name: "IsFulfilledByAmazon", versions: Versions::between(Version::V2009_10_01, Version::V2011_08_01) };
/// Lists.
pub const LISTS: Element = Element::until("Lists", Version::V2010_12_01);
/// List, and Lists/List.
pub const LIST: Element = Element::until("List", Version::V2010_12_01);
/// ListItem, and List/ListItem.
pub const LIST_ITEM: Element = Element::until("ListItem", Version::V2010_12_01);
/// List/LastModified.
pub const LAST_MODIFIED: Element =
    Element { name: "LastModified", versions: Versions::between(Version::V2008_08_19, Version::V2010_12_01) };
/// Information.
pub const INFORMATION: Element = Element::until("Information", Version::V2010_12_01);
/// OperationInformation, and Information/OperationInformation.
pub const OPERATION_INFORMATION: Element = Element::until("OperationInformation", Version::V2010_12_01);
/// ResponseGroupInformation, and Information/ResponseGroupInformation.
pub const RESPONSE_GROUP_INFORMATION: Element = Element::until("ResponseGroupInformation", Version::V2010_12_01);
