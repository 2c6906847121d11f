//! The Add-to-Cart form: items that come into the customer's own cart without any remote cart.

use super::basket::TRIES;
use super::{Desk, Shown, shown};
use crate::cart::{Area, Asin, CustomerCart, CustomerId, Locale, NewItem, Part};
use crate::operations::{Caller, Change, Context, added};
use crate::protocol::{AddItem, Groups, Version, Wanted};
use crate::store::{Site, StoreError};

/// The most lines and parts of lines that a customer's cart takes from forms. Each form may name another tag, and every one is
/// remembered.
const MOST_PARTS: usize = 1000;

/// An item of the form, as sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedItem {
    /// An ASIN or an OfferListingId.
    pub id: String,
    /// Which of the two.
    pub is_listing: bool,
    /// How many; `None` when that cannot be read.
    pub quantity: Option<u32>,
    /// The wish-list item that it is for.
    pub list_item_id: Option<String>,
}

/// Why an item cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The shop does not have it, or not for carts.
    NotSold,
    /// The quantity is none that may be bought.
    Quantity,
}

/// What came of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// The items are in the customer's cart.
    Done(Change),
    /// None of them can be added.
    Nothing,
    /// The customer's cart holds too much already.
    Full,
}

/// What the items are now, each in its place.
pub async fn judge(
    desk: &Desk<'_>,
    locale: Locale,
    account: &str,
    wanted: &[WantedItem],
) -> Result<Vec<Result<Shown, Problem>>, StoreError> {
    let (items, mut judged) = admitted(desk, locale, account, wanted).await?;
    let asins: Vec<Asin> = items.iter().map(|item| item.asin).collect();
    let products =
        if asins.is_empty() { Vec::new() } else { desk.store.products(Site { locale, account }, &asins).await? };
    for (item, listed) in items.iter().zip(&products) {
        let quantity = quantity_of(desk, item);
        let listing = item.listing.as_ref();
        judged[item.position] = Ok(shown(desk, item.asin, listing, quantity, Area::Active, listed.as_ref()));
    }
    Ok(judged)
}

/// Puts what can be added into the customer's cart.
pub async fn add(
    desk: &Desk<'_>,
    customer: CustomerId,
    (locale, account): (Locale, &str),
    associate_tag: &str,
    wanted: &[WantedItem],
) -> Result<Added, StoreError> {
    let (items, _) = admitted(desk, locale, account, wanted).await?;
    if items.is_empty() {
        return Ok(Added::Nothing);
    }
    for _ in 0..TRIES {
        let stored = desk.store.customer_cart(customer, locale).await?;
        let before = stored.as_ref().map(CustomerCart::held);
        let mut cart = stored.unwrap_or_else(|| CustomerCart::empty(customer, locale, desk.now));
        // From the last to the first, since each comes to stand in front.
        for item in items.iter().rev() {
            let part = Part {
                cart: None,
                associate_tag: associate_tag.to_owned(),
                quantity: quantity_of(desk, item),
                list_item_id: item.list_item_id.clone(),
            };
            cart.put(account, item.asin, item.listing.clone(), Area::Active, part, desk.now);
        }
        if cart.lines.iter().map(|line| line.parts.len()).sum::<usize>() > MOST_PARTS {
            return Ok(Added::Full);
        }
        let after = Some(cart.held());
        if desk.store.save_customer_cart(cart, Vec::new()).await? {
            return Ok(Added::Done(Change { before, after }));
        }
    }
    Err(StoreError::Busy)
}

/// What the catalogue lets in, by the rules of CartAdd; and for every item a problem, which holds unless it was let in.
async fn admitted(
    desk: &Desk<'_>,
    locale: Locale,
    account: &str,
    wanted: &[WantedItem],
) -> Result<(Vec<NewItem>, Vec<Result<Shown, Problem>>), StoreError> {
    let caller = Caller { locale, account, associate_tag: None, now: desk.now, expiry: desk.rules.expiry };
    let (groups, version) = (Groups::NONE, Version::DEFAULT); // a form has no version
    let context =
        Context { store: desk.store, ids: desk.ids.of(account, None), rules: desk.rules, caller, groups, version };
    let mut judged = vec![Err(Problem::NotSold); wanted.len()];
    let (mut items, mut places) = (Vec::new(), Vec::new());
    for (place, item) in wanted.iter().enumerate() {
        let Some(quantity) = item.quantity.filter(|quantity| (1..=desk.rules.limits.quantity).contains(quantity))
        else {
            judged[place] = Err(Problem::Quantity);
            continue;
        };
        let wanted = if item.is_listing { Wanted::Listing(&item.id) } else { Wanted::Asin(&item.id) };
        items.push(AddItem { wanted, quantity, list_item_id: item.list_item_id.as_deref() });
        places.push(place);
    }
    let admitted = added::admit(&context, &items).await?;
    let in_place = |item: NewItem| NewItem { position: places[item.position], ..item };
    Ok((admitted.items.into_iter().map(in_place).collect(), judged))
}

/// As CartAdd does: what is more than may be bought at once is cut.
fn quantity_of(desk: &Desk<'_>, item: &NewItem) -> u32 {
    item.quantity.min(item.cap).min(desk.rules.limits.quantity).max(1)
}
