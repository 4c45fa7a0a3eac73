//! Tables: which columns each has, what stands in a row, and pages of rows.

use super::findings::{column_name, expected, found};
use super::order::TableOrder;
use super::sentences::metric_heading;
use super::{Input, flag_kind};
use crate::contract;
use crate::protocol::{Cell, TableAsk, TableColumn, TableKind, TablePage, TableRow};
use crate::recipe::Mode;
use crate::table::RowPlace;

/// A raw row as it stands in its file, split into cells. The caller keeps the first few.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRow {
    pub place_file: u32,
    pub place_line: u32,
    pub cells: Vec<String>,
}

impl RawRow {
    /// A row at its place.
    pub fn new(place: RowPlace, cells: Vec<String>) -> Self {
        Self { place_file: place.file, place_line: place.line, cells }
    }
}

/// What a column of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Time,
    Device,
    Metric(usize),
    Rolling,
    Kind,
    Date,
    MeanTemperature,
    MeanHumidity,
    MinBattery,
    Readings,
    Filled,
    Flags,
    HighTemperature,
    LowBattery,
    File,
    Line,
    /// The column that a violation is about.
    Column,
    Found,
    Expected,
    Rule,
    /// What repair did about a violation.
    Done,
    Reason,
    /// A cell of a raw row.
    Raw(usize),
}

/// The window of a table that is asked for, by an order made by [`super::order`] for the same table, sort and filter.
pub fn table(input: &Input<'_>, raw: &[RawRow], ask: &TableAsk, order: &TableOrder) -> TablePage {
    let fields = fields(input, raw, ask.table);
    let from = usize::try_from(ask.from).unwrap_or(usize::MAX).min(order.rows.len());
    let to = from.saturating_add(ask.count as usize).min(order.rows.len());
    TablePage {
        table: ask.table,
        columns: fields.iter().map(|&field| heading(input, raw, field)).collect(),
        total: order.total,
        matched: order.rows.len() as u64,
        from: from as u64,
        rows: order.rows[from..to]
            .iter()
            .map(|&row| TableRow {
                key: u64::from(row),
                cells: fields.iter().map(|&field| cell(input, raw, ask.table, row as usize, field)).collect(),
            })
            .collect(),
    }
}

/// The columns of a table, from left to right.
pub(super) fn fields(input: &Input<'_>, raw: &[RawRow], table: TableKind) -> Vec<Field> {
    let mut fields = Vec::new();
    let place = |fields: &mut Vec<Field>| {
        if input.several_files() {
            fields.push(Field::File);
        }
        fields.push(Field::Line);
    };
    match table {
        TableKind::Anomalies => {
            let readings = input.readings();
            let metric = |name: &str| readings.metric(name);
            fields.extend([Field::Time, Field::Device]);
            if let Some(temperature) = metric(contract::TEMPERATURE) {
                fields.extend([Field::Metric(temperature), Field::Rolling]);
            }
            fields.extend(metric(contract::BATTERY).map(Field::Metric));
            for i in 0..readings.metrics.len() {
                if !fields.contains(&Field::Metric(i)) {
                    fields.push(Field::Metric(i));
                }
            }
            fields.push(Field::Kind);
        }
        TableKind::Daily => fields.extend([
            Field::Date,
            Field::Device,
            Field::MeanTemperature,
            Field::MeanHumidity,
            Field::MinBattery,
            Field::Readings,
            Field::Filled,
            Field::Flags,
            Field::HighTemperature,
            Field::LowBattery,
        ]),
        TableKind::SetAside | TableKind::Findings => {
            place(&mut fields);
            fields.extend([Field::Column, Field::Found, Field::Expected, Field::Rule]);
            if table == TableKind::SetAside && input.recipe.mode == Mode::Repair {
                fields.push(Field::Done);
            }
        }
        TableKind::Dropped => {
            place(&mut fields);
            fields.push(Field::Reason);
        }
        TableKind::Raw => {
            place(&mut fields);
            let widest = raw.iter().map(|row| row.cells.len()).max().unwrap_or(0);
            let header = input.log.files.first().map_or(0, |f| f.header.len());
            fields.extend((0..widest.max(header)).map(Field::Raw));
        }
    }
    fields
}

fn heading(input: &Input<'_>, raw: &[RawRow], field: Field) -> TableColumn {
    let unit = |name: &str| input.unit(name);
    let label: String = match field {
        Field::Time => "Time (UTC)".into(),
        Field::Device => "Device".into(),
        Field::Metric(i) => {
            let info = &input.readings().metrics[i].info;
            metric_heading(&info.name, &info.unit)
        }
        Field::Rolling => format!("Rolling {}", unit(contract::TEMPERATURE)),
        Field::Kind => "Kind".into(),
        Field::Date => "Date".into(),
        Field::MeanTemperature => format!("Mean {}", unit(contract::TEMPERATURE)),
        Field::MeanHumidity => format!("RH {}", unit(contract::HUMIDITY)),
        Field::MinBattery => format!("Min. batt. {}", unit(contract::BATTERY)),
        Field::Readings => "Readings".into(),
        Field::Filled => "Filled".into(),
        Field::Flags => "Flags".into(),
        Field::HighTemperature => "High temp.".into(),
        Field::LowBattery => "Low battery".into(),
        Field::File => "File".into(),
        Field::Line => "Line".into(),
        Field::Column => "Column".into(),
        Field::Found => "Found".into(),
        Field::Expected => "Expected".into(),
        Field::Rule => "Rule".into(),
        Field::Done => "What was done".into(),
        Field::Reason => "Reason".into(),
        Field::Raw(i) => {
            let file = raw.first().map_or(0, |row| row.place_file as usize);
            let header = input.log.files.get(file).and_then(|f| f.header.get(i));
            header.cloned().unwrap_or_else(|| format!("column {}", i + 1))
        }
    };
    TableColumn {
        label: label.trim_end().into(),
        numeric: matches!(
            field,
            Field::Metric(_)
                | Field::Rolling
                | Field::MeanTemperature
                | Field::MeanHumidity
                | Field::MinBattery
                | Field::Readings
                | Field::Filled
                | Field::Flags
                | Field::HighTemperature
                | Field::LowBattery
                | Field::Line
        ),
        code: matches!(field, Field::Found | Field::Raw(_)),
    }
}

