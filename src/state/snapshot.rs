//! Snapshots: what an account or the server has at one moment, to be restored and compared. Secrets are in none: a restored account
//! keeps the one that it has.

use super::caught_up;
use super::reset::{Parts, unreadable};
use crate::account::Settings;
use crate::app::App;
use crate::store::{Differences, EditSettings, Snapshot, StoreError, TooLarge, Unrestored, Whose, examine};
use jiff::Timestamp;
use std::sync::Arc;

/// Why nothing came of it. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// A row is too large.
    #[error("what is to be kept does not fit a snapshot: {0}")]
    TooLarge(#[from] TooLarge),
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

/// How `after` differs from `before`. It may take a moment: both may be large.
pub(crate) async fn compare(before: Arc<str>, after: Arc<str>, whose: Whose) -> Result<Differences, Failed> {
    let compared = tokio::task::spawn_blocking(move || Differences::between(&before, &after, &whose));
    Ok(compared.await.map_err(|_| StoreError::Closed)??)
}

/// Settings without what no snapshot holds.
fn concealed(doc: &str) -> Result<String, StoreError> {
    let mut settings = Settings::read(doc).map_err(|error| unreadable(&error))?;
    settings.secret = None;
    Ok(settings.write())
}

/// A snapshot that comes from outside, if it can be restored there.
pub(crate) fn uploaded(doc: Arc<str>, whose: &Whose) -> Result<Snapshot, Unrestored> {
    examine(doc, whose, |settings| Settings::read(settings).map(drop).map_err(|error| error.to_string()))
}
