//! The watch over the seed files: a file that changes is loaded again, with all the others, in one transaction.
//!
//! It looks at names, sizes, inodes and times twice a second instead of asking the system to be told: that needs no library, sees
//! what an editor does by renaming as well as what it writes in place, and works where nobody is told, as on folders that are
//! mounted into a container. What changes is loaded once it has not changed between two looks, so that several quick writes are one
//! load, and no file is read while it is half written.
//!
//! On SQLite a load holds the write lane for as long as it takes. So the files are looked through first, off the lane; only what is
//! in order gets there.

use crate::catalog::seed::{SeedError, SeedFile};
use crate::store::{LoadError, Loaded, MAX_SEED_ERRORS, Store, StoreError};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_millis(500);

/// How the files look from outside; one that cannot be looked at looks like the reason.
type Look = Vec<Result<String, String>>;

/// What came of a look.
#[derive(Debug)]
pub(crate) enum Seen {
    /// The files look as they did when they were loaded last, or are being written.
    Nothing,
    /// They have changed, and were loaded.
    Loaded(Loaded),
    /// They have changed, and cannot be loaded: the catalogue is as it was.
    Refused(Vec<SeedError>),
}

/// Watches files.
pub(crate) struct Watcher {
    store: Arc<dyn Store>,
    files: Vec<SeedFile>,
    /// How they looked when they were loaded last, or refused.
    known: Look,
    /// How they looked the last time, when that was different.
    changing: Option<Look>,
}

impl Watcher {
    /// Watches files that were loaded just now.
    pub(crate) fn new(store: Arc<dyn Store>, files: Vec<SeedFile>) -> Self {
        let known = look(&files);
        Self { store, files, known, changing: None }
    }

    /// Looks once.
    pub(crate) async fn look(&mut self) -> Result<Seen, StoreError> {
        let files = self.files.clone();
        let now = tokio::task::spawn_blocking(move || look(&files)).await.map_err(|_| StoreError::Closed)?;
        if now == self.known {
            self.changing = None;
            return Ok(Seen::Nothing);
        }
        if self.changing.as_ref() != Some(&now) {
            self.changing = Some(now);
            return Ok(Seen::Nothing);
        }
        let files = self.files.clone();
        let errors = tokio::task::spawn_blocking(move || check(&files)).await.map_err(|_| StoreError::Closed)?;
        let seen = if errors.is_empty() {
            match self.store.load_baseline(&self.files).await {
                Ok(loaded) => Seen::Loaded(loaded),
                Err(LoadError::Seed(errors)) => Seen::Refused(errors),
                Err(LoadError::Store(error)) => return Err(error), // the next look tries again
            }
        } else {
            Seen::Refused(errors)
        };
        // What was written meanwhile looks different from this, and is seen by the next look.
        self.known = now;
        self.changing = None;
        Ok(seen)
    }

    /// Looks until `stop` is ready, and tells the log what it sees.
    pub(crate) async fn run(mut self, stop: impl Future<Output = ()>) {
        let forever = async {
            loop {
                tokio::time::sleep(EVERY).await;
                match self.look().await {
                    Ok(Seen::Nothing) => {}
                    Ok(Seen::Loaded(Loaded::Unchanged { .. })) => tracing::debug!("seed files were touched"),
                    Ok(Seen::Loaded(Loaded::Loaded { products, withdrawn, lists })) => {
                        tracing::info!(products, withdrawn, lists, "a seed file has changed; loaded the catalogue");
                    }
                    Ok(Seen::Refused(errors)) => {
                        for error in &errors {
                            tracing::error!("{error}");
                        }
                        tracing::error!("a seed file has changed and is not loaded; the catalogue is as it was");
                    }
                    Err(StoreError::Closed) => return,
                    Err(error) => tracing::error!(%error, "a seed file has changed and could not be loaded"),
                }
            }
        };
        tokio::select! {
            () = forever => {}
            () = stop => {}
        }
    }
}

fn look(files: &[SeedFile]) -> Look {
    files.iter().map(|file| file.stamp().map_err(|error| error.to_string())).collect()
}

