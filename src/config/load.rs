//! The layers of settings: flag, then environment, then file, then default; and where each value came from.
//!
//! Written out rather than left to a library of layers: there are four of them, each yields texts, and the table of settings
//! must hear the very flag, variable or line of the file that is wrong. The environment is an argument, so that tests need
//! not share the process's.

use super::Config;
use super::settings::{SETTINGS, Setting, Shape};
use crate::nearest::nearest;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The file that is read when none is named.
const FILE: &str = "cartwright.toml";

/// The variable that names a file.
const FILE_VARIABLE: &str = "CARTWRIGHT_CONFIG";

/// What the settings are made from.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The file that the command line names.
    pub file: Option<PathBuf>,
    /// For each setting's key what the command line gives.
    pub flags: BTreeMap<&'static str, Vec<String>>,
    /// The process's environment; what does not begin with `CARTWRIGHT_` is passed over.
    pub environment: Vec<(OsString, OsString)>,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A flag.
    Flag,
    /// The environment variable of this name.
    Environment(String),
    /// This file.
    File(PathBuf),
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment(variable) => write!(f, "environment {variable}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The settings, and how they came about.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// Where each came from, in the order of [`SETTINGS`].
    pub sources: Vec<Source>,
    /// What the user should hear of though it stops nothing; a sentence each.
    pub warnings: Vec<String>,
}

/// The settings cannot be used. One sentence that names the flag, variable or line at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

/// What one layer says about one setting.
struct Given {
    values: Vec<String>,
    source: Source,
    /// The beginning of a message about it.
    place: String,
}

/// Puts the layers on top of each other.
pub fn load(inputs: &Inputs) -> Result<Loaded, ConfigError> {
    let (environment, warnings) = environment(inputs)?;
    let mut file = file(inputs, &environment)?;
    let mut config = Config::default();
    let mut sources = Vec::with_capacity(SETTINGS.len());
    for setting in SETTINGS {
        let flag = inputs.flags.get(setting.key).map(|values| Given {
            values: values.clone(),
            source: Source::Flag,
            place: format!("--{}", setting.flag()),
        });
        let given = match flag {
            Some(given) => Some(given),
            None => from_environment(setting, &environment)?.or_else(|| file.remove(setting.key)),
        };
        let Some(Given { values, source, place }) = given else {
            sources.push(Source::Default);
            continue;
        };
        (setting.set)(&mut config, &values).map_err(|message| ConfigError(format!("{place}: {message}")))?;
        sources.push(source);
    }
    config.check().map_err(ConfigError)?;
    Ok(Loaded { config, sources, warnings })
}

/// Our variables that are not empty, and warnings about those that nobody knows.
fn environment(inputs: &Inputs) -> Result<(BTreeMap<String, String>, Vec<String>), ConfigError> {
    let known: Vec<String> = SETTINGS
        .iter()
        .flat_map(|setting| [Some(setting.variable()), setting.file_variable()])
        .flatten()
        .chain([FILE_VARIABLE.to_owned()])
        .collect();
    let (mut ours, mut warnings) = (BTreeMap::new(), Vec::new());
    for (name, value) in &inputs.environment {
        let Some(name) = name.to_str().filter(|name| name.starts_with("CARTWRIGHT_")) else { continue };
        if !known.iter().any(|known| known == name) {
            let suggestion = suggest(name, known.iter().map(String::as_str));
            warnings.push(format!("unknown environment variable {name}{suggestion}"));
        } else if !value.is_empty() {
            let value = value.to_str().ok_or_else(|| ConfigError(format!("{name}: the value is not UTF-8")))?;
            ours.insert(name.to_owned(), value.to_owned());
        }
    }
    warnings.sort(); // the environment has no order of its own
    Ok((ours, warnings))
}

/// `; did you mean X?`, or nothing.
fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map_or_else(String::new, |known| format!("; did you mean {known}?"))
}

/// What the environment says about a setting, itself or through a file that it names.
fn from_environment(setting: &Setting, environment: &BTreeMap<String, String>) -> Result<Option<Given>, ConfigError> {
    let variable = setting.variable();
    let direct = environment.get(&variable);
    let through = setting.file_variable().and_then(|name| environment.get(&name).map(|path| (name, path)));
    let (variable, text) = match (direct, through) {
        (None, None) => return Ok(None),
        (Some(_), Some((name, _))) => {
            return Err(ConfigError(format!("{variable} and {name} are both set; only one of them can hold")));
        }
        (Some(text), None) => (variable, text.clone()),
        (None, Some((name, path))) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| ConfigError(format!("{name}: cannot read {path}: {error}")))?;
            // Editors and `echo` end a file with a newline that is no part of a secret.
            let text = text.strip_suffix('\n').map_or(&*text, |text| text.strip_suffix('\r').unwrap_or(text));
            (name, text.to_owned())
        }
    };
    let values = match setting.shape {
        // A file may also hold one account a line.
        Shape::Pairs => items(&text, &[',', '\n', '\r']),
        Shape::List => items(&text, &[',']),
        Shape::Text | Shape::Number | Shape::Switch => vec![text],
    };
    Ok(Some(Given { values, place: variable.clone(), source: Source::Environment(variable) }))
}

