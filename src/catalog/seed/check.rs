//! From the neutral tree to a [`Product`] or a list: which fields there are, which are required, and what each may hold.
//!
//! The only place that knows this, so every format is held to the same rules in the same words. Must not know the formats.

mod list;

use super::node::{Field, Node, Problem, Value, quoted, shortened, shown_name};
use super::{Entry, Record};
use crate::cart::{Asin, ListingId, Locale, UnknownLocale};
use crate::catalog::{Availability, Offer, Product};
use crate::nearest::nearest;
use jiff::civil::Date;
use std::str::FromStr as _;

/// The fields of a record. `LISTS` are among them.
pub(super) const PRODUCT: &[&str] = &[
    "locale",
    "asin",
    "title",
    "product_group",
    "price",
    "availability",
    "max_quantity",
    "list_price",
    "author",
    "binding",
    "ean",
    "upc",
    "isbn",
    "brand",
    "manufacturer",
    "release_date",
    "sales_rank",
    "image",
    "keywords",
    "browse_node",
    "search_index",
    "similar",
    "also_viewed",
    "offers",
    "merchant_id",
    "seller_id",
    "seller_nickname",
    "listing_id",
];

/// The fields of one of `offers`.
const OFFER: &[&str] = &[
    "listing_id",
    "exchange_id",
    "merchant_id",
    "seller_id",
    "seller_nickname",
    "condition",
    "price",
    "availability",
    "max_quantity",
];

/// Those that every record has.
const REQUIRED: &[&str] = &["locale", "asin", "title", "product_group"];

/// Those that do not fit into one cell.
const LISTS: &[&str] = &["similar", "also_viewed", "offers"];

/// The highest price, in minor units: so much that sums over a cart stay exact.
const MAX_PRICE: i64 = 1_000_000_000_000;

/// The highest `max_quantity`. What one request may ask for is a setting, far below.
const MAX_QUANTITY: u32 = 999_999;

const MAX_SALES_RANK: u32 = 1_000_000_000;

const MISSING: &str = "is required, but missing";

/// The product or the list of a record of a format that has one kind of record: a list stands alone in a field `list`.
pub(super) fn record(node: Node<'_>) -> Result<Record, Vec<Problem>> {
    let Value::Table(mut fields) = node.value else { return product(node) };
    if let [Field { name, .. }] = fields.as_slice()
        && name == "list"
        && let Some(field) = fields.pop()
    {
        return list(field.node);
    }
    product(Node { line: node.line, value: Value::Table(fields) })
}

/// The product of a record, or everything that is wrong with it, in the order of lines.
pub(super) fn product(node: Node<'_>) -> Result<Record, Vec<Problem>> {
    let ((product, offer_lines), line) = filled_in(node, "product", product_of)?;
    let mut problems = Vec::new();
    same_listings(&product, &offer_lines, &mut problems);
    if problems.is_empty() { Ok(Record { line, entry: Entry::Product(Box::new(product)) }) } else { Err(problems) }
}

/// The list of a record, or everything that is wrong with it, in the order of lines.
pub(super) fn list(node: Node<'_>) -> Result<Record, Vec<Problem>> {
    let (list, line) = filled_in(node, "list", list::list)?;
    Ok(Record { line, entry: Entry::List(list) })
}

/// What `read` makes of a record, and its line; or everything that is wrong with it, in the order of lines.
fn filled_in<T>(
    node: Node<'_>,
    what: &'static str,
    read: impl FnOnce(Form<'_, '_>) -> Option<T>,
) -> Result<(T, u64), Vec<Problem>> {
    let line = node.line;
    let Value::Table(fields) = node.value else {
        let message = format!("expected a {what}, an object with fields; found {}", node.value);
        return Err(vec![Problem::of_line(line, message)]);
    };
    let mut problems = Vec::new();
    match read(Form { line, prefix: "", what, fields, problems: &mut problems }) {
        Some(entry) if problems.is_empty() => Ok((entry, line)),
        _ => {
            problems.sort_by_key(|problem| problem.line);
            Err(problems)
        }
    }
}

