//! What every database needs to know of loading the baseline catalogue: which files were loaded last, and whether these are the
//! same. How products are written is each database's own. Must not know any database driver.

use super::{Loaded, MAX_SEED_ERRORS};
use crate::catalog::seed::{SeedError, SeedFile};
use serde::{Deserialize, Serialize};

/// What is remembered of a load.
pub(super) struct LastLoad {
    /// Its number: rows that have an older one were not in its files.
    pub(super) generation: i64,
    /// Products that its files hold.
    pub(super) products: u64,
    /// Lists that its files hold.
    pub(super) lists: u64,
    /// `None` when they are not what the baseline holds any more: it was edited, or its tables have changed.
    files: Option<Vec<FileMark>>,
}

impl LastLoad {
    /// The load of a stored row; `files` is what [`Marks::to_json`] gave.
    pub(super) fn new(generation: i64, products: u64, lists: u64, files: &str) -> Self {
        Self {
            generation,
            products,
            lists,
            // Marks that cannot be read are marks of other files: the load is repeated.
            files: serde_json::from_str(files).ok(),
        }
    }
}

/// What tells whether a file is the one that was loaded.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FileMark {
    stamp: String,
    digest: String,
}

/// The marks of all files, as they were before the first was read.
pub(super) struct Marks(Vec<FileMark>);

impl Marks {
    /// Whether that load was of files with this content.
    pub(super) fn are_of(&self, last: &LastLoad) -> bool {
        let same =
            |files: &Vec<FileMark>| files.iter().map(|mark| &mark.digest).eq(self.0.iter().map(|mark| &mark.digest));
        last.files.as_ref().is_some_and(same)
    }

    /// As they are stored.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(&self.0).expect("texts are always JSON")
    }
}

/// What looking at the files and at the last load says is to be done.
pub(super) enum Plan {
    /// Nothing.
    Keep(Loaded),
    /// The files are the same, but look different from outside: remember how.
    Remember(Loaded, Marks),
    /// Load them.
    Load(Marks),
}

/// Compares the files with those of the last load: first from outside, and only where that differs by content. The errors are
/// those of files that cannot be read.
pub(super) fn plan(files: &[SeedFile], last: Option<&LastLoad>) -> Result<Plan, Vec<SeedError>> {
    let stamps = each(files, SeedFile::stamp)?;
    let keep = |last: &LastLoad| Loaded::Unchanged { products: last.products, lists: last.lists };
    if let Some(last) = last
        && let Some(files) = &last.files
        && files.iter().map(|mark| &mark.stamp).eq(&stamps)
    {
        return Ok(Plan::Keep(keep(last)));
    }
    let digests = each(files, SeedFile::digest)?;
    let marks = Marks(stamps.into_iter().zip(digests).map(|(stamp, digest)| FileMark { stamp, digest }).collect());
    Ok(match last.filter(|last| marks.are_of(last)) {
        Some(last) => Plan::Remember(keep(last), marks),
        None => Plan::Load(marks),
    })
}

/// Asks every file the same, and collects the errors of all.
fn each(files: &[SeedFile], ask: fn(&SeedFile) -> Result<String, SeedError>) -> Result<Vec<String>, Vec<SeedError>> {
    let mut answers = Vec::with_capacity(files.len());
    let mut errors = Vec::new();
    for file in files {
        match ask(file) {
            Ok(answer) => answers.push(answer),
            Err(error) => errors.push(error),
        }
    }
    errors.truncate(MAX_SEED_ERRORS);
    if errors.is_empty() { Ok(answers) } else { Err(errors) }
}
