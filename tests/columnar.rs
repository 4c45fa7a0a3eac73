//! Parquet files that are read back: as the library's own reader reads them, and as the log that they were made of.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use expect_test::expect_file;
use parquet::basic::{Compression, Encoding};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::{Field, Row};
use parquet::schema::parser::parse_message_type;
use sensorium::contract::Contract;
use sensorium::export;
use sensorium::ingest::{
    Bytes, Hints, RawReader, RawRows, Source, Stored, Table, Unsent, bytes_of, read_files, read_files_on,
};
use sensorium::pipeline;
use sensorium::recipe::Recipe;
use sensorium::table::RowPlace;
use sensorium::{Error, sample};

/// The text of a file, or why there is none.
fn text_of(bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
    bytes_of("x.parquet", &mut Stored::File(Bytes(bytes)), None).map(|whole| whole.bytes)
}

/// Cells of every row.
fn cells(text: &[u8]) -> Vec<Vec<String>> {
    let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    csv.byte_records()
        .map(|record| record.unwrap().iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect())
        .collect()
}

/// Whether a cell says what the library reads.
fn same(cell: &str, field: &Field) -> bool {
    let number = |value: f64| if value.is_nan() { cell.is_empty() } else { cell.parse() == Ok(value) };
    let time = |us: i64| {
        let written = sensorium::ingest::parse_iso(cell.as_bytes());
        written == Some(us) || written.is_none() && cell == us.to_string()
    };
    match field {
        Field::Null => cell.is_empty(),
        Field::Bool(value) => cell == value.to_string(),
        Field::Float16(value) => number(f64::from(*value)),
        Field::Float(value) => cell.is_empty() && value.is_nan() || cell.parse() == Ok(*value),
        Field::Double(value) => number(*value),
        Field::Str(value) => cell == value,
        Field::Bytes(value) => cell == String::from_utf8_lossy(value.data()),
        // The library cuts times of 96 bits to milliseconds.
        Field::TimestampMillis(value) => {
            let written = sensorium::ingest::parse_iso(cell.as_bytes());
            // Beyond the calendar it is a number, and a violation for the contract.
            let beyond = !(-62_135_596_800_000..253_402_300_800_000).contains(value);
            written.map_or(beyond, |us| us.div_euclid(1_000) == *value)
        }
        Field::TimestampMicros(value) => time(*value),
        Field::Date(days) => time(i64::from(*days) * 86_400_000_000),
        Field::Decimal(_) => cell.parse::<f64>().ok() == field.to_string().parse().ok(),
        other => cell == other.to_string(),
    }
}

fn differences(text: &[u8], rows: &[Row]) -> Option<String> {
    let cells = cells(text);
    if cells.len() != rows.len() {
        return Some(format!("{} rows, not {}", cells.len(), rows.len()));
    }
    for (at, (row, cells)) in rows.iter().zip(&cells).enumerate() {
        for ((name, field), cell) in row.get_column_iter().zip(cells) {
            if !same(cell, field) {
                return Some(format!("row {at}, {name}: \"{cell}\", not {field:?}"));
            }
        }
    }
    None
}

/// Every file of the format's own tests: read as the library reads it, or refused by name; damage costs a sentence.
#[test]
#[ignore = "needs the corpora beside the project"]
fn files_of_the_formats_own_tests_are_read_or_refused() {
    let corpora = std::env::var_os("SENSORIUM_CORPORA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora"), PathBuf::from);
    let mut lines = Vec::new();
    for folder in ["data", "bad_data"] {
        let files = std::fs::read_dir(corpora.join("c01_parquet-testing").join(folder)).unwrap();
        for path in
            files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "parquet"))
        {
            let bytes = std::fs::read(&path).unwrap();
            let outcome = match text_of(bytes.clone()) {
                Err(error) => error.message().to_string(),
                Ok(text) => {
                    let library = std::panic::catch_unwind(|| -> Result<Vec<Row>, String> {
                        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).map_err(|e| e.to_string())?;
                        let rows = reader.get_row_iter(None).map_err(|error| error.to_string())?;
                        rows.collect::<Result<_, _>>().map_err(|error| error.to_string())
                    });
                    match library {
                        Ok(Ok(rows)) => differences(&text, &rows).map_or_else(
                            || format!("{} rows, as the library reads them", rows.len()),
                            |what| format!("OTHERWISE: {what}"),
                        ),
                        _ => format!("{} rows, where the library reads none", cells(&text).len()),
                    }
                }
            };
            lines.push(format!("{folder}/{}: {outcome}\n", path.file_name().unwrap().to_string_lossy()));
        }
    }
    lines.sort();
    let text = lines.concat();
    assert!(!text.contains("OTHERWISE"), "{text}");
    expect_file!["snapshots/columnar.txt"].assert_eq(&text);
}

