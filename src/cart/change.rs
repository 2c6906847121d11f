//! Changes to a cart as plain data, and the pure function that makes them.
//!
//! A change is decided by the operation (which has looked up the products) and applied by the store's write lane to the cart as
//! it is at that moment. What the catalogue had to say is in the change already; what the cart has to say comes out as findings.

use super::cart::{Area, Cart, Held, Line, State};
use super::clock::to_the_microsecond;
use super::error::CartError;
use super::expiry::Expiry;
use super::id::{Asin, CartId, CartItemId, ListingId};
use super::locale::Locale;
use jiff::Timestamp;
use std::sync::Arc;

/// One change to one cart.
#[derive(Clone, Debug)]
pub struct CartChange {
    /// The cart; for [`Action::Create`] the id that it shall have.
    pub cart: CartId,
    /// Who asks, and when.
    pub access: Access,
    /// What shall happen.
    pub action: Action,
}

/// What decides whether a caller sees a cart whose HMAC it has.
#[derive(Clone, Debug)]
pub struct Access {
    /// The locale in which the caller asks.
    pub locale: Locale,
    /// The caller's access key.
    pub account: String,
    /// Whether a cart belongs to the access key that made it (setting `isolation`).
    pub isolated: bool,
    /// The moment of the request.
    pub now: Timestamp,
    /// How long carts live.
    pub expiry: Expiry,
}

impl Access {
    /// Whether the caller may see this cart: its own, of this locale, still open, not expired.
    pub fn allows(&self, cart: &Cart) -> bool {
        cart.locale == self.locale
            && (!self.isolated || cart.account == self.account)
            && cart.state == State::Open
            && !self.expiry.is_over(cart, self.now)
    }
}

/// What shall happen to the cart.
#[derive(Clone, Debug)]
pub enum Action {
    /// CartCreate.
    Create {
        /// The tag that the cart's HMAC covers.
        associate_tag: String,
        /// MergeCart.
        merge: bool,
        /// The first batch.
        items: Vec<NewItem>,
        /// Whether a cart without lines may result: only when every item was dropped without an error.
        may_be_empty: bool,
        /// The limits in force.
        limits: Limits,
    },
    /// CartAdd.
    Add {
        /// MergeCart, when sent.
        merge: Option<bool>,
        /// The batch; goes in front of the older lines.
        items: Vec<NewItem>,
        /// The limits in force.
        limits: Limits,
    },
    /// CartModify.
    Modify {
        /// MergeCart, when sent.
        merge: Option<bool>,
        /// Applied in order.
        edits: Vec<Edit>,
    },
    /// CartClear.
    Clear,
    /// The cart dies before its time. No operation asks for this; an operator does.
    Expire,
}

/// How much a cart may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Lines of a cart, active and saved.
    pub lines: u32,
    /// Pieces of a line.
    pub quantity: u32,
}

/// An item that the catalogue lets into the cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    /// Its place in the request, from 0; findings carry it, so that errors come out in request order.
    pub position: usize,
    /// The product.
    pub asin: Asin,
    /// The offer; `None` is Amazon's own.
    pub listing: Option<ListingId>,
    /// The line's id.
    pub item_id: CartItemId,
    /// As asked for, at least 1.
    pub quantity: u32,
    /// The most that may be bought of this offer at once; more is cut to it.
    pub cap: u32,
    /// The wish-list item that it comes from.
    pub list_item_id: Option<String>,
}

/// One Item of CartModify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The line; an unknown one is passed over.
    pub item_id: CartItemId,
    /// The new quantity; 0 removes the line.
    pub quantity: Option<u32>,
    /// The area to move the whole line to.
    pub area: Option<Area>,
    /// The most that may be bought of this offer at once; a greater quantity is cut to it.
    pub cap: u32,
}

/// Something to report about an item, which did not keep the change from being made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The item's place in the request, from 0.
    pub position: usize,
    /// What is wrong with it.
    pub error: CartError,
}

/// A change that was made.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The cart as it is now. Shared: whoever keeps it, and whoever shows it, has the same.
    pub cart: Arc<Cart>,
    /// Its lines as they were; `None` when there was no cart.
    pub before: Option<Vec<Held>>,
    /// What to report, in request order.
    pub findings: Vec<Finding>,
}

/// Why a change was not made. The cart is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such cart for this caller.
    Mismatch,
    /// A cart with this id exists already: draw another.
    IdTaken,
    /// CartCreate accepted no item, so there is no cart.
    Nothing(Vec<Finding>),
}

