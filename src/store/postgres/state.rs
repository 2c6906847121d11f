//! Resetting an account or the server, and writing down and restoring their states: whatever the list of tables says. Each is one
//! transaction, which is begun anew when others were in its way or the connection was lost: done twice it is as if done once.

use super::accounts::account_row;
use super::baseline::{self, Failure};
use super::control_sql as sql;
use super::edits;
use super::link::{ATTEMPTS, Link};
use super::migrate::{TAKE_SHORT_TURN, TAKE_TURN};
use super::products::{self, Origin};
use super::reads::BASELINE;
use super::server::in_time;
use super::sql as requests;
use super::text;
use super::trouble::Trouble;
use super::writer::Batch;
use crate::cart::Cart;
use crate::catalog::Product;
use crate::catalog::seed::SeedError;
use crate::store::lane::Save;
use crate::store::owned::{Kind, Part, Reach, Rows, TABLES, Table};
use crate::store::state::{
    self, Cell, EditSettings, ProductRow, Reading, Removed, Reset, Snapshot, SnapshotInfo, TooLarge, Unrestored, Whose,
    WriteError, Writing,
};
use crate::store::{StoreError, row};
use jiff::Timestamp;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection as _, Postgres, Row as _};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows that are read or written with one statement.
const BATCH: usize = 1_000;

/// The same, as the database counts.
const PAGE: i64 = 1_000;

/// A statement that was made from the list of tables.
fn made(sql: String) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(AssertSqlSafe(sql)).persistent(false)
}

/// Makes a transaction until it is answered.
macro_rules! until_answered {
    ($link:expr, $connection:ident => $try:expr) => {{
        let mut last = None;
        for _ in 0..ATTEMPTS {
            let mut taken = $link.take().await?;
            let answer = {
                let $connection = &mut taken;
                $try.await
            };
            if !matches!(answer, Ok(Ok(_))) {
                // What was begun is undone with the next statement, and until then keeps its locks. So there is one at once; if it
                // fails, the server has noticed by itself.
                let _ = in_time(taken.ping()).await;
            }
            match $link.keep(taken, answer) {
                Err(trouble) if trouble.is_conflict() || trouble.is_disconnected() => last = Some(trouble),
                answer => return answer,
            }
        }
        Err(last.unwrap_or_else(|| StoreError::Busy.into()))
    }};
}

/// Removes what is to be removed; answers how much that was, or what is wrong with the files of the baseline.
pub(super) async fn reset(link: &mut Link, reset: &Reset) -> Result<Result<Removed, Vec<SeedError>>, Trouble> {
    until_answered!(link, connection => async {
        match try_reset(connection, reset).await {
            Ok(removed) => Ok(Ok(removed)),
            Err(Failure::Seed(errors)) => Ok(Err(errors)),
            Err(Failure::Trouble(trouble)) => Err(trouble),
        }
    })
}

async fn try_reset(connection: &mut PgConnection, reset: &Reset) -> Result<Removed, Failure> {
    let mut transaction = connection.begin().await?;
    let connection = &mut *transaction;
    let mut removed = Removed::default();
    let all = reset.whose.reach();
    if all == Reach::All {
        sqlx::raw_sql(sql::TAKE_TIME).execute(&mut *connection).await?;
    }
    if reset.carts {
        remove(connection, all, &mut removed, |rows| matches!(rows, Rows::Carts | Rows::Plain(Part::Carts))).await?;
    }
    match (&reset.catalog, all) {
        (None, _) => {}
        (Some(files), Reach::All) => {
            sqlx::raw_sql(TAKE_TURN).execute(&mut *connection).await?;
            // The baseline itself is not removed, but loaded again.
            remove_catalogues(connection, Reach::Accounts, &mut removed).await?;
            baseline::load_again(connection, files).await?;
        }
        (Some(_), own) => {
            let account = text::stored(own.value());
            let has = sqlx::query(sql::HAS_CATALOGUE).bind(&*account).fetch_optional(&mut *connection).await?;
            if has.is_some() {
                sqlx::raw_sql(TAKE_SHORT_TURN).execute(&mut *connection).await?;
                remove_catalogues(connection, own, &mut removed).await?;
            }
        }
    }
    if let Some(edit) = &reset.settings {
        edit_settings(connection, all, edit, BTreeMap::new()).await?;
    }
    if reset.snapshots {
        remove(connection, all, &mut removed, |rows| rows == Rows::Snapshots).await?;
    }
    transaction.commit().await?;
    Ok(removed)
}

