//! The house rules that a compiler does not hold: who may name which library, and who may read time and chance.

use std::path::{Path, PathBuf};

/// What must not be named, and where it may be all the same. Paths are prefixes below `src/`.
const RULES: &[(&str, &[&str], &[&str])] = &[
    // (what this protects, words that give it away, where they are lawful)
    ("SQL drivers belong to the store", &["rusqlite", "sqlx", "tokio_postgres"], &["store/"]),
    (
        "the XML library belongs to the reader and the writer",
        &["quick_xml"],
        &["protocol/xml.rs", "protocol/tree.rs", "protocol/soap"],
    ),
    (
        "the web framework belongs to http and server",
        &["axum", "hyper", "tower_http", "hyper_util"],
        &["http/", "server.rs", "server/"],
    ),
    (
        "the system's time is read in one place",
        &["Timestamp::now()", "SystemTime::now", "Zoned::now"],
        &["cart/clock.rs"],
    ),
    ("chance is drawn in one place", &["rand::"], &["cart/random.rs"]),
    (
        "the OpenAPI document is the control API's; a type that it shows as it is may derive its schema",
        &["utoipa_axum"],
        &["http/"],
    ),
    ("only the command line prints", &["println!(", "eprintln!("], &["cli/"]),
];

/// What a room must not import, however useful it would be.
const CLOSED_ROOMS: &[(&str, &[&str])] = &[
    (
        "cart/",
        &[
            "axum",
            "sqlx",
            "rusqlite",
            "quick_xml",
            "tokio",
            "crate::store",
            "crate::protocol",
            "crate::http",
            "crate::catalog",
            ".await",
        ],
    ),
    (
        "catalog/",
        &["tokio", "rusqlite", "axum", "crate::store", "crate::protocol", "crate::operations", "crate::http", ".await"],
    ),
    (
        "protocol/",
        &[
            "tokio",
            "rusqlite",
            "axum",
            "crate::store",
            "crate::catalog",
            "crate::operations",
            "crate::http",
            "crate::config",
            ".await",
        ],
    ),
    ("operations/", &["tokio", "rusqlite", "axum", "quick_xml", "crate::http", "crate::server", "crate::cli"]),
    (
        "store/",
        &["axum", "quick_xml", "crate::protocol", "crate::operations", "crate::http", "crate::server", "crate::cli"],
    ),
    (
        "account/",
        &["rusqlite", "sqlx", "axum", "quick_xml", "crate::protocol", "crate::operations", "crate::http", "crate::app"],
    ),
    (
        "journal/",
        &[
            "axum",
            "hyper",
            "rusqlite",
            "quick_xml",
            "crate::store",
            "crate::operations",
            "crate::http",
            "crate::app",
            "crate::config",
        ],
    ),
    (
        "faults/",
        &[
            "tokio",
            "rusqlite",
            "axum",
            "quick_xml",
            "crate::store",
            "crate::operations",
            "crate::http",
            "Instant",
            ".await",
        ],
    ),
    // They are asked over HTTP, and by programs that know none.
    ("controls/", &["rusqlite", "sqlx", "axum", "hyper", "quick_xml", "crate::http", "crate::server", "crate::cli"]),
    ("state/", &["rusqlite", "sqlx", "axum", "hyper", "quick_xml", "crate::http", "crate::server", "crate::controls"]),
    // It sees the server as a client does: through its address.
    ("replay/", &["rusqlite", "axum", "quick_xml", "crate::store", "crate::operations", "crate::http", "crate::app"]),
    ("config/", &["tokio", "rusqlite", "axum", "crate::store", "crate::http", "crate::server", "crate::operations"]),
];

/// Every source file with its path below `src/` and its code, comments left out.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                into.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    let code = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    };
    files.iter().map(|path| (path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), code(path))).collect()
}

/// Whether `word` stands in `code` as a word of its own.
fn names(code: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(place, _)| {
        let before = code[..place].chars().next_back();
        let after = code[place + word.len()..].chars().next();
        let open_start = !word.starts_with(is_part) || !before.is_some_and(is_part);
        let open_end = !word.ends_with(is_part) || !after.is_some_and(is_part);
        open_start && open_end
    })
}

