//! The pages of the purchase hand-off (docs/PROTOCOL.md, section 14): what PurchaseURL leads to, the customer's own cart, and the
//! end of the stand-in purchase. Plain forms and no script.
//!
//! A page that shows something changes nothing; what changes something is a POST to a path of its own, which `guard` lets through,
//! and which answers with the way to the next page. Must not know what a cart is made of: that is `operations::purchase`.

mod add;
mod checkout;
mod guard;
mod link;
mod merge;
mod page;
mod session;
mod style;
mod view;
mod visitor;
mod words;

use super::answer::Document;
use super::body::{BodyTrouble, collect_body};
use super::faults;
use super::patience::Patience;
use super::proxy::Target;
use crate::app::App;
use crate::faults::{Asked, Target as FaultTarget};
use crate::journal::{Notes, Transport};
use crate::protocol::{Params, count_params, read_params};
use crate::store::StoreError;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use link::Link;
use std::pin::pin;
use visitor::Visitor;
use words::Words;

/// What every path of a page starts with.
pub(super) const PREFIX: &str = "/gp/";

/// More parameters than any form of these pages has: an Add-to-Cart form of fifty lines has two hundred.
const MOST_PARAMETERS: usize = 1000;

/// The pages. Those that change something are only ever posted to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    Merge,
    MergeConfirm,
    View,
    ViewChange,
    Checkout,
    Place,
    Order,
    Add,
    AddConfirm,
}

impl Page {
    /// The page at a path, without a locale in front.
    fn at(path: &str) -> Option<Self> {
        Some(match path {
            // The second is the one for Japanese telephones.
            "/gp/cart/aws-merge.html" | "/gp/aw/rcart" => Self::Merge,
            merge::CONFIRM => Self::MergeConfirm,
            view::PATH => Self::View,
            view::CHANGE => Self::ViewChange,
            checkout::PATH => Self::Checkout,
            checkout::PLACE => Self::Place,
            checkout::ORDER => Self::Order,
            "/gp/aws/cart/add.html" => Self::Add,
            add::CONFIRM => Self::AddConfirm,
            _ => return None,
        })
    }

    /// What counts and times are noted under.
    fn name(self) -> &'static str {
        match self {
            Self::Merge => "PurchasePage",
            Self::MergeConfirm => "HandOver",
            Self::View | Self::ViewChange => "CustomerCart",
            Self::Checkout | Self::Place | Self::Order => "Purchase",
            Self::Add | Self::AddConfirm => "AddPage",
        }
    }

    /// Whether it changes something.
    fn changes(self) -> bool {
        matches!(self, Self::MergeConfirm | Self::ViewChange | Self::Place | Self::AddConfirm)
    }

    /// The methods that it takes.
    fn allows(self) -> &'static str {
        match self {
            Self::Merge | Self::Add => "GET, HEAD, POST",
            Self::View | Self::Checkout | Self::Order => "GET, HEAD",
            Self::MergeConfirm | Self::ViewChange | Self::Place | Self::AddConfirm => "POST",
        }
    }
}

/// Answers whatever is asked for below [`PREFIX`].
pub(super) async fn purchase(app: &App, target: &Target, request: Request, notes: &mut Notes) -> Document {
    let started = app.clock.now();
    notes.transport = Transport::Page;
    notes.at = Some(started);
    notes.locale = Some(target.locale);
    let (head, body) = request.into_parts();
    let bare = Visitor::new(app, target, &head, Params::default(), started);
    if target.path == style::path() {
        return match head.method {
            Method::GET | Method::HEAD => style::answer(),
            _ => wrong_method(&bare, "GET, HEAD"),
        };
    }
    let Some(page) = Page::at(&target.path) else {
        let Words { no_page_title, no_page, .. } = bare.words();
        return bare.notice(StatusCode::NOT_FOUND, no_page_title, no_page);
    };
    if !page.allows().split(", ").any(|allowed| allowed == head.method.as_str()) {
        return wrong_method(&bare, page.allows());
    }
    notes.note_page(page.name());
    let body = match collect_body(app, body).await {
        Ok(body) => body,
        Err(trouble) => return unreadable(&bare, trouble),
    };
    notes.body = body.clone();
    let query = head.uri.query().unwrap_or_default().as_bytes();
    if count_params(query) + count_params(&body) > MOST_PARAMETERS {
        let Words { unreadable_title, unreadable, .. } = bare.words();
        return bare.notice(StatusCode::BAD_REQUEST, unreadable_title, unreadable);
    }
    let mut params = Params::default();
    read_params(query, &mut params);
    read_params(&body, &mut params);
    let visitor = Visitor::new(app, target, &head, params, started);
    let (account, asked) = asked(page, &visitor);
    notes.account = account;
    let mut struck = None;
    let answered = if page.changes() && !visitor.is_ours() {
        tracing::info!(page = page.name(), "refused a form that is none of our own pages'");
        let Words { forged_title, forged, .. } = visitor.words();
        Ok(visitor.notice(StatusCode::FORBIDDEN, forged_title, forged))
    } else if let Some(status) = faults::strike_page(app, head.extensions.get(), asked, notes, &mut struck).await {
        Ok(failed(&visitor, status))
    } else {
        Patience::of(app.config.request_timeout).wait(pin!(answer(page, &visitor, notes))).await
    };
    let response = answered.unwrap_or_else(|error| {
        app.troubles.store(page.name(), &error);
        busy(&visitor)
    });
    count(app, page, &response, notes);
    faults::finished(response, struck)
}

