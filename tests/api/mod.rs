//! The five cart operations as a client sees them, over HTTP: one file for each idea, one sentence for each rule.
//!
//! Rules are those of docs/PROTOCOL.md. What the bytes of whole answers are is in `tests/golden`; here it is what they mean.

mod add;
mod batches;
mod clear;
mod compression;
mod create;
mod envelope;
mod expiry;
mod get;
mod health;
mod hints;
mod identity;
mod ids;
mod limits;
mod links;
mod locales;
mod modes;
mod modify;
mod parameters;
mod prices;
mod purchase;
mod real_clients;
mod recommendations;
mod restart;
mod shop;
mod signatures;
mod texts;
mod unavailable;
mod versions;

use crate::support::Answer;

/// The names of an element's children, in order. The first element of that name counts.
fn children(answer: &Answer, element: &str) -> String {
    let (mut names, mut depth, mut inside) = (Vec::new(), 0, false);
    for tag in answer.body.split('<').skip(1) {
        let name = tag.split(['>', ' ']).next().unwrap();
        inside |= name == element;
        if !inside {
            continue;
        }
        if name.starts_with('/') {
            depth -= 1;
            if depth == 0 {
                break;
            }
        } else {
            if depth == 1 {
                names.push(name);
            }
            depth += 1;
        }
    }
    names.join(" ")
}

/// The codes of all errors without their prefixes.
fn codes(answer: &Answer) -> String {
    let short = |code: &String| code.rsplit('.').next().unwrap().to_owned();
    answer.codes().iter().map(short).collect::<Vec<_>>().join(", ")
}

/// IsValid and the codes, as `True: ItemAlreadyInCart`.
fn verdict(answer: &Answer) -> String {
    format!("{}: {}", answer.text("IsValid"), codes(answer))
}

/// An answer without what must differ between two of them: id, arguments and the echo of the request.
fn masked(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let mut body = answer.body.clone();
    for element in [
        "RequestId",
        "RequestID",
        "Arguments",
        "CartCreateRequest",
        "CartGetRequest",
        "CartAddRequest",
        "CartModifyRequest",
        "CartClearRequest",
    ] {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        if let (Some(from), Some(to)) = (body.find(&open), body.find(&close)) {
            body.replace_range(from + open.len()..to, "…");
        }
    }
    // A hint goes by the request alone, or tells a caller who has the HMAC; `hints` has the tests. A warning goes by the request
    // alone: `modes`.
    let own = |name: &str| matches!(name, "content-length" | "date" | "x-cartwright-hint" | "x-cartwright-warning");
    (answer.status, answer.headers.iter().filter(|(name, _)| !own(name)).cloned().collect(), body)
}
