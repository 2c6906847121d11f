//! The typed request: what a caller wants, after every static check (docs/PROTOCOL.md, section 2).

use super::schema::{ItemField, Parameter};
use crate::cart::Area;

/// A request that passed the checks which need neither a cart nor the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request<'p> {
    /// CartCreate.
    CartCreate {
        /// At least one.
        items: Vec<AddItem<'p>>,
        /// MergeCart; False when not sent.
        merge: bool,
    },
    /// CartAdd.
    CartAdd {
        /// The cart.
        cart: CartReference<'p>,
        /// At least one.
        items: Vec<AddItem<'p>>,
        /// MergeCart, when sent.
        merge: Option<bool>,
    },
    /// CartModify.
    CartModify {
        /// The cart.
        cart: CartReference<'p>,
        /// At least one; CartItemIds as sent.
        items: Vec<ModifyItem<'p>>,
        /// MergeCart, when sent.
        merge: Option<bool>,
    },
    /// CartGet.
    CartGet {
        /// The cart.
        cart: CartReference<'p>,
    },
    /// CartClear.
    CartClear {
        /// The cart.
        cart: CartReference<'p>,
    },
}

/// A cart as the caller names it; neither part has been checked yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CartReference<'p> {
    /// The CartId as sent.
    pub id: &'p str,
    /// The HMAC as sent.
    pub hmac: &'p str,
}

/// An item to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddItem<'p> {
    /// The product or the offer.
    pub wanted: Wanted<'p>,
    /// At least 1, at most the limit.
    pub quantity: u32,
    /// The wish-list item that it comes from.
    pub list_item_id: Option<&'p str>,
}

/// What is to be added, as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'p> {
    /// A product, at Amazon's own offer.
    Asin(&'p str),
    /// An offer, encoded as often as the client saw fit.
    Listing(&'p str),
}

/// A line to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModifyItem<'p> {
    /// The CartItemId as sent.
    pub item_id: &'p str,
    /// The new quantity; 0 removes the line.
    pub quantity: Option<u32>,
    /// The area to move to.
    pub area: Option<Area>,
}

/// The response groups asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Groups {
    /// Cart: contents, totals and the purchase URL.
    pub cart: bool,
    /// CartSimilarities.
    pub similarities: bool,
    /// CartTopSellers.
    pub top_sellers: bool,
    /// CartNewReleases.
    pub new_releases: bool,
}

impl Default for Groups {
    /// What a request without ResponseGroup gets.
    fn default() -> Self {
        Self { cart: true, similarities: false, top_sellers: false, new_releases: false }
    }
}

/// The request as the answer repeats it: every parameter of the operation with the value that was sent, right or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Echo<'p> {
    /// As sent.
    pub cart_id: Option<&'p str>,
    /// As sent.
    pub hmac: Option<&'p str>,
    /// As sent.
    pub merge_cart: Option<&'p str>,
    /// In the order of their numbers.
    pub items: Vec<EchoItem<'p>>,
    /// In the order sent.
    pub response_groups: Vec<&'p str>,
}

impl Echo<'_> {
    /// Whether a parameter was sent.
    pub fn has(&self, parameter: Parameter) -> bool {
        match parameter {
            Parameter::CartId => self.cart_id.is_some(),
            Parameter::Hmac => self.hmac.is_some(),
            Parameter::MergeCart => self.merge_cart.is_some(),
            Parameter::Items => !self.items.is_empty(),
            Parameter::ResponseGroup => !self.response_groups.is_empty(),
        }
    }
}

/// One item of the echo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EchoItem<'p> {
    /// By the field's place in [`ItemField::ALL`].
    values: [Option<&'p str>; ItemField::ALL.len()],
    /// In the order of their numbers.
    pub meta_data: Vec<MetaData<'p>>,
}

impl<'p> EchoItem<'p> {
    /// The value of a field, as sent.
    pub fn get(&self, field: ItemField) -> Option<&'p str> {
        self.values[field as usize]
    }

    /// Sets the value of a field; false when it had one.
    pub(super) fn set(&mut self, field: ItemField, value: &'p str) -> bool {
        self.values[field as usize].replace(value).is_none()
    }
}

/// One pair of an item's MetaData.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MetaData<'p> {
    /// As sent.
    pub key: Option<&'p str>,
    /// As sent.
    pub value: Option<&'p str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fields_place_is_its_number() {
        for (place, field) in ItemField::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, place);
        }
    }
}
