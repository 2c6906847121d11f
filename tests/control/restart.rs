//! What a start keeps of what was changed before it.

use super::{BOOK, delete, get, patch, put};
use crate::support::{CATALOG, TestServer};

/// The next start makes the baseline again what the seed files hold; what belongs to an account stays.
#[test]
fn a_changed_baseline_lasts_until_the_next_start_and_an_accounts_own_records_stay() {
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("catalog.toml");
    std::fs::copy(CATALOG, &seed).unwrap();
    let start = || {
        TestServer::with(|config| {
            config.database = format!("sqlite:{}", folder.path().join("carts.db").display());
            config.catalog = vec![seed.clone()];
        })
    };
    let own = format!("/accounts/AKIAOTHER{BOOK}");
    let server = start();
    assert_eq!(patch(&server, &own, r#"{"title":"Theirs"}"#).status, 200);
    assert_eq!(patch(&server, BOOK, r#"{"title":"Changed"}"#).status, 200);
    assert_eq!(put(&server, "/catalog/us/B0000000N1", r#"{"title":"New","product_group":"Book"}"#).status, 201);
    assert_eq!(delete(&server, "/catalog/us/B000000002").status, 204);
    server.stop();

    let server = start();
    assert_eq!(get(&server, BOOK).json()["title"], "A Handcart's Tale");
    assert_eq!(get(&server, "/catalog/us/B0000000N1").status, 404);
    assert_eq!(get(&server, "/catalog/us/B000000002").status, 200);
    assert_eq!(get(&server, &own).json()["title"], "Theirs");
}
