//! Golden answers: the last answer of each scenario equals a file, byte for byte.
//!
//! The clock stands still and ids are seeded, so nothing is masked. `UPDATE_GOLDEN=1` writes the files anew; read the difference
//! before you commit it.
//!
//! In a request `$cart` is CartId and HMAC of the last answer that showed a cart, and `$item(ASIN)` the CartItemId of one of its
//! lines.
//!
//! Each scenario is also played over SOAP, which gives the same document in an envelope.

use crate::support::{Answer, TestServer};
use std::path::PathBuf;

/// Name, locale, requests.
type Scenario = (&'static str, &'static str, &'static [&'static str]);

const CREATE: &str = "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=2";

const SCENARIOS: &[Scenario] = &[
    // Every operation in the oldest version, the default one, and those that changed something.
    ("create-2004-08-01", "us", &["Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=2&Version=2004-08-01"]),
    ("create-default-version", "us", &[CREATE]),
    (
        "create-2010-11-01",
        "us",
        &["Operation=CartCreate&Item.1.ASIN=B000000001&Item.2.ASIN=B000000002&Version=2010-11-01"],
    ),
    (
        "create-2011-08-01",
        "us",
        &["Operation=CartCreate&Item.1.ASIN=B000000001&Item.2.ASIN=B000000002&Version=2011-08-01"],
    ),
    (
        "create-2013-08-01",
        "us",
        &["Operation=CartCreate&Item.1.ASIN=B000000001&Item.2.ASIN=B000000OUT&Version=2013-08-01"],
    ),
    (
        "create-full-echo",
        "us",
        &[
            "Operation=CartCreate&MergeCart=True&Item.0.OfferListingId=USEDLISTING1%253D%253D&Item.0.Quantity=3&Item.0.AssociateTag=item-20&Item.0.ListItemId=LIST1&Item.0.MetaData.1.Key=k&Item.0.MetaData.1.Value=v&ResponseGroup=Cart,Request&AssociateTag=mytag-20&Version=2009-10-01",
        ],
    ),
    ("create-uk", "uk", &[CREATE]),
    ("create-de", "de", &[CREATE]),
    ("create-jp-2010-12-01", "jp", &["Operation=CartCreate&Item.1.ASIN=B000000001&Version=2010-12-01"]),
    ("create-jp-2013-08-01", "jp", &["Operation=CartCreate&Item.1.ASIN=B000000001&Version=2013-08-01"]),
    ("create-fr", "fr", &[CREATE]),
    ("create-ca", "ca", &[CREATE]),
    ("create-cn", "cn", &["Operation=CartCreate&Item.1.ASIN=B000000001&Version=2011-08-01"]),
    (
        "create-unavailable",
        "us",
        &[
            "Operation=CartCreate&Item.1.ASIN=B000000OUT&Item.2.ASIN=B000000DIS&Item.3.ASIN=B000000FUT&Version=2009-10-01",
        ],
    ),
    (
        "create-some-fail",
        "us",
        &[
            "Operation=CartCreate&Item.1.ASIN=B00000NONE&Item.2.ASIN=B000000001&Item.3.ASIN=B000000INE&Item.4.ASIN=B000000001",
        ],
    ),
    ("create-unknown-item", "us", &["Operation=CartCreate&Item.1.ASIN=B00000NONE"]),
    ("create-no-items", "us", &["Operation=CartCreate"]),
    ("create-no-items-2013-08-01", "us", &["Operation=CartCreate&Version=2013-08-01"]),
    (
        "create-bad-quantities-jp",
        "jp",
        &["Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=0&Item.2.ASIN=B000000001&Item.2.Quantity=-1"],
    ),
    ("create-validate", "us", &["Operation=CartCreate&Item.1.ASIN=B000000001&Validate=True"]),
    ("create-double-escaping", "us", &["Operation=CartCreate&Item.1.ASIN=B000000002&XMLEscaping=Double"]),
    (
        "create-recommendations",
        "us",
        &[
            "Operation=CartCreate&Item.1.ASIN=B000000001&Version=2011-08-01&ResponseGroup=Cart,CartSimilarities,CartTopSellers,CartNewReleases",
        ],
    ),
    ("create-only-request-group", "us", &["Operation=CartCreate&Item.1.ASIN=B000000001&ResponseGroup=Request"]),
    ("add", "us", &[CREATE, "Operation=CartAdd&$cart&Item.1.ASIN=B000000002&Item.2.ASIN=B000000003&Item.2.Quantity=4"]),
    ("add-already-in-cart", "us", &[CREATE, "Operation=CartAdd&$cart&Item.1.ASIN=B000000001"]),
    (
        "add-already-in-cart-too-many-jp",
        "jp",
        &[CREATE, "Operation=CartAdd&$cart&Item.1.ASIN=B000000001&Item.1.Quantity=998&Version=2010-12-01"],
    ),
    ("add-unknown-item-jp", "jp", &[CREATE, "Operation=CartAdd&$cart&Item.1.ASIN=B00000NONE"]),
    ("add-nothing", "us", &["Operation=CartAdd"]),
    ("add-nothing-2013-08-01", "us", &["Operation=CartAdd&Version=2013-08-01"]),
    ("add-no-items", "us", &[CREATE, "Operation=CartAdd&$cart"]),
    ("add-mismatch-jp", "jp", &["Operation=CartAdd&CartId=???&HMAC=???&Item.1.ASIN=B000000001"]),
    ("add-mismatch-fr", "fr", &["Operation=CartAdd&CartId=???&HMAC=???&Item.1.ASIN=B000000001"]),
    (
        "add-third-party-offer",
        "us",
        &[CREATE, "Operation=CartAdd&$cart&Item.1.OfferListingId=USEDLISTING1%3D%3D&Version=2010-11-01"],
    ),
    (
        "modify-quantity",
        "us",
        &[CREATE, "Operation=CartModify&$cart&Item.1.CartItemId=$item(B000000001)&Item.1.Quantity=5"],
    ),
    (
        "modify-save-2010-11-01",
        "us",
        &[
            "Operation=CartCreate&Item.1.ASIN=B000000001&Item.2.ASIN=B000000002",
            "Operation=CartModify&$cart&Item.1.CartItemId=$item(B000000001)&Item.1.Action=SaveForLater&Version=2010-11-01",
        ],
    ),
    (
        "modify-save-2013-08-01",
        "us",
        &[
            "Operation=CartCreate&Item.1.ASIN=B000000001&Item.2.ASIN=B000000002",
            "Operation=CartModify&$cart&Item.1.CartItemId=$item(B000000001)&Item.1.Action=SaveForLater&Version=2013-08-01",
        ],
    ),
    (
        "modify-save-all",
        "us",
        &[
            CREATE,
            "Operation=CartModify&$cart&Item.1.CartItemId=$item(B000000001)&Item.1.Action=SaveForLater&Version=2011-08-01",
        ],
    ),
    (
        "modify-remove-last",
        "us",
        &[CREATE, "Operation=CartModify&$cart&Item.1.CartItemId=$item(B000000001)&Item.1.Quantity=0"],
    ),
    ("modify-unknown-item", "us", &[CREATE, "Operation=CartModify&$cart&Item.1.CartItemId=U123&Item.1.Quantity=0"]),
    (
        "modify-quantity-and-action-jp",
        "jp",
        &[
            CREATE,
            "Operation=CartModify&$cart&Item.1.CartItemId=$item(B000000001)&Item.1.Quantity=1&Item.1.Action=SaveForLater&Version=2013-08-01",
        ],
    ),
    ("get", "us", &[CREATE, "Operation=CartGet&$cart"]),
    ("get-2011-08-01", "us", &[CREATE, "Operation=CartGet&$cart&Version=2011-08-01"]),
    ("get-mismatch", "us", &["Operation=CartGet&CartId=123-1234567-1234567&HMAC=x"]),
    ("get-invalid-group", "us", &["Operation=CartGet&CartId=1&HMAC=2&ResponseGroup=Small,Cart&Version=2011-08-01"]),
    ("clear", "us", &[CREATE, "Operation=CartClear&$cart"]),
    ("get-after-clear", "us", &[CREATE, "Operation=CartClear&$cart", "Operation=CartGet&$cart"]),
    // Documents of other shapes.
    ("unknown-operation", "us", &["Operation=CartDrive"]),
    ("malformed-version", "us", &["Operation=CartGet&Version=newest"]),
    ("odd-characters", "us", &["Operation=CartGet&CartId=%00%1B%3C%26%22%0A&HMAC=%FF%zz&Odd=a%26b%22&%3Cname%3E=x"]),
];

