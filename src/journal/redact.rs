//! What proves something is not shown: HMACs, signatures, tokens of forms. Whoever reads the journal may be somebody else than whoever
//! may change the carts.
//!
//! Two nets. By name: parameters, elements, attributes and parts of addresses that are called what secrets are called. By value: what
//! was found under such a name is taken out wherever else it stands, however it is encoded there.

use crate::percent::percent_encoded;
use crate::protocol::Params;
use percent_encoding::percent_decode_str;
use std::collections::BTreeSet;

/// What stands in the place of a secret.
pub const REDACTED: &str = "REDACTED";

/// A shorter value proves nothing, and may be a part of any word.
const SHORTEST_SECRET: usize = 8;

/// How often a value may have been encoded.
const ENCODINGS: usize = 4;

/// Whether a parameter, an element or an attribute of this name holds something that proves something. In a batch, and in numbered
/// items, it is the last part of the name.
pub fn is_secret(name: &str) -> bool {
    let last = name.rsplit(['.', ':']).next().unwrap_or_default().to_ascii_lowercase();
    last.ends_with("hmac") || last == "signature" || last == "token" || last.contains("secret") || last == "password"
}

/// The secrets of one exchange.
#[derive(Debug, Default)]
pub struct Secrets(BTreeSet<String>);

impl Secrets {
    /// Takes down what stands under the name of a secret among parameters.
    pub fn learn(&mut self, params: &Params<'_>) {
        for param in params.iter().filter(|param| is_secret(&param.name)) {
            self.add(&param.value);
        }
    }

    /// Takes down the text of a secret element of a document.
    pub fn learn_from_markup(&mut self, document: &str) {
        let mut found = Vec::new();
        let _ = by_name_in_markup(document, |secret| found.push(unescaped(secret)));
        for secret in found {
            self.add(&secret);
        }
    }

    fn add(&mut self, value: &str) {
        let mut value = value.to_owned();
        // Links are encoded once by whoever writes them, and again by each program that passes them on.
        for _ in 0..ENCODINGS {
            if value.len() < SHORTEST_SECRET {
                return;
            }
            let once = percent_encoded(&value);
            self.0.extend([escaped(&value), percent_encoded(&once), once, value.clone()]);
            let decoded = percent_decode_str(&value).decode_utf8_lossy().into_owned();
            if decoded == value {
                return;
            }
            value = decoded;
        }
    }

    /// The text without them: a query, a form, a string to sign, a sentence.
    pub fn redacted(&self, text: &str) -> String {
        self.by_value(&by_name_in_query(text))
    }

    /// The document or page without them.
    pub fn redacted_markup(&self, document: &str) -> String {
        self.by_value(&by_name_in_query(&by_name_in_markup(document, |_| {})))
    }

    fn by_value(&self, text: &str) -> String {
        // The longest first: a secret may be a part of one of its own encodings.
        let mut secrets: Vec<&str> = self.0.iter().map(String::as_str).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.into_iter().fold(text.to_owned(), |text, secret| {
            if text.contains(secret) { text.replace(secret, REDACTED) } else { text }
        })
    }
}

