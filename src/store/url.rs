//! The name of a database, as the setting `database` spells it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A database: a throwaway one, a file, or a server.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `memory`: a file in the folder for temporary files, gone when the store is closed.
    Memory,
    /// `sqlite:PATH`.
    Sqlite(PathBuf),
    /// `postgres://…`, with the password that it may hold.
    Postgres(String),
}

/// The text names no database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no database: write memory, sqlite:PATH or postgres://…")]
pub struct InvalidDatabaseUrl(String);

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    /// Reads `memory`, `sqlite:PATH` (also as `sqlite://PATH`), `postgres://…` and `postgresql://…`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "memory" {
            return Ok(Self::Memory);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        // `:memory:` would be a database of its own for every connection.
        match path {
            Some(path) if !path.is_empty() && path != ":memory:" => Ok(Self::Sqlite(PathBuf::from(path))),
            _ => Err(InvalidDatabaseUrl(text.to_owned())),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    /// As it was written, without what stands before the `@` of a server: there may be a password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory"),
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                match rest.rsplit_once('@') {
                    Some((_, server)) => write!(f, "{scheme}://…@{}", server.split('?').next().unwrap_or_default()),
                    None => write!(f, "{scheme}://{}", rest.split('?').next().unwrap_or_default()),
                }
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_kinds_are_told_apart() {
        assert_eq!("memory".parse(), Ok(DatabaseUrl::Memory));
        for (text, path) in
            [("sqlite:a.db", "a.db"), ("sqlite:/d/a b.db", "/d/a b.db"), ("sqlite:///d/a.db", "/d/a.db")]
        {
            assert_eq!(text.parse(), Ok(DatabaseUrl::Sqlite(PathBuf::from(path))));
        }
        assert_eq!("postgresql://h/d".parse(), Ok(DatabaseUrl::Postgres("postgresql://h/d".to_owned())));
        for text in ["", "sqlite:", "sqlite://", "sqlite::memory:", "mysql://h/d", "cartwright.db", "Memory"] {
            assert!(text.parse::<DatabaseUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for (text, shown) in [
            ("postgres://u:p@h:1/d?sslmode=require&password=p", "postgres://…@h:1/d"),
            ("postgres://u:p@s@h/d", "postgres://…@h/d"),
            ("postgres://h/d?password=p", "postgres://h/d"),
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert_eq!(format!("{url} {url:?}"), format!("{shown} {shown}"));
        }
    }
}
