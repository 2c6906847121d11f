//! CartCreate: a new cart with its first items.

use super::{Context, Outcome, added, refused, view};
use crate::cart::{Action, CartChange, Refusal};
use crate::protocol::AddItem;
use crate::store::StoreError;

/// How often an id that is taken already is drawn again. Ids have 16 free digits: once is rare, ten times is a broken generator.
const DRAWS: usize = 10;

pub(super) async fn run(context: &Context<'_>, items: &[AddItem<'_>], merge: bool) -> Result<Outcome, StoreError> {
    let admitted = added::admit(context, items).await?;
    // Nothing to cart, and a reason to tell: no cart is handed out (recorded).
    if admitted.items.is_empty() && !admitted.findings.is_empty() {
        return Ok(Outcome { errors: added::in_request_order(admitted.findings, Vec::new()), cart: None });
    }
    let tag = context.associate_tag();
    let action = Action::Create {
        associate_tag: tag.to_owned(),
        merge,
        items: admitted.items,
        may_be_empty: admitted.findings.is_empty(),
        limits: context.rules.limits,
    };
    let mut change = CartChange { cart: new_id(context), access: context.access(), action };
    for _ in 1..DRAWS {
        match context.store.change(change.clone()).await? {
            Err(Refusal::IdTaken) => change.cart = new_id(context),
            Err(Refusal::Nothing(findings)) => {
                return Ok(Outcome { errors: added::in_request_order(admitted.findings, findings), cart: None });
            }
            Err(other) => return Ok(refused(other)),
            Ok(applied) => {
                let hmac = context.rules.mac.sign(context.caller.locale, applied.cart.id, tag);
                return Ok(Outcome {
                    errors: added::in_request_order(admitted.findings, applied.findings),
                    cart: Some(view::changed(context, applied.cart, hmac).await?),
                });
            }
        }
    }
    Err(StoreError::Inconsistent {
        table: "carts",
        row: change.cart.to_string(),
        what: format!("{DRAWS} new ids in a row were taken"),
    })
}

fn new_id(context: &Context<'_>) -> crate::cart::CartId {
    context.ids.cart_id(context.caller.locale, context.caller.account)
}
