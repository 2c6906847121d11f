//! The domain: what a remote shopping cart is, and what may happen to it.
//!
//! Everything here is plain data and pure functions. A request to change a cart is a [`CartChange`]; [`CartChange::apply`]
//! turns the cart as it was into the cart as it is. So a change can be queued, batched, repeated after a conflict, and tested
//! without a server.
//!
//! **Invariants.** This module never awaits, never reads the time and never draws a random number except through [`Clock`] and
//! [`Ids`]. It names no element of the XML, no SQL, no HTTP: `tests/architecture.rs` reads its imports.
//!
//! Start reading at [`Cart`], then [`CartChange`].

#[expect(clippy::module_inception, reason = "the cart itself is the main thing in the room of carts")]
mod cart;
mod change;
mod clock;
mod counters;
mod customer;
mod error;
mod expiry;
mod hand_over;
mod id;
mod locale;
mod mac;
mod money;
mod random;

pub use cart::{Area, Cart, Held, Line, State};
pub use change::{Access, Action, Applied, CartChange, Edit, Finding, Limits, NewItem, Refusal};
pub use clock::{Clock, ManualClock, SystemClock, to_the_microsecond};
pub use counters::Needs;
pub use customer::{CustomerCart, CustomerId, CustomerLine, LineEdit, LineName, Part, Purchase, PurchasedLine};
pub use error::CartError;
pub use expiry::Expiry;
pub use hand_over::hand_over;
pub use id::{Asin, CartId, CartItemId, InvalidId, ListingId};
pub use locale::{Locale, UnknownLocale};
pub use mac::{Hmac, MacKey};
pub use money::{Currency, Money};
pub use random::{Draws, Ids, RequestIdForm};

/// The tag of a cart whose creator gave none, and of a request that carries none (docs/PROTOCOL.md, section 4).
pub const DEFAULT_ASSOCIATE_TAG: &str = "ws";
