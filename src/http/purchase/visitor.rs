//! One request to a page: who asks, for which site, and with what; and the ways to the other pages.

use super::page::{self, Frame, Notice};
use super::words::Words;
use super::{guard, session, style, view};
use crate::account::SERVER;
use crate::app::App;
use crate::cart::{CustomerId, Locale};
use crate::http::answer::Document;
use crate::http::proxy::Target;
use crate::operations::purchase::Desk;
use crate::protocol::Params;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use jiff::Timestamp;

/// The field of every form that holds the token.
pub(super) const TOKEN: &str = "token";

/// One request.
pub(super) struct Visitor<'a> {
    app: &'a App,
    target: &'a Target,
    head: &'a Parts,
    /// What the address and the form hold.
    pub(super) params: Params<'a>,
    /// Who asks; `None` when the request brings no cookie of ours.
    pub(super) customer: Option<CustomerId>,
    started: Timestamp,
}

impl<'a> Visitor<'a> {
    pub(super) fn new(
        app: &'a App,
        target: &'a Target,
        head: &'a Parts,
        params: Params<'a>,
        started: Timestamp,
    ) -> Self {
        Self { app, target, head, params, customer: session::customer(&head.headers), started }
    }

    /// Whether a form may change anything.
    pub(super) fn is_ours(&self) -> bool {
        guard::is_ours(
            &self.app.rules.mac,
            self.target,
            self.app.config.public_url.as_deref(),
            &self.head.headers,
            self.customer,
            self.params.filled(TOKEN),
        )
    }

    /// What the operations work with.
    pub(super) fn desk(&self) -> Desk<'a> {
        let Self { app, started, .. } = self;
        let now = app.worlds.of(SERVER).clock().at(*started);
        Desk { store: &*app.store, ids: &app.ids, rules: &app.rules, worlds: &app.worlds, real: *started, now }
    }

    /// The site that the address names.
    pub(super) fn locale(&self) -> Locale {
        self.target.locale
    }

    /// The texts of that site.
    pub(super) fn words(&self) -> &'static Words {
        Words::of(self.locale())
    }

    /// Whether a customer without a number shall get one now, so that two clicks on one button are of one customer. A form of
    /// another site brings no cookie, which does not mean that there is none.
    pub(super) fn takes_a_number(&self) -> bool {
        self.customer.is_none() && self.head.method == Method::GET
    }

    /// The customer, or a new one.
    pub(super) fn customer_or_new(&self) -> CustomerId {
        self.customer.unwrap_or_else(|| self.app.ids.customer_id())
    }

    /// The address of a page at a site, without scheme and host: the client knows a way here.
    pub(super) fn way(&self, locale: Locale, path: &str) -> String {
        // What a proxy serves under a path of its own has that path in all its addresses.
        let public = self.app.config.public_url.as_deref().and_then(|url| url.split_once("://"));
        let base = public.and_then(|(_, rest)| rest.find('/').map(|place| &rest[place..])).unwrap_or_default();
        if locale == self.target.site() { format!("{base}{path}") } else { format!("{base}/{locale}{path}") }
    }

    /// What every page has around its own part.
    pub(super) fn frame(&self, locale: Locale, customer: Option<CustomerId>) -> Frame {
        Frame {
            words: Words::of(locale),
            style: self.way(self.target.site(), style::path()),
            cart: self.way(locale, view::PATH),
            token: customer.map(|customer| guard::token(&self.app.rules.mac, customer)).unwrap_or_default(),
        }
    }

    /// A page that says something, in the language of the address.
    pub(super) fn notice(&self, status: StatusCode, title: &str, text: &str) -> Document {
        self.notice_with(status, title, text, Vec::new())
    }

    /// As [`Self::notice`], with a list below the text.
    pub(super) fn notice_with(&self, status: StatusCode, title: &str, text: &str, list: Vec<String>) -> Document {
        let frame = self.frame(self.locale(), None);
        page::answer(status, &Notice { frame: &frame, title, text, list })
    }

    /// A page that says something about a cart that the visitor has the right to, in the language of its site.
    pub(super) fn notice_at(&self, locale: Locale, status: StatusCode, title: &str, text: &str) -> Document {
        let frame = self.frame(locale, None);
        page::answer(status, &Notice { frame: &frame, title, text, list: Vec::new() })
    }

    /// The answer with the customer's number in a cookie.
    pub(super) fn with_cookie(&self, mut response: Document, customer: CustomerId) -> Document {
        let secure = self.target.here().starts_with("https:");
        response.headers_mut().append(header::SET_COOKIE, session::set_cookie(customer, secure));
        response
    }

    /// Proof that this server gave a text to this customer.
    pub(super) fn vouch(&self, customer: CustomerId, what: &str) -> crate::cart::Hmac {
        self.app.rules.mac.vouch(customer, what)
    }
}
