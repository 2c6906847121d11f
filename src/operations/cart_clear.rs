//! CartClear: removes all lines, active and saved; the cart lives on.

use super::{Context, Outcome};
use crate::cart::{Action, Applied, CartChange};
use crate::protocol::CartReference;
use crate::store::StoreError;

pub(super) async fn run(context: &Context<'_>, cart: CartReference<'_>) -> Result<Outcome, StoreError> {
    let Some((id, hmac)) = context.authentic(cart) else { return Ok(Outcome::unproven()) };
    let change = CartChange { cart: id, access: context.access(), action: Action::Clear };
    match context.store.change(change).await? {
        Err(_) => Ok(Outcome::gone()), // only CartCreate is refused for another reason
        Ok(Applied { cart, before, .. }) => Outcome::changed(context, Vec::new(), before, &[], (cart, hmac)).await,
    }
}
