//! The server: a listener in, answers out, and an orderly end.
//!
//! Must not know what is answered: that is `http`.

mod connections;
mod stream;

use crate::account::SERVER;
use crate::app::App;
use crate::cart::{Clock, SystemClock};
use crate::catalog::seed::SeedError;
use crate::config::{Config, Signatures};
use crate::controls::{Accounts, Controls};
use crate::http::{self, Routes};
use crate::state::watch::Watcher;
use crate::store::StoreError;
use connections::Connections;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// How long nothing is accepted after the system has refused to.
const PAUSE: Duration = Duration::from_millis(50);

/// How often the log is told of trouble that is over.
const LOOK: Duration = Duration::from_secs(1);

/// A server to be. Several run side by side in one process.
#[derive(Debug)]
pub struct Server;

impl Server {
    /// Begins to make a server with these settings.
    pub fn builder(config: Config) -> ServerBuilder {
        ServerBuilder { config, clock: Arc::new(SystemClock), wall_clock: Arc::new(SystemClock) }
    }
}

/// What a server is made from.
pub struct ServerBuilder {
    config: Config,
    clock: Arc<dyn Clock>,
    wall_clock: Arc<dyn Clock>,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings cannot be used.
    #[error("{0}")]
    Config(String),
    /// Somebody else listens there.
    #[error("{addr} is in use by another program; --{flag} takes another address")]
    AddressInUse {
        /// The address.
        addr: SocketAddr,
        /// The setting that names it.
        flag: &'static str,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}: {source}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The seed files are at fault.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Seed(Vec<SeedError>),
    /// The database is.
    #[error(transparent)]
    Database(#[from] StoreError),
}

impl ServerBuilder {
    /// Makes the server go by this clock.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Makes the server take this for the time that clients sign with; by default the machine's.
    #[must_use]
    pub fn wall_clock(self, wall_clock: Arc<dyn Clock>) -> Self {
        Self { wall_clock, ..self }
    }

    /// Binds the addresses, opens the database, loads the catalogue, and only then accepts connections.
    pub async fn start(self) -> Result<RunningServer, StartError> {
        self.config.check().map_err(StartError::Config)?;
        // Bound first, so that a server whose port is taken leaves the database alone; listening comes last.
        let main = Bound::to(self.config.listen, "listen")?;
        let control = self.config.control_listen.map(|addr| Bound::to(addr, "control-listen")).transpose()?;
        let (addr, url) = (main.addr, main.url());
        let control_url = control.as_ref().map_or_else(|| main.url(), Bound::url) + http::CONTROL_PATH;
        let open = control.as_ref().unwrap_or(&main).addr;
        let app = Arc::new(App::new(self.config, self.clock, self.wall_clock, url.clone()).await?);
        if app.config.control_token.is_none() && !open.ip().to_canonical().is_loopback() {
            tracing::warn!(
                address = %open,
                "the control API is open to everybody who reaches {open}: --control-token asks them for a token, \
                 --control-listen moves it away"
            );
        }
        if app.config.signatures == Signatures::Required && app.config.accounts.is_empty() && !app.worlds.have_secrets()
        {
            tracing::warn!(
                "signatures are required of known keys, and no key is known: --account KEY:SECRET names one, and so does PUT on \
                 /accounts/KEY of the control API"
            );
        }
        let doors = match Doors::open(&app, main, control) {
            Ok(doors) => doors,
            Err(error) => {
                app.store.close().await;
                return Err(error);
            }
        };
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(run(Arc::clone(&app), doors, stopped));
        Ok(RunningServer { addr, url, control_url, app, stop: Some(stop), task })
    }
}

/// An address that is taken, but not listened on yet.
struct Bound {
    socket: TcpSocket,
    addr: SocketAddr,
    /// The setting that names it.
    flag: &'static str,
}

impl Bound {
    fn to(addr: SocketAddr, flag: &'static str) -> Result<Self, StartError> {
        let bound = || {
            let socket = if addr.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
            // A server that was just stopped leaves connections in TIME_WAIT; they must not keep it from starting again.
            socket.set_reuseaddr(true)?;
            socket.bind(addr)?;
            let addr = socket.local_addr()?;
            Ok((socket, addr))
        };
        let (socket, addr) = bound().map_err(|source| listen_error(addr, flag, source))?;
        Ok(Self { socket, addr, flag })
    }

    /// Where it can be reached.
    fn url(&self) -> String {
        format!("http://{}", reachable(self.addr))
    }

    fn listen(self) -> Result<TcpListener, StartError> {
        let Self { socket, addr, flag } = self;
        socket.listen(BACKLOG).map_err(|source| listen_error(addr, flag, source))
    }
}

fn listen_error(addr: SocketAddr, flag: &'static str, source: io::Error) -> StartError {
    match source.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressInUse { addr, flag },
        _ => StartError::Listen { addr, source },
    }
}

/// Where connections come in, and what is behind each door.
struct Doors {
    main: (TcpListener, Routes),
    /// The control API's own.
    control: Option<(TcpListener, Routes)>,
}

impl Doors {
    fn open(app: &Arc<App>, main: Bound, control: Option<Bound>) -> Result<Self, StartError> {
        let main = (main.listen()?, Routes::of(app));
        let control = match control {
            Some(bound) => Some((bound.listen()?, Routes::of_control(app.clone()))),
            None => None,
        };
        Ok(Self { main, control })
    }

