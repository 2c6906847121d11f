//! Wish lists and registries: written by loads of the baseline, and read with what was bought of them.

use super::products::Origin;
use super::reads::BASELINE;
use super::trouble::Trouble;
use crate::catalog::ProductList;
use crate::store::{Site, StoreError};
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, params};

/// Writes lists.
pub(super) struct ListWriter<'c> {
    /// Writes a list unless this load has written it already.
    list: CachedStatement<'c>,
    /// Where this load found a list first.
    place_of_list: CachedStatement<'c>,
    /// Writes an item unless this load has written it already.
    item: CachedStatement<'c>,
    /// Where this load found the list with an item first.
    place_of_item: CachedStatement<'c>,
}

/// What came of writing a list. Places are the file's place among the files, and the line.
pub(super) enum Written {
    /// It was written.
    New,
    /// This load has written a list of that id already; it stands there.
    SameList((usize, u64)),
    /// Another list, which stands there, has an item of this id.
    SameItem(String, (usize, u64)),
}

impl<'c> ListWriter<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Self, Trouble> {
        Ok(Self {
            list: connection.prepare_cached(
                "insert into lists (account, locale, list_id, generation, seed_file, seed_line, doc)
                values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                on conflict (account, locale, list_id) do update
                    set generation = excluded.generation, seed_file = excluded.seed_file, seed_line = excluded.seed_line,
                        doc = excluded.doc
                    where lists.generation < excluded.generation",
            )?,
            place_of_list: connection.prepare_cached(
                "select seed_file, seed_line from lists where account = ?1 and locale = ?2 and list_id = ?3",
            )?,
            item: connection.prepare_cached(
                "insert into list_items (account, locale, list_item_id, list_id, generation) values (?1, ?2, ?3, ?4, ?5)
                on conflict (account, locale, list_item_id) do update
                    set list_id = excluded.list_id, generation = excluded.generation
                    where list_items.generation < excluded.generation",
            )?,
            place_of_item: connection.prepare_cached(
                "select lists.seed_file, lists.seed_line from list_items
                    join lists on lists.account = list_items.account and lists.locale = list_items.locale
                        and lists.list_id = list_items.list_id
                where list_items.account = ?1 and list_items.locale = ?2 and list_items.list_item_id = ?3",
            )?,
        })
    }

    /// Writes a list, once for each load.
    pub(super) fn write(&mut self, account: &str, list: &ProductList, origin: Origin) -> Result<Written, Trouble> {
        let Origin { generation, place: (file, line) } = origin;
        let locale = list.locale.name();
        let doc = serde_json::to_string(list).expect("a list is always JSON");
        let place = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        if self.list.execute(params![account, locale, list.id, generation, file, line, doc])? == 0 {
            return Ok(Written::SameList(self.place_of_list.query_row((account, locale, &list.id), place)?));
        }
        for item in &list.items {
            if self.item.execute((account, locale, &item.id, &list.id, generation))? == 0 {
                let first = self.place_of_item.query_row((account, locale, &item.id), place)?;
                return Ok(Written::SameItem(item.id.clone(), first));
            }
        }
        Ok(Written::New)
    }
}

/// A list, with what the account bought of it added to what was received.
pub(super) fn list(connection: &Connection, site: Site<'_>, list_id: &str) -> Result<Option<ProductList>, Trouble> {
    let locale = site.locale.name();
    let mut statement =
        connection.prepare_cached("select doc from lists where account = ?1 and locale = ?2 and list_id = ?3")?;
    let doc: Option<String> = statement.query_row((BASELINE, locale, list_id), |row| row.get(0)).optional()?;
    let Some(doc) = doc else { return Ok(None) };
    let mut list: ProductList = serde_json::from_str(&doc).map_err(|error| StoreError::Inconsistent {
        table: "lists",
        row: format!("{locale} {list_id}"),
        what: format!("doc: {error}"),
    })?;
    let mut bought = connection.prepare_cached(
        "select quantity from list_purchases where account = ?1 and locale = ?2 and list_item_id = ?3",
    )?;
    for item in &mut list.items {
        let bought: Option<i64> = bought.query_row((site.account, locale, &item.id), |row| row.get(0)).optional()?;
        let bought = u32::try_from(bought.unwrap_or(0)).unwrap_or(u32::MAX);
        item.quantity_received = item.quantity_received.saturating_add(bought);
    }
    Ok(Some(list))
}
