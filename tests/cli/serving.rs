//! The life of a server process: ready, told to stop, gone.

use super::{Program, product};
use crate::support::{Answer, exchange, request};

/// What the server at `url` answers to a GET.
fn get(url: &str, target: &str) -> Answer {
    let addr = url.strip_prefix("http://").unwrap().parse().unwrap();
    exchange(addr, &request("GET", target, &[], b""))
}

/// What it answers to an operation.
fn call(url: &str, query: &str) -> Answer {
    get(url, &format!("/onca/xml?Service=AWSECommerceService&{query}"))
}

#[test]
fn one_line_tells_that_it_is_ready_and_where() {
    let (mut running, url) = Program::server(&[]).start();
    let port: u16 = url.strip_prefix("http://127.0.0.1:").unwrap().parse().unwrap();
    assert_ne!(port, 0);
    assert_eq!(get(&url, "/readyz").status, 200);
    running.signal("TERM");
    let ended = running.wait();
    assert_eq!(ended.stdout, "", "nothing but the ready line goes to stdout");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

#[test]
fn serve_is_what_it_does_without_a_command_too() {
    let (mut running, url) = Program::server(&["serve", "--listen", "[::1]:0"]).start();
    assert!(url.starts_with("http://[::1]:"), "{url}");
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));
}

#[test]
fn an_address_that_means_all_is_shown_as_one_that_can_be_reached() {
    let (_running, url) = Program::server(&["--listen", "0.0.0.0:0"]).start();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert_eq!(get(&url, "/readyz").status, 200);
}

#[test]
fn an_interrupt_stops_it_as_well() {
    let (mut running, _) = Program::server(&[]).start();
    running.signal("INT");
    assert_eq!(running.wait().code, Some(0));
}

#[test]
fn it_serves_on_when_nobody_reads_its_output() {
    let (mut running, url) = Program::server(&[]).env("RUST_LOG", "trace").start();
    running.hang_up();
    for _ in 0..3 {
        assert_eq!(get(&url, "/readyz").status, 200);
    }
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));
}

#[test]
fn the_ready_file_is_there_while_the_server_is() {
    let mut program = Program::server(&["--ready-file", "ready.json"]).file("ready.json", "{\"stale\":true}");
    let (mut running, url) = program.start();
    let path = running.folder().join("ready.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!({"url": url, "control_url": format!("{url}/_cartwright/v1"), "pid": running.id()});
    assert_eq!(ready, expected);
    let names =
        || std::fs::read_dir(running.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    assert!(names().iter().all(|name| !name.to_string_lossy().starts_with("ready.json.")), "{:?}", names());
    running.signal("TERM");
    let ended = running.wait();
    assert_eq!(ended.code, Some(0));
    assert!(!path.exists());
}

#[test]
fn the_ready_file_says_where_the_control_api_is() {
    let mut program = Program::server(&["--ready-file", "ready.json", "--control-listen", "127.0.0.1:0"]);
    let (running, url) = program.start();
    let text = std::fs::read_to_string(running.folder().join("ready.json")).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&text).unwrap();
    let control = ready["control_url"].as_str().unwrap().strip_suffix("/_cartwright/v1").unwrap();
    assert_ne!(control, url);
    assert_eq!(get(control, "/_cartwright/v1/info").status, 200);
    assert_eq!(get(&url, "/_cartwright/v1/info").status, 404);
}

/// What the log says of a control API that others reach, when the server is started with these flags.
fn told_of_open_doors(flags: &[&str]) -> Vec<String> {
    let (mut running, _) = Program::server(flags).start();
    running.signal("TERM");
    let log = running.wait().stderr;
    log.lines().filter(|line| line.contains("the control API is open to everybody")).map(str::to_owned).collect()
}

#[test]
fn a_control_api_that_others_reach_without_a_token_is_warned_of() {
    let everywhere = ["--listen", "0.0.0.0:0"];
    for flags in [&everywhere[..], &["--listen", "[::]:0"], &["--control-listen", "0.0.0.0:0"]] {
        let told = told_of_open_doors(flags);
        assert_eq!(told.len(), 1, "{flags:?}");
        assert!(told[0].contains("WARN") && told[0].contains("--control-token"), "{told:?}");
    }
    for more in [&["--control-token", "t"][..], &["--control-listen", "127.0.0.1:0"]] {
        assert_eq!(told_of_open_doors(&[&everywhere, more].concat()), [""; 0], "{more:?}");
    }
    assert_eq!(told_of_open_doors(&[]), [""; 0]);
}

#[test]
fn a_start_that_fails_leaves_no_ready_file() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut program =
        Program::server(&["--ready-file", "ready.json", "--listen", &address]).file("ready.json", "stale");
    assert_eq!(program.run().code, Some(3));
    assert!(!program.path("ready.json").exists());
}

