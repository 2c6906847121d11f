//! Wish lists, registries and Listmania lists, as seed files describe them.

use crate::cart::{Asin, Locale};
use serde::{Deserialize, Serialize};

/// A list in one locale. The key is (`locale`, `id`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductList {
    /// The site that has it.
    pub locale: Locale,
    /// The ListId.
    pub id: String,
    /// What kind of list it is.
    #[serde(rename = "type")]
    pub list_type: ListType,
    /// The ListName.
    pub name: String,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// What its owner says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_created: Option<jiff::civil::Date>,
    /// `YYYY-MM-DD`; of a registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occasion_date: Option<jiff::civil::Date>,
    /// In the list's own order.
    #[serde(default)]
    pub items: Vec<ListItem>,
}

/// One wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListItem {
    /// The ListItemId; unique among all lists of the locale.
    pub id: String,
    /// The product.
    pub asin: Asin,
    /// How many are wished for, at least 1.
    #[serde(default = "one")]
    pub quantity_desired: u32,
    /// How many were bought already. What the store answers has the stand-in's own purchases added.
    #[serde(default)]
    pub quantity_received: u32,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_added: Option<jiff::civil::Date>,
    /// What the list's owner says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

const fn one() -> u32 {
    1
}

/// The kinds of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListType {
    /// What a customer wishes for.
    WishList,
    /// What a customer recommends.
    Listmania,
    /// Wedding gifts.
    WeddingRegistry,
    /// Gifts for a child.
    BabyRegistry,
}

impl ListType {
    /// Every one, by name.
    pub const ALL: [Self; 4] = [Self::BabyRegistry, Self::Listmania, Self::WeddingRegistry, Self::WishList];

    /// The name, in seed files and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WishList => "WishList",
            Self::Listmania => "Listmania",
            Self::WeddingRegistry => "WeddingRegistry",
            Self::BabyRegistry => "BabyRegistry",
        }
    }
}
