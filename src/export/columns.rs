//! Which columns a table of readings has, in which order, under which names.

use crate::contract::{ColumnKind, Contract, FillPolicy, fold};
use crate::table::Readings;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Timestamp,
    Device,
    /// Index into the metrics.
    Metric(usize),
    Fahrenheit,
    HourOfDay,
    RollingMean,
    ValidUntil,
    AnomalyType,
    IsAnomaly,
    /// Whether the metric of this index was filled.
    Filled(usize),
    SourceFile,
    SourceLine,
}

/// One column of an exported table of readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportColumn {
    pub name: String,
    pub field: Field,
}

/// The contract's columns in its order, extra metrics, computed columns, one `<metric>_filled` per metric whose gaps are
/// filled, and the source where more than one file was read.
///
/// Names are unique whatever their case: a measured column that is named like a computed one gets `_2` after its name.
/// `partitioned` keeps the name `date` free, which stands in the path.
pub fn columns(contract: &Contract, readings: &Readings, partitioned: bool) -> Vec<ExportColumn> {
    let mut columns = Vec::new();
    let mut add = |name: &str, field| {
        columns.push(ExportColumn { name: name.to_string(), field });
    };
    let mut extra: Vec<usize> = (0..readings.metrics.len()).collect();
    for column in &contract.columns {
        match column.kind {
            ColumnKind::Timestamp => add(&column.name, Field::Timestamp),
            ColumnKind::Device => add(&column.name, Field::Device),
            ColumnKind::Number => {
                if let Some(metric) = readings.metric(&column.name) {
                    add(&column.name, Field::Metric(metric));
                    extra.retain(|&m| m != metric);
                }
            }
        }
    }
    for &metric in &extra {
        add(&readings.metrics[metric].info.name, Field::Metric(metric));
    }
    add("temperature_fahrenheit", Field::Fahrenheit);
    add("hour_of_day", Field::HourOfDay);
    add("temp_rolling_avg_3", Field::RollingMean);
    add("valid_until", Field::ValidUntil);
    add("anomaly_type", Field::AnomalyType);
    add("is_anomaly", Field::IsAnomaly);
    for (index, metric) in readings.metrics.iter().enumerate() {
        if metric.info.fill != FillPolicy::No {
            add(&format!("{}_filled", metric.info.name), Field::Filled(index));
        }
    }
    if !readings.file.is_empty() {
        add("source_file", Field::SourceFile);
        add("source_line", Field::SourceLine);
    }
    // What Sensorium computes keeps its name; then the contract's columns, then extra metrics take theirs.
    let rank = |field| match field {
        Field::Timestamp | Field::Device => 1,
        Field::Metric(metric) => 1 + u8::from(extra.contains(&metric)),
        _ => 0,
    };
    let mut taken = Vec::new();
    if partitioned {
        taken.push("date".to_string());
    }
    for turn in 0..=2 {
        for column in columns.iter_mut().filter(|c| rank(c.field) == turn) {
            let (name, mut number) = (column.name.clone(), 2);
            while taken.contains(&fold(&column.name)) {
                column.name = format!("{name}_{number}");
                number += 1;
            }
            taken.push(fold(&column.name));
        }
    }
    columns
}
