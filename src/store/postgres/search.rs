//! ItemSearch: what is asked of the server, and what comes of its answers.
//!
//! A search looks at the first [`Search::REACH`] products, by sales rank, that have its words. For words that many products have,
//! the server walks along the ranks and stops there; for words that few have, it finds these by the words. It decides between the
//! two by what it knows of the words, and the time that it may take is bounded as for every statement.

use super::pool::{Pool, Statement};
use super::products::{UNRANKED, in_field};
use super::reads;
use super::server::Server;
use super::sql::{self, Narrowed};
use super::text;
use super::trouble::Trouble;
use crate::cart::Asin;
use crate::catalog::words::words_asked;
use crate::catalog::{Candidate, Found, Search, SearchField, Sort};
use crate::store::{Site, StoreError};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row as _};
use std::sync::Arc;

const WHAT: &str = "searching the catalogue";

/// Searches the catalogue that a caller sees.
pub(super) async fn search(
    readers: &Pool,
    server: &Server,
    site: Site<'_>,
    search: &Search<'_>,
) -> Result<Found, StoreError> {
    let Some(anywhere) = words(search, SearchField::Any) else { return Ok(Found::default()) };
    let in_title = words(search, SearchField::Title).expect("it has the same words");
    let candidates = look(readers, server, site, search, &anywhere, &in_title).await?;
    let (total, page) = search.page(candidates);
    if page.is_empty() {
        return Ok(Found { total, products: Vec::new() });
    }
    let asins: Vec<&str> = page.iter().map(Asin::as_str).collect();
    let account = text::stored(site.account);
    let statement = || sqlx::query(sql::PRODUCTS).bind(&*account).bind(site.locale.name()).bind(&asins);
    let rows = readers.fetch(WHAT, statement).await?;
    let listed = reads::products(&rows, &page).map_err(|trouble| trouble.during(WHAT, server.name()))?;
    // One that was withdrawn since the search is left out.
    let products = listed
        .into_iter()
        .flatten()
        .filter(|listed| !listed.withdrawn)
        .map(|listed| Arc::unwrap_or_clone(listed.product));
    Ok(Found { total, products: products.collect() })
}

/// Reads the candidates that have these words, best-selling first: [`Search::REACH`] at most. Those that have `in_title` are told
/// apart.
async fn look(
    readers: &Pool,
    server: &Server,
    site: Site<'_>,
    search: &Search<'_>,
    words: &[String],
    in_title: &[String],
) -> Result<Vec<Candidate<Asin>>, StoreError> {
    let narrowed =
        Narrowed { words: !words.is_empty(), index: search.search_index.is_some(), node: search.browse_node.is_some() };
    let text = sql::search(narrowed);
    let by_title = matches!(search.sort, Sort::Title | Sort::TitleDescending);
    let account = text::stored(site.account);
    let (index, node) = (search.search_index.map(text::stored), search.browse_node.map(text::stored));
    let statement = || -> Statement<'static> {
        // Made of constants alone. Not kept prepared: its plan depends on the words.
        let statement = sqlx::query(AssertSqlSafe(text.clone())).persistent(false);
        let site = statement.bind(&*account).bind(site.locale.name()).bind(words);
        let narrowed = site.bind(index.as_deref()).bind(node.as_deref()).bind(by_title);
        narrowed.bind(i64::from(Search::REACH)).bind(in_title)
    };
    let rows = readers.fetch(WHAT, statement).await?;
    let mut candidates = rows.iter().map(candidate).collect::<Result<Vec<_>, _>>();
    if let Ok(candidates) = &mut candidates {
        // As many of the account's own may have come as of the baseline.
        candidates.sort_unstable_by_key(|c| (c.sales_rank.is_none(), c.sales_rank, c.asin));
        candidates.truncate(Search::REACH as usize);
    }
    candidates.map_err(|trouble| trouble.during(WHAT, server.name()))
}

fn candidate(row: &PgRow) -> Result<Candidate<Asin>, Trouble> {
    let asin: &str = row.try_get(0)?;
    let asin = asin.parse().map_err(|_| StoreError::Inconsistent {
        table: "search_entries",
        row: asin.to_owned(),
        what: "this is no ASIN".to_owned(),
    })?;
    let rank: i64 = row.try_get(1)?;
    Ok(Candidate {
        key: asin,
        asin,
        sales_rank: u32::try_from(rank).ok().filter(|_| rank < UNRANKED),
        price: row.try_get(2)?,
        release_date: row.try_get(3)?,
        title: text::read(row.try_get(4)?),
        in_title: row.try_get(5)?,
    })
}

/// The words of the index that a product must have. `anywhere` is where words are looked for that may be anywhere. `None` when
/// nothing can be found: a text was given that has no words.
fn words(search: &Search<'_>, anywhere: SearchField) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for (field, text) in &search.words {
        let words = words_asked(text);
        if words.is_empty() {
            return None;
        }
        let letter = match if *field == SearchField::Any { anywhere } else { *field } {
            SearchField::Any => None,
            SearchField::Title => Some('t'),
            SearchField::Author => Some('a'),
            SearchField::Brand => Some('b'),
            SearchField::Manufacturer => Some('m'),
        };
        found.extend(words.into_iter().map(|word| match letter {
            Some(letter) => in_field(letter, &word),
            None => word,
        }));
    }
    Some(found)
}
