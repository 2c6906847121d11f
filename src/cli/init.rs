//! `cartwright init`: writes the two files to start from into the current folder. It never overwrites one.

use super::{Failure, say};
use crate::config::DEFAULT_FILE;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

/// The demo catalogue, as a file to change.
const CATALOG: &str = include_str!("../../config/catalog.toml");

/// The line of the settings that is an example as long as there is no file that it can name.
const CATALOG_LINE: &str = "catalog = [\"catalog.toml\"]";

pub(super) fn run() -> Result<(), Failure> {
    let settings = settings();
    let files = [("cartwright.toml", settings.as_str()), ("catalog.toml", CATALOG)];
    // Both are looked for before one is written. `exists` would not see a link that leads nowhere.
    if let Some((name, _)) = files.iter().find(|(name, _)| Path::new(name).symlink_metadata().is_ok()) {
        return Err(Failure::new(Failure::RUNTIME, format!("{name} is here already; nothing was written")));
    }
    let mut written = Vec::new();
    for (name, text) in files {
        if let Err(error) = create(name, text) {
            // Half a start is none.
            for name in written {
                let _ = std::fs::remove_file(name);
            }
            return Err(Failure::new(Failure::RUNTIME, format!("cannot write {name}: {error}; nothing was written")));
        }
        written.push(name);
    }
    say("wrote cartwright.toml and catalog.toml; `cartwright` in this folder starts with them");
    Ok(())
}

/// The default settings, but with the catalogue that is written beside them, so that a change to it has an effect.
fn settings() -> String {
    DEFAULT_FILE.replacen(&format!("# {CATALOG_LINE}"), CATALOG_LINE, 1)
}

/// Writes a new file, and leaves nothing behind when that fails half-way.
fn create(name: &str, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(name)?;
    file.write_all(text.as_bytes()).inspect_err(|_| drop(std::fs::remove_file(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_name_the_catalogue_beside_them() {
        assert!(settings().lines().any(|line| line == CATALOG_LINE));
        assert!(!DEFAULT_FILE.lines().any(|line| line == CATALOG_LINE));
    }
}
