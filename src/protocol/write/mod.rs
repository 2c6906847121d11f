//! The writer: [`Reply`] to XML. Names, order and namespaces stand here, once, in the order in which they are written
//! (docs/PROTOCOL.md, section 3).
//!
//! What all answers have in common is here; what an answer shows has a file of its own.

mod cart;
mod information;
mod items;
mod lists;
mod offers;

use super::decode::EnvelopeError;
use super::errors::{ErrorText, GatewayError, RequestError};
use super::reply::{OperationRequest, Part, Reply, Shown};
use super::request::{Echo, EchoItem, Sent};
use super::schema::{Element, ItemField, Operation};
use super::version::Version;
use super::xml::Xml;
use crate::cart::{Locale, Money};

pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
/// Gateway errors had this one, and a line break after it.
const GATEWAY_DECLARATION: &str = "<?xml version=\"1.0\"?>\n";
/// A version follows.
pub(super) const NAMESPACE: &str = "http://webservices.amazon.com/AWSECommerceService/";
const ERROR_NAMESPACE: &str = "http://ecs.amazonaws.com/doc/";

/// Writes an answer as a document of its own.
pub fn write_reply(reply: &Reply<'_>) -> String {
    write_element(Xml::new(DECLARATION, reply.double_escaping), reply).finish()
}

/// Writes an answer's element into a document that has been begun.
pub(super) fn write_element(mut xml: Xml, reply: &Reply<'_>) -> Xml {
    // Two operations stand in a frame of their own, and share its head.
    let multi = reply.operations.len() > 1;
    let root = match reply.operations.as_slice() {
        [single] => single.operation.row().response,
        _ => "MultiOperationResponse",
    };
    xml.open_root(root, &[NAMESPACE, reply.version.as_str()]);
    operation_request(&mut xml, &reply.request);
    for answer in &reply.operations {
        if multi {
            xml.open(answer.operation.row().response);
        }
        for part in &answer.parts {
            Writer { xml: &mut xml, operation: answer.operation, version: reply.version, locale: reply.locale }
                .part(part);
        }
        if multi {
            xml.close(answer.operation.row().response);
        }
    }
    xml.close(root);
    xml
}

/// Writes the document of a request that is none of this service: a bare `Errors`.
pub fn write_bare_errors(error: EnvelopeError) -> String {
    let mut xml = Xml::new(DECLARATION, false);
    // Recorded: without a namespace when Service is missing, else in that of the default version whatever was asked.
    match error {
        EnvelopeError::MissingService => xml.open("Errors"),
        _ => xml.open_root("Errors", &[NAMESPACE, Version::DEFAULT.as_str()]),
    }
    write_error(&mut xml, &error.text());
    xml.close("Errors");
    xml.finish()
}

/// Writes `{Operation}ErrorResponse`.
///
/// `operation` is the Operation parameter as sent, known or not.
pub fn write_gateway_error(error: &GatewayError, operation: &str, version: Version, request_id: &str) -> String {
    let mut xml = Xml::new(GATEWAY_DECLARATION, false);
    let root = format!("{}ErrorResponse", if operation.contains(',') { "MultiOperation" } else { operation });
    xml.open_root(&root, &[ERROR_NAMESPACE, version.as_str(), "/"]);
    write_error(&mut xml, &error.text());
    xml.text(error.id_element(), request_id);
    xml.close(&root);
    xml.finish()
}

/// Writes the `ErrorResponse` of a request that did not reach an operation: a wrong path, a wrong method, too large a body.
pub fn write_transport_error(code: &str, message: &str, request_id: &str) -> String {
    let mut xml = Xml::new(GATEWAY_DECLARATION, false);
    xml.open_root("ErrorResponse", &[ERROR_NAMESPACE, Version::DEFAULT.as_str(), "/"]);
    xml.open("Error");
    xml.text("Code", code);
    xml.text("Message", message);
    xml.close("Error");
    xml.text("RequestId", request_id);
    xml.close("ErrorResponse");
    xml.finish()
}

fn write_error(xml: &mut Xml, error: &ErrorText) {
    xml.open("Error");
    xml.text("Code", error.code);
    xml.text("Message", &error.message);
    xml.close("Error");
}