/// What is wrong with the names of a table whose cells are plain texts. Each comes with its line.
pub(super) fn columns(line: u64, names: &[(u64, &str)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, &(line, name)) in names.iter().enumerate() {
        if LISTS.contains(&name) {
            let message = "is a list, which does not fit into a cell; use .jsonl, .json or .toml";
            problems.push(Problem::of_field(line, name, message));
        } else if !PRODUCT.contains(&name) {
            problems.push(unknown(line, "", name, PRODUCT, "column"));
        } else if names[..at].iter().any(|(_, before)| *before == name) {
            problems.push(Problem::of_field(line, name, "occurs twice in the header"));
        }
    }
    for required in REQUIRED {
        if !names.iter().any(|(_, name)| name == required) {
            problems.push(Problem::of_field(line, *required, MISSING));
        }
    }
    problems
}

/// The product of a filled-in form, and the lines on which its offers stand. There may be a product although there are problems.
fn product_of(mut form: Form<'_, '_>) -> Option<(Product, Vec<u64>)> {
    let locale = form.required("locale", locale);
    let asin = form.required("asin", asin);
    let title = form.required("title", filled);
    let product_group = form.required("product_group", filled);
    let price_of_own = form.optional("price", price);
    let availability = form.optional("availability", availability).unwrap_or_default();
    let max_quantity = form.optional("max_quantity", max_quantity).unwrap_or(Product::DEFAULT_MAX_QUANTITY);
    let list_price = form.optional("list_price", price);
    let author = form.described("author");
    let binding = form.described("binding");
    let ean = form.described("ean");
    let upc = form.described("upc");
    let isbn = form.described("isbn");
    let brand = form.described("brand");
    let manufacturer = form.described("manufacturer");
    let release_date = form.optional("release_date", date);
    let sales_rank = form.optional("sales_rank", |value| whole(value, 1, MAX_SALES_RANK));
    let image = form.described("image");
    let keywords = form.described("keywords");
    let browse_node = form.described("browse_node");
    let search_index = form.described("search_index");
    let similar = form.asins("similar");
    let also_viewed = form.asins("also_viewed");
    let (offers, offer_lines) = form.tables("offers", "offer", offer).into_iter().unzip();
    let merchant_id = form.optional("merchant_id", text);
    let seller_id = form.optional("seller_id", text);
    let seller_nickname = form.optional("seller_nickname", text);
    let listing_id = form.optional("listing_id", text);
    form.finish(PRODUCT);
    // Only now, so that every field was looked at before one that is missing ends this.
    let product = Product {
        locale: locale?,
        asin: asin?,
        title: title?,
        product_group: product_group?,
        price: price_of_own,
        availability,
        max_quantity,
        list_price,
        author,
        binding,
        ean,
        upc,
        isbn,
        brand,
        manufacturer,
        release_date,
        sales_rank,
        image,
        keywords,
        browse_node,
        search_index,
        similar,
        also_viewed,
        offers,
        merchant_id,
        seller_id,
        seller_nickname,
        listing_id,
    };
    Some((product, offer_lines))
}

/// Notes offers with the listing id of another one: a cart could not tell them apart.
fn same_listings(product: &Product, lines: &[u64], problems: &mut Vec<Problem>) {
    if product.offers.is_empty() {
        return;
    }
    let mut known: Vec<(ListingId, String)> = vec![(product.own_listing(), "Amazon's own offer".to_owned())];
    for (at, (offer, line)) in product.offers.iter().zip(lines).enumerate() {
        let name = format!("offers[{at}]");
        let listing = offer.listing(product);
        if let Some((_, other)) = known.iter().find(|(before, _)| *before == listing) {
            let message = if offer.listing_id.as_ref().is_some_and(|id| !id.is_empty()) {
                format!("has the same listing_id as {other}")
            } else {
                format!("has the same merchant_id and condition as {other}; give it a listing_id")
            };
            problems.push(Problem::of_field(*line, name, message));
        } else {
            known.push((listing, name));
        }
    }
}

