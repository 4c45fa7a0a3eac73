//! What is exported reads back equal: Parquet through the crate's own reader, CSV cell by cell, the zip entry by entry.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{Cursor, Read};

use parquet::basic::{Compression, ConvertedType, Encoding, LogicalType, Repetition, TimeUnit};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::statistics::Statistics;
use parquet::record::Field;
use sensorium::aggregate::DailyRow;
use sensorium::clean::{Cleaned, DropReason, Dropped};
use sensorium::contract::{Contract, FillPolicy, Rule, Violation};
use sensorium::detect::Flags;
use sensorium::enrich::{Enriched, fahrenheit};
use sensorium::export::{self, Finding, Guard, RunLog, Written, columns};
use sensorium::ingest::RawRows;
use sensorium::pipeline::Outcome;
use sensorium::recipe::{DateRange, Limits, Mode, Recipe};
use sensorium::table::{
    Bits, DAY_US, DeviceRun, Log, Metric, MetricInfo, Readings, RowPlace, SourceFile, day_of, hour_of,
};
use sensorium::{Error, ErrorKind};

const NAN: f64 = f64::NAN;
/// 2024-03-01 00:00:00 UTC.
const MARCH_US: i64 = 1_709_251_200_000_000;
const HOUR: i64 = 3_600_000_000;

fn metric(name: &str, fill: FillPolicy, required: bool, values: &[f64], filled: &[usize]) -> Metric {
    let mut bits = Bits::zeros(values.len());
    filled.iter().for_each(|&row| bits.set(row));
    let info = MetricInfo { name: name.into(), unit: String::new(), fill, required };
    Metric { info, values: values.to_vec(), filled: bits }
}

/// Two devices on two dates, one named like a formula; a filled cell, a gap that stays, every kind of flag, an extra metric
/// named like a computed column, and a row outside the date range.
fn outcome() -> Outcome {
    let timestamp_us = [8, 23, 24, 25, 8, 8, 60].map(|h| MARCH_US + h * HOUR + h * 125_000).to_vec();
    let readings = Readings {
        zone: sensorium::survey::Zone::default(),
        devices: vec![
            DeviceRun { name: "=cmd|x".into(), start: 0, end: 4 },
            DeviceRun { name: "s,\"1\"".into(), start: 4, end: 7 },
        ],
        metrics: vec![
            metric("temperature_celsius", FillPolicy::Linear, true, &[20.0, 21.5, 40.25, 41.0, -5.0, 0.1, 1.0], &[1]),
            metric("humidity_percent", FillPolicy::Linear, true, &[50.0, NAN, 52.0, 53.0, 54.0, 55.0, 1.0], &[]),
            metric("pressure_hpa", FillPolicy::Linear, true, &[1e300, 1000.0, -0.0, 1e-7, 1.0, 2.0, 1.0], &[2, 3]),
            metric("battery_level_percent", FillPolicy::No, true, &[80.0, 14.0, 80.0, 3.0, 80.0, 80.0, 1.0], &[]),
            metric("Temperature_Celsius_Filled", FillPolicy::No, false, &[1.0, NAN, 3.0, 4.0, 5.0, 6.0, 1.0], &[]),
            metric("date", FillPolicy::No, false, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1.0], &[]),
        ],
        timestamp_us,
        line: vec![2, 4, 6, 8, 3, 5, 9],
        file: vec![0, 1, 0, 1, 0, 1, 0],
        files: vec!["a.csv".into(), "-b.csv".into()],
    };
    let days = [(0, 0, 2), (0, 2, 4), (1, 4, 6)];
    let daily = days.map(|(device, start, end)| DailyRow {
        device,
        day: day_of(readings.timestamp_us[start]),
        start,
        end,
        mean_temperature_celsius: 20.75,
        mean_humidity_percent: if device == 0 { NAN } else { 54.5 },
        min_battery_percent: 3.0,
        filled_cells: 1,
    });
    let repaired = DropReason::Repaired { metric: 3, was: "101".into() };
    Outcome {
        enriched: Enriched {
            temp_rolling_avg_3: vec![NAN, NAN, 27.25, 34.25, NAN, NAN, 0.1],
            selected: vec![(0, 4), (4, 6)],
        },
        flags: Flags { bytes: vec![0, 2, 1, 3, 0, 0, 1] },
        daily: daily.to_vec(),
        cleaned: Cleaned {
            readings,
            dropped: vec![Dropped { place: RowPlace { file: 1, line: 7 }, reason: repaired }],
            set_aside: vec![RowPlace { file: 0, line: 4 }],
            ..Cleaned::default()
        },
        ..Outcome::default()
    }
}

