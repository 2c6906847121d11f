//! Reading and writing: no bytes make the reader fail, and what is echoed comes back as it was sent.

use super::{check, runner, well_formed};
use crate::support::{TestServer, is_legal, request};
use cartwright::cart::Locale;
use cartwright::protocol::{DecodeLimits, Params, Setting, batches, decode, envelope, operations, read_params};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Bytes that look like a request from afar, with anything in between.
fn forms() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => select(vec![
            "&Item.", "1", ".ASIN", ".Quantity", ".CartItemId", ".Action", ".MetaData.", ".Key", ".OfferListingId", "=", "&", "%",
            "%25", "+", ".", "CartId", "HMAC", "MergeCart", "ResponseGroup", "Cart,", "True", "Version=", "2011-08-01", "B000000001",
            "&Operation=CartAdd", "&Operation=CartModify", "&Validate=True", "&XMLEscaping=Double", "&AssociateTag=",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        2 => vec(any::<u8>(), 0..8),
        1 => any::<char>().prop_map(|c| c.to_string().into_bytes()),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

const OPERATIONS: [&str; 5] = ["CartCreate", "CartAdd", "CartModify", "CartGet", "CartClear"];

#[test]
fn no_bytes_make_the_reader_or_the_decoder_fail() {
    let strategy = (select(&OPERATIONS[..]), forms());
    let outcome = runner(2_000).run(&strategy, |(operation, bytes)| {
        let mut params = Params::default();
        read_params(&bytes, &mut params);
        let _ = envelope(&params);
        let whole = [format!("Service=AWSECommerceService&Operation={operation}&").as_bytes(), &bytes].concat();
        let mut params = Params::default();
        read_params(&whole, &mut params);
        let Ok(envelope) = envelope(&params) else { return Ok(()) };
        let Ok(batches) = operations(&envelope).map(|operations| batches(&operations, &params)) else { return Ok(()) };
        for batch in batches.iter().flatten() {
            for request in &batch.requests {
                let limits = DecodeLimits { quantity: 999 };
                let setting = Setting { version: envelope.version, locale: Locale::Us, limits };
                prop_assert!(decode(request, batch.operation, setting).request.is_ok_or_errors());
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// A request is understood, or it has errors to tell.
trait Told {
    fn is_ok_or_errors(&self) -> bool;
}

impl<T, E> Told for Result<T, Vec<E>> {
    fn is_ok_or_errors(&self) -> bool {
        self.as_ref().map_or_else(|errors| !errors.is_empty(), |_| true)
    }
}

#[test]
fn every_answer_is_well_formed() {
    let server = TestServer::start();
    let strategy = (select(&OPERATIONS[..]), forms());
    let outcome = runner(300).run(&strategy, |(operation, bytes)| {
        let head = format!("Service=AWSECommerceService&AWSAccessKeyId=A&Operation={operation}");
        let body = [head.as_bytes(), b"&", &bytes].concat();
        let answer = server.raw(&request("POST", "/onca/xml", &[], &body));
        check(answer.status == 200, "a request mistake is answered with 200", &answer)?;
        well_formed(&answer)?;
        let answer = server.raw(&request("POST", "/onca/xml", &[], &bytes));
        well_formed(&answer).map(drop)
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// What is sent, encoded as strictly as can be.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "%{byte:02X}");
        out
    })
}

#[test]
fn any_text_is_echoed_as_it_was_sent() {
    let server = TestServer::start();
    let text = prop_oneof![any::<String>(), vec(any::<char>(), 0..20).prop_map(|chars| chars.into_iter().collect())];
    let awkward = vec(
        select(vec!['\0', '\r', '\n', '\t', '<', '>', '&', '"', '\'', ']', ' ', '\u{85}', '\u{FFFE}', '\u{7f}', '𝄞']),
        0..12,
    );
    let awkward = awkward.prop_map(|chars| chars.into_iter().collect::<String>());
    let strategy = (prop_oneof![text, awkward.clone()], awkward);
    let outcome = runner(300).run(&strategy, |(value, name)| {
        // What XML cannot carry in any way is replaced.
        let shown = |text: &str| text.replace(|c| !is_legal(c), "\u{FFFD}");
        let query =
            format!("Operation=CartGet&HMAC=x&X{}={}&CartId=I{}", encoded(&name), encoded(&value), encoded(&value));
        let answer = server.raw(&request(
            "POST",
            "/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=A",
            &[],
            query.as_bytes(),
        ));
        let root = well_formed(&answer)?;
        let arguments = root.find(&["OperationRequest", "Arguments"]).expect("they are always there");
        let name = shown(&format!("X{name}"));
        let argument = arguments.children.iter().find(|argument| argument.attribute("Name") == Some(&name));
        check(argument.is_some(), "the name is echoed", &answer)?;
        // An empty value has no attribute.
        let read = argument.and_then(|argument| argument.attribute("Value")).unwrap_or_default();
        prop_assert_eq!(read, shown(&value));
        let echo = root.find(&["Cart", "Request", "CartGetRequest", "CartId"]).expect("it was sent");
        prop_assert_eq!(&echo.text, &shown(&format!("I{value}")));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
