//! Columns of the outcome handed to Parquet's column writers in batches: no allocation a row, strings share their bytes.

use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;

use super::columns::Field;
use super::spans::Span;
use crate::contract::TEMPERATURE;
use crate::detect::anomaly_type;
use crate::enrich::fahrenheit;
use crate::pipeline::Outcome;
use crate::table::{Readings, hour_of};

/// Rows handed over at once.
const BATCH_ROWS: usize = 1 << 15;

/// Strings that repeat, each allocated once a file.
pub(super) struct Buffers {
    devices: Vec<ByteArray>,
    files: Vec<ByteArray>,
    /// By flag byte.
    anomaly_types: Vec<ByteArray>,
    /// Definition levels: 1 where there is a value.
    levels: Vec<i16>,
}

impl Buffers {
    pub(super) fn new(readings: &Readings) -> Self {
        let shared = |text: &str| ByteArray::from(text.as_bytes().to_vec());
        Self {
            devices: readings.devices.iter().map(|d| shared(&d.name)).collect(),
            files: readings.files.iter().map(|f| shared(f)).collect(),
            anomaly_types: (0..4).map(|flag| shared(anomaly_type(flag))).collect(),
            levels: Vec::new(),
        }
    }
}

/// Writes one column of the rows of `spans`.
pub(super) fn write_column(
    writer: &mut SerializedColumnWriter<'_>,
    field: Field,
    outcome: &Outcome,
    spans: &[Span],
    buffers: &mut Buffers,
) -> Result<(), ParquetError> {
    let readings = &outcome.cleaned.readings;
    let temperature = readings.metric(TEMPERATURE).map(|m| readings.metrics[m].values.as_slice());
    let rolling = &outcome.enriched.temp_rolling_avg_3;
    let levels = &mut buffers.levels;
    match field {
        Field::Timestamp => whole::<Int64Type>(writer, spans, |_, row| readings.timestamp_us[row]),
        Field::Device => whole::<ByteArrayType>(writer, spans, |span, _| buffers.devices[span.device].clone()),
        Field::Metric(metric) => {
            let values = &readings.metrics[metric].values;
            doubles(writer, spans, levels, |row| values[row])
        }
        Field::Fahrenheit => match temperature {
            Some(celsius) => doubles(writer, spans, levels, |row| fahrenheit(celsius[row])),
            None => doubles(writer, spans, levels, |_| f64::NAN),
        },
        Field::RollingMean if rolling.is_empty() => doubles(writer, spans, levels, |_| f64::NAN),
        Field::RollingMean => doubles(writer, spans, levels, |row| rolling[row]),
        Field::HourOfDay => whole::<Int32Type>(writer, spans, |_, row| hour_of(readings.timestamp_us[row]).into()),
        Field::ValidUntil => optional::<Int64Type>(writer, spans, levels, |span, row| {
            let last = row + 1 == readings.devices[span.device].end;
            (!last).then(|| readings.timestamp_us[row + 1])
        }),
        Field::AnomalyType => {
            let types = &buffers.anomaly_types;
            whole::<ByteArrayType>(writer, spans, |_, row| types[usize::from(outcome.flags.bytes[row] & 3)].clone())
        }
        Field::IsAnomaly => whole::<BoolType>(writer, spans, |_, row| outcome.flags.bytes[row] != 0),
        Field::Filled(metric) => {
            let filled = &readings.metrics[metric].filled;
            whole::<BoolType>(writer, spans, |_, row| filled.get(row))
        }
        Field::SourceFile => {
            whole::<ByteArrayType>(writer, spans, |_, row| buffers.files[readings.file[row] as usize].clone())
        }
        Field::SourceLine => whole::<Int64Type>(writer, spans, |_, row| readings.line[row].into()),
    }
}

/// A column that is never missing.
fn whole<T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    spans: &[Span],
    value: impl Fn(Span, usize) -> T::T,
) -> Result<(), ParquetError> {
    let typed = writer.typed::<T>();
    let mut values = Vec::with_capacity(BATCH_ROWS);
    for_each_batch(spans, |part, last| {
        values.extend((part.start..part.end).map(|row| value(part, row)));
        if last {
            typed.write_batch(&values, None, None)?;
            values.clear();
        }
        Ok(())
    })
}

/// A column of numbers; NaN is missing.
fn doubles(
    writer: &mut SerializedColumnWriter<'_>,
    spans: &[Span],
    levels: &mut Vec<i16>,
    value: impl Fn(usize) -> f64,
) -> Result<(), ParquetError> {
    optional::<DoubleType>(writer, spans, levels, |_, row| {
        let value = value(row);
        (!value.is_nan()).then_some(value)
    })
}

/// A column that may miss values.
fn optional<T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    spans: &[Span],
    levels: &mut Vec<i16>,
    value: impl Fn(Span, usize) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let typed = writer.typed::<T>();
    let mut values = Vec::with_capacity(BATCH_ROWS);
    levels.clear();
    for_each_batch(spans, |part, last| {
        for row in part.start..part.end {
            let value = value(part, row);
            levels.push(i16::from(value.is_some()));
            values.extend(value);
        }
        if last {
            typed.write_batch(&values, Some(levels.as_slice()), None)?;
            values.clear();
            levels.clear();
        }
        Ok(())
    })
}

/// Walks the rows in parts, each of one device; the flag says that a batch is full or the rows are at their end.
fn for_each_batch(
    spans: &[Span],
    mut each: impl FnMut(Span, bool) -> Result<(), ParquetError>,
) -> Result<(), ParquetError> {
    let mut room = BATCH_ROWS;
    for (i, &span) in spans.iter().enumerate() {
        let mut start = span.start;
        while start < span.end {
            let end = span.end.min(start + room);
            room -= end - start;
            let at_end = end == span.end && i + 1 == spans.len();
            each(Span { start, end, ..span }, room == 0 || at_end)?;
            if room == 0 {
                room = BATCH_ROWS;
            }
            start = end;
        }
    }
    Ok(())
}
