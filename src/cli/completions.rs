//! `cartwright completions`: prints what a shell needs to complete the command line.

use super::{Failure, command};
use clap_complete::Shell;
use std::io::{self, Write as _};

#[expect(clippy::unnecessary_wraps, reason = "every subcommand answers so")]
pub(super) fn run(shell: Shell) -> Result<(), Failure> {
    // Into memory first: the generator panics when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "cartwright", &mut script);
    let mut out = io::stdout().lock();
    let _ = out.write_all(&script).and_then(|()| out.flush());
    Ok(())
}
