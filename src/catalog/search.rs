//! What ItemSearch asks of the catalogue, without saying how it is found, and the order of what was found.
//!
//! A search looks at a bounded number of products, [`Search::REACH`]: those of the best sales rank that have its words and stand
//! in its index and node. Prices and orders are looked at among these. So it takes the same time however large the catalogue
//! is, and nobody misses what is left out: Amazon answered no more than 400 pages of ten (docs/PROTOCOL.md, section 15).

use super::{Product, words};
use crate::cart::Asin;
use std::cmp::Reverse;

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
    /// Anywhere: title, author, brand, manufacturer, keywords; not every word need be in the same one.
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

/// The order of the products found; equal ones stand in the order of their sales ranks, and then of their ASINs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Those first that have in their title what was looked for anywhere.
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

/// A product that a search looks at: what its place among the others depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate<K> {
    /// By which the database finds it.
    pub key: K,
    /// Its ASIN.
    pub asin: Asin,
    /// 1 sells best.
    pub sales_rank: Option<u32>,
    /// Of its own offer, in minor units.
    pub price: Option<i64>,
    /// `YYYY-MM-DD`.
    pub release_date: Option<String>,
    /// Only looked at where titles are sorted by; may be empty else.
    pub title: String,
    /// Its title alone has what was looked for anywhere.
    pub in_title: bool,
}

impl Search<'_> {
    /// The most products that a search looks at, and so the most that it finds.
    pub const REACH: u32 = 4_000;

    /// Whether some words may be found anywhere: only then a title tells a better match from another.
    pub fn looks_anywhere(&self) -> bool {
        self.words.iter().any(|(field, _)| *field == SearchField::Any)
    }

    /// How many of the candidates cost what they may, and the keys of those of this page, in order.
    pub fn page<K>(&self, mut candidates: Vec<Candidate<K>>) -> (u64, Vec<K>) {
        if self.minimum_price.is_some() || self.maximum_price.is_some() {
            let costs_right = |price: i64| {
                self.minimum_price.is_none_or(|least| price >= least)
                    && self.maximum_price.is_none_or(|most| price <= most)
            };
            candidates.retain(|candidate| candidate.price.is_some_and(costs_right));
        }
        let total = candidates.len() as u64;
        let by_rank = |c: &Candidate<K>| (c.sales_rank.is_none(), c.sales_rank, c.asin);
        match self.sort {
            Sort::Relevance => candidates.sort_unstable_by_key(|c| (!c.in_title, by_rank(c))),
            Sort::SalesRank => candidates.sort_unstable_by_key(by_rank),
            Sort::PriceAscending => candidates.sort_unstable_by_key(|c| (c.price.is_none(), c.price, by_rank(c))),
            Sort::PriceDescending => candidates.sort_unstable_by_key(|c| (Reverse(c.price), by_rank(c))),
            Sort::Title => candidates.sort_by_cached_key(|c| (words::sorting_form(&c.title), by_rank(c))),
            Sort::TitleDescending => {
                candidates.sort_by_cached_key(|c| (Reverse(words::sorting_form(&c.title)), by_rank(c)));
            }
            Sort::Newest => {
                candidates.sort_unstable_by(|a, b| (&b.release_date, by_rank(a)).cmp(&(&a.release_date, by_rank(b))));
            }
        }
        let page = candidates.into_iter().skip(self.skip as usize).take(self.limit as usize);
        (total, page.map(|candidate| candidate.key).collect())
    }
}

/// One page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many there are on all pages; [`Search::REACH`] at most.
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

impl CodeType {
    /// A number as it is compared: digits and capital letters alone, since people write `0-596-00108-8` and `059600108x`.
    pub fn normalized(code: &str) -> String {
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Candidates whose keys are their numbers: rank, price, release year, title.
    fn candidates() -> Vec<Candidate<u32>> {
        [
            (Some(3), Some(500), Some("2004-01-01"), "pear", false),
            (Some(1), Some(900), None, "Äpple", false),
            (None, None, Some("2006-01-01"), "zebra", true),
            (Some(1), Some(500), Some("2005-01-01"), "banana", true),
            (None, Some(100), Some("2004-01-01"), "apple", false),
        ]
        .into_iter()
        .zip(1..)
        .map(|((sales_rank, price, released, title, in_title), key)| Candidate {
            key,
            asin: format!("B{key:09}").parse().unwrap(),
            sales_rank,
            price,
            release_date: released.map(str::to_owned),
            title: title.to_owned(),
            in_title,
        })
        .collect()
    }

    #[test]
    fn every_order_puts_what_it_does_not_know_last_and_equals_by_rank_and_asin() {
        for (sort, order) in [
            (Sort::Relevance, [4, 3, 2, 1, 5]),
            (Sort::SalesRank, [2, 4, 1, 3, 5]),
            (Sort::PriceAscending, [5, 4, 1, 2, 3]),
            (Sort::PriceDescending, [2, 4, 1, 5, 3]),
            (Sort::Title, [2, 5, 4, 1, 3]),
            (Sort::TitleDescending, [3, 1, 4, 2, 5]),
            (Sort::Newest, [3, 4, 1, 5, 2]),
        ] {
            let search = Search { sort, limit: 10, ..Search::default() };
            assert_eq!(search.page(candidates()), (5, order.to_vec()), "{sort:?}");
        }
    }

    #[test]
    fn prices_are_bounded_on_both_sides_and_products_without_one_are_left_out() {
        let find = |minimum_price, maximum_price| {
            let sort = Sort::SalesRank;
            Search { minimum_price, maximum_price, sort, limit: 10, ..Search::default() }.page(candidates())
        };
        assert_eq!(find(Some(500), None), (3, vec![2, 4, 1]));
        assert_eq!(find(None, Some(500)), (3, vec![4, 1, 5]));
        assert_eq!(find(Some(101), Some(500)), (2, vec![4, 1]));
    }

    #[test]
    fn a_page_is_a_part_of_the_whole() {
        let page = |skip, limit| Search { sort: Sort::SalesRank, skip, limit, ..Search::default() }.page(candidates());
        assert_eq!(page(0, 2), (5, vec![2, 4]));
        assert_eq!(page(4, 2), (5, vec![5]));
        assert_eq!(page(6, 2), (5, vec![]));
    }

    #[test]
    fn codes_are_compared_by_digits_and_letters_alone() {
        assert_eq!(CodeType::normalized("0-596-00108x "), "059600108X");
    }
}
