//! The number of a product's row, which for the baseline follows from its key: so a product is found without an index.
//!
//! Numbers are stored. What makes one is never changed without a migration; `0005_leaner_tables.sql` says the same in SQL. Must not
//! know what a row holds.

use super::reads::BASELINE;
use crate::cart::{Asin, Locale};

/// Bits of an ASIN: ten digits of base 36.
const ASIN_BITS: u32 = 52;

/// Set in the rows of accounts, which have no numbers that follow from anything.
const OWN: i64 = 1 << 62;

/// The row of a product of the baseline. Rows of one site come in the order of their ASINs.
pub(super) fn of_baseline(locale: Locale, asin: Asin) -> i64 {
    let digit = |byte: u8| i64::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 });
    let asin = asin.as_str().bytes().fold(0, |number, byte| number * 36 + digit(byte));
    of_locale(locale) << ASIN_BITS | asin
}

/// The row of a product that has this number in the search index.
pub(super) fn of(account: &str, locale: Locale, asin: Asin, number: i64) -> i64 {
    if account == BASELINE { of_baseline(locale, asin) } else { OWN | number }
}

/// The number of a locale; there is room for sixteen.
pub(super) const fn of_locale(locale: Locale) -> i64 {
    match locale {
        Locale::Us => 0,
        Locale::Uk => 1,
        Locale::De => 2,
        Locale::Jp => 3,
        Locale::Ca => 4,
        Locale::Fr => 5,
        Locale::Cn => 6,
        Locale::Es => 7,
        Locale::It => 8,
        Locale::In => 9,
        Locale::Br => 10,
        Locale::Mx => 11,
        Locale::Au => 12,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_product_has_a_row_of_its_own_in_the_order_of_its_key() {
        let row = |locale, asin: &str| of_baseline(locale, asin.parse().unwrap());
        assert_eq!(row(Locale::Us, "0000000010"), 36);
        let asin = "0000000000".parse().unwrap();
        let ordered = [
            row(Locale::Us, "0000000000"),
            row(Locale::Us, "0000000009"),
            row(Locale::Us, "000000000A"),
            row(Locale::Us, "ZZZZZZZZZZ"),
            row(Locale::Uk, "0000000000"),
            row(Locale::Au, "ZZZZZZZZZZ"),
            of("A", Locale::Us, asin, 1),
            of("B", Locale::Us, asin, 2),
        ];
        assert!(ordered[0] == 0 && ordered.is_sorted_by(|a, b| a < b), "{ordered:?}");
    }
}
