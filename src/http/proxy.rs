//! Which site is meant, and under which address the client knows this server (docs/PROTOCOL.md, section 1).
//!
//! The locale comes from a path prefix, else from a known Amazon host, else from a host whose first label is a locale, else from
//! the settings. Headers of a proxy are believed only when they come from a trusted network.

use crate::app::App;
use crate::cart::Locale;
use arc_swap::ArcSwap;
use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue, header};
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

/// The address of the client, as the listener saw it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// What a request is addressed to.
#[derive(Debug)]
pub(super) struct Target {
    /// The site.
    pub(super) locale: Locale,
    /// The path without a locale in front.
    pub(super) path: String,
    /// What the host says.
    address: Arc<Address>,
}

/// What the host that a request names stands for.
#[derive(Debug)]
struct Address {
    /// The site that it alone stands for: that of a path without a locale in front.
    site: Locale,
    /// This server as the client reaches it, for links: no slash at the end.
    here: String,
    /// The host and port, if the request names one.
    authority: Option<Authority>,
}

/// How many hosts are known at once: clients name one or two, and a client that makes them up gets no more.
const MOST_HOSTS: usize = 8;

/// The Host headers that were read before, and what they stand for: to compare a few bytes is a tenth of reading them again.
#[derive(Default)]
pub(crate) struct KnownHosts(ArcSwap<Vec<(HeaderValue, Arc<Address>)>>);

impl KnownHosts {
    fn get(&self, host: &HeaderValue) -> Option<Arc<Address>> {
        self.0.load().iter().find(|(known, _)| known == host).map(|(_, address)| Arc::clone(address))
    }

    fn keep(&self, host: &HeaderValue, address: &Arc<Address>) {
        if self.0.load().len() < MOST_HOSTS {
            // A value of its own: that of a request is a part of its connection's buffer.
            let Ok(host) = HeaderValue::from_bytes(host.as_bytes()) else { return };
            self.0.rcu(|known| {
                let mut known = Vec::clone(known);
                known.push((host.clone(), Arc::clone(address)));
                known.truncate(MOST_HOSTS);
                known
            });
        }
    }
}

impl Target {
    pub(super) fn of(app: &App, request: &Request) -> Self {
        let (prefix, path) = split_locale(request.uri().path());
        let address = Address::of(app, request);
        Self { locale: prefix.unwrap_or(address.site), path: path.to_owned(), address }
    }

    /// The site that the host alone stands for: that of a path without a locale in front.
    pub(super) fn site(&self) -> Locale {
        self.address.site
    }

    /// This server as the client reaches it, for links: no slash at the end.
    pub(super) fn here(&self) -> &str {
        &self.address.here
    }

    /// The host and port that the request names, if it names one.
    pub(super) fn authority(&self) -> Option<&Authority> {
        self.address.authority.as_ref()
    }

    /// The hosts that a client may have signed: the one it names with and without its port, and those of Amazon that it was meant
    /// for before it was pointed here.
    pub(super) fn signed_hosts(&self, public_url: Option<&str>) -> Vec<String> {
        let mut hosts = Vec::new();
        let public =
            public_url.and_then(|url| url.split_once("://")).map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
        let named = self.authority().map(|authority| in_small_letters(without_user(authority.as_str())));
        for named in named.as_deref().into_iter().chain(public) {
            hosts.push(named.to_owned());
            if let Some((host, _)) = named.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
            {
                hosts.push(host.to_owned());
            }
        }
        hosts.extend(self.locale.api_hosts());
        hosts
    }
}

impl Address {
    fn of(app: &App, request: &Request) -> Arc<Self> {
        let headers = request.headers();
        let trusted = request
            .extensions()
            .get::<Peer>()
            .is_some_and(|peer| app.config.trust_proxy.iter().any(|net| net.contains(&peer.0.ip().to_canonical())));
        // An absolute request line counts more than the Host header (RFC 9112, section 3.2.2), and so do a proxy's headers.
        let host = headers.get(header::HOST).filter(|_| !trusted && request.uri().authority().is_none());
        if let Some(known) = host.and_then(|host| app.known_hosts.get(host)) {
            return known;
        }
        let address = Arc::new(Self::read(app, request, trusted));
        if let Some(host) = host {
            app.known_hosts.keep(host, &address);
        }
        address
    }

