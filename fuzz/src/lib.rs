//! What the targets share: parameters are taken through the protocol as the server takes them, every document that can come of
//! it is written and read again, and what is read is compared with what was sent.
//!
//! A target says which bytes mean what; here is what must hold for all of them. A rule that does not hold panics, which is how
//! the fuzzer is told. Must not know the store, HTTP or the catalogue.

#![forbid(unsafe_code)]

mod shown;

use cartwright::cart::Locale;
use cartwright::protocol::hints::{self, Hints};
use cartwright::protocol::schema::{ItemField, Kind, Parameter, Rule};
use cartwright::protocol::{
    Batch, CartDocument, DecodeLimits, Decoded, Echo, EchoItem, Element, Envelope, EnvelopeError, Fault, GatewayError,
    Groups, ItemsDocument, ListDocument, ListsDocument, Merchant, MetaData, OffersWanted, Operation, OperationReply,
    OperationRequest, Params, Part, ProductDocument, ProductLinks, Reply, Request, Results, Sent, Setting, Shown,
    SoapVersion, Version, batches, decode, envelope, help, operations, read_params, read_tree, write_bare_errors,
    write_fault, write_gateway_error, write_reply, write_soap_reply,
};
use jiff::SignedDuration;
use std::fmt::Write as _;

/// The server's own default.
pub const LIMITS: DecodeLimits = DecodeLimits { quantity: 999 };

/// What an answer holds beside what the request decides.
pub struct Rest<'a> {
    /// Decides the language of errors and the currency.
    pub locale: Locale,
    /// The User-Agent header.
    pub user_agent: Option<&'a str>,
    /// Any text at all.
    pub request_id: &'a str,
    /// Shown wherever a request for a cart is right.
    pub cart: Option<CartDocument>,
    /// Shown wherever a request for products is right.
    pub products: Vec<ProductDocument>,
    /// Shown wherever a request for a list is right.
    pub list: Option<ListDocument>,
}

/// Takes parameters as far as they come, and checks every document on the way.
pub fn answer(params: &Params<'_>, rest: &Rest<'_>) {
    let envelope = match envelope(params) {
        Ok(envelope) => envelope,
        Err(error) => return refused(error, params),
    };
    gateway(&envelope, rest);
    let operations = match operations(&envelope) {
        Ok(operations) => operations,
        Err(error) => return refused(error, params),
    };
    let (batches, errors) = match batches(&operations, params) {
        Ok(batches) => (batches, Vec::new()),
        Err(error) => (Vec::new(), vec![error.text()]),
    };
    let mut replies: Vec<_> = batches.iter().map(|batch| reply_to(&envelope, batch, rest)).collect();
    if let (true, [single]) = (replies.is_empty(), operations.as_slice()) {
        replies.push(OperationReply { operation: *single, parts: Vec::new() });
    }
    let reply = Reply {
        version: envelope.version,
        locale: rest.locale,
        double_escaping: envelope.double_escaping,
        request: OperationRequest {
            user_agent: rest.user_agent,
            request_id: rest.request_id.to_owned(),
            arguments: params.iter().map(|param| (param.name.as_ref(), param.value.as_ref())).collect(),
            errors,
            processing_time: SignedDuration::from_nanos(1),
        },
        operations: replies,
    };
    let root = well_formed(&write_reply(&reply));
    check_head(&root, &reply);
    check_operations(&root, &reply);
    for soap in [SoapVersion::V1_1, SoapVersion::V1_2] {
        let enveloped = well_formed(&write_soap_reply(&reply, soap));
        assert_eq!(enveloped.child("Body").and_then(|body| body.children.first()), Some(&root), "in an envelope");
    }
}

/// A document, read.
pub fn well_formed(document: &str) -> Element {
    read_tree(document).unwrap_or_else(|error| panic!("{document:?} {error}"))
}

