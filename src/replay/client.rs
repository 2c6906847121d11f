//! A client of one request: sends a GET, and reads the answer's body.
//!
//! It speaks just enough HTTP/1.1 for a server of our own, so that the program needs no client library.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Everything that RFC 3986 does not call unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Asks for `path` with these parameters, and gives back the body, whatever the status.
pub(super) async fn get(
    addr: SocketAddr,
    path: &str,
    parameters: &[(String, String)],
    user_agent: Option<&str>,
) -> io::Result<String> {
    let encoded = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
    let query: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let mut head = format!("GET {path}?{} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n", query.join("&"));
    if let Some(agent) = user_agent {
        // A line break in it would begin another header.
        let _ = write!(head, "User-Agent: {}\r\n", agent.replace(['\r', '\n'], " ")); // a String takes everything
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(addr).await?;
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let body = answer
        .windows(4)
        .position(|end| end == b"\r\n\r\n")
        .map(|place| answer.split_off(place + 4))
        .ok_or_else(|| io::Error::other("the answer is no HTTP"))?;
    String::from_utf8(body).map_err(|_| io::Error::other("the answer is no UTF-8 text"))
}
