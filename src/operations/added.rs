//! What CartCreate and CartAdd have in common: from the items asked for to the items that the catalogue lets in.

use super::Context;
use crate::cart::{Asin, CartError, CartItemId, Finding, ListingId, NewItem};
use crate::catalog::Availability;
use crate::config::Unavailable;
use crate::protocol::{AddItem, Wanted};
use crate::store::{Listed, StoreError};

/// The items of a request after the catalogue was asked.
pub(super) struct Admitted {
    /// What goes into the cart.
    pub(super) items: Vec<NewItem>,
    /// What does not, with the reason.
    pub(super) findings: Vec<Finding>,
    /// The products of what goes into the cart.
    pub(super) products: Vec<Listed>,
}

/// Looks every item up and applies the rules on availability (docs/PROTOCOL.md, section 8).
pub(super) async fn admit(context: &Context<'_>, wanted: &[AddItem<'_>]) -> Result<Admitted, StoreError> {
    let locale = context.caller.locale;
    // One question for all ASINs; offers are asked for one by one, since few requests name more than one.
    let asins: Vec<Asin> = wanted.iter().filter_map(|item| parsed_asin(item.wanted)).collect();
    let mut products =
        if asins.is_empty() { Vec::new() } else { context.store.products(context.site(), &asins).await? }.into_iter();
    let mut admitted = Admitted {
        items: Vec::with_capacity(wanted.len()),
        findings: Vec::new(),
        products: Vec::with_capacity(wanted.len()),
    };
    for (position, item) in wanted.iter().enumerate() {
        let (listed, listing) = match item.wanted {
            Wanted::Asin(text) => {
                let listed = if text.parse::<Asin>().is_ok() { products.next().flatten() } else { None };
                (listed, None)
            }
            Wanted::Listing(text) => match ListingId::from_request(text) {
                Some(listing) => (context.store.product_of_listing(context.site(), &listing).await?, Some(listing)),
                None => (None, None),
            },
        };
        match judge(context.rules.unavailable, listed.as_ref(), listing.as_ref()) {
            Verdict::Admit { asin, listing, cap } => {
                admitted.items.push(NewItem {
                    position,
                    asin,
                    item_id: CartItemId::of(locale, asin, listing.as_ref()),
                    listing,
                    quantity: item.quantity,
                    cap,
                    list_item_id: item.list_item_id.map(str::to_owned),
                });
                admitted.products.extend(listed);
            }
            Verdict::Refuse(asin) => {
                admitted.findings.push(Finding { position, error: CartError::ItemNotEligibleForCart(asin) });
            }
            Verdict::Drop => {}
        }
    }
    Ok(admitted)
}

fn parsed_asin(wanted: Wanted<'_>) -> Option<Asin> {
    match wanted {
        Wanted::Asin(text) => text.parse().ok(),
        Wanted::Listing(_) => None,
    }
}

enum Verdict {
    /// `listing` is `None` for Amazon's own offer, however it was asked for: one offer is one line.
    Admit {
        asin: Asin,
        listing: Option<ListingId>,
        cap: u32,
    },
    /// An unknown item has no id in the message, a known one has.
    Refuse(Option<Asin>),
    Drop,
}

fn judge(policy: Unavailable, listed: Option<&Listed>, listing: Option<&ListingId>) -> Verdict {
    let Some(Listed { product, withdrawn: false }) = listed else { return Verdict::Refuse(None) };
    // Known to the catalogue, but Amazon does not sell it: only an OfferListingId can name what others offer.
    let Some(offer) = product.offer(listing) else { return Verdict::Refuse(Some(product.asin)) };
    let admit = Verdict::Admit { asin: product.asin, listing: offer.listing, cap: offer.max_quantity };
    match offer.availability {
        Availability::Available => admit,
        Availability::Ineligible => Verdict::Refuse(Some(product.asin)),
        Availability::OutOfStock | Availability::Discontinued | Availability::FutureRelease => match policy {
            Unavailable::Saved => admit,
            Unavailable::Error => Verdict::Refuse(Some(product.asin)),
            Unavailable::Drop => Verdict::Drop,
        },
    }
}

/// All findings in request order.
pub(super) fn in_request_order(mut findings: Vec<Finding>, more: Vec<Finding>) -> Vec<CartError> {
    findings.extend(more);
    findings.sort_by_key(|finding| finding.position); // stable: two about one item keep their order
    findings.into_iter().map(|finding| finding.error).collect()
}