/// Redacts `name=value` wherever a secret's name stands in front: in a query, and in addresses inside a text. What is one name for
/// whoever reads a query is looked at decoded.
fn by_name_in_query(text: &str) -> String {
    // What ends a value in a query or an address, also where the address stands in a document, or in another address.
    const ENDS: [char; 9] = ['&', '"', '\'', '<', '>', ' ', '\n', '\r', ';'];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('=') {
        let (before, after) = rest.split_at(place);
        out.push_str(before);
        out.push('=');
        rest = &after[1..];
        let name = before.rsplit(|c| ENDS.contains(&c) || c == '?').next().unwrap_or_default();
        let decoded = percent_decode_str(name).decode_utf8_lossy();
        if is_secret(&decoded) {
            let end = rest.find(ENDS).unwrap_or(rest.len());
            if end > 0 {
                out.push_str(REDACTED);
            }
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    out
}

/// Redacts the text of elements and the values of attributes that a secret's name belongs to. `found` is told each.
///
/// It takes any text: what is no markup stays as it is, and an element without an end goes to the end of the text.
fn by_name_in_markup(text: &str, mut found: impl FnMut(&str)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('<') {
        let (before, tag) = rest.split_at(place);
        out.push_str(before);
        let end = end_of_tag(tag);
        let (tag, after) = tag.split_at(end);
        out.push_str(&attributes_redacted(tag, &mut found));
        rest = after;
        let name = tag[1..].split(|c: char| c.is_whitespace() || c == '/' || c == '>').next().unwrap_or_default();
        if is_secret(name) && !tag.ends_with("/>") {
            let end = rest.find(&format!("</{name}")).unwrap_or(rest.len());
            if end > 0 {
                found(rest[..end].trim());
                out.push_str(REDACTED);
            }
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    out
}

/// Where a tag ends that begins at the beginning: behind its `>`, which does not count inside quotes.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (place, c) in tag.char_indices() {
        if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && c == '>' {
            return place + 1;
        } else if quote.is_none() && (c == '"' || c == '\'') {
            quote = Some(c);
        }
    }
    tag.len()
}

/// `<Argument Name="HMAC" Value="…"/>`, `<input name="hmac" value="…">`, and an attribute that has such a name itself.
fn attributes_redacted(tag: &str, found: &mut impl FnMut(&str)) -> String {
    let attributes = attributes(tag);
    let named =
        attributes.iter().any(|(name, value)| name.eq_ignore_ascii_case("name") && is_secret(&tag[value.clone()]));
    let mut out = String::with_capacity(tag.len());
    let mut from = 0;
    for (name, value) in attributes {
        if (is_secret(name) || named && name.eq_ignore_ascii_case("value")) && !value.is_empty() {
            found(&tag[value.clone()]);
            out.push_str(&tag[from..value.start]);
            out.push_str(REDACTED);
            from = value.end;
        }
    }
    out.push_str(&tag[from..]);
    out
}

/// The attributes of a tag, and where their values stand in it.
fn attributes(tag: &str) -> Vec<(&str, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(equals) = tag[at..].find('=').map(|place| at + place) {
        let name = tag[at..equals].trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
        let start = equals + 1 + (tag[equals + 1..].len() - tag[equals + 1..].trim_start().len());
        let value = if let Some(quote @ ('"' | '\'')) = tag[start..].chars().next() {
            let length = tag[start + 1..].find(quote).unwrap_or(tag.len() - start - 1);
            start + 1..start + 1 + length
        } else {
            let length = tag[start..].find(|c: char| c.is_whitespace() || c == '>').unwrap_or(tag.len() - start);
            start..start + length
        };
        at = value.end.max(equals + 1);
        found.push((name, value));
    }
    found
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The text of an element or attribute without the escaping and the encoding that it may have.
fn unescaped(text: &str) -> String {
    let text = text.strip_prefix("<![CDATA[").and_then(|text| text.strip_suffix("]]>")).unwrap_or(text);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    if text.contains('%') { percent_decode_str(&text).decode_utf8_lossy().into_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::read_params;

    fn params_of(text: &[u8]) -> Params<'_> {
        let mut params = Params::default();
        read_params(text, &mut params);
        params
    }

    #[test]
    fn secrets_are_called_by_these_names() {
        for secret in
            ["HMAC", "hmac", "URLEncodedHMAC", "Signature", "CartGet.1.HMAC", "aws:Signature", "token", "AWSSecretKey"]
        {
            assert!(is_secret(secret), "{secret}");
        }
        for open in ["SignatureVersion", "SignatureMethod", "CartId", "AWSAccessKeyId", "ASIN", ""] {
            assert!(!is_secret(open), "{open}");
        }
    }

    #[track_caller]
    fn check_query(text: &str, expected: &str) {
        assert_eq!(by_name_in_query(text), expected);
    }

    #[test]
    fn a_query_keeps_its_names_and_loses_what_proves_something() {
        check_query(
            "CartId=1&HMAC=ab%2Bc%3D&Item.1.ASIN=B&Signature=x=y",
            "CartId=1&HMAC=REDACTED&Item.1.ASIN=B&Signature=REDACTED",
        );
        check_query("%48MAC=abc&CartGet.1.HMAC=d&hmac=", "%48MAC=REDACTED&CartGet.1.HMAC=REDACTED&hmac=");
        check_query("a==b&c", "a==b&c");
        check_query("", "");
        check_query(
            "string to sign: GET\nhost\n/onca/xml\nCartId=1&HMAC=abc&Item=2; tried",
            "string to sign: GET\nhost\n/onca/xml\nCartId=1&HMAC=REDACTED&Item=2; tried",
        );
    }

    #[track_caller]
    fn check_markup(text: &str, expected: &str) {
        assert_eq!(Secrets::default().redacted_markup(text), expected);
    }

    #[test]
    fn a_document_keeps_its_elements_and_loses_what_proves_something() {
        check_markup(
            "<Cart><HMAC>a+b=</HMAC><URLEncodedHMAC>a%2Bb%3D</URLEncodedHMAC><ASIN>B</ASIN></Cart>",
            "<Cart><HMAC>REDACTED</HMAC><URLEncodedHMAC>REDACTED</URLEncodedHMAC><ASIN>B</ASIN></Cart>",
        );
        check_markup(
            r#"<Argument Name="HMAC" Value="a&quot;b"/><Argument Value='x' Name='Signature'/><Argument Name="CartId" Value="1"/>"#,
            r#"<Argument Name="HMAC" Value="REDACTED"/><Argument Value='REDACTED' Name='Signature'/><Argument Name="CartId" Value="1"/>"#,
        );
        check_markup(
            "<PurchaseURL>http://x/gp/cart/aws-merge.html?cart-id=1&amp;hmac=a%2Bb&amp;SubscriptionId=k</PurchaseURL>",
            "<PurchaseURL>http://x/gp/cart/aws-merge.html?cart-id=1&amp;hmac=REDACTED&amp;SubscriptionId=k</PurchaseURL>",
        );
        check_markup(
            "<s:Signature xmlns:s=\"u\">a<b/>c</s:Signature>d",
            "<s:Signature xmlns:s=\"u\">REDACTED</s:Signature>d",
        );
        check_markup(
            "<input type=hidden name=hmac value=abc><p>x</p>",
            "<input type=hidden name=hmac value=REDACTED><p>x</p>",
        );
        check_markup("<HMAC>cut of", "<HMAC>REDACTED");
        check_markup("<HMAC/><HMAC></HMAC>1 < 2 <", "<HMAC/><HMAC></HMAC>1 < 2 <");
        check_markup("<あ hmac=\"い\">う", "<あ hmac=\"REDACTED\">う");
    }

    #[test]
    fn a_secret_is_taken_out_wherever_it_stands_and_however_it_is_encoded() {
        let mut secrets = Secrets::default();
        secrets.learn(&params_of(b"HMAC=abcd%2Befg%3D&CartId=12345678&Signature=short"));
        secrets.learn_from_markup("<x><HMAC>of/the+answer=</HMAC></x>");
        let text = "<Message>abcd+efg= abcd%2Befg%3D abcd%252Befg%253D 12345678 short of/the+answer= of%2Fthe%2Banswer%3D</Message>";
        assert_eq!(
            secrets.redacted_markup(text),
            "<Message>REDACTED REDACTED REDACTED 12345678 short REDACTED REDACTED</Message>"
        );
    }
}
