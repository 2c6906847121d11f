//! Seed files: any bytes in each of the four formats. The first byte is the format's letter.
//!
//! Every mistake is one line about a line that the file has. What is taken is taken again in the other formats that can say it,
//! and what the TOML parser makes of a whole file is what the reader makes of it piece by piece.
#![no_main]

use cartwright::catalog::seed::{Entry, SeedError, SeedFile};
use std::path::PathBuf;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((format, content)) = input.split_first() else { return };
    match format {
        b't' => toml(content),
        b'j' => drop(read("json", content)),
        b'l' => drop(read("jsonl", content)),
        b'c' => drop(read("csv", content)),
        _ => {}
    }
});

/// The products and lists of a file, and what is wrong with it.
fn read(ending: &str, content: &[u8]) -> (Vec<Entry>, Vec<SeedError>) {
    let lines = content.split(|byte| *byte == b'\n').count() as u64;
    let (mut entries, mut errors) = (Vec::new(), Vec::new());
    let file = write(ending, content);
    for record in file.records().expect("it can be opened") {
        match record {
            Ok(record) => {
                assert!((1..=lines).contains(&record.line), "line {} of {lines}", record.line);
                entries.push(record.entry);
            }
            Err(error) => {
                let line = error.line.expect("the file as a whole can be read");
                assert!((1..=lines).contains(&line), "{error}: it has {lines} lines");
                let message = error.to_string();
                assert!(!message.contains(char::is_control), "{message:?}");
                errors.push(error);
            }
        }
    }
    if !entries.is_empty() {
        again(&entries);
    }
    (entries, errors)
}

/// What was taken once is taken again: as lines, and as an array over many lines.
fn again(entries: &[Entry]) {
    let line = |entry: &Entry| match entry {
        Entry::Product(product) => serde_json::to_string(product).expect("a product is plain data"),
        Entry::List(list) => {
            format!("{{\"list\":{}}}", serde_json::to_string(list).expect("a list is plain data"))
        }
    };
    let lines: Vec<String> = entries.iter().map(line).collect();
    for (ending, content) in [("jsonl", lines.join("\n")), ("json", format!("[\n{}\n]", lines.join(",\r\n")))] {
        let records: Result<Vec<Entry>, SeedError> = write(ending, content.as_bytes())
            .records()
            .expect("it can be opened")
            .map(|record| record.map(|record| record.entry))
            .collect();
        assert_eq!(records.as_deref(), Ok(entries), "{content}");
    }
}

/// A file that is read in pieces holds as many entries as in one piece, and is wrong when that is.
fn toml(content: &[u8]) {
    let (entries, errors) = read("toml", content);
    let Ok(text) = std::str::from_utf8(content) else {
        assert!(!errors.is_empty(), "it is no UTF-8");
        return;
    };
    match text.strip_prefix('\u{FEFF}').unwrap_or(text).parse::<toml::Table>() {
        Ok(table) => {
            let count = |name| table.get(name).and_then(toml::Value::as_array).map_or(0, Vec::len);
            let whole = count("product") + count("list");
            assert!(!errors.is_empty() || entries.len() == whole, "{} of {whole} entries", entries.len());
        }
        Err(error) => assert!(!errors.is_empty(), "{error}"),
    }
}

/// One file for each format and process, in the folder for temporary files, written over and over.
fn write(ending: &str, content: &[u8]) -> SeedFile {
    let name = format!("cartwright-fuzz-{}.{ending}", std::process::id());
    let path: PathBuf = std::env::temp_dir().join(name);
    std::fs::write(&path, content).expect("the folder for temporary files can be written");
    SeedFile::at(path)
}
