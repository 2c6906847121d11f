//! The server: a listener and its routes, started and stopped. For now it answers that it lives.

use crate::cart::{Clock, SystemClock};
use crate::catalog::seed::SeedError;
use crate::config::Config;
use crate::store::StoreError;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The server.
pub struct Server;

impl Server {
    /// Begins to make a server.
    pub fn builder(config: Config) -> ServerBuilder {
        ServerBuilder { config, clock: Arc::new(SystemClock) }
    }
}

/// What a server is made from.
pub struct ServerBuilder {
    config: Config,
    clock: Arc<dyn Clock>,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings cannot be used.
    #[error("{0}")]
    Config(String),
    /// Somebody else listens there.
    #[error("{addr} is in use by another program; --listen takes another address")]
    AddressInUse {
        /// The address.
        addr: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen: {0}")]
    Listen(#[from] io::Error),
    /// The seed files are at fault.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Seed(Vec<SeedError>),
    /// The database is.
    #[error(transparent)]
    Database(#[from] StoreError),
}

impl ServerBuilder {
    /// Tells the server the time.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Starts the server.
    pub async fn start(self) -> Result<RunningServer, StartError> {
        self.config.check().map_err(StartError::Config)?;
        let wanted = self.config.listen;
        let listener = tokio::net::TcpListener::bind(wanted).await.map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => StartError::AddressInUse { addr: wanted },
            _ => StartError::Listen(error),
        })?;
        let addr = listener.local_addr()?;
        let ok = axum::routing::get(|| async { "ok" });
        let router = axum::Router::new().route("/livez", ok.clone()).route("/readyz", ok);
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(async move {
                let _ = stopped.await;
            });
            let _ = served.await;
        });
        tracing::debug!(started = %self.clock.now(), "listening");
        Ok(RunningServer { addr, url: format!("http://{}", reachable(addr)), stop, task })
    }
}

/// The address to call: the wildcard is no address that one can go to.
fn reachable(addr: SocketAddr) -> SocketAddr {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}

/// A server that answers.
pub struct RunningServer {
    addr: SocketAddr,
    url: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl RunningServer {
    /// Where it can be reached.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops it.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}