/// A table of three columns, written with an encoding for each.
fn written(version: WriterVersion, compression: Compression, encodings: Option<[Encoding; 3]>) -> Vec<u8> {
    let schema = "message schema {
        required int64 timestamp (TIMESTAMP(NANOS,true));
        optional binary device_id (UTF8);
        optional double temperature_celsius;
    }";
    let mut properties = WriterProperties::builder()
        .set_writer_version(version)
        .set_compression(compression)
        .set_data_page_row_count_limit(100)
        .set_write_batch_size(50);
    if let Some(encodings) = encodings {
        properties = properties.set_dictionary_enabled(false);
        for (name, encoding) in ["timestamp", "device_id", "temperature_celsius"].into_iter().zip(encodings) {
            properties = properties.set_column_encoding(name.into(), encoding);
        }
    }
    let mut out = Vec::new();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut file = SerializedFileWriter::new(&mut out, schema, Arc::new(properties.build())).unwrap();
    for group in 0..2_i64 {
        let mut rows = file.next_row_group().unwrap();
        let there: Vec<i16> = (0..1_000).map(|row| i16::from(row % 7 != 0)).collect();
        let known = || (0..1_000_i64).filter(|row| row % 7 != 0);
        let times: Vec<i64> =
            (0..1_000).map(|row| (1_709_251_200 + group * 10_000 + row * row) * 1_000_000_000 + row * 1_000).collect();
        let names: Vec<ByteArray> = known()
            .map(|row| {
                ByteArray::from(format!("device, \"{}\" {}", row % 5, "x".repeat(row as usize % 40)).into_bytes())
            })
            .collect();
        let values: Vec<f64> = known().map(|row| (row - 500) as f64 / 8.0 + 0.1).collect();
        let mut column = rows.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&times, None, None).unwrap();
        column.close().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&names, Some(&there), None).unwrap();
        column.close().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        column.typed::<DoubleType>().write_batch(&values, Some(&there), None).unwrap();
        column.close().unwrap();
        rows.close().unwrap();
    }
    file.close().unwrap();
    out
}

#[test]
fn every_encoding_page_and_codec_that_the_library_writes_is_read() {
    let plain = [Encoding::PLAIN; 3];
    let other = [Encoding::DELTA_BINARY_PACKED, Encoding::DELTA_BYTE_ARRAY, Encoding::BYTE_STREAM_SPLIT];
    let lengths = [Encoding::BYTE_STREAM_SPLIT, Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::PLAIN];
    let mut texts = Vec::new();
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY] {
            for encodings in [None, Some(plain), Some(other), Some(lengths)] {
                let file = written(version, compression, encodings);
                let text = text_of(file.clone()).unwrap_or_else(|error| panic!("{version:?} {encodings:?}: {error}"));
                let reader = SerializedFileReader::new(bytes::Bytes::from(file)).unwrap();
                let rows: Vec<Row> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
                // The library's rows tell nanoseconds as whole numbers.
                let known = cells(&text);
                for (row, cells) in rows.iter().zip(&known) {
                    let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
                    let Field::Long(nanos) = fields[0] else { panic!("{:?}", fields[0]) };
                    assert_eq!(sensorium::ingest::parse_iso(cells[0].as_bytes()), Some(nanos / 1_000));
                    assert!(same(&cells[1], fields[1]) && same(&cells[2], fields[2]), "{cells:?} {fields:?}");
                }
                assert_eq!((rows.len(), known.len()), (2_000, 2_000));
                texts.push(text);
            }
        }
    }
    assert!(texts.iter().all(|text| *text == texts[0]));
}

