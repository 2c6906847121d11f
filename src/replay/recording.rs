//! A recorded answer of an operation: what it says of the request, and what it shows of the cart.
//!
//! An answer holds its whole request, in `OperationRequest/Arguments`; only the site is told by signs (docs/PROTOCOL.md,
//! sections 3 to 5). Must not know what is done with recordings.

use crate::cart::{CartItemId, Locale};
use crate::protocol::{Element, Operation, Version};
use std::fmt;

/// An answer of an operation, as somebody recorded it.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The file, as it is named in reports.
    pub file: String,
    /// The whole answer.
    pub answer: Element,
    /// What was asked.
    pub operation: Operation,
    /// The version that answers a request like this one.
    pub version: Version,
    /// The site.
    pub locale: Locale,
    /// What told the site.
    pub locale_sign: LocaleSign,
    /// The parameters of the request, decoded; an empty value is one that was sent empty.
    pub arguments: Vec<(String, String)>,
    /// The User-Agent header, if one was sent.
    pub user_agent: Option<String>,
    /// The errors of the answer: code and message.
    pub errors: Vec<(String, String)>,
}

/// Why a file is not replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unplayed {
    /// It is no recorded answer: why, as the end of a sentence that its name begins.
    Foreign(String),
    /// It is one, but of something that this server does not do: what, by which such files are counted.
    OutOfScope(String),
}

/// What told the site of a recording, the surest sign first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LocaleSign {
    /// The host of a link.
    Link,
    /// The name under which Amazon itself sells there.
    Seller,
    /// The currency.
    Currency,
    /// The language of an error.
    Language,
    /// A part of the file's name.
    FileName,
    /// Nothing: the us are assumed.
    None,
}

impl fmt::Display for LocaleSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Link => "the host of a link",
            Self::Seller => "the seller's name",
            Self::Currency => "the currency",
            Self::Language => "the language of an error",
            Self::FileName => "the file's name",
            Self::None => "nothing (taken for us)",
        })
    }
}

/// A line as the answer shows it. What the answer does not have is `None`.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShownLine<'r> {
    /// As it stands there.
    pub(super) item_id: &'r str,
    pub(super) asin: &'r str,
    /// Among the SavedForLaterItems.
    pub(super) saved: bool,
    pub(super) quantity: u32,
    pub(super) title: &'r str,
    pub(super) product_group: &'r str,
    /// In minor units.
    pub(super) price: Option<i64>,
    pub(super) exchange_id: Option<&'r str>,
    pub(super) merchant_id: Option<&'r str>,
    pub(super) seller_id: Option<&'r str>,
    pub(super) seller_nickname: Option<&'r str>,
}

