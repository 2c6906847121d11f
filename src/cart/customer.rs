//! The customer's own cart at the shop: where the purchase hand-off puts the lines of a remote cart, and what buying makes of it
//! (docs/PROTOCOL.md, section 14).
//!
//! A customer is a browser that holds a random number; there are no names and no addresses. As with the remote cart, everything
//! here is plain data and pure functions.

use super::cart::{Area, Cart, Held, Line};
use super::id::{Asin, CartId, CartItemId, InvalidId, ListingId};
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

/// Which line of a customer's cart is meant. It stays the same however the other lines change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineName {
    /// The access key whose catalogue the product is of.
    pub account: String,
    /// The offer.
    pub item_id: CartItemId,
    /// The area in which the line stands.
    pub area: Area,
}

/// What a customer does with a line of the cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEdit {
    /// So many pieces from now on; none takes the line out.
    Quantity(u32),
    /// The whole line goes to this area, and joins the line of the same offer there.
    Move(Area),
}

impl CustomerLine {
    /// How many pieces, from wherever they came.
    pub fn quantity(&self) -> u32 {
        self.parts.iter().fold(0, |sum, part| sum.saturating_add(part.quantity))
    }

    /// Makes it so many pieces. What is more came with the last part, and what is less goes from the last part first: the one
    /// that came first keeps its claim.
    fn set_quantity(&mut self, quantity: u32) {
        let mut missing = quantity;
        for part in &mut self.parts {
            part.quantity = part.quantity.min(missing);
            missing -= part.quantity;
        }
        if let Some(last) = self.parts.last_mut() {
            last.quantity = last.quantity.saturating_add(missing);
        }
        self.parts.retain(|part| part.quantity > 0);
    }

    /// Takes so many pieces out, those that came first first, and answers where they came from.
    fn take(&mut self, quantity: u32) -> Vec<Part> {
        let mut wanted = quantity;
        let mut taken = Vec::new();
        for part in &mut self.parts {
            let pieces = part.quantity.min(wanted);
            if pieces > 0 {
                taken.push(Part { quantity: pieces, ..part.clone() });
            }
            part.quantity -= pieces;
            wanted -= pieces;
        }
        self.parts.retain(|part| part.quantity > 0);
        taken
    }
}

impl CustomerCart {
    /// The cart of a customer who has none yet.
    pub fn empty(customer: CustomerId, locale: Locale, now: Timestamp) -> Self {
        Self { customer, locale, revision: 0, touched_at: now, lines: Vec::new() }
    }

    /// Its lines in short.
    pub fn held(&self) -> Vec<Held> {
        let held = |line: &CustomerLine| Held {
            item_id: self.name_of(line).item_id,
            asin: line.asin,
            quantity: line.quantity(),
            wanted: line.area,
        };
        self.lines.iter().map(held).collect()
    }

    /// What names a line of this cart.
    pub fn name_of(&self, line: &CustomerLine) -> LineName {
        LineName {
            account: line.account.clone(),
            item_id: CartItemId::of(self.locale, line.asin, line.listing.as_ref()),
            area: line.area,
        }
    }

    /// Changes a line. False when there is none of that name, or when it is that way already; then nothing was done.
    pub fn edit(&mut self, name: &LineName, edit: LineEdit, now: Timestamp) -> bool {
        let Some(place) = self.lines.iter().position(|line| self.name_of(line) == *name) else { return false };
        match edit {
            LineEdit::Quantity(quantity) if quantity == self.lines[place].quantity() => return false,
            LineEdit::Quantity(quantity) => {
                self.lines[place].set_quantity(quantity);
                self.lines.retain(|line| !line.parts.is_empty());
            }
            LineEdit::Move(area) if area == name.area => return false,
            LineEdit::Move(area) => {
                let CustomerLine { account, asin, listing, parts, .. } = self.lines.remove(place);
                for part in parts {
                    self.put(&account, asin, listing.clone(), area, part, now);
                }
            }
        }
        self.touched_at = now.max(self.touched_at);
        true
    }

