//! The statements of the control API: what an operator or a test asks for, and no request of the service.
//!
//! Here carts may be found by their account. On a database that is spread over machines such a statement asks all of them. The
//! server plans each anew, for the tables as they are by then (`persistent(false)`). What is done to all tables alike is made from
//! the list of them.

use crate::store::owned::{Kind, Reach, Table};

/// Carts of all accounts in the order of their numbers.
pub(super) const CARTS_PAGE: &str =
    "select cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, lines
from carts where cart_id > $1 order by cart_id limit $2";

/// The same, of one account.
pub(super) const CARTS_OF_ACCOUNT: &str =
    "select cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, lines
from carts where account = $3 and cart_id + 0 > $1 order by cart_id + 0 limit $2";

/// Deletes a cart, if it is this account's or no account is named.
pub(super) const DELETE_CART: &str =
    "delete from carts where cart_id = $1 and account = coalesce($2, account) returning cart_id";

/// Deletes all carts of an account.
pub(super) const DELETE_CARTS_OF_ACCOUNT: &str =
    "with deleted as (delete from carts where account = $1 returning 1) select count(*) from deleted";

/// Deletes all carts.
pub(super) const DELETE_CARTS: &str = "with deleted as (delete from carts returning 1) select count(*) from deleted";

/// For a transaction that may take longer than a request: this many seconds and no more.
pub(super) const TAKE_TIME: &str =
    "set local statement_timeout = '60s'; set local idle_in_transaction_session_timeout = '60s'";

/// Whether an account has a catalogue of its own.
pub(super) const HAS_CATALOGUE: &str = "select 1 from catalogues where account = $1";

/// Withdraws products of an account, and takes them out of the search.
pub(super) const WITHDRAW_ALL: &str = "with gone as (
    select n.locale, n.asin from unnest($2::text[], $3::text[]) as n(locale, asin)
), withdrawn as (
    update products set withdrawn = true from gone
    where products.account = $1 and products.locale = gone.locale and products.asin = gone.asin
)
delete from search_entries using gone
where search_entries.account = $1 and search_entries.locale = gone.locale and search_entries.asin = gone.asin";

/// The snapshots of an account.
pub(super) const SNAPSHOTS: &str =
    "select name, taken_at, counts, bytes from snapshots where account = $1 order by name";

/// A snapshot.
pub(super) const SNAPSHOT: &str = "select taken_at, counts, doc from snapshots where account = $1 and name = $2";

/// Puts a snapshot aside, in the place of another; answers whether there was none.
pub(super) const PUT_SNAPSHOT: &str = "insert into snapshots (account, name, taken_at, counts, bytes, doc)
values ($1, $2, $3, $4, $5, $6)
on conflict (account, name) do update
    set taken_at = excluded.taken_at, counts = excluded.counts, bytes = excluded.bytes, doc = excluded.doc
returning xmax = 0";

/// Removes a snapshot.
pub(super) const DELETE_SNAPSHOT: &str = "delete from snapshots where account = $1 and name = $2 returning name";

/// Removes rows of tables, and answers how many of each.
pub(super) fn remove(tables: &[&Table], reach: Reach<'_>) -> String {
    let condition = reach.condition('$');
    let part = |(place, table): (usize, &&Table)| {
        format!("removed_{place} as (delete from {} where {condition} returning 1)", table.name)
    };
    let parts: Vec<String> = tables.iter().enumerate().map(part).collect();
    let counts: Vec<String> =
        (0..tables.len()).map(|place| format!("(select count(*) from removed_{place})")).collect();
    format!("with {} select {}", parts.join(", "), counts.join(", "))
}

/// Forgets that accounts have catalogues of their own.
pub(super) fn forget_catalogues(reach: Reach<'_>) -> String {
    format!("delete from catalogues where {} and account <> ''", reach.condition('$'))
}

/// The settings of accounts.
pub(super) fn settings(reach: Reach<'_>) -> String {
    format!("select account, revision, doc from accounts where {} order by account", reach.condition('$'))
}

/// The latest revision of carts.
pub(super) fn latest_revision(reach: Reach<'_>) -> String {
    format!("select coalesce(max(revision), 0) from carts where {}", reach.condition('$'))
}

/// A page of a table's rows in the order of its key.
pub(super) fn page(table: &Table, of_account: bool, reach: Reach<'_>) -> String {
    let columns: Vec<&str> = table.kept_columns(of_account).map(|(name, _)| name).collect();
    let key: Vec<&str> = table.columns[..table.key].iter().map(|(name, _)| *name).collect();
    let (columns, key) = (columns.join(", "), key.join(", "));
    format!("select {columns} from {} where {} order by {key} limit $2 offset $3", table.name, reach.condition('$'))
}

/// Writes rows of a table as they are; those of which there is one already are passed over.
pub(super) fn insert(table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let values = table.columns.iter().enumerate().map(|(place, (_, kind))| {
        let kind = match kind {
            Kind::Integer => "bigint",
            Kind::Boolean => "boolean",
            Kind::Text | Kind::Json => "text",
        };
        format!("${}::{kind}[]", place + 1)
    });
    let (names, values) = (names.join(", "), values.collect::<Vec<_>>().join(", "));
    format!("insert into {} ({names}) select * from unnest({values}) on conflict do nothing", table.name)
}
