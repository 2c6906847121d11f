//! The values that a parameter may have, as the messages list them (docs/PROTOCOL.md, section 7).
//!
//! The lists stand here as they were sent, byte for byte: the same text tells whether a value is among them. Must not know what
//! a value means, nor what the sentence around the list is: that is `errors`.
//!
//! **Where nothing is recorded.** The recordings have the versions 2005-10-05, 2008-08-19, 2010-12-01 and 2011-08-01 in us, uk,
//! de and jp. A version between two of them takes the older one's list, one before them all the oldest's, and one after them all
//! the newest's. Of the other locales fr, es and it take de's list, and ca, cn, in, br, mx and au that of us.

mod response_group;
mod search;

pub use response_group::{
    all_groups, help_groups, item_lookup_groups, item_search_groups, list_lookup_groups, similarity_lookup_groups,
};
pub use search::{ITEM_SEARCH_TERMS, item_lookup_indexes, item_search_indexes, refused_with_index};

use super::version::Version;
use crate::cart::Locale;
use std::fmt;

/// The values of one parameter, in the order and the form in which a message lists them. `Display` writes that form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Values {
    text: &'static str,
    frame: Frame,
}

/// What parts the values of a list. No value has one of these in it, so that quoted lists and plain ones are read alike.
const APART: [char; 5] = ['\'', ',', ' ', '\n', '\t'];

/// What stands around a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    /// Nothing: `A, B` or `'A','B'`.
    Bare,
    /// `['A','B']`
    Brackets,
    /// Brackets, and the list in a line of its own between them.
    BracketsOverLines,
}

impl Values {
    const fn bare(text: &'static str) -> Self {
        Self { text, frame: Frame::Bare }
    }

    const fn in_brackets(text: &'static str) -> Self {
        Self { text, frame: Frame::Brackets }
    }

    const fn over_lines(text: &'static str) -> Self {
        Self { text, frame: Frame::BracketsOverLines }
    }

    /// The values, in the order of the message.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.text.split(APART).filter(|name| !name.is_empty())
    }

    /// Whether `value` is one of them. Case matters.
    pub fn contains(self, value: &str) -> bool {
        // Looked for as it stands: the lists are long, and most requests name one of their values.
        let ends = |next: Option<char>| next.is_none_or(|next| APART.contains(&next));
        let stands_alone = |(at, found): (usize, &str)| {
            ends(self.text[..at].chars().next_back()) && ends(self.text[at + found.len()..].chars().next())
        };
        !value.is_empty() && !value.contains(APART) && self.text.match_indices(value).any(stands_alone)
    }

    /// The list as a message in `locale`'s language has it: of `AWS.InvalidEnumeratedParameter`, the Japanese one parts plain
    /// values by an ideographic comma, as was recorded; quoted ones stand the same in every language.
    pub fn enumerated(self, locale: Locale) -> String {
        if locale == Locale::Jp && self.frame == Frame::Bare && !self.text.contains('\'') {
            self.text.replace(", ", "、 ")
        } else {
            self.to_string()
        }
    }
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.frame {
            Frame::Bare => f.write_str(self.text),
            Frame::Brackets => write!(f, "[{}]", self.text),
            Frame::BracketsOverLines => write!(f, "[\n\t\t\t\t{}\n\t\t\t\t]", self.text),
        }
    }
}

/// The four sites that were recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recorded {
    Us,
    Uk,
    De,
    Jp,
}

impl Recorded {
    /// The one that stands for `locale`.
    const fn nearest(locale: Locale) -> Self {
        match locale {
            Locale::Uk => Self::Uk,
            Locale::De | Locale::Fr | Locale::Es | Locale::It => Self::De,
            Locale::Jp => Self::Jp,
            Locale::Us | Locale::Ca | Locale::Cn | Locale::In | Locale::Br | Locale::Mx | Locale::Au => Self::Us,
        }
    }
}

/// The times between which the lists changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Era {
    /// As recorded for 2005-10-05 and, the same, for 2008-08-19.
    Early,
    /// As recorded for 2010-12-01.
    Of2010,
    /// As recorded for 2011-08-01.
    Of2011,
}

