//! The REST endpoint: reads the parameters, and writes the answer as a document of its own.

use super::answer::{self, Answer, Document};
use super::body::read_body;
use super::call::{Answered, Call, Refused, RefusedAs};
use super::faults;
use super::proxy::Target;
use super::signing::Proof;
use crate::app::App;
use crate::journal::{Notes, Transport};
use crate::protocol::{Params, are_too_many_params, read_params, write_reply};
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use std::borrow::Cow;

/// Answers a REST request: parameters in the query, and in the body of a POST.
pub(super) async fn rest(app: &App, target: Target, request: Request, notes: &mut Notes) -> Document {
    let started = app.clock.now();
    notes.transport = Transport::Rest;
    notes.at = Some(started);
    notes.locale = Some(target.locale);
    let (head, body) = request.into_parts();
    let body = if is_form(&head.headers) {
        match read_body(app, body).await {
            Ok(body) => body,
            Err(response) => return response,
        }
    } else {
        Bytes::new()
    };
    notes.body = body.clone();
    let query = head.uri.query().unwrap_or_default();
    if are_too_many_params(query.as_bytes(), &body) {
        return Answer::too_many_parameters(app);
    }
    let mut params = Params::with_capacity(16);
    read_params(query.as_bytes(), &mut params);
    read_params(&body, &mut params);
    notes.note_operations(&params);
    let user_agent = head.headers.get(header::USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    let arguments = params.iter().map(|p| (p.name.as_ref(), p.value.as_ref())).collect();
    let user_agent = user_agent.as_deref();
    // What was signed as it was sent: all of it, so that nothing is read that no signature covers.
    let form = String::from_utf8_lossy(&body);
    let sent = match (query, form) {
        (query, form) if form.is_empty() => Cow::Borrowed(query),
        ("", form) => form,
        (query, form) => Cow::Owned(format!("{query}&{form}")),
    };
    // A HEAD is signed as the GET that it stands for.
    let method = if head.method == Method::POST { "POST" } else { "GET" };
    let proof = Proof::Query { method, path: head.uri.path(), sent: &sent };
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
    let document = match call.answer(write_reply).await {
        Ok(Answered { document, hints }) => answer::hinted(Answer::document(document), &hints),
        Err(Refused { kind, hints }) => {
            let response = match kind {
                RefusedAs::Envelope(error) => Answer::bare_errors(error),
                RefusedAs::Gateway { error, operation, version } => Answer::gateway(app, &error, &operation, version),
                RefusedAs::Status { status, rule } => Answer::with_status(app, status, &rule),
            };
            answer::hinted(response, &hints)
        }
    };
    faults::finished(answer::warned(document, &notes.warnings), struck)
}

/// Whether the body holds parameters: a form, or a body of no stated type.
fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().to_ascii_lowercase().starts_with(b"application/x-www-form-urlencoded"))
}
