//! Readings in the database against `readings.csv`.

use crate::database::Database;

/// Fails unless the table of readings holds the rows of a `readings.csv`, in its order, and no others: numbers to the bit,
/// everything else by its text. Returns the number of rows.
#[track_caller]
pub fn readings(database: &Database<'_>, csv: &[u8]) -> usize {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    let mut expected: Vec<Vec<String>> =
        reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
    let mut header = expected.remove(0);
    for name in &mut header {
        *name = name.strip_prefix('\'').unwrap_or(name).to_owned();
    }
    let list: Vec<String> = header.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
    let found = database.rows(&format!(
        "SELECT {} FROM fact_sensor_readings ORDER BY device_id, \"timestamp\", occurrence",
        list.join(", ")
    ));
    assert_eq!(found.len(), expected.len(), "rows");
    for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
        for ((name, found), expected) in header.iter().zip(found).zip(expected) {
            assert!(same(name, found, expected), "row {row}, {name}: {found:?}, not {expected:?}");
        }
    }
    expected.len()
}

/// Whether a cell that COPY wrote is the cell of a CSV of ours.
pub fn same(column: &str, found: &str, expected: &str) -> bool {
    match (column, expected) {
        // A spreadsheet would take such a text for a formula: the CSV has one ' before it, the database has not.
        ("device_id" | "source_file", _) => found == expected.strip_prefix('\'').unwrap_or(expected),
        ("anomaly_type" | "timestamp", _) => found == expected,
        (_, "") => found == "\\N",
        (_, "true") => found == "t",
        (_, "false") => found == "f",
        ("valid_until" | "date", _) => found == expected,
        _ => {
            let bits = |cell: &str| cell.parse::<f64>().map(f64::to_bits).ok();
            bits(found).is_some() && bits(found) == bits(expected)
        }
    }
}

/// Fails unless every reading is valid until the next one of its device, and the last of each is open.
#[track_caller]
pub fn windows(database: &Database<'_>) {
    let wrong = database.sql(
        "SELECT count(*) FROM (SELECT valid_until, lead(\"timestamp\") OVER (PARTITION BY device_key ORDER BY \"timestamp\", \
         occurrence) AS next FROM fact_sensor_readings) AS reading WHERE valid_until IS DISTINCT FROM next",
    );
    assert_eq!(wrong, "0", "readings that are not valid until the next");
}

/// Fails unless the days are those of a `daily.csv`, counts exactly and numbers within 1e-9.
#[track_caller]
pub fn days(database: &Database<'_>, csv: &[u8]) {
    let mut reader = csv::ReaderBuilder::new().from_reader(csv);
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let list: Vec<String> = header.iter().map(|name| format!("\"{name}\"")).collect();
    let found = database.rows(&format!("SELECT {} FROM daily_statistics ORDER BY device_id, date", list.join(", ")));
    let expected: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(found.len(), expected.len(), "days");
    for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
        for ((name, found), expected) in header.iter().zip(found).zip(expected) {
            let near = match (found.parse::<f64>(), expected.parse::<f64>()) {
                (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
                _ => same(name, found, expected),
            };
            assert!(near, "day {row}, {name}: {found:?}, not {expected:?}");
        }
    }
}
