//! What a word is: the one rule by which texts are put into the full-text index and by which it is asked (docs/PROTOCOL.md,
//! section 15). The databases only compare the words that come out of here, so that all of them find the same.
//!
//! Letters and digits make words; everything else stands between them. Case, accents and the width of Japanese forms make no
//! difference: `Édition` is `edition`, `ＡＢＣ` is `abc`. Chinese and Japanese are written without spaces. There each character, and
//! each pair of neighbours, counts as a word of the text, and a question is cut into its pairs: so a part of a compound is found,
//! and hardly anything else.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The longest word, in characters; the rest of a longer one is left out, of texts and questions alike.
const LONGEST: usize = 64;

/// The most words of one question that count.
pub const MAX_ASKED: usize = 64;

/// Gives every word of a text to `add`, in order; some more than once. Words consist of letters and digits, in lower case.
pub fn words_of(text: &str, mut add: impl FnMut(&str)) {
    for run in runs(&folded(text)) {
        match run {
            Run::Word(word) => add(word),
            Run::Unspaced(run) => {
                each_character(run, &mut add);
                each_pair(run, &mut add);
            }
        }
    }
}

/// The words that a text must have so that it answers a question: each once, [`MAX_ASKED`] at most.
pub fn words_asked(question: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut add = |word: &str| {
        if words.len() < MAX_ASKED && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    };
    for run in runs(&folded(question)) {
        match run {
            Run::Word(word) => add(word),
            Run::Unspaced(run) if run.chars().nth(1).is_none() => add(run),
            Run::Unspaced(run) => each_pair(run, &mut add),
        }
    }
    words
}

/// A text by which titles are put in order: without regard to case, accents and punctuation.
pub fn sorting_form(text: &str) -> String {
    let folded = folded(text);
    let mut form = String::with_capacity(folded.len());
    for run in runs(&folded) {
        let (Run::Word(run) | Run::Unspaced(run)) = run;
        if !form.is_empty() {
            form.push(' ');
        }
        form.push_str(run);
    }
    form
}

/// The text in lower case, without accents, in one form where Unicode has several.
fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    // Taken apart, so that an accent is a character of its own, and put together again: the marks of kana and other scripts make
    // letters of their own and stay.
    let accent = |c: &char| ('\u{300}'..='\u{36F}').contains(c);
    Cow::Owned(text.nfkd().filter(|c| !accent(c)).nfc().flat_map(char::to_lowercase).collect())
}

/// A part of a text.
enum Run<'a> {
    /// A word with something else on both sides.
    Word(&'a str),
    /// Characters of a script that puts nothing between words.
    Unspaced(&'a str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Between,
    Word,
    Unspaced,
}

fn kind(c: char) -> Kind {
    let unspaced = matches!(c,
        // Hiragana, katakana, ideographs.
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}');
    if !(c.is_alphanumeric() || is_combining_mark(c)) {
        Kind::Between
    } else if unspaced {
        Kind::Unspaced
    } else {
        Kind::Word
    }
}

/// The parts of a text that are not between words.
fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| kind(c) == Kind::Between);
        let kind_of_run = kind(rest.chars().next()?);
        let end = rest.find(|c| kind(c) != kind_of_run).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        rest = behind;
        Some(match kind_of_run {
            Kind::Unspaced => Run::Unspaced(run),
            _ => Run::Word(run.char_indices().nth(LONGEST).map_or(run, |(end, _)| &run[..end])),
        })
    })
}

fn each_character(run: &str, mut add: impl FnMut(&str)) {
    for (start, c) in run.char_indices() {
        add(&run[start..start + c.len_utf8()]);
    }
}

fn each_pair(run: &str, mut add: impl FnMut(&str)) {
    for ((start, _), (next, c)) in run.char_indices().zip(run.char_indices().skip(1)) {
        add(&run[start..next + c.len_utf8()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> String {
        let mut words = Vec::new();
        words_of(text, |word| words.push(word.to_owned()));
        words.join(" ")
    }

    fn asked(text: &str) -> String {
        words_asked(text).join(" ")
    }

    #[test]
    fn punctuation_stands_between_words_and_case_and_accents_make_no_difference() {
        assert_eq!(of("The Keeper's Ledger: A Novel (2nd)"), "the keeper s ledger a novel 2nd");
        assert_eq!(of("Édition spéciale, Ångström & ＡＢＣ１２"), "edition speciale angstrom abc12");
        assert_eq!(of("C++ \"AND\" NEAR(x) a_b"), "c and near x a b");
        assert_eq!(of("--- !!!"), "");
    }

    #[test]
    fn text_without_spaces_is_found_by_any_part_of_it() {
        assert_eq!(of("真鍮ベル"), "真 鍮 ベ ル 真鍮 鍮ベ ベル");
        assert_eq!(asked("ﾍﾞﾙ"), "ベル", "narrow forms are the same letters");
        assert_eq!(asked("鍮"), "鍮");
        assert_eq!(asked("真鍮の"), "真鍮 鍮の");
        assert_eq!(asked("ハリー・ポッター 2巻"), "ハリ リー ポッ ッタ ター 2 巻");
        assert_ne!(of("が"), of("か"), "a letter's own mark is no accent");
        assert_eq!(of("हिन्दी"), "हिन्दी");
    }

    #[test]
    fn a_question_counts_each_word_once_and_no_more_than_so_many() {
        assert_eq!(asked("Cart cart CÄRT"), "cart");
        let many: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
        assert_eq!(words_asked(&many.join(" ")).len(), MAX_ASKED);
        let long = "x".repeat(100_000);
        assert_eq!((of(&long).len(), asked(&long).len()), (LONGEST, LONGEST));
    }

    #[test]
    fn titles_are_ordered_without_regard_to_how_they_are_written() {
        let mut titles = ["Zebra", "\"apple\" pie", "Éclair", "Apple"];
        titles.sort_by_key(|title| sorting_form(title));
        assert_eq!(titles, ["Apple", "\"apple\" pie", "Éclair", "Zebra"]);
    }

    proptest! {
        #[test]
        fn a_text_answers_the_question_that_it_is_itself(text in "\\PC{0,40}") {
            let mut words = Vec::new();
            words_of(&text, |word| words.push(word.to_owned()));
            prop_assert!(words_asked(&text).iter().all(|word| words.contains(word)));
        }

        #[test]
        fn words_are_letters_and_digits_and_stay_as_they_are(text in "\\PC{0,40}") {
            let mut words = Vec::new();
            words_of(&text, |word| words.push(word.to_owned()));
            for word in words {
                prop_assert!(!word.is_empty());
                prop_assert!(word.chars().all(|c| kind(c) != Kind::Between), "{word:?}");
            }
        }
    }
}
