//! The program from outside: real processes, their output, exit codes and files (config/cartwright.toml tells the settings).

mod commands;
mod image;
mod program;
mod replay;
mod serving;
mod settings;

use program::Program;
