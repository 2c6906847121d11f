//! Entries as an HTTP archive (HAR 1.2), which browsers' tools and many others read. Secrets are redacted as everywhere.

use super::asked::Asked;
use super::keeping::Seen;
use super::notes::Transport;
use super::shown::Redacted;
use serde_json::{Value, json};

/// The archive with these entries, the oldest first. `url` is where the server is.
pub fn archive(entries: &[Seen], url: &str) -> Value {
    let mut entries: Vec<&Seen> = entries.iter().collect();
    entries.sort_by_key(|seen| seen.id);
    json!({
        "log": {
            "version": "1.2",
            "creator": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
            "entries": entries.into_iter().map(|seen| entry(seen, url)).collect::<Vec<_>>(),
        }
    })
}

fn entry(seen: &Seen, url: &str) -> Value {
    let entry = &seen.entry;
    let asked = Asked::of(entry);
    let redacted = Redacted::new(entry, &asked);
    let ms = (entry.elapsed.as_secs_f64() * 1e6).round() / 1e3;
    let header = |name: &str, value: &str| json!({ "name": name, "value": value });
    let head = &entry.head;
    let named = [("Host", head.host()), ("User-Agent", head.agent()), ("Content-Type", head.media())];
    let headers: Vec<Value> =
        named.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| header(name, value)).collect();
    let target = redacted.target();
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let mut request = json!({
        "method": head.method(),
        "url": format!("{url}{target}"),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers,
        "queryString": pairs(query),
        "headersSize": -1,
        "bodySize": entry.asked_length,
    });
    if !entry.notes.body.is_empty() {
        request["postData"] = json!({ "mimeType": head.media(), "text": redacted.request_body() });
    }
    let media = media_of(entry.notes.transport, &entry.answer.body);
    json!({
        "startedDateTime": entry.at.to_string(),
        "time": ms,
        "request": request,
        "response": {
            "status": entry.answer.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [header("Content-Type", media)],
            "content": { "size": entry.answer.length, "mimeType": media, "text": redacted.answer_body() },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": entry.answer.length,
        },
        "cache": {},
        "timings": { "send": 0, "wait": ms, "receive": 0 },
        "_id": seen.id,
        "_account": entry.notes.account,
    })
}

/// A query that is redacted already, as archives have it.
fn pairs(query: &str) -> Vec<Value> {
    let mut params = crate::protocol::Params::default();
    crate::protocol::read_params(query.as_bytes(), &mut params);
    params.iter().map(|param| json!({ "name": param.name, "value": param.value })).collect()
}

fn media_of(transport: Transport, body: &[u8]) -> &'static str {
    match transport {
        Transport::Page if !body.starts_with(b"<?xml") => "text/html",
        _ => "text/xml",
    }
}
