//! What ItemSearch and ItemLookup say about SearchIndex: its values by version and site, the parameters one of which ItemSearch
//! needs, and those that do not go with an index.

use super::{Era, Recorded, Values};
use crate::cart::Locale;
use crate::protocol::version::Version;

/// The indexes that ItemLookup takes, as its message lists them.
pub fn item_lookup_indexes(version: Version, locale: Locale) -> Values {
    let text = match (Recorded::nearest(locale), Era::of(version)) {
        (Recorded::Us, Era::Early | Era::Of2010) => US_2005,
        (Recorded::Us, Era::Of2011) => US_2010,
        (Recorded::Uk, Era::Early | Era::Of2010) => UK_2005,
        (Recorded::Uk, Era::Of2011) => UK_2011_LOOKUP,
        (Recorded::De, Era::Early | Era::Of2010) => DE_2005,
        (Recorded::De, Era::Of2011) => DE_2011_LOOKUP,
        (Recorded::Jp, _) => JP_2005,
    };
    Values::over_lines(text)
}

/// The indexes that ItemSearch takes, as its message lists them.
pub fn item_search_indexes(version: Version, locale: Locale) -> Values {
    let text = match (Recorded::nearest(locale), Era::of(version)) {
        (Recorded::Us, Era::Early) => US_2005,
        (Recorded::Us, Era::Of2010) => US_2010,
        (Recorded::Us, Era::Of2011) => US_2011_SEARCH,
        (Recorded::Uk, Era::Early | Era::Of2010) => UK_2005,
        (Recorded::Uk, Era::Of2011) => UK_2011_SEARCH,
        (Recorded::De, Era::Early) => DE_2005,
        (Recorded::De, Era::Of2010) => DE_2010_SEARCH,
        (Recorded::De, Era::Of2011) => DE_2011_SEARCH,
        (Recorded::Jp, Era::Early | Era::Of2010) => JP_2005,
        (Recorded::Jp, Era::Of2011) => JP_2011_SEARCH,
    };
    Values::over_lines(text)
}

/// The parameters of which a search needs one, as the message lists them: the same in every version and language.
pub const ITEM_SEARCH_TERMS: Values = Values::bare(
    "'Keywords','Title','Power','BrowseNode','Artist','Author','Actor','Director','AudienceRating','Manufacturer',\
     'MusicLabel','Composer','Publisher','Brand','Conductor','Orchestra','TextStream','Cuisine','City','Neighborhood'",
);

/// The parameters that ItemSearch refuses beside this SearchIndex, each with an `AWS.RestrictedParameterValueCombination` of its
/// own, in this order. An index that there is not at all refuses some as well, and before 2011-08-01 it did so even where
/// MerchantId was no more than the default. What no recording shows is not refused.
pub fn refused_with_index(version: Version, locale: Locale, index: &str) -> &'static [&'static str] {
    if index == "All" {
        return &["BrowseNode"];
    }
    if item_search_indexes(version, locale).contains(index) {
        return &[];
    }
    match (Era::of(version), Recorded::nearest(locale)) {
        (Era::Early, _) | (Era::Of2010, Recorded::Us) => &["BrowseNode", "MerchantId"],
        (Era::Of2010, _) => &["ItemPage", "BrowseNode", "MerchantId"],
        (Era::Of2011, _) => &[],
    }
}

/// us, both operations to 2008, and ItemLookup to 2010-12-01.
const US_2005: &str = "'All','Apparel','Automotive','Baby','Beauty','Blended','Books','Classical','DVD','DigitalMusic',\
     'Electronics','GourmetFood','Grocery','HealthPersonalCare','HomeGarden','Industrial','Jewelry',\
     'KindleStore','Kitchen','MP3Downloads','Magazines','Merchants','Miscellaneous','Music','MusicTracks',\
     'MusicalInstruments','OfficeProducts','OutdoorLiving','PCHardware','PetSupplies','Photo','Shoes',\
     'SilverMerchants','Software','SportingGoods','Tools','Toys','UnboxVideo','VHS','Video','VideoGames',\
     'Watches','Wireless','WirelessAccessories'";

