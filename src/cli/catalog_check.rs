//! `cartwright catalog check`: tells what is wrong with seed files, before a server is started with them.

use super::{Failure, say};
use crate::cart::{Asin, Locale};
use crate::catalog::seed::{SeedError, SeedFile};
use crate::store::{LoadError, MAX_SEED_ERRORS};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::PathBuf;

pub(super) fn run<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Result<(), Failure> {
    let files: Vec<SeedFile> = paths.map(SeedFile::at).collect();
    match check(&files) {
        Ok(products) => {
            let names: Vec<String> = files.iter().map(SeedFile::name).collect();
            let plural = if products == 1 { "" } else { "s" };
            say(&format!("{}: {products} product{plural}, no errors", names.join(", ")));
            Ok(())
        }
        Err(LoadError::Seed(errors)) => {
            Err(Failure { code: Failure::SEED, lines: errors.iter().map(ToString::to_string).collect() })
        }
        Err(LoadError::Store(error)) => Err(Failure::new(Failure::DATABASE, error)),
    }
}

/// Reads the files as a server would at its start. Answers how many products they hold.
fn check(files: &[SeedFile]) -> Result<u64, LoadError> {
    let (mut products, mut errors) = (0, Vec::new());
    let mut seen: HashMap<(Locale, Asin), (usize, u64)> = HashMap::new();
    'files: for (number, file) in files.iter().enumerate() {
        let records = match file.records() {
            Ok(records) => records,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        for record in records {
            match record {
                Ok(record) => {
                    products += 1;
                    let product = record.product;
                    let key = (product.locale, product.asin);
                    match seen.entry(key) {
                        Entry::Vacant(entry) => drop(entry.insert((number, record.line))),
                        Entry::Occupied(entry) => {
                            let (first, line) = *entry.get();
                            let (locale, asin) = key;
                            let message =
                                format!("{locale} {asin} occurs twice; first at {}:{line}", files[first].name());
                            errors.push(SeedError::in_field(file, record.line, "asin", message));
                        }
                    }
                }
                Err(error) => errors.push(error),
            }
            if errors.len() >= MAX_SEED_ERRORS {
                break 'files;
            }
        }
    }
    if errors.is_empty() { Ok(products) } else { Err(LoadError::Seed(errors)) }
}
