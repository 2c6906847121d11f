//! CartGet: the cart as it is now. Reading it starts its idle clock again.

use super::{Context, Outcome, view};
use crate::cart::CartError;
use crate::protocol::CartReference;
use crate::store::StoreError;

pub(super) async fn run(context: &Context<'_>, cart: CartReference<'_>) -> Result<Outcome, StoreError> {
    let Some((id, hmac)) = context.authentic(cart) else { return Ok(Outcome::only(CartError::CartInfoMismatch)) };
    let access = context.access();
    let Some(found) = context.store.cart(id).await?.filter(|found| access.allows(&found.cart)) else {
        return Ok(Outcome::only(CartError::CartInfoMismatch));
    };
    if access.expiry.needs_touch(found.cart.touched_at, access.now) {
        context.store.touch(id, access.now);
    }
    Ok(Outcome { errors: Vec::new(), cart: Some(view::read(context, found, hmac).await?) })
}