#[test]
fn every_scenario_gives_its_golden_answer() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for (name, locale, requests) in SCENARIOS {
        let got = play(locale, requests, TestServer::call_in).body + "\n";
        let file = folder.join(format!("{name}.xml"));
        if update {
            std::fs::write(&file, &got).expect("the folder can be written");
        }
        let golden = std::fs::read_to_string(&file).unwrap_or_default();
        if golden != got {
            wrong.push(format!("{name}: {}\n", first_difference(&golden, &got)));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), SCENARIOS.len(), wrong.concat());
}

/// Scenarios whose requests SOAP cannot carry, or answers with a fault.
const NOT_OVER_SOAP: [&str; 3] = ["unknown-operation", "malformed-version", "odd-characters"];

#[test]
fn every_scenario_gives_the_same_document_over_soap() {
    let mut wrong = Vec::new();
    for (name, locale, requests) in SCENARIOS.iter().filter(|(name, ..)| !NOT_OVER_SOAP.contains(name)) {
        let plain = without_head(&play(locale, requests, TestServer::call_in).body);
        let body = play(locale, requests, TestServer::soap_in).body;
        let inside = body
            .strip_suffix("</SOAP-ENV:Body></SOAP-ENV:Envelope>")
            .and_then(|rest| rest.split_once("<SOAP-ENV:Body>"))
            .unwrap_or_else(|| panic!("{name}: no envelope around {body}"));
        let enveloped = without_head(&(DECLARATION.to_owned() + inside.1));
        if plain != enveloped {
            wrong.push(format!("{name}: {}\n", first_difference(&plain, &enveloped)));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.concat());
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// A document without OperationRequest, which repeats the arguments of REST.
fn without_head(document: &str) -> String {
    let (before, rest) = document.split_once("<OperationRequest>").unwrap_or_else(|| panic!("no head in {document}"));
    let (_, after) = rest.split_once("</OperationRequest>").expect("it is closed");
    before.to_owned() + after
}

/// No golden file is left behind by a scenario that is gone.
#[test]
fn every_golden_file_belongs_to_a_scenario() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "xml") {
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a plain name");
            assert!(SCENARIOS.iter().any(|(known, ..)| *known == name), "{name}.xml belongs to no scenario");
        }
    }
}

