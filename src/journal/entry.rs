//! One entry: a request and its answer as they were, in as little memory as that takes.

use super::notes::Notes;
use jiff::Timestamp;
use std::time::Duration;

/// How much of a header is kept.
const MOST_OF_A_HEADER: usize = 256;

/// What a request's head is made of, in the order in which [`Head`] keeps it.
const PARTS: usize = 5;

/// What is kept of a request's head: one text, so that it costs one allocation. It is copied: a part of the connection's own
/// buffer would keep all of that in memory.
#[derive(Debug)]
pub struct Head {
    text: Box<str>,
    ends: [u32; PARTS],
}

impl Head {
    /// Keeps method, target, host, User-Agent and Content-Type.
    pub fn new(method: &str, target: &str, host: &str, agent: &str, media: &str) -> Self {
        let [host, agent, media] = [host, agent, media].map(|header| beginning(header, MOST_OF_A_HEADER));
        let parts: [&str; PARTS] = [method, target, host, agent, media];
        let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
        let ends = parts.map(|part| {
            text.push_str(part);
            u32::try_from(text.len()).unwrap_or(u32::MAX) // a target has 64 KiB at most
        });
        Self { text: text.into_boxed_str(), ends }
    }

    fn part(&self, place: usize) -> &str {
        let from = if place == 0 { 0 } else { self.ends[place - 1] };
        self.text.get(from as usize..self.ends[place] as usize).unwrap_or_default()
    }

    /// `GET`
    pub fn method(&self) -> &str {
        self.part(0)
    }

    /// Path and query as they were sent.
    pub fn target(&self) -> &str {
        self.part(1)
    }

    /// Without the query.
    pub fn path(&self) -> &str {
        self.target().split('?').next().unwrap_or_default()
    }

    /// What follows the path; empty when there is none.
    pub fn query(&self) -> &str {
        self.target().split_once('?').map_or("", |(_, query)| query)
    }

    /// The host and port that the request names, if it names one.
    pub fn host(&self) -> &str {
        self.part(2)
    }

    /// User-Agent.
    pub fn agent(&self) -> &str {
        self.part(3)
    }

    /// Content-Type.
    pub fn media(&self) -> &str {
        self.part(4)
    }
}

/// The answer as it was sent.
#[derive(Debug, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The document or page, or its beginning.
    pub body: Box<[u8]>,
    /// How long the whole body was.
    pub length: usize,
}

/// One request and its answer.
#[derive(Debug)]
pub struct Entry {
    /// When it came.
    pub at: Timestamp,
    /// How long the answer took.
    pub elapsed: Duration,
    /// What was sent before the body.
    pub head: Head,
    /// What was found out.
    pub notes: Notes,
    /// What was sent back.
    pub answer: Answer,
    /// How long the request's body was.
    pub asked_length: usize,
}

impl Entry {
    /// The codes of the errors in the answer. Of a document that no operation wrote, such as that of a path that there is not, it is
    /// the one that stands in it.
    pub fn codes(&self) -> Vec<String> {
        if !self.notes.codes.is_empty() || self.answer.status < 400 {
            return self.notes.codes.iter().map(|code| (*code).to_owned()).collect();
        }
        let document = String::from_utf8_lossy(&self.answer.body);
        let code = document.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        code.map(|(code, _)| code.to_owned()).into_iter().collect()
    }

    /// Whether the body holds parameters: a form, or a body of no stated type.
    pub(super) fn is_form(&self) -> bool {
        let media = self.head.media();
        media.is_empty() || media.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
    }

    /// What the entry takes in memory, in bytes.
    pub(super) fn held(&self) -> usize {
        size_of::<Self>() + self.head.text.len() + self.notes.held() + self.answer.body.len()
    }
}

/// The beginning of a text, at most `most` bytes of it.
fn beginning(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_gives_its_parts_back() {
        let head = Head::new("GET", "/onca/xml?a=1?b", "shop.test", "tests/1.0", "text/xml");
        let parts = [head.method(), head.target(), head.path(), head.query(), head.host(), head.agent(), head.media()];
        assert_eq!(parts, ["GET", "/onca/xml?a=1?b", "/onca/xml", "a=1?b", "shop.test", "tests/1.0", "text/xml"]);
        let bare = Head::new("PUT", "*", "", "", "");
        assert_eq!([bare.method(), bare.path(), bare.query(), bare.media()], ["PUT", "*", "", ""]);
    }

    #[test]
    fn of_a_long_header_the_beginning_is_kept() {
        let head = Head::new("GET", "/", "", &"あ".repeat(200), "x");
        assert_eq!((head.agent().len(), head.media()), (255, "x"));
    }
}