fn violation(line: u32, column: Option<u16>, rule: Rule, value: &str) -> Violation {
    Violation { file: 0, line, column, rule, value: value.into() }
}

fn log() -> Log {
    let header = ["timestamp", "device_id", "temperature_celsius"].map(String::from).to_vec();
    let file = |name: &str, rows_read| SourceFile {
        name: name.into(),
        bytes: 9,
        rows_read,
        header: header.clone(),
        ..SourceFile::default()
    };
    Log {
        files: vec![file("a.csv", 5), file("-b.csv", 4)],
        violations: vec![
            violation(4, Some(1), Rule::MissingDevice, ""),
            violation(4, Some(2), Rule::OutOfBounds, "-999"),
            violation(4, Some(2), Rule::NotANumber, "=1+1"),
            violation(6, None, Rule::RaggedRow, "7 of 6"),
        ],
        ..Log::default()
    }
}

/// Rows named after their place.
struct Rows;

impl RawRows for Rows {
    fn raw_row(&mut self, place: RowPlace) -> Result<String, Error> {
        Ok(format!("@file {}, line \"{}\"", place.file, place.line))
    }
}

fn text(write: impl FnOnce(&mut Vec<u8>) -> Result<u64, Error>) -> (String, u64) {
    let mut bytes = Vec::new();
    let rows = write(&mut bytes).unwrap();
    (String::from_utf8(bytes).unwrap(), rows)
}

/// The cells of a CSV, header first.
fn cells(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|r| r.unwrap().iter().map(String::from).collect()).collect()
}

fn parquet(outcome: &Outcome) -> (SerializedFileReader<bytes::Bytes>, u64) {
    let mut bytes = Vec::new();
    let rows = export::readings_parquet(&mut bytes, outcome, &Recipe::default()).unwrap();
    (SerializedFileReader::new(bytes.into()).unwrap(), rows)
}

fn parquet_rows(reader: &SerializedFileReader<bytes::Bytes>) -> Vec<Vec<(String, Field)>> {
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| row.unwrap().into_columns()).collect()
}

#[test]
fn parquet_holds_every_value_of_the_rows_in_range() {
    let outcome = outcome();
    let (reader, count) = parquet(&outcome);
    let rows = parquet_rows(&reader);
    assert_eq!((rows.len(), count), (6, 6));
    let readings = &outcome.cleaned.readings;
    let number = |v: f64| if v.is_nan() { Field::Null } else { Field::Double(v) };
    let wording = ["Normal", "Low Battery", "High Temperature", "High Temp & Low Battery", "Normal", "Normal"];
    for (row, found) in rows.iter().enumerate() {
        let device = &readings.devices[readings.device_of(row)].name;
        let metric = |m: usize| number(readings.metrics[m].values[row]);
        let filled = |m: usize| Field::Bool(readings.metrics[m].filled.get(row));
        let mut expected = vec![
            ("timestamp", Field::TimestampMicros(readings.timestamp_us[row])),
            ("device_id", Field::Str(device.clone())),
            ("temperature_celsius", metric(0)),
            ("humidity_percent", metric(1)),
            ("pressure_hpa", metric(2)),
            ("battery_level_percent", metric(3)),
            ("Temperature_Celsius_Filled_2", metric(4)),
            ("date", metric(5)),
            ("temperature_fahrenheit", number(fahrenheit(readings.metrics[0].values[row]))),
            ("hour_of_day", Field::Int(hour_of(readings.timestamp_us[row]).into())),
            ("temp_rolling_avg_3", number(outcome.enriched.temp_rolling_avg_3[row])),
            ("valid_until", readings.valid_until_us(row).map_or(Field::Null, Field::TimestampMicros)),
            ("anomaly_type", Field::Str(wording[row].into())),
            ("is_anomaly", Field::Bool(wording[row] != "Normal")),
            ("temperature_celsius_filled", filled(0)),
            ("humidity_percent_filled", filled(1)),
            ("pressure_hpa_filled", filled(2)),
        ];
        expected.push(("source_file", Field::Str(readings.files[readings.file[row] as usize].clone())));
        expected.push(("source_line", Field::Long(readings.line[row].into())));
        let expected: Vec<_> = expected.into_iter().map(|(name, field)| (name.to_string(), field)).collect();
        assert_eq!(found, &expected, "row {row}");
    }
}

