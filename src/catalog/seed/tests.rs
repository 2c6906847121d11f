//! Seed files of all formats, good and bad, through [`SeedFile`] alone.

use super::*;
use crate::cart::Locale;
use crate::catalog::{Availability, ListType, Offer};
use proptest::prelude::*;
use std::fs;

/// Reads `content` as a file of this name. The errors name the file without its folder.
fn read(name: &str, content: impl AsRef<[u8]>) -> (Vec<Record>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let file = SeedFile::at(&path);
    let plain = |error: SeedError| error.to_string().replace(&format!("{}/", folder.path().display()), "");
    let (mut records, mut errors) = (Vec::new(), Vec::new());
    match file.records() {
        Err(error) => errors.push(plain(error)),
        Ok(results) => {
            for result in results {
                match result {
                    Ok(record) => records.push(record),
                    Err(error) => errors.push(plain(error)),
                }
            }
        }
    }
    (records, errors)
}

/// The errors of a file, and nothing else.
#[track_caller]
fn check(name: &str, content: impl AsRef<[u8]>, expected: &[&str]) {
    assert_eq!(read(name, content).1, expected);
}

/// The products of a file that has no errors.
#[track_caller]
fn good(name: &str, content: impl AsRef<[u8]>) -> Vec<Product> {
    let (records, errors) = read(name, content);
    assert_eq!(errors, Vec::<String>::new());
    records.iter().map(|record| product_of(record).clone()).collect()
}

/// The product of a record.
fn product_of(record: &Record) -> &Product {
    match &record.entry {
        Entry::Product(product) => product,
        Entry::List(list) => panic!("{list:?}"),
    }
}

/// The lists among the records of a file.
fn lists_of(records: &[Record]) -> Vec<&ProductList> {
    records
        .iter()
        .filter_map(|record| match &record.entry {
            Entry::List(list) => Some(list),
            Entry::Product(_) => None,
        })
        .collect()
}

const REQUIRED_TOML: &str =
    "[[product]]\nlocale = \"us\"\nasin = \"B000000001\"\ntitle = \"T\"\nproduct_group = \"Book\"\n";
const LOCALES: &str = "known ones are us, uk, de, jp, ca, fr, cn, es, it, in, br, mx, au";
const REQUIRED_JSON: &str = r#""locale":"us","asin":"B000000001","title":"T","product_group":"Book""#;

