//! PurchaseURL and MobileCartURL (docs/PROTOCOL.md, section 4): where the customer goes with a filled cart. And where products are
//! shown.

use super::version::Version;
use crate::cart::{Asin, CartId, Hmac, Locale};
use crate::percent::{is_unreserved, percent_encoded};

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
    let encoded = |url: &mut String, text: &str| {
        if is_unreserved(text) {
            return url.push_str(text); // as most tags and all keys of Amazon's are
        }
        let once = percent_encoded(text);
        // Inside the one encoded parameter a value is decoded twice.
        url.push_str(&if and == "%26" { once.replace('%', "%25") } else { once });
    };
    url.push_str("cart-id=");
    url.push_str(std::str::from_utf8(&cart.text()).unwrap_or_default()); // digits are ASCII
    url.push_str(and);
    url.push_str("associate-id=");
    encoded(url, associate_tag);
    url.push_str(and);
    url.push_str("hmac=");
    if base.version >= Version::V2013_08_01 {
        url.push_str(&hmac.url_encoded());
    } else {
        for (place, part) in hmac.as_str().split('+').enumerate() {
            url.push_str(if place > 0 { "%2B" } else { "" });
            url.push_str(part);
        }
    }
    url.push_str(and);
    url.push_str("SubscriptionId=");
    encoded(url, base.access_key);
    url.push_str(and);
    url.push_str(if merge { "MergeCart=True" } else { "MergeCart=False" });
}

/// What the links to the pages of products have in common (docs/PROTOCOL.md, section 15). They name Amazon's own site: this server
/// has no such pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductLinks {
    /// The access key of the request.
    pub access_key: String,
    /// The tag of the request, or the default one.
    pub associate_tag: String,
}

/// The links of one product.
pub(super) struct ProductPages<'a> {
    locale: Locale,
    links: &'a ProductLinks,
    asin: Asin,
    title: &'a str,
}

/// How much of a title its page's address has.
const SLUG_WORDS: usize = 5;

impl<'a> ProductPages<'a> {
    pub(super) const fn new(locale: Locale, links: &'a ProductLinks, asin: Asin, title: &'a str) -> Self {
        Self { locale, links, asin, title }
    }

    /// DetailPageURL.
    pub(super) fn detail(&self) -> String {
        self.address(&format!("{}/dp/{}", self.slug(), self.asin), "", DETAIL_CREATIVE)
    }

    /// All offers of the product.
    pub(super) fn offers(&self) -> String {
        let creative = item_link_creative(self.locale).unwrap_or(DETAIL_CREATIVE);
        self.address(&format!("gp/offer-listing/{}", self.asin), "", creative)
    }

    /// Description and URL of each ItemLink, in order; none at the sites where none was recorded.
    pub(super) fn item_links(&self) -> Vec<(&'static str, String)> {
        let Some(creative) = item_link_creative(self.locale) else { return Vec::new() };
        let asin = self.asin;
        let first = format!("asin.0={asin}&");
        let mut links = Vec::with_capacity(7);
        if self.locale == Locale::Us {
            links.push(("Technical Details", format!("{}/dp/tech-data/{asin}", self.slug()), ""));
            links.push(("Add To Baby Registry", "gp/registry/baby/add-item.html".to_owned(), first.as_str()));
            links.push(("Add To Wedding Registry", "gp/registry/wedding/add-item.html".to_owned(), &first));
        }
        links.push(("Add To Wishlist", "gp/registry/wishlist/add-item.html".to_owned(), &first));
        links.push(("Tell A Friend", format!("gp/pdp/taf/{asin}"), ""));
        links.push(("All Customer Reviews", format!("review/product/{asin}"), ""));
        links.push(("All Offers", format!("gp/offer-listing/{asin}"), ""));
        let shown = |(description, path, first): (_, String, &str)| (description, self.address(&path, first, creative));
        links.into_iter().map(shown).collect()
    }

    /// A link. Recorded: everything from the question mark on is encoded, except in China.
    fn address(&self, path: &str, first: &str, creative: &str) -> String {
        let ProductLinks { access_key, associate_tag } = self.links;
        let asin = self.asin;
        let query = format!(
            "?{first}SubscriptionId={}&tag={}&linkCode=xm2&camp=2025&creative={creative}&creativeASIN={asin}",
            percent_encoded(access_key),
            percent_encoded(associate_tag)
        );
        let query = if self.locale == Locale::Cn { query } else { percent_encoded(&query) };
        format!("http://www.amazon.{}/{path}{query}", self.locale.domain())
    }

