//! States of an account or of the server: what a reset removes, and what a snapshot holds, as one JSON document with a version.
//!
//! `{"version":1,"account":null|"key","taken_at":…,"tables":{"carts":{"columns":[…],"rows":[[…],…]},…}}`. The document is the
//! same from every database: it can be taken from one and restored on another. It is bounded ([`MAX_SNAPSHOT`]), and read without
//! copying its texts. Must not know any database driver.

use super::StoreError;
use super::owned::{self, ACCOUNT, Kind, Reach, TABLES, Table};
use super::row::{CartRow, CustomerRow, PurchaseRow};
use crate::cart::{Cart, Line};
use crate::catalog::seed::{SeedFile, wire};
use crate::catalog::{Product, ProductList};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// The largest snapshot, in bytes.
pub const MAX_SNAPSHOT: usize = 32 * 1024 * 1024;

/// What a cart may hold at most, whatever the settings are.
const MOST_LINES: usize = 1_000;
/// See [`MOST_LINES`].
const MOST_QUANTITY: u32 = 9_999;

/// The form of the document that this program writes and reads.
const VERSION: u32 = 1;

/// Whose state it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The server's: all accounts and the baseline.
    Server,
    /// One access key's.
    Account(String),
}

impl Whose {
    pub(super) const fn is_account(&self) -> bool {
        matches!(self, Self::Account(_))
    }

    pub(super) fn reach(&self) -> Reach<'_> {
        match self {
            Self::Server => Reach::All,
            Self::Account(account) => Reach::Account(account),
        }
    }
}

/// What becomes of an account's settings: from those that it has, and those of the snapshot. `None` is that it has none.
pub type EditSettings = Arc<dyn Fn(Option<&str>, Option<&str>) -> Result<Option<String>, StoreError> + Send + Sync>;

/// What is to be removed.
#[derive(Clone)]
pub struct Reset {
    /// Of whom.
    pub whose: Whose,
    /// Carts, and all that became of them.
    pub carts: bool,
    /// Accounts' own catalogues. Of the server also every edit of the baseline, which becomes what these files hold.
    pub catalog: Option<Vec<SeedFile>>,
    /// What becomes of settings.
    pub settings: Option<EditSettings>,
    /// Snapshots too, which a reset leaves alone.
    pub snapshots: bool,
}

/// How many rows were removed, by table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed(pub BTreeMap<&'static str, u64>);

impl Removed {
    /// How many rows of a table were removed.
    pub fn of(&self, table: &str) -> u64 {
        self.0.get(table).copied().unwrap_or(0)
    }

    pub(super) fn add(&mut self, table: &'static str, rows: u64) {
        *self.0.entry(table).or_default() += rows;
    }
}

/// A state as it was.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// When it was taken.
    pub taken_at: Timestamp,
    /// How many rows of each table it holds; none that has none.
    pub counts: BTreeMap<String, u64>,
    /// The document.
    pub doc: Arc<str>,
}

/// What is told of a snapshot without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotInfo {
    /// Its name.
    pub name: String,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// How many rows of each table it holds.
    pub counts: BTreeMap<String, u64>,
    /// How long its document is.
    pub bytes: u64,
}

/// Why a state was not written down: it would be longer than [`MAX_SNAPSHOT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it would be larger than {} MiB", MAX_SNAPSHOT / 1024 / 1024)]
pub struct TooLarge;

/// Why a snapshot was not restored. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unrestored {
    /// It is no snapshot, or none of this kind.
    #[error("{0}")]
    Invalid(String),
    /// It holds something that is another account's by now.
    #[error("{0} is there already, of another account")]
    Taken(String),
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Null,
    Integer(i64),
    Boolean(bool),
    Text(Cow<'a, str>),
}

