//! A log as a whole: loaded, loaded again, loaded from elsewhere, and as the files say.

use std::fs;

use crate::database::{Database, place, run_text};
use crate::postgres::{Cluster, OWNER};
use crate::{Case, equal, logs};

pub const CASES: &[Case] = &[
    ("whole::a_hundred_thousand_readings_arrive_equal_and_a_second_load_changes_nothing", twice),
    ("whole::the_folder_is_loaded_from_elsewhere", elsewhere),
    ("whole::files_that_were_cut_or_exchanged_are_refused", cut),
    ("whole::the_schema_is_as_promised", schema),
    ("whole::several_files_keep_their_names_and_lines", sources),
];

fn twice(cluster: &Cluster) {
    let database = Database::new(cluster, "twice");
    let out = run_text(&logs::large(100_000), "twice", &["--recipe", "high_temp=29"]);
    let said = database.load(&out.join("star"));
    assert!(said.contains("readings: 100000 new, 0 changed; 0 earlier"), "{said}");
    let csv = fs::read(out.join("readings.csv")).expect("readings.csv");
    assert_eq!(equal::readings(&database, &csv), 100_000);
    equal::days(&database, &fs::read(out.join("daily.csv")).expect("daily.csv"));
    equal::windows(&database);
    let flagged = database.sql("SELECT count(DISTINCT anomaly_type), max(occurrence) FROM fact_sensor_readings");
    assert_eq!(flagged, "4|2", "every kind of flag, and repeated times");
    assert_eq!(database.sql("SELECT DISTINCT sensor_category FROM dim_devices ORDER BY 1"), "High-Frequency\nPeriodic");
    let parts = database.sql("SELECT tableoid::regclass, count(*) FROM fact_sensor_readings GROUP BY 1 ORDER BY 1");
    assert!(
        parts.starts_with("fact_sensor_readings_2023|") && parts.contains("\nfact_sensor_readings_2024|"),
        "{parts}"
    );

    let before = database.versions();
    assert!(before.len() > 100_050, "{}", before.len());
    let said = database.load(&out.join("star"));
    assert!(said.contains("devices: 0 new, 0 changed") && said.contains("readings: 0 new, 0 changed; 0"), "{said}");
    assert!(said.contains("days: 0 new, 0 changed"), "{said}");
    assert!(before == database.versions(), "a second load writes no row");
}

fn elsewhere(cluster: &Cluster) {
    let database = Database::new(cluster, "elsewhere");
    let out = run_text(&logs::small(&[("a", "2024-03-01 08:00:00", 20.0)]), "elsewhere", &[]);
    let folder = place("elsewhere it's \"here\"").join("star");
    fs::rename(out.join("star"), &folder).expect("the folder moves");
    let mut psql = cluster.psql(&database.name);
    psql.args(["-v", "ON_ERROR_STOP=1", "-f"]).arg(folder.join("load.sql"));
    let said = database.refuses(psql);
    assert!(said.contains("schema.sql: No such file"), "{said}");
    assert!(database.tables().is_empty());
    let mut psql = cluster.psql(&database.name);
    psql.args(["-v", "ON_ERROR_STOP=1", "-v"]).arg(format!("bundle={}", folder.display())).arg("-f");
    psql.arg(folder.join("load.sql"));
    crate::postgres::said(&psql.output().expect("psql starts")).expect("the load ends well");
    assert_eq!(database.sql("SELECT count(*) FROM fact_sensor_readings"), "1");
}

fn cut(cluster: &Cluster) {
    let database = Database::new(cluster, "cut");
    let rows: Vec<(&str, String, f64)> =
        (0..50).map(|i| ("a", format!("2024-03-01 08:{i:02}:00"), f64::from(i))).collect();
    let rows: Vec<(&str, &str, f64)> =
        rows.iter().map(|(device, time, value)| (*device, time.as_str(), *value)).collect();
    let star = run_text(&logs::small(&rows), "cut", &[]).join("star");
    let readings = star.join("fact_sensor_readings.csv");
    let text = fs::read_to_string(&readings).expect("the readings");
    let without_last = text.trim_end().rsplit_once('\n').expect("lines").0;
    let expected = "nothing was loaded: expected 50 as readings, but found 49";
    for (damaged, why) in [
        (format!("{without_last}\n"), expected),
        (text.replacen(",49.0,", ",49.5,", 1), "largest \"temperature_celsius\""),
        (text[..text.len() - 20].to_owned(), "ERROR"),
    ] {
        fs::write(&readings, &damaged).expect("damaged readings");
        let said = database.refuses(database.psql_load(OWNER, &star));
        assert!(said.contains(why), "{said}");
        assert!(database.tables().is_empty(), "{:?}", database.tables());
    }
    fs::write(&readings, text).expect("the readings");
    database.load(&star);
}