    /// Takes pieces out of the cart to be bought: of each line so many, in the order of the lines. Answers where they came from,
    /// line by line, and leaves what was not taken.
    pub fn take_out(&mut self, quantities: &[u32], now: Timestamp) -> Vec<Vec<Part>> {
        let taken = self.lines.iter_mut().zip(quantities).map(|(line, quantity)| line.take(*quantity)).collect();
        self.lines.retain(|line| !line.parts.is_empty());
        self.touched_at = now.max(self.touched_at);
        taken
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

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn cart() -> CustomerCart {
        CustomerCart::empty(CustomerId::from_number(1), Locale::Us, NOW)
    }

    fn put(cart: &mut CustomerCart, n: u8, tag: &str, quantity: u32, area: Area) {
        let asin = format!("B{n:09}").parse().unwrap();
        let part = Part { cart: None, associate_tag: tag.to_owned(), quantity, list_item_id: None };
        cart.put("key", asin, None, area, part, NOW);
    }

    fn show(cart: &CustomerCart) -> String {
        let parts = |line: &CustomerLine| {
            let parts: Vec<_> = line.parts.iter().map(|p| format!("{}{}", p.quantity, p.associate_tag)).collect();
            parts.join("+")
        };
        let star = |line: &CustomerLine| if line.area == Area::Saved { "*" } else { "" };
        let lines = cart.lines.iter().map(|l| format!("{}{}={}", &l.asin.as_str()[9..], star(l), parts(l)));
        lines.collect::<Vec<_>>().join(" ")
    }

    fn edit(cart: &mut CustomerCart, place: usize, edit: LineEdit) -> bool {
        let name = cart.name_of(&cart.lines[place]);
        cart.edit(&name, edit, NOW)
    }

    #[test]
    fn pieces_of_one_offer_join_and_remember_where_they_came_from() {
        let mut cart = cart();
        put(&mut cart, 1, "a", 2, Area::Active);
        put(&mut cart, 2, "a", 1, Area::Active);
        put(&mut cart, 1, "b", 3, Area::Active);
        put(&mut cart, 1, "a", 1, Area::Active);
        put(&mut cart, 1, "a", 4, Area::Saved);
        assert_eq!(show(&cart), "1*=4a 2=1a 1=3a+3b");
    }

    #[test]
    fn a_smaller_quantity_goes_from_what_came_last_and_a_greater_one_to_it() {
        let mut cart = cart();
        put(&mut cart, 1, "a", 2, Area::Active);
        put(&mut cart, 1, "b", 3, Area::Active);
        assert!(edit(&mut cart, 0, LineEdit::Quantity(6)));
        assert_eq!(show(&cart), "1=2a+4b");
        assert!(edit(&mut cart, 0, LineEdit::Quantity(3)));
        assert_eq!(show(&cart), "1=2a+1b");
        assert!(!edit(&mut cart, 0, LineEdit::Quantity(3)), "that is what it was");
        assert!(edit(&mut cart, 0, LineEdit::Quantity(1)));
        assert_eq!(show(&cart), "1=1a");
        assert!(edit(&mut cart, 0, LineEdit::Quantity(0)));
        assert_eq!(show(&cart), "");
    }

    #[test]
    fn a_moved_line_joins_the_one_that_is_there() {
        let mut cart = cart();
        put(&mut cart, 1, "a", 2, Area::Active);
        put(&mut cart, 1, "b", 1, Area::Saved);
        put(&mut cart, 2, "a", 1, Area::Active);
        let gone = cart.name_of(&cart.lines[1]);
        assert_eq!(show(&cart), "2=1a 1*=1b 1=2a");
        assert!(edit(&mut cart, 1, LineEdit::Move(Area::Active)));
        assert_eq!(show(&cart), "2=1a 1=2a+1b");
        assert!(!cart.edit(&gone, LineEdit::Move(Area::Active), NOW), "it is not there any more");
        assert!(!edit(&mut cart, 1, LineEdit::Move(Area::Active)));
        assert!(edit(&mut cart, 0, LineEdit::Move(Area::Saved)));
        assert_eq!(show(&cart), "2*=1a 1=2a+1b");
    }

    #[test]
    fn what_is_taken_out_comes_from_what_came_first() {
        let mut cart = cart();
        put(&mut cart, 1, "a", 2, Area::Active);
        put(&mut cart, 1, "b", 3, Area::Active);
        put(&mut cart, 2, "a", 5, Area::Active);
        let taken = cart.take_out(&[0, 3], NOW);
        let pieces = |parts: &Vec<Part>| parts.iter().map(|part| part.quantity).collect::<Vec<_>>();
        assert_eq!(taken.iter().map(pieces).collect::<Vec<_>>(), [vec![], vec![2, 1]]);
        assert_eq!(show(&cart), "2=5a 1=2b");
        cart.take_out(&[5, 2], NOW);
        assert_eq!(show(&cart), "");
    }

    #[test]
    fn a_customer_is_32_small_hexadecimal_digits() {
        let text = CustomerId::from_number(u128::MAX / 3).to_string();
        assert_eq!(text.parse(), Ok(CustomerId::from_number(u128::MAX / 3)));
        assert_eq!(CustomerId::from_number(10).to_string(), "0000000000000000000000000000000a");
        for bad in ["", "a", "0000000000000000000000000000000A", "+000000000000000000000000000000a"] {
            assert!(bad.parse::<CustomerId>().is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", CustomerId::from_number(10)), "CustomerId(…)");
    }
}
