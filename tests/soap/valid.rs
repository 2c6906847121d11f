//! Every golden answer is valid by the schema in the WSDL of its version, as xmllint sees it.
//!
//! Two deviations are the service's own and are allowed for by rule, in the schema: a cart that is not shown has no CartId, HMAC
//! and URLEncodedHMAC, though Amazon's schemas call for them; and a wrong Quantity is echoed as it was sent.

use cartwright::protocol::{Version, write_wsdl};
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn golden_answers_are_valid_by_our_own_schema() {
    assert!(xmllint_is_there(), "{MISSING}");
    let folder = tempfile::tempdir().unwrap();
    let mut checked = 0;
    for version in Version::ALL {
        let answers = answers_of(version);
        if answers.is_empty() {
            continue;
        }
        let relaxed = relaxed(&schema(version));
        let errors = validate(folder.path(), &relaxed, &answers);
        assert!(errors.is_empty(), "{version}:\n{errors}");
        checked += answers.len();
    }
    assert!(checked > 60, "only {checked} golden answers were found");
}

/// Without the two rules the deviations show, and a document that the schema does not have is seen: so the check does check.
#[test]
fn the_check_sees_what_is_not_valid() {
    assert!(xmllint_is_there(), "{MISSING}");
    let folder = tempfile::tempdir().unwrap();
    let golden = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.xml"));
    let strict = schema(Version::DEFAULT);
    let errors = validate(folder.path(), &strict, &[golden("get-mismatch"), golden("create-bad-quantities-jp")]);
    assert!(errors.contains("CartId"), "{errors}");
    assert!(errors.contains("Quantity"), "{errors}");
    let text = std::fs::read_to_string(golden("create-default-version")).unwrap();
    for (element, other) in [("SellerNickname", "Nickname"), ("PurchaseURL", "MobileCartURL"), ("ASIN", "MerchantId")] {
        let file = folder.path().join("changed.xml");
        std::fs::write(&file, text.replace(element, other)).unwrap();
        let errors = validate(folder.path(), &relaxed(&strict), &[file]);
        assert!(errors.contains(other), "{element} as {other}: {errors}");
    }
}

const MISSING: &str = "golden answers are not validated: xmllint is missing (libxml2-utils on Debian)";

fn xmllint_is_there() -> bool {
    Command::new("xmllint").arg("--version").output().is_ok()
}

/// The schema out of a WSDL, as a document of its own.
fn schema(version: Version) -> String {
    let wsdl = write_wsdl(version, |_| String::new());
    let (_, types) = wsdl.split_once("<types>").unwrap();
    let (schema, _) = types.split_once("</types>").unwrap();
    let declared = format!(
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:tns=\"http://webservices.amazon.com/AWSECommerceService/{version}\""
    );
    schema.replacen("<xs:schema", &declared, 1)
}

fn relaxed(schema: &str) -> String {
    let mut schema = schema.to_owned();
    for name in ["CartId", "HMAC", "URLEncodedHMAC"] {
        let strict = format!("<xs:element name=\"{name}\" type=\"xs:string\">");
        schema = schema.replace(&strict, &strict.replace('>', " minOccurs=\"0\">"));
    }
    for kind in ["positiveInteger", "nonNegativeInteger"] {
        let strict = format!("name=\"Quantity\" type=\"xs:{kind}\"");
        schema = schema.replace(&strict, "name=\"Quantity\" type=\"xs:string\"");
    }
    schema
}

/// The golden answers of a version; error documents have other namespaces.
fn answers_of(version: Version) -> Vec<PathBuf> {
    let namespace = format!("Response xmlns=\"http://webservices.amazon.com/AWSECommerceService/{version}\"");
    let folders = ["tests/golden", "tests/lookups/golden"].map(|name| Path::new(env!("CARGO_MANIFEST_DIR")).join(name));
    let files = folders.into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let files = files.map(|entry| entry.unwrap().path());
    files
        .filter(|file| file.extension().is_some_and(|ending| ending == "xml"))
        .filter(|file| std::fs::read_to_string(file).unwrap().contains(&namespace))
        .collect()
}

/// What xmllint finds wrong; nothing when all is well.
fn validate(folder: &Path, schema: &str, documents: &[PathBuf]) -> String {
    let file = folder.join("schema.xsd");
    std::fs::write(&file, schema).unwrap();
    let run =
        Command::new("xmllint").args(["--noout", "--nonet", "--schema"]).arg(&file).args(documents).output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    if run.status.success() { String::new() } else { said }
}
