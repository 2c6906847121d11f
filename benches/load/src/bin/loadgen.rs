//! `loadgen`: load on a cart server of this machine. `scripts/bench` calls it; `loadgen help` says how.

use anyhow::{Context as _, Result, ensure};
use cartwright_load::carts::{Ask, KnownCart};
use cartwright_load::connection::{Connection, Target};
use cartwright_load::load::{Load, Mix, run};
use cartwright_load::row::{self, Row};
use cartwright_load::{ready, table};
use clap::{Args, Parser, Subcommand};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Load on a cart server of this machine: 127.0.0.1 and no other host, bounded in time and number.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make carts, and write them to a file for `run` and `answer`
    Create {
        /// http://127.0.0.1:PORT
        target: Target,
        /// Where the carts are written: one a line
        file: PathBuf,
        /// How many
        #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        carts: u32,
        #[command(flatten)]
        shape: Shape,
    },
    /// Print the server's answer to a CartGet of the first cart of a file
    Answer {
        /// http://127.0.0.1:PORT
        target: Target,
        /// Carts that `create` wrote
        file: PathBuf,
    },
    /// Load the server for a while; prints one line of results
    Run {
        /// http://127.0.0.1:PORT
        target: Target,
        /// Carts that `create` wrote; after a mix that writes, the file holds them as they are then
        file: PathBuf,
        /// GET:CREATE:ADD:MODIFY or GET:CREATE:ADD:MODIFY:LOOKUP, in parts of the sum
        #[arg(long)]
        mix: Mix,
        /// Connections
        #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1024))]
        conns: u32,
        /// Seconds, 60 at most
        #[arg(long, default_value_t = 2.0)]
        secs: f64,
        /// The most requests
        #[arg(long, default_value_t = 5_000_000, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
        requests: u32,
        /// Open loop: so many requests a second on a fixed schedule, however fast the server answers
        #[arg(long)]
        rate: Option<f64>,
        /// Equal seeds choose equal carts and items
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The server's process id, to tell what it uses
        #[arg(long)]
        pid: Option<u32>,
        /// The first column of the line
        #[arg(long, default_value = "server")]
        server: String,
        /// The second one
        #[arg(long, default_value = "mix")]
        work: String,
        #[command(flatten)]
        shape: Shape,
    },
    /// Start a program several times; prints how long it took to its ready line, and what it uses when idle
    Ready {
        /// How often
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
        runs: u32,
        /// The first column of the line
        #[arg(long, default_value = "server")]
        label: String,
        /// The program and its arguments; {run} in them becomes the run's number
        #[arg(last = true, required = true)]
        program: Vec<String>,
    },
    /// Print the names of the columns of `run`, or of `ready`
    Header {
        /// Those of `ready`
        #[arg(long)]
        ready: bool,
    },
    /// Print files of results as a table of medians and ratios
    Table {
        /// The server that the others are compared with
        #[arg(long, default_value = "floor")]
        base: String,
        /// The server that does the same work, with which the others are compared too
        #[arg(long, default_value = "limit")]
        limit: String,
        /// Lines that `run` printed
        files: Vec<PathBuf>,
    },
}

/// What carts are made of.
#[derive(Args)]
struct Shape {
    /// Lines of a new cart
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=20))]
    lines: u32,
    /// How many ASINs the server knows, from B000000000 on
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(21..=100_000_000))]
    asins: u32,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let text = match Cli::parse().command {
        Command::Create { target, file, carts, shape } => create(target, &file, carts, &shape).await?,
        Command::Answer { target, file } => {
            let carts = read_carts(&file)?;
            let cart = carts.first().context("no carts")?;
            Connection::new(target).get(&Ask::Get(cart).query()).await?.to_owned()
        }
        Command::Run { target, file, mix, conns, secs, requests, rate, seed, pid, server, work, shape } => {
            ensure!(secs > 0.0 && secs <= 60.0, "--secs is between 0 and 60");
            ensure!(rate.is_none_or(|rate| (1.0..=1e6).contains(&rate)), "--rate is between 1 and 1000000");
            let load = Load {
                target,
                mix,
                connections: conns,
                span: Duration::from_secs_f64(secs),
                limit: requests,
                rate,
                lines: shape.lines,
                asins: shape.asins,
                seed,
                pid,
            };
            let outcome = run(load, read_carts(&file)?).await?;
            report(&outcome.problems)?;
            if mix.writes() {
                write_carts(&file, &outcome.carts)?;
            }
            format!("{}\n", Row { server, work, ..outcome.row })
        }
        Command::Ready { runs, label, program } => {
            let mut starts = Vec::new();
            for run in 0..runs {
                let program: Vec<String> = program.iter().map(|part| part.replace("{run}", &run.to_string())).collect();
                starts.push(ready::once(&program).await?);
            }
            format!("{}\n", ready::line(&label, &starts))
        }
        Command::Header { ready } => format!("{}\n", if ready { ready::HEADER } else { row::HEADER }),
        Command::Table { base, limit, files } => {
            let mut rows = Vec::new();
            for file in files {
                let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
                for line in text.lines().filter(|line| *line != row::HEADER) {
                    rows.push(line.parse()?);
                }
            }
            table::table(&rows, &base, &limit)
        }
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

async fn create(target: Target, file: &Path, carts: u32, shape: &Shape) -> Result<String> {
    let load = Load {
        target,
        mix: Mix::CREATE,
        connections: carts.min(16),
        span: Duration::from_mins(10),
        limit: carts,
        rate: None,
        lines: shape.lines,
        asins: shape.asins,
        seed: 1,
        pid: None,
    };
    let outcome = run(load, Vec::new()).await?;
    report(&outcome.problems)?;
    ensure!(outcome.row.errors == 0 && outcome.row.wrong == 0, "not all carts could be made");
    write_carts(file, &outcome.created)?;
    Ok(String::new())
}

/// Says on standard error what went wrong, the most frequent kinds only.
fn report(problems: &std::collections::BTreeMap<String, u32>) -> Result<()> {
    let mut kinds: Vec<_> = problems.iter().collect();
    kinds.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
    for (problem, times) in kinds.into_iter().take(5) {
        writeln!(std::io::stderr(), "loadgen: {times} times: {problem}")?;
    }
    Ok(())
}

fn read_carts(file: &Path) -> Result<Vec<KnownCart>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    text.lines().map(KnownCart::from_record).collect()
}

fn write_carts(file: &Path, carts: &[KnownCart]) -> Result<()> {
    let records: String = carts.iter().map(|cart| cart.to_record() + "\n").collect();
    std::fs::write(file, records).with_context(|| format!("writing {}", file.display()))
}
