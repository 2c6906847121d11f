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
    /// ItemLookup.
    ItemLookup(ProductsRequest<'p>),
    /// ItemSearch.
    ItemSearch(SearchRequest<'p>),
    /// SimilarityLookup.
    SimilarityLookup {
        /// One to ten ItemIds as sent; in the order of the echo.
        items: Vec<&'p str>,
        /// Products that are like any of them, and not like all of them.
        random: bool,
        /// Which offers are shown.
        offers: OffersWanted<'p>,
    },
    /// ListLookup.
    ListLookup(ListRequest<'p>),
    /// Help.
    Help {
        /// The operation or response group that is asked about, as sent.
        about: &'p str,
        /// It is an operation.
        of_operation: bool,
    },
}

/// What ItemLookup asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductsRequest<'p> {
    /// One to ten numbers as sent.
    pub items: Vec<&'p str>,
    /// What kind of number they are.
    pub id_type: IdType,
    /// Which offers are shown.
    pub offers: OffersWanted<'p>,
}

/// The kinds of numbers that a product has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdType {
    /// Amazon's own.
    Asin,
    /// A merchant's own; no product here has one.
    Sku,
    /// Universal Product Code.
    Upc,
    /// European Article Number.
    Ean,
    /// International Standard Book Number.
    Isbn,
}

/// What ItemSearch asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchRequest<'p> {
    /// Words, and where they must occur. May be empty beside a browse node.
    pub terms: Vec<(Field, &'p str)>,
    /// A valid SearchIndex.
    pub search_index: &'p str,
    /// Products of this browse node alone.
    pub browse_node: Option<&'p str>,
    /// In minor units.
    pub minimum_price: Option<u32>,
    /// In minor units.
    pub maximum_price: Option<u32>,
    /// The order of the results.
    pub order: Order,
    /// From 1 on; ten results each.
    pub page: u32,
    /// Which offers are shown.
    pub offers: OffersWanted<'p>,
}

/// Where a word must occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Anywhere.
    Any,
    /// In the title.
    Title,
    /// In the author.
    Author,
    /// In the brand.
    Brand,
    /// In the manufacturer.
    Manufacturer,
}

/// The order of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The best match first.
    Relevance,
    /// What sells best first.
    SalesRank,
    /// The cheapest first.
    PriceAscending,
    /// The dearest first.
    PriceDescending,
    /// By title.
    Title,
    /// By title, backwards.
    TitleDescending,
    /// The latest first.
    Newest,
}

/// What ListLookup asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRequest<'p> {
    /// The ListId as sent.
    pub id: &'p str,
    /// A valid ListType.
    pub list_type: &'p str,
    /// Products of this group alone.
    pub product_group: Option<&'p str>,
    /// From 1 on; ten items each.
    pub page: u32,
    /// Without items of which all that were wished for were bought.
    pub omit_purchased: bool,
    /// The order of the items.
    pub order: ListOrder,
    /// Which offers are shown.
    pub offers: OffersWanted<'p>,
}

/// The order of a list's items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOrder {
    /// The list's own.
    Own,
    /// What was added last first.
    DateAdded,
    /// The cheapest first.
    Price,
}

/// Which offers of a product are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OffersWanted<'p> {
    /// In which condition.
    pub condition: Condition,
    /// By whom.
    pub merchant: Merchant<'p>,
    /// From 1 on; ten offers each.
    pub page: u32,
}

/// The condition of a product on offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Any.
    All,
    /// New.
    New,
    /// Used.
    Used,
    /// Collectible.
    Collectible,
    /// Refurbished.
    Refurbished,
}

impl Condition {
    /// Its name, as offers have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::New => "New",
            Self::Used => "Used",
            Self::Collectible => "Collectible",
            Self::Refurbished => "Refurbished",
        }
    }
}

/// Who offers a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merchant<'p> {
    /// Amazon alone.
    Amazon,
    /// Everyone.
    All,
    /// Whoever gets the order of someone who does not choose: Amazon, or else the cheapest new offer.
    FeaturedBuyBox,
    /// The merchant with this MerchantId.
    Id(&'p str),
    /// Whoever has the best offer, one for each condition: all that the service told from 2011-08-01 on.
    BestOfEachCondition,
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
