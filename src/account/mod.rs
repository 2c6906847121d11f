//! Accounts as worlds of their own: what an access key has for itself, be it a clock, a secret, a mode or rules for faults.
//!
//! An account is an access key. An unknown one is an account too, and owns nothing: it costs nothing, and leaves nothing in memory or
//! in the database. Only accounts with settings of their own have a row, and are known here ([`Worlds`]); the account '' is the
//! server itself, whose settings hold for every account that has none.
//!
//! Start with [`World`], which is what a request gets, and [`Worlds::edit`], the one way to change anything. Must not know how
//! settings are stored, nor what a request is.

mod clock;
mod conduct;
mod ids;
mod settings;
mod world;
mod worlds;

pub use clock::{ClockMode, ClockSetting, OutOfTime};
pub use conduct::{Conduct, Oddly};
pub use ids::{AccountIds, IdBook};
pub(crate) use settings::InvalidSettings;
pub use settings::Settings;
pub use world::{Account, World};
pub use worlds::Worlds;

/// The account that stands for the server itself: its settings hold for every account that has none of its own.
pub const SERVER: &str = "";
