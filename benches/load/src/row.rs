//! One line of results: tab-separated, read and written here alone. Must not know where the numbers come from.

use anyhow::{Context as _, Result, ensure};
use std::fmt;

/// The names of the columns, in order.
pub const HEADER: &str = "server\twork\tconns\trps\tp50_us\tp99_us\tp999_us\tmax_us\trequests\terrors\twrong\tsrv_us\tgen_us\tpss_kib\trss_kib";

/// What one load came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Who was loaded: `server`, `floor`.
    pub server: String,
    /// With what: `CartGet`, `mix`.
    pub work: String,
    /// Connections.
    pub conns: u32,
    /// Good answers a second.
    pub rps: f64,
    /// Half of the good answers took no longer, in microseconds.
    pub p50: u32,
    /// 99 % of them.
    pub p99: u32,
    /// 99.9 % of them.
    pub p999: u32,
    /// All of them.
    pub max: u32,
    /// Good answers.
    pub requests: u32,
    /// Requests without a good answer.
    pub errors: u32,
    /// Answers of another cart, or that do not show the change that was asked for.
    pub wrong: u32,
    /// The server's processor time for a request, in microseconds.
    pub srv_us: f64,
    /// The generator's.
    pub gen_us: f64,
    /// The server's memory at the end, shared parts counted in parts.
    pub pss_kib: u64,
    /// The server's resident memory at the end.
    pub rss_kib: u64,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server, work, conns, rps, p50, p99, p999, max, requests, errors, wrong, srv_us, gen_us, .. } = self;
        write!(
            f,
            "{server}\t{work}\t{conns}\t{rps:.1}\t{p50}\t{p99}\t{p999}\t{max}\t{requests}\t{errors}\t{wrong}\t{srv_us:.1}\t{gen_us:.1}\t{}\t{}",
            self.pss_kib, self.rss_kib
        )
    }
}

impl std::str::FromStr for Row {
    type Err = anyhow::Error;

    fn from_str(line: &str) -> Result<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        ensure!(fields.len() == HEADER.split('\t').count(), "not a line of results: {line:?}");
        let read = || -> Result<Self> {
            Ok(Self {
                server: fields[0].to_owned(),
                work: fields[1].to_owned(),
                conns: fields[2].parse()?,
                rps: fields[3].parse()?,
                p50: fields[4].parse()?,
                p99: fields[5].parse()?,
                p999: fields[6].parse()?,
                max: fields[7].parse()?,
                requests: fields[8].parse()?,
                errors: fields[9].parse()?,
                wrong: fields[10].parse()?,
                srv_us: fields[11].parse()?,
                gen_us: fields[12].parse()?,
                pss_kib: fields[13].parse()?,
                rss_kib: fields[14].parse()?,
            })
        };
        read().with_context(|| format!("not a line of results: {line:?}"))
    }
}

/// The value that `thousandths` of these do not exceed; 0 for none. They must be in order.
pub fn quantile(ordered: &[u32], thousandths: usize) -> u32 {
    let rank = (ordered.len() * thousandths).div_ceil(1000);
    ordered.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn row(server: &str, work: &str, conns: u32, rps: f64) -> Row {
        Row {
            server: server.to_owned(),
            work: work.to_owned(),
            conns,
            rps,
            p50: 1,
            p99: 2,
            p999: 3,
            max: 4,
            requests: 5,
            errors: 0,
            wrong: 0,
            srv_us: 6.5,
            gen_us: 7.5,
            pss_kib: 8,
            rss_kib: 9,
        }
    }

    #[test]
    fn a_line_that_was_written_is_read_back() {
        let row = row("server", "CartGet", 16, 1234.5);
        assert_eq!(row.to_string().parse::<Row>().unwrap(), row);
        assert_eq!(row.to_string().split('\t').count(), HEADER.split('\t').count());
        assert!("server\tCartGet".parse::<Row>().is_err());
    }

    #[test]
    fn a_quantile_is_a_value_that_was_measured() {
        let hundred: Vec<u32> = (1..=100).collect();
        assert_eq!((quantile(&hundred, 500), quantile(&hundred, 990), quantile(&hundred, 999)), (50, 99, 100));
        assert_eq!((quantile(&[7], 500), quantile(&[], 500)), (7, 0));
    }
}
