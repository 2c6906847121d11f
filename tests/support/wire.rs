//! A connection that stays open: bytes go out when the test says so, and answers come in one by one.

use super::Answer;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any answer takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Wire {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
}

impl Wire {
    pub(crate) fn open(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.set_nodelay(true).expect("an option");
        let reader = BufReader::new(stream.try_clone().expect("a second handle"));
        Self { stream, reader }
    }

    /// Sends bytes. That the server has hung up already shows in the answer.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let _ = self.stream.write_all(bytes.as_ref());
        self
    }

    /// Sends bytes, and answers whether the connection was still there to take them.
    pub(crate) fn takes(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// Says that nothing more will come, and goes on listening.
    pub(crate) fn half_close(&mut self) -> &mut Self {
        let _ = self.stream.shutdown(Shutdown::Write);
        self
    }

    /// One line of what comes, without its end.
    pub(crate) fn line(&mut self) -> String {
        let mut line = Vec::new();
        let _ = self.reader.read_until(b'\n', &mut line);
        String::from_utf8(line).expect("lines are text").trim_end().to_owned()
    }

    /// The next answer; `None` when the server hangs up without one. Fails when neither comes.
    pub(crate) fn answer(&mut self) -> Option<Answer> {
        let first = self.line();
        if first.is_empty() {
            assert!(self.is_closed(), "the server neither answered nor hung up");
            return None;
        }
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut answer = Answer { status, headers, body: String::new() };
        let length = answer.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).expect("the whole body");
        answer.body = String::from_utf8(body).expect("bodies are UTF-8");
        Some(answer)
    }

    /// Waits until the server hangs up; answers whether it did so without sending more.
    pub(crate) fn is_closed(&mut self) -> bool {
        match self.reader.read(&mut [0]) {
            Ok(more) => more == 0,
            // Closed with something of ours unread.
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }
}
