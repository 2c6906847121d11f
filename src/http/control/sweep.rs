//! `…/sweep`: one run of the sweeper now.

use super::body;
use super::clock::Expired;
use super::problem::Problem;
use super::scope::Plain;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

/// What a sweep did.
#[derive(Serialize, ToSchema)]
#[schema(as = Sweep)]
struct Shown {
    /// How many carts were deleted, those included that had been handed over.
    deleted: u64,
    /// How many customers' own carts were deleted; they are the server's, and not an account's.
    customers: u64,
    /// The carts that had expired, in no order; the first thousand at most.
    expired: Vec<Expired>,
    /// How many carts that were.
    expired_count: u64,
}

/// Deletes what has expired: of the account, or, at the root, of all, each by the clock that it goes by.
#[utoipa::path(post, path = "/sweep", tag = "sweep", responses((status = 200, description = "What was deleted", body = Shown)))]
pub(super) async fn run(Plain(controls): Plain) -> Result<Response, Problem> {
    let swept = controls.sweep().await?;
    let shown = Shown {
        deleted: swept.deleted,
        customers: swept.customers,
        expired: Expired::of(&swept),
        expired_count: swept.expired_count,
    };
    Ok(body::json(StatusCode::OK, &shown))
}
