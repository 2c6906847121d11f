//! A large body, read while it arrives: by code that waits for input as for a file's, on a thread of its own, in flat memory.
//!
//! Must not know what is read.

use crate::http::body::BodyTrouble;
use axum::body::HttpBody as _;
use axum::body::{Body, Bytes};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::io::{self, BufRead, Read};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinError;
use tokio::time::timeout;

/// Pieces of a body that may wait for their reader.
const WAITING: usize = 4;

/// Why nothing came of a body.
pub(super) enum Failed {
    /// It did not arrive.
    Unread(BodyTrouble),
    /// The reader panicked.
    Reader(JoinError),
}

/// A body that arrives. It ends where the body does, and where nothing more of it comes.
pub(super) struct Arriving {
    pieces: mpsc::Receiver<Bytes>,
    piece: Bytes,
}

/// Has `reader` read the body, `limit` bytes at most, of which each piece must come within `patience`. What the reader has made of
/// a body that did not arrive whole is thrown away; of what it leaves, the rest is read and thrown away.
pub(super) async fn read<T: Send + 'static>(
    body: Body,
    limit: usize,
    patience: Duration,
    reader: impl FnOnce(Arriving) -> T + Send + 'static,
) -> Result<T, Failed> {
    // Told beforehand, so that a client which waits for our word does not send it.
    if body.size_hint().lower() > limit as u64 {
        return Err(Failed::Unread(BodyTrouble::TooLarge));
    }
    let (send, pieces) = mpsc::channel(WAITING);
    let reading = tokio::task::spawn_blocking(move || reader(Arriving { pieces, piece: Bytes::new() }));
    let mut body = Limited::new(body, limit);
    loop {
        match timeout(patience, body.frame()).await {
            Err(_) => return Err(Failed::Unread(BodyTrouble::TooSlow)),
            Ok(None) => break,
            Ok(Some(Err(error))) if error.is::<LengthLimitError>() => {
                return Err(Failed::Unread(BodyTrouble::TooLarge));
            }
            Ok(Some(Err(_))) => return Err(Failed::Unread(BodyTrouble::Incomplete)),
            Ok(Some(Ok(frame))) => {
                if let Ok(piece) = frame.into_data() {
                    let _ = send.send(piece).await; // the reader may have seen enough
                }
            }
        }
    }
    drop(send);
    reading.await.map_err(Failed::Reader)
}

impl BufRead for Arriving {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.piece.is_empty() {
            let Some(piece) = self.pieces.blocking_recv() else { break };
            self.piece = piece;
        }
        Ok(&self.piece)
    }

    fn consume(&mut self, amount: usize) {
        drop(self.piece.split_to(amount));
    }
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
