//! `…/faults`: the fault rules of an account, or, at the root, those of every account that has none of its own.

use super::Control;
use super::body;
use super::paging::{CURSOR, LIMIT, Listing, Page, PageQuery};
use super::problem::Problem;
use super::query::Query;
use super::scope::{FaultId, Scope};
use crate::account::Settings;
use crate::faults::{InvalidRule, MAX_RULES, NewRule, Preset, Rule, Tally};
use crate::store::StoreError;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A rule, and how often it was at work here since this server started.
#[derive(Serialize, ToSchema)]
#[schema(as = FaultRule)]
struct Shown {
    #[serde(flatten)]
    rule: Rule,
    /// Calls that fitted its `match`.
    calls: u64,
    /// Calls that its action happened to.
    hits: u64,
}

/// How many rules there are no more.
#[derive(Serialize, ToSchema)]
#[schema(as = FaultsRemoved)]
struct Removed {
    removed: usize,
}

/// A rule with a name.
#[derive(Serialize, ToSchema)]
#[schema(as = FaultPreset)]
struct ShownPreset {
    preset: Preset,
    /// What it is like.
    about: &'static str,
}

/// All presets.
#[derive(Serialize, ToSchema)]
#[schema(as = FaultPresets)]
struct Presets {
    items: Vec<ShownPreset>,
}

/// Why there is no new rule.
enum NotMade {
    Store(StoreError),
    Invalid(InvalidRule),
    TooMany,
}

impl From<StoreError> for NotMade {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NotMade> for Problem {
    fn from(why: NotMade) -> Self {
        match why {
            NotMade::Store(error) => error.into(),
            NotMade::Invalid(error) => Self::bad_request(error.to_string()),
            NotMade::TooMany => Self::new(
                StatusCode::CONFLICT,
                format!("there are {MAX_RULES} rules here, which is all that there can be; remove some"),
            ),
        }
    }
}

/// Lists the rules in the order in which they were made. Under an account they are its own; where it has none, those of the root
/// hold for it.
#[utoipa::path(get, path = "/faults", tag = "faults", params(PageQuery), responses(
    (status = 200, description = "Rules, the oldest first", body = Listing<Shown>),
))]
pub(super) async fn list(
    State(control): State<Arc<Control>>,
    scope: Scope,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &[LIMIT, CURSOR])?;
    let page: Page<String> = Page::of(&query)?;
    let mut rules = control.rules(&scope);
    if let Some(after) = &page.after {
        let place = rules.iter().position(|shown| shown.rule.id == *after);
        rules.drain(..place.map_or(rules.len(), |place| place + 1));
    }
    rules.truncate(page.wanted() as usize);
    Ok(body::json(StatusCode::OK, &page.listing(rules, |shown| shown.rule.id.clone())))
}

/// Makes a rule, behind those that there are.
#[utoipa::path(post, path = "/faults", tag = "faults", request_body = NewRule, responses(
    (status = 201, description = "The rule", body = Shown),
))]
pub(super) async fn make(
    State(control): State<Arc<Control>>,
    scope: Scope,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let new: NewRule = body::read(&control.app, &headers, body).await?;
    let app = &control.app;
    let seed = app.worlds.of(&scope.account).ids_seed();
    let make = |settings: &mut Settings| {
        if settings.faults.len() >= MAX_RULES {
            return Err(NotMade::TooMany);
        }
        loop {
            let rule = new.clone().made(app.ids.rule_number(&scope.account, seed)).map_err(NotMade::Invalid)?;
            // Where ids are seeded, they begin again with each start of the server.
            if settings.faults.iter().all(|known| known.id != rule.id) {
                settings.faults.push(rule.clone());
                return Ok(rule);
            }
        }
    };
    let rule = app.worlds.edit(&scope.account, make).await?;
    Ok(body::json(StatusCode::CREATED, &Shown { rule, calls: 0, hits: 0 }))
}

/// Removes all rules.
#[utoipa::path(delete, path = "/faults", tag = "faults", responses(
    (status = 200, description = "How many that were", body = Removed),
))]
pub(super) async fn clear(
    State(control): State<Arc<Control>>,
    scope: Scope,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let clear = |settings: &mut Settings| Ok::<_, StoreError>(std::mem::take(&mut settings.faults).len());
    let removed = control.app.worlds.edit(&scope.account, clear).await?;
    Ok(body::json(StatusCode::OK, &Removed { removed }))
}

/// Answers a rule, with its hits.
#[utoipa::path(get, path = "/faults/{id}", tag = "faults", params(FaultId), responses(
    (status = 200, description = "The rule", body = Shown),
))]
pub(super) async fn show(
    State(control): State<Arc<Control>>,
    scope: Scope,
    FaultId { id }: FaultId,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let found = control.rules(&scope).into_iter().find(|shown| shown.rule.id == id);
    found.map(|shown| body::json(StatusCode::OK, &shown)).ok_or_else(|| no_rule(&id))
}

/// Removes a rule. The others go on counting.
#[utoipa::path(delete, path = "/faults/{id}", tag = "faults", params(FaultId), responses(
    (status = 204, description = "It is removed"),
))]
pub(super) async fn remove(
    State(control): State<Arc<Control>>,
    scope: Scope,
    FaultId { id }: FaultId,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let remove = |settings: &mut Settings| {
        let before = settings.faults.len();
        settings.faults.retain(|rule| rule.id != id);
        Ok::<_, StoreError>(settings.faults.len() < before)
    };
    let removed = control.app.worlds.edit(&scope.account, remove).await?;
    if removed { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(no_rule(&id)) }
}

/// Lists the rules that have names.
#[utoipa::path(get, path = "/faults/presets", tag = "faults", responses(
    (status = 200, description = "All of them", body = Presets),
))]
pub(super) async fn presets(_scope: Scope, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let items = Preset::all().map(|preset| ShownPreset { preset, about: preset.about() }).collect();
    Ok(body::json(StatusCode::OK, &Presets { items }))
}

fn no_rule(id: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("there is no rule {id:?} here"))
}

impl Control {
    /// The rules that an account has for itself, or the server for all others.
    fn rules(&self, scope: &Scope) -> Vec<Shown> {
        let Some(account) = self.app.worlds.account(&scope.account) else { return Vec::new() };
        let tally = |rule: &Rule| account.faults().map_or_else(Tally::default, |faults| faults.tally(&rule.id));
        let shown = account.settings().faults.iter().map(|rule| {
            let Tally { calls, hits } = tally(rule);
            Shown { rule: rule.clone(), calls, hits }
        });
        shown.collect()
    }
}
