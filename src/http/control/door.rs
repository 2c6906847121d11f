//! Who may come in: whoever has the token, or, where there is none, whoever is no stranger's web page. And in which form they can
//! be answered.
//!
//! A server without a token relies on its address being out of reach. A browser on the same machine reaches it all the same, and
//! does what a page from anywhere tells it; [`browser`] tells such requests from others. Must not know what is asked.

use super::browser;
use super::problem::Problem;
use crate::config::{Config, Secret};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use subtle::ConstantTimeEq as _;

/// Refuses a request that may not come in, or that wants an answer of another form than JSON.
pub(super) fn admit(config: &Config, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    match &config.control_token {
        Some(token) => check_token(token, headers)?,
        None => browser::refuse_strangers(config.public_url.as_deref(), uri, headers)?,
    }
    // What has been done by the time that it is answered should not be told as a failure.
    if !accepts_json(headers) && matches!(*method, Method::GET | Method::HEAD) {
        return Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "there is application/json, which Accept leaves out"));
    }
    Ok(())
}

fn check_token(token: &Secret, headers: &HeaderMap) -> Result<(), Problem> {
    const ASK: HeaderValue = HeaderValue::from_static("Bearer realm=\"Cartwright\"");
    const ASK_AGAIN: HeaderValue = HeaderValue::from_static("Bearer realm=\"Cartwright\", error=\"invalid_token\"");
    let refused = |detail, ask| Err(Problem::new(StatusCode::UNAUTHORIZED, detail).with(header::WWW_AUTHENTICATE, ask));
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return refused("the control API asks for its token once: Authorization: Bearer TOKEN", ASK);
    };
    match bearer(value.as_bytes()) {
        None => refused("the control API asks for its token as Authorization: Bearer TOKEN", ASK),
        Some(text) if bool::from(text.ct_eq(token.expose().as_bytes())) => Ok(()),
        Some(_) => refused("this is not the control API's token", ASK_AGAIN),
    }
}

/// What follows the scheme, whose case does not matter.
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token.trim_ascii_start())
}

/// Whether one of the media types that the client takes is JSON. The most specific one decides.
fn accepts_json(headers: &HeaderMap) -> bool {
    let mut best: Option<(u8, bool)> = None;
    let mut any = false;
    for value in headers.get_all(header::ACCEPT) {
        for range in String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase().split(',') {
            any = true;
            let mut parts = range.split(';').map(str::trim);
            let rank = match parts.next().unwrap_or_default() {
                "application/json" => 2,
                "application/*" => 1,
                "*/*" | "" => 0,
                _ => continue,
            };
            let wanted = parts.all(|part| {
                part.split_once('=').is_none_or(|(name, value)| name.trim() != "q" || value.trim().parse() != Ok(0_f32))
            });
            if best.is_none_or(|(known, _)| known < rank) {
                best = Some((rank, wanted));
            }
        }
    }
    best.map_or(!any, |(_, wanted)| wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_accepted_where_the_most_specific_media_type_says_so() {
        for (accept, expected) in [
            ("", true),
            ("*/*", true),
            ("text/html, */*;q=0.1", true),
            ("application/*", true),
            ("APPLICATION/JSON; charset=utf-8", true),
            ("text/html", false),
            ("text/html, application/xml", false),
            ("application/problem+json", false),
            ("application/json;q=0, */*", false),
            ("*/*;q=0", false),
            ("*/*;q=0, application/json ; q = 0.001", true),
            ("application/json;q=0.000", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(accepts_json(&headers), expected, "{accept}");
        }
        let mut headers = HeaderMap::new();
        assert!(accepts_json(&headers));
        headers.append(header::ACCEPT, HeaderValue::from_static("text/html"));
        headers.append(header::ACCEPT, HeaderValue::from_static("application/json"));
        assert!(accepts_json(&headers));
    }
}
