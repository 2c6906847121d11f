//! Resetting an account or the server, and writing down and restoring their states: whatever the list of tables says. Everything
//! here runs within a transaction of the caller.

use super::accounts;
use super::baseline;
use super::edits;
use super::index::{self, Changes, FORM, search_id};
use super::listing;
use super::products::{Origin, ProductWriter};
use super::reads::{self, BASELINE};
use super::trouble::Trouble;
use super::writer;
use crate::catalog::seed::SeedFile;
use crate::store::baseline::Plan;
use crate::store::lane::Save;
use crate::store::owned::{Kind, Part, Reach, Rows, TABLES, Table};
use crate::store::state::{
    self, Cell, EditSettings, ProductRow, Reading, Removed, Reset, Snapshot, SnapshotInfo, TooLarge, Unrestored, Whose,
    WriteError, Writing,
};
use crate::store::{AccountEdit, StoreError, row};
use jiff::Timestamp;
use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Removes what is to be removed; answers how much that was. `give_up` is that of a load.
pub(super) fn reset(
    connection: &Connection,
    reset: &Reset,
    give_up: &AtomicBool,
) -> Result<Removed, baseline::Failure> {
    let mut removed = Removed::default();
    let all = reset.whose.reach();
    if reset.carts {
        remove(connection, all, &mut removed, |rows| matches!(rows, Rows::Carts | Rows::Plain(Part::Carts)))?;
    }
    if let Some(files) = &reset.catalog {
        // The baseline itself is not removed, but loaded again.
        let own = if all == Reach::All { Reach::Accounts } else { all };
        remove_catalogues(connection, own, &mut removed)?;
        if all == Reach::All {
            load_again(connection, files, give_up)?;
        }
    }
    if let Some(edit) = &reset.settings {
        edit_settings(connection, all, edit, BTreeMap::new())?;
    }
    if reset.snapshots {
        remove(connection, all, &mut removed, |rows| rows == Rows::Snapshots)?;
    }
    Ok(removed)
}

/// Makes the baseline what its files hold, if it is not.
fn load_again(connection: &Connection, files: &[SeedFile], give_up: &AtomicBool) -> Result<(), baseline::Failure> {
    match baseline::plan(connection, files)? {
        Plan::Keep(_) => Ok(()),
        Plan::Remember(_, marks) => baseline::remember(connection, &marks),
        Plan::Load(marks) => baseline::load(connection, files, &marks, give_up).map(drop),
    }
}

/// Removes rows of those tables.
fn remove(
    connection: &Connection,
    reach: Reach<'_>,
    removed: &mut Removed,
    of: impl Fn(Rows) -> bool,
) -> Result<(), Trouble> {
    for table in TABLES.iter().filter(|table| of(table.rows) && reach.meets(table)) {
        let sql = format!("delete from {} where {}", table.name, reach.condition('?'));
        let rows = connection.prepare_cached(&sql)?.execute([reach.value()])?;
        removed.add(table.name, rows as u64);
    }
    Ok(())
}

