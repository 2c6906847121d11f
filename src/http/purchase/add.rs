//! The Add-to-Cart form: `ASIN.1`, `OfferListingId.1`, `Quantity.1` and on, from any page of an associate, without an API cart.

use super::page::{self, Proposal, Row, shortened};
use super::visitor::Visitor;
use super::words::Words;
use super::{checkout, view};
use crate::cart::{Area, Asin, DEFAULT_ASSOCIATE_TAG, ListingId, Money};
use crate::http::answer::Document;
use crate::journal::Notes;
use crate::operations::purchase::{self, Added, Problem, WantedItem};
use crate::percent::percent_encoded;
use crate::protocol::Params;
use crate::store::StoreError;
use axum::http::StatusCode;
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;

/// Where the button leads.
pub(super) const CONFIRM: &str = "/gp/aws/cart/add/confirm";

/// As many as an order may have lines by default; what is more is left out.
const MOST_ITEMS: usize = 50;

/// A form as it came.
struct Form {
    tag: String,
    /// The access key; empty when there is none.
    key: String,
    items: Vec<WantedItem>,
    /// MergeCart=False: the customer wants to pay next.
    pays_next: bool,
}

impl Form {
    /// Reads the form of an associate.
    fn read(params: &Params<'_>) -> Self {
        let filled = |names: &[&str]| names.iter().find_map(|name| params.filled(name)).map(str::to_owned);
        Self {
            tag: filled(&["AssociateTag", "associate-id"]).unwrap_or_else(|| DEFAULT_ASSOCIATE_TAG.to_owned()),
            key: filled(&["AWSAccessKeyId", "SubscriptionId"]).unwrap_or_default(),
            items: items(params),
            pays_next: filled(&["MergeCart"]).is_some_and(|merge| merge.eq_ignore_ascii_case("false")),
        }
    }

    /// Reads our own form, in which texts that may hold anything are encoded.
    fn read_ours(params: &Params<'_>) -> Self {
        let mut form = Self::read(params);
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        for item in &mut form.items {
            item.list_item_id = item.list_item_id.as_deref().map(decoded);
        }
        Self { tag: decoded(&form.tag), key: decoded(&form.key), ..form }
    }

    /// Our own form.
    fn fields(&self) -> Vec<(String, String)> {
        let mut fields = vec![("AssociateTag".to_owned(), percent_encoded(&self.tag))];
        if !self.key.is_empty() {
            fields.push(("AWSAccessKeyId".to_owned(), percent_encoded(&self.key)));
        }
        for (place, item) in self.items.iter().enumerate() {
            let number = place + 1;
            if item.is_listing {
                // As often as it was encoded, it goes on encoded once, which is how everything takes it.
                let listing = ListingId::from_request(&item.id);
                let listing = listing.map(|listing| percent_encoded(listing.as_str())).unwrap_or_default();
                fields.push((format!("OfferListingId.{number}"), listing));
            } else {
                fields.push((format!("ASIN.{number}"), percent_encoded(&item.id)));
            }
            fields.push((format!("Quantity.{number}"), item.quantity.map(|n| n.to_string()).unwrap_or_default()));
            if let Some(list_item) = &item.list_item_id {
                fields.push((format!("ListItemId.{number}"), percent_encoded(list_item)));
            }
        }
        if self.pays_next {
            fields.push(("MergeCart".to_owned(), "False".to_owned()));
        }
        fields
    }
}

/// The items of a form, in the order of their numbers. The number may be any text, as in the parameters of CartCreate.
fn items(params: &Params<'_>) -> Vec<WantedItem> {
    let mut items: BTreeMap<(u64, &str), BTreeMap<&str, &str>> = BTreeMap::new();
    for param in params.iter().filter(|param| !param.value.is_empty()) {
        let Some((field, number)) = param.name.split_once('.') else { continue };
        if matches!(field, "ASIN" | "OfferListingId" | "Quantity" | "ListItemId") {
            let place = (number.parse().unwrap_or(u64::MAX), number);
            items.entry(place).or_default().entry(field).or_insert(&param.value);
        }
    }
    let item = |fields: BTreeMap<&str, &str>| {
        // An offer says more than a product does.
        let (is_listing, id) = match (fields.get("OfferListingId"), fields.get("ASIN")) {
            (Some(listing), _) => (true, *listing),
            (None, Some(asin)) => (false, asin.trim()),
            (None, None) => return None,
        };
        Some(WantedItem {
            id: id.to_owned(),
            is_listing,
            quantity: fields.get("Quantity").map_or(Some(1), |quantity| quantity.trim().parse().ok()),
            list_item_id: fields.get("ListItemId").map(|id| (*id).to_owned()),
        })
    };
    items.into_values().filter_map(item).take(MOST_ITEMS).collect()
}

