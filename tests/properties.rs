//! What holds for every input, tried with random ones. The randomness is seeded: a run is like any other.

mod concurrent;
mod model;
mod reading;
mod sequences;

use crate::support::{Answer, Element};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Runs so many cases, the same ones every time. What fails is shrunk; nothing is kept in files.
fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn check(holds: bool, what: &str, answer: &Answer) -> Result<(), TestCaseError> {
    if holds { Ok(()) } else { Err(TestCaseError::fail(format!("not so: {what}: {}", answer.body))) }
}

/// Every answer is one well-formed document.
fn well_formed(answer: &Answer) -> Result<Element, TestCaseError> {
    Element::read(&answer.body).map_err(|wrong| TestCaseError::fail(format!("{wrong}: {answer:?}")))
}