impl Cell<'_> {
    /// The text; `None` without a value.
    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number; `None` without a value.
    pub(super) const fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    /// Yes or no; `None` without a value.
    pub(super) const fn as_boolean(&self) -> Option<bool> {
        if let Self::Boolean(is) = self { Some(*is) } else { None }
    }

    fn text(&self) -> &str {
        self.as_text().unwrap_or_default()
    }

    const fn integer(&self) -> i64 {
        if let Self::Integer(number) = self { *number } else { 0 } // a column that is never without a value
    }

    const fn boolean(&self) -> bool {
        matches!(self, Self::Boolean(true))
    }
}

/// A document that is being written.
pub(super) struct Writing {
    text: String,
    of_account: bool,
    taken_at: Timestamp,
    counts: BTreeMap<String, u64>,
}

impl Writing {
    pub(super) fn new(whose: &Whose, taken_at: Timestamp) -> Self {
        let account = match whose {
            Whose::Server => None,
            Whose::Account(account) => Some(account),
        };
        let account = serde_json::to_string(&account).expect("a text is always JSON");
        let text = format!(r#"{{"version":{VERSION},"account":{account},"taken_at":"{taken_at}","tables":{{"#);
        Self { text, of_account: whose.is_account(), taken_at, counts: BTreeMap::new() }
    }

    /// Begins a table.
    pub(super) fn begin(&mut self, table: &Table) {
        let comma = if self.text.ends_with('{') { "" } else { "," };
        let columns: Vec<&str> = table.kept_columns(self.of_account).map(|(name, _)| name).collect();
        let columns = serde_json::to_string(&columns).expect("names are always JSON");
        write!(self.text, r#"{comma}"{}":{{"columns":{columns},"rows":["#, table.name).expect(NO_FAILURE);
    }

    /// Writes a row of it; `cells` are the kept columns.
    pub(super) fn row(&mut self, table: &Table, cells: &[Cell<'_>]) -> Result<(), WriteError> {
        let count = self.counts.entry(table.name.to_owned()).or_default();
        self.text.push_str(if *count == 0 { "[" } else { ",[" });
        *count += 1;
        for (place, (cell, (_, kind))) in cells.iter().zip(table.kept_columns(self.of_account)).enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            match cell {
                Cell::Null => self.text.push_str("null"),
                Cell::Integer(number) => write!(self.text, "{number}").expect(NO_FAILURE),
                Cell::Boolean(is) => write!(self.text, "{is}").expect(NO_FAILURE),
                Cell::Text(json) if kind == Kind::Json => {
                    serde_json::from_str::<&RawValue>(json).map_err(|error| StoreError::Inconsistent {
                        table: table.name,
                        row: format!("{:?}", cells.first()),
                        what: error.to_string(),
                    })?;
                    self.text.push_str(json);
                }
                Cell::Text(text) => self.text.push_str(&serde_json::to_string(text).expect("a text is always JSON")),
            }
        }
        self.text.push(']');
        if self.text.len() > MAX_SNAPSHOT { Err(WriteError::TooLarge) } else { Ok(()) }
    }

    /// Ends the table.
    pub(super) fn end(&mut self) {
        self.text.push_str("]}");
    }

    /// The whole. One that is too large with its end could not be uploaded again.
    pub(super) fn finish(mut self) -> Result<Snapshot, TooLarge> {
        self.text.push_str("}}");
        if self.text.len() > MAX_SNAPSHOT {
            return Err(TooLarge);
        }
        Ok(Snapshot { taken_at: self.taken_at, counts: self.counts, doc: self.text.into() })
    }
}

const NO_FAILURE: &str = "writing to a String does not fail";

/// Why a row was not written.
pub(super) enum WriteError {
    TooLarge,
    Store(StoreError),
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The document as it is read: its texts stay where they are.
#[derive(Deserialize)]
struct Document<'a> {
    version: u32,
    #[serde(borrow)]
    account: Option<Cow<'a, str>>,
    taken_at: Timestamp,
    #[serde(borrow)]
    tables: BTreeMap<Cow<'a, str>, Rows<'a>>,
}

/// The version alone: what else there is may look different in another one.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows<'a> {
    #[serde(borrow)]
    columns: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    rows: Vec<Vec<&'a RawValue>>,
}

/// A document that is being read.
pub(super) struct Reading<'a> {
    document: Document<'a>,
    whose: &'a Whose,
}