/// Plays a scenario on a server of its own, so that its ids do not depend on the others.
fn play(locale: &str, requests: &[&str], call: fn(&TestServer, &str, &str) -> Answer) -> Answer {
    let server = TestServer::start();
    let mut shown: Option<Answer> = None;
    let mut last = None;
    for request in requests {
        let mut query = (*request).to_owned();
        if let Some(cart) = &shown {
            query = query.replace("$cart", &cart.cart());
            while let Some((before, rest)) = query.split_once("$item(") {
                let (asin, after) = rest.split_once(')').expect("a closing bracket");
                query = format!("{before}{}{after}", cart.item(asin));
            }
        }
        let answer = call(&server, locale, &query);
        if answer.has("HMAC") && answer.has("URLEncodedHMAC") {
            shown = Some(answer.clone());
        }
        last = Some(answer);
    }
    last.expect("a scenario has a request")
}

fn first_difference(golden: &str, got: &str) -> String {
    let place = golden.bytes().zip(got.bytes()).take_while(|(a, b)| a == b).count();
    let show = |text: &str| {
        String::from_utf8_lossy(
            &text.as_bytes()[place.saturating_sub(40).min(text.len())..(place + 60).min(text.len())],
        )
        .into_owned()
    };
    format!("at byte {place}\n  golden …{}…\n  got    …{}…", show(golden), show(got))
}
