//! What a process has used of the machine, from Linux' `/proc`. Must not know what the process does.

use anyhow::{Context as _, Result};
use std::time::Duration;

/// What a process has used, without its children: the servers have none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Processor time, all threads together; it grows in ticks of 10 ms.
    pub cpu: Duration,
    /// Memory in KiB, what is shared counted in parts. A database file that is mapped counts in it.
    pub pss_kib: u64,
    /// Resident memory in KiB.
    pub rss_kib: u64,
}

impl Usage {
    /// Of the process with this id. Fails when there is none, or none that may be looked at.
    pub fn of(pid: u32) -> Result<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).with_context(|| format!("process {pid}"))?;
        // The name before it is in brackets, and may hold anything.
        let (_, fields) = stat.rsplit_once(')').context("/proc/PID/stat has no name")?;
        let ticks: u64 = fields.split_ascii_whitespace().skip(11).take(2).filter_map(|f| f.parse::<u64>().ok()).sum();
        let memory = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let kib = |name: &str| {
            let line = memory.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_ascii_whitespace().next()?.parse().ok()
        };
        Ok(Self {
            cpu: Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second()),
            pss_kib: kib("Pss:").unwrap_or(0),
            rss_kib: kib("Rss:").unwrap_or(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_memory() {
        let usage = Usage::of(std::process::id()).unwrap();
        assert!(usage.rss_kib > 100 && usage.pss_kib > 100, "{usage:?}");
    }
}
