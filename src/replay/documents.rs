//! Recorded documents of errors that hold no request: what stood in front of the operations refused it, by its key, its signature
//! or its envelope. Code and root tell what was asked, and the rest of such a request is made up here.

use super::client;
use super::compare::{Difference, differences_of_documents};
use super::recording::Unplayed;
use crate::cart::ManualClock;
use crate::config::{Config, Secret, Signatures};
use crate::protocol::{Element, Operation, Version, read_tree};
use crate::server::Server;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The beginning of the namespace of such a document; version and a slash follow.
const NAMESPACE: &str = "http://ecs.amazonaws.com/doc/";

/// The one key that the server knows, and its secret.
const ACCOUNT: (&str, &str) = ("REPLAY", "replay");

/// When such a request is sent: after all recordings, so that their time stamps have expired.
const NOW: &str = "2020-01-01T00:00:00Z";

/// A document of an error, as somebody recorded it.
#[derive(Clone, Debug)]
pub struct ErrorDocument {
    /// The file, as it is named in reports.
    pub file: String,
    /// The whole document.
    pub answer: Element,
    /// The code of the error.
    pub code: String,
    /// What was asked, by the root; empty when that does not tell it.
    pub operation: String,
    /// The version, by the namespace; the default one when that does not tell it.
    pub version: Version,
    arguments: Vec<(String, String)>,
    signatures: Signatures,
}

/// Whether this is the name of such a document's root.
pub(super) fn is_one(root: &str) -> bool {
    root == "Errors" || root.ends_with("ErrorResponse")
}

impl ErrorDocument {
    /// Makes out which request is answered like that.
    pub(super) fn of(file: &str, answer: Element) -> Result<Self, Unplayed> {
        let error =
            search_error(&answer).ok_or_else(|| Unplayed::Foreign(format!("is a {} without an Error", answer.name)))?;
        let text = |name| error.text_at(&[name]).unwrap_or_default().to_owned();
        let (code, message) = (text("Code"), text("Message"));
        let operation = answer.name.strip_suffix("ErrorResponse").unwrap_or_default().to_owned();
        if !operation.is_empty() && Operation::named(&operation).is_none() {
            return Err(Unplayed::OutOfScope(format!("{operation} is no operation of this server")));
        }
        let date = answer.namespace.strip_prefix(NAMESPACE).map(|rest| rest.trim_end_matches('/'));
        let version = date.and_then(Version::named);
        let mut document = Self {
            file: file.to_owned(),
            code: code.clone(),
            version: version.unwrap_or(Version::DEFAULT),
            arguments: Vec::new(),
            signatures: Signatures::Required,
            operation,
            answer,
        };
        document.ask("Service", "AWSECommerceService");
        if let Some(version) = version {
            document.ask("Version", version.as_str());
        }
        if !document.operation.is_empty() {
            let operation = document.operation.clone();
            document.ask("Operation", &operation);
        }
        match code.as_str() {
            "MissingClientTokenId" => {}
            "InvalidClientTokenId" => document.ask("AWSAccessKeyId", "UNKNOWN"),
            "MissingParameter" if message.ends_with("Signature.") => document.ask("AWSAccessKeyId", ACCOUNT.0),
            "SignatureDoesNotMatch" => document.sign(NOW),
            "RequestExpired" => {
                let stamp = message.split_once("Timestamp date is ").map(|(_, stamp)| stamp.trim_end_matches('.'));
                let stamp =
                    stamp.ok_or_else(|| Unplayed::Foreign("does not tell which time has expired".to_owned()))?;
                document.sign(stamp);
            }
            "AWS.MissingServiceParameter" => document.arguments.clear(),
            "AWS.InvalidOperationParameter" => {
                return Err(Unplayed::OutOfScope(
                    "it lists the operations of the live service, which are more".to_owned(),
                ));
            }
            "RequestThrottled" | "InternalError" => {
                return Err(Unplayed::OutOfScope(format!("{code} is an accident, which no request brings about")));
            }
            "AWS.InvalidAccount" => {
                return Err(Unplayed::OutOfScope(super::scope::NO_REGISTER.to_owned()));
            }
            "Deprecated" => {
                document.signatures = Signatures::Optional;
                document.ask("AWSAccessKeyId", ACCOUNT.0);
            }
            _ => return Err(Unplayed::OutOfScope(format!("what brings {code} about is not known"))),
        }
        Ok(document)
    }

    fn ask(&mut self, name: &str, value: &str) {
        self.arguments.push((name.to_owned(), value.to_owned()));
    }

    /// Signs with what is no signature.
    fn sign(&mut self, timestamp: &str) {
        self.ask("AWSAccessKeyId", ACCOUNT.0);
        self.ask("Timestamp", timestamp);
        self.ask("Signature", "none");
    }

    /// Sends such a request, and compares.
    pub(super) async fn differences(&self) -> Result<Vec<Difference>, String> {
        let now = NOW.parse().expect("a time stamp");
        let config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            database: "memory".to_owned(),
            signatures: self.signatures,
            accounts: BTreeMap::from([(ACCOUNT.0.to_owned(), Secret::new(ACCOUNT.1))]),
            hmac_secret: Some(Secret::new("replay")),
            ..Config::default()
        };
        let builder = Server::builder(config).clock(Arc::new(ManualClock::new(now)));
        let server =
            builder.wall_clock(Arc::new(ManualClock::new(now))).start().await.map_err(|error| error.to_string())?;
        let body = client::get(server.addr(), "/onca/xml", &self.arguments, None).await;
        server.stop().await;
        let body = body.map_err(|error| format!("this server did not answer: {error}"))?;
        let ours = read_tree(&body).map_err(|error| format!("this server's answer {error}"))?;
        Ok(differences_of_documents(&self.answer, &ours))
    }
}

fn search_error(answer: &Element) -> Option<&Element> {
    super::recording::search(answer, &|element| (element.name == "Error").then_some(element))
}
