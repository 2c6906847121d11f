//! What the pages of the purchase hand-off do (docs/PROTOCOL.md, section 14): a remote cart is shown and handed over, the customer's
//! own cart is shown, changed and bought from.
//!
//! Must not know what a page looks like, nor how a customer is recognised: all of it takes and gives domain values.

mod add;
mod basket;
mod hand_over;
mod order;

pub use add::{Added, Problem, WantedItem, add, judge};
pub use basket::{Basket, BasketLine, basket, change};
pub use hand_over::{HandedOver, OpenCart, Proof, Visit, hand_over, visit};
pub use order::{Order, Placed, Seen, bill, credits, draw_order, order, place};

use super::{Rules, view};
use crate::account::{IdBook, Worlds};
use crate::cart::{Area, Asin, Expiry, ListingId, Locale, Money};
use crate::store::{Listed, Site, Store, StoreError};
use jiff::Timestamp;

/// What everything here works with.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The database.
    pub store: &'a dyn Store,
    /// Draws the ids of customers and orders.
    pub ids: &'a IdBook,
    /// The server's rules.
    pub rules: &'a Rules,
    /// The accounts, whose carts go by clocks of their own.
    pub worlds: &'a Worlds,
    /// When the request came, by the machine's clock.
    pub real: Timestamp,
    /// When it came by the server's clock, which customers go by.
    pub now: Timestamp,
}

impl Desk<'_> {
    /// When the request came, by the clock of an account; and how long carts live there.
    fn at(&self, account: &str) -> (Timestamp, Expiry) {
        let world = self.worlds.of(account);
        (world.clock().at(self.real), world.expiry(self.rules.expiry))
    }
}

/// A quantity of an offer as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The product.
    pub asin: Asin,
    /// Its title; the ASIN when nothing else is known of it any more.
    pub title: String,
    /// Who sells it, where that is known.
    pub seller: Option<String>,
    /// In which condition, where that is known, as the catalogue spells it: `Used`.
    pub condition: Option<String>,
    /// How many.
    pub quantity: u32,
    /// For one piece; `None` when nobody offers it any more.
    pub price: Option<Money>,
    /// The most that may be bought at once.
    pub most: u32,
    /// Whether it can be bought now.
    pub for_sale: bool,
    /// The area that the customer wants.
    pub area: Area,
}

impl Shown {
    /// The area in which the line stands now: among the saved ones, too, as long as it cannot be bought.
    pub fn stands_in(&self) -> Area {
        if self.for_sale { self.area } else { Area::Saved }
    }

    /// What all pieces cost, where a price is known.
    pub fn total(&self) -> Option<Money> {
        self.price.map(|price| price.times(self.quantity))
    }

    /// How many pieces of an active line would be bought now.
    pub fn buyable(&self) -> u32 {
        if self.stands_in() == Area::Active { self.quantity.min(self.most) } else { 0 }
    }
}

/// What a line shows. Without a product nothing is known of it any more.
fn shown(
    desk: &Desk<'_>,
    asin: Asin,
    listing: Option<&ListingId>,
    quantity: u32,
    area: Area,
    listed: Option<&Listed>,
) -> Shown {
    let offer = listed.and_then(|listed| listed.product.offer(listing));
    let condition = match (listed, listing) {
        (Some(_), None) => offer.as_ref().map(|_| "New".to_owned()), // Amazon's own offers are
        (Some(listed), Some(listing)) => {
            let product = &listed.product;
            let named = product.offers.iter().find(|offer| offer.listing(product) == *listing);
            named.map(|offer| offer.condition.clone()).filter(|text| !text.is_empty())
        }
        (None, _) => None,
    };
    let title = listed.map(|listed| listed.product.title.clone()).filter(|title| !title.trim().is_empty());
    Shown {
        asin,
        title: title.unwrap_or_else(|| asin.to_string()),
        seller: offer.as_ref().and_then(|offer| offer.seller_nickname).map(str::to_owned),
        condition,
        quantity,
        price: offer.as_ref().map(|offer| offer.price),
        most: offer.as_ref().map_or(u32::MAX, |offer| offer.max_quantity).min(desk.rules.limits.quantity),
        for_sale: offer.zip(listed).is_some_and(|(offer, listed)| view::is_for_sale(listed.withdrawn, &offer)),
        area,
    }
}

/// The products of lines that may be of several accounts, in the order of the lines.
async fn products_of(
    desk: &Desk<'_>,
    locale: Locale,
    lines: &[(&str, Asin)],
) -> Result<Vec<Option<Listed>>, StoreError> {
    let mut products = vec![None; lines.len()];
    let mut accounts: Vec<&str> = lines.iter().map(|(account, _)| *account).collect();
    accounts.sort_unstable();
    accounts.dedup();
    for account in accounts {
        let places: Vec<usize> = (0..lines.len()).filter(|place| lines[*place].0 == account).collect();
        let asins: Vec<Asin> = places.iter().map(|place| lines[*place].1).collect();
        let found = desk.store.products(Site { locale, account }, &asins).await?;
        for (place, product) in places.into_iter().zip(found) {
            products[place] = product;
        }
    }
    Ok(products)
}

/// The sum of amounts at a site; saturates.
fn sum(locale: Locale, amounts: impl Iterator<Item = Money>) -> Money {
    amounts.fold(Money::new(0, locale.currency()), Money::plus)
}