fn offer(mut form: Form<'_, '_>) -> Option<Offer> {
    let merchant_id = form.required("merchant_id", text);
    let seller_nickname = form.required("seller_nickname", text);
    let condition = form.required("condition", filled);
    let price = form.required("price", price);
    let listing_id = form.optional("listing_id", text);
    let exchange_id = form.optional("exchange_id", text);
    let seller_id = form.optional("seller_id", text);
    let availability = form.optional("availability", availability).unwrap_or_default();
    let max_quantity = form.optional("max_quantity", max_quantity).unwrap_or(Product::DEFAULT_MAX_QUANTITY);
    form.finish(OFFER);
    Some(Offer {
        listing_id,
        exchange_id,
        merchant_id: merchant_id?,
        seller_id,
        seller_nickname: seller_nickname?,
        condition: condition?,
        price: price?,
        availability,
        max_quantity,
    })
}

/// A table while its fields are taken out of it one by one. What is left at the end should not be there.
struct Form<'a, 'p> {
    line: u64,
    /// What stands before a field's name in messages: `offers[0].`.
    prefix: &'p str,
    what: &'p str,
    fields: Vec<Field<'a>>,
    problems: &'p mut Vec<Problem>,
}

impl<'a> Form<'a, '_> {
    fn take(&mut self, name: &str) -> Option<Node<'a>> {
        let at = self.fields.iter().position(|field| field.name == name)?;
        Some(self.fields.remove(at).node).filter(|node| !matches!(node.value, Value::Absent))
    }

    fn problem(&mut self, line: u64, field: &str, message: impl Into<String>) {
        self.problems.push(Problem::of_field(line, format!("{}{field}", self.prefix), message));
    }

    /// The field's value, `None` if it is not given. Also `None` after a problem, which is noted.
    fn optional<T>(&mut self, name: &str, read: impl FnOnce(&Value<'a>) -> Result<T, String>) -> Option<T> {
        let Node { line, value } = self.take(name)?;
        read(&value).map_err(|message| self.problem(line, name, message)).ok()
    }

    /// As [`Form::optional`], but the field must be given.
    fn required<T>(&mut self, name: &str, read: impl FnOnce(&Value<'a>) -> Result<T, String>) -> Option<T> {
        if !self.fields.iter().any(|field| field.name == name && !matches!(field.node.value, Value::Absent)) {
            self.take(name);
            self.problem(self.line, name, MISSING);
            return None;
        }
        self.optional(name, read)
    }

    /// A text that describes the product. An empty one says nothing, as an empty cell does: there are no empty elements.
    fn described(&mut self, name: &str) -> Option<String> {
        self.optional(name, text).filter(|text| !text.is_empty())
    }

    /// The nodes of a list, none if it is not given.
    fn list(&mut self, name: &str, of: &str) -> Vec<Node<'a>> {
        match self.take(name) {
            None => Vec::new(),
            Some(Node { value: Value::List(nodes), .. }) => nodes,
            Some(Node { line, value }) => {
                self.problem(line, name, format!("expected a list of {of}, found {value}"));
                Vec::new()
            }
        }
    }

    fn asins(&mut self, name: &str) -> Vec<Asin> {
        let nodes = self.list(name, "ASINs");
        let mut asins = Vec::with_capacity(nodes.len());
        for (at, Node { line, value }) in nodes.into_iter().enumerate() {
            match asin(&value) {
                Ok(asin) => asins.push(asin),
                Err(message) => self.problem(line, &format!("{name}[{at}]"), message),
            }
        }
        asins
    }

    /// What `read` makes of each table of a list, with its line; without those that have problems. `what` is one of them.
    fn tables<T>(&mut self, name: &str, what: &'static str, read: fn(Form<'_, '_>) -> Option<T>) -> Vec<(T, u64)> {
        let nodes = self.list(name, name);
        let mut tables = Vec::with_capacity(nodes.len());
        for (at, Node { line, value }) in nodes.into_iter().enumerate() {
            let name = format!("{name}[{at}]");
            let Value::Table(fields) = value else {
                self.problem(line, &name, format!("expected an {what}, an object with fields; found {value}"));
                continue;
            };
            let prefix = format!("{name}.");
            let form = Form { line, prefix: &prefix, what, fields, problems: &mut *self.problems };
            tables.extend(read(form).map(|entry| (entry, line)));
        }
        tables
    }

    /// Notes what should not be there.
    fn finish(self, known: &[&str]) {
        for Field { name, node } in self.fields {
            let problem = if known.contains(&name.as_ref()) {
                Problem::of_field(
                    node.line,
                    format!("{}{name}", self.prefix),
                    format!("occurs twice in this {}", self.what),
                )
            } else {
                unknown(node.line, self.prefix, &name, known, "field")
            };
            self.problems.push(problem);
        }
    }
}