impl Era {
    fn of(version: Version) -> Self {
        if version >= Version::V2011_08_01 {
            Self::Of2011
        } else if version >= Version::V2010_12_01 {
            Self::Of2010
        } else {
            Self::Early
        }
    }
}

/// `MergeCart`. It is a text in the schemas, so the message of a boolean does not fit; the order is decided.
pub const MERGE_CART: Values = Values::bare("True, False");

/// `Action` of CartModify's items.
pub const ACTIONS: Values = Values::bare("MoveToCart, SaveForLater");

/// `Condition`. The order is that of the one recorded plain list: by name.
pub const CONDITIONS: Values = Values::bare("All, Collectible, New, Refurbished, Used");

/// `DeliveryMethod`, of versions before 2011-08-01.
pub const DELIVERY_METHODS: Values = Values::bare("ISPU, Ship");

/// `SimilarityType`.
pub const SIMILARITY_TYPES: Values = Values::bare("Intersection, Random");

/// `Availability` of ItemSearch.
pub const AVAILABILITIES: Values = Values::bare("Available");

/// `ListType` of ListLookup, as recorded.
pub const LIST_TYPES: Values = Values::bare("BabyRegistry, Listmania, WeddingRegistry, WishList");

/// `HelpType`.
pub const HELP_TYPES: Values = Values::bare("Operation, ResponseGroup");

/// `IdType` of ItemLookup, in `locale`: JAN is another name of EAN, and jp's alone; ISBN is us's alone in the guides, but was
/// recorded as valid in uk, de and jp as well.
pub const fn id_types(locale: Locale) -> Values {
    match locale {
        Locale::Jp => Values::bare("ASIN, EAN, ISBN, JAN, SKU, UPC"),
        _ => Values::bare("ASIN, EAN, ISBN, SKU, UPC"),
    }
}

/// The types other than ASIN as the text of `AWS.MissingParameterValueCombination` names them, in every version and language.
pub const ID_TYPES_WITH_INDEX: &str = "['DPCI', 'SKU',\n\t\t\t\t'UPC', 'EAN','ISBN']";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_written_in_its_frame_and_read_without_it() {
        for (values, written) in [
            (Values::bare("A, B"), "A, B"),
            (Values::bare("'A','B'"), "'A','B'"),
            (Values::in_brackets("'A','B'"), "['A','B']"),
            (Values::over_lines("'A',,'B'"), "[\n\t\t\t\t'A',,'B'\n\t\t\t\t]"),
        ] {
            assert_eq!(values.to_string(), written);
            assert_eq!(values.names().collect::<Vec<_>>(), ["A", "B"], "{written}");
            assert!(values.contains("B"), "{written}");
            for other in ["b", "", "A, B", "'"] {
                assert!(!values.contains(other), "{other:?} in {written}");
            }
        }
    }

    #[test]
    fn a_value_that_is_part_of_others_is_none_by_itself() {
        let values = Values::bare("OfferFull, MyOffers, Offers");
        for (value, known) in [("Offers", true), ("OfferFull", true), ("Offer", false), ("Full", false), ("My", false)]
        {
            assert_eq!(values.contains(value), known, "{value}");
        }
    }

    #[test]
    fn plain_lists_have_japanese_commas_in_jp() {
        assert_eq!(HELP_TYPES.enumerated(Locale::Jp), "Operation、 ResponseGroup");
        assert_eq!(HELP_TYPES.enumerated(Locale::De), "Operation, ResponseGroup");
        assert_eq!(Values::bare("'A','B'").enumerated(Locale::Jp), "'A','B'");
    }

    #[test]
    fn every_plain_list_stands_in_the_order_of_its_names() {
        for values in [
            ACTIONS,
            CONDITIONS,
            DELIVERY_METHODS,
            SIMILARITY_TYPES,
            AVAILABILITIES,
            LIST_TYPES,
            HELP_TYPES,
            id_types(Locale::Us),
            id_types(Locale::Jp),
        ] {
            assert!(values.names().is_sorted(), "{values}");
        }
        assert!(id_types(Locale::Jp).contains("JAN"));
        assert!(!id_types(Locale::Us).contains("JAN"));
    }
}
