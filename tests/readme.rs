//! The README shows what is run: its examples are the files that `scripts/test-examples` runs, and the one that `cargo test --doc` does.

use std::path::Path;

fn text(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

#[test]
fn its_examples_are_the_files_that_are_run() {
    let readme = text("README.md");
    for (language, file) in [("python", "test_shop.py"), ("js", "shop.test.js"), ("sh", "shop.sh")] {
        let block = format!("```{language}\n{}```\n", text(&format!("tests/examples/{file}")));
        assert!(readme.contains(&block), "README.md does not show tests/examples/{file} as it is");
    }
}

#[test]
fn its_rust_example_is_that_of_the_documentation() {
    let source = text("src/lib.rs");
    let (_, behind) = source.split_once("//! # Embedding").unwrap();
    let (_, code) = behind.split_once("//! ```\n").unwrap();
    let (code, _) = code.split_once("//! ```").unwrap();
    let shown =
        code.lines().map(|line| line.trim_start_matches("//!")).map(|line| line.strip_prefix(' ').unwrap_or(line));
    let block: Vec<_> = shown.filter(|line| !line.starts_with('#')).collect();
    let block = format!("```rust\n{}\n```\n", block.join("\n"));
    assert!(text("README.md").contains(&block), "README.md does not show the example of src/lib.rs as it is:\n{block}");
}