#[test]
fn parquet_types_encodings_and_statistics_are_as_promised() {
    let (reader, _) = parquet(&outcome());
    let metadata = reader.metadata();
    let schema = metadata.file_metadata().schema_descr();
    let group = metadata.row_group(0);
    for (i, column) in schema.columns().iter().enumerate() {
        let chunk = group.column(i);
        let dictionary = chunk.dictionary_page_offset().is_some();
        assert_eq!(chunk.compression(), Compression::SNAPPY, "{}", column.name());
        let statistics = chunk.statistics().unwrap();
        assert!(statistics.min_bytes_opt().is_some() && statistics.max_bytes_opt().is_some(), "{}", column.name());
        let optional = column.self_type().get_basic_info().repetition() == Repetition::OPTIONAL;
        match column.name() {
            "timestamp" | "valid_until" => {
                assert_eq!(column.logical_type_ref(), Some(&LogicalType::timestamp(false, TimeUnit::MICROS)));
                assert!(chunk.encodings().any(|e| e == Encoding::DELTA_BINARY_PACKED));
                assert_eq!(optional, column.name() == "valid_until");
            }
            "device_id" | "anomaly_type" | "source_file" => {
                assert_eq!(column.logical_type_ref(), Some(&LogicalType::String));
                assert_eq!(column.converted_type(), ConvertedType::UTF8);
                assert!(dictionary && !optional, "{}", column.name());
            }
            "hour_of_day" | "is_anomaly" | "source_line" => assert!(!optional),
            name if name.ends_with("_filled") => assert!(!optional),
            // Distinct values are smaller without a dictionary, repeated ones with it.
            "temperature_celsius" => assert!(optional && !dictionary),
            "battery_level_percent" => assert!(optional && dictionary),
            _ => assert!(optional, "{}", column.name()),
        }
    }
    let Some(Statistics::Double(celsius)) = group.column(2).statistics() else { panic!("no doubles") };
    assert_eq!((celsius.min_opt(), celsius.max_opt()), (Some(&-5.0), Some(&41.0)));
    assert_eq!(group.column(3).statistics().unwrap().null_count_opt(), Some(1));
    let about = metadata.file_metadata().key_value_metadata().unwrap();
    let value = |key: &str| about.iter().find(|kv| kv.key == key).and_then(|kv| kv.value.as_deref());
    assert_eq!(value("sensorium.version"), Some(env!("CARGO_PKG_VERSION")));
    assert!(value("sensorium.recipe").is_some_and(|json| json.contains("temperature_celsius")));
}

