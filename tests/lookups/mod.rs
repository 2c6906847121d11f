//! The product operations as a client sees them, over HTTP: ItemLookup, ItemSearch, SimilarityLookup, ListLookup and Help. One file
//! for each, one sentence for each rule.
//!
//! Rules are those of docs/PROTOCOL.md, section 15. What the bytes of whole answers are is in `golden`; elsewhere it is what they
//! mean.

mod echo;
mod golden;
mod help;
mod item_lookup;
mod item_search;
mod lists;
mod offers;
mod similarities;
mod withdrawn;

use crate::support::{Answer, TestServer};

/// A server with the catalogue of these tests.
fn server() -> TestServer {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/lookups.toml");
    TestServer::with(|config| config.catalog = vec![file.into()])
}

/// The ASINs of the items shown, by the digits or letters that tell them from each other.
fn items(answer: &Answer) -> String {
    let asins = answer.body.split("<Item><ASIN>").skip(1).filter_map(|rest| rest.get(..10));
    asins.map(|asin| asin.trim_start_matches("B00LOOKUP")).collect::<Vec<_>>().join(" ")
}

/// IsValid and the codes without their prefixes, as `True: NoExactMatches`.
fn verdict(answer: &Answer) -> String {
    let codes: Vec<String> = answer.codes().iter().map(|code| code.rsplit('.').next().unwrap().to_owned()).collect();
    format!("{}: {}", answer.text("IsValid"), codes.join(", "))
}

/// The only message of an error.
#[track_caller]
fn message(answer: &Answer) -> String {
    let [message] = answer.texts("Message").try_into().unwrap_or_else(|all| panic!("not one message: {all:?}"));
    message
}