/// us, ItemSearch of 2010-12-01 and ItemLookup from 2011-08-01.
const US_2010: &str = "'All','Apparel','Appliances','ArtsAndCrafts','Automotive','Baby','Beauty','Blended','Books','Classical',\
     'DVD','DigitalMusic','Electronics','GiftCards','GourmetFood','Grocery','HealthPersonalCare','HomeGarden',\
     'Industrial','Jewelry','KindleStore','Kitchen','MP3Downloads','Magazines','Merchants','Miscellaneous',\
     'Music','MusicTracks','MusicalInstruments','MobileApps','OfficeProducts','OutdoorLiving','PCHardware',\
     'PetSupplies','Photo','Shoes','SilverMerchants','Software','SportingGoods','Tools','Toys','UnboxVideo',\
     'VHS','Video','VideoGames','Watches','Wireless','WirelessAccessories'";

/// us, ItemSearch from 2011-08-01. The hole after Magazines was sent.
const US_2011_SEARCH: &str = "'All','Apparel','Appliances','ArtsAndCrafts','Automotive','Baby','Beauty','Blended','Books','Classical',\
     'Collectibles','DVD','DigitalMusic','Electronics','GiftCards','GourmetFood','Grocery',\
     'HealthPersonalCare','HomeGarden','Industrial','Jewelry','KindleStore','Kitchen','LawnAndGarden',\
     'Marketplace','MP3Downloads','Magazines',,'Miscellaneous','Music','MusicTracks','MusicalInstruments',\
     'MobileApps','OfficeProducts','OutdoorLiving','PCHardware','PetSupplies','Photo','Shoes','Software',\
     'SportingGoods','Tools','Toys','UnboxVideo','VHS','Video','VideoGames','Watches','Wireless',\
     'WirelessAccessories'";

/// uk, both operations to 2010-12-01.
const UK_2005: &str = "'All','Apparel','Automotive','Baby','Beauty','Blended','Books','Classical','DVD','Electronics','Grocery',\
     'HealthPersonalCare','HomeGarden','HomeImprovement','Jewelry','KindleStore','Kitchen','Lighting',\
     'MP3Downloads','Music','MusicTracks','MusicalInstruments','OfficeProducts','OutdoorLiving','Outlet',\
     'PetSupplies','PCHardware','Shoes','Software','SoftwareVideoGames','SportingGoods','Tools','Toys','VHS',\
     'Video','VideoGames','Watches'";

/// uk, ItemLookup from 2011-08-01.
const UK_2011_LOOKUP: &str = "'All','Apparel','Appliances','Automotive','Baby','Beauty','Blended','Books','Classical','DVD',\
     'Electronics','Grocery','HealthPersonalCare','HomeGarden','HomeImprovement','Jewelry','KindleStore',\
     'Kitchen','Lighting','MP3Downloads','Music','MusicTracks','MusicalInstruments','OfficeProducts',\
     'OutdoorLiving','Outlet','PetSupplies','PCHardware','Shoes','Software','SoftwareVideoGames',\
     'SportingGoods','Tools','Toys','VHS','Video','VideoGames','Watches'";

/// uk, ItemSearch from 2011-08-01.
const UK_2011_SEARCH: &str = "'All','Apparel','Appliances','Automotive','Baby','Beauty','Blended','Books','Classical','DVD',\
     'Electronics','Grocery','HealthPersonalCare','HomeGarden','HomeImprovement','Jewelry','KindleStore',\
     'Kitchen','Lighting','Marketplace','MP3Downloads','Music','MusicTracks','MusicalInstruments',\
     'OfficeProducts','OutdoorLiving','Outlet','PetSupplies','PCHardware','Shoes','Software',\
     'SoftwareVideoGames','SportingGoods','Tools','Toys','VHS','Video','VideoGames','Watches'";