fn items(text: &str, separators: &[char]) -> Vec<String> {
    text.split(separators).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// Reads the file, if there is one: for each key that it has, what it says.
fn file(inputs: &Inputs, environment: &BTreeMap<String, String>) -> Result<BTreeMap<&'static str, Given>, ConfigError> {
    let named = inputs.file.clone().or_else(|| environment.get(FILE_VARIABLE).map(PathBuf::from));
    let path = named.clone().unwrap_or_else(|| PathBuf::from(FILE));
    match std::fs::read_to_string(&path) {
        Ok(text) => parse(&path, &text),
        Err(error) if named.is_none() && error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(ConfigError(format!("cannot read the settings in {}: {error}", path.display()))),
    }
}

fn parse(path: &Path, text: &str) -> Result<BTreeMap<&'static str, Given>, ConfigError> {
    let name = path.display();
    let line = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or_else(String::new, |span| format!(" line {}", line(span.start)));
        ConfigError(format!("{name}{at}: {}", error.message()))
    })?;
    let mut file = BTreeMap::new();
    // In the order of the file, so that the first mistake is the one that is told.
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        let at = line(key.span().start);
        let Some(setting) = SETTINGS.iter().find(|setting| setting.key == key.get_ref()) else {
            let key = key.get_ref();
            let suggestion = nearest(key, SETTINGS.iter().map(|setting| setting.key))
                .map_or_else(String::new, |known| format!("; did you mean `{known}`?"));
            return Err(ConfigError(format!("unknown key `{key}` in {name} line {at}{suggestion}")));
        };
        let place = format!("{name} line {at}: {}", setting.key);
        let values = values(setting, value).map_err(|message| ConfigError(format!("{place}: {message}")))?;
        file.insert(setting.key, Given { values, source: Source::File(path.to_owned()), place });
    }
    Ok(file)
}

