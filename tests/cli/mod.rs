//! The program from outside: real processes, their output, exit codes and files (config/cartwright.toml tells the settings).

mod commands;
mod image;
mod program;
mod serving;
mod settings;

use program::Program;

/// A line of a `.jsonl` seed file, with these fields behind the required ones.
fn product(asin: &str, rest: &str) -> String {
    format!("{{\"locale\":\"us\",\"asin\":\"{asin}\",\"title\":\"T\",\"product_group\":\"Book\"{rest}}}\n")
}