/// Whose catalogue a form means, and the products that it names by their numbers.
pub(super) fn named(params: &Params<'_>, is_ours: bool) -> (String, Vec<Asin>) {
    let Form { key, items, .. } = if is_ours { Form::read_ours(params) } else { Form::read(params) };
    let asins = items.iter().filter(|item| !item.is_listing).filter_map(|item| item.id.parse().ok());
    (key, asins.collect())
}

/// Shows what would be added.
pub(super) async fn show(visitor: &Visitor<'_>) -> Result<Document, StoreError> {
    let form = Form::read(&visitor.params);
    if form.items.is_empty() {
        let Words { incomplete_title, incomplete, .. } = visitor.words();
        let missing = vec!["ASIN.1 / OfferListingId.1".to_owned()];
        return Ok(visitor.notice_with(StatusCode::BAD_REQUEST, incomplete_title, incomplete, missing));
    }
    let locale = visitor.locale();
    let words = visitor.words();
    let judged = purchase::judge(&visitor.desk(), locale, &form.key, &form.items).await?;
    let (mut shown, mut problems) = (Vec::new(), Vec::new());
    for (item, judged) in form.items.iter().zip(judged) {
        match judged {
            Ok(item) => shown.push(item),
            Err(Problem::NotSold) => problems.push((shortened(&item.id), words.not_sold.to_owned())),
            Err(Problem::Quantity) => {
                let most = visitor.desk().rules.limits.quantity;
                problems.push((shortened(&item.id), (words.bad_quantity)(most)));
            }
        }
    }
    if shown.is_empty() {
        let list = problems.into_iter().map(|(id, why)| format!("{id}: {why}")).collect();
        let Words { nothing_to_add_title, nothing_to_add, .. } = words;
        return Ok(visitor.notice_with(StatusCode::NOT_FOUND, nothing_to_add_title, nothing_to_add, list));
    }
    let (active, saved): (Vec<_>, Vec<_>) = shown.iter().partition(|item| item.stands_in() == Area::Active);
    let zero = Money::new(0, locale.currency());
    let total = active.iter().filter_map(|item| item.total()).fold(zero, Money::plus);
    let rows = |items: Vec<&purchase::Shown>| items.into_iter().map(|item| Row::of(words, item)).collect::<Vec<_>>();
    let new = visitor.takes_a_number().then(|| visitor.customer_or_new());
    let response = page::answer(
        StatusCode::OK,
        &Proposal {
            frame: visitor.frame(locale, visitor.customer.or(new)),
            lead: words.add_lead,
            number: String::new(),
            tag: shortened(&form.tag),
            active: rows(active),
            saved: rows(saved),
            total: total.to_string(),
            confirm: visitor.way(locale, CONFIRM),
            button: if form.pays_next { words.merge_and_check_out } else { words.merge_into_cart },
            fields: form.fields(),
            problems,
        },
    );
    Ok(match new {
        Some(customer) => visitor.with_cookie(response, customer),
        None => response,
    })
}

/// Adds what can be added.
pub(super) async fn confirm(visitor: &Visitor<'_>, notes: &mut Notes) -> Result<Document, StoreError> {
    let form = Form::read_ours(&visitor.params);
    let (locale, words) = (visitor.locale(), visitor.words());
    let customer = visitor.customer_or_new();
    let whose = (locale, form.key.as_str());
    Ok(match purchase::add(&visitor.desk(), customer, whose, &form.tag, &form.items).await? {
        Added::Nothing => visitor.notice(StatusCode::NOT_FOUND, words.nothing_to_add_title, words.nothing_to_add),
        Added::Full => visitor.notice(StatusCode::CONFLICT, words.cart_full_title, words.cart_full),
        Added::Done(change) => {
            notes.change = Some(change.into());
            let next = if form.pays_next { checkout::PATH } else { view::PATH };
            let response = page::see_other(&visitor.way(locale, next));
            if visitor.customer.is_some() { response } else { visitor.with_cookie(response, customer) }
        }
    })
}
