//! Request signatures, version 2 with HMAC-SHA256 (docs/PROTOCOL.md, section 10).
//!
//! The client signs method, host, path and the sorted query. What it took for its host depends on how it was pointed here, so
//! several hosts are tried; what it took for its query does too, so the query is tried re-encoded and as it was sent. Must not
//! know accounts, settings or the clock: it is handed a secret and tells whether it fits.

use super::params::Params;
use crate::percent::percent_encoded;
use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;
use std::fmt::Write as _;
use subtle::ConstantTimeEq as _;

/// How long a signature is good.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// The longest query for which the client's mistake is looked for, in bytes.
const LONGEST_EXPLAINED: usize = 16 * 1024;

/// What was signed, as far as the server can tell.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The hosts that the client may have meant, the likeliest first; in lower case.
    pub hosts: &'a [String],
    /// The paths that the client may have meant, the likeliest first.
    pub paths: &'a [String],
    /// The parameters of query and form.
    pub params: &'a Params<'a>,
    /// The query (or the form) as it was sent.
    pub sent: &'a str,
}

/// A signature that does not fit, and what the server knows about why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What the server signed to compare.
    pub string_to_sign: String,
    /// What the client did instead, where one of the usual mistakes gives its signature.
    pub mistake: Option<Mistake>,
}

/// One of the usual mistakes. `Display` shows parts of the query, which the client may see and a log may not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}; the first difference: at byte {place} {expected:?} was expected, {signed:?} was signed")]
pub struct Mistake {
    /// Which one.
    pub what: &'static str,
    /// The first byte in which the two strings to sign differ.
    pub place: usize,
    /// What the server signed from there on, its beginning.
    pub expected: String,
    /// What the client signed from there on, its beginning.
    pub signed: String,
}

impl Mistake {
    fn new(what: &'static str, ours: &str, theirs: &str) -> Self {
        let place = ours.bytes().zip(theirs.bytes()).take_while(|(a, b)| a == b).count();
        let beginning = |text: &str| {
            let rest = text.as_bytes().get(place..).unwrap_or_default();
            String::from_utf8_lossy(rest).chars().take(20).collect()
        };
        Self { what, place, expected: beginning(ours), signed: beginning(theirs) }
    }
}

impl Mismatch {
    /// The same for a log: without the parts of a query that prove something.
    pub fn for_log(&self) -> String {
        let mistake = match &self.mistake {
            Some(Mistake { what, place, .. }) => format!("{what}; the first difference: at byte {place}"),
            None => "none of the usual mistakes".to_owned(),
        };
        // The query is the last of the four lines; SOAP signs no query. In a batch the name has a prefix.
        let query_at = self.string_to_sign.rfind('\n').map_or(0, |place| place + 1);
        let (head, query) = self.string_to_sign.split_at(query_at);
        let shown = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if name.ends_with("HMAC") => format!("{name}=…"),
            _ => pair.to_owned(),
        });
        format!("{mistake}; string to sign: {head}{}", shown.collect::<Vec<_>>().join("&"))
    }
}

/// Checks `signature` (base-64, decoded from the query) against everything that the client may have signed.
pub fn verify(signed: &Signed<'_>, secret: &str, signature: &str) -> Result<(), Mismatch> {
    let canonical = canonical_query(signed.params);
    let as_sent = sorted_as_sent(signed.sent);
    let fits = |text: &str| bool::from(sign(secret, text).as_bytes().ct_eq(signature.as_bytes()));
    for host in signed.hosts {
        for path in signed.paths {
            for query in [&canonical, &as_sent] {
                if fits(&string_to_sign(signed.method, host, path, query)) {
                    return Ok(());
                }
            }
        }
    }
    let first = |list: &[String]| list.first().cloned().unwrap_or_default();
    let ours = string_to_sign(signed.method, &first(signed.hosts), &first(signed.paths), &canonical);
    // Looking for the mistake signs the query some hundred times over, which a long one is not worth.
    let mistake = if canonical.len() > LONGEST_EXPLAINED { None } else { mistake(signed, &canonical, fits) };
    let mistake = mistake.map(|(what, text)| Mistake::new(what, &ours, &text));
    Err(Mismatch { string_to_sign: ours.chars().take(LONGEST_EXPLAINED).collect(), mistake })
}