#[test]
fn what_was_exported_opens_as_the_log_that_it_was() {
    let read = |name: &str, bytes: Vec<u8>| {
        read_files(vec![(name.to_string(), Bytes(bytes))], &Contract::default(), &mut |_| {}).unwrap().log
    };
    let text = sample::csv();
    let device = text.lines().nth(1).and_then(|row| row.split(',').nth(1)).unwrap();
    // As a formula of a spreadsheet would be, with what has to be quoted.
    let text = text.replace(&format!(",{device},"), &format!(",\"={device}, \"\"x\"\"\","));
    let mut log = read("sample.csv", text.into_bytes());
    let recipe = Recipe::default();
    let outcome = pipeline::run(&mut log, &recipe);
    let (mut parquet, mut csv) = (Cursor::new(Vec::new()), Vec::new());
    export::readings_parquet(&mut parquet, &outcome, &recipe).unwrap();
    export::readings_csv(&mut csv, &outcome, &recipe).unwrap();
    let (from_parquet, from_csv) = (read("x", parquet.into_inner()), read("x", csv));
    assert!(from_parquet.files[0].read_as.starts_with("Parquet, "), "{}", from_parquet.files[0].read_as);
    assert_eq!(from_parquet.rows_read() as usize, outcome.cleaned.readings.rows());
    assert!(from_parquet.readings.devices.iter().any(|run| run.name.starts_with('=') && run.name.ends_with(", \"x\"")));
    assert_eq!(from_parquet.violations, from_csv.violations);
    assert_eq!(from_parquet.readings.devices, from_csv.readings.devices);
    assert_eq!(from_parquet.readings.line, from_csv.readings.line);
    assert_eq!(from_parquet.readings.timestamp_us, from_csv.readings.timestamp_us);
    for (a, b) in from_parquet.readings.metrics.iter().zip(&from_csv.readings.metrics) {
        assert_eq!((&a.info, &a.filled), (&b.info, &b.filled));
        let differ = a.values.iter().zip(&b.values).find(|(a, b)| a.to_bits() != b.to_bits());
        assert_eq!(differ.map(|(a, b)| (a.to_string(), b.to_string())), None, "{}", a.info.name);
    }
    assert!(from_parquet.readings.same_bits(&from_csv.readings));
}

/// The round of a log of several blocks, with gaps, and numbers of every length.
#[test]
fn a_longer_log_comes_back_from_its_export() {
    let mut text =
        String::from("timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n");
    let mut seed = 5_u64;
    for row in 0..60_000_u64 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let temperature = if seed >> 60 == 0 { String::new() } else { (20.0 + (seed >> 33) as f64 / 3e9).to_string() };
        let tenths = (seed >> 40) % 1000;
        text += &format!(
            "{},d{},{temperature},{}.{},10{:02},{}\n",
            row / 7 * 60,
            row % 7,
            tenths / 10,
            tenths % 10,
            tenths % 60,
            tenths % 101
        );
    }
    let read = |name: &str, bytes: Vec<u8>| {
        let files = vec![(name.to_string(), Bytes(bytes::Bytes::from(bytes)))];
        read_files_on(2, files, &Contract::default(), Hints::default(), &mut |_| {}).unwrap().log
    };
    let mut log = read("log.csv", text.into_bytes());
    let recipe = Recipe::default();
    let outcome = pipeline::run(&mut log, &recipe);
    let mut parquet = Cursor::new(Vec::new());
    export::readings_parquet(&mut parquet, &outcome, &recipe).unwrap();
    let (cleaned, back) = (&outcome.cleaned.readings, read("log.parquet", parquet.into_inner()));
    assert_eq!(back.violations.len(), 0);
    assert!(cleaned.rows() > 50_000);
    assert_eq!((back.readings.rows(), &back.readings.devices), (cleaned.rows(), &cleaned.devices));
    assert_eq!(back.readings.timestamp_us, cleaned.timestamp_us);
    for (a, b) in back.readings.metrics.iter().zip(&cleaned.metrics) {
        assert!(a.values.iter().zip(&b.values).all(|(a, b)| a.to_bits() == b.to_bits()), "{}", a.info.name);
    }
}

