//! What is shown of a cart: its lines with the current titles, prices and areas.

use super::{Context, recommend};
use crate::cart::{Area, Cart, Hmac, Line};
use crate::catalog::{Availability, OfferTerms};
use crate::protocol::{Groups, ItemDocument, Similars};
use crate::store::{CartView, Listed, StoreError};
use std::sync::Arc;

/// A cart as an answer shows it.
#[derive(Debug)]
pub struct ShownCart {
    /// The cart as it is stored.
    pub cart: Arc<Cart>,
    /// Its HMAC.
    pub hmac: Hmac,
    /// Its lines in order; empty without the response group Cart.
    pub items: Vec<ItemDocument>,
    /// What else the customer may like.
    pub similars: Similars,
}

/// Shows a cart that was just changed. What the request has read of its products already is `known`; if that is not all of them, they
/// are read now, so that titles and prices are current.
pub(super) async fn changed(
    context: &Context<'_>,
    cart: Arc<Cart>,
    known: &[Listed],
    hmac: Hmac,
) -> Result<ShownCart, StoreError> {
    let of = |asin| known.iter().find(|listed| listed.product.asin == asin).cloned();
    let all_known: Option<Vec<_>> = cart.lines.iter().map(|line| of(line.asin).map(Some)).collect();
    let products = if let Some(products) = all_known {
        products
    } else {
        let asins: Vec<_> = cart.lines.iter().map(|line| line.asin).collect();
        context.store.products(context.site(), &asins).await?
    };
    shown(context, cart, products, hmac).await
}

/// Shows a cart that was just read.
pub(super) async fn read(context: &Context<'_>, view: CartView, hmac: Hmac) -> Result<ShownCart, StoreError> {
    shown(context, view.cart, view.products, hmac).await
}

async fn shown(
    context: &Context<'_>,
    cart: Arc<Cart>,
    products: Vec<Option<Listed>>,
    hmac: Hmac,
) -> Result<ShownCart, StoreError> {
    let similars = recommend::for_cart(context, &products).await?;
    let items = if context.groups.has(Groups::CART) { shown_lines(&cart, products) } else { Vec::new() };
    Ok(ShownCart { cart, hmac, items, similars })
}

/// Whether an offer of a product can be bought now.
pub(super) fn is_for_sale(withdrawn: bool, offer: &OfferTerms<'_>) -> bool {
    !withdrawn && offer.availability == Availability::Available
}

/// The lines of a cart as every answer shows them.
pub fn shown_lines(cart: &Cart, products: Vec<Option<Listed>>) -> Vec<ItemDocument> {
    cart.lines.iter().zip(products).map(|(line, listed)| shown_line(line, listed)).collect()
}

/// A line is shown as saved when the customer wants it saved, or when it cannot be bought now. So an item that was saved only
/// because it was unavailable comes back by itself.
fn shown_line(line: &Line, listed: Option<Listed>) -> ItemDocument {
    let mut document = ItemDocument {
        item_id: line.item_id,
        area: Area::Saved,
        asin: line.asin,
        exchange_id: None,
        merchant_id: None,
        seller_id: None,
        seller_nickname: None,
        quantity: line.quantity,
        title: String::new(),
        product_group: String::new(),
        price: None,
    };
    // Without a product nothing is known of the line any more; the customer keeps it, and can remove it.
    let Some(Listed { product, withdrawn }) = listed else { return document };
    if let Some(offer) = product.offer(line.listing.as_ref()) {
        let text = |value: Option<&str>| value.map(str::to_owned);
        if is_for_sale(withdrawn, &offer) {
            document.area = line.wanted;
        }
        document.exchange_id = text(offer.exchange_id);
        document.merchant_id = text(offer.merchant_id);
        document.seller_id = text(offer.seller_id);
        document.seller_nickname = text(offer.seller_nickname);
        document.price = Some(offer.price);
    }
    document.title.clone_from(&product.title);
    document.product_group.clone_from(&product.product_group);
    document
}
