//! A CSV file as named columns of text.

use std::path::Path;

/// Rows of text under a header.
#[derive(Clone)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a file that must be there and must be a table.
    pub fn read(path: &Path) -> Self {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_path(path)
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut rows: Vec<Vec<String>> =
            reader.records().map(|row| row.expect("a row of text").iter().map(str::to_owned).collect()).collect();
        assert!(!rows.is_empty(), "{} has a header", path.display());
        let header = rows.remove(0).iter().map(|name| name.trim().to_lowercase()).collect();
        Self { header, rows }
    }

    /// Position of a column that must be there.
    pub fn column(&self, name: &str) -> usize {
        self.find(name).unwrap_or_else(|| panic!("no column {name} in {:?}", self.header))
    }

    pub fn find(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    pub fn cell(&self, row: usize, name: &str) -> &str {
        &self.rows[row][self.column(name)]
    }
}
