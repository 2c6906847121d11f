//! Files that are not what they were: read-only, locked, deleted or replaced under the server.

use super::Program;
use super::crash::{ask, on_file};
use super::program::Running;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A cart as its client knows it, and what it holds.
type Cart = (String, String);

/// A server on `carts.db` in this folder, with its log in a file, and a cart in it.
fn shop(folder: &Path) -> (Running, SocketAddr, Vec<Cart>) {
    let program = Program::under("exec \"$0\" \"$@\" 2>log", &["--listen", "127.0.0.1:0"]);
    let (running, url) = on_file(program, folder, "carts.db").start();
    let addr = url.strip_prefix("http://").unwrap().parse().unwrap();
    let carts = (0..20).map(|_| create(addr).expect("an acknowledged cart")).collect();
    (running, addr, carts)
}

/// Makes a cart; `None` when the server does not, or is not there any more.
fn create(addr: SocketAddr) -> Option<Cart> {
    let answer = ask(addr, "Operation=CartCreate&Item.1.ASIN=C000000001")?;
    (answer.status == 200).then(|| (answer.cart(), answer.lines()))
}

/// Waits for the end of a server that has lost its file, and answers its log.
#[track_caller]
fn end(mut running: Running) -> String {
    assert_eq!(running.wait().code, Some(1));
    let log = std::fs::read_to_string(running.folder().join("log")).unwrap();
    assert_eq!(log.matches("while the server had it open").count(), 1, "{log}");
    log
}

/// Checks that a server on this file has all of these carts.
#[track_caller]
fn check(folder: &Path, file: &str, carts: &[Cart]) {
    let (mut running, url) = on_file(Program::server(&[]), folder, file).start();
    let addr = url.strip_prefix("http://").unwrap().parse().unwrap();
    for (cart, lines) in carts {
        let answer = ask(addr, &format!("Operation=CartGet&{cart}")).expect("an answer");
        assert_eq!(&answer.lines(), lines, "an acknowledged cart is lost: {}", answer.body);
    }
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = super::crash::folder();
    let database = folder.path().join("carts.db");
    (folder, database)
}

#[test]
fn a_server_whose_file_is_deleted_takes_no_more_changes_and_saves_those_that_it_took() {
    let (folder, database) = folder();
    let (running, addr, carts) = shop(folder.path());
    std::fs::remove_file(&database).unwrap();
    assert_eq!(create(addr), None, "what is written now nobody would see again");
    assert!(end(running).contains("carts.db.rescued"));
    assert!(!database.exists());
    check(folder.path(), "carts.db.rescued", &carts);
}

#[test]
fn a_server_whose_file_is_replaced_ends_by_itself_and_leaves_the_new_one_alone() {
    let (folder, database) = folder();
    let (running, _, carts) = shop(folder.path());
    let new = folder.path().join("new");
    std::fs::write(&new, "not even a database").unwrap();
    std::fs::rename(&new, &database).unwrap();
    end(running);
    assert_eq!(std::fs::read_to_string(&database).unwrap(), "not even a database");
    check(folder.path(), "carts.db.rescued", &carts);
}

#[test]
fn a_server_whose_log_is_deleted_puts_what_was_in_it_into_the_file() {
    let (folder, _) = folder();
    let (running, addr, carts) = shop(folder.path());
    std::fs::remove_file(folder.path().join("carts.db-wal")).unwrap();
    assert_eq!(create(addr), None);
    end(running);
    assert!(!folder.path().join("carts.db.rescued").exists());
    check(folder.path(), "carts.db", &carts);
}

/// Runs a server on this database that must not start. It may not write what its files' modes forbid, whoever runs the tests.
#[track_caller]
fn refusal(database: &Path) -> String {
    let line = "may_all=\"setpriv --bounding-set=-dac_override,-dac_read_search\"; [ \"$(id -u)\" = 0 ] || may_all=; \
                exec $may_all \"$0\" \"$@\"";
    let url = format!("sqlite:{}", database.display());
    let ended =
        Program::under(line, &["--listen", "127.0.0.1:0", "--database", &url]).env("PATH", "/usr/bin:/bin").run();
    assert_eq!(ended.code, Some(5), "{}", ended.stderr);
    ended.stderr.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn a_file_or_a_folder_that_is_read_only_is_named() {
    let (folder, database) = folder();
    let mode = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    check(folder.path(), "carts.db", &[]);
    mode(&database, 0o444);
    let shown = database.display();
    assert_eq!(refusal(&database), format!("cartwright: {shown}: no permission to read and write it"));
    mode(&database, 0o600);
    // SQLite needs files beside it.
    std::fs::remove_file(folder.path().join("carts.db-lock")).unwrap();
    mode(folder.path(), 0o555);
    let line = refusal(&database);
    mode(folder.path(), 0o755);
    assert_eq!(line, format!("cartwright: {shown}: its lock {shown}-lock: no permission to read and write it"));
    check(folder.path(), "carts.db", &[]);
}

#[test]
fn a_file_that_another_program_keeps_locked_is_named() {
    let (folder, database) = folder();
    check(folder.path(), "carts.db", &[]);
    let other = rusqlite::Connection::open(&database).unwrap();
    other.execute_batch("pragma locking_mode = exclusive; begin immediate").unwrap();
    assert_eq!(refusal(&database), format!("cartwright: {}: another program keeps it locked", database.display()));
    drop(other);
    check(folder.path(), "carts.db", &[]);
}