/// One text that stands for many makes a small file of a large table.
#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let schema = Arc::new(parse_message_type("message schema { required binary device_id (UTF8); }").unwrap());
    let properties =
        WriterProperties::builder().set_dictionary_page_size_limit(8 << 20).set_compression(Compression::SNAPPY);
    let mut out = Vec::new();
    let mut file = SerializedFileWriter::new(&mut out, schema, Arc::new(properties.build())).unwrap();
    let mut rows = file.next_row_group().unwrap();
    let mut column = rows.next_column().unwrap().unwrap();
    let text = ByteArray::from(vec![b'x'; 1 << 20]);
    column.typed::<ByteArrayType>().write_batch(&vec![text; 300], None, None).unwrap();
    column.close().unwrap();
    rows.close().unwrap();
    file.close().unwrap();
    assert!(out.len() < 3 << 20, "{}", out.len());
    let refused = text_of(out).unwrap_err();
    assert!(refused.message().contains("more than 256 MB of text in a row group"), "{refused}");
}

#[test]
fn a_damaged_file_costs_a_sentence_wherever_it_is_damaged() {
    let whole = written(WriterVersion::PARQUET_2_0, Compression::SNAPPY, None);
    let mut refused = 0;
    for at in (4..whole.len()).step_by(whole.len() / 400) {
        for change in [0x01, 0x80, 0xFF] {
            let mut damaged = whole.clone();
            damaged[at] ^= change;
            // What cannot be told apart from a value is one; nothing stops.
            if let Err(error) = text_of(damaged) {
                assert!(error.message().contains("Parquet"), "{error}");
                refused += 1;
            }
        }
        assert!(text_of(whole[..at].to_vec()).is_err(), "cut at {at}");
    }
    assert!(refused > 100, "{refused}");
}

/// A file as text, made in blocks of about so many bytes.
fn in_blocks<S: Source>(file: S, block_bytes: usize) -> Result<Stored<S>, String> {
    Table::in_blocks(Stored::File(file), block_bytes).map(|table| Stored::Table(Box::new(table)))
}

fn piece<S: Source>(source: &mut Stored<S>, from: usize, count: usize) -> Result<Vec<u8>, String> {
    let mut bytes = vec![0; count];
    let read = source.read_at(from as u64, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}

#[test]
fn text_made_in_blocks_is_that_of_the_whole_table_from_any_place() {
    for (version, compression) in
        [(WriterVersion::PARQUET_1_0, Compression::SNAPPY), (WriterVersion::PARQUET_2_0, Compression::UNCOMPRESSED)]
    {
        let file = written(version, compression, None);
        let whole = text_of(file.clone()).unwrap();
        for block_bytes in [1, 777, 10_000, usize::MAX] {
            let mut one = in_blocks(Bytes(file.clone()), block_bytes).unwrap();
            assert_eq!(one.bytes(), whole.len() as u64);
            assert!(piece(&mut one, 0, whole.len() + 1).unwrap() == whole, "{block_bytes}");
            // Back and forth, and by another that goes on where one that is done was.
            let mut seed = 1_usize;
            let mut other = one.again().unwrap();
            for turn in 0..150 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let (from, count) = ((seed >> 20) % whole.len(), (seed >> 50) % 3_000);
                let expected = &whole[from..(from + count).min(whole.len())];
                assert!(piece(&mut one, from, count).unwrap() == expected, "{block_bytes}: {count} from {from}");
                assert!(piece(&mut other, from, count).unwrap() == expected, "{block_bytes}: {count} from {from}");
                if turn % 10 == 0 {
                    other = one.again().unwrap();
                }
            }
            assert_eq!(piece(&mut one, whole.len(), 5), Ok(Vec::new()));
        }
    }
}

