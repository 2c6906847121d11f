//! The one connection that writes, as the write lane uses it: two round trips a batch, one to load its carts and one to save them.
//!
//! There is no transaction around the two. Saving is one statement, so it is done or not; and it names the revision of each cart
//! that was loaded, so that a cart which another server changed in between is left alone and tried again by the lane.

use super::link::{ATTEMPTS, Link};
use super::pool::Statement;
use super::reads;
use super::sql;
use super::text;
use super::trouble::Trouble;
use crate::cart::{Cart, CartId};
use crate::store::StoreError;
use crate::store::baseline::LastLoad;
use crate::store::lane::{Backend, Found, Save, Unwritten};
use crate::store::row::{self, CartRow};
use jiff::Timestamp;
use sqlx::Row as _;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The writer.
pub(super) struct Writer {
    link: Link,
}

impl Writer {
    pub(super) const fn new(link: Link) -> Self {
        Self { link }
    }

    /// The connection, for other work that stands in the lane's queue.
    pub(super) const fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    /// The error of something that this writer did, with its context.
    fn failed(&self, what: &str) -> impl Fn(Trouble) -> StoreError {
        move |trouble| trouble.during(what, self.link.server().name())
    }

    /// The stored setting, after storing `candidate` if there was none.
    pub(super) async fn shared_setting(&mut self, name: &str, candidate: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.try_setting(name, candidate).await.map_err(self.failed("reading a setting"))
    }

    async fn try_setting(&mut self, name: &str, candidate: &[u8]) -> Result<Vec<u8>, Trouble> {
        let stored = || sqlx::query(sql::SETTING).bind(name);
        let mut rows = self.link.fetch(stored).await?;
        if rows.is_empty() {
            self.link.fetch(|| sqlx::query(sql::NEW_SETTING).bind(name).bind(candidate)).await?;
            rows = self.link.fetch(stored).await?;
        }
        let row = rows.first().ok_or_else(|| StoreError::Inconsistent {
            table: "settings",
            row: name.to_owned(),
            what: "it was stored, and is not there".to_owned(),
        })?;
        Ok(row.try_get(0)?)
    }

    /// What is remembered of the last load of the baseline.
    pub(super) async fn last_load(&mut self) -> Result<Option<LastLoad>, StoreError> {
        let rows = self.link.fetch(|| sqlx::query(sql::LAST_LOAD)).await;
        let last = rows.and_then(|rows| rows.first().map(reads::last_load).transpose());
        last.map_err(self.failed("reading the last load"))
    }

    /// Asks the server for a sign of life.
    pub(super) async fn ping(&mut self) -> Result<(), StoreError> {
        self.link.fetch(|| sqlx::query(sql::PING)).await.map(drop).map_err(self.failed("asking for a sign of life"))
    }

    /// Ends the connection in order.
    pub(super) async fn close(self) {
        self.link.close().await;
    }

    async fn carts(&mut self, keys: &[i64]) -> Result<Vec<Found>, Trouble> {
        let rows = self.link.fetch(|| sqlx::query(sql::CARTS).bind(keys)).await?;
        rows.iter().map(|row| reads::cart(row).map(|(id, cart)| (id, cart.map(Arc::new)))).collect()
    }

    /// Writes a batch, however often the connection is lost meanwhile. Answers the carts that were not written.
    async fn save(
        &mut self,
        saves: &[Save<'_>],
        touches: &[(CartId, Timestamp)],
    ) -> Result<Vec<(CartId, Unwritten)>, Trouble> {
        let mut batch = Batch::new(saves, touches);
        let mut unwritten = Vec::new();
        // Set once a statement was made of which nobody knows whether it was done.
        let mut doubt: Option<StoreError> = None;
        for _ in 0..ATTEMPTS {
            match self.link.once(batch.statement()).await {
                Ok(rows) => {
                    let written = rows.iter().map(|row| row.try_get(0)).collect::<Result<HashSet<i64>, _>>()?;
                    let outrun: Vec<&Save<'_>> =
                        batch.saves.iter().filter(|save| !written.contains(&row::key(save.cart.id))).copied().collect();
                    let Some(doubt) = doubt else {
                        unwritten.extend(outrun.iter().map(|save| (save.cart.id, Unwritten::Outrun)));
                        return Ok(unwritten);
                    };
                    // What was made before may have been done late, and then it is we who were faster.
                    let found = self.find(&outrun).await?;
                    unwritten.extend(outrun.iter().filter_map(|save| {
                        match fate(save, found.get(&save.cart.id).map(AsRef::as_ref)) {
                            Fate::Written => None,
                            Fate::Open => Some((save.cart.id, Unwritten::Outrun)),
                            Fate::Unknown => Some((save.cart.id, Unwritten::Unknown(doubt.clone()))),
                        }
                    }));
                    return Ok(unwritten);
                }
                Err(trouble) if trouble.is_conflict() => {}
                Err(trouble) if trouble.is_disconnected() => {
                    // It may have been done, and only the answer was lost. The database knows.
                    let lost = self.failed("writing carts")(trouble);
                    tracing::warn!(error = %lost, "whether a batch was written must be looked up");
                    let found = self.find(&batch.saves).await?;
                    let mut again = Vec::new();
                    for save in &batch.saves {
                        match fate(save, found.get(&save.cart.id).map(AsRef::as_ref)) {
                            Fate::Written => {}
                            Fate::Open => again.push(*save),
                            Fate::Unknown => unwritten.push((save.cart.id, Unwritten::Unknown(lost.clone()))),
                        }
                    }
                    batch.saves = again;
                    doubt = Some(lost);
                }
                Err(trouble) => return Err(trouble),
            }
        }
        Err(Trouble::Data(StoreError::Busy))
    }

    /// The carts of these saves as they are stored now.
    async fn find(&mut self, saves: &[&Save<'_>]) -> Result<HashMap<CartId, Arc<Cart>>, Trouble> {
        let keys: Vec<i64> = saves.iter().map(|save| row::key(save.cart.id)).collect();
        let found = self.carts(&keys).await?;
        Ok(found.into_iter().filter_map(|(id, cart)| Some((id, cart.ok()?))).collect())
    }
}

/// What became of a save that nobody answered for.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// It was done.
    Written,
    /// It was not done, and may be made again.
    Open,
    /// The cart is neither as it was nor as it should be: another server has changed it, before us or after us.
    Unknown,
}

fn fate(save: &Save<'_>, found: Option<&Cart>) -> Fate {
    match found {
        // Row against row: what is stored has microseconds. A touch may have come behind it.
        Some(found)
            if CartRow { touched_at: 0, ..CartRow::of(found) }
                == CartRow { touched_at: 0, ..CartRow::of(save.cart) } =>
        {
            Fate::Written
        }
        found if found.map(|cart| cart.revision) == save.stored => Fate::Open,
        _ => Fate::Unknown,
    }
}

impl Backend for Writer {
    async fn load(&mut self, ids: &[CartId]) -> Result<Vec<Found>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new()); // touches alone
        }
        let keys: Vec<i64> = ids.iter().map(|id| row::key(*id)).collect();
        self.carts(&keys).await.map_err(self.failed("reading carts"))
    }

    async fn commit(
        &mut self,
        saves: &[Save<'_>],
        touches: &[(CartId, Timestamp)],
    ) -> Result<Vec<(CartId, Unwritten)>, StoreError> {
        if saves.is_empty() && touches.is_empty() {
            return Ok(Vec::new());
        }
        self.save(saves, touches).await.map_err(self.failed("writing carts"))
    }

    async fn settle(&mut self) {}
}

