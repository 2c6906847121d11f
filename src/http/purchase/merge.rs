//! Where PurchaseURL leads: the page that shows a remote cart, and the button that hands it over.

use super::link::Link;
use super::page::{self, Proposal, Row, shortened};
use super::visitor::Visitor;
use super::words::Words;
use super::{checkout, view};
use crate::cart::Locale;
use crate::http::answer::Document;
use crate::journal::{CartChanged, Notes};
use crate::operations::purchase::{HandedOver, OpenCart, Proof, Visit, hand_over, visit};
use crate::percent::percent_encoded;
use crate::store::StoreError;
use axum::http::StatusCode;

/// Where the button leads.
pub(super) const CONFIRM: &str = "/gp/cart/aws-merge/confirm";

/// Shows what would be handed over.
pub(super) async fn show(visitor: &Visitor<'_>) -> Result<Document, StoreError> {
    let link = Link::read(&visitor.params);
    let missing = link.missing();
    if !missing.is_empty() {
        let Words { incomplete_title, incomplete, .. } = visitor.words();
        let missing = missing.into_iter().map(str::to_owned).collect();
        return Ok(visitor.notice_with(StatusCode::BAD_REQUEST, incomplete_title, incomplete, missing));
    }
    Ok(match visit(&visitor.desk(), &link.proof).await? {
        Visit::Unknown => unknown(visitor),
        Visit::HandedOver(locale) => gone(visitor, locale),
        Visit::Open(cart) if cart.lines.is_empty() => empty(visitor, cart.cart.locale),
        Visit::Open(cart) => open(visitor, &link, &cart),
    })
}

fn open(visitor: &Visitor<'_>, link: &Link, open: &OpenCart) -> Document {
    let (cart, locale) = (&open.cart, open.cart.locale);
    let words = Words::of(locale);
    let new = visitor.takes_a_number().then(|| visitor.customer_or_new());
    let rows = |row: &mut dyn Iterator<Item = &_>| row.map(|line| Row::of(words, line)).collect::<Vec<_>>();
    let active = rows(&mut open.active());
    let response = page::answer(
        StatusCode::OK,
        &Proposal {
            frame: visitor.frame(locale, visitor.customer.or(new)),
            lead: if active.is_empty() { words.nothing_active } else { words.merge_lead },
            number: cart.id.to_string(),
            tag: shortened(&cart.associate_tag),
            saved: rows(&mut open.saved()),
            active,
            total: open.total().to_string(),
            confirm: visitor.way(locale, CONFIRM),
            button: if link.merge == Some(false) { words.merge_and_check_out } else { words.merge_into_cart },
            fields: fields(link, open),
            problems: Vec::new(),
        },
    );
    match new {
        Some(customer) => visitor.with_cookie(response, customer),
        None => response,
    }
}

/// What the form carries: the link again. Values that may hold anything are encoded, since a form changes line breaks.
fn fields(link: &Link, open: &OpenCart) -> Vec<(String, String)> {
    let Proof { hmac, keys, .. } = &link.proof;
    let mut fields = vec![
        ("cart-id", open.cart.id.to_string()),
        ("associate-id", percent_encoded(&open.cart.associate_tag)),
        ("hmac", hmac.clone()),
    ];
    // Of what the key may have been meant to be, what it turned out to be.
    let key = keys.iter().find(|key| **key == open.cart.account).or(keys.first());
    fields.extend(key.map(|key| ("SubscriptionId", percent_encoded(key))));
    fields.extend(link.merge.map(|merge| ("MergeCart", if merge { "True" } else { "False" }.to_owned())));
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Hands the cart over.
pub(super) async fn confirm(visitor: &Visitor<'_>, notes: &mut Notes) -> Result<Document, StoreError> {
    let link = Link::read(&visitor.params);
    let customer = visitor.customer_or_new();
    Ok(match hand_over(&visitor.desk(), &link.proof, customer).await? {
        HandedOver::Unknown => unknown(visitor),
        HandedOver::Before(locale) => gone(visitor, locale),
        HandedOver::Empty(locale) => empty(visitor, locale),
        HandedOver::Done(cart) => {
            let (id, locale) = (cart.id, cart.locale);
            tracing::info!(cart_id = %id, locale = locale.name(), "cart {id} was handed over");
            notes.cart = Some(id);
            // Of the API there is no such cart any more.
            notes.change = Some(CartChanged { before: Some(cart.held()), after: None });
            let next = if link.merge == Some(false) { checkout::PATH } else { view::PATH };
            let response = page::see_other(&visitor.way(locale, next));
            if visitor.customer.is_some() { response } else { visitor.with_cookie(response, customer) }
        }
    })
}

/// One page for whatever is wrong: it must not tell which carts exist.
fn unknown(visitor: &Visitor<'_>) -> Document {
    let Words { unknown_title, unknown, .. } = visitor.words();
    visitor.notice(StatusCode::NOT_FOUND, unknown_title, unknown)
}

/// Only for those who have the right HMAC.
fn gone(visitor: &Visitor<'_>, locale: Locale) -> Document {
    let Words { gone_title, gone, .. } = Words::of(locale);
    visitor.notice_at(locale, StatusCode::GONE, gone_title, gone)
}

/// Only for those who have the right HMAC.
fn empty(visitor: &Visitor<'_>, locale: Locale) -> Document {
    let Words { empty_title, empty, .. } = Words::of(locale);
    visitor.notice_at(locale, StatusCode::OK, empty_title, empty)
}