impl<'a> Reading<'a> {
    /// The document of a snapshot that is to be restored there.
    pub(super) fn new(doc: &'a str, whose: &'a Whose) -> Result<Self, Unrestored> {
        let invalid = |what: String| Unrestored::Invalid(what);
        let Version { version } =
            serde_json::from_str(doc).map_err(|error| invalid(format!("it is no snapshot: {error}")))?;
        if version != VERSION {
            return Err(invalid(format!("it is a snapshot of version {version}; this program reads {VERSION}")));
        }
        let document: Document<'a> =
            serde_json::from_str(doc).map_err(|error| invalid(format!("it is no snapshot: {error}")))?;
        match (&document.account, whose) {
            (None, Whose::Server) | (Some(_), Whose::Account(_)) => {}
            (None, Whose::Account(_)) => return Err(invalid("it is a snapshot of a whole server".to_owned())),
            (Some(account), Whose::Server) => {
                return Err(invalid(format!("it is a snapshot of the account {account:?}, not of the server")));
            }
        }
        let known = |name: &str| TABLES.iter().any(|table| table.name == name && table.is_kept(whose.is_account()));
        if let Some(unknown) = document.tables.keys().find(|name| !known(name)) {
            return Err(invalid(format!("tables: {unknown:?} is nothing that it may hold")));
        }
        debug_assert_eq!(document.version, VERSION);
        Ok(Self { document, whose })
    }

    /// When it was taken.
    pub(super) fn taken_at(&self) -> Timestamp {
        self.document.taken_at
    }

    /// The rows of a table as they are written.
    pub(super) fn raw_rows(&self, table: &Table) -> &[Vec<&'a RawValue>] {
        self.document.tables.get(table.name).map_or(&[], |table| &table.rows)
    }

    /// The cells of one row.
    pub(super) fn cells_of<'r>(
        name: &str,
        row: &[&'r RawValue],
        whose: &'r Whose,
    ) -> Result<Vec<Cell<'r>>, Unrestored> {
        let table = TABLES.iter().find(|table| table.name == name).expect("it is in the list");
        cells(table, whose, 0, row)
    }

    /// The rows of a table, with the cells of all its columns: in a snapshot of an account, the account is the one that it is
    /// restored for.
    pub(super) fn rows(&self, table: &Table) -> Result<Vec<Vec<Cell<'a>>>, Unrestored> {
        let Some(Rows { columns, rows }) = self.document.tables.get(table.name) else { return Ok(Vec::new()) };
        let of_account = self.whose.is_account();
        let expected = table.kept_columns(of_account).map(|(name, _)| name);
        if !columns.iter().map(Cow::as_ref).eq(expected.clone()) {
            let expected: Vec<&str> = expected.collect();
            return Err(Unrestored::Invalid(format!("{}: the columns have to be {}", table.name, expected.join(", "))));
        }
        rows.iter().enumerate().map(|(number, row)| cells(table, self.whose, number, row)).collect()
    }
}

/// The cells of all columns of a table, from a row of a snapshot.
fn cells<'a>(
    table: &Table,
    whose: &'a Whose,
    number: usize,
    row: &[&'a RawValue],
) -> Result<Vec<Cell<'a>>, Unrestored> {
    let wrong = |what: &str| Unrestored::Invalid(format!("{}: row {}: {what}", table.name, number + 1));
    if row.len() != table.kept_columns(whose.is_account()).count() {
        return Err(wrong("it has not as many values as there are columns"));
    }
    let mut values = row.iter().copied();
    let mut cells = Vec::with_capacity(table.columns.len());
    for (name, kind) in table.columns {
        if let (&ACCOUNT, Whose::Account(account)) = (name, whose) {
            cells.push(Cell::Text(Cow::Borrowed(account)));
            continue;
        }
        let value = values.next().expect("they were counted");
        let cell = cell(value.get(), *kind).ok_or_else(|| wrong(&format!("{name} is no {kind:?}")))?;
        // The one column that may be without a value; see the migrations.
        if cell == Cell::Null && (table.name, *name) != ("purchases", "cart_id") {
            return Err(wrong(&format!("{name} has no value")));
        }
        cells.push(cell);
    }
    Ok(cells)
}