/// Removes rows of those tables, with one statement: they know nothing of each other.
async fn remove(
    connection: &mut PgConnection,
    reach: Reach<'_>,
    removed: &mut Removed,
    of: impl Fn(Rows) -> bool,
) -> Result<(), Trouble> {
    let tables: Vec<&Table> = TABLES.iter().filter(|table| of(table.rows) && reach.meets(table)).collect();
    let value = text::stored(reach.value()).into_owned();
    // What is asked for one account is asked often, and finds its rows by an index whatever the tables are like.
    let statement = made(sql::remove(&tables, reach)).persistent(reach != Reach::All);
    let row = statement.bind(value).fetch_one(connection).await?;
    for (place, table) in tables.into_iter().enumerate() {
        removed.add(table.name, row.try_get::<i64, _>(place)?.cast_unsigned());
    }
    Ok(())
}

/// The search of this database, which has rows of accounts.
const SEARCH: Table = Table::of_accounts("search_entries");

/// Removes products and all that belongs to them.
async fn remove_catalogues(
    connection: &mut PgConnection,
    reach: Reach<'_>,
    removed: &mut Removed,
) -> Result<(), Trouble> {
    let own = |rows| matches!(rows, Rows::Products | Rows::WithProducts | Rows::Plain(Part::Catalog));
    remove(connection, reach, removed, own).await?;
    let value = || text::stored(reach.value()).into_owned();
    made(sql::remove(&[&SEARCH], reach)).bind(value()).execute(&mut *connection).await?;
    made(sql::forget_catalogues(reach)).bind(value()).execute(&mut *connection).await?;
    // Whoever keeps products in memory sees by the baseline's that a catalogue has changed.
    edits::count_change(connection, BASELINE).await
}

/// Makes of accounts' settings what `edit` makes of them, and of those of a snapshot.
async fn edit_settings(
    connection: &mut PgConnection,
    reach: Reach<'_>,
    edit: &EditSettings,
    mut kept: BTreeMap<String, String>,
) -> Result<(), Trouble> {
    let present = made(sql::settings(reach)).persistent(reach != Reach::All);
    let present = present.bind(text::stored(reach.value()).into_owned());
    for row in present.fetch_all(&mut *connection).await? {
        let row = account_row(&row)?;
        let after = edit(Some(&row.doc), kept.remove(&row.account).as_deref())?;
        let key = text::stored(&row.account);
        let revision = row.revision.cast_signed();
        let statement = match &after {
            Some(doc) if *doc == row.doc => continue,
            Some(doc) => sqlx::query(requests::CHANGE_ACCOUNT).bind(&*key).bind(doc).bind(revision),
            None => sqlx::query(requests::REMOVE_ACCOUNT).bind(&*key).bind(revision),
        };
        if statement.fetch_optional(&mut *connection).await?.is_none() {
            return Err(StoreError::Busy.into()); // somebody edits it at this moment
        }
    }
    for (account, doc) in kept {
        let Some(doc) = edit(None, Some(&doc))? else { continue };
        let statement = sqlx::query(requests::NEW_ACCOUNT).bind(text::stored(&account).into_owned()).bind(doc);
        if statement.fetch_optional(&mut *connection).await?.is_none() {
            return Err(StoreError::Busy.into());
        }
    }
    Ok(())
}

/// Writes down a state, as it is at one moment. `conceal` takes out of settings what no snapshot holds.
pub(super) async fn take(
    link: &mut Link,
    whose: &Whose,
    at: Timestamp,
    conceal: fn(&str) -> Result<String, StoreError>,
) -> Result<Result<Snapshot, TooLarge>, Trouble> {
    until_answered!(link, connection => try_take(connection, whose, at, conceal))
}

