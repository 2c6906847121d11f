//! Who asks, and whether they can prove it: the access key, and the signature as far as the settings want it checked
//! (docs/PROTOCOL.md, section 10).

use super::proxy::Target;
use crate::app::App;
use crate::cart::{Clock as _, SystemClock};
use crate::config::Signatures;
use crate::protocol::signature::{Signed, is_fresh, verify};
use crate::protocol::{GatewayError, Params};

/// What is needed to check a REST request's signature.
pub(super) struct Evidence<'a> {
    /// `GET` or `POST`; a HEAD is signed as the GET that it stands for.
    pub(super) method: &'a str,
    /// The path as it was sent.
    pub(super) path: &'a str,
    /// The query or form as it was sent.
    pub(super) sent: &'a str,
    /// Its parameters.
    pub(super) params: &'a Params<'a>,
}

/// A refusal, and what whoever runs the client may want to know about it.
pub(super) struct Refused {
    pub(super) error: GatewayError,
    pub(super) hint: Option<String>,
}

impl From<GatewayError> for Refused {
    fn from(error: GatewayError) -> Self {
        Self { error, hint: None }
    }
}

/// Checks key and signature. Answers a hint when something was let pass that Amazon would have refused.
pub(super) fn check(
    app: &App,
    target: &Target,
    key: Option<&str>,
    evidence: &Evidence<'_>,
) -> Result<Option<&'static str>, Refused> {
    let mode = app.config.signatures;
    if mode == Signatures::Ignored {
        return Ok(None);
    }
    let Some(key) = key else { return Err(GatewayError::MissingClientTokenId.into()) };
    let secret = app.config.accounts.get(key);
    if secret.is_none() && mode == Signatures::Required {
        return Err(GatewayError::InvalidClientTokenId.into());
    }
    let Some(signature) = evidence.params.filled("Signature") else {
        return match mode {
            Signatures::Required => Err(GatewayError::MissingParameter("Signature").into()),
            _ => Ok(None),
        };
    };
    let Some(secret) = secret else { return Ok(Some("the signature was not checked: the secret of this key is not known")) };
    let Some(timestamp) = evidence.params.filled("Timestamp") else {
        return Err(GatewayError::MissingParameter("Timestamp").into());
    };
    // Fresh by the real clock or by the one that answers go by: real clients keep working after a test has moved the latter.
    match is_fresh(timestamp, &[SystemClock.now(), app.clock.now()]) {
        None => return Err(GatewayError::InvalidTimestamp { timestamp: timestamp.to_owned() }.into()),
        Some(false) => return Err(GatewayError::RequestExpired { timestamp: timestamp.to_owned() }.into()),
        Some(true) => {}
    }
    let (hosts, paths) = (target.signed_hosts(), [evidence.path.to_owned(), target.path.clone()]);
    let signed =
        Signed { method: evidence.method, hosts: &hosts, paths: &paths, params: evidence.params, sent: evidence.sent };
    verify(&signed, secret.expose(), signature).map(|()| None).map_err(|mismatch| {
        let mistake = mismatch.mistake.unwrap_or_else(|| "none of the usual mistakes; is it the right secret?".to_owned());
        let hint = format!("string to sign: {:?}; tried the hosts {}; {mistake}", mismatch.string_to_sign, hosts.join(", "));
        Refused { error: GatewayError::SignatureDoesNotMatch, hint: Some(hint) }
    })
}
