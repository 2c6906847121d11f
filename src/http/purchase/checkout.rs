//! The end of the stand-in purchase: what is bought, the button that buys it, and the order that comes of it.

use super::page::{self, Frame, Row, shortened};
use super::visitor::Visitor;
use super::words::Words;
use crate::cart::{CartId, CustomerId, Locale, Purchase};
use crate::http::answer::Document;
use crate::journal::{CartChanged, Notes};
use crate::operations::purchase::{self, Placed, Seen, credits};
use crate::store::StoreError;
use askama::Template;
use axum::http::StatusCode;
use jiff::Timestamp;

/// Where it is.
pub(super) const PATH: &str = "/gp/cart/checkout.html";

/// Where its button leads.
pub(super) const PLACE: &str = "/gp/cart/checkout/place";

/// The page of an order that was placed.
pub(super) const ORDER: &str = "/gp/cart/order.html";

#[derive(Template)]
#[template(path = "checkout.html")]
struct CheckoutPage {
    frame: Frame,
    changed: bool,
    rows: Vec<Row>,
    total: String,
    credits: Vec<(String, String)>,
    place: String,
    fields: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage {
    frame: Frame,
    number: String,
    rows: Vec<Row>,
    total: String,
    credits: Vec<(String, String)>,
}

/// Shows what would be bought. `changed` says that the customer has seen something else before.
pub(super) async fn show(visitor: &Visitor<'_>, changed: bool) -> Result<Document, StoreError> {
    let (locale, desk) = (visitor.locale(), visitor.desk());
    let frame = visitor.frame(locale, visitor.customer);
    let words = frame.words;
    let mut page = CheckoutPage {
        frame,
        changed,
        rows: Vec::new(),
        total: String::new(),
        credits: Vec::new(),
        place: visitor.way(locale, PLACE),
        fields: Vec::new(),
    };
    if let Some(customer) = visitor.customer {
        let basket = purchase::basket(&desk, customer, locale).await?;
        if basket.is_buyable() {
            let order = purchase::draw_order(&desk, locale).await?;
            let buyable = basket.lines.iter().filter(|line| line.shown.buyable() > 0);
            page.rows = buyable.map(|line| Row::with_quantity(words, &line.shown, line.shown.buyable())).collect();
            page.total = basket.total().to_string();
            page.credits = shown_credits(&purchase::bill(&basket, order, desk.now));
            let seen = Seen { order, revision: basket.cart.revision, total: basket.total().minor };
            page.fields = fields(visitor, customer, locale, seen);
        }
    }
    Ok(page::answer(if changed { StatusCode::CONFLICT } else { StatusCode::OK }, &page))
}

fn shown_credits(purchases: &[Purchase]) -> Vec<(String, String)> {
    credits(purchases).into_iter().map(|(tag, total)| (shortened(&tag), total.to_string())).collect()
}

/// What the button carries: what the customer saw, and proof that it was shown to this customer.
fn fields(visitor: &Visitor<'_>, customer: CustomerId, locale: Locale, seen: Seen) -> Vec<(&'static str, String)> {
    vec![
        ("order-id", seen.order.to_string()),
        ("revision", seen.revision.to_string()),
        ("total", seen.total.to_string()),
        ("proof", visitor.vouch(customer, &of_form(locale, seen)).as_str().to_owned()),
    ]
}

fn of_form(locale: Locale, Seen { order, revision, total }: Seen) -> String {
    format!("checkout {locale} {order} {revision} {total}")
}

/// What the customer saw, if that is proven.
fn seen(visitor: &Visitor<'_>, customer: CustomerId) -> Option<Seen> {
    let field = |name: &str| visitor.params.filled(name);
    let seen = Seen {
        order: field("order-id")?.parse().ok()?,
        revision: field("revision")?.parse().ok()?,
        total: field("total")?.parse().ok()?,
    };
    visitor.vouch(customer, &of_form(visitor.locale(), seen)).matches(field("proof")?).then_some(seen)
}

/// Places the order, and leads to its page. What the customer did not see is not bought.
pub(super) async fn place(visitor: &Visitor<'_>, notes: &mut Notes) -> Result<Document, StoreError> {
    let locale = visitor.locale();
    let Some((customer, seen)) = visitor.customer.and_then(|customer| Some((customer, seen(visitor, customer)?)))
    else {
        return show(visitor, true).await;
    };
    match purchase::place(&visitor.desk(), customer, locale, seen).await? {
        Placed::Changed => show(visitor, true).await,
        Placed::Done { at, change } => {
            notes.change = change.map(CartChanged::from);
            tracing::info!(order_id = %seen.order, locale = locale.name(), "order {} was placed", seen.order);
            let at = at.as_microsecond();
            let proof = visitor.vouch(customer, &of_order(seen.order, at)).url_encoded();
            let way = format!("{}?order-id={}&at={at}&proof={proof}", visitor.way(locale, ORDER), seen.order);
            Ok(page::see_other(&way))
        }
    }
}

fn of_order(order: CartId, at: i64) -> String {
    format!("order {order} {at}")
}

/// Shows an order to the customer who placed it.
pub(super) async fn order(visitor: &Visitor<'_>) -> Result<Document, StoreError> {
    let proven = || {
        let field = |name: &str| visitor.params.filled(name);
        let (order, at): (CartId, i64) = (field("order-id")?.parse().ok()?, field("at")?.parse().ok()?);
        let vouched = visitor.vouch(visitor.customer?, &of_order(order, at));
        let proof = field("proof")?;
        vouched.matches(proof).then_some(())?;
        Some((order, Timestamp::from_microsecond(at).ok()?))
    };
    let order = match proven() {
        Some((order, at)) => purchase::order(&visitor.desk(), order, at).await?,
        None => None,
    };
    let Some(order) = order else {
        let Words { no_page_title, no_page, .. } = visitor.words();
        return Ok(visitor.notice(StatusCode::NOT_FOUND, no_page_title, no_page));
    };
    let locale = visitor.locale();
    let rows = order.purchases.iter().flat_map(|purchase| &purchase.lines).map(|line| {
        let price = crate::cart::Money::new(line.price, locale.currency());
        Row {
            title: line.title.clone(),
            by: String::new(),
            note: String::new(),
            price: price.to_string(),
            quantity: line.quantity,
            sum: price.times(line.quantity).to_string(),
        }
    });
    let page = OrderPage {
        frame: visitor.frame(locale, visitor.customer),
        number: order.purchases.first().map(|purchase| purchase.order_id.to_string()).unwrap_or_default(),
        rows: rows.collect(),
        total: order.total.to_string(),
        credits: shown_credits(&order.purchases),
    };
    Ok(page::answer(StatusCode::OK, &page))
}
