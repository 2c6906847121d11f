//! The fields of a list and of its items.

use super::{Form, MAX_QUANTITY, asin, date, filled, locale, whole};
use crate::catalog::seed::node::{Problem, Value, quoted};
use crate::catalog::{ListItem, ListType, ProductList};
use crate::nearest::nearest;

/// The fields of a list.
const LIST: &[&str] =
    &["locale", "id", "type", "name", "customer_name", "comment", "date_created", "occasion_date", "items"];

/// The fields of one of `items`.
const ITEM: &[&str] = &["id", "asin", "quantity_desired", "quantity_received", "date_added", "comment"];

/// The list of a filled-in form. There may be one although there are problems.
pub(super) fn list(mut form: Form<'_, '_>) -> Option<ProductList> {
    let locale = form.required("locale", locale);
    let id = form.required("id", filled);
    let list_type = form.required("type", list_type);
    let name = form.required("name", filled);
    let customer_name = form.described("customer_name");
    let comment = form.described("comment");
    let date_created = form.optional("date_created", date);
    let occasion_date = form.optional("occasion_date", date);
    let items = form.tables("items", "item", item);
    for (at, (item, line)) in items.iter().enumerate() {
        if let Some(before) = items[..at].iter().position(|(before, _)| before.id == item.id) {
            form.problems.push(Problem::of_field(
                *line,
                format!("items[{at}]"),
                format!("has the same id as items[{before}]"),
            ));
        }
    }
    form.finish(LIST);
    Some(ProductList {
        locale: locale?,
        id: id?,
        list_type: list_type?,
        name: name?,
        customer_name,
        comment,
        date_created,
        occasion_date,
        items: items.into_iter().map(|(item, _)| item).collect(),
    })
}

fn item(mut form: Form<'_, '_>) -> Option<ListItem> {
    let id = form.required("id", filled);
    let asin = form.required("asin", asin);
    let quantity_desired = form.optional("quantity_desired", |value| whole(value, 1, MAX_QUANTITY)).unwrap_or(1);
    let quantity_received = form.optional("quantity_received", |value| whole(value, 0, MAX_QUANTITY)).unwrap_or(0);
    let date_added = form.optional("date_added", date);
    let comment = form.described("comment");
    form.finish(ITEM);
    Some(ListItem { id: id?, asin: asin?, quantity_desired, quantity_received, date_added, comment })
}

fn list_type(value: &Value<'_>) -> Result<ListType, String> {
    let text = super::text(value)?;
    let known = ListType::ALL.map(ListType::name);
    ListType::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
        let hint = nearest(&text, known).map_or_else(String::new, |near| format!("; did you mean {near}?"));
        format!("{} is no type of list; known ones are {}{hint}", quoted(&text), known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::Locale;
    use std::collections::BTreeSet;

    #[test]
    fn every_field_of_a_list_and_an_item_can_be_given() {
        let names = |value: serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        let known = |fields: &[&str]| fields.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        let (text, day) = (Some("x".to_owned()), Some(jiff::civil::Date::constant(2005, 1, 1)));
        let item = ListItem {
            id: "x".to_owned(),
            asin: "B000000001".parse().unwrap(),
            quantity_desired: 2,
            quantity_received: 1,
            date_added: day,
            comment: text.clone(),
        };
        assert_eq!(names(serde_json::to_value(&item).unwrap()), known(ITEM));
        let list = ProductList {
            locale: Locale::Us,
            id: "x".to_owned(),
            list_type: ListType::WishList,
            name: "x".to_owned(),
            customer_name: text.clone(),
            comment: text,
            date_created: day,
            occasion_date: day,
            items: vec![item],
        };
        assert_eq!(names(serde_json::to_value(&list).unwrap()), known(LIST));
    }

    #[test]
    fn types_are_spelt_as_the_stored_document_spells_them() {
        for kind in ListType::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
