//! The one table of settings. Flags, environment variables, file keys, help, completions, suggestions and the output of
//! `cartwright config` are all made from it.

use super::Config;
use super::range::{self, Numbers};
use super::value::{
    Isolation, Links, LogFormat, Mode, Secret, Signatures, Unavailable, format_duration, format_size, parse_duration,
    parse_size,
};
use ipnet::IpNet;
use jiff::SignedDuration;
use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use toml::Value;

/// How often a setting may be given, and what it looks like in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One text.
    Text,
    /// One whole number.
    Number,
    /// On or off; the flag needs no value.
    Switch,
    /// Any number of texts: a repeated flag, a comma list in the environment, an array in the file.
    List,
    /// `KEY:SECRET` pairs: a repeated flag, a comma list in the environment, a table in the file.
    Pairs,
}

/// A row of the table.
pub struct Setting {
    /// The key in the file.
    pub key: &'static str,
    /// Its shape.
    pub shape: Shape,
    /// What the value is called in the help.
    pub value_name: &'static str,
    /// The values that it may have, where they are few.
    pub choices: &'static [&'static str],
    /// What it does, in a sentence or two.
    pub help: &'static str,
    /// What holds when nothing is set and the default has no value.
    pub otherwise: &'static str,
    /// It may stand in a file of its own, named by the environment variable with `_FILE` at its end.
    pub from_file: bool,
    /// Reads the values into the settings. The error is the end of a sentence.
    pub(super) set: fn(&mut Config, &[String]) -> Result<(), String>,
    /// The value as the file spells it, secrets redacted; `None` when it has none.
    pub(super) show: fn(&Config) -> Option<Value>,
}

impl Setting {
    /// The flag, without its dashes: `max-lines`.
    pub fn flag(&self) -> String {
        // One flag gives one account.
        if self.shape == Shape::Pairs { "account".to_owned() } else { self.key.replace('_', "-") }
    }

    /// The environment variable: `CARTWRIGHT_MAX_LINES`.
    pub fn variable(&self) -> String {
        format!("CARTWRIGHT_{}", self.key.to_ascii_uppercase())
    }

    /// The environment variable that names a file with the value, where there is one.
    pub fn file_variable(&self) -> Option<String> {
        self.from_file.then(|| format!("{}_FILE", self.variable()))
    }

    /// The value in `config` as the file spells it, secrets redacted; `None` when it has none.
    pub fn show(&self, config: &Config) -> Option<Value> {
        (self.show)(config)
    }

    /// A row with one text as its value.
    const fn text(
        key: &'static str,
        value_name: &'static str,
        help: &'static str,
        set: fn(&mut Config, &[String]) -> Result<(), String>,
        show: fn(&Config) -> Option<Value>,
    ) -> Self {
        let (choices, otherwise) = (&[] as &[&str], "none");
        Self { key, shape: Shape::Text, value_name, choices, help, otherwise, from_file: false, set, show }
    }

    const fn shape(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }

    const fn choices(self, choices: &'static [&'static str]) -> Self {
        Self { choices, ..self }
    }

    const fn otherwise(self, otherwise: &'static str) -> Self {
        Self { otherwise, ..self }
    }

    const fn in_file(self) -> Self {
        Self { from_file: true, ..self }
    }
}

