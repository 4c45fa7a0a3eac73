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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRow {
    pub place: RowPlace,
    pub cells: Vec<String>,
}

impl RawRow {
    pub fn new(place: RowPlace, cells: Vec<String>) -> Self {
        Self { place, cells }
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
        matched: order.matched,
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
            // The kind comes early, so that it is in sight where there are many metrics.
            fields.extend([Field::Time, Field::Device, Field::Kind]);
            if let Some(temperature) = metric(contract::TEMPERATURE) {
                fields.extend([Field::Metric(temperature), Field::Rolling]);
            }
            fields.extend(metric(contract::BATTERY).map(Field::Metric));
            for i in 0..readings.metrics.len() {
                if !fields.contains(&Field::Metric(i)) {
                    fields.push(Field::Metric(i));
                }
            }
        }
        TableKind::Daily => fields.extend([
            Field::Date,
            Field::Device,
            Field::MeanTemperature,
            Field::MeanHumidity,
            Field::MinBattery,
            Field::Flags,
            Field::Readings,
            Field::Filled,
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
            let file = raw.first().map_or(0, |row| row.place.file as usize);
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
        Field::File => Some(Cell::Text(input.file_name(row.place.file).into())),
        Field::Line => Some(Cell::Count(u64::from(row.place.line))),
        Field::Raw(i) => {
            let cell = row.cells.get(i).filter(|cell| !cell.is_empty())?;
            Some(Cell::Text(cell.clone()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Scene, scene};
    use super::super::order;
    use super::*;
    use crate::clean::{DropReason, Dropped};
    use crate::contract::{Rule, Violation};
    use crate::protocol::FlagKind;
    use crate::table::{DAY_US, SourceFile};

    const TEXT: &str = "\
a 0:00 40 50 90
a 0:10 ~41 - 90
a 0:20 42 50 5
a 24:00 20 50 90
b 0:05 10 50 14
";

    fn page(scene: &Scene, raw: &[RawRow], ask: TableAsk) -> TablePage {
        let order = order(&scene.input(), raw, &ask);
        table(&scene.input(), raw, &ask, &order)
    }

    fn all(table: TableKind) -> TableAsk {
        TableAsk { table, sort: None, filter: String::new(), from: 0, count: 100 }
    }

    fn labels(page: &TablePage) -> Vec<&str> {
        page.columns.iter().map(|c| c.label.as_str()).collect()
    }

    #[test]
    fn anomalies_show_what_was_measured_and_why_it_is_flagged() {
        let scene = scene(TEXT, None);
        let page = page(&scene, &[], all(TableKind::Anomalies));
        assert_eq!(labels(&page), ["Time (UTC)", "Device", "Kind", "Temp. °C", "Rolling °C", "Battery %", "RH %"]);
        let rows: Vec<(u64, &Cell, &Cell)> = page.rows.iter().map(|r| (r.key, &r.cells[0], &r.cells[2])).collect();
        let minute = |m: i64| Cell::Time(m * 60_000_000);
        assert_eq!(
            rows,
            [
                (4, &minute(5), &Cell::Flag(FlagKind::LowBattery)),
                (2, &minute(20), &Cell::Flag(FlagKind::Both)),
                (3, &Cell::Time(DAY_US), &Cell::Flag(FlagKind::HighTemperature)),
            ]
        );
        assert_eq!(page.rows[0].cells[4], Cell::Missing, "no mean of three yet");
        assert_eq!(page.rows[1].cells[4], Cell::Number(41.0));
        assert_eq!((page.total, page.matched), (3, 3));
        assert!(page.columns[3].numeric && !page.columns[1].numeric);
    }

    #[test]
    fn a_filled_cell_is_told_from_a_measured_one() {
        let scene = scene(TEXT, None).limits(-100.0, 99.0);
        let page = page(&scene, &[], all(TableKind::Anomalies));
        let filled = page.rows.iter().find(|row| row.key == 1).unwrap();
        assert_eq!(filled.cells[3], Cell::Filled(41.0));
        assert_eq!(filled.cells[6], Cell::Missing);
    }

    #[test]
    fn daily_statistics_stand_by_date_then_device() {
        let scene = scene(TEXT, None);
        let page = page(&scene, &[], all(TableKind::Daily));
        let rows: Vec<&[Cell]> = page.rows.iter().map(|r| &r.cells[..]).collect();
        let text = |t: &str| Cell::Text(t.into());
        assert_eq!(rows[0][..5], [Cell::Day(0), text("a"), Cell::Number(41.0), Cell::Number(50.0), Cell::Number(5.0)]);
        assert_eq!(rows[0][5..], [1, 3, 1, 1, 1].map(Cell::Count));
        assert_eq!(rows[1][..2], [Cell::Day(0), text("b")]);
        assert_eq!(rows[2][..2], [Cell::Day(1), text("a")]);
        assert_eq!(page.columns.len(), rows[0].len());
    }

    /// Two files, a violation in each, and a dropped row.
    fn broken(mode: Mode) -> Scene {
        let mut scene = scene(TEXT, None);
        scene.recipe.mode = mode;
        scene.log.files.push(SourceFile { name: "late.csv".into(), ..scene.log.files[0].clone() });
        let violation =
            |file, line, column, rule, value: &str| Violation { file, line, column, rule, value: value.into() };
        scene.log.violations = vec![
            violation(0, 13, Some(2), Rule::OutOfBounds, "1000"),
            violation(0, 9007, None, Rule::RaggedRow, "4 of 6"),
            violation(1, 5, Some(1), Rule::MissingDevice, ""),
        ];
        let place = |file, line| RowPlace { file, line };
        scene.outcome.cleaned.set_aside = vec![place(0, 9007), place(1, 5)];
        scene.outcome.cleaned.dropped =
            vec![Dropped { place: place(1, 7), reason: DropReason::Repaired { metric: 2, was: "101".into() } }];
        scene
    }

    #[test]
    fn a_violation_is_a_row_with_what_was_found_and_expected() {
        let page = page(&broken(Mode::SetAside), &[], all(TableKind::SetAside));
        assert_eq!(labels(&page), ["File", "Line", "Column", "Found", "Expected", "Rule"]);
        let text = |t: &str| Cell::Text(t.into());
        assert_eq!(
            page.rows[0].cells,
            [
                text("log.csv"),
                Cell::Count(13),
                text("temperature_celsius"),
                text("1000"),
                text("a number between -20 and 50"),
                text("out of bounds")
            ]
        );
        assert_eq!(page.rows[1].cells[2..5], [Cell::Missing, text("4 of 6 cells"), text("6 cells")]);
        assert_eq!(page.rows[2].cells[2..4], [text("device_id"), Cell::Missing]);
    }

    #[test]
    fn repair_says_what_became_of_each_violation() {
        let page = page(&broken(Mode::Repair), &[], all(TableKind::SetAside));
        let done: Vec<&Cell> = page.rows.iter().filter_map(|row| row.cells.last()).collect();
        let text = |t: &str| Cell::Text(t.into());
        assert_eq!(done, [&text("cell emptied"), &text("row set aside"), &text("row set aside")]);
    }

    #[test]
    fn a_dropped_row_has_its_place_and_reason() {
        let page = page(&broken(Mode::Repair), &[], all(TableKind::Dropped));
        let reason = Cell::Text("missing battery_level_percent (repaired, was 101)".into());
        assert_eq!(page.rows[0].cells, [Cell::Text("late.csv".into()), Cell::Count(7), reason]);
    }

    #[test]
    fn raw_rows_stand_under_the_files_header_even_when_ragged() {
        let scene = scene(TEXT, None);
        let cells = |text: &str| text.split(',').map(String::from).collect();
        let raw = [
            RawRow { place: RowPlace { file: 0, line: 2 }, cells: cells("2024-01-01,a,,50,90,extra") },
            RawRow { place: RowPlace { file: 0, line: 4 }, cells: cells("x") },
        ];
        let page = page(&scene, &raw, all(TableKind::Raw));
        assert_eq!(labels(&page)[..3], ["Line", "timestamp", "device_id"]);
        assert_eq!(labels(&page)[6], "column 6");
        assert_eq!(page.rows[0].cells[3], Cell::Missing);
        assert_eq!(page.rows[0].cells[6], Cell::Text("extra".into()));
        assert_eq!(page.rows[1].cells[..2], [Cell::Count(4), Cell::Text("x".into())]);
        assert!(page.columns[1].code && !page.columns[0].code);
    }

    #[test]
    fn a_refused_run_lists_its_findings_and_nothing_else() {
        let scene = broken(Mode::Strict);
        let (outcome, facts, tally) = Default::default();
        let input = Input { outcome: &outcome, facts: &facts, tally: &tally, ..scene.input() };
        let count = |kind| {
            let ask = all(kind);
            table(&input, &[], &ask, &order(&input, &[], &ask)).rows.len()
        };
        assert_eq!(count(TableKind::Findings), 3);
        assert_eq!(count(TableKind::Anomalies) + count(TableKind::Daily) + count(TableKind::Dropped), 0);
    }

    #[test]
    fn a_page_is_a_window_of_the_order() {
        let scene = scene(TEXT, None).limits(-100.0, 0.0);
        let keys = |from, count| -> Vec<u64> {
            let page = page(&scene, &[], TableAsk { from, count, ..all(TableKind::Anomalies) });
            page.rows.iter().map(|row| row.key).collect()
        };
        assert_eq!(keys(0, 100), [2, 3]);
        assert_eq!(keys(1, 1), [3]);
        assert!(keys(2, 5).is_empty());
        assert!(keys(u64::MAX, u32::MAX).is_empty());
    }
}
