//! How the values of fault rules and of the journal look in the OpenAPI document; they must not know of it themselves.

use crate::faults::{ByteCount, ByteRate, CallRate, ErrorCode, Preset, Probability, Status, Target, Wait, Yes};
use crate::journal::{Transport, Verdict};
use std::borrow::Cow;
use utoipa::openapi::schema::{AnyOfBuilder, SchemaType};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// From when on requests are looked for; the journal reads it.
pub(super) struct Since;

/// Says how a type looks, and under which name.
macro_rules! look {
    ($($type:ty as $name:literal = $schema:expr;)*) => { $(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                $name.into()
            }
        }
    )* };
}

look! {
    Wait as "Wait" = a(Type::String, "A time of five minutes at most: `200ms`, `2s`, `1m30s`")
        .pattern(Some("^([0-9]{1,6}(ms|s|m))+$"));
    CallRate as "CallRate" = a(Type::String, "Calls in a second, minute or hour: `1/s`, `100/m`, `2000/h`")
        .pattern(Some("^[1-9][0-9]{0,8}/[smh]$"));
    ByteRate as "ByteRate" = a(Type::String, "Bytes in a second: `10B/s`, `2KiB/s`, `1MiB/s`")
        .pattern(Some("^[1-9][0-9]{0,2}(B|KiB|MiB)/s$"));
    ByteCount as "ByteCount" = a(Type::Integer, "So many bytes").minimum(Some(0)).maximum(Some(u32::MAX));
    ErrorCode as "ErrorCode" = a(Type::String, "A code of the service")
        .enum_values(Some(Self::ALL.iter().map(|code| code.name())));
    Target as "OperationOrPage" = a(Type::String, "An operation, or a page of the purchase hand-off")
        .enum_values(Some(Self::all().map(Self::name)));
    Preset as "PresetName" = a(Type::String, "The name of a rule").enum_values(Some(Self::all().map(Self::name)));
    Status as "FaultStatus" = a(Type::Integer, "An HTTP status").minimum(Some(400)).maximum(Some(599));
    Probability as "Probability" = a(Type::Number, "More than never, and at most always")
        .exclusive_minimum(Some(0.0)).maximum(Some(1.0));
    Verdict as "SignatureVerdict" = a(Type::String, "What came of a signature")
        .enum_values(Some(Self::ALL.map(Self::name)));
    Transport as "Transport" = a(Type::String, "How a request came; `none` at a path that nothing stands at")
        .enum_values(Some(Self::ALL.map(Self::name)));
    Since as "Since" = AnyOfBuilder::new()
        .description(Some("A moment, or the id of an entry"))
        .item(a(Type::String, "From this moment on").format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))))
        .item(a(Type::String, "Behind the entry with this id").pattern(Some("^[0-9]{1,18}$")));
    Yes as "Yes" = a(Type::Boolean, "True").enum_values(Some([true]));
}

fn a(kind: Type, description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(kind)).description(Some(description))
}
