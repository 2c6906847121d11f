//! HTTP: which path is answered by whom, and what stands around every answer.
//!
//! What is under `/_cartwright/` is [`control`]'s. Everything outside it, `/livez`, `/readyz` and `/metrics` answers with an ECS
//! document, or with a page under `/gp/`: never with the framework's own texts.

mod admission;
mod answer;
mod body;
mod call;
mod client;
mod control;
mod ecs;
mod faults;
mod health;
mod overload;
mod patience;
mod proxy;
mod purchase;
mod record;
mod signing;
mod soap;
mod wsdl;

use crate::app::App;
use crate::journal::{Notes, Transport};
pub(crate) use admission::Admission;
pub(crate) use client::Client;
pub(crate) use control::openapi::json as openapi;
pub(crate) use faults::{Cut, send};
pub(crate) use proxy::{KnownHosts, Peer};

use answer::{Answer, Document};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::response::Response;
use axum::routing::get;
use record::Record;
use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// The routes of a server. The control API is among them unless it listens elsewhere.
fn router(app: Arc<App>) -> Router {
    let control = match app.config.control_listen {
        None => control::routes(app.clone()),
        Some(_) => control::elsewhere(),
    };
    Router::new()
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        // A service of its own: nothing of ours shines through it.
        .nest_service(control::PREFIX, control)
        .fallback(noted)
        // Innermost: whatever a handler does, the client gets a document and the process lives.
        .layer(CatchPanicLayer::custom(|panic: Box<dyn Any + Send>| panicked(panic.as_ref()).map(Body::from)))
        // Then gzip, for clients that ask for it: some of that time crash on an answer that is not what they asked for.
        .layer(CompressionLayer::new().gzip(true))
        .with_state(app)
}

/// Where the control API is below the address that it listens on.
pub(crate) const CONTROL_PATH: &str = "/_cartwright/v1";

/// What is behind a listener.
#[derive(Clone)]
pub(crate) struct Routes {
    router: Router,
    /// The server whose ECS endpoints are there too; `None` where the control API is alone.
    ecs: Option<Arc<App>>,
    /// What is asked of the ECS endpoints and the pages is turned away.
    crowded: bool,
}

impl Routes {
    /// Those of a server.
    pub(crate) fn of(app: &Arc<App>) -> Self {
        Self { router: router(app.clone()), ecs: Some(app.clone()), crowded: false }
    }

    /// Those of a listener that is the control API's alone.
    pub(crate) fn of_control(app: Arc<App>) -> Self {
        Self { router: control::alone(app).layer(CompressionLayer::new().gzip(true)), ecs: None, crowded: false }
    }

    /// The same for a connection that is one too many: what the operator asks for is answered, everything else is turned away.
    pub(crate) fn crowded(&self) -> Self {
        Self { crowded: true, ..self.clone() }
    }

    /// Answers a request. Those of the ECS endpoints that ask for no compression, which is nearly all that a busy server gets, go
    /// past the routes and their layers: a panic is caught for them all the same, and nothing else in there is meant for them.
    ///
    /// In a box, since hyper keeps room for an answer under way in every connection, also in those that are idle.
    pub(crate) fn answer(&self, request: Request) -> Pin<Box<dyn Future<Output = Response> + Send>> {
        let path = request.uri().path();
        if let (true, Some(app)) = (self.crowded, &self.ecs)
            && !is_operators(path)
        {
            return Box::pin(turned_away(app.clone(), request));
        }
        let is_ecs = path.ends_with("/onca/xml") || path.ends_with("/onca/soap");
        if let Some(app) = &self.ecs
            && is_ecs
            && !path.starts_with("/_cartwright")
            && !request.headers().contains_key(header::ACCEPT_ENCODING)
        {
            return Box::pin(noted(State(app.clone()), request));
        }
        let router = self.router.clone();
        Box::pin(async { router.oneshot(request).await.unwrap_or_else(|never| match never {}) })
    }
}

/// Whether a path is for whoever runs the server.
fn is_operators(path: &str) -> bool {
    path.starts_with(control::PREFIX) || matches!(path, "/livez" | "/readyz" | "/metrics")
}

/// The answer, or the document that says that answering panicked.
async fn guarded(mut answer: Pin<&mut impl Future<Output = Document>>) -> Document {
    poll_fn(|context| {
        // What a panic leaves half done is not looked at again: the future is not polled any more.
        catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context)))
            .unwrap_or_else(|panic| Poll::Ready(panicked(panic.as_ref())))
    })
    .await
}

/// Answers, and notes what was asked and answered, and how long that took: by a clock that nobody sets, and from the arrival of the
/// head to the whole document.
async fn noted(State(app): State<Arc<App>>, request: Request) -> Response {
    let arrived = Instant::now();
    note(&app, request, false, arrived).await
}

/// What a connection asks that is one too many.
async fn turned_away(app: Arc<App>, request: Request) -> Response {
    note(&app, request, true, Instant::now()).await
}

async fn note(app: &App, request: Request, one_too_many: bool, arrived: Instant) -> Response {
    let mut notes = Notes::default();
    let record = Record::begin(app, &request);
    let place = if one_too_many { None } else { app.admission.admit() };
    let document = if place.is_some() {
        guarded(pin!(by_path(app, request, &mut notes))).await
    } else {
        if !one_too_many {
            app.troubles.full();
        }
        overload::turn_away(app, request, &mut notes)
    };
    drop(place);
    let elapsed = arrived.elapsed();
    app.metrics.time(notes.operation().unwrap_or("none"), elapsed);
    match record {
        Some(record) => record.finish(app, notes, document, elapsed),
        None => document.map(Body::from),
    }
}

/// Everything that is not a path of our own: the locale may stand in front, and errors are ECS documents.
async fn by_path(app: &App, request: Request, notes: &mut Notes) -> Document {
    let target = proxy::Target::of(app, &request);
    match (target.path.as_str(), request.method()) {
        ("/onca/xml", &Method::GET | &Method::HEAD | &Method::POST) => ecs::rest(app, target, request, notes).await,
        ("/onca/xml", _) => Answer::method_not_allowed(app, "GET, HEAD, POST"),
        (soap::PATH, &Method::POST) => soap::soap(app, target, request, notes).await,
        (soap::PATH, _) => Answer::method_not_allowed(app, "POST"),
        (path, method) if path.starts_with(wsdl::PREFIX) => {
            notes.transport = Transport::Wsdl;
            match *method {
                Method::GET | Method::HEAD => wsdl::wsdl(app, &target, &path[wsdl::PREFIX.len()..]),
                _ => Answer::method_not_allowed(app, "GET, HEAD"),
            }
        }
        (path, _) if path.starts_with(purchase::PREFIX) => purchase::purchase(app, &target, request, notes).await,
        _ => Answer::unknown_path(app),
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Document {
    report_panic(panic);
    Answer::panicked()
}

fn report_panic(panic: &(dyn Any + Send)) {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic that says nothing");
    tracing::error!(panic = what, "a request made the server panic; please report it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_with_a_document() {
        let response = guarded(pin!(async { panic!("as the test wants it") })).await;
        assert_eq!(response.status(), 500);
        let response = guarded(pin!(async { Document::default() })).await;
        assert_eq!(response.status(), 200);
    }
}
