//! CartModify: other quantities, and moves between the areas.

use super::{Context, Outcome};
use crate::cart::{Action, Applied, CartChange, CartId, CartItemId, Edit};
use crate::protocol::{CartReference, ModifyItem};
use crate::store::{Listed, StoreError};

pub(super) async fn run(
    context: &Context<'_>,
    cart: CartReference<'_>,
    items: &[ModifyItem<'_>],
    merge: Option<bool>,
) -> Result<Outcome, StoreError> {
    let Some((id, hmac)) = context.authentic(cart) else { return Ok(Outcome::unproven()) };
    // What is no CartItemId at all is as unknown as one of another cart: passed over without an error (recorded).
    let mut edits: Vec<Edit> = items
        .iter()
        .filter_map(|item| {
            let item_id: CartItemId = item.item_id.parse().ok()?;
            Some(Edit { item_id, quantity: item.quantity, area: item.area, cap: context.rules.limits.quantity })
        })
        .collect();
    let known = cut_to_caps(context, id, &mut edits).await?;
    let change = CartChange { cart: id, access: context.access(), action: Action::Modify { merge, edits } };
    match context.store.change(change).await? {
        Err(_) => Ok(Outcome::gone()), // only CartCreate is refused for another reason
        Ok(Applied { cart, before, .. }) => Outcome::changed(context, Vec::new(), before, &known, (cart, hmac)).await,
    }
}

/// Looks up how many pieces each offer allows, when an edit asks for more than one. Answers the products that were read for that.
///
/// The cart is read before it is changed; a line added in between is only held to the general limit.
async fn cut_to_caps(context: &Context<'_>, id: CartId, edits: &mut [Edit]) -> Result<Vec<Listed>, StoreError> {
    if edits.iter().all(|edit| edit.quantity.is_none_or(|quantity| quantity <= 1)) {
        return Ok(Vec::new());
    }
    let Some(view) = context.store.cart(id, context.caller.account).await? else { return Ok(Vec::new()) };
    for (line, listed) in view.cart.lines.iter().zip(&view.products) {
        let offer = listed.as_ref().and_then(|listed| listed.product.offer(line.listing.as_ref()));
        let Some(offer) = offer else { continue };
        for edit in edits.iter_mut().filter(|edit| edit.item_id == line.item_id) {
            edit.cap = edit.cap.min(offer.max_quantity);
        }
    }
    Ok(view.products.into_iter().flatten().collect())
}
