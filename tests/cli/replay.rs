//! `cartwright replay` from outside.

use super::Program;
use std::path::{Path, PathBuf};

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder)
}

#[test]
fn the_exit_code_tells_whether_all_are_equal() {
    let run = |folder: &Path| Program::new(&["replay", &folder.display().to_string()]).run();
    let ended = run(&fixtures("recorded"));
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{}", ended.stdout);
    let ended = run(&fixtures("recorded_different"));
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(ended.stdout.contains("    recorded: USD "), "{}", ended.stdout);
    assert_eq!(ended.stderr, "cartwright: 6 recordings came back different\n");
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(run(empty.path()).code, Some(1));
    assert_eq!(run(&empty.path().join("nothing")).code, Some(2));
}
