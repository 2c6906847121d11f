//! The one connection that writes, as the write lane uses it.

use super::baseline;
use super::checkpoint::{self, Checkpointer, Mode};
use super::connection;
use super::edits;
use super::overlays::Overlays;
use super::pool::Pool;
use super::presence::Presence;
use super::reads::{CART, cart_row};
use super::recent::Recent;
use super::rescue;
use super::state;
use super::trouble::Trouble;
use crate::cart::{Cart, CartId};
use crate::catalog::Product;
use crate::catalog::seed::SeedFile;
use crate::store::baseline::Plan;
use crate::store::lane::{Backend, Found, Save, Unwritten};
use crate::store::row::{self, CartRow};
use crate::store::{EditSettings, ListingTaken, LoadError, Loaded, Removed, Reset, StoreError, Unrestored, Whose};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The writer. Every transaction of it begins with `BEGIN IMMEDIATE`: one that read first and wrote then could fail in between.
pub(super) struct Writer {
    connection: Connection,
    name: String,
    /// Nobody was told yet that something is stored, so that nothing need be written through: what a power cut takes away, the next
    /// start makes again.
    carefree: bool,
    /// Whether there is a point in writing anything through.
    durable: bool,
    /// What it has written lately, for those who read.
    recent: Arc<Recent>,
    /// Who has to be told of commits.
    readers: Arc<Pool>,
    checkpointer: Checkpointer,
    /// Of a throwaway file nobody has a right to expect anything.
    presence: Option<Arc<Presence>>,
}

impl Writer {
    /// `name` is the file, for messages.
    pub(super) fn new(
        connection: Connection,
        name: String,
        durable: bool,
        recent: Arc<Recent>,
        readers: Arc<Pool>,
        checkpointer: Checkpointer,
        presence: Option<Arc<Presence>>,
    ) -> Self {
        Self { connection, name, carefree: true, durable, recent, readers, checkpointer, presence }
    }

    /// Does something in one transaction; nothing of it stays when it fails. `what` is for messages: `sweeping`.
    pub(super) fn transaction<T, E: From<StoreError>>(
        &mut self,
        what: &str,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_through(what)?;
        self.whole(what, work)
    }

