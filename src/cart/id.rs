//! The identifiers: CartId, CartItemId, ASIN and OfferListingId (docs/PROTOCOL.md, section 4).
//!
//! Each is parsed once, at the edge; a value of one of these types has the right shape.

use super::locale::Locale;
use base64::Engine as _;
use sha2::{Digest as _, Sha256, Sha512};
use std::fmt;
use std::str::FromStr;

/// The text does not have the shape of the identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidId(pub &'static str);

/// A CartId: `NNN-NNNNNNN-NNNNNNN`, kept as its 17 digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CartId(u64);

impl CartId {
    const SMALL: u64 = 10_000_000;

    /// The id of a new cart of `locale`, from 64 random bits.
    pub fn from_random(locale: Locale, random: u64) -> Self {
        let base = u64::from(locale.cart_id_base());
        Self(base * Self::SMALL * Self::SMALL + random % (100 * Self::SMALL * Self::SMALL))
    }

    /// The 17 digits as a number, which is how the store keeps it.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The text. By hand: it is signed for every request and stands twice in every answer, and padding three numbers is what
    /// formatting is slowest at.
    pub(crate) fn text(self) -> [u8; 19] {
        let mut text = *b"000-0000000-0000000";
        let mut rest = self.0;
        for place in text.iter_mut().rev().filter(|place| **place != b'-') {
            *place = b"0123456789"[(rest % 10) as usize];
            rest /= 10;
        }
        text
    }

    /// The id whose digits are `number`; nothing above 17 digits is one.
    pub const fn from_number(number: u64) -> Option<Self> {
        if number < 1000 * Self::SMALL * Self::SMALL { Some(Self(number)) } else { None }
    }
}

impl FromStr for CartId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const BAD: InvalidId = InvalidId("a CartId has the shape NNN-NNNNNNN-NNNNNNN");
        let bytes = text.as_bytes();
        if bytes.len() != 19 {
            return Err(BAD);
        }
        let mut number = 0;
        for (i, byte) in bytes.iter().enumerate() {
            match (i, byte) {
                (3 | 11, b'-') => {}
                (3 | 11, _) => return Err(BAD),
                (_, b'0'..=b'9') => number = number * 10 + u64::from(byte - b'0'),
                _ => return Err(BAD),
            }
        }
        Ok(Self(number))
    }
}

impl fmt::Display for CartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.text()).unwrap_or_default()) // digits are ASCII
    }
}

impl fmt::Debug for CartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for CartId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for CartId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An ASIN: ten of `A-Z` and `0-9`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Asin([u8; 10]);

impl Asin {
    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default() // only ASCII gets in
    }
}

impl FromStr for Asin {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes().try_into() {
            Ok(bytes) if text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) => Ok(Self(bytes)),
            _ => Err(InvalidId("an ASIN has 10 characters of A-Z and 0-9")),
        }
    }
}

