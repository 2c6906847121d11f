//! The WSDL documents: for each version the operations, the types of their messages and where they are served
//! (docs/PROTOCOL.md, section 11).
//!
//! Written from the tables by which requests are read and from `types`, which says what answers hold. That answers hold just that
//! is not proven here: `tests/soap/valid.rs` validates every golden answer against these documents.

use super::schema::{self, Choice, Declared, ItemField, Kind, Operation, Row};
use super::types::{CHOICES, Content, Form, META_DATA_PAIR, Member, Simple, TYPES, Times, Type};
use super::values;
use super::version::Version;
use super::write::{DECLARATION, NAMESPACE};
use super::xml::Xml;
use crate::cart::Locale;

/// Writes the WSDL of a version. `address` gives the URL at which a locale is served, and for `None` that of the main port.
pub fn write_wsdl(version: Version, address: impl Fn(Option<Locale>) -> String) -> String {
    let mut wsdl = Wsdl { xml: Xml::new(DECLARATION, false), version };
    wsdl.definitions(address);
    wsdl.xml.finish()
}

/// The sites that have a port of their own beside the main one: those of Amazon's document of 2011-08-01 in its order, all after
/// that.
fn ports(version: Version) -> &'static [Locale] {
    use Locale::{Au, Br, Ca, Cn, De, Es, Fr, In, It, Jp, Mx, Uk, Us};
    if version < Version::V2011_08_01 {
        &[]
    } else if version < Version::V2013_08_01 {
        &[Ca, Cn, De, Fr, It, Jp, Uk, Us]
    } else {
        &[Au, Br, Ca, Cn, De, Es, Fr, In, It, Jp, Mx, Uk, Us]
    }
}

/// The type of a page that may be all pages.
const NUMBER_OR_ALL: &str = "positiveIntegerOrAll";

struct Wsdl {
    xml: Xml,
    version: Version,
}

impl Wsdl {
    fn definitions(&mut self, address: impl Fn(Option<Locale>) -> String) {
        let namespace = format!("{NAMESPACE}{}", self.version);
        self.xml.open_with(
            "definitions",
            &[
                ("xmlns", Some("http://schemas.xmlsoap.org/wsdl/")),
                ("xmlns:soap", Some("http://schemas.xmlsoap.org/wsdl/soap/")),
                ("xmlns:xs", Some("http://www.w3.org/2001/XMLSchema")),
                ("xmlns:tns", Some(&namespace)),
                ("targetNamespace", Some(&namespace)),
            ],
        );
        self.xml.open("types");
        self.xml.open_with(
            "xs:schema",
            &[("targetNamespace", Some(&namespace)), ("elementFormDefault", Some("qualified"))],
        );
        self.schema();
        self.xml.close("xs:schema");
        self.xml.close("types");
        for row in Operation::all_in(self.version).map(Operation::row) {
            self.message(row.name, "Request", row.name);
            self.message(row.name, "Response", row.response);
        }
        self.port_type();
        self.binding();
        self.service(address);
        self.xml.close("definitions");
    }

    fn schema(&mut self) {
        let version = self.version;
        for row in Operation::all_in(version).map(Operation::row) {
            self.declare(Form::Element, row.name, &[], |wsdl| wsdl.operation(row));
            self.declare(Form::ComplexType, row.request, &[], |wsdl| wsdl.request(row));
            self.declare(Form::Element, row.response, &[], |wsdl| {
                wsdl.reference("OperationRequest", Times::AtMostOnce);
                wsdl.reference(row.container, Times::AnyNumber);
            });
        }
        for (choice, texts) in CHOICES.into_iter().filter(|(choice, _)| choice.is_in(version)) {
            self.xml.open_with("xs:element", &[("name", Some(choice.name))]);
            self.enumeration(texts.iter().copied());
            self.xml.close("xs:element");
        }
        self.numbers();
        for declared in TYPES.iter().filter(|declared| declared.element.is_in(version)) {
            let Type { element, form, members, attributes } = declared;
            self.declare(*form, element.name, attributes, |wsdl| wsdl.members(members));
        }
    }

    /// The two types of numbers that XML Schema does not have.
    fn numbers(&mut self) {
        self.xml.open_with("xs:complexType", &[("name", Some("DecimalWithUnits"))]);
        self.xml.open("xs:simpleContent");
        self.xml.open_with("xs:extension", &[("base", Some(Simple::Decimal.name()))]);
        self.attributes(&[("Units", true)]);
        self.xml.close("xs:extension");
        self.xml.close("xs:simpleContent");
        self.xml.close("xs:complexType");
        self.xml.open_with("xs:simpleType", &[("name", Some(NUMBER_OR_ALL))]);
        self.xml.open("xs:union");
        self.xml.open("xs:simpleType");
        self.xml.attributes("xs:restriction", &[("base", Some(Simple::PositiveInteger.name()))]);
        self.xml.close("xs:simpleType");
        self.enumeration(["All"]);
        self.xml.close("xs:union");
        self.xml.close("xs:simpleType");
    }

