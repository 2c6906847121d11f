//! Open files: few of them are told of, and cost connections, not the server.

use super::Program;
use super::program::Running;
use crate::support::{exchange, request};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

/// A server that was started by way of this line of bash, with its log in a file.
fn under(limits: &str, args: &[&str]) -> (Running, SocketAddr) {
    let line = format!("{limits}; exec \"$0\" \"$@\" 2>log");
    let args = [&["--listen", "127.0.0.1:0", "--database", "memory"], args].concat();
    let (running, url) = Program::under(&line, &args).start();
    (running, url.strip_prefix("http://").unwrap().parse().unwrap())
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap()
}

#[test]
fn a_server_without_files_left_serves_whom_it_has_and_says_so_once() {
    let (mut running, addr) = under("ulimit -n 64", &["--max-connections", "1000"]);
    let livez = || exchange(addr, &request("GET", "/livez", &[], b"")).status;
    assert_eq!(livez(), 200);
    // More than it can have; the system takes them on its behalf.
    let clients: Vec<_> = (0..200).map(|_| TcpStream::connect(addr).unwrap()).collect();
    while !log(running.folder()).contains("cannot accept connections") {
        std::thread::yield_now();
    }
    drop(clients);
    assert_eq!(livez(), 200);
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));
    let log = log(running.folder());
    assert_eq!(log.matches("cannot accept connections").count(), 1, "{log}");
    assert!(log.contains("the system allows 64 open files"), "{log}");
}

#[test]
fn a_server_asks_the_system_for_the_files_that_it_needs() {
    let (mut running, _) = under("ulimit -S -n 64", &["--max-connections", "300"]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", running.id())).unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    assert_eq!(files.split_whitespace().nth(3), Some("812"), "{files}");
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));
    assert!(!log(running.folder()).contains("open files"));
}
