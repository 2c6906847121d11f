//! `cartwright health`: asks a server whether it is ready, as a container's HEALTHCHECK does.
//!
//! It speaks just enough HTTP for one status line, so that the program needs no client library.

use super::{Failure, say};
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::{Duration, Instant};

/// How long one try may take.
const TRY: Duration = Duration::from_secs(2);

/// The longest head of an answer that is read, in bytes.
const HEAD: usize = 16 * 1024;

/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// The server to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// Host and port, as `Host` carries them.
    host: String,
    /// Host and port, to be looked up.
    address: String,
    /// What stands before `/readyz`: empty, or a path that begins with a slash.
    prefix: String,
}

impl Target {
    /// Reads an `http://host[:port][/path]` address. The error is the end of a sentence.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let malformed = || "it must be an address such as http://127.0.0.1:2005 (https is not spoken here)".to_owned();
        let rest = url.strip_prefix("http://").ok_or_else(malformed)?;
        let (host, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        if host.is_empty() || url.contains(|c: char| c.is_whitespace() || c.is_control() || "?#@".contains(c)) {
            return Err(malformed());
        }
        // A colon inside the brackets of an IPv6 address begins no port.
        let has_port = host.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
        let address = if has_port { host.to_owned() } else { format!("{host}:80") };
        Ok(Self { host: host.to_owned(), address, prefix: path.trim_end_matches('/').to_owned() })
    }

    /// The server that listens there, on this machine.
    fn listening(addr: SocketAddr) -> Self {
        let ip = match addr.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let address = SocketAddr::new(ip, addr.port()).to_string();
        Self { host: address.clone(), address, prefix: String::new() }
    }

    fn url(&self) -> String {
        format!("http://{}{}", self.host, self.prefix)
    }

    /// Asks once. The error says why the server is not ready.
    fn ask(&self) -> Result<(), String> {
        let deadline = Instant::now() + TRY;
        let mut last = String::from("the name has no address");
        for address in self.address.to_socket_addrs().map_err(|error| error.to_string())? {
            match status(address, &self.host, &self.prefix, deadline) {
                Ok(200) => return Ok(()),
                Ok(status) => last = format!("it answers with status {status}"),
                Err(error) if is_timeout(&error) => last = String::from("it does not answer in time"),
                Err(error) => last = error.to_string(),
            }
        }
        Err(last)
    }
}

/// Asks until the server is ready, for as long as `wait` says, and once at least.
pub(super) fn run(
    url: Option<&Target>,
    wait: Option<Duration>,
    configured: impl FnOnce() -> Result<SocketAddr, Failure>,
) -> Result<(), Failure> {
    let target = match url {
        Some(target) => target.clone(),
        None => match configured() {
            Ok(addr) if addr.port() == 0 => {
                let message = "the settings make the server listen on any free port; say which with --url";
                return Err(Failure::new(Failure::RUNTIME, message));
            }
            Ok(addr) => Target::listening(addr),
            // Here 1 is the one code for "not ready"; Docker gives 2 another meaning.
            Err(failure) => return Err(Failure { code: Failure::RUNTIME, ..failure }),
        },
    };
    let begin = Instant::now();
    loop {
        match target.ask() {
            Ok(()) => {
                say(&format!("{} is ready", target.url()));
                return Ok(());
            }
            Err(_) if wait.is_some_and(|wait| begin.elapsed() + PAUSE < wait) => std::thread::sleep(PAUSE),
            Err(reason) => {
                return Err(Failure::new(Failure::RUNTIME, format!("{} is not ready: {reason}", target.url())));
            }
        }
    }
}

/// The status that `GET /readyz` gets.
fn status(address: SocketAddr, host: &str, prefix: &str, deadline: Instant) -> io::Result<u16> {
    let left = || {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::Error::from(io::ErrorKind::TimedOut)) } else { Ok(left) }
    };
    let mut stream = TcpStream::connect_timeout(&address, left()?)?;
    stream.set_write_timeout(Some(left()?))?;
    // In one piece, and read to the end of the head: who hangs up early makes the server log an error.
    stream
        .write_all(format!("GET {prefix}/readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut head = Vec::with_capacity(1024);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < HEAD {
        stream.set_read_timeout(Some(left()?))?;
        let mut piece = [0; 1024];
        match stream.read(&mut piece)? {
            0 => break,
            count => head.extend_from_slice(&piece[..count]),
        }
    }
    // `HTTP/1.1 200 OK`: more is not needed.
    let status = head.strip_prefix(b"HTTP/1.").and_then(|rest| std::str::from_utf8(rest.get(2..5)?).ok());
    status.and_then(|status| status.parse().ok()).ok_or_else(|| io::Error::other("it does not answer in HTTP"))
}

fn is_timeout(error: &io::Error) -> bool {
    // A read that takes too long is one or the other, by platform.
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (url, address, prefix) in [
            ("http://127.0.0.1:2005", "127.0.0.1:2005", ""),
            ("http://localhost", "localhost:80", ""),
            ("http://localhost/", "localhost:80", ""),
            ("http://[::1]:2005/base/", "[::1]:2005", "/base"),
            ("http://[::1]", "[::1]:80", ""),
        ] {
            let target = Target::parse(url).unwrap();
            assert_eq!((target.address.as_str(), target.prefix.as_str()), (address, prefix), "{url}");
        }
        for url in [
            "localhost:2005",
            "https://localhost",
            "http://",
            "http:///x",
            "http://a b",
            "http://a/\r\nX: y",
            "http://u@h",
        ] {
            assert!(Target::parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_server_that_listens_everywhere_is_asked_here() {
        assert_eq!(Target::listening(([0, 0, 0, 0], 2005).into()).url(), "http://127.0.0.1:2005");
        assert_eq!(Target::listening("[::]:2005".parse().unwrap()).url(), "http://[::1]:2005");
        assert_eq!(Target::listening("10.0.0.7:80".parse().unwrap()).url(), "http://10.0.0.7:80");
    }
}