/// Checks the faults of one refusal.
pub fn check_fault(fault: &Fault, soap: SoapVersion, request_id: &str) {
    let root = well_formed(&write_fault(fault, soap, request_id));
    let fault_element = root.at(&["Body", "Fault"]).expect("a fault has a body");
    let (text, detail) = match soap {
        SoapVersion::V1_1 => (&["faultstring"][..], "detail"),
        SoapVersion::V1_2 => (&["Reason", "Text"][..], "Detail"),
    };
    check_text(fault_element.text_at(text), Some(&fault.text.message), false);
    check_text(fault_element.text_at(&[detail, "RequestId"]), Some(request_id), false);
}

/// The parameters as a query in which every byte is encoded that can be.
pub fn encoded(params: &Params<'_>) -> String {
    let mut query = String::new();
    for param in params {
        for (text, end) in [(&param.name, '='), (&param.value, '&')] {
            for byte in text.bytes() {
                let _ = write!(query, "%{byte:02X}"); // a String takes everything
            }
            query.push(end);
        }
    }
    query
}

/// Checks that a query says the same when it is encoded anew.
pub fn check_encoding(params: &Params<'_>) {
    let query = encoded(params);
    let mut again = Params::default();
    read_params(query.as_bytes(), &mut again);
    assert_eq!(&again, params, "{query}");
}

fn refused(error: EnvelopeError, params: &Params<'_>) {
    let _ = hints::for_envelope(params);
    let root = well_formed(&write_bare_errors(error));
    assert_eq!(root.text_at(&["Error", "Code"]), Some(error.text().code));
    check_fault(&Fault::from(&error), SoapVersion::V1_1, "");
}

/// Whatever a request may be turned away for, under the name that it gave its operation.
fn gateway(envelope: &Envelope<'_>, rest: &Rest<'_>) {
    let text = || envelope.access_key.unwrap_or_default().to_owned();
    for error in [
        GatewayError::MissingClientTokenId,
        GatewayError::InvalidTimestamp { timestamp: text() },
        GatewayError::RequestExpired { timestamp: text() },
        GatewayError::SignatureDoesNotMatch,
        GatewayError::RequestThrottled { key: text() },
    ] {
        let document = write_gateway_error(&error, envelope.operation, envelope.version, rest.request_id);
        let root = well_formed(&document);
        assert!(root.name.ends_with("ErrorResponse"), "{}", root.name);
        check_text(root.text_at(&["Error", "Message"]), Some(&error.text().message), false);
        check_text(root.text_at(&[error.id_element()]), Some(rest.request_id), false);
        check_fault(&Fault::from(&error), SoapVersion::V1_2, rest.request_id);
    }
}

fn reply_to<'p>(envelope: &Envelope<'_>, batch: &'p Batch<'_>, rest: &Rest<'_>) -> OperationReply<'p> {
    assert!((1..=2).contains(&batch.requests.len()), "a batch of {}", batch.requests.len());
    let setting = Setting { version: envelope.version, locale: rest.locale, limits: LIMITS };
    let parts = batch.requests.iter().map(|params| {
        let Decoded { echo, groups, request, oddities } = decode(params, batch.operation, setting);
        check_sent(params, &echo, batch.operation, envelope.version);
        for oddity in oddities {
            assert!(!oddity.text(batch.operation, envelope.version).is_empty(), "a warning says something");
            assert!(!oddity.error(batch.operation).text(rest.locale).message.is_empty(), "and so does a refusal");
        }
        let (shown, errors) = match request {
            Ok(request) => {
                check_request(&request);
                (result(envelope, &request, groups, rest), Vec::new())
            }
            Err(errors) => {
                assert!(!errors.is_empty(), "a request is wrong for a reason");
                (Shown::Nothing, errors)
            }
        };
        let mut hints = Hints::default();
        hints.note_request(batch.operation, params, &errors);
        assert!(!errors.is_empty() || hints.as_slice().is_empty(), "hints are for errors");
        Part { echo, errors, shown }
    });
    OperationReply { operation: batch.operation, parts: parts.collect() }
}

