//! Products as requests get them: those that were read before, as long as the catalogue is as it was, and otherwise from the database.

use super::catalogue::Moment;
use super::trouble::Trouble;
use super::{PostgresStore, reads, sql, text};
use crate::cart::Asin;
use crate::store::cache::{Key, Revision};
use crate::store::{Listed, Site, StoreError};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use std::sync::Arc;

impl PostgresStore {
    /// The products with these ASINs: those that were read at this revision of the catalogue and are still kept, and otherwise as
    /// they are now.
    pub(super) async fn listed(
        &self,
        site: Site<'_>,
        asins: &[Asin],
        revision: Option<Revision>,
    ) -> Result<Vec<Option<Listed>>, StoreError> {
        const WHAT: &str = "reading products";
        let account = text::stored(site.account);
        let mut found: Vec<Option<Listed>> = vec![None; asins.len()];
        let mut missing: Vec<Asin> = asins.to_vec();
        if let Some(revision) = revision {
            let own = self.catalogue.own(&account);
            let kept = |asin| {
                let key = Key { account: own.clone(), locale: site.locale, asin };
                self.catalogue.products.get(revision, &key)
            };
            found = asins.iter().map(|asin| kept(*asin)).collect();
            missing = asins.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(asin, _)| *asin).collect();
        }
        if missing.is_empty() {
            return Ok(found);
        }
        missing.sort_unstable();
        missing.dedup();
        let asked = self.catalogue.now();
        let texts: Vec<&str> = missing.iter().map(Asin::as_str).collect();
        let statement = || sqlx::query(sql::PRODUCTS).bind(&*account).bind(site.locale.name()).bind(&texts);
        let understand =
            |rows: &[PgRow]| Ok((rows.first().map(|row| reads::revision(row, 3)).transpose()?, reads::known(rows)?));
        let (revision, read) = self.read(WHAT, statement, understand).await?;
        for (found, asin) in found.iter_mut().zip(asins) {
            if found.is_none() {
                *found = read.get(asin).map(|(listed, _)| listed.clone());
            }
        }
        if let Some(revision) = revision {
            self.learn(revision, asked).await?;
            let own = self.catalogue.own(&account);
            for (asin, (listed, document)) in read {
                let key = Key { account: own.clone(), locale: site.locale, asin };
                self.catalogue.products.put(revision, key, listed, document);
            }
        }
        Ok(found)
    }

    /// Notes what the database said of the catalogue's revision, having been asked at `asked`. When it is a new one, it also asks which
    /// accounts have products of their own by now.
    pub(super) async fn learn(&self, revision: Revision, asked: Moment) -> Result<(), StoreError> {
        if self.catalogue.confirm(revision, asked) {
            return Ok(());
        }
        let _learning = self.catalogue.learning.lock().await;
        if self.catalogue.confirm(revision, asked) {
            return Ok(()); // another request has learnt it meanwhile
        }
        let asked = self.catalogue.now();
        let understand = |rows: &[PgRow]| {
            let accounts: Result<Vec<Arc<str>>, Trouble> =
                rows.iter().map(|row| Ok(row.try_get::<&str, _>(0)?.into())).collect();
            Ok((accounts?, rows.first().map(|row| reads::revision(row, 1)).transpose()?))
        };
        let (accounts, now) = self.read("reading the accounts", || sqlx::query(sql::OVERLAYS), understand).await?;
        if let Some(now) = now {
            self.catalogue.learn(accounts.into_iter(), now);
            self.catalogue.confirm(now, asked);
        }
        Ok(())
    }
}