    /// Waits for the next connection. Giving up the wait loses none.
    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr, &Routes)> {
        let control = async {
            match &self.control {
                Some((listener, routes)) => (listener.accept().await, routes),
                None => std::future::pending().await,
            }
        };
        let (accepted, routes) = tokio::select! {
            accepted = self.main.0.accept() => (accepted, &self.main.1),
            accepted = control => accepted,
        };
        accepted.map(|(stream, peer)| (stream, peer, routes))
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

/// A server that answers. Dropping it stops it in the background; [`RunningServer::stop`] waits for the end.
pub struct RunningServer {
    addr: SocketAddr,
    url: String,
    control_url: String,
    app: Arc<App>,
    /// Dropping it tells the task to stop.
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl fmt::Debug for RunningServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningServer").field("url", &self.url).finish_non_exhaustive()
    }
}

impl RunningServer {
    /// Where it can be reached, without a slash at the end: `http://127.0.0.1:2005`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the control API can be reached, without a slash at the end: `http://127.0.0.1:2005/_cartwright/v1`.
    pub fn control_url(&self) -> &str {
        &self.control_url
    }

    /// The controls of an access key: its clock, its journal, its carts. Each test takes a key of its own, and sees nothing of others.
    pub fn account(&self, key: &str) -> Controls {
        Controls::of(&self.app, key)
    }

    /// The controls of the whole server: of every account, and of what accounts have that have nothing of their own.
    pub fn controls(&self) -> Controls {
        Controls::of(&self.app, SERVER)
    }

    /// The accounts of the server: what each has for itself, its secret and its mode.
    pub fn accounts(&self) -> Accounts {
        Accounts::of(&self.app)
    }

    /// The address that it is bound to, with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Waits until the server has ended by itself, which it does when its database makes no changes any more. A server that could
    /// only read would look healthy from outside.
    pub async fn ended(&mut self) {
        // A task that was waited for must not be waited for again.
        if !self.task.is_finished() {
            // A panic in there has been reported by the runtime, and there is nothing left to stop.
            let _ = (&mut self.task).await;
        }
    }

    /// Stops accepting, lets requests in flight finish (5 seconds at most), and closes the database.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        self.ended().await;
    }
}

/// Accepts until told to stop or until the database has ended, then ends in order: connections, sweeper, database.
async fn run(app: Arc<App>, doors: Doors, mut stopped: oneshot::Receiver<()>) {
    let sweeper = app.sweeper.clone();
    let (end_sweeping, swept) = oneshot::channel::<()>();
    let sweeping = tokio::spawn(sweeper.run(app.clock.clone(), app.config.sweep_every, async {
        let _ = swept.await; // also when the sender is dropped
    }));
    let followed = app.clone();
    // Only where other servers may edit accounts: a file is this one's alone.
    let following = app.store.is_shared().then(|| tokio::spawn(async move { followed.worlds.follow().await }));
    let (end_watching, watched) = oneshot::channel::<()>();
    let watching = app.config.watch.then(|| {
        if app.config.catalog.is_empty() {
            tracing::warn!("watch: no catalogue file is named, so there is nothing to watch");
        }
        tokio::spawn(Watcher::new(app.store.clone(), app.seed_files()).run(async {
            let _ = watched.await; // also when the sender is dropped
        }))
    });
    let mut connections = Connections::new(&app);
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ended = app.store.ended();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            () = &mut ended => {
                tracing::error!("the database makes no changes any more; the server stops");
                break;
            }
            accepted = doors.accept(), if connections.have_room() => match accepted {
                Ok((stream, peer, routes)) => connections.take(stream, peer, routes),
                // The client hung up before it was its turn.
                Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {}
                Err(error) => {
                    // Most likely too many open files: others must end before the next one can begin.
                    app.troubles.not_accepted(&error);
                    sleep(PAUSE).await;
                }
            },
            // Keeps them from being counted any longer.
            Some(()) = connections.ended() => {}
            _ = look.tick() => app.troubles.settle(),
        }
    }
    drop(doors);
    app.stopping.send_replace(true);
    connections.end().await;
    drop(end_sweeping);
    drop(end_watching);
    let _ = sweeping.await;
    if let Some(following) = following {
        following.abort();
    }
    app.store.close().await;
    // A load that was under way has been given up by now.
    if let Some(watching) = watching {
        let _ = watching.await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_whose_database_has_ended_ends_too() {
        let config = Config { listen: ([127, 0, 0, 1], 0).into(), database: "memory".to_owned(), ..Config::default() };
        let bound = Bound::to(config.listen, "listen").unwrap();
        let addr = bound.addr;
        let app = App::new(config, Arc::new(SystemClock), Arc::new(SystemClock), String::new()).await.unwrap();
        app.store.close().await;
        let app = Arc::new(app);
        let doors = Doors::open(&app, bound, None).unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(run(Arc::clone(&app), doors, stopped));
        let (url, control_url) = (String::new(), String::new());
        let mut server = RunningServer { addr, url, control_url, app, stop: Some(stop), task };
        server.ended().await;
        server.ended().await; // once more does no harm
        server.stop().await;
    }
}