impl CartChange {
    /// Makes the change. `cart` is the stored cart of that id, if there is one.
    pub fn apply(&self, cart: Option<Arc<Cart>>) -> Result<Applied, Refusal> {
        match &self.action {
            Action::Create { associate_tag, merge, items, may_be_empty, limits } => {
                if cart.is_some() {
                    return Err(Refusal::IdTaken);
                }
                let mut cart = self.new_cart(associate_tag, *merge);
                let findings = add(&mut cart, items, *limits).unwrap_or_else(|refused| vec![refused]);
                if cart.lines.is_empty() && !(findings.is_empty() && *may_be_empty) {
                    return Err(Refusal::Nothing(findings));
                }
                Ok(Applied { cart: Arc::new(cart), before: None, findings })
            }
            Action::Add { merge, items, limits } => {
                let mut cart = self.reached(cart)?;
                let before = cart.held();
                match add(&mut cart, items, *limits) {
                    Ok(findings) => {
                        cart.merge = merge.unwrap_or(cart.merge);
                        Ok(self.changed(cart, before, findings))
                    }
                    // Nothing is done of such a request: MergeCart is not stored, and the idle clock goes on.
                    Err(refused) => Ok(Applied { cart: Arc::new(cart), before: Some(before), findings: vec![refused] }),
                }
            }
            Action::Modify { merge, edits } => {
                let mut cart = self.reached(cart)?;
                let before = cart.held();
                cart.merge = merge.unwrap_or(cart.merge);
                for change in edits {
                    edit(&mut cart, change);
                }
                Ok(self.changed(cart, before, Vec::new()))
            }
            Action::Clear => {
                let mut cart = self.reached(cart)?;
                let before = cart.held();
                cart.lines.clear();
                Ok(self.changed(cart, before, Vec::new()))
            }
            Action::Expire => {
                let mut cart = self.reached(cart)?;
                let before = cart.held();
                cart.state = State::Expired;
                // It was not used: the sweeper comes for it when it would have come anyway.
                cart.revision += 1;
                Ok(Applied { cart: Arc::new(cart), before: Some(before), findings: Vec::new() })
            }
        }
    }

    fn new_cart(&self, associate_tag: &str, merge: bool) -> Cart {
        let now = to_the_microsecond(self.access.now);
        Cart {
            id: self.cart,
            locale: self.access.locale,
            account: self.access.account.clone(),
            associate_tag: associate_tag.to_owned(),
            merge,
            revision: 1,
            state: State::Open,
            created_at: now,
            touched_at: now,
            lines: Vec::new(),
        }
    }

    /// The stored cart, when the caller may see it.
    fn reached(&self, cart: Option<Arc<Cart>>) -> Result<Cart, Refusal> {
        cart.filter(|cart| self.access.allows(cart)).map(Arc::unwrap_or_clone).ok_or(Refusal::Mismatch)
    }

    /// The cart after something was done to it, which starts its idle clock again.
    fn changed(&self, mut cart: Cart, before: Vec<Held>, findings: Vec<Finding>) -> Applied {
        cart.revision += 1;
        cart.touched_at = to_the_microsecond(self.access.now).max(cart.touched_at);
        Applied { cart: Arc::new(cart), before: Some(before), findings }
    }
}

/// Puts a batch in front of the lines, in request order, and answers what to report of it. When the cart would hold too many
/// lines, nothing is added, and the item that was one too many is the error.
fn add(cart: &mut Cart, items: &[NewItem], limits: Limits) -> Result<Vec<Finding>, Finding> {
    let mut findings = Vec::new();
    let mut batch: Vec<Line> = Vec::new();
    for item in items {
        let cap = item.cap.min(limits.quantity);
        if let Some(present) =
            batch.iter().find(|line| line.item_id == item.item_id).or_else(|| cart.line(item.item_id))
        {
            // Recorded in this order: first the quantity, then the item itself.
            if present.quantity.saturating_add(item.quantity) > cap {
                findings.push(Finding { position: item.position, error: CartError::InvalidQuantity(item.asin) });
            }
            findings.push(Finding { position: item.position, error: CartError::ItemAlreadyInCart(item.asin) });
        } else if cart.lines.len() + batch.len() >= limits.lines as usize {
            let error = CartError::ExceededMaximumCartItems(limits.lines);
            return Err(Finding { position: item.position, error });
        } else {
            batch.push(Line {
                item_id: item.item_id,
                asin: item.asin,
                listing: item.listing.clone(),
                quantity: item.quantity.min(cap).max(1),
                wanted: Area::Active,
                list_item_id: item.list_item_id.clone(),
            });
        }
    }
    cart.lines.splice(0..0, batch);
    Ok(findings)
}

