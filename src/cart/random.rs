//! Chance as an argument: the ids of carts and of answers, random or seeded.

use super::counters::{Counters, Needs};
use super::customer::CustomerId;
use super::id::CartId;
use super::locale::Locale;
use rand::Rng as _;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Draws ids. With a seed, the same calls by the same account give the same ids, whatever other accounts do.
#[derive(Debug)]
pub struct Ids {
    /// Cart ids begin anywhere, and each lies a random step behind the one before. A database keeps carts in the order of their
    /// ids: so those that are made together lie together, and a batch of them writes a few pages and not a page for each, however
    /// many carts there are.
    last: AtomicU64,
    /// Of accounts that have none of their own.
    seed: Option<u64>,
    /// Counts the draws of each account, as far as they are seeded.
    counters: Mutex<Counters>,
}

/// The ids of one account.
#[derive(Clone, Copy, Debug)]
pub struct Draws<'a> {
    ids: &'a Ids,
    account: &'a str,
    seed: Option<u64>,
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

/// So have the fault rules of each account.
fn rules_of(account: &str) -> String {
    format!("\nrules of {account}")
}

/// The longest step from one cart id to the next. A site has ten thousand million million ids, so that some twenty thousand million
/// carts fit; and servers that share a database will hardly ever come near each other.
const STEP: u64 = 1 << 20;

impl Ids {
    /// Ids that nobody can foretell.
    pub fn random() -> Self {
        let mut start = [0; 8];
        fill(&mut start);
        Self { last: AtomicU64::new(u64::from_le_bytes(start)), seed: None, counters: Mutex::default() }
    }

