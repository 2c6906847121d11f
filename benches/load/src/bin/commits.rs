//! `commits FILE`: what group commits a SQLite file on this disk takes from a bare loop, without a server in front of it.
//!
//! Prints a line of results for each size of a commit: new carts of about the server's size, in the order of their ids, each commit
//! synced to disk. No server on this machine can make more carts a second with as many callers, since each of them waits for its
//! commit.

use anyhow::{Context as _, Result, ensure};
use cartwright_load::process::Usage;
use cartwright_load::row::Row;
use clap::Parser;
use rusqlite::{Connection, params};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Bare group commits on a SQLite file
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// The file; made anew
    file: PathBuf,
    /// Carts of one commit; several times for several loops
    #[arg(long = "carts", required = true, value_parser = clap::value_parser!(u32).range(1..=1024))]
    sizes: Vec<u32>,
    /// Seconds of each loop, 60 at most
    #[arg(long, default_value_t = 2.0)]
    secs: f64,
}

fn main() -> Result<()> {
    let Cli { file, sizes, secs } = Cli::parse();
    ensure!(secs > 0.0 && secs <= 60.0, "--secs is between 0 and 60");
    ensure!(!file.exists(), "{} is there already", file.display());
    let connection = Connection::open(&file).with_context(|| format!("opening {}", file.display()))?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute_batch(
        "create table carts (id integer primary key, account text not null, touched_at integer not null, touched_day integer not null,
            lines text not null);
        create index carts_by_day on carts (touched_day)",
    )?;
    let mut next = 0;
    for size in sizes {
        let row = load(&connection, size, Duration::from_secs_f64(secs), &mut next)?;
        writeln!(std::io::stdout(), "{row}")?;
    }
    Ok(())
}

/// Commits `size` carts at a time for a while. The times are those of a commit, which each of its carts has waited for.
fn load(connection: &Connection, size: u32, span: Duration, next: &mut i64) -> Result<Row> {
    let lines = r#"{"v":1,"lines":[{"i":12345678901234567890,"a":"B000000001","q":1},{"i":12345678901234567891,"a":"B000000002","q":1},{"i":12345678901234567892,"a":"B000000003","q":1}]}"#;
    let before = Usage::of(std::process::id())?;
    let start = Instant::now();
    let mut times = Vec::new();
    while start.elapsed() < span {
        let begun = Instant::now();
        connection.prepare_cached("begin immediate")?.execute([])?;
        let mut insert = connection.prepare_cached(
            "insert into carts (id, account, touched_at, touched_day, lines) values (?1, 'AKIALOADGEN000000000', ?1, 20000, ?2)",
        )?;
        for _ in 0..size {
            *next += 1;
            insert.execute(params![*next, lines])?;
        }
        connection.prepare_cached("commit")?.execute([])?;
        times.push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    let elapsed = start.elapsed();
    let after = Usage::of(std::process::id())?;
    times.sort_unstable();
    let at = |part: usize| times[(times.len() - 1) * part / 1000];
    let carts = u32::try_from(times.len())? * size;
    let cpu = after.cpu.saturating_sub(before.cpu);
    Ok(Row {
        server: "bare loop".to_owned(),
        work: "group commits".to_owned(),
        conns: size,
        rps: f64::from(carts) / elapsed.as_secs_f64(),
        p50: at(500),
        p99: at(990),
        p999: at(999),
        max: at(1000),
        requests: carts,
        errors: 0,
        wrong: 0,
        srv_us: cpu.as_secs_f64() * 1e6 / f64::from(carts),
        gen_us: 0.0,
        pss_kib: after.pss_kib,
        rss_kib: after.rss_kib,
    })
}