/// Changes one line. A line that is not there is passed over, as Amazon did.
fn edit(cart: &mut Cart, change: &Edit) {
    let Some(place) = cart.lines.iter().position(|line| line.item_id == change.item_id) else { return };
    if change.quantity == Some(0) {
        cart.lines.remove(place);
        return;
    }
    let line = &mut cart.lines[place];
    if let Some(quantity) = change.quantity {
        line.quantity = quantity.min(change.cap).max(1);
    }
    line.wanted = change.area.unwrap_or(line.wanted);
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    const LIMITS: Limits = Limits { lines: 3, quantity: 999 };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn change(now: i64, action: Action) -> CartChange {
        CartChange {
            cart: "102-0000001-0000001".parse().unwrap(),
            access: Access {
                locale: Locale::Us,
                account: "key".to_owned(),
                isolated: true,
                now: at(now),
                expiry: Expiry::default(),
            },
            action,
        }
    }

    fn item(position: usize, n: u8, quantity: u32, cap: u32) -> NewItem {
        let asin: Asin = format!("B{n:09}").parse().unwrap();
        NewItem {
            position,
            asin,
            listing: None,
            item_id: CartItemId::of(Locale::Us, asin, None),
            quantity,
            cap,
            list_item_id: None,
        }
    }

    fn create(items: Vec<NewItem>) -> Result<Applied, Refusal> {
        let tag = "ws".to_owned();
        change(0, Action::Create { associate_tag: tag, merge: false, items, may_be_empty: false, limits: LIMITS })
            .apply(None)
    }

    fn add(cart: Arc<Cart>, items: Vec<NewItem>) -> Applied {
        change(1, Action::Add { merge: None, items, limits: LIMITS }).apply(Some(cart)).unwrap()
    }

    fn show(cart: &Cart) -> String {
        let line = |l: &Line| {
            format!("{}x{}{}", &l.asin.as_str()[9..], l.quantity, if l.wanted == Area::Saved { "s" } else { "" })
        };
        cart.lines.iter().map(line).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_newest_batch_stands_in_front_in_request_order() {
        let cart = create(vec![item(0, 1, 1, 999)]).unwrap().cart;
        let applied = add(cart, vec![item(0, 2, 2, 999), item(1, 3, 3, 999)]);
        assert_eq!(show(&applied.cart), "2x2 3x3 1x1");
        assert_eq!(applied.findings, []);
    }

    #[test]
    fn an_item_that_is_there_already_is_reported_and_left_alone() {
        let cart = create(vec![item(0, 1, 2, 999)]).unwrap().cart;
        let applied = add(cart, vec![item(0, 1, 1, 999), item(1, 2, 1, 999)]);
        assert_eq!(show(&applied.cart), "2x1 1x2");
        let asin = item(0, 1, 1, 1).asin;
        assert_eq!(applied.findings, [Finding { position: 0, error: CartError::ItemAlreadyInCart(asin) }]);
    }

    #[test]
    fn a_sum_beyond_the_maximum_is_reported_before_the_double_item() {
        let cart = create(vec![item(0, 1, 2, 3)]).unwrap().cart;
        let errors: Vec<_> = add(cart, vec![item(0, 1, 2, 3)]).findings.into_iter().map(|f| f.error).collect();
        let asin = item(0, 1, 1, 1).asin;
        assert_eq!(errors, [CartError::InvalidQuantity(asin), CartError::ItemAlreadyInCart(asin)]);
    }

    #[test]
    fn the_same_item_twice_in_one_request_counts_once() {
        let applied = create(vec![item(0, 1, 1, 999), item(1, 1, 5, 999)]).unwrap();
        assert_eq!(show(&applied.cart), "1x1");
        assert_eq!(applied.findings.len(), 1);
    }

    #[test]
    fn a_quantity_above_the_cap_is_cut_to_it() {
        let mut cart = create(vec![item(0, 1, 9, 3)]).unwrap().cart;
        assert_eq!(show(&cart), "1x3");
        let item_id = cart.lines[0].item_id;
        edit(Arc::make_mut(&mut cart), &Edit { item_id, quantity: Some(7), area: None, cap: 5 });
        assert_eq!(show(&cart), "1x5");
    }

    #[test]
    fn too_many_lines_add_nothing_at_all() {
        let cart = create(vec![item(0, 1, 1, 9), item(1, 2, 1, 9)]).unwrap().cart;
        let applied = add(cart, vec![item(0, 3, 1, 9), item(1, 4, 1, 9)]);
        assert_eq!(show(&applied.cart), "1x1 2x1");
        assert_eq!(applied.findings, [Finding { position: 1, error: CartError::ExceededMaximumCartItems(3) }]);
        assert_eq!((applied.cart.revision, applied.cart.touched_at), (1, at(0)), "no trace of it is left");
        let refused = create((0..4).map(|n| item(usize::from(n), n, 1, 9)).collect());
        assert!(matches!(refused, Err(Refusal::Nothing(findings)) if findings.len() == 1));
    }

    #[test]
    fn edits_apply_in_order_and_unknown_lines_are_passed_over() {
        let cart = create(vec![item(0, 1, 1, 999), item(1, 2, 1, 999)]).unwrap().cart;
        let id = cart.lines[0].item_id;
        let set = |quantity, area| Edit { item_id: id, quantity, area, cap: 999 };
        let unknown = Edit { item_id: CartItemId::from_number(5), ..set(Some(0), None) };
        let edits = vec![unknown, set(None, Some(Area::Saved)), set(Some(7), None)];
        let modify = change(1, Action::Modify { merge: Some(true), edits });
        let cart = modify.apply(Some(cart)).unwrap().cart;
        assert_eq!(show(&cart), "1x7s 2x1");
        assert!(cart.merge);
        let remove = change(2, Action::Modify { merge: None, edits: vec![set(Some(0), None), set(Some(3), None)] });
        let cart = remove.apply(Some(cart)).unwrap().cart;
        assert_eq!(show(&cart), "2x1");
        assert!(cart.merge, "what is not sent is not changed");
    }

    #[test]
    fn a_cleared_cart_takes_items_again() {
        let cart = create(vec![item(0, 1, 1, 999)]).unwrap().cart;
        let cart = change(1, Action::Clear).apply(Some(cart)).unwrap().cart;
        assert_eq!(show(&cart), "");
        assert_eq!(show(&add(cart, vec![item(0, 1, 4, 999)]).cart), "1x4");
    }

    #[test]
    fn only_its_owner_in_its_locale_and_in_time_reaches_a_cart() {
        let cart = create(vec![item(0, 1, 1, 999)]).unwrap().cart;
        let day = SignedDuration::from_hours(24).as_secs();
        let refused = |cart: &Cart, clear: &CartChange| {
            clear.apply(Some(Arc::new(cart.clone()))).is_err_and(|r| r == Refusal::Mismatch)
        };
        assert!(
            !refused(&cart, &change(90 * day + 60, Action::Clear)),
            "exactly 90 days (and the slack) are not more than 90 days"
        );
        assert!(refused(&cart, &change(90 * day + 61, Action::Clear)));
        let mut other = change(1, Action::Clear);
        other.access.account = "stranger".to_owned();
        assert!(refused(&cart, &other));
        other.access.isolated = false;
        assert!(!refused(&cart, &other));
        other.access.locale = Locale::Uk;
        assert!(refused(&cart, &other));
        let handed_over = Cart { state: State::HandedOver, ..Cart::clone(&cart) };
        assert!(refused(&handed_over, &change(1, Action::Clear)));
        let empty = Cart { lines: Vec::new(), ..Cart::clone(&cart) };
        assert!(!refused(&empty, &change(7 * day + 60, Action::Clear)));
        assert!(refused(&empty, &change(7 * day + 61, Action::Clear)));
        assert!(change(1, Action::Clear).apply(None).is_err());
    }

    #[test]
    fn an_id_that_is_taken_is_not_overwritten() {
        let cart = create(vec![item(0, 1, 1, 999)]).unwrap().cart;
        let again = change(
            1,
            Action::Create {
                associate_tag: "x".into(),
                merge: false,
                items: vec![item(0, 2, 1, 9)],
                may_be_empty: false,
                limits: LIMITS,
            },
        );
        assert_eq!(again.apply(Some(cart)).unwrap_err(), Refusal::IdTaken);
    }

    #[test]
    fn a_cart_that_was_made_to_expire_is_out_of_reach_and_keeps_its_time() {
        let cart = create(vec![item(0, 1, 1, 999)]).unwrap().cart;
        let touched_at = cart.touched_at;
        let dead = change(5, Action::Expire).apply(Some(cart)).unwrap().cart;
        assert_eq!((dead.state, dead.revision, dead.touched_at), (State::Expired, 2, touched_at));
        assert_eq!(change(6, Action::Clear).apply(Some(dead.clone())).unwrap_err(), Refusal::Mismatch);
        assert_eq!(change(6, Action::Expire).apply(Some(dead)).unwrap_err(), Refusal::Mismatch);
    }
}
