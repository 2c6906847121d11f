//! How the values of the domain look in the OpenAPI document; they must not know of it themselves.

use crate::cart::{Asin, CartId, Locale};
use crate::catalog::Product;
use std::borrow::Cow;
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
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

/// Fields of a product, to be changed by a merge patch: any, and null for those that shall not be given any more.
pub(super) struct ProductPatch;

impl PartialSchema for ProductPatch {
    fn schema() -> RefOr<Schema> {
        let mut schema = Product::schema();
        if let RefOr::T(Schema::Object(product)) = &mut schema {
            product.required.clear();
            product.description = Some("Fields of a product; null takes one away".to_owned());
        }
        schema
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

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).description(Some(description))
}
