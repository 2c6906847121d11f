//! A client that sends what it is told, byte for byte, and shows what came back.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The texts of all elements of this name, unescaped, in document order. Enough for elements that hold only text.
    pub(crate) fn texts(&self, element: &str) -> Vec<String> {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let unescape = |t: &str| t.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let after = self.body.split(&open).skip(1);
        after.filter_map(|rest| rest.split_once(&close).map(|(text, _)| unescape(text))).collect()
    }

    /// The text of the first element of this name.
    #[track_caller]
    pub(crate) fn text(&self, element: &str) -> String {
        self.texts(element).into_iter().next().unwrap_or_else(|| panic!("no <{element}> in {}", self.body))
    }

    /// Whether an element of this name is there.
    pub(crate) fn has(&self, element: &str) -> bool {
        self.body.contains(&format!("<{element}>"))
    }

    /// The codes of all errors.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.texts("Code")
    }

    /// What stands inside the first element of this name.
    pub(crate) fn inside(&self, element: &str) -> Option<Answer> {
        let (_, rest) = self.body.split_once(&format!("<{element}>"))?;
        let (body, _) = rest.split_once(&format!("</{element}>"))?;
        Some(Answer { body: body.to_owned(), ..self.clone() })
    }

    /// The lines as `ASIN x Quantity`, with a star behind the saved ones.
    pub(crate) fn lines(&self) -> String {
        let mut lines = Vec::new();
        for (area, star) in [("CartItems", ""), ("SavedForLaterItems", "*")] {
            if let Some(area) = self.inside(area) {
                let pairs = area.texts("ASIN").into_iter().zip(area.texts("Quantity"));
                lines.extend(pairs.map(|(asin, quantity)| format!("{asin} x {quantity}{star}")));
            }
        }
        lines.join(", ")
    }

    /// `CartId=…&HMAC=…` for the next request, percent-encoded.
    #[track_caller]
    pub(crate) fn cart(&self) -> String {
        let hmac = self.text("HMAC").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        format!("CartId={}&HMAC={hmac}", self.text("CartId"))
    }

    /// The CartItemId of the line with this ASIN.
    #[track_caller]
    pub(crate) fn item(&self, asin: &str) -> String {
        let after_id = format!("</CartItemId><ASIN>{asin}</ASIN>");
        let (before, _) = self.body.split_once(&after_id).unwrap_or_else(|| panic!("no {asin} in {}", self.body));
        before.rsplit_once("<CartItemId>").expect("it was opened").1.to_owned()
    }
}

/// Sends bytes on a connection of their own, and reads one answer.
#[track_caller]
pub(crate) fn exchange(addr: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(addr).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time-out");
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(bytes);
    read_answer(&mut stream)
}

/// A request as bytes.
pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {target} HTTP/1.1\r\n").into_bytes();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        bytes.extend(b"Host: shop.test\r\n");
    }
    for (name, value) in headers {
        bytes.extend(format!("{name}: {value}\r\n").bytes());
    }
    if !body.is_empty() {
        bytes.extend(format!("Content-Length: {}\r\n", body.len()).bytes());
    }
    bytes.extend(b"Connection: close\r\n\r\n");
    bytes.extend(body);
    bytes
}

/// Reads until the server closes, and takes the answer apart.
#[track_caller]
pub(crate) fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A reset after the answer is no answer less.
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).expect("answers are UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no HTTP answer: {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status line");
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Answer { status, headers, body: body.to_owned() }
}
