//! Snapshots: what an account or the server has at one moment, to be restored and compared. Secrets are in none: a restored account
//! keeps the one that it has.

use super::caught_up;
use super::reset::{Parts, unreadable};
use crate::account::Settings;
use crate::app::App;
use crate::store::{
    Differences, EditSettings, MAX_SNAPSHOT, Snapshot, StoreError, TooLarge, Unrestored, Whose, examine,
};
use jiff::Timestamp;
use std::str::FromStr;
use std::sync::Arc;

/// The name of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SnapshotName(String);

/// No snapshot can have that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a snapshot has up to 64 letters, digits, dots, dashes and underscores")]
pub struct InvalidName;

impl SnapshotName {
    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SnapshotName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let shaped = text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.len() <= 64
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        if shaped { Ok(Self(text.to_owned())) } else { Err(InvalidName) }
    }
}

/// Why nothing came of it. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// There is none of this name.
    #[error("there is no snapshot {0:?} here")]
    Unknown(String),
    /// There can be none.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// A row is too large.
    #[error("what is to be kept does not fit a snapshot: {0}")]
    TooLarge(#[from] TooLarge),
    /// What comes from outside is no snapshot that could be restored here.
    #[error("{0}")]
    Unusable(Unrestored),
    /// It cannot be restored.
    #[error(transparent)]
    Unrestored(#[from] Unrestored),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is there now.
pub(crate) async fn take(app: &App, whose: Whose, at: Timestamp) -> Result<Snapshot, Failed> {
    Ok(app.store.take(whose, at, concealed).await??)
}

/// Makes of an account or of the server what it was.
pub(crate) async fn restore(app: &App, whose: Whose, doc: Arc<str>) -> Result<(), Failed> {
    let edit: EditSettings = Arc::new(|present, kept| {
        let read = |doc: Option<&str>| doc.map_or_else(|| Ok(Settings::default()), Settings::read);
        let present = read(present).map_err(|error| unreadable(&error))?;
        let mut settings = read(kept).map_err(|error| unreadable(&error))?;
        settings.secret = present.secret;
        Ok((!settings.is_empty()).then(|| settings.write()))
    });
    app.store.restore(whose.clone(), doc, edit).await??;
    // The journal is what was asked, and goes on.
    app.forget(&whose, Parts { requests: false, ..Parts::ALL });
    caught_up(app).await?;
    Ok(())
}

/// How `after` differs from `before`.
pub(crate) async fn compare(before: Arc<str>, after: Arc<str>, whose: Whose) -> Result<Differences, Failed> {
    Ok(aside(move || Differences::between(&before, &after, &whose)).await??)
}

/// What may take a moment, since documents may be large.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Closed)
}

/// Settings without what no snapshot holds.
fn concealed(doc: &str) -> Result<String, StoreError> {
    let mut settings = Settings::read(doc).map_err(|error| unreadable(&error))?;
    settings.secret = None;
    Ok(settings.write())
}

/// A snapshot that comes from outside, if it can be restored there.
pub(crate) async fn uploaded(doc: Arc<str>, whose: Whose) -> Result<Snapshot, Failed> {
    if doc.len() > MAX_SNAPSHOT {
        return Err(TooLarge.into());
    }
    let settings = |settings: &str| Settings::read(settings).map(drop).map_err(|error| error.to_string());
    aside(move || examine(doc, &whose, settings)).await?.map_err(Failed::Unusable)
}
