//! Who reaches a cart, and that nobody else learns whether it exists (docs/PROTOCOL.md, sections 2.3, 4.2 and 6.9).

use super::{children, masked, verdict};
use crate::support::{Answer, TestServer};
use cartwright::config::Isolation;
use jiff::SignedDuration;

/// The four operations on a cart that exists.
const OPERATIONS: [&str; 4] = [
    "Operation=CartGet",
    "Operation=CartAdd&Item.1.ASIN=B000000002",
    "Operation=CartModify&Item.1.CartItemId=U1&Item.1.Quantity=2",
    "Operation=CartClear",
];

fn as_key(server: &TestServer, key: &str, query: &str) -> Answer {
    server.get(&format!("/us/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={key}&{query}"))
}

fn create(server: &TestServer, more: &str) -> Answer {
    as_key(server, "AKIAOWNER1", &format!("Operation=CartCreate&Item.1.ASIN=B000000001&{more}"))
}

#[test]
fn every_way_to_miss_a_cart_gives_the_same_document() {
    let server = TestServer::start();
    let cart = create(&server, "AssociateTag=mine-20");
    let (id, hmac) = (cart.text("CartId"), cart.cart().split_once("&HMAC=").unwrap().1.to_owned());
    let other = create(&server, "AssociateTag=mine-20").cart().split_once("&HMAC=").unwrap().1.to_owned();
    let flipped = format!("{}{}", if hmac.starts_with('A') { "B" } else { "A" }, &hmac[1..]);
    let right = format!("CartId={id}&HMAC={hmac}&AssociateTag=mine-20");
    let ways = [
        ("a CartId of no shape", "AKIAOWNER1", format!("CartId=???&HMAC={hmac}&AssociateTag=mine-20")),
        ("an unknown CartId", "AKIAOWNER1", format!("CartId=102-0000000-0000001&HMAC={hmac}&AssociateTag=mine-20")),
        ("an HMAC of no shape", "AKIAOWNER1", format!("CartId={id}&HMAC=x&AssociateTag=mine-20")),
        (
            "an HMAC that is wrong in one place",
            "AKIAOWNER1",
            format!("CartId={id}&HMAC={flipped}&AssociateTag=mine-20"),
        ),
        ("the HMAC of another cart", "AKIAOWNER1", format!("CartId={id}&HMAC={other}&AssociateTag=mine-20")),
        ("another tag", "AKIAOWNER1", format!("CartId={id}&HMAC={hmac}&AssociateTag=other-20")),
        ("no tag", "AKIAOWNER1", format!("CartId={id}&HMAC={hmac}")),
        ("the default tag", "AKIAOWNER1", format!("CartId={id}&HMAC={hmac}&AssociateTag=ws")),
        ("a tag in other case", "AKIAOWNER1", format!("CartId={id}&HMAC={hmac}&AssociateTag=Mine-20")),
        ("another key", "AKIAOTHER1", right.clone()),
    ];
    for operation in OPERATIONS {
        let mut documents = Vec::new();
        for (way, key, reference) in &ways {
            let answer = as_key(&server, key, &format!("{operation}&{reference}"));
            assert_eq!(verdict(&answer), "True: CartInfoMismatch", "{way} {operation}");
            assert_eq!(children(&answer, "Cart"), "Request");
            documents.push((*way, masked(&answer)));
        }
        for (way, document) in &documents {
            assert_eq!(*document, documents[0].1, "{way} {operation}");
        }
    }
    let untouched = as_key(&server, "AKIAOWNER1", &format!("Operation=CartGet&{right}"));
    assert_eq!(untouched.lines(), "B000000001 x 1", "none of them did anything");
    // Dead, it looks like all the others.
    let before = as_key(&server, "AKIAOWNER1", &format!("Operation=CartGet&{}", ways[1].2));
    server.advance(SignedDuration::from_hours(24 * 91));
    for operation in OPERATIONS {
        let answer = as_key(&server, "AKIAOWNER1", &format!("{operation}&{right}"));
        assert_eq!(verdict(&answer), "True: CartInfoMismatch", "{operation}");
    }
    assert_eq!(masked(&as_key(&server, "AKIAOWNER1", &format!("Operation=CartGet&{right}"))), masked(&before));
}

