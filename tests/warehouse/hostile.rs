//! Ids, names and numbers that a database might take for something else.

use std::fs;

use sensorium::contract::FillPolicy;
use sensorium::export;
use sensorium::pipeline;
use sensorium::recipe::Recipe;
use sensorium::table::{Bits, DeviceRun, Log, Metric, MetricInfo, Readings, SourceFile};

use crate::database::{Database, place, write};
use crate::postgres::Cluster;
use crate::{Case, equal};

pub const CASES: &[Case] = &[
    ("hostile::device_ids_of_any_length_and_content_arrive_unchanged", ids),
    ("hostile::metrics_of_any_name_get_columns", metrics),
    ("hostile::numbers_arrive_to_the_bit", numbers),
];

/// 2024-03-01 00:00:00 UTC.
const MARCH_US: i64 = 1_709_251_200_000_000;

/// Letters and digits that do not compress.
fn noise(bytes: usize) -> String {
    let mut state = 7_u64;
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(letters[(state >> 58) as usize])
    };
    (0..bytes).map(next).collect()
}

fn metric(name: &str, values: Vec<f64>) -> Metric {
    let info = MetricInfo { name: name.into(), unit: String::new(), fill: FillPolicy::No, required: false };
    Metric { info, filled: Bits::zeros(values.len()), values }
}

/// Three readings a device, two of them of one time.
fn log(mut ids: Vec<String>, metrics: Vec<Metric>) -> Log {
    ids.sort_unstable();
    let rows = ids.len() * 3;
    let devices = ids.into_iter().enumerate();
    let readings = Readings {
        devices: devices.map(|(i, name)| DeviceRun { name, start: i * 3, end: i * 3 + 3 }).collect(),
        timestamp_us: (0..rows as i64).map(|row| MARCH_US + (row % 3 + 1) / 2 * 1_250_000).collect(),
        line: (2..rows as u32 + 2).collect(),
        metrics,
        files: vec!["log.csv".into()],
        ..Readings::default()
    };
    let file = SourceFile { name: "log.csv".into(), rows_read: rows as u64, ..SourceFile::default() };
    Log { files: vec![file], readings, ..Log::default() }
}

/// Loads a log twice, and fails unless the table holds what `readings.csv` does. Returns the folder's readings as text.
#[track_caller]
fn arrives(database: &Database<'_>, mut log: Log) -> String {
    let recipe = Recipe::default();
    let outcome = pipeline::run(&mut log, &recipe);
    let folder = place(&database.name);
    write(&outcome, &recipe, &folder);
    database.load(&folder);
    let mut csv = Vec::new();
    let rows = export::readings_csv(&mut csv, &outcome, &recipe).expect("a file in memory");
    assert!(rows > 0);
    assert_eq!(equal::readings(database, &csv) as u64, rows);
    let versions = database.versions();
    database.load(&folder);
    assert_eq!(database.versions(), versions, "a second load");
    fs::read_to_string(folder.join("fact_sensor_readings.csv")).expect("the readings")
}

