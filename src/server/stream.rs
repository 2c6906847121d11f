//! A client's socket, with a limit to how long it may take nothing of what is sent to it.
//!
//! Small answers fit into the system's buffers; a client that reads none of them would still keep its connection, and what waits to be
//! sent on it, for ever.

use crate::http::Client;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// The socket.
pub(super) struct Stream {
    tcp: TcpStream,
    patience: Duration,
    /// Runs while the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    /// It ends with a reset: what the client has not got by then, it does not get any more.
    reset: Arc<AtomicBool>,
    client: Arc<Client>,
}

impl Stream {
    /// A client that takes nothing for as long as `patience` is given up: writing to it fails. It ends as `reset` says then.
    pub(super) const fn new(tcp: TcpStream, patience: Duration, reset: Arc<AtomicBool>, client: Arc<Client>) -> Self {
        Self { tcp, patience, stalled: None, reset, client }
    }

    /// Looks whether the client has closed its side, and sees to it that this is looked at again when something comes. A client that
    /// has already sent its next request waits.
    fn look(&self, context: &mut Context<'_>) {
        if let Poll::Ready(Ok(0) | Err(_)) = self.tcp.poll_peek(context, &mut ReadBuf::new(&mut [0])) {
            self.client.leave();
        }
    }

    fn in_time<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let end = self.stalled.get_or_insert_with(|| Box::pin(sleep(self.patience)));
        end.as_mut().poll(context).map(|()| Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read")))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed) {
            let _ = self.tcp.set_zero_linger(); // a client that is gone cannot be told either way
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(context, into)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write(context, bytes);
        self.in_time(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write_vectored(context, bytes);
        self.in_time(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Called whenever an answer has been worked on, also when there is nothing to send yet.
        if self.client.is_watched() {
            self.look(context);
        }
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