/// All settings, in the order in which help and output show them. The accounts come last: they are a table in the file.
pub static SETTINGS: &[Setting] = &[
    Setting::text(
        "listen",
        "ADDR:PORT",
        "Where to listen; port 0 picks a free one",
        |c, v| put(&mut c.listen, address(v)?),
        |c| shown(c.listen),
    ),
    Setting::text(
        "database",
        "URL",
        "sqlite:PATH, postgres://USER:PASSWORD@HOST/DATABASE, or memory for a throwaway file that is gone at exit",
        |c, v| put(&mut c.database, database(v)?),
        |c| shown(without_password(&c.database)),
    ),
    Setting::text(
        "catalog",
        "FILE",
        "A seed file of the catalogue: .toml, .json, .jsonl or .csv",
        |c, v| put(&mut c.catalog, paths(v)?),
        |c| list(c.catalog.iter().map(|path| path.display())),
    )
    .shape(Shape::List)
    .otherwise("the built-in demo catalogue"),
    Setting::text(
        "locale",
        "L",
        "The locale of requests that name none",
        |c, v| put(&mut c.locale, parsed(v)?),
        |c| shown(c.locale),
    )
    .choices(&["us", "uk", "de", "jp", "ca", "fr", "cn", "es", "it", "in", "br", "mx", "au"]),
    Setting::text(
        "public_url",
        "URL",
        "The address of this server in links",
        |c, v| put(&mut c.public_url, Some(public_url(v)?)),
        |c| c.public_url.as_ref().and_then(shown),
    )
    .otherwise("taken from each request's Host"),
    Setting::text(
        "trust_proxy",
        "CIDR",
        "A network whose X-Forwarded-* headers are believed",
        |c, v| put(&mut c.trust_proxy, v.iter().map(|text| network(text)).collect::<Result<_, _>>()?),
        |c| list(&c.trust_proxy),
    )
    .shape(Shape::List),
    Setting::text(
        "links",
        "TARGET",
        "Where links in answers point: here, where the pages are not built yet, or at Amazon",
        |c, v| put(&mut c.links, parsed(v)?),
        |c| shown(c.links),
    )
    .choices(Links::NAMES),
    Setting::text(
        "signatures",
        "MODE",
        "What to do with signatures: take signed requests of known keys alone, check those that can be checked, or look at none",
        |c, v| put(&mut c.signatures, parsed(v)?),
        |c| shown(c.signatures),
    )
    .choices(Signatures::NAMES),
    Setting::text(
        "mode",
        "MODE",
        "How strictly to take requests: as Amazon did, refusing what is odd too, or without looking at signatures",
        |c, v| put(&mut c.mode, parsed(v)?),
        |c| shown(c.mode),
    )
    .choices(Mode::NAMES),
    Setting::text(
        "unavailable",
        "POLICY",
        "What becomes of an item that cannot be bought now: it is saved for later, an error, or left out",
        |c, v| put(&mut c.unavailable, parsed(v)?),
        |c| shown(c.unavailable),
    )
    .choices(Unavailable::NAMES),
    Setting::text(
        "isolation",
        "SCOPE",
        "Whether a cart belongs to the access key that made it",
        |c, v| put(&mut c.isolation, parsed(v)?),
        |c| shown(c.isolation),
    )
    .choices(Isolation::NAMES),
    Setting::text(
        "hmac_secret",
        "S",
        "What the HMACs of carts are made with",
        |c, v| put(&mut c.hmac_secret, Some(secret(v)?)),
        |c| c.hmac_secret.as_ref().and_then(redacted),
    )
    .in_file()
    .otherwise("made at first start, kept in the database"),
    Setting::text(
        "ids_seed",
        "N",
        "Makes cart ids and request ids repeatable",
        |c, v| put(&mut c.ids_seed, Some(number(v, range::ANY)?)),
        // The file's numbers are signed; a larger one came by flag or environment.
        |c| {
            c.ids_seed
                .and_then(|seed| i64::try_from(seed).map_or_else(|_| shown(seed), |seed| Some(Value::Integer(seed))))
        },
    )
    .shape(Shape::Number)
    .otherwise("random"),
    Setting::text(
        "max_quantity",
        "N",
        "Pieces of a cart line at most, 1 to 9999",
        |c, v| put(&mut c.max_quantity, number(v, range::MAX_QUANTITY)?),
        |c| Some(Value::Integer(c.max_quantity.into())),
    )
    .shape(Shape::Number),
    Setting::text(
        "max_lines",
        "N",
        "Lines of a cart at most, 1 to 1000",
        |c, v| put(&mut c.max_lines, number(v, range::MAX_LINES)?),
        |c| Some(Value::Integer(c.max_lines.into())),
    )
    .shape(Shape::Number),
    Setting::text(
        "control_listen",
        "ADDR:PORT",
        "Where the control API listens",
        |c, v| put(&mut c.control_listen, Some(address(v)?)),
        |c| c.control_listen.and_then(shown),
    )
    .otherwise("the main listener"),
    Setting::text(
        "control_token",
        "T",
        "The bearer token that the control API asks for",
        |c, v| put(&mut c.control_token, Some(secret(v)?)),
        |c| c.control_token.as_ref().and_then(redacted),
    )
    .in_file(),
    Setting::text(
        "watch",
        "BOOL",
        "Load the catalogue files again when they change",
        |c, v| put(&mut c.watch, switch(v)?),
        |c| Some(Value::Boolean(c.watch)),
    )
    .shape(Shape::Switch),
    Setting::text(
        "idle_expiry",
        "D",
        "How long a cart lives after the last operation on it",
        |c, v| put(&mut c.idle_expiry, duration(v)?),
        |c| shown(format_duration(c.idle_expiry)),
    ),
    Setting::text(
        "empty_expiry",
        "D",
        "The same for an empty cart",
        |c, v| put(&mut c.empty_expiry, duration(v)?),
        |c| shown(format_duration(c.empty_expiry)),
    ),
    Setting::text(
        "sweep_every",
        "D",
        "How often dead carts are deleted, 10ms at least",
        |c, v| put(&mut c.sweep_every, range::pause(unsigned_duration(v)?)?),
        |c| shown_duration(c.sweep_every),
    ),
    Setting::text(
        "ready_file",
        "PATH",
        "A file that is written once the server is ready, with its address",
        |c, v| put(&mut c.ready_file, Some(path(one(v))?)),
        |c| c.ready_file.as_ref().and_then(|path| shown(path.display())),
    ),
    Setting::text(
        "log_format",
        "F",
        "The form of the log on stderr; RUST_LOG sets its level",
        |c, v| put(&mut c.log_format, Some(parsed(v)?)),
        |c| c.log_format.and_then(shown),
    )
    .choices(LogFormat::NAMES)
    .otherwise("text on a terminal, else json"),
    Setting::text(
        "max_body",
        "SIZE",
        "The largest request body, 1KiB to 64MiB",
        |c, v| put(&mut c.max_body, body_size(v)?),
        |c| shown(format_size(c.max_body)),
    ),
    Setting::text(
        "header_timeout",
        "D",
        "How long a client may take to send the head of a request",
        |c, v| put(&mut c.header_timeout, unsigned_duration(v)?),
        |c| shown_duration(c.header_timeout),
    ),
    Setting::text(
        "body_timeout",
        "D",
        "How long a client may take to send the body of a request",
        |c, v| put(&mut c.body_timeout, unsigned_duration(v)?),
        |c| shown_duration(c.body_timeout),
    ),
    Setting::text(
        "write_timeout",
        "D",
        "How long a client may leave an answer unread",
        |c, v| put(&mut c.write_timeout, unsigned_duration(v)?),
        |c| shown_duration(c.write_timeout),
    ),
    Setting::text(
        "request_timeout",
        "D",
        "How long a request may wait for the database",
        |c, v| put(&mut c.request_timeout, unsigned_duration(v)?),
        |c| shown_duration(c.request_timeout),
    ),
    Setting::text(
        "write_queue",
        "N",
        "Changes that may wait for the database before further ones are turned away, 1 to 1000000",
        |c, v| put(&mut c.write_queue, number(v, range::WRITE_QUEUE)?),
        |c| count(c.write_queue),
    )
    .shape(Shape::Number),
    Setting::text(
        "max_in_flight",
        "N",
        "Requests that may be under way before further ones are turned away, 1 to 1000000",
        |c, v| put(&mut c.max_in_flight, number(v, range::MAX_IN_FLIGHT)?),
        |c| count(c.max_in_flight),
    )
    .shape(Shape::Number),
    Setting::text(
        "max_connections",
        "N",
        "Connections that are served before further ones are turned away, 1 to 1000000",
        |c, v| put(&mut c.max_connections, number(v, range::MAX_CONNECTIONS)?),
        |c| count(c.max_connections),
    )
    .shape(Shape::Number),
    Setting::text(
        "journal",
        "BOOL",
        "Keep requests and answers in memory, for the control API to show",
        |c, v| put(&mut c.journal, switch(v)?),
        |c| Some(Value::Boolean(c.journal)),
    )
    .shape(Shape::Switch),
    Setting::text(
        "journal_entries",
        "N",
        "Requests that the journal keeps of each access key, 1 to 1000000",
        |c, v| put(&mut c.journal_entries, number(v, range::JOURNAL_ENTRIES)?),
        |c| i64::try_from(c.journal_entries).ok().map(Value::Integer),
    )
    .shape(Shape::Number),
    Setting::text(
        "journal_body",
        "SIZE",
        "What the journal keeps of a body, 64MiB at most",
        |c, v| put(&mut c.journal_body, range::kept_body(parse_size(one(v))?)?),
        |c| shown(format_size(c.journal_body)),
    ),
    Setting::text(
        "journal_budget",
        "SIZE",
        "The memory that the journal may take for all access keys together, 1MiB at least",
        |c, v| put(&mut c.journal_budget, range::journal_budget(parse_size(one(v))?)?),
        |c| shown(format_size(c.journal_budget)),
    ),
    Setting::text(
        "accounts",
        "KEY:SECRET",
        "An access key and its secret",
        |c, v| put(&mut c.accounts, accounts(v)?),
        |c| {
            let pairs = c.accounts.keys().map(|key| (key.clone(), Value::String("…".to_owned())));
            (!c.accounts.is_empty()).then(|| Value::Table(pairs.collect()))
        },
    )
    .shape(Shape::Pairs)
    .in_file()
    .otherwise("any key is taken"),
];

