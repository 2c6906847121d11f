//! The SOAP reader: an envelope to [`Params`] (docs/PROTOCOL.md, section 11).
//!
//! Goes through the document once and keeps only what has a meaning. No document can grow when it is read: there are no document
//! types, no entities beyond the five predefined ones and character references, and nesting and attributes have limits.

use super::super::params::Params;
use super::super::schema::{self, ItemField, Operation, Row};
use super::super::write::NAMESPACE;
use super::super::xml::is_legal;
use super::SoapVersion;
use quick_xml::NsReader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceError, ResolveResult};
use std::borrow::Cow;
use std::collections::HashSet;

/// Elements inside each other at most; a cart request has eight.
const MAX_DEPTH: usize = 32;
/// Attributes of one element at most. Looking for repeated ones takes the square of their number.
const MAX_ATTRIBUTES: usize = 64;
/// Namespace declarations that are in force at once at most. Every element and attribute is looked up among them.
const MAX_NAMESPACES: usize = 64;
/// The namespace of the credentials in the header.
const SECURITY: &str = "http://security.amazonaws.com/doc/2007-01-01/";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A SOAP request, in the terms of every other transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoapRequest {
    /// How to answer.
    pub soap: SoapVersion,
    /// Service, Operation, Version and whatever the body holds. One `Request` gives plain names; several give those of a batch:
    /// `CartCreate.2.Item.1.ASIN`.
    pub params: Params<'static>,
    /// What the header holds.
    pub credentials: Credentials,
}

/// The signed header of a request, as sent. The signature covers the operation's name and the time stamp.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// AWSAccessKeyId.
    pub access_key: Option<String>,
    /// Timestamp.
    pub timestamp: Option<String>,
    /// Signature.
    pub signature: Option<String>,
}

impl std::fmt::Debug for Credentials {
    /// The signature stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key", &self.access_key)
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}

/// A body that is no request, and the SOAP in which to say so, when that much could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoapRefusal {
    /// `None` when the envelope was not reached.
    pub soap: Option<SoapVersion>,
    /// Why.
    pub error: SoapError,
}

/// Why a body is no SOAP request. `Display` is a whole sentence for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SoapError {
    /// It is no UTF-8.
    #[error("The request is not encoded in UTF-8.")]
    Encoding,
    /// It is no well-formed XML.
    #[error("The request is not well-formed XML: {0}.")]
    Malformed(String),
    /// It declares a document type.
    #[error("The request declares a document type, which a SOAP message must not.")]
    DocumentType,
    /// It uses an entity that XML itself does not have.
    #[error("The request uses the entity &{0};, which is not defined.")]
    Entity(String),
    /// It is nested too deep.
    #[error("The request has more than {MAX_DEPTH} elements inside each other.")]
    TooDeep,
    /// An element has too many attributes.
    #[error("An element of the request has more than {MAX_ATTRIBUTES} attributes.")]
    TooManyAttributes,
    /// Too many namespaces are declared.
    #[error("The request has more than {MAX_NAMESPACES} namespace declarations inside each other.")]
    TooManyNamespaces,
    /// It is some other XML.
    #[error("The request is not a SOAP 1.1 or SOAP 1.2 envelope.")]
    NotAnEnvelope,
    /// The envelope's body is missing or empty, or there is more than one.
    #[error("The SOAP envelope must have one Body with one operation in it.")]
    NotOneOperation,
}