/// de, both operations to 2008, and ItemLookup to 2010-12-01.
const DE_2005: &str = "'All','Apparel','Automotive','Baby','Beauty','Blended','Books','Classical','DVD','Electronics',\
     'ForeignBooks','Grocery','HealthPersonalCare','HomeGarden','HomeImprovement','Jewelry','Kitchen',\
     'Lighting','Magazines','MP3Downloads','Music','MusicalInstruments','MusicTracks','OfficeProducts',\
     'OutdoorLiving','Outlet','PCHardware','PetSupplies','Photo','Shoes','Software','SoftwareVideoGames',\
     'SportingGoods','Tools','Toys','VHS','Video','VideoGames','Watches'";

/// de, ItemSearch of 2010-12-01.
const DE_2010_SEARCH: &str = "'All','Apparel','Automotive','Baby','Beauty','Blended','Books','Classical','DVD','Electronics',\
     'ForeignBooks','Grocery','HealthPersonalCare','HomeGarden','HomeImprovement','Jewelry','KindleStore',\
     'Kitchen','Lighting','Magazines','MP3Downloads','Music','MusicalInstruments','MusicTracks',\
     'OfficeProducts','OutdoorLiving','Outlet','PCHardware','PetSupplies','Photo','Shoes','Software',\
     'SoftwareVideoGames','SportingGoods','Tools','Toys','VHS','Video','VideoGames','Watches'";

/// de, ItemLookup from 2011-08-01.
const DE_2011_LOOKUP: &str = "'All','Apparel','Appliances','Automotive','Baby','Beauty','Blended','Books','Classical','DVD',\
     'Electronics','ForeignBooks','Grocery','HealthPersonalCare','HomeGarden','HomeImprovement','Jewelry',\
     'KindleStore','Kitchen','Lighting','Magazines','MP3Downloads','Music','MusicalInstruments','MusicTracks',\
     'OfficeProducts','OutdoorLiving','Outlet','PCHardware','PetSupplies','Photo','Shoes','Software',\
     'SoftwareVideoGames','SportingGoods','Tools','Toys','VHS','Video','VideoGames','Watches'";

/// de, ItemSearch from 2011-08-01.
const DE_2011_SEARCH: &str = "'All','Apparel','Appliances','Automotive','Baby','Beauty','Blended','Books','Classical','DVD',\
     'Electronics','ForeignBooks','Grocery','HealthPersonalCare','HomeGarden','HomeImprovement','Jewelry',\
     'KindleStore','Kitchen','Lighting','Marketplace','Magazines','MP3Downloads','Music','MusicalInstruments',\
     'MusicTracks','OfficeProducts','OutdoorLiving','Outlet','PCHardware','PetSupplies','Photo','Shoes',\
     'Software','SoftwareVideoGames','SportingGoods','Tools','Toys','VHS','Video','VideoGames','Watches'";

/// jp, both operations to 2010-12-01, and ItemLookup from 2011-08-01.
const JP_2005: &str = "'All','Apparel','Automotive','Baby','Beauty','Blended','Books','Classical','DVD','Electronics',\
     'ForeignBooks','Grocery','HealthPersonalCare','Hobbies','HomeImprovement','Jewelry','Kitchen','Music',\
     'MP3Downloads','MusicalInstruments','MusicTracks','OfficeProducts','PCHardware','PetSupplies','Shoes',\
     'Software','SportingGoods','Toys','VHS','Video','VideoGames','Watches'";

/// jp, ItemSearch from 2011-08-01.
const JP_2011_SEARCH: &str = "'All','Apparel','Appliances','Automotive','Baby','Beauty','Blended','Books','Classical','DVD',\
     'Electronics','ForeignBooks','Grocery','HealthPersonalCare','Hobbies','HomeImprovement','Jewelry',\
     'KindleStore','Kitchen','Marketplace','MobileApps','Music','MP3Downloads','MusicalInstruments',\
     'MusicTracks','OfficeProducts','PCHardware','PetSupplies','Shoes','Software','SportingGoods','Toys','VHS',\
     'Video','VideoGames','Watches'";

#[cfg(test)]
mod tests {
    use super::*;

    const EARLY: Version = Version::DEFAULT;
    const OF_2010: Version = Version::V2010_12_01;
    const OF_2011: Version = Version::V2011_08_01;

