//! The locales: one table of everything that differs from site to site (docs/PROTOCOL.md, sections 1, 4 and 5).
//!
//! A further locale is a variant here and a row in [`Locale::site`]; the compiler lists the rest.

use super::money::Currency;
use std::fmt;
use std::str::FromStr;

/// One of Amazon's sites that the service answered for. A cart belongs to one locale and does not exist in any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Locale {
    /// amazon.com
    Us,
    /// amazon.co.uk
    Uk,
    /// amazon.de
    De,
    /// amazon.co.jp
    Jp,
    /// amazon.ca
    Ca,
    /// amazon.fr
    Fr,
    /// amazon.cn
    Cn,
    /// amazon.es
    Es,
    /// amazon.it
    It,
    /// amazon.in
    In,
    /// amazon.com.br
    Br,
    /// amazon.com.mx
    Mx,
    /// amazon.com.au
    Au,
}

/// The row of a locale.
struct Site {
    name: &'static str,
    /// What follows `www.amazon.`, `webservices.amazon.`, `ecs.amazonaws.`.
    domain: &'static str,
    currency: Currency,
    /// First digit of a CartId's first group, times a hundred.
    cart_id_base: u16,
    merchant_id: Option<&'static str>,
    seller_id: Option<&'static str>,
    nickname: &'static str,
}

impl Locale {
    /// Every locale; the four of ECS 4.0 first.
    pub const ALL: [Self; 13] = [
        Self::Us,
        Self::Uk,
        Self::De,
        Self::Jp,
        Self::Ca,
        Self::Fr,
        Self::Cn,
        Self::Es,
        Self::It,
        Self::In,
        Self::Br,
        Self::Mx,
        Self::Au,
    ];

    const fn site(self) -> Site {
        const fn row(
            name: &'static str,
            domain: &'static str,
            currency: Currency,
            cart_id_base: u16,
            merchant_id: Option<&'static str>,
            nickname: &'static str,
        ) -> Site {
            Site { name, domain, currency, cart_id_base, merchant_id, seller_id: merchant_id, nickname }
        }
        match self {
            // The only site whose SellerId differed from its MerchantId.
            Self::Us => Site {
                seller_id: Some("A2R2RITDJNW1Q6"),
                ..row("us", "com", Currency::Usd, 100, Some("ATVPDKIKX0DER"), "Amazon.com")
            },
            Self::Uk => row("uk", "co.uk", Currency::Gbp, 200, Some("A3P5ROKL5A1OLE"), "Amazon.co.uk"),
            Self::De => row("de", "de", Currency::Eur, 200, Some("A3JWKAKR8XB7XF"), "Amazon.de"),
            Self::Jp => row("jp", "co.jp", Currency::Jpy, 300, Some("AN1VRQENFRJN5"), "Amazon.co.jp"),
            Self::Ca => row("ca", "ca", Currency::Cad, 100, Some("A3DWYIK6Y9EEQB"), "Amazon.ca"),
            Self::Fr => row("fr", "fr", Currency::Eur, 200, Some("A1X6FK5RDHNB96"), "Amazon.fr"),
            Self::Cn => row("cn", "cn", Currency::Cny, 400, None, "Amazon.cn"),
            Self::Es => row("es", "es", Currency::Eur, 200, None, "Amazon.es"),
            Self::It => row("it", "it", Currency::Eur, 200, None, "Amazon.it"),
            // Not recorded: India and Australia are served from Europe's and Japan's regions, Brazil and Mexico from the us.
            Self::In => row("in", "in", Currency::Inr, 200, None, "Amazon.in"),
            Self::Br => row("br", "com.br", Currency::Brl, 100, None, "Amazon.com.br"),
            Self::Mx => row("mx", "com.mx", Currency::Mxn, 100, None, "Amazon.com.mx"),
            Self::Au => row("au", "com.au", Currency::Aud, 300, None, "Amazon.com.au"),
        }
    }

