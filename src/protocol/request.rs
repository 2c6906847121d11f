//! The typed request: what a caller wants, after every static check (docs/PROTOCOL.md, section 2).

use super::schema::{ItemField, Parameter, Row, Rule};
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

/// The request as the answer repeats it: every parameter of the operation with the value that was sent, right or wrong.
#[derive(Clone, Debug)]
pub struct Echo<'p> {
    row: &'static Row,
    /// By the place of the parameter's row.
    values: Vec<Sent<'p>>,
}

/// What was sent of one parameter, or stands for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sent<'p> {
    /// Nothing, or something empty.
    #[default]
    Nothing,
    /// As sent.
    Text(&'p str),
    /// In the order sent; never empty.
    List(Vec<&'p str>),
    /// In the order of their numbers; never empty.
    Items(Vec<EchoItem<'p>>),
}

impl<'p> Echo<'p> {
    /// The echo of a request that sends nothing.
    pub(super) fn empty(row: &'static Row) -> Self {
        Self { row, values: vec![Sent::Nothing; row.parameters.len()] }
    }

    /// What was sent of the parameter in this place.
    pub(super) fn slot(&mut self, place: usize) -> &mut Sent<'p> {
        &mut self.values[place]
    }

    /// What was sent of a parameter.
    pub fn sent(&self, parameter: Parameter) -> &Sent<'p> {
        self.row.place(parameter).map_or(&Sent::Nothing, |place| &self.values[place])
    }

    /// The value of a parameter that holds one.
    pub fn text(&self, parameter: Parameter) -> Option<&'p str> {
        match self.sent(parameter) {
            Sent::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The values of a parameter that may hold several.
    pub fn list(&self, parameter: Parameter) -> &[&'p str] {
        match self.sent(parameter) {
            Sent::List(list) => list,
            _ => &[],
        }
    }

    /// The items.
    pub fn items(&self) -> &[EchoItem<'p>] {
        match self.sent(Parameter::ITEMS) {
            Sent::Items(items) => items,
            _ => &[],
        }
    }

    /// Every parameter of the operation with what was sent of it, in the order of the echo.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Rule, &Sent<'p>)> {
        self.row.parameters.iter().zip(&self.values)
    }

    /// Whether nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.values.iter().all(|sent| *sent == Sent::Nothing)
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