impl SoapError {
    fn malformed(error: impl std::fmt::Display) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl From<quick_xml::Error> for SoapError {
    fn from(error: quick_xml::Error) -> Self {
        match error {
            quick_xml::Error::Namespace(NamespaceError::TooManyBindings(_)) => Self::TooManyNamespaces,
            error => Self::malformed(error),
        }
    }
}

/// Reads an envelope. SOAPAction plays no part: the body says what is asked.
pub fn read_soap(body: &[u8]) -> Result<SoapRequest, SoapRefusal> {
    let mut reading = Reading::default();
    let read = text(body).and_then(|document| reading.read(document));
    match read.and_then(|()| reading.soap.ok_or(SoapError::NotAnEnvelope)) {
        Ok(soap) => reading.finish(soap),
        Err(error) => Err(SoapRefusal { soap: reading.soap, error }),
    }
}

fn text(body: &[u8]) -> Result<&str, SoapError> {
    let document = str::from_utf8(body).map_err(|_| SoapError::Encoding)?;
    if !document.chars().all(is_legal) {
        return Err(SoapError::malformed("it holds a character that XML cannot carry"));
    }
    Ok(document.trim_start_matches('\u{FEFF}'))
}

/// Where an element stands, which says what it means.
#[derive(Clone, Debug)]
enum Place {
    Envelope,
    Header,
    /// A value of the header.
    Credential(Credential),
    Body,
    Operation,
    /// A value that the whole request shares.
    Common(&'static str),
    /// `Request` or `Shared`.
    Part(Part),
    Items(Part),
    /// `Item.1.`
    Item(Part, String),
    /// `Item.1.MetaData.1.`
    MetaData(Part, String),
    /// A value of a part, by its dotted name.
    Field(Part, String),
    /// One of the values of a parameter that may have several.
    Listed(Part, &'static str),
    /// Nothing in it has a meaning here.
    Ignored,
}

#[derive(Clone, Copy, Debug)]
enum Credential {
    AccessKey,
    Timestamp,
    Signature,
}

#[derive(Clone, Copy, Debug)]
enum Part {
    Shared,
    /// By its place, from 0.
    Request(usize),
}

/// An element that is open.
struct Open {
    place: Place,
    text: String,
}

/// The values of a part.
#[derive(Default)]
struct Fields {
    values: Vec<(String, String)>,
    /// Where each list stands in `values`; it is one value, however many elements it came in.
    lists: Vec<(&'static str, usize)>,
    items: usize,
    /// Of the item that is open.
    pairs: usize,
}

/// The body's element.
struct Asked {
    name: String,
    namespace: String,
    /// `None` for an operation that nobody knows: then only its name matters.
    row: Option<&'static Row>,
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    soap: Option<SoapVersion>,
    open: Vec<Open>,
    bodies: usize,
    asked: Option<Asked>,
    credentials: Credentials,
    common: Vec<(&'static str, String)>,
    shared: Fields,
    requests: Vec<Fields>,
}

impl Reading {
    fn read(&mut self, document: &str) -> Result<(), SoapError> {
        let mut reader = NsReader::from_str(document);
        reader.resolver_mut().set_max_namespace_bindings(MAX_NAMESPACES);
        loop {
            match reader.read_event()? {
                Event::Start(start) => self.start(&reader, &start)?,
                Event::Empty(start) => {
                    self.start(&reader, &start)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.text(&text.xml10_content())?,
                Event::CData(text) => self.text(&text.xml10_content())?,
                Event::GeneralRef(reference) => self.text(&resolved(&reference)?)?,
                Event::DocType(_) => return Err(SoapError::DocumentType),
                Event::Decl(declaration) => {
                    // An ASCII document is the same in every encoding that old toolkits declare.
                    let declared = declaration.encoding().transpose().map_err(SoapError::malformed)?;
                    let utf8 = declared.is_none_or(|name| name.eq_ignore_ascii_case("utf-8"));
                    if !utf8 && !document.is_ascii() {
                        return Err(SoapError::Encoding);
                    }
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof if self.open.is_empty() => return Ok(()),
                Event::Eof => return Err(SoapError::malformed("it ends too early")),
            }
        }
    }

    fn start(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<(), SoapError> {
        if self.open.len() == MAX_DEPTH {
            return Err(SoapError::TooDeep);
        }
        let mut nil = false;
        for (number, attribute) in start.attributes().enumerate() {
            if number == MAX_ATTRIBUTES {
                return Err(SoapError::TooManyAttributes);
            }
            let attribute = attribute.map_err(SoapError::malformed)?;
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            let is_nil = namespace == ResolveResult::Bound(Namespace(XSI)) && name.as_ref() == "nil";
            nil |= is_nil && matches!(attribute.value.as_ref(), "true" | "1");
        }
        let (namespace, name) = reader.resolver().resolve_element(start.name());
        let namespace = match namespace {
            ResolveResult::Bound(Namespace(namespace)) => namespace,
            ResolveResult::Unbound => "",
            ResolveResult::Unknown(prefix) => {
                return Err(SoapError::malformed(format_args!("the prefix {prefix} is not declared")));
            }
        };
        let parent = self.open.last().map(|open| open.place.clone());
        let mut place = self.child(parent, name.as_ref(), namespace)?;
        // A value that is nil is a value that was not sent.
        if nil && matches!(place, Place::Common(_) | Place::Field(..) | Place::Listed(..) | Place::Credential(_)) {
            place = Place::Ignored;
        }
        self.open.push(Open { place, text: String::new() });
        Ok(())
    }

    /// What an element means, by where it stands.
    fn child(&mut self, parent: Option<Place>, name: &str, namespace: &str) -> Result<Place, SoapError> {
        let soap = || SoapVersion::ALL.into_iter().find(|soap| soap.namespace() == namespace);
        Ok(match parent {
            None if self.soap.is_some() => return Err(SoapError::malformed("it has more than one root")),
            None => match soap() {
                Some(soap) if name == "Envelope" => {
                    self.soap = Some(soap);
                    Place::Envelope
                }
                _ => return Err(SoapError::NotAnEnvelope),
            },
            Some(Place::Envelope) if soap() == self.soap => match name {
                "Header" => Place::Header,
                "Body" if self.bodies == 0 => {
                    self.bodies += 1;
                    Place::Body
                }
                "Body" => return Err(SoapError::NotOneOperation),
                _ => Place::Ignored,
            },
            Some(Place::Header) if namespace == SECURITY => match name {
                "AWSAccessKeyId" => Place::Credential(Credential::AccessKey),
                "Timestamp" => Place::Credential(Credential::Timestamp),
                "Signature" => Place::Credential(Credential::Signature),
                _ => Place::Ignored,
            },
            Some(Place::Body) if self.asked.is_some() => return Err(SoapError::NotOneOperation),
            Some(Place::Body) => {
                let row = Operation::named(name).map(Operation::row);
                self.asked = Some(Asked { name: name.to_owned(), namespace: namespace.to_owned(), row });
                Place::Operation
            }
            Some(inside) => self.inside(inside, name, namespace),
        })
    }

    /// What an element inside the operation means.
    fn inside(&mut self, parent: Place, name: &str, namespace: &str) -> Place {
        // Decided: some toolkits of the time left the children unqualified.
        let Some(Asked { row: Some(row), namespace: own, .. }) = &self.asked else { return Place::Ignored };
        if namespace != own && !namespace.is_empty() {
            return Place::Ignored;
        }
        match parent {
            Place::Operation if name == "Shared" => Place::Part(Part::Shared),
            Place::Operation if name == "Request" => {
                self.requests.push(Fields::default());
                Place::Part(Part::Request(self.requests.len() - 1))
            }
            Place::Operation => schema::COMMON
                .iter()
                .find(|element| element.name == name)
                .map_or(Place::Ignored, |element| Place::Common(element.name)),
            Place::Part(part) => match row.parameters.iter().find(|rule| rule.parameter.name() == name) {
                None => Place::Ignored,
                Some(rule) if rule.kind.is_items() => Place::Items(part),
                Some(rule) if rule.kind.is_list() => Place::Listed(part, rule.parameter.name()),
                Some(rule) => Place::Field(part, rule.parameter.name().to_owned()),
            },
            Place::Items(part) if name == "Item" => {
                let fields = self.fields(part);
                fields.items += 1;
                fields.pairs = 0;
                Place::Item(part, format!("Item.{}.", fields.items))
            }
            Place::Item(part, prefix) => match row.item_fields.iter().find(|field| field.name() == name) {
                None => Place::Ignored,
                Some(ItemField::MetaData) => {
                    let fields = self.fields(part);
                    fields.pairs += 1;
                    Place::MetaData(part, format!("{prefix}MetaData.{}.", fields.pairs))
                }
                Some(field) => Place::Field(part, prefix + field.name()),
            },
            Place::MetaData(part, prefix) if matches!(name, "Key" | "Value") => Place::Field(part, prefix + name),
            _ => Place::Ignored,
        }
    }

    fn fields(&mut self, part: Part) -> &mut Fields {
        match part {
            Part::Shared => &mut self.shared,
            Part::Request(place) => &mut self.requests[place],
        }
    }

    fn text(&mut self, text: &str) -> Result<(), SoapError> {
        match self.open.last_mut() {
            Some(open) => open.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(SoapError::malformed("text stands outside of its root")),
        }
        Ok(())
    }

    fn end(&mut self) {
        let Some(Open { place, text }) = self.open.pop() else { return };
        // Pretty-printers put values on lines of their own.
        let value = text.trim();
        match place {
            Place::Credential(credential) => {
                let slot = match credential {
                    Credential::AccessKey => &mut self.credentials.access_key,
                    Credential::Timestamp => &mut self.credentials.timestamp,
                    Credential::Signature => &mut self.credentials.signature,
                };
                *slot = Some(value.to_owned());
            }
            Place::Common(name) => self.common.push((name, value.to_owned())),
            Place::Field(part, name) => self.fields(part).values.push((name, value.to_owned())),
            Place::Listed(part, name) => {
                let fields = self.fields(part);
                if let Some((_, place)) = fields.lists.iter().find(|(known, _)| *known == name) {
                    let (_, list) = &mut fields.values[*place];
                    list.push(',');
                    list.push_str(value);
                } else {
                    fields.lists.push((name, fields.values.len()));
                    fields.values.push((name.to_owned(), value.to_owned()));
                }
            }
            _ => {}
        }
    }

    fn finish(mut self, soap: SoapVersion) -> Result<SoapRequest, SoapRefusal> {
        let Some(asked) = self.asked else {
            return Err(SoapRefusal { soap: Some(soap), error: SoapError::NotOneOperation });
        };
        let mut params = Params::with_capacity(16);
        // The namespace says which service is meant, and in which version.
        match asked.namespace.strip_prefix(NAMESPACE) {
            Some(version) => {
                params.push("Service", "AWSECommerceService");
                params.push("Version", version.to_owned());
            }
            None if asked.namespace.is_empty() => params.push("Service", "AWSECommerceService"),
            None => params.push("Service", asked.namespace),
        }
        // A signed header says who asks; what the body says about it is not signed.
        if let Some(key) = &self.credentials.access_key {
            self.common.retain(|(name, _)| *name != schema::ACCESS_KEY.name);
            params.push(schema::ACCESS_KEY.name, key.clone());
        }
        for (name, value) in self.common {
            params.push(name, value);
        }
        if let [_, _, ..] = self.requests.as_slice() {
            let numbered =
                self.requests.into_iter().enumerate().map(|(place, fields)| ((place + 1).to_string(), fields));
            for (number, fields) in numbered.chain([("Shared".to_owned(), self.shared)]) {
                for (name, value) in fields.values {
                    params.push(format!("{}.{number}.{name}", asked.name), value);
                }
            }
        } else {
            // Shared values stand under the request's own.
            let own = self.requests.pop().unwrap_or_default().values;
            // A set, since both lists are as long as the client likes.
            let known: HashSet<&str> = own.iter().map(|(name, _)| name.as_str()).collect();
            let mut shared = self.shared.values;
            shared.retain(|(name, _)| !known.contains(name.as_str()));
            for (name, value) in own.into_iter().chain(shared) {
                params.push(name, value);
            }
        }
        params.push("Operation", asked.name);
        Ok(SoapRequest { soap, params, credentials: self.credentials })
    }
}

fn resolved(reference: &BytesRef<'_>) -> Result<Cow<'static, str>, SoapError> {
    if let Some(character) = reference.resolve_char_ref()? {
        return if is_legal(character) {
            Ok(Cow::Owned(character.to_string()))
        } else {
            Err(SoapError::malformed("it refers to a character that XML cannot carry"))
        };
    }
    let name: &str = reference;
    resolve_predefined_entity(name).map(Cow::Borrowed).ok_or_else(|| SoapError::Entity(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1_1: &str = SoapVersion::V1_1.namespace();
    const V1_2: &str = SoapVersion::V1_2.namespace();

    /// An envelope around `body`, with `s` for SOAP and `a` for the service.
    fn envelope(header: &str, body: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"{V1_1}\" xmlns:a=\"{NAMESPACE}2010-11-01\">{header}\
             <s:Body>{body}</s:Body></s:Envelope>"
        )
    }

    fn shown(request: &SoapRequest) -> String {
        let pairs: Vec<_> = request.params.iter().map(|p| format!("{}={}", p.name, p.value)).collect();
        pairs.join("&")
    }

    fn check(document: &str, expected: &str) {
        match read_soap(document.as_bytes()) {
            Ok(request) => assert_eq!(shown(&request), expected, "{document}"),
            Err(refusal) => panic!("{document}: {refusal:?}"),
        }
    }

    #[track_caller]
    fn refused(document: impl AsRef<[u8]>) -> SoapError {
        read_soap(document.as_ref()).expect_err("it is no request").error
    }

    #[test]
    fn a_request_gives_the_parameters_of_a_query() {
        let body = "<a:CartCreate><a:AWSAccessKeyId>K</a:AWSAccessKeyId><a:AssociateTag>t</a:AssociateTag><a:Request>\
             <a:MergeCart>True</a:MergeCart><a:Items><a:Item><a:ASIN>A</a:ASIN><a:Quantity>2</a:Quantity></a:Item>\
             <a:Item><a:OfferListingId>R&amp;D&#33;<![CDATA[<]]></a:OfferListingId>\
             <a:MetaData><a:Key>k</a:Key><a:Value>v</a:Value></a:MetaData><a:MetaData><a:Key>l</a:Key></a:MetaData>\
             </a:Item></a:Items><a:ResponseGroup>Cart</a:ResponseGroup><a:ResponseGroup>Request</a:ResponseGroup>\
             </a:Request></a:CartCreate>";
        check(
            &envelope("", body),
            "Service=AWSECommerceService&Version=2010-11-01&AWSAccessKeyId=K&AssociateTag=t&MergeCart=True&Item.1.ASIN=A&\
             Item.1.Quantity=2&Item.2.OfferListingId=R&D!<&Item.2.MetaData.1.Key=k&Item.2.MetaData.1.Value=v&\
             Item.2.MetaData.2.Key=l&ResponseGroup=Cart,Request&Operation=CartCreate",
        );
    }

    #[test]
    fn prefixes_and_white_space_do_not_matter() {
        let plain = envelope("", "<a:CartGet><a:Request><a:CartId>1</a:CartId></a:Request></a:CartGet>");
        let expected = "Service=AWSECommerceService&Version=2010-11-01&CartId=1&Operation=CartGet";
        check(&plain, expected);
        check(
            &format!(
                "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- x --><Envelope xmlns=\"{V1_2}\">\r\n <Body>\n\
                 <CartGet xmlns=\"{NAMESPACE}2010-11-01\"><Request>\n<CartId>\n 1\n</CartId></Request></CartGet>\n\
                 </Body></Envelope>\n"
            ),
            expected,
        );
        // Children without a namespace, as some toolkits sent them.
        check(
            &format!(
                "<s:Envelope xmlns:s=\"{V1_1}\"><s:Body><a:CartGet xmlns:a=\"{NAMESPACE}2010-11-01\"><Request>\
                 <CartId>1</CartId></Request></a:CartGet></s:Body></s:Envelope>"
            ),
            expected,
        );
    }

    #[test]
    fn both_versions_of_soap_are_told_apart() {
        for (namespace, soap) in [(V1_1, SoapVersion::V1_1), (V1_2, SoapVersion::V1_2)] {
            let document = format!("<Envelope xmlns=\"{namespace}\"><Body><CartGet/></Body></Envelope>");
            assert_eq!(read_soap(document.as_bytes()).map(|request| request.soap), Ok(soap));
        }
    }

    #[test]
    fn what_has_no_meaning_is_passed_over() {
        let body = "<a:CartGet xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><a:Operation>CartClear</a:Operation>\
             <a:Request><a:Version>x</a:Version><a:CartId i:nil=\"true\">no</a:CartId><a:HMAC>h<b>no</b></a:HMAC>\
             <a:Items><a:Item><a:ASIN>A</a:ASIN></a:Item></a:Items><f:CartId xmlns:f=\"urn:f\">no</f:CartId></a:Request>\
             </a:CartGet>";
        let header = "<s:Header><w:Security xmlns:w=\"urn:w\"><w:CartId>no</w:CartId></w:Security></s:Header>";
        check(&envelope(header, body), "Service=AWSECommerceService&Version=2010-11-01&HMAC=h&Operation=CartGet");
    }

    #[test]
    fn shared_values_stand_under_the_requests_own() {
        let shared = "<a:Shared><a:CartId>1</a:CartId><a:ResponseGroup>Request</a:ResponseGroup></a:Shared>";
        let group = "<a:Request><a:ResponseGroup>Cart</a:ResponseGroup></a:Request>";
        let front = "Service=AWSECommerceService&Version=2010-11-01&";
        check(
            &envelope("", &format!("<a:CartGet>{shared}{group}</a:CartGet>")),
            &format!("{front}ResponseGroup=Cart&CartId=1&Operation=CartGet"),
        );
        check(
            &envelope("", &format!("<a:CartGet>{shared}</a:CartGet>")),
            &format!("{front}CartId=1&ResponseGroup=Request&Operation=CartGet"),
        );
        check(
            &envelope(
                "",
                &format!("<a:CartGet>{shared}{group}<a:Request><a:CartId>2</a:CartId></a:Request></a:CartGet>"),
            ),
            &format!(
                "{front}CartGet.1.ResponseGroup=Cart&CartGet.2.CartId=2&CartGet.Shared.CartId=1&\
                 CartGet.Shared.ResponseGroup=Request&Operation=CartGet"
            ),
        );
    }

    #[test]
    fn the_namespace_says_which_service_and_which_version() {
        let in_namespace = |namespace: &str| {
            format!("<s:Envelope xmlns:s=\"{V1_1}\"><s:Body><CartGet xmlns=\"{namespace}\"/></s:Body></s:Envelope>")
        };
        check(&in_namespace(""), "Service=AWSECommerceService&Operation=CartGet");
        check(&in_namespace("urn:other"), "Service=urn:other&Operation=CartGet");
        check(&in_namespace(&format!("{NAMESPACE}new")), "Service=AWSECommerceService&Version=new&Operation=CartGet");
    }

    #[test]
    fn a_signed_header_says_who_asks() {
        let header = format!(
            "<s:Header xmlns:x=\"{SECURITY}\"><x:AWSAccessKeyId>K</x:AWSAccessKeyId><x:Timestamp>T</x:Timestamp>\
             <x:Signature>S</x:Signature></s:Header>"
        );
        let document = envelope(&header, "<a:CartGet><a:AWSAccessKeyId>B</a:AWSAccessKeyId></a:CartGet>");
        check(&document, "Service=AWSECommerceService&Version=2010-11-01&AWSAccessKeyId=K&Operation=CartGet");
        let credentials = read_soap(document.as_bytes()).unwrap().credentials;
        let text = |value: &str| Some(value.to_owned());
        let expected = Credentials { access_key: text("K"), timestamp: text("T"), signature: text("S") };
        assert_eq!(credentials, expected);
        assert!(!format!("{credentials:?}").contains("\"S\""), "signatures stay out of logs");
    }

    #[test]
    fn what_could_grow_is_refused() {
        let bomb = "<!DOCTYPE b [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
        assert_eq!(refused(format!("{bomb}{}", envelope("", "<a:CartGet>&b;</a:CartGet>"))), SoapError::DocumentType);
        assert_eq!(refused(envelope("", "<!DOCTYPE x><a:CartGet/>")), SoapError::DocumentType);
        assert_eq!(refused(envelope("", "<a:CartGet>&b;</a:CartGet>")), SoapError::Entity("b".to_owned()));
        let nested = |depth: usize| envelope("", &("<a:x>".repeat(depth) + &"</a:x>".repeat(depth)));
        assert_eq!(read_soap(nested(MAX_DEPTH - 2).as_bytes()).map(|_| ()), Ok(()), "envelope and body count");
        assert_eq!(refused(nested(MAX_DEPTH - 1)), SoapError::TooDeep);
        let attributes = (0..=MAX_ATTRIBUTES).map(|n| format!(" x{n}=\"\"")).collect::<Vec<_>>().concat();
        assert_eq!(refused(envelope("", &format!("<a:CartGet{attributes}/>"))), SoapError::TooManyAttributes);
        let declared = |count: usize| {
            let declarations = (0..count).map(|n| format!(" xmlns:p{n}=\"u\"")).collect::<Vec<_>>();
            let (outer, inner) = declarations.split_at(count / 2);
            envelope("", &format!("<a:CartGet{}><x{}/></a:CartGet>", outer.concat(), inner.concat()))
        };
        assert_eq!(read_soap(declared(MAX_NAMESPACES - 2).as_bytes()).map(|_| ()), Ok(()), "the envelope has two");
        assert_eq!(refused(declared(MAX_NAMESPACES - 1)), SoapError::TooManyNamespaces);
    }

    /// A way of reading that takes the square of the length takes minutes for these; the limit is far from both.
    #[test]
    fn long_requests_take_time_in_proportion_to_their_length() {
        let limit = std::time::Duration::from_secs(20);
        let items = |count: usize, field: &str| {
            format!("<a:Items>{}</a:Items>", format!("<a:Item><a:{field}>x</a:{field}></a:Item>").repeat(count))
        };
        let shared = format!(
            "<a:Shared>{}</a:Shared><a:Request>{}</a:Request>",
            items(40_000, "ASIN"),
            items(40_000, "Quantity")
        );
        let groups = format!(
            "<a:Request>{}{}</a:Request>",
            items(40_000, "ASIN"),
            "<a:ResponseGroup>Cart</a:ResponseGroup>".repeat(40_000)
        );
        for body in [shared, groups] {
            let document = envelope("", &format!("<a:CartCreate>{body}</a:CartCreate>"));
            let begun = std::time::Instant::now();
            assert!(read_soap(document.as_bytes()).is_ok());
            assert!(begun.elapsed() < limit, "{} bytes took {:?}", document.len(), begun.elapsed());
        }
    }

    #[test]
    fn what_is_no_well_formed_utf_8_is_refused() {
        let good = envelope("", "<a:CartGet><a:AssociateTag>\u{E9}</a:AssociateTag></a:CartGet>");
        assert!(read_soap(good.as_bytes()).is_ok());
        let latin = good.replace("version=\"1.0\"", "version=\"1.0\" encoding=\"ISO-8859-1\"");
        assert_eq!(refused(&latin), SoapError::Encoding, "what it says is not what it is");
        assert!(read_soap(latin.replace('\u{E9}', "e").as_bytes()).is_ok(), "ASCII is the same in both");
        assert_eq!(refused(b"<a>\xE9</a>"), SoapError::Encoding);
        for wrong in [
            "<s:Envelope",
            &good.replace("</s:Body>", ""),
            &good.replace("</a:CartGet>", "</a:CartAdd>"),
            &good.replace("<a:CartGet>", "<a:CartGet x=\"1\" x=\"2\">"),
            &good.replace("a:CartGet", "b:CartGet"),
            &good.replace('\u{E9}', "\u{1}"),
            &good.replace('\u{E9}', "&#1;"),
            &good.replace('\u{E9}', "&"),
            &(good.clone() + &good),
            &(good.clone() + "x"),
        ] {
            assert!(matches!(refused(wrong), SoapError::Malformed(_)), "{wrong}: {:?}", refused(wrong));
        }
    }

    #[test]
    fn what_is_no_envelope_of_one_operation_is_refused() {
        for other in ["", " ", "<CartGet/>", "<Envelope><Body/></Envelope>", "<html></html>"] {
            assert_eq!(refused(other), SoapError::NotAnEnvelope, "{other}");
        }
        assert_eq!(refused(envelope("", "")), SoapError::NotOneOperation);
        assert_eq!(refused(envelope("", "<a:CartGet/><a:CartGet/>")), SoapError::NotOneOperation);
        assert_eq!(refused(envelope("<s:Body/>", "<a:CartGet/>")), SoapError::NotOneOperation);
    }
}
