//! The items of cart operations: collected from numbered parameters, and checked.

use super::{Reader, number};
use crate::cart::Area;
use crate::protocol::errors::ParameterError;
use crate::protocol::request::{AddItem, Echo, EchoItem, MetaData, ModifyItem, Wanted};
use crate::protocol::schema::ItemField;
use crate::protocol::values;
use crate::protocol::version::Version;
use std::collections::HashMap;

impl<'p> Reader<'p> {
    pub(super) fn added_items(&mut self, echo: &Echo<'p>) -> Vec<AddItem<'p>> {
        echo.items().iter().map(|item| self.added_item(item)).collect()
    }

    fn added_item(&mut self, item: &EchoItem<'p>) -> AddItem<'p> {
        let filled = |field| item.get(field).filter(|value| !value.is_empty());
        let wanted = match (filled(ItemField::Asin), filled(ItemField::OfferListingId)) {
            (Some(asin), None) => Wanted::Asin(asin),
            (None, Some(listing)) => Wanted::Listing(listing),
            (Some(asin), Some(_)) => {
                self.error(ParameterError::InvalidCombination("ASIN", "OfferListingId"));
                Wanted::Asin(asin)
            }
            (None, None) => {
                self.error(ParameterError::AtLeastOneOf("ASIN, OfferListingId".to_owned()));
                Wanted::Asin("")
            }
        };
        let quantity = self.quantity(item).unwrap_or(1);
        AddItem { wanted, quantity, list_item_id: filled(ItemField::ListItemId) }
    }

    pub(super) fn modified_item(&mut self, item: &EchoItem<'p>) -> ModifyItem<'p> {
        let filled = |field| item.get(field).filter(|value| !value.is_empty());
        let item_id = filled(ItemField::CartItemId);
        if item_id.is_none() {
            self.error(ParameterError::Missing("CartItemId"));
        }
        let area = match filled(ItemField::Action) {
            None => None,
            Some("MoveToCart") => Some(Area::Active),
            Some("SaveForLater") => Some(Area::Saved),
            Some(_) => {
                self.error(ParameterError::InvalidEnumerated { name: "Action", valid: values::ACTIONS });
                None
            }
        };
        let quantity = self.quantity(item);
        // Decided: exactly one of the two from 2009-11-01, since a client of 2010 knows the rule; at least one before.
        let sent = (item.get(ItemField::Quantity).is_some(), filled(ItemField::Action).is_some());
        let fields = &["Quantity", "Action"];
        match sent {
            (true, true) | (false, false) if self.version >= Version::V2009_11_01 => {
                self.error(ParameterError::ExactlyOneOf(fields));
            }
            (false, false) => self.error(ParameterError::AtLeastOneOf(fields.join(", "))),
            _ => {}
        }
        ModifyItem { item_id: item_id.unwrap_or_default(), quantity, area }
    }

    /// The Quantity of an item, when it is there and in range.
    fn quantity(&mut self, item: &EchoItem<'_>) -> Option<u32> {
        let text = item.get(ItemField::Quantity)?;
        let (least, most) = (self.operation.row().least_quantity, self.limits.quantity);
        match number(text) {
            Some(quantity) if (least..=most).contains(&quantity) => Some(quantity),
            _ => {
                self.error(ParameterError::OutOfRange { name: "Quantity", least, most });
                None
            }
        }
    }
}

/// So many items are looked at one by one.
const FEW: usize = 8;

/// Items as they are collected: any text may stand where the number should.
#[derive(Default)]
pub(super) struct Items<'p> {
    /// The places of items by their numbers; empty while the items are so few that looking at each is quicker.
    places: HashMap<&'p str, usize>,
    /// The place of each pair of meta data, by the place of its item and its own number.
    pair_places: HashMap<(usize, &'p str), usize>,
    found: Vec<Found<'p>>,
}

/// What became of a parameter of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is in.
    In,
    /// It was there before.
    Again,
    /// Items have no such field.
    Unknown,
}

/// An item as it is collected.
struct Found<'p> {
    index: &'p str,
    item: EchoItem<'p>,
    /// The number of each pair, and the pair.
    meta_data: Vec<(&'p str, MetaData<'p>)>,
}

impl<'p> Items<'p> {
    /// Takes `<index>.<field>` in. Unknown fields are passed over.
    pub(super) fn take(&mut self, path: &'p str, value: &'p str, fields: &[ItemField]) -> Taken {
        let Some((index, name)) = path.split_once('.') else { return Taken::Unknown };
        let meta = name.strip_prefix("MetaData.").and_then(|pair| pair.split_once('.'));
        let field = match meta {
            Some(_) => ItemField::MetaData,
            None => match ItemField::ALL.into_iter().find(|field| field.name() == name) {
                Some(field) if field != ItemField::MetaData => field,
                _ => return Taken::Unknown,
            },
        };
        if !fields.contains(&field) {
            return Taken::Unknown;
        }
        // An empty Quantity is a wrong one; every other empty value counts as absent, but does make an item.
        let place = self.place(index);
        let Found { item, meta_data: pairs, .. } = &mut self.found[place];
        let is_first = match meta {
            None if value.is_empty() && field != ItemField::Quantity => true,
            None => item.set(field, value),
            Some((number, part)) => {
                let pair_place = *self.pair_places.entry((place, number)).or_insert_with(|| {
                    pairs.push((number, MetaData::default()));
                    pairs.len() - 1
                });
                let pair = &mut pairs[pair_place].1;
                match part {
                    "Key" => pair.key.replace(value).is_none(),
                    "Value" => pair.value.replace(value).is_none(),
                    _ => return Taken::Unknown,
                }
            }
        };
        if is_first { Taken::In } else { Taken::Again }
    }