/// The parameters without Signature, encoded by RFC 3986 and sorted by the bytes of their names.
pub fn canonical_query(params: &Params<'_>) -> String {
    let mut pairs: Vec<(String, String)> = params
        .iter()
        .filter(|param| param.name != "Signature")
        .map(|param| (percent_encoded(&param.name), percent_encoded(&param.value)))
        .collect();
    pairs.sort();
    join(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// The four lines that are signed.
pub fn string_to_sign(method: &str, host: &str, path: &str, query: &str) -> String {
    format!("{method}\n{host}\n{path}\n{query}")
}

/// The signature in base-64.
pub fn sign(secret: &str, text: &str) -> String {
    // HMAC takes a key of any length.
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap_or_else(|_| unreachable!("any length will do"));
    mac.update(text.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
}

/// Whether a time stamp is good at one of these moments: not older than [`LIFETIME`]. Recorded: one from the future was taken.
/// `None` when it is no time stamp.
pub fn is_fresh(timestamp: &str, moments: &[Timestamp]) -> Option<bool> {
    let signed_at: Timestamp = timestamp.parse().ok()?;
    Some(moments.iter().any(|now| now.duration_since(signed_at) <= LIFETIME))
}

/// The first of the usual mistakes that gives the client's signature, and what it signed.
fn mistake(signed: &Signed<'_>, canonical: &str, fits: impl Fn(&str) -> bool) -> Option<(&'static str, String)> {
    let other = if signed.method == "GET" { "POST" } else { "GET" };
    let queries = [
        ("blanks encoded as + instead of %20", canonical.replace("%20", "+")),
        ("the query is not sorted", without_signature(signed.sent)),
        ("* is not encoded", canonical.replace("%2A", "*")),
        ("~ is encoded", canonical.replace('~', "%7E")),
        ("a line break at the end", format!("{canonical}\n")),
        ("percent-encoding in small letters", small_hex(canonical)),
    ];
    for host in signed.hosts {
        for path in signed.paths {
            let elsewhere = [
                ("signed for another method", string_to_sign(other, host, path, canonical)),
                ("the host in capitals", string_to_sign(signed.method, &host.to_uppercase(), path, canonical)),
                ("the path ends in a slash", string_to_sign(signed.method, host, &format!("{path}/"), canonical)),
            ];
            let rewritten =
                queries.iter().map(|(what, query)| (*what, string_to_sign(signed.method, host, path, query)));
            if let Some(found) = elsewhere.into_iter().chain(rewritten).find(|(_, text)| fits(text)) {
                return Some(found);
            }
        }
    }
    None
}

/// The pairs as they were sent, without the signature, sorted by their names.
fn sorted_as_sent(sent: &str) -> String {
    let mut pairs: Vec<(&str, &str)> = pairs_as_sent(sent).collect();
    pairs.sort_unstable();
    join(pairs.into_iter())
}

fn without_signature(sent: &str) -> String {
    join(pairs_as_sent(sent))
}

fn pairs_as_sent(sent: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = sent.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).filter(|(name, _)| *name != "Signature")
}

fn join<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        let _ = write!(query, "{name}={value}"); // a String takes everything
    }
    query
}

/// `%2C` as `%2c`.
fn small_hex(query: &str) -> String {
    let mut left = 0;
    let small = |c: char| {
        left = if c == '%' { 3 } else { usize::saturating_sub(left, 1) };
        if left > 0 { c.to_ascii_lowercase() } else { c }
    };
    query.chars().map(small).collect()
}

#[cfg(test)]
mod tests {
    use super::super::rest::read_params;
    use super::*;

    const SECRET: &str = "1234567890";

