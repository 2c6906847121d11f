//! The command line: one file per subcommand. Here the arguments are declared, from the table of settings, and read.
//!
//! Results go to stdout and everything else to stderr. A reader that went away is no reason to fail, so nothing here panics
//! when it cannot print.
//!
//! This module must not know how anything is done: it calls the library and turns what comes back into lines and exit codes.

mod catalog_check;
mod completions;
mod config;
mod files;
mod health;
mod init;
mod openapi;
mod replay;
mod serve;

use crate::config::{Inputs, Loaded, SETTINGS, Shape, load, parse_duration};
use crate::server::StartError;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use clap_complete::Shell;
use std::fmt::Display;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// How the program ends when it does not end well.
#[derive(Debug)]
struct Failure {
    code: u8,
    /// Printed as they are.
    lines: Vec<String>,
}

impl Failure {
    /// Something went wrong while running.
    const RUNTIME: u8 = 1;
    /// The command line or the settings are wrong.
    const USAGE: u8 = 2;
    /// Somebody else listens there.
    const ADDRESS: u8 = 3;
    /// A seed file is wrong.
    const SEED: u8 = 4;
    /// The database cannot be used.
    const DATABASE: u8 = 5;

    fn new(code: u8, message: impl Display) -> Self {
        Self { code, lines: vec![format!("cartwright: {message}")] }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Config(_) => Self::new(Self::USAGE, error),
            StartError::AddressInUse { .. } => Self::new(Self::ADDRESS, error),
            StartError::Listen { .. } => Self::new(Self::RUNTIME, error),
            StartError::Seed(errors) => {
                Self { code: Self::SEED, lines: errors.iter().map(ToString::to_string).collect() }
            }
            StartError::Database(_) => Self::new(Self::DATABASE, error),
        }
    }
}

/// Reads the process's arguments, does what they say, and answers how the process ends.
pub fn main() -> ExitCode {
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(answer) => {
            // Help and version are "errors" of code 0 here, and go to stdout.
            let _ = answer.print();
            return ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(Failure::USAGE));
        }
    };
    match run(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.lines.iter().for_each(|line| complain(line));
            ExitCode::from(failure.code)
        }
    }
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        None => serve::run(settings(matches, None)?),
        Some(("serve", sub)) => serve::run(settings(matches, Some(sub))?),
        Some(("config", sub)) => config::run(&settings(matches, Some(sub))?),
        Some(("health", sub)) => {
            let configured = || settings(matches, Some(sub)).map(|loaded| loaded.config.listen);
            health::run(sub.get_one("url"), sub.get_one("wait").copied(), configured)
        }
        Some((name, sub)) => {
            refuse_settings(matches, name)?;
            match (name, sub.subcommand()) {
                ("init", _) => init::run(),
                ("catalog", Some(("check", sub))) => {
                    catalog_check::run(sub.get_many::<PathBuf>("file").into_iter().flatten())
                }
                ("replay", _) => replay::run(sub.get_one::<PathBuf>("folder").expect("clap demands a folder")),
                ("openapi", _) => openapi::run(),
                ("completions", _) => completions::run(*sub.get_one::<Shell>("shell").expect("clap demands a shell")),
                _ => unreachable!("clap lets no other subcommand through"),
            }
        }
    }
}

/// The whole command line.
fn command() -> Command {
    let file = Arg::new("file")
        .value_name("FILE")
        .required(true)
        .num_args(1..)
        .value_parser(value_parser!(PathBuf))
        .help("The seed files of one catalogue: .toml, .json, .jsonl or .csv");
    let command = Command::new("cartwright")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A server that answers as Amazon's E-Commerce Service 4.0 did for remote shopping carts.")
        .long_about(
            "A server that answers as Amazon's E-Commerce Service 4.0 did for remote shopping carts.\n\n\
             Without a command it serves. A flag beats the environment variable beside it, which beats the file \
             (--config FILE, else cartwright.toml in the current folder if there is one), which beats the default.",
        )
        .after_help(
            "Exit codes: 0 stopped as asked, 1 failure while running, 2 wrong command line or settings, \
             3 address in use, 4 wrong seed file, 5 database unusable.",
        )
        .max_term_width(120)
        .subcommand(Command::new("serve").about("Run the server, as without a command").args(setting_args()))
        .subcommand(
            Command::new("health")
                .about("Tell by the exit code whether the server is ready: 0 when it is, 1 when it is not")
                .arg(
                    Arg::new("url")
                        .long("url")
                        .value_name("URL")
                        .value_parser(|text: &str| health::Target::parse(text))
                        .help("The server [default: where the settings make it listen]"),
                )
                .arg(
                    Arg::new("wait")
                        .long("wait")
                        .value_name("D")
                        .value_parser(|text: &str| parse_duration(text).map(jiff::SignedDuration::unsigned_abs))
                        .help("Try again and again for so long, such as 30s"),
                )
                .args(setting_args().into_iter().filter(|arg| ["config", "listen"].contains(&arg.get_id().as_str()))),
        )
        .subcommand(Command::new("init").about("Write a commented cartwright.toml and catalog.toml into this folder"))
        .subcommand(
            Command::new("catalog")
                .about("Work on seed files")
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand(Command::new("check").about("Tell what is wrong with seed files, line by line").arg(file)),
        )
        .subcommand(
            Command::new("config")
                .about("Print the settings that hold, and where each came from; secrets are hidden")
                .args(setting_args()),
        )
        .subcommand(
            Command::new("replay")
                .about("Ask again what recorded answers of the live service were asked, and compare element by element")
                .long_about(
                    "Ask again what recorded answers of the live service were asked, and compare element by element.\n\n\
                     Every file below the folder that holds an answer of a cart operation is replayed against a throwaway \
                     server. The exit code is 0 when all come back equal, and 1 when one does not.",
                )
                .arg(Arg::new("folder").value_name("DIR").required(true).value_parser(value_parser!(PathBuf))),
        )
        .subcommand(Command::new("openapi").about("Print the OpenAPI document of the control API"))
        .subcommand(
            Command::new("completions")
                .about("Print completions for a shell")
                .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell))),
        );
    command.args(setting_args())
}

