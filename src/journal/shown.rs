//! Entries as they are shown: in domain words, and without what proves something.

use super::asked::Asked;
use super::entry::Entry;
use super::keeping::Seen;
use super::notes::{CartChanged, Transport};
use super::redact::Secrets;
use crate::cart::{Area, Asin, Held, Locale};
use crate::protocol::signature::{canonical_query, string_to_sign};
use crate::protocol::{Params, read_soap};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A request and what came of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = JournalEntry)]
pub struct Shown {
    /// Counts up over all access keys.
    pub id: u64,
    /// When it came.
    pub at: Timestamp,
    /// The access key; empty when there was none.
    pub account: String,
    /// `rest`, `soap`, `page`, `wsdl`, or `none` for a path that nothing stands at.
    pub transport: &'static str,
    /// `GET`
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Secrets redacted.
    pub query: String,
    /// The operation, or several joined by commas; of a page its name.
    pub operation: Option<String>,
    /// The site.
    pub locale: Option<Locale>,
    /// The cart that was made, shown or changed, or else the one that was named.
    pub cart_id: Option<String>,
    /// AssociateTag as sent.
    pub associate_tag: Option<String>,
    /// The products that were named or changed.
    pub asins: Vec<Asin>,
    /// `ok`, `bad`, `absent`, `unchecked` or `stale`.
    pub signature: &'static str,
    /// What is odd about it and was let pass all the same.
    pub warnings: Vec<String>,
    /// What its caller probably meant.
    pub hints: Vec<String>,
    /// What was done to the answer on purpose.
    pub fault: Option<String>,
    /// The HTTP status.
    pub status: u16,
    /// The codes of the errors in the answer.
    pub codes: Vec<String>,
    /// How long the answer took, in milliseconds.
    pub ms: f64,
    /// The lines of the cart before; null when there was none, or nothing changed.
    pub before: Option<Vec<ShownLine>>,
    /// The lines of the cart after; null when nothing changed, and when the cart was handed over: then they are the customer's.
    pub after: Option<Vec<ShownLine>>,
}

/// A line of a cart in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = JournalLine)]
pub struct ShownLine {
    /// The line's id.
    pub cart_item_id: String,
    /// The product.
    pub asin: Asin,
    /// How many pieces.
    pub quantity: u32,
    /// The area that the customer wants.
    pub area: Area,
}

/// A request and its answer, with all that is kept of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WholeJournalEntry)]
pub struct Whole {
    /// What the list shows.
    #[serde(flatten)]
    pub entry: Shown,
    /// What a client signs of this request, in each way that there was; secrets redacted.
    pub strings_to_sign: Vec<StringToSign>,
    /// The body of the request, or its beginning; secrets redacted.
    pub request_body: String,
    /// How many bytes it has.
    pub request_bytes: usize,
    /// The body of the answer, or its beginning; secrets redacted.
    pub answer_body: String,
    /// How many bytes it has.
    pub answer_bytes: usize,
    /// The request as a command; secrets redacted.
    pub curl: String,
}

/// What is signed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StringToSign {
    /// The SignatureVersion, `0`, `1` or `2`; or `soap`.
    pub version: &'static str,
    /// The text.
    pub text: String,
}

/// An entry's texts without its secrets.
pub(super) struct Redacted<'e> {
    entry: &'e Entry,
    secrets: Secrets,
}

impl<'e> Redacted<'e> {
    pub(super) fn new(entry: &'e Entry, asked: &Asked<'_>) -> Self {
        let mut secrets = Secrets::default();
        secrets.learn(&asked.params);
        secrets.learn_from_markup(&String::from_utf8_lossy(&entry.notes.body));
        secrets.learn_from_markup(&String::from_utf8_lossy(&entry.answer.body));
        Self { entry, secrets }
    }

    pub(super) fn text(&self, text: &str) -> String {
        self.secrets.redacted(text)
    }

    pub(super) fn target(&self) -> String {
        self.text(self.entry.head.target())
    }

    pub(super) fn request_body(&self) -> String {
        let body = String::from_utf8_lossy(&self.entry.notes.body);
        if self.entry.notes.transport == Transport::Soap {
            self.secrets.redacted_markup(&body)
        } else {
            self.text(&body)
        }
    }

    pub(super) fn answer_body(&self) -> String {
        self.secrets.redacted_markup(&String::from_utf8_lossy(&self.entry.answer.body))
    }

    /// The request as a command for this server.
    fn curl(&self, url: &str) -> String {
        let head = &self.entry.head;
        let mut command = "curl".to_owned();
        let mut add = |argument: &str| {
            command.push(' ');
            command.push_str(argument);
        };
        match head.method() {
            "GET" => {}
            "HEAD" => add("--head"),
            method => add(&format!("-X {}", quoted(method))),
        }
        let here = url.split_once("://").map_or(url, |(_, host)| host);
        if !head.host().is_empty() && head.host() != here {
            add(&format!("-H {}", quoted(&format!("Host: {}", head.host()))));
        }
        if !head.media().is_empty() {
            add(&format!("-H {}", quoted(&format!("Content-Type: {}", head.media()))));
        }
        if !self.entry.notes.body.is_empty() {
            add(&format!("--data-raw {}", quoted(&self.request_body())));
        }
        add(&quoted(&format!("{url}{}", self.target())));
        command
    }
}

