//! Partitions: new years, years whose readings are there before their partition, partitions of a person's own, years far away.

use crate::database::{Database, run_text};
use crate::logs::small;
use crate::postgres::Cluster;
use crate::{Case, equal};

pub const CASES: &[Case] = &[
    ("partitions::readings_in_the_default_partition_move_to_their_year", moved),
    ("partitions::partitions_of_ones_own_stay", own),
    ("partitions::the_first_and_the_last_year_have_partitions", far),
    ("partitions::a_log_of_very_many_years_is_loaded", many),
];

const PARTS: &str = "SELECT tableoid::regclass::text, count(*) FROM fact_sensor_readings GROUP BY 1 ORDER BY 1";

fn moved(cluster: &Cluster) {
    let database = Database::new(cluster, "moved");
    database.load(&run_text(&small(&[("a", "2024-12-31 23:00:00", 1.0)]), "moved-2024", &[]).join("star"));
    database.sql(
        "INSERT INTO fact_sensor_readings (device_key, device_id, \"timestamp\", occurrence, temperature_celsius) \
         SELECT device_key, device_id, t::timestamp, 1, 7 FROM dim_devices, \
         (VALUES ('2025-01-01 00:00:00'), ('2025-12-31 23:59:59.999999'), ('2026-01-01 00:00:00')) AS by_hand (t)",
    );
    let values = "SELECT reading_id, \"timestamp\", temperature_celsius FROM fact_sensor_readings WHERE temperature_celsius = 7 ORDER BY 1";
    let before = database.sql(values);
    let star = run_text(&small(&[("a", "2025-06-01 00:00:00", 2.0)]), "moved-2025", &[]).join("star");
    database.load(&star);
    assert_eq!(
        database.sql(PARTS),
        "fact_sensor_readings_2024|1\nfact_sensor_readings_2025|3\nfact_sensor_readings_default|1"
    );
    assert_eq!(database.sql(values), before);
    // What was written by hand has the window that it was written with; the log's reading ends where the next begins.
    let windows =
        "SELECT valid_until FROM fact_sensor_readings WHERE \"timestamp\" < '2025-12-31' ORDER BY \"timestamp\"";
    assert_eq!(database.sql(windows), "\n2025-06-01 00:00:00\n2025-12-31 23:59:59.999999");
    let versions = database.versions();
    database.load(&star);
    assert_eq!(database.versions(), versions);
    // The partition is a whole one: with the key, the foreign key and the indexes, and numbers of its own readings.
    let kinds = "SELECT count(*) FROM pg_index WHERE indrelid = 'fact_sensor_readings_2025'::regclass";
    assert_eq!(database.sql(kinds), "3");
    assert_eq!(database.sql("SELECT count(*), count(DISTINCT reading_id) FROM fact_sensor_readings"), "5|5");
}

fn own(cluster: &Cluster) {
    let database = Database::new(cluster, "own");
    database.load(&run_text(&small(&[("a", "2024-12-31 23:00:00", 1.0)]), "own-2024", &[]).join("star"));
    database
        .sql("CREATE TABLE january PARTITION OF fact_sensor_readings FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')");
    let rows = [("a", "2025-01-05 00:00:00", 2.0), ("a", "2025-02-05 00:00:00", 3.0)];
    let star = run_text(&small(&rows), "own-2025", &[]).join("star");
    database.load(&star);
    assert_eq!(database.sql(PARTS), "fact_sensor_readings_2024|1\nfact_sensor_readings_default|1\njanuary|1");
    equal::windows(&database);
    let versions = database.versions();
    database.load(&star);
    assert_eq!(database.versions(), versions);
}

fn far(cluster: &Cluster) {
    let database = Database::new(cluster, "far");
    let rows = [
        ("a", "0001-01-01 00:00:00", 1.0),
        ("a", "0999-12-31 23:59:59.999999", 2.0),
        ("a", "1969-12-31 23:59:59.999999", 3.0),
        ("a", "9999-12-31 23:59:59.999999", 4.0),
    ];
    let out = run_text(&small(&rows), "far", &[]);
    database.load(&out.join("star"));
    assert_eq!(equal::readings(&database, &std::fs::read(out.join("readings.csv")).expect("readings.csv")), 4);
    assert_eq!(
        database.sql(PARTS),
        "fact_sensor_readings_0001|1\nfact_sensor_readings_0999|1\nfact_sensor_readings_1969|1\nfact_sensor_readings_9999|1"
    );
}

fn many(cluster: &Cluster) {
    let database = Database::new(cluster, "many");
    let times: Vec<String> = (1800..2200).map(|year| format!("{year}-03-01 08:00:00")).collect();
    let rows: Vec<(&str, &str, f64)> = times.iter().map(|time| ("a", time.as_str(), 20.0)).collect();
    let out = run_text(&small(&rows), "many", &[]);
    database.load(&out.join("star"));
    assert_eq!(equal::readings(&database, &std::fs::read(out.join("readings.csv")).expect("readings.csv")), 400);
    let parts = database.sql(PARTS);
    assert_eq!(parts.lines().count(), 101, "{parts}");
    assert!(parts.contains("_2199|1\n") && parts.contains("_default|300"), "{parts}");
}