    /// The short name, as settings, seed files and path prefixes spell it: `us`.
    pub const fn name(self) -> &'static str {
        self.site().name
    }

    /// The domain after `amazon.`: `co.uk`.
    pub const fn domain(self) -> &'static str {
        self.site().domain
    }

    /// The currency of every price in this locale.
    pub const fn currency(self) -> Currency {
        self.site().currency
    }

    /// The first hundred of the first group of this locale's CartIds: 100 gives `1NN-…`.
    pub const fn cart_id_base(self) -> u16 {
        self.site().cart_id_base
    }

    /// Amazon's own MerchantId here, where one was recorded.
    pub const fn merchant_id(self) -> Option<&'static str> {
        self.site().merchant_id
    }

    /// Amazon's own SellerId here, where one was recorded.
    pub const fn seller_id(self) -> Option<&'static str> {
        self.site().seller_id
    }

    /// Amazon's own SellerNickname here.
    pub const fn seller_nickname(self) -> &'static str {
        self.site().nickname
    }

    /// The hosts of the API here, of every era: what an unmodified client signs for.
    pub fn api_hosts(self) -> Vec<String> {
        let domain = self.domain();
        let ecs = domain.strip_prefix("co.").filter(|_| self == Self::Jp).unwrap_or(domain); // ecs.amazonaws.jp
        let mut hosts = vec![
            format!("webservices.amazon.{domain}"),
            format!("ecs.amazonaws.{ecs}"),
            format!("aws.amazonaws.{ecs}"),
            format!("www.amazon.{domain}"),
        ];
        if self == Self::Jp {
            hosts.push("webservices.amazon.jp".to_owned());
        }
        hosts
    }

    /// The locale with this name, for where it is no mistake that there is none.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.name() == name)
    }

    /// The locale whose Amazon host this is: any of the API's, the site's, or the style sheet hosts of any era.
    ///
    /// `host` is in lower case and without a port.
    pub fn of_amazon_host(host: &str) -> Option<Self> {
        // ecs.amazonaws.com and soap.amazon.com were the us hosts; aws.amazonaws.* their twins under TLS.
        let domain = match host.split_once('.')? {
            ("ecs" | "aws", rest) => rest.strip_prefix("amazonaws.")?,
            ("webservices" | "www" | "soap", rest) => rest.strip_prefix("amazon.")?,
            (first, "amznxslt.com") => return first.strip_prefix("xml-")?.parse().ok(),
            ("amazon", rest) => rest,
            _ => return None,
        };
        match domain {
            "jp" => Some(Self::Jp),
            _ => Self::ALL.into_iter().find(|locale| locale.domain() == domain),
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text names no locale.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no locale; known ones are us, uk, de, jp, ca, fr, cn, es, it, in, br, mx, au")]
pub struct UnknownLocale(pub String);

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::named(text).ok_or_else(|| UnknownLocale(text.to_owned()))
    }
}

impl serde::Serialize for Locale {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Locale {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for locale in Locale::ALL {
            assert_eq!(locale.name().parse(), Ok(locale));
        }
        assert_eq!("US".parse::<Locale>(), Err(UnknownLocale("US".to_owned())));
    }

    #[test]
    fn every_host_of_the_api_is_known_as_one_of_its_locale() {
        for locale in Locale::ALL {
            for host in locale.api_hosts() {
                assert_eq!(Locale::of_amazon_host(&host), Some(locale), "{host}");
            }
        }
    }

    #[test]
    fn amazon_hosts_of_every_era_are_known() {
        for (host, locale) in [
            ("webservices.amazon.com", Some(Locale::Us)),
            ("ecs.amazonaws.com", Some(Locale::Us)),
            ("soap.amazon.com", Some(Locale::Us)),
            ("ecs.amazonaws.co.uk", Some(Locale::Uk)),
            ("ecs.amazonaws.jp", Some(Locale::Jp)),
            ("webservices.amazon.co.jp", Some(Locale::Jp)),
            ("webservices.amazon.jp", Some(Locale::Jp)),
            ("aws.amazonaws.de", Some(Locale::De)),
            ("www.amazon.com.br", Some(Locale::Br)),
            ("amazon.it", Some(Locale::It)),
            ("xml-uk.amznxslt.com", Some(Locale::Uk)),
            ("amazon.example.com", None),
            ("localhost", None),
            ("s3.amazonaws.com", None),
        ] {
            assert_eq!(Locale::of_amazon_host(host), locale, "{host}");
        }
    }
}
