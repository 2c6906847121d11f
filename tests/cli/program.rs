//! Starts the real program in a folder of its own, with an environment of its own.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// Longer than anything here takes on a slow machine; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// A call of the program that is being put together.
pub(super) struct Program {
    folder: Arc<tempfile::TempDir>,
    command: Command,
}

/// How a call ended.
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Program {
    /// A call with these arguments, in an empty folder and an empty environment.
    pub(super) fn new(args: &[&str]) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let mut command = Command::new(env!("CARGO_BIN_EXE_cartwright"));
        command.args(args).current_dir(folder.path()).env_clear().stdin(Stdio::null());
        Self { folder, command }
    }

    /// A call by way of a line of bash, in which `"$0" "$@"` is the program with these arguments.
    pub(super) fn under(line: &str, args: &[&str]) -> Self {
        let mut program = Self::new(&[]);
        let mut command = Command::new("bash");
        command.args(["-c", line, env!("CARGO_BIN_EXE_cartwright")]).args(args);
        command.current_dir(program.folder.path()).env_clear().stdin(Stdio::null());
        program.command = command;
        program
    }

    /// A server on a free port, with a throwaway database.
    pub(super) fn server(args: &[&str]) -> Self {
        Self::new(args).env("CARTWRIGHT_LISTEN", "127.0.0.1:0").env("CARTWRIGHT_DATABASE", "memory")
    }

    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Puts a file into the folder.
    pub(super) fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs it to its end.
    pub(super) fn run(&mut self) -> Ended {
        self.spawn().wait()
    }

    /// Starts it, without waiting for anything.
    fn spawn(&mut self) -> Running {
        let mut child = self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (stdout, stderr) = (child.stdout.take().map(BufReader::new), child.stderr.take());
        Running { child, stdout, stderr, folder: Arc::clone(&self.folder) }
    }

    /// Starts it, and waits until it says that it is ready. Answers its address too.
    pub(super) fn start(&mut self) -> (Running, String) {
        let mut running = self.spawn();
        let line = running.line();
        let url = line.strip_prefix("cartwright ready: ").and_then(|line| line.strip_suffix('\n'));
        let url = url.unwrap_or_else(|| panic!("not a ready line: {line:?}\n{}", running.log())).to_owned();
        (running, url)
    }
}

/// A program that runs. Dropping it kills it.
pub(super) struct Running {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: Option<ChildStderr>,
    /// Kept for as long as the process may use it.
    folder: Arc<tempfile::TempDir>,
}

impl Running {
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The next line of its output, empty at the end.
    pub(super) fn line(&mut self) -> String {
        let mut stdout = self.stdout.take().unwrap();
        let (stdout, line) = within(move || {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            (stdout, line)
        });
        self.stdout = Some(stdout);
        line
    }

    /// Closes our end of its output, as a reader that has seen enough does.
    pub(super) fn hang_up(&mut self) {
        self.stdout = None;
        self.stderr = None;
    }

    /// Sends it a signal: `TERM`, `INT`.
    pub(super) fn signal(&self, name: &str) {
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.id())]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub(super) fn wait(&mut self) -> Ended {
        let (stdout, stderr) = (self.stdout.take(), self.stderr.take());
        // Its output ends when it does.
        let (stdout, stderr) = within(move || (text(stdout), text(stderr)));
        Ended { code: self.child.wait().unwrap().code(), stdout, stderr }
    }

    /// All of its log, once it has ended.
    fn log(&mut self) -> String {
        text(self.stderr.take())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(stream: Option<impl Read>) -> String {
    let mut text = String::new();
    if let Some(mut stream) = stream {
        stream.read_to_string(&mut text).unwrap();
    }
    text
}

/// Does what may never end, and fails when it does not end in time.
fn within<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    std::thread::spawn(move || done.send(work()));
    result.recv_timeout(PATIENCE).expect("the program should have gone on by now")
}
