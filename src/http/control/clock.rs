//! `…/clock`: the time that an account goes by, or, at the root, every account that has no clock of its own. What it has made
//! older than a cart may be is swept at once, and told.

use super::body::{self, Read};
use super::problem::Problem;
use super::scope::Plain;
use crate::account::ClockSetting;
use crate::cart::Locale;
use crate::config::parse_duration;
use crate::controls::{Controls, NotSet};
use crate::sweeper::Swept;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A clock as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Clock)]
struct Shown {
    /// What it shows.
    now: Timestamp,
    /// How it goes.
    #[schema(value_type = Mode)]
    mode: &'static str,
}

impl Shown {
    fn of(controls: &Controls) -> Self {
        let clock = controls.clock();
        Self { now: clock.now(), mode: clock.mode().name() }
    }
}

/// How a clock goes: as the machine's, as that one but at another time, or not at all.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ClockMode)]
pub(super) enum Mode {
    Real,
    Shifted,
    Frozen,
}

/// What a clock is set to. What is left out stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClockSet)]
pub(super) struct Set {
    /// The time that it shows from now on. One that stands still stays there.
    now: Option<Timestamp>,
    /// Whether it stands still.
    frozen: Option<bool>,
    /// `real` is the machine's clock again, whatever the other fields say; the others mean what `frozen` says.
    mode: Option<Mode>,
}

/// How far a clock is advanced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClockAdvance)]
pub(super) struct Advance {
    /// `91d`, `12h`, `1h30m`, `250ms`.
    by: String,
}

/// A clock after it was advanced, and what that has ended.
#[derive(Serialize, ToSchema)]
#[schema(as = ClockAdvanced)]
struct Advanced {
    now: Timestamp,
    #[schema(value_type = Mode)]
    mode: &'static str,
    /// The carts that had expired by then, in no order; the first thousand at most.
    expired: Vec<Expired>,
    /// How many carts that were.
    expired_count: u64,
}

/// A cart that is no more.
#[derive(Serialize, ToSchema)]
#[schema(as = ExpiredCart)]
pub(super) struct Expired {
    cart_id: String,
    locale: Locale,
    account: String,
}

impl Expired {
    /// Those that a sweep told of.
    pub(super) fn of(swept: &Swept) -> Vec<Self> {
        let expired = swept.expired.iter();
        let shown = expired.map(|cart| Self {
            cart_id: cart.id.to_string(),
            locale: cart.locale,
            account: cart.account.clone(),
        });
        shown.collect()
    }
}

impl From<NotSet> for Problem {
    fn from(why: NotSet) -> Self {
        match why {
            NotSet::Store(error) => error.into(),
            NotSet::OutOfTime(error) => Self::bad_request(error.to_string()),
        }
    }
}

/// Answers what the clock shows, and how it goes.
#[utoipa::path(get, path = "/clock", tag = "clock", responses((status = 200, description = "The clock", body = Shown)))]
pub(super) async fn show(Plain(controls): Plain) -> Result<Response, Problem> {
    Ok(body::json(StatusCode::OK, &Shown::of(&controls)))
}

/// Sets the clock: to another time, or so that it stands still or goes again.
#[utoipa::path(put, path = "/clock", tag = "clock", request_body = Option<Set>, responses(
    (status = 200, description = "The clock as it is now", body = Shown),
))]
pub(super) async fn put(Plain(controls): Plain, Read(wanted): Read<Set>) -> Result<Response, Problem> {
    let frozen = match (wanted.mode, wanted.frozen) {
        (Some(Mode::Frozen), None | Some(true)) => Some(true),
        (Some(Mode::Shifted), None | Some(false)) => Some(false),
        (Some(Mode::Frozen | Mode::Shifted), _) => {
            return Err(Problem::bad_request("`mode` and `frozen` say different things"));
        }
        (_, frozen) => frozen,
    };
    if matches!(wanted.mode, Some(Mode::Real)) {
        controls.clock().reset().await?;
    } else {
        let set = |clock: ClockSetting, real| {
            let clock = wanted.now.map_or(Ok(clock), |now| clock.set(now, real))?;
            match frozen {
                Some(true) => Ok(clock.frozen(real)),
                Some(false) => clock.going(real),
                None => Ok(clock),
            }
        };
        controls.clock().change(set).await?;
    }
    Ok(body::json(StatusCode::OK, &Shown::of(&controls)))
}

/// Advances the clock, and sweeps away at once what has expired by then.
#[utoipa::path(post, path = "/clock/advance", tag = "clock", request_body = Advance, responses(
    (status = 200, description = "The clock as it is now, and what has expired", body = Advanced),
))]
pub(super) async fn advance(Plain(controls): Plain, Read(Advance { by }): Read<Advance>) -> Result<Response, Problem> {
    let by: SignedDuration = parse_duration(&by).map_err(|error| Problem::bad_request(format!("by: {error}")))?;
    let swept = controls.clock().advance(by).await?;
    let Shown { now, mode } = Shown::of(&controls);
    let expired = Expired::of(&swept);
    Ok(body::json(StatusCode::OK, &Advanced { now, mode, expired, expired_count: swept.expired_count }))
}
