//! `cartwright openapi`: prints what a running server has at `/_cartwright/v1/openapi.json`.

use super::{Failure, say};

#[expect(clippy::unnecessary_wraps, reason = "every subcommand answers so")]
pub(super) fn run() -> Result<(), Failure> {
    say(&crate::http::openapi());
    Ok(())
}