#[test]
fn a_row_group_holds_at_most_a_mebirow_and_batches_lose_none() {
    // Devices of odd sizes, so that batches and groups end inside and between them.
    let sizes = [1, 40_000, 700_001, 3, 500_000];
    let rows: usize = sizes.iter().sum();
    let mut readings =
        Readings { timestamp_us: (0..rows as i64).map(|r| r * 1_000_003).collect(), ..Readings::default() };
    readings.line = (0..rows as u32).map(|r| r + 2).collect();
    let values: Vec<f64> = (0..rows).map(|r| if r % 7 == 3 { NAN } else { (r % 1000) as f64 / 10.0 }).collect();
    readings.metrics = vec![metric("temperature_celsius", FillPolicy::Linear, true, &values, &[5, 40_001])];
    // More distinct values than a dictionary takes.
    let distinct: Vec<f64> = (0..rows).map(|r| if r % 5 == 0 { NAN } else { r as f64 * 0.25 }).collect();
    let mut selected = Vec::new();
    for (i, size) in sizes.into_iter().enumerate() {
        let start = readings.devices.last().map_or(0, |d| d.end);
        readings.devices.push(DeviceRun { name: format!("d{i}"), start, end: start + size });
        selected.push((start, start + size));
    }
    let outcome = Outcome {
        enriched: Enriched { temp_rolling_avg_3: distinct.clone(), selected },
        flags: Flags { bytes: (0..rows).map(|r| (r % 4) as u8).collect() },
        cleaned: Cleaned { readings, ..Cleaned::default() },
        ..Outcome::default()
    };
    let (reader, count) = parquet(&outcome);
    assert_eq!(count, rows as u64);
    let groups = reader.metadata().row_groups();
    assert_eq!(groups.iter().map(|g| g.num_rows()).collect::<Vec<_>>(), [1 << 20, rows as i64 - (1 << 20)]);
    assert!(groups[0].column(2).dictionary_page_offset().is_some(), "few distinct values share a dictionary");
    assert!(groups[0].column(5).dictionary_page_offset().is_none(), "too many for a dictionary");
    let bounds = |group: usize, column: usize| {
        let statistics = groups[group].column(column).statistics().unwrap();
        (statistics.min_bytes_opt().unwrap(), statistics.max_bytes_opt().unwrap())
    };
    let us = |row: usize| (row as i64 * 1_000_003).to_le_bytes();
    for (group, rows) in [0..1 << 20, 1 << 20..rows].into_iter().enumerate() {
        assert_eq!(bounds(group, 0), (&us(rows.start)[..], &us(rows.end - 1)[..]));
        assert_eq!(bounds(group, 1), if group == 0 { (&b"d0"[..], &b"d4"[..]) } else { (&b"d4"[..], &b"d4"[..]) });
        assert_eq!(bounds(group, 2), (&(-0.0_f64).to_le_bytes()[..], &99.9_f64.to_le_bytes()[..]));
        let missing = rows.filter(|row| row % 7 == 3).count() as u64;
        assert_eq!(groups[group].column(2).statistics().unwrap().null_count_opt(), Some(missing));
        assert_eq!(bounds(group, 4), (&[0, 0, 0, 0][..], &[23, 0, 0, 0][..]));
        assert_eq!(bounds(group, 8), (&[0][..], &[1][..]));
    }
    let readings = &outcome.cleaned.readings;
    for (row, found) in reader.get_row_iter(None).unwrap().enumerate() {
        let found = found.unwrap().into_columns();
        let celsius = if values[row].is_nan() { Field::Null } else { Field::Double(values[row]) };
        assert_eq!(found[0].1, Field::TimestampMicros(row as i64 * 1_000_003));
        assert_eq!(found[1].1, Field::Str(readings.devices[readings.device_of(row)].name.clone()));
        assert_eq!(found[2].1, celsius);
        assert_eq!(found[5].1, if row % 5 == 0 { Field::Null } else { Field::Double(distinct[row]) });
        assert_eq!(found[6].1, readings.valid_until_us(row).map_or(Field::Null, Field::TimestampMicros));
        assert_eq!(found[8].1, Field::Bool(row % 4 != 0));
        assert_eq!(found[9].1, Field::Bool(row == 5 || row == 40_001));
    }
}

#[test]
fn partitions_hold_each_row_once_under_its_date() {
    let outcome = outcome();
    let partitions: Vec<_> = export::partitions(&outcome, &Recipe::default()).map(Result::unwrap).collect();
    let paths: Vec<_> = partitions.iter().map(|p| (p.path.as_str(), p.rows)).collect();
    assert_eq!(paths, [("date=2024-03-01/part-0.parquet", 4), ("date=2024-03-02/part-0.parquet", 2)]);
    let mut stamps = Vec::new();
    for partition in &partitions {
        let rows = parquet_rows(&SerializedFileReader::new(bytes::Bytes::from(partition.bytes.clone())).unwrap());
        assert!(rows[0].iter().any(|(name, _)| name == "date_2"), "the name in the path stays free");
        for row in rows {
            let Field::TimestampMicros(us) = row[0].1 else { panic!("no time") };
            let mut date = String::new();
            export::text::push_day(&mut date, day_of(us));
            assert!(partition.path.contains(&date));
            stamps.push((us, row[1].1.to_string()));
        }
    }
    assert_eq!(stamps.len(), 6);
    assert_eq!(stamps[0].0, outcome.cleaned.readings.timestamp_us[0]);
    assert_eq!(stamps[2].0, outcome.cleaned.readings.timestamp_us[4], "devices in order within a date");

    let mut zipped = Cursor::new(Vec::new());
    assert_eq!(export::partitions_zip(&mut zipped, &outcome, &Recipe::default()).unwrap(), 6);
    let mut again = Cursor::new(Vec::new());
    export::partitions_zip(&mut again, &outcome, &Recipe::default()).unwrap();
    assert_eq!(zipped, again, "the same bytes each time");
    let mut archive = zip::ZipArchive::new(zipped).unwrap();
    assert_eq!(archive.len(), partitions.len());
    for partition in &partitions {
        let mut entry = archive.by_name(&partition.path).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        assert!(bytes == partition.bytes, "{}", partition.path);
    }
}

