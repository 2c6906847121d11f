//! Seed files that change while the server runs.

use super::{get, patch, record};
use crate::support::TestServer;
use std::time::{Duration, Instant};

/// Waits until a product costs that much.
#[track_caller]
fn comes_to_cost(server: &TestServer, price: i64) {
    let since = Instant::now();
    while get(server, "/catalog/us/C000000001").json()["price"] != price {
        assert!(since.elapsed() < Duration::from_secs(30), "{}", get(server, "/catalog/us/C000000001").body);
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_changed_file_is_served_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let priced = |price: &str| record(1).replace("\"price\":1", &format!("\"price\":{price}"));
    std::fs::write(&path, record(1)).unwrap();
    let server = TestServer::with(|config| {
        config.catalog = vec![path.clone()];
        config.watch = true;
    });
    comes_to_cost(&server, 1);
    std::fs::write(&path, priced("22")).unwrap();
    comes_to_cost(&server, 22);
    // As an editor does it.
    std::fs::write(folder.path().join("a.tmp"), priced("333")).unwrap();
    std::fs::rename(folder.path().join("a.tmp"), &path).unwrap();
    comes_to_cost(&server, 333);
    std::fs::write(&path, priced("-4")).unwrap();
    patch(&server, "/catalog/us/C000000001", r#"{"price":5}"#);
    comes_to_cost(&server, 5);
    std::fs::write(&path, priced("6")).unwrap();
    comes_to_cost(&server, 6);
    server.stop();
}
