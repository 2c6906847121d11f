//! The parts of a request's way, each alone: decoding, signing, writing, the store. `cargo bench` measures them, `cargo test
//! --all-targets` runs each once.
//!
//! They tell which part a change has made slower; what a server does as a whole is measured by `scripts/bench`
//! (`docs/PERFORMANCE.md`).

mod decode;
mod sign;
mod store;
mod write;

use criterion::{Criterion, criterion_group, criterion_main};
use std::time::Duration;

fn short() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20)
}

criterion_group! {
    name = parts;
    config = short();
    targets = decode::benches, sign::benches, write::benches, store::benches
}
criterion_main!(parts);
