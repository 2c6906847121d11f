//! The rows of an operation's parameters: what each is called, what it may hold, which versions have it.

use super::super::values::Values;
use super::super::version::Version;
use super::elements::Versions;
use crate::cart::Locale;

/// A parameter of an operation, without the common ones. What some code has to name stands here; the rest stands in the rows alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Parameter(&'static str);

impl Parameter {
    /// What Help is asked about.
    pub const ABOUT: Self = Self("About");
    /// Who wrote it.
    pub const AUTHOR: Self = Self("Author");
    /// Of which brand it is.
    pub const BRAND: Self = Self("Brand");
    /// Where it stands among the categories.
    pub const BROWSE_NODE: Self = Self("BrowseNode");
    /// The cart.
    pub const CART_ID: Self = Self("CartId");
    /// In which condition the offers shown are.
    pub const CONDITION: Self = Self("Condition");
    /// What kind of thing Help is asked about.
    pub const HELP_TYPE: Self = Self("HelpType");
    /// The proof of having been given the cart.
    pub const HMAC: Self = Self("HMAC");
    /// What kind of number an ItemId is.
    pub const ID_TYPE: Self = Self("IdType");
    /// Whether what was bought already is left out.
    pub const IS_OMIT_PURCHASED_ITEMS: Self = Self("IsOmitPurchasedItems");
    /// The products.
    pub const ITEM_ID: Self = Self("ItemId");
    /// The page of the results.
    pub const ITEM_PAGE: Self = Self("ItemPage");
    /// The numbered items.
    pub const ITEMS: Self = Self("Items");
    /// Words that must occur anywhere.
    pub const KEYWORDS: Self = Self("Keywords");
    /// The list.
    pub const LIST_ID: Self = Self("ListId");
    /// What kind of list it is.
    pub const LIST_TYPE: Self = Self("ListType");
    /// Who made it.
    pub const MANUFACTURER: Self = Self("Manufacturer");
    /// What it may cost at most.
    pub const MAXIMUM_PRICE: Self = Self("MaximumPrice");
    /// Whose offers are shown.
    pub const MERCHANT_ID: Self = Self("MerchantId");
    /// Which page follows the purchase hand-off.
    pub const MERGE_CART: Self = Self("MergeCart");
    /// What it must cost at least.
    pub const MINIMUM_PRICE: Self = Self("MinimumPrice");
    /// The page of the offers.
    pub const OFFER_PAGE: Self = Self("OfferPage");
    /// A search in a little language of its own.
    pub const POWER: Self = Self("Power");
    /// Products of this group alone.
    pub const PRODUCT_GROUP: Self = Self("ProductGroup");
    /// The page of a list.
    pub const PRODUCT_PAGE: Self = Self("ProductPage");
    /// Who published it.
    pub const PUBLISHER: Self = Self("Publisher");
    /// What the answer shall hold.
    pub const RESPONSE_GROUP: Self = Self("ResponseGroup");
    /// Where is searched.
    pub const SEARCH_INDEX: Self = Self("SearchIndex");
    /// How several similar products go together.
    pub const SIMILARITY_TYPE: Self = Self("SimilarityType");
    /// The order of the results.
    pub const SORT: Self = Self("Sort");
    /// What it is called.
    pub const TITLE: Self = Self("Title");

    /// A parameter that only its rows name.
    pub(super) const fn plain(name: &'static str) -> Self {
        Self(name)
    }

    /// The parameter's name, which is also that of its element in the echo.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// A row: a parameter of one operation.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The parameter.
    pub parameter: Parameter,
    /// Whether it must be there.
    pub presence: Presence,
    /// What it may hold.
    pub kind: Kind,
    /// The versions that have it. In the others it is passed over.
    pub versions: Versions,
    /// What stands for it, in the echo too, when it was not sent; of these, the one whose versions have the request's.
    pub defaults: &'static [(&'static str, Versions)],
}

/// Whether a parameter must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// `AWS.MissingParameters` when it is not.
    Required,
    /// It may be left out.
    Optional,
}

/// What a parameter may hold. Decides how it is read over each transport, how it is checked, and its type in the WSDL.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any text.
    Text,
    /// True or False in any of the ways in which XML Schema writes them, or the service did.
    Boolean,
    /// A whole number from the first to the second.
    Number(u32, u32),
    /// The same from 1 on, or `All`.
    NumberOrAll(u32),
    /// One of a few texts.
    Choice(Choice),
    /// Several texts, so many at most: joined by commas over REST, an element each over SOAP.
    List(usize),
    /// Several audience ratings. They differ by site, so no value is refused.
    Ratings,
    /// Several response groups. Checked by the rows of the operation.
    Groups,
    /// The numbered items.
    Items,
}

/// The texts of a choice.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// Those that are valid, as the error message lists them.
    pub valid: fn(Version, Locale) -> Values,
    /// What the WSDL says of them.
    pub declared: Declared,
}

/// How the WSDL declares a choice.
#[derive(Clone, Copy, Debug)]
pub enum Declared {
    /// As any text.
    Text,
    /// By listing the texts at this place.
    Here(&'static [(&'static str, Versions)]),
    /// By listing them in an element of their own.
    Apart,
}

impl Kind {
    /// Whether it holds several values.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::List(_) | Self::Ratings | Self::Groups)
    }

    /// Whether it is the numbered items.
    pub const fn is_items(self) -> bool {
        matches!(self, Self::Items)
    }
}

impl Rule {
    pub(super) const fn required(parameter: Parameter, kind: Kind) -> Self {
        Self { parameter, presence: Presence::Required, kind, versions: Versions::ALL, defaults: &[] }
    }

    pub(super) const fn optional(parameter: Parameter, kind: Kind) -> Self {
        Self { presence: Presence::Optional, ..Self::required(parameter, kind) }
    }

    /// Any text that only the echo looks at, or that is read by its name.
    pub(super) const fn text(name: &'static str) -> Self {
        Self::optional(Parameter::plain(name), Kind::Text)
    }

    pub(super) const fn in_versions(self, versions: Versions) -> Self {
        Self { versions, ..self }
    }

    pub(super) const fn with_default(self, defaults: &'static [(&'static str, Versions)]) -> Self {
        Self { defaults, ..self }
    }

    /// What stands for it when it was not sent.
    pub fn default_in(&self, version: Version) -> Option<&'static str> {
        self.defaults.iter().find(|(_, versions)| versions.has(version)).map(|(value, _)| *value)
    }
}
