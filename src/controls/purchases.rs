//! What was bought at the purchase hand-off. Must not know how it is shown.

use super::Controls;
use crate::cart::{CartId, Purchase};
use crate::store::StoreError;
use jiff::Timestamp;

/// How many are read at once.
const CHUNK: u32 = 500;

/// What was bought of an account's carts, or of all.
#[derive(Clone, Copy)]
pub struct Purchases<'a>(pub(super) &'a Controls);

impl Purchases<'_> {
    /// All of it, the newest first.
    pub async fn list(self) -> Result<Vec<Purchase>, StoreError> {
        let mut found: Vec<Purchase> = Vec::new();
        loop {
            let after = found.last().map(|last| (last.at, last.order_id));
            let page = self.page(after, CHUNK).await?;
            if page.is_empty() {
                return Ok(found);
            }
            found.extend(page);
        }
    }

    /// The newest first those after an order, `limit` at most, or more where the last ones are of one order.
    pub async fn page(self, after: Option<(Timestamp, CartId)>, limit: u32) -> Result<Vec<Purchase>, StoreError> {
        self.0.app.store.purchases(self.0.key_if_any(), after, limit).await
    }
}