#[test]
fn readings_csv_is_guarded_and_short() {
    let outcome = outcome();
    let (csv, rows) = text(|out| export::readings_csv(out, &outcome, &Recipe::default()));
    let table = cells(&csv);
    assert_eq!((table.len(), rows), (7, 6));
    assert_eq!(
        table[0].join(","),
        "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent,\
         Temperature_Celsius_Filled_2,date,temperature_fahrenheit,hour_of_day,temp_rolling_avg_3,valid_until,anomaly_type,\
         is_anomaly,temperature_celsius_filled,humidity_percent_filled,pressure_hpa_filled,source_file,source_line"
    );
    assert_eq!(
        table[2].join("|"),
        "2024-03-01 23:00:02.875|'=cmd|x|21.5||1000.0|14.0||2.0|70.7|23||2024-03-02 00:00:03|Low Battery|true|true|false|\
         false|'-b.csv|4"
    );
    assert_eq!(table[4][11], "", "a device's last reading is valid without end");
    assert_eq!((table[5][1].as_str(), table[5][2].as_str()), ("s,\"1\"", "-5.0"));
    assert_eq!((table[1][4].as_str(), table[3][4].as_str(), table[4][4].as_str()), ("1e300", "-0.0", "1e-7"));

    let (csv, rows) = text(|out| export::anomalies_csv(out, &outcome, &Recipe::default()));
    let anomalies = cells(&csv);
    assert_eq!(rows, 3);
    assert_eq!(anomalies, [&table[0], &table[2], &table[3], &table[4]].map(Clone::clone));
}

#[test]
fn one_file_has_no_source_columns_and_no_temperature_leaves_its_columns_empty() {
    let mut outcome = outcome();
    outcome.cleaned.readings.file.clear();
    outcome.cleaned.readings.metrics.drain(..1);
    outcome.enriched.temp_rolling_avg_3.clear();
    let mut contract = Contract::default();
    contract.columns.retain(|c| c.name != "temperature_celsius");
    let recipe = Recipe { contract, ..Recipe::default() };
    let names: Vec<_> =
        columns::columns(&recipe.contract, &outcome.cleaned.readings, false).into_iter().map(|c| c.name).collect();
    assert!(!names.iter().any(|name| name.starts_with("source_")));
    let (csv, _) = text(|out| export::readings_csv(out, &outcome, &recipe));
    let table = cells(&csv);
    for name in ["temperature_fahrenheit", "temp_rolling_avg_3"] {
        let column = table[0].iter().position(|n| n == name).unwrap();
        assert!(table[1..].iter().all(|row| row[column].is_empty()), "{name}");
    }
    let mut bytes = Vec::new();
    export::readings_parquet(&mut bytes, &outcome, &recipe).unwrap();
    let rows = parquet_rows(&SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap());
    assert!(rows.iter().all(|row| row.iter().any(|(n, f)| n == "temperature_fahrenheit" && *f == Field::Null)));
}

#[test]
fn lists_name_every_row_that_did_not_stay() {
    let (outcome, log) = (outcome(), log());
    let (csv, lines) = text(|out| export::set_aside_csv(out, &log, &outcome, &mut Rows));
    assert_eq!(lines, 3);
    assert_eq!(
        csv,
        "file,line,column,value,rule,row\n\
         a.csv,4,device_id,,missing_device,\"'@file 0, line \"\"4\"\"\"\n\
         a.csv,4,temperature_celsius,-999,out_of_bounds,\"'@file 0, line \"\"4\"\"\"\n\
         a.csv,4,temperature_celsius,'=1+1,not_a_number,\"'@file 0, line \"\"4\"\"\"\n"
    );
    let (csv, rows) = text(|out| export::dropped_csv(out, &log, &outcome, &mut Rows));
    assert_eq!(rows, 1);
    assert_eq!(
        csv,
        "file,line,reason,row\n\
         '-b.csv,7,\"missing battery_level_percent (repaired, was 101)\",\"'@file 1, line \"\"7\"\"\"\n"
    );
    let (csv, rows) = text(|out| export::daily_csv(out, &outcome));
    assert_eq!(rows, 3);
    assert_eq!(
        csv,
        "device_id,date,daily_avg_temp,daily_avg_humidity,daily_min_battery,readings,filled_cells,high_temperature,\
         low_battery,both\n\
         '=cmd|x,2024-03-01,20.75,,3.0,2,1,0,1,0\n\
         '=cmd|x,2024-03-02,20.75,,3.0,2,1,1,0,1\n\
         \"s,\"\"1\"\"\",2024-03-01,20.75,54.5,3.0,2,1,0,0,0\n"
    );
}

