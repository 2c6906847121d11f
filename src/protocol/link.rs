//! PurchaseURL and MobileCartURL (docs/PROTOCOL.md, section 4): where the customer goes with a filled cart.

use super::version::Version;
use crate::cart::{CartId, Hmac, Locale};
use crate::percent::percent_encoded;

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
    let host = match base.here {
        Some(here) => here.to_owned(),
        None => format!("https://www.amazon.{}", site_domain(base)),
    };
    format!("{host}/gp/cart/aws-merge.html?{}", tail(base, cart, hmac, associate_tag, merge))
}

/// The MobileCartURL of a Japanese cart.
pub fn mobile_cart_url(base: &LinkBase<'_>, cart: CartId, hmac: &Hmac, associate_tag: &str, merge: bool) -> String {
    let host = match base.here {
        Some(here) => here.to_owned(),
        // Plain HTTP until 2011, TLS in 2016.
        None if base.version >= Version::V2013_08_01 => format!("https://www.amazon.{}", site_domain(base)),
        None => format!("http://www.amazon.{}", site_domain(base)),
    };
    let tail = tail(base, cart, hmac, associate_tag, merge);
    // The last part is a macro that a DoCoMo gateway filled in.
    format!("{host}/gp/aw/rcart?{tail}{}uid=NULLGWDOCOMO", separator(base.locale))
}

/// Japanese links of 2016 say amazon.jp, those before amazon.co.jp.
fn site_domain(base: &LinkBase<'_>) -> &'static str {
    if base.locale == Locale::Jp && base.version >= Version::V2013_08_01 { "jp" } else { base.locale.domain() }
}

/// One parameter with encoded separators inside, except in China.
fn separator(locale: Locale) -> &'static str {
    if locale == Locale::Cn { "&" } else { "%26" }
}

/// The five parameters, always all of them and in this order.
fn tail(base: &LinkBase<'_>, cart: CartId, hmac: &Hmac, associate_tag: &str, merge: bool) -> String {
    let and = separator(base.locale);
    let hmac =
        if base.version >= Version::V2013_08_01 { hmac.url_encoded() } else { hmac.as_str().replace('+', "%2B") };
    let encoded = |text: &str| {
        let once = percent_encoded(text);
        // Inside the one encoded parameter a value is decoded twice.
        if and == "%26" { once.replace('%', "%25") } else { once }
    };
    format!(
        "cart-id={cart}{and}associate-id={}{and}hmac={hmac}{and}SubscriptionId={}{and}MergeCart={}",
        encoded(associate_tag),
        encoded(base.access_key),
        if merge { "True" } else { "False" },
    )
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