/// Whose a request is, and what fault rules go by. What a link says need not be true; neither is what comes of a rule.
fn asked(page: Page, visitor: &Visitor<'_>) -> (String, Asked) {
    let (account, cart_id, asins) = match page {
        Page::Merge | Page::MergeConfirm => {
            let proof = Link::read(&visitor.params).proof;
            (proof.keys.into_iter().next().unwrap_or_default(), proof.cart_id.parse().ok(), Vec::new())
        }
        Page::Add | Page::AddConfirm => {
            let (key, asins) = add::named(&visitor.params, page == Page::AddConfirm);
            (key, None, asins)
        }
        Page::View | Page::ViewChange | Page::Checkout | Page::Place | Page::Order => (String::new(), None, Vec::new()),
    };
    (account, Asked { target: FaultTarget::Page(page.name()), locale: visitor.locale(), cart_id, asins })
}

async fn answer(page: Page, visitor: &Visitor<'_>, notes: &mut Notes) -> Result<Document, StoreError> {
    match page {
        Page::Merge => merge::show(visitor).await,
        Page::MergeConfirm => merge::confirm(visitor, notes).await,
        Page::View => view::show(visitor).await,
        Page::ViewChange => view::change(visitor, notes).await,
        Page::Checkout => checkout::show(visitor, false).await,
        Page::Place => checkout::place(visitor, notes).await,
        Page::Order => checkout::order(visitor).await,
        Page::Add => add::show(visitor).await,
        Page::AddConfirm => add::confirm(visitor, notes).await,
    }
}

fn wrong_method(visitor: &Visitor<'_>, allowed: &'static str) -> Document {
    let Words { wrong_method_title, wrong_method, .. } = visitor.words();
    let mut response = visitor.notice(StatusCode::METHOD_NOT_ALLOWED, wrong_method_title, wrong_method);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

/// A body that was not read to its end: what is left of it must not be taken for the next request.
fn unreadable(visitor: &Visitor<'_>, trouble: BodyTrouble) -> Document {
    let status = match trouble {
        BodyTrouble::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        BodyTrouble::TooSlow => StatusCode::REQUEST_TIMEOUT,
        BodyTrouble::Incomplete => StatusCode::BAD_REQUEST,
    };
    let Words { unreadable_title, unreadable, .. } = visitor.words();
    let mut response = visitor.notice(status, unreadable_title, unreadable);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Answers a request that comes when there is too much to do.
pub(super) fn turn_away(app: &App, target: &Target, head: &Parts, notes: &mut Notes) -> Document {
    let now = app.clock.now();
    notes.transport = Transport::Page;
    notes.at = Some(now);
    let response = busy(&Visitor::new(app, target, head, Params::default(), now));
    if let Some(page) = Page::at(&target.path) {
        notes.note_page(page.name());
        count(app, page, &response, notes);
    }
    response
}

fn count(app: &App, page: Page, response: &Document, notes: &mut Notes) {
    let code = code_of(response.status());
    app.metrics.count(page.name(), code);
    if code != "ok" {
        notes.codes.push(code);
    }
}

/// It was not done, or not in time. Why is for the log.
fn busy(visitor: &Visitor<'_>) -> Document {
    let mut response = failed(visitor, 503);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// It was not done.
fn failed(visitor: &Visitor<'_>, status: u16) -> Document {
    let Words { trouble_title, trouble, .. } = visitor.words();
    visitor.notice(StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE), trouble_title, trouble)
}

/// What a status is counted as, beside the codes of the service.
fn code_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::OK | StatusCode::SEE_OTHER => "ok",
        StatusCode::BAD_REQUEST => "incomplete",
        StatusCode::FORBIDDEN => "forged",
        StatusCode::NOT_FOUND => "unknown",
        StatusCode::CONFLICT => "changed",
        StatusCode::GONE => "gone",
        _ => "failed",
    }
}
