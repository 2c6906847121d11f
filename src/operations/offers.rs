//! The offers of a product, and which of them an answer shows (docs/PROTOCOL.md, section 15).

use crate::cart::{ListingId, Money};
use crate::catalog::{Availability, OfferTerms, Product};
use crate::protocol::{
    AvailabilityDocument, Condition, Merchant, MerchantDocument, OfferDocument, OfferSummary, OffersDocument,
    OffersWanted,
};

/// How many offers an answer has at most.
const PAGE: usize = 10;

/// The conditions in the order in which a summary counts them.
const CONDITIONS: [Condition; 4] = [Condition::New, Condition::Used, Condition::Collectible, Condition::Refurbished];

/// An offer with all that choosing looks at.
struct Known<'p> {
    terms: OfferTerms<'p>,
    listing: ListingId,
    condition: &'p str,
    amazon: bool,
}

/// All offers of a product in short, and those that are wanted. `None` when nobody offers it now.
pub(super) fn shown(product: &Product, wanted: OffersWanted<'_>) -> Option<(OfferSummary, OffersDocument)> {
    let known = known(product);
    if known.is_empty() {
        return None;
    }
    let chosen = chosen(&known, wanted);
    let skip = (wanted.page as usize - 1) * PAGE;
    let page = chosen.iter().skip(skip).take(PAGE);
    let offers = OffersDocument {
        total: u32::try_from(chosen.len()).unwrap_or(u32::MAX),
        offers: page.map(|offer| document(product, offer)).collect(),
    };
    Some((summary(&known), offers))
}

/// The offers that can be ordered, the cheapest first as recorded; of equal ones Amazon's own.
fn known(product: &Product) -> Vec<Known<'_>> {
    let own = product.own_offer().map(|terms| Known {
        terms,
        listing: product.own_listing(),
        condition: "New",
        amazon: true,
    });
    let others = product.offers.iter().filter_map(|offer| {
        let listing = offer.listing(product);
        let terms = product.offer(Some(&listing))?;
        Some(Known { terms, listing, condition: &offer.condition, amazon: false })
    });
    let mut known: Vec<Known<'_>> = own.into_iter().chain(others).filter(|offer| is_offered(offer)).collect();
    known.sort_by_key(|offer| offer.terms.price.minor);
    known
}

/// Decided: what is out of stock or not made any more is no offer; what cannot be carted is still for sale at the shop.
fn is_offered(offer: &Known<'_>) -> bool {
    match offer.terms.availability {
        Availability::Available | Availability::FutureRelease | Availability::Ineligible => true,
        Availability::OutOfStock | Availability::Discontinued => false,
    }
}

fn chosen<'k, 'p>(known: &'k [Known<'p>], wanted: OffersWanted<'_>) -> Vec<&'k Known<'p>> {
    let fits = |offer: &&Known<'_>| wanted.condition == Condition::All || offer.condition == wanted.condition.name();
    let fitting = known.iter().filter(fits);
    match wanted.merchant {
        Merchant::All => fitting.collect(),
        Merchant::Amazon => fitting.filter(|offer| offer.amazon).collect(),
        Merchant::Id(id) => fitting.filter(|offer| offer.terms.merchant_id == Some(id)).collect(),
        Merchant::FeaturedBuyBox => best(known, Condition::New).filter(fits).into_iter().collect(),
        Merchant::BestOfEachCondition => {
            let mut best: Vec<_> =
                CONDITIONS.into_iter().filter_map(|condition| best(known, condition)).filter(fits).collect();
            best.sort_by_key(|offer| offer.terms.price.minor);
            best
        }
    }
}

/// The offer that a customer gets who does not choose: Amazon's own, or else the cheapest.
fn best<'k, 'p>(known: &'k [Known<'p>], condition: Condition) -> Option<&'k Known<'p>> {
    let mut fitting = known.iter().filter(|offer| offer.condition == condition.name());
    fitting.clone().find(|offer| offer.amazon).or_else(|| fitting.next())
}

fn summary(known: &[Known<'_>]) -> OfferSummary {
    let mut summary = OfferSummary::default();
    for (place, condition) in CONDITIONS.into_iter().enumerate() {
        let fitting = known.iter().filter(|offer| offer.condition == condition.name());
        summary.lowest[place] = fitting.clone().next().map(|offer| offer.terms.price);
        summary.totals[place] = u32::try_from(fitting.count()).unwrap_or(u32::MAX);
    }
    summary
}

fn document(product: &Product, offer: &Known<'_>) -> OfferDocument {
    let Known { terms, listing, condition, amazon } = offer;
    let text = |value: Option<&str>| value.map(str::to_owned);
    OfferDocument {
        merchant: MerchantDocument { id: text(terms.merchant_id), name: text(terms.seller_nickname), amazon: *amazon },
        condition: (*condition).to_owned(),
        listing: listing.clone(),
        exchange_id: text(terms.exchange_id),
        price: terms.price,
        saved: product.list_price.and_then(|list_price| saved(list_price, terms.price)),
        availability: match (terms.availability, amazon) {
            (Availability::FutureRelease, _) => AvailabilityDocument::Preorder,
            (_, true) => AvailabilityDocument::Now,
            (_, false) => AvailabilityDocument::Soon,
        },
        // Recorded: others always said how many they had.
        limit: Some(terms.max_quantity).filter(|limit| !amazon || *limit < Product::DEFAULT_MAX_QUANTITY),
    }
}

/// How much less than the list price, and in percent, rounded as recorded; `None` when it is not less.
fn saved(list_price: i64, price: Money) -> Option<(Money, u32)> {
    let amount = list_price.checked_sub(price.minor).filter(|amount| *amount > 0)?;
    // In 128 bits no price that a seed can hold runs over.
    let percent = (i128::from(amount) * 200 + i128::from(list_price)) / (i128::from(list_price) * 2);
    Some((Money::new(amount, price.currency), u32::try_from(percent).unwrap_or(100)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::Currency;

    #[test]
    fn savings_are_rounded_as_recorded() {
        for (list_price, price, percent) in
            [(2500, 1698, 32), (2500, 1734, 31), (1100, 800, 27), (1100, 900, 18), (2500, 1800, 28), (100, 99, 1)]
        {
            let (amount, got) = saved(list_price, Money::new(price, Currency::Usd)).unwrap();
            assert_eq!((amount.minor, got), (list_price - price, percent));
        }
        assert_eq!(saved(100, Money::new(100, Currency::Usd)), None);
        assert_eq!(saved(0, Money::new(100, Currency::Usd)), None);
    }
}
