//! Writing rows of `products`, for loads of the baseline and for edits alike.

use super::index::{Changes, FORM, search_id};
use super::row_id;
use super::trouble::Trouble;
use crate::cart::{Asin, Locale};
use crate::catalog::{CodeType, Product};
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, params};

/// Who writes a row.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    /// The load of the baseline that writes, or was the last before an edit; 0 where there is none.
    pub(super) generation: i64,
    /// Where a load found the product: the file's place among the files, and the line.
    pub(super) place: (usize, u64),
}

/// A row as it is.
struct Row {
    id: i64,
    /// In the search index.
    number: i64,
    generation: i64,
    form: i64,
    withdrawn: bool,
    sales_rank: Option<u32>,
    /// Its document is the one that is to be written.
    same: bool,
}

/// Writes products.
pub(super) struct ProductWriter<'c> {
    connection: &'c Connection,
    find: CachedStatement<'c>,
    insert: CachedStatement<'c>,
    update: CachedStatement<'c>,
    keep: CachedStatement<'c>,
    withdraw: CachedStatement<'c>,
    changes: Changes<'c>,
    /// The highest number of a product.
    numbered: i64,
    /// The document at hand; kept for its memory.
    doc: Vec<u8>,
}

impl<'c> ProductWriter<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Self, Trouble> {
        Ok(Self {
            connection,
            find: connection.prepare_cached(
                "select id, number, generation, form, withdrawn, sales_rank, doc = ?4 from products
                where account = ?1 and locale = ?2 and asin = ?3",
            )?,
            insert: connection.prepare_cached(
                "insert into products (generation, seed_file, seed_line, title, product_group, sales_rank, release_date, availability,
                    ean, upc, isbn, doc, form, withdrawn, id, number, account, locale, asin)
                values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, ?14, ?15, ?16, ?17, ?18)",
            )?,
            update: connection.prepare_cached(
                "update products set generation = ?1, seed_file = ?2, seed_line = ?3, title = ?4, product_group = ?5,
                    sales_rank = ?6, release_date = ?7, availability = ?8, ean = ?9, upc = ?10, isbn = ?11, doc = ?12, form = ?13,
                    withdrawn = 0
                where id = ?14",
            )?,
            keep: connection
                .prepare_cached("update products set generation = ?2, seed_file = ?3, seed_line = ?4 where id = ?1")?,
            withdraw: connection.prepare_cached("update products set withdrawn = 1 where id = ?1")?,
            changes: Changes::new(connection)?,
            numbered: connection
                .prepare_cached("select coalesce(max(number), 0) from products")?
                .query_row([], |row| row.get(0))?,
            doc: Vec::new(),
        })
    }

    fn find(&mut self, account: &str, locale: Locale, asin: Asin) -> Result<Option<Row>, Trouble> {
        let doc = std::str::from_utf8(&self.doc).expect("JSON is UTF-8");
        let found = self.find.query_row((account, locale.name(), asin.as_str(), doc), |row| {
            Ok(Row {
                id: row.get(0)?,
                number: row.get(1)?,
                generation: row.get(2)?,
                form: row.get(3)?,
                withdrawn: row.get(4)?,
                sales_rank: row.get(5)?,
                same: row.get(6)?,
            })
        });
        Ok(found.optional()?)
    }

    /// Writes a product of an account, unless `once` is asked for and the row is of this generation already: then the answer is
    /// false.
    pub(super) fn write(
        &mut self,
        account: &str,
        product: &Product,
        origin: Origin,
        once: bool,
    ) -> Result<bool, Trouble> {
        let Origin { generation, place: (file, line) } = origin;
        self.doc.clear();
        serde_json::to_writer(&mut self.doc, product).expect("a product is always JSON");
        let found = self.find(account, product.locale, product.asin)?;
        if let Some(row) = &found {
            if once && row.generation == generation {
                return Ok(false);
            }
            // Most products of most loads are as they were: then neither an index nor the document is written.
            if row.same && row.form == FORM && !row.withdrawn {
                self.keep.execute(params![row.id, generation, file, line.cast_signed()])?;
                return Ok(true);
            }
            self.leaves_index(product.locale, row)?;
        }
        let code = |code: &Option<String>| code.as_deref().map(CodeType::normalized).filter(|code| !code.is_empty());
        let (id, number) = found.as_ref().map_or_else(
            || {
                let number = self.numbered + 1;
                (row_id::of(account, product.locale, product.asin, number), number)
            },
            |row| (row.id, row.number),
        );
        let columns = params![
            generation,
            file,
            line.cast_signed(),
            product.title,
            product.product_group,
            product.sales_rank,
            product.release_date.map(|date| date.to_string()),
            product.availability.name(),
            code(&product.ean),
            code(&product.upc),
            code(&product.isbn),
            std::str::from_utf8(&self.doc).expect("JSON is UTF-8"),
            FORM,
            id,
            // Those that never change.
            number,
            account,
            product.locale.name(),
            product.asin.as_str(),
        ];
        match found {
            Some(_) => self.update.execute(&columns[..14])?,
            None => self.insert.execute(columns)?,
        };
        self.numbered = self.numbered.max(number);
        self.changes.fresh(search_id(product.locale, product.sales_rank, number)?)?;
        Ok(true)
    }

    /// Withdraws a product of an account; false when it is not there or withdrawn already.
    pub(super) fn withdraw(&mut self, account: &str, locale: Locale, asin: Asin) -> Result<bool, Trouble> {
        self.doc.clear();
        match self.find(account, locale, asin)? {
            Some(row) if !row.withdrawn => {
                self.withdraw.execute([row.id])?;
                self.leaves_index(locale, &row)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Withdraws every product of an account that a load has not seen; answers how many.
    pub(super) fn withdraw_unseen(&mut self, account: &str, generation: i64) -> Result<u64, Trouble> {
        let mut withdraw = self.connection.prepare_cached(
            "update products set withdrawn = 1 where account = ?1 and generation < ?2 and withdrawn = 0
            returning id, number, form, sales_rank, locale",
        )?;
        let mut rows = withdraw.query((account, generation))?;
        let mut withdrawn = 0;
        while let Some(row) = rows.next()? {
            let locale: String = row.get(4)?;
            let locale = super::reads::locale_of(&locale)?;
            let (id, number, form, sales_rank) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            self.leaves_index(
                locale,
                &Row { id, number, generation, form, withdrawn: false, sales_rank, same: false },
            )?;
            withdrawn += 1;
        }
        Ok(withdrawn)
    }

    /// Notes that the index has to forget a row as it was, if it knows it.
    fn leaves_index(&mut self, locale: Locale, row: &Row) -> Result<(), Trouble> {
        if !row.withdrawn && row.form == FORM {
            self.changes.stale(search_id(locale, row.sales_rank, row.number)?)?;
        }
        Ok(())
    }
}
