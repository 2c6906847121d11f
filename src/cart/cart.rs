//! The cart and its lines.

use super::id::{Asin, CartId, CartItemId, ListingId};
use super::locale::Locale;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A remote shopping cart as it is stored: what was chosen, and no prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cart {
    /// Its id, unique over all locales.
    pub id: CartId,
    /// The one locale in which it exists.
    pub locale: Locale,
    /// The access key that made it; empty when there was none.
    pub account: String,
    /// The tag given to CartCreate, or [`super::DEFAULT_ASSOCIATE_TAG`].
    pub associate_tag: String,
    /// The last MergeCart that was sent.
    pub merge: bool,
    /// Counts the changes; a store that shares its database compares it before it saves.
    pub revision: u64,
    /// Whether the API still answers for it.
    pub state: State,
    /// When CartCreate made it.
    pub created_at: Timestamp,
    /// When it was last changed or read. May lag behind the truth by [`super::Expiry::slack`].
    pub touched_at: Timestamp,
    /// Newest batch first.
    pub lines: Vec<Line>,
}

/// Whether the API still answers for a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It does.
    Open,
    /// The purchase hand-off took the lines; no operation finds the cart any more.
    HandedOver,
    /// It was made to expire before its time; whatever the clock says, nobody finds it any more.
    Expired,
}

/// One line: a quantity of one offer. A cart never holds two lines of one offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Follows from locale, ASIN and listing.
    pub item_id: CartItemId,
    /// The product.
    pub asin: Asin,
    /// The offer; `None` is Amazon's own.
    pub listing: Option<ListingId>,
    /// At least 1.
    pub quantity: u32,
    /// The area that the customer wants. The area that is shown also depends on whether the item is available now.
    pub wanted: Area,
    /// The wish-list item that this line was added from, if CartCreate or CartAdd named one.
    pub list_item_id: Option<String>,
}

/// A line in short: what is in a cart, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The line's id.
    pub item_id: CartItemId,
    /// The product.
    pub asin: Asin,
    /// How many pieces.
    pub quantity: u32,
    /// The area that the customer wants.
    pub wanted: Area,
}

/// The two areas of a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// CartItems: what will be bought.
    Active,
    /// SavedForLaterItems.
    Saved,
}

impl Cart {
    /// Its lines in short.
    pub fn held(&self) -> Vec<Held> {
        let held =
            |line: &Line| Held { item_id: line.item_id, asin: line.asin, quantity: line.quantity, wanted: line.wanted };
        self.lines.iter().map(held).collect()
    }

    /// The line of this item.
    pub fn line(&self, item_id: CartItemId) -> Option<&Line> {
        self.lines.iter().find(|line| line.item_id == item_id)
    }
}
