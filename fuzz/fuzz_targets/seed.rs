//! Seed files: any bytes in each of the four formats. The first byte is the format's letter.
//!
//! Every mistake is one line about a line that the file has. What is taken is taken again in the other formats that can say it,
//! and what the TOML parser makes of a whole file is what the reader makes of it piece by piece.
#![no_main]

use cartwright::catalog::Product;
use cartwright::catalog::seed::{SeedError, SeedFile};
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

/// The products of a file, and what is wrong with it.
fn read(ending: &str, content: &[u8]) -> (Vec<Product>, Vec<SeedError>) {
    let lines = content.split(|byte| *byte == b'\n').count() as u64;
    let (mut products, mut errors) = (Vec::new(), Vec::new());
    let file = write(ending, content);
    for record in file.records().expect("it can be opened") {
        match record {
            Ok(record) => {
                assert!((1..=lines).contains(&record.line), "line {} of {lines}", record.line);
                products.push(record.product);
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
    if !products.is_empty() {
        again(&products);
    }
    (products, errors)
}

/// What was taken once is taken again: as lines, and as an array over many lines.
fn again(products: &[Product]) {
    let line = |product: &Product| serde_json::to_string(product).expect("a product is plain data");
    let lines: Vec<String> = products.iter().map(line).collect();
    for (ending, content) in [("jsonl", lines.join("\n")), ("json", format!("[\n{}\n]", lines.join(",\r\n")))] {
        let records: Result<Vec<Product>, SeedError> = write(ending, content.as_bytes())
            .records()
            .expect("it can be opened")
            .map(|record| record.map(|record| record.product))
            .collect();
        assert_eq!(records.as_deref(), Ok(products), "{content}");
    }
}

/// A file that is read in pieces holds as many products as in one piece, and is wrong when that is.
fn toml(content: &[u8]) {
    let (products, errors) = read("toml", content);
    let Ok(text) = std::str::from_utf8(content) else {
        assert!(!errors.is_empty(), "it is no UTF-8");
        return;
    };
    match text.strip_prefix('\u{FEFF}').unwrap_or(text).parse::<toml::Table>() {
        Ok(table) => {
            let whole = table.get("product").and_then(toml::Value::as_array).map_or(0, Vec::len);
            assert!(!errors.is_empty() || products.len() == whole, "{} of {whole} products", products.len());
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