fn unknown(line: u64, prefix: &str, name: &str, known: &[&str], kind: &str) -> Problem {
    let hint = nearest(name, known.iter().copied()).map_or_else(String::new, |near| format!("; did you mean {near}?"));
    Problem::of_field(line, format!("{prefix}{}", shown_name(name)), format!("unknown {kind}{hint}"))
}

fn text(value: &Value<'_>) -> Result<String, String> {
    let text = match value {
        Value::Text(text) | Value::Cell(text) => text,
        Value::Integer(_) => return Err(format!("expected a text, found {value}; put it into quotes")),
        _ => return Err(format!("expected a text, found {value}")),
    };
    match text.chars().find(|c| !is_xml(*c)) {
        Some(c) => Err(format!("has the character U+{:04X}, which XML cannot carry", u32::from(c))),
        None => Ok(text.clone().into_owned()),
    }
}

/// Whether XML 1.0 can carry the character, escaped or not.
const fn is_xml(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

fn filled(value: &Value<'_>) -> Result<String, String> {
    let text = text(value)?;
    if text.trim().is_empty() { Err("is empty".to_owned()) } else { Ok(text) }
}

fn locale(value: &Value<'_>) -> Result<Locale, String> {
    let text = text(value)?;
    Locale::from_str(&text).map_err(|_| UnknownLocale(shortened(&text).into_owned()).to_string())
}

fn asin(value: &Value<'_>) -> Result<Asin, String> {
    let text = text(value)?;
    text.parse().map_err(|_| format!("{} is no ASIN: 10 characters of A-Z and 0-9", quoted(&text)))
}

fn availability(value: &Value<'_>) -> Result<Availability, String> {
    let text = text(value)?;
    let known = Availability::ALL.map(Availability::name);
    Availability::ALL.into_iter().find(|availability| availability.name() == text).ok_or_else(|| {
        let hint = nearest(&text, known).map_or_else(String::new, |near| format!("; did you mean {near}?"));
        format!("{} is no availability; known ones are {}{hint}", quoted(&text), known.join(", "))
    })
}

fn date(value: &Value<'_>) -> Result<Date, String> {
    // TOML has dates of its own, which stand without quotes.
    let text = match value {
        Value::Text(text) | Value::Cell(text) | Value::Bare(text) => text.as_ref(),
        _ => return Err(format!("expected a date as YYYY-MM-DD, found {value}")),
    };
    let shape = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    match text.parse() {
        Ok(date) if shape => Ok(date),
        Err(_) if shape => Err(format!("{value} is no day of the calendar")),
        _ => Err(format!("expected a date as YYYY-MM-DD, found {value}")),
    }
}

/// `hint` follows the message about a value that is no integer.
fn integer(value: &Value<'_>, hint: &str) -> Result<i64, String> {
    let spelt = match value {
        Value::Integer(number) => return Ok(*number),
        Value::Cell(text) | Value::Bare(text) => text.as_ref(),
        _ => "",
    };
    let digits = spelt.strip_prefix('-').unwrap_or(spelt);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("expected an integer, found {value}{hint}"));
    }
    // Digits alone do not fit for one reason only.
    let excess = if digits == spelt { "too large" } else { "negative" };
    spelt.parse().map_err(|_| format!("{value} is {excess}"))
}

