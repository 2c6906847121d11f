//! `cartwright serve`: runs the server until it is told to stop, and tells when it is ready.

use super::{Failure, complain, files, say};
use crate::cart::SystemClock;
use crate::config::Loaded;
use crate::server::{RunningServer, Server};
use crate::telemetry;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a server that is told to stop at once still gets.
const GRACE: Duration = Duration::from_millis(250);

pub(super) fn run(loaded: Loaded) -> Result<(), Failure> {
    let Loaded { config, warnings, .. } = loaded;
    telemetry::init(config.log_format);
    for warning in &warnings {
        tracing::warn!("{warning}");
    }
    files::ask_for(&config);
    let ready_file = ReadyFile::new(config.ready_file.clone())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Failure::RUNTIME, format!("cannot start threads: {error}")))?;
    runtime.block_on(async {
        // Before anything else: as PID 1 a process without a handler cannot even be stopped.
        let mut stop = StopSignals::install()?;
        let starting = Server::builder(config).clock(Arc::new(SystemClock)).start();
        let Some(started) = stop.unless_told(starting).await else {
            tracing::info!("told to stop before it was ready");
            return Ok(());
        };
        let mut server = started?;
        ready_file.write(&server)?;
        say(&format!("cartwright ready: {}", server.url()));
        tracing::info!(url = server.url(), address = %server.addr(), "ready");
        if stop.unless_told(server.ended()).await.is_some() {
            let message = "stopped, because the database failed for good; the log says why";
            return Err(Failure::new(Failure::RUNTIME, message));
        }
        tracing::info!("stopping; a second signal stops at once");
        let mut stopping = std::pin::pin!(server.stop());
        // Some senders signal twice within a moment; that is no wish to lose what is nearly done.
        if stop.unless_told(&mut stopping).await.is_none() && tokio::time::timeout(GRACE, stopping).await.is_err() {
            return Err(Failure::new(Failure::RUNTIME, "stopped at once, without finishing what was in flight"));
        }
        tracing::info!("stopped");
        Ok(())
    })
}

/// The signals that ask the program to stop.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn install() -> Result<Self, Failure> {
        let install = |kind| {
            signal(kind).map_err(|error| Failure::new(Failure::RUNTIME, format!("cannot handle signals: {error}")))
        };
        Ok(Self { terminate: install(SignalKind::terminate())?, interrupt: install(SignalKind::interrupt())? })
    }

    /// Waits for the next one.
    async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Does `work`, and gives it up when the next signal comes first.
    async fn unless_told<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            done = work => Some(done),
            () = self.told() => None,
        }
    }
}

/// The file that says that the server is ready. It is there while that is true: dropping this removes it.
struct ReadyFile(Option<PathBuf>);

impl ReadyFile {
    /// Removes what an earlier run that was killed has left behind, so that nobody takes it for this run's.
    fn new(path: Option<PathBuf>) -> Result<Self, Failure> {
        if let Some(path) = &path {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    let message = format!("cannot remove the old ready file {}: {error}", path.display());
                    return Err(Failure::new(Failure::RUNTIME, message));
                }
                _ => {}
            }
        }
        Ok(Self(path))
    }

    fn write(&self, server: &RunningServer) -> Result<(), Failure> {
        let Some(path) = &self.0 else { return Ok(()) };
        let text = serde_json::json!({
            "url": server.url(),
            "control_url": server.control_url(),
            "pid": std::process::id(),
        });
        write_whole(path, &format!("{text}\n")).map_err(|error| {
            Failure::new(Failure::RUNTIME, format!("cannot write the ready file {}: {error}", path.display()))
        })
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        if let Some(path) = &self.0
            && let Err(error) = std::fs::remove_file(path)
            && error.kind() != io::ErrorKind::NotFound
        {
            complain(&format!("cartwright: cannot remove the ready file {}: {error}", path.display()));
        }
    }
}

/// Writes a file so that a reader sees all of it or none.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id())); // in the same folder: a rename is atomic within one file system alone
    let outcome = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path));
    if outcome.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    outcome
}
