//! ItemSearch on the full-text index.
//!
//! The index gives the products of a site best-selling first, and a search takes the first [`Search::REACH`] that have its words:
//! so it neither scans nor sorts more than these, however many there are.

use super::index::{number_and_rank, range};
use super::place;
use super::reads::{self, BASELINE, View};
use super::trouble::Trouble;
use crate::catalog::words::words_asked;
use crate::catalog::{Candidate, Found, Search, SearchField, Sort};
use rusqlite::Connection;
use std::collections::HashSet;

/// Searches the catalogue that a caller sees.
pub(super) fn search(connection: &Connection, view: View<'_>, search: &Search<'_>) -> Result<Found, Trouble> {
    let Some(anywhere) = question(view, search, SearchField::Any) else { return Ok(Found::default()) };
    let mut candidates = look(connection, view, search, &anywhere)?;
    if search.sort == Sort::Relevance
        && search.looks_anywhere()
        && let [first, .., last] = candidates.as_slice()
    {
        // Between the first and the last of them alone: no further than the search itself has looked.
        let in_title = question(view, search, SearchField::Title).expect("it has the same words");
        let matches = matches(connection, &in_title, (first.key, last.key))?;
        for candidate in &mut candidates {
            candidate.in_title = matches.contains(&candidate.key);
        }
    }
    let (total, page) = search.page(candidates);
    let products = page.into_iter().map(|search_id| reads::product_of_number(connection, number_and_rank(search_id).0));
    Ok(Found { total, products: products.collect::<Result<_, _>>()? })
}

/// Reads the candidates of a question, best-selling first.
fn look(
    connection: &Connection,
    view: View<'_>,
    search: &Search<'_>,
    question: &str,
) -> Result<Vec<Candidate<i64>>, Trouble> {
    let mut candidates = Vec::new();
    let mut statement = connection.prepare_cached(
        "select search_entries.search_id, asin, price, release_date, search_entries.title, account
        from search_words cross join search_entries on search_entries.search_id = search_words.rowid
        where search_words match ?1 and search_words.rowid between ?2 and ?3
        order by search_words.rowid limit ?4",
    )?;
    let (first, last) = range(view.locale);
    let by_title = matches!(search.sort, Sort::Title | Sort::TitleDescending);
    let by_date = search.sort == Sort::Newest;
    let mut rows = statement.query((question, first, last, Search::REACH))?;
    while let Some(row) = rows.next()? {
        let text = |column: usize| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
        let asin = reads::asin_of(text(1)?)?;
        if view.own.is_some() && text(5)? == BASELINE && reads::is_own(connection, view, asin)? {
            continue; // the account's own row stands in front of it
        }
        let key = row.get(0)?;
        candidates.push(Candidate {
            key,
            asin,
            sales_rank: number_and_rank(key).1,
            price: row.get(2)?,
            release_date: if by_date { row.get(3)? } else { None },
            title: if by_title { row.get(4)? } else { String::new() },
            in_title: false,
        });
    }
    Ok(candidates)
}

/// The numbers that a question matches from one to another.
fn matches(connection: &Connection, question: &str, (first, last): (i64, i64)) -> Result<HashSet<i64>, Trouble> {
    let mut statement = connection
        .prepare_cached("select rowid from search_words where search_words match ?1 and rowid between ?2 and ?3")?;
    let matches = statement.query_map((question, first, last), |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(matches)
}

/// The question in the index's own language. `anywhere` is where words are looked for that may be anywhere. `None` when nothing
/// can be found: a text was given that has no words.
fn question(view: View<'_>, search: &Search<'_>, anywhere: SearchField) -> Option<String> {
    let mut terms: Vec<String> = Vec::new();
    for (field, text) in &search.words {
        let words = words_asked(text);
        if words.is_empty() {
            return None;
        }
        let column = match if *field == SearchField::Any { anywhere } else { *field } {
            SearchField::Any => "",
            SearchField::Title => "title : ",
            SearchField::Author => "author : ",
            SearchField::Brand => "brand : ",
            SearchField::Manufacturer => "manufacturer : ",
        };
        // Within quotes no word is an operator, and no word has a quote in it.
        terms.extend(words.iter().map(|word| format!("{column}\"{word}\"")));
    }
    let accounts = || std::iter::once(BASELINE).chain(view.own);
    let places = |place: &dyn Fn(&str) -> String| {
        let words: Vec<String> = accounts().map(|account| format!("\"{}\"", place(account))).collect();
        format!("({})", words.join(" OR "))
    };
    if let Some(index) = search.search_index {
        terms.push(places(&|account| place::in_index(account, index)));
    }
    if let Some(node) = search.browse_node {
        terms.push(places(&|account| place::in_node(account, node)));
    }
    if search.search_index.is_none() && search.browse_node.is_none() {
        terms.push(places(&place::of_account));
    }
    Some(terms.join(" AND "))
}