    fn check(method: &str, host: &str, query: &str, signature: &str) {
        let mut params = Params::default();
        read_params(query.as_bytes(), &mut params);
        assert_eq!(canonical_query(&params), query, "the published queries are canonical");
        let text = string_to_sign(method, host, "/onca/xml", query);
        assert_eq!(text, format!("{method}\n{host}\n/onca/xml\n{query}"));
        assert_eq!(sign(SECRET, &text), signature, "{host} {query}");
    }

    #[test]
    fn published_vectors_give_their_signatures() {
        let k = "AWSAccessKeyId=00000000000000000000";
        let t = "Timestamp=2009-01-01T12%3A00%3A00Z";
        let lookup = format!(
            "{k}&ItemId=0679722769&Operation=ItemLookup&ResponseGroup=ItemAttributes%2COffers%2CImages%2CReviews\
             &Service=AWSECommerceService&{t}&Version=2009-01-06"
        );
        check("GET", "webservices.amazon.com", &lookup, "Nace+U3Az4OhN7tISqgs1vdLBHBEijWcBeCqL5xN9xg=");
        let search = format!(
            "{k}&Actor=Johnny%20Depp&AssociateTag=mytag-20&Operation=ItemSearch\
             &ResponseGroup=ItemAttributes%2COffers%2CImages%2CReviews%2CVariations&SearchIndex=DVD\
             &Service=AWSECommerceService&Sort=salesrank&{t}&Version=2009-01-01"
        );
        check("GET", "ecs.amazonaws.co.uk", &search, "TuM6E5L9u/uNqOX09ET03BXVmHLVFfJIna5cxXuHxiU=");
        let create = format!(
            "{k}&AssociateTag=mytag-20&Item.1.OfferListingId=j8ejq9wxDfSYWf2OCp6XQGDsVrWhl08GSQ9m5j%2Be8MS449BN1XGUC3DfU5Zw4nt%2F\
             FBt87cspLow1QXzfvZpvzg%3D%3D&Item.1.Quantity=3&Operation=CartCreate&Service=AWSECommerceService&{t}&Version=2009-01-01"
        );
        check("GET", "ecs.amazonaws.com", &create, "cF3UtjbJb1+xDh387C/EmS1BCtS/Z01taykBCGemvUU=");
        check("GET", "webservices.amazon.com", &create, "LOZVnxGfUs7WVBBllclO/k5JU5TJeqUayn0giiCCEco=");
        let nodes = format!(
            "{k}&AssociateTag=mytag-20&BrowseNodeId=465600&Operation=BrowseNodeLookup\
             &ResponseGroup=BrowseNodeInfo%2CTopSellers%2CNewReleases%2CMostWishedFor%2CMostGifted&Service=AWSECommerceService&{t}\
             &Version=2009-01-01"
        );
        check("GET", "ecs.amazonaws.com", &nodes, "kEXxAIqhh6eBhLhrVMz2gt3ocMaH/OBVPbjvc9TG8ao=");
        check("GET", "webservices.amazon.com", &nodes, "8Qf8Kz5VJGXoPUUfTdvi/APPPi1VqYqJQOYXQGSvheM=");
        let similar = format!(
            "{k}&AssociateTag=mytag-20&Condition=New&ItemId=B0011ZK6PC%2CB000NK8EWI&Merchant=Amazon&Operation=SimilarityLookup\
             &ResponseGroup=Offers%2CItemAttributes&Service=AWSECommerceService&SimilarityType=Intersection&{t}&Version=2009-01-01"
        );
        check("GET", "ecs.amazonaws.com", &similar, "I2pbqxuS/mZK6Apwz0oLBxJn2wDL5n4kFQhgYWgLM7I=");
        check("GET", "webservices.amazon.com", &similar, "+3M4YegwBHUlutvtvlX5b7z/i1KM57hDJ5pnZIWiDIQ=");
        let late = "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&AssociateTag=mytag-20&ItemId=0679722769&Operation=ItemLookup\
                    &ResponseGroup=Images%2CItemAttributes%2COffers%2CReviews&Service=AWSECommerceService\
                    &Timestamp=2014-08-18T12%3A00%3A00Z&Version=2013-08-01";
        check("GET", "webservices.amazon.com", late, "j7bZM0LXZ9eXeZruTqWm2DIvDYVUU3wxPPpp+iXxzQc=");
    }

