//! The way to a PostgreSQL server, encrypted: what `sslmode` in the address asks for is what happens.

use super::program::Program;
use crate::support::{OwnPostgres, exchange, request};

const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls");

/// The connections to this server that are encrypted, and those that are not, of servers of ours.
fn connections(url: &str) -> (i64, i64) {
    use sqlx::{ConnectOptions as _, Row as _};
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = options.connect().await.unwrap();
        let counts = "select count(*) filter (where ssl), count(*) filter (where not ssl)
            from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'cartwright'";
        let row = sqlx::raw_sql(counts).fetch_one(&mut connection).await.unwrap();
        (row.get(0), row.get(1))
    })
}

#[test]
fn connections_are_encrypted_as_the_address_asks() {
    let database = OwnPostgres::start(&["--tls", KEYS]);
    let url = database.url();
    let ca = |name: &str| format!("sslrootcert={KEYS}/{name}");
    let verified = format!("{url}?sslmode=verify-full&{}", ca("ca.crt"));
    for (address, encrypted) in [
        (url.to_owned(), true),
        (format!("{url}?sslmode=disable"), false),
        (format!("{url}?sslmode=require"), true),
        (format!("{url}?sslmode=verify-ca&{}", ca("ca.crt")), true),
        (verified.clone(), true),
        (verified.replace("127.0.0.1", "localhost"), true),
    ] {
        let (running, base) = Program::server(&[]).env("CARTWRIGHT_DATABASE", &address).start();
        let addr = base.strip_prefix("http://").unwrap().parse().unwrap();
        let create =
            "/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=A&Operation=CartCreate&Item.1.ASIN=0123456789";
        let made = exchange(addr, &request("GET", create, &[], b""));
        let get = format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=A&Operation=CartGet&{}", made.cart());
        assert_eq!(exchange(addr, &request("GET", &get, &[], b"")).lines(), "0123456789 x 1");
        let (with, without) = connections(url);
        assert!((with > 0) == encrypted && (without > 0) != encrypted, "{address}: {with} with, {without} without");
        drop(running);
        // The server ends the connections of a process that was killed.
        while connections(url) != (0, 0) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
    let refused = |address: &str| {
        let ended = Program::server(&[]).env("CARTWRIGHT_DATABASE", address).run();
        assert!(ended.code != Some(0) && ended.stdout.is_empty(), "{}", ended.stderr);
        assert!(ended.stderr.contains("invalid peer certificate"), "{}", ended.stderr);
    };
    // Signed by somebody else, and by somebody whom nobody knows.
    refused(&format!("{url}?sslmode=verify-full&{}", ca("other-ca.crt")));
    refused(&format!("{url}?sslmode=verify-full"));
}

#[test]
fn a_server_without_encryption_is_refused_where_the_address_asks_for_it() {
    let database = OwnPostgres::start(&[]);
    let ended = Program::server(&[]).env("CARTWRIGHT_DATABASE", &format!("{}?sslmode=require", database.url())).run();
    assert!(ended.code != Some(0) && ended.stderr.contains("no encrypted connection comes about"), "{}", ended.stderr);
}
