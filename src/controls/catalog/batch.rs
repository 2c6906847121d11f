//! Records that are written together, each product once. Must not know where they come from.

use crate::cart::{Asin, Locale};
use crate::catalog::Product;
use crate::catalog::seed::{Problem, wire};
use crate::store::MAX_SEED_ERRORS;
use std::collections::HashMap;

/// Records to be written together.
pub(crate) struct Batch {
    pub(super) products: Vec<Product>,
    /// On which line each stands.
    pub(super) lines: HashMap<(Locale, Asin), u64>,
}

impl Batch {
    /// The records, or what is wrong with them: as many problems as are told, and no more are looked for.
    pub(crate) fn of(records: impl Iterator<Item = wire::Read>) -> Result<Self, Vec<Problem>> {
        let (mut batch, mut problems) = (Self { products: Vec::new(), lines: HashMap::new() }, Vec::new());
        for record in records {
            match record {
                Ok((line, product)) => {
                    let Product { locale, asin, .. } = product;
                    match batch.lines.insert((locale, asin), line) {
                        None => batch.products.push(product),
                        Some(first) => problems.push(Problem::of_field(
                            line,
                            "asin",
                            format!("{locale} {asin} occurs twice; first on line {first}"),
                        )),
                    }
                }
                Err(found) => problems.extend(found),
            }
            if problems.len() >= MAX_SEED_ERRORS {
                break;
            }
        }
        if problems.is_empty() { Ok(batch) } else { Err(problems) }
    }
}
