//! The settings: what they are, their defaults, and where they may come from.
//!
//! [`Config`] is what the rest of the program sees: plain values, checked once. [`SETTINGS`] is the one table that flags,
//! environment variables, file keys, help texts, suggestions and `cartwright config` are made from; [`load`] puts the layers on
//! top of each other. `config/cartwright.toml` describes every key at length, and a test holds it against the table.
//!
//! This module must not know what the settings are used for: it opens no socket and no database.
//!
//! # A further setting
//!
//! 1. A field in [`Config`] and its value in `Config::default`.
//! 2. A row in [`SETTINGS`], and its range in `range.rs` where it has one.
//! 3. A paragraph in `config/cartwright.toml`; the tests say so if it is forgotten.

mod load;
mod range;
mod settings;
mod value;

pub use load::{ConfigError, Inputs, Loaded, Source, load};
pub use settings::{SETTINGS, Setting, Shape};
pub(crate) use value::no_choice;
pub use value::{Isolation, Links, LogFormat, Mode, Secret, Signatures, Unavailable, format_duration, parse_duration};

use crate::cart::Locale;
use ipnet::IpNet;
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// The commented file of defaults: the reference of all settings, and what `cartwright init` starts from.
pub const DEFAULT_FILE: &str = include_str!("../../config/cartwright.toml");

/// All settings of a server. `Debug` shows no secret.
///
/// ```
/// use cartwright::config::Config;
/// let config = Config { listen: ([127, 0, 0, 1], 0).into(), database: "memory".to_owned(), ..Config::default() };
/// assert_eq!(config.max_lines, 50);
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the server listens. Port 0 picks a free one.
    pub listen: SocketAddr,
    /// `memory` or `sqlite:PATH`; the store parses it.
    pub database: String,
    /// The seed files of the baseline catalogue. None: the built-in demo catalogue.
    pub catalog: Vec<PathBuf>,
    /// The locale of requests that name none.
    pub locale: Locale,
    /// The address in links, such as `https://shop.test`, without a slash at its end. None: taken from each request.
    pub public_url: Option<String>,
    /// The networks whose `X-Forwarded-*` headers are believed.
    pub trust_proxy: Vec<IpNet>,
    /// Where the links in answers point.
    pub links: Links,
    /// What is done with signatures.
    pub signatures: Signatures,
    /// How strictly requests are taken, of accounts that have no mode of their own.
    pub mode: Mode,
    /// Access keys and their secrets.
    pub accounts: BTreeMap<String, Secret>,
    /// What becomes of an item that cannot be bought now.
    pub unavailable: Unavailable,
    /// Who may see a cart.
    pub isolation: Isolation,
    /// What HMACs are made with. None: made at first start, and kept in the database.
    pub hmac_secret: Option<Secret>,
    /// Makes cart ids and request ids repeatable. None: they are random.
    pub ids_seed: Option<u64>,
    /// Pieces of a cart line at most, 1 to 9999.
    pub max_quantity: u32,
    /// Lines of a cart at most, 1 to 1000.
    pub max_lines: u32,
    /// Where the control API listens. None: where the server does.
    pub control_listen: Option<SocketAddr>,
    /// The bearer token that the control API asks for. None: it asks for none.
    pub control_token: Option<Secret>,
    /// Whether the catalogue files are loaded again when they change.
    pub watch: bool,
    /// How long a cart with lines lives after the last operation on it.
    pub idle_expiry: SignedDuration,
    /// How long an empty cart lives after the last operation on it.
    pub empty_expiry: SignedDuration,
    /// How often dead carts are deleted.
    pub sweep_every: Duration,
    /// Where the program says that it is ready, and at which address.
    pub ready_file: Option<PathBuf>,
    /// The form of the log. None: text on a terminal, else JSON.
    pub log_format: Option<LogFormat>,
    /// The largest request body, in bytes.
    pub max_body: usize,
    /// How long a client may take to send the head of a request.
    pub header_timeout: Duration,
    /// How long a client may take to send the body of a request.
    pub body_timeout: Duration,
    /// How long a client may leave an answer unread before its connection is closed.
    pub write_timeout: Duration,
    /// How long a request may wait for the database before it is answered that there is too much to do.
    pub request_timeout: Duration,
    /// How many changes may wait for the database before further ones are turned away.
    pub write_queue: usize,
    /// Whether requests and answers are kept for looking at them.
    pub journal: bool,
    /// How many of them, for each access key.
    pub journal_entries: usize,
    /// How many bytes of a body.
    pub journal_body: usize,
    /// How many bytes for all access keys together.
    pub journal_budget: usize,
    /// How many requests may be under way before further ones are turned away.
    pub max_in_flight: usize,
    /// How many connections are served; further ones are told that there is too much to do, and closed.
    pub max_connections: usize,
}

