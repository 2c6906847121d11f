//! `…/faults`: the fault rules of an account, or, at the root, those of every account that has none of its own.

use super::body::{self, Read};
use super::paging::{CURSOR, LIMIT, Listing, Page, PageQuery};
use super::problem::Problem;
use super::query::Query;
use super::scope::{FaultId, Meant, Plain};
use crate::controls::{KeptRule, NotMade, Preset, Rule, Tally, Watching};
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

/// A rule, and how often it was at work here since this server started.
#[derive(Serialize, ToSchema)]
#[schema(as = FaultRule)]
struct Shown {
    #[serde(flatten)]
    rule: KeptRule,
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

impl From<NotMade> for Problem {
    fn from(why: NotMade) -> Self {
        match why {
            NotMade::Store(error) => error.into(),
            NotMade::Invalid(error) => Self::bad_request(error.to_string()),
            NotMade::TooMany => Self::new(StatusCode::CONFLICT, why.to_string()),
        }
    }
}

impl From<Watching> for Shown {
    fn from(Watching { rule, tally: Tally { calls, hits } }: Watching) -> Self {
        Self { rule, calls, hits }
    }
}

/// Lists the rules in the order in which they were made. Under an account they are its own; where it has none, those of the root
/// hold for it.
#[utoipa::path(get, path = "/faults", tag = "faults", params(PageQuery), responses(
    (status = 200, description = "Rules, the oldest first", body = Listing<Shown>),
))]
pub(super) async fn list(Meant(controls): Meant, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &[LIMIT, CURSOR])?;
    let page: Page<String> = Page::of(&query)?;
    let mut rules = controls.faults().list();
    if let Some(after) = &page.after {
        let place = rules.iter().position(|watching| watching.rule.id == *after);
        rules.drain(..place.map_or(rules.len(), |place| place + 1));
    }
    rules.truncate(page.wanted() as usize);
    Ok(body::json(StatusCode::OK, &page.listing(rules, |watching| watching.rule.id.clone()).map(Shown::from)))
}

/// Makes a rule, behind those that there are.
#[utoipa::path(post, path = "/faults", tag = "faults", request_body = Rule, responses(
    (status = 201, description = "The rule", body = Shown),
))]
pub(super) async fn make(Plain(controls): Plain, Read(new): Read<Rule>) -> Result<Response, Problem> {
    let rule = controls.faults().add(new).await?;
    Ok(body::json(StatusCode::CREATED, &Shown { rule, calls: 0, hits: 0 }))
}

/// Removes all rules.
#[utoipa::path(delete, path = "/faults", tag = "faults", responses(
    (status = 200, description = "How many that were", body = Removed),
))]
pub(super) async fn clear(Plain(controls): Plain) -> Result<Response, Problem> {
    let removed = controls.faults().clear().await?;
    Ok(body::json(StatusCode::OK, &Removed { removed }))
}

/// Answers a rule, with its hits.
#[utoipa::path(get, path = "/faults/{id}", tag = "faults", params(FaultId), responses(
    (status = 200, description = "The rule", body = Shown),
))]
pub(super) async fn show(Plain(controls): Plain, FaultId { id }: FaultId) -> Result<Response, Problem> {
    let found = controls.faults().get(&id).map(Shown::from);
    found.map(|shown| body::json(StatusCode::OK, &shown)).ok_or_else(|| no_rule(&id))
}

/// Removes a rule. The others go on counting.
#[utoipa::path(delete, path = "/faults/{id}", tag = "faults", params(FaultId), responses(
    (status = 204, description = "It is removed"),
))]
pub(super) async fn remove(Plain(controls): Plain, FaultId { id }: FaultId) -> Result<Response, Problem> {
    body::gone(controls.faults().remove(&id).await?, || no_rule(&id))
}

/// Lists the rules that have names.
#[utoipa::path(get, path = "/faults/presets", tag = "faults", responses(
    (status = 200, description = "All of them", body = Presets),
))]
pub(super) async fn presets(_: Plain) -> Result<Response, Problem> {
    let items = Preset::all().map(|preset| ShownPreset { preset, about: preset.about() }).collect();
    Ok(body::json(StatusCode::OK, &Presets { items }))
}

fn no_rule(id: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("there is no rule {id:?} here"))
}
