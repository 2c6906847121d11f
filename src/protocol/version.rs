//! API versions: dates, each with a namespace of its own (docs/PROTOCOL.md, section 1).

use crate::cart::RequestIdForm;
use std::fmt;

/// A version that the service knew. Ordered by date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(&'static str);

/// The Version parameter is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedVersion;

impl Version {
    /// Every version, oldest first.
    pub const ALL: [Self; 46] = [
        Self("2004-08-01"),
        Self("2004-11-10"),
        Self("2005-01-19"),
        Self("2005-02-23"),
        Self("2005-03-23"),
        Self("2005-07-26"),
        Self("2005-09-15"),
        Self("2005-10-05"),
        Self("2005-10-13"),
        Self("2006-02-15"),
        Self("2006-03-08"),
        Self("2006-05-17"),
        Self("2006-06-07"),
        Self("2006-06-28"),
        Self("2006-09-13"),
        Self("2006-10-25"),
        Self("2006-11-14"),
        Self("2007-01-15"),
        Self("2007-01-17"),
        Self("2007-02-22"),
        Self("2007-04-04"),
        Self("2007-05-14"),
        Self("2007-06-13"),
        Self("2007-07-16"),
        Self("2007-10-29"),
        Self("2008-03-03"),
        Self("2008-04-07"),
        Self("2008-06-26"),
        Self("2008-08-19"),
        Self("2008-10-06"),
        Self("2009-01-01"),
        Self("2009-01-06"),
        Self("2009-02-01"),
        Self("2009-03-31"),
        Self("2009-06-01"),
        Self("2009-07-01"),
        Self("2009-10-01"),
        Self("2009-11-01"),
        Self("2010-06-01"),
        Self("2010-09-01"),
        Self("2010-10-01"),
        Self("2010-11-01"),
        Self("2010-12-01"),
        Self("2011-04-01"),
        Self("2011-08-01"),
        Self("2013-08-01"),
    ];

    /// What a request without a Version gets.
    pub const DEFAULT: Self = Self("2005-10-05");
    /// Answers gained URLEncodedHMAC, SubTotal and ItemTotal.
    pub const V2005_02_23: Self = Self("2005-02-23");
    /// CartSimilarities gained the viewed and the other categories' products.
    pub const V2006_03_08: Self = Self("2006-03-08");
    /// ItemLookup gained VariationPage.
    pub const V2006_06_07: Self = Self("2006-06-07");
    /// The product operations gained ReviewSort.
    pub const V2006_10_25: Self = Self("2006-10-25");
    /// The first recorded schema with TopSellers and NewReleases.
    pub const V2007_04_04: Self = Self("2007-04-04");
    /// The first schema that is known as a whole. What it has and the recordings of 2005-10-05 have not, is held to be as old as it.
    pub const V2008_06_26: Self = Self("2008-06-26");
    /// Lists gained LastModified.
    pub const V2008_08_19: Self = Self("2008-08-19");
    /// Each operation has a SOAPAction of its own from here on.
    pub const V2009_02_01: Self = Self("2009-02-01");
    /// ListLookup gained baby registries.
    pub const V2009_06_01: Self = Self("2009-06-01");
    /// Offers say who fulfils them, and ItemSearch takes related items.
    pub const V2009_10_01: Self = Self("2009-10-01");
    /// CartModify takes exactly one of Quantity and Action from here on.
    pub const V2009_11_01: Self = Self("2009-11-01");
    /// The product operations gained the summaries of reviews.
    pub const V2010_09_01: Self = Self("2010-09-01");
    /// Japanese carts have a MobileCartURL from here on; the operations withdrawn on 2010-07-15 are gone.
    pub const V2010_12_01: Self = Self("2010-12-01");
    /// Merchants and sellers are gone from here on, and so is SubscriptionId.
    pub const V2011_08_01: Self = Self("2011-08-01");
    /// The last version.
    pub const V2013_08_01: Self = Self("2013-08-01");

    /// The version that answers a request for `text`: that date, or the newest known one before it; the oldest for dates before
    /// them all.
    pub fn for_request(text: &str) -> Result<Self, MalformedVersion> {
        if !is_date(text) {
            return Err(MalformedVersion);
        }
        // Dates of this form sort as text.
        let newer = Self::ALL.partition_point(|version| version.0 <= text);
        Ok(Self::ALL[newer.saturating_sub(1)])
    }

    /// The known version of exactly this date.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.0 == text)
    }

    /// The date.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// How RequestIds were written by then.
    pub fn request_id_form(self) -> RequestIdForm {
        if self >= Self::V2013_08_01 { RequestIdForm::Uuid } else { RequestIdForm::Crockford }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// Whether `text` is `YYYY-MM-DD` and such a day exists.
fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        && text.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_in_order_and_the_named_ones_are_among_them() {
        assert!(Version::ALL.is_sorted());
        for named in [
            Version::DEFAULT,
            Version::V2005_02_23,
            Version::V2006_03_08,
            Version::V2006_06_07,
            Version::V2006_10_25,
            Version::V2007_04_04,
            Version::V2008_06_26,
            Version::V2008_08_19,
            Version::V2009_02_01,
            Version::V2009_06_01,
            Version::V2009_10_01,
            Version::V2009_11_01,
            Version::V2010_09_01,
            Version::V2010_12_01,
            Version::V2011_08_01,
            Version::V2013_08_01,
        ] {
            assert!(Version::ALL.contains(&named), "{named}");
        }
    }

    #[test]
    fn a_date_rounds_down_to_a_known_version() {
        for (sent, answered) in [
            ("2005-10-05", "2005-10-05"),
            ("2010-08-06", "2010-06-01"),
            ("2012-02-29", "2011-08-01"),
            ("2026-01-01", "2013-08-01"),
            ("1999-12-31", "2004-08-01"),
        ] {
            assert_eq!(Version::for_request(sent).map(Version::as_str), Ok(answered), "{sent}");
        }
    }

    #[test]
    fn what_is_no_date_is_malformed() {
        for sent in
            ["latest", "2011-8-1", "2011-08-32", "2011-02-29", "20110801", "2011-08-01T00:00:00Z", " 2011-08-01"]
        {
            assert_eq!(Version::for_request(sent), Err(MalformedVersion), "{sent}");
        }
    }
}