    /// The place of the item with this number, which is made if there is none.
    fn place(&mut self, index: &'p str) -> usize {
        let known = if self.places.is_empty() {
            self.found.iter().position(|found| found.index == index)
        } else {
            self.places.get(index).copied()
        };
        known.unwrap_or_else(|| {
            let place = self.found.len();
            self.found.push(Found { index, item: EchoItem::default(), meta_data: Vec::new() });
            if place >= FEW {
                self.places.insert(index, place);
            } else if place + 1 == FEW {
                self.places.extend(self.found.iter().enumerate().map(|(place, found)| (found.index, place)));
            }
            place
        })
    }

    /// The items by their numbers; those without a number follow in the order sent.
    pub(super) fn in_order(mut self) -> Vec<EchoItem<'p>> {
        fn rank(index: &str) -> u64 {
            index.parse().unwrap_or(u64::MAX)
        }
        self.found.sort_by_key(|found| rank(found.index));
        self.found
            .into_iter()
            .map(|Found { mut item, mut meta_data, .. }| {
                meta_data.sort_by_key(|(number, _)| rank(number));
                item.meta_data = meta_data.into_iter().map(|(_, pair)| pair).collect();
                item
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_items_and_many_are_put_together_alike() {
        let fields = [ItemField::Asin, ItemField::Quantity];
        for count in [1, FEW - 1, FEW, FEW + 1, 3 * FEW] {
            let numbers: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
            // All of one field, then all of the other, backwards: each finds the item that was made before.
            let asins: Vec<String> = numbers.iter().map(|number| format!("{number}.ASIN")).collect();
            let quantities: Vec<String> = numbers.iter().map(|number| format!("{number}.Quantity")).collect();
            let mut items = Items::default();
            for (path, number) in asins.iter().zip(&numbers).rev().chain(quantities.iter().zip(&numbers)) {
                assert_eq!(items.take(path, number, &fields), Taken::In, "{path} of {count}");
            }
            assert_eq!(items.take(&quantities[0], "1", &fields), Taken::Again);
            let got: Vec<_> = items
                .in_order()
                .iter()
                .map(|item| {
                    (item.get(ItemField::Asin).map(str::to_owned), item.get(ItemField::Quantity).map(str::to_owned))
                })
                .collect();
            let expected: Vec<_> = numbers.iter().map(|number| (Some(number.clone()), Some(number.clone()))).collect();
            assert_eq!(got, expected);
        }
    }
}