    /// Ids that follow from `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self { seed: Some(seed), ..Self::random() }
    }

    /// The ids of an account. `seed` is its own, which counts more than the one of all.
    pub fn of<'a>(&'a self, account: &'a str, seed: Option<u64>) -> Draws<'a> {
        Draws { ids: self, account, seed: seed.or(self.seed) }
    }

    /// The id of a new customer.
    pub fn customer_id(&self) -> CustomerId {
        CustomerId::from_number(self.of(CUSTOMERS, None).draw())
    }

    /// The number of a new order.
    pub fn order_id(&self, locale: Locale) -> CartId {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
        let random = self.of(ORDERS, None).draw() as u64;
        CartId::from_random(locale, random)
    }

    /// The number of a new fault rule of an account. `seed` is the account's own.
    pub fn rule_number(&self, account: &str, seed: Option<u64>) -> u64 {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
        let random = self.of(&rules_of(account), seed).draw() as u64;
        random
    }

    /// Forgets how many ids an account has drawn: it begins anew.
    pub fn forget(&self, account: &str) {
        self.counters().forget(account);
        self.counters().forget(&rules_of(account));
    }

    /// Forgets that of all accounts, and of customers and orders.
    pub fn forget_all(&self) {
        *self.counters() = Counters::default();
    }

    /// A fresh secret of 256 bits for the server; never seeded.
    pub fn secret() -> [u8; 32] {
        let mut secret = [0; 32];
        fill(&mut secret);
        secret
    }

    fn counters(&self) -> MutexGuard<'_, Counters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Draws<'_> {
    /// What must be found out or written down before these ids are drawn, so that they go on where they were.
    pub fn needs(self) -> Needs {
        if self.seed.is_none() { Needs::Nothing } else { self.ids.counters().needs(self.account) }
    }

    /// The same before the first id of a cart is drawn: from then on, the account is one that is remembered.
    pub fn needs_as_owner(self) -> Needs {
        match self.needs() {
            Needs::Nothing if self.seed.is_some() && !self.ids.counters().has_block(self.account) => Needs::Block,
            needs => needs,
        }
    }

    /// Begins with an account for which so many ids were reserved before.
    pub fn begin(self, reserved: Option<u64>) {
        self.ids.counters().begin(self.account, reserved);
    }

    /// Gives the account `count` ids more, behind the `before` that were reserved until then.
    pub fn extend(self, before: u64, count: u64) {
        self.ids.counters().extend(self.account, before, count);
    }

    /// The id of a new cart.
    pub fn cart_id(self, locale: Locale) -> CartId {
        // Any 64 of the 128 bits do.
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
        let random = self.draw() as u64;
        CartId::from_random(
            locale,
            if self.seed.is_some() {
                random
            } else {
                let step = random % STEP + 1;
                self.ids.last.fetch_add(step, Ordering::Relaxed).wrapping_add(step)
            },
        )
    }

    /// The RequestId of an answer.
    pub fn request_id(self, form: RequestIdForm) -> String {
        const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let number = self.draw();
        let bytes = number.to_le_bytes();
        match form {
            RequestIdForm::Crockford => {
                // Five bits each: twelve digits of the lower half, then those of the upper one.
                #[expect(clippy::cast_possible_truncation, reason = "it is the halves that are wanted")]
                let halves = [number as u64, (number >> 60) as u64];
                let digit = |i: usize| DIGITS[((halves[i / 12] >> (5 * (i % 12))) & 31) as usize];
                let mut text: [u8; 20] = std::array::from_fn(digit);
                text[0] = DIGITS[(halves[0] & 1) as usize];
                std::str::from_utf8(&text).unwrap_or_default().to_owned() // digits are ASCII
            }
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

    fn draw(self) -> u128 {
        let mut bytes = [0; 16];
        match self.seed {
            None => fill(&mut bytes),
            Some(seed) => {
                let counter = self.ids.counters().draw(self.account);
                let mut hash = Sha256::new();
                hash.update(seed.to_le_bytes());
                hash.update(counter.to_le_bytes());
                hash.update(self.account.as_bytes());
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
        let id = |ids: &Ids, seed| ids.of("key", seed).cart_id(Locale::Us);
        two.of("other", None).cart_id(Locale::Us);
        assert_eq!(id(&one, None), id(&two, None));
        assert_ne!(id(&one, None), id(&Ids::seeded(8), None));
        assert_ne!(id(&one, None), id(&one, None));
        assert_eq!(id(&Ids::random(), Some(7)), id(&Ids::seeded(9), Some(7)), "an account's own seed counts");
        one.forget("key");
        assert_eq!(id(&one, None), id(&Ids::seeded(7), None));
    }

    #[test]
    fn what_the_pages_draw_disturbs_no_other_ids() {
        let (one, two) = (Ids::seeded(7), Ids::seeded(7));
        let customer = two.customer_id();
        let order = two.order_id(Locale::De);
        assert!(order.to_string().starts_with('2'), "{order}");
        assert_eq!(one.of("", None).cart_id(Locale::Us), two.of("", None).cart_id(Locale::Us));
        assert_eq!((one.customer_id(), one.order_id(Locale::De)), (customer, order));
        assert!(one.customer_id() != customer && one.order_id(Locale::De) != order);
        assert_ne!(Ids::random().customer_id(), Ids::random().customer_id());
    }

    #[test]
    fn carts_made_together_have_ids_side_by_side_in_steps_that_differ() {
        let ids = Ids::random();
        let numbers: Vec<u64> = (0..1000).map(|_| ids.of("key", None).cart_id(Locale::Us).number()).collect();
        // Once in ten million million times the last id is passed, and the first ones follow.
        let steps: Vec<u64> = numbers.windows(2).filter_map(|two| two[1].checked_sub(two[0])).collect();
        assert!(steps.len() >= 998 && steps.iter().all(|step| (1..=STEP).contains(step)), "{steps:?}");
        assert!(steps.iter().max() > steps.iter().min().map(|least| least + STEP / 2).as_ref());
        let other = Ids::random().of("key", None).cart_id(Locale::Us).number();
        assert!(numbers.iter().all(|number| number.abs_diff(other) > STEP), "every server begins elsewhere");
    }

    #[test]
    fn request_ids_have_the_shape_of_their_era() {
        for ids in [Ids::random(), Ids::seeded(1)] {
            for _ in 0..100 {
                let old = ids.of("", None).request_id(RequestIdForm::Crockford);
                assert_eq!(old.len(), 20);
                assert!(old.starts_with(['0', '1']), "{old}");
                assert!(
                    old.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() && !b"ILOU".contains(&b)),
                    "{old}"
                );
                let new = ids.of("", None).request_id(RequestIdForm::Uuid);
                assert_eq!(new.len(), 36);
                assert_eq!(&new[14..15], "4", "{new}");
                assert_eq!(new.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{new}");
            }
        }
    }
}
