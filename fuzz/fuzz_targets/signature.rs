//! Signatures: a right one is taken, and not any more once a byte of the query says something else.
//!
//! The first byte of the input chooses a place in the query and the second what stands there later; then come host, path and
//! secret, each on a line, and the query.
#![no_main]

use cartwright::cart::{Clock as _, SystemClock};
use cartwright::protocol::signature::{Signed, canonical_query, is_fresh, sign, string_to_sign, verify};
use cartwright::protocol::{Params, read_params};
use cartwright_fuzz::encoded;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((&[place, byte], rest)) = input.split_first_chunk::<2>() else { return };
    let lines: Vec<&[u8]> = rest.splitn(4, |byte| *byte == b'\n').collect();
    let [host, path, secret, query] = lines.as_slice() else { return };
    let (host, path, secret) =
        (String::from_utf8_lossy(host), String::from_utf8_lossy(path), String::from_utf8_lossy(secret));
    let hosts = [String::from("elsewhere.test"), host.clone().into_owned()];
    let paths = [path.clone().into_owned(), String::from("/onca/xml")];
    let taken = |params: &Params<'_>, sent: &str, signature: &str| {
        verify(&Signed { method: "GET", hosts: &hosts, paths: &paths, params, sent }, &secret, signature).is_ok()
    };
    let signed = |query: &str| sign(&secret, &string_to_sign("GET", &host, &path, query));

    let mut params = Params::default();
    read_params(query, &mut params);
    let sent = String::from_utf8_lossy(query);
    let canonical = canonical_query(&params);
    let signature = signed(&canonical);
    // However the parameters were encoded on their way.
    assert!(taken(&params, &sent, &signature), "{canonical}");
    assert!(taken(&params, &encoded(&params), &signature), "{canonical}");
    assert!(taken(&params, &canonical, &signature), "{canonical}");
    // The query as it stands, sorted.
    assert!(taken(&params, &sent, &signed(&sorted(&sent))), "{sent}");

    let mut changed = query.to_vec();
    if !changed.is_empty() {
        let place = usize::from(place) % changed.len();
        changed[place] = byte;
    }
    let mut other = Params::default();
    read_params(&changed, &mut other);
    let same = said(&params) == said(&other);
    let other_sent = String::from_utf8_lossy(&changed);
    assert_eq!(taken(&other, &other_sent, &signature), same, "{sent:?} was signed, {other_sent:?} was sent");
    for text in [format!("{signature}="), signature.to_lowercase(), String::new(), host.into_owned()] {
        assert!(text == signature || !taken(&params, &sent, &text), "{text}");
    }
    let moments = [SystemClock.now(), jiff::Timestamp::MIN, jiff::Timestamp::MAX];
    for param in &params {
        let _ = is_fresh(&param.value, &moments);
    }
});

/// What a query says: its pairs in any order, without the signature.
fn said<'p>(params: &'p Params<'_>) -> Vec<(&'p str, &'p str)> {
    let pairs = params.iter().filter(|param| param.name != "Signature");
    let mut pairs: Vec<_> = pairs.map(|param| (param.name.as_ref(), param.value.as_ref())).collect();
    pairs.sort_unstable();
    pairs
}

/// What a client signs that sorts the pairs of its query and leaves them as they are.
fn sorted(sent: &str) -> String {
    let pairs = sent.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<(&str, &str)> = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    pairs.retain(|(name, _)| *name != "Signature");
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
