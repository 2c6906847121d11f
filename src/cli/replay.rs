//! `cartwright replay`: tells which recorded answers of the live service this server gives again, element for element.

use super::{Failure, say};
use crate::replay;
use std::path::Path;

pub(super) fn run(folder: &Path) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Failure::RUNTIME, format!("cannot start threads: {error}")))?;
    let report = runtime
        .block_on(replay::folder(folder))
        .map_err(|error| Failure::new(Failure::USAGE, format!("cannot read {}: {error}", folder.display())))?;
    say(&report.to_string());
    if report.replayed.is_empty() {
        let message = format!("{} holds no recorded answer that can be replayed", folder.display());
        return Err(Failure::new(Failure::RUNTIME, message));
    }
    match report.counts().different {
        0 => Ok(()),
        different => Err(Failure::new(Failure::RUNTIME, format!("{different} recordings came back different"))),
    }
}
