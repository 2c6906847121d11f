//! What the server says of itself.

use super::get;
use crate::support::TestServer;
use cartwright::config::{SETTINGS, Secret};

#[test]
fn it_tells_its_version_and_what_it_speaks() {
    let server = TestServer::start();
    let info = get(&server, "/info").json();
    assert_eq!(info["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(info["url"], format!("http://{}", server.addr));
    let versions = info["api_versions"].as_array().unwrap();
    assert!(versions.contains(&"2005-10-05".into()) && versions.contains(&"2011-08-01".into()));
    assert!(info["locales"].as_array().unwrap().contains(&"jp".into()));
    assert!(info["operations"].as_array().unwrap().contains(&"CartCreate".into()));
    assert_eq!(info["counts"]["connections"], 1);
}

#[test]
fn it_tells_every_setting_and_no_secret() {
    let server = TestServer::with(|config| {
        config.accounts.insert("AKIAONE".to_owned(), Secret::new("hidden-1"));
        config.hmac_secret = Some(Secret::new("hidden-2"));
        config.max_lines = 7;
    });
    let answer = get(&server, "/info");
    assert!(!answer.body.contains("hidden"), "{}", answer.body);
    let settings = answer.json()["settings"].clone();
    for setting in SETTINGS {
        assert!(settings.as_object().unwrap().contains_key(setting.key), "{}", setting.key);
    }
    assert_eq!((&settings["max_lines"], &settings["control_listen"]), (&7.into(), &serde_json::Value::Null));
    assert_eq!(settings["accounts"]["AKIAONE"], "…");
}
