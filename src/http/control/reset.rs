//! `…/reset`: back to the seeded baseline.

use super::body;
use super::problem::Problem;
use super::query::Query;
use super::scope::Meant;
use crate::controls::{Parts, Removals};
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

/// What is left alone otherwise.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described; it is read by name")]
pub(super) struct Only {
    /// Parts, with commas between: `carts`, `catalog`, `clock`, `faults`, `requests`. All of them when it is not given.
    #[param(
        nullable = false,
        pattern = "^(carts|catalog|clock|faults|requests)(,(carts|catalog|clock|faults|requests))*$"
    )]
    only: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Reset {
    removed: Removed,
}

/// How much was removed, by parts.
#[derive(Serialize, ToSchema)]
struct Removed {
    carts: u64,
    /// Carts of browsers, into which carts are handed over. They are the server's.
    customer_carts: u64,
    purchases: u64,
    /// Products of accounts' own catalogues. The server's own are loaded again.
    catalog: u64,
    /// Clocks that were set.
    clock: u64,
    /// Rules.
    faults: u64,
    /// Entries of the journal.
    requests: u64,
}

impl From<Removals> for Removed {
    fn from(removals: Removals) -> Self {
        let Removals { carts, customer_carts, purchases, catalog, clock, faults, requests } = removals;
        Self { carts, customer_carts, purchases, catalog, clock, faults, requests }
    }
}

/// Resets the account, or the server with all accounts: whole, or the parts that are named. Secrets, modes and snapshots stay.
#[utoipa::path(post, path = "/reset", tag = "reset", params(Only), responses(
    (status = 200, description = "What was removed", body = Reset),
))]
pub(super) async fn reset(Meant(controls): Meant, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &["only"])?;
    let parts = query.parsed("only")?.unwrap_or(Parts::ALL);
    let removed = controls.reset_only(parts).await?.into();
    Ok(body::json(StatusCode::OK, &Reset { removed }))
}