    fn read(app: &App, request: &Request, trusted: bool) -> Self {
        let headers = request.headers();
        let forwarded = |name: &'static str| {
            if !trusted {
                return None; // which is nearly always so, and then there is nothing to look for
            }
            let value = headers.get(HeaderName::from_static(name))?.to_str().ok()?;
            // Each proxy appends; the first value is what the client used.
            value.split(',').next().map(str::trim).filter(|value| !value.is_empty())
        };
        let authority = forwarded("x-forwarded-host")
            .and_then(|host| host.parse::<Authority>().ok())
            .or_else(|| request.uri().authority().cloned())
            .or_else(|| headers.get(header::HOST)?.to_str().ok()?.parse().ok())
            .filter(is_address);
        let host = authority.as_ref().map(|authority| in_small_letters(authority.host().trim_end_matches('.')));
        let amazon = host.as_deref().and_then(Locale::of_amazon_host);
        let first_label = || Locale::named(host.as_deref()?.split_once('.')?.0);
        let here = match (&app.config.public_url, &authority) {
            (Some(url), _) => url.clone(),
            // An alias or a proxy sent us a request for Amazon: a link there would leave this server.
            (None, Some(authority)) if amazon.is_none() => {
                let scheme = if forwarded("x-forwarded-proto") == Some("https") { "https" } else { "http" };
                [scheme, "://", without_user(authority.as_str())].concat()
            }
            _ => app.bound_url.clone(),
        };
        let site = amazon.or_else(first_label).unwrap_or(app.config.locale);
        Self { site, here, authority }
    }
}

/// Whether a link can lead there: letters, digits and the marks of host names and addresses, and a port that there is.
fn is_address(authority: &Authority) -> bool {
    let host = authority.host();
    let port = without_user(authority.as_str()).strip_prefix(host);
    !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b))
        && port.is_some_and(|port| port.is_empty() || authority.port_u16().is_some())
}

fn in_small_letters(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// An authority without a user's name in front.
pub(super) fn without_user(authority: &str) -> &str {
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

/// Takes a locale off the front of a path: `/de/onca/xml` is `/onca/xml` in Germany.
fn split_locale(path: &str) -> (Option<Locale>, &str) {
    let Some(rest) = path.strip_prefix('/') else { return (None, path) };
    let Some(end) = rest.find('/') else { return (None, path) };
    match Locale::named(&rest[..end]) {
        Some(locale) => (Some(locale), &rest[end..]),
        None => (None, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_hosts_are_known_each_with_its_own_address() {
        let known = KnownHosts::default();
        let host = |n: usize| HeaderValue::from_str(&format!("host{n}.test")).unwrap();
        for n in 0..20 {
            let address = Address { site: Locale::Us, here: format!("http://host{n}.test"), authority: None };
            assert!(known.get(&host(n)).is_none());
            known.keep(&host(n), &Arc::new(address));
        }
        for n in 0..20 {
            let here = known.get(&host(n)).map(|address| address.here.clone());
            assert_eq!(here, (n < MOST_HOSTS).then(|| format!("http://host{n}.test")));
        }
    }

    #[test]
    fn a_locale_in_front_of_the_path_is_taken_off() {
        assert_eq!(split_locale("/de/onca/xml"), (Some(Locale::De), "/onca/xml"));
        assert_eq!(split_locale("/onca/xml"), (None, "/onca/xml"));
        assert_eq!(split_locale("/de"), (None, "/de"));
        assert_eq!(split_locale("/DE/onca/xml"), (None, "/DE/onca/xml"));
        assert_eq!(split_locale("*"), (None, "*"));
    }
}
