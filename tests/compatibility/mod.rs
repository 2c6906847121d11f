//! docs/COMPATIBILITY.md: what is emulated, rule by rule, with how sure each is and what holds it.
//!
//! The page is made from the tables by which the server works, so it cannot promise what is not there; what tables do not tell is
//! in [`rules`], each with the test that proves it. `UPDATE_GOLDEN=1` writes the page anew.

mod errors;
mod evidence;
mod page;
mod proofs;
mod rules;
mod shape;

use crate::support::TestServer;
use cartwright::cart::Locale;
use cartwright::protocol::{Operation, Version};
use evidence::Mark;
use page::{Page, Table};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const HEAD: &str = "\
<!-- Made by tests/compatibility from the server's own tables. To change it, change those, and run
     UPDATE_GOLDEN=1 cargo test --test main compatibility -->

Cartwright emulates the remote shopping carts of Amazon's E-Commerce Service 4.0, later the Product Advertising API, and the lookups \
that lead to them: what a client sends, what it gets, and what becomes of its carts.
This page lists what that covers, one row for each rule; [PROTOCOL.md](PROTOCOL.md) describes the protocol itself.

The page is made by a test from the tables by which the server reads, checks and answers; the test fails when the page is stale, \
when a rule has no evidence, and when the test that a rule names does not exist.";

const HOW_TO_READ: &str = "\
- **Holds for** names what a rule is limited to: operations, versions, locales, a transport. What it does not name makes no \
difference; `all` means every one of them.
- **Sure** says how sure it is that the live service did the same. Behind a semicolon stands what that mark does not cover.
- **Proof** links the test that holds the rule; its name is the link's title. `§` is the section of PROTOCOL.md.

| mark | says of the live service | rules of behaviour |
| --- | --- | --- |";

/// What somebody who knows the service will look for in vain, and what happens instead. [`what_is_said_to_be_missing_is_missing`]
/// holds each.
const MISSING: &[(&str, &str)] = &[
    (
        "BrowseNodeLookup, ListSearch, SellerLookup, TransactionLookup and the rest",
        "`AWS.InvalidOperationParameter`; `Deprecated` where the service said so",
    ),
    (
        "What the catalogue does not know of products: reviews, tracks, browse nodes, variations, related items and so on",
        "their response groups and parameters are taken and bring nothing",
    ),
    ("Signing in, addresses and payment at the end of a purchase", "a customer is a cookie, and an order is noted"),
    ("The web console at `/_cartwright/`", "404 with an `application/problem+json` document"),
    (
        "`AWS.ECommerceService.InvalidCartId`, `AWS.ECommerceService.InvalidHMAC`, `AWS.MissingOperationParameter`",
        "never sent; a wrong id or HMAC is CartInfoMismatch, a missing Operation an invalid one",
    ),
    ("Style sheets (`Style`) and other content types (`ContentType`)", "accepted, echoed, without effect"),
];

fn page() -> String {
    let mut page = Page::default();
    page.heading(1, "Compatibility");
    page.text(HEAD);
    page.heading(2, "What is there, and what is not");
    page.text(&present());
    let mut missing = Table::new(&["not there", "what happens"]);
    for (what, instead) in MISSING {
        missing.row([(*what).to_owned(), (*instead).to_owned()]);
    }
    page.table(&missing);
    page.heading(2, "How to read this page");
    page.text(&format!("{HOW_TO_READ}\n{}", marks()));

    page.heading(2, "Operations and parameters");
    page.table(&shape::operations());
    page.text("The parameters of the cart operations, without the common ones:");
    page.table(&shape::parameters());
    page.text("Those of the product operations, with the versions that have them:");
    page.table(&shape::product_parameters());
    page.text("The fields of an Item, with the versions whose echo has them:");
    page.table(&shape::item_fields());
    page.text("The response groups of the cart operations, with the versions that have them:");
    page.table(&shape::response_groups());
    page.text(
        "Those of the product operations; which versions and sites have which is as their error messages list them:",
    );
    page.table(&shape::product_groups());
    page.text("The parameters that every operation has:");
    page.table(&shape::common_parameters());

    page.heading(2, "Elements of answers");
    page.text(
        "Which elements an answer may have, by version, over REST and SOAP alike. They are also what the WSDL documents declare.",
    );
    page.table(&shape::elements());

    page.heading(2, "Behaviour");
    let proofs = proofs::all();
    for group in rules::GROUPS {
        page.heading(3, group.title);
        page.table(&behaviour(group, &proofs));
    }

    page.heading(2, "Errors");
    page.heading(3, "In the answer");
    page.text(
        "They stand in the Request of the answer's container, `Cart/Request/Errors` or `Items/Request/Errors`, with HTTP status 200, over REST and SOAP alike. \
         Values in braces are filled in; product and numbers are examples.",
    );
    page.table(&errors::of_requests());
    page.text("In other languages than English:");
    page.table(&errors::in_other_languages());
    page.heading(3, "In place of an answer");
    page.text(
        "The columns REST and SOAP give the HTTP status; an empty one means that it does not occur there. Over SOAP most are faults, whose code has the prefix shown in front of \
         the same code. All are in English.",
    );
    page.table(&errors::without_answer());
    page.finish()
}

