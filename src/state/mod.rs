//! What a test starts from, and comes back to: reset to the seeded baseline, snapshots that are taken, kept, restored and compared,
//! and the watch over the seed files.
//!
//! Here the parts of the program that hold anything are brought together: the database by its own list of tables
//! ([`crate::store::TABLES`]), what is in memory by [`App::forget`]. Must not know HTTP, nor how anything is stored.

mod reset;
mod snapshot;
pub(crate) mod watch;

pub use reset::{Parts, Removals};
pub(crate) use reset::{remove, reset};
pub use snapshot::{Failed, InvalidName};
pub(crate) use snapshot::{SnapshotName, compare, restore, take, uploaded};

use crate::app::App;
use crate::store::StoreError;

/// What is kept in memory becomes what is in the database.
async fn caught_up(app: &App) -> Result<(), StoreError> {
    app.worlds.refresh().await
}