/// What is wrong with files, as far as it can be told without the database: keys that occur twice are found by the load.
fn check(files: &[SeedFile]) -> Vec<SeedError> {
    let mut errors = Vec::new();
    for file in files {
        match file.records() {
            Ok(records) => errors.extend(records.filter_map(Result::err).take(MAX_SEED_ERRORS)),
            Err(error) => errors.push(error),
        }
    }
    errors.truncate(MAX_SEED_ERRORS);
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Product;
    use crate::store::{DatabaseUrl, Site, StoreSettings};
    use std::path::Path;

    fn write(path: &Path, lines: &[&str]) {
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
    }

    const BOOK: &str = r#"{"locale":"us","asin":"B000000001","title":"One","product_group":"Book","price":100}"#;

    async fn title(store: &dyn Store) -> String {
        let site = Site { locale: crate::cart::Locale::Us, account: "" };
        let found = store.products(site, &["B000000001".parse().unwrap()]).await.unwrap().remove(0);
        found.map_or_else(String::new, |listed| Product::clone(&listed.product).title)
    }

    /// A folder with one file, which is loaded and watched.
    async fn watched() -> (tempfile::TempDir, Arc<dyn Store>, Watcher) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        write(&path, &[BOOK]);
        let store = crate::store::open(&DatabaseUrl::Memory, StoreSettings::default()).await.unwrap();
        let files = vec![SeedFile::at(&path)];
        store.load_baseline(&files).await.unwrap();
        let watcher = Watcher::new(Arc::clone(&store), files);
        (folder, store, watcher)
    }

    #[tokio::test]
    async fn a_change_is_loaded_once_it_has_come_to_rest() {
        let (folder, store, mut watcher) = watched().await;
        let path = folder.path().join("a.jsonl");
        assert!(matches!(watcher.look().await.unwrap(), Seen::Nothing));
        for title in ["Second", "The third"] {
            write(&path, &[&BOOK.replace("One", title)]);
            assert!(matches!(watcher.look().await.unwrap(), Seen::Nothing), "it may still be written");
        }
        assert_eq!(title(&*store).await, "One");
        assert!(matches!(watcher.look().await.unwrap(), Seen::Loaded(Loaded::Loaded { products: 1, .. })));
        assert_eq!(title(&*store).await, "The third");
        assert!(matches!(watcher.look().await.unwrap(), Seen::Nothing));
        store.close().await;
    }

    #[tokio::test]
    async fn a_file_that_another_takes_the_place_of_is_loaded() {
        let (folder, store, mut watcher) = watched().await;
        let path = folder.path().join("a.jsonl");
        // As editors do: the old one goes, and for a moment there is none.
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(watcher.look().await.unwrap(), Seen::Nothing));
        write(&folder.path().join("a.tmp"), &[&BOOK.replace("One", "New")]);
        std::fs::rename(folder.path().join("a.tmp"), &path).unwrap();
        assert!(matches!(watcher.look().await.unwrap(), Seen::Nothing));
        assert!(matches!(watcher.look().await.unwrap(), Seen::Loaded(_)));
        assert_eq!(title(&*store).await, "New");
        store.close().await;
    }

    #[tokio::test]
    async fn a_bad_edit_is_told_once_and_changes_nothing() {
        let (folder, store, mut watcher) = watched().await;
        let path = folder.path().join("a.jsonl");
        for (lines, message) in [
            (vec![BOOK.replace("One", "Two"), BOOK.replace("100", "-1")], ":2: price: "),
            (vec![BOOK.replace("One", "Two"), BOOK.to_owned()], ":2: asin: us B000000001 occurs twice"),
        ] {
            write(&path, &lines.iter().map(String::as_str).collect::<Vec<_>>());
            assert!(matches!(watcher.look().await.unwrap(), Seen::Nothing));
            let Seen::Refused(errors) = watcher.look().await.unwrap() else { panic!("it was not refused") };
            assert!(errors[0].to_string().contains(message), "{}", errors[0]);
            for _ in 0..2 {
                assert!(matches!(watcher.look().await.unwrap(), Seen::Nothing), "it was told");
            }
            assert_eq!(title(&*store).await, "One");
        }
        write(&path, &[&BOOK.replace("One", "Mended")]);
        watcher.look().await.unwrap();
        assert!(matches!(watcher.look().await.unwrap(), Seen::Loaded(_)));
        assert_eq!(title(&*store).await, "Mended");
        store.close().await;
    }
}
