//! The purchase hand-off: a remote cart ends, and its lines are the customer's (docs/PROTOCOL.md, section 14).

use super::cart::{Cart, State};
use super::change::{Access, Refusal};
use super::customer::CustomerCart;
use jiff::Timestamp;

/// Moves the lines of a remote cart into a customer's own. `cart` is the stored cart, if there is one.
///
/// `at` is when the customer takes them: customers go by the server's clock, carts by that of their account (`access`).
///
/// Answers both as they are then, with their revisions counted up. [`Refusal::Mismatch`] when the cart is not this caller's to
/// hand over: unknown, of another locale, expired, or handed over already.
pub fn hand_over(
    cart: Option<Cart>,
    mut customer: CustomerCart,
    access: &Access,
    at: Timestamp,
) -> Result<(Cart, CustomerCart), Refusal> {
    let mut cart = cart.filter(|cart| access.allows(cart)).ok_or(Refusal::Mismatch)?;
    customer.take_over(&cart, at);
    customer.revision += 1;
    // Its lines stay in it, as the record of what was handed over; nobody reaches them there any more.
    cart.state = State::HandedOver;
    cart.revision += 1;
    cart.touched_at = access.now.max(cart.touched_at);
    Ok((cart, customer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::{Area, CartItemId, CustomerId, Expiry, Line, Locale};
    use jiff::SignedDuration;

    fn cart() -> Cart {
        let line = |n: u64, quantity, wanted| Line {
            item_id: CartItemId::from_number(n),
            asin: format!("B{n:09}").parse().unwrap(),
            listing: None,
            quantity,
            wanted,
            list_item_id: None,
        };
        Cart {
            id: "102-0000001-0000001".parse().unwrap(),
            locale: Locale::Us,
            account: "key".to_owned(),
            associate_tag: "tag-20".to_owned(),
            merge: false,
            revision: 4,
            state: State::Open,
            created_at: Timestamp::UNIX_EPOCH,
            touched_at: Timestamp::UNIX_EPOCH,
            lines: vec![line(1, 2, Area::Active), line(2, 5, Area::Saved)],
        }
    }

    fn access(seconds: i64) -> Access {
        Access {
            locale: Locale::Us,
            account: "key".to_owned(),
            isolated: true,
            now: Timestamp::from_second(seconds).unwrap(),
            expiry: Expiry::default(),
        }
    }

    fn nobody() -> CustomerCart {
        CustomerCart::empty(CustomerId::from_number(1), Locale::Us, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_lines_are_the_customers_and_the_cart_is_closed() {
        let (closed, own) = hand_over(Some(cart()), nobody(), &access(9), access(9).now).unwrap();
        assert_eq!((closed.state, closed.revision, closed.touched_at), (State::HandedOver, 5, access(9).now));
        let lines: Vec<_> =
            own.lines.iter().map(|line| (&line.asin.as_str()[9..], line.quantity(), line.area)).collect();
        assert_eq!(lines, [("1", 2, Area::Active), ("2", 5, Area::Saved)]);
        assert_eq!((own.revision, own.touched_at), (1, access(9).now));
        let part = &own.lines[0].parts[0];
        assert_eq!((part.cart, part.associate_tag.as_str()), (Some(closed.id), "tag-20"));
        assert_eq!(
            hand_over(Some(closed), own, &access(9), access(9).now).unwrap_err(),
            Refusal::Mismatch,
            "only once"
        );
    }

    #[test]
    fn a_cart_that_the_caller_does_not_reach_is_not_handed_over() {
        let refused = |cart, access: &Access| {
            hand_over(cart, nobody(), access, access.now).is_err_and(|r| r == Refusal::Mismatch)
        };
        assert!(refused(None, &access(0)));
        assert!(refused(Some(cart()), &Access { locale: Locale::De, ..access(0) }));
        assert!(refused(Some(cart()), &Access { account: "other".to_owned(), ..access(0) }));
        assert!(!refused(Some(cart()), &Access { account: "other".to_owned(), isolated: false, ..access(0) }));
        assert!(refused(Some(cart()), &access(SignedDuration::from_hours(91 * 24).as_secs())));
    }
}
