//! The tests of this package by their names, so that a rule can say which one holds it.

use std::collections::BTreeMap;
use std::path::Path;

/// Where each test function is defined: its name, and its file's path from the root of the package. Of several with one name that
/// under `tests/` counts.
pub(super) fn all() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for folder in ["src", "tests"] {
        walk(Path::new(env!("CARGO_MANIFEST_DIR")), folder, &mut found);
    }
    found
}

fn walk(root: &Path, folder: &str, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(root.join(folder)).expect("the folder is there") {
        let entry = entry.expect("an entry");
        let path = format!("{folder}/{}", entry.file_name().to_str().expect("a plain name"));
        if entry.path().is_dir() {
            walk(root, &path, found);
        } else if entry.path().extension().is_some_and(|ending| ending == "rs") {
            let source = std::fs::read_to_string(entry.path()).expect("sources are text");
            found.extend(tests_in(&source).map(|name| (name, path.clone())));
        }
    }
}

/// The names of the functions behind a `#[test]`; other attributes and comments may stand between.
fn tests_in(source: &str) -> impl Iterator<Item = String> {
    let mut marked = false;
    source.lines().map(str::trim).filter_map(move |line| {
        if line == "#[test]" || line.starts_with("#[tokio::test") {
            marked = true;
        } else if let Some((before, after)) = line.split_once("fn ")
            && marked
            && (before.is_empty() || before == "async ")
        {
            marked = false;
            return after.split_once('(').map(|(name, _)| name.to_owned());
        }
        None
    })
}

#[test]
fn a_test_is_found_by_its_mark_and_helpers_are_not() {
    let source = "fn helper() {}\n#[test]\n/// Why.\nfn it_holds() {\n}\n    #[tokio::test]\n    async fn it_waits() {}\nfn other() {}";
    assert_eq!(tests_in(source).collect::<Vec<_>>(), ["it_holds", "it_waits"]);
    assert!(all().contains_key("a_test_is_found_by_its_mark_and_helpers_are_not"));
}
