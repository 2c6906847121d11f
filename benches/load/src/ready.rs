//! From a program's start to its ready line. The line is awaited on the program's own output: polling its port would take
//! processor time from the very start that is measured.

use crate::process::Usage;
use crate::table::median;
use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

/// How long a start, and an end, may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long after its ready line a program is looked at, when what the start left to do has been done.
const SETTLE: Duration = Duration::from_millis(300);

/// One start.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// From the start to the ready line, in milliseconds.
    pub ready_ms: f64,
    /// Processor time until it had settled, in milliseconds.
    pub cpu_ms: f64,
    /// What it uses when it does nothing.
    pub idle: Usage,
}

/// The names of the columns of [`line`].
pub const HEADER: &str = "label\tready_ms\tmin_ms\tmax_ms\tcpu_ms\tidle_pss_kib\tidle_rss_kib\truns";

/// Starts `command` (program and arguments) once, waits for its ready line, looks at it, and ends it with SIGTERM. Fails when it
/// ends by itself or says something else first.
pub async fn once(command: &[String]) -> Result<Start> {
    let (program, arguments) = command.split_first().context("no program")?;
    let since = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("starting {program}"))?;
    let mut output = BufReader::new(child.stdout.take().context("the output is not piped")?).lines();
    let line = timeout(PATIENCE, output.next_line()).await.context("not ready in time")??;
    let ready_ms = since.elapsed().as_secs_f64() * 1e3;
    let Some(line) = line else { bail!("{program} ended before it was ready") };
    ensure!(line.contains(" ready: http://"), "{program} said {line:?} instead of being ready");
    tokio::time::sleep(SETTLE).await;
    let pid = child.id().context("it has ended")?;
    let idle = Usage::of(pid)?;
    let process = i32::try_from(pid).ok().and_then(Pid::from_raw).context("a process id out of range")?;
    kill_process(process, Signal::TERM)?;
    let status = timeout(PATIENCE, child.wait()).await.context("it does not end on SIGTERM")??;
    ensure!(status.success(), "{program} ended with {status}");
    Ok(Start { ready_ms, cpu_ms: idle.cpu.as_secs_f64() * 1e3, idle })
}

/// The medians of these starts, in the order of [`HEADER`].
pub fn line(label: &str, starts: &[Start]) -> String {
    let of = |column: fn(&Start) -> f64| starts.iter().map(column);
    let ready = |start: &Start| start.ready_ms;
    #[expect(clippy::cast_precision_loss, reason = "KiB of a process are far below 2^52")]
    let (pss, rss) = (median(of(|s| s.idle.pss_kib as f64)), median(of(|s| s.idle.rss_kib as f64)));
    format!(
        "{label}\t{:.1}\t{:.1}\t{:.1}\t{:.0}\t{pss:.0}\t{rss:.0}\t{}",
        median(of(ready)),
        of(ready).fold(f64::INFINITY, f64::min),
        of(ready).fold(0.0, f64::max),
        median(of(|start| start.cpu_ms)),
        starts.len()
    )
}
