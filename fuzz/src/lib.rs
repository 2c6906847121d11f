//! What the targets share: parameters are taken through the protocol as the server takes them, every document that can come of
//! it is written and read again, and what is read is compared with what was sent.
//!
//! A target says which bytes mean what; here is what must hold for all of them. A rule that does not hold panics, which is how
//! the fuzzer is told. Must not know the store, HTTP or the catalogue.

#![forbid(unsafe_code)]

use cartwright::cart::Locale;
use cartwright::protocol::schema::{ItemField, Parameter};
use cartwright::protocol::{
    Batch, CartDocument, CartReply, DecodeLimits, Decoded, Echo, EchoItem, Element, Envelope, EnvelopeError, Fault,
    GatewayError, MetaData, Operation, OperationReply, OperationRequest, Params, Reply, Request, SoapVersion, Version,
    batches, decode, envelope, hints, operations, read_params, read_tree, write_bare_errors, write_fault,
    write_gateway_error, write_reply, write_soap_reply,
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
    /// Shown in every part of the answer whose request is right.
    pub cart: Option<CartDocument>,
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
        replies.push(OperationReply { operation: *single, carts: Vec::new() });
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
    let carts = batch.requests.iter().map(|params| {
        let Decoded { echo, request, .. } = decode(params, batch.operation, envelope.version, LIMITS);
        let errors = match request {
            Ok(request) => {
                check_request(&request);
                Vec::new()
            }
            Err(errors) => errors,
        };
        let _ = hints::for_request(batch.operation, params, &errors);
        let cart = if errors.is_empty() { rest.cart.clone() } else { None };
        CartReply { echo, errors, cart }
    });
    OperationReply { operation: batch.operation, carts: carts.collect() }
}

/// What the operations take for granted.
fn check_request(request: &Request<'_>) {
    let (cart, quantities): (_, Vec<(u32, Option<u32>)>) = match request {
        Request::CartCreate { items, .. } => (None, items.iter().map(|item| (1, Some(item.quantity))).collect()),
        Request::CartAdd { cart, items, .. } => {
            (Some(cart), items.iter().map(|item| (1, Some(item.quantity))).collect())
        }
        Request::CartModify { cart, items, .. } => {
            assert!(items.iter().all(|item| !item.item_id.is_empty() && (item.quantity, item.area) != (None, None)));
            (Some(cart), items.iter().map(|item| (0, item.quantity)).collect())
        }
        Request::CartGet { cart } | Request::CartClear { cart } => (Some(cart), vec![(1, None)]),
    };
    assert!(cart.is_none_or(|cart| !cart.id.is_empty() && !cart.hmac.is_empty()), "{request:?}");
    assert!(!quantities.is_empty(), "{request:?}");
    for (least, quantity) in quantities {
        assert!(quantity.is_none_or(|quantity| (least..=LIMITS.quantity).contains(&quantity)), "{request:?}");
    }
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
        let carts: Vec<_> = place.all("Cart").collect();
        assert_eq!(carts.len(), answer.carts.len());
        for (element, cart) in carts.into_iter().zip(&answer.carts) {
            let request = element.child("Request").expect("every cart shows its request");
            assert_eq!(
                request.child("Errors").map_or(0, |errors| errors.children.len()),
                cart.errors.len(),
                "errors are neither lost nor made"
            );
            let empty = Element::default();
            let echo = request.child(row.request).unwrap_or(&empty);
            check_echo(echo, &cart.echo, answer.operation, reply.version, reply.double_escaping);
            if let Some(document) = &cart.cart {
                check_cart(element, document, reply.double_escaping);
            }
        }
    }
}

fn check_echo(element: &Element, echo: &Echo<'_>, operation: Operation, version: Version, double: bool) {
    let takes = |wanted| operation.row().parameters.iter().any(|(parameter, _)| *parameter == wanted);
    for (parameter, sent) in
        [(Parameter::CartId, echo.cart_id), (Parameter::Hmac, echo.hmac), (Parameter::MergeCart, echo.merge_cart)]
    {
        let read = element.text_at(&[parameter.name()]);
        check_text(read, sent.filter(|_| takes(parameter)), double);
    }
    let groups: Vec<_> = element.all("ResponseGroup").collect();
    assert_eq!(groups.len(), echo.response_groups.len());
    for (group, sent) in groups.into_iter().zip(&echo.response_groups) {
        check_text(Some(&group.text), Some(sent), double);
    }
    let items = element.child("Items").map(|items| items.children.as_slice()).unwrap_or_default();
    assert_eq!(items.len(), echo.items.len());
    for (item, sent) in items.iter().zip(&echo.items) {
        check_item(item, sent, operation, version, double);
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

fn check_cart(element: &Element, cart: &CartDocument, double: bool) {
    check_text(element.text_at(&["CartId"]), Some(&cart.id.to_string()), false);
    check_text(element.text_at(&["HMAC"]), Some(cart.hmac.as_str()), false);
    let Some(contents) = &cart.contents else { return };
    check_text(element.text_at(&["PurchaseURL"]), Some(&contents.purchase_url), double);
    let lists = ["CartItems", "SavedForLaterItems"].into_iter().filter_map(|list| element.child(list));
    let shown: Vec<_> = lists.flat_map(|list| &list.children).filter(|item| item.name != "SubTotal").collect();
    assert_eq!(shown.len(), contents.items.len());
    for item in &contents.items {
        let matches = |read: &&Element| read.text_at(&["ASIN"]) == Some(&item.asin.to_string());
        let read = shown.iter().copied().find(matches).expect("every line is shown");
        check_text(read.text_at(&["Title"]), Some(&item.title), double);
        check_text(read.text_at(&["ProductGroup"]), Some(&item.product_group), double);
        check_text(read.text_at(&["Quantity"]), Some(&item.quantity.to_string()), false);
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
