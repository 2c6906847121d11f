//! The catalogue: products, their offers, and the files that they are seeded from.
//!
//! A [`Product`] is one record of a seed file (docs/PROTOCOL.md, section 6, tells what its fields do to carts). This module must
//! not know where products are kept (`store`) nor how they are shown (`protocol`).

mod list;
mod product;
mod search;
mod search_index;
pub mod seed;
pub mod words;

pub use list::{ListItem, ListType, ProductList};
pub use product::{Availability, Offer, OfferTerms, Product};
pub use search::{Candidate, CodeType, Found, Search, SearchField, Sort};
