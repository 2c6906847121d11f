//! Records that come over the wire and not out of a file: one, a patch of one, or many at once.
//!
//! They pass the same check as those of a file, so a mistake is told in the same words. Must not know how they came, nor where
//! they go.

use super::node::{Field, Node, Value};
use super::{Entry, Format, Problem, Record, check, json, jsonl, whole, whole_file};
use crate::cart::{Asin, Locale};
use crate::catalog::Product;
use std::borrow::Cow;
use std::io::BufRead;

/// A product and the line on which it starts, or everything that is wrong with it.
pub(crate) type Read = Result<(u64, Product), Vec<Problem>>;

/// The products of JSON Lines. Never holds more than one line.
pub(crate) fn lines(source: impl BufRead) -> impl Iterator<Item = Read> {
    jsonl::Reader::new(source).map(product_of)
}

/// The products of a JSON array.
pub(crate) fn array(bytes: Vec<u8>) -> impl Iterator<Item = Read> {
    whole_file(Format::Json, bytes).map(product_of)
}

fn product_of(record: Result<Record, Vec<Problem>>) -> Read {
    let Record { line, entry } = record?;
    match entry {
        Entry::Product(product) => Ok((line, *product)),
        Entry::List(_) => Err(vec![Problem::of_line(line, "is a list; lists come from seed files alone")]),
    }
}

/// The product that a JSON object describes. It must be the one of `locale` and `asin`, which the object may leave out.
pub(crate) fn one(locale: Locale, asin: Asin, bytes: Vec<u8>) -> Result<Product, Vec<Problem>> {
    let text = whole::text(bytes).map_err(|problem| vec![problem])?;
    checked(locale, asin, tree(&text)?)
}

/// The product that a JSON merge patch (RFC 7396) makes of another. No field of a record is an object of its own, so a patch
/// only ever replaces fields; one that it sets to null is not given any more. The key stays.
pub(crate) fn patched(product: &Product, patch: Vec<u8>) -> Result<Product, Vec<Problem>> {
    let known = serde_json::to_string(product).expect("numbers, texts and lists of them are always JSON");
    let patch = whole::text(patch).map_err(|problem| vec![problem])?;
    let mut node = tree(&patch)?;
    if let (Value::Table(patch), Value::Table(known)) = (&mut node.value, tree(&known)?.value) {
        // A name that the patch has twice stays there twice, for the check to see.
        let kept: Vec<_> =
            known.into_iter().filter(|known| patch.iter().all(|field| field.name != known.name)).collect();
        patch.extend(kept);
        return checked(product.locale, product.asin, node);
    }
    // What is no object replaces the record as a whole, and is none.
    checked(product.locale, product.asin, node)
}

fn tree(text: &str) -> Result<Node<'_>, Vec<Problem>> {
    let index = whole::LineIndex::of(text);
    let value = text.trim_ascii();
    if value.is_empty() {
        return Err(vec![Problem::of_line(1, "expected a product, an object with fields; found nothing")]);
    }
    json::node(value, &|part| index.place(json::offset(text, part))).map_err(|problem| vec![problem])
}

/// Checks the record, and that it is the one of `locale` and `asin`.
fn checked(locale: Locale, asin: Asin, mut node: Node<'_>) -> Result<Product, Vec<Problem>> {
    let key = [("locale", locale.name().to_owned()), ("asin", asin.to_string())];
    let mut lines = [node.line; 2];
    if let Value::Table(fields) = &mut node.value {
        for ((name, value), line) in key.iter().zip(&mut lines) {
            let value = Value::Text(Cow::Owned(value.clone()));
            match fields.iter_mut().find(|field| field.name == *name) {
                None => fields.push(Field { name: Cow::Borrowed(name), node: Node { line: node.line, value } }),
                Some(Field { node, .. }) if matches!(node.value, Value::Absent) => node.value = value,
                Some(Field { node, .. }) => *line = node.line,
            }
        }
    }
    let (_, product) = product_of(check::product(node))?;
    let given = [product.locale.name().to_owned(), product.asin.to_string()];
    let mismatches = key.iter().zip(given).zip(lines).filter(|(((_, wanted), given), _)| wanted != given);
    let problems: Vec<_> = mismatches
        .map(|(((name, wanted), given), line)| {
            Problem::of_field(line, *name, format!("is {given}, but the path says {wanted}"))
        })
        .collect();
    if problems.is_empty() { Ok(product) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASIN: &str = "B000000001";

    fn read(text: &str) -> Result<Product, String> {
        told(one(Locale::Us, ASIN.parse().unwrap(), text.as_bytes().to_vec()))
    }

    fn told(outcome: Result<Product, Vec<Problem>>) -> Result<Product, String> {
        let line = |problem: &Problem| {
            format!("{}: {}: {}", problem.line, problem.field.as_deref().unwrap_or_default(), problem.message)
        };
        outcome.map_err(|problems| problems.iter().map(line).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn the_key_may_be_left_out_and_must_be_that_of_the_path() {
        let bare = read(r#"{"title":"T","product_group":"Book"}"#).unwrap();
        assert_eq!((bare.locale, bare.asin.to_string()), (Locale::Us, ASIN.to_owned()));
        let whole = r#"{"locale":"us","asin":"B000000001","title":"T","product_group":"Book"}"#;
        assert_eq!(read(whole), Ok(bare.clone()));
        assert_eq!(read(r#"{"locale":null,"asin":null,"title":"T","product_group":"Book"}"#), Ok(bare));
        let other = "{\"title\":\"T\",\"product_group\":\"Book\",\n\"locale\":\"de\",\n\"asin\":\"B000000002\"}";
        assert_eq!(
            read(other).unwrap_err(),
            "2: locale: is de, but the path says us\n3: asin: is B000000002, but the path says B000000001"
        );
        assert_eq!(
            read(&whole.replace("\"us\"", "5")).unwrap_err(),
            "1: locale: expected a text, found 5; put it into quotes"
        );
    }

    #[test]
    fn a_patch_replaces_adds_and_takes_away_fields() {
        let product =
            read(r#"{"title":"T","product_group":"Book","price":5,"author":"A","similar":["B000000002"]}"#).unwrap();
        let patch = |text: &str| told(patched(&product, text.as_bytes().to_vec()));
        let new = patch(r#"{"title":"U","price":null,"brand":"B","similar":[]}"#).unwrap();
        let expected = Product {
            title: "U".to_owned(),
            price: None,
            brand: Some("B".to_owned()),
            similar: vec![],
            ..product.clone()
        };
        assert_eq!(new, expected);
        assert_eq!(patch("{}").unwrap(), product);
        assert_eq!(patch(r#"{"title":null}"#).unwrap_err(), "1: title: is required, but missing");
        assert_eq!(patch(r#"{"titel":null}"#).unwrap_err(), "1: titel: unknown field; did you mean title?");
        assert_eq!(patch(r#"{"price":1,"price":2}"#).unwrap_err(), "1: price: occurs twice in this product");
        assert_eq!(
            patch(r#"{"asin":"B000000002"}"#).unwrap_err(),
            "1: asin: is B000000002, but the path says B000000001"
        );
        for (text, found) in [("5", "5"), ("[]", "a list"), ("null", "null"), (" ", "nothing")] {
            let message = format!("1: : expected a product, an object with fields; found {found}");
            assert_eq!(patch(text).unwrap_err(), message);
        }
    }
}