#[test]
fn libraries_time_and_chance_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        for (rule, words, lawful) in RULES {
            if lawful.iter().any(|room| path.starts_with(room)) {
                continue;
            }
            wrong.extend(
                words.iter().filter(|word| names(&code, word)).map(|word| format!("src/{path} names {word}: {rule}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rooms_do_not_import_what_they_must_not_know() {
    let sources = sources();
    let mut wrong = Vec::new();
    for (room, words) in CLOSED_ROOMS {
        assert!(sources.iter().any(|(path, _)| path.starts_with(room)), "there is no room {room}");
        for (path, code) in sources.iter().filter(|(path, _)| path.starts_with(room)) {
            wrong.extend(
                words.iter().filter(|word| names(code, word)).map(|word| format!("src/{path} must not know {word}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (path, _) in sources() {
        let text = std::fs::read_to_string(root.join(&path)).unwrap();
        assert!(text.starts_with("//!"), "src/{path} does not open with what it is for");
    }
}

#[test]
fn migrations_are_numbered_without_gaps_and_alike_on_every_database() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut first: Option<Vec<String>> = None;
    for database in std::fs::read_dir(root).unwrap() {
        let folder = database.unwrap().path();
        let mut names: Vec<String> =
            std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        for (place, name) in names.iter().enumerate() {
            assert!(
                name.starts_with(&format!("{:04}_", place + 1)),
                "{}: {name} is not number {}",
                folder.display(),
                place + 1
            );
        }
        assert_eq!(*first.get_or_insert_with(|| names.clone()), names, "{} differs", folder.display());
    }
    assert!(first.is_some_and(|names| !names.is_empty()), "there are no migrations");
}

#[test]
fn the_checker_itself_sees_what_it_looks_for() {
    assert!(names("use tokio::sync;", "tokio"));
    assert!(names("x.await?", ".await"));
    assert!(!names("tokio_like", "tokio"));
    assert!(!names("operand::x", "rand::"));
}

/// The statements of a file of Rust source: the name of each constant that holds one, and the statement.
pub(crate) fn statements(path: &str) -> Vec<(String, String)> {
    let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let constants = source.split("const ").skip(1).filter_map(|constant| {
        let (name, rest) = constant.split_once(": &str =")?;
        let (_, rest) = rest.split_once('"')?;
        Some((name.to_owned(), rest.split_once("\";")?.0.to_owned()))
    });
    constants.collect()
}

/// What stands in front of a use of the table of carts.
const USES_OF_CARTS: [&str; 5] = ["insert into carts", "update carts", "delete from carts", "from carts", "join carts"];

/// Why a statement cannot run where carts are spread over machines by their number; `None` when it can.
fn spreads_over_carts(sql: &str) -> Option<String> {
    for verb in USES_OF_CARTS {
        for (place, _) in sql.match_indices(verb) {
            // Up to the end of this part of the statement.
            let part = &sql[place..];
            let part = part.find("\n),").map_or(part, |end| &part[..end]);
            let named = part.starts_with("insert into carts (cart_id,")
                || ["cart_id = $", "cart_id = any ($"].iter().any(|key| part.contains(key));
            if !named {
                return Some(format!("`{verb}` names no cart_id"));
            }
        }
    }
    sql.contains("for update").then(|| "it locks rows".to_owned())
}

#[test]
fn every_statement_that_touches_carts_names_them_by_their_number() {
    let statements = statements("src/store/postgres/sql.rs");
    let on_carts: Vec<_> = statements.iter().filter(|(_, sql)| names(sql, "carts")).collect();
    assert!(
        statements.len() > 10 && on_carts.len() >= 4,
        "{} statements, {} on carts",
        statements.len(),
        on_carts.len()
    );
    // Statements that are put together, by a macro or a function, are none that are looked at here: they must not touch carts.
    let (_, code) = sources().into_iter().find(|(path, _)| path == "store/postgres/sql.rs").unwrap();
    for verb in USES_OF_CARTS {
        let seen: usize = statements.iter().map(|(_, sql)| sql.matches(verb).count()).sum();
        assert_eq!(code.matches(verb).count(), seen, "`{verb}` also stands where this test does not look");
    }
    let mut wrong = Vec::new();
    for (name, sql) in on_carts {
        // The sweeper looks for carts by the time of their last use; what it finds, it deletes by number.
        if !name.starts_with("SWEEP_PAGE") {
            wrong.extend(spreads_over_carts(sql).map(|why| format!("{name}: {why}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn statements_of_requests_stand_in_one_file() {
    let verbs = ["\"select ", "\"insert into ", "\"update ", "\"delete from ", "\"with "];
    for (path, code) in sources() {
        // Migrations are no requests.
        let lawful = ["store/postgres/sql.rs", "store/postgres/control_sql.rs", "store/postgres/migrate.rs"]
            .contains(&path.as_str());
        if path.starts_with("store/postgres") && !lawful {
            let found = verbs.iter().find(|verb| code.contains(**verb));
            assert!(found.is_none(), "src/{path} holds a statement of its own: {found:?}");
        }
    }
}

#[test]
fn the_statement_checker_itself_sees_what_it_looks_for() {
    for bad in [
        "select 1 from carts where account = $1",
        "with a as (\n    update carts set x = 1 where revision = $1\n), b as (\n    select 1 from carts where cart_id = $2\n) select 1",
        "delete from carts where touched_at < $1",
        "insert into carts (account, cart_id) values ($1, $2)",
        "select 1 from carts where cart_id = $1 for update",
    ] {
        assert!(spreads_over_carts(bad).is_some(), "{bad}");
    }
    assert_eq!(spreads_over_carts("select 1 from carts where cart_id = $1"), None);
}
