//! Settings from outside: which layer holds, what is refused, what is shown.

use super::Program;

/// The line of `cartwright config` for this key.
fn line<'a>(output: &'a str, key: &str) -> &'a str {
    let start = [format!("{key} = "), format!("# {key}: "), format!("[{key}]")];
    output.lines().find(|line| start.iter().any(|start| line.starts_with(start))).unwrap_or_default()
}

#[test]
fn every_value_is_shown_with_the_layer_it_came_from() {
    let ended = Program::new(&["--max-lines", "5", "config", "--locale", "uk"])
        .file("cartwright.toml", "locale = \"fr\"\nmax_quantity = 7\nwrite_queue = 8\n")
        .env("CARTWRIGHT_LOCALE", "de")
        .env("CARTWRIGHT_MAX_QUANTITY", "9")
        .run();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    for (key, expected) in [
        ("locale", "locale = \"uk\"  # flag"),
        ("max_lines", "max_lines = 5  # flag"),
        ("max_quantity", "max_quantity = 9  # environment CARTWRIGHT_MAX_QUANTITY"),
        ("write_queue", "write_queue = 8  # file cartwright.toml"),
        ("listen", "listen = \"127.0.0.1:2005\"  # default"),
        ("public_url", "# public_url: taken from each request's Host  # default"),
        ("accounts", "# accounts: any key is taken  # default"),
    ] {
        assert_eq!(line(&ended.stdout, key), expected);
    }
}

#[test]
fn another_file_is_read_when_one_is_named() {
    let program = |args: &[&str]| {
        Program::new(args)
            .file("cartwright.toml", "locale = \"fr\"")
            .file("a.toml", "locale = \"de\"")
            .file("b.toml", "")
    };
    let by_flag = program(&["config", "--config", "a.toml"]).env("CARTWRIGHT_CONFIG", "b.toml").run();
    assert_eq!(line(&by_flag.stdout, "locale"), "locale = \"de\"  # file a.toml");
    let by_variable = program(&["config"]).env("CARTWRIGHT_CONFIG", "a.toml").run();
    assert_eq!(line(&by_variable.stdout, "locale"), "locale = \"de\"  # file a.toml");
    let missing = program(&["config", "--config", "c.toml"]).run();
    assert_eq!(missing.code, Some(2));
    assert!(missing.stderr.starts_with("cartwright: cannot read the settings in c.toml: "), "{}", missing.stderr);
}

#[test]
fn no_secret_is_shown() {
    let ended = Program::new(&["config", "--account", "AKEY:hidden-1", "--account", "BKEY:hidden-2"])
        .file("cartwright.toml", "control_token = \"hidden-3\"")
        .file("secret", "hidden-4\n")
        .env("CARTWRIGHT_HMAC_SECRET_FILE", "secret")
        .run();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stdout.contains("hidden") && !ended.stderr.contains("hidden"), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(line(&ended.stdout, "control_token"), "control_token = \"…\"  # file cartwright.toml");
    assert_eq!(line(&ended.stdout, "hmac_secret"), "hmac_secret = \"…\"  # environment CARTWRIGHT_HMAC_SECRET_FILE");
    assert_eq!(line(&ended.stdout, "accounts"), "[accounts]  # flag");
    assert!(ended.stdout.ends_with("AKEY = \"…\"\nBKEY = \"…\"\n"), "{}", ended.stdout);
}

#[test]
fn mistakes_refuse_to_start_with_one_line_that_names_them() {
    let cases = [
        (
            Program::new(&[]).file("cartwright.toml", "\n\nlisen = \"127.0.0.1:0\"\n"),
            "cartwright: unknown key `lisen` in cartwright.toml line 3; did you mean `listen`?\n",
        ),
        (
            Program::new(&[]).file("cartwright.toml", "max_lines = 0\n"),
            "cartwright: cartwright.toml line 1: max_lines: \"0\" is no whole number from 1 to 1000\n",
        ),
        (
            Program::new(&["--listen", "localhost"]),
            "cartwright: --listen: \"localhost\" is no address and port such as 127.0.0.1:2005 or [::1]:2005\n",
        ),
        (
            Program::new(&[]).env("CARTWRIGHT_IDLE_EXPIRY", "90"),
            "cartwright: CARTWRIGHT_IDLE_EXPIRY: \"90\" is no duration; write it as 90d, 12h, 30m, 30s, 250ms or 1h30m\n",
        ),
        (
            Program::new(&[]).env("CARTWRIGHT_LOG_FORMAT", "jsn"),
            "cartwright: CARTWRIGHT_LOG_FORMAT: \"jsn\" is none of text, json; did you mean \"json\"?\n",
        ),
        (
            Program::new(&[]).env("CARTWRIGHT_ACCOUNTS", "KEY"),
            "cartwright: CARTWRIGHT_ACCOUNTS: an account is written KEY:SECRET\n",
        ),
        (Program::new(&["--locale", "de", "init"]), "cartwright: --locale means nothing to `cartwright init`\n"),
    ];
    for (mut program, message) in cases {
        let ended = program.run();
        assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (Some(2), "", message));
    }
}

#[test]
fn a_wrong_flag_or_choice_names_the_right_one() {
    for (args, suggestion) in [
        (&["--lisen", "127.0.0.1:0"][..], "'--listen'"),
        (&["serve", "--max-line", "5"], "'--max-lines'"),
        (&["--locale", "usa"], "us, uk, de, jp"),
        (&["serv"], "'serve'"),
    ] {
        let ended = Program::new(args).run();
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert!(ended.stderr.contains(suggestion), "{args:?}: {}", ended.stderr);
    }
}

#[test]
fn unknown_variables_warn_and_change_nothing() {
    let ended = Program::new(&["config"]).env("CARTWRIGHT_LOCAL", "de").run();
    assert_eq!(ended.code, Some(0));
    assert_eq!(
        ended.stderr,
        "cartwright: unknown environment variable CARTWRIGHT_LOCAL; did you mean CARTWRIGHT_LOCALE?\n"
    );
    assert_eq!(line(&ended.stdout, "locale"), "locale = \"us\"  # default");
}

#[test]
fn help_names_every_setting_with_its_variable() {
    let help = Program::new(&["--help"]).run();
    assert_eq!(help.code, Some(0));
    // The lines are as wide as a terminal.
    let text = help.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for setting in cartwright::config::SETTINGS {
        assert!(text.contains(&format!("--{}", setting.flag())), "{}", setting.key);
        assert!(text.contains(&format!("[env: {}]", setting.variable())), "{}", setting.key);
    }
}
