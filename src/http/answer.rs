//! Documents as HTTP answers: status, headers, bytes.

use crate::account::SERVER;
use crate::app::App;
use crate::cart::RequestIdForm;
use crate::config::Mode;
use crate::journal::Notes;
use crate::protocol::hints::Hints;
use crate::protocol::oddity;
use crate::protocol::{
    EnvelopeError, ErrorText, Fault, GatewayError, MAX_PARAMS, SoapVersion, TransportError, Version, write_bare_errors,
    write_fault, write_gateway_error, write_transport_error,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use std::borrow::Cow;

/// An answer whose whole text is there. It stays a text until it is sent, so that whoever stands between can look at it.
pub(super) type Document = Response<String>;

/// Makes the answers of the ECS endpoints.
pub(super) struct Answer;

/// Says beside the document what the caller probably meant.
const HINT: HeaderName = HeaderName::from_static("x-cartwright-hint");
/// Clients refuse answers whose headers are too long.
const MAX_HINT: usize = 1000;

/// Warnings of an answer, one each.
const WARNING: HeaderName = HeaderName::from_static("x-cartwright-warning");
/// The warnings of nearly every request of a test: looked at once, when the program is built.
static USUAL: [(&str, HeaderValue); 3] = [usual(oddity::UNSIGNED), usual(oddity::NO_TAG), usual(oddity::UNCHECKED)];

const fn usual(warning: &'static str) -> (&'static str, HeaderValue) {
    (warning, HeaderValue::from_static(warning))
}

/// The longest warning.
const MAX_WARNING: usize = 200;

/// How strictly a request wants to be taken.
const MODE: HeaderName = HeaderName::from_static("x-cartwright-mode");

const XML: HeaderValue = HeaderValue::from_static("text/xml;charset=UTF-8");
/// Recorded with the bare `Errors` documents.
const BARE: HeaderValue = HeaderValue::from_static("text/html; charset=ISO-8859-1");

impl Answer {
    /// A document of an operation.
    pub(super) fn document(document: String) -> Document {
        with(StatusCode::OK, XML, document)
    }

    /// A document of an operation in an envelope.
    pub(super) fn envelope(document: String, soap: SoapVersion) -> Document {
        with(StatusCode::OK, soap_type(soap), document)
    }

    /// What takes the place of an answer over SOAP.
    pub(super) fn fault(app: &App, fault: &Fault, soap: SoapVersion) -> Document {
        with(StatusCode::INTERNAL_SERVER_ERROR, soap_type(soap), write_fault(fault, soap, &request_id(app)))
    }

    /// A description of the service.
    pub(super) fn wsdl(document: String) -> Document {
        with(StatusCode::OK, XML, document)
    }

    /// The request is none of this service.
    pub(super) fn bare_errors(error: EnvelopeError) -> Document {
        with(StatusCode::OK, BARE, write_bare_errors(error))
    }

    /// The operation was refused before it was looked at.
    pub(super) fn gateway(app: &App, error: &GatewayError, operation: &str, version: Version) -> Document {
        with(status_of(error.status()), XML, write_gateway_error(error, operation, version, &request_id(app)))
    }

    /// A fault rule wants this status, as from something in front of the service that knows nothing of it.
    pub(super) fn with_status(app: &App, status: u16, rule: &str) -> Document {
        let status = status_of(status);
        let code = status.canonical_reason().unwrap_or("Unknown Error").replace(' ', "");
        let message = format!("The fault rule {rule} answers with status {}.", status.as_u16());
        with(status, XML, write_transport_error(&code, &message, &request_id(app)))
    }

    /// A path that the service does not have.
    pub(super) fn unknown_path(app: &App) -> Document {
        transport(app, TransportError::UnknownPath)
    }

    /// A method that the path does not have.
    pub(super) fn method_not_allowed(app: &App, allowed: &'static str) -> Document {
        let mut response = transport(app, TransportError::MethodNotAllowed);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
        response
    }

    /// More parameters than any request needs.
    pub(super) fn too_many_parameters(app: &App) -> Document {
        transport(app, TransportError::TooManyParameters { limit: MAX_PARAMS })
    }

    /// A body beyond the limit. The rest of it is not read, so the connection ends.
    pub(super) fn body_too_large(app: &App) -> Document {
        closing(transport(app, TransportError::BodyTooLarge { limit: app.config.max_body }))
    }

    /// A body that did not arrive in time.
    pub(super) fn body_too_slow(app: &App) -> Document {
        closing(transport(app, TransportError::BodyTooSlow))
    }

    /// A body that ended before its announced length, or whose chunks are malformed.
    pub(super) fn body_incomplete(app: &App) -> Document {
        closing(transport(app, TransportError::BodyIncomplete))
    }

    /// The server itself is at fault, and does not know which operation was asked for.
    pub(super) fn panicked() -> Document {
        let error = GatewayError::InternalError;
        unattributed(error.status(), &error.text(), "00000000-0000-4000-8000-000000000000")
    }
}

/// What the caller probably meant, in a header of its own for each hint: the document stays Amazon's.
pub(super) fn hinted(mut response: Document, hints: &Hints) -> Document {
    for hint in hints.as_slice() {
        tell(&mut response, &HINT, hint, MAX_HINT);
    }
    response
}

/// What was odd about the request and was let pass, in a header of its own for each warning.
pub(super) fn warned(mut response: Document, warnings: &[Cow<'static, str>]) -> Document {
    for warning in warnings {
        match warning {
            Cow::Borrowed(text) if let Some((_, value)) = USUAL.iter().find(|(usual, _)| usual == text) => {
                response.headers_mut().append(WARNING, value.clone());
            }
            _ => tell(&mut response, &WARNING, warning, MAX_WARNING),
        }
    }
    response
}

fn tell(response: &mut Document, name: &HeaderName, text: &str, most: usize) {
    let is_plain = text.len() <= most && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let value = if is_plain { HeaderValue::from_str(text) } else { HeaderValue::from_str(&visible(text, most)) };
    if let Ok(value) = value {
        response.headers_mut().append(name, value);
    }
}

/// A header holds visible ASCII; whatever else there is is shown escaped.
fn visible(text: &str, most: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(most));
    for c in text.chars() {
        if shown.len() >= most {
            break;
        }
        if matches!(c, ' '..='~') { shown.push(c) } else { shown.extend(c.escape_default()) }
    }
    shown
}

/// The mode that a request asks for. What is none is passed over, and told.
pub(super) fn mode_asked(headers: &HeaderMap, notes: &mut Notes) -> Option<Mode> {
    let asked = headers.get(MODE)?;
    let mode = asked.to_str().ok().and_then(|name| name.parse().ok());
    if mode.is_none() {
        notes.warn(format!("{asked:?} is no mode; there are {}", Mode::NAMES.join(", ")));
    }
    mode
}

fn request_id(app: &App) -> String {
    // Errors of the front end carried UUIDs in every era.
    app.ids.of(SERVER, None).request_id(RequestIdForm::Uuid)
}

fn soap_type(soap: SoapVersion) -> HeaderValue {
    match soap {
        SoapVersion::V1_1 => HeaderValue::from_static("text/xml; charset=utf-8"),
        SoapVersion::V1_2 => HeaderValue::from_static("application/soap+xml; charset=utf-8"),
    }
}

fn transport(app: &App, error: TransportError) -> Document {
    unattributed(error.status(), &error.text(), &request_id(app))
}

/// A document that names no operation.
fn unattributed(status: u16, text: &ErrorText, request_id: &str) -> Document {
    with(status_of(status), XML, write_transport_error(text.code, &text.message, request_id))
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The answer to a request that was not read to its end: what is left of it must not be taken for the next.
pub(super) fn closing(mut response: Document) -> Document {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn with(status: StatusCode, content_type: HeaderValue, text: String) -> Document {
    let mut response = Response::new(text);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding,User-Agent"));
    headers.insert(header::SERVER, HeaderValue::from_static("Cartwright"));
    response
}
