//! More than one log: later ones, earlier ones, overlapping and interleaved ones, with other devices and metrics.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use crate::database::{Database, run_text};
use crate::logs::small;
use crate::postgres::{Cluster, OWNER, said};
use crate::{Case, equal};

pub const CASES: &[Case] = &[
    ("later::a_later_log_adds_what_is_new_and_ends_what_was_last", later),
    ("later::the_order_of_logs_does_not_matter_to_windows_and_days", earlier),
    ("later::interleaved_logs_end_each_other", interleaved),
    ("later::readings_of_both_logs_are_those_of_the_later", overlapping),
    ("later::loads_side_by_side_wait_for_each_other", at_once),
    ("later::a_log_of_one_reading_tells_no_interval", single),
    ("later::a_selection_keeps_windows_that_end_outside", selected),
    ("later::days_of_a_zone_are_shared_by_its_clock", zoned),
];

type Row = (&'static str, &'static str, f64);

const FIRST: [Row; 6] = [
    ("a", "2023-12-30 23:00:00", 10.0),
    ("a", "2023-12-31 08:00:00", 11.0),
    ("a", "2023-12-31 12:00:00", 12.0),
    ("a", "2023-12-31 12:00:00", 12.5),
    ("b", "2023-12-31 09:00:00", 13.0),
    ("b", "2023-12-31 11:00:00", 41.0),
];
const SECOND: [Row; 6] = [
    ("a", "2023-12-31 13:00:00", 14.0),
    ("a", "2024-01-01 08:00:00", 15.0),
    ("b", "2023-12-31 11:30:00", 16.0),
    ("b", "2024-01-02 08:00:00", 17.0),
    ("c", "2024-01-01 08:00:00", 18.0),
    ("c", "2024-01-01 09:00:00", 19.0),
];

/// The folders of the first log, the second, and of both as one log.
fn folders(name: &str, first: &[Row], second: &[Row], options: &[&str]) -> [PathBuf; 3] {
    let both: Vec<Row> = first.iter().chain(second).copied().collect();
    [("first", first), ("second", second), ("both", &both)]
        .map(|(which, rows)| run_text(&small(rows), &format!("{name}-{which}"), options))
}

fn days_of(out: &std::path::Path) -> Vec<u8> {
    fs::read(out.join("daily.csv")).expect("daily.csv")
}

fn later(cluster: &Cluster) {
    let database = Database::new(cluster, "later");
    let [first, second, both] = folders("later", &FIRST, &SECOND, &[]);
    database.load(&first.join("star"));
    let open = "SELECT device_id, \"timestamp\", temperature_celsius FROM fact_sensor_readings WHERE valid_until IS NULL ORDER BY 1";
    assert_eq!(database.sql(open), "a|2023-12-31 12:00:00|12.5\nb|2023-12-31 11:00:00|41");
    let said = database.load(&second.join("star"));
    assert!(said.contains("3 devices: 1 new, 2 changed"), "{said}");
    assert!(said.contains("6 readings: 6 new, 0 changed; 2 earlier ones are valid until one of these"), "{said}");
    let ended =
        "SELECT device_id, valid_until FROM fact_sensor_readings WHERE temperature_celsius IN (12.5, 41) ORDER BY 1";
    assert_eq!(database.sql(ended), "a|2023-12-31 13:00:00\nb|2023-12-31 11:30:00");
    equal::windows(&database);
    equal::days(&database, &days_of(&both));
    let parts = database.sql("SELECT tableoid::regclass, count(*) FROM fact_sensor_readings GROUP BY 1 ORDER BY 1");
    assert_eq!(parts, "fact_sensor_readings_2023|8\nfact_sensor_readings_2024|4");
    // The same values as one log would have, but for means and marks that look back over its start.
    let values = "SELECT device_id, \"timestamp\", occurrence, temperature_celsius, valid_until, hour_of_day \
                  FROM fact_sensor_readings ORDER BY 1, 2, 3";
    let whole = database.schema("both");
    whole.load(&both.join("star"));
    assert_eq!(database.rows(values), whole.rows(values));

    let before = database.versions();
    database.load(&second.join("star"));
    assert_eq!(database.versions(), before, "the second log again");
    let said = database.load(&first.join("star"));
    assert!(said.contains("readings: 0 new, 0 changed; 0"), "{said}");
    equal::windows(&database);
    equal::days(&database, &days_of(&both));
}

