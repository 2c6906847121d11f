//! The query of a request: each parameter once, and none that does nothing. Must not know what the parameters mean.

use super::problem::Problem;
use crate::nearest::nearest;
use crate::protocol::{Params, read_params};
use std::fmt::Display;
use std::str::FromStr;

/// The parameters of a request.
pub(super) struct Query<'a>(Params<'a>);

impl<'a> Query<'a> {
    /// Reads `raw`; refuses parameters that are not `known`, and those that are given twice.
    pub(super) fn read(raw: Option<&'a str>, known: &[&str]) -> Result<Self, Problem> {
        let mut params = Params::default();
        read_params(raw.unwrap_or_default().as_bytes(), &mut params);
        for (at, param) in params.iter().enumerate() {
            let name = param.name.as_ref();
            if !known.contains(&name) {
                let hint = match nearest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean {near}?"),
                    None if known.is_empty() => "there is none here".to_owned(),
                    None => format!("known ones are {}", known.join(", ")),
                };
                return Err(Problem::bad_request(format!("unknown parameter {name:?}; {hint}")));
            }
            if params.iter().take(at).any(|before| before.name == name) {
                return Err(Problem::bad_request(format!("the parameter {name} is given twice")));
            }
        }
        Ok(Self(params))
    }

    /// A parameter's value as its type reads it.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, Problem> {
        let Some(text) = self.0.get(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|error| Problem::bad_request(format!("{name}: {error}")))
    }
}
