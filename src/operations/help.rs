//! Help: what operations and response groups there are.

use super::{Context, Outcome, Shown};
use crate::protocol::{LookupError, help};

pub(super) fn run(context: &Context<'_>, about: &str, of_operation: bool) -> Outcome {
    if let Some(information) = help(about, of_operation, context.version, context.caller.locale) {
        Outcome::with(Vec::new(), Shown::Information(information))
    } else {
        let error = LookupError::NoSuch { name: "About", value: about.to_owned() };
        Outcome::with(vec![error.into()], Shown::Nothing)
    }
}
