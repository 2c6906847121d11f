//! The one list of all tables: whose their rows are, which part of an account's world they belong to, and what of them a snapshot
//! holds.
//!
//! A reset, the end of an account and snapshots are written against this list on every database, so that none of them forgets a
//! table; a test compares it with the tables and columns that there are. Must not know any database driver.
//!
//! # A further table
//!
//! A line in [`TABLES`]: [`Rows::Plain`] when its rows are all there is to say, [`Rows::Stays`] when it is the server's own. The
//! database that it is missing from this list fails the test `every_table_is_in_the_list`.

/// A part of an account's world, or of the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Carts, and all that became of them: customers' carts, purchases, how far the ids have got.
    Carts,
    /// Products and lists.
    Catalog,
}

/// What the rows of a table are to a reset and to a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Carts, which are written as carts are.
    Carts,
    /// Products, which are written as products are, with their offers and entries in the search.
    Products,
    /// Whatever stands in the columns.
    Plain(Part),
    /// Made together with products, out of them; found by their account.
    WithProducts,
    /// The search, which every database makes in its own way.
    Search,
    /// Counts the changes of a catalogue; never goes back.
    Revisions,
    /// Accounts' settings; each is edited rather than removed.
    Settings,
    /// Snapshots: neither reset nor restored, but gone with their account.
    Snapshots,
    /// The server's own, whatever becomes of accounts.
    Stays,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 64 bits.
    Integer,
    /// Yes or no.
    Boolean,
    /// Any text.
    Text,
    /// A text that is JSON.
    Json,
}

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What its rows are.
    pub rows: Rows,
    /// How many of the first columns make the primary key.
    pub key: usize,
    /// What a snapshot holds of a row.
    pub columns: &'static [(&'static str, Kind)],
    /// Columns that follow from the others.
    pub made: &'static [&'static str],
}

use Kind::{Boolean, Integer, Json, Text};

impl Table {
    const fn new(name: &'static str, rows: Rows) -> Self {
        Self { name, rows, key: 0, columns: &[], made: &[] }
    }

    const fn holding(self, key: usize, columns: &'static [(&'static str, Kind)]) -> Self {
        Self { key, columns, ..self }
    }

    const fn making(self, made: &'static [&'static str]) -> Self {
        Self { made, ..self }
    }

    /// A table that only one database finds by accounts.
    pub(super) const fn of_accounts(name: &'static str) -> Self {
        Self::new(name, Rows::WithProducts)
    }

    /// Whether each row is of an account. What is not, is the server's.
    pub fn has_account(&self) -> bool {
        self.rows == Rows::WithProducts || self.columns.iter().any(|(name, _)| *name == ACCOUNT)
    }

    /// Whether a snapshot of an account, or of the server, holds its rows.
    pub(super) fn is_kept(&self, of_account: bool) -> bool {
        matches!(self.rows, Rows::Carts | Rows::Products | Rows::Plain(_) | Rows::Settings)
            && (self.has_account() || !of_account)
    }

    /// The columns in a snapshot: in that of an account, without the account.
    pub(super) fn kept_columns(&self, of_account: bool) -> impl Iterator<Item = (&'static str, Kind)> + Clone {
        self.columns.iter().copied().filter(move |(name, _)| !of_account || *name != ACCOUNT)
    }
}

/// The column that says whose a row is.
pub(super) const ACCOUNT: &str = "account";