    /// Signs what a client signs and checks what it sends.
    fn verified(sent: &str, text: &str) -> Result<(), Mismatch> {
        let mut params = Params::default();
        read_params(sent.as_bytes(), &mut params);
        let hosts = ["localhost:2005".to_owned(), "localhost".to_owned(), "webservices.amazon.com".to_owned()];
        let paths = ["/onca/xml".to_owned()];
        let signed = Signed { method: "GET", hosts: &hosts, paths: &paths, params: &params, sent };
        verify(&signed, SECRET, &sign(SECRET, text))
    }

    #[test]
    fn any_of_the_hosts_and_either_encoding_will_do() {
        for host in ["localhost:2005", "localhost", "webservices.amazon.com"] {
            assert_eq!(verified("b=x+y&a=1", &format!("GET\n{host}\n/onca/xml\na=1&b=x%20y")), Ok(()));
        }
        assert_eq!(verified("b=x+y&a=1", "GET\nlocalhost\n/onca/xml\na=1&b=x+y"), Ok(()), "as it was sent");
        assert_eq!(verified("Signature=zzz&a=1", "GET\nlocalhost\n/onca/xml\na=1"), Ok(()));
    }

    #[test]
    fn a_usual_mistake_is_named_with_the_first_difference() {
        let mismatch = verified("b=x%20y&a=1", "GET\nlocalhost:2005\n/onca/xml\nb=x%20y&a=1").unwrap_err();
        assert_eq!(mismatch.string_to_sign, "GET\nlocalhost:2005\n/onca/xml\na=1&b=x%20y");
        assert_eq!(
            mismatch.mistake.as_ref().map(ToString::to_string).as_deref(),
            Some(
                "the query is not sorted; the first difference: at byte 29 \"a=1&b=x%20y\" was expected, \"b=x%20y&a=1\" was signed"
            )
        );
        let mismatch = verified("a=%2C", "GET\nlocalhost:2005\n/onca/xml\na=%2c").unwrap_err();
        assert!(mismatch.mistake.is_some_and(|mistake| mistake.what == "percent-encoding in small letters"));
        assert_eq!(verified("a=1", "nonsense").unwrap_err().mistake, None);
        let mismatch =
            verified("a=1&HMAC=secret%3D", "POST\nlocalhost:2005\n/onca/xml\nHMAC=secret%3D&a=1").unwrap_err();
        assert_eq!(
            mismatch.for_log(),
            "signed for another method; the first difference: at byte 0; string to sign: \
             GET\nlocalhost:2005\n/onca/xml\nHMAC=…&a=1"
        );
    }

    #[test]
    fn a_time_stamp_is_good_for_15_minutes_by_either_clock() {
        let now: Timestamp = "2009-01-01T12:15:00Z".parse().unwrap();
        let other: Timestamp = "2019-01-01T00:00:00Z".parse().unwrap();
        for (stamp, fresh) in [
            ("2009-01-01T12:00:00Z", Some(true)),
            ("2009-01-01T12:00:00.000Z", Some(true)),
            ("2009-01-01T05:00:00-07:00", Some(true)),
            ("2009-01-01T11:59:59Z", Some(false)),
            ("2009-01-01T13:00:00Z", Some(true)),
            ("yesterday", None),
        ] {
            assert_eq!(is_fresh(stamp, &[now]), fresh, "{stamp}");
        }
        assert_eq!(is_fresh("2018-12-31T23:50:00Z", &[other]), Some(true));
        assert_eq!(is_fresh("2009-01-01T12:00:00Z", &[other, now]), Some(true));
    }
}
