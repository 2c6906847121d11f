//! An account's clock. Must not know what goes by it.

use super::Controls;
use crate::account::{ClockMode, ClockSetting, OutOfTime, SERVER, Settings};
use crate::store::StoreError;
use crate::sweeper::Swept;
use jiff::{SignedDuration, Timestamp};

/// The clock of an account, or the server's.
#[derive(Clone, Copy)]
pub struct Clock<'a>(pub(super) &'a Controls);

/// Why a clock was not set.
#[derive(Debug, thiserror::Error)]
pub enum NotSet {
    /// There is no such time.
    #[error(transparent)]
    OutOfTime(#[from] OutOfTime),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Clock<'_> {
    /// What it shows.
    pub fn now(self) -> Timestamp {
        self.setting().at(self.0.app.clock.now())
    }

    /// How it goes.
    pub fn mode(self) -> ClockMode {
        self.setting().mode()
    }

    /// Sets it to a time. One that stands still stays there.
    pub async fn set(self, now: Timestamp) -> Result<(), NotSet> {
        self.change(|clock, real| clock.set(now, real)).await
    }

    /// Makes it stand still.
    pub async fn freeze(self) -> Result<(), NotSet> {
        self.change(|clock, real| Ok(clock.frozen(real))).await
    }

    /// Makes it go again, from the time that it shows.
    pub async fn resume(self) -> Result<(), NotSet> {
        self.change(ClockSetting::going).await
    }

    /// Advances it, and deletes at once what has expired by then; tells what that was.
    pub async fn advance(self, by: SignedDuration) -> Result<Swept, NotSet> {
        self.change(|clock, real| clock.advanced(by, real)).await?;
        let Controls { app, account } = self.0;
        Ok(app.sweeper.account(account, app.clock.now()).await?)
    }

    /// Makes it the machine's clock again.
    pub async fn reset(self) -> Result<(), StoreError> {
        let Controls { app, account } = self.0;
        if app.worlds.server_clock(account).is_some() {
            self.prepare().await?;
        }
        let edit = |settings: &mut Settings| {
            // Where the server's is another, saying nothing would mean that one.
            settings.clock = app.worlds.server_clock(account).map(|_| ClockSetting::Real);
            Ok(())
        };
        app.worlds.edit(account, edit).await
    }

    /// Makes of it what `change` makes of it at a time of the machine's clock.
    pub(crate) async fn change(
        self,
        change: impl Fn(ClockSetting, Timestamp) -> Result<ClockSetting, OutOfTime>,
    ) -> Result<(), NotSet> {
        let Controls { app, account } = self.0;
        let present = self.setting();
        if change(present, app.clock.now())? != present {
            self.prepare().await?;
        }
        let edit = |settings: &mut Settings| {
            let clock = settings.clock.or_else(|| app.worlds.server_clock(account)).unwrap_or(ClockSetting::Real);
            let changed = change(clock, app.clock.now())?;
            if changed != clock {
                settings.clock = Some(changed);
            }
            Ok(())
        };
        app.worlds.edit(account, edit).await
    }

    /// Sees to it that an account which is about to get a clock of its own can do without the slack in its carts' lives: until now
    /// not each read was written down, and from then on they die to the moment. None must die earlier than its last use allows.
    async fn prepare(self) -> Result<(), StoreError> {
        let Controls { app, account } = self.0;
        let (world, slack) = (app.worlds.of(account), app.rules.expiry.slack());
        if account == SERVER || !app.rules.isolated || world.has_clock() || slack.is_zero() {
            return Ok(());
        }
        app.store.round_up_touches(account, slack, world.clock().at(app.clock.now())).await
    }

    fn setting(self) -> ClockSetting {
        self.0.app.worlds.of(&self.0.account).clock()
    }
}