#[expect(clippy::unnecessary_wraps, reason = "it ends every `set` of the table")]
fn put<T>(slot: &mut T, value: T) -> Result<(), String> {
    *slot = value;
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "it is what `show` of a value that is always there answers")]
fn shown(value: impl Display) -> Option<Value> {
    Some(Value::String(value.to_string()))
}

fn shown_duration(duration: Duration) -> Option<Value> {
    shown(format_duration(SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)))
}

fn count(number: usize) -> Option<Value> {
    i64::try_from(number).ok().map(Value::Integer)
}

fn redacted(_: &Secret) -> Option<Value> {
    shown("…")
}

fn list<T: Display>(values: impl IntoIterator<Item = T>) -> Option<Value> {
    let values: Vec<Value> = values.into_iter().filter_map(shown).collect();
    (!values.is_empty()).then_some(Value::Array(values))
}

/// The value of a setting that has one: the last, if a layer gave several.
fn one(values: &[String]) -> &str {
    values.last().map_or("", String::as_str)
}

fn parsed<T: FromStr<Err: Display>>(values: &[String]) -> Result<T, String> {
    one(values).parse().map_err(|error: T::Err| error.to_string())
}

fn address(values: &[String]) -> Result<SocketAddr, String> {
    let text = one(values);
    text.parse().map_err(|_| format!("\"{text}\" is no address and port such as 127.0.0.1:2005 or [::1]:2005"))
}

