//! What pages are made of, and how they go out: templates with the headers that keep a browser from doing what no page asks for.

use super::words::Words;
use crate::cart::Money;
use crate::http::answer::Document;
use crate::operations::purchase::Shown;
use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use percent_encoding::{CONTROLS, utf8_percent_encode};

/// How much of a text that comes from outside is shown. What a form carries is whole all the same.
const SHOWN_CHARACTERS: usize = 80;

/// What stands around every page.
pub(super) struct Frame {
    /// The texts.
    pub(super) words: &'static Words,
    /// The way to the style sheet.
    pub(super) style: String,
    /// The way to the customer's cart.
    pub(super) cart: String,
    /// What shows a form to be of this customer's pages; empty for a customer without a number.
    pub(super) token: String,
}

/// A page that says something.
#[derive(Template)]
#[template(path = "notice.html")]
pub(super) struct Notice<'a> {
    pub(super) frame: &'a Frame,
    pub(super) title: &'a str,
    pub(super) text: &'a str,
    pub(super) list: Vec<String>,
}

/// A page that proposes items, with one button that takes them.
#[derive(Template)]
#[template(path = "proposal.html")]
pub(super) struct Proposal {
    pub(super) frame: Frame,
    pub(super) lead: &'static str,
    /// The number of the remote cart; empty where there is none.
    pub(super) number: String,
    /// The associate who earns the credit.
    pub(super) tag: String,
    pub(super) active: Vec<Row>,
    pub(super) saved: Vec<Row>,
    pub(super) total: String,
    /// What cannot be taken, and why.
    pub(super) problems: Vec<(String, String)>,
    /// Where the button leads, what it says and what it carries.
    pub(super) confirm: String,
    pub(super) button: &'static str,
    pub(super) fields: Vec<(String, String)>,
}

/// A line of a table of items.
pub(super) struct Row {
    pub(super) title: String,
    /// Who sells it, and in which condition.
    pub(super) by: String,
    /// What the customer should know about it.
    pub(super) note: String,
    pub(super) price: String,
    pub(super) quantity: u32,
    pub(super) sum: String,
}

impl Row {
    /// The line as it is now.
    pub(super) fn of(words: &Words, shown: &Shown) -> Self {
        Self::with_quantity(words, shown, shown.quantity)
    }

    /// The line with another quantity than it has.
    pub(super) fn with_quantity(words: &Words, shown: &Shown, quantity: u32) -> Self {
        let seller = shown.seller.as_deref().map(|seller| (words.sold_by)(seller));
        let condition = shown.condition.as_deref().map(|condition| words.condition(condition).to_owned());
        let note = if !shown.for_sale {
            words.unavailable.to_owned()
        } else if quantity > shown.most {
            (words.at_most)(shown.most)
        } else {
            String::new()
        };
        let money = |money: Option<Money>| money.map_or_else(|| "–".to_owned(), |money| money.to_string());
        Self {
            title: shown.title.clone(),
            by: seller.into_iter().chain(condition).collect::<Vec<_>>().join(" · "),
            note,
            price: money(shown.price),
            quantity,
            sum: money(shown.price.map(|price| price.times(quantity))),
        }
    }
}

/// A text from outside in a length that a page can show.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A page as an answer.
pub(super) fn answer(status: StatusCode, page: &impl Template) -> Document {
    let page = page.render().expect("a String takes everything, and nothing in a page can fail to be written");
    let mut response = Document::new(page);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    with_headers(response)
}

/// The way to the next page, after something was done.
pub(super) fn see_other(way: &str) -> Document {
    let mut response = Document::default();
    *response.status_mut() = StatusCode::SEE_OTHER;
    // The path of a proxy, which the settings name, may hold anything.
    let way = utf8_percent_encode(way, CONTROLS).to_string();
    response.headers_mut().insert(header::LOCATION, HeaderValue::try_from(way).expect("it is visible ASCII now"));
    with_headers(response)
}

/// The headers of every page, and of every way to one.
pub(super) fn with_headers(mut response: Document) -> Document {
    let headers = response.headers_mut();
    guarded(headers);
    // What a cart holds now is not what it held a moment ago, and is nobody else's business.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What a browser may do with what we send: show it with our own style, and send its forms to us.
pub(super) fn guarded(headers: &mut HeaderMap) {
    const POLICY: &str =
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Not `no-referrer`: with it a browser hides the origin even of our own forms. The HMAC in an address goes nowhere else.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::SERVER, HeaderValue::from_static("Cartwright"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shortened("tag-20"), "tag-20");
        let long = "あ".repeat(SHOWN_CHARACTERS);
        assert_eq!(shortened(&long), long);
        assert_eq!(shortened(&format!("{long}い")), format!("{long}…"));
    }
}
