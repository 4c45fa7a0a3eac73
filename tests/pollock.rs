//! The Pollock benchmark's files (G. Vitagliano, M. Hameed, L. Jiang, L. Reisener, E. Wu, F. Naumann: "Pollock: A Data Loading
//! Benchmark", VLDB 2023), as far as they are beside the project, scored as it scores.
//!
//! A file's score is the sum of ten numbers: whether it was loaded; precision, recall and F1 of the header's cells, of whole records,
//! and of single cells, each as a multiset beside those of the clean file. `tests/pollock/peers.py` scores DuckDB and pandas alike.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::{Path, PathBuf};

use sensorium::survey::{Looked, look};

fn corpus() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    std::env::var_os("SENSORIUM_CORPORA").map_or(beside, PathBuf::from).join("b03_pollock")
}

/// Precision, recall and F1 of two multisets.
fn measures<T: Hash + Eq>(expected: Vec<T>, found: Vec<T>) -> [f64; 3] {
    let (wanted, had) = (expected.len(), found.len());
    if wanted == 0 && had == 0 {
        return [1.0; 3];
    }
    let mut counts: HashMap<T, usize> = HashMap::new();
    for one in expected {
        *counts.entry(one).or_default() += 1;
    }
    let mut both = 0;
    for one in found {
        if let Some(count) = counts.get_mut(&one).filter(|count| **count > 0) {
            *count -= 1;
            both += 1;
        }
    }
    let share = |of: usize| if of == 0 { 0.0 } else { f64::from(both) / of as f64 };
    let (precision, recall) = (share(had), share(wanted));
    let f1 = if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
    [precision, recall, f1]
}

fn clean(path: &Path, lines_of_header: usize) -> Looked {
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path);
    let rows: Vec<Vec<String>> = reader
        .expect("a clean file")
        .records()
        .map(|record| record.expect("a record").iter().map(|cell| cell.trim().to_string()).collect())
        .collect();
    let mut rows = rows.into_iter();
    let header = if lines_of_header > 0 { rows.next().unwrap_or_default() } else { Vec::new() };
    Looked { header, rows: rows.collect() }
}

fn score(expected: &Looked, found: &Looked) -> f64 {
    let cells = |look: &Looked| look.rows.concat();
    let sums = [
        measures(expected.header.clone(), found.header.clone()),
        measures(expected.rows.clone(), found.rows.clone()),
        measures(cells(expected), cells(found)),
    ];
    1.0 + sums.iter().flatten().sum::<f64>()
}

#[test]
#[ignore = "needs the corpora in ../shared"]
fn the_files_score_as_the_benchmark_scores() {
    let mut scores = Vec::new();
    let mut files: Vec<PathBuf> = std::fs::read_dir(corpus().join("csv"))
        .expect("the files")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    for file in files {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let parameters = std::fs::read_to_string(corpus().join(format!("parameters/{name}_parameters.json")));
        let parameters: serde_json::Value = serde_json::from_str(&parameters.expect("parameters")).expect("JSON");
        let lines = parameters["header_lines"].as_u64().unwrap_or(1);
        let expected = clean(&corpus().join("clean").join(&name), usize::try_from(lines).expect("a count"));
        let bytes = std::fs::read(&file).expect("a file");
        let found = if bytes.is_empty() { Some(Looked::default()) } else { look(&bytes) };
        let points = found.map_or(0.0, |found| score(&expected, &found));
        if points < 9.5 {
            println!("{points:.2} {name}");
        }
        scores.push(points);
    }
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    println!("{mean:.2} of 10 over {} files", scores.len());
    assert!(scores.len() >= 86 && mean > 9.45, "{mean}");
}
