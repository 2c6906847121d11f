//! What ItemSearch asks of the catalogue, without saying how it is found.

use super::Product;

/// A search over the products of one site. Everything that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search<'a> {
    /// Texts and where they must be found. Of each, every word must occur, in any order; no word is an operator.
    pub words: Vec<(SearchField, &'a str)>,
    /// Products of this search index alone; `None` searches all.
    pub search_index: Option<&'a str>,
    /// Products of this browse node alone.
    pub browse_node: Option<&'a str>,
    /// Products whose own offer costs at least this, in minor units.
    pub minimum_price: Option<i64>,
    /// Products whose own offer costs at most this, in minor units.
    pub maximum_price: Option<i64>,
    /// The order.
    pub sort: Sort,
    /// How many are passed over: the pages before this one.
    pub skip: u32,
    /// How many are wanted at most.
    pub limit: u32,
}

/// Where a text must be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SearchField {
    /// Anywhere: title, author, brand, manufacturer, keywords.
    Any,
    /// In the title.
    Title,
    /// In the author.
    Author,
    /// In the brand.
    Brand,
    /// In the manufacturer.
    Manufacturer,
}

/// The order of the products found; equal ones stand in the order of their ASINs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The best match first.
    #[default]
    Relevance,
    /// The best sales rank first; those without one last.
    SalesRank,
    /// The cheapest own offer first; those without one last.
    PriceAscending,
    /// The dearest own offer first; those without one last.
    PriceDescending,
    /// By title.
    Title,
    /// By title, backwards.
    TitleDescending,
    /// The latest release first; those without one last.
    Newest,
}

/// One page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many there are on all pages.
    pub total: u64,
    /// Those of this page.
    pub products: Vec<Product>,
}

/// The number by which ItemLookup finds a product when it is not the ASIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeType {
    /// European Article Number; in jp also called JAN.
    Ean,
    /// Universal Product Code.
    Upc,
    /// International Standard Book Number.
    Isbn,
}
