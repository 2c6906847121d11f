//! The products that an account sees. Must not know how they are written down.

mod batch;

pub(crate) use batch::Batch;

use super::{Controls, Written};
use crate::cart::{Asin, Locale};
use crate::catalog::Product;
use crate::catalog::seed::{Problem, wire};
use crate::store::{ListingTaken, Site, StoreError};
use std::sync::Arc;

/// How many are read at once.
const CHUNK: u32 = 500;

/// The catalogue of an account, whose own products stand in front of the server's; or the server's.
#[derive(Clone, Copy)]
pub struct Catalog<'a>(pub(super) &'a Controls);

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// There is no product that could be changed.
    #[error("{0} {1} is not in the catalogue")]
    Unknown(Locale, Asin),
    /// Records are at fault, as those of a seed file would be; of many records a line is the place among them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<Problem>),
    /// An offer has the id of another product's.
    #[error("{taken}")]
    Taken {
        /// The offer.
        taken: ListingTaken,
        /// The line of its record.
        line: u64,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Catalog<'_> {
    /// The product that the account sees.
    pub async fn get(self, locale: Locale, asin: Asin) -> Result<Option<Product>, StoreError> {
        let found = self.0.app.store.products(self.site(locale), &[asin]).await?;
        let listed = found.into_iter().flatten().find(|listed| !listed.withdrawn);
        Ok(listed.map(|listed| Arc::unwrap_or_clone(listed.product)))
    }

    /// All that the account sees, by the names of their sites and their numbers; of one site, or of all.
    pub async fn list(self, locale: Option<Locale>) -> Result<Vec<Product>, StoreError> {
        let mut found: Vec<Product> = Vec::new();
        loop {
            let after = found.last().map(|last| (last.locale, last.asin));
            let page = self.page(locale, None, after, CHUNK).await?;
            if page.is_empty() {
                return Ok(found);
            }
            found.extend(page);
        }
    }

    /// In the order of [`Catalog::list`] those after a product, about `limit` at most; of one site or all, of one number or all.
    pub async fn page(
        self,
        locale: Option<Locale>,
        asin: Option<Asin>,
        after: Option<(Locale, Asin)>,
        limit: u32,
    ) -> Result<Vec<Product>, StoreError> {
        let Some(asin) = asin else {
            return self.0.app.store.catalogue(&self.0.account, locale, after, limit).await;
        };
        // Few enough to be looked up.
        let mut locales: Vec<_> = locale.map_or_else(|| Locale::ALL.to_vec(), |locale| vec![locale]);
        locales.sort_by_key(|locale| locale.name());
        let place = |(locale, asin): (Locale, Asin)| (locale.name(), asin);
        locales.retain(|locale| after.is_none_or(|after| place((*locale, asin)) > place(after)));
        let mut found = Vec::new();
        for locale in locales {
            found.extend(self.get(locale, asin).await?);
        }
        Ok(found)
    }

    /// Writes a product, in the place of the one that the account saw until now. It must be in order as in a seed file.
    pub async fn put(self, product: Product) -> Result<Written<Product>, NotWritten> {
        self.write(checked(product.locale, product.asin, &product).map_err(NotWritten::Invalid)?).await
    }

    /// Writes products, all or none of them; answers how many.
    pub async fn put_all(self, products: impl IntoIterator<Item = Product>) -> Result<usize, NotWritten> {
        let at = |line: u64| move |problem: Problem| Problem { line, ..problem };
        let records = (1..).zip(products).map(|(line, product)| {
            let checked = checked(product.locale, product.asin, &product);
            checked.map(|product| (line, product)).map_err(|problems| problems.into_iter().map(at(line)).collect())
        });
        self.load(Batch::of(records).map_err(NotWritten::Invalid)?).await
    }

    /// Changes a product; answers it as it is now. Under an account, what was the server's becomes the account's own.
    pub async fn edit(
        self,
        locale: Locale,
        asin: Asin,
        change: impl FnOnce(&mut Product),
    ) -> Result<Product, NotWritten> {
        let changed = |product: &Product| {
            let mut product = product.clone();
            change(&mut product);
            checked(locale, asin, &product)
        };
        self.rewrite(locale, asin, changed).await
    }

    /// Withdraws a product: lines of carts keep it, and nobody can cart it any more. Answers whether it was there.
    pub async fn withdraw(self, locale: Locale, asin: Asin) -> Result<bool, StoreError> {
        let _turn = self.0.app.edits.lock().await;
        self.0.app.store.withdraw_product(self.site(locale), asin).await
    }

    /// Writes a product that is in order.
    pub(crate) async fn write(self, product: Product) -> Result<Written<Product>, NotWritten> {
        let _turn = self.0.app.edits.lock().await;
        let is_new = self.get(product.locale, product.asin).await?.is_none();
        Ok(Written { now: self.store(product).await?, is_new })
    }

    /// Writes what `change` makes of a product, if that is in order.
    pub(crate) async fn rewrite(
        self,
        locale: Locale,
        asin: Asin,
        change: impl FnOnce(&Product) -> Result<Product, Vec<Problem>>,
    ) -> Result<Product, NotWritten> {
        let _turn = self.0.app.edits.lock().await;
        let product = self.get(locale, asin).await?.ok_or(NotWritten::Unknown(locale, asin))?;
        self.store(change(&product).map_err(NotWritten::Invalid)?).await
    }

    /// Writes records that are in order, all or none of them; answers how many.
    pub(crate) async fn load(self, batch: Batch) -> Result<usize, NotWritten> {
        let Batch { products, lines } = batch;
        let written = products.len();
        let _turn = self.0.app.edits.lock().await;
        self.0.app.store.put_products(&self.0.account, products).await?.map_err(|taken| {
            let line = lines.get(&(taken.locale, taken.asin)).copied().unwrap_or(1);
            NotWritten::Taken { taken, line }
        })?;
        Ok(written)
    }

    /// Writes one record, and answers it as it stands in the catalogue. Whoever calls it holds the edits.
    async fn store(self, product: Product) -> Result<Product, NotWritten> {
        let product = product.with_listing_ids();
        let written = self.0.app.store.put_products(&self.0.account, vec![product.clone()]).await?;
        written.map_err(|taken| NotWritten::Taken { taken, line: 1 })?;
        Ok(product)
    }

    fn site(&self, locale: Locale) -> Site<'_> {
        Site { locale, account: &self.0.account }
    }
}

/// The product as a seed file would give it, or what is wrong with it; `locale` and `asin` are what it must be.
fn checked(locale: Locale, asin: Asin, product: &Product) -> Result<Product, Vec<Problem>> {
    let record = serde_json::to_vec(product).expect("numbers, texts and lists of them are always JSON");
    wire::one(locale, asin, record)
}
