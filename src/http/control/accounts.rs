//! `/accounts`: the access keys that own anything, what each has for itself, and its end.
//!
//! An account is there as soon as it owns something, be it one cart; nobody has to make it. Making it by name is for those that
//! shall sign.

use super::Control;
use super::body;
use super::clock::Mode as ClockMode;
use super::paging::{CURSOR, LIMIT, Listing, Page, PageQuery};
use super::problem::Problem;
use super::query::Query;
use super::scope::Scope;
use crate::account::{Account, Settings};
use crate::config::{self, Secret};
use crate::state;
use crate::store::{Holdings, StoreError};
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use utoipa::ToSchema;

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
    #[schema(nullable = false, min_length = 1)]
    secret: Option<String>,
    /// How strictly its requests are taken.
    mode: Option<Mode>,
    /// What its ids follow from; they begin anew with it.
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
pub(super) async fn list(State(control): State<Arc<Control>>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &[LIMIT, CURSOR])?;
    let page: Page<Key> = Page::of(&query)?;
    let after = page.after.as_ref().map_or("", |Key(key)| key);
    let mut keys = control.app.store.owners(after, page.wanted()).await?;
    // Those of the settings are there too, whatever they own.
    keys.extend(control.app.config.accounts.keys().filter(|key| key.as_str() > after).cloned());
    keys.sort_unstable();
    keys.dedup();
    keys.truncate(page.wanted() as usize);
    let mut accounts = Vec::with_capacity(keys.len());
    for key in keys {
        let holdings = control.app.store.holdings(&key).await?;
        accounts.push(control.described(key, holdings));
    }
    Ok(body::json(StatusCode::OK, &page.listing(accounts, |shown| Key(shown.account.clone()))))
}

/// Answers what an account has.
#[utoipa::path(get, path = "/accounts/{key}", tag = "accounts", responses(
    (status = 200, description = "The account", body = Shown),
))]
pub(super) async fn show(
    State(control): State<Arc<Control>>,
    scope: Scope,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    match control.account(&scope).await? {
        Some(shown) => Ok(body::json(StatusCode::OK, &shown)),
        None => Err(unknown(&scope)),
    }
}

/// Makes an account by name, or gives one another secret and mode. Its clock, its faults and what it owns stay as they are.
#[utoipa::path(put, path = "/accounts/{key}", tag = "accounts", request_body = Option<Given>, responses(
    (status = 200, description = "The account, which was there", body = Shown),
    (status = 201, description = "The account, which is new", body = Shown),
))]
pub(super) async fn put(
    State(control): State<Arc<Control>>,
    scope: Scope,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let Given { secret, mode, ids_seed } = body::read(&control.app, &headers, body).await?;
    if secret.as_ref().is_some_and(String::is_empty) {
        return Err(Problem::bad_request("secret: it is empty; leave it out to have none"));
    }
    let was_there = control.account(&scope).await?.is_some();
    let secret = secret.map(Secret::new);
    let give = |settings: &mut Settings| {
        settings.made = true;
        settings.secret.clone_from(&secret);
        settings.mode = mode.map(config::Mode::from);
        settings.ids_seed = ids_seed;
        Ok::<_, StoreError>(())
    };
    if ids_seed.is_some() {
        control.app.ids.forget(&scope.account).await?;
    }
    control.app.worlds.edit(&scope.account, give).await?;
    let holdings = control.app.store.holdings(&scope.account).await?;
    let status = if was_there { StatusCode::OK } else { StatusCode::CREATED };
    Ok(body::json(status, &control.described(scope.account, holdings)))
}

/// Removes an account with all that it has for itself.
#[utoipa::path(delete, path = "/accounts/{key}", tag = "accounts", responses(
    (status = 204, description = "It is gone"),
))]
pub(super) async fn remove(
    State(control): State<Arc<Control>>,
    scope: Scope,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    if control.account(&scope).await?.is_none() {
        return Err(unknown(&scope));
    }
    state::remove(&control.app, &scope.account).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

impl Control {
    /// The account, if it owns anything.
    async fn account(&self, scope: &Scope) -> Result<Option<Shown>, Problem> {
        let app = &self.app;
        let holdings = app.store.holdings(&scope.account).await?;
        let is_known = app.worlds.account(&scope.account).is_some() || app.config.accounts.contains_key(&scope.account);
        Ok((is_known || !holdings.is_empty()).then(|| self.described(scope.account.clone(), holdings)))
    }

    fn described(&self, account: String, holdings: Holdings) -> Shown {
        let app = &self.app;
        let own = app.worlds.account(&account);
        let settings = own.as_deref().map(Account::settings);
        let is_in_config = app.config.accounts.contains_key(&account);
        let Holdings { carts, products, purchases } = holdings;
        Shown {
            has_secret: is_in_config || settings.is_some_and(|settings| settings.secret.is_some()),
            mode: settings.and_then(|settings| settings.mode).map(|mode| mode.to_string()),
            ids_seed: settings.and_then(|settings| settings.ids_seed),
            clock: settings
                .and_then(|settings| settings.clock)
                .map(|clock| OwnClock { now: clock.at(app.clock.now()), mode: clock.mode().name() }),
            faults: settings.map_or(0, |settings| settings.faults.len()),
            carts,
            products,
            purchases,
            account,
        }
    }
}

fn unknown(scope: &Scope) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        format!("the account {:?} owns nothing, so there is no such one", scope.account),
    )
}
