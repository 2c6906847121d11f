//! `/accounts`: the access keys that own anything, what each has for itself, and its end.
//!
//! An account is there as soon as it owns something, be it one cart; nobody has to make it. Making it by name is for those that
//! shall sign.

use super::body::{self, Read};
use super::clock::Mode as ClockMode;
use super::paging::{CURSOR, LIMIT, Listing, Page, PageQuery};
use super::problem::Problem;
use super::query::Query;
use super::scope;
use crate::app::App;
use crate::config;
use crate::controls::{About, Accounts, NewAccount, NotGiven, Written};
use axum::extract::{FromRequestParts, RawQuery, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use utoipa::ToSchema;

/// The account that a path is about, where a query says nothing, and so must be empty.
pub(super) struct Named {
    app: Arc<App>,
    key: String,
}

impl FromRequestParts<Arc<App>> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let scope::Account(key) = scope::Account::from_request_parts(parts, app).await?;
        Query::read(parts.uri.query(), &[])?;
        Ok(Self { app: Arc::clone(app), key })
    }
}

/// An access key as a cursor.
#[derive(PartialEq)]
struct Key(String);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Key {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

/// An account as it is shown. No secret is in it.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
struct Shown {
    /// The access key.
    account: String,
    /// Whether its signatures can be checked: it was given a secret, here or in the settings.
    has_secret: bool,
    /// How strictly its requests are taken, if it has a mode of its own.
    #[schema(value_type = Option<Mode>)]
    mode: Option<String>,
    /// What its ids follow from, if it has a seed of its own.
    ids_seed: Option<u64>,
    /// The clock of its own, if it has one.
    clock: Option<OwnClock>,
    /// How many rules for faults it has.
    faults: usize,
    /// Its carts, those included that were handed over.
    carts: u64,
    /// Products of its own, in front of the baseline's.
    products: u64,
    /// What was bought of its carts.
    purchases: u64,
}

#[derive(Serialize, ToSchema)]
struct OwnClock {
    now: Timestamp,
    #[schema(value_type = ClockMode)]
    mode: &'static str,
}

/// What an account is given. What is left out, it does not have.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAccount)]
pub(super) struct Given {
    /// What its requests are signed with.
    #[schema(min_length = 1)]
    secret: Option<String>,
    /// How strictly its requests are taken.
    mode: Option<Mode>,
    /// What its ids follow from; they begin anew with it.
    #[schema(format = "uint64")]
    ids_seed: Option<u64>,
}

/// How strictly requests are taken: as the service took them, refusing what is odd too, or without looking at signatures.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Faithful,
    Strict,
    Lenient,
}

impl From<Mode> for config::Mode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Faithful => Self::Faithful,
            Mode::Strict => Self::Strict,
            Mode::Lenient => Self::Lenient,
        }
    }
}

/// Lists the accounts that own anything, by their keys.
#[utoipa::path(get, path = "/accounts", tag = "accounts", params(PageQuery), responses(
    (status = 200, description = "Accounts, by their keys", body = Listing<Shown>),
))]
pub(super) async fn list(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &[LIMIT, CURSOR])?;
    let page: Page<Key> = Page::of(&query)?;
    let after = page.after.as_ref().map_or("", |Key(key)| key);
    let found = Accounts::of(&app).page(after, page.wanted()).await?;
    let listing = page.listing(found, |about| Key(about.account.clone()));
    Ok(body::json(StatusCode::OK, &listing.map(|about| Shown::of(&app, about))))
}

/// Answers what an account has.
#[utoipa::path(get, path = "/accounts/{key}", tag = "accounts", responses(
    (status = 200, description = "The account", body = Shown),
))]
pub(super) async fn show(Named { app, key }: Named) -> Result<Response, Problem> {
    let found = Accounts::of(&app).get(&key).await?.ok_or_else(|| unknown(&key))?;
    Ok(body::json(StatusCode::OK, &Shown::of(&app, found)))
}

/// Makes an account by name, or gives one another secret and mode. Its clock, its faults and what it owns stay as they are.
#[utoipa::path(put, path = "/accounts/{key}", tag = "accounts", request_body = Option<Given>, responses(
    (status = 200, description = "The account, which was there", body = Shown),
    (status = 201, description = "The account, which is new", body = Shown),
))]
pub(super) async fn put(Named { app, key }: Named, Read(given): Read<Given>) -> Result<Response, Problem> {
    let Written { now, is_new } = Accounts::of(&app).put(&key, given.into()).await?;
    Ok(body::written(is_new, &Shown::of(&app, now)))
}

/// Removes an account with all that it has for itself.
#[utoipa::path(delete, path = "/accounts/{key}", tag = "accounts", responses(
    (status = 204, description = "It is gone"),
))]
pub(super) async fn remove(Named { app, key }: Named) -> Result<Response, Problem> {
    body::gone(Accounts::of(&app).remove(&key).await?, || unknown(&key))
}

impl Shown {
    fn of(app: &App, about: About) -> Self {
        let About { account, has_secret, mode, ids_seed, clock, faults, holdings } = about;
        let clock = clock.map(|clock| OwnClock { now: clock.at(app.clock.now()), mode: clock.mode().name() });
        Self {
            account,
            has_secret,
            mode: mode.map(|mode| mode.to_string()),
            ids_seed,
            clock,
            faults,
            carts: holdings.carts,
            products: holdings.products,
            purchases: holdings.purchases,
        }
    }
}

impl From<Given> for NewAccount {
    fn from(given: Given) -> Self {
        let Given { secret, mode, ids_seed } = given;
        Self { secret: secret.map(config::Secret::new), mode: mode.map(config::Mode::from), ids_seed }
    }
}

impl From<NotGiven> for Problem {
    fn from(why: NotGiven) -> Self {
        match why {
            NotGiven::Store(error) => error.into(),
            NotGiven::Key(_) | NotGiven::EmptySecret => Self::bad_request(why.to_string()),
        }
    }
}

fn unknown(key: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("the account {key:?} owns nothing, so there is no such one"))
}