/// What is shown of the rest for a request that is right.
fn result(envelope: &Envelope<'_>, request: &Request<'_>, groups: Groups, rest: &Rest<'_>) -> Shown {
    let links = || ProductLinks {
        access_key: envelope.access_key.unwrap_or_default().to_owned(),
        associate_tag: envelope.associate_tag.unwrap_or_default().to_owned(),
    };
    let items = |results| Shown::Items(ItemsDocument { groups, links: links(), results, items: rest.products.clone() });
    match request {
        Request::CartCreate { .. }
        | Request::CartAdd { .. }
        | Request::CartModify { .. }
        | Request::CartGet { .. }
        | Request::CartClear { .. } => rest.cart.clone().map_or(Shown::Nothing, Shown::Cart),
        Request::ItemLookup(_) | Request::SimilarityLookup { .. } => items(None),
        Request::ItemSearch(search) => items(Some(Results {
            total: rest.products.len() as u64,
            keywords: search.terms.iter().map(|(_, text)| *text).collect(),
            search_index: search.search_index.to_owned(),
        })),
        Request::ListLookup(_) => {
            Shown::Lists(ListsDocument { groups, links: links(), lists: rest.list.iter().cloned().collect() })
        }
        Request::Help { about, of_operation } => {
            help(about, *of_operation, envelope.version, rest.locale).map_or(Shown::Nothing, Shown::Information)
        }
    }
}

/// The echo holds what was sent of each parameter, or what stands for it, and nothing that the version does not have.
fn check_sent(params: &Params<'_>, echo: &Echo<'_>, operation: Operation, version: Version) {
    let mut places = 0;
    for (rule, sent) in echo.iter() {
        places += 1;
        let name = rule.parameter.name();
        let mut values = params.iter().filter(|param| param.name == name).map(|param| param.value.as_ref());
        let default = rule.default_in(version);
        match rule.kind {
            Kind::Items => check_sent_items(params, echo.items()),
            _ if !rule.versions.has(version) => assert_eq!(*sent, Sent::Nothing, "{name}"),
            Kind::List(_) | Kind::Ratings | Kind::Groups => {
                let parts = |list: &str| -> Vec<String> {
                    list.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
                };
                let mut expected = values.map(parts).find(|parts| !parts.is_empty());
                // The older service turned these around.
                if operation == Operation::SimilarityLookup
                    && rule.parameter == Parameter::ITEM_ID
                    && version < Version::V2011_08_01
                    && let Some(ids) = &mut expected
                {
                    ids.reverse();
                }
                let expected = expected.or(default.map(parts)).unwrap_or_default();
                assert_eq!(echo.list(rule.parameter), expected, "{name}");
                assert_eq!(*sent == Sent::Nothing, expected.is_empty(), "{name}");
            }
            Kind::Text | Kind::Boolean | Kind::Number(..) | Kind::NumberOrAll(_) | Kind::Choice(_) => {
                let expected = values.find(|value| !value.is_empty()).or(default);
                assert_eq!(echo.text(rule.parameter), expected, "{name}");
                assert_eq!(*sent == Sent::Nothing, expected.is_none(), "{name}");
            }
        }
    }
    assert_eq!(places, operation.row().parameters.len(), "every parameter has its place");
}

/// Nothing is in an item that was not sent for one.
fn check_sent_items(params: &Params<'_>, items: &[EchoItem<'_>]) {
    let sent: std::collections::HashSet<&str> =
        params.iter().filter(|param| param.name.starts_with("Item.")).map(|param| param.value.as_ref()).collect();
    for item in items {
        let fields = ItemField::ALL.into_iter().filter_map(|field| item.get(field));
        let pairs = item.meta_data.iter().flat_map(|pair| [pair.key, pair.value]).flatten();
        for value in fields.chain(pairs) {
            assert!(sent.contains(value), "{value:?} was not sent");
        }
    }
}