    /// What `index` is in: ItemLookup and ItemSearch of the three times.
    fn check(index: &str, locale: Locale, lookup: [bool; 3], search: [bool; 3]) {
        for (place, version) in [EARLY, OF_2010, OF_2011].into_iter().enumerate() {
            let found = item_lookup_indexes(version, locale).contains(index);
            assert_eq!(found, lookup[place], "{index} in ItemLookup of {version} in {locale}");
            let found = item_search_indexes(version, locale).contains(index);
            assert_eq!(found, search[place], "{index} in ItemSearch of {version} in {locale}");
        }
    }

    #[test]
    fn indexes_come_and_go_with_the_versions_and_the_sites() {
        check("Books", Locale::Us, [true; 3], [true; 3]);
        check("ForeignBooks", Locale::Us, [false; 3], [false; 3]);
        check("ForeignBooks", Locale::Jp, [true; 3], [true; 3]);
        check("ArtsAndCrafts", Locale::Us, [false, false, true], [false, true, true]);
        check("Merchants", Locale::Us, [true; 3], [true, true, false]);
        check("LawnAndGarden", Locale::Us, [false; 3], [false, false, true]);
        check("KindleStore", Locale::De, [false, false, true], [false, true, true]);
        check("KindleStore", Locale::Jp, [false; 3], [false, false, true]);
        check("Marketplace", Locale::Uk, [false; 3], [false, false, true]);
        check("Hobbies", Locale::Jp, [true; 3], [true; 3]);
        check("???", Locale::Us, [false; 3], [false; 3]);
    }

    #[test]
    fn lists_are_written_as_they_were_sent() {
        let written = item_search_indexes(OF_2011, Locale::Us).to_string();
        assert!(
            written.starts_with("[\n\t\t\t\t'All','Apparel','Appliances','ArtsAndCrafts','Automotive',"),
            "{written}"
        );
        assert!(written.contains("'MP3Downloads','Magazines',,'Miscellaneous','Music',"), "{written}");
        assert!(written.ends_with("'Wireless','WirelessAccessories'\n\t\t\t\t]"), "{written}");
        let written = item_lookup_indexes(EARLY, Locale::Uk).to_string();
        assert!(written.contains("'Outlet','PetSupplies','PCHardware','Shoes',"), "{written}");
    }

    #[test]
    fn what_is_not_recorded_takes_the_nearest() {
        let version = |date: &str| Version::named(date).unwrap();
        for (one, other) in [("2004-08-01", "2005-10-05"), ("2010-11-01", "2008-08-19"), ("2011-04-01", "2010-12-01")] {
            let lists = |date| Locale::ALL.map(|site| item_search_indexes(version(date), site));
            assert_eq!(lists(one), lists(other), "{one} as {other}");
        }
        assert_eq!(item_lookup_indexes(EARLY, Locale::Fr), item_lookup_indexes(EARLY, Locale::De));
        assert_eq!(item_lookup_indexes(OF_2011, Locale::Ca), item_lookup_indexes(OF_2011, Locale::Us));
    }

    #[test]
    fn an_index_refuses_parameters() {
        for (version, locale, index, refused) in [
            (EARLY, Locale::De, "All", "BrowseNode"),
            (OF_2011, Locale::Jp, "All", "BrowseNode"),
            (EARLY, Locale::De, "Books", ""),
            (EARLY, Locale::De, "???", "BrowseNode MerchantId"),
            (OF_2010, Locale::Us, "???", "BrowseNode MerchantId"),
            (OF_2010, Locale::Jp, "???", "ItemPage BrowseNode MerchantId"),
            (OF_2011, Locale::Jp, "???", ""),
        ] {
            assert_eq!(refused_with_index(version, locale, index).join(" "), refused, "{index}, {version}, {locale}");
        }
    }

    #[test]
    fn a_search_needs_one_of_twenty_terms() {
        assert_eq!(ITEM_SEARCH_TERMS.names().count(), 20);
        assert!(ITEM_SEARCH_TERMS.to_string().starts_with("'Keywords','Title','Power',"));
        assert!(ITEM_SEARCH_TERMS.to_string().ends_with("'Cuisine','City','Neighborhood'"));
        assert!(!ITEM_SEARCH_TERMS.contains("ItemPage"));
    }
}
