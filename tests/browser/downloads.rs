//! Exports: each is downloaded, holds what the native library writes for the same bytes, and reads back equal.
//!
//! Owns reading the files back. Assumes the library's own writers are tested for their contents. Refuses a download that is
//! merely there.

use std::fs;
use std::io::Read;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use sensorium::pipeline::Outcome;
use sensorium::protocol::{ExportKind, TableKind};
use sensorium::recipe::Recipe;

use crate::canvas;
use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::expected::Expected;
use crate::logs::{self, Folder};
use crate::page::Page;
use crate::visit::visit;

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("each_export_is_what_the_library_writes_and_reads_back", each_export),
        in_chromium("parquet_of_a_moved_recipe_holds_its_readings", moved_recipe),
        in_chromium("the_picture_is_a_png_of_the_chart", picture),
        in_chromium("findings_of_a_refused_run_are_downloaded", findings),
    ]
}

const KINDS: [(&str, ExportKind); 11] = [
    ("parquet", ExportKind::Parquet),
    ("parquet-partitioned", ExportKind::ParquetPartitioned),
    ("star-schema", ExportKind::StarSchema),
    ("csv", ExportKind::Csv),
    ("anomalies", ExportKind::Anomalies),
    ("daily", ExportKind::Daily),
    ("set-aside", ExportKind::SetAside),
    ("dropped", ExportKind::Dropped),
    ("log", ExportKind::Log),
    ("report", ExportKind::Report),
    ("sql", ExportKind::Sql),
];

/// Takes an export and returns its bytes.
pub fn export(page: &Page, name: &str, ending: &str) -> Vec<u8> {
    page.clear_downloads();
    page.click("#export");
    page.click(&format!("[data-export={name}]"));
    fs::read(page.download(ending)).expect("the download is read")
}

fn each_export(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let path = folder.write("fleet.csv", &text);
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        let mut expected = Expected::of_text("fleet.csv", &text);
        let mut parquet = Vec::new();
        for (name, kind) in KINDS {
            let (file, bytes) = expected.export(kind);
            assert!(file.starts_with("fleet."), "{file} does not carry the name of the log");
            let found = export(page, name, &file);
            if found != bytes {
                let words = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(2_000)]).into_owned();
                panic!("{name}: {} bytes, not {}:\n{}\n--\n{}", found.len(), bytes.len(), words(&found), words(&bytes));
            }
            match kind {
                ExportKind::Parquet => {
                    holds(&found, expected.session().outcome());
                    parquet = found;
                }
                ExportKind::ParquetPartitioned => partitions(&found, &mut expected),
                ExportKind::Csv => reads_back(&text, &found),
                ExportKind::Anomalies => assert_eq!(records(&found), expected.tiles()[5].1),
                ExportKind::Daily => assert_eq!(records(&found), expected.rows(TableKind::Daily)),
                ExportKind::SetAside => assert!(records(&found) >= expected.tiles()[3].1),
                ExportKind::StarSchema => star(&found, &mut expected),
                ExportKind::Dropped => assert_eq!(records(&found), expected.tiles()[4].1),
                _ => assert!(String::from_utf8_lossy(&found).contains("fleet.csv")),
            }
        }
        let exports = page.measures("export");
        assert_eq!(exports.len(), KINDS.len());
        assert!(exports.iter().all(|one| one.bytes > 0.0 && one.duration_ms > 0.0), "{exports:?}");
        // What was exported opens like the log that it was, and what is damaged costs a sentence.
        let readings = page.count("readings");
        page.upload(&[&folder.write("back.parquet", &parquet)]);
        page.wait_for(
            "the file itself",
            "return document.title.includes('back.parquet') && document.body.dataset.phase === 'ready'",
        );
        assert_eq!((page.count("readings"), page.count("set-aside")), (readings, 0));
        parquet.truncate(parquet.len() - 9);
        page.upload(&[&folder.write("cut.parquet", &parquet)]);
        page.wait_phase("refused");
        let sentence = page.text("#refused-title");
        assert!(sentence.contains("cut.parquet: the Parquet file is damaged"), "{sentence}");
    });
}

/// Every file of the bundle, a fact a reading, a dimension a device.
fn star(bytes: &[u8], expected: &mut Expected) {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
    assert_eq!(archive.len(), sensorium::star::StarFile::ALL.len());
    let [(_, readings), (_, devices), ..] = expected.tiles();
    for (name, rows) in [("fact_sensor_readings.csv", readings), ("dim_devices.csv", devices)] {
        let mut content = Vec::new();
        archive.by_name(name).expect("a file of the bundle").read_to_end(&mut content).expect("it is read");
        assert_eq!(records(&content), rows, "{name}");
    }
}

/// Records of a CSV after its header.
fn records(bytes: &[u8]) -> u64 {
    csv::Reader::from_reader(bytes).records().inspect(|record| assert!(record.is_ok(), "{record:?}")).count() as u64
}