impl Recording {
    /// Makes a recording of a document whose root is `{operation}Response`.
    pub(super) fn of(file: &str, answer: Element) -> Result<Self, Unplayed> {
        let foreign = |reason: &str| Unplayed::Foreign(reason.to_owned());
        let name = answer.name.strip_suffix("Response").unwrap_or_default();
        let Some(operation) = Operation::named(name) else {
            return Err(if !name.is_empty() && answer.namespace.starts_with(NAMESPACE) {
                Unplayed::OutOfScope(format!("{name} is no operation of this server"))
            } else {
                Unplayed::Foreign(format!("is a {}, not the answer of an operation", answer.name))
            });
        };
        let head = answer.child("OperationRequest");
        let arguments: Vec<(String, String)> = head
            .and_then(|head| head.child("Arguments"))
            .ok_or_else(|| foreign("does not tell its request: it has no OperationRequest/Arguments"))?
            .all("Argument")
            .filter_map(|argument| Some((argument.attribute("Name")?, argument.attribute("Value").unwrap_or_default())))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let argument = |name| arguments.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if argument("Operation") != Some(operation.name()) {
            let reason = format!("answers {}, but its request has another Operation or none", operation.name());
            return Err(Unplayed::Foreign(reason));
        }
        match containers(&answer).collect::<Vec<_>>()[..] {
            [] => return Err(foreign("answers nothing")),
            // Each part of a batch makes a cart of its own, and the order of their items is not told.
            [first, _, ..] if first.name == "Cart" => return Err(foreign("answers a batch of carts")),
            _ => {}
        }
        let version = argument("Version").filter(|text| !text.is_empty()).map_or(Ok(Version::DEFAULT), |text| {
            let reason = |_| Unplayed::Foreign(format!("has the Version \"{text}\", which is no date"));
            Version::for_request(text).map_err(reason)
        })?;
        let user_agent = head
            .and_then(|head| head.child("HTTPHeaders"))
            .and_then(|headers| headers.all("Header").find(|header| header.attribute("Name") == Some("UserAgent")))
            .and_then(|header| header.attribute("Value"))
            .map(str::to_owned);
        let text = |error: &Element, name| error.text_at(&[name]).unwrap_or_default().to_owned();
        let errors = containers(&answer)
            .filter_map(|container| container.at(&["Request", "Errors"]))
            .flat_map(|errors| errors.all("Error"))
            .map(|error| (text(error, "Code"), text(error, "Message")))
            .collect();
        let mut recording = Self {
            file: file.to_owned(),
            answer,
            operation,
            version,
            locale: Locale::Us,
            locale_sign: LocaleSign::None,
            arguments,
            user_agent,
            errors,
        };
        (recording.locale, recording.locale_sign) = recording.told_locale();
        Ok(recording)
    }

    /// The value of a parameter of the request.
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.arguments.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// How the request ended: `ok`, or the codes of its errors, each once.
    pub fn outcome(&self) -> String {
        let mut codes: Vec<&str> = self.errors.iter().map(|(code, _)| short(code)).collect();
        codes.dedup();
        if codes.is_empty() { "ok".to_owned() } else { codes.join(" + ") }
    }

    /// Whether there is an error of this code, named without what stands before its last dot.
    pub(super) fn has_error(&self, code: &str) -> bool {
        self.errors.iter().any(|(known, _)| short(known) == code)
    }

    /// Whether the text of an error names this.
    pub(super) fn names_in_error(&self, text: &str) -> bool {
        self.errors.iter().any(|(_, message)| message.contains(text))
    }

    /// What the answer gives: the Cart, or an Items for each part of a batch.
    pub(super) fn containers(&self) -> impl Iterator<Item = &Element> {
        containers(&self.answer)
    }

    /// The first of them.
    pub(super) fn container(&self) -> &Element {
        self.containers().next().expect("a recording has one")
    }

    /// Whether the request passed the checks that need no cart and no catalogue.
    pub(super) fn is_valid(&self) -> bool {
        self.container().text_at(&["Request", "IsValid"]) == Some("True")
    }

    /// CartId and HMAC, when the request reached a cart or made one. The CartId is that of the request where it has one, so that
    /// an answer about another cart is found; the HMAC that of the answer, because a request may encode it.
    pub(super) fn cart_ids(&self) -> Option<(&str, &str)> {
        if !self.is_valid() || self.has_error("CartInfoMismatch") {
            return None;
        }
        let shown = |name| self.container().text_at(&[name]);
        if self.operation == Operation::CartCreate {
            return Some((shown("CartId")?, shown("HMAC")?));
        }
        Some((self.argument("CartId")?, shown("HMAC").or_else(|| self.argument("HMAC"))?))
    }

    /// Where the links lead, when that is not Amazon: then the answer is that of another stand-in.
    pub(super) fn foreign_links(&self) -> Option<&str> {
        let base = self.container().text_at(&["PurchaseURL"])?.split("/gp/").next()?;
        linked_locale(base).is_none().then_some(base)
    }

