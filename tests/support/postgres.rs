//! A PostgreSQL server of one test's own, which it can stop and start; `scripts/throwaway-postgres` runs it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The server. It is gone when this is, however the test ends: its script's input ends then.
pub(crate) struct OwnPostgres {
    script: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    url: String,
}

impl OwnPostgres {
    /// Starts a server. `arguments` are the script's.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/throwaway-postgres");
        let mut command = Command::new(script);
        let mut script = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let commands = script.stdin.take();
        let answers = BufReader::new(script.stdout.take().unwrap());
        let mut server = Self { script, commands, answers, url: String::new() };
        server.url = server.ready();
        server
    }

    /// Its address, the same after each start.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Ends it at once, as a crash does.
    pub(crate) fn stop(&mut self) {
        self.command("stop");
        assert_eq!(self.answer(), "stopped");
    }

    /// Starts it again.
    pub(crate) fn start_again(&mut self) {
        self.command("start");
        assert_eq!(self.ready(), self.url);
    }

    fn command(&mut self, command: &str) {
        writeln!(self.commands.as_mut().unwrap(), "{command}").unwrap();
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn ready(&mut self) -> String {
        let line = self.answer();
        line.strip_prefix("ready: ").unwrap_or_else(|| panic!("scripts/throwaway-postgres says {line:?}")).to_owned()
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        self.commands = None;
        let _ = self.script.wait();
    }
}
