//! `cartwright config`: prints the settings that hold and where each came from.

use super::{Failure, complain, say};
use crate::config::{Loaded, SETTINGS};
use std::fmt::Write as _;
use toml::Value;

#[expect(clippy::unnecessary_wraps, reason = "every subcommand answers so")]
pub(super) fn run(loaded: &Loaded) -> Result<(), Failure> {
    for warning in &loaded.warnings {
        complain(&format!("cartwright: {warning}"));
    }
    say(render(loaded).trim_end());
    Ok(())
}

/// The settings in the form of the file, each with its source behind it. What has no value is a comment.
fn render(loaded: &Loaded) -> String {
    let mut text = String::new();
    for (setting, source) in SETTINGS.iter().zip(&loaded.sources) {
        let key = setting.key;
        let line = match setting.show(&loaded.config) {
            None => writeln!(text, "# {key}: {}  # {source}", setting.otherwise),
            Some(Value::Table(entries)) => writeln!(text, "\n[{key}]  # {source}").and_then(|()| {
                entries.into_iter().try_for_each(|(name, value)| writeln!(text, "{} = {value}", quoted(&name)))
            }),
            Some(value) => writeln!(text, "{key} = {value}  # {source}"),
        };
        line.expect("a text takes everything");
    }
    text
}

/// A key as TOML wants it.
fn quoted(name: &str) -> String {
    let bare = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { name.to_owned() } else { Value::String(name.to_owned()).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Inputs, load};

    #[test]
    fn the_output_can_be_read_as_settings_again() {
        let environment = [
            ("CARTWRIGHT_ACCOUNTS", "KEY:hidden,a.b:hidden"),
            ("CARTWRIGHT_TRUST_PROXY", "10.0.0.0/8"),
            ("CARTWRIGHT_READY_FILE", "a\"b"),
        ];
        let environment = environment.map(|(name, value)| (name.into(), value.into())).to_vec();
        let loaded = load(&Inputs { environment, ..Inputs::default() }).unwrap();
        let text = render(&loaded);
        assert!(!text.contains("hidden"), "{text}");

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("again.toml");
        std::fs::write(&path, &text).unwrap();
        let again = load(&Inputs { file: Some(path), ..Inputs::default() }).unwrap();
        assert_eq!(format!("{:?}", again.config), format!("{:?}", loaded.config));
    }
}
