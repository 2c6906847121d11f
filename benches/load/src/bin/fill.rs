//! `fill FILE`: makes a server's SQLite file as large as one of a busy year, while no server has it open.
//!
//! The carts are copies of one that the server wrote, with ids spread over all that the site has. Nobody was given their HMACs;
//! they are there to be in the way.

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use rusqlite::{Connection, params};
use std::path::PathBuf;

/// How many ids a site has: those of 17 digits that begin with its own.
const IDS_OF_A_SITE: i64 = 10_000_000_000_000_000;

/// Carts of one transaction.
const STEP: i64 = 200_000;

/// Copies of a cart, until there are so many
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// A server's database, in which there is a cart
    file: PathBuf,
    /// How many carts there shall be
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=100_000_000))]
    carts: i64,
}

fn main() -> Result<()> {
    let Cli { file, carts } = Cli::parse();
    ensure!(file.exists(), "{} is not there", file.display());
    let connection = Connection::open(&file).with_context(|| format!("opening {}", file.display()))?;
    // Nobody needs the file after a crash of this machine.
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "cache_size", -256 * 1024)?;
    let (there, template): (i64, Option<i64>) =
        connection.query_row("select count(*), max(cart_id) from carts", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let template = template.context("there is no cart to be copied")?;
    let missing = (carts - there).max(0);
    if missing == 0 {
        return Ok(());
    }
    let mut columns = connection.prepare("select name from pragma_table_info('carts') where name <> 'cart_id'")?;
    let columns: Vec<String> = columns.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let columns = columns.join(", ");
    // In the order of ids, each at a random place of its own stretch, so that none comes twice.
    let insert = format!(
        "with recursive number (n) as (select ?1 union all select n + 1 from number where n + 1 < ?2)
        insert or ignore into carts (cart_id, {columns})
        select ?3 + n * ?4 + abs(random() % ?4), {columns} from number, carts where carts.cart_id = ?5"
    );
    let first = template - template % IDS_OF_A_SITE;
    let stretch = IDS_OF_A_SITE / missing;
    for from in (0..missing).step_by(usize::try_from(STEP)?) {
        let to = missing.min(from + STEP);
        connection.execute(&insert, params![from, to, first, stretch, template])?;
    }
    connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
    Ok(())
}
