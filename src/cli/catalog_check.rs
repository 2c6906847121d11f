//! `cartwright catalog check`: tells what is wrong with seed files, before a server is started with them.
//!
//! It loads them into a throwaway database, as a server does at its start: so the two agree, and large files take no more memory.

use super::{Failure, say};
use crate::catalog::seed::SeedFile;
use crate::store::{self, DatabaseUrl, LoadError, Loaded, StoreSettings};
use std::path::PathBuf;

pub(super) fn run<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Result<(), Failure> {
    let files: Vec<SeedFile> = paths.map(SeedFile::at).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Failure::RUNTIME, format!("cannot start: {error}")))?;
    match runtime.block_on(check(&files)) {
        Ok(Loaded::Loaded { products, lists, .. } | Loaded::Unchanged { products, lists }) => {
            let names: Vec<String> = files.iter().map(SeedFile::name).collect();
            let count = |number, what| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
            let lists = if lists == 0 { String::new() } else { format!("{}, ", count(lists, "list")) };
            say(&format!("{}: {}, {lists}no errors", names.join(", "), count(products, "product")));
            Ok(())
        }
        Err(LoadError::Seed(errors)) => {
            Err(Failure { code: Failure::SEED, lines: errors.iter().map(ToString::to_string).collect() })
        }
        Err(LoadError::Store(error)) => Err(Failure::new(Failure::DATABASE, error)),
    }
}

async fn check(files: &[SeedFile]) -> Result<Loaded, LoadError> {
    let store = store::open(&DatabaseUrl::Memory, StoreSettings::default()).await?;
    let outcome = store.load_baseline(files).await;
    store.close().await;
    outcome
}