    /// The lines: the active ones, then the saved ones.
    pub(super) fn lines(&self) -> Vec<ShownLine<'_>> {
        [("CartItems", "CartItem", false), ("SavedForLaterItems", "SavedForLaterItem", true)]
            .into_iter()
            .flat_map(|(area, element, saved)| {
                let area = self.container().child(area);
                area.into_iter().flat_map(move |area| area.all(element)).map(move |line| shown_line(line, saved))
            })
            .collect()
    }

    fn told_locale(&self) -> (Locale, LocaleSign) {
        let shown =
            |choose: &dyn Fn(&Element) -> Option<Locale>| self.containers().find_map(|shown| search(shown, choose));
        let by_link =
            || shown(&|element| if LINKS.contains(&&*element.name) { linked_locale(&element.text) } else { None });
        let by_currency = || {
            shown(&|element| {
                let code = if element.name == "CurrencyCode" { &element.text } else { return None };
                let mut sites = Locale::ALL.into_iter().filter(|locale| locale.currency().code() == code);
                // The euro has several sites, and so tells none.
                sites.next().filter(|_| sites.next().is_none())
            })
        };
        let by_seller = || {
            shown(&|element| {
                let name = if element.name == "Merchant" { element.text_at(&["Name"])? } else { &element.text };
                let is_name = matches!(element.name.as_str(), "Merchant" | "SellerNickname");
                Locale::ALL.into_iter().find(|locale| is_name && locale.seller_nickname() == name)
            })
        };
        let by_language = || {
            let is_japanese = |c: char| matches!(c, '\u{3040}'..='\u{30FF}');
            let messages = || self.errors.iter().map(|(_, message)| message);
            if messages().any(|message| message.contains(is_japanese)) {
                Some(Locale::Jp)
            } else if messages().any(|message| message.starts_with("Votre ")) {
                Some(Locale::Fr)
            } else {
                None
            }
        };
        let by_name = || {
            let name = self.file.rsplit(['/', '\\']).next()?;
            // Only between hyphens and dots: `in` and `it` are also words.
            name.split(['-', '.']).find_map(|part| part.parse().ok())
        };
        by_link()
            .map(|locale| (locale, LocaleSign::Link))
            .or_else(|| Some((by_seller()?, LocaleSign::Seller)))
            .or_else(|| Some((by_currency()?, LocaleSign::Currency)))
            .or_else(|| Some((by_language()?, LocaleSign::Language)))
            .or_else(|| Some((by_name()?, LocaleSign::FileName)))
            .unwrap_or((Locale::Us, LocaleSign::None))
    }
}

impl ShownLine<'_> {
    /// What tells the line from the others: its product, and the seller where it is not the site's own.
    pub(super) fn label(&self, locale: Locale) -> String {
        match self.exchange_id.or(self.seller_nickname.filter(|name| *name != locale.seller_nickname())) {
            Some(seller) => format!("{} by {seller}", self.asin),
            None => self.asin.to_owned(),
        }
    }

    /// The id without its letter.
    pub(super) fn id(&self) -> Option<CartItemId> {
        self.item_id.parse().ok()
    }
}

/// The beginning of every namespace of answers; the version follows.
const NAMESPACE: &str = "http://webservices.amazon.com/AWSECommerceService/";

/// The elements that hold links to pages of a site.
pub(super) const LINKS: [&str; 4] = ["PurchaseURL", "DetailPageURL", "URL", "MoreSearchResultsUrl"];

/// What stands in an answer beside what all answers have.
fn containers(answer: &Element) -> impl Iterator<Item = &Element> {
    answer.children.iter().filter(|child| child.name != "OperationRequest")
}

/// What `choose` makes of the first element that it makes something of, in document order.
pub(super) fn search<'e, T>(element: &'e Element, choose: &dyn Fn(&'e Element) -> Option<T>) -> Option<T> {
    choose(element).or_else(|| element.children.iter().find_map(|child| search(child, choose)))
}

/// The site of Amazon's that a link leads to.
fn linked_locale(url: &str) -> Option<Locale> {
    let host = url.split_once("://")?.1.split('/').next()?;
    Locale::of_amazon_host(&host.to_ascii_lowercase())
}

