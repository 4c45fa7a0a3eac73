//! Readings as one Parquet file, written column by column without an intermediate table.
//!
//! Strings and measurements are dictionary-encoded (a sensor's resolution leaves few distinct values), times and line numbers
//! as differences, everything Snappy-compressed, with minimum and maximum a row group and page.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type, TypePtr};

use super::columns::{ExportColumn, Field, columns};
use super::failed;
use super::parquet_values::{Buffers, write_column};
use super::spans::{self, Span};
use crate::Error;
use crate::pipeline::Outcome;
use crate::recipe::Recipe;

/// The most rows of one row group.
pub const ROW_GROUP_ROWS: usize = 1 << 20;

/// Writes every reading inside the date range. Returns the number of rows.
///
/// # Errors
/// When `out` refuses bytes.
pub fn readings_parquet(out: impl Write + Send, outcome: &Outcome, recipe: &Recipe) -> Result<u64, Error> {
    let layout = Layout::new(outcome, recipe, false).map_err(failed)?;
    let rows = spans::selected(outcome);
    layout.write(out, outcome, &rows).map_err(failed)?;
    Ok(spans::count(&rows) as u64)
}

/// What all files of one export share: columns, schema, encodings.
pub(super) struct Layout {
    columns: Vec<ExportColumn>,
    schema: TypePtr,
    properties: WriterPropertiesPtr,
}

impl Layout {
    pub(super) fn new(outcome: &Outcome, recipe: &Recipe, partitioned: bool) -> Result<Self, ParquetError> {
        let columns = columns(&recipe.contract, &outcome.cleaned.readings, partitioned);
        let fields = columns.iter().map(|c| field_type(c).map(Arc::new)).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
        let properties = properties(&columns, recipe);
        Ok(Self { columns, schema: Arc::new(schema), properties: Arc::new(properties) })
    }

    /// Writes one file of the rows of `spans`.
    pub(super) fn write(&self, out: impl Write + Send, outcome: &Outcome, spans: &[Span]) -> Result<(), ParquetError> {
        let mut file = SerializedFileWriter::new(out, self.schema.clone(), self.properties.clone())?;
        let mut buffers = Buffers::new(&outcome.cleaned.readings);
        for group in spans::groups(spans, ROW_GROUP_ROWS) {
            let mut row_group = file.next_row_group()?;
            for column in &self.columns {
                let Some(mut writer) = row_group.next_column()? else {
                    return Err(ParquetError::General(format!("no place for column {}", column.name)));
                };
                write_column(&mut writer, column.field, outcome, &group, &mut buffers)?;
                writer.close()?;
            }
            row_group.close()?;
        }
        file.close()?;
        Ok(())
    }
}

/// A column's type in the file. Whatever can be missing under some recipe is optional under all of them, so that files of
/// different runs fit together.
fn field_type(column: &ExportColumn) -> Result<Type, ParquetError> {
    const OPTIONAL: Repetition = Repetition::OPTIONAL;
    const REQUIRED: Repetition = Repetition::REQUIRED;
    let timestamp = LogicalType::timestamp(false, TimeUnit::MICROS);
    let (physical, logical, repetition) = match column.field {
        Field::Timestamp => (Physical::INT64, Some(timestamp), REQUIRED),
        Field::ValidUntil => (Physical::INT64, Some(timestamp), OPTIONAL),
        Field::Device | Field::AnomalyType | Field::SourceFile => {
            (Physical::BYTE_ARRAY, Some(LogicalType::String), REQUIRED)
        }
        Field::Metric(_) | Field::Fahrenheit | Field::RollingMean => (Physical::DOUBLE, None, OPTIONAL),
        Field::HourOfDay => (Physical::INT32, None, REQUIRED),
        Field::IsAnomaly | Field::Filled(_) => (Physical::BOOLEAN, None, REQUIRED),
        Field::SourceLine => (Physical::INT64, None, REQUIRED),
    };
    Type::primitive_type_builder(&column.name, physical).with_logical_type(logical).with_repetition(repetition).build()
}

fn properties(columns: &[ExportColumn], recipe: &Recipe) -> WriterProperties {
    let about = |key: &str, value: String| KeyValue::new(key.to_string(), value);
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_write_batch_size(8192)
        .set_key_value_metadata(Some(vec![
            about("sensorium.version", env!("CARGO_PKG_VERSION").into()),
            about("sensorium.recipe", crate::recipe::json::to_json(recipe)),
        ]));
    for column in columns {
        if matches!(column.field, Field::Timestamp | Field::ValidUntil | Field::SourceLine) {
            let path = ColumnPath::new(vec![column.name.clone()]);
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
    }
    properties.build()
}
