//! `floor FILE`: answers every request with the bytes of a file, from memory, on a free port of 127.0.0.1.
//!
//! What it reaches is what the machine, the HTTP stack and the generator allow to a server that does nothing; a cart server is
//! measured beside it. Same library, runtime, allocator and headers as the server's.

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use std::io::Write as _;
use std::net::Ipv4Addr;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).context("usage: floor FILE")?;
    let bytes = Bytes::from(std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?);
    let router = Router::new().fallback(move || std::future::ready(answer(bytes.clone())));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "floor ready: http://{}", listener.local_addr()?)?;
    stdout.flush()?;
    drop(stdout);
    let mut term = signal(SignalKind::terminate())?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true); // slower without, but not wrong
    });
    tokio::select! {
        ended = axum::serve(listener, router) => ended?,
        _ = term.recv() => {}
    }
    Ok(())
}

fn answer(bytes: Bytes) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml;charset=UTF-8"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding,User-Agent"));
    headers.insert(header::SERVER, HeaderValue::from_static("Cartwright"));
    response
}