fn number<T: TryFrom<u64>>(values: &[String], range: Numbers) -> Result<T, String> {
    T::try_from(range.read(one(values))?).map_err(|_| "the number is too large".to_owned())
}

fn switch(values: &[String]) -> Result<bool, String> {
    match one(values) {
        "true" | "on" | "yes" | "1" => Ok(true),
        "false" | "off" | "no" | "0" => Ok(false),
        text => Err(format!("\"{text}\" is neither true nor false")),
    }
}

fn duration(values: &[String]) -> Result<SignedDuration, String> {
    parse_duration(one(values))
}

fn unsigned_duration(values: &[String]) -> Result<Duration, String> {
    Ok(parse_duration(one(values))?.unsigned_abs())
}

fn body_size(values: &[String]) -> Result<usize, String> {
    range::body_size(parse_size(one(values))?)
}

fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("the path is empty".to_owned()) } else { Ok(PathBuf::from(text)) }
}

fn paths(values: &[String]) -> Result<Vec<PathBuf>, String> {
    values.iter().map(|text| path(text)).collect()
}

/// Looks at the form alone; the store opens it.
fn database(values: &[String]) -> Result<String, String> {
    let text = one(values);
    let known = text == "memory"
        || text.strip_prefix("sqlite:").is_some_and(|path| !path.is_empty())
        || text.starts_with("postgres://")
        || text.starts_with("postgresql://");
    // A URL may hold a password, so the message does not repeat it.
    if known { Ok(text.to_owned()) } else { Err("it must be memory, sqlite:PATH or postgres://…".to_owned()) }
}

/// The address of a database without what stands in front of its server, and without what is asked of it: either may hold a
/// password.
fn without_password(database: &str) -> String {
    match database.split_once("://") {
        Some((scheme, rest)) if scheme.starts_with("postgres") => {
            let rest = rest.split('?').next().unwrap_or_default();
            let server = rest.rsplit_once('@').map_or_else(|| rest.to_owned(), |(_, server)| format!("…@{server}"));
            format!("{scheme}://{server}")
        }
        _ => database.to_owned(),
    }
}