/// A text that needs no copy unless it holds escapes.
#[derive(Deserialize)]
struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

/// The value of a cell, if it is of that kind.
fn cell(json: &str, kind: Kind) -> Option<Cell<'_>> {
    if json == "null" {
        return Some(Cell::Null);
    }
    Some(match kind {
        Kind::Integer => Cell::Integer(serde_json::from_str(json).ok()?),
        Kind::Boolean => Cell::Boolean(serde_json::from_str(json).ok()?),
        Kind::Text => Cell::Text(serde_json::from_str::<Borrowed<'_>>(json).ok()?.0),
        Kind::Json => Cell::Text(Cow::Borrowed(json)),
    })
}

/// The cart of a row of `carts`.
pub(super) fn cart(cells: &[Cell<'_>]) -> Result<Cart, Unrestored> {
    let [cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, lines] = cells else {
        unreachable!("a row has all columns of its table")
    };
    let row = CartRow {
        cart_id: cart_id.integer(),
        account: account.text(),
        locale: locale.text(),
        associate_tag: associate_tag.text(),
        merge: merge.boolean(),
        revision: revision.integer(),
        state: state.text(),
        created_at: created_at.integer(),
        touched_at: touched_at.integer(),
        lines: Cow::Borrowed(lines.text()),
    };
    row.into_cart().map_err(|error| Unrestored::Invalid(error.to_string()))
}

/// A row of `products`.
pub(super) struct ProductRow<'a> {
    pub(super) account: &'a str,
    pub(super) product: Product,
    pub(super) withdrawn: bool,
    pub(super) generation: i64,
    pub(super) place: (usize, u64),
}

impl<'a> ProductRow<'a> {
    pub(super) fn of(cells: &'a [Cell<'_>]) -> Result<Self, Unrestored> {
        let [account, locale, asin, withdrawn, generation, file, line, doc] = cells else {
            unreachable!("a row has all columns of its table")
        };
        let wrong = |what: String| Unrestored::Invalid(format!("products: {} {}: {what}", locale.text(), asin.text()));
        let product: Product = serde_json::from_str(doc.text()).map_err(|error| wrong(error.to_string()))?;
        if (product.locale.name(), product.asin.as_str()) != (locale.text(), asin.text()) {
            return Err(wrong("the record is of another product".to_owned()));
        }
        Ok(Self {
            account: account.text(),
            product,
            withdrawn: withdrawn.boolean(),
            generation: generation.integer(),
            place: (usize::try_from(file.integer()).unwrap_or_default(), line.integer().cast_unsigned()),
        })
    }
}