/// Every row of a Parquet file against the readings in memory.
pub fn holds(bytes: &[u8], outcome: &Outcome) {
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes.to_vec())).expect("a Parquet file");
    let rows = reader.get_row_iter(None).expect("rows");
    let readings = &outcome.cleaned.readings;
    let mut at = outcome.enriched.rows();
    for found in rows {
        let found = found.expect("a row").into_columns();
        let row = at.next().expect("no more rows than readings");
        let field = |name: &str| found.iter().find(|(column, _)| column == name).map(|(_, field)| field.clone());
        let number = |value: f64| if value.is_nan() { Field::Null } else { Field::Double(value) };
        assert_eq!(field("timestamp"), Some(Field::TimestampMicros(readings.timestamp_us[row])));
        let device = &readings.devices[readings.device_of(row)].name;
        assert_eq!(field("device_id"), Some(Field::Str(device.clone())));
        for metric in &readings.metrics {
            assert_eq!(field(&metric.info.name), Some(number(metric.values[row])), "{} {row}", metric.info.name);
        }
        assert_eq!(field("temp_rolling_avg_3"), Some(number(outcome.enriched.temp_rolling_avg_3[row])));
        let flag = outcome.flags.bytes[row];
        assert_eq!(field("anomaly_type"), Some(Field::Str(sensorium::detect::anomaly_type(flag).into())));
        assert_eq!(field("is_anomaly"), Some(Field::Bool(flag != 0)));
        let filled = Field::Bool(readings.metrics[0].filled.get(row));
        assert_eq!(field("temperature_celsius_filled"), Some(filled));
    }
    assert_eq!(at.next(), None, "readings that the file lacks");
}

fn partitions(bytes: &[u8], expected: &mut Expected) {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
    let mut rows = 0;
    let mut names = Vec::new();
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).expect("an entry");
        names.push(entry.name().expect("a name in UTF-8").into_owned());
        let mut part = Vec::new();
        entry.read_to_end(&mut part).expect("the entry's bytes");
        let reader = SerializedFileReader::new(bytes::Bytes::from(part)).expect("a Parquet file");
        rows += reader.metadata().file_metadata().num_rows();
    }
    let days = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"];
    assert_eq!(names, days.map(|day| format!("date={day}/part-0.parquet")));
    assert_eq!(rows as u64, expected.tiles()[0].1);
}

/// The cleaned CSV is itself a log: read again, it has the same readings, and nothing is left to fill or to set aside.
fn reads_back(text: &str, found: &[u8]) {
    let mut first = Expected::of_text("fleet.csv", text);
    let mut again = Expected::of(&[("again.csv", found)], Recipe::default());
    let (one, other) = (first.overview().counts, again.overview().counts);
    assert_eq!((one.rows_out, one.devices), (other.rows_out, other.devices));
    assert_eq!((other.rows_dropped, other.rows_set_aside), (0, 0));
    assert_eq!(other.filled.iter().sum::<u64>(), 0);
    let flags = |counts: &sensorium::protocol::Counts| (counts.high_temperature, counts.low_battery, counts.both);
    assert_eq!(flags(&one), flags(&other));
    let values = |expected: &Expected| {
        let readings = &expected.session().outcome().cleaned.readings;
        let metrics = readings.metrics.iter().take(4).map(|metric| metric.values.clone()).collect::<Vec<_>>();
        (readings.timestamp_us.clone(), metrics)
    };
    assert_eq!(values(&first), values(&again));
}

fn moved_recipe(engine: Engine) {
    visit(engine, "?from=2024-06-05&to=2024-06-07&mode=repair", |page| {
        page.click("#sample");
        page.wait_phase("ready");
        page.set_slider("#high-temp", 24.0);
        let (recipe, wrong) = sensorium::recipe::query::from_query("from=2024-06-05&to=2024-06-07&mode=repair");
        assert!(wrong.is_empty());
        let mut expected = Expected::of_sample(recipe);
        expected.change(|recipe| recipe.limits.high_temp_celsius = 24.0);
        expected.is_shown_by(page);
        // The view does not decide what is exported.
        page.tab("Battery");
        let bytes = export(page, "parquet", "sample.readings.parquet");
        holds(&bytes, expected.session().outcome());
    });
}

fn picture(engine: Engine) {
    visit(engine, "", |page| {
        page.click("#sample");
        page.wait_phase("ready");
        page.tab("Anomalies");
        page.wait_for("the marks", "return document.querySelector('canvas[data-chart]').dataset.chart === 'anomalies'");
        let width = page.script("return document.querySelector(arguments[0]).clientWidth", &[canvas::CHART.into()]);
        let bytes = export(page, "png", "sample.anomalies.png");
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "no PNG");
        let side = |at: usize| u32::from_be_bytes(std::array::from_fn(|byte| bytes[at + byte]));
        assert_eq!(u64::from(side(16)), width.as_u64().unwrap_or_default() * 2, "width in pixels");
        assert!((600..2_000).contains(&side(20)), "{} pixels high", side(20));
        assert!(bytes.len() > 20_000, "{} bytes are no picture of lines", bytes.len());
    });
}

fn findings(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let path = folder.write("fleet.csv", &text);
    visit(engine, "?mode=strict", |page| {
        page.upload(&[&path]);
        page.wait_phase("refused");
        page.click("[data-export=findings]");
        let found = fs::read(page.download("fleet.findings.csv")).expect("the download is read");
        let (recipe, _) = sensorium::recipe::query::from_query("mode=strict");
        let mut expected = Expected::of(&[("fleet.csv", text.as_bytes())], recipe);
        assert_eq!(records(&found), expected.refusal().findings);
        assert_eq!(found, expected.export(ExportKind::Findings).1);
    });
}
