//! The subcommands that do not serve.

use super::{Program, product};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

/// Answers one request after the other with these status lines, and tells the address.
fn answering(statuses: &'static [&'static str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            assert!(request.starts_with(b"GET /readyz HTTP/1.1\r\n"));
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    url
}

/// An address at which whoever calls is hung up on. One where nobody listens could become another test's.
fn hanging_up() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || listener.incoming().for_each(drop));
    url
}

#[test]
fn health_is_good_when_the_server_is_ready() {
    let (_running, url) = Program::server(&[]).start();
    let ended = Program::new(&["health", "--url", &url]).run();
    assert_eq!((ended.code, ended.stdout), (Some(0), format!("{url} is ready\n")), "{}", ended.stderr);
}

#[test]
fn health_asks_where_the_settings_say() {
    let (_running, url) = Program::server(&[]).start();
    let port = url.rsplit(':').next().unwrap();
    let ended = Program::new(&["health"]).env("CARTWRIGHT_LISTEN", &format!("0.0.0.0:{port}")).run();
    assert_eq!((ended.code, ended.stdout), (Some(0), format!("{url} is ready\n")), "{}", ended.stderr);
}

#[test]
fn health_is_bad_without_an_answer_or_not_yet() {
    let url = hanging_up();
    let ended = Program::new(&["health", "--url", &url]).run();
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.starts_with(&format!("cartwright: {url} is not ready: ")), "{}", ended.stderr);

    let url = answering(&["503 Service Unavailable"]);
    let ended = Program::new(&["health", "--url", &url]).run();
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.stderr, format!("cartwright: {url} is not ready: it answers with status 503\n"));
}

#[test]
fn health_is_bad_and_never_2_when_the_settings_are_wrong() {
    // A container's HEALTHCHECK must not end with 2.
    let ended = Program::new(&["health"]).env("CARTWRIGHT_LISTEN", "here").run();
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
}

#[test]
fn health_waits_when_told_to() {
    let url = answering(&["503 Service Unavailable", "503 Service Unavailable", "200 OK"]);
    let ended = Program::new(&["health", "--wait", "30s", "--url", &url]).run();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);

    let ended = Program::new(&["health", "--wait", "250ms", "--url", &hanging_up()]).run();
    assert_eq!(ended.code, Some(1));
}

#[test]
fn init_writes_files_that_hold_as_they_are() {
    let mut init = Program::new(&["init"]);
    assert_eq!(init.run().code, Some(0));
    let settings = std::fs::read_to_string(init.path("cartwright.toml")).unwrap();
    let catalog = std::fs::read_to_string(init.path("catalog.toml")).unwrap();

    let ended = Program::new(&["config"]).file("cartwright.toml", &settings).file("catalog.toml", &catalog).run();
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert!(ended.stdout.contains("catalog = [\"catalog.toml\"]  # file cartwright.toml\n"), "{}", ended.stdout);
}

#[test]
fn init_overwrites_nothing() {
    for (present, absent) in [("cartwright.toml", "catalog.toml"), ("catalog.toml", "cartwright.toml")] {
        let mut init = Program::new(&["init"]).file(present, "mine");
        let ended = init.run();
        assert_eq!(ended.code, Some(1));
        assert_eq!(ended.stderr, format!("cartwright: {present} is here already; nothing was written\n"));
        assert_eq!(std::fs::read_to_string(init.path(present)).unwrap(), "mine");
        assert!(!init.path(absent).exists());
    }
}

#[test]
fn catalog_check_counts_the_products_of_files_without_errors() {
    let one = || Program::new(&["catalog", "check", "a.jsonl"]).file("a.jsonl", &product("B000000001", ""));
    let ended = one().run();
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "a.jsonl: 1 product, no errors\n"), "{}", ended.stderr);
    assert_eq!(ended.stderr, "");

    let header = "locale,asin,title,product_group\nus,B000000002,T,Book\n";
    let mut two = Program::new(&["catalog", "check", "a.jsonl", "b.csv"])
        .file("a.jsonl", &product("B000000001", ""))
        .file("b.csv", header);
    let ended = two.run();
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(0), "a.jsonl, b.csv: 2 products, no errors\n"),
        "{}",
        ended.stderr
    );
    let list = r#"{"list":{"locale":"us","id":"L1","type":"WishList","name":"L"}}"#;
    let ended = one().file("a.jsonl", &format!("{}{list}\n", product("B000000001", ""))).run();
    assert_eq!(ended.stdout, "a.jsonl: 1 product, 1 list, no errors\n", "{}", ended.stderr);
    // Nothing is left beside the files, where a server would make its database.
    let mut names: Vec<_> = std::fs::read_dir(two.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["a.jsonl", "b.csv"]);
}

#[test]
fn catalog_check_tells_everything_wrong_with_all_files() {
    let ended = Program::new(&["catalog", "check", "a.jsonl", "b.csv"])
        .file("a.jsonl", &(product("B000000001", ",\"price\":-1,\"titel\":\"x\"") + &product("B000000002", "")))
        .file("b.csv", "locale,asin,title,product_group\nus,B000000002,T,Book\nus,b,\"two\nlines\",Book\n")
        .run();
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(4), ""));
    assert_eq!(
        ended.stderr,
        "a.jsonl:1: price: -1 is negative\n\
         a.jsonl:1: titel: unknown field; did you mean title?\n\
         b.csv:2: asin: us B000000002 occurs twice; first at a.jsonl:2\n\
         b.csv:3: asin: \"b\" is no ASIN: 10 characters of A-Z and 0-9\n"
    );
}

#[test]
fn catalog_check_refuses_what_a_server_would_refuse() {
    // Only the database can tell that two products have an offer with one listing id.
    let seed = product("B000000001", ",\"listing_id\":\"x\",\"price\":1")
        + &product("B000000002", ",\"listing_id\":\"x\",\"price\":1");
    let checked = Program::new(&["catalog", "check", "a.jsonl"]).file("a.jsonl", &seed).run();
    let served = Program::server(&["--catalog", "a.jsonl"]).file("a.jsonl", &seed).run();
    assert_eq!(checked.stderr, "a.jsonl:2: listing_id: the listing id x occurs twice in us; first at a.jsonl:1\n");
    assert_eq!((checked.code, served.code), (Some(4), Some(4)));
    assert!(served.stderr.ends_with(&checked.stderr), "{}", served.stderr);
}

#[test]
fn catalog_check_says_which_files_cannot_be_read() {
    for (name, message) in [
        ("missing.toml", "there is no such file"),
        (".", "is a folder; name the files in it"),
        ("a.yaml", "unknown ending; a seed file ends in .toml, .jsonl, .json or .csv"),
    ] {
        let ended = Program::new(&["catalog", "check", name]).file("a.yaml", "").run();
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(4), ""));
        assert_eq!(ended.stderr, format!("{name}: {message}\n"));
    }
}

#[test]
fn completions_know_the_flags_and_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = Program::new(&["completions", shell]).run();
        assert_eq!(ended.code, Some(0), "{shell}");
        assert!(ended.stdout.contains("idle-expiry") && ended.stdout.contains("health"), "{shell}");
    }
}

#[test]
fn the_version_is_the_packages() {
    let ended = Program::new(&["--version"]).run();
    assert_eq!((ended.code, ended.stdout), (Some(0), format!("cartwright {}\n", env!("CARGO_PKG_VERSION"))));
}
