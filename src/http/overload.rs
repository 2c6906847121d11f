//! What a request is answered that comes when there is too much to do. It costs next to nothing: no place, no database, and its body
//! stays unread.

use super::answer::{self, Answer, Document};
use super::proxy::Target;
use super::{purchase, soap};
use crate::app::App;
use crate::journal::{Notes, Transport};
use crate::protocol::{Envelope, Fault, GatewayError, Params, Version, envelope, operations, read_params};
use axum::body::HttpBody as _;
use axum::extract::Request;

/// Turns a request away in the form that its path has for that: the document of its operation, a SOAP fault, or a page.
pub(super) fn turn_away(app: &App, request: Request, notes: &mut Notes) -> Document {
    let target = Target::of(app, &request);
    notes.locale = Some(target.locale);
    let (head, body) = request.into_parts();
    // What is not read must not be taken for the next request.
    let unread = !body.is_end_stream();
    let response = if target.path.starts_with(purchase::PREFIX) {
        purchase::turn_away(app, &target, &head, notes)
    } else {
        let mut params = Params::default();
        read_params(head.uri.query().unwrap_or_default().as_bytes(), &mut params);
        let named = envelope(&params).ok().filter(|envelope| operations(envelope).is_ok());
        if named.is_some() {
            notes.note_operations(&params);
        }
        let key = named.as_ref().and_then(|envelope| envelope.access_key).unwrap_or_default();
        key.clone_into(&mut notes.account);
        let error = GatewayError::RequestThrottled { key: key.to_owned() };
        let code = error.text().code;
        notes.codes.push(code);
        app.metrics.count(notes.operation().unwrap_or("none"), code);
        if target.path == soap::PATH {
            notes.transport = Transport::Soap;
            Answer::fault(app, &Fault::from(&error), soap::soap_of(&head.headers))
        } else {
            notes.transport = Transport::Rest;
            match named {
                Some(Envelope { operation, version, .. }) => Answer::gateway(app, &error, operation, version),
                // What is asked stands in the body, or nowhere: the document is of no operation.
                None => Answer::gateway(app, &error, "", Version::DEFAULT),
            }
        }
    };
    if unread { answer::closing(response) } else { response }
}
