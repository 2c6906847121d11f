//! From the query of a request to the typed request.

use cartwright::cart::Locale;
use cartwright::protocol::{DecodeLimits, Operation, Params, Setting, decode, envelope, read_params};
use criterion::Criterion;
use std::hint::black_box;

const GET: &str = "Service=AWSECommerceService&Version=2005-10-05&AWSAccessKeyId=AKIAEXAMPLE000000000&Operation=CartGet\
    &CartId=102-0000001-0000001&HMAC=abcdefghij%2Bklmnopqrst%2Fuvw%3D";
const CREATE: &str = "Service=AWSECommerceService&Version=2005-10-05&AWSAccessKeyId=AKIAEXAMPLE000000000&Operation=CartCreate\
    &Item.1.ASIN=B000000001&Item.1.Quantity=1&Item.2.ASIN=B000000002&Item.2.Quantity=1&Item.3.ASIN=B000000003&Item.3.Quantity=1";

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    for (name, query) in [("CartGet", GET), ("CartCreate of 3 items", CREATE)] {
        group.bench_function(name, |bencher| bencher.iter(|| decoded(black_box(query))));
    }
    group.finish();
}

/// Whether the request was understood.
fn decoded(query: &str) -> bool {
    let mut params = Params::with_capacity(16);
    read_params(query.as_bytes(), &mut params);
    let envelope = envelope(&params).expect("it is a request of this service");
    let operation = Operation::named(envelope.operation).expect("there is this operation");
    let limits = DecodeLimits { quantity: 999 };
    decode(&params, operation, Setting { version: envelope.version, locale: Locale::Us, limits }).request.is_ok()
}
