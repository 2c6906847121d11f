//! What may be wrong with a cart operation that was well formed.

use super::id::Asin;

/// A finding of one of the operations. The request was valid; `protocol::errors` has the code and the text of each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// No such cart for this caller. Says the same for a wrong id, HMAC, tag, locale or key, and for an expired or purchased
    /// cart, so that nobody learns which carts exist.
    #[error("the combination of AssociateTag, CartId and HMAC is wrong")]
    CartInfoMismatch,
    /// The cart has a line of this offer already.
    #[error("{0} is in the cart already")]
    ItemAlreadyInCart(Asin),
    /// The item cannot be put into a cart; `None` when the catalogue does not know it.
    #[error("{} cannot be put into a cart", .0.map_or_else(|| "an unknown item".to_owned(), |asin| asin.to_string()))]
    ItemNotEligibleForCart(Option<Asin>),
    /// The quantity in the cart and the one asked for exceed, together, what may be bought at once.
    #[error("there would be too many of {0}")]
    InvalidQuantity(Asin),
    /// The cart would have more than this many lines.
    #[error("a cart holds at most {0} lines")]
    ExceededMaximumCartItems(u32),
}
