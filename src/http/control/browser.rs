//! Which requests a web page from elsewhere may have had a browser make.
//!
//! A page can send requests to this machine, which its browser marks with the page's Origin, and can have its own host name
//! resolved to this machine's address (DNS rebinding), which makes it same-origin and leaves only the Host header to tell. Must
//! not know what is asked.

use super::problem::Problem;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Endings of names that nobody can register, and that so are under the control of whoever runs the network.
const PRIVATE_ENDINGS: [&str; 6] = [".localhost", ".test", ".internal", ".local", ".example", ".invalid"];

/// Whether a page of this origin was loaded from this machine: `http://localhost:3000`, `http://127.0.0.1`, `http://[::1]:80`.
pub(super) fn is_of_this_machine(origin: &HeaderValue) -> bool {
    origin.to_str().ok().and_then(authority_of).is_some_and(|authority| {
        let host = authority.host();
        host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1" || host == "[::1]"
    })
}

/// Refuses requests under a name that a stranger may have pointed here, and those of pages that are neither of this machine nor
/// our own.
pub(super) fn refuse_strangers(public_url: Option<&str>, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let forbidden = |detail: String| Err(Problem::new(StatusCode::FORBIDDEN, detail));
    let public = public_url.and_then(authority_of);
    let mut named: Vec<Authority> = uri.authority().cloned().into_iter().collect();
    for host in headers.get_all(header::HOST) {
        let Some(host) = host.to_str().ok().and_then(|host| host.parse().ok()) else {
            return forbidden("without a token the control API answers under names that it can read alone".to_owned());
        };
        named.push(host);
    }
    let known = |name: &Authority| {
        is_private(name.host()) || public.as_ref().is_some_and(|own| own.host().eq_ignore_ascii_case(name.host()))
    };
    if let Some(strange) = named.iter().find(|name| !known(name)) {
        return forbidden(format!(
            "without a token the control API answers under addresses, local names and the host of public_url alone, and \
             not as {:?}: a name on the internet may be that of a web page's owner",
            strange.host()
        ));
    }
    for origin in headers.get_all(header::ORIGIN) {
        let page = origin.to_str().ok().and_then(authority_of);
        let own = page.is_some_and(|page| named.contains(&page) || public.as_ref() == Some(&page));
        if !own && !is_of_this_machine(origin) {
            return forbidden("without a token the control API takes no requests of other sites' pages".to_owned());
        }
    }
    Ok(())
}

/// The host and port of an origin or of a URL.
fn authority_of(url: &str) -> Option<Authority> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    let authority: Authority = rest.split('/').next()?.parse().ok()?;
    (!authority.as_str().contains('@')).then_some(authority)
}

/// Whether nobody elsewhere can have pointed this name here: it is an address, a name of the local network, or an ending that is
/// not for sale.
fn is_private(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    host.parse::<Ipv4Addr>().is_ok()
        || v6.is_some_and(|host| host.parse::<Ipv6Addr>().is_ok())
        || (!host.is_empty() && !host.contains(['.', '[']))
        || PRIVATE_ENDINGS.iter().any(|ending| host.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(uri: &'static str, hosts: &[&'static str], origin: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, HeaderValue::from_static(host));
        }
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        refuse_strangers(Some("https://shop.example.com/amazon"), &Uri::from_static(uri), &headers).is_ok()
    }

    #[test]
    fn names_that_a_stranger_may_own_are_refused() {
        for host in [
            "localhost:2005",
            "LOCALHOST",
            "de.localhost:2005",
            "127.0.0.1:2005",
            "10.1.2.3",
            "[::1]:2005",
            "cartwright:2005",
            "cartwright.default.svc.cluster.local",
            "host.docker.internal:2005",
            "shop.test.",
            "shop.example.com",
            "Shop.Example.com:444",
        ] {
            assert!(admitted("/_cartwright/v1/info", &[host], None), "{host}");
        }
        for host in [
            "evil.com",
            "evil.com:2005",
            "localhost.evil.com",
            "127.0.0.1.evil.com",
            "webservices.amazon.com",
            "",
            "a b",
            ".",
        ] {
            assert!(!admitted("/_cartwright/v1/info", &[host], None), "{host}");
        }
        assert!(!admitted("/", &["localhost", "evil.com"], None));
        assert!(!admitted("http://evil.com/_cartwright/v1/info", &["localhost"], None));
        assert!(admitted("/", &[], None), "no browser leaves it out");
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        for origin in [
            "http://localhost:3000",
            "https://localhost",
            "http://127.0.0.1:8080",
            "http://[::1]:1",
            "http://cartwright:2005",
            "https://shop.example.com",
        ] {
            assert!(admitted("/", &["cartwright:2005"], Some(origin)), "{origin}");
        }
        for origin in [
            "http://evil.com",
            "null",
            "",
            "http://localhost.evil.com",
            "http://127.0.0.2",
            "http://cartwright:2006",
            "http://localhost@evil.com",
            "http://evil.com@localhost",
            "file://",
            "https://shop.example.com:444",
        ] {
            assert!(!admitted("/", &["cartwright:2005"], Some(origin)), "{origin}");
        }
    }
}
