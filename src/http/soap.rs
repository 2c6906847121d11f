//! The SOAP endpoint: reads the envelope, and writes the answer or a fault into another (docs/PROTOCOL.md, section 11).

use super::answer::{self, Answer, Document};
use super::body::read_body;
use super::call::{Answered, Call, Refused, RefusedAs};
use super::faults;
use super::proxy::Target;
use super::signing::Proof;
use crate::app::App;
use crate::journal::{Notes, Transport};
use crate::protocol::{Fault, Params, SoapRefusal, SoapRequest, SoapVersion, read_params, read_soap, write_soap_reply};
use axum::extract::Request;
use axum::http::{HeaderMap, header};

/// Where it is.
pub(super) const PATH: &str = "/onca/soap";

/// Answers a SOAP request. The body's element says what is asked; SOAPAction is not looked at.
pub(super) async fn soap(app: &App, target: Target, request: Request, notes: &mut Notes) -> Document {
    let started = app.clock.now();
    notes.transport = Transport::Soap;
    notes.at = Some(started);
    notes.locale = Some(target.locale);
    let (head, body) = request.into_parts();
    let body = match read_body(app, body).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    notes.body = body.clone();
    let SoapRequest { soap, params, credentials } = match read_soap(&body) {
        Ok(request) => request,
        Err(SoapRefusal { soap, error }) => {
            let fault = Fault::from(&error);
            app.metrics.count("none", fault.text.code);
            notes.codes.push(fault.text.code);
            return Answer::fault(app, &fault, soap.unwrap_or_else(|| soap_of(&head.headers)));
        }
    };
    notes.note_operations(&params);
    let mut query = Params::default();
    read_params(head.uri.query().unwrap_or_default().as_bytes(), &mut query);
    // What the body holds are no arguments; the address of the WSDL has this one.
    let arguments = query.get("Service").map(|service| ("Service", service)).into_iter().collect();
    let user_agent = head.headers.get(header::USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    let user_agent = user_agent.as_deref();
    let proof =
        Proof::Header { timestamp: credentials.timestamp.as_deref(), signature: credentials.signature.as_deref() };
    let mode = answer::mode_asked(&head.headers, notes);
    let mut struck = None;
    let mut call = Call {
        app,
        target: &target,
        params: &params,
        proof,
        arguments,
        user_agent,
        mode,
        started,
        notes: &mut *notes,
        client: head.extensions.get(),
        struck: &mut struck,
    };
    let document = match call.answer(|reply| write_soap_reply(reply, soap)).await {
        Ok(Answered { document, hints }) => answer::hinted(Answer::envelope(document, soap), &hints),
        Err(Refused { kind, hints }) => {
            let response = match &kind {
                RefusedAs::Envelope(error) => Answer::fault(app, &Fault::from(error), soap),
                RefusedAs::Gateway { error, .. } => Answer::fault(app, &Fault::from(error), soap),
                RefusedAs::Status { status, rule } => Answer::with_status(app, *status, rule),
            };
            answer::hinted(response, &hints)
        }
    };
    faults::finished(answer::warned(document, &notes.warnings), struck)
}

/// The SOAP that the headers speak of, for a body that cannot be read.
pub(super) fn soap_of(headers: &HeaderMap) -> SoapVersion {
    let named = |soap: SoapVersion| {
        headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().to_ascii_lowercase().starts_with(soap.media_type().as_bytes()))
    };
    if named(SoapVersion::V1_2) { SoapVersion::V1_2 } else { SoapVersion::V1_1 }
}
