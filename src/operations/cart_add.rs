//! CartAdd: more items for a cart.

use super::{Context, Outcome, added};
use crate::cart::{Action, Applied, CartChange};
use crate::protocol::{AddItem, CartReference};
use crate::store::StoreError;

pub(super) async fn run(
    context: &Context<'_>,
    cart: CartReference<'_>,
    items: &[AddItem<'_>],
    merge: Option<bool>,
) -> Result<Outcome, StoreError> {
    let Some((id, hmac)) = context.authentic(cart) else { return Ok(Outcome::unproven()) };
    let admitted = added::admit(context, items).await?;
    // Nothing to add, and a reason to tell: the cart is not touched and not shown (recorded). Whether there is such a cart comes
    // first all the same.
    if admitted.items.is_empty() && !admitted.findings.is_empty() {
        let access = context.access();
        let known = context.store.cart(id, context.caller.account).await?.is_some_and(|view| access.allows(&view.cart));
        return Ok(if known {
            Outcome::without_cart(added::in_request_order(admitted.findings, Vec::new()))
        } else {
            Outcome::gone()
        });
    }
    let action = Action::Add { merge, items: admitted.items, limits: context.rules.limits };
    match context.store.change(CartChange { cart: id, access: context.access(), action }).await? {
        Err(_) => Ok(Outcome::gone()), // only CartCreate is refused for another reason
        Ok(Applied { cart, before, findings }) => {
            let errors = added::in_request_order(admitted.findings, findings);
            Outcome::changed(context, errors, before, &admitted.products, (cart, hmac)).await
        }
    }
}
