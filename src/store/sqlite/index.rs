//! The full-text index and the narrow table beside it: which products are in them, under which number, and as which words.
//!
//! **Invariant.** Between two transactions both hold exactly the products that are not withdrawn and whose `form` is [`FORM`],
//! each under the [`search_id`] of its row. Whoever writes such a row notes the change ([`Changes`]), and calls [`catch_up`]
//! before the transaction ends.

use super::place;
use super::reads::record;
use super::row_id;
use super::trouble::Trouble;
use crate::cart::Locale;
use crate::catalog::Product;
use crate::catalog::words::words_of;
use crate::store::StoreError;
use rusqlite::{CachedStatement, Connection, params};

/// The form of a row's derived columns and of its entry in the index. Whatever changes one of them, such as another rule of what
/// a word is, counts this up, and has a migration that forgets what the baseline was loaded from.
pub(super) const FORM: i64 = 1;

const NUMBER_BITS: u32 = 29;
const RANK_BITS: u32 = 30;

/// The rank of those that have none: after all others. A seed file's ranks end far below.
const UNRANKED: i64 = (1 << RANK_BITS) - 1;

/// The rowid under which a product is in the index: by locale, sales rank and the product's number, so that a search comes upon the
/// best-selling products of its site first. Fails when there are more products than it has room for.
pub(super) fn search_id(locale: Locale, sales_rank: Option<u32>, number: i64) -> Result<i64, StoreError> {
    if number >> NUMBER_BITS != 0 {
        let what = "there are too many products for the search index; start anew with an empty database".to_owned();
        return Err(StoreError::Inconsistent { table: "products", row: number.to_string(), what });
    }
    let rank = sales_rank.map_or(UNRANKED, |rank| i64::from(rank).min(UNRANKED - 1));
    Ok(row_id::of_locale(locale) << (RANK_BITS + NUMBER_BITS) | rank << NUMBER_BITS | number)
}

/// The lowest and the highest number of a site's products.
pub(super) fn range(locale: Locale) -> (i64, i64) {
    let first = row_id::of_locale(locale) << (RANK_BITS + NUMBER_BITS);
    (first, first | ((1 << (RANK_BITS + NUMBER_BITS)) - 1))
}

/// The number and the sales rank of a product in the index.
pub(super) fn number_and_rank(search_id: i64) -> (i64, Option<u32>) {
    let rank = search_id >> NUMBER_BITS & UNRANKED;
    (search_id & ((1 << NUMBER_BITS) - 1), u32::try_from(rank).ok().filter(|_| rank != UNRANKED))
}

/// Notes what has to be done to the index before the transaction ends.
pub(super) struct Changes<'c> {
    stale: CachedStatement<'c>,
    fresh: CachedStatement<'c>,
}

impl<'c> Changes<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Self, Trouble> {
        Ok(Self {
            stale: connection.prepare_cached(
                "insert into search_changes (search_id, stale, fresh) values (?1, 1, 0)
                on conflict (search_id) do update set stale = stale or not fresh, fresh = 0",
            )?,
            fresh: connection.prepare_cached(
                "insert into search_changes (search_id, stale, fresh) values (?1, 0, 1)
                on conflict (search_id) do update set fresh = 1",
            )?,
        })
    }

    /// What stands under this number is out of date.
    pub(super) fn stale(&mut self, search_id: i64) -> Result<(), Trouble> {
        self.stale.execute([search_id])?;
        Ok(())
    }

    /// The product of this number has to be entered.
    pub(super) fn fresh(&mut self, search_id: i64) -> Result<(), Trouble> {
        self.fresh.execute([search_id])?;
        Ok(())
    }
}

