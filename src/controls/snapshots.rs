//! An account's snapshots. Must not know what is in them.

use super::{Controls, Written};
use crate::state::{self, Failed, SnapshotName};
use crate::store::{Differences, Snapshot, SnapshotInfo, StoreError};
use std::sync::Arc;

/// The snapshots of an account, or the server's.
#[derive(Clone, Copy)]
pub struct Snapshots<'a>(pub(super) &'a Controls);

impl Snapshots<'_> {
    /// Takes one of what is there now, in the place of another of that name.
    pub async fn take(self, name: &str) -> Result<Written<SnapshotInfo>, Failed> {
        let name = name.parse()?;
        self.keep(name, self.now().await?).await
    }

    /// Keeps one that was downloaded, here or on another server, in the place of another of that name.
    pub async fn upload(self, name: &str, document: impl Into<Arc<str>>) -> Result<Written<SnapshotInfo>, Failed> {
        let name = name.parse()?;
        self.keep(name, state::uploaded(document.into(), self.0.whose()).await?).await
    }

    /// One with its document, which [`Snapshots::upload`] takes again.
    pub async fn get(self, name: &str) -> Result<Snapshot, Failed> {
        let name: SnapshotName = name.parse()?;
        let found = self.0.app.store.snapshot(&self.0.account, name.as_str()).await?;
        found.ok_or_else(|| Failed::Unknown(name.as_str().to_owned()))
    }

    /// Makes everything what it was then; tells what is there again. The journal and the secret stay as they are.
    pub async fn restore(self, name: &str) -> Result<SnapshotInfo, Failed> {
        let snapshot = self.get(name).await?;
        let info = info(name, &snapshot);
        let _turn = self.0.app.edits.lock().await;
        state::restore(&self.0.app, self.0.whose(), snapshot.doc).await?;
        Ok(info)
    }

    /// Tells what is not as it was then: now, or in another snapshot.
    pub async fn diff(self, name: &str, with: Option<&str>) -> Result<Differences, Failed> {
        let before = self.get(name).await?;
        let after = match with {
            Some(other) => self.get(other).await?,
            None => self.now().await?,
        };
        state::compare(before.doc, after.doc, self.0.whose()).await
    }

    /// Those that there are, by name.
    pub async fn list(self) -> Result<Vec<SnapshotInfo>, StoreError> {
        self.0.app.store.snapshots(&self.0.account).await
    }

    /// Removes one; answers whether it was there.
    pub async fn remove(self, name: &str) -> Result<bool, Failed> {
        let name: SnapshotName = name.parse()?;
        Ok(self.0.app.store.delete_snapshot(&self.0.account, name.as_str()).await?)
    }

    /// What is there now.
    async fn now(self) -> Result<Snapshot, Failed> {
        state::take(&self.0.app, self.0.whose(), self.0.clock().now()).await
    }

    async fn keep(self, name: SnapshotName, snapshot: Snapshot) -> Result<Written<SnapshotInfo>, Failed> {
        let now = info(name.as_str(), &snapshot);
        let is_new = self.0.app.store.put_snapshot(&self.0.account, name.as_str(), snapshot).await?;
        Ok(Written { now, is_new })
    }
}

fn info(name: &str, snapshot: &Snapshot) -> SnapshotInfo {
    let Snapshot { taken_at, counts, doc } = snapshot;
    SnapshotInfo { name: name.to_owned(), taken_at: *taken_at, counts: counts.clone(), bytes: doc.len() as u64 }
}
