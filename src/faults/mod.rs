//! Fault rules: which calls fare badly, and how.
//!
//! Pure: a [`KeptRule`] says what it matches and what happens then; [`Faults`] is a set of them with their counts, which is asked about
//! each call and answers a [`Strike`]. What a strike does to an answer is `http`'s business, where rules are kept the account's.
//! Must not know HTTP, SQL or the runtime; the time of a call is an argument, and chance follows from a rule's seed.
//!
//! # How rules work together
//!
//! - A rule fires when everything in its `match` fits, then when it is the `nth` such call, then when chance wills, and then as
//!   often as `times` says. A rule that has fired so often stays in the list, with its hits, and does nothing.
//! - Rules are looked at in the order in which they were made. The latencies of all that fire add up. Of the other actions one
//!   happens: that of the first rule that fires.
//! - A rule counts the calls that fit whatever other rules did, so that `nth` means the same beside other rules. It counts a hit
//!   only when its action happens.
//! - A multi-operation request or a batch is one call. A rule fits it when it fits one of the requests in it.
//! - A rule without an operation is about operations; a page of the purchase hand-off is met by its name.
//! - Counts are in memory: they begin at zero when the server starts and when a snapshot is restored, each replica has its own, and
//!   they outlive edits of other rules. The rules at the root count the calls of all accounts together.

mod action;
mod builder;
mod chance;
mod code;
mod latency;
mod matching;
mod preset;
mod rate;
mod rule;
mod set;

pub use action::{Action, ByteCount, Status, Yes};
pub use code::{ErrorCode, Injected, Sample};
pub use latency::{Latency, MAX_DELAY, Wait};
pub use matching::{Asked, Matching, Target};
pub use preset::Preset;
pub use rate::{ByteRate, CallRate};
pub use rule::{InvalidRule, KeptRule, Probability, Rule};
pub use set::{Applied, Effect, Faults, Strike, Tally};

/// An account has no more rules than these: each call is held against all of them.
pub const MAX_RULES: usize = 100;
