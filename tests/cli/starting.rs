//! Starts that cannot go well: one line that says why, and the exit code that scripts go by.

use super::Program;

const PRODUCT: &str = r#"{"locale":"us","asin":"B000000001","title":"T","product_group":"Book","price":1}"#;

/// Runs a server that must not start, and answers the last line of what it has to say.
#[track_caller]
fn refused(mut program: Program, code: i32) -> String {
    let ended = program.run();
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(code), ""), "{}", ended.stderr);
    ended.stderr.lines().last().unwrap_or_default().to_owned()
}

fn with_database(url: &str) -> Program {
    Program::server(&["--database", url])
}

#[test]
fn a_database_that_cannot_be_used_is_named() {
    for (url, reason) in [
        ("sqlite:no/such/folder/carts.db", "does not exist"),
        ("sqlite:garbage.db", "not a SQLite database"),
        ("sqlite:garbage.db/carts.db", "not a folder"),
        ("sqlite:.", "it is a folder"),
        ("sqlite:/proc/carts.db", ""),
    ] {
        let garbage = "neither tables nor rows, but long enough to be taken for a header\n".repeat(9);
        let line = refused(with_database(url).file("garbage.db", &garbage), 5);
        let path = url.strip_prefix("sqlite:").unwrap();
        assert!(line.starts_with("cartwright: ") && line.contains(path) && line.contains(reason), "{line}");
    }
}

#[test]
fn a_database_that_is_cut_off_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carts.db");
    let url = format!("sqlite:{}", path.display());
    let (mut running, _) = with_database(&url).start();
    running.signal("TERM");
    running.wait();
    let whole = std::fs::read(&path).unwrap();
    let cut = &whole[..whole.len() / 2];
    std::fs::write(&path, cut).unwrap();
    let line = refused(with_database(&url), 5);
    assert!(line.contains(&path.display().to_string()), "{line}");
    assert!(std::fs::read(&path).unwrap() == cut, "a refused file is not written to");
}

#[test]
fn a_database_that_there_is_no_room_for_is_named_and_made_once_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("carts.db").display());
    // Neither the tables nor the catalogue; and then the tables alone.
    for blocks in [4, 64] {
        let limited = format!("trap '' XFSZ; ulimit -S -f {blocks}; exec \"$0\" \"$@\"");
        let line = refused(Program::under(&limited, &["--listen", "127.0.0.1:0", "--database", &url]), 5);
        assert!(line.starts_with("cartwright: ") && line.contains("carts.db: "), "{line}");
    }
    let (mut running, _) = with_database(&url).start();
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));
}

#[test]
fn the_database_of_a_running_server_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carts.db").display().to_string();
    let url = format!("sqlite:{path}");
    let (mut first, _) = with_database(&url).start();
    let line = refused(with_database(&url), 5);
    assert_eq!(line, format!("cartwright: {path} is in use by another server"));
    // The first one has not noticed; and where it has ended, however it did, the next may start.
    first.signal("KILL");
    first.wait();
    let (mut second, _) = with_database(&url).start();
    second.signal("TERM");
    assert_eq!(second.wait().code, Some(0));
}

#[test]
fn the_same_settings_twice_fail_for_the_second() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("carts.db").display());
    let (_running, url) = with_database(&database).start();
    let address = url.strip_prefix("http://").unwrap();
    let line = refused(Program::server(&["--listen", address, "--database", &database]), 3);
    assert!(line.contains(address), "the port is looked at first: {line}");
}

#[test]
fn a_broken_seed_names_file_line_and_field() {
    let price = PRODUCT.replace("\"price\":1", "\"price\":-1");
    let seed = format!("{PRODUCT}\n{price}\n");
    let line = refused(Program::server(&["--catalog", "stock.jsonl"]).file("stock.jsonl", &seed), 4);
    assert!(line.contains("stock.jsonl:2: price: "), "{line}");
    let twice = format!("{PRODUCT}\n\n{PRODUCT}\n");
    let line = refused(Program::server(&["--catalog", "stock.jsonl"]).file("stock.jsonl", &twice), 4);
    assert!(line.contains("stock.jsonl:3: "), "{line}");
    for (name, seed) in
        [("stock.jsonl", "{"), ("stock.toml", "[[product]"), ("stock.csv", "a,b\n\"c"), ("stock.json", "[1")]
    {
        let line = refused(Program::server(&["--catalog", name]).file(name, seed), 4);
        assert!(line.contains(name), "{line}");
    }
    let line = refused(Program::server(&["--catalog", "missing.toml"]), 4);
    assert!(line.contains("missing.toml"), "{line}");
}

/// A start that fails late must leave nothing behind that keeps the next one from going well.
#[test]
fn after_a_broken_seed_the_right_one_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("carts.db").display());
    let seeded =
        |seed: &str| Program::server(&["--catalog", "stock.jsonl", "--database", &url]).file("stock.jsonl", seed);
    refused(seeded(&format!("{PRODUCT}\nnothing\n")), 4);
    let (mut running, _) = seeded(PRODUCT).start();
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));
}