    /// A few words of the title. Amazon's own choice of words is not known; clients never looked at it.
    fn slug(&self) -> String {
        let words = self.title.split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | ':'));
        let plain = words.map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>());
        let chosen: Vec<String> = plain.filter(|word| !word.is_empty()).take(SLUG_WORDS).collect();
        if chosen.is_empty() { self.asin.to_string() } else { percent_encoded(&chosen.join("-")) }
    }
}

/// MoreSearchResultsUrl: the shop's own search for the same.
pub(super) fn more_results(locale: Locale, links: &ProductLinks, keywords: &str, search_index: &str) -> String {
    let site = format!("http://www.amazon.{}/gp", locale.domain());
    let words = percent_encoded(keywords).replace("%20", "+");
    let location = format!("{site}/search?keywords={words}&url=search-alias%3D{}", search_alias(locale, search_index));
    format!(
        "{site}/redirect.html?camp=2025&creative={}&location={}&linkCode=xm2&tag={}&SubscriptionId={}",
        item_link_creative(locale).unwrap_or(DETAIL_CREATIVE),
        percent_encoded(&location),
        percent_encoded(&links.associate_tag),
        percent_encoded(&links.access_key)
    )
}

/// The merchant's page.
pub(super) fn merchant_page(locale: Locale, merchant: &str) -> String {
    format!("http://www.amazon.{}/gp/help/seller/home.html?seller={}", locale.domain(), percent_encoded(merchant))
}

/// The number that told Amazon where a click came from.
const DETAIL_CREATIVE: &str = "165953";

/// The same for ItemLinks, which some sites did not have.
const fn item_link_creative(locale: Locale) -> Option<&'static str> {
    match locale {
        Locale::Us => Some("386001"),
        Locale::Uk => Some("12734"),
        Locale::De => Some("12738"),
        Locale::Jp => Some("5143"),
        Locale::Fr => Some("12742"),
        Locale::Ca => Some("386005"),
        Locale::Cn | Locale::Es | Locale::It | Locale::In | Locale::Br | Locale::Mx | Locale::Au => None,
    }
}

/// What the shop's own search calls an index. Two are recorded; of the others the name in small letters stands for it.
fn search_alias(locale: Locale, search_index: &str) -> String {
    match (search_index, locale) {
        ("All", Locale::It) => "aps".to_owned(),
        ("All", _) => "aws-amazon-aps".to_owned(),
        ("Books", Locale::Us | Locale::Ca) => "stripbooks".to_owned(),
        ("Books", _) => "books-single-index".to_owned(),
        (other, _) => other.to_ascii_lowercase(),
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

    #[test]
    fn links_to_products_have_their_recorded_form() {
        let links = ProductLinks { access_key: "KEY".to_owned(), associate_tag: "foo".to_owned() };
        let asin = "B00I4WQ8VG".parse().unwrap();
        let title = "Google Chromecast - Reproductor multimedia HDMI";
        assert_eq!(
            ProductPages::new(Locale::Es, &links, asin, title).detail(),
            "http://www.amazon.es/Google-Chromecast-Reproductor-multimedia-HDMI/dp/B00I4WQ8VG%3FSubscriptionId%3DKEY%26tag%3Dfoo\
             %26linkCode%3Dxm2%26camp%3D2025%26creative%3D165953%26creativeASIN%3DB00I4WQ8VG"
        );
        assert_eq!(
            ProductPages::new(Locale::Cn, &links, asin, "???").detail(),
            "http://www.amazon.cn/B00I4WQ8VG/dp/B00I4WQ8VG?SubscriptionId=KEY&tag=foo&linkCode=xm2&camp=2025\
             &creative=165953&creativeASIN=B00I4WQ8VG"
        );
        assert_eq!(
            ProductPages::new(Locale::Uk, &links, asin, title).item_links()[0],
            (
                "Add To Wishlist",
                "http://www.amazon.co.uk/gp/registry/wishlist/add-item.html%3Fasin.0%3DB00I4WQ8VG%26SubscriptionId%3DKEY\
                 %26tag%3Dfoo%26linkCode%3Dxm2%26camp%3D2025%26creative%3D12734%26creativeASIN%3DB00I4WQ8VG"
                    .to_owned()
            )
        );
        assert_eq!(
            more_results(Locale::Us, &links, "Félix J. Palma", "Books"),
            "http://www.amazon.com/gp/redirect.html?camp=2025&creative=386001&location=http%3A%2F%2Fwww.amazon.com%2Fgp\
             %2Fsearch%3Fkeywords%3DF%25C3%25A9lix%2BJ.%2BPalma%26url%3Dsearch-alias%253Dstripbooks&linkCode=xm2&tag=foo\
             &SubscriptionId=KEY"
        );
    }
}