/// A log of the contract's columns, in groups of so many rows; some devices have no name, some temperatures are beyond all bounds.
fn log(rows: usize, group_rows: usize) -> Vec<u8> {
    let schema = "message schema {
        required int64 timestamp (TIMESTAMP(MICROS,false));
        optional binary device_id (UTF8);
        required double temperature_celsius;
        required double humidity_percent;
        required double pressure_hpa;
        required int32 battery_level_percent;
    }";
    let properties =
        WriterProperties::builder().set_compression(Compression::SNAPPY).set_data_page_row_count_limit(500);
    let properties = properties.set_write_batch_size(100).build();
    let mut out = Vec::new();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut file = SerializedFileWriter::new(&mut out, schema, Arc::new(properties)).unwrap();
    let all: Vec<usize> = (0..rows).collect();
    for rows in all.chunks(group_rows) {
        let mut group = file.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let times: Vec<i64> = rows.iter().map(|row| 1_709_251_200_000_000 + *row as i64 * 250_000).collect();
        column.typed::<Int64Type>().write_batch(&times, None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let named = |row: &usize| row % 1_009 != 1_008;
        let there: Vec<i16> = rows.iter().map(|row| i16::from(named(row))).collect();
        let names: Vec<ByteArray> = rows
            .iter()
            .filter(|row| named(row))
            .map(|row| ByteArray::from(format!("device, \n{}", row % 7).into_bytes()))
            .collect();
        column.typed::<ByteArrayType>().write_batch(&names, Some(&there), None).unwrap();
        column.close().unwrap();
        for metric in 0..3 {
            let mut column = group.next_column().unwrap().unwrap();
            let value = |row: &usize| match (metric, row % 1_013) {
                (0, 1_012) => 999.5,
                (0, _) => (row % 300) as f64 / 10.0,
                (1, _) => (row % 9_000) as f64 / 300.0,
                _ => 1_000.25,
            };
            let values: Vec<f64> = rows.iter().map(value).collect();
            column.typed::<DoubleType>().write_batch(&values, None, None).unwrap();
            column.close().unwrap();
        }
        let mut column = group.next_column().unwrap().unwrap();
        let levels: Vec<i32> = rows.iter().map(|row| (row % 101) as i32).collect();
        column.typed::<Int32Type>().write_batch(&levels, None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    file.close().unwrap();
    out
}

#[test]
fn a_table_of_several_row_groups_is_the_log_that_its_text_is() {
    const ROWS: usize = 30_000;
    let file = log(ROWS, 7_000);
    let text = text_of(file.clone()).unwrap();
    let named = |name: &str, bytes: Vec<u8>| vec![(name.to_string(), Bytes(bytes))];
    let contract = Contract::default();
    let mut plain = read_files(named("x", text.clone()), &contract, &mut |_| {}).unwrap();
    let mut told = Vec::new();
    let one = read_files(named("x", file.clone()), &contract, &mut |at| told.push(at)).unwrap();
    let threads = read_files_on(3, named("x", file.clone()), &contract, Hints::default(), &mut |_| {}).unwrap();
    assert_eq!(
        told.last().map(|at| (at.bytes_done, at.bytes_total, at.rows)),
        Some((file.len() as u64, file.len() as u64, ROWS as u64))
    );
    for mut opened in [one, threads] {
        assert_eq!((opened.log.rows_read(), opened.log.files[0].bytes), (ROWS as u64, file.len() as u64));
        assert!(opened.log.readings.same_bits(&plain.log.readings));
        assert_eq!(opened.log.violations, plain.log.violations);
        // Rows are had again out of any block.
        let count = opened.log.violations.len();
        assert!(count > 50, "{count}");
        let mut raw = RawReader::new(&opened.log.files, &mut opened.sources, &opened.layouts);
        let mut known = RawReader::new(&plain.log.files, &mut plain.sources, &plain.layouts);
        for violation in opened.log.violations.iter().rev().step_by(7).chain(&opened.log.violations) {
            let place = RowPlace { file: 0, line: violation.line };
            assert_eq!(raw.raw_row(place).unwrap(), known.raw_row(place).unwrap());
        }
    }
}

/// A file that others may write to.
#[derive(Clone)]
struct Changing(Arc<Mutex<Vec<u8>>>);

impl Source for Changing {
    type Sent = Unsent;

    fn bytes(&self) -> u64 {
        self.0.lock().unwrap().len() as u64
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, String> {
        Bytes(self.0.lock().unwrap().as_slice()).read_at(offset, buffer)
    }
}

#[test]
fn a_later_row_group_that_is_damaged_costs_a_sentence() {
    let file = log(9_000, 3_000);
    let reader = SerializedFileReader::new(bytes::Bytes::from(file.clone())).unwrap();
    let (start, _) = reader.metadata().row_group(2).column(2).byte_range();
    let mut damaged = file.clone();
    damaged[start as usize..][..8].fill(0xFF);
    let read = |bytes| read_files(vec![("x".to_string(), Bytes(bytes))], &Contract::default(), &mut |_| {});
    assert!(read(file.clone()).is_ok());
    let refused = read(damaged.clone()).err().unwrap();
    assert!(refused.message().starts_with("the Parquet file is damaged ("), "{refused}");
    // The same where it was whole when it was opened.
    let changing = Changing(Arc::new(Mutex::new(file)));
    let mut source = in_blocks(changing.clone(), 10_000).unwrap();
    let late = source.bytes() as usize - 20_000;
    assert_eq!(piece(&mut source, late, 100).map(|text| text.len()), Ok(100));
    *changing.0.lock().unwrap() = damaged;
    assert!(piece(&mut source, 0, 100).is_ok());
    let refused = piece(&mut source, late, 100).unwrap_err();
    assert!(refused.starts_with("the Parquet file is damaged ("), "{refused}");
    // And again, not something else.
    assert_eq!(piece(&mut source, late, 100), Err(refused));
    changing.0.lock().unwrap().truncate(1_000);
    assert!(piece(&mut source, late, 100).unwrap_err().contains("changed while it was being read"));
}

#[test]
fn more_text_than_memory_is_given_is_read_in_pieces() {
    let columns = ["a", "b", "c", "d"];
    let fields: String = columns.iter().map(|name| format!("required double {name};")).collect();
    let schema = Arc::new(parse_message_type(&format!("message schema {{ {fields} }}")).unwrap());
    let mut out = Vec::new();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut file = SerializedFileWriter::new(&mut out, schema, properties).unwrap();
    for group in 0..2 {
        let mut rows = file.next_row_group().unwrap();
        for _ in columns {
            let mut column = rows.next_column().unwrap().unwrap();
            // A number of three hundred digits.
            let mut values = vec![1e300; 225_000];
            values.extend([f64::from(group)]);
            column.typed::<DoubleType>().write_batch(&values, None, None).unwrap();
            column.close().unwrap();
        }
        rows.close().unwrap();
    }
    file.close().unwrap();
    let mut source = Stored::Table(Box::new(Table::open(Stored::File(Bytes(out))).unwrap()));
    let bytes = source.bytes();
    assert!(bytes > 512 << 20, "{bytes}");
    let line = [1e300.to_string().as_str(); 4].join(",");
    let end = format!("{line}\n1,1,1,1\n");
    assert_eq!(piece(&mut source, bytes as usize - end.len(), end.len() + 1).unwrap(), end.as_bytes());
    assert_eq!(piece(&mut source, 0, 8 + end.len()).unwrap(), format!("a,b,c,d\n{line}\n{}", &line[..8]).as_bytes());
}
