//! Response groups: what of an answer they ask for.

/// Parts of an answer, as a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Groups(u32);

impl Groups {
    /// Nothing but the request.
    pub const NONE: Self = Self(0);
    /// A cart's contents, totals and purchase URL.
    pub const CART: Self = Self(1);
    /// A cart's SimilarProducts and what belongs to them.
    pub const CART_SIMILARITIES: Self = Self(1 << 1);
    /// A cart's TopSellers.
    pub const CART_TOP_SELLERS: Self = Self(1 << 2);
    /// A cart's NewReleases.
    pub const CART_NEW_RELEASES: Self = Self(1 << 3);

    /// What the response group of this name brings. A group that is known and of which nothing is built brings nothing.
    pub fn named(name: &str) -> Self {
        match name {
            "Cart" => Self::CART,
            "CartSimilarities" => Self::CART_SIMILARITIES,
            "CartTopSellers" => Self::CART_TOP_SELLERS,
            "CartNewReleases" => Self::CART_NEW_RELEASES,
            _ => Self::NONE,
        }
    }

    /// The parts of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it has any part of `other`.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
