//! From a request and its answer to an entry of the journal. What it costs is paid by every request, so it copies as little as it can.

use super::answer::Document;
use crate::app::App;
use crate::journal::{Answer, CartChanged, Entry, Head, Notes};
use crate::operations::Change;
use crate::protocol::{Params, read_params};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::Response;
use std::time::Duration;

impl From<Change> for CartChanged {
    fn from(Change { before, after }: Change) -> Self {
        Self { before, after }
    }
}

/// The longest access key under which a request is found again, in bytes.
const LONGEST_KEY: usize = 128;

/// A request that will be in the journal.
pub(super) struct Record {
    head: Head,
}

impl Record {
    /// Keeps what the request is taken apart for; `None` when there is no journal.
    pub(super) fn begin(app: &App, request: &Request) -> Option<Self> {
        if !app.journal.limits().on {
            return None;
        }
        let (uri, headers) = (request.uri(), request.headers());
        let host = uri.authority().map_or_else(|| text(headers, &header::HOST), |authority| authority.as_str());
        Some(Self {
            head: Head::new(
                request.method().as_str(),
                uri.path_and_query().map_or_else(|| uri.path(), |target| target.as_str()),
                host.rsplit_once('@').map_or(host, |(_, host)| host),
                text(headers, &header::USER_AGENT),
                text(headers, &header::CONTENT_TYPE),
            ),
        })
    }

    /// Writes the entry, and makes the answer ready to be sent.
    pub(super) fn finish(self, app: &App, mut notes: Notes, document: Document, elapsed: Duration) -> Response {
        let most = app.journal.limits().body;
        // Copied, and in no more room than it takes: the document's own room is given back when it is sent, and is at hand for the
        // next, where one that is kept would have each document written into memory that nobody has used for ten thousand requests.
        let (status, length) = (document.status().as_u16(), document.body().len());
        let body = document.body().as_bytes()[..length.min(most)].into();
        let answer = Answer { status, body, length };
        let asked_length = notes.body.len();
        // A body may be a part of the connection's buffer, which must not be kept for it.
        notes.body = Bytes::copy_from_slice(&notes.body[..asked_length.min(most)]);
        if notes.account.is_empty() {
            // It was answered before anybody asked for the key.
            notes.account = key_in(self.head.query());
        }
        notes.account.truncate(notes.account.floor_char_boundary(LONGEST_KEY));
        let at = notes.at.unwrap_or_else(|| app.clock.now());
        app.journal.record(Entry { at, elapsed, head: self.head, notes, answer, asked_length });
        document.map(Body::from)
    }
}

/// The access key that a query names; empty when it names none.
fn key_in(query: &str) -> String {
    let mut params = Params::default();
    read_params(query.as_bytes(), &mut params);
    let key = params.filled("AWSAccessKeyId").or_else(|| params.filled("SubscriptionId"));
    key.unwrap_or_default().to_owned()
}

/// A header as text; of bytes that are none, nothing.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