fn short(code: &str) -> &str {
    code.rsplit('.').next().unwrap_or(code)
}

/// Reads a CartItem or a SavedForLaterItem.
pub(super) fn shown_line(line: &Element, saved: bool) -> ShownLine<'_> {
    let text = |name| line.text_at(&[name]);
    ShownLine {
        item_id: text("CartItemId").unwrap_or_default(),
        asin: text("ASIN").unwrap_or_default(),
        saved,
        quantity: text("Quantity").and_then(|text| text.parse().ok()).unwrap_or(1),
        title: text("Title").unwrap_or_default(),
        product_group: text("ProductGroup").unwrap_or_default(),
        price: line.text_at(&["Price", "Amount"]).and_then(|text| text.parse().ok()),
        exchange_id: text("ExchangeId"),
        merchant_id: text("MerchantId"),
        seller_id: text("SellerId"),
        seller_nickname: text("SellerNickname"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::read_tree;

    /// A recording with this in its Cart.
    fn recorded(file: &str, cart: &str) -> Recording {
        let answer = format!(
            "<CartGetResponse><OperationRequest><Arguments><Argument Name=\"Operation\" Value=\"CartGet\"/>\
             </Arguments></OperationRequest><Cart>{cart}</Cart></CartGetResponse>"
        );
        Recording::of(file, read_tree(&answer).unwrap()).unwrap()
    }

    #[test]
    fn the_surest_sign_tells_the_site() {
        let link = "<PurchaseURL>https://www.amazon.co.uk/gp/cart/aws-merge.html?cart-id=1</PurchaseURL>";
        let euro = "<SubTotal><CurrencyCode>EUR</CurrencyCode></SubTotal>";
        let yen = "<SubTotal><CurrencyCode>JPY</CurrencyCode></SubTotal>";
        let seller = "<CartItems><CartItem><SellerNickname>Amazon.it</SellerNickname></CartItem></CartItems>";
        let error = "<Request><Errors><Error><Message>です。</Message></Error></Errors></Request>";
        for (file, cart, locale, sign) in [
            ("get-fr.xml", format!("{link}{euro}{seller}"), Locale::Uk, LocaleSign::Link),
            ("get-fr.xml", format!("{euro}{seller}"), Locale::It, LocaleSign::Seller),
            ("get-fr.xml", yen.to_owned(), Locale::Jp, LocaleSign::Currency),
            ("get-fr.xml", euro.to_owned(), Locale::Fr, LocaleSign::FileName),
            ("get-fr.xml", error.to_owned(), Locale::Jp, LocaleSign::Language),
            ("us/get-fr-already_in_cart.xml", String::new(), Locale::Fr, LocaleSign::FileName),
            ("it_is_in_the_cart", String::new(), Locale::Us, LocaleSign::None),
        ] {
            let recording = recorded(file, &cart);
            assert_eq!((recording.locale, recording.locale_sign), (locale, sign), "{file} {cart}");
        }
    }

    #[test]
    fn what_is_no_answer_of_an_operation_says_why() {
        let foreign = |reason: &str| Unplayed::Foreign(reason.to_owned());
        for (content, reason) in [
            ("<Page/>", foreign("is a Page, not the answer of an operation")),
            ("<NoteResponse/>", foreign("is a NoteResponse, not the answer of an operation")),
            ("<CartGetResponse/>", foreign("does not tell its request: it has no OperationRequest/Arguments")),
            (
                "<CartGetResponse><OperationRequest><Arguments/></OperationRequest></CartGetResponse>",
                foreign("answers CartGet, but its request has another Operation or none"),
            ),
            (
                &format!("<BrowseNodeLookupResponse xmlns=\"{NAMESPACE}2005-10-05\"/>"),
                Unplayed::OutOfScope("BrowseNodeLookup is no operation of this server".to_owned()),
            ),
        ] {
            assert_eq!(Recording::of("x", read_tree(content).unwrap()).unwrap_err(), reason, "{content}");
        }
    }
}
