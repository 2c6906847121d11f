//! The control API under `/_cartwright/v1`: how a test or an operator looks into the server and changes it while it runs.
//!
//! JSON in and out; every error is a [`Problem`]. One file for each part of the API, and one for each thing that all parts share. What
//! is done stands in [`controls`](crate::controls).
//! The parts stand at the root, where they mean the server, and under `/accounts/{key}`, where they mean one access key. Must not
//! know how anything is stored, nor what an ECS request is.
//!
//! # A further part
//!
//! 1. One file here with its handlers. Each has `#[utoipa::path(method, path = "/part/{id}", tag = "part", responses(…))]` over it:
//!    the route is made from that, and so is the OpenAPI document, which therefore cannot say anything else. The tag is the name of the
//!    part, and the handler's name is that of the verb: together they are the operation's id, `catalog_put`. The comment over the handler
//!    is what the document says of it. Not to be written there: the `key` of an account and the problems, which [`openapi`] adds.
//! 2. Its routes in [`of_account`] when they stand at the root and under an account, else in [`v1`]; the handlers of one path in
//!    one `routes!`.
//! 3. Whom it is about is read by [`scope::Plain`], or [`scope::Meant`] where there is a query; what else is in a path by an
//!    extractor like [`scope::Key`], whose `IntoParams` are its description. Queries go through [`query`], lists through [`paging`]
//!    (`params(PageQuery)` and `body = Listing<Shown>`), bodies through [`body`]. What is shown and taken are structs with
//!    `ToSchema`; how values of the domain look is told in [`schema`].
//! 4. What is done is a function of [`controls`](crate::controls), which a Rust program calls, too. A handler reads what was asked,
//!    calls it and shows what it answered.
//!
//! `scripts/test-openapi` asks every route what its description allows and what it does not, and compares the answers with it.

mod accounts;
mod body;
mod browser;
mod carts;
mod catalog;
mod clock;
mod door;
mod faults;
mod info;
mod load;
pub(super) mod openapi;
mod paging;
mod problem;
mod purchases;
mod query;
mod requests;
mod reset;
mod schema;
mod scope;
mod snapshots;
mod stream;
mod sweep;
mod value_schema;

use self::problem::Problem;
use crate::app::App;
use crate::config::{Config, format_duration};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use jiff::SignedDuration;
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where it is.
pub(super) const PREFIX: &str = "/_cartwright";

/// So many times as long as others may requests take that work on many records.
const BULK: u32 = 60;

/// The control API, to be nested at [`PREFIX`].
pub(super) fn routes(app: Arc<App>) -> Router {
    Router::new()
        .nest("/v1", v1().into())
        .fallback(nothing_here)
        .method_not_allowed_fallback(no_such_method)
        .layer(CatchPanicLayer::custom(|panic: Box<dyn Any + Send>| panicked(panic.as_ref())))
        .layer(middleware::from_fn_with_state(app.clone(), admitted))
        // Outside of what may refuse: a page must be able to read why, and a preflight carries no token.
        .layer(cors())
        .with_state(app)
}

/// What stands in the place of the control API where it listens elsewhere.
pub(super) fn elsewhere() -> Router {
    Router::new().fallback(async || {
        Problem::new(StatusCode::NOT_FOUND, "the control API has a listener of its own here (control_listen)")
    })
}

/// All that a listener of the control API alone answers.
pub(super) fn alone(app: Arc<App>) -> Router {
    Router::new().nest_service(PREFIX, routes(app)).fallback(async || {
        Problem::new(StatusCode::NOT_FOUND, format!("this address is that of the control API: {PREFIX}/v1"))
    })
}

/// All routes, and what they say of themselves.
fn v1() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::default()
        .routes(routes!(info::show))
        .routes(routes!(openapi::show))
        .routes(routes!(accounts::list))
        .routes(routes!(accounts::show, accounts::put, accounts::remove))
        .merge(of_account())
        .nest(openapi::ACCOUNT, of_account())
}

/// The parts that stand at the root and under an account.
fn of_account() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::default()
        .routes(routes!(catalog::list, load::load))
        .routes(routes!(catalog::show, catalog::put, catalog::patch, catalog::withdraw))
        .routes(routes!(purchases::list))
        .routes(routes!(carts::list, carts::delete_all))
        .routes(routes!(carts::show, carts::delete))
        .routes(routes!(carts::expire))
        .routes(routes!(carts::seed))
        .routes(routes!(reset::reset))
        .routes(routes!(snapshots::list))
        .routes(routes!(snapshots::show, snapshots::put, snapshots::delete))
        .routes(routes!(snapshots::restore))
        .routes(routes!(snapshots::diff))
        .routes(routes!(faults::list, faults::make, faults::clear))
        .routes(routes!(faults::presets))
        .routes(routes!(faults::show, faults::remove))
        .routes(routes!(clock::show, clock::put))
        .routes(routes!(clock::advance))
        .routes(routes!(sweep::run))
        .routes(routes!(requests::list, requests::clear))
        .routes(routes!(requests::show, requests::remove))
        .routes(routes!(requests::verify))
}

async fn nothing_here() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "the control API has nothing at this path")
}

async fn no_such_method(method: Method) -> Problem {
    // The router adds which ones there are.
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("there is no {method} at this path; Allow says what there is"))
}

/// Lets in who may come in, and sets what every answer has.
async fn admitted(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let config = &app.config;
    let mut response = match door::admit(config, request.method(), request.uri(), request.headers()) {
        Ok(()) => {
            let limit = time_limit(config, request.method(), request.uri().path());
            timeout(limit, next.run(request)).await.unwrap_or_else(|_| too_slow(limit).into_response())
        }
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::SERVER, HeaderValue::from_static("Cartwright"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// How long a request may take, the sending of its body included. What works on many records at once takes as long as there are
/// records.
fn time_limit(config: &Config, method: &Method, path: &str) -> Duration {
    let bulk = method == Method::POST || path.contains("/snapshots");
    let work = config.request_timeout.saturating_mul(if bulk { BULK } else { 1 });
    let sends_a_body = !matches!(*method, Method::GET | Method::HEAD);
    if sends_a_body { work.saturating_add(config.body_timeout) } else { work }
}

fn too_slow(limit: Duration) -> Problem {
    let limit = format_duration(SignedDuration::try_from(limit).unwrap_or(SignedDuration::MAX));
    tracing::warn!(limit, "a request of the control API took longer than {limit}");
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        format!("the request took longer than {limit} (request_timeout); what it changes may be changed all the same"),
    )
}

/// Pages of this machine may call the API and read its answers; no others may.
fn cors() -> CorsLayer {
    const METHODS: [Method; 6] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    const EXPOSED: [HeaderName; 2] = [header::ALLOW, header::WWW_AUTHENTICATE];
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(|origin, _| browser::is_of_this_machine(origin)))
        .allow_methods(METHODS)
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers(EXPOSED)
        .max_age(Duration::from_mins(10))
}

fn panicked(panic: &(dyn Any + Send)) -> Response {
    super::report_panic(panic);
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the server failed; its log says why").into_response()
}