/// What stands in one cell.
pub(super) fn cell(input: &Input<'_>, raw: &[RawRow], table: TableKind, row: usize, field: Field) -> Cell {
    match table {
        TableKind::Anomalies => anomaly_cell(input, row, field),
        TableKind::Daily => daily_cell(input, row, field),
        TableKind::SetAside | TableKind::Findings => finding_cell(input, row, field),
        TableKind::Dropped => dropped_cell(input, row, field),
        TableKind::Raw => raw_cell(input, raw, row, field),
    }
    .unwrap_or(Cell::Missing)
}

fn number(value: f64) -> Option<Cell> {
    (!value.is_nan()).then_some(Cell::Number(value))
}

fn anomaly_cell(input: &Input<'_>, row: usize, field: Field) -> Option<Cell> {
    let readings = input.readings();
    match field {
        Field::Time => readings.timestamp_us.get(row).map(|&t| Cell::Time(t)),
        Field::Device => {
            let device = readings.devices.get(readings.device_of(row))?;
            Some(Cell::Text(device.name.clone()))
        }
        Field::Metric(i) => {
            let metric = readings.metrics.get(i)?;
            match number(*metric.values.get(row)?)? {
                Cell::Number(value) if metric.filled.get(row) => Some(Cell::Filled(value)),
                cell => Some(cell),
            }
        }
        Field::Rolling => number(*input.outcome.enriched.temp_rolling_avg_3.get(row)?),
        Field::Kind => flag_kind(*input.outcome.flags.bytes.get(row)?).map(Cell::Flag),
        _ => None,
    }
}

fn daily_cell(input: &Input<'_>, row: usize, field: Field) -> Option<Cell> {
    let day = input.outcome.daily.get(row)?;
    let flags = input.tally.days.get(row).copied().unwrap_or_default();
    match field {
        Field::Date => Some(Cell::Day(day.day)),
        Field::Device => {
            let device = input.readings().devices.get(day.device)?;
            Some(Cell::Text(device.name.clone()))
        }
        Field::MeanTemperature => number(day.mean_temperature_celsius),
        Field::MeanHumidity => number(day.mean_humidity_percent),
        Field::MinBattery => number(day.min_battery_percent),
        Field::Readings => Some(Cell::Count(day.readings() as u64)),
        Field::Filled => Some(Cell::Count(day.filled_cells)),
        Field::Flags => Some(Cell::Count(flags.any())),
        Field::HighTemperature => Some(Cell::Count(flags.hot())),
        Field::LowBattery => Some(Cell::Count(flags.low())),
        _ => None,
    }
}

fn finding_cell(input: &Input<'_>, row: usize, field: Field) -> Option<Cell> {
    let (log, contract) = (input.log, &input.recipe.contract);
    let violation = log.violations.get(row)?;
    let text = |text: String| (!text.is_empty()).then_some(Cell::Text(text));
    match field {
        Field::File => text(input.file_name(violation.file).into()),
        Field::Line => Some(Cell::Count(u64::from(violation.line))),
        Field::Column => text(column_name(log, contract, violation).into()),
        Field::Found => text(found(violation)),
        Field::Expected => text(expected(log, contract, violation)),
        Field::Rule => text(violation.rule.name().replace('_', " ")),
        Field::Done => {
            let place = RowPlace { file: violation.file, line: violation.line };
            let aside = &input.outcome.cleaned.set_aside;
            let done = match aside.binary_search(&place) {
                Ok(_) => "row set aside",
                Err(_) => "cell emptied",
            };
            text(done.into())
        }
        _ => None,
    }
}

fn dropped_cell(input: &Input<'_>, row: usize, field: Field) -> Option<Cell> {
    let dropped = input.outcome.cleaned.dropped.get(row)?;
    match field {
        Field::File => Some(Cell::Text(input.file_name(dropped.place.file).into())),
        Field::Line => Some(Cell::Count(u64::from(dropped.place.line))),
        Field::Reason => Some(Cell::Text(dropped.reason.sentence(input.readings()))),
        _ => None,
    }
}

fn raw_cell(input: &Input<'_>, raw: &[RawRow], row: usize, field: Field) -> Option<Cell> {
    let row = raw.get(row)?;
    match field {
        Field::File => Some(Cell::Text(input.file_name(row.place_file).into())),
        Field::Line => Some(Cell::Count(u64::from(row.place_line))),
        Field::Raw(i) => {
            let cell = row.cells.get(i).filter(|cell| !cell.is_empty())?;
            Some(Cell::Text(cell.clone()))
        }
        _ => None,
    }
}
