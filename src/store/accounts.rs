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