async fn try_take(
    connection: &mut PgConnection,
    whose: &Whose,
    at: Timestamp,
    conceal: fn(&str) -> Result<String, StoreError>,
) -> Result<Result<Snapshot, TooLarge>, Trouble> {
    let mut transaction = connection.begin_with("begin isolation level repeatable read read only").await?;
    sqlx::raw_sql(sql::TAKE_TIME).execute(&mut *transaction).await?;
    let mut writing = Writing::new(whose, at);
    let reach = whose.reach();
    for table in TABLES.iter().filter(|table| table.is_kept(whose.is_account())) {
        let columns: Vec<(&str, Kind)> = table.kept_columns(whose.is_account()).collect();
        writing.begin(table);
        for page in 0.. {
            let statement = made(sql::page(table, whose.is_account(), reach));
            let statement = statement.bind(text::stored(reach.value()).into_owned()).bind(PAGE);
            let rows = statement.bind(page * PAGE).fetch_all(&mut *transaction).await?;
            for row in &rows {
                let mut cells = cells(row, &columns)?;
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
            if rows.len() < BATCH {
                break;
            }
        }
        writing.end();
    }
    transaction.commit().await?;
    Ok(writing.finish())
}

fn cells(row: &PgRow, columns: &[(&str, Kind)]) -> Result<Vec<Cell<'static>>, Trouble> {
    let mut cells = Vec::with_capacity(columns.len());
    for (place, (_, kind)) in columns.iter().enumerate() {
        let cell = match kind {
            Kind::Integer => row.try_get::<Option<i64>, _>(place)?.map(Cell::Integer),
            Kind::Boolean => row.try_get::<Option<bool>, _>(place)?.map(Cell::Boolean),
            Kind::Text => row.try_get::<Option<String>, _>(place)?.map(|text| Cell::Text(text::read(text).into())),
            Kind::Json => row.try_get::<Option<String>, _>(place)?.map(|json| Cell::Text(json.into())),
        };
        cells.push(cell.unwrap_or(Cell::Null));
    }
    Ok(cells)
}

/// Why a state was not restored.
enum Broken {
    Unrestored(Unrestored),
    Trouble(Trouble),
}

impl<E: Into<Trouble>> From<E> for Broken {
    fn from(error: E) -> Self {
        Self::Trouble(error.into())
    }
}

impl From<Unrestored> for Broken {
    fn from(unrestored: Unrestored) -> Self {
        Self::Unrestored(unrestored)
    }
}

/// Makes everything what it was when the snapshot was taken.
pub(super) async fn restore(
    link: &mut Link,
    whose: &Whose,
    doc: &str,
    edit: &EditSettings,
) -> Result<Result<(), Unrestored>, Trouble> {
    until_answered!(link, connection => async {
        match try_restore(connection, whose, doc, edit).await {
            Ok(()) => Ok(Ok(())),
            Err(Broken::Unrestored(unrestored)) => Ok(Err(unrestored)),
            Err(Broken::Trouble(trouble)) => Err(trouble),
        }
    })
}

async fn try_restore(
    connection: &mut PgConnection,
    whose: &Whose,
    doc: &str,
    edit: &EditSettings,
) -> Result<(), Broken> {
    let reading = Reading::new(doc, whose)?;
    let reach = whose.reach();
    let mut transaction = connection.begin().await?;
    let connection = &mut *transaction;
    sqlx::raw_sql(sql::TAKE_TIME).execute(&mut *connection).await?;
    sqlx::raw_sql(TAKE_SHORT_TURN).execute(&mut *connection).await?;
    let latest = made(sql::latest_revision(reach)).bind(text::stored(reach.value()).into_owned());
    let latest: i64 = latest.fetch_one(&mut *connection).await?.try_get(0)?;
    let mut removed = Removed::default();
    let of_carts = |rows| matches!(rows, Rows::Carts | Rows::Plain(Part::Carts));
    remove(connection, reach, &mut removed, of_carts).await?;
    remove_catalogues(connection, reach, &mut removed).await?;
    let mut settings = BTreeMap::new();
    for table in TABLES.iter().filter(|table| table.is_kept(whose.is_account())) {
        let rows = reading.rows(table)?;
        match table.rows {
            Rows::Carts => restore_carts(connection, &rows, latest.cast_unsigned()).await?,
            Rows::Products => restore_products(connection, &rows).await?,
            Rows::Settings => settings = rows.iter().map(|cells| state::settings(cells)).collect(),
            _ => restore_plain(connection, table, &rows).await?,
        }
    }
    edit_settings(connection, reach, edit, settings).await?;
    transaction.commit().await?;
    Ok(())
}

