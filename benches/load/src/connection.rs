//! One keep-alive HTTP/1.1 connection. Must not know what is asked, and never leaves this machine.

use anyhow::{Context as _, Result, bail, ensure};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A server on this machine. No other can be named.
#[derive(Clone, Copy, Debug)]
pub struct Target(SocketAddrV4);

impl std::str::FromStr for Target {
    type Err = anyhow::Error;

    /// Takes `http://127.0.0.1:PORT`, as a ready line gives it, and nothing else.
    fn from_str(url: &str) -> Result<Self> {
        let address = url.strip_prefix("http://").context("the address must start with http://")?;
        let address: SocketAddrV4 = address.parse().context("the address must be http://127.0.0.1:PORT")?;
        ensure!(*address.ip() == Ipv4Addr::LOCALHOST, "refusing to load {address}: only 127.0.0.1");
        Ok(Self(address))
    }
}

/// A connection that opens itself when it is first used, and again after an error.
#[derive(Debug)]
pub struct Connection {
    target: Target,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    /// A connection that is not open yet.
    pub fn new(target: Target) -> Self {
        Self { target, stream: None, buffer: Vec::with_capacity(16 << 10) }
    }

    /// Sends a GET and answers the body. Anything but a 200 of known length and valid UTF-8 is an error.
    pub async fn get(&mut self, path: &str) -> Result<&str> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.open().await?,
        };
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: loadgen\r\n\r\n", self.target.0);
        stream.write_all(request.as_bytes()).await.context("sending")?;
        let body = self.receive(&mut stream).await?;
        self.stream = Some(stream);
        std::str::from_utf8(&self.buffer[body]).context("the answer is not UTF-8")
    }

    async fn open(&self) -> Result<TcpStream> {
        let stream = TcpStream::connect(SocketAddr::V4(self.target.0)).await.context("connecting")?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// Reads an answer into the buffer, and tells where in it the body is.
    async fn receive(&mut self, stream: &mut TcpStream) -> Result<std::ops::Range<usize>> {
        self.buffer.clear();
        let start = loop {
            ensure!(stream.read_buf(&mut self.buffer).await.context("receiving")? > 0, "closed before the answer");
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = std::str::from_utf8(&self.buffer[..start]).context("the head is not UTF-8")?;
        let status = head.split(' ').nth(1).unwrap_or_default();
        if status != "200" {
            bail!("status {status}");
        }
        let end = start + content_length(head).context("the answer has no Content-Length")?;
        while self.buffer.len() < end {
            ensure!(stream.read_buf(&mut self.buffer).await.context("receiving")? > 0, "closed within the answer");
        }
        ensure!(self.buffer.len() == end, "more came than was announced");
        Ok(start..end)
    }
}

fn content_length(head: &str) -> Option<usize> {
    head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_can_be_named() {
        "http://127.0.0.1:2005".parse::<Target>().unwrap();
        for refused in ["http://10.0.0.1:80", "http://example.com:80", "http://127.0.0.2:80", "https://127.0.0.1:80"] {
            assert!(refused.parse::<Target>().is_err(), "{refused}");
        }
    }

    #[test]
    fn the_length_is_found_however_its_name_is_written() {
        assert_eq!(content_length("HTTP/1.1 200 OK\r\nA: b\r\ncontent-Length: 12\r\n\r\n"), Some(12));
        assert_eq!(content_length("HTTP/1.1 200 OK\r\n\r\n"), None);
    }
}
