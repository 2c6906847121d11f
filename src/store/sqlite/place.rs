//! The words of the full-text index that say where a product stands: whose it is, in which search index, in which browse node.
//!
//! They begin with a character that is in no word of a text, and spell what they name in hexadecimal digits: so any text makes one
//! word, and no two the same.

use std::fmt::Write as _;

/// An account's products.
pub(super) fn of_account(account: &str) -> String {
    word('s', account, "")
}

/// An account's products in a search index.
pub(super) fn in_index(account: &str, index: &str) -> String {
    word('i', account, index)
}

/// An account's products of a browse node.
pub(super) fn in_node(account: &str, node: &str) -> String {
    word('n', account, node)
}

fn word(kind: char, account: &str, text: &str) -> String {
    let mut word = format!("_{kind}");
    for part in [account, text] {
        for byte in part.bytes() {
            write!(word, "{byte:02x}").expect("writing to a String does not fail");
        }
        word.push('_');
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_apart_and_no_text_breaks_out_of_its_word() {
        let words = [
            of_account(""),
            of_account("key"),
            in_index("", "Books"),
            in_index("key", "Books"),
            in_index("keyB", "ooks"),
            in_node("", "Books"),
            in_node("", "9\" OR \""),
        ];
        for (at, word) in words.iter().enumerate() {
            assert!(
                word.starts_with('_') && word.chars().all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit())
            );
            assert!(!words[..at].contains(word), "{word}");
        }
    }
}