/// `latest` is the latest revision that any of the carts had: another server that has read a cart before must not take the restored
/// one for the one that it read.
async fn restore_carts(connection: &mut PgConnection, rows: &[Vec<Cell<'_>>], latest: u64) -> Result<(), Broken> {
    for rows in rows.chunks(BATCH) {
        let read = rows.iter().map(|cells| state::cart(cells)).collect::<Result<Vec<_>, _>>()?;
        let carts: Vec<_> =
            read.into_iter().map(|cart| Arc::new(Cart { revision: cart.revision + latest, ..cart })).collect();
        let saves: Vec<Save<'_>> = carts.iter().map(|cart| Save { cart, stored: None }).collect();
        let written = Batch::new(&saves, &[]).statement().fetch_all(&mut *connection).await?;
        let written: Vec<i64> = written.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        if let Some(taken) = carts.iter().find(|cart| !written.contains(&row::key(cart.id))) {
            return Err(Unrestored::Taken(format!("the cart {}", taken.id)).into());
        }
    }
    Ok(())
}

async fn restore_products(connection: &mut PgConnection, rows: &[Vec<Cell<'_>>]) -> Result<(), Broken> {
    let mut last = None;
    for rows in rows.chunks(BATCH) {
        let rows = rows.iter().map(|cells| ProductRow::of(cells)).collect::<Result<Vec<_>, _>>()?;
        let mut groups: BTreeMap<(&str, i64), Vec<&ProductRow<'_>>> = BTreeMap::new();
        for row in &rows {
            groups.entry((row.account, row.generation)).or_default().push(row);
        }
        for ((account, generation), rows) in groups {
            let origin = Origin { account, generation, once: false };
            let mut written: Vec<products::Row<'_>> =
                rows.iter().map(|row| products::Row { product: &row.product, place: row.place }).collect();
            products::sort(&mut written);
            products::write(connection, origin, &written).await?;
            let (gone, there): (Vec<&ProductRow<'_>>, Vec<&ProductRow<'_>>) =
                rows.iter().copied().partition(|row| row.withdrawn);
            let gone: Vec<&Product> = gone.iter().map(|row| &row.product).collect();
            let there: Vec<&Product> = there.iter().map(|row| &row.product).collect();
            if !gone.is_empty() {
                sqlx::query(sql::WITHDRAW_ALL)
                    .persistent(false)
                    .bind(text::stored(account).into_owned())
                    .bind(gone.iter().map(|product| product.locale.name()).collect::<Vec<_>>())
                    .bind(gone.iter().map(|product| product.asin.as_str()).collect::<Vec<_>>())
                    .execute(&mut *connection)
                    .await?;
            }
            restore_offers(connection, account, generation, &there).await?;
            // The rows of an account stand together.
            if last.as_deref() != Some(account) {
                edits::count_change(connection, account).await?;
                last = Some(account.to_owned());
            }
        }
    }
    Ok(())
}

async fn restore_offers(
    connection: &mut PgConnection,
    account: &str,
    generation: i64,
    products: &[&Product],
) -> Result<(), Broken> {
    let mut by_locale: BTreeMap<&str, Vec<(String, &str)>> = BTreeMap::new();
    for product in products {
        let offers = by_locale.entry(product.locale.name()).or_default();
        let listings = product.listings().map(|listing| text::stored(listing.as_str()).into_owned());
        offers.extend(listings.map(|listing| (listing, product.asin.as_str())));
    }
    for (locale, offers) in by_locale {
        let statement = sqlx::query(requests::NEW_OFFERS)
            .bind(text::stored(account).into_owned())
            .bind(locale)
            .bind(generation)
            .bind(offers.iter().map(|(listing, _)| listing.as_str()).collect::<Vec<_>>())
            .bind(offers.iter().map(|(_, asin)| *asin).collect::<Vec<_>>());
        if statement.execute(&mut *connection).await?.rows_affected() != offers.len() as u64 {
            return Err(Unrestored::Invalid(format!("products: a listing id of {locale} occurs twice")).into());
        }
    }
    Ok(())
}

async fn restore_plain(connection: &mut PgConnection, table: &Table, rows: &[Vec<Cell<'_>>]) -> Result<(), Broken> {
    for rows in rows.chunks(BATCH) {
        let mut statement = made(sql::insert(table));
        for (place, (_, kind)) in table.columns.iter().enumerate() {
            let cells = rows.iter().map(|row| &row[place]);
            statement = match kind {
                Kind::Integer => statement.bind(cells.map(Cell::as_integer).collect::<Vec<_>>()),
                Kind::Boolean => statement.bind(cells.map(Cell::as_boolean).collect::<Vec<_>>()),
                Kind::Text => {
                    let texts = cells.map(|cell| cell.as_text().map(|text| text::stored(text).into_owned()));
                    statement.bind(texts.collect::<Vec<_>>())
                }
                Kind::Json => statement.bind(cells.map(|cell| cell.as_text().map(str::to_owned)).collect::<Vec<_>>()),
            };
        }
        if statement.execute(&mut *connection).await?.rows_affected() != rows.len() as u64 {
            return Err(Unrestored::Taken(format!("a row of {}", table.name)).into());
        }
    }
    Ok(())
}

/// The snapshots of rows of [`sql::SNAPSHOTS`].
pub(super) fn list(rows: &[PgRow]) -> Result<Vec<SnapshotInfo>, Trouble> {
    let info = |row: &PgRow| {
        Ok(SnapshotInfo {
            name: row.try_get(0)?,
            taken_at: moment(row.try_get(1)?)?,
            counts: state::counts(row.try_get(2)?),
            bytes: row.try_get::<i64, _>(3)?.cast_unsigned(),
        })
    };
    rows.iter().map(info).collect()
}

/// The snapshot of a row of [`sql::SNAPSHOT`].
pub(super) fn snapshot(row: &PgRow) -> Result<Snapshot, Trouble> {
    let doc: String = row.try_get(2)?;
    Ok(Snapshot { taken_at: moment(row.try_get(0)?)?, counts: state::counts(row.try_get(1)?), doc: doc.into() })
}

/// Puts a snapshot aside; answers whether there was none of that name.
pub(super) async fn put(link: &mut Link, account: &str, name: &str, snapshot: &Snapshot) -> Result<bool, Trouble> {
    let counts = serde_json::to_string(&snapshot.counts).expect("names and numbers are always JSON");
    let account = text::stored(account);
    let bytes = i64::try_from(snapshot.doc.len()).expect("it is bounded");
    let statement = || {
        let put = sqlx::query(sql::PUT_SNAPSHOT).persistent(false).bind(&*account).bind(name);
        put.bind(row::micros(snapshot.taken_at)).bind(&counts).bind(bytes).bind(&*snapshot.doc)
    };
    let rows = link.fetch(statement).await?;
    Ok(rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get(0)?)
}

/// Removes a snapshot; answers whether there was one.
pub(super) async fn delete(link: &mut Link, account: &str, name: &str) -> Result<bool, Trouble> {
    let account = text::stored(account);
    let delete = || sqlx::query(sql::DELETE_SNAPSHOT).persistent(false).bind(&*account).bind(name);
    Ok(!link.fetch(delete).await?.is_empty())
}

fn moment(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|error| StoreError::Inconsistent {
        table: "snapshots",
        row: micros.to_string(),
        what: error.to_string(),
    })
}
