//! What is told of a cart: itself, and what follows from it by the clock, the catalogue and the secret that it goes by.
//!
//! Must not know where that comes from.

use crate::cart::{Asin, Cart, Held, Hmac, Locale};
use crate::protocol::ItemDocument;
use jiff::Timestamp;
use serde::Serialize;
use std::str::FromStr;
use utoipa::ToSchema;

/// A cart, and what is known of it now.
#[derive(Clone, Debug)]
pub struct CartInfo {
    /// The cart as it is stored.
    pub cart: Cart,
    /// What a caller proves with that the cart is its own.
    pub hmac: Hmac,
    /// What it is by now.
    pub state: CartState,
    /// When it expires, or has expired, if nobody uses it.
    pub expires_at: Timestamp,
    /// Its lines, in the same order, as answers show them now.
    pub lines: Vec<ItemDocument>,
}

/// What a cart is by now, by its own account's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CartState {
    /// The service answers for it.
    Open,
    /// The purchase hand-off took its lines.
    HandedOver,
    /// Nobody finds it any more; the sweeper will come.
    Expired,
}

impl FromStr for CartState {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "open" => Ok(Self::Open),
            "handed_over" => Ok(Self::HandedOver),
            "expired" => Ok(Self::Expired),
            _ => Err("it is none of open, handed_over, expired"),
        }
    }
}

/// Which carts are wanted; what is not given fits all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CartFilter {
    /// Those of one locale.
    pub locale: Option<Locale>,
    /// Those with this tag.
    pub associate_tag: Option<String>,
    /// Those with a line of this product.
    pub asin: Option<Asin>,
    /// Those that are this by now.
    pub state: Option<CartState>,
}

impl CartFilter {
    /// Whether a cart that is this by now is wanted.
    pub(super) fn fits(&self, cart: &Cart, state: CartState) -> bool {
        let Self { locale, associate_tag, asin, state: wanted } = self;
        locale.is_none_or(|locale| cart.locale == locale)
            && associate_tag.as_ref().is_none_or(|tag| cart.associate_tag == *tag)
            && asin.is_none_or(|asin| cart.lines.iter().any(|line| line.asin == asin))
            && wanted.is_none_or(|wanted| wanted == state)
    }
}

/// What a request did to a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartEvent {
    /// When, by the clock that its answer went by.
    pub at: Timestamp,
    /// The entry of the journal.
    pub request: u64,
    /// The operation, where it was one.
    pub operation: Option<&'static str>,
    /// The lines before; `None` when there was no cart.
    pub before: Option<Vec<Held>>,
    /// The lines after.
    pub after: Option<Vec<Held>>,
}
