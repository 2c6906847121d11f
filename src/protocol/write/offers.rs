//! What an answer shows of the offers of a product (docs/PROTOCOL.md, section 15).

use super::Writer;
use super::items::PAGE;
use crate::cart::Locale;
use crate::percent::percent_encoded;
use crate::protocol::link::{ProductPages, merchant_page};
use crate::protocol::reply::{AvailabilityDocument, MerchantDocument, OfferDocument, OfferSummary, OffersDocument};
use crate::protocol::schema::{self, Groups};

impl Writer<'_> {
    pub(super) fn offer_summary(&mut self, summary: &OfferSummary) {
        self.xml.open("OfferSummary");
        let lowest = ["LowestNewPrice", "LowestUsedPrice", "LowestCollectiblePrice", "LowestRefurbishedPrice"];
        for (name, price) in lowest.into_iter().zip(summary.lowest) {
            if let Some(price) = price {
                self.price(name, price);
            }
        }
        for (name, total) in
            ["TotalNew", "TotalUsed", "TotalCollectible", "TotalRefurbished"].into_iter().zip(summary.totals)
        {
            self.xml.plain(name, total);
        }
        self.xml.close("OfferSummary");
    }

    pub(super) fn offers(&mut self, offers: &OffersDocument, groups: Groups, pages: &ProductPages<'_>) {
        self.xml.open("Offers");
        self.xml.plain("TotalOffers", offers.total);
        self.xml.plain("TotalOfferPages", u64::from(offers.total).div_ceil(PAGE));
        if self.has(schema::MORE_OFFERS_URL) {
            self.xml.text("MoreOffersUrl", &pages.offers());
        }
        for offer in &offers.offers {
            self.xml.open("Offer");
            self.merchant(&offer.merchant, groups.has(Groups::MERCHANTS));
            self.xml.open("OfferAttributes");
            self.xml.text("Condition", &offer.condition);
            // What else there may be below a condition is not in the catalogue.
            if self.has(schema::SUB_CONDITION) && offer.condition == "New" {
                self.xml.text("SubCondition", "new");
            }
            self.xml.close("OfferAttributes");
            self.offer_listing(offer);
            self.xml.close("Offer");
        }
        self.xml.close("Offers");
    }

    /// Recorded: who it is told in every group at first, and who they are in OfferFull; from 2011-08-01 on nothing but the name.
    fn merchant(&mut self, merchant: &MerchantDocument, full: bool) {
        let name = merchant.name.as_deref().filter(|_| full);
        let id = merchant.id.as_deref().filter(|_| self.has(schema::MERCHANT_ID));
        if id.is_none() && (name.is_none() || self.has(schema::MERCHANT_ID)) {
            return; // the older schemas have no merchant without an id
        }
        self.xml.open("Merchant");
        self.optional("MerchantId", id);
        self.optional("Name", name);
        if let Some(id) = id {
            self.xml.text("GlancePage", &merchant_page(self.locale, id));
            // Recorded: Amazon does not judge itself. What was said of others is not in the catalogue.
            if full && merchant.amazon {
                self.xml.text("AverageFeedbackRating", "0.0");
                self.xml.text("TotalFeedback", "0");
            }
        }
        self.xml.close("Merchant");
    }

    fn offer_listing(&mut self, offer: &OfferDocument) {
        self.xml.open("OfferListing");
        self.xml.plain("OfferListingId", percent_encoded(offer.listing.as_str()));
        if self.has(schema::EXCHANGE_ID) {
            self.optional("ExchangeId", offer.exchange_id.as_deref());
        }
        self.price("Price", offer.price);
        if let Some((amount, percent)) = offer.saved {
            self.price("AmountSaved", amount);
            self.xml.plain("PercentageSaved", percent);
        }
        self.xml.text("Availability", availability_text(offer.availability, self.locale));
        if self.has(schema::AVAILABILITY_ATTRIBUTES) {
            self.availability_attributes(offer.availability);
        }
        // Recorded: Amazon did not say how many it had, others did. A limit of Amazon's has an element of its own.
        if self.has(schema::OFFER_QUANTITY) {
            match offer.limit {
                Some(limit) if !offer.merchant.amazon => self.xml.plain("Quantity", limit),
                _ => self.xml.text("Quantity", "-1"),
            }
        }
        if self.has(schema::QUANTITY_RESTRICTION)
            && let Some(limit) = offer.limit.filter(|_| offer.merchant.amazon)
        {
            self.xml.open("QuantityRestriction");
            self.xml.plain("QuantityLimit", limit);
            self.xml.close("QuantityRestriction");
        }
        let amazon = u8::from(offer.merchant.amazon);
        self.xml.plain("IsEligibleForSuperSaverShipping", amazon);
        if self.has(schema::IS_FULFILLED_BY_AMAZON) {
            self.xml.plain("IsFulfilledByAmazon", amazon);
        }
        self.xml.close("OfferListing");
    }

    fn availability_attributes(&mut self, availability: AvailabilityDocument) {
        self.xml.open("AvailabilityAttributes");
        match availability {
            AvailabilityDocument::Now => self.hours("0", "0"),
            AvailabilityDocument::Soon => self.hours("24", "48"),
            AvailabilityDocument::Preorder => {
                self.xml.text("AvailabilityType", "futureDate");
                self.xml.text("IsPreorder", "1");
            }
        }
        self.xml.close("AvailabilityAttributes");
    }

    fn hours(&mut self, least: &str, most: &str) {
        self.xml.text("AvailabilityType", "now");
        self.xml.text("MinimumHours", least);
        self.xml.text("MaximumHours", most);
    }
}

/// Recorded in us, de, fr and jp, except for what is sent soon or not yet in some of them; the other sites have the text of us.
const fn availability_text(availability: AvailabilityDocument, locale: Locale) -> &'static str {
    match (availability, locale) {
        (AvailabilityDocument::Now, Locale::De) => "Gewöhnlich versandfertig in 24 Stunden",
        (AvailabilityDocument::Now, Locale::Fr) => "Habituellement expédié sous 24 h",
        (AvailabilityDocument::Now, Locale::Jp) => "在庫あり。",
        (AvailabilityDocument::Now, _) => "Usually ships in 24 hours",
        (AvailabilityDocument::Soon, Locale::De) => "Versandfertig in 1 - 2 Werktagen",
        (AvailabilityDocument::Soon, Locale::Fr) => "Expédition sous 1 à 2 jours ouvrés",
        (AvailabilityDocument::Soon, Locale::Jp) => "通常1～2営業日以内に発送",
        (AvailabilityDocument::Soon, _) => "Usually ships in 1-2 business days",
        (AvailabilityDocument::Preorder, Locale::De) => "Noch nicht erschienen",
        (AvailabilityDocument::Preorder, Locale::Fr) => "Pas encore paru",
        (AvailabilityDocument::Preorder, Locale::Jp) => "近日発売　予約可",
        (AvailabilityDocument::Preorder, _) => "Not yet released",
    }
}
