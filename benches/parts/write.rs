//! From the document model to the bytes of an answer.

use cartwright::cart::{Area, CartId, CartItemId, Locale, MacKey, Money};
use cartwright::protocol::{
    CartDocument, Contents, DecodeLimits, Echo, ItemDocument, LinkBase, Operation, OperationReply, OperationRequest,
    Params, Part, Reply, Setting, Shown, Similars, Version, decode, purchase_url, read_params, write_reply,
};
use criterion::Criterion;
use jiff::SignedDuration;
use std::hint::black_box;

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut params = Params::default();
    read_params(QUERY.as_bytes(), &mut params);
    let limits = DecodeLimits { quantity: 999 };
    let decoded = decode(&params, operation(), Setting { version: Version::DEFAULT, locale: Locale::Us, limits });
    let mut group = criterion.benchmark_group("write");
    for lines in [3, 50] {
        let reply = reply(decoded.echo.clone(), lines);
        group.bench_function(format!("a cart of {lines} lines"), |bencher| {
            bencher.iter(|| write_reply(black_box(&reply)));
        });
    }
    group.finish();
}

const QUERY: &str = "CartId=102-0000001-0000001&HMAC=abcdefghij%2Bklmnopqrst%2Fuvw%3D";

fn operation() -> Operation {
    Operation::named("CartGet").expect("there is this operation")
}

/// The answer to a CartGet of a cart with so many lines.
fn reply(echo: Echo<'_>, lines: u64) -> Reply<'_> {
    let (locale, version) = (Locale::Us, Version::DEFAULT);
    let id = CartId::from_random(locale, 1);
    let hmac = MacKey::new(&[7; 32]).sign(locale, id, "webservices-20");
    let base = LinkBase { here: Some("http://127.0.0.1:2005"), locale, version, access_key: "AKIAEXAMPLE000000000" };
    let text = |text: &str| Some(text.to_owned());
    let item = |number: u64| ItemDocument {
        item_id: CartItemId::from_number(u64::MAX - number),
        area: Area::Active,
        asin: format!("B{number:09}").parse().expect("a capital letter and nine digits"),
        exchange_id: None,
        merchant_id: text("ATVPDKIKX0DER"),
        seller_id: text("A2R2RITDJNW1Q6"),
        seller_nickname: text("Amazon.com"),
        quantity: 2,
        title: "A Book with a Usual Title & a Subtitle".to_owned(),
        product_group: "Book".to_owned(),
        price: Some(Money::new(1999, locale.currency())),
    };
    let contents = Contents {
        purchase_url: purchase_url(&base, id, &hmac, "webservices-20", false),
        mobile_cart_url: None,
        items: (0..lines).map(item).collect(),
    };
    let cart = CartDocument { id, hmac, contents: Some(contents), similars: Similars::default() };
    Reply {
        version,
        locale,
        double_escaping: false,
        request: OperationRequest {
            user_agent: Some("a client/1.0"),
            request_id: "0F9J5ZK4HQ2V6T1N8WXB".to_owned(),
            arguments: vec![("Operation", "CartGet"), ("Service", "AWSECommerceService"), ("Version", "2005-10-05")],
            errors: Vec::new(),
            processing_time: SignedDuration::from_micros(123),
        },
        operations: vec![OperationReply {
            operation: operation(),
            parts: vec![Part { echo, errors: Vec::new(), shown: Shown::Cart(cart) }],
        }],
    }
}
