//! An account's snapshots. Must not know what is in them.

use super::Controls;
use crate::state::{self, Failed};
use crate::store::{SnapshotInfo, StoreError};

/// The snapshots of an account, or the server's.
#[derive(Clone, Copy)]
pub struct Snapshots<'a>(pub(super) &'a Controls);

impl Snapshots<'_> {
    /// Takes one of what is there now, in the place of another of that name.
    pub async fn take(self, name: &str) -> Result<(), Failed> {
        let Controls { app, account } = self.0;
        let snapshot = state::take(app, self.0.whose(), self.0.clock().now()).await?;
        app.store.put_snapshot(account, name, snapshot).await?;
        Ok(())
    }

    /// Makes everything what it was then; answers whether there is one of that name. The journal stays as it is.
    pub async fn restore(self, name: &str) -> Result<bool, Failed> {
        let Controls { app, account } = self.0;
        let Some(snapshot) = app.store.snapshot(account, name).await? else { return Ok(false) };
        state::restore(app, self.0.whose(), snapshot.doc).await?;
        Ok(true)
    }

    /// Those that there are, by name.
    pub async fn list(self) -> Result<Vec<SnapshotInfo>, StoreError> {
        self.0.app.store.snapshots(&self.0.account).await
    }

    /// Removes one; answers whether it was there.
    pub async fn remove(self, name: &str) -> Result<bool, StoreError> {
        self.0.app.store.delete_snapshot(&self.0.account, name).await
    }
}
