//! What a cart does, said once more and as simply as can be: no ids, no store, no XML. The server is held against it.

/// A product of the tests' catalogue as a shopper sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) locale: &'static str,
    pub(super) asin: &'static str,
    /// The offer to ask for instead of the ASIN.
    pub(super) listing: Option<&'static str>,
    pub(super) price: u64,
    pub(super) cap: u32,
    pub(super) fate: Fate,
}

/// What becomes of an item that is put into a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Carted,
    /// Out of stock, discontinued, not out yet.
    Saved,
    /// Known, and not for carts.
    Refused,
}

const fn known(locale: &'static str, asin: &'static str, price: u64, fate: Fate) -> Known {
    Known { locale, asin, listing: None, price, cap: 999, fate }
}

/// The products, both sites in one list. What is missing in a locale is unknown there.
pub(super) const PRODUCTS: [Known; 14] = [
    known("us", "B000000001", 1_295, Fate::Carted),
    known("us", "B000000002", 129_900, Fate::Carted),
    known("us", "B000000003", 100, Fate::Carted),
    known("us", "B00000DVD1", 1_998, Fate::Carted),
    Known { cap: 3, ..known("us", "B000000CAP", 500, Fate::Carted) },
    known("us", "B000000OUT", 700, Fate::Saved),
    known("us", "B000000DIS", 701, Fate::Saved),
    known("us", "B000000FUT", 702, Fate::Saved),
    known("us", "B000000INE", 0, Fate::Refused),
    known("us", "B000000ALT", 0, Fate::Refused),
    Known { listing: Some("USEDLISTING1=="), ..known("us", "B000000001", 450, Fate::Carted) },
    Known { listing: Some("OTHERSONLY+/=="), ..known("us", "B000000ALT", 2_500, Fate::Carted) },
    known("jp", "B000000001", 12_694, Fate::Carted),
    known("jp", "B000000OUT", 500, Fate::Saved),
];

/// What a request can name: an ASIN, or an offer.
pub(super) const NAMES: [(&str, Option<&str>); 13] = [
    ("B000000001", None),
    ("B000000002", None),
    ("B000000003", None),
    ("B00000DVD1", None),
    ("B000000CAP", None),
    ("B000000OUT", None),
    ("B000000DIS", None),
    ("B000000FUT", None),
    ("B000000INE", None),
    ("B000000ALT", None),
    ("B000000001", Some("USEDLISTING1==")),
    ("B000000ALT", Some("OTHERSONLY+/==")),
    ("B999999999", None),
];

/// The most lines of a cart in these tests.
pub(super) const MAX_LINES: usize = 5;

const HOURS_FULL: u64 = 90 * 24;
const HOURS_EMPTY: u64 = 7 * 24;

#[derive(Clone, Debug)]
pub(super) struct Line {
    /// An index into [`NAMES`].
    pub(super) name: usize,
    pub(super) quantity: u32,
    pub(super) wanted_saved: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Cart {
    pub(super) locale: &'static str,
    pub(super) account: &'static str,
    pub(super) tag: Option<&'static str>,
    pub(super) lines: Vec<Line>,
    /// The hour of the last operation.
    pub(super) touched: u64,
}

/// What the product that is called so is in a locale.
pub(super) fn product(locale: &str, name: usize) -> Option<&'static Known> {
    let (asin, listing) = NAMES[name];
    PRODUCTS.iter().find(|known| known.locale == locale && known.asin == asin && known.listing == listing)
}

impl Cart {
    pub(super) fn is_dead(&self, hour: u64) -> bool {
        hour - self.touched > if self.lines.is_empty() { HOURS_EMPTY } else { HOURS_FULL }
    }

    fn known(&self, line: &Line) -> &'static Known {
        product(self.locale, line.name).expect("only known products get in")
    }

    pub(super) fn is_shown_saved(&self, line: &Line) -> bool {
        line.wanted_saved || self.known(line).fate == Fate::Saved
    }

    /// The lines in the order of an answer: active ones first.
    pub(super) fn shown(&self) -> Vec<&Line> {
        let (saved, active): (Vec<_>, Vec<_>) = self.lines.iter().partition(|line| self.is_shown_saved(line));
        active.into_iter().chain(saved).collect()
    }

    /// As the tests' client writes an answer's lines.
    pub(super) fn text(&self) -> String {
        let line = |line: &Line| {
            let star = if self.is_shown_saved(line) { "*" } else { "" };
            format!("{} x {}{star}", NAMES[line.name].0, line.quantity)
        };
        self.shown().into_iter().map(line).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn total(&self) -> u64 {
        self.lines.iter().map(|line| self.known(line).price * u64::from(line.quantity)).sum()
    }

    /// Puts a batch of (name, quantity) in front. Answers the errors' codes.
    pub(super) fn add(&mut self, items: &[(usize, u32)]) -> Vec<&'static str> {
        const INELIGIBLE: &str = "AWS.ECommerceService.ItemNotEligibleForCart";
        let mut errors = Vec::new();
        let mut batch: Vec<Line> = Vec::new();
        for (place, (name, quantity)) in items.iter().enumerate() {
            let Some(known) = product(self.locale, *name).filter(|known| known.fate != Fate::Refused) else {
                errors.push(INELIGIBLE);
                continue;
            };
            if let Some(there) = batch.iter().chain(&self.lines).find(|line| line.name == *name) {
                if there.quantity + quantity > known.cap {
                    errors.push("AWS.ECommerceService.InvalidQuantity");
                }
                errors.push("AWS.ECommerceService.ItemAlreadyInCart");
            } else if batch.len() + self.lines.len() == MAX_LINES {
                // Nothing of the request is added; of the others only what was refused by the catalogue is told.
                errors.retain(|code| *code == INELIGIBLE);
                errors.push("AWS.ECommerceService.ExceededMaximumCartItems");
                let rest = &items[place + 1..];
                let refused = rest
                    .iter()
                    .filter(|(name, _)| product(self.locale, *name).is_none_or(|known| known.fate == Fate::Refused));
                errors.extend(refused.map(|_| INELIGIBLE));
                return errors;
            } else {
                batch.push(Line { name: *name, quantity: (*quantity).min(known.cap), wanted_saved: false });
            }
        }
        batch.append(&mut self.lines);
        self.lines = batch;
        errors
    }

    /// One Item of CartModify.
    pub(super) fn edit(&mut self, name: usize, quantity: Option<u32>, save: Option<bool>) {
        let Some(place) = self.lines.iter().position(|line| line.name == name) else { return };
        let cap = self.known(&self.lines[place]).cap;
        match quantity {
            Some(0) => drop(self.lines.remove(place)),
            quantity => {
                let line = &mut self.lines[place];
                line.quantity = quantity.unwrap_or(line.quantity).min(cap);
                line.wanted_saved = save.unwrap_or(line.wanted_saved);
            }
        }
    }
}
