//! Who asks, and whether they can prove it: the access key, and the signature as far as the settings want it checked
//! (docs/PROTOCOL.md, section 10).

use super::proxy::Target;
use crate::app::App;
use crate::config::{Secret, Signatures};
use crate::journal::Verdict;
use crate::protocol::signature::{Mismatch, Signed, is_fresh, sign, verify};
use crate::protocol::{Envelope, GatewayError, Params};
use subtle::ConstantTimeEq as _;

/// What a transport can show for who its caller is.
pub(super) enum Proof<'a> {
    /// REST: the parameters Signature and Timestamp, over the request itself.
    Query {
        /// `GET` or `POST`.
        method: &'a str,
        /// The path as it was sent.
        path: &'a str,
        /// The query or form as it was sent.
        sent: &'a str,
    },
    /// SOAP: a signature over operation and time stamp, in the envelope's header.
    Header {
        /// As sent.
        timestamp: Option<&'a str>,
        /// As sent.
        signature: Option<&'a str>,
    },
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

/// Checks key and signature, in the recorded order, and says in `verdict` what came of the signature. Answers a hint when something
/// was let pass that was not checked.
pub(super) fn check(
    app: &App,
    target: &Target,
    envelope: &Envelope<'_>,
    params: &Params<'_>,
    proof: &Proof<'_>,
    verdict: &mut Verdict,
) -> Result<Option<String>, Refused> {
    let (timestamp, signature) = match proof {
        Proof::Query { .. } => (params.filled("Timestamp"), params.filled("Signature")),
        Proof::Header { timestamp, signature } => (*timestamp, *signature),
    };
    *verdict = if signature.is_some() { Verdict::Unchecked } else { Verdict::Absent };
    let mode = app.config.signatures;
    if mode == Signatures::Ignored {
        return Ok(None);
    }
    let Some(key) = envelope.access_key else { return Err(GatewayError::MissingClientTokenId.into()) };
    let secret = app.config.accounts.get(key);
    if secret.is_none() && mode == Signatures::Required {
        return Err(GatewayError::InvalidClientTokenId.into());
    }
    let Some(signature) = signature else {
        return match mode {
            Signatures::Required => Err(GatewayError::MissingParameter("Signature").into()),
            _ => Ok(None),
        };
    };
    let Some(secret) = secret else {
        return Ok(Some(
            "the signature was not checked: the server does not know this key's secret (--account)".to_owned(),
        ));
    };
    *verdict = Verdict::Bad;
    let Some(timestamp) = timestamp else { return Err(GatewayError::MissingParameter("Timestamp").into()) };
    // Fresh by the real clock or by the one that answers go by: real clients keep working after a test has moved the latter.
    match is_fresh(timestamp, &[app.wall_clock.now(), app.clock.now()]) {
        None => return Err(GatewayError::InvalidTimestamp { timestamp: timestamp.to_owned() }.into()),
        Some(false) => {
            *verdict = Verdict::Stale;
            return Err(GatewayError::RequestExpired { timestamp: timestamp.to_owned() }.into());
        }
        Some(true) => {}
    }
    let verified = match proof {
        Proof::Query { method, path, sent } => {
            let hosts = target.signed_hosts(app.config.public_url.as_deref());
            let mut paths = vec![(*path).to_owned()];
            if *path != target.path {
                paths.push(target.path.clone()); // a locale stands in front of it
            }
            let verified =
                verify(&Signed { method, hosts: &hosts, paths: &paths, params, sent }, secret.expose(), signature);
            verified.map_err(|mismatch| (mismatch, format!("; tried the hosts {}", hosts.join(", "))))
        }
        Proof::Header { .. } => {
            in_header(envelope, timestamp, signature, secret).map_err(|mismatch| (mismatch, String::new()))
        }
    };
    if verified.is_ok() {
        *verdict = Verdict::Ok;
    }
    verified.map(|()| None).map_err(|(mismatch, tried)| {
        tracing::info!(operation = envelope.operation, why = mismatch.for_log(), "a signature does not fit");
        let Mismatch { string_to_sign, mistake } = mismatch;
        let mistake =
            mistake.map_or_else(|| "none of the usual mistakes; is it the right secret?".to_owned(), |m| m.to_string());
        // The mistake comes first: a long query may fill what a header can hold.
        let hint = format!("{mistake}{tried}; string to sign: {string_to_sign}");
        Refused { error: GatewayError::SignatureDoesNotMatch, hint: Some(hint) }
    })
}

/// A SOAP header signs the operation's name and the time stamp, one behind the other.
fn in_header(envelope: &Envelope<'_>, timestamp: &str, signature: &str, secret: &Secret) -> Result<(), Mismatch> {
    let text = format!("{}{timestamp}", envelope.operation);
    let fits = sign(secret.expose(), &text).as_bytes().ct_eq(signature.as_bytes());
    if bool::from(fits) { Ok(()) } else { Err(Mismatch { string_to_sign: text, mistake: None }) }
}
