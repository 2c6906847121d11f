//! Writing rows of `products` and their entries in the search, for loads of the baseline and for edits alike. Everything here runs
//! in a transaction of the caller.

use super::sql;
use super::text;
use super::trouble::Trouble;
use crate::cart::{Asin, Locale};
use crate::catalog::words::words_of;
use crate::catalog::{CodeType, Product};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};
use std::collections::HashSet;
use std::fmt::Write as _;

/// The form of a row's derived columns and of its entry in the search. Whatever changes one of them, such as another rule of what
/// a word is, counts this up, and has a migration that forgets what the baseline was loaded from.
pub(super) const FORM: i64 = 1;

/// The rank of those that have none: after all others.
pub(super) const UNRANKED: i64 = 1 << 32;

/// Who writes rows.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    /// Whose products they are.
    pub(super) account: &'a str,
    /// The load of the baseline that writes, or was the last before an edit; 0 where there is none.
    pub(super) generation: i64,
    /// Rows that have this generation already are left as they are.
    pub(super) once: bool,
}

/// A product to be written.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) product: &'a Product,
    /// Where a load found it: the file's place among the files, from 0, and the line.
    pub(super) place: (usize, u64),
}

/// The key of a product within an account.
pub(super) type Key = (Locale, Asin);

pub(super) const fn key(product: &Product) -> Key {
    (product.locale, product.asin)
}

/// Puts rows in the order in which everybody writes them, so that nobody waits for somebody who waits for him.
pub(super) fn sort(rows: &mut [Row<'_>]) {
    rows.sort_unstable_by_key(|row| (row.product.locale.name(), row.product.asin));
}

/// Writes products, no two of one key; answers the keys of those that were written.
pub(super) async fn write(
    connection: &mut PgConnection,
    origin: Origin<'_>,
    rows: &[Row<'_>],
) -> Result<HashSet<Key>, Trouble> {
    let account = text::stored(origin.account);
    let docs: Vec<String> =
        rows.iter().map(|row| serde_json::to_string(row.product).expect("a product is always JSON")).collect();
    let locales: Vec<&str> = rows.iter().map(|row| row.product.locale.name()).collect();
    let asins: Vec<&str> = rows.iter().map(|row| row.product.asin.as_str()).collect();
    let unchanged = sqlx::query(sql::UNCHANGED_PRODUCTS).bind(&*account).bind(FORM).bind(&locales).bind(&asins);
    let unchanged = keys(&unchanged.bind(&docs).fetch_all(&mut *connection).await?)?;
    let code = |code: &Option<String>| code.as_deref().map(CodeType::normalized).filter(|code| !code.is_empty());
    let written = sqlx::query(sql::WRITE_PRODUCTS)
        .bind(&*account)
        .bind(origin.once)
        .bind(origin.generation)
        .bind(FORM)
        .bind(&locales)
        .bind(&asins)
        .bind(column(rows, |row| text::stored(&row.product.title)))
        .bind(column(rows, |row| text::stored(&row.product.product_group)))
        .bind(column(rows, |row| row.product.sales_rank.map(i64::from)))
        .bind(column(rows, |row| row.product.release_date.map(|date| date.to_string())))
        .bind(column(rows, |row| row.product.availability.name()))
        .bind(column(rows, |row| i64::try_from(row.place.0).expect("a few files")))
        .bind(column(rows, |row| row.place.1.cast_signed()))
        .bind(&docs)
        .bind(column(rows, |row| code(&row.product.ean)))
        .bind(column(rows, |row| code(&row.product.upc)))
        .bind(column(rows, |row| code(&row.product.isbn)));
    let written = keys(&written.fetch_all(&mut *connection).await?)?;
    // Most products of most loads are as they were, and so are their entries.
    let is_new = |row: &&Row<'_>| written.contains(&key(row.product)) && !unchanged.contains(&key(row.product));
    let entries: Vec<Row<'_>> = rows.iter().filter(is_new).copied().collect();
    enter(connection, &account, &entries).await?;
    Ok(written)
}

/// Enters products into the search.
async fn enter(connection: &mut PgConnection, account: &str, rows: &[Row<'_>]) -> Result<(), Trouble> {
    if rows.is_empty() {
        return Ok(());
    }
    let statement = sqlx::query(sql::WRITE_ENTRIES)
        .bind(account)
        .bind(column(rows, |row| row.product.locale.name()))
        .bind(column(rows, |row| row.product.asin.as_str()))
        .bind(column(rows, |row| row.product.sales_rank.map_or(UNRANKED, i64::from)))
        .bind(column(rows, |row| text::stored(&row.product.title)))
        .bind(column(rows, |row| row.product.price))
        .bind(column(rows, |row| row.product.release_date.map(|date| date.to_string())))
        .bind(column(rows, |row| row.product.search_index().map(text::stored)))
        .bind(column(rows, |row| row.product.browse_node.as_deref().map(text::stored)))
        .bind(column(rows, |row| words(row.product)));
    statement.execute(connection).await?;
    Ok(())
}

fn column<'a, T>(rows: &[Row<'a>], value: impl Fn(&Row<'a>) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// The words by which a product is found, each once, with blanks between. No word has a blank or a colon in it.
fn words(product: &Product) -> String {
    let mut words = HashSet::new();
    for (field, text) in [
        (Some('t'), Some(&product.title)),
        (Some('a'), product.author.as_ref()),
        (Some('b'), product.brand.as_ref()),
        (Some('m'), product.manufacturer.as_ref()),
        (None, product.keywords.as_ref()),
    ] {
        words_of(text.map_or("", String::as_str), |word| {
            if let Some(field) = field {
                words.insert(in_field(field, word));
            }
            words.insert(word.to_owned());
        });
    }
    let mut together = String::new();
    for word in words {
        let blank = if together.is_empty() { "" } else { " " };
        write!(together, "{blank}{word}").expect("writing to a String does not fail");
    }
    together
}

/// A word as it is looked for in one field, by the field's letter.
pub(super) fn in_field(field: char, word: &str) -> String {
    format!("{field}:{word}")
}

/// The keys of rows that begin with locale and ASIN.
fn keys(rows: &[PgRow]) -> Result<HashSet<Key>, Trouble> {
    rows.iter()
        .map(|row| {
            let (locale, asin): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            super::reads::key(locale, asin)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_products_words_are_those_of_its_texts_and_of_each_field() {
        let product: Product = serde_json::from_value(serde_json::json!({
            "locale": "us", "asin": "B000000001", "title": "Carts, carts", "product_group": "Book",
            "author": "Nora: W.", "keywords": "brass",
        }))
        .unwrap();
        let words = words(&product);
        let mut words: Vec<&str> = words.split(' ').collect();
        words.sort_unstable();
        assert_eq!(words, ["a:nora", "a:w", "brass", "carts", "nora", "t:carts", "w"]);
    }
}
