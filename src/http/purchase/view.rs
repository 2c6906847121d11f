//! The customer's own cart: what is in it, and the buttons that change it.

use super::checkout;
use super::page::{self, Frame, Row};
use super::visitor::Visitor;
use crate::cart::{Area, CustomerId, LineEdit, LineName, Locale};
use crate::http::answer::Document;
use crate::journal::{CartChanged, Notes};
use crate::operations::purchase::{self, Basket, BasketLine};
use crate::store::StoreError;
use askama::Template;
use axum::http::StatusCode;

/// Where it is.
pub(super) const PATH: &str = "/gp/cart/view.html";

/// Where its buttons lead.
pub(super) const CHANGE: &str = "/gp/cart/view/change";

#[derive(Template)]
#[template(path = "view.html")]
struct ViewPage {
    frame: Frame,
    active: Vec<Line>,
    saved: Vec<Line>,
    total: String,
    change: String,
    checkout: String,
    buyable: bool,
    most: u32,
}

/// A line with what its buttons need.
struct Line {
    row: Row,
    /// Names the line in its form, for this customer alone.
    name: String,
    /// What names the line on the page.
    id: usize,
    /// Whether it is saved because the customer wants it so, and could be bought.
    comes_back: bool,
}

/// Shows the customer's cart at the site of the address.
pub(super) async fn show(visitor: &Visitor<'_>) -> Result<Document, StoreError> {
    let locale = visitor.locale();
    let frame = visitor.frame(locale, visitor.customer);
    let mut page = ViewPage {
        frame,
        active: Vec::new(),
        saved: Vec::new(),
        total: String::new(),
        change: visitor.way(locale, CHANGE),
        checkout: visitor.way(locale, checkout::PATH),
        buyable: false,
        most: visitor.desk().rules.limits.quantity,
    };
    if let Some(customer) = visitor.customer {
        let basket = purchase::basket(&visitor.desk(), customer, locale).await?;
        let mut ids = 0..;
        let mut lines = |area| -> Vec<Line> {
            let line = |(line, id): (&BasketLine, usize)| Line {
                row: Row::of(page.frame.words, &line.shown),
                name: name_of(visitor, customer, locale, &line.name),
                id,
                comes_back: line.shown.area == Area::Saved && line.shown.for_sale,
            };
            basket.of(area).zip(ids.by_ref()).map(line).collect()
        };
        page.active = lines(Area::Active);
        page.saved = lines(Area::Saved);
        page.total = basket.total().to_string();
        page.buyable = basket.is_buyable();
    }
    Ok(page::answer(StatusCode::OK, &page))
}

/// What a form calls a line: nothing that could be guessed, and nothing that tells an access key.
fn name_of(visitor: &Visitor<'_>, customer: CustomerId, locale: Locale, name: &LineName) -> String {
    let area = match name.area {
        Area::Active => "active",
        Area::Saved => "saved",
    };
    let what = format!("line {locale} {} {area} {}", name.item_id.number(), name.account);
    visitor.vouch(customer, &what).as_str().to_owned()
}

/// Does what a button says to a line. A line that is not there any more is nothing to be told about.
pub(super) async fn change(visitor: &Visitor<'_>, notes: &mut Notes) -> Result<Document, StoreError> {
    let (locale, desk) = (visitor.locale(), visitor.desk());
    let done = page::see_other(&visitor.way(locale, PATH));
    let (Some(customer), Some(wanted)) = (visitor.customer, visitor.params.filled("line")) else { return Ok(done) };
    let Some(edit) = edit(visitor) else { return Ok(done) };
    let Basket { lines, .. } = purchase::basket(&desk, customer, locale).await?;
    let found = lines.into_iter().find(|line| name_of(visitor, customer, locale, &line.name) == wanted);
    if let Some(BasketLine { name, .. }) = found {
        notes.change = purchase::change(&desk, customer, locale, &name, edit).await?.map(CartChanged::from);
    }
    Ok(done)
}

/// What the button says; `None` for a quantity that is none.
fn edit(visitor: &Visitor<'_>) -> Option<LineEdit> {
    match visitor.params.filled("do")? {
        "remove" => Some(LineEdit::Quantity(0)),
        "save" => Some(LineEdit::Move(Area::Saved)),
        "move" => Some(LineEdit::Move(Area::Active)),
        "update" => visitor.params.filled("quantity")?.trim().parse().ok().map(LineEdit::Quantity),
        _ => None,
    }
}
