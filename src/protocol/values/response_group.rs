//! The response groups of the product operations, as the messages list them.
//!
//! Two services answered for them one after the other. The older one knew one text, `AWS.InvalidResponseGroup`, with one plain
//! list for all operations that give items. The newer one knew two: a group that no operation has gave
//! `AWS.InvalidEnumeratedParameter` first, with every group there is, and then `AWS.InvalidResponseGroup`, with the operation's own.

use super::{Era, Frame, Recorded, Values};
use crate::cart::Locale;
use crate::protocol::version::Version;

/// ItemLookup's groups. us kept the older service for 2010-12-01 longest.
pub fn item_lookup_groups(version: Version, locale: Locale) -> Values {
    match (Era::of(version), Recorded::nearest(locale)) {
        (Era::Early, _) | (Era::Of2010, Recorded::Us) => Values::bare(ITEM_GROUPS),
        (Era::Of2010 | Era::Of2011, _) => Values::in_brackets(LOOKUP_GROUPS),
    }
}

/// ItemSearch's groups. The newer service's sentence around them names ItemLookup, not ItemSearch.
pub fn item_search_groups(version: Version) -> Values {
    match Era::of(version) {
        Era::Early => Values::bare(ITEM_GROUPS),
        Era::Of2010 | Era::Of2011 => Values::in_brackets(SEARCH_GROUPS),
    }
}

/// SimilarityLookup's groups. None of its messages is recorded; it gives what ItemLookup gives, and stayed with the older service
/// until 2011-08-01.
pub fn similarity_lookup_groups(version: Version) -> Values {
    match Era::of(version) {
        Era::Early | Era::Of2010 => Values::bare(ITEM_GROUPS),
        Era::Of2011 => Values::in_brackets(LOOKUP_GROUPS),
    }
}

/// ListLookup's groups: the four of lists, and those of the items in them. None of its messages is recorded; it was gone before
/// the newer service came.
pub const fn list_lookup_groups() -> Values {
    Values::bare(LIST_GROUPS)
}

/// Help's groups. None of its messages is recorded.
pub const fn help_groups() -> Values {
    Values::bare("Help, Request")
}

/// Every group there is, for the error that comes before the one with the operation's `own`; `None` where that error was not sent.
pub fn all_groups(own: Values) -> Option<Values> {
    (own.frame == Frame::Brackets).then(|| Values::in_brackets(ALL_GROUPS))
}

/// Of ItemLookup and ItemSearch alike, as long as one text told every wrong group.
const ITEM_GROUPS: &str = "Accessories, AlternateVersions, BrowseNodes, Collections, EditorialReview, Images, ItemAttributes, \
     ItemIds, Large, ListmaniaLists, Medium, MerchantItemAttributes, OfferFull, OfferListings, OfferSummary, \
     Offers, PromotionDetails, PromotionSummary, PromotionalTag, RelatedItems, Request, Reviews, SalesRank, \
     SearchBins, SearchInside, ShippingCharges, ShippingOptions, Similarities, Small, Subjects, Tags, \
     TagsSummary, Tracks, VariationImages, VariationMatrix, VariationMinimum, VariationOffers, \
     VariationSummary, Variations";

/// Every group of every operation, in the lines in which it was sent.
const ALL_GROUPS: &str = "\n    \t\t'Tags', 'Help', 'ListMinimum', 'VariationSummary', 'VariationMatrix',\
     \n    \t\t'TransactionDetails', 'VariationMinimum', 'VariationImages',\
     \n    \t\t'PartBrandBinsSummary', 'CustomerFull', 'CartNewReleases',\
     \n    \t\t'ItemIds', 'SalesRank', 'TagsSummary', 'Fitments',\
     \n    \t\t'Subjects', 'Medium', 'ListmaniaLists',\
     \n    \t\t'PartBrowseNodeBinsSummary', 'TopSellers', 'Request',\
     \n    \t\t'HasPartCompatibility', 'PromotionDetails', 'ListFull',\
     \n    \t\t'Small', 'Seller', 'OfferFull', 'Accessories',\
     \n    \t\t'VehicleMakes', 'MerchantItemAttributes', 'TaggedItems',\
     \n    \t\t'VehicleParts', 'BrowseNodeInfo', 'ItemAttributes',\
     \n    \t\t'PromotionalTag', 'VehicleOptions', 'ListItems', 'Offers',\
     \n    \t\t'TaggedGuides', 'NewReleases', 'VehiclePartFit',\
     \n    \t\t'OfferSummary', 'VariationOffers', 'CartSimilarities',\
     \n    \t\t'Reviews', 'ShippingCharges', 'ShippingOptions', 'EditorialReview',\
     \n    \t\t'CustomerInfo', 'PromotionSummary', 'BrowseNodes',\
     \n    \t\t'PartnerTransactionDetails', 'VehicleYears', 'SearchBins',\
     \n    \t\t'VehicleTrims', 'Similarities', 'AlternateVersions',\
     \n    \t\t'SearchInside', 'CustomerReviews', 'SellerListing',\
     \n    \t\t'OfferListings', 'Cart', 'TaggedListmaniaLists',\
     \n    \t\t'VehicleModels', 'ListInfo', 'Large', 'CustomerLists',\
     \n    \t\t'Tracks', 'CartTopSellers', 'Images', 'Variations',\
     \n    \t'RelatedItems','Collections'\
     \n    \t";