/// What the operations take for granted.
fn check_request(request: &Request<'_>) {
    match request {
        Request::CartCreate { items, .. } => {
            check_quantities(1, items.iter().map(|item| Some(item.quantity)), request);
        }
        Request::CartAdd { cart, items, .. } => {
            assert!(!cart.id.is_empty() && !cart.hmac.is_empty(), "{request:?}");
            check_quantities(1, items.iter().map(|item| Some(item.quantity)), request);
        }
        Request::CartModify { cart, items, .. } => {
            assert!(!cart.id.is_empty() && !cart.hmac.is_empty(), "{request:?}");
            assert!(items.iter().all(|item| !item.item_id.is_empty() && (item.quantity, item.area) != (None, None)));
            check_quantities(0, items.iter().map(|item| item.quantity), request);
        }
        Request::CartGet { cart } | Request::CartClear { cart } => {
            assert!(!cart.id.is_empty() && !cart.hmac.is_empty(), "{request:?}");
        }
        Request::ItemLookup(products) => {
            check_ids(&products.items, request);
            check_offers(&products.offers, request);
        }
        Request::SimilarityLookup { items, offers, .. } => {
            check_ids(items, request);
            check_offers(offers, request);
        }
        Request::ItemSearch(search) => {
            assert!(search.terms.iter().all(|(_, text)| !text.is_empty()), "{request:?}");
            assert!(!search.search_index.is_empty() && (1..=400).contains(&search.page), "{request:?}");
            check_offers(&search.offers, request);
        }
        Request::ListLookup(list) => {
            assert!(!list.id.is_empty() && !list.list_type.is_empty(), "{request:?}");
            assert!((1..=30).contains(&list.page), "{request:?}");
            check_offers(&list.offers, request);
        }
        Request::Help { about, .. } => assert!(!about.is_empty(), "{request:?}"),
    }
}

fn check_quantities(least: u32, quantities: impl ExactSizeIterator<Item = Option<u32>>, request: &Request<'_>) {
    assert!(quantities.len() > 0, "{request:?}");
    for quantity in quantities.flatten() {
        assert!((least..=LIMITS.quantity).contains(&quantity), "{request:?}");
    }
}

fn check_ids(ids: &[&str], request: &Request<'_>) {
    assert!((1..=10).contains(&ids.len()) && ids.iter().all(|id| !id.is_empty()), "{request:?}");
}

fn check_offers(offers: &OffersWanted<'_>, request: &Request<'_>) {
    assert!((1..=100).contains(&offers.page) && offers.merchant != Merchant::Id(""), "{request:?}");
}

/// User agent, id and arguments come back as they were sent.
fn check_head(root: &Element, reply: &Reply<'_>) {
    let head = root.child("OperationRequest").expect("every answer has a head");
    check_text(head.text_at(&["RequestId"]), Some(&reply.request.request_id), reply.double_escaping);
    let agent = head.at(&["HTTPHeaders", "Header"]).map(|header| header.attribute("Value").unwrap_or_default());
    assert_eq!(agent.map(str::to_owned), reply.request.user_agent.map(shown));
    let arguments = head.child("Arguments").map(|arguments| arguments.children.as_slice()).unwrap_or_default();
    assert_eq!(arguments.len(), reply.request.arguments.len());
    for (argument, (name, value)) in arguments.iter().zip(&reply.request.arguments) {
        assert_eq!(argument.attribute("Name"), Some(shown(name).as_str()));
        let value = Some(shown(value)).filter(|value| !value.is_empty());
        assert_eq!(argument.attribute("Value"), value.as_deref());
    }
}

