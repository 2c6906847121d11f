//! The connections of a server: how many there may be, what each is served with, and how they end.
//!
//! HTTP/1.1 is hyper's; what is set here are its limits and time-outs. Must not know what is answered.

use super::stream::Stream;
use crate::app::App;
use crate::http::{self, Client, Cut, Peer, Routes};
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How long requests in flight may take to finish after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(5);

/// The head of a request may be this long: a request line of 64 KiB, which is the most that a URI can have, and its headers.
const MAX_HEAD: usize = 128 * 1024;

/// How many connections beyond `max_connections` are told so at once. Further ones wait until these are gone, which is soon.
const TURNED_AWAY: usize = 256;

/// How long such a connection may take to ask.
const ASK: Duration = Duration::from_secs(1);

/// The connections that are open.
pub(super) struct Connections {
    app: Arc<App>,
    graceful: GracefulShutdown,
    tasks: JoinSet<()>,
}

impl Connections {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Self { app: app.clone(), graceful: GracefulShutdown::new(), tasks: JoinSet::new() }
    }

    /// Whether one more can be taken, be it only to turn it away.
    pub(super) fn have_room(&self) -> bool {
        self.tasks.len() < self.app.config.max_connections.saturating_add(TURNED_AWAY)
    }

    /// Serves a connection. One too many is served too, but what it asks of the service is turned away.
    pub(super) fn take(&mut self, stream: TcpStream, peer: SocketAddr, routes: &Routes) {
        let one_too_many = self.tasks.len() >= self.app.config.max_connections;
        let routes = if one_too_many {
            self.app.troubles.crowded();
            routes.crowded()
        } else {
            routes.clone()
        };
        let connection = self.graceful.watch(connection(&self.app, routes, stream, peer, one_too_many));
        let app = self.app.clone();
        app.metrics.connections().inc();
        self.tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "a connection ended early");
            }
            app.metrics.connections().dec();
        });
    }

    /// Waits for one that has ended, and forgets it; `None` at once when there is none. Giving up the wait loses nothing.
    pub(super) async fn ended(&mut self) -> Option<()> {
        self.tasks.join_next().await.map(drop)
    }

    /// Lets requests in flight finish, and ends what is left after that.
    pub(super) async fn end(mut self) {
        if tokio::time::timeout(DRAIN, self.graceful.shutdown()).await.is_err() {
            tracing::warn!(connections = self.tasks.len(), "stopped with requests in flight");
        }
        self.tasks.shutdown().await;
    }
}

/// One connection: hyper between the socket and the routes.
fn connection(
    app: &Arc<App>,
    routes: Routes,
    stream: TcpStream,
    peer: SocketAddr,
    one_too_many: bool,
) -> impl GracefulConnection<Error = hyper::Error> + Send + use<> {
    // Answers are small and written whole; waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let header_timeout = app.config.header_timeout;
    // Without proxies to be trusted nobody asks who it is, and telling it would cost each request three allocations.
    let peer = (!app.config.trust_proxy.is_empty()).then_some(Peer(peer));
    let reset = Arc::new(AtomicBool::new(false));
    let client = Arc::new(Client::default());
    let stream = Stream::new(stream, app.config.write_timeout, reset.clone(), client.clone());
    let app = app.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        // Only a fault rule ever asks for it.
        if app.worlds.have_faults() {
            request.extensions_mut().insert(client.clone());
        }
        let answer = routes.answer(request);
        let reset = reset.clone();
        async move {
            // An error is a fault rule's: nothing is answered, and the connection ends.
            http::send(answer.await).await.inspect_err(|cut| reset.store(*cut == Cut::Reset, Ordering::Relaxed))
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        // Also for how long nothing need be asked at all.
        .header_read_timeout(if one_too_many { header_timeout.min(ASK) } else { header_timeout })
        .max_buf_size(MAX_HEAD)
        .keep_alive(!one_too_many)
        // A client that has sent its request may close its side and still wait for the answer.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
}
