//! What stops a request: one opaque error with a kind, a place and a sentence.
//!
//! A cell that breaks the contract is no error but a [`crate::contract::Violation`], which is data.

use std::fmt;

/// Where an error or finding stands: file, line as an editor counts (from 1), column by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub file: String,
    pub line: Option<u64>,
    pub column: Option<String>,
}

/// What kind of trouble stopped a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The bytes are no UTF-8 text: another encoding, or a binary file.
    Encoding,
    /// A table, but in a dialect that is not read (semicolons, tabs, day / month order, ...).
    Dialect,
    /// The header lacks or repeats a required column.
    Header,
    /// The contract stops the run, or no reading is left.
    Contract,
    /// The file holds no byte.
    Empty,
    /// More than this reader can hold.
    TooLarge,
    /// The file could not be read: absent, changed, a directory.
    Read,
    /// An output could not be made.
    Export,
    /// The recipe given cannot be used.
    Recipe,
}

/// One finding that belongs to the whole file rather than to a cell: an absent column, no reading left.
/// Cells that break the contract are `Violation`s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFinding {
    /// The column it is about, empty for the whole file.
    pub column: String,
    /// In plain words: `required column absent`, `required column repeated`, `no reading`, `the file is empty`.
    pub rule: String,
}

/// An error that stops a request. Shown as `position: message`; the message starts lower-case and ends without a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    position: Position,
    message: Box<str>,
    findings: Box<[FileFinding]>,
    asks: Option<Box<Asks>>,
}

/// What an error asks a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Asks {
    choices: Vec<Choice>,
    columns: Vec<String>,
}

/// One answer to what an error asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As options name it: `day-first`.
    pub name: &'static str,
    /// What it would mean: `day first: 2024-02-01`.
    pub meaning: String,
}

impl Error {
    /// An error of `kind` about `file`.
    pub fn new(kind: ErrorKind, file: &str, message: impl Into<String>) -> Self {
        let position = Position { file: file.to_string(), ..Position::default() };
        Self { kind, position, message: message.into().into(), findings: Box::default(), asks: None }
    }

    /// The same error, at a line (as an editor counts, from 1).
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.position.line = Some(line);
        self
    }

    /// The same error, in a column.
    #[must_use]
    pub fn in_column(mut self, column: &str) -> Self {
        self.position.column = Some(column.to_string());
        self
    }

    /// The same error with one more finding about the whole file.
    #[must_use]
    pub fn with_finding(mut self, column: &str, rule: &str) -> Self {
        let finding = FileFinding { column: column.to_string(), rule: rule.to_string() };
        self.findings = self.findings.into_iter().chain([finding]).collect();
        self
    }

    /// The same error, which asks, with one more answer.
    #[must_use]
    pub fn with_choice(mut self, name: &'static str, meaning: String) -> Self {
        self.asks.get_or_insert_default().choices.push(Choice { name, meaning });
        self
    }

    /// The same error, which asks about a file with these columns.
    #[must_use]
    pub fn with_columns(mut self, names: &[String]) -> Self {
        self.asks.get_or_insert_default().columns = names.to_vec();
        self
    }

    /// Names of the columns of the file that it asks about; none where it asks nothing.
    pub fn columns(&self) -> &[String] {
        self.asks.as_ref().map_or(&[], |asks| &asks.columns)
    }

    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub fn position(&self) -> &Position {
        &self.position
    }

    /// The sentence without its position.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The answers to what the error asks; none where it asks nothing.
    pub fn choices(&self) -> &[Choice] {
        self.asks.as_ref().map_or(&[], |asks| &asks.choices)
    }

    pub fn findings(&self) -> &[FileFinding] {
        &self.findings
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { file, line, column } = &self.position;
        f.write_str(file)?;
        if let Some(line) = line {
            write!(f, " line {line}")?;
        }
        if let Some(column) = column {
            write!(f, ", {column}")?;
        }
        if !file.is_empty() || line.is_some() || column.is_some() {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