/// What one statement writes.
pub(super) struct Batch<'a> {
    saves: Vec<&'a Save<'a>>,
    /// Without those of carts that are saved: these have the later time already, and a statement changes a row once.
    touches: Vec<(CartId, Timestamp)>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(saves: &'a [Save<'a>], touches: &[(CartId, Timestamp)]) -> Self {
        let has_save = |id: CartId| saves.binary_search_by_key(&id, |save| save.cart.id).is_ok();
        Self {
            saves: saves.iter().collect(),
            touches: touches.iter().copied().filter(|(id, _)| !has_save(*id)).collect(),
        }
    }

    /// [`sql::SAVE`] with its values: a list for each column.
    pub(super) fn statement(&self) -> Statement<'static> {
        let rows = |new: bool| {
            let saves = self.saves.iter().filter(move |save| save.stored.is_none() == new);
            saves.map(|save| (CartRow::of(save.cart), *save)).collect::<Vec<_>>()
        };
        let (new, changed) = (rows(true), rows(false));
        let statement = sqlx::query(sql::SAVE)
            .bind(list(&new, |row, _| row.cart_id))
            .bind(list(&new, |row, _| text::stored(row.account).into_owned()))
            .bind(list(&new, |row, _| row.locale.to_owned()))
            .bind(list(&new, |row, _| text::stored(row.associate_tag).into_owned()))
            .bind(list(&new, |row, _| row.merge))
            .bind(list(&new, |row, _| row.revision))
            .bind(list(&new, |row, _| row.state.to_owned()))
            .bind(list(&new, |row, _| row.created_at))
            .bind(list(&new, |row, _| row.touched_at))
            .bind(list(&new, |row, _| row::day(row.touched_at)))
            .bind(list(&new, line_count))
            .bind(list(&new, |row, _| row.lines.clone().into_owned()));
        let statement = statement
            .bind(list(&changed, |row, _| row.cart_id))
            .bind(list(&changed, |_, save| save.stored.map(u64::cast_signed)))
            .bind(list(&changed, |row, _| row.merge))
            .bind(list(&changed, |row, _| row.revision))
            .bind(list(&changed, |row, _| row.state.to_owned()))
            .bind(list(&changed, |row, _| row.touched_at))
            .bind(list(&changed, |row, _| row::day(row.touched_at)))
            .bind(list(&changed, line_count))
            .bind(list(&changed, |row, _| row.lines.clone().into_owned()));
        let at = |(_, at): &(CartId, Timestamp)| row::micros(*at);
        statement
            .bind(self.touches.iter().map(|(id, _)| row::key(*id)).collect::<Vec<_>>())
            .bind(self.touches.iter().map(at).collect::<Vec<_>>())
            .bind(self.touches.iter().map(|touch| row::day(at(touch))).collect::<Vec<_>>())
    }
}

/// A column of a list of rows.
fn list<T>(rows: &[(CartRow<'_>, &Save<'_>)], column: impl Fn(&CartRow<'_>, &Save<'_>) -> T) -> Vec<T> {
    rows.iter().map(|(row, save)| column(row, save)).collect()
}

fn line_count(_: &CartRow<'_>, save: &Save<'_>) -> i64 {
    i64::try_from(save.cart.lines.len()).expect("a few lines")
}