fn earlier(cluster: &Cluster) {
    let database = Database::new(cluster, "earlier");
    let [first, second, both] = folders("earlier", &FIRST, &SECOND, &[]);
    database.load(&second.join("star"));
    database.load(&first.join("star"));
    equal::windows(&database);
    equal::days(&database, &days_of(&both));
    assert_eq!(database.sql("SELECT count(*) FROM fact_sensor_readings"), "12");
    let before = database.versions();
    database.load(&first.join("star"));
    assert_eq!(database.versions(), before);
}

fn interleaved(cluster: &Cluster) {
    let database = Database::new(cluster, "interleaved");
    let times: Vec<String> = (0..120).map(|i| format!("2024-03-{:02} {:02}:30:00", 1 + i / 24, i % 24)).collect();
    let rows = |odd: bool| -> Vec<(&str, &str, f64)> {
        let mine = times.iter().enumerate().filter(|(i, _)| (i % 3 == 1) == odd);
        mine.map(|(i, time)| ("a", time.as_str(), i as f64 / 4.0)).collect()
    };
    let all: Vec<(&str, &str, f64)> =
        times.iter().enumerate().map(|(i, t)| ("a", t.as_str(), i as f64 / 4.0)).collect();
    let [odd, even] = [true, false].map(|odd| run_text(&small(&rows(odd)), &format!("interleaved-{odd}"), &[]));
    let both = run_text(&small(&all), "interleaved-all", &[]);
    database.load(&odd.join("star"));
    database.load(&even.join("star"));
    equal::windows(&database);
    equal::days(&database, &days_of(&both));
    let before = database.versions();
    database.load(&even.join("star"));
    assert_eq!(database.versions(), before, "the second log again");
    let said = database.load(&odd.join("star"));
    assert!(said.contains("readings: 0 new, 0 changed; 0 earlier"), "{said}");
    assert_eq!(database.sql("SELECT count(*) FROM fact_sensor_readings"), "120");
}

fn at_once(cluster: &Cluster) {
    let database = Database::new(cluster, "at_once");
    database.sql("ALTER DATABASE at_once SET default_transaction_isolation = 'serializable'");
    let [first, second, both] = folders("at-once", &FIRST, &SECOND, &[]);
    let start = |out: &PathBuf| {
        let mut psql = database.psql_load(OWNER, &out.join("star"));
        psql.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("psql starts")
    };
    let loads: Vec<Child> = [&first, &second, &first, &second].into_iter().map(start).collect();
    for load in loads {
        said(&load.wait_with_output().expect("psql ends")).expect("a load");
    }
    equal::windows(&database);
    equal::days(&database, &days_of(&both));
    assert_eq!(database.sql("SELECT count(*) FROM fact_sensor_readings"), "12");
}

const HEADER: &str = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent";

fn overlapping(cluster: &Cluster) {
    let database = Database::new(cluster, "overlapping");
    let first = format!(
        "{HEADER},co2_ppm\n2024-03-01 08:00:00,a,20,50,1000,80,400\n2024-03-01 08:10:00,a,21,50,1000,80,410\n\
         2024-03-01 08:10:00,a,22,50,1000,80,420\n"
    );
    let second = format!(
        "{HEADER},voc_index\n2024-03-01 08:10:00,a,21,50,1000,80,7\n2024-03-01 08:10:00,a,25,,1000,10,8\n\
         2024-03-01 08:20:00,a,26,50,1000,80,9\n"
    );
    database.load(&run_text(&first, "overlapping-first", &[]).join("star"));
    let ids = "SELECT reading_id, \"timestamp\", occurrence FROM fact_sensor_readings ORDER BY 2, 3 LIMIT 3";
    let before = database.sql(ids);
    let second = run_text(&second, "overlapping-second", &[]);
    let said = database.load(&second.join("star"));
    assert!(said.contains("3 readings: 1 new, 2 changed"), "{said}");
    assert_eq!(database.sql(ids), before, "a reading that is updated stays the same reading");
    let values = "SELECT occurrence, temperature_celsius, battery_level_percent, humidity_percent_filled, anomaly_type, co2_ppm, \
                  voc_index, valid_until FROM fact_sensor_readings ORDER BY \"timestamp\", occurrence";
    assert_eq!(
        database.sql(values),
        "1|20|80|f|Normal|400||2024-03-01 08:10:00\n1|21|80|f|Normal|410|7|2024-03-01 08:10:00\n\
         2|25|10|t|Low Battery|420|8|2024-03-01 08:20:00\n1|26|80|f|Normal||9|"
    );
    assert_eq!(database.sql("SELECT readings, low_battery, filled_cells FROM daily_statistics"), "4|1|1");
    assert_eq!(equal_rows(&database, &second), 3);
}