impl fmt::Display for Asin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Asin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Asin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Asin {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Takes the text as it lies there: every stored line has one.
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = Asin;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Asin, E> {
                text.parse().map_err(|_| E::custom(format_args!("\"{text}\" is no ASIN: 10 characters of A-Z and 0-9")))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// An OfferListingId, decoded: the base-64 text without the percent-encoding that Amazon's answers put on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ListingId(String);

impl ListingId {
    /// Reads a listing id as clients send it: decoded, percent-encoded once, or percent-encoded twice. `None` when empty.
    ///
    /// A `+` stays a `+`: it is a digit of base-64.
    pub fn from_request(text: &str) -> Option<Self> {
        let mut text = text.to_owned();
        for _ in 0..2 {
            if !text.contains('%') {
                break;
            }
            text = percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned();
        }
        if text.is_empty() { None } else { Some(Self(text)) }
    }

    /// The id that Cartwright gives to an offer whose seed names none: the same at every start.
    pub fn derived(locale: Locale, asin: Asin, seller: &str, condition: &str) -> Self {
        let mut hash = Sha512::new();
        for part in [locale.name(), asin.as_str(), seller, condition] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        Self(base64::engine::general_purpose::STANDARD.encode(hash.finalize()))
    }

    /// The decoded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A CartItemId without its letter: a number that depends on the locale and the offer, and on nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CartItemId(u64);

impl CartItemId {
    /// The id of an offer. `listing` is `None` for Amazon's own.
    pub fn of(locale: Locale, asin: Asin, listing: Option<&ListingId>) -> Self {
        let mut hash = Sha256::new();
        for part in [locale.name(), asin.as_str(), listing.map_or("", ListingId::as_str)] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let digest = hash.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Self(u64::from_be_bytes(first))
    }

    /// The number, which is how the store keeps it.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The id with this number.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The text with the prefix letter that the version and the area ask for: `U`, `C` or `S`.
    pub fn with_letter(self, letter: char) -> String {
        const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let mut digits = [0; 13];
        let mut start = digits.len();
        let mut rest = self.0;
        while rest > 0 || start == digits.len() {
            start -= 1;
            digits[start] = DIGITS[(rest % 36) as usize];
            rest /= 36;
        }
        let mut text = String::with_capacity(14);
        text.push(letter);
        text.push_str(std::str::from_utf8(&digits[start..]).unwrap_or_default()); // digits are ASCII
        text
    }
}

impl FromStr for CartItemId {
    type Err = InvalidId;

    /// Reads an id of any era; the letter does not take part in the match.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const BAD: InvalidId = InvalidId("a CartItemId is U, C or S and a number in base 36");
        let digits = text.strip_prefix(['U', 'C', 'S']).ok_or(BAD)?;
        // from_str_radix also takes a sign and small letters, which no CartItemId has.
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
            return Err(BAD);
        }
        u64::from_str_radix(digits, 36).map(Self).map_err(|_| BAD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cart_id_reads_back_and_starts_with_its_sites_digit() {
        for (locale, digit) in [(Locale::Us, '1'), (Locale::De, '2'), (Locale::Jp, '3'), (Locale::Cn, '4')] {
            let text = CartId::from_random(locale, u64::MAX).to_string();
            assert!(text.starts_with(digit), "{text}");
            assert_eq!(text.parse::<CartId>().unwrap().to_string(), text);
        }
        assert_eq!("002-2197248-2529608".parse::<CartId>().unwrap().to_string(), "002-2197248-2529608");
    }

    #[test]
    fn what_has_not_the_shape_of_a_cart_id_is_refused() {
        for text in [
            "",
            "???",
            "1772-222147-9237722",
            "177-9222147-923772",
            "177-9222147-92377222",
            "177-9222147 9237722",
            "１77-9222147-92377",
        ] {
            assert!(text.parse::<CartId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_cart_item_id_reads_back_with_any_letter() {
        let id = CartItemId::of(Locale::Us, "0201896842".parse().unwrap(), None);
        for letter in ['U', 'C', 'S'] {
            assert_eq!(id.with_letter(letter).parse(), Ok(id));
        }
        assert_eq!(CartItemId(0).with_letter('U'), "U0");
        assert_eq!(CartItemId(u64::MAX).with_letter('U'), "U3W5E11264SGSF");
        for text in ["", "U", "0201896834", "UZZZZZZZZZZZZZZ", "u1", "U+1", "Uab"] {
            assert!(text.parse::<CartItemId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_cart_item_id_depends_on_locale_and_offer() {
        let asin = "0201896842".parse().unwrap();
        let other = ListingId::from_request("x").unwrap();
        let ids = [
            CartItemId::of(Locale::Us, asin, None),
            CartItemId::of(Locale::De, asin, None),
            CartItemId::of(Locale::Us, asin, Some(&other)),
        ];
        assert!(ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2]);
    }

    #[test]
    fn a_listing_id_may_be_encoded_once_or_twice() {
        for text in ["a+b/c==", "a%2Bb%2Fc%3D%3D", "a%252Bb%252Fc%253D%253D"] {
            assert_eq!(ListingId::from_request(text).unwrap().as_str(), "a+b/c==");
        }
        assert_eq!(ListingId::from_request(""), None);
    }

    #[test]
    fn an_asin_is_ten_capitals_and_digits() {
        assert_eq!("B000000001".parse::<Asin>().unwrap().to_string(), "B000000001");
        for text in ["", "b000000001", "B00000001", "B0000000012", "B00000000!", "ÄB00000001"] {
            assert!(text.parse::<Asin>().is_err(), "{text}");
        }
    }
}
