//! PurchaseURL and MobileCartURL (docs/PROTOCOL.md, section 4): where the customer goes with a filled cart.

use super::version::Version;
use crate::cart::{CartId, Hmac, Locale};
use crate::percent::percent_encoded;
use std::fmt::Write as _;

/// What the links of one answer have in common.
#[derive(Clone, Copy, Debug)]
pub struct LinkBase<'a> {
    /// This server, as the client reaches it, without a trailing slash: `http://localhost:2005`. `None` names Amazon's hosts, as
    /// recorded.
    pub here: Option<&'a str>,
    /// The cart's site.
    pub locale: Locale,
    /// Decides how the HMAC is encoded.
    pub version: Version,
    /// The access key of the request.
    pub access_key: &'a str,
}

/// The PurchaseURL of a cart.
pub fn purchase_url(base: &LinkBase<'_>, cart: CartId, hmac: &Hmac, associate_tag: &str, merge: bool) -> String {
    let mut url = begun(base, "https", "/gp/cart/aws-merge.html?");
    tail(&mut url, base, cart, hmac, associate_tag, merge);
    url
}

/// The MobileCartURL of a Japanese cart.
pub fn mobile_cart_url(base: &LinkBase<'_>, cart: CartId, hmac: &Hmac, associate_tag: &str, merge: bool) -> String {
    // Plain HTTP until 2011, TLS in 2016.
    let scheme = if base.version >= Version::V2013_08_01 { "https" } else { "http" };
    let mut url = begun(base, scheme, "/gp/aw/rcart?");
    tail(&mut url, base, cart, hmac, associate_tag, merge);
    url.push_str(separator(base.locale));
    url.push_str("uid=NULLGWDOCOMO"); // a macro that a DoCoMo gateway filled in
    url
}

/// This server's address or Amazon's, and the path.
fn begun(base: &LinkBase<'_>, scheme: &str, path: &str) -> String {
    let mut url = String::with_capacity(256);
    match base.here {
        Some(here) => url.push_str(here),
        None => url.extend([scheme, "://www.amazon.", site_domain(base)]),
    }
    url.push_str(path);
    url
}

/// Japanese links of 2016 say amazon.jp, those before amazon.co.jp.
fn site_domain(base: &LinkBase<'_>) -> &'static str {
    if base.locale == Locale::Jp && base.version >= Version::V2013_08_01 { "jp" } else { base.locale.domain() }
}

/// One parameter with encoded separators inside, except in China.
fn separator(locale: Locale) -> &'static str {
    if locale == Locale::Cn { "&" } else { "%26" }
}

/// Appends the five parameters, always all of them and in this order.
fn tail(url: &mut String, base: &LinkBase<'_>, cart: CartId, hmac: &Hmac, associate_tag: &str, merge: bool) {
    let and = separator(base.locale);
    let hmac =
        if base.version >= Version::V2013_08_01 { hmac.url_encoded() } else { hmac.as_str().replace('+', "%2B") };
    let encoded = |text: &str| {
        let once = percent_encoded(text);
        // Inside the one encoded parameter a value is decoded twice.
        if and == "%26" && once.contains('%') { once.replace('%', "%25") } else { once }
    };
    let merge = if merge { "True" } else { "False" };
    url.push_str("cart-id=");
    let _ = write!(url, "{cart}"); // a String takes everything
    for (name, value) in [
        ("associate-id=", encoded(associate_tag).as_str()),
        ("hmac=", &hmac),
        ("SubscriptionId=", &encoded(base.access_key)),
        ("MergeCart=", merge),
    ] {
        url.extend([and, name, value]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::MacKey;

    fn base(locale: Locale, version: Version, here: Option<&'static str>) -> LinkBase<'static> {
        LinkBase { here, locale, version, access_key: "AKIAEXAMPLE" }
    }

    /// An HMAC with all three characters that need encoding.
    fn sign(locale: Locale) -> (CartId, Hmac) {
        let key = MacKey::new(b"secret");
        (1..)
            .find_map(|n| {
                let id = CartId::from_random(locale, n);
                let hmac = key.sign(locale, id, "ws");
                (hmac.as_str().contains('+') && hmac.as_str().contains('/')).then_some((id, hmac))
            })
            .unwrap()
    }

    #[test]
    fn the_links_of_each_era_have_their_recorded_form() {
        let old = Version::V2010_12_01;
        let (id, hmac) = sign(Locale::Jp);
        let (raw, full) = (
            hmac.as_str().replace('+', "%2B"),
            hmac.as_str().replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"),
        );
        assert_eq!(
            purchase_url(&base(Locale::Jp, old, None), id, &hmac, "ws", false),
            format!(
                "https://www.amazon.co.jp/gp/cart/aws-merge.html?cart-id={id}%26associate-id=ws%26hmac={raw}%26SubscriptionId=AKIAEXAMPLE%26MergeCart=False"
            )
        );
        assert_eq!(
            mobile_cart_url(&base(Locale::Jp, Version::V2013_08_01, None), id, &hmac, "ws", true),
            format!(
                "https://www.amazon.jp/gp/aw/rcart?cart-id={id}%26associate-id=ws%26hmac={full}%26SubscriptionId=AKIAEXAMPLE%26MergeCart=True%26uid=NULLGWDOCOMO"
            )
        );
        let (id, hmac) = sign(Locale::Cn);
        assert_eq!(
            purchase_url(&base(Locale::Cn, old, Some("http://localhost:2005")), id, &hmac, "ws", false),
            format!(
                "http://localhost:2005/gp/cart/aws-merge.html?cart-id={id}&associate-id=ws&hmac={}&SubscriptionId=AKIAEXAMPLE&MergeCart=False",
                hmac.as_str().replace('+', "%2B")
            )
        );
    }

    #[test]
    fn an_odd_tag_cannot_break_out_of_its_parameter() {
        let (id, hmac) = sign(Locale::Us);
        let url =
            purchase_url(&base(Locale::Us, Version::DEFAULT, Some("http://localhost:2005")), id, &hmac, "a&b=c", false);
        assert!(url.contains("%26associate-id=a%2526b%253Dc%26hmac="), "{url}");
    }
}