#[test]
fn findings_are_exact_for_programs_and_guarded_for_spreadsheets() {
    let log = log();
    let absent = Error::new(ErrorKind::Header, "c.csv", "a column is absent")
        .at_line(1)
        .with_finding("device_id", "required column absent")
        .with_finding("pressure_hpa", "required column absent");
    let (tabs, lines) = text(|out| {
        export::write_findings(out, &export::findings(std::slice::from_ref(&absent), Some(&log)), Guard::ExactTabs)
    });
    assert_eq!(lines, 6);
    assert_eq!(
        tabs,
        "file\tline\tcolumn\tvalue\trule\n\
         c.csv\t\tdevice_id\t\trequired column absent\n\
         c.csv\t\tpressure_hpa\t\trequired column absent\n\
         a.csv\t4\tdevice_id\t\tmissing_device\n\
         a.csv\t4\ttemperature_celsius\t-999\tout_of_bounds\n\
         a.csv\t4\ttemperature_celsius\t=1+1\tnot_a_number\n\
         a.csv\t6\t\t7 of 6\tragged_row\n"
    );
    let (guarded, _) = text(|out| export::write_findings(out, &export::findings(&[], Some(&log)), Guard::Spreadsheet));
    assert!(guarded.contains(",'=1+1,") && guarded.contains(",-999,"), "{guarded}");
    let vanished = Error::new(ErrorKind::Read, "d.csv", "the file is gone").at_line(3);
    let (csv, lines) =
        text(|out| export::write_findings(out, &export::findings(std::slice::from_ref(&vanished), None), Guard::Exact));
    assert_eq!((csv.as_str(), lines), ("file,line,column,value,rule\nd.csv,3,,,the file is gone\n", 1));
    let outcome = outcome();
    let dropped: Vec<_> = Finding::of_dropped(&log, &outcome).collect();
    let [only] = dropped.as_slice() else { panic!("one row was dropped") };
    assert_eq!((only.file, only.line, only.column), ("-b.csv", Some(7), Some("battery_level_percent")));
    assert_eq!(only.rule, "missing battery_level_percent (repaired, was 101)");
}

#[test]
fn the_run_log_tells_the_whole_run() {
    let (outcome, log) = (outcome(), log());
    let mut recipe = Recipe {
        mode: Mode::Repair,
        limits: Limits { high_temp_celsius: 28.5, ..Limits::default() },
        dates: DateRange { from_day: Some(19_783), to_day: None },
        ..Recipe::default()
    };
    let written = [Written { name: "readings.csv".into(), rows: 6, bytes: 100 }];
    let notices = ["c.csv was left out".to_string()];
    let tell = |recipe: &Recipe, at| {
        let run = RunLog { log: &log, outcome: &outcome, recipe, notices: &notices, written: &written, at };
        let mut out = Vec::new();
        export::run_log(&mut out, &run).unwrap();
        String::from_utf8(out).unwrap()
    };
    let text = tell(&recipe, None);
    for part in [
        concat!("Sensorium ", env!("CARGO_PKG_VERSION"), " run log\n"),
        "high_temp=28.5",
        "mode=repair",
        "contract: the default",
        "a.csv: 5 rows, 9 bytes",
        "c.csv was left out",
        "rows read: 9\n  rows set aside: 1\n  rows dropped: 1\n  rows outside the date range: 1\n  rows out: 6\n  devices: 2\n",
        "cells filled in pressure_hpa: 2",
        "anomalies: 3\n    high temperature: 1\n    low battery: 1\n    both: 1\n",
        "4 in all",
        "out_of_bounds: 1",
        "a.csv line 4, temperature_celsius: expected a number between -20 and 50, but found \"-999\"",
        "Cells repaired\n  a.csv line 6: expected as many cells as the header has, but found 7 of 6",
        "readings.csv: 6 rows, 100 bytes",
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    assert!(!text.contains("Run at"));
    assert!(tell(&recipe, Some("2026-11-23 22:00:00 UTC")).contains("Run at 2026-11-23 22:00:00 UTC\n"));
    recipe.contract.columns[2].max = Some(60.0);
    assert!(tell(&recipe, None).contains("60.0"), "an own contract is written out");
}

#[test]
fn a_day_without_rows_has_no_partition_and_nothing_is_a_whole_file_too() {
    let nothing = Outcome::default();
    assert_eq!(export::partitions(&nothing, &Recipe::default()).count(), 0);
    let (reader, rows) = parquet(&nothing);
    assert_eq!((reader.metadata().file_metadata().num_rows(), rows), (0, 0));
    assert_eq!(DAY_US, 24 * HOUR);
}
