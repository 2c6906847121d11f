//! CartGet: the cart as it is now. Reading it starts its idle clock again.

use super::{Context, Outcome, view};
use crate::protocol::CartReference;
use crate::store::StoreError;

pub(super) async fn run(context: &Context<'_>, cart: CartReference<'_>) -> Result<Outcome, StoreError> {
    let Some((id, hmac)) = context.authentic(cart) else { return Ok(Outcome::unproven()) };
    let access = context.access();
    let Some(found) = context.store.cart(id, context.caller.account).await?.filter(|found| access.allows(&found.cart))
    else {
        return Ok(Outcome::gone());
    };
    if access.expiry.needs_touch(found.cart.touched_at, access.now) {
        context.store.touch(id, access.now);
    }
    Ok(Outcome::with_cart(Vec::new(), view::read(context, found, hmac).await?))
}
