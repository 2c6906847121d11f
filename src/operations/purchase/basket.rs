//! The customer's own cart as it is now, and what the customer changes in it.

use super::{Desk, Shown, products_of, shown, sum};
use crate::cart::{Area, CustomerCart, CustomerId, LineEdit, LineName, Locale, Money};
use crate::operations::Change;
use crate::store::StoreError;

/// How often a change is tried again when another one of the same customer came in between.
pub(super) const TRIES: usize = 10;

/// A customer's cart with current titles and prices.
#[derive(Clone, Debug)]
pub struct Basket {
    /// The cart as it is stored.
    pub cart: CustomerCart,
    /// Its lines, in their order.
    pub lines: Vec<BasketLine>,
}

/// A line of a customer's cart.
#[derive(Clone, Debug)]
pub struct BasketLine {
    /// What names it in forms.
    pub name: LineName,
    /// What it shows.
    pub shown: Shown,
}

impl Basket {
    /// The lines that stand in an area now.
    pub fn of(&self, area: Area) -> impl Iterator<Item = &BasketLine> {
        self.lines.iter().filter(move |line| line.shown.stands_in() == area)
    }

    /// What buying would cost now.
    pub fn total(&self) -> Money {
        let cost = |line: &BasketLine| Some(line.shown.price?.times(line.shown.buyable()));
        sum(self.cart.locale, self.lines.iter().filter_map(cost))
    }

    /// Whether anything can be bought now.
    pub fn is_buyable(&self) -> bool {
        self.lines.iter().any(|line| line.shown.buyable() > 0)
    }
}

/// The customer's cart at a site. Who has none has an empty one.
pub async fn basket(desk: &Desk<'_>, customer: CustomerId, locale: Locale) -> Result<Basket, StoreError> {
    let cart = desk.store.customer_cart(customer, locale).await?;
    filled(desk, cart.unwrap_or_else(|| CustomerCart::empty(customer, locale, desk.now))).await
}

/// A cart with what its lines show.
pub(super) async fn filled(desk: &Desk<'_>, cart: CustomerCart) -> Result<Basket, StoreError> {
    let wanted: Vec<_> = cart.lines.iter().map(|line| (line.account.as_str(), line.asin)).collect();
    let products = products_of(desk, cart.locale, &wanted).await?;
    let lines = cart.lines.iter().zip(&products).map(|(line, listed)| BasketLine {
        name: cart.name_of(line),
        shown: shown(desk, line.asin, line.listing.as_ref(), line.quantity(), line.area, listed.as_ref()),
    });
    Ok(Basket { lines: lines.collect(), cart })
}

/// Changes a line of the customer's cart; answers what that did to the cart. A line that is not there is passed over: whoever clicks
/// twice has what they wanted.
pub async fn change(
    desk: &Desk<'_>,
    customer: CustomerId,
    locale: Locale,
    line: &LineName,
    edit: LineEdit,
) -> Result<Option<Change>, StoreError> {
    for _ in 0..TRIES {
        let Some(mut cart) = desk.store.customer_cart(customer, locale).await? else { return Ok(None) };
        let before = cart.held();
        let edit = match edit {
            LineEdit::Quantity(quantity) => LineEdit::Quantity(quantity.min(desk.rules.limits.quantity)),
            LineEdit::Move(area) => LineEdit::Move(area),
        };
        if !cart.edit(line, edit, desk.now) {
            return Ok(None);
        }
        let after = cart.held();
        if desk.store.save_customer_cart(cart, Vec::new()).await? {
            return Ok(Some(Change { before: Some(before), after: Some(after) }));
        }
    }
    Err(StoreError::Busy)
}
