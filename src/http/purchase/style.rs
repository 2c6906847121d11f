//! The style sheet. Its name has a digest of its content, so that a browser may keep it for ever and never shows an old one.

use super::page;
use crate::http::answer::Document;
use axum::http::{HeaderValue, header};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::LazyLock;

const STYLE: &str = include_str!("../../../templates/style.css");

static PATH: LazyLock<String> = LazyLock::new(|| {
    let mut path = "/gp/style-".to_owned();
    for byte in &Sha256::digest(STYLE)[..8] {
        let _ = write!(path, "{byte:02x}"); // a String takes everything
    }
    path + ".css"
});

/// Where it is, without a locale in front.
pub(super) fn path() -> &'static str {
    &PATH
}

/// The style sheet itself.
pub(super) fn answer() -> Document {
    let mut response = Document::new(STYLE.to_owned());
    let headers = response.headers_mut();
    page::guarded(headers);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}
