//! An account's remote carts. Must not know how they are shown.

use super::Controls;
use crate::cart::{Cart, CartId};
use crate::store::StoreError;

/// How many are read at once.
const CHUNK: u32 = 500;

/// The carts of an account, or all.
#[derive(Clone, Copy)]
pub struct Carts<'a>(pub(super) &'a Controls);

impl Carts<'_> {
    /// All of them, by their ids.
    pub async fn list(self) -> Result<Vec<Cart>, StoreError> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let chunk = self.0.app.store.carts(self.0.key_if_any(), after, CHUNK).await?;
            let Some(last) = chunk.last() else { return Ok(found) };
            after = Some(last.id);
            found.extend(chunk);
        }
    }

    /// Deletes one; answers whether it was there.
    pub async fn remove(self, id: CartId) -> Result<bool, StoreError> {
        Ok(self.0.app.store.delete_carts(self.0.key_if_any(), Some(id)).await? > 0)
    }

    /// Deletes all of them; answers how many those were.
    pub async fn clear(self) -> Result<u64, StoreError> {
        self.0.app.store.delete_carts(self.0.key_if_any(), None).await
    }
}