/// The flags of the settings, and the one that names their file.
fn setting_args() -> Vec<Arg> {
    let file = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("The file of settings [env: CARTWRIGHT_CONFIG] [default: cartwright.toml, if there is one]");
    let defaults = crate::config::Config::default();
    let settings = SETTINGS.iter().map(|setting| {
        let default = setting.show(&defaults).map_or_else(
            || setting.otherwise.to_owned(),
            |value| value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        );
        let also = setting.file_variable().map_or_else(String::new, |name| format!(" [file: {name}]"));
        let repeatable = if matches!(setting.shape, Shape::List | Shape::Pairs) { " (repeatable)" } else { "" };
        let help = format!("{}{repeatable} [env: {}]{also} [default: {default}]", setting.help, setting.variable());
        let arg = Arg::new(setting.key).long(setting.flag()).value_name(setting.value_name).help(help);
        let arg = match setting.shape {
            Shape::List | Shape::Pairs => arg.action(ArgAction::Append),
            Shape::Switch => arg.num_args(0..=1).require_equals(true).default_missing_value("true"),
            Shape::Text | Shape::Number => arg,
        };
        if setting.choices.is_empty() { arg } else { arg.value_parser(PossibleValuesParser::new(setting.choices)) }
    });
    let args = std::iter::once(file).chain(settings);
    args.map(|arg| arg.help_heading("Settings")).collect()
}

/// The settings, from all their layers. A flag may stand before or behind the subcommand; behind it counts more.
fn settings(root: &ArgMatches, sub: Option<&ArgMatches>) -> Result<Loaded, Failure> {
    let mut inputs = Inputs { environment: std::env::vars_os().collect(), ..Inputs::default() };
    for matches in [Some(root), sub].into_iter().flatten() {
        if let Ok(Some(file)) = matches.try_get_one::<PathBuf>("config") {
            inputs.file = Some(file.clone());
        }
        for setting in SETTINGS {
            // A subcommand need not have every flag.
            if let Ok(Some(values)) = matches.try_get_many::<String>(setting.key) {
                inputs.flags.insert(setting.key, values.cloned().collect());
            }
        }
    }
    load(&inputs).map_err(|error| Failure::new(Failure::USAGE, error))
}

/// A flag that would do nothing is a misunderstanding.
fn refuse_settings(root: &ArgMatches, subcommand: &str) -> Result<(), Failure> {
    let flags = SETTINGS.iter().map(|setting| (setting.key, setting.flag())).chain([("config", "config".to_owned())]);
    match flags.into_iter().find(|(id, _)| root.contains_id(id)) {
        Some((_, flag)) => {
            Err(Failure::new(Failure::USAGE, format!("--{flag} means nothing to `cartwright {subcommand}`")))
        }
        None => Ok(()),
    }
}

/// Prints a result.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints a line for whoever watches.
fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn every_reason_not_to_start_has_its_exit_code() {
        use crate::catalog::seed::{SeedError, SeedFile};
        use crate::store::StoreError;
        let seed = SeedError::in_field(&SeedFile::at("c.toml"), 7, "asin", "wrong");
        let addr = ([127, 0, 0, 1], 2005).into();
        for (error, code, line) in [
            (StartError::Config("no".to_owned()), 2, "cartwright: no"),
            (
                StartError::Listen { addr, source: io::Error::other("no") },
                1,
                "cartwright: cannot listen on 127.0.0.1:2005: no",
            ),
            (StartError::Seed(vec![seed]), 4, "c.toml:7: asin: wrong"),
            (
                StartError::Database(StoreError::InUse("a.db".to_owned())),
                5,
                "cartwright: a.db is in use by another server",
            ),
        ] {
            let failure = Failure::from(error);
            assert_eq!((failure.code, failure.lines), (code, vec![line.to_owned()]));
        }
    }
}
