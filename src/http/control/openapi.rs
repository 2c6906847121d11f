//! `/openapi.json`: the API's own description, made from the routes and types when it is asked for. Must not know what any of
//! them does.

use super::problem::{Document, MEDIA_TYPE};
use super::query::Query;
use super::{PREFIX, Problem, body, schema, v1};
use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Content, ContentBuilder, InfoBuilder, License, ObjectBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder,
    Server, Type,
};
use utoipa::{PartialSchema as _, ToSchema as _};

/// Behind this path the rest is about one access key.
pub(super) const ACCOUNT: &str = "/accounts/{key}";

/// The name of the token in the document.
const TOKEN: &str = "token";

/// Answers the OpenAPI document of this API.
#[utoipa::path(get, path = "/openapi.json", tag = "openapi", responses(
    (status = 200, description = "The document", body = Object, content_type = "application/json"),
))]
pub(super) async fn show(RawQuery(query): RawQuery) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, body::JSON)], Body::from(json())).into_response())
}

/// The document, as it is served and printed.
pub(crate) fn json() -> String {
    document().to_json().expect("a document of texts and lists of them is always JSON")
}

/// What the routes say of themselves, and what holds for all of them.
fn document() -> OpenApi {
    let mut document = v1().into_openapi();
    document.info = InfoBuilder::new()
        .title("The control API of Cartwright")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "How a test or an operator looks into the server and changes it while it runs. Every path stands at the \
             root, where it means the server, and under /accounts/{key}, where it means one access key.",
        ))
        .license(Some(License::new(env!("CARGO_PKG_LICENSE"))))
        .build();
    document.servers = Some(vec![Server::new(format!("{PREFIX}/v1"))]);
    // The empty one: a server may have no token.
    document.security = Some(vec![SecurityRequirement::default(), SecurityRequirement::new(TOKEN, [""; 0])]);
    let components = document.components.get_or_insert_default();
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The setting control_token"));
    components.security_schemes.insert(TOKEN.to_owned(), RefOr::T(SecurityScheme::Http(token.build())));
    components.schemas.insert(Document::name().into_owned(), Document::schema());
    schema::shorten_lists(&mut components.schemas);
    schema::tell_texts(&mut components.schemas);
    schema::close(&mut components.schemas);
    let mut parts = Vec::new();
    Document::schemas(&mut parts);
    components.schemas.extend(parts);
    for (path, item) in &mut document.paths.paths {
        // What stands under an account stands at the root too; the account itself does not.
        let of_account = path.strip_prefix(ACCOUNT).map(|rest| rest.starts_with('/'));
        for operation in operations(item) {
            complete(operation, of_account);
        }
    }
    document
}

/// All that can be done at a path.
fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// What an operation does not say itself: how its failures look, that it is of an account, and a name that no other has.
/// `of_account` is whether that stands at the root too, for what is of an account.
fn complete(operation: &mut Operation, of_account: Option<bool>) {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Document::name()))).build();
    let failure = ResponseBuilder::new().description("Why there is no other answer").content(MEDIA_TYPE, content);
    operation.responses.responses.insert("default".to_owned(), RefOr::T(failure.build()));
    let part = operation.tags.iter().flatten().next().cloned().unwrap_or_default();
    let verb = operation.operation_id.take().unwrap_or_default();
    let owner = if of_account == Some(true) { "account_" } else { "" };
    operation.operation_id = Some(format!("{owner}{part}_{verb}"));
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        for content in body.content.values_mut() {
            if let RefOr::T(Content { schema: Some(schema), .. }) = content {
                schema::not_null(schema);
            }
        }
    }
    if of_account.is_some() {
        let shape = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r"^[^\u0000-\u001F\u007F-\u009F]+$"))
            .max_length(Some(crate::controls::MAX_KEY));
        let key = ParameterBuilder::new()
            .name("key")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some("An access key"))
            .schema(Some(shape));
        operation.parameters.get_or_insert_default().insert(0, RefOr::T(key.build()));
    }
}
