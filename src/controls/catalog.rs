//! The products that an account sees. Must not know how they are written down.

use super::Controls;
use crate::cart::{Asin, Locale};
use crate::catalog::Product;
use crate::store::{ListingTaken, Site, StoreError};
use std::sync::Arc;

/// The catalogue of an account, whose own products stand in front of the server's; or the server's.
#[derive(Clone, Copy)]
pub struct Catalog<'a>(pub(super) &'a Controls);

impl Catalog<'_> {
    /// The product that the account sees.
    pub async fn get(self, locale: Locale, asin: Asin) -> Result<Option<Product>, StoreError> {
        let found = self.0.app.store.products(self.site(locale), &[asin]).await?;
        let listed = found.into_iter().flatten().find(|listed| !listed.withdrawn);
        Ok(listed.map(|listed| Arc::unwrap_or_clone(listed.product)))
    }

    /// Writes a product, and answers it as it stands in the catalogue; not when one of its offers has the id of another product's.
    pub async fn put(self, product: Product) -> Result<Result<Product, ListingTaken>, StoreError> {
        let product = product.with_listing_ids();
        let written = self.0.app.store.put_products(&self.0.account, vec![product.clone()]).await?;
        Ok(written.map(|()| product))
    }

    /// Withdraws a product: lines of carts keep it, and nobody can cart it any more. Answers whether it was there.
    pub async fn withdraw(self, locale: Locale, asin: Asin) -> Result<bool, StoreError> {
        self.0.app.store.withdraw_product(self.site(locale), asin).await
    }

    fn site(&self, locale: Locale) -> Site<'_> {
        Site { locale, account: &self.0.account }
    }
}
