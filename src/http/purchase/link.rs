//! The PurchaseURL as it comes back: every form in which such links were printed, and what became of them on their way.
//!
//! What is proven by it is for `operations::purchase` to say.

use crate::operations::purchase::Proof;
use crate::protocol::Params;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// What a link says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Link {
    /// The cart, not yet proven.
    pub(super) proof: Proof,
    /// MergeCart, where it says True or False.
    pub(super) merge: Option<bool>,
}

/// How often an HMAC may have been encoded: once by whoever wrote the link, and again by each program that passed it on.
const ENCODINGS: usize = 3;

impl Link {
    /// Reads a link's parameters. Links were printed with `&` between them, and more often as one single parameter, with `%26` in
    /// the places of the `&` and with its values encoded once more.
    pub(super) fn read(params: &Params<'_>) -> Self {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for param in params {
            match (param.name.as_ref(), param.value.as_ref()) {
                ("cart-id", value) if is_whole_query(value) => pairs.extend(split(&format!("cart-id={value}"))),
                // Some programs encode the `=` too; one that they leave is that of an HMAC.
                (name, "") if name.starts_with("cart-id=") => pairs.extend(split(name)),
                (name, value) if name.starts_with("cart-id=") => pairs.extend(split(&format!("{name}={value}"))),
                (name, value) => pairs.push((name.to_owned(), value.to_owned())),
            }
        }
        // Whoever copies a link out of an XML document keeps its `&amp;`.
        let is = |name: &str, wanted: &[&str]| wanted.contains(&name.strip_prefix("amp;").unwrap_or(name));
        let filled = |wanted: &[&str]| {
            pairs.iter().find(|(name, value)| is(name, wanted) && !value.is_empty()).map(|(_, value)| value.as_str())
        };
        let tag = filled(&["associate-id"]).unwrap_or(crate::cart::DEFAULT_ASSOCIATE_TAG);
        Self {
            proof: Proof {
                cart_id: filled(&["cart-id"]).unwrap_or_default().trim().to_owned(),
                hmac: hmac(filled(&["hmac"]).unwrap_or_default()),
                tags: readings(tag),
                keys: filled(&["SubscriptionId", "AWSAccessKeyId"]).map(readings).unwrap_or_default(),
            },
            merge: match filled(&["MergeCart"]) {
                Some(value) if value.eq_ignore_ascii_case("true") => Some(true),
                Some(value) if value.eq_ignore_ascii_case("false") => Some(false),
                _ => None,
            },
        }
    }

    /// The parameters without which no cart can be found, as far as they are not there.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let needed = [("cart-id", &self.proof.cart_id), ("hmac", &self.proof.hmac)];
        needed.into_iter().filter(|(_, value)| value.is_empty()).map(|(name, _)| name).collect()
    }
}

/// Whether the value of `cart-id` is the rest of the query, too. No CartId has one of these in it.
fn is_whole_query(value: &str) -> bool {
    value.contains('&') || value.contains("%26")
}

/// The pairs of a query that was one parameter. Their values are as they stand in it.
fn split(text: &str) -> Vec<(String, String)> {
    let mut text = Cow::Borrowed(text);
    if !text.contains('&') {
        text = Cow::Owned(decoded(&text));
    }
    let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What a value may mean: what it is without one more encoding, and what it is as it stands.
fn readings(value: &str) -> Vec<String> {
    if value.contains('%') { vec![decoded(value), value.to_owned()] } else { vec![value.to_owned()] }
}

/// The HMAC in its 28 characters. Base-64 has no blank and no `%`: the one was a `+`, the other is an encoding.
fn hmac(value: &str) -> String {
    let mut hmac = value.replace(' ', "+");
    for _ in 0..ENCODINGS {
        if hmac.contains('%') {
            hmac = decoded(&hmac);
        }
    }
    hmac
}

/// Percent-decoding alone: a `+` stays what it is.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::read_params;

    const ID: &str = "102-0000001-0000002";

    fn read(query: &str) -> Link {
        let mut params = Params::default();
        read_params(query.as_bytes(), &mut params);
        Link::read(&params)
    }

    #[test]
    fn every_form_that_was_printed_says_the_same() {
        let expected = Link {
            proof: Proof {
                cart_id: ID.to_owned(),
                hmac: "a+b/c=".to_owned(),
                tags: vec!["tag-20".to_owned()],
                keys: vec!["AKIA".to_owned()],
            },
            merge: Some(false),
        };
        for (and, is) in [("%26", "="), ("&", "="), ("&amp;", "="), ("%26", "%3D"), ("%2526", "=")] {
            for hmac in ["a%2Bb/c=", "a%2Bb%2Fc%3D", "a%252Bb%252Fc%253D", "a%25252Bb%25252Fc%25253D", "a+b/c="] {
                for key in ["SubscriptionId", "AWSAccessKeyId"] {
                    let pairs = [("associate-id", "tag-20"), ("hmac", hmac), (key, "AKIA"), ("MergeCart", "False")];
                    let rest = pairs.map(|(name, value)| format!("{and}{name}{is}{value}")).concat();
                    let query = format!("cart-id{is}{ID}{rest}");
                    assert_eq!(read(&query), expected, "{query}");
                }
            }
        }
    }

    #[test]
    fn an_odd_tag_is_read_as_the_link_was_written() {
        // "a&b=c%" in one parameter, and with separators.
        let query = format!("cart-id={ID}%26associate-id=a%2526b%253Dc%2525%26hmac=x");
        assert_eq!(read(&query).proof.tags[0], "a&b=c%");
        assert_eq!(read(&query).proof.hmac, "x");
        assert!(read("associate-id=a%26b%3Dc%25").proof.tags.contains(&"a&b=c%".to_owned()));
        assert_eq!(read("associate-id=").proof.tags, ["ws"]);
        assert_eq!(read("").proof.tags, ["ws"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(read("").missing(), ["cart-id", "hmac"]);
        assert_eq!(read("cart-id=&hmac=x").missing(), ["cart-id"]);
        assert_eq!(read(&format!("cart-id={ID}%26associate-id=ws")).missing(), ["hmac"]);
        assert_eq!(read(&format!("cart-id={ID}%26hmac=x")).missing(), [""; 0]);
    }

    #[test]
    fn merge_cart_is_true_false_or_not_said() {
        let read = |value: &str| read(&format!("MergeCart={value}")).merge;
        assert_eq!([read("True"), read("false"), read("yes"), read("")], [Some(true), Some(false), None, None]);
    }
}