#[test]
fn a_bad_field_is_told_in_the_same_words_in_every_format() {
    // The field as TOML and JSON spell it (they agree), and what is wrong with it.
    for (name, value, message) in [
        ("price", "-5", "-5 is negative"),
        ("price", "-99999999999999999999", "-99999999999999999999 is negative"),
        ("price", "1000000000001", "1000000000001 is more than 1000000000000, the highest price"),
        ("price", "99999999999999999999", "99999999999999999999 is too large"),
        ("price", "12.99", "expected an integer, found 12.99; prices are whole minor units (cents, pence, yen)"),
        (
            "price",
            r#""12.99""#,
            r#"expected an integer, found "12.99"; prices are whole minor units (cents, pence, yen)"#,
        ),
        (
            "price",
            r#""1299""#,
            r#"expected an integer, found "1299"; prices are whole minor units (cents, pence, yen)"#,
        ),
        ("list_price", "true", "expected an integer, found true; prices are whole minor units (cents, pence, yen)"),
        ("list_price", "-1", "-1 is negative"),
        ("max_quantity", "0", "0 is out of range; it goes from 1 to 999999"),
        ("max_quantity", "1000000", "1000000 is out of range; it goes from 1 to 999999"),
        ("max_quantity", "-1", "-1 is out of range; it goes from 1 to 999999"),
        ("max_quantity", "[]", "expected an integer, found a list"),
        ("sales_rank", "0", "0 is out of range; it goes from 1 to 1000000000"),
        ("sales_rank", "5000000000", "5000000000 is out of range; it goes from 1 to 1000000000"),
        ("author", "5", "expected a text, found 5; put it into quotes"),
        ("ean", "9780123456786", "expected a text, found 9780123456786; put it into quotes"),
        ("brand", "false", "expected a text, found false"),
        ("brand", "{}", "expected a text, found an object"),
        ("image", "[\"x\"]", "expected a text, found a list"),
        ("keywords", r#""a\u0000b""#, "has the character U+0000, which XML cannot carry"),
        ("keywords", r#""a\u001Bb""#, "has the character U+001B, which XML cannot carry"),
        ("seller_nickname", r#""\uFFFE""#, "has the character U+FFFE, which XML cannot carry"),
        ("release_date", r#""2004-02-30""#, r#""2004-02-30" is no day of the calendar"#),
        ("release_date", r#""5.10.2004""#, r#"expected a date as YYYY-MM-DD, found "5.10.2004""#),
        ("release_date", r#""20041005""#, r#"expected a date as YYYY-MM-DD, found "20041005""#),
        ("release_date", r#""2004-10-05T00:00:00""#, r#"expected a date as YYYY-MM-DD, found "2004-10-05T00:00:00""#),
        ("release_date", "2004", "expected a date as YYYY-MM-DD, found 2004"),
        (
            "availability",
            r#""out_of_stok""#,
            r#""out_of_stok" is no availability; known ones are available, out_of_stock, discontinued, future_release, ineligible; did you mean out_of_stock?"#,
        ),
        (
            "availability",
            r#""gone""#,
            r#""gone" is no availability; known ones are available, out_of_stock, discontinued, future_release, ineligible"#,
        ),
        ("similar", r#""B000000002""#, r#"expected a list of ASINs, found "B000000002""#),
        ("offers", "{}", "expected a list of offers, found an object"),
        ("titel", r#""x""#, "unknown field; did you mean title?"),
        ("listPrice", "1", "unknown field; did you mean list_price?"),
        ("weight", "1", "unknown field"),
    ] {
        check(
            "shop.toml",
            format!("# a comment\n{REQUIRED_TOML}{name} = {value}\n"),
            &[&format!("shop.toml:7: {name}: {message}")],
        );
        let object = format!("{{{REQUIRED_JSON},\n\"{name}\":\n{value}}}");
        let expected_line = 4;
        check("shop.json", format!("[\n{object}]"), &[&format!("shop.json:{expected_line}: {name}: {message}")]);
        check(
            "shop.jsonl",
            format!("\n{}\n", object.replace('\n', " ")),
            &[&format!("shop.jsonl:2: {name}: {message}")],
        );
    }
}

#[test]
fn a_name_that_a_file_makes_up_neither_breaks_a_line_nor_fills_it() {
    let outside = "stands outside of a product; the file holds [[product]] and [[list]] tables and nothing else";
    let shown = format!("a.toml:1: \"a\\u{{1b}}\\nb\": {outside}");
    check("a.toml", "\"a\\u001b\\nb\" = 1\n", &[&shown]);
    let shown = format!("a.toml:1: \"{}…\": {outside}", "b".repeat(40));
    check("a.toml", format!("{} = 1\n", "b".repeat(100_000)), &[&shown]);
    // The parser goes on after what cannot be a name, and may find it twice.
    let errors = read("a.toml", "[[product]]\nx\u{1d}y = 1\nx\u{1d}y = 2\n").1;
    assert!(errors.iter().any(|error| error.contains("occurs twice")), "{errors:?}");
    assert!(errors.iter().all(|error| !error.contains(char::is_control)), "{errors:?}");
    check("a.toml", "[[product]]\n\"a b\" = 1\n\"a b\" = 2\n", &["a.toml:3: \"a b\": occurs twice in this table"]);
    // The name of what holds a faulty value.
    let errors = read("a.jsonl", format!("{{{REQUIRED_JSON},\"a\\u001bb\":[\"\\x\"]}}\n")).1;
    assert!(!errors.is_empty() && errors.iter().all(|error| !error.contains(char::is_control)), "{errors:?}");
}

#[test]
fn a_locale_that_is_none_is_shown_on_one_line_and_cut_off() {
    let shown = |text: &str| format!("a.jsonl:1: locale: {text} is no locale; {LOCALES}");
    for (sent, told) in
        [("u\\ns".to_owned(), "\"u\\ns\"".to_owned()), ("u".repeat(1000), format!("\"{}…\"", "u".repeat(40)))]
    {
        let record = REQUIRED_JSON.replace(r#""us""#, &format!("\"{sent}\""));
        check("a.jsonl", format!("{{{record}}}\n"), &[&shown(&told)]);
    }
}

#[test]
fn a_bad_required_field_is_told_in_the_same_words_in_every_format() {
    for (name, value, message) in [
        ("locale", r#""usa""#, &*format!("\"usa\" is no locale; {LOCALES}")),
        ("locale", r#""US""#, &*format!("\"US\" is no locale; {LOCALES}")),
        ("locale", "1", "expected a text, found 1; put it into quotes"),
        ("asin", r#""b01""#, r#""b01" is no ASIN: 10 characters of A-Z and 0-9"#),
        ("asin", r#""""#, r#""" is no ASIN: 10 characters of A-Z and 0-9"#),
        ("asin", "1234567890", "expected a text, found 1234567890; put it into quotes"),
        ("asin", r#""a\nb""#, r#""a\nb" is no ASIN: 10 characters of A-Z and 0-9"#),
        (
            "asin",
            r#""B00000000000000000000000000000000000000000000000000""#,
            r#""B000000000000000000000000000000000000000…" is no ASIN: 10 characters of A-Z and 0-9"#,
        ),
        ("title", r#""""#, "is empty"),
        ("title", r#""  ""#, "is empty"),
        ("title", r#""\u0001""#, "has the character U+0001, which XML cannot carry"),
        ("product_group", r#""""#, "is empty"),
        ("product_group", "[]", "expected a text, found a list"),
    ] {
        let toml = REQUIRED_TOML.lines().map(|line| match line.split_once(" = ") {
            Some((field, _)) if field == name => format!("{name} = {value}\n"),
            _ => format!("{line}\n"),
        });
        let line = 1 + REQUIRED_TOML.lines().position(|line| line.starts_with(name)).unwrap();
        check("shop.toml", toml.collect::<String>(), &[&format!("shop.toml:{line}: {name}: {message}")]);

        let fields = ["locale", "asin", "title", "product_group"].map(|field| match field {
            field if field == name => format!("\"{name}\":{value}"),
            "locale" => r#""locale":"us""#.to_owned(),
            "asin" => r#""asin":"B000000001""#.to_owned(),
            _ => format!("\"{field}\":\"x\""),
        });
        check(
            "shop.json",
            format!("[{{\n{}\n}}]", fields.join(",\n")),
            &[&format!("shop.json:{line}: {name}: {message}")],
        );
        check("shop.jsonl", format!("{{{}}}", fields.join(",")), &[&format!("shop.jsonl:1: {name}: {message}")]);
    }
}

#[test]
fn a_missing_field_is_told_with_the_line_on_which_its_record_starts() {
    for name in ["locale", "asin", "title", "product_group"] {
        let toml = REQUIRED_TOML.lines().filter(|line| !line.starts_with(name)).collect::<Vec<_>>().join("\n");
        check("shop.toml", format!("\n\n{toml}"), &[&format!("shop.toml:3: {name}: is required, but missing")]);
        let json = REQUIRED_JSON
            .split(',')
            .filter(|field| !field.contains(&format!("\"{name}\":")))
            .collect::<Vec<_>>()
            .join(",\n");
        check("shop.json", format!("[\n\n{{{json}}}]"), &[&format!("shop.json:3: {name}: is required, but missing")]);
        // null says as little as leaving the field out.
        let null = format!("{{{},\"{name}\":null}}", json.replace('\n', ""));
        check("shop.jsonl", null, &[&format!("shop.jsonl:1: {name}: is required, but missing")]);
        let header = ["locale", "asin", "title", "product_group"].into_iter().filter(|column| *column != name);
        check(
            "shop.csv",
            header.collect::<Vec<_>>().join(","),
            &[&format!("shop.csv:1: {name}: is required, but missing")],
        );
    }
}

#[test]
fn everything_wrong_with_a_record_is_told_and_reading_goes_on() {
    check(
        "shop.toml",
        "[[product]]\ntitle = \"\"\nasin = \"x\"\nprice = -1\nlocale = \"us\"\n\n[[product]]\n",
        &[
            "shop.toml:1: product_group: is required, but missing",
            "shop.toml:2: title: is empty",
            "shop.toml:3: asin: \"x\" is no ASIN: 10 characters of A-Z and 0-9",
            "shop.toml:4: price: -1 is negative",
            "shop.toml:7: locale: is required, but missing",
            "shop.toml:7: asin: is required, but missing",
            "shop.toml:7: title: is required, but missing",
            "shop.toml:7: product_group: is required, but missing",
        ],
    );
    let (records, errors) = read(
        "shop.jsonl",
        format!(
            "{{{REQUIRED_JSON}}}\n{{\"locale\":\n{{{REQUIRED_JSON},\"price\":-1}}\r\n\r\n \n5\n{{{REQUIRED_JSON}}}"
        ),
    );
    assert_eq!(records.iter().map(|record| record.line).collect::<Vec<_>>(), [1, 7]);
    assert_eq!(
        errors,
        [
            "shop.jsonl:2: is no JSON: it ends in the middle of a value",
            "shop.jsonl:3: price: -1 is negative",
            "shop.jsonl:6: expected a product, an object with fields; found 5",
        ]
    );
    let (records, errors) =
        read("shop.json", format!("[{{{REQUIRED_JSON}}},\n{{}},\n[],\n\"x\",\nnull,\n{{{REQUIRED_JSON}}}]"));
    assert_eq!(records.iter().map(|record| record.line).collect::<Vec<_>>(), [1, 6]);
    assert_eq!(errors.len(), 7);
    assert_eq!(
        errors[4..],
        [
            "shop.json:3: expected a product, an object with fields; found a list",
            "shop.json:4: expected a product, an object with fields; found \"x\"",
            "shop.json:5: expected a product, an object with fields; found null",
        ]
    );
}

#[test]
fn a_key_that_occurs_twice_is_an_error() {
    check("shop.toml", format!("{REQUIRED_TOML}title = \"U\"\n"), &["shop.toml:6: title: occurs twice in this table"]);
    check(
        "shop.jsonl",
        format!("{{{REQUIRED_JSON},\"title\":\"U\"}}"),
        &["shop.jsonl:1: title: occurs twice in this product"],
    );
    check(
        "shop.json",
        format!("[{{{REQUIRED_JSON},\n\"t\\u0069tle\":null}}]"),
        &["shop.json:2: title: occurs twice in this product"],
    );
    check("shop.csv", "locale,asin,title,product_group,asin\n", &["shop.csv:1: asin: occurs twice in the header"]);
}

#[test]
fn lists_and_offers_name_the_entry_at_fault() {
    let toml = format!(
        "{REQUIRED_TOML}similar = [\n  \"B000000002\",\n  \"B2\",\n  3,\n]\n\n\
         [[product.offers]]\nmerchant_id = \"M\"\nseller_nickname = \"n\"\ncondition = \"New\"\nprice = -1\n\n\
         [[product.offers]]\nmerchant_id = \"M\"\nprise = 1\n"
    );
    check(
        "shop.toml",
        toml,
        &[
            "shop.toml:8: similar[1]: \"B2\" is no ASIN: 10 characters of A-Z and 0-9",
            "shop.toml:9: similar[2]: expected a text, found 3; put it into quotes",
            "shop.toml:16: offers[0].price: -1 is negative",
            "shop.toml:18: offers[1].seller_nickname: is required, but missing",
            "shop.toml:18: offers[1].condition: is required, but missing",
            "shop.toml:18: offers[1].price: is required, but missing",
            "shop.toml:20: offers[1].prise: unknown field; did you mean price?",
        ],
    );
    let json = format!(
        "[{{{REQUIRED_JSON},\n\"also_viewed\":\n[\"B000000002\",\n\"b\"],\n\"offers\":[5,\n{{\"merchant_id\":\"M\",\n\
         \"seller_nickname\":\"n\",\"condition\":\"\",\n\"price\":\"1\",\"max_quantity\":0}}]}}]"
    );
    check(
        "shop.json",
        json,
        &[
            "shop.json:4: also_viewed[1]: \"b\" is no ASIN: 10 characters of A-Z and 0-9",
            "shop.json:5: offers[0]: expected an offer, an object with fields; found 5",
            "shop.json:7: offers[1].condition: is empty",
            "shop.json:8: offers[1].price: expected an integer, found \"1\"; prices are whole minor units (cents, pence, yen)",
            "shop.json:8: offers[1].max_quantity: 0 is out of range; it goes from 1 to 999999",
        ],
    );
}

#[test]
fn no_two_offers_of_a_product_have_one_listing_id() {
    let offers = |offers: &str, own: &str| format!("{{{REQUIRED_JSON}{own},\"offers\":[{offers}]}}");
    let offer = |merchant: &str, rest: &str| {
        format!(r#"{{"merchant_id":"{merchant}","seller_nickname":"n","condition":"New","price":1{rest}}}"#)
    };
    check(
        "shop.jsonl",
        offers(&[offer("M", ""), offer("M", "")].join(","), ""),
        &["shop.jsonl:1: offers[1]: has the same merchant_id and condition as offers[0]; give it a listing_id"],
    );
    check(
        "shop.jsonl",
        // The same id, once percent-encoded.
        offers(&[offer("M", r#","listing_id":"a+b""#), offer("N", r#","listing_id":"a%2Bb""#)].join(","), ""),
        &["shop.jsonl:1: offers[1]: has the same listing_id as offers[0]"],
    );
    check(
        "shop.jsonl",
        offers(&offer("M", r#","listing_id":"x""#), r#","listing_id":"x""#),
        &["shop.jsonl:1: offers[0]: has the same listing_id as Amazon's own offer"],
    );
    check("shop.jsonl", offers(&[offer("M", ""), offer("M", r#","listing_id":"x""#)].join(","), ""), &[]);
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    for (content, expected) in [
        (
            "locale = \"us\"\n[[product]]\n",
            "shop.toml:1: locale: stands outside of a product; the file holds [[product]] and [[list]] tables and nothing else",
        ),
        (
            "\n[[products]]\n",
            "shop.toml:2: products: stands outside of a product; the file holds [[product]] and [[list]] tables and nothing else; did you mean [[product]]?",
        ),
        ("\n[product]\n", "shop.toml:2: a product is written [[product]], with two brackets"),
        (
            "product = 5\n",
            "shop.toml:1: product: stands outside of a product; the file holds [[product]] and [[list]] tables and nothing else; did you mean [[product]]?",
        ),
        ("product = [5]\n", "shop.toml:1: expected a product, an object with fields; found 5"),
    ] {
        let (_, errors) = read("shop.toml", content);
        assert_eq!(errors[0], expected);
    }
    check(
        "shop.toml",
        "[[product]]\n\nprice = 1,299\n\ntitle = \"\n",
        &[
            "shop.toml:3: is no TOML: unexpected key or value, expected newline, `#`",
            "shop.toml:5: is no TOML: invalid basic string, expected `\"`",
        ],
    );
}

#[test]
fn what_is_no_json_is_told_with_its_line() {
    let mut wrong = Vec::new();
    for (content, expected) in [
        ("", "shop.json:1: expected an array of products, [{…}, …], found an empty file"),
        ("\n{}", "shop.json:2: expected an array of products, [{…}, …], found something else"),
        ("[\n{}\n", "shop.json:2: is no JSON: it ends in the middle of a value"),
        ("[\n{\"a\" 5}]", "shop.json:2: is no JSON: expected `:` (column 6)"),
        ("[\n{\"a\":5},\n]", "shop.json:3: is no JSON: trailing comma (column 1)"),
        ("[]\n[]", "shop.json:2: is no JSON: trailing characters (column 1)"),
        ("[{\"title\":\n \"\\uD800\"}]", "shop.json:2: title: is no JSON: unexpected end of hex escape (column 9)"),
        (
            "[{\n\"title\":\"a\nb\"}]",
            "shop.json:2: is no JSON: control character (\\u0000-\\u001F) found while parsing a string (column 10)",
        ),
        ("[{\"offers\":[\n{\"price\":01}]}]", "shop.json:2: is no JSON: invalid number (column 11)"),
        ("[{\"offers\":[\n{\"x\":\"\\x\"}]}]", "shop.json:2: is no JSON: invalid escape (column 8)"),
        ("[nul]", "shop.json:1: is no JSON: expected a value (column 5)"),
        (
            "[{\"offers\": [{\"\\uD800\":1}]}]",
            "shop.json:1: offers: is no JSON: unexpected end of hex escape (column 22)",
        ),
    ] {
        let (_, errors) = read("shop.json", content);
        if errors != [expected] {
            wrong.push((content, errors));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn bad_cells_and_rows_are_told_with_their_lines() {
    let mut wrong = Vec::new();
    for (content, expected) in [
        ("", &["shop.csv:1: expected a header line with the names of fields, found an empty file"] as &[_]),
        ("\n\n", &["shop.csv:1: expected a header line with the names of fields, found an empty file"]),
        ("locale;asin;title\nus;B000000001;T\n", &["shop.csv:1: cells are separated by commas, not by ';'"]),
        ("locale\tasin\n", &["shop.csv:1: cells are separated by commas, not by '\\t'"]),
        (
            "\nlocale,asin,titel,product_group,title,offers,similar, ean\nus\n",
            &[
                "shop.csv:2: titel: unknown column; did you mean title?",
                "shop.csv:2: offers: is a list, which does not fit into a cell; use .jsonl, .json or .toml",
                "shop.csv:2: similar: is a list, which does not fit into a cell; use .jsonl, .json or .toml",
                "shop.csv:2: \" ean\": unknown column; did you mean ean?",
            ],
        ),
        ("asin,product_group,locale\n", &["shop.csv:1: title: is required, but missing"]),
        ("asin,product_group,locale,title,\n", &["shop.csv:1: \"\": unknown column"]),
        (
            "locale,asin,title,product_group,price,max_quantity,release_date,availability,sales_rank\r\n\r\n\
             us,B000000001,\"two\r\nlines\",Book,12.99,0,2004-02-30,gone,x\r\n\
             xx,b,,Book,-1,-,,,-99999999999999999999\r\n",
            &[
                "shop.csv:4: price: expected an integer, found \"12.99\"; prices are whole minor units (cents, pence, yen)",
                "shop.csv:4: availability: \"gone\" is no availability; known ones are available, out_of_stock, discontinued, future_release, ineligible",
                "shop.csv:4: max_quantity: 0 is out of range; it goes from 1 to 999999",
                "shop.csv:4: release_date: \"2004-02-30\" is no day of the calendar",
                "shop.csv:4: sales_rank: expected an integer, found \"x\"",
                "shop.csv:5: locale: \"xx\" is no locale; known ones are us, uk, de, jp, ca, fr, cn, es, it, in, br, mx, au",
                "shop.csv:5: asin: \"b\" is no ASIN: 10 characters of A-Z and 0-9",
                "shop.csv:5: title: is required, but missing",
                "shop.csv:5: price: -1 is negative",
                "shop.csv:5: max_quantity: expected an integer, found \"-\"",
                "shop.csv:5: sales_rank: \"-99999999999999999999\" is negative",
            ],
        ),
        (
            "locale,asin,title,product_group\n\n\
             us,B000000001,T\n\
             us,B000000001,T,Book,x\n\
             \r\n  \n\
             us,B000000001,T,Book,\"\"\r\n\
             us,B000000001,\"a\nb,Book\nus,B000000001,c,Book\n",
            &[
                "shop.csv:3: has 3 cells, the header has 4",
                "shop.csv:4: has 5 cells, the header has 4",
                "shop.csv:7: has 5 cells, the header has 4",
                "shop.csv:8: the quote of a cell that starts here is never closed: \"a\\nb,Book\\nus,B000000001,c,Book\\n\"",
            ],
        ),
    ] {
        let (_, errors) = read("shop.csv", content);
        if errors != expected {
            wrong.push((content, errors));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn bytes_that_are_not_utf8_are_told_with_their_line() {
    const MESSAGE: &str = "is not valid UTF-8; save the file in that encoding";
    check("shop.toml", b"# \xC3\xA9\n\n# \xE9\n", &[&format!("shop.toml:3: {MESSAGE}")]);
    check("shop.json", b"[\n\"\xFF\"]", &[&format!("shop.json:2: {MESSAGE}")]);
    // UTF-16, as some editors save.
    check("shop.json", b"\xFF\xFE[\0]\0", &[&format!("shop.json:1: {MESSAGE}")]);
    let lines =
        [format!("{{{REQUIRED_JSON}}}\n").as_bytes(), b"{\"\xE9\":1}\n", format!("{{{REQUIRED_JSON}}}\n").as_bytes()]
            .concat();
    let (records, errors) = read("shop.jsonl", lines);
    assert_eq!((records.len(), errors), (2, vec![format!("shop.jsonl:2: {MESSAGE}")]));
    let rows = b"locale,asin,title,product_group\nus,B000000001,\xE9,Book\nus,B000000001,e,Book\n";
    let (records, errors) = read("shop.csv", rows);
    assert_eq!((records.len(), errors), (1, vec![format!("shop.csv:2: {MESSAGE}")]));
}

#[test]
fn all_formats_say_the_same() {
    let toml = r#"
        [[product]]
        locale = "uk"
        asin = "B000000001"
        title = "A \"quoted\", title"
        product_group = "Book"
        price = 1_299
        list_price = 0x5DC
        release_date = 2004-10-05
        availability = "future_release"
        author = ""
        upc = "012345678905"
    "#;
    let json = r#"{"locale":"uk","asin":"B000000001","title":"A \u0022quoted\", title","product_group":"Book","price":1299,
        "list_price":1500,"release_date":"2004-10-05","availability":"future_release","author":null,"upc":"012345678905"}"#;
    let csv = "upc,locale,asin,title,product_group,price,list_price,release_date,availability,author,merchant_id\n\
               012345678905,uk,B000000001,\"A \"\"quoted\"\", title\",Book,1299,1500,2004-10-05,future_release,,\n";
    let expected = good("shop.toml", toml);
    assert_eq!(expected[0].title, "A \"quoted\", title");
    assert_eq!(
        (expected[0].list_price, expected[0].author.as_deref(), expected[0].merchant_id.as_deref()),
        (Some(1500), None, None)
    );
    assert_eq!(expected[0].availability, Availability::FutureRelease);
    assert_eq!(good("shop.json", format!("[{json}]")), expected);
    assert_eq!(good("shop.jsonl", json.replace('\n', "")), expected);
    assert_eq!(good("shop.csv", csv), expected);
    // Endings in capitals, byte order marks and the line ends of other systems make no difference.
    for (name, content) in [
        ("shop.TOML", toml.to_owned()),
        ("SHOP.JSON", format!("[{json}]")),
        ("s.JsonL", json.replace('\n', "") + "\n"),
        ("s.Csv", csv.to_owned()),
    ] {
        assert_eq!(good(name, format!("\u{FEFF}{}", content.replace('\n', "\r\n"))), expected, "{name}");
    }
}

#[test]
fn a_header_line_within_a_text_does_not_cut_the_record() {
    let second = REQUIRED_TOML.replace("\"T\"", "\"\"\"\n[[product]]\n\"\"\"");
    let toml = format!("# first\n{REQUIRED_TOML}\n  {second}\n{REQUIRED_TOML}weight = 1\n\n{REQUIRED_TOML}");
    let (records, errors) = read("shop.toml", toml);
    let read: Vec<_> = records.iter().map(|record| (record.line, product_of(record).title.as_str())).collect();
    assert_eq!(read, [(2, "T"), (8, "[[product]]\n"), (23, "T")]);
    assert_eq!(errors, ["shop.toml:21: weight: unknown field"]);
}

#[test]
fn a_fault_of_the_syntax_ends_a_toml_file_after_what_stands_before_it() {
    let (records, errors) = read(
        "shop.toml",
        format!("{REQUIRED_TOML}\n{REQUIRED_TOML}price = -1\n{REQUIRED_TOML}price =\n{REQUIRED_TOML}"),
    );
    assert_eq!(records.len(), 1);
    assert_eq!(errors[0], "shop.toml:12: price: -1 is negative");
    assert!(errors[1].starts_with("shop.toml:18: is no TOML: "), "{errors:?}");
    assert_eq!(errors.len(), 2);
}

#[test]
fn an_empty_override_is_kept_for_it_leaves_the_element_out() {
    let product = &good("shop.toml", format!("{REQUIRED_TOML}price = 1\nmerchant_id = \"\"\nseller_id = \"\"\n"))[0];
    assert_eq!((product.merchant_id.as_deref(), product.seller_nickname.as_deref()), (Some(""), None));
    assert_eq!(product.own_offer().unwrap().merchant_id, None);
}

#[test]
fn cells_in_quotes_may_hold_commas_quotes_and_line_ends() {
    let products = good(
        "shop.csv",
        "\"locale\",asin,\"title\",product_group,keywords\n\
         us,B000000001,\"one, \"\"two\"\"\n\nfour\",Book,\"\"\n\
         \n\
         us,B000000002,last,Book,\"\"\"\"",
    );
    assert_eq!(products[0].title, "one, \"two\"\n\nfour");
    assert_eq!(products[0].keywords, None);
    assert_eq!(products[1].keywords.as_deref(), Some("\""));
    let lines =
        read("shop.csv", "locale,asin,title,product_group\nus,B000000001,\"a\nb\",Book\r\n\nus,B000000002,c,Book");
    assert_eq!(lines.0.iter().map(|record| record.line).collect::<Vec<_>>(), [2, 5]);
}

#[test]
fn a_line_that_is_too_long_is_passed_over_without_being_held() {
    let long = "x".repeat(3 * lines::MAX_LINE);
    let (records, errors) = read("shop.jsonl", format!("{long}\n{{{REQUIRED_JSON}}}\n{long}"));
    assert_eq!(records.iter().map(|record| record.line).collect::<Vec<_>>(), [2]);
    assert_eq!(errors, ["shop.jsonl:1: is longer than 1 MiB", "shop.jsonl:3: is longer than 1 MiB"]);

    // The longest line that is still good.
    let padding = " ".repeat(lines::MAX_LINE - REQUIRED_JSON.len() - 3);
    assert_eq!(good("shop.jsonl", format!("{{{REQUIRED_JSON}{padding}}}\n")).len(), 1);
}

#[test]
fn a_csv_record_that_is_too_long_ends_the_file() {
    const GOOD: &str = "us,B000000001,T,Book\n";
    let header = format!("locale,asin,title,product_group\n{GOOD}");
    let read = |rest: String| {
        let (records, errors) = read("shop.csv", format!("{header}{rest}"));
        (records.len(), errors)
    };
    let too_long = (1, vec!["shop.csv:3: is longer than 1 MiB; is a quote missing?".to_owned()]);
    assert_eq!(read(format!("{}\n{GOOD}", "x".repeat(2 * lines::MAX_LINE))), too_long);
    assert_eq!(read(format!("us,B000000001,\"T,Book\n{}", GOOD.repeat(lines::MAX_LINE / 10))), too_long);

    // The file as a whole may be longer, and so may all of its blank lines.
    let many = 2 * lines::MAX_LINE / GOOD.len();
    assert_eq!(read(GOOD.repeat(many)), (1 + many, vec![]));
    assert_eq!(read(format!("{}{GOOD}", "\r\n".repeat(lines::MAX_LINE))), (2, vec![]));
    let long = "x".repeat(lines::MAX_LINE - GOOD.len());
    assert_eq!(read(format!("us,B000000001,{long},Book\n{GOOD}")), (3, vec![]));
}

#[test]
fn lines_of_a_csv_file_are_counted_whatever_ends_them() {
    for (ending, blank) in [("\n", ""), ("\r\n", ""), ("\n", "  "), ("\r\n", "\t")] {
        let rows = ["us,B000000001,T,Book", "us,B000000002,\"a", "", "b\",\"Book\"", "", blank, "us,x,T,Book"];
        for end in ["", ending] {
            let content = format!("{blank}{ending}locale,asin,title,product_group{ending}{}{end}", rows.join(ending));
            let (records, errors) = read("shop.csv", content);
            let shown: Vec<_> =
                records.iter().map(|record| (record.line, product_of(record).product_group.as_str())).collect();
            assert_eq!(shown, [(3, "Book"), (4, "Book")], "{ending:?}");
            assert_eq!(product_of(&records[1]).title, format!("a{ending}{ending}b"));
            assert_eq!(errors, ["shop.csv:9: asin: \"x\" is no ASIN: 10 characters of A-Z and 0-9"], "{ending:?}");
        }
    }
}

#[test]
fn a_quote_within_a_csv_cell_stands_for_itself() {
    let products = good(
        "shop.csv",
        "locale,asin,title,product_group\n\
         us,B000000001,5\" disk,Book\n\
         us,B000000002,\"5\" disk\",Book\n\
         us,B000000003,disk,\"ends in a line\n\"",
    );
    assert_eq!(products[0].title, "5\" disk");
    // What follows a closing quote belongs to the cell.
    assert_eq!(products[1].title, "5 disk\"");
    assert_eq!(products[2].product_group, "ends in a line\n");
}

#[test]
fn values_nested_without_end_do_no_harm() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    for value in [deep("[", "]"), deep("{\"a\":", "}")] {
        check(
            "shop.jsonl",
            format!("{{{REQUIRED_JSON},\"weight\":{value}}}"),
            &["shop.jsonl:1: weight: unknown field"],
        );
        check(
            "shop.json",
            format!("[{{{REQUIRED_JSON},\n\"weight\":{value}}}]"),
            &["shop.json:2: weight: unknown field"],
        );
    }
    check("shop.jsonl", deep("[", "]"), &["shop.jsonl:1: expected a product, an object with fields; found a list"]);
    let (_, errors) = read("shop.toml", format!("{REQUIRED_TOML}weight = {}", deep("[", "]")));
    assert!(errors[0].starts_with("shop.toml:6: is no TOML: "), "{errors:?}");
}

#[test]
fn files_without_products_are_no_errors() {
    for (name, content) in [
        ("s.toml", ""),
        ("s.toml", "# nothing\n"),
        ("s.toml", "product = []"),
        ("s.json", " []\n"),
        ("s.jsonl", ""),
        ("s.jsonl", "\n \r\n"),
        ("s.csv", "locale,asin,title,product_group"),
    ] {
        assert_eq!(good(name, content), [], "{name}: {content}");
    }
}

#[test]
fn what_is_no_seed_file_is_refused_as_a_whole() {
    check("shop.yaml", "", &["shop.yaml: unknown ending; a seed file ends in .toml, .jsonl, .json or .csv"]);
    check("toml", "", &["toml: unknown ending; a seed file ends in .toml, .jsonl, .json or .csv"]);
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, message: &str| {
        let file = SeedFile::at(folder.path().join(name));
        let expected = format!("{}: {message}", folder.path().join(name).display());
        let errors = [file.records().map(|_| ()), file.stamp().map(|_| ()), file.digest().map(|_| ())]
            .map(|result| result.unwrap_err().to_string());
        assert_eq!(errors, [expected.as_str(), &expected, &expected]);
    };
    refused("none.toml", "there is no such file");
    fs::create_dir(folder.path().join("folder.json")).unwrap();
    refused("folder.json", "is a folder; name the files in it");
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_refused_without_waiting_for_a_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe.jsonl");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let file = SeedFile::at(&path);
    let expected = format!("{}: is no regular file", path.display());
    assert_eq!(file.records().err().unwrap().to_string(), expected);
    assert_eq!(file.stamp().unwrap_err().to_string(), expected);
    assert_eq!(file.digest().unwrap_err().to_string(), expected);
}

#[test]
fn a_whole_file_beyond_the_limit_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["shop.toml", "shop.json"] {
        let path = folder.path().join(name);
        // A hole: it takes no room on the disk.
        fs::File::create(&path).unwrap().set_len(MAX_WHOLE_FILE + 1).unwrap();
        let error = SeedFile::at(&path).records().err().unwrap();
        let expected =
            "has 67108865 bytes; .toml and .json are read up to 64 MiB: use .jsonl or .csv, which load at any size";
        assert_eq!((error.message.as_str(), error.line), (expected, None));
    }
}

#[test]
fn the_stamp_tells_a_changed_file_and_the_digest_changed_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.jsonl");
    fs::write(&path, "abc").unwrap();
    let file = SeedFile::at(&path);
    let (stamp, digest) = (file.stamp().unwrap(), file.digest().unwrap());
    assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(file.stamp().unwrap(), stamp);
    assert!(!stamp.contains('\n'));

    // Another file with the same name, size and content, as a checkout or a copy makes it.
    fs::write(folder.path().join("new"), "abc").unwrap();
    fs::rename(folder.path().join("new"), &path).unwrap();
    assert_ne!(file.stamp().unwrap(), stamp);
    assert_eq!(file.digest().unwrap(), digest);

    fs::write(&path, "abd").unwrap();
    assert_ne!(file.digest().unwrap(), digest);
}

const LIST_TOML: &str = r#"
[[list]]
locale = "us"
id = "L1"
type = "WeddingRegistry"
name = "Nora & Tobias"
customer_name = "Nora Wainfleet"
occasion_date = 2005-06-18

[[list.items]]
id = "I1"
asin = "B000000001"
quantity_desired = 2
quantity_received = 1
date_added = "2005-01-02"
comment = "the brass one"

[[list.items]]
id = "I2"
asin = "B000000002"
"#;

const LIST_JSON: &str = r#"{"locale":"us","id":"L1","type":"WeddingRegistry","name":"Nora & Tobias","customer_name":"Nora Wainfleet",
"occasion_date":"2005-06-18","items":[{"id":"I1","asin":"B000000001","quantity_desired":2,"quantity_received":1,
"date_added":"2005-01-02","comment":"the brass one"},{"id":"I2","asin":"B000000002"}]}"#;

#[test]
fn lists_stand_among_the_products_of_every_format_that_can_hold_them() {
    let product = format!("{{{REQUIRED_JSON}}}");
    let line = LIST_JSON.replace('\n', "");
    let files = [
        ("shop.toml", format!("{REQUIRED_TOML}{LIST_TOML}{REQUIRED_TOML}"), [1, 7, 26]),
        ("shop.jsonl", format!("{product}\n{{\"list\":{line}}}\n{product}\n"), [1, 2, 3]),
        ("shop.json", format!("[{product},\n{{\"list\":\n{LIST_JSON}}},\n{product}]"), [1, 3, 6]),
    ];
    let expected: ProductList = serde_json::from_str(LIST_JSON).unwrap();
    for (name, content, lines) in files {
        let (records, errors) = read(name, &content);
        assert_eq!(errors, Vec::<String>::new(), "{name}");
        assert_eq!(records.iter().map(|record| record.line).collect::<Vec<_>>(), lines, "{name}");
        assert_eq!(lists_of(&records), [&expected], "{name}");
        assert_eq!(product_of(&records[2]).title, "T", "{name}");
    }
    let (records, errors) =
        read("shop.json", format!("{{\"list\":[{LIST_JSON}],\n\"product\":[{product},{product}]}}"));
    assert_eq!((records.len(), errors), (3, Vec::new()));
    assert_eq!(lists_of(&records), [&expected]);
}

#[test]
fn what_is_wrong_with_a_list_is_told_as_with_products() {
    for (from, to, message) in [
        (r#""L1""#, r#""""#, "3: id: is empty"),
        (
            "WeddingRegistry",
            "WishLists",
            "4: type: \"WishLists\" is no type of list; known ones are BabyRegistry, Listmania, WeddingRegistry, WishList; did you mean WishList?",
        ),
        (r#""us""#, r#""xx""#, &format!("2: locale: \"xx\" is no locale; {LOCALES}")),
        (
            "quantity_desired = 2",
            "quantity_desired = 0",
            "12: items[0].quantity_desired: 0 is out of range; it goes from 1 to 999999",
        ),
        (
            "quantity_received = 1",
            "quantity_received = -1",
            "13: items[0].quantity_received: -1 is out of range; it goes from 0 to 999999",
        ),
        ("B000000002", "b", "19: items[1].asin: \"b\" is no ASIN: 10 characters of A-Z and 0-9"),
        (r#""I2""#, r#""I1""#, "17: items[1]: has the same id as items[0]"),
        ("comment =", "coment =", "15: items[0].coment: unknown field; did you mean comment?"),
        ("customer_name", "costumer_name", "6: costumer_name: unknown field; did you mean customer_name?"),
        ("name = \"Nora & Tobias\"\n", "\n", "1: name: is required, but missing"),
        (
            "[[list]]",
            "[[lists]]",
            "1: lists: stands outside of a product; the file holds [[product]] and [[list]] tables and nothing else; did you mean [[list]]?",
        ),
    ] {
        let content = LIST_TOML.trim_start().replacen(from, to, 1);
        // A list by another name has items by another name.
        let content = if to == "[[lists]]" { content.replace("[[list.", "[[lists.") } else { content };
        let errors = read("shop.toml", content).1;
        assert_eq!(errors, [format!("shop.toml:{message}")]);
    }
    check("shop.toml", "[list]\nid = \"x\"\n", &["shop.toml:1: a list is written [[list]], with two brackets"]);
    check("shop.toml", "list = [5]\n", &["shop.toml:1: expected a list, an object with fields; found 5"]);
    check("shop.jsonl", "{\"list\":[]}\n", &["shop.jsonl:1: expected a list, an object with fields; found a list"]);
    check("shop.jsonl", format!("{{{REQUIRED_JSON},\"list\":{{}}}}\n"), &["shop.jsonl:1: list: unknown field"]);
    check("shop.json", "{\"list\":\n5}", &["shop.json:2: list: expected an array of lists, [{…}, …]"]);
    check("shop.csv", "locale,asin,title,product_group,list\n", &["shop.csv:1: list: unknown column"]);
}

#[test]
fn the_built_in_catalogue_has_no_errors() {
    let demo = SeedFile::demo();
    let records: Vec<Record> = demo.records().unwrap().collect::<Result<_, _>>().unwrap();
    assert!(records.len() > 50, "{}", records.len());
    let key = |record: &Record| match &record.entry {
        Entry::Product(product) => (product.locale, product.asin.to_string()),
        Entry::List(list) => (list.locale, list.id.clone()),
    };
    let keys: std::collections::HashSet<_> = records.iter().map(key).collect();
    assert_eq!(keys.len(), records.len());
    for list in lists_of(&records) {
        for item in &list.items {
            assert!(keys.contains(&(list.locale, item.asin.to_string())), "{} of {}", item.asin, list.id);
        }
    }
    let types: Vec<_> = lists_of(&records).iter().map(|list| list.list_type).collect();
    assert!(types.contains(&ListType::WishList) && types.contains(&ListType::WeddingRegistry), "{types:?}");
    assert_eq!(demo.digest().unwrap().len(), 64);
    assert_eq!(demo.stamp().unwrap(), SeedFile::demo().stamp().unwrap());
    assert_eq!((demo.name().as_str(), demo.path()), ("demo", None));
}

#[test]
fn the_starter_catalogue_has_no_errors_and_shows_every_field() {
    let (records, errors) = read("catalog.toml", include_str!("../../../config/catalog.toml"));
    assert_eq!(errors, Vec::<String>::new());
    let product = product_of(&records[0]);
    let shown = serde_json::to_value(product).unwrap();
    let rest = ["availability"]; // shown with its default, which is not stored
    assert_eq!(shown.as_object().unwrap().len() + rest.len(), check::PRODUCT.len());
    assert!(product.offers[0].exchange_id.is_some() && product.offers[0].listing_id.is_some());
    let list = lists_of(&records)[0];
    assert!(list.customer_name.is_some() && list.comment.is_some());
    assert!(list.date_created.is_some() && list.occasion_date.is_some());
    let item = &list.items[0];
    assert!(item.quantity_desired > 1 && item.quantity_received > 0);
    assert!(item.date_added.is_some() && item.comment.is_some());
}

/// A text that may stand in a product.
fn text() -> impl Strategy<Value = String> {
    "[^\\p{C}]{1,12}|[a-z\"'\\\\,\n\t<&]{1,8}".prop_filter("not blank", |text| !text.trim().is_empty())
}

fn asin() -> impl Strategy<Value = crate::cart::Asin> {
    "[A-Z0-9]{10}".prop_map(|text| text.parse().unwrap())
}

fn offer() -> impl Strategy<Value = Offer> {
    let texts = (prop::option::of(text()), prop::option::of(text()), text(), prop::option::of(text()), text(), text());
    (texts, 0..=1_000_000_000_000_i64, availability(), 1..=999_999_u32).prop_map(
        |(texts, price, availability, max_quantity)| Offer {
            listing_id: texts.0,
            exchange_id: texts.1,
            merchant_id: texts.2,
            seller_id: texts.3,
            seller_nickname: texts.4,
            condition: texts.5,
            price,
            availability,
            max_quantity,
        },
    )
}

fn availability() -> impl Strategy<Value = Availability> {
    prop::sample::select(Availability::ALL.to_vec())
}

fn date() -> impl Strategy<Value = jiff::civil::Date> {
    (0..=9999_i16, 1..=12_i8, 1..=28_i8).prop_map(|(year, month, day)| jiff::civil::date(year, month, day))
}

fn product() -> impl Strategy<Value = Product> {
    let locale = prop::sample::select(Locale::ALL.to_vec());
    let required = (locale, asin(), text(), text());
    let numbers = (
        prop::option::of(0..=1_000_000_000_000_i64),
        availability(),
        1..=999_999_u32,
        prop::option::of(0..=1_000_000_000_000_i64),
        prop::option::of(date()),
        prop::option::of(1..=1_000_000_000_u32),
    );
    let described = prop::collection::vec(prop::option::of(text()), 11);
    let overrides = prop::collection::vec(prop::option::of("[a-z+%]{0,5}"), 4);
    let lists = (prop::collection::vec(asin(), 0..3), prop::collection::vec(asin(), 0..3), prop::option::of(offer()));
    (required, numbers, described, overrides, lists).prop_map(
        |(required, numbers, mut described, mut overrides, lists)| {
            let mut next = move || described.pop().unwrap();
            let mut over = move || overrides.pop().unwrap();
            Product {
                locale: required.0,
                asin: required.1,
                title: required.2,
                product_group: required.3,
                price: numbers.0,
                availability: numbers.1,
                max_quantity: numbers.2,
                list_price: numbers.3,
                author: next(),
                binding: next(),
                ean: next(),
                upc: next(),
                isbn: next(),
                brand: next(),
                manufacturer: next(),
                release_date: numbers.4,
                sales_rank: numbers.5,
                image: next(),
                keywords: next(),
                browse_node: next(),
                search_index: next(),
                similar: lists.0,
                also_viewed: lists.1,
                offers: lists.2.into_iter().collect(),
                merchant_id: over(),
                seller_id: over(),
                seller_nickname: over(),
                listing_id: over(),
            }
        },
    )
}

proptest! {
    #[test]
    fn a_stored_document_reads_back_and_is_a_seed_record(product in product()) {
        let stored = serde_json::to_string(&product).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Product>(&stored).unwrap(), &product);
        prop_assert_eq!(&good("stored.jsonl", &stored), std::slice::from_ref(&product));
        let pretty = serde_json::to_string_pretty(&[&product]).unwrap();
        prop_assert_eq!(&good("stored.json", pretty), std::slice::from_ref(&product));
    }

    #[test]
    fn no_content_makes_a_reader_panic(content in prop::collection::vec(any::<u8>(), 0..80), text in "[\\[\\]{}\",:a-z0-9=\n #.]{0,80}") {
        for name in ["s.toml", "s.json", "s.jsonl", "s.csv"] {
            read(name, &content);
            read(name, &text);
        }
    }
}
