//! The REST reader: query strings and form bodies to [`Params`] (docs/PROTOCOL.md, section 1).
//!
//! Takes everything: what cannot be decoded stays as it was sent, and bytes that are no UTF-8 become U+FFFD. Nothing that a
//! client can send makes it fail, so that whoever asked gets an ECS document and not a framework's error.

use super::params::Params;
use memchr::memchr;
use percent_encoding::percent_decode;
use std::borrow::Cow;

/// The most parameters that are read of one request. A large body may hold millions, which would take a hundred
/// times its size.
pub const MAX_PARAMS: usize = 600_000;

/// How many pairs [`read_params`] would find.
pub fn count_params(encoded: &[u8]) -> usize {
    encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).count()
}

/// Whether query and body together hold more than [`MAX_PARAMS`] pairs.
pub fn are_too_many_params(query: &[u8], body: &[u8]) -> bool {
    // A pair has two bytes at least, with what separates it from the next; so there is hardly ever anything to count.
    query.len() + body.len() + 2 >= 2 * MAX_PARAMS && count_params(query) + count_params(body) > MAX_PARAMS
}

/// Reads `&`-separated pairs and appends them to `params`.
pub fn read_params<'a>(encoded: &'a [u8], params: &mut Params<'a>) {
    // Looked at once and not piece by piece: what is cut at an ASCII character stays UTF-8.
    let text = std::str::from_utf8(encoded).ok();
    let is_plain = !is_encoded(encoded);
    let (mut start, mut rest) = (0, encoded);
    while !rest.is_empty() {
        let end = memchr(b'&', rest).unwrap_or(rest.len());
        let pair = &rest[..end];
        // The first `=` separates; further ones belong to the value, as in a raw HMAC.
        let (name, value) = match memchr(b'=', pair) {
            Some(place) => (start..start + place, start + place + 1..start + end),
            None => (start..start + end, start + end..start + end),
        };
        match text.filter(|_| is_plain || !is_encoded(pair)) {
            _ if pair.is_empty() => {}
            Some(text) => params.push(&text[name], &text[value]),
            None => params.push(decode(&encoded[name]), decode(&encoded[value])),
        }
        start += end + 1;
        rest = encoded.get(start..).unwrap_or_default();
    }
}

/// Whether a text holds anything but what it stands for.
fn is_encoded(text: &[u8]) -> bool {
    // Without a way out at the first one found, so that several bytes are looked at at once: most texts have none.
    text.iter().fold(0, |found, byte| found | u8::from(*byte == b'+') | u8::from(*byte == b'%')) != 0
}

/// Form decoding: `+` is a space, `%XX` a byte; a `%` that starts no such pair stays.
fn decode(encoded: &[u8]) -> Cow<'_, str> {
    if !is_encoded(encoded) {
        return match std::str::from_utf8(encoded) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(encoded),
        };
    }
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let bytes: Vec<u8> = percent_decode(&spaced).collect();
    Cow::Owned(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(bad) => String::from_utf8_lossy(bad.as_bytes()).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(encoded: &[u8], expected: &[(&str, &str)]) {
        let mut params = Params::default();
        read_params(encoded, &mut params);
        let got: Vec<_> = params.iter().map(|p| (p.name.as_ref(), p.value.as_ref())).collect();
        assert_eq!(got, expected, "{}", String::from_utf8_lossy(encoded));
    }

    #[test]
    fn every_spelling_of_a_query_is_read() {
        check(b"", &[]);
        check(b"&&", &[]);
        check(b"Operation=CartGet&CartId=1", &[("Operation", "CartGet"), ("CartId", "1")]);
        check(b"a=1&a=2", &[("a", "1"), ("a", "2")]);
        check(b"AssociateTag=&Flag", &[("AssociateTag", ""), ("Flag", "")]);
        check(b"HMAC=a/b=", &[("HMAC", "a/b=")]);
        check(b"HMAC=a%2Bb%2Fc%3D", &[("HMAC", "a+b/c=")]);
        check(b"t=a+b%20c", &[("t", "a b c")]);
        check(b"Item%2E1%2EASIN=x", &[("Item.1.ASIN", "x")]);
        check("t=é".as_bytes(), &[("t", "é")]);
        check(b"t=%E3%81%82", &[("t", "あ")]);
    }

    #[test]
    fn what_cannot_be_decoded_is_kept_or_replaced() {
        check(b"t=100%&u=%zz&v=%4", &[("t", "100%"), ("u", "%zz"), ("v", "%4")]);
        check(b"t=%FF%FE", &[("t", "\u{FFFD}\u{FFFD}")]);
        check(b"t=\xff", &[("t", "\u{FFFD}")]);
        check(b"t=a%00b", &[("t", "a\0b")]);
        check(b"=x&=", &[("", "x"), ("", "")]);
    }
}
