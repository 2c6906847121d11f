//! Markdown, as far as the page needs it.
//!
//! Must not know what is on the page.

use std::fmt::Write as _;

/// A table whose rows all have as many cells as it has columns.
pub(super) struct Table {
    columns: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: &[&str]) -> Self {
        Self { columns: columns.iter().map(|&column| column.to_owned()).collect(), rows: Vec::new() }
    }

    #[track_caller]
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().map(|cell| cell.replace('|', "\\|")).collect();
        assert_eq!(cells.len(), self.columns.len(), "a row has a cell for each column: {cells:?}");
        assert!(cells.iter().all(|cell| !cell.contains('\n')), "a cell is one line: {cells:?}");
        self.rows.push(cells);
    }
}

/// The page, piece by piece.
#[derive(Default)]
pub(super) struct Page(String);

impl Page {
    pub(super) fn text(&mut self, text: &str) {
        writeln!(self.0, "{}\n", text.trim()).expect("a String takes everything");
    }

    pub(super) fn heading(&mut self, level: usize, title: &str) {
        self.text(&format!("{} {title}", "#".repeat(level)));
    }

    pub(super) fn table(&mut self, table: &Table) {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | ")).replace("  |", " |");
        let rule: String = table.columns.iter().map(|_| " --- |").collect();
        let rows: String = table.rows.iter().map(|row| line(row)).collect();
        self.text(&format!("{}|{rule}\n{rows}", line(&table.columns)));
    }

    pub(super) fn finish(self) -> String {
        self.0.trim_end().to_owned() + "\n"
    }
}
