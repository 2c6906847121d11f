//! From a recorded answer to the world that it presupposes: what must be there for the request to be answered like that.
//!
//! What an operation of carts needs is in `cart.rs`, what one of products in `items.rs`, and what one of wish lists in `lists.rs`.
//! Must not know how a server is run.

mod cart;
mod items;
mod lists;

pub(super) use cart::{Ask, CartBefore, LineBefore};

use super::recording::Recording;
use crate::cart::Asin;
use crate::catalog::{Availability, Product, ProductList};
use crate::config::Unavailable;

/// What must be there before the recorded request is sent.
#[derive(Debug, Default)]
pub(super) struct World {
    /// What becomes of items that cannot be bought.
    pub(super) unavailable: Option<Unavailable>,
    /// The catalogue.
    pub(super) products: Vec<Product>,
    /// Wish lists and registries.
    pub(super) lists: Vec<ProductList>,
    /// The cart; `None` when the request needs none.
    pub(super) cart: Option<CartBefore>,
}

/// The world that a recording presupposes.
pub(super) fn presuppose(recording: &Recording) -> World {
    match recording.container().name.as_str() {
        "Cart" => cart::presuppose(recording),
        "Lists" => {
            let (products, lists) = lists::presuppose(recording);
            World { products, lists, ..World::default() }
        }
        _ => World { products: items::presuppose(recording), ..World::default() },
    }
}

/// The number of a product of our own making.
fn filler_asin(number: u32) -> Asin {
    format!("REPLAY{number:04}").parse().expect("ten capitals and digits")
}

/// What a product is called whose title the answer does not show; a catalogue takes no empty one.
const NOT_SHOWN: &str = "not shown";

/// A text as the catalogue holds it: not empty, and without the second escaping that a request may ask for.
fn filled(text: &str, double_escaping: bool) -> String {
    if text.trim().is_empty() {
        NOT_SHOWN.to_owned()
    } else if double_escaping {
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    } else {
        text.to_owned()
    }
}

/// A product of which nothing is known.
fn blank(locale: crate::cart::Locale, asin: Asin) -> Product {
    Product {
        locale,
        asin,
        title: NOT_SHOWN.to_owned(),
        product_group: NOT_SHOWN.to_owned(),
        price: None,
        availability: Availability::Available,
        max_quantity: Product::DEFAULT_MAX_QUANTITY,
        list_price: None,
        author: None,
        binding: None,
        ean: None,
        upc: None,
        isbn: None,
        brand: None,
        manufacturer: None,
        release_date: None,
        sales_rank: None,
        image: None,
        keywords: None,
        browse_node: None,
        search_index: None,
        similar: Vec::new(),
        also_viewed: Vec::new(),
        offers: Vec::new(),
        merchant_id: None,
        seller_id: None,
        seller_nickname: None,
        listing_id: None,
    }
}
