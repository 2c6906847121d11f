//! What a database keeps of accounts' settings: rows that it does not look into, and the count of their changes.

/// An account that has settings of its own, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// The access key; '' is the server itself.
    pub account: String,
    /// The number of the change that wrote it. A later change of any account has a larger one.
    pub revision: u64,
    /// What was written.
    pub doc: String,
}

/// How far the changes of accounts have been seen. `AccountsMark::default()` is: not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountsMark {
    /// The number of the last change.
    pub changed: u64,
    /// The number of the last change that removed an account.
    pub removed: u64,
}

/// How much an account has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Its carts, those included that were handed over.
    pub carts: u64,
    /// Products of its own in front of the baseline, those included that only say that there is none.
    pub products: u64,
    /// What was bought of its carts, or of its catalogue.
    pub purchases: u64,
}

impl Holdings {
    /// Whether it has nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The accounts that own anything, behind `$1`, `$2` at most, in order; '' is no account. Each step looks for the next one in the
/// indexes of all tables, so that it takes no longer where some own a lot.
pub(super) const OWNERS: &str = "with recursive owners(account) as (
    select (select min(account) from (
        select min(account) as account from carts where account > $1
        union all select min(account) from products where account > $1
        union all select min(account) from purchases where account > $1
        union all select min(account) from accounts where account > $1
    ) as next)
    union all
    select (select min(account) from (
        select min(account) as account from carts where account > owners.account
        union all select min(account) from products where account > owners.account
        union all select min(account) from purchases where account > owners.account
        union all select min(account) from accounts where account > owners.account
    ) as next) from owners where owners.account is not null
)
select account from owners where account is not null limit $2";

/// How much an account has.
pub(super) const HOLDINGS: &str = "select (select count(*) from carts where account = $1),
    (select count(*) from products where account = $1),
    (select count(*) from purchases where account = $1)";

/// Takes the carts of the account `$3` for used `$1` microseconds after what is stored, though not after `$2`. The day of that is
/// reckoned as whoever writes a cart does it: down, also before 1970.
pub(super) const ROUND_UP_TOUCHES: &str = "update carts set touched_at = later.at,
    touched_day = (later.at - (later.at % 86400000000 + 86400000000) % 86400000000) / 86400000000
from (
    select cart_id, case when touched_at + $1 < $2 then touched_at + $1 else $2 end as at
    from carts where account = $3 and touched_at < $2
) as later
where carts.cart_id = later.cart_id";

/// What changed since a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountChanges {
    /// The mark to ask with next time.
    pub mark: AccountsMark,
    /// The accounts that were written since. One may be among them that the mark does not cover yet; it comes again then.
    pub rows: Vec<AccountRow>,
    /// Accounts were removed: these rows are all that there are.
    pub whole: bool,
}

impl AccountChanges {
    /// Nothing changed.
    pub(super) const fn none(mark: AccountsMark) -> Self {
        Self { mark, rows: Vec::new(), whole: false }
    }
}

/// What is to become of an account's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountEdit<'a> {
    /// It holds this.
    Write(&'a str),
    /// It goes.
    Remove,
}

impl<'a> AccountEdit<'a> {
    /// The edit after which the row holds this; `None` removes it.
    pub(super) fn to(doc: Option<&'a str>) -> Self {
        doc.map_or(Self::Remove, Self::Write)
    }

    /// What the row is to hold.
    pub(super) const fn doc(self) -> Option<&'a str> {
        match self {
            Self::Write(doc) => Some(doc),
            Self::Remove => None,
        }
    }
}

/// What became of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountEdited {
    /// It was made, as the change with this number.
    Made(u64),
    /// The row is not the one that was to be edited: this is the one that there is. Nothing was done.
    Outrun(Option<AccountRow>),
}
