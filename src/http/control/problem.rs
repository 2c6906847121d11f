//! What went wrong, as `application/problem+json` (RFC 9457). Must not know what was asked.

use crate::catalog::seed;
use crate::store::{ListingTaken, LoadError, MAX_SEED_ERRORS, StoreError};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The name of a problem's document.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// An answer that says why there is no other.
#[derive(Debug)]
pub(super) struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    detail: String,
    errors: Vec<Fault>,
    header: Option<(HeaderName, HeaderValue)>,
}

/// What is wrong with one record of a body.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecordFault)] // a rule of the fault injection has the name otherwise
struct Fault {
    /// Counted from 1.
    line: u64,
    /// Dotted: `offers[0].price`. Absent when the line as a whole is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    field: Option<String>,
    message: String,
}

/// Why there is no other answer (RFC 9457).
// In this order.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Document<'a> {
    /// `about:blank`: the status says what kind of problem it is.
    r#type: &'static str,
    /// What the status means.
    title: &'a str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// A sentence for whoever made the request.
    detail: &'a str,
    /// What is wrong with the records of the body.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [Fault],
}

impl Problem {
    /// `detail` is a sentence for whoever made the request.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts { status, detail: detail.into(), errors: Vec::new(), header: None }))
    }

    /// A request that cannot be meant.
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// Records of a body are at fault, and none of them was written. The first [`MAX_SEED_ERRORS`] faults are told.
    pub(super) fn of_records(status: StatusCode, problems: Vec<seed::Problem>) -> Self {
        let found = match problems.len() {
            1 => "1 error".to_owned(),
            few if few < MAX_SEED_ERRORS => format!("{few} errors"),
            _ => format!("{MAX_SEED_ERRORS} errors or more"),
        };
        let errors = problems.into_iter().take(MAX_SEED_ERRORS).map(Fault::from).collect();
        let Self(parts) = Self::new(status, format!("{found}; nothing was written"));
        Self(Box::new(Parts { errors, ..*parts }))
    }

    /// A record on this line cannot be written beside another that is there.
    pub(super) fn of_conflict(taken: &ListingTaken, line: u64) -> Self {
        let problem = seed::Problem::of_field(line, "listing_id", taken.to_string());
        Self::of_records(StatusCode::CONFLICT, vec![problem])
    }

    /// The problem with a header.
    pub(super) fn with(self, name: HeaderName, value: HeaderValue) -> Self {
        Self(Box::new(Parts { header: Some((name, value)), ..*self.0 }))
    }
}

impl From<seed::Problem> for Fault {
    fn from(problem: seed::Problem) -> Self {
        let seed::Problem { line, field, message } = problem;
        Self { line, field, message }
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        match error {
            // The files are the server's; whoever asks is told all the same, since he is the operator.
            LoadError::Seed(errors) => {
                let list: Vec<String> = errors.iter().map(ToString::to_string).collect();
                Self::new(StatusCode::CONFLICT, format!("the seed files cannot be loaded: {}", list.join("; ")))
            }
            LoadError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "more changes wait for the database than may wait (write_queue); try again",
            )
            .with(header::RETRY_AFTER, HeaderValue::from_static("1")),
            StoreError::Locked(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "another program keeps the database locked")
                    .with(header::RETRY_AFTER, HeaderValue::from_static("1"))
            }
            StoreError::TooSlow => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer in time; what was to be changed may be changed all the same",
            ),
            StoreError::Closed => Self::new(StatusCode::SERVICE_UNAVAILABLE, "the server is stopping"),
            error => {
                tracing::error!(%error, "a request of the control API failed");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the database failed; the server's log says how")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Parts { status, detail, errors, header } = *self.0;
        let document = Document {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: &detail,
            errors: &errors,
        };
        let body = serde_json::to_vec(&document).expect("texts and numbers are always JSON");
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        if let Some((name, value)) = header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_is_at_fault_in_two_ways_and_neither_tells_its_secrets() {
        let failed = StoreError::Inconsistent { table: "carts", row: "secret".to_owned(), what: String::new() };
        for (error, status, retry) in
            [(StoreError::Busy, 503, Some("1")), (StoreError::Closed, 503, None), (failed, 500, None)]
        {
            let problem = Problem::from(error);
            assert!(!problem.0.detail.contains("secret"));
            let response = problem.into_response();
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap()), retry);
        }
    }
}