    /// Does something in one transaction that may be lost with the power, all of it, unless something else was written through
    /// since.
    fn whole<T, E: From<StoreError>>(
        &mut self,
        what: &str,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.execute("begin immediate").map_err(self.failed(what))?;
        self.recent.forget_all(); // whatever this does may concern any cart
        match work(&self.connection) {
            Ok(done) => {
                self.end(what)?;
                Ok(done)
            }
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    /// As [`Writer::transaction`], for work that fails with [`Trouble`].
    pub(super) fn write<T>(
        &mut self,
        what: &str,
        work: impl FnOnce(&Connection) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        let name = self.name.clone();
        self.transaction(what, |connection| work(connection).map_err(|trouble| trouble.during(what, &name)))
    }

    /// Writes products of an account, all or none.
    pub(super) fn put_products(
        &mut self,
        account: &str,
        products: Vec<Product>,
        overlays: &Overlays,
    ) -> Result<Result<(), ListingTaken>, StoreError> {
        const WHAT: &str = "writing products";
        let put = self.transaction(WHAT, |connection| {
            edits::put(connection, account, products)?;
            overlays.note(account);
            Ok(())
        });
        match put {
            Ok(()) => Ok(Ok(())),
            Err(edits::Failure::Taken(taken)) => Ok(Err(taken)),
            Err(edits::Failure::Trouble(trouble)) => Err(self.failed(WHAT)(trouble)),
            Err(edits::Failure::Store(error)) => Err(error),
        }
    }

    /// Removes what is to be removed. Once `give_up` is set, loading the baseline again ends with [`StoreError::Closed`], and nothing
    /// has changed.
    pub(super) fn reset(
        &mut self,
        reset: &Reset,
        give_up: &AtomicBool,
        overlays: &Overlays,
    ) -> Result<Removed, LoadError> {
        const WHAT: &str = "resetting";
        let name = self.name.clone();
        let reset = |connection: &Connection| {
            state::reset(connection, reset, give_up).map_err(|failure| failure.during(WHAT, &name))
        };
        let removed = self.transaction(WHAT, reset)?;
        overlays.replace(self.overlaid()?);
        Ok(removed)
    }

    /// Restores a state.
    pub(super) fn restore(
        &mut self,
        whose: &Whose,
        doc: &str,
        settings: &EditSettings,
        overlays: &Overlays,
    ) -> Result<Result<(), Unrestored>, StoreError> {
        const WHAT: &str = "restoring a snapshot";
        let restored = self.transaction(WHAT, |connection| {
            state::restore(connection, whose, doc, settings)?;
            // Those that are new, before they can be seen.
            for account in edits::accounts(connection)? {
                overlays.note(&account);
            }
            Ok(())
        });
        overlays.replace(self.overlaid()?);
        match restored {
            Ok(()) => Ok(Ok(())),
            Err(state::Failure::Unrestored(unrestored)) => Ok(Err(unrestored)),
            Err(state::Failure::Trouble(trouble)) => Err(self.failed(WHAT)(trouble)),
            Err(state::Failure::Store(error)) => Err(error),
        }
    }

    /// The accounts that have products of their own, as they are now.
    fn overlaid(&self) -> Result<Vec<String>, StoreError> {
        edits::accounts(&self.connection).map_err(self.failed("reading catalogues"))
    }

    /// The error of something that this writer did, with its context.
    fn failed(&self, what: &str) -> impl Fn(Trouble) -> StoreError {
        move |trouble| trouble.during(what, &self.name)
    }

    /// From here on what is committed stays, and so does what was committed before it: in files that are still there.
    fn write_through(&mut self, what: &str) -> Result<(), StoreError> {
        self.presence.as_ref().map_or(Ok(()), |presence| presence.check())?;
        if std::mem::take(&mut self.carefree) && self.durable {
            connection::write_through(&self.connection).map_err(self.failed(what))?;
        }
        Ok(())
    }

    fn begin(&mut self, what: &str) -> Result<(), StoreError> {
        self.write_through(what)?;
        self.execute("begin immediate").map_err(self.failed(what))
    }

    fn end(&self, what: &str) -> Result<(), StoreError> {
        self.readers.publish(|| self.execute("commit")).map_err(|trouble| {
            self.roll_back();
            self.failed(what)(trouble)
        })
    }

    /// Leaves the transaction, if an error has not ended it already.
    fn roll_back(&self) {
        if !self.connection.is_autocommit()
            && let Err(Trouble::Sql(error)) = self.execute("rollback")
        {
            tracing::error!(%error, "a transaction in {} could not be rolled back", self.name);
        }
    }

    fn execute(&self, sql: &str) -> Result<(), Trouble> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// The stored setting, after storing `candidate` if there was none. It need not wait for the disk: whoever is told anything that
    /// hangs on it is told so after a commit that was written through, and then this was, too.
    pub(super) fn shared_setting(&mut self, name: &str, candidate: &[u8]) -> Result<Vec<u8>, StoreError> {
        const WHAT: &str = "reading a setting";
        let stored = |connection: &Connection| {
            connection
                .prepare_cached("insert into settings (name, value) values (?1, ?2) on conflict (name) do nothing")?
                .execute((name, candidate))?;
            let mut select = connection.prepare_cached("select value from settings where name = ?1")?;
            Ok(select.query_row([name], |row| row.get(0))?)
        };
        let file = self.name.clone();
        self.whole(WHAT, |connection| stored(connection).map_err(|trouble: Trouble| trouble.during(WHAT, &file)))
    }

    /// Copies the whole log into the database and closes it.
    pub(super) fn close(self) {
        let Self { connection, name, readers, checkpointer, presence, .. } = self;
        drop(checkpointer); // its connection would keep the log from being removed
        if let Some(presence) = presence.filter(|presence| presence.is_lost() && !presence.has_database()) {
            match rescue::rescue(&connection, presence.database()) {
                Ok(rescued) => tracing::warn!("all that was acknowledged is in {}", rescued.display()),
                Err(error) => tracing::error!(error, "{name} could not be saved: {error}"),
            }
        }
        if let Err(error) = checkpoint::run(&connection, Mode::Truncate, &readers) {
            tracing::warn!(%error, "{name} was closed without a checkpoint; the next start makes up for it");
        }
        if let Err((_, error)) = connection.close() {
            tracing::warn!(%error, "{name} was not closed properly");
        }
    }

    /// Makes the baseline catalogue what these files hold, unless it is that already. The first one that does something need not wait for
    /// the disk: as long as nobody was told anything, losing it loses nothing. Once `give_up` is set it ends with
    /// [`StoreError::Closed`], and nothing has changed.
    pub(super) fn load_baseline(&mut self, files: &[SeedFile], give_up: &AtomicBool) -> Result<Loaded, LoadError> {
        const WHAT: &str = "loading the catalogue";
        let name = self.name.clone();
        let failed = |failure: baseline::Failure| failure.during(WHAT, &name);
        match baseline::plan(&self.connection, files).map_err(failed)? {
            Plan::Keep(loaded) => Ok(loaded),
            Plan::Remember(loaded, marks) => {
                self.whole(WHAT, |connection| baseline::remember(connection, &marks).map_err(failed))?;
                Ok(loaded)
            }
            Plan::Load(marks) => {
                connection::keep_many_pages(&self.connection, true).map_err(self.failed(WHAT))?;
                let loaded =
                    self.whole(WHAT, |connection| baseline::load(connection, files, &marks, give_up).map_err(failed));
                connection::keep_many_pages(&self.connection, false).map_err(self.failed(WHAT))?;
                // Whether it was kept or not, the log has become as large as the catalogue.
                if let Err(error) = checkpoint::shorten(&self.connection, &self.readers) {
                    tracing::warn!(%error, "a checkpoint of {name} failed; its log grows");
                }
                loaded
            }
        }
    }
}

impl Backend for Writer {
    async fn load(&mut self, ids: &[CartId]) -> Result<Vec<Found>, StoreError> {
        self.begin("writing carts")?;
        load(&self.connection, &self.recent, ids).map_err(|trouble| {
            self.roll_back();
            self.failed("reading carts")(trouble)
        })
    }

    async fn commit(
        &mut self,
        saves: &[Save<'_>],
        touches: &[(CartId, Timestamp)],
    ) -> Result<Vec<(CartId, Unwritten)>, StoreError> {
        let written = save(&self.connection, saves).and_then(|taken| {
            touch(&self.connection, touches)?;
            Ok(taken)
        });
        let taken = written.map_err(|trouble| {
            self.roll_back();
            self.failed("writing carts")(trouble)
        })?;
        // What is written over was taken out of the recent carts when it was loaded.
        self.end("writing carts")?;
        for Save { cart, .. } in saves.iter().filter(|save| !taken.contains(&save.cart.id)) {
            self.recent.keep(cart);
        }
        for (id, at) in touches {
            self.recent.touch(*id, *at);
        }
        // Nothing else: the transaction kept everybody else out since it began.
        Ok(taken.into_iter().map(|id| (id, Unwritten::Outrun)).collect())
    }

    async fn settle(&mut self) {
        self.checkpointer.tend(&self.connection);
    }
}

fn load(connection: &Connection, recent: &Recent, ids: &[CartId]) -> Result<Vec<Found>, Trouble> {
    let mut statement = connection.prepare_cached(CART)?;
    let mut carts = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(cart) = recent.take(*id) {
            carts.push((*id, Ok(cart)));
            continue;
        }
        let mut rows = statement.query([row::key(*id)])?;
        if let Some(row) = rows.next()? {
            carts.push((*id, cart_of(row, *id)?.map(Arc::new)));
        }
    }
    Ok(carts)
}

/// The cart of a row. The inner error is that of this cart alone, the outer one that of the database.
fn cart_of(row: &Row<'_>, id: CartId) -> Result<Result<Cart, StoreError>, Trouble> {
    match cart_row(row) {
        Ok(row) => Ok(row.into_cart()),
        // A text that is no UTF-8, or a column of another type: another program wrote it.
        Err(
            error @ (rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..)),
        ) => {
            Ok(Err(StoreError::Inconsistent { table: "carts", row: row::key(id).to_string(), what: error.to_string() }))
        }
        Err(error) => Err(error.into()),
    }
}

/// Writes carts. Answers those that were to be new and are there already; they stay as they are.
pub(super) fn save(connection: &Connection, saves: &[Save<'_>]) -> Result<Vec<CartId>, Trouble> {
    let mut taken = Vec::new();
    let mut insert = connection.prepare_cached(
        "insert into carts (cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, touched_day,
            line_count, empty, lines)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        on conflict (cart_id) do nothing",
    )?;
    // Most changes leave the indexed columns as they are, and then no index is written. SQLite decides that by the columns that a
    // statement sets, not by their values; so there is one statement for these, and one for the others.
    let mut update = connection.prepare_cached(
        "update carts set merge = ?2, revision = ?3, state = ?4, touched_at = ?5, line_count = ?6, lines = ?7
        where cart_id = ?1 and touched_day = ?8 and empty = ?9",
    )?;
    let mut move_and_update = connection.prepare_cached(
        "update carts set merge = ?2, revision = ?3, state = ?4, touched_at = ?5, line_count = ?6, lines = ?7,
            touched_day = ?8, empty = ?9
        where cart_id = ?1",
    )?;
    for Save { cart, stored } in saves {
        let row = CartRow::of(cart);
        let (day, count, empty) = (row::day(row.touched_at), cart.lines.len(), cart.lines.is_empty());
        if stored.is_none() {
            let inserted = insert.execute(params![
                row.cart_id,
                row.account,
                row.locale,
                row.associate_tag,
                row.merge,
                row.revision,
                row.state,
                row.created_at,
                row.touched_at,
                day,
                count,
                empty,
                row.lines
            ])?;
            if inserted == 0 {
                taken.push(cart.id);
            }
        } else {
            let values =
                params![row.cart_id, row.merge, row.revision, row.state, row.touched_at, count, row.lines, day, empty];
            if update.execute(values)? == 0 {
                move_and_update.execute(values)?;
            }
        }
    }
    Ok(taken)
}

fn touch(connection: &Connection, touches: &[(CartId, Timestamp)]) -> Result<(), Trouble> {
    let mut update = connection.prepare_cached(
        "update carts set touched_at = ?2 where cart_id = ?1 and touched_at < ?2 and touched_day = ?3",
    )?;
    let mut move_and_update = connection
        .prepare_cached("update carts set touched_at = ?2, touched_day = ?3 where cart_id = ?1 and touched_at < ?2")?;
    for (id, at) in touches {
        let at = row::micros(*at);
        let values = (row::key(*id), at, row::day(at));
        if update.execute(values)? == 0 {
            move_and_update.execute(values)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::checkpoint::Limits;

    /// A full disk ends the transaction by itself; the next one begins anew all the same, and works when there is room.
    #[test]
    fn what_there_is_no_room_for_is_told_and_the_next_transaction_works() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = connection::writer(&path, false).unwrap();
        connection.execute_batch("create table t (text text)").unwrap();
        let copier = connection::checkpointer(&path, false).unwrap();
        let readers = Arc::new(Pool::open(&path, "a.db", 1).unwrap());
        let checkpointer = Checkpointer::start(copier, Arc::clone(&readers), Limits::default(), || {}).unwrap();
        let mut writer = Writer::new(connection, "a.db".to_owned(), false, Arc::default(), readers, checkpointer, None);
        let room = |writer: &Writer, pages: u32| {
            writer.connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
        };
        let insert = |writer: &mut Writer, length: usize| {
            writer.write("writing", |connection| {
                Ok(connection.execute("insert into t values (?1)", ["x".repeat(length)])?)
            })
        };
        room(&writer, 10);
        assert_eq!(insert(&mut writer, 1).unwrap(), 1);
        for _ in 0..2 {
            let error = insert(&mut writer, 100_000).unwrap_err();
            assert_eq!(error.to_string(), "writing in a.db: database or disk is full");
            assert!(!error.is_passing() && writer.connection.is_autocommit());
        }
        assert_eq!(insert(&mut writer, 1).unwrap(), 1, "something small still fits");
        room(&writer, 1000);
        assert_eq!(insert(&mut writer, 100_000).unwrap(), 1);
        assert_eq!(writer.connection.query_row("select count(*) from t", [], |row| row.get::<_, u32>(0)).unwrap(), 3);
    }
}
