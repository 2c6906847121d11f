//! A client of one request: sends a GET, and reads the answer's body.
//!
//! It speaks just enough HTTP/1.1 for a server of our own, so that the program needs no client library.

use crate::percent::percent_encoded;
use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long an answer may take. A server of our own needs milliseconds; this is for one on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks for `path` with these parameters, and gives back the body, whatever the status. What has not ended in time is an error.
pub(super) async fn get(
    addr: SocketAddr,
    path: &str,
    parameters: &[(String, String)],
    user_agent: Option<&str>,
) -> io::Result<String> {
    let query: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", percent_encoded(name), percent_encoded(value)))
        .collect();
    let mut head = format!("GET {path}?{} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n", query.join("&"));
    if let Some(agent) = user_agent {
        // A line break in it would begin another header.
        let _ = write!(head, "User-Agent: {}\r\n", agent.replace(['\r', '\n'], " ")); // a String takes everything
    }
    head.push_str("\r\n");
    let mut answer = exchange(addr, head.as_bytes(), PATIENCE).await?;
    let body = answer
        .windows(4)
        .position(|end| end == b"\r\n\r\n")
        .map(|place| answer.split_off(place + 4))
        .ok_or_else(|| io::Error::other("the answer is no HTTP"))?;
    String::from_utf8(body).map_err(|_| io::Error::other("the answer is no UTF-8 text"))
}

/// Sends a request on a connection of its own, and reads until the server closes it.
async fn exchange(addr: SocketAddr, request: &[u8], patience: Duration) -> io::Result<Vec<u8>> {
    let all = async {
        let mut stream = TcpStream::connect(addr).await?;
        stream.write_all(request).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(answer)
    };
    let late = |_| io::Error::new(io::ErrorKind::TimedOut, "the answer does not end");
    timeout(patience, all).await.map_err(late)?
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn an_answer_that_does_not_end_is_an_error() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let error = exchange(silent.local_addr().unwrap(), b"", Duration::from_millis(20)).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