/// The texts of a value in the file, which must have the setting's shape.
fn values(setting: &Setting, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, String> {
    let wanted = match (setting.shape, value.get_ref()) {
        (Shape::Text, DeValue::String(text)) => return Ok(vec![text.to_string()]),
        (Shape::Number, DeValue::Integer(number)) => {
            let number = i128::from_str_radix(number.as_str(), number.radix());
            return Ok(vec![number.map_err(|_| "the number is too large".to_owned())?.to_string()]);
        }
        (Shape::Switch, DeValue::Boolean(on)) => return Ok(vec![on.to_string()]),
        (Shape::List, DeValue::Array(items)) => {
            let texts = items.iter().map(|item| item.get_ref().as_str().map(str::to_owned));
            match texts.collect() {
                Some(texts) => return Ok(texts),
                None => "an array of texts",
            }
        }
        (Shape::Pairs, DeValue::Table(table)) => return pairs(table),
        (Shape::Text, _) => "a text in quotes",
        (Shape::Number, _) => "a whole number without quotes",
        (Shape::Switch, _) => "true or false, without quotes",
        (Shape::List, _) => "an array of texts",
        (Shape::Pairs, _) => "a table",
    };
    Err(format!("it must be {wanted}, not {} {}", article(value.get_ref()), value.get_ref().type_str()))
}

fn article(value: &DeValue<'_>) -> &'static str {
    if matches!(value, DeValue::Integer(_) | DeValue::Array(_)) { "an" } else { "a" }
}

fn pairs(table: &DeTable<'_>) -> Result<Vec<String>, String> {
    let pair = |(key, secret): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &std::borrow::Cow<'_, str> = key.get_ref();
        let secret =
            secret.get_ref().as_str().ok_or_else(|| format!("the secret of {key} must be a text in quotes"))?;
        // The key ends at the first colon of a pair, so one inside it would tear it apart.
        if key.contains(':') { Err(format!("the key {key} has a colon in it")) } else { Ok(format!("{key}:{secret}")) }
    };
    table.iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DEFAULT_FILE;
    use std::io::Write as _;

    /// A file with this text, named `cartwright.toml` in a folder of its own.
    fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
        (folder, path)
    }

    fn inputs(
        text: &str,
        environment: &[(&str, &str)],
        flags: &[(&'static str, &[&str])],
    ) -> (tempfile::TempDir, Inputs) {
        let (folder, path) = written(text);
        let environment = environment.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let flags =
            flags.iter().map(|(key, values)| (*key, values.iter().map(ToString::to_string).collect())).collect();
        (folder, Inputs { file: Some(path), flags, environment })
    }

    /// The message about a file with this text, its folder left out.
    fn refusal(text: &str) -> String {
        let (folder, inputs) = inputs(text, &[], &[]);
        load(&inputs).unwrap_err().to_string().replace(&format!("{}/", folder.path().display()), "")
    }

    fn source<'a>(loaded: &'a Loaded, key: &str) -> &'a Source {
        &loaded.sources[SETTINGS.iter().position(|setting| setting.key == key).unwrap()]
    }

    #[test]
    fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
        let file = "max_lines = 10\nmax_quantity = 10\nwrite_queue = 10\n";
        let environment = [("CARTWRIGHT_MAX_LINES", "20"), ("CARTWRIGHT_MAX_QUANTITY", "20")];
        let (_folder, inputs) = inputs(file, &environment, &[("max_lines", &["30"])]);
        let loaded = load(&inputs).unwrap();
        let config = &loaded.config;
        assert_eq!((config.max_lines, config.max_quantity, config.write_queue), (30, 20, 10));
        assert_eq!(source(&loaded, "max_lines"), &Source::Flag);
        assert_eq!(source(&loaded, "max_quantity"), &Source::Environment("CARTWRIGHT_MAX_QUANTITY".to_owned()));
        assert_eq!(source(&loaded, "write_queue"), &Source::File(inputs.file.clone().unwrap()));
        assert_eq!(source(&loaded, "locale"), &Source::Default);
        assert_eq!(loaded.warnings, [""; 0]);
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let (_folder, inputs) = inputs("locale = \"de\"", &[("CARTWRIGHT_LOCALE", "")], &[]);
        assert_eq!(load(&inputs).unwrap().config.locale.name(), "de");
    }

    #[test]
    fn lists_come_as_comma_lists_and_arrays() {
        let (_folder, from_variable) =
            inputs("catalog = [\"z.toml\"]", &[("CARTWRIGHT_CATALOG", "a.toml, b.csv,")], &[]);
        assert_eq!(load(&from_variable).unwrap().config.catalog, [Path::new("a.toml"), Path::new("b.csv")]);
        let (_folder, from_file) = inputs("catalog = [\"a,b.toml\", \"c.csv\"]", &[], &[]);
        assert_eq!(load(&from_file).unwrap().config.catalog, [Path::new("a,b.toml"), Path::new("c.csv")]);
    }

    #[test]
    fn secrets_are_read_from_files_without_their_last_newline() {
        let (_folder, secret) = written("s3cret\n\n");
        let (_folder, accounts) = written("K1:one\nK2:two:2,K3:three\r\n");
        let environment = [
            ("CARTWRIGHT_HMAC_SECRET_FILE", secret.to_str().unwrap()),
            ("CARTWRIGHT_ACCOUNTS_FILE", accounts.to_str().unwrap()),
        ];
        let (_folder, inputs) = inputs("", &environment, &[]);
        let loaded = load(&inputs).unwrap();
        assert_eq!(loaded.config.hmac_secret.as_ref().unwrap().expose(), "s3cret\n");
        let accounts: Vec<_> =
            loaded.config.accounts.iter().map(|(key, secret)| (key.as_str(), secret.expose())).collect();
        assert_eq!(accounts, [("K1", "one"), ("K2", "two:2"), ("K3", "three")]);
        assert_eq!(source(&loaded, "hmac_secret"), &Source::Environment("CARTWRIGHT_HMAC_SECRET_FILE".to_owned()));
    }

    #[test]
    fn a_secret_that_comes_twice_or_from_a_missing_file_is_refused() {
        let missing = [("CARTWRIGHT_CONTROL_TOKEN_FILE", "/nonexistent/token")];
        let (_folder, missing) = inputs("", &missing, &[]);
        let message = load(&missing).unwrap_err().to_string();
        assert!(message.starts_with("CARTWRIGHT_CONTROL_TOKEN_FILE: cannot read /nonexistent/token: "), "{message}");
        let both = [("CARTWRIGHT_HMAC_SECRET", "a"), ("CARTWRIGHT_HMAC_SECRET_FILE", "/nonexistent")];
        let (_folder, both) = inputs("", &both, &[]);
        assert_eq!(
            load(&both).unwrap_err().to_string(),
            "CARTWRIGHT_HMAC_SECRET and CARTWRIGHT_HMAC_SECRET_FILE are both set; only one of them can hold"
        );
    }

    #[test]
    fn mistakes_in_the_file_are_told_with_their_line() {
        for (text, message) in [
            ("\n\nlisen = \"x\"", "unknown key `lisen` in cartwright.toml line 3; did you mean `listen`?"),
            ("# ü\nqqqqqqqq = 1", "unknown key `qqqqqqqq` in cartwright.toml line 2"),
            (
                "[accounts]\nK = \"s\"\n[lokale]\n",
                "unknown key `lokale` in cartwright.toml line 3; did you mean `locale`?",
            ),
            (
                "max_lines = \"5\"",
                "cartwright.toml line 1: max_lines: it must be a whole number without quotes, not a string",
            ),
            ("max_lines = 0", "cartwright.toml line 1: max_lines: \"0\" is no whole number from 1 to 1000"),
            ("catalog = \"a\"", "cartwright.toml line 1: catalog: it must be an array of texts, not a string"),
            ("locale = 1", "cartwright.toml line 1: locale: it must be a text in quotes, not an integer"),
            ("watch = \"on\"", "cartwright.toml line 1: watch: it must be true or false, without quotes, not a string"),
            (
                "idle_expiry = \"0s\"",
                "cartwright.toml line 1: idle_expiry: \"0s\" is no time at all; a duration must be longer than zero",
            ),
            ("[accounts]\nK = 5", "cartwright.toml line 1: accounts: the secret of K must be a text in quotes"),
            (
                "links = \"amazn\"",
                "cartwright.toml line 1: links: \"amazn\" is none of here, amazon; did you mean \"amazon\"?",
            ),
        ] {
            assert_eq!(refusal(text), message);
        }
        let message = refusal("locale = \"us\"\nlocale = \"de\"");
        assert!(message.starts_with("cartwright.toml line 2: "), "{message}");
    }

    #[test]
    fn unknown_variables_warn_and_do_not_stop() {
        let environment =
            [("CARTWRIGHT_LISEN", "x"), ("CARTWRIGHT_QQQQQQQQQQQQQQQQQQQQQQQQ", ""), ("OTHER_LISTEN", "x")];
        let (_folder, inputs) = inputs("", &environment, &[]);
        assert_eq!(
            load(&inputs).unwrap().warnings,
            [
                "unknown environment variable CARTWRIGHT_LISEN; did you mean CARTWRIGHT_LISTEN?",
                "unknown environment variable CARTWRIGHT_QQQQQQQQQQQQQQQQQQQQQQQQ",
            ]
        );
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let (folder, _) = written("");
        let inputs = Inputs { file: Some(folder.path().join("other.toml")), ..Inputs::default() };
        assert!(load(&inputs).unwrap_err().to_string().starts_with("cannot read the settings in "));
    }

    /// The settings of the default file: each line `key = …`, or `# key = …` where there is no default.
    fn described() -> Vec<(&'static str, bool)> {
        let key = |line: &'static str| {
            let (text, active) = line.strip_prefix("# ").map_or((line, true), |text| (text, false));
            let table = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
            let key = table.or_else(|| text.split_once(" = ").map(|(key, _)| key))?;
            let named = key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            named.then_some((key, active))
        };
        DEFAULT_FILE.lines().filter_map(key).collect()
    }

    #[test]
    fn the_default_file_lists_exactly_the_settings_in_order() {
        let keys: Vec<&str> = described().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, SETTINGS.iter().map(|setting| setting.key).collect::<Vec<_>>());
    }

    #[test]
    fn the_default_file_changes_nothing_and_sets_all_that_has_a_default() {
        let (_folder, inputs) = inputs(DEFAULT_FILE, &[], &[]);
        let loaded = load(&inputs).unwrap();
        assert_eq!(loaded.warnings, [""; 0]);
        assert_eq!(format!("{:?}", loaded.config), format!("{:?}", Config::default()));
        for (setting, (key, active)) in SETTINGS.iter().zip(described()) {
            assert_eq!(setting.show(&Config::default()).is_some(), active, "{key}");
        }
    }

    #[test]
    fn the_examples_in_the_default_file_are_right() {
        // Uncomment every example: each must be understood.
        let examples: String =
            described().iter().filter(|(_, active)| !active).fold(String::new(), |mut text, (key, _)| {
                let start = [format!("# {key} = "), format!("# [{key}]")];
                let at = start.iter().find_map(|start| DEFAULT_FILE.find(start.as_str())).unwrap();
                let lines = DEFAULT_FILE[at..].lines().take_while(|line| line.starts_with("# "));
                lines.for_each(|line| text.extend([&line[2..], "\n"]));
                text
            });
        let (_folder, inputs) = inputs(&examples, &[], &[]);
        let loaded = load(&inputs).unwrap();
        for (setting, (key, active)) in SETTINGS.iter().zip(described()) {
            assert!(active || setting.show(&loaded.config).is_some(), "{key}");
        }
    }
}