/// The settings of a row of `accounts`: the account and its document.
pub(super) fn settings(cells: &[Cell<'_>]) -> (String, String) {
    let [account, doc] = cells else { unreachable!("a row has all columns of its table") };
    (account.text().to_owned(), doc.text().to_owned())
}

/// What a stored column of counts holds.
pub(super) fn counts(column: &str) -> BTreeMap<String, u64> {
    serde_json::from_str(column).unwrap_or_default()
}

/// Looks through a snapshot that comes from outside: whether it can be restored there, and what it holds. What the program would
/// not have written is in none; `settings` says what is wrong with those of an account.
pub fn examine(doc: Arc<str>, whose: &Whose, settings: fn(&str) -> Result<(), String>) -> Result<Snapshot, Unrestored> {
    let (taken_at, counts) = {
        let reading = Reading::new(&doc, whose)?;
        let mut counts = BTreeMap::new();
        for table in TABLES.iter().filter(|table| table.is_kept(whose.is_account())) {
            let rows = reading.rows(table)?;
            for (number, cells) in rows.iter().enumerate() {
                examine_row(table, cells, settings)
                    .map_err(|what| Unrestored::Invalid(format!("{}: row {}: {what}", table.name, number + 1)))?;
            }
            if !rows.is_empty() {
                counts.insert(table.name.to_owned(), rows.len() as u64);
            }
        }
        (reading.taken_at(), counts)
    };
    Ok(Snapshot { taken_at, counts, doc })
}

/// What is wrong with a row, if anything is.
fn examine_row(table: &Table, cells: &[Cell<'_>], settings: fn(&str) -> Result<(), String>) -> Result<(), String> {
    match (table.rows, table.name) {
        (owned::Rows::Carts, _) => {
            let cart = cart(cells).map_err(|error| error.to_string())?;
            let is_likely = |line: &Line| (1..=MOST_QUANTITY).contains(&line.quantity);
            if cart.lines.len() > MOST_LINES || !cart.lines.iter().all(is_likely) {
                return Err(format!("a cart has {MOST_LINES} lines of 1 to {MOST_QUANTITY} pieces at most"));
            }
        }
        (owned::Rows::Products, _) => {
            let row = ProductRow::of(cells).map_err(|error| error.to_string())?;
            let Product { locale, asin, .. } = row.product;
            let doc = cells.last().map_or("", Cell::text);
            if let Err(problems) = wire::one(locale, asin, doc.as_bytes().to_vec()) {
                let first = problems.into_iter().next();
                let told = first.map(|problem| format!("{}: {}", problem.field.unwrap_or_default(), problem.message));
                return Err(told.unwrap_or_default());
            }
        }
        (owned::Rows::Settings, _) => settings(cells.last().map_or("", Cell::text))?,
        (_, "customer_carts") => drop(customer(cells).into_cart().map_err(|error| error.to_string())?),
        (_, "purchases") => drop(purchase(cells).into_purchase().map_err(|error| error.to_string())?),
        (_, "lists") => {
            let list: Result<ProductList, _> = serde_json::from_str(cells.last().map_or("", Cell::text));
            list.map_err(|error| error.to_string())?;
        }
        _ => {}
    }
    // Whoever counts one up must have room.
    let is_likely = |cell: &Cell<'_>| cell.as_integer().is_none_or(|number| number.unsigned_abs() < 1 << 62);
    if cells.iter().all(is_likely) { Ok(()) } else { Err("a number is too large".to_owned()) }
}

fn customer(cells: &[Cell<'_>]) -> CustomerRow {
    let [customer_id, locale, revision, touched_at, lines] = cells else {
        unreachable!("a row has all columns of its table")
    };
    CustomerRow {
        customer_id: customer_id.text().to_owned(),
        locale: locale.text().to_owned(),
        revision: revision.integer(),
        touched_at: touched_at.integer(),
        lines: lines.text().to_owned(),
    }
}

fn purchase(cells: &[Cell<'_>]) -> PurchaseRow {
    let [order_id, _, bought_at, locale, account, cart_id, associate_tag, total, lines] = cells else {
        unreachable!("a row has all columns of its table")
    };
    PurchaseRow {
        order_id: order_id.integer(),
        bought_at: bought_at.integer(),
        locale: locale.text().to_owned(),
        account: account.text().to_owned(),
        cart_id: cart_id.as_integer(),
        associate_tag: associate_tag.text().to_owned(),
        total: total.integer(),
        lines: lines.text().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_no_longer_than_one_that_can_be_uploaded() {
        let written = |length| {
            let table = TABLES.iter().find(|table| table.name == "carts").unwrap();
            let mut writing = Writing::new(&Whose::Server, Timestamp::UNIX_EPOCH);
            writing.begin(table);
            let row = writing.row(table, &[Cell::Text("x".repeat(length).into())]);
            writing.end();
            row.map_err(drop).and_then(|()| writing.finish().map_err(drop)).map(|snapshot| snapshot.doc.len())
        };
        let around = written(0).unwrap();
        assert_eq!(written(MAX_SNAPSHOT - around), Ok(MAX_SNAPSHOT));
        assert_eq!(written(MAX_SNAPSHOT - around + 1), Err(()), "its end counts, too");
        assert_eq!(written(MAX_SNAPSHOT), Err(()));
    }
}
