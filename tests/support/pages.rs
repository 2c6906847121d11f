//! A customer in front of the pages: follows links, fills in forms and keeps the cookie, as a browser without scripts does.

use super::{Answer, TestServer, request};

/// A form on a page.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) action: String,
    /// Names and values of the inputs, in order.
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    /// All forms of a page, in order.
    pub(crate) fn all(page: &str) -> Vec<Self> {
        let forms = page.split("<form ").skip(1).map(|form| form.split("</form>").next().unwrap());
        let input = |input: &str| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()));
        forms
            .map(|form| {
                assert_eq!(attribute(form, "method").as_deref(), Some("post"), "{form}");
                let fields = form.split("<input ").skip(1).filter_map(input).collect();
                Self { action: attribute(form, "action").expect("a form leads somewhere"), fields }
            })
            .collect()
    }

    /// The first form of a page.
    #[track_caller]
    pub(crate) fn first(page: &Answer) -> Self {
        Self::all(&page.body).into_iter().next().unwrap_or_else(|| panic!("no form in {}", page.body))
    }

    /// The form with one more field, or another value in it.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn value(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(known, _)| known == name);
        field.map_or_else(|| panic!("no {name} in {self:?}"), |(_, value)| value.as_str())
    }

    /// As a browser sends it: line breaks are CRLF.
    pub(crate) fn body(&self) -> String {
        let broken = |value: &str| value.replace("\r\n", "\n").replace(['\r', '\n'], "\r\n");
        let pair = |(name, value): &(String, String)| format!("{}={}", encoded(name), encoded(&broken(value)));
        self.fields.iter().map(pair).collect::<Vec<_>>().join("&")
    }
}

/// Everything but letters and digits, as `%XX`.
pub(crate) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The value of an attribute of the tag that `tag` begins with.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    Some(unescaped(rest.split('"').next()?))
}

/// Text as a reader sees it.
fn unescaped(text: &str) -> String {
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
    text.replace("&#38;", "&")
}

/// The text of a page without its tags, one blank between words.
pub(crate) fn text_of(page: &Answer) -> String {
    let (_, main) = page.body.split_once("<main>").unwrap_or_else(|| panic!("no page: {}", page.body));
    let (main, _) = main.split_once("</main>").expect("it ends");
    let text: String = main
        .split('<')
        .enumerate()
        .map(|(n, t)| if n == 0 { t } else { t.split_once('>').unwrap().1 })
        .fold(String::new(), |text, next| text + " " + next);
    unescaped(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A customer of a server.
pub(crate) struct Customer<'a> {
    server: &'a TestServer,
    /// `name=value`, once there is one.
    pub(crate) cookie: Option<String>,
}

impl<'a> Customer<'a> {
    pub(crate) fn of(server: &'a TestServer) -> Self {
        Self { server, cookie: None }
    }

    /// A customer who comes back.
    pub(crate) fn with_cookie(server: &'a TestServer, cookie: Option<String>) -> Self {
        Self { server, cookie }
    }

    /// Sends a request with the cookie, and keeps the one that comes back.
    #[track_caller]
    pub(crate) fn send(&mut self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let cookie = self.cookie.clone();
        let mut headers = headers.to_vec();
        headers.extend(cookie.as_deref().map(|cookie| ("Cookie", cookie)));
        if !body.is_empty() {
            headers.push(("Content-Type", "application/x-www-form-urlencoded"));
        }
        let answer = self.server.raw(&request(method, target, &headers, body.as_bytes()));
        if let Some(cookie) = answer.header("set-cookie") {
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
        answer
    }

    /// Opens a page.
    #[track_caller]
    pub(crate) fn open(&mut self, target: &str) -> Answer {
        self.send("GET", target, &[], "")
    }

    /// Sends a form.
    #[track_caller]
    pub(crate) fn submit(&mut self, form: &Form) -> Answer {
        self.send("POST", &form.action, &[], &form.body())
    }

    /// Sends a form, and goes where the answer leads.
    #[track_caller]
    pub(crate) fn follow(&mut self, form: &Form) -> Answer {
        let answer = self.submit(form);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let way = answer.header("location").expect("it leads somewhere").to_owned();
        self.open(&way)
    }
}

/// The PurchaseURL of a cart without scheme and host.
#[track_caller]
pub(crate) fn purchase_link(cart: &Answer) -> String {
    let url = cart.text("PurchaseURL");
    let place = url.find("/gp/").unwrap_or_else(|| panic!("{url}"));
    url[place..].to_owned()
}
