//! The HMAC of a cart: proof that the caller was given the cart by CartCreate (docs/PROTOCOL.md, section 4).
//!
//! It covers locale, CartId and AssociateTag, so that a wrong one of any of them is found without asking the store. The same key
//! vouches for what the pages of the purchase hand-off gave to a customer.

use super::customer::CustomerId;
use super::id::CartId;
use super::locale::Locale;
use crate::percent::percent_encoded;
use base64::Engine as _;
use hmac::{KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq as _;

/// The server's key. Never shown: `Debug` redacts it.
#[derive(Clone)]
pub struct MacKey(hmac::Hmac<Sha256>);

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey(…)")
    }
}

impl MacKey {
    /// A key from the server's secret, of any length.
    pub fn new(secret: &[u8]) -> Self {
        // A key longer than a block is hashed first; `new_from_slice` does that, and so never fails.
        Self(hmac::Hmac::new_from_slice(secret).unwrap_or_else(|_| unreachable!("HMAC takes a key of any length")))
    }

    /// The HMAC of a cart.
    pub fn sign(&self, locale: Locale, cart: CartId, associate_tag: &str) -> Hmac {
        self.over(&[locale.name().as_bytes(), &cart.text(), associate_tag.as_bytes()])
    }

    /// Proof that this server gave `what` to this customer.
    pub fn vouch(&self, customer: CustomerId, what: &str) -> Hmac {
        // No locale is called so: what vouches for a page is never the HMAC of a cart.
        self.over(&[b"customer", customer.to_string().as_bytes(), what.as_bytes()])
    }

    /// Over texts, of which only the last may hold a NUL.
    fn over(&self, texts: &[&[u8]]) -> Hmac {
        let mut mac = self.0.clone(); // the key schedule is done once, at start
        for (place, text) in texts.iter().enumerate() {
            if place > 0 {
                mac.update(&[0]);
            }
            mac.update(text);
        }
        let digest = mac.finalize().into_bytes();
        let mut text = [0; 28];
        // 20 bytes, as long as the SHA-1 digests that Amazon sent: 28 characters.
        let written = base64::engine::general_purpose::STANDARD.encode_slice(&digest[..20], &mut text);
        debug_assert_eq!(written, Ok(28));
        Hmac(text)
    }
}

/// A cart's HMAC: 28 characters of base-64. `Debug` redacts it: whoever has it owns the cart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hmac([u8; 28]);

impl Hmac {
    /// The text, as the `HMAC` element holds it.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default() // base-64 is ASCII
    }

    /// The text, as the `URLEncodedHMAC` element holds it.
    pub fn url_encoded(&self) -> String {
        percent_encoded(self.as_str())
    }

    /// Whether a request's HMAC is this one, decoded or still percent-encoded once. Takes the same time for every wrong one of
    /// the right length.
    pub fn matches(&self, text: &str) -> bool {
        if text.contains('%') {
            let decoded: Vec<u8> = percent_encoding::percent_decode_str(text).collect();
            self.0.ct_eq(&decoded).into()
        } else {
            self.0.ct_eq(text.as_bytes()).into()
        }
    }
}

impl fmt::Debug for Hmac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hmac(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(locale: Locale, cart: &str, tag: &str) -> Hmac {
        MacKey::new(b"secret").sign(locale, cart.parse().unwrap(), tag)
    }

    #[test]
    fn it_is_28_characters_of_base_64_and_covers_locale_cart_and_tag() {
        let mac = sign(Locale::Us, "102-0000001-0000001", "ws");
        assert_eq!(mac.as_str().len(), 28);
        assert!(mac.as_str().ends_with('='));
        assert_ne!(mac, sign(Locale::De, "102-0000001-0000001", "ws"));
        assert_ne!(mac, sign(Locale::Us, "102-0000001-0000002", "ws"));
        assert_ne!(mac, sign(Locale::Us, "102-0000001-0000001", "other-20"));
        assert_eq!(mac, sign(Locale::Us, "102-0000001-0000001", "ws"));
    }

    #[test]
    fn what_vouches_for_a_page_is_of_one_customer_and_one_thing() {
        let key = MacKey::new(b"secret");
        let (one, two) = (CustomerId::from_number(1), CustomerId::from_number(2));
        assert_eq!(key.vouch(one, "form"), key.vouch(one, "form"));
        assert_ne!(key.vouch(one, "form"), key.vouch(two, "form"));
        assert_ne!(key.vouch(one, "form"), key.vouch(one, "order"));
        assert_ne!(key.vouch(one, "form"), MacKey::new(b"other").vouch(one, "form"));
    }

    #[test]
    fn it_matches_decoded_and_encoded_once_and_nothing_else() {
        let macs = (1..).map(|n| sign(Locale::Us, &format!("102-0000001-{n:07}"), "ws"));
        let mac = macs.into_iter().find(|mac| ['+', '/', '='].iter().all(|c| mac.as_str().contains(*c))).unwrap();
        let encoded = mac.url_encoded();
        assert_eq!(encoded, mac.as_str().replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"));
        assert!(mac.matches(mac.as_str()));
        assert!(mac.matches(&encoded));
        let small = encoded.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d");
        assert!(mac.matches(&small), "{small}");
        for wrong in ["", "???", "%", "=", &mac.as_str()[..27], &encoded.replace('%', "%25")] {
            assert!(!mac.matches(wrong), "{wrong}");
        }
    }

    #[test]
    fn debug_output_tells_no_secret() {
        assert_eq!(
            format!("{:?} {:?}", MacKey::new(b"x"), sign(Locale::Us, "102-0000001-0000001", "ws")),
            "MacKey(…) Hmac(…)"
        );
    }
}