impl Default for Config {
    fn default() -> Self {
        const DAY: i64 = 24;
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 2005)),
            database: "sqlite:cartwright.db".to_owned(),
            catalog: Vec::new(),
            locale: Locale::Us,
            public_url: None,
            trust_proxy: Vec::new(),
            links: Links::Here,
            signatures: Signatures::Optional,
            mode: Mode::Faithful,
            accounts: BTreeMap::new(),
            unavailable: Unavailable::Saved,
            isolation: Isolation::Key,
            hmac_secret: None,
            ids_seed: None,
            max_quantity: 999,
            max_lines: 50,
            control_listen: None,
            control_token: None,
            watch: false,
            idle_expiry: SignedDuration::from_hours(90 * DAY),
            empty_expiry: SignedDuration::from_hours(7 * DAY),
            sweep_every: Duration::from_hours(1),
            ready_file: None,
            log_format: None,
            max_body: 2 * 1024 * 1024,
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(10),
            write_queue: 4096,
            journal: true,
            journal_entries: 10_000,
            journal_body: 64 * 1024,
            journal_budget: 32 * 1024 * 1024,
            max_in_flight: 4096,
            max_connections: 16_384,
        }
    }
}

impl Config {
    /// Refuses what this version cannot keep, whoever made the settings. The error is one sentence for the user.
    pub fn check(&self) -> Result<(), String> {
        if self.control_listen == Some(self.listen) && self.listen.port() != 0 {
            return Err(format!(
                "control_listen: {} is the address of listen; leave it out to have the control API there too",
                self.listen
            ));
        }
        range::check(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_shows_no_secret() {
        let config = Config {
            accounts: BTreeMap::from([("KEY".to_owned(), Secret::new("hidden-1"))]),
            hmac_secret: Some(Secret::new("hidden-2")),
            control_token: Some(Secret::new("hidden-3")),
            ..Config::default()
        };
        let shown = format!("{config:?}");
        assert!(shown.contains("KEY") && !shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn what_cannot_be_kept_is_refused_for_embedders_too() {
        assert_eq!(Config::default().check(), Ok(()));
        let twice = Config { control_listen: Some(Config::default().listen), ..Config::default() };
        assert!(twice.check().is_err_and(|message| message.contains("is the address of listen")));
    }

    #[test]
    fn a_value_out_of_its_range_is_refused_for_embedders_in_the_same_words_as_for_users() {
        let refusal = |change: fn(&mut Config)| {
            let mut config = Config::default();
            change(&mut config);
            config.check().unwrap_err()
        };
        let no_time = |key, text| format!("{key}: \"{text}\" is no time at all; a duration must be longer than zero");
        assert_eq!(refusal(|c| c.max_quantity = 0), "max_quantity: \"0\" is no whole number from 1 to 9999");
        assert_eq!(refusal(|c| c.max_quantity = 10_000), "max_quantity: \"10000\" is no whole number from 1 to 9999");
        assert_eq!(refusal(|c| c.max_lines = 0), "max_lines: \"0\" is no whole number from 1 to 1000");
        assert_eq!(refusal(|c| c.write_queue = 0), "write_queue: \"0\" is no whole number from 1 to 1000000");
        assert_eq!(refusal(|c| c.max_in_flight = 0), "max_in_flight: \"0\" is no whole number from 1 to 1000000");
        assert_eq!(refusal(|c| c.max_connections = 0), "max_connections: \"0\" is no whole number from 1 to 1000000");
        assert_eq!(refusal(|c| c.max_body = 1023), "max_body: \"1023B\" is not between 1KiB and 64MiB");
        assert_eq!(refusal(|c| c.sweep_every = Duration::ZERO), "sweep_every: \"0ms\" is shorter than 10ms");
        assert_eq!(refusal(|c| c.idle_expiry = SignedDuration::ZERO), no_time("idle_expiry", "0ms"));
        assert_eq!(refusal(|c| c.empty_expiry = SignedDuration::from_secs(-1)), no_time("empty_expiry", "0ms"));
        assert_eq!(refusal(|c| c.header_timeout = Duration::ZERO), no_time("header_timeout", "0ms"));
        assert_eq!(refusal(|c| c.body_timeout = Duration::ZERO), no_time("body_timeout", "0ms"));
        assert_eq!(refusal(|c| c.write_timeout = Duration::ZERO), no_time("write_timeout", "0ms"));
        assert_eq!(refusal(|c| c.request_timeout = Duration::ZERO), no_time("request_timeout", "0ms"));
    }
}