fn whole(value: &Value<'_>, least: u32, most: u32) -> Result<u32, String> {
    let number = integer(value, "")?;
    match u32::try_from(number) {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("{number} is out of range; it goes from {least} to {most}")),
    }
}

fn max_quantity(value: &Value<'_>) -> Result<u32, String> {
    whole(value, 1, MAX_QUANTITY)
}

fn price(value: &Value<'_>) -> Result<i64, String> {
    match integer(value, "; prices are whole minor units (cents, pence, yen)")? {
        negative if negative < 0 => Err(format!("{negative} is negative")),
        high if high > MAX_PRICE => Err(format!("{high} is more than {MAX_PRICE}, the highest price")),
        price => Ok(price),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The names of the fields that serde gives to a value.
    fn names(value: &impl serde::Serialize) -> BTreeSet<String> {
        serde_json::to_value(value).unwrap().as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn every_field_of_a_product_and_an_offer_can_be_given() {
        let (asin, text) = ("B000000001".parse().unwrap(), Some("x".to_owned()));
        let offer = Offer {
            listing_id: text.clone(),
            exchange_id: text.clone(),
            merchant_id: "x".to_owned(),
            seller_id: text.clone(),
            seller_nickname: "x".to_owned(),
            condition: "New".to_owned(),
            price: 1,
            availability: Availability::Ineligible,
            max_quantity: 1,
        };
        let product = Product {
            locale: Locale::Us,
            asin,
            title: "x".to_owned(),
            product_group: "x".to_owned(),
            price: Some(1),
            availability: Availability::Ineligible,
            max_quantity: 1,
            list_price: Some(1),
            author: text.clone(),
            binding: text.clone(),
            ean: text.clone(),
            upc: text.clone(),
            isbn: text.clone(),
            brand: text.clone(),
            manufacturer: text.clone(),
            release_date: Some(Date::constant(2005, 1, 1)),
            sales_rank: Some(1),
            image: text.clone(),
            keywords: text.clone(),
            browse_node: text.clone(),
            search_index: text.clone(),
            similar: vec![asin],
            also_viewed: vec![asin],
            offers: vec![offer.clone()],
            merchant_id: text.clone(),
            seller_id: text.clone(),
            seller_nickname: text.clone(),
            listing_id: text,
        };
        assert_eq!(names(&product), PRODUCT.iter().map(ToString::to_string).collect());
        assert_eq!(names(&offer), OFFER.iter().map(ToString::to_string).collect());
        assert!(LISTS.iter().chain(REQUIRED).all(|name| PRODUCT.contains(name)));
    }

    #[test]
    fn only_characters_that_xml_can_carry_get_in() {
        for c in
            ('\0'..=' ').chain(['ä', '\u{7F}', '\u{D7FF}', '\u{E000}', '\u{FFFD}', '\u{FFFE}', '\u{FFFF}', '\u{10000}'])
        {
            let carried = matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
            assert_eq!(is_xml(c), carried, "{c:?}");
        }
    }

    #[test]
    fn availabilities_are_spelt_as_the_stored_document_spells_them() {
        for availability in Availability::ALL {
            assert_eq!(serde_json::to_value(availability).unwrap(), availability.name());
        }
    }
}