    fn declare(&mut self, form: Form, name: &str, attributes: &[(&str, bool)], members: impl FnOnce(&mut Self)) {
        let inside = |wsdl: &mut Self| {
            wsdl.xml.open("xs:sequence");
            members(wsdl);
            wsdl.xml.close("xs:sequence");
            wsdl.attributes(attributes);
            wsdl.xml.close("xs:complexType");
        };
        match form {
            Form::Element => {
                self.xml.open_with("xs:element", &[("name", Some(name))]);
                self.xml.open("xs:complexType");
                inside(self);
                self.xml.close("xs:element");
            }
            Form::ComplexType => {
                self.xml.open_with("xs:complexType", &[("name", Some(name))]);
                inside(self);
            }
        }
    }

    fn attributes(&mut self, attributes: &[(&str, bool)]) {
        for (attribute, required) in attributes {
            let required = required.then_some("required");
            let declared = [("name", Some(*attribute)), ("type", Some("xs:string")), ("use", required)];
            self.xml.attributes("xs:attribute", &declared);
        }
    }

    /// A type without a name.
    fn sequence(&mut self, members: impl FnOnce(&mut Self)) {
        self.xml.open("xs:complexType");
        self.xml.open("xs:sequence");
        members(self);
        self.xml.close("xs:sequence");
        self.xml.close("xs:complexType");
    }

    /// The element of a request's body.
    fn operation(&mut self, row: &Row) {
        let version = self.version;
        // Help has no texts that could be escaped.
        let has = |common: &&schema::Element| {
            common.is_in(version) && (row.operation != Operation::Help || common.name != "XMLEscaping")
        };
        let mut common: Vec<&schema::Element> = schema::COMMON.iter().filter(has).collect();
        // In every schema of Amazon's this one operation has the last two the other way round.
        if let (Operation::ItemSearch, [.., validate, escaping]) = (row.operation, common.as_mut_slice()) {
            std::mem::swap(validate, escaping);
        }
        for common in common {
            self.simple(common.name, Simple::Text, Times::AtMostOnce);
        }
        let request = format!("tns:{}", row.request);
        for (name, times) in [("Shared", Times::AtMostOnce), ("Request", Times::AnyNumber)] {
            self.element(&[("name", Some(name)), ("type", Some(&request))], times, |_| {});
        }
    }

    /// The type of Shared and Request, and of the echo.
    fn request(&mut self, row: &Row) {
        let version = self.version;
        for rule in row.parameters.iter().filter(|rule| rule.versions.has(version)) {
            let name = rule.parameter.name();
            match rule.kind {
                Kind::Items => self.element(&[("name", Some(name))], Times::AtMostOnce, |wsdl| {
                    wsdl.sequence(|wsdl| {
                        wsdl.element(&[("name", Some("Item"))], Times::AnyNumber, |wsdl| {
                            wsdl.sequence(|wsdl| wsdl.item(row));
                        });
                    });
                }),
                Kind::Groups | Kind::List(_) => self.simple(name, Simple::Text, Times::AnyNumber),
                Kind::Text | Kind::Choice(Choice { declared: Declared::Text, .. }) => {
                    self.simple(name, Simple::Text, Times::AtMostOnce);
                }
                Kind::Boolean => self.simple(name, Simple::Boolean, Times::AtMostOnce),
                Kind::Number(0, _) => self.simple(name, Simple::NonNegativeInteger, Times::AtMostOnce),
                Kind::Number(..) => self.simple(name, Simple::PositiveInteger, Times::AtMostOnce),
                Kind::NumberOrAll(_) => {
                    self.element(
                        &[("name", Some(name)), ("type", Some(&format!("tns:{NUMBER_OR_ALL}")))],
                        Times::AtMostOnce,
                        |_| {},
                    );
                }
                Kind::Ratings => self.reference(name, Times::AnyNumber),
                Kind::Choice(Choice { declared: Declared::Apart, .. }) => self.reference(name, Times::AtMostOnce),
                Kind::Choice(Choice { declared: Declared::Here(texts), .. }) => {
                    let texts = texts.iter().filter(|(_, versions)| versions.has(version)).map(|(text, _)| *text);
                    self.element(&[("name", Some(name))], Times::AtMostOnce, |wsdl| wsdl.enumeration(texts));
                }
            }
        }
    }

    fn item(&mut self, row: &Row) {
        let version = self.version;
        for field in row.item_fields.iter().filter(|field| field.is_in(row.operation, version)) {
            let name = field.name();
            match field {
                ItemField::Quantity if row.least_quantity == 0 => {
                    self.simple(name, Simple::NonNegativeInteger, Times::AtMostOnce);
                }
                ItemField::Quantity => self.simple(name, Simple::PositiveInteger, Times::AtMostOnce),
                ItemField::MetaData => self.element(&[("name", Some(name))], Times::AnyNumber, |wsdl| {
                    wsdl.sequence(|wsdl| wsdl.members(META_DATA_PAIR));
                }),
                ItemField::Action => self.element(&[("name", Some(name))], Times::AtMostOnce, |wsdl| {
                    wsdl.enumeration(values::ACTIONS.names());
                }),
                _ => self.simple(name, Simple::Text, Times::AtMostOnce),
            }
        }
    }

