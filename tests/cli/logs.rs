//! What a log shows: never a secret, and never what proves that a cart is one's own.

use super::Program;
use crate::support::{exchange, request};
use cartwright::cart::{Clock as _, SystemClock};

#[test]
fn no_secret_is_in_the_loudest_log() {
    let (account, server) = ("account-hush-1", "server-hush-2");
    for format in ["json", "text"] {
        // A log as loud as this one would wait for a reader, so it goes to a file.
        let (account_flag, line) = (format!("AKIATEST:{account}"), "exec \"$0\" \"$@\" 2>log");
        let (mut running, url) = Program::under(line, &["--log-format", format, "--account", &account_flag])
            .env("CARTWRIGHT_LISTEN", "127.0.0.1:0")
            .env("CARTWRIGHT_DATABASE", "memory")
            .env("CARTWRIGHT_HMAC_SECRET", server)
            .env("RUST_LOG", "trace")
            .start();
        let addr = url.strip_prefix("http://").unwrap().parse().unwrap();
        let call = |query: &str| {
            let common = "Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Version=2011-08-01";
            let query = format!("{common}&{query}");
            let got = exchange(addr, &request("GET", &format!("/onca/xml?{query}"), &[], b""));
            let posted = exchange(
                addr,
                &request(
                    "POST",
                    "/onca/xml",
                    &[("Content-Type", "application/x-www-form-urlencoded")],
                    query.as_bytes(),
                ),
            );
            assert_eq!((got.status, posted.status), (200, 200));
            got
        };
        let create = "Operation=CartCreate&Item.1.ASIN=0123456789";
        let cart = call(create);
        let wrong = "CartId=102-0000000-0000000&HMAC=wr0ng-hmac%2Bof-somebody%2Felse%3D";
        for cart in [cart.cart().as_str(), wrong] {
            call(&format!("Operation=CartGet&{cart}"));
            call(&format!("Operation=CartAdd&{cart}&Item.1.ASIN=0999990101"));
            call(&format!("Operation=CartModify&{cart}&Item.1.CartItemId=U1&Item.1.Quantity=2"));
            call(&format!("Operation=CartClear&{cart}"));
        }
        // A signature that does not fit is explained, also in the log.
        let bad =
            format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=AKIATEST&Operation=CartGet&{}", cart.cart());
        let now = SystemClock.now();
        let refused = exchange(addr, &request("GET", &format!("{bad}&Timestamp={now}&Signature=x"), &[], b""));
        assert_eq!(refused.status, 403);
        running.signal("TERM");
        let ended = running.wait();
        let log = std::fs::read_to_string(running.folder().join("log")).unwrap() + &ended.stdout;
        assert!(log.contains("a signature does not fit") && log.contains("string to sign"), "{log}");
        assert!(log.contains("CartModify"), "the log is loud enough to tell something: {log}");
        let (hmac, encoded) = (cart.text("HMAC"), cart.text("URLEncodedHMAC"));
        let twice = encoded.replace('%', "%25");
        for secret in [account, server, &hmac, &encoded, &twice, "wr0ng-hmac", "somebody"] {
            let line = log.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret} is in the log ({format})");
        }
    }
}
