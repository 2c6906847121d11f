//! The integration tests: one binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed, in its helpers too")]

mod architecture;
mod cli;
mod golden;
mod support;