fn schema(cluster: &Cluster) {
    let database = Database::new(cluster, "promised");
    let star = run_text(&logs::small(&[("a", "2024-03-01 08:00:00", 20.0)]), "promised", &[]).join("star");
    database.load(&star);
    let rows = |query: &str| database.sql(query);
    assert_eq!(
        rows(
            "SELECT partstrat, partnatts FROM pg_partitioned_table WHERE partrelid = 'fact_sensor_readings'::regclass"
        ),
        "r|1"
    );
    assert_eq!(
        rows(
            "SELECT inhrelid::regclass, pg_get_expr(relpartbound, oid) FROM pg_inherits JOIN pg_class ON oid = inhrelid \
              WHERE inhparent = 'fact_sensor_readings'::regclass ORDER BY 1"
        ),
        "fact_sensor_readings_default|DEFAULT\n\
         fact_sensor_readings_2024|FOR VALUES FROM ('2024-01-01 00:00:00') TO ('2025-01-01 00:00:00')"
    );
    assert_eq!(
        rows(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'fact_sensor_readings'::regclass \
              AND contype IN ('f', 'p') ORDER BY contype"
        ),
        "FOREIGN KEY (device_key) REFERENCES dim_devices(device_key)\nPRIMARY KEY (device_key, \"timestamp\", occurrence)"
    );
    let indexes = rows("SELECT indexdef FROM pg_indexes WHERE tablename = 'fact_sensor_readings_2024' ORDER BY 1");
    for columns in ["(\"timestamp\")", "(device_key, valid_until)", "(device_key, \"timestamp\", occurrence)"] {
        assert!(indexes.contains(columns), "{columns} in {indexes}");
    }
    let device = rows(
        "SELECT device_id, model, location, expected_interval_seconds, sensor_category, \
                       created_at > now() - interval '1 hour' FROM dim_devices",
    );
    assert_eq!(device, "a||||On-Event|t");
    assert_eq!(rows("SELECT reading_id > 0, occurrence FROM fact_sensor_readings"), "t|1");
    let orphan = "INSERT INTO fact_sensor_readings (device_key, device_id, \"timestamp\", occurrence) VALUES (99, 'x', now(), 1)";
    let refused = cluster.sql(&database.name, orphan).expect_err("a reading of no device");
    assert!(refused.contains("foreign key"), "{refused}");
    let twin = "INSERT INTO dim_devices (device_id, sensor_category) VALUES ('a', 'Periodic')";
    let refused = cluster.sql(&database.name, twin).expect_err("a device of the same id");
    assert!(refused.contains("dim_devices_device_id"), "{refused}");
}

fn sources(cluster: &Cluster) {
    let database = Database::new(cluster, "sources");
    let folder = place("sources-logs");
    for (name, time) in [("=a, b.csv", "2024-03-01 08:00:00"), ("c.csv", "2024-03-01 09:00:00")] {
        fs::write(folder.join(name), logs::small(&[("x", time, 20.0), ("y", time, 21.0)])).expect("a log");
    }
    let second = folder.join("c.csv");
    let options = [second.to_str().expect("a path of text")];
    let out = crate::database::run(&folder.join("=a, b.csv"), "sources", &options).expect("a run");
    database.load(&out.join("star"));
    assert_eq!(equal::readings(&database, &fs::read(out.join("readings.csv")).expect("readings.csv")), 4);
    assert_eq!(database.sql("SELECT DISTINCT source_file FROM fact_sensor_readings ORDER BY 1"), "=a, b.csv\nc.csv");
}