#[test]
fn a_port_in_use_is_named_and_has_an_exit_code_of_its_own() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = Program::server(&["--listen", &address]).run();
    assert_eq!(ended.code, Some(3));
    assert_eq!(ended.stdout, "");
    let last = ended.stderr.lines().last().unwrap_or_default();
    assert_eq!(last, format!("cartwright: {address} is in use by another program; --listen takes another address"));
    let ended = Program::server(&["--control-listen", &address]).run();
    let last = ended.stderr.lines().last().unwrap_or_default();
    assert_eq!(
        last,
        format!("cartwright: {address} is in use by another program; --control-listen takes another address")
    );
    assert_eq!(ended.code, Some(3));
}

#[test]
fn the_log_is_json_lines_away_from_a_terminal() {
    let (mut running, _) = Program::server(&[]).env("CARTWRIGHT_LISEN", "x").start();
    running.signal("TERM");
    let log = running.wait().stderr;
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let warning = lines.iter().find(|line| line["level"] == "WARN").unwrap();
    assert_eq!(warning["message"], "unknown environment variable CARTWRIGHT_LISEN; did you mean CARTWRIGHT_LISTEN?");
}

#[test]
fn the_log_is_text_when_asked_and_as_loud_as_asked() {
    let (mut running, _) = Program::server(&["--log-format", "text"]).start();
    running.signal("TERM");
    let log = running.wait().stderr;
    assert!(log.contains(" INFO ") && !log.contains('{'), "{log}");

    let (mut running, _) = Program::server(&[]).env("RUST_LOG", "error").start();
    running.signal("TERM");
    assert_eq!(running.wait().stderr, "");
}

#[test]
fn an_old_ready_file_that_cannot_be_removed_is_not_passed_over() {
    // A folder cannot be removed as a file is.
    let mut program = Program::server(&["--ready-file", "ready"]);
    std::fs::create_dir(program.path("ready")).unwrap();
    let ended = program.run();
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.starts_with("cartwright: cannot remove the old ready file ready: "), "{}", ended.stderr);
}

/// A server with one product, B000000001, and its carts in `carts.db`.
fn with_file(args: &[&str]) -> Program {
    Program::server(&[&["--database", "sqlite:carts.db", "--catalog", "shop.jsonl"], args].concat())
        .file("shop.jsonl", &product("B000000001", ",\"price\":1299"))
}

const CREATE: &str = "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=2";

#[test]
fn a_cart_is_still_there_after_a_restart() {
    let mut program = with_file(&[]);
    let (mut running, url) = program.start();
    let created = call(&url, &format!("AWSAccessKeyId=KEY&{CREATE}"));
    assert_eq!(created.lines(), "B000000001 x 2", "{}", created.body);
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));

    let (_running, url) = program.start();
    let got = call(&url, &format!("AWSAccessKeyId=KEY&Operation=CartGet&{}", created.cart()));
    assert_eq!(got.lines(), "B000000001 x 2", "{}", got.body);
    assert_eq!(got.text("HMAC"), created.text("HMAC"));
}

#[test]
fn a_throwaway_database_leaves_nothing_behind() {
    let (mut running, url) = Program::server(&[]).start();
    assert_eq!(get(&url, "/readyz").status, 200);
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));
    assert_eq!(std::fs::read_dir(running.folder()).unwrap().count(), 0);
}

#[test]
fn a_database_that_cannot_be_used_is_named_and_has_an_exit_code_of_its_own() {
    let (running, _) = with_file(&[]).start();
    let path = running.folder().join("carts.db").display().to_string();
    let ended = Program::server(&["--database", &format!("sqlite:{path}")]).run();
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(5), ""));
    let last = ended.stderr.lines().last().unwrap_or_default();
    assert_eq!(last, format!("cartwright: {path} is in use by another server"));

    let ended = with_file(&[]).file("carts.db", &"this is no database\n".repeat(100)).run();
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(5), ""));
    let last = ended.stderr.lines().last().unwrap_or_default();
    assert!(last.starts_with("cartwright: carts.db: "), "{last}");
}

#[test]
fn a_request_without_an_access_key_is_taken_where_signatures_are_ignored() {
    for (mode, lines, codes) in [("ignored", "B000000001 x 2", &[][..]), ("optional", "", &["MissingClientTokenId"])] {
        let (_running, url) = with_file(&["--signatures", mode]).start();
        let answer = call(&url, CREATE);
        assert_eq!(answer.codes(), codes, "{mode}: {}", answer.body);
        assert_eq!(answer.lines(), lines, "{mode}: {}", answer.body);
    }
}
