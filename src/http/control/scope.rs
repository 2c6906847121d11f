//! What a path is about: the account, and the product, the cart, the rule or the snapshot. Must not know what is done with it.

use super::problem::Problem;
use crate::cart::{Asin, CartId, Locale};
use crate::store::{Site, Whose};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::str::FromStr;
use utoipa::IntoParams;

/// The longest access key, in characters. Amazon's have 20.
pub(super) const MAX_KEY: usize = 128;

/// Whose part of the server a path is about.
pub(super) struct Scope {
    /// The access key; empty at the root, which is about the server.
    pub(super) account: String,
}

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
    #[param(value_type = String, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    pub(super) name: SnapshotName,
}

/// The name of a snapshot.
pub(super) struct SnapshotName(String);

impl SnapshotName {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SnapshotName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shaped = text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.len() <= 64
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        let name = shaped.then(|| Self(text.to_owned()));
        name.ok_or("the name of a snapshot has up to 64 letters, digits, dots, dashes and underscores")
    }
}

impl Scope {
    /// The account, or the server.
    pub(super) fn whose(&self) -> Whose {
        if self.account.is_empty() { Whose::Server } else { Whose::Account(self.account.clone()) }
    }

    /// The account; `None` at the root, which is about all of them.
    pub(super) fn of_account(&self) -> Option<&str> {
        Some(self.account.as_str()).filter(|account| !account.is_empty())
    }

    /// The catalogue of this account in a locale.
    pub(super) fn site(&self, locale: Locale) -> Site<'_> {
        Site { locale, account: &self.account }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Scope {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = decoded(parts, state).await?;
        let account = match value(&params, "key") {
            // The empty name is the baseline's, which stands at the root.
            Some("") => return Err(Problem::new(StatusCode::NOT_FOUND, "the path names no access key")),
            named => named.unwrap_or_default(),
        };
        if account.chars().count() > MAX_KEY || account.contains(char::is_control) {
            return Err(Problem::bad_request(format!(
                "an access key has {MAX_KEY} characters at most, and no control characters"
            )));
        }
        Ok(Self { account: account.to_owned() })
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
        let name = value(&params, "name").unwrap_or_default().parse().map_err(Problem::bad_request)?;
        Ok(Self { name })
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