/// ItemLookup's own.
const LOOKUP_GROUPS: &str = "'Request','ItemIds','Small','Medium','Large','Offers','OfferFull','OfferSummary','OfferListings',\
     'PromotionSummary','PromotionDetails','Variations','VariationImages','VariationMinimum',\
     'VariationSummary','TagsSummary','Tags','VariationMatrix','VariationOffers','ItemAttributes',\
     'MerchantItemAttributes','Tracks','Accessories','EditorialReview','SalesRank','BrowseNodes','Images',\
     'Similarities','Subjects','Reviews','ListmaniaLists','SearchInside','PromotionalTag','AlternateVersions',\
     'Collections','ShippingCharges','RelatedItems','ShippingOptions'";

/// ItemSearch's own.
const SEARCH_GROUPS: &str = "'Request','ItemIds','Small','Medium','Large','Offers','OfferFull','OfferSummary','OfferListings',\
     'PromotionSummary','PromotionDetails','VariationMinimum','VariationSummary','VariationMatrix',\
     'VariationOffers','Variations','TagsSummary','Tags','ItemAttributes','MerchantItemAttributes','Tracks',\
     'Accessories','EditorialReview','SalesRank','BrowseNodes','Images','Similarities','Subjects','Reviews',\
     'ListmaniaLists','SearchInside','PromotionalTag','SearchBins','AlternateVersions','Collections',\
     'RelatedItems','ShippingCharges','ShippingOptions'";

/// The four groups of lists among those of items; SearchBins is a search's alone.
const LIST_GROUPS: &str = "Accessories, AlternateVersions, BrowseNodes, Collections, EditorialReview, Images, ItemAttributes, \
     ItemIds, Large, ListFull, ListInfo, ListItems, ListMinimum, ListmaniaLists, Medium, \
     MerchantItemAttributes, OfferFull, OfferListings, OfferSummary, Offers, PromotionDetails, \
     PromotionSummary, PromotionalTag, RelatedItems, Request, Reviews, SalesRank, SearchInside, \
     ShippingCharges, ShippingOptions, Similarities, Small, Subjects, Tags, TagsSummary, Tracks, \
     VariationImages, VariationMatrix, VariationMinimum, VariationOffers, VariationSummary, Variations";

#[cfg(test)]
mod tests {
    use super::*;

    const OF_2010: Version = Version::V2010_12_01;
    const OF_2011: Version = Version::V2011_08_01;

    #[test]
    fn the_older_service_had_one_list_for_lookup_and_search() {
        for locale in [Locale::Us, Locale::Uk, Locale::De, Locale::Jp] {
            let old = item_lookup_groups(Version::DEFAULT, locale);
            assert_eq!(old, item_search_groups(Version::DEFAULT));
            assert!(old.to_string().starts_with("Accessories, AlternateVersions, "), "{old}");
            assert!(old.to_string().ends_with(", VariationSummary, Variations"), "{old}");
            assert_eq!(all_groups(old), None);
        }
        assert_eq!(item_lookup_groups(OF_2010, Locale::Us), item_lookup_groups(Version::DEFAULT, Locale::Us));
    }

    #[test]
    fn the_newer_service_told_every_group_first() {
        let own = item_lookup_groups(OF_2010, Locale::De);
        assert_eq!(own, item_lookup_groups(OF_2011, Locale::Us));
        assert!(
            own.to_string().ends_with("'Collections','ShippingCharges','RelatedItems','ShippingOptions']"),
            "{own}"
        );
        let all = all_groups(own).unwrap().to_string();
        assert!(all.starts_with("[\n    \t\t'Tags', 'Help', 'ListMinimum', "), "{all}");
        assert!(all.ends_with("'Variations',\n    \t'RelatedItems','Collections'\n    \t]"), "{all}");
        assert_eq!(all.lines().count(), 24);
        assert!(own.names().all(|name| all_groups(own).unwrap().contains(name)));
        let search = item_search_groups(OF_2010);
        assert!(search.contains("SearchBins") && !own.contains("SearchBins"));
        assert!(search.to_string().starts_with("['Request','ItemIds','Small','Medium','Large','Offers',"), "{search}");
    }

    #[test]
    fn lists_of_items_take_the_groups_of_items() {
        for groups in [similarity_lookup_groups(OF_2010), similarity_lookup_groups(OF_2011), list_lookup_groups()] {
            assert!(groups.contains("Small") && groups.contains("OfferFull"), "{groups}");
        }
        for group in ["ListInfo", "ListMinimum", "ListItems", "ListFull"] {
            assert!(list_lookup_groups().contains(group), "{group}");
            assert!(!similarity_lookup_groups(OF_2010).contains(group), "{group}");
        }
        for sorted in [item_search_groups(Version::DEFAULT), list_lookup_groups(), help_groups()] {
            assert!(sorted.names().is_sorted(), "{sorted}");
        }
    }
}
