//! What values must lie between, told in one way whether a text or an embedder gave them.
//!
//! Must not know where a value came from: the caller puts in front which setting it is.

use super::Config;
use super::value::{format_duration, format_size};
use jiff::SignedDuration;
use std::time::Duration;

/// Whole numbers from the first to the second.
#[derive(Clone, Copy)]
pub(super) struct Numbers(u64, u64);

/// Pieces of a cart line.
pub(super) const MAX_QUANTITY: Numbers = Numbers(1, 9999);
/// Lines of a cart.
pub(super) const MAX_LINES: Numbers = Numbers(1, 1000);
/// Changes that wait for the database.
pub(super) const WRITE_QUEUE: Numbers = Numbers(1, 1_000_000);
/// Entries of an account in the journal.
pub(super) const JOURNAL_ENTRIES: Numbers = Numbers(1, 1_000_000);
/// Requests that are under way.
pub(super) const MAX_IN_FLIGHT: Numbers = Numbers(1, 1_000_000);
/// Connections that are served.
pub(super) const MAX_CONNECTIONS: Numbers = Numbers(1, 1_000_000);
/// Any number.
pub(super) const ANY: Numbers = Numbers(0, u64::MAX);

/// Sweeping more often would be all that the database does.
const LEAST_PAUSE: Duration = Duration::from_millis(10);

impl Numbers {
    /// The number that `text` spells, if it is one of these.
    pub(super) fn read(self, text: &str) -> Result<u64, String> {
        let Self(least, most) = self;
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| format!("\"{text}\" is no whole number from {least} to {most}"))
    }

    fn check(self, number: u64) -> Result<(), String> {
        self.read(&number.to_string()).map(drop)
    }

    fn check_size(self, number: usize) -> Result<(), String> {
        self.check(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

/// A request's body in bytes: room for a request, and little enough to be kept in memory.
pub(super) fn body_size(bytes: usize) -> Result<usize, String> {
    let possible = (1 << 10..=64 << 20).contains(&bytes);
    if possible { Ok(bytes) } else { Err(format!("\"{}\" is not between 1KiB and 64MiB", format_size(bytes))) }
}

/// What the journal keeps of a body, in bytes: maybe nothing.
pub(super) fn kept_body(bytes: usize) -> Result<usize, String> {
    let possible = bytes <= 64 << 20;
    if possible { Ok(bytes) } else { Err(format!("\"{}\" is more than 64MiB", format_size(bytes))) }
}

/// What the journal may take, in bytes: room for some entries at least.
pub(super) fn journal_budget(bytes: usize) -> Result<usize, String> {
    let possible = bytes >= 1 << 20;
    if possible { Ok(bytes) } else { Err(format!("\"{}\" is less than 1MiB", format_size(bytes))) }
}

/// Some time, be it short. `text` is how it is written.
pub(super) fn some_time(duration: SignedDuration, text: &str) -> Result<SignedDuration, String> {
    if duration > SignedDuration::ZERO {
        Ok(duration)
    } else {
        Err(format!("\"{text}\" is no time at all; a duration must be longer than zero"))
    }
}

/// The time between two sweeps.
pub(super) fn pause(duration: Duration) -> Result<Duration, String> {
    let shown = |duration| format_duration(signed(duration));
    if duration >= LEAST_PAUSE {
        Ok(duration)
    } else {
        Err(format!("\"{}\" is shorter than {}", shown(duration), shown(LEAST_PAUSE)))
    }
}

/// Looks at every value that has a range.
pub(super) fn check(config: &Config) -> Result<(), String> {
    let Config {
        max_quantity,
        max_lines,
        idle_expiry,
        empty_expiry,
        sweep_every,
        max_body,
        header_timeout,
        body_timeout,
        write_timeout,
        request_timeout,
        write_queue,
        journal_entries,
        journal_body,
        journal_budget: budget,
        max_in_flight,
        max_connections,
        ..
    } = config;
    let time = |duration| some_time(duration, &format_duration(duration)).map(drop);
    let found = [
        ("max_quantity", MAX_QUANTITY.check((*max_quantity).into())),
        ("max_lines", MAX_LINES.check((*max_lines).into())),
        ("idle_expiry", time(*idle_expiry)),
        ("empty_expiry", time(*empty_expiry)),
        ("sweep_every", pause(*sweep_every).map(drop)),
        ("max_body", body_size(*max_body).map(drop)),
        ("header_timeout", time(signed(*header_timeout))),
        ("body_timeout", time(signed(*body_timeout))),
        ("write_timeout", time(signed(*write_timeout))),
        ("request_timeout", time(signed(*request_timeout))),
        ("write_queue", WRITE_QUEUE.check_size(*write_queue)),
        ("journal_entries", JOURNAL_ENTRIES.check_size(*journal_entries)),
        ("journal_body", kept_body(*journal_body).map(drop)),
        ("journal_budget", journal_budget(*budget).map(drop)),
        ("max_in_flight", MAX_IN_FLIGHT.check_size(*max_in_flight)),
        ("max_connections", MAX_CONNECTIONS.check_size(*max_connections)),
    ];
    let wrong = found.into_iter().find_map(|(key, found)| Some((key, found.err()?)));
    wrong.map_or(Ok(()), |(key, message)| Err(format!("{key}: {message}")))
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}
