//! A remote cart on its way to its customer: found by what the PurchaseURL says, shown, and handed over.
//!
//! Looking at a cart does not change it and does not restart its idle clock: a link that somebody opens is no cart operation.

use super::{Desk, Shown, shown, sum};
use crate::cart::{Access, Area, Cart, CartId, CustomerId, Locale, Money, Refusal, State};
use crate::store::{CartView, HandOver, StoreError};
use std::sync::Arc;

/// What a link says of a cart. Nothing of it is proven yet.
///
/// A tag or key may have been encoded once more than was undone; which reading is meant, the HMAC and the cart decide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// The CartId as sent.
    pub cart_id: String,
    /// The HMAC, decoded.
    pub hmac: String,
    /// What the AssociateTag may be, at least one.
    pub tags: Vec<String>,
    /// What the access key may be; none when the link names none.
    pub keys: Vec<String>,
}

/// What somebody finds who follows a link.
#[derive(Debug)]
pub enum Visit {
    /// Nothing. Says no more: the cart may never have been there, be expired, or belong to another key or HMAC.
    Unknown,
    /// The cart was handed over before. Only who has its HMAC is told so.
    HandedOver(Locale),
    /// The cart.
    Open(OpenCart),
}

/// A remote cart that can be handed over, as it is now.
#[derive(Debug)]
pub struct OpenCart {
    /// The cart as it is stored.
    pub cart: Arc<Cart>,
    /// What its lines show, in their order.
    pub lines: Vec<Shown>,
}

/// What came of a hand-over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandedOver {
    /// As [`Visit::Unknown`].
    Unknown,
    /// It was handed over before; nothing was done.
    Before(Locale),
    /// The cart has no lines; nothing was done.
    Empty(Locale),
    /// The lines of this cart are in the customer's cart of its site now.
    Done(Cart),
}

impl OpenCart {
    /// What would be bought now: lines that the customer wants active, and that are available.
    pub fn active(&self) -> impl Iterator<Item = &Shown> {
        self.lines.iter().filter(|line| line.stands_in() == Area::Active)
    }

    /// The lines that show as saved.
    pub fn saved(&self) -> impl Iterator<Item = &Shown> {
        self.lines.iter().filter(|line| line.stands_in() == Area::Saved)
    }

    /// What the active lines cost.
    pub fn total(&self) -> Money {
        sum(self.cart.locale, self.active().filter_map(Shown::total))
    }
}

/// Looks at the cart.
pub async fn visit(desk: &Desk<'_>, proof: &Proof) -> Result<Visit, StoreError> {
    let Some(CartView { cart, products }) = found(desk, proof).await? else { return Ok(Visit::Unknown) };
    Ok(match cart.state {
        State::HandedOver => Visit::HandedOver(cart.locale),
        State::Expired => Visit::Unknown,
        State::Open => {
            let lines = cart.lines.iter().zip(&products);
            let show = |(line, listed): (&crate::cart::Line, &Option<_>)| {
                shown(desk, line.asin, line.listing.as_ref(), line.quantity, line.wanted, listed.as_ref())
            };
            Visit::Open(OpenCart { lines: lines.map(show).collect(), cart })
        }
    })
}

/// Moves the lines into the customer's own cart, and closes the remote cart.
pub async fn hand_over(desk: &Desk<'_>, proof: &Proof, customer: CustomerId) -> Result<HandedOver, StoreError> {
    let Some(CartView { cart, .. }) = found(desk, proof).await? else { return Ok(HandedOver::Unknown) };
    if cart.state == State::HandedOver {
        return Ok(HandedOver::Before(cart.locale));
    }
    if cart.lines.is_empty() {
        return Ok(HandedOver::Empty(cart.locale));
    }
    let (now, expiry) = desk.at(&cart.account);
    let access =
        Access { locale: cart.locale, account: cart.account.clone(), isolated: desk.rules.isolated, now, expiry };
    match desk.store.hand_over(HandOver { cart: cart.id, access, customer, at: desk.now }).await? {
        Ok((closed, _)) => Ok(HandedOver::Done(closed)),
        // Somebody else was quicker; what they did is to be seen now.
        Err(Refusal::Mismatch | Refusal::IdTaken | Refusal::Nothing(_)) => Ok(match found(desk, proof).await? {
            Some(CartView { cart, .. }) if cart.state == State::HandedOver => HandedOver::Before(cart.locale),
            _ => HandedOver::Unknown,
        }),
    }
}

/// The cart that the link proves a right to, open or handed over, and not expired. The store is asked only about a right HMAC.
async fn found(desk: &Desk<'_>, proof: &Proof) -> Result<Option<CartView>, StoreError> {
    let Some((locale, id)) = authentic(desk, proof) else { return Ok(None) };
    let key = proof.keys.first().map_or("", String::as_str);
    let Some(mut found) = desk.store.cart(id, key).await? else { return Ok(None) };
    let account = found.cart.account.clone();
    // A link without a key is still one that the HMAC vouches for; a wrong key is a cart of somebody else.
    let belongs = !desk.rules.isolated || proof.keys.is_empty() || proof.keys.contains(&account);
    let (now, expiry) = desk.at(&account);
    let is_dead = found.cart.state == State::Expired || expiry.is_over(&found.cart, now);
    if !belongs || found.cart.locale != locale || is_dead {
        return Ok(None);
    }
    if account != key {
        // The lines are of the cart's own account, so the products must be, too.
        let lines: Vec<_> = found.cart.lines.iter().map(|line| (account.as_str(), line.asin)).collect();
        found.products = super::products_of(desk, locale, &lines).await?;
    }
    Ok(Some(found))
}

/// The site and the cart that the HMAC is of. The path and the host of the link do not count.
fn authentic(desk: &Desk<'_>, proof: &Proof) -> Option<(Locale, CartId)> {
    let id: CartId = proof.cart_id.parse().ok()?;
    let is_of = |locale: Locale| proof.tags.iter().any(|tag| desk.rules.mac.sign(locale, id, tag).matches(&proof.hmac));
    Locale::ALL.into_iter().find(|locale| is_of(*locale)).map(|locale| (locale, id))
}
