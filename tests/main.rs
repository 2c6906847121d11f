//! The integration tests: one binary, one link step, shared support code.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed, in its helpers too")]

mod api;
mod architecture;
mod browser;
mod cli;
mod compatibility;
mod control;
mod faults;
mod golden;
mod hostile;
mod lookups;
mod properties;
mod readme;
mod replay;
mod soap;
mod store;
mod support;
