//! Who asks, and whether they can prove it: the access key, and the signature as far as the settings want it checked
//! (docs/PROTOCOL.md, section 10).

use super::proxy::Target;
use crate::account::{Conduct, Oddly, World};
use crate::app::App;
use crate::config::{Secret, Signatures};
use crate::journal::{Notes, Verdict};
use crate::protocol::signature::{Mismatch, Signed, is_fresh, sign, verify};
use crate::protocol::{Envelope, GatewayError, Params, oddity};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
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

/// By what a signature is checked.
pub(super) struct Terms<'a> {
    pub(super) app: &'a App,
    pub(super) target: &'a Target,
    pub(super) world: &'a World,
    pub(super) conduct: &'a Conduct,
}

/// Checks key and signature, in the recorded order, and notes what came of the signature and what was odd and let pass.
pub(super) fn check(
    terms: &Terms<'_>,
    envelope: &Envelope<'_>,
    params: &Params<'_>,
    proof: &Proof<'_>,
    notes: &mut Notes,
) -> Result<(), Refused> {
    let Terms { app, target, world, conduct } = *terms;
    let (timestamp, signature) = match proof {
        Proof::Query { .. } => (params.filled("Timestamp"), params.filled("Signature")),
        Proof::Header { timestamp, signature } => (*timestamp, *signature),
    };
    notes.signature = if signature.is_some() { Verdict::Unchecked } else { Verdict::Absent };
    let mode = conduct.signatures;
    if mode == Signatures::Ignored {
        return Ok(());
    }
    let Some(key) = envelope.access_key else { return Err(GatewayError::MissingClientTokenId.into()) };
    let secret = world.secret().or_else(|| app.config.accounts.get(key));
    if secret.is_none() && mode == Signatures::Required {
        return Err(GatewayError::InvalidClientTokenId.into());
    }
    let Some(signature) = signature else {
        if mode == Signatures::Required || conduct.unsigned == Oddly::Refused {
            return Err(GatewayError::MissingParameter("Signature").into());
        }
        notes.warn(oddity::UNSIGNED);
        return Ok(());
    };
    // Fresh by the real clock or by the account's: real clients keep working after a test has moved the latter.
    let clocks = || [app.wall_clock.now(), world.clock().at(app.clock.now())];
    let Some(secret) = secret else {
        notes.warn(oddity::UNCHECKED);
        if !is_signature(signature) {
            notes.warn(oddity::NO_SIGNATURE);
        }
        let fresh = timestamp.and_then(|timestamp| is_fresh(timestamp, &clocks()));
        return match (fresh, conduct.stale) {
            (Some(true), _) => Ok(()),
            (_, Oddly::Told) => {
                notes.warn(oddity::STALE);
                Ok(())
            }
            (fresh, Oddly::Refused) => Err(not_fresh(timestamp, fresh, &mut notes.signature)),
        };
    };
    let verdict = &mut notes.signature;
    *verdict = Verdict::Bad;
    let fresh = timestamp.and_then(|timestamp| is_fresh(timestamp, &clocks()));
    let (Some(timestamp), Some(true)) = (timestamp, fresh) else { return Err(not_fresh(timestamp, fresh, verdict)) };
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
    verified.map_err(|(mismatch, tried)| {
        tracing::info!(operation = envelope.operation, why = mismatch.for_log(), "a signature does not fit");
        let Mismatch { string_to_sign, mistake } = mismatch;
        let mistake =
            mistake.map_or_else(|| "none of the usual mistakes; is it the right secret?".to_owned(), |m| m.to_string());
        // The mistake comes first: a long query may fill what a header can hold.
        let hint = format!("{mistake}{tried}; string to sign: {string_to_sign}");
        Refused { error: GatewayError::SignatureDoesNotMatch, hint: Some(hint) }
    })
}

/// Why a time stamp is refused: it is missing, is none, or is too old.
fn not_fresh(timestamp: Option<&str>, fresh: Option<bool>, verdict: &mut Verdict) -> Refused {
    let Some(timestamp) = timestamp.map(str::to_owned) else {
        return GatewayError::MissingParameter("Timestamp").into();
    };
    if fresh.is_none() {
        return GatewayError::InvalidTimestamp { timestamp }.into();
    }
    *verdict = Verdict::Stale;
    GatewayError::RequestExpired { timestamp }.into()
}

/// Whether a text can be a signature: the base 64 of an HMAC by SHA-1 or SHA-256.
fn is_signature(text: &str) -> bool {
    STANDARD.decode(text).is_ok_and(|bytes| matches!(bytes.len(), 20 | 32))
}

/// A SOAP header signs the operation's name and the time stamp, one behind the other.
fn in_header(envelope: &Envelope<'_>, timestamp: &str, signature: &str, secret: &Secret) -> Result<(), Mismatch> {
    let text = format!("{}{timestamp}", envelope.operation);
    let fits = sign(secret.expose(), &text).as_bytes().ct_eq(signature.as_bytes());
    if bool::from(fits) { Ok(()) } else { Err(Mismatch { string_to_sign: text, mistake: None }) }
}
