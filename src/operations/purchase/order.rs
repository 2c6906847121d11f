//! The stand-in purchase: what the customer's cart holds is bought, and recorded for each remote cart and associate.
//!
//! An order is placed once. Its number is drawn when the customer is shown what it would hold; a cart that has changed since then
//! is not bought, and neither is one whose prices have.

use super::basket::{Basket, BasketLine, filled};
use super::{Desk, sum};
use crate::cart::{CartId, CustomerCart, CustomerId, Locale, Money, Purchase, PurchasedLine};
use crate::operations::Change;
use crate::store::StoreError;
use jiff::Timestamp;

/// How many of the latest purchases are looked through for an order that was placed a moment ago.
const LATEST: u32 = 100;

/// What the customer saw before the order was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The number of the order.
    pub order: CartId,
    /// The revision of the customer's cart.
    pub revision: u64,
    /// What the order would cost, in minor units.
    pub total: i64,
}

/// What came of placing an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It is placed, now or by a click before.
    Done {
        /// When.
        at: Timestamp,
        /// What that did to the customer's cart, if it was done now.
        change: Option<Change>,
    },
    /// The cart or its prices are not as the customer saw them. Nothing was bought.
    Changed,
}

/// An order that was placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its parts: one for each account, remote cart and associate.
    pub purchases: Vec<Purchase>,
    /// What it cost.
    pub total: Money,
}

/// Places the order that the customer saw.
pub async fn place(desk: &Desk<'_>, customer: CustomerId, locale: Locale, seen: Seen) -> Result<Placed, StoreError> {
    if let Some(cart) = desk.store.customer_cart(customer, locale).await?.filter(|cart| cart.revision == seen.revision)
    {
        let basket = filled(desk, cart).await?;
        if basket.is_buyable() && basket.total().minor == seen.total {
            let (at, before) = (time_of(desk, &basket), basket.cart.held());
            let (rest, purchases) = bought(basket, seen.order, at, desk.now);
            let change = Change { before: Some(before), after: Some(rest.held()) };
            if desk.store.save_customer_cart(rest, purchases).await? {
                return Ok(Placed::Done { at, change: Some(change) });
            }
        }
    }
    // A second click on the same button finds the cart changed by the first.
    let latest = desk.store.purchases(None, None, LATEST).await?;
    let same = latest.iter().find(|purchase| purchase.order_id == seen.order);
    Ok(same.map_or(Placed::Changed, |purchase| Placed::Done { at: purchase.at, change: None }))
}

/// A number for an order that the customer is shown. Seeded numbers begin again at every start, so those of the latest orders are
/// passed over.
pub async fn draw_order(desk: &Desk<'_>, locale: Locale) -> Result<CartId, StoreError> {
    let latest = desk.store.purchases(None, None, LATEST).await?;
    let mut number = desk.ids.order_id(locale);
    for _ in 0..LATEST {
        if latest.iter().all(|purchase| purchase.order_id != number) {
            break;
        }
        number = desk.ids.order_id(locale);
    }
    Ok(number)
}

/// An order that was placed at this moment. `None` when there is none.
pub async fn order(desk: &Desk<'_>, id: CartId, at: Timestamp) -> Result<Option<Order>, StoreError> {
    // Beginning after the number above: so from this one on.
    let Some(above) = CartId::from_number(id.number() + 1) else { return Ok(None) };
    let mut purchases = desk.store.purchases(None, Some((at, above)), 1).await?;
    purchases.retain(|purchase| purchase.order_id == id);
    let Some(first) = purchases.first() else { return Ok(None) };
    let total = sum(first.locale, purchases.iter().map(|purchase| purchase.total));
    Ok(Some(Order { purchases, total }))
}

/// When an order is placed: by the clock of the account whose carts it is of, or by the server's when they are of several.
fn time_of(desk: &Desk<'_>, basket: &Basket) -> Timestamp {
    let mut accounts = basket.lines.iter().map(|line| line.name.account.as_str());
    let first = accounts.next().unwrap_or_default();
    if accounts.all(|account| account == first) { desk.at(first).0 } else { desk.now }
}

/// The cart without what is bought, and what is bought: one purchase for each account, remote cart and associate.
fn bought(basket: Basket, order: CartId, at: Timestamp, now: Timestamp) -> (CustomerCart, Vec<Purchase>) {
    let Basket { mut cart, lines } = basket;
    let quantities: Vec<u32> = lines.iter().map(|line| line.shown.buyable()).collect();
    let listings: Vec<_> = cart.lines.iter().map(|line| line.listing.clone()).collect();
    let locale = cart.locale;
    let mut purchases: Vec<Purchase> = Vec::new();
    for ((BasketLine { name, shown }, listing), parts) in
        lines.into_iter().zip(listings).zip(cart.take_out(&quantities, now))
    {
        // What has no price is not for sale, so nothing of it was taken.
        let Some(price) = shown.price else { continue };
        for part in parts {
            let line = PurchasedLine {
                asin: shown.asin,
                listing: listing.clone(),
                title: shown.title.clone(),
                quantity: part.quantity,
                price: price.minor,
                list_item_id: part.list_item_id,
            };
            let cost = price.times(part.quantity);
            let same = |purchase: &&mut Purchase| {
                purchase.account == name.account
                    && purchase.cart == part.cart
                    && purchase.associate_tag == part.associate_tag
            };
            match purchases.iter_mut().find(same) {
                Some(purchase) => {
                    purchase.lines.push(line);
                    purchase.total = purchase.total.plus(cost);
                }
                None => purchases.push(Purchase {
                    order_id: order,
                    at,
                    locale,
                    account: name.account.clone(),
                    cart: part.cart,
                    associate_tag: part.associate_tag,
                    lines: vec![line],
                    total: cost,
                }),
            }
        }
    }
    (cart, purchases)
}

/// What buying this cart now would be: the purchases of an order with that number.
pub fn bill(basket: &Basket, order: CartId, at: Timestamp) -> Vec<Purchase> {
    bought(basket.clone(), order, at, at).1
}

/// What each associate earns the credit for, in the order in which the tags first occur.
pub fn credits(purchases: &[Purchase]) -> Vec<(String, Money)> {
    let mut credits: Vec<(String, Money)> = Vec::new();
    for purchase in purchases {
        match credits.iter_mut().find(|(tag, _)| *tag == purchase.associate_tag) {
            Some((_, total)) => *total = total.plus(purchase.total),
            None => credits.push((purchase.associate_tag.clone(), purchase.total)),
        }
    }
    credits
}
