//! The browser: Chromium, driven through a chromedriver of the test's own.

use super::{first, labelled};
use crate::support::{TestServer, request};
use base64::Engine as _;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Widths at which every page is looked at, with the heights of usual screens: the narrowest telephone, a telephone, a desk.
const SCREENS: [(u32, u32); 3] = [(320, 568), (390, 844), (1280, 800)];

/// Longer than any page takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Browser {
    runtime: Runtime,
    client: Client,
    driver: Child,
    driver_at: SocketAddr,
    session: String,
    here: String,
    /// The browser's own files; gone with it.
    _profile: tempfile::TempDir,
}

impl Browser {
    /// A fresh browser that knows nobody.
    pub(super) fn start(server: &TestServer) -> Self {
        let (driver, driver_at) = start_driver();
        let profile = tempfile::tempdir().unwrap();
        let profile_flag = format!("--user-data-dir={}", profile.path().display());
        let flags = [
            "--headless",
            "--no-sandbox", // which root may not have
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            &profile_flag,
        ];
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": flags },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("it was just written as one") };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let connected = runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            let client = builder.capabilities(capabilities).connect(&format!("http://{driver_at}")).await?;
            let session = client.session_id().await.unwrap().expect("a session has an id");
            Ok::<_, fantoccini::error::NewSessionError>((client, session))
        });
        let (client, session) = connected.unwrap_or_else(|error| {
            panic!("Chromium did not start: {error}; install chromium and chromium-driver of one version")
        });
        let here = format!("http://{}", server.addr);
        Self { runtime, client, driver, driver_at, session, here, _profile: profile }
    }

    pub(super) fn open(&mut self, url: &str) {
        self.runtime.block_on(self.client.goto(url)).unwrap();
    }

    pub(super) fn reload(&mut self) {
        self.runtime.block_on(self.client.refresh()).unwrap();
    }

    pub(super) fn url(&self) -> String {
        self.runtime.block_on(self.client.current_url()).unwrap().to_string()
    }

    /// Where a customer of a site pays.
    pub(super) fn url_of_checkout(&self, locale: &str) -> String {
        format!("{}/{locale}/gp/cart/checkout.html", self.here)
    }

    /// The text that a customer sees in the first element of this kind.
    pub(super) fn text(&self, css: &str) -> String {
        self.runtime.block_on(async { self.client.find(Locator::Css(css)).await?.text().await }).unwrap()
    }

    pub(super) fn attribute(&self, css: &str, name: &str) -> String {
        let found = async { self.client.find(Locator::Css(css)).await?.attr(name).await };
        self.runtime.block_on(found).unwrap().unwrap_or_default()
    }

    /// Presses the first button, or what looks like one, that says this, and waits for the next page.
    pub(super) fn press(&mut self, label: &str) {
        self.click(&labelled(&["button", "a"], label), label);
    }

    /// Follows the first link that says this.
    pub(super) fn follow(&mut self, label: &str) {
        self.click(&labelled(&["a"], label), label);
    }

    fn click(&mut self, path: &str, label: &str) {
        self.mark();
        let clicked = async { self.client.find(first(path)).await?.click().await };
        self.runtime.block_on(clicked).unwrap_or_else(|error| panic!("{label}: {error}\n{}", self.text("body")));
        self.arrive();
    }

    /// Types into the first field of this kind, in place of what is there. U+E007 is the Enter key, which leads to the next page.
    pub(super) fn type_into(&mut self, css: &str, text: &str) {
        self.mark();
        let typed = async {
            let field = self.client.find(Locator::Css(css)).await?;
            field.clear().await?;
            field.send_keys(text).await
        };
        self.runtime.block_on(typed).unwrap();
        if text.ends_with('\u{E007}') {
            self.arrive();
        }
    }

    /// Marks the page, to tell it from the next one.
    fn mark(&self) {
        self.runtime.block_on(self.client.execute("window.isTheOldPage = true", Vec::new())).unwrap();
    }

    /// Waits until the page that was marked has gone and the next one is whole. The driver does not: it answers when a form is
    /// on its way.
    fn arrive(&self) {
        const THERE: &str = "return !window.isTheOldPage && document.readyState === 'complete'";
        let from = Instant::now();
        loop {
            // Between two pages there is none to ask.
            let there = self.runtime.block_on(self.client.execute(THERE, Vec::new()));
            if there.is_ok_and(|there| there == json!(true)) {
                return;
            }
            assert!(from.elapsed() < PATIENCE, "the next page does not come: {}", self.url());
        }
    }

    /// Sees to it that the page fits every screen, and takes its picture on each where pictures are wanted.
    pub(super) fn photograph(&mut self, name: &str) {
        let folder = std::env::var_os("CARTWRIGHT_SCREENSHOTS").map(PathBuf::from);
        for (width, height) in SCREENS {
            self.devtools(
                "Emulation.setDeviceMetricsOverride",
                &json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 }),
            );
            let measure = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]";
            let widths = self.runtime.block_on(self.client.execute(measure, Vec::new())).unwrap();
            assert_eq!(widths, json!([width, width]), "{name} is wider than its screen");
            let Some(folder) = &folder else { continue };
            std::fs::create_dir_all(folder).unwrap();
            for scheme in ["light", "dark"] {
                let scheme_is = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
                self.devtools("Emulation.setEmulatedMedia", &scheme_is);
                let picture = self.devtools("Page.captureScreenshot", &json!({ "captureBeyondViewport": true }));
                let picture = picture["data"].as_str().expect("a picture");
                let picture = base64::engine::general_purpose::STANDARD.decode(picture).unwrap();
                std::fs::write(folder.join(format!("{name}-{width}-{scheme}.png")), picture).unwrap();
            }
        }
        self.devtools("Emulation.clearDeviceMetricsOverride", &json!({}));
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": [] }));
    }

    /// Asserts that no page complained of anything but a status that was meant, and that none asked anybody but the server for
    /// anything.
    pub(super) fn has_seen_nothing_but(&mut self, server: &TestServer, meant: Option<&str>) {
        let log = self.log("browser");
        let complaints = log.as_array().expect("a list").iter().map(|entry| entry["message"].as_str().expect("a text"));
        let complaints: Vec<_> = complaints
            .filter(|text| meant.is_none_or(|meant| !text.ends_with(&format!("a status of {meant}"))))
            .collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
        let events = self.log("performance");
        let messages = events.as_array().expect("a list").iter().map(|event| {
            let text = event["message"].as_str().expect("a message");
            serde_json::from_str::<Value>(text).unwrap()["message"].clone()
        });
        let urls = messages
            .filter(|message| message["method"] == "Network.requestWillBeSent")
            .map(|message| message["params"]["request"]["url"].as_str().expect("an address").to_owned());
        // Of its own pages the browser has one at the start.
        let own = ["data:", "chrome:"];
        let urls: Vec<String> = urls.filter(|url| !own.iter().any(|own| url.starts_with(own))).collect();
        assert!(urls.iter().any(|url| url.contains("/gp/style-")), "the log tells what was asked for: {urls:?}");
        let elsewhere: Vec<_> =
            urls.iter().filter(|url| !url.starts_with(&format!("http://{}/", server.addr))).collect();
        assert!(elsewhere.is_empty(), "{elsewhere:?}");
    }

    fn log(&self, kind: &str) -> Value {
        self.driver_command("se/log", &json!({ "type": kind }))
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.driver_command("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// What chromedriver can do beyond the standard.
    fn driver_command(&self, command: &str, parameters: &Value) -> Value {
        let target = format!("/session/{}/{command}", self.session);
        let answer = ask_driver(self.driver_at, "POST", &target, &parameters.to_string());
        let mut answer: Value = serde_json::from_slice(&answer.expect("chromedriver answers")).expect("in JSON");
        assert!(answer["value"]["error"].is_null(), "{command}: {answer}");
        answer["value"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browser with the session; killed with one open, it would leave the browser behind.
        let _ = ask_driver(self.driver_at, "DELETE", &format!("/session/{}", self.session), "");
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Asks chromedriver, and answers the body. It says that it closes the connection, and does not.
fn ask_driver(driver: SocketAddr, method: &str, target: &str, body: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(driver)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let headers = [("Host", driver.to_string()), ("Content-Type", "application/json".to_owned())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    stream.write_all(&request(method, target, &headers, body.as_bytes()))?;
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

/// A chromedriver on a free port, which it says itself.
fn start_driver() -> (Child, SocketAddr) {
    let spawned = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut driver = spawned.unwrap_or_else(|error| {
        panic!("chromedriver cannot be run: {error}; scripts/test says what to install, and does so as root on Debian")
    });
    let mut said = BufReader::new(driver.stdout.take().expect("it is piped"));
    let port = said.by_ref().lines().map_while(Result::ok).find_map(|line| {
        let port = line.strip_prefix("ChromeDriver was started successfully on port ")?;
        port.trim_end_matches('.').parse::<u16>().ok()
    });
    let Some(port) = port else {
        let ended = driver.wait();
        panic!("chromedriver ended without saying its port: {ended:?}");
    };
    // It goes on talking, and must find somebody who listens.
    std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
    (driver, ([127, 0, 0, 1], port).into())
}
