//! Response groups: what of an answer they ask for, and which of them an operation takes.

use super::super::values::Values;
use super::super::version::Version;
use crate::cart::Locale;

/// Parts of an answer, as a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Groups(u32);

impl Groups {
    /// Nothing but the request.
    pub const NONE: Self = Self(0);
    /// A cart's contents, totals and purchase URL.
    pub const CART: Self = Self(1);
    /// A cart's SimilarProducts and what belongs to them.
    pub const CART_SIMILARITIES: Self = Self(1 << 1);
    /// A cart's TopSellers.
    pub const CART_TOP_SELLERS: Self = Self(1 << 2);
    /// A cart's NewReleases.
    pub const CART_NEW_RELEASES: Self = Self(1 << 3);
    /// A product's ASIN: what every group of products brings, if nothing else.
    pub const ITEM: Self = Self(1 << 4);
    /// A product's page and the few attributes that tell what it is.
    pub const SMALL: Self = Self(1 << 5);
    /// All attributes of a product.
    pub const ATTRIBUTES: Self = Self(1 << 6);
    /// A product's sales rank.
    pub const SALES_RANK: Self = Self(1 << 7);
    /// A product's pictures.
    pub const IMAGES: Self = Self(1 << 8);
    /// The lowest prices of a product and how many offers there are.
    pub const OFFER_SUMMARY: Self = Self(1 << 9);
    /// The offers of a product.
    pub const OFFERS: Self = Self(1 << 10);
    /// Who the merchants of the offers are.
    pub const MERCHANTS: Self = Self(1 << 11);
    /// Similar products.
    pub const SIMILARITIES: Self = Self(1 << 12);
    /// A list's id, name and size.
    pub const LIST: Self = Self(1 << 13);
    /// What else is known of a list.
    pub const LIST_INFO: Self = Self(1 << 14);
    /// The items of a list, by title.
    pub const LIST_ITEMS: Self = Self(1 << 15);
    /// What Help knows.
    pub const HELP: Self = Self(1 << 16);

    /// What the response group of this name brings. Of a group that is known and not built, no more than that the product is there.
    pub fn named(name: &str, version: Version) -> Self {
        let small = Self::ITEM.and(Self::SMALL);
        let offers = Self::ITEM.and(Self::OFFERS);
        // Recorded: the offers of 2005 came without their summary.
        let offers = if version < Version::V2008_06_26 { offers } else { offers.and(Self::OFFER_SUMMARY) };
        let medium = small.and(Self::ATTRIBUTES).and(Self::SALES_RANK).and(Self::IMAGES).and(Self::OFFER_SUMMARY);
        match name {
            "Cart" => Self::CART,
            "CartSimilarities" => Self::CART_SIMILARITIES,
            "CartTopSellers" => Self::CART_TOP_SELLERS,
            "CartNewReleases" => Self::CART_NEW_RELEASES,
            "Request" => Self::NONE,
            "Small" => small,
            "Medium" => medium,
            "Large" => medium.and(offers).and(Self::SIMILARITIES),
            "ItemAttributes" => small.and(Self::ATTRIBUTES),
            "SalesRank" => Self::ITEM.and(Self::SALES_RANK),
            "Images" => Self::ITEM.and(Self::IMAGES),
            "OfferSummary" => Self::ITEM.and(Self::OFFER_SUMMARY),
            "OfferListings" | "Offers" => offers,
            "OfferFull" => offers.and(Self::MERCHANTS),
            "Similarities" => Self::ITEM.and(Self::SIMILARITIES),
            "ListMinimum" => Self::LIST,
            "ListInfo" => Self::LIST.and(Self::LIST_INFO),
            "ListItems" => Self::LIST.and(Self::LIST_ITEMS),
            "ListFull" => Self::LIST.and(Self::LIST_INFO).and(Self::LIST_ITEMS),
            "Help" => Self::HELP,
            _ => Self::ITEM,
        }
    }

    /// The parts of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it has any part of `other`.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The response groups that an operation takes.
#[derive(Clone, Copy, Debug)]
pub enum ValidGroups {
    /// In the order in which the error message lists them, each with the first version that has it.
    Since(&'static [(&'static str, Version)]),
    /// As the messages of the time list them.
    Listed(fn(Version, Locale) -> Values),
}

impl ValidGroups {
    /// Their names, in the order of the message.
    pub fn names(self, version: Version, locale: Locale) -> Vec<&'static str> {
        match self {
            Self::Since(rows) => rows.iter().filter(|(_, since)| *since <= version).map(|(name, _)| *name).collect(),
            Self::Listed(valid) => valid(version, locale).names().collect(),
        }
    }

    /// Whether this is one of them.
    pub fn contains(self, name: &str, version: Version, locale: Locale) -> bool {
        match self {
            Self::Since(rows) => rows.iter().any(|(known, since)| *known == name && *since <= version),
            Self::Listed(valid) => valid(version, locale).contains(name),
        }
    }
}
