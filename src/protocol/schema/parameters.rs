//! The rows of an operation's parameters: what each is called, what it may hold, which versions have it.

use super::super::version::Version;
use super::elements::Versions;

/// A parameter of an operation, without the common ones. What some code has to name stands here; the rest stands in the rows alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Parameter(&'static str);

impl Parameter {
    /// The cart.
    pub const CART_ID: Self = Self("CartId");
    /// The proof of having been given the cart.
    pub const HMAC: Self = Self("HMAC");
    /// The numbered items.
    pub const ITEMS: Self = Self("Items");
    /// Which page follows the purchase hand-off.
    pub const MERGE_CART: Self = Self("MergeCart");
    /// What the answer shall hold.
    pub const RESPONSE_GROUP: Self = Self("ResponseGroup");

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
    /// What the echo holds when it was not sent; of these, the one whose versions have the request's.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// One of these, as a text.
    Flag(&'static [&'static str]),
    /// The response groups: several, joined by commas over REST, an element each over SOAP. Checked by the rows of the operation.
    Groups,
    /// The numbered items.
    Items,
}

impl Kind {
    /// Whether it holds several values.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Groups)
    }
}

impl Rule {
    pub(super) const fn required(parameter: Parameter, kind: Kind) -> Self {
        Self { parameter, presence: Presence::Required, kind, versions: Versions::ALL, defaults: &[] }
    }

    pub(super) const fn optional(parameter: Parameter, kind: Kind) -> Self {
        Self { presence: Presence::Optional, ..Self::required(parameter, kind) }
    }

    /// What the echo holds when it was not sent.
    pub fn default_in(&self, version: Version) -> Option<&'static str> {
        self.defaults.iter().find(|(_, versions)| versions.has(version)).map(|(value, _)| *value)
    }
}