fn operation_request(xml: &mut Xml, request: &OperationRequest<'_>) {
    xml.open("OperationRequest");
    if let Some(agent) = request.user_agent {
        xml.open("HTTPHeaders");
        xml.attributes("Header", &[("Name", Some("UserAgent")), ("Value", Some(agent))]);
        xml.close("HTTPHeaders");
    }
    xml.text("RequestId", &request.request_id);
    if !request.arguments.is_empty() {
        xml.open("Arguments");
        for (name, value) in &request.arguments {
            let value = Some(*value).filter(|value| !value.is_empty());
            xml.attributes("Argument", &[("Name", Some(name)), ("Value", value)]);
        }
        xml.close("Arguments");
    }
    if !request.errors.is_empty() {
        xml.open("Errors");
        for error in &request.errors {
            write_error(xml, error);
        }
        xml.close("Errors");
    }
    xml.plain("RequestProcessingTime", request.processing_time);
    xml.close("OperationRequest");
}

/// Writes the answers of one operation.
struct Writer<'x> {
    xml: &'x mut Xml,
    operation: Operation,
    version: Version,
    locale: Locale,
}

impl Writer<'_> {
    fn part(&mut self, part: &Part<'_>) {
        let container = self.operation.row().container;
        self.xml.open(container);
        self.request(part);
        match &part.shown {
            Shown::Nothing => {}
            Shown::Cart(cart) => self.cart(cart),
            Shown::Items(items) => self.items(items),
            Shown::Lists(lists) => self.lists(lists),
            Shown::Information(information) => self.information(information),
        }
        self.xml.close(container);
    }

    fn request(&mut self, part: &Part<'_>) {
        self.xml.open("Request");
        let invalid = part.errors.iter().any(RequestError::is_static);
        self.xml.text("IsValid", if invalid { "False" } else { "True" });
        self.echo(&part.echo);
        if !part.errors.is_empty() {
            self.xml.open("Errors");
            for error in &part.errors {
                write_error(self.xml, &error.text(self.locale));
            }
            self.xml.close("Errors");
        }
        self.xml.close("Request");
    }

    fn echo(&mut self, echo: &Echo<'_>) {
        let row = self.operation.row();
        // Recorded: in 2011 a request without parameters had no echo, in 2016 missing items were echoed as an empty list.
        let empty_items =
            self.version >= Version::V2013_08_01 && !row.item_fields.is_empty() && echo.items().is_empty();
        if !empty_items && echo.is_empty() {
            return;
        }
        self.xml.open(row.request);
        for (rule, sent) in echo.iter() {
            let name = rule.parameter.name();
            match sent {
                Sent::Nothing if empty_items && rule.kind.is_items() => self.xml.text(name, ""),
                Sent::Nothing => {}
                Sent::Text(text) => self.xml.text(name, text),
                Sent::List(list) => list.iter().for_each(|text| self.xml.text(name, text)),
                Sent::Items(items) => self.echo_items(items),
            }
        }
        self.xml.close(row.request);
    }

    fn echo_items(&mut self, items: &[EchoItem<'_>]) {
        self.xml.open("Items");
        for item in items {
            self.xml.open("Item");
            for field in self.operation.row().item_fields {
                if !field.is_in(self.operation, self.version) {
                    continue;
                }
                self.optional(field.name(), item.get(*field));
                if *field == ItemField::MetaData {
                    for pair in &item.meta_data {
                        self.xml.open("MetaData");
                        self.optional("Key", pair.key);
                        self.optional("Value", pair.value);
                        self.xml.close("MetaData");
                    }
                }
            }
            self.xml.close("Item");
        }
        self.xml.close("Items");
    }

    fn price(&mut self, element: &str, money: Money) {
        self.xml.open(element);
        self.xml.plain("Amount", money.minor);
        self.xml.plain("CurrencyCode", money.currency.code());
        self.xml.plain("FormattedPrice", money);
        self.xml.close(element);
    }

    fn has(&self, element: Element) -> bool {
        element.is_in(self.version)
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.xml.text(name, value);
        }
    }
}
