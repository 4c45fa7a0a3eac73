//! Readings as one Parquet file, written column by column without an intermediate table.
//!
//! Strings and measurements are dictionary-encoded (a sensor's resolution leaves few distinct values), times and line numbers
//! as differences, everything Snappy-compressed, with minimum and maximum a row group and page.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::columns::{ExportColumn, Field, columns};
use super::failed;
use super::parquet_values;
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
pub fn readings_parquet(mut out: impl Write + Send, outcome: &Outcome, recipe: &Recipe) -> Result<u64, Error> {
    let layout = Layout::new(outcome, recipe, false).map_err(failed)?;
    let rows = spans::selected(outcome);
    layout.write(&mut out, outcome, &rows).map_err(failed)?;
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
        let properties = properties(recipe);
        Ok(Self { columns, schema: Arc::new(schema), properties: Arc::new(properties) })
    }

    /// Writes one file of the rows of `spans`. One type of `out`, so that the library's writer is compiled once for the page.
    pub(super) fn write(
        &self,
        out: &mut (dyn Write + Send),
        outcome: &Outcome,
        spans: &[Span],
    ) -> Result<(), ParquetError> {
        let mut file = SerializedFileWriter::new(out, self.schema.clone(), self.properties.clone())?;
        for group in spans::groups(spans, ROW_GROUP_ROWS) {
            let descriptions = file.schema_descr().columns().to_vec();
            let mut row_group = file.next_row_group()?;
            for (column, descr) in self.columns.iter().zip(descriptions) {
                let (bytes, close) = parquet_values::column(descr, column.field, outcome, &group)?.finish()?;
                row_group.append_column(&bytes, close)?;
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

fn properties(recipe: &Recipe) -> WriterProperties {
    let about = |key: &str, value: String| KeyValue::new(key.to_string(), value);
    let about = vec![
        about("sensorium.version", env!("CARGO_PKG_VERSION").into()),
        about("sensorium.recipe", crate::recipe::json::to_json(recipe)),
    ];
    WriterProperties::builder().set_key_value_metadata(Some(about)).build()
}
