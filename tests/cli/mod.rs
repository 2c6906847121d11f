//! The program from outside: real processes, their output, exit codes and files (config/cartwright.toml tells the settings).

mod commands;
mod crash;
mod encrypted;
mod files;
mod image;
mod logs;
mod lost;
mod program;
mod replay;
mod replicas;
mod serving;
mod settings;
mod starting;

use program::Program;

/// A line of a `.jsonl` seed file, with these fields behind the required ones.
fn product(asin: &str, rest: &str) -> String {
    format!("{{\"locale\":\"us\",\"asin\":\"{asin}\",\"title\":\"T\",\"product_group\":\"Book\"{rest}}}\n")
}
