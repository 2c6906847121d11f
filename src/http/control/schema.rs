//! How the values of the domain look in the OpenAPI document; they must not know of it themselves.

use crate::cart::{Area, Asin, CartId, Locale};
use crate::catalog::{Offer, Product};
use std::borrow::Cow;
use std::collections::BTreeMap;
use utoipa::openapi::schema::{AdditionalProperties, SchemaType};
use utoipa::openapi::{Array, Object, ObjectBuilder, OneOf, Ref, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

impl PartialSchema for Locale {
    fn schema() -> RefOr<Schema> {
        let names = Self::ALL.into_iter().map(Self::name);
        text("One of Amazon's sites").enum_values(Some(names)).into()
    }
}

impl ToSchema for Locale {
    fn name() -> Cow<'static, str> {
        "Locale".into()
    }
}

impl PartialSchema for Asin {
    fn schema() -> RefOr<Schema> {
        text("The number of a product on a site").pattern(Some("^[A-Z0-9]{10}$")).into()
    }
}

impl ToSchema for Asin {
    fn name() -> Cow<'static, str> {
        "Asin".into()
    }
}

impl PartialSchema for CartId {
    fn schema() -> RefOr<Schema> {
        text("The number of a cart").pattern(Some("^[0-9]{3}-[0-9]{7}-[0-9]{7}$")).into()
    }
}

impl ToSchema for CartId {
    fn name() -> Cow<'static, str> {
        "CartId".into()
    }
}

impl PartialSchema for Area {
    fn schema() -> RefOr<Schema> {
        text("One of the two areas of a cart").enum_values(Some(["active", "saved"])).into()
    }
}

impl ToSchema for Area {
    fn name() -> Cow<'static, str> {
        "Area".into()
    }
}

/// A product whose path says which it is: its record need not.
pub(super) struct ProductRecord;

impl PartialSchema for ProductRecord {
    fn schema() -> RefOr<Schema> {
        product("A product as a seed file describes it; what the path says may be left out", |name| {
            !["locale", "asin"].contains(&name)
        })
    }
}

impl ToSchema for ProductRecord {
    fn name() -> Cow<'static, str> {
        "ProductRecord".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Product::schemas(schemas);
    }
}

/// Fields of a product, to be changed by a merge patch: any, and null for those that shall not be given any more.
pub(super) struct ProductPatch;

impl PartialSchema for ProductPatch {
    fn schema() -> RefOr<Schema> {
        product("Fields of a product; null takes one away", |_| false)
    }
}

impl ToSchema for ProductPatch {
    fn name() -> Cow<'static, str> {
        "ProductPatch".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Product::schemas(schemas);
    }
}

/// A product of which other fields are required, and of which the key may be null, which says nothing.
fn product(description: &str, required: impl Fn(&str) -> bool) -> RefOr<Schema> {
    let mut schema = Product::schema();
    if let RefOr::T(Schema::Object(product)) = &mut schema {
        product.required.retain(|name| required(name));
        for key in ["locale", "asin"] {
            if let Some(field) = product.properties.get_mut(key) {
                let null = ObjectBuilder::new().schema_type(SchemaType::new(Type::Null));
                let either = OneOf { items: vec![null.into(), field.clone()], ..OneOf::default() };
                *field = RefOr::T(Schema::OneOf(either));
            }
        }
        product.description = Some(description.to_owned());
    }
    schema
}

/// A body that may be left out (an `Option`) is not therefore `null`.
pub(super) fn not_null(schema: &mut RefOr<Schema>) {
    let null = RefOr::T(ObjectBuilder::new().schema_type(SchemaType::new(Type::Null)).into());
    match schema {
        RefOr::T(Schema::OneOf(either)) => {
            either.items.retain(|item| *item != null);
            if either.items.len() == 1 {
                *schema = either.items.remove(0);
            }
        }
        RefOr::T(Schema::Array(Array { schema_type, .. }) | Schema::Object(Object { schema_type, .. })) => {
            if let SchemaType::Array(types) = schema_type {
                types.retain(|of| *of != Type::Null);
            }
        }
        _ => {}
    }
}

/// What a list has is told where it is told alone; what is derived says it once more.
pub(super) fn shorten_lists(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    for (name, schema) in schemas {
        if let (Some(item), RefOr::T(Schema::Object(list))) = (name.strip_prefix("Listing_"), schema) {
            list.properties.insert("items".to_owned(), Array::new(Ref::from_schema_name(item)).into());
        }
    }
}

/// Says of what is read without being derived that it has no other fields: one of several objects each, and an expectation, which
/// has its own fields beside those of the criteria.
pub(super) fn close(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let closed = || Some(Box::new(AdditionalProperties::FreeForm(false)));
    for name in ["FaultAction", "Latency", "ExpectedTimes"] {
        let Some(RefOr::T(Schema::OneOf(either))) = schemas.get_mut(name) else { continue };
        for item in &mut either.items {
            if let RefOr::T(Schema::Object(object)) = item {
                object.additional_properties = closed();
            }
        }
    }
    let Some(RefOr::T(Schema::Object(mut criteria))) = schemas.remove("RequestCriteria") else { return };
    if let Some(RefOr::T(Schema::AllOf(parts))) = schemas.get("Expectation") {
        let own =
            parts.items.iter().find_map(|part| if let RefOr::T(Schema::Object(own)) = part { Some(own) } else { None });
        if let Some(mut own) = own.cloned() {
            own.description.clone_from(&parts.description);
            // A step of an order has these as well.
            let parameters = own.properties.get("parameters").map(|field| ("parameters".to_owned(), field.clone()));
            criteria.properties.extend(parameters);
            own.properties.extend(criteria.properties.clone());
            own.additional_properties = closed();
            schemas.insert("Expectation".to_owned(), RefOr::T(Schema::Object(own)));
        }
    }
    criteria.additional_properties = closed();
    schemas.insert("RequestCriteria".to_owned(), RefOr::T(Schema::Object(criteria)));
}

/// Says of the texts of records what they may hold: what XML can carry, and those that must not be empty more than blanks.
pub(super) fn tell_texts(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    const TEXT: &str = r"[^\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]*";
    const VISIBLE: &str = r"[^\u0000-\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFFFE\uFFFF]";
    let text = SchemaType::new(Type::String);
    let text_or_null = SchemaType::from_iter([Type::String, Type::Null]);
    for name in [Product::name(), Offer::name(), ProductRecord::name(), ProductPatch::name()] {
        let Some(RefOr::T(Schema::Object(record))) = schemas.get_mut(name.as_ref()) else { continue };
        for field in record.properties.values_mut() {
            let RefOr::T(Schema::Object(field)) = field else { continue };
            if field.format.is_none() && (field.schema_type == text || field.schema_type == text_or_null) {
                let filled = field.min_length.is_some();
                field.pattern = Some(if filled { format!("^{TEXT}{VISIBLE}{TEXT}$") } else { format!("^{TEXT}$") });
            }
        }
    }
}

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).description(Some(description))
}
