//! The SOAP writer: a [`Reply`] or a fault in an envelope (docs/PROTOCOL.md, section 11).

use super::super::decode::EnvelopeError;
use super::super::errors::{ErrorText, GatewayError};
use super::super::reply::Reply;
use super::super::write::{DECLARATION, write_element};
use super::super::xml::Xml;
use super::{SoapError, SoapVersion};

const ENVELOPE: &str = "SOAP-ENV:Envelope";
const BODY: &str = "SOAP-ENV:Body";
const FAULT: &str = "SOAP-ENV:Fault";
/// The month and the day stand in this order.
const FAULT_NAMESPACE: (&str, Option<&str>) = ("xmlns:aws", Some("http://webservices.amazon.com/AWSFault/2005-15-09"));

/// Why there is no answer of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Who is to blame.
    pub side: Side,
    /// The same code and text as over REST.
    pub text: ErrorText,
}

/// Who is to blame for a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The request must change.
    Client,
    /// The server failed; the request may be right.
    Server,
}

impl From<&EnvelopeError> for Fault {
    fn from(error: &EnvelopeError) -> Self {
        Self { side: Side::Client, text: error.text() }
    }
}

impl From<&GatewayError> for Fault {
    fn from(error: &GatewayError) -> Self {
        let side = if *error == GatewayError::InternalError { Side::Server } else { Side::Client };
        Self { side, text: error.text() }
    }
}

impl From<&SoapError> for Fault {
    fn from(error: &SoapError) -> Self {
        Self { side: Side::Client, text: error.text() }
    }
}

/// Writes an answer: the same elements as over REST, in an envelope.
pub fn write_soap_reply(reply: &Reply<'_>, soap: SoapVersion) -> String {
    let mut xml = Xml::new(DECLARATION, reply.double_escaping);
    open(&mut xml, soap);
    close(write_element(xml, reply))
}

/// Writes a fault.
pub fn write_fault(fault: &Fault, soap: SoapVersion, request_id: &str) -> String {
    let mut xml = Xml::new(DECLARATION, false);
    let Fault { side, text: ErrorText { code, message } } = fault;
    open(&mut xml, soap);
    xml.open(FAULT);
    let id = |xml: &mut Xml| {
        xml.open_with("aws:RequestId", &[FAULT_NAMESPACE]);
        xml.characters(request_id);
        xml.close("aws:RequestId");
    };
    match soap {
        SoapVersion::V1_1 => {
            let side = match side {
                Side::Client => "Client",
                Side::Server => "Server",
            };
            xml.open_with("faultcode", &[FAULT_NAMESPACE]);
            xml.characters(&format!("aws:{side}.{code}"));
            xml.close("faultcode");
            xml.text("faultstring", message);
            xml.open("detail");
            id(&mut xml);
            xml.close("detail");
        }
        SoapVersion::V1_2 => {
            let value = match side {
                Side::Client => "SOAP-ENV:Sender",
                Side::Server => "SOAP-ENV:Receiver",
            };
            xml.open("SOAP-ENV:Code");
            xml.text("SOAP-ENV:Value", value);
            xml.open("SOAP-ENV:Subcode");
            xml.open_with("SOAP-ENV:Value", &[FAULT_NAMESPACE]);
            xml.characters(&format!("aws:{code}"));
            xml.close("SOAP-ENV:Value");
            xml.close("SOAP-ENV:Subcode");
            xml.close("SOAP-ENV:Code");
            xml.open("SOAP-ENV:Reason");
            xml.open_with("SOAP-ENV:Text", &[("xml:lang", Some("en-US"))]);
            xml.characters(message);
            xml.close("SOAP-ENV:Text");
            xml.close("SOAP-ENV:Reason");
            xml.open("SOAP-ENV:Detail");
            id(&mut xml);
            xml.close("SOAP-ENV:Detail");
        }
    }
    xml.close(FAULT);
    close(xml)
}

fn open(xml: &mut Xml, soap: SoapVersion) {
    xml.open_with(ENVELOPE, &[("xmlns:SOAP-ENV", Some(soap.namespace()))]);
    xml.open(BODY);
}

fn close(mut xml: Xml) -> String {
    xml.close(BODY);
    xml.close(ENVELOPE);
    xml.finish()
}
