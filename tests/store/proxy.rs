//! What stands between a store and its server: a proxy that passes bytes on, and can be told to fail; and a server that says no.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A way to a server that can be cut.
pub(super) struct Proxy {
    pub(super) addr: SocketAddr,
    state: Arc<State>,
}

struct State {
    /// Connections that are made are closed at once.
    cut: AtomicBool,
    /// Counts the cuts; whoever passes bytes on ends when it changes.
    cuts: watch::Sender<u32>,
    /// Messages to the server until the one whose answer is kept back; 0 keeps none back.
    fuse: AtomicUsize,
}

impl Proxy {
    /// A proxy in front of this server.
    pub(super) async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let state =
            Arc::new(State { cut: AtomicBool::new(false), cuts: watch::Sender::new(0), fuse: AtomicUsize::new(0) });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !shared.cut.load(Ordering::SeqCst) {
                    tokio::spawn(pass(client, server, Arc::clone(&shared)));
                }
            }
        });
        Self { addr, state }
    }

    /// Ends all connections and takes no others.
    pub(super) fn cut(&self) {
        self.state.cut.store(true, Ordering::SeqCst);
        self.state.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Takes connections again.
    pub(super) fn mend(&self) {
        self.state.cut.store(false, Ordering::SeqCst);
    }

    /// Passes on so many more messages to the server, and ends the connection of the last one when its answer comes, without the
    /// answer.
    pub(super) fn lose_the_answer_of_message(&self, number: usize) {
        self.state.fuse.store(number, Ordering::SeqCst);
    }

    /// Whether an answer that was to be kept back has been.
    pub(super) fn has_lost_it(&self) -> bool {
        self.state.fuse.load(Ordering::SeqCst) == 0
    }
}

/// Passes bytes on in both directions until one side ends or the way is cut.
async fn pass(client: TcpStream, server: SocketAddr, state: Arc<State>) {
    let mut cuts = state.cuts.subscribe();
    let server = TcpStream::connect(server).await.unwrap();
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let burnt = AtomicBool::new(false);
    let there = async {
        let mut bytes = [0; 16_384];
        while let Some(some) = next(&mut from_client, &mut bytes).await {
            let lit = |fuse: usize| fuse.checked_sub(1);
            let last = state.fuse.fetch_update(Ordering::SeqCst, Ordering::SeqCst, lit) == Ok(1);
            burnt.store(last, Ordering::SeqCst);
            send(&mut to_server, some).await;
        }
    };
    let back = async {
        let mut bytes = [0; 16_384];
        while let Some(some) = next(&mut from_server, &mut bytes).await {
            if burnt.load(Ordering::SeqCst) {
                return;
            }
            send(&mut to_client, some).await;
        }
    };
    tokio::select! {
        () = there => {}
        () = back => {}
        _ = cuts.changed() => {}
    }
}

async fn next<'b>(from: &mut (impl AsyncRead + Unpin), bytes: &'b mut [u8]) -> Option<&'b [u8]> {
    match from.read(bytes).await {
        Ok(0) | Err(_) => None,
        Ok(length) => Some(&bytes[..length]),
    }
}

async fn send(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) {
    let _ = to.write_all(bytes).await; // the other side may have gone
}

/// A server that answers every start of a connection with these messages, each a letter and a body.
pub(super) async fn saying(messages: &[(u8, Vec<u8>)]) -> SocketAddr {
    let mut answer = Vec::new();
    for (letter, body) in messages {
        answer.push(*letter);
        answer.extend(u32::try_from(body.len() + 4).unwrap().to_be_bytes());
        answer.extend(body);
    }
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut bytes = [0; 4096];
                while let Some(some) = next(&mut client, &mut bytes).await {
                    // Asked for encryption, it says that it has none; then comes the real start.
                    let encrypt = some.len() == 8;
                    send(&mut client, if encrypt { b"N" } else { &answer }).await;
                }
            });
        }
    });
    addr
}

/// An error of the server: its code and its text.
pub(super) fn error(code: &str, text: &str) -> (u8, Vec<u8>) {
    (b'E', format!("SFATAL\0VFATAL\0C{code}\0M{text}\0\0").into_bytes())
}
