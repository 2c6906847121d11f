//! Chance as an argument: the ids of carts and of answers, random or seeded.

use super::customer::CustomerId;
use super::id::CartId;
use super::locale::Locale;
use rand::Rng as _;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Draws ids. With a seed, the same calls by the same account give the same ids, whatever other accounts do.
#[derive(Debug)]
pub struct Ids(Source);

#[derive(Debug)]
enum Source {
    /// Cart ids begin anywhere, and each lies a random step behind the one before. A database keeps carts in the order of their
    /// ids: so those that are made together lie together, and a batch of them writes a few pages and not a page for each, however
    /// many carts there are.
    Random { last: AtomicU64 },
    /// The counters count the draws of each account, which is known by its digest: a client may send a key of any length. They
    /// are only kept when a seed is set, which is for tests.
    Seeded { seed: u64, counters: Mutex<HashMap<[u8; 16], u64>> },
}

/// How an answer's RequestId is written (docs/PROTOCOL.md, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestIdForm {
    /// 20 characters of Crockford's base 32, the first a 0 or a 1.
    Crockford,
    /// A lower-case UUID of version 4.
    Uuid,
}

/// What the pages draw has counters of its own, so that whoever looks at them does not change the ids of the API's answers. An
/// access key is called so only on purpose, and that would do no harm.
const CUSTOMERS: &str = "\ncustomers";
const ORDERS: &str = "\norders";

/// The longest step from one cart id to the next. A site has ten thousand million million ids, so that some twenty thousand million
/// carts fit; and servers that share a database will hardly ever come near each other.
const STEP: u64 = 1 << 20;

impl Ids {
    /// Ids that nobody can foretell.
    pub fn random() -> Self {
        let mut start = [0; 8];
        fill(&mut start);
        Self(Source::Random { last: AtomicU64::new(u64::from_le_bytes(start)) })
    }

    /// Ids that follow from `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded { seed, counters: Mutex::default() })
    }

    /// The id of a new cart.
    pub fn cart_id(&self, locale: Locale, account: &str) -> CartId {
        // Any 64 of the 128 bits do.
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
        let random = self.draw(account) as u64;
        CartId::from_random(
            locale,
            match &self.0 {
                Source::Random { last } => {
                    let step = random % STEP + 1;
                    last.fetch_add(step, Ordering::Relaxed).wrapping_add(step)
                }
                Source::Seeded { .. } => random,
            },
        )
    }

    /// The id of a new customer.
    pub fn customer_id(&self) -> CustomerId {
        CustomerId::from_number(self.draw(CUSTOMERS))
    }

    /// The number of a new order.
    pub fn order_id(&self, locale: Locale) -> CartId {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
        let random = self.draw(ORDERS) as u64;
        CartId::from_random(locale, random)
    }

    /// The RequestId of an answer.
    pub fn request_id(&self, form: RequestIdForm, account: &str) -> String {
        const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let number = self.draw(account);
        let bytes = number.to_le_bytes();
        match form {
            RequestIdForm::Crockford => (0..20)
                .map(|i| {
                    let digit = (number >> (5 * i)) & 31;
                    char::from(DIGITS[if i == 0 { digit & 1 } else { digit } as usize])
                })
                .collect(),
            RequestIdForm::Uuid => {
                let mut text = String::with_capacity(36);
                for (i, byte) in bytes.iter().enumerate() {
                    let byte = match i {
                        6 => byte & 0x0F | 0x40, // version 4
                        8 => byte & 0x3F | 0x80, // the variant of RFC 9562
                        _ => *byte,
                    };
                    if matches!(i, 4 | 6 | 8 | 10) {
                        text.push('-');
                    }
                    let _ = write!(text, "{byte:02x}"); // a String takes everything
                }
                text
            }
        }
    }

    /// A fresh secret of 256 bits for the server; never seeded.
    pub fn secret() -> [u8; 32] {
        let mut secret = [0; 32];
        fill(&mut secret);
        secret
    }

    fn draw(&self, account: &str) -> u128 {
        let mut bytes = [0; 16];
        match &self.0 {
            Source::Random { .. } => fill(&mut bytes),
            Source::Seeded { seed, counters } => {
                let mut known_as = [0; 16];
                known_as.copy_from_slice(&Sha256::digest(account.as_bytes())[..16]);
                let mut counters = counters.lock().unwrap_or_else(PoisonError::into_inner);
                let counter = counters.entry(known_as).or_default();
                *counter += 1;
                let mut hash = Sha256::new();
                hash.update(seed.to_le_bytes());
                hash.update(counter.to_le_bytes());
                hash.update(account.as_bytes());
                bytes.copy_from_slice(&hash.finalize()[..16]);
            }
        }
        u128::from_le_bytes(bytes)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that draws random numbers")]
fn fill(bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_ids_repeat_and_accounts_do_not_disturb_each_other() {
        let (one, two) = (Ids::seeded(7), Ids::seeded(7));
        two.cart_id(Locale::Us, "other");
        assert_eq!(one.cart_id(Locale::Us, "key"), two.cart_id(Locale::Us, "key"));
        assert_ne!(one.cart_id(Locale::Us, "key"), Ids::seeded(8).cart_id(Locale::Us, "key"));
        assert_ne!(one.cart_id(Locale::Us, "key"), one.cart_id(Locale::Us, "key"));
    }

    #[test]
    fn what_the_pages_draw_disturbs_no_other_ids() {
        let (one, two) = (Ids::seeded(7), Ids::seeded(7));
        let customer = two.customer_id();
        let order = two.order_id(Locale::De);
        assert!(order.to_string().starts_with('2'), "{order}");
        assert_eq!(one.cart_id(Locale::Us, ""), two.cart_id(Locale::Us, ""));
        assert_eq!((one.customer_id(), one.order_id(Locale::De)), (customer, order));
        assert!(one.customer_id() != customer && one.order_id(Locale::De) != order);
        assert_ne!(Ids::random().customer_id(), Ids::random().customer_id());
    }

    #[test]
    fn carts_made_together_have_ids_side_by_side_in_steps_that_differ() {
        let ids = Ids::random();
        let numbers: Vec<u64> = (0..1000).map(|_| ids.cart_id(Locale::Us, "key").number()).collect();
        // Once in ten million million times the last id is passed, and the first ones follow.
        let steps: Vec<u64> = numbers.windows(2).filter_map(|two| two[1].checked_sub(two[0])).collect();
        assert!(steps.len() >= 998 && steps.iter().all(|step| (1..=STEP).contains(step)), "{steps:?}");
        assert!(steps.iter().max() > steps.iter().min().map(|least| least + STEP / 2).as_ref());
        let other = Ids::random().cart_id(Locale::Us, "key").number();
        assert!(numbers.iter().all(|number| number.abs_diff(other) > STEP), "every server begins elsewhere");
    }

    #[test]
    fn request_ids_have_the_shape_of_their_era() {
        for ids in [Ids::random(), Ids::seeded(1)] {
            for _ in 0..100 {
                let old = ids.request_id(RequestIdForm::Crockford, "");
                assert_eq!(old.len(), 20);
                assert!(old.starts_with(['0', '1']), "{old}");
                assert!(
                    old.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() && !b"ILOU".contains(&b)),
                    "{old}"
                );
                let new = ids.request_id(RequestIdForm::Uuid, "");
                assert_eq!(new.len(), 36);
                assert_eq!(&new[14..15], "4", "{new}");
                assert_eq!(new.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{new}");
            }
        }
    }
}