fn public_url(values: &[String]) -> Result<String, String> {
    let text = one(values).trim_end_matches('/');
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let sound = |host: &str| {
        !host.is_empty()
            && !host.starts_with(['/', ':'])
            && !host.contains(|c: char| c.is_whitespace() || "?#\"<>&@".contains(c))
    };
    if host.is_some_and(sound) {
        Ok(text.to_owned())
    } else {
        Err(format!("\"{}\" is no address such as https://shop.test or http://10.0.0.1:8080/amazon", one(values)))
    }
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| format!("\"{text}\" is no network such as 10.0.0.0/8 or fd00::/8"))
}

fn secret(values: &[String]) -> Result<Secret, String> {
    let text = one(values);
    if text.is_empty() { Err("the secret is empty".to_owned()) } else { Ok(Secret::new(text)) }
}

/// `KEY:SECRET` pairs. A message must not show what may be a secret.
fn accounts(values: &[String]) -> Result<std::collections::BTreeMap<String, Secret>, String> {
    let mut accounts = std::collections::BTreeMap::new();
    for pair in values {
        let (key, secret) = pair.split_once(':').unwrap_or((pair, ""));
        if key.is_empty() || secret.is_empty() || key.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err("an account is written KEY:SECRET".to_owned());
        }
        if accounts.insert(key.to_owned(), Secret::new(secret)).is_some() {
            return Err(format!("the account {key} is there twice"));
        }
    }
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::Locale;

    fn set(key: &str, values: &[&str]) -> Result<Config, String> {
        let mut config = Config::default();
        let setting = SETTINGS.iter().find(|setting| setting.key == key).unwrap();
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        (setting.set)(&mut config, &values).map(|()| config)
    }

    #[test]
    fn every_locale_can_be_chosen() {
        let setting = SETTINGS.iter().find(|setting| setting.key == "locale").unwrap();
        assert_eq!(setting.choices, Locale::ALL.map(Locale::name));
    }

    #[test]
    fn a_public_url_has_a_scheme_and_no_slash_at_its_end() {
        assert_eq!(
            set("public_url", &["https://shop.test/"]).unwrap().public_url.as_deref(),
            Some("https://shop.test")
        );
        for wrong in ["shop.test", "ftp://shop.test", "http://", "http:///x", "http://a b", "http://a?b", "https://u@h"]
        {
            assert!(set("public_url", &[wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_trusted_proxy_is_a_network_or_one_address() {
        let config = set("trust_proxy", &["10.0.0.0/8", "::1"]).unwrap();
        assert_eq!(config.trust_proxy.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.0.0.0/8", "::1/128"]);
        assert!(set("trust_proxy", &["10.0.0.0/33"]).is_err());
    }

    #[test]
    fn a_secret_may_hold_colons_and_is_never_in_a_message() {
        let config = set("accounts", &["KEY:a:b"]).unwrap();
        assert_eq!(config.accounts["KEY"].expose(), "a:b");
        for wrong in [&["hidden"][..], &[":hidden"], &["KEY:hidden", "KEY:hidden"], &["two words:hidden"]] {
            let message = set("accounts", wrong).unwrap_err();
            assert!(!message.contains("hidden"), "{message}");
        }
    }

    #[test]
    fn numbers_outside_their_range_are_refused() {
        assert_eq!(set("max_quantity", &["9999"]).unwrap().max_quantity, 9999);
        for wrong in ["0", "10000", "-1", "1e3", "", " 5"] {
            let message = set("max_quantity", &[wrong]).unwrap_err();
            assert_eq!(message, format!("\"{wrong}\" is no whole number from 1 to 9999"));
        }
    }

    #[test]
    fn a_database_is_named_by_a_known_scheme() {
        for right in ["memory", "sqlite:a b.db", "postgres://u:p@h/d"] {
            assert_eq!(set("database", &[right]).unwrap().database, right);
        }
        for wrong in ["", "sqlite:", "Memory", "mysql://u:hidden@h/d"] {
            assert!(!set("database", &[wrong]).unwrap_err().contains("hidden"), "{wrong}");
        }
    }

    #[test]
    fn the_password_of_a_database_is_not_shown() {
        for (database, shown) in [
            ("sqlite:a?b@c.db", "sqlite:a?b@c.db"),
            ("postgres://u:hidden@h:1/d?password=hidden", "postgres://…@h:1/d"),
            ("postgresql://h/d?password=hidden", "postgresql://h/d"),
        ] {
            assert_eq!(without_password(database), shown);
        }
    }
}
