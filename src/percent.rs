//! Percent-encoding as RFC 3986 has it: everything that it does not call unreserved. Must not know what is encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Whether nothing in the text is encoded.
pub(crate) fn is_unreserved(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

/// The text with capital escapes for all but letters, digits and `-._~`: `a+b` is `a%2Bb`.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 16); // what is encoded mostly has a few such characters
    encoded.extend(utf8_percent_encode(text, RESERVED));
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_the_unreserved_characters_are_encoded() {
        assert_eq!(percent_encoded("aZ09-._~"), "aZ09-._~");
        for byte in 0..=0x7f {
            let text = char::from(byte).to_string();
            assert_eq!(is_unreserved(&text), percent_encoded(&text) == text, "{text:?}");
        }
        assert!(!is_unreserved("é") && is_unreserved(""));
        assert_eq!(percent_encoded("a+b/c= %*é"), "a%2Bb%2Fc%3D%20%25%2A%C3%A9");
    }
}