/// Every request's echo and errors come back, in the place where they belong.
fn check_operations(root: &Element, reply: &Reply<'_>) {
    let multi = reply.operations.len() > 1;
    for answer in &reply.operations {
        let row = answer.operation.row();
        let place = if multi { root.child(row.response).expect("one for each operation") } else { root };
        let parts: Vec<_> = place.all(row.container).collect();
        assert_eq!(parts.len(), answer.parts.len());
        for (element, part) in parts.into_iter().zip(&answer.parts) {
            let request = element.child("Request").expect("every part shows its request");
            assert_eq!(
                request.child("Errors").map_or(0, |errors| errors.children.len()),
                part.errors.len(),
                "errors are neither lost nor made"
            );
            let empty = Element::default();
            let echo = request.child(row.request).unwrap_or(&empty);
            check_echo(echo, &part.echo, answer.operation, reply.version, reply.double_escaping);
            shown::check(element, &part.shown, reply.version, reply.double_escaping);
        }
    }
}

/// The echo is written as it is: every parameter that has something in its place, and nothing else.
fn check_echo(element: &Element, echo: &Echo<'_>, operation: Operation, version: Version, double: bool) {
    let mut rest = element.children.as_slice();
    for (rule, sent) in echo.iter() {
        let count = rest.iter().take_while(|child| child.name == rule.parameter.name()).count();
        let (own, others) = rest.split_at(count);
        check_parameter(own, rule, sent, operation, version, double);
        rest = others;
    }
    assert!(rest.is_empty(), "{} is no parameter, or stands in the wrong place", rest[0].name);
}

fn check_parameter(
    own: &[Element],
    rule: &Rule,
    sent: &Sent<'_>,
    operation: Operation,
    version: Version,
    double: bool,
) {
    let texts = match sent {
        Sent::Nothing if rule.kind.is_items() => {
            // The newest versions show an empty list.
            assert!(own.iter().all(|list| list.children.is_empty() && list.text.is_empty()), "{own:?}");
            assert!(own.len() <= usize::from(version >= Version::V2013_08_01), "{own:?}");
            return;
        }
        Sent::Items(items) => {
            let [list] = own else { panic!("{} lists of items", own.len()) };
            assert_eq!(list.children.len(), items.len());
            for (item, sent) in list.children.iter().zip(items) {
                check_item(item, sent, operation, version, double);
            }
            return;
        }
        Sent::Nothing => &[][..],
        Sent::Text(text) => std::slice::from_ref(text),
        Sent::List(list) => list.as_slice(),
    };
    assert_eq!(own.len(), texts.len(), "{}", rule.parameter.name());
    for (element, sent) in own.iter().zip(texts) {
        check_text(Some(&element.text), Some(sent), double);
    }
}

fn check_item(element: &Element, sent: &EchoItem<'_>, operation: Operation, version: Version, double: bool) {
    for field in ItemField::ALL.into_iter().filter(|field| *field != ItemField::MetaData) {
        let shown = operation.row().item_fields.contains(&field) && field.is_in(operation, version);
        check_text(element.text_at(&[field.name()]), sent.get(field).filter(|_| shown), double);
    }
    if ItemField::MetaData.is_in(operation, version) {
        let pairs: Vec<_> = element.all("MetaData").collect();
        assert_eq!(pairs.len(), sent.meta_data.len());
        for (pair, MetaData { key, value }) in pairs.into_iter().zip(&sent.meta_data) {
            check_text(pair.text_at(&["Key"]), *key, double);
            check_text(pair.text_at(&["Value"]), *value, double);
        }
    }
}

/// Checks that a text came back: what XML cannot carry is replaced, and the rest is there to the letter.
fn check_text(read: Option<&str>, sent: Option<&str>, double: bool) {
    let (Some(read), Some(sent)) = (read, sent) else {
        assert_eq!(read, sent, "sent but not shown, or shown but not sent");
        return;
    };
    let once = if double { well_formed(&format!("<x>{read}</x>")).text } else { read.to_owned() };
    let shown = shown(sent);
    // The reader takes a text that stands on lines of its own for a pretty-printer's work.
    assert!(once == shown || once == shown.trim(), "{sent:?} came back as {once:?}");
}

/// The text as XML 1.0 can carry it.
fn shown(text: &str) -> String {
    let illegal =
        |c: char| matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}');
    text.replace(illegal, "\u{FFFD}")
}
