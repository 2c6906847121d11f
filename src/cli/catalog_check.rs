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
        Ok(Loaded::Loaded { products, .. } | Loaded::Unchanged { products }) => {
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

async fn check(files: &[SeedFile]) -> Result<Loaded, LoadError> {
    let store = store::open(&DatabaseUrl::Memory, StoreSettings::default()).await?;
    let outcome = store.load_baseline(files).await;
    store.close().await;
    outcome
}