/// All tables, in the order in which they are restored.
pub const TABLES: &[Table] = &[
    Table::new("migrations", Rows::Stays),
    // Small values that servers share, such as the secret of all HMACs.
    Table::new("settings", Rows::Stays),
    Table::new("account_changes", Rows::Stays),
    Table::new("carts", Rows::Carts)
        .holding(
            1,
            &[
                ("cart_id", Integer),
                (ACCOUNT, Text),
                ("locale", Text),
                ("associate_tag", Text),
                ("merge", Boolean),
                ("revision", Integer),
                ("state", Text),
                ("created_at", Integer),
                ("touched_at", Integer),
                ("lines", Json),
            ],
        )
        .making(&["touched_day", "line_count", "empty"]),
    Table::new("customer_carts", Rows::Plain(Part::Carts)).holding(
        2,
        &[("customer_id", Text), ("locale", Text), ("revision", Integer), ("touched_at", Integer), ("lines", Json)],
    ),
    Table::new("purchases", Rows::Plain(Part::Carts)).holding(
        2,
        &[
            ("order_id", Integer),
            ("position", Integer),
            ("bought_at", Integer),
            ("locale", Text),
            (ACCOUNT, Text),
            ("cart_id", Integer),
            ("associate_tag", Text),
            ("total", Integer),
            ("lines", Json),
        ],
    ),
    Table::new("list_purchases", Rows::Plain(Part::Carts))
        .holding(3, &[(ACCOUNT, Text), ("locale", Text), ("list_item_id", Text), ("quantity", Integer)]),
    Table::new("id_counters", Rows::Plain(Part::Carts)).holding(1, &[(ACCOUNT, Text), ("reserved", Integer)]),
    Table::new("products", Rows::Products)
        .holding(
            3,
            &[
                (ACCOUNT, Text),
                ("locale", Text),
                ("asin", Text),
                ("withdrawn", Boolean),
                ("generation", Integer),
                ("seed_file", Integer),
                ("seed_line", Integer),
                ("doc", Json),
            ],
        )
        .making(&[
            "id",
            "number",
            "title",
            "product_group",
            "sales_rank",
            "release_date",
            "availability",
            "form",
            "ean",
            "upc",
            "isbn",
        ]),
    Table::new("offers", Rows::WithProducts),
    Table::new("search_words", Rows::Search),
    Table::new("search_entries", Rows::Search),
    Table::new("search_changes", Rows::Search),
    Table::new("catalogues", Rows::Revisions),
    Table::new("lists", Rows::Plain(Part::Catalog)).holding(
        3,
        &[
            (ACCOUNT, Text),
            ("locale", Text),
            ("list_id", Text),
            ("generation", Integer),
            ("seed_file", Integer),
            ("seed_line", Integer),
            ("doc", Json),
        ],
    ),
    Table::new("list_items", Rows::Plain(Part::Catalog)).holding(
        3,
        &[(ACCOUNT, Text), ("locale", Text), ("list_item_id", Text), ("list_id", Text), ("generation", Integer)],
    ),
    Table::new("baselines", Rows::Plain(Part::Catalog)).holding(
        1,
        &[
            (ACCOUNT, Text),
            ("generation", Integer),
            ("products", Integer),
            ("files", Text), // of a baseline that was edited, it is empty, and so no JSON
            ("lists", Integer),
        ],
    ),
    Table::new("accounts", Rows::Settings).holding(1, &[(ACCOUNT, Text), ("doc", Json)]).making(&["revision"]),
    Table::new("snapshots", Rows::Snapshots),
];

/// Which rows of a table are meant, as a condition with one value, `1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach<'a> {
    /// Those of an account.
    Account(&'a str),
    /// Those of all accounts, but not of the baseline.
    Accounts,
    /// All.
    All,
}

impl<'a> Reach<'a> {
    /// The condition; `mark` is what the database puts in front of a value's number.
    pub(super) fn condition(self, mark: char) -> String {
        match self {
            Self::Account(_) => format!("account = {mark}1"),
            Self::Accounts => format!("account > {mark}1"),
            Self::All => format!("{mark}1 = ''"),
        }
    }

    /// Its value.
    pub(super) const fn value(self) -> &'a str {
        match self {
            Self::Account(account) => account,
            Self::Accounts | Self::All => "",
        }
    }

    /// Whether it has rows of this table at all.
    pub(super) fn meets(self, table: &Table) -> bool {
        self == Self::All || table.has_account() || matches!(table.rows, Rows::Revisions | Rows::Snapshots)
    }
}
