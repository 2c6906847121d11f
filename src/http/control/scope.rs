//! What a path is about: the account, and the product, the cart, the rule or the snapshot. Must not know what is done with it.

use super::problem::Problem;
use super::query::Query;
use crate::app::App;
use crate::cart::{Asin, CartId, Locale};
use crate::controls::{Controls, check_key};
use crate::state::SnapshotName;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::sync::Arc;
use utoipa::IntoParams;

/// The access key that a path is about; empty at the root, which is about the server.
pub(super) struct Account(pub(super) String);

/// What can be done to whom a path is about: an access key, or, at the root, the server.
pub(super) struct Meant(pub(super) Controls);

/// The same where a query says nothing, and so must be empty.
pub(super) struct Plain(pub(super) Controls);

/// The product that a path is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Key {
    /// The site that lists it.
    pub(super) locale: Locale,
    /// Its number there.
    pub(super) asin: Asin,
}

/// The cart that a path is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CartKey {
    /// Its number.
    pub(super) cart_id: CartId,
}

/// The fault rule that a path is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct FaultId {
    /// The rule's id.
    pub(super) id: String,
}

/// The snapshot that a path is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct SnapshotKey {
    /// Up to 64 letters, digits, dots, dashes and underscores.
    #[param(pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    pub(super) name: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Account {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = decoded(parts, state).await?;
        let account = match value(&params, "key") {
            // The empty name is the baseline's, which stands at the root.
            Some("") => return Err(Problem::new(StatusCode::NOT_FOUND, "the path names no access key")),
            named => named.unwrap_or_default(),
        };
        check_key(account).map_err(|error| Problem::bad_request(error.to_string()))?;
        Ok(Self(account.to_owned()))
    }
}

impl FromRequestParts<Arc<App>> for Meant {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Account(account) = Account::from_request_parts(parts, app).await?;
        Ok(Self(Controls::of(app, &account)))
    }
}

impl FromRequestParts<Arc<App>> for Plain {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Meant(controls) = Meant::from_request_parts(parts, app).await?;
        Query::read(parts.uri.query(), &[])?;
        Ok(Self(controls))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = decoded(parts, state).await?;
        let text = |name| value(&params, name).unwrap_or_default();
        let not_found = |detail: String| Problem::new(StatusCode::NOT_FOUND, detail);
        Ok(Self {
            locale: text("locale").parse().map_err(|error| not_found(format!("{error}")))?,
            asin: text("asin")
                .parse()
                .map_err(|_| not_found(format!("{:?} is no ASIN: 10 characters of A-Z and 0-9", text("asin"))))?,
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CartKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = decoded(parts, state).await?;
        let text = value(&params, "cart_id").unwrap_or_default();
        let cart_id =
            text.parse().map_err(|_| Problem::new(StatusCode::NOT_FOUND, format!("{text:?} is no CartId")))?;
        Ok(Self { cart_id })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for FaultId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = decoded(parts, state).await?;
        Ok(Self { id: value(&params, "id").unwrap_or_default().to_owned() })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SnapshotKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = decoded(parts, state).await?;
        let name: SnapshotName = value(&params, "name")
            .unwrap_or_default()
            .parse()
            .map_err(|error| Problem::bad_request(format!("{error}")))?;
        Ok(Self { name: name.as_str().to_owned() })
    }
}

/// What is in the path.
pub(super) async fn decoded<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<RawPathParams, Problem> {
    RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| Problem::bad_request("the path is not valid UTF-8 once it is decoded"))
}

/// A part of it.
pub(super) fn value<'a>(params: &'a RawPathParams, name: &str) -> Option<&'a str> {
    params.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}
