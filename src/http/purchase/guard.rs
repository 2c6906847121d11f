//! Which forms are believed: those of our own pages, and not those that another site has a browser send.
//!
//! A browser says where a form comes from, and that word counts. For a browser that says nothing there is a token in the form,
//! which only the customer's own pages have. A client without a cookie has nothing that another site could misuse.

use crate::cart::{CustomerId, MacKey};
use crate::http::proxy::{Target, without_user};
use axum::http::{HeaderMap, HeaderName, header};

/// What the token vouches for.
const FORM: &str = "form";

/// Says how the site of the page is related to that of the form's address (the Fetch Metadata of the W3C).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The token for the forms of a customer's pages.
pub(super) fn token(mac: &MacKey, customer: CustomerId) -> String {
    mac.vouch(customer, FORM).as_str().to_owned()
}

/// Whether a form may change anything. `token` is the one in the form, if there is one.
pub(super) fn is_ours(
    mac: &MacKey,
    target: &Target,
    public_url: Option<&str>,
    headers: &HeaderMap,
    customer: Option<CustomerId>,
    token: Option<&str>,
) -> bool {
    let mut vouched = false;
    for site in headers.get_all(SEC_FETCH_SITE) {
        match site.as_bytes() {
            b"same-origin" => vouched = true,
            b"none" => {}
            _ => return false,
        }
    }
    for origin in headers.get_all(header::ORIGIN) {
        if !origin.to_str().is_ok_and(|origin| is_here(origin, target, public_url)) {
            return false;
        }
        vouched = true;
    }
    match (customer, token) {
        (None, _) => true,
        (Some(customer), Some(token)) => mac.vouch(customer, FORM).matches(token),
        // The page came up without the cookie, as after a form of another site; the browser's word is as good.
        (Some(_), None) => vouched,
    }
}

/// Whether an Origin is this server, as the client or the settings name it.
fn is_here(origin: &str, target: &Target, public_url: Option<&str>) -> bool {
    let Some((_, origin)) = origin.split_once("://") else { return false };
    let public =
        public_url.and_then(|url| url.split_once("://")).map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
    let named = target.authority().map(|authority| without_user(authority.as_str()));
    named.into_iter().chain(public).any(|here| without_port(here).eq_ignore_ascii_case(without_port(origin)))
}

/// A host and port without a port that goes without saying.
fn without_port(authority: &str) -> &str {
    authority.strip_suffix(":443").or_else(|| authority.strip_suffix(":80")).unwrap_or(authority)
}
