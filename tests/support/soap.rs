//! Queries as SOAP: so that a test can ask the same thing over both transports.

use super::client::{Answer, request};
use super::server::TestServer;

/// SOAP 1.1 and SOAP 1.2.
pub(crate) const ENVELOPES: [&str; 2] =
    ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"];

/// The namespace of the service; a version follows.
pub(crate) const SERVICE: &str = "http://webservices.amazon.com/AWSECommerceService/";

impl TestServer {
    /// POSTs an envelope.
    #[track_caller]
    pub(crate) fn post_soap(&self, path: &str, body: &str) -> Answer {
        let headers = [("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", "\"\"")];
        self.raw(&request("POST", path, &headers, body.as_bytes()))
    }

    /// The operation of a query in a locale, over SOAP 1.1.
    #[track_caller]
    pub(crate) fn soap_in(&self, locale: &str, query: &str) -> Answer {
        self.post_soap(&format!("/{locale}/onca/soap"), &envelope(ENVELOPES[0], "", &operation(query)))
    }
}

/// An envelope of these parts.
pub(crate) fn envelope(namespace: &str, header: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><S:Envelope xmlns:S=\"{namespace}\">{header}<S:Body>{body}</S:Body></S:Envelope>"
    )
}

/// The body of a SOAP request that asks what this query asks, with the tests' key.
pub(crate) fn operation(query: &str) -> String {
    let pairs: Vec<(String, String)> = query.split('&').map(|pair| decoded(pair.split_once('=').unwrap())).collect();
    let value = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let (operation, version) = (value("Operation").unwrap(), value("Version").unwrap_or("2005-10-05"));
    let (mut common, mut own) = (element("AWSAccessKeyId", "AKIATEST"), String::new());
    let mut items: Vec<(&str, String)> = Vec::new();
    let mut lists = String::new();
    for (name, value) in &pairs {
        match name.as_str() {
            "Operation" | "Version" => {}
            "ResponseGroup" | "ItemId" => lists.extend(value.split(',').map(|one| element(name, one))),
            "AssociateTag" | "Validate" | "XMLEscaping" => common += &element(name, value),
            _ => match name.strip_prefix("Item.").and_then(|path| path.split_once('.')) {
                None => own += &element(name, value),
                Some((number, field)) => {
                    if items.last().is_none_or(|(known, _)| *known != number) {
                        items.push((number, String::new()));
                    }
                    let item = &mut items.last_mut().unwrap().1;
                    match field {
                        // Its Key has been written and waits for its Value.
                        "MetaData.1.Value" => {
                            let open = item.strip_suffix("</MetaData>").unwrap().len();
                            item.insert_str(open, &element("Value", value));
                        }
                        "MetaData.1.Key" => *item += &wrapped("MetaData", &element("Key", value)),
                        _ => *item += &element(field, value),
                    }
                }
            },
        }
    }
    if !items.is_empty() {
        let items: Vec<_> = items.iter().map(|(_, fields)| wrapped("Item", fields)).collect();
        own += &wrapped("Items", &items.concat());
    }
    format!("<{operation} xmlns=\"{SERVICE}{version}\">{common}<Request>{own}{lists}</Request></{operation}>")
}

fn element(name: &str, value: &str) -> String {
    wrapped(name, &value.replace('&', "&amp;").replace('<', "&lt;"))
}

fn wrapped(name: &str, inside: &str) -> String {
    format!("<{name}>{inside}</{name}>")
}

fn decoded((name, value): (&str, &str)) -> (String, String) {
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    (decode(name), decode(value))
}
