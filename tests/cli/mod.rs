//! The program from outside: real processes, their output, exit codes and files (config/cartwright.toml tells the settings).

mod commands;
mod crash;
mod image;
mod logs;
mod program;
mod serving;
mod settings;
mod starting;

use program::Program;
