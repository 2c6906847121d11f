//! CartCreate: a new cart with its first items.

use super::{Context, Outcome, added};
use crate::cart::{Action, Applied, CartChange, CartId, Refusal};
use crate::protocol::AddItem;
use crate::store::StoreError;

/// How many ids are drawn for one cart. Of random ones the second is free, as they have 16 free digits. But an account whose seeded
/// ids begin anew draws those of all its older carts again.
const DRAWS: usize = 100_000;

pub(super) async fn run(context: &Context<'_>, items: &[AddItem<'_>], merge: bool) -> Result<Outcome, StoreError> {
    let admitted = added::admit(context, items).await?;
    // Nothing to cart, and a reason to tell: no cart is handed out (recorded).
    if admitted.items.is_empty() && !admitted.findings.is_empty() {
        return Ok(Outcome::without_cart(added::in_request_order(admitted.findings, Vec::new())));
    }
    let tag = context.associate_tag();
    let action = Action::Create {
        associate_tag: tag.to_owned(),
        merge,
        items: admitted.items,
        may_be_empty: admitted.findings.is_empty(),
        limits: context.rules.limits,
    };
    let mut taken = false;
    let mut change = CartChange { cart: new_id(context).await?, access: context.access(), action };
    for _ in 0..DRAWS {
        // Only after the first was taken; looking is much cheaper than trying.
        if taken && context.store.cart(change.cart, context.caller.account).await?.is_some() {
            change.cart = new_id(context).await?;
            continue;
        }
        match context.store.change(change.clone()).await? {
            Err(Refusal::IdTaken) => taken = true,
            Err(Refusal::Nothing(findings)) => {
                return Ok(Outcome::without_cart(added::in_request_order(admitted.findings, findings)));
            }
            Err(Refusal::Mismatch) => return Ok(Outcome::gone()),
            Ok(Applied { cart, before, findings }) => {
                let hmac = context.rules.mac.sign(context.caller.locale, cart.id, tag);
                let errors = added::in_request_order(admitted.findings, findings);
                return Outcome::changed(context, errors, before, &admitted.products, (cart, hmac)).await;
            }
        }
    }
    Err(StoreError::Inconsistent {
        table: "carts",
        row: change.cart.to_string(),
        what: format!("{DRAWS} new ids in a row were taken"),
    })
}

async fn new_id(context: &Context<'_>) -> Result<CartId, StoreError> {
    context.ids.cart_id(context.caller.locale).await
}
