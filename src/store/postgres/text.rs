//! Texts as PostgreSQL can hold them: it takes every character but U+0000.
//!
//! Callers may send that one, in an associate tag for example, and must get it back. So it is written as `\0` and a backslash as
//! `\\`; every other text is stored as it is. JSON needs none of this: it has an escape of its own.

use std::borrow::Cow;

/// A text as it is stored.
pub(super) fn stored(text: &str) -> Cow<'_, str> {
    if text.contains(['\0', '\\']) {
        Cow::Owned(text.replace('\\', r"\\").replace('\0', r"\0"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A stored text as it was.
pub(super) fn read(text: String) -> String {
    if !text.contains('\\') {
        return text;
    }
    let mut read = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        // A backslash is never alone: the character behind it is part of it.
        let nul = character == '\\' && characters.next() == Some('0');
        read.push(if nul { '\0' } else { character });
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_reads_back_and_none_is_stored_with_a_nul() {
        for text in ["", "plain", "\0", "\\", "\\0", "a\0\\0\\\\b", "\\\0"] {
            let kept = stored(text);
            assert!(!kept.contains('\0'), "{text:?}");
            assert_eq!(read(kept.into_owned()), text);
        }
        assert_eq!(stored("a\0b\\"), r"a\0b\\");
    }
}