/// Makes the index what it shall be. Once `give_up` says so it ends in the middle, and the answer is false.
pub(super) fn catch_up(connection: &Connection, give_up: impl Fn() -> bool) -> Result<bool, Trouble> {
    {
        let mut stale =
            connection.prepare_cached("select search_id from search_changes where stale = 1 order by search_id")?;
        let mut words = connection.prepare_cached("delete from search_words where rowid = ?1")?;
        let mut entry = connection.prepare_cached("delete from search_entries where search_id = ?1")?;
        let mut rows = stale.query([])?;
        while let Some(row) = rows.next()? {
            if give_up() {
                return Ok(false);
            }
            let search_id: i64 = row.get(0)?;
            words.execute([search_id])?;
            entry.execute([search_id])?;
        }
    }
    let mut fresh = connection.prepare_cached(
        "select search_changes.search_id, products.account, products.doc from search_changes
            cross join products on products.number = search_changes.search_id & ?1
        where fresh = 1 order by search_changes.search_id",
    )?;
    let mut entries = Entries::new(connection)?;
    let mut rows = fresh.query([(1_i64 << NUMBER_BITS) - 1])?;
    while let Some(row) = rows.next()? {
        if give_up() {
            return Ok(false);
        }
        let search_id: i64 = row.get(0)?;
        let (account, doc) = (row.get_ref(1)?.as_str(), row.get_ref(2)?.as_str());
        let (account, doc) = (account.map_err(rusqlite::Error::from)?, doc.map_err(rusqlite::Error::from)?);
        entries.enter(search_id, account, &record(doc, || search_id.to_string())?)?;
    }
    connection.prepare_cached("delete from search_changes")?.execute([])?;
    Ok(true)
}

/// Enters products, in the order of their numbers.
struct Entries<'c> {
    words: CachedStatement<'c>,
    entry: CachedStatement<'c>,
    /// The words of each column; kept for their memory.
    texts: [String; 6],
}

impl<'c> Entries<'c> {
    fn new(connection: &'c Connection) -> Result<Self, Trouble> {
        Ok(Self {
            words: connection.prepare_cached(
                "insert into search_words (rowid, title, author, brand, manufacturer, keywords, place)
                values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            entry: connection.prepare_cached(
                "insert into search_entries (search_id, account, asin, title, price, release_date)
                values (?1, ?2, ?3, ?4, ?5, ?6)",
            )?,
            texts: Default::default(),
        })
    }

    fn enter(&mut self, search_id: i64, account: &str, product: &Product) -> Result<(), Trouble> {
        let fields = [
            Some(&product.title),
            product.author.as_ref(),
            product.brand.as_ref(),
            product.manufacturer.as_ref(),
            product.keywords.as_ref(),
        ];
        let [texts @ .., places] = &mut self.texts;
        for (text, field) in texts.iter_mut().zip(fields) {
            text.clear();
            words_of(field.map_or("", String::as_str), |word| {
                text.push_str(word);
                text.push(' ');
            });
        }
        *places = place::of_account(account);
        let mut put = |place: String| {
            places.push(' ');
            places.push_str(&place);
        };
        if let Some(index) = product.search_index() {
            put(place::in_index(account, index));
        }
        if let Some(node) = &product.browse_node {
            put(place::in_node(account, node));
        }
        let [title, author, brand, manufacturer, keywords, place] = &self.texts;
        self.words.execute(params![search_id, title, author, brand, manufacturer, keywords, place])?;
        let released = product.release_date.map(|date| date.to_string());
        self.entry.execute(params![
            search_id,
            account,
            product.asin.as_str(),
            product.title,
            product.price,
            released
        ])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_orders_by_site_and_rank_and_leads_back_to_the_row() {
        let id = |locale, rank, row| search_id(locale, rank, row).unwrap();
        let ordered = [
            id(Locale::Us, Some(1), 9),
            id(Locale::Us, Some(2), 3),
            id(Locale::Us, Some(1_000_000_000), 2),
            id(Locale::Us, Some(u32::MAX), 2),
            id(Locale::Us, None, 1),
            id(Locale::Uk, Some(1), 1),
            id(Locale::Au, None, (1 << NUMBER_BITS) - 1),
        ];
        assert!(ordered.is_sorted() && ordered[0] > 0);
        assert_eq!(number_and_rank(ordered[1]), (3, Some(2)));
        assert_eq!(number_and_rank(ordered[4]), (1, None));
        for locale in Locale::ALL {
            let (first, last) = range(locale);
            assert!(first <= id(locale, Some(1), 1) && id(locale, None, 5) <= last);
            assert!(
                Locale::ALL
                    .into_iter()
                    .filter(|other| range(*other).0 <= last && first <= range(*other).1)
                    .eq([locale])
            );
        }
        assert!(search_id(Locale::Us, None, 1 << NUMBER_BITS).is_err());
    }
}