/// Removes products and all that belongs to them.
fn remove_catalogues(connection: &Connection, reach: Reach<'_>, removed: &mut Removed) -> Result<(), Trouble> {
    let condition = reach.condition('?');
    let sql =
        format!("select number, locale, sales_rank from products where {condition} and withdrawn = 0 and form = ?2");
    let mut found = connection.prepare_cached(&sql)?;
    let mut rows = found.query((reach.value(), FORM))?;
    let mut changes = Changes::new(connection)?;
    while let Some(row) = rows.next()? {
        let locale = reads::locale_of(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
        changes.stale(search_id(locale, row.get(2)?, row.get(0)?)?)?;
    }
    drop(rows);
    remove(connection, reach, removed, |rows| {
        matches!(rows, Rows::Products | Rows::WithProducts | Rows::Plain(Part::Catalog))
    })?;
    index::catch_up(connection, || false)?;
    let sql = format!("delete from catalogues where {condition} and account <> ?2");
    connection.prepare_cached(&sql)?.execute((reach.value(), BASELINE))?;
    Ok(())
}

/// Makes of accounts' settings what `edit` makes of them, and of those of a snapshot.
fn edit_settings(
    connection: &Connection,
    reach: Reach<'_>,
    edit: &EditSettings,
    mut kept: BTreeMap<String, String>,
) -> Result<(), Trouble> {
    let sql = format!("select account from accounts where {} order by account", reach.condition('?'));
    let mut select = connection.prepare_cached(&sql)?;
    let mut keys: Vec<String> = select.query_map([reach.value()], |row| row.get(0))?.collect::<Result<_, _>>()?;
    keys.extend(kept.keys().filter(|key| !keys.contains(key)).cloned().collect::<Vec<_>>());
    for key in keys {
        let present = accounts::account(connection, &key)?;
        let before = present.as_ref().map(|row| row.doc.as_str());
        let after = edit(before, kept.remove(&key).as_deref())?;
        if after.as_deref() != before {
            accounts::edit(connection, &key, present.map(|row| row.revision), AccountEdit::to(after.as_deref()))?;
        }
    }
    Ok(())
}

/// Writes down a state. `conceal` takes out of settings what no snapshot holds.
pub(super) fn take(
    connection: &Connection,
    whose: &Whose,
    at: Timestamp,
    conceal: fn(&str) -> Result<String, StoreError>,
) -> Result<Result<Snapshot, TooLarge>, Trouble> {
    let mut writing = Writing::new(whose, at);
    let reach = whose.reach();
    for table in TABLES.iter().filter(|table| table.is_kept(whose.is_account())) {
        let columns: Vec<(&str, Kind)> = table.kept_columns(whose.is_account()).collect();
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let key: Vec<&str> = table.columns[..table.key].iter().map(|(name, _)| *name).collect();
        let sql = format!(
            "select {} from {} where {} order by {}",
            names.join(", "),
            table.name,
            reach.condition('?'),
            key.join(", ")
        );
        let mut select = connection.prepare(&sql)?;
        let mut rows = select.query([reach.value()])?;
        writing.begin(table);
        while let Some(row) = rows.next()? {
            let mut cells = cells(table, row, &columns)?;
            if table.rows == Rows::Settings
                && let Some(Cell::Text(doc)) = cells.last_mut()
            {
                *doc = Cow::Owned(conceal(doc)?);
            }
            match writing.row(table, &cells) {
                Ok(()) => {}
                Err(WriteError::TooLarge) => return Ok(Err(TooLarge)),
                Err(WriteError::Store(error)) => return Err(error.into()),
            }
        }
        writing.end();
    }
    Ok(writing.finish())
}

fn cells<'r>(table: &Table, row: &'r Row<'_>, columns: &[(&str, Kind)]) -> Result<Vec<Cell<'r>>, Trouble> {
    let mut cells = Vec::with_capacity(columns.len());
    for (place, (name, kind)) in columns.iter().enumerate() {
        cells.push(match (row.get_ref(place)?, kind) {
            (ValueRef::Null, _) => Cell::Null,
            (ValueRef::Integer(number), Kind::Integer) => Cell::Integer(number),
            (ValueRef::Integer(number), Kind::Boolean) => Cell::Boolean(number != 0),
            (value @ ValueRef::Text(_), Kind::Text | Kind::Json) => {
                Cell::Text(Cow::Borrowed(value.as_str().map_err(rusqlite::Error::from)?))
            }
            (value, kind) => {
                let what = format!("{name} is {:?} and no {kind:?}", value.data_type());
                return Err(StoreError::Inconsistent { table: table.name, row: "(any)".to_owned(), what }.into());
            }
        });
    }
    Ok(cells)
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Boolean(is) => ToSqlOutput::Owned(Value::Integer(i64::from(*is))),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// Why a state was not restored, before the context is known.
pub(super) enum Failure {
    Unrestored(Unrestored),
    Trouble(Trouble),
    Store(StoreError),
}

impl<E: Into<Trouble>> From<E> for Failure {
    fn from(error: E) -> Self {
        match error.into() {
            Trouble::Data(error) => Self::Store(error),
            trouble @ Trouble::Sql(_) => Self::Trouble(trouble),
        }
    }
}

impl From<Unrestored> for Failure {
    fn from(unrestored: Unrestored) -> Self {
        Self::Unrestored(unrestored)
    }
}

/// Makes everything what it was when the snapshot was taken.
pub(super) fn restore(connection: &Connection, whose: &Whose, doc: &str, edit: &EditSettings) -> Result<(), Failure> {
    let reading = Reading::new(doc, whose)?;
    let reach = whose.reach();
    let mut removed = Removed::default();
    remove(connection, reach, &mut removed, |rows| matches!(rows, Rows::Carts | Rows::Plain(Part::Carts)))?;
    remove_catalogues(connection, reach, &mut removed)?;
    let mut settings = BTreeMap::new();
    for table in TABLES.iter().filter(|table| table.is_kept(whose.is_account())) {
        let rows = reading.rows(table)?;
        match table.rows {
            Rows::Carts => restore_carts(connection, &rows)?,
            Rows::Products => restore_products(connection, &rows)?,
            Rows::Settings => settings = rows.iter().map(|cells| state::settings(cells)).collect(),
            _ => restore_plain(connection, table, &rows)?,
        }
    }
    edits::count_change(connection, BASELINE)?;
    edit_settings(connection, reach, edit, settings)?;
    Ok(())
}

fn restore_carts(connection: &Connection, rows: &[Vec<Cell<'_>>]) -> Result<(), Failure> {
    for cells in rows {
        let cart = Arc::new(state::cart(cells)?);
        if listing::exists(connection, cart.id)? {
            return Err(Unrestored::Taken(format!("the cart {}", cart.id)).into());
        }
        writer::save(connection, &[Save { cart: &cart, stored: None }])?;
    }
    Ok(())
}

fn restore_products(connection: &Connection, rows: &[Vec<Cell<'_>>]) -> Result<(), Failure> {
    let mut writer = ProductWriter::new(connection)?;
    let mut offer = connection.prepare_cached(
        "insert into offers (account, locale, listing_id, asin, generation) values (?1, ?2, ?3, ?4, ?5)
        on conflict (account, locale, listing_id) do nothing",
    )?;
    let mut last = None;
    for cells in rows {
        let ProductRow { account, product, withdrawn, generation, place } = ProductRow::of(cells)?;
        writer.write(account, &product, Origin { generation, place }, false)?;
        if withdrawn {
            writer.withdraw(account, product.locale, product.asin)?;
        } else {
            for listing in product.listings() {
                let key = (account, product.locale.name(), listing.as_str(), product.asin.as_str(), generation);
                if offer.execute(key)? == 0 {
                    let listing = format!("products: the listing id {} occurs twice", listing.as_str());
                    return Err(Unrestored::Invalid(listing).into());
                }
            }
        }
        // The rows of an account stand together.
        if last != Some(account) {
            edits::count_change(connection, account)?;
            last = Some(account);
        }
    }
    drop(writer);
    index::catch_up(connection, || false)?;
    Ok(())
}

fn restore_plain(connection: &Connection, table: &Table, rows: &[Vec<Cell<'_>>]) -> Result<(), Failure> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let sql = format!("insert into {} ({}) values ({marks}) on conflict do nothing", table.name, names.join(", "));
    let mut insert = connection.prepare(&sql)?;
    for (number, cells) in rows.iter().enumerate() {
        if insert.execute(params_from_iter(cells))? == 0 {
            return Err(Unrestored::Taken(format!("row {} of {}", number + 1, table.name)).into());
        }
    }
    Ok(())
}

/// The snapshots of an account, by name.
pub(super) fn list(connection: &Connection, account: &str) -> Result<Vec<SnapshotInfo>, Trouble> {
    let mut select = connection
        .prepare_cached("select name, taken_at, counts, bytes from snapshots where account = ?1 order by name")?;
    let info = |row: &Row<'_>| -> Result<SnapshotInfo, Trouble> {
        Ok(SnapshotInfo {
            name: row.get(0)?,
            taken_at: moment(row.get(1)?)?,
            counts: state::counts(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?),
            bytes: row.get(3)?,
        })
    };
    let mut rows = select.query([account])?;
    let mut list = Vec::new();
    while let Some(row) = rows.next()? {
        list.push(info(row)?);
    }
    Ok(list)
}

/// A snapshot.
pub(super) fn get(connection: &Connection, account: &str, name: &str) -> Result<Option<Snapshot>, Trouble> {
    let mut select =
        connection.prepare_cached("select taken_at, counts, doc from snapshots where account = ?1 and name = ?2")?;
    let row = select
        .query_row((account, name), |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)))
        .optional()?;
    row.map(|(at, counts, doc)| Ok(Snapshot { taken_at: moment(at)?, counts: state::counts(&counts), doc: doc.into() }))
        .transpose()
}

/// Puts a snapshot aside; answers whether there was none of that name.
pub(super) fn put(connection: &Connection, account: &str, name: &str, snapshot: &Snapshot) -> Result<bool, Trouble> {
    let was_there = delete(connection, account, name)?;
    connection
        .prepare_cached(
            "insert into snapshots (account, name, taken_at, counts, bytes, doc) values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            account,
            name,
            row::micros(snapshot.taken_at),
            serde_json::to_string(&snapshot.counts).expect("names and numbers are always JSON"),
            snapshot.doc.len(),
            &*snapshot.doc
        ])?;
    Ok(!was_there)
}

/// Removes a snapshot; answers whether there was one.
pub(super) fn delete(connection: &Connection, account: &str, name: &str) -> Result<bool, Trouble> {
    let mut delete = connection.prepare_cached("delete from snapshots where account = ?1 and name = ?2")?;
    Ok(delete.execute((account, name))? > 0)
}

fn moment(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|error| StoreError::Inconsistent {
        table: "snapshots",
        row: micros.to_string(),
        what: error.to_string(),
    })
}