    /// A text that is one of these.
    fn enumeration<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        self.xml.open("xs:simpleType");
        self.xml.open_with("xs:restriction", &[("base", Some(Simple::Text.name()))]);
        for text in texts {
            self.xml.attributes("xs:enumeration", &[("value", Some(text))]);
        }
        self.xml.close("xs:restriction");
        self.xml.close("xs:simpleType");
    }

    /// An element that is declared elsewhere under the same name.
    fn reference(&mut self, name: &str, times: Times) {
        self.element(&[("ref", Some(&format!("tns:{name}")))], times, |_| {});
    }

    fn members(&mut self, members: &[Member]) {
        let version = self.version;
        for member in members.iter().filter(|member| member.element.is_in(version)) {
            let name = member.element.name;
            match member.content {
                Content::Simple(simple) => self.simple(name, simple, member.times),
                Content::Named(of) => {
                    let of = format!("tns:{of}");
                    self.element(&[("name", Some(name)), ("type", Some(&of))], member.times, |_| {});
                }
                Content::Reference => self.reference(name, member.times),
                Content::Elements(members) => self.element(&[("name", Some(name))], member.times, |wsdl| {
                    wsdl.sequence(|wsdl| wsdl.members(members));
                }),
                Content::Attributes(attributes) => self.element(&[("name", Some(name))], member.times, |wsdl| {
                    wsdl.xml.open("xs:complexType");
                    wsdl.attributes(attributes);
                    wsdl.xml.close("xs:complexType");
                }),
                Content::Choice(texts) => self.element(&[("name", Some(name))], member.times, |wsdl| {
                    wsdl.enumeration(texts.iter().copied());
                }),
            }
        }
    }

    fn simple(&mut self, name: &str, of: Simple, times: Times) {
        self.element(&[("name", Some(name)), ("type", Some(of.name()))], times, |_| {});
    }

    fn element(&mut self, attributes: &[(&str, Option<&str>)], times: Times, inside: impl FnOnce(&mut Self)) {
        let (least, most) = match times {
            Times::Once => (None, None),
            Times::AtMostOnce => (Some("0"), None),
            Times::AtLeastOnce => (None, Some("unbounded")),
            Times::AnyNumber => (Some("0"), Some("unbounded")),
        };
        let attributes = [attributes, &[("minOccurs", least), ("maxOccurs", most)]].concat();
        self.xml.open_with("xs:element", &attributes);
        inside(self);
        self.xml.close("xs:element");
    }

    fn message(&mut self, operation: &str, kind: &str, element: &str) {
        self.xml.open_with("message", &[("name", Some(&format!("{operation}{kind}Msg")))]);
        self.xml.attributes("part", &[("name", Some("body")), ("element", Some(&format!("tns:{element}")))]);
        self.xml.close("message");
    }

    fn port_type(&mut self) {
        self.xml.open_with("portType", &[("name", Some("AWSECommerceServicePortType"))]);
        for row in Operation::all_in(self.version).map(Operation::row) {
            self.xml.open_with("operation", &[("name", Some(row.name))]);
            self.xml.attributes("input", &[("message", Some(&format!("tns:{}RequestMsg", row.name)))]);
            self.xml.attributes("output", &[("message", Some(&format!("tns:{}ResponseMsg", row.name)))]);
            self.xml.close("operation");
        }
        self.xml.close("portType");
    }

    fn binding(&mut self) {
        self.xml.open_with(
            "binding",
            &[("name", Some("AWSECommerceServiceBinding")), ("type", Some("tns:AWSECommerceServicePortType"))],
        );
        let transport = "http://schemas.xmlsoap.org/soap/http";
        self.xml.attributes("soap:binding", &[("style", Some("document")), ("transport", Some(transport))]);
        for row in Operation::all_in(self.version).map(Operation::row) {
            // One for all operations at first.
            let action = if self.version < Version::V2009_02_01 {
                "http://soap.amazon.com".to_owned()
            } else {
                format!("http://soap.amazon.com/{}", row.name)
            };
            self.xml.open_with("operation", &[("name", Some(row.name))]);
            self.xml.attributes("soap:operation", &[("soapAction", Some(&action))]);
            for way in ["input", "output"] {
                self.xml.open(way);
                self.xml.attributes("soap:body", &[("use", Some("literal"))]);
                self.xml.close(way);
            }
            self.xml.close("operation");
        }
        self.xml.close("binding");
    }

    fn service(&mut self, address: impl Fn(Option<Locale>) -> String) {
        self.xml.open_with("service", &[("name", Some("AWSECommerceService"))]);
        for locale in [None].into_iter().chain(ports(self.version).iter().copied().map(Some)) {
            let site = locale.map(|locale| locale.name().to_ascii_uppercase()).unwrap_or_default();
            self.xml.open_with(
                "port",
                &[
                    ("name", Some(&format!("AWSECommerceServicePort{site}"))),
                    ("binding", Some("tns:AWSECommerceServiceBinding")),
                ],
            );
            self.xml.attributes("soap:address", &[("location", Some(&address(locale)))]);
            self.xml.close("port");
        }
        self.xml.close("service");
    }
}