fn ids(cluster: &Cluster) {
    let database = Database::new(cluster, "ids");
    let mut ids: Vec<String> = [
        " ",
        "  ",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\u{a0}",
        "\u{200b}",
        "\u{feff}",
        "''",
        "\"",
        "\"\"",
        "\"a\"",
        "\\",
        "\\N",
        "\\.",
        "\\.\n",
        "\n\\.",
        "a\n\\.\nb",
        "a\r\n\\.\r\nb",
        "a\n\\.\n\\.\n\nb\n",
        "\"\n\\.\n\"",
        "NULL",
        "null",
        "NaN",
        "a,b",
        "a;b",
        "a\tb",
        "a b",
        "a",
        "A",
        "a ",
        " a",
        "=1+1",
        "+1",
        "-1",
        "@x",
        "'a",
        "''a",
        "\u{1}",
        "\u{7f}",
        "é",
        "e\u{301}",
        "\u{10ffff}",
        "🦀",
        "שלום",
        "$$",
        "$checks$",
        ":bundle",
        ":'x'",
        "--",
        "/*",
        "; DROP TABLE dim_devices; --",
        "%s",
        "%",
        "{}",
        "@span@",
        "007",
        "1e5",
        "true",
        "\\x41",
        "\\101",
        "E'\\n'",
    ]
    .map(String::from)
    .to_vec();
    ids.extend([
        noise(10_000),
        format!("{}x", noise(10_000)),
        "ü🦀".repeat(2_000),
        noise(1_000_000),
        "\\.\n".repeat(3_000),
    ]);
    let (count, rows) = (ids.len(), ids.len() * 3);
    let text = arrives(&database, log(ids.clone(), vec![metric("temperature_celsius", vec![20.5; rows])]));
    assert!(!text.lines().any(|line| line == "\\."), "a line that psql takes for the end");
    ids.sort_unstable();
    for table in ["dim_devices", "daily_statistics", "fact_sensor_readings"] {
        let found = database.rows(&format!("SELECT DISTINCT device_id FROM {table} ORDER BY 1"));
        let found: Vec<&str> = found.iter().map(|row| row[0].as_str()).collect();
        assert!(found == ids, "{table}: {} of {count}", found.len());
    }
}

fn metrics(cluster: &Cluster) {
    let database = Database::new(cluster, "metrics");
    let long = "a name that is much longer than the sixty-three bytes that a database would keep of it";
    let names = [
        "co2_ppm",
        "CO2",
        "select",
        "a \"b\"",
        "it's",
        "x'); DROP TABLE dim_devices; --",
        "$checks$",
        "$$",
        ":bundle",
        "@span@",
        "%",
        "%s",
        "back\\slash",
        "two\nlines",
        "tab\t",
        "a,b",
        "Günther (°C)",
        "🦀",
    ];
    let mut all: Vec<Metric> =
        names.iter().enumerate().map(|(i, name)| metric(name, vec![i as f64 + 0.25, f64::NAN, -1.0])).collect();
    arrives(&database, log(vec!["a".into()], all.clone()));
    for (i, name) in ["xmin", "occurrence", "reading_id", "valid_until_filled", long].into_iter().enumerate() {
        all.push(metric(name, vec![100.0 + i as f64, f64::NAN, 3.0]));
    }
    all.push(metric(&format!("{long}, or not"), vec![f64::NAN; 3]));
    all.push(metric("pressure_hpa_filled", vec![9.5; 3]));
    let recipe = Recipe::default();
    let folder = place("metrics-all");
    write(&pipeline::run(&mut log(vec!["a".into()], all), &recipe), &recipe, &folder);
    let said = database.load(&folder);
    assert!(said.contains("3 readings: 0 new, 3 changed"), "{said}");
    let found = "SELECT \"xmin_2\", \"occurrence_2\", \"reading_id_2\", \"valid_until_filled\", \"pressure_hpa_filled_2\", \"CO2\", \
                 \"two\nlines\" FROM fact_sensor_readings ORDER BY \"timestamp\", occurrence LIMIT 1";
    assert_eq!(database.sql(found), "100|101|102|103|9.5|1.25|13.25");
    let long = database.sql("SELECT count(*) FROM pg_attribute WHERE attrelid = 'fact_sensor_readings'::regclass AND attname LIKE 'a name that%'");
    assert_eq!(long, "2", "names that begin alike stay two");
}

fn numbers(cluster: &Cluster) {
    let database = Database::new(cluster, "numbers");
    let values = [
        f64::MAX,
        f64::MIN,
        5e-324,
        -5e-324,
        f64::MIN_POSITIVE,
        -0.0,
        0.0,
        0.1 + 0.2,
        1e15,
        123_456_789_012_345_680.0,
        1.0 / 3.0,
        f64::NAN,
    ];
    let ids = (0..4).map(|i| format!("d{i}")).collect();
    arrives(&database, log(ids, vec![metric("x", values.to_vec()), metric("all missing", vec![f64::NAN; 12])]));
}