/// How many readings of the log stand in the table as its `readings.csv` has them.
fn equal_rows(database: &Database<'_>, out: &std::path::Path) -> usize {
    let mut reader = csv::Reader::from_path(out.join("readings.csv")).expect("readings.csv");
    let header: Vec<String> = reader.headers().expect("a header").iter().map(|name| format!("\"{name}\"")).collect();
    let rows = database.rows(&format!("SELECT {} FROM fact_sensor_readings", header.join(", ")));
    let names: Vec<&str> = header.iter().map(|name| name.trim_matches('"')).collect();
    let same = |found: &[String], expected: &csv::StringRecord| {
        names.iter().zip(found).zip(expected).all(|((name, found), expected)| equal::same(name, found, expected))
    };
    reader.records().map(|row| row.expect("a row")).filter(|row| rows.iter().any(|found| same(found, row))).count()
}

fn single(cluster: &Cluster) {
    let database = Database::new(cluster, "single");
    let known = "SELECT expected_interval_seconds, sensor_category, model FROM dim_devices";
    let rows =
        [("a", "2024-03-01 08:00:00", 1.0), ("a", "2024-03-01 08:10:00", 1.0), ("a", "2024-03-01 08:20:00", 1.0)];
    database.load(&run_text(&small(&rows), "single-three", &[]).join("star"));
    database.sql("UPDATE dim_devices SET model = 'X1', location = 'roof'");
    let said = database.load(&run_text(&small(&[("a", "2024-03-01 08:31:00", 1.0)]), "single-one", &[]).join("star"));
    assert!(said.contains("1 devices: 0 new, 0 changed"), "{said}");
    assert_eq!(database.sql(known), "600|Periodic|X1");
    let rows = [("a", "2024-03-01 08:40:00", 1.0), ("a", "2024-03-01 08:40:30", 1.0)];
    database.load(&run_text(&small(&rows), "single-two", &[]).join("star"));
    assert_eq!(database.sql(known), "30|High-Frequency|X1");
}

fn selected(cluster: &Cluster) {
    let database = Database::new(cluster, "selected");
    let rows =
        [("a", "2024-03-01 08:00:00", 1.0), ("a", "2024-03-02 08:00:00", 2.0), ("a", "2024-03-03 08:00:00", 3.0)];
    let first = run_text(&small(&rows), "selected-first", &["--recipe", "to=2024-03-02"]);
    database.load(&first.join("star"));
    let windows = "SELECT valid_until FROM fact_sensor_readings ORDER BY \"timestamp\"";
    assert_eq!(database.sql(windows), "2024-03-02 08:00:00\n2024-03-03 08:00:00");
    equal::readings(&database, &fs::read(first.join("readings.csv")).expect("readings.csv"));
    // A log with a reading between the last and the one that was not selected.
    database.load(&run_text(&small(&[("a", "2024-03-02 20:00:00", 2.5)]), "selected-between", &[]).join("star"));
    assert_eq!(database.sql(windows), "2024-03-02 08:00:00\n2024-03-02 20:00:00");
}

fn zoned(cluster: &Cluster) {
    let database = Database::new(cluster, "zoned");
    // Clocks went back from midnight to 23:00 on 2018-02-18 in Brazil: a date of 25 hours, whose last hour occurs twice.
    let hour = |i: i64| format!("2018-02-1{} {:02}:15:00", 7 + i / 24, i % 24);
    let first: Vec<String> = (0..20).map(hour).collect();
    let second: Vec<String> = (20..48).map(hour).collect();
    let rows = |times: &[String]| -> String {
        let rows: Vec<(&str, &str, f64)> = times.iter().map(|time| ("a", time.as_str(), 20.5)).collect();
        small(&rows)
    };
    let zone = &["--zone", "America/Sao_Paulo"];
    let [first_out, second_out] = [(&first, "first"), (&second, "second")]
        .map(|(times, name)| run_text(&rows(times), &format!("zoned-{name}"), zone));
    let both: Vec<String> = first.into_iter().chain(second).collect();
    let both = run_text(&rows(&both), "zoned-both", zone);
    database.load(&first_out.join("star"));
    database.load(&second_out.join("star"));
    equal::windows(&database);
    equal::days(&database, &days_of(&both));
}
