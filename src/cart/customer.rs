//! The customer's own cart at the shop: where the purchase hand-off puts the lines of a remote cart, and what buying makes of it
//! (docs/PROTOCOL.md, section 14).
//!
//! A customer is a browser that holds a random number; there are no names and no addresses. As with the remote cart, everything
//! here is plain data and pure functions.

use super::cart::{Area, Cart, Line};
use super::id::{Asin, CartId, InvalidId, ListingId};
use super::locale::Locale;
use super::money::Money;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A customer: 128 random bits, written as 32 hexadecimal digits. Who has it, has the cart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomerId(u128);

impl CustomerId {
    /// The customer with this number.
    pub const fn from_number(number: u128) -> Self {
        Self(number)
    }
}

impl FromStr for CustomerId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const BAD: InvalidId = InvalidId("a customer is 32 hexadecimal digits");
        let shaped = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !shaped {
            return Err(BAD);
        }
        u128::from_str_radix(text, 16).map(Self).map_err(|_| BAD)
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for CustomerId {
    /// Not the number: whoever reads a log must not get a customer's cart from it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerId(…)")
    }
}

/// A customer's own cart at one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerCart {
    /// Whose it is.
    pub customer: CustomerId,
    /// At which site.
    pub locale: Locale,
    /// Counts the changes; 0 is a cart that has never been stored. A store compares it before it saves.
    pub revision: u64,
    /// When it was last changed.
    pub touched_at: Timestamp,
    /// Newest first. No two are of the same offer in the same area.
    pub lines: Vec<CustomerLine>,
}

/// A quantity of one offer, from wherever it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerLine {
    /// The access key whose catalogue the product is of.
    pub account: String,
    /// The product.
    pub asin: Asin,
    /// The offer; `None` is Amazon's own.
    pub listing: Option<ListingId>,
    /// Active lines are bought.
    pub area: Area,
    /// Where the pieces came from; never empty, and no quantity is 0.
    pub parts: Vec<Part>,
}

/// Pieces of a line that came in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The remote cart that was handed over; `None` for what the customer put in without one.
    pub cart: Option<CartId>,
    /// The tag that earns the credit.
    pub associate_tag: String,
    /// How many.
    pub quantity: u32,
    /// The wish-list item that they are for.
    pub list_item_id: Option<String>,
}

/// Something that was bought, for one associate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The order, unique; several purchases may belong to one.
    pub order_id: CartId,
    /// When.
    pub at: Timestamp,
    /// At which site.
    pub locale: Locale,
    /// The access key of the remote cart, or the one given with what came without a cart.
    pub account: String,
    /// The remote cart that was handed over, if there was one.
    pub cart: Option<CartId>,
    /// The tag that earns the credit.
    pub associate_tag: String,
    /// What was bought.
    pub lines: Vec<PurchasedLine>,
    /// What it cost.
    pub total: Money,
}

/// One line of a purchase, with what it was at that moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchasedLine {
    /// The product.
    pub asin: Asin,
    /// The offer; `None` is Amazon's own.
    pub listing: Option<ListingId>,
    /// The product's title.
    pub title: String,
    /// How many.
    pub quantity: u32,
    /// The price of one in minor units of the site's currency.
    pub price: i64,
    /// The wish-list item that they are for.
    pub list_item_id: Option<String>,
}

impl CustomerLine {
    /// How many pieces, from wherever they came.
    pub fn quantity(&self) -> u32 {
        self.parts.iter().fold(0, |sum, part| sum.saturating_add(part.quantity))
    }
}

impl CustomerCart {
    /// The cart of a customer who has none yet.
    pub fn empty(customer: CustomerId, locale: Locale, now: Timestamp) -> Self {
        Self { customer, locale, revision: 0, touched_at: now, lines: Vec::new() }
    }

    /// Takes over all lines of a remote cart, each in the area that its customer wanted, in front of the older ones.
    pub fn take_over(&mut self, cart: &Cart, now: Timestamp) {
        for Line { asin, listing, quantity, wanted, list_item_id, .. } in cart.lines.iter().rev() {
            let part = Part {
                cart: Some(cart.id),
                associate_tag: cart.associate_tag.clone(),
                quantity: *quantity,
                list_item_id: list_item_id.clone(),
            };
            self.put(&cart.account, *asin, listing.clone(), *wanted, part, now);
        }
    }

    /// Puts pieces of an offer into the cart: into the line of that offer and area, or else into a new one in front.
    pub fn put(
        &mut self,
        account: &str,
        asin: Asin,
        listing: Option<ListingId>,
        area: Area,
        part: Part,
        now: Timestamp,
    ) {
        self.touched_at = now.max(self.touched_at);
        let same = |line: &CustomerLine| {
            line.account == account && line.asin == asin && line.listing == listing && line.area == area
        };
        let place = self.lines.iter().position(same).unwrap_or_else(|| {
            let line = CustomerLine { account: account.to_owned(), asin, listing, area, parts: Vec::new() };
            self.lines.insert(0, line);
            0
        });
        let parts = &mut self.lines[place].parts;
        let from_there = |known: &&mut Part| {
            known.cart == part.cart
                && known.associate_tag == part.associate_tag
                && known.list_item_id == part.list_item_id
        };
        match parts.iter_mut().find(from_there) {
            Some(known) => known.quantity = known.quantity.saturating_add(part.quantity),
            None => parts.push(part),
        }
    }
}