/// The dimensions, as they are today.
fn present() -> String {
    let operations = evidence::names(Operation::all().map(Operation::name));
    let locales: Vec<String> = shape::LOCALES_ARE.iter().map(|(names, sure)| format!("{names} ({sure})")).collect();
    let (first, last) = (Version::ALL[0], Version::ALL[Version::ALL.len() - 1]);
    format!(
        "- Operations: {operations}.\n\
         - Versions: {} of them, {first} to {last} ({}).\n\
         - Locales: {}.\n\
         - Transports: REST by GET and POST, SOAP 1.1 and 1.2, with a WSDL for every version.\n\
         - Batches and pairs of operations, signatures of both transports, all five response groups of carts.\n\
         - Beside the service, a control API: the catalogue (read, written, patched, withdrawn, many records at once) of the server \
         and of each access key, what was bought, and what the server is.",
        Version::ALL.len(),
        shape::VERSIONS_ARE,
        locales.join(", "),
    )
}

/// What each mark means, and how many rules of behaviour have it.
fn marks() -> String {
    let meaning = |mark| match mark {
        Mark::Recorded => "an answer that was kept shows it",
        Mark::Documented => "a guide, an article or a schema of Amazon's says so",
        Mark::Inferred => "nothing states it, but it follows from neighbouring facts",
        Mark::Decided => "the sources are silent or disagree, and Cartwright had to choose",
    };
    let all = || rules::GROUPS.iter().flat_map(|group| group.rules);
    let row = |mark: Mark| {
        let count = all().filter(|rule| rule.sure.mark == mark).count();
        format!("| **{}** | {} | {count} |\n", mark.name(), meaning(mark))
    };
    Mark::ALL.into_iter().map(row).collect()
}

fn behaviour(group: &rules::Group, proofs: &BTreeMap<String, String>) -> Table {
    let mut table = Table::new(&["rule", "holds for", "sure", "§", "proof"]);
    for rule in group.rules {
        let file = proofs.get(rule.test).unwrap_or_else(|| {
            panic!("\"{}\" is said to be held by {}, but there is no such test", rule.says, rule.test)
        });
        let stem = file.trim_end_matches(".rs").trim_end_matches("/mod").rsplit('/').next().unwrap_or_default();
        table.row([
            rule.says.to_owned(),
            rule.holds.to_string(),
            rule.sure.to_string(),
            rule.section.to_owned(),
            format!("[{stem}](../{file} \"{}\")", rule.test),
        ]);
    }
    table
}

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

#[test]
fn the_page_is_what_the_tables_say() {
    let (file, page) = (docs("COMPATIBILITY.md"), page());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &page).expect("the folder can be written");
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = written.lines().zip(page.lines()).find(|(old, new)| old != new);
    assert!(
        written == page,
        "docs/COMPATIBILITY.md is stale; UPDATE_GOLDEN=1 writes it anew. The first difference, or one has more lines: {differs:#?}"
    );
}

#[test]
fn every_section_that_a_rule_names_is_in_the_protocol() {
    let protocol = std::fs::read_to_string(docs("PROTOCOL.md")).unwrap();
    let mut known = protocol.lines().filter_map(|line| line.strip_prefix("##")).map(|line| {
        let number = line.trim_start_matches('#').trim_start().split(' ').next().unwrap_or_default();
        number.trim_end_matches('.').to_owned()
    });
    let known: Vec<String> = known.by_ref().collect();
    for rule in rules::GROUPS.iter().flat_map(|group| group.rules) {
        assert!(known.iter().any(|number| number == rule.section), "{}: section {}", rule.says, rule.section);
    }
}

/// The two pages must not tell different things.
#[test]
fn the_marks_of_errors_are_those_of_the_protocol() {
    let protocol = std::fs::read_to_string(docs("PROTOCOL.md")).unwrap();
    let mut marks: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in errors::of_requests().rows {
        marks.entry(row[0].clone()).or_default().push(row[4].clone());
    }
    for row in errors::without_answer().rows {
        marks.entry(row[1].clone()).or_default().push(row[4].clone());
    }
    for (code, here) in marks {
        let rows = protocol.lines().filter(|line| {
            line.starts_with('|')
                && line.split('|').nth(1).is_some_and(|first| {
                    // In section 7.4 the code stands behind the place.
                    first.trim() == code || line.split('|').nth(2).map(str::trim) == Some(&code)
                })
        });
        for row in rows.filter(|row| !row.starts_with("| jp ") && !row.starts_with("| fr ")) {
            let there = row.trim_end_matches([' ', '|']).rsplit('|').next().unwrap_or_default();
            let mark = |sure: &String| there.contains(sure.split(';').next().unwrap_or_default());
            assert!(here.iter().any(mark), "{code}: here {here:?}, in PROTOCOL.md{there}");
        }
    }
}

#[test]
fn every_locale_is_named_with_its_evidence() {
    let named: Vec<&str> = shape::LOCALES_ARE.iter().flat_map(|(names, _)| names.split(' ')).collect();
    assert_eq!(named, Locale::ALL.map(Locale::name));
}

/// Whoever builds one of these removes its row from the page.
#[test]
fn what_is_said_to_be_missing_is_missing() {
    for operation in ["BrowseNodeLookup", "ListSearch", "SellerLookup", "TransactionLookup"] {
        assert_eq!(Operation::named(operation), None);
    }
    let server = TestServer::start();
    for path in ["/gp/sign-in.html", "/gp/cart/payment.html", "/ap/signin"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    assert_eq!(server.get("/_cartwright/v1/info").status, 200, "what is there of the control API");
    for path in ["/", "/v1/console"] {
        let answer = server.get(&format!("/_cartwright{path}"));
        assert_eq!((answer.status, answer.header("content-type")), (404, Some("application/problem+json")), "{path}");
    }
    let codes = errors::of_requests().rows.into_iter().chain(errors::without_answer().rows).flatten();
    let codes: Vec<String> = codes.collect();
    for code in ["InvalidCartId", "InvalidHMAC", "MissingOperationParameter"] {
        assert!(!codes.iter().any(|cell| cell.contains(code)), "{code}");
    }
}
