//! The HMAC of a cart, which is worked out for every request.

use cartwright::cart::{CartId, Locale, MacKey};
use criterion::Criterion;
use std::hint::black_box;

pub(crate) fn benches(criterion: &mut Criterion) {
    let key = MacKey::new(&[7; 32]);
    let cart = CartId::from_random(Locale::Us, 1);
    criterion.bench_function("sign", |bencher| {
        bencher.iter(|| key.sign(Locale::Us, black_box(cart), "webservices-20"));
    });
}