/// Quoted for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

impl Seen {
    /// The operations, joined by commas.
    pub fn operation(&self) -> Option<String> {
        let operations: Vec<_> = self.entry.notes.operations().collect();
        (!operations.is_empty()).then(|| operations.join(","))
    }

    /// As the list shows it.
    pub fn shown(&self) -> Shown {
        let asked = Asked::of(&self.entry);
        self.shown_with(&asked, &Redacted::new(&self.entry, &asked))
    }

    fn shown_with(&self, asked: &Asked<'_>, redacted: &Redacted<'_>) -> Shown {
        let Entry { at, elapsed, head, notes, answer, .. } = &*self.entry;
        let lines = |side: fn(&CartChanged) -> &Option<Vec<Held>>| {
            let lines = side(notes.change.as_ref()?).as_ref()?;
            Some(lines.iter().map(ShownLine::from).collect())
        };
        Shown {
            id: self.id,
            at: *at,
            account: redacted.text(&notes.account),
            transport: notes.transport.name(),
            method: head.method().to_owned(),
            path: redacted.text(head.path()),
            query: redacted.text(head.query()),
            operation: self.operation(),
            locale: notes.locale,
            cart_id: asked.cart_id().map(|id| redacted.text(&id)),
            associate_tag: asked.associate_tag().map(|tag| redacted.text(tag)),
            asins: asked.asins(),
            signature: notes.signature.name(),
            warnings: notes.warnings.iter().map(|warning| redacted.text(warning)).collect(),
            hints: notes.hints.iter().map(|hint| redacted.text(hint)).collect(),
            fault: notes.fault.clone(),
            status: answer.status,
            codes: self.entry.codes(),
            ms: (elapsed.as_secs_f64() * 1e6).round() / 1e3,
            before: lines(|change| &change.before),
            after: lines(|change| &change.after),
        }
    }

    /// With all that is kept. `url` is where the server is.
    pub fn whole(&self, url: &str) -> Whole {
        let asked = Asked::of(&self.entry);
        let redacted = Redacted::new(&self.entry, &asked);
        Whole {
            entry: self.shown_with(&asked, &redacted),
            strings_to_sign: strings_to_sign(&self.entry, &asked.params, &redacted),
            request_body: redacted.request_body(),
            request_bytes: self.entry.asked_length,
            answer_body: redacted.answer_body(),
            answer_bytes: self.entry.answer.length,
            curl: redacted.curl(url),
        }
    }
}

/// What a client signs of a request. Version 2 is the service's own; of 0 and 1, which other services of the time had, a client may be
/// left.
fn strings_to_sign(entry: &Entry, params: &Params<'_>, redacted: &Redacted<'_>) -> Vec<StringToSign> {
    match entry.notes.transport {
        Transport::Rest => {
            let value = |name| params.get(name).unwrap_or_default();
            let head = &entry.head;
            let method = if head.method() == "POST" { "POST" } else { "GET" };
            let host = head.host().to_ascii_lowercase();
            let host = host.rsplit_once(':').map_or(host.as_str(), |(host, _)| host);
            let mut pairs: Vec<(&str, &str)> =
                params.iter().map(|param| (param.name.as_ref(), param.value.as_ref())).collect();
            pairs.retain(|(name, _)| *name != "Signature");
            pairs.sort_by_key(|(name, _)| name.to_ascii_lowercase());
            let shown = |name: &str, value: &str| {
                let pair = redacted.text(&format!("{name}={value}"));
                pair.split_once('=').map_or_else(String::new, |(name, value)| format!("{name}{value}"))
            };
            let version_1: String = pairs.into_iter().map(|(name, value)| shown(name, value)).collect();
            let version_2 = string_to_sign(method, host, head.path(), &canonical_query(params));
            let version_0 = [value("Service"), value("Operation"), value("Timestamp")].concat();
            vec![
                StringToSign { version: "2", text: redacted.text(&version_2) },
                StringToSign { version: "1", text: version_1 },
                StringToSign { version: "0", text: redacted.text(&version_0) },
            ]
        }
        Transport::Soap => {
            let Ok(request) = read_soap(&entry.notes.body) else { return Vec::new() };
            let operation = params.get("Operation").unwrap_or_default();
            let text = format!("{operation}{}", request.credentials.timestamp.unwrap_or_default());
            vec![StringToSign { version: "soap", text: redacted.text(&text) }]
        }
        _ => Vec::new(),
    }
}

impl From<&Held> for ShownLine {
    fn from(held: &Held) -> Self {
        Self {
            cart_item_id: held.item_id.with_letter('U'),
            asin: held.asin,
            quantity: held.quantity,
            area: held.wanted,
        }
    }
}