#[test]
fn without_isolation_any_key_reaches_a_cart_with_its_hmac() {
    let server = TestServer::with(|config| config.isolation = Isolation::None);
    let cart = create(&server, "");
    let got = as_key(&server, "AKIAOTHER1", &format!("Operation=CartGet&{}", cart.cart()));
    assert_eq!(got.lines(), "B000000001 x 1");
    assert!(got.text("PurchaseURL").contains("SubscriptionId=AKIAOTHER1"));
    let added = as_key(&server, "AKIAOTHER1", &format!("Operation=CartAdd&Item.1.ASIN=B000000002&{}", cart.cart()));
    assert_eq!(added.lines(), "B000000002 x 1, B000000001 x 1");
    let wrong = as_key(&server, "AKIAOTHER1", &format!("Operation=CartGet&CartId={}&HMAC=x", cart.text("CartId")));
    assert_eq!(verdict(&wrong), "True: CartInfoMismatch");
}

#[test]
fn an_absent_an_empty_and_the_default_tag_are_one() {
    let server = TestServer::start();
    let tags = ["", "AssociateTag=", "AssociateTag=ws"];
    for made_with in tags {
        let cart = create(&server, made_with);
        assert!(cart.text("PurchaseURL").contains("associate-id=ws%26"));
        for asked_with in tags {
            let answer = as_key(&server, "AKIAOWNER1", &format!("Operation=CartGet&{asked_with}&{}", cart.cart()));
            assert_eq!(answer.lines(), "B000000001 x 1", "{made_with} {asked_with}");
        }
    }
}

#[test]
fn a_tag_belongs_to_the_cart_and_its_url() {
    let server = TestServer::start();
    for version in ["2005-10-05", "2011-08-01", "2013-08-01"] {
        let cart = create(&server, &format!("AssociateTag=mine-20&Version={version}"));
        assert!(cart.text("PurchaseURL").contains("associate-id=mine-20%26"), "{version}");
        let query = format!("Operation=CartGet&AssociateTag=mine-20&Version={version}&{}", cart.cart());
        assert_eq!(as_key(&server, "AKIAOWNER1", &query).lines(), "B000000001 x 1", "{version}");
    }
}

#[test]
fn an_hmac_is_taken_decoded_and_still_encoded_once() {
    let server = TestServer::start();
    // Until one has all three characters that are encoded.
    let (cart, hmac) = loop {
        let cart = create(&server, "");
        let hmac = cart.text("HMAC");
        if hmac.contains('+') && hmac.contains('/') {
            break (cart, hmac);
        }
    };
    let get = |hmac: &str| {
        as_key(&server, "AKIAOWNER1", &format!("Operation=CartGet&CartId={}&HMAC={hmac}", cart.text("CartId")))
    };
    let once = cart.text("URLEncodedHMAC");
    let twice = once.replace('%', "%25");
    for (sent, found) in [
        (once.clone(), true),
        (hmac.replace('+', "%2B"), true),
        (twice.clone(), true),
        (once.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d"), true),
        (twice.replace("%25", "%2525"), false),
        (hmac.clone(), false),
        (once.trim_end_matches("%3D").to_owned(), false),
    ] {
        let expected = if found { "True: " } else { "True: CartInfoMismatch" };
        assert_eq!(verdict(&get(&sent)), expected, "{sent}");
    }
    assert_eq!(get(&twice).inside("CartGetRequest").unwrap().text("HMAC"), once, "the echo is what was sent");
    assert_eq!(get(&twice).cart(), cart.cart(), "the cart shows its own");
}

#[test]
fn the_ids_of_a_cart_never_change() {
    let server = TestServer::start();
    let cart = create(&server, "");
    for operation in OPERATIONS {
        let answer = as_key(&server, "AKIAOWNER1", &format!("{operation}&{}", cart.cart()));
        let after = answer.body.split_once("</Request>").unwrap().1;
        assert!(after.starts_with(&format!(
            "<CartId>{}</CartId><HMAC>{}</HMAC>",
            cart.text("CartId"),
            cart.text("HMAC")
        )));
    }
}
