//! A file of another shape, surveyed whole, as a layout and one chunk.
//!
//! Owns where a survey meets the contract: which of its metrics are the contract's, and which columns of it are absent. Assumes
//! bytes that [`super::whole`] gave. Asks where the survey asks.

use std::collections::HashSet;
use std::sync::Arc;

use super::chunk::{Chunk, ChunkHead, ChunkViolation};
use super::layout::{Layout, Role, contract_metrics};
use super::whole::Whole;
use super::{ChunkColumns, Source, columns};
use crate::contract::{ColumnKind, Contract, FillPolicy, Rule, fold};
use crate::dialect::Notation;
use crate::survey::{Bounds, Delimiter, OddRule, Survey, Told, survey};
use crate::table::MetricInfo;
use crate::{Error, ErrorKind};

/// Reads a file of any shape: how, and what.
///
/// # Errors
/// Why it is no table of readings; the question that only a person can answer.
#[inline(never)]
pub(super) fn read<S: Source>(
    file: &str,
    whole: &Whole,
    told: &Told,
    contract: &Contract,
) -> Result<(Layout, Chunk), Error> {
    let unbounded = (f64::NEG_INFINITY, f64::INFINITY);
    let bounds = contract
        .metrics()
        .map(|column| (column.name.clone(), column.min.unwrap_or(unbounded.0), column.max.unwrap_or(unbounded.1)));
    let bounds: Vec<(String, f64, f64)> = bounds.collect();
    let found = survey_of::<S>(file, whole, told, &bounds)?;
    if let Some(question) = &found.card.question {
        return Err(asked(file, question, &found));
    }
    let start = if whole.bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let layout = layout(file, &found, contract);
    Ok((layout, chunk(found, start)))
}

/// Surveys a file; where its header names a zone, in that.
///
/// # Errors
/// As [`survey`].
pub fn survey_of<S: Source>(file: &str, whole: &Whole, told: &Told, bounds: &Bounds) -> Result<Survey, Error> {
    let mut found = survey(file, &whole.bytes, told, bounds)?;
    let named = found.named_zone.as_deref().filter(|_| told.zone.is_none());
    if let Some(zone) = named.and_then(S::zone) {
        found = survey(file, &whole.bytes, &Told { zone: Some(zone), ..told.clone() }, bounds)?;
    }
    whole.tell(&mut found.card);
    Ok(found)
}

fn asked(file: &str, question: &str, found: &Survey) -> Error {
    let flag = match found.orders.is_empty() {
        true => "; say so (on the command line with --start)",
        false => "; say which (on the command line with --date-order)",
    };
    let mut error = Error::new(ErrorKind::Dialect, file, format!("{question}{flag}")).with_columns(&found.headers);
    if let (Some(line), Some(column)) = &found.asked_at {
        error = error.at_line(*line).in_column(column);
    }
    found.orders.iter().fold(error, |error, order| {
        let meaning = found.asked_date(*order).map_or(String::new(), |date| format!(": {date}"));
        error.with_choice(order.name(), format!("{}{meaning}", order.word()))
    })
}

fn layout(file: &str, found: &Survey, contract: &Contract) -> Layout {
    let known = contract_metrics(contract);
    let mut header = found.headers.clone();
    let mut roles = vec![Role::Skip; header.len()];
    let mut metrics = Vec::new();
    for metric in &found.metrics {
        let info = known.iter().find(|info| fold(&info.name) == fold(&metric.card.name)).cloned();
        let info = info.unwrap_or_else(|| MetricInfo {
            name: metric.card.name.clone(),
            unit: metric.card.unit.clone(),
            fill: FillPolicy::No,
            required: false,
        });
        // In a table of single values each device has its own metrics.
        let info = MetricInfo { required: info.required && found.card.layout == "wide", ..info };
        if found.card.layout == "wide"
            && let Some(name) = header.get_mut(metric.at)
        {
            name.clone_from(&info.name);
            roles[metric.at] = Role::Metric(metrics.len());
        }
        metrics.push(info);
    }
    let absent: Vec<&str> = contract
        .columns
        .iter()
        .filter(|column| match column.kind {
            // Without names, nothing is one of the contract's.
            _ if found.card.header_line.is_none() => true,
            ColumnKind::Timestamp => false,
            ColumnKind::Device => !found.card.device_from.starts_with("column"),
            ColumnKind::Number => metrics.iter().all(|info| fold(&info.name) != fold(&column.name)),
        })
        .map(|column| column.name.as_str())
        .collect();
    let line = u64::from(found.card.header_line.unwrap_or(1));
    let absent = (!absent.is_empty()).then(|| columns::absence(file, &found.headers, &absent, line));
    Layout {
        header,
        written: found.headers.clone(),
        delimiter: match found.delimiter {
            Some(Delimiter::Mark(mark)) => mark,
            _ => b' ',
        },
        decimal_comma: found.card.decimal == ",",
        notation: Notation::Iso,
        first_offset: 0,
        first_line: 1,
        roles,
        bounds: vec![(f64::NEG_INFINITY, f64::INFINITY); metrics.len()],
        conversions: vec![None; metrics.len()],
        metrics,
        ours: false,
        shown: true,
        open: None,
        proof: None,
        card: Some(Arc::new(found.card.clone())),
        absent,
    }
}

fn rule_of(rule: OddRule) -> Rule {
    match rule {
        OddRule::Ragged => Rule::RaggedRow,
        OddRule::OpenQuote => Rule::OpenQuote,
        OddRule::NoTime => Rule::MissingTimestamp,
        OddRule::BadTime => Rule::BadTimestamp,
        OddRule::NoDevice => Rule::MissingDevice,
        OddRule::NotANumber => Rule::NotANumber,
        OddRule::OutOfBounds => Rule::OutOfBounds,
    }
}

/// The survey's readings as one chunk; lines count from the file's first.
fn chunk(found: Survey, start: u64) -> Chunk {
    let violations: Vec<ChunkViolation> = found
        .odd
        .into_iter()
        .map(|odd| ChunkViolation {
            line: odd.line.saturating_sub(1),
            column: odd.column.and_then(|column| u16::try_from(column).ok()),
            rule: rule_of(odd.rule),
            value: odd.value,
        })
        .collect();
    let condemned: HashSet<u32> =
        violations.iter().filter(|violation| violation.rule.condemns_row()).map(|violation| violation.line).collect();
    let kept = found.readings.len() as u64;
    let device: Vec<u32> = found.readings.iter().map(|(_, device, _)| *device).collect();
    let metrics = found.metrics.len();
    let mut chunk = Chunk {
        head: ChunkHead {
            rows_read: kept + condemned.len() as u64,
            lines: found.lines.saturating_sub(1),
            devices: found.devices.into_iter().map(Into::into).collect(),
            violations,
            texts: vec![Vec::new(); metrics],
            marks: found.marks.iter().map(|(line, offset)| (line.saturating_sub(1), offset + start)).collect(),
            ..ChunkHead::default()
        },
        columns: ChunkColumns {
            timestamp_us: found.readings.iter().map(|(_, _, stamp)| *stamp).collect(),
            line: found.readings.iter().map(|(line, _, _)| line.saturating_sub(1)).collect(),
            values: found.metrics.into_iter().map(|metric| metric.values).collect(),
        },
    };
    chunk.order(&device);
    chunk
}

#[cfg(test)]
mod tests {
    use crate::clean::run;
    use crate::contract::Contract;
    use crate::ingest::{Bytes, read_files};
    use crate::recipe::{Fill, Mode, Repeats};

    #[test]
    fn rows_of_long_tables_are_counted_once_in_every_mode() {
        let values = ["20,C", "ERR,C", "21,C", "22,C"];
        let mut text = String::from("time,device_id,parameter,value,unit\n");
        for (minute, value) in values.iter().enumerate() {
            text += &format!("2024-05-01 00:0{minute}:00,a,humidity,{},%\n", if minute == 2 { "101" } else { "50" });
            text += &format!("2024-05-01 00:0{minute}:00,a,temperature,{value}\n");
        }
        text += "soon,a,humidity,50,%\n";
        for (mode, aside, kept) in [(Mode::SetAside, 3, 2), (Mode::Repair, 1, 4)] {
            let files = vec![("long.csv".to_string(), Bytes(text.clone()))];
            let mut log = read_files(files, &Contract::default(), &mut |_| {}).unwrap().log;
            let found: Vec<(u32, &str)> = log.violations.iter().map(|v| (v.line, &*v.value)).collect();
            assert_eq!(found, [(5, "ERR"), (6, "101"), (10, "soon")]);
            let readings = std::mem::take(&mut log.readings);
            let cleaned = run(readings, &log, mode, Fill::Position, Repeats::Keep);
            assert_eq!((cleaned.set_aside.len(), cleaned.readings.rows(), cleaned.dropped.len()), (aside, kept, 0));
            assert_eq!(log.rows_read(), (aside + kept) as u64);
        }
    }

    /// The metrics of a text, each with its values; what was set aside; what was not read.
    type Read = (Vec<(String, String, Vec<f64>)>, Vec<String>, Vec<(String, String)>);

    fn read(text: &str) -> Read {
        let files = vec![("units.csv".to_string(), Bytes(text.to_string()))];
        let log = read_files(files, &Contract::default(), &mut |_| {}).unwrap().log;
        let metrics = log.readings.metrics.iter();
        let metrics = metrics.map(|metric| (metric.info.name.clone(), metric.info.unit.clone(), metric.values.clone()));
        let found = log.violations.iter().map(|violation| violation.value.to_string());
        (metrics.collect(), found.collect(), log.files[0].not_read.clone())
    }

    #[test]
    fn a_number_of_another_unit_is_not_read_as_one_of_the_first() {
        let wide = |header: &str, cells: &[&str]| {
            let rows = cells.iter().enumerate().map(|(at, cell)| format!("2024-05-01 00:0{at}:00;{cell};5{at}\n"));
            read(&format!("logger 7\n\nTime;{header};Humidity (%)\n{}", rows.collect::<String>()))
        };
        let (metrics, odd, _) = wide("Temp", &["50 °F", "59 °F", "20 °C", "68 °F", "77 °F", "68 °F"]);
        assert_eq!((metrics[0].0.as_str(), metrics[0].1.as_str()), ("temperature_celsius", "°C"));
        assert_eq!((metrics[0].2[0], metrics[0].2[1], metrics[0].2[2].is_nan()), (10.0, 15.0, true));
        assert_eq!(odd, ["20 °C"]);
        let (metrics, _, not_read) = wide("Temp (°C)", &["50 °F", "59 °F", "60 °F", "68 °F", "77 °F", "68 °F"]);
        assert_eq!(metrics.len(), 1);
        assert!(not_read[0].1.contains("in °F, though °C is stated"), "{not_read:?}");
    }

    #[test]
    fn a_long_table_may_state_the_unit_of_each_row() {
        let rows = |unit: [&str; 4]| {
            let rows = unit.iter().enumerate().map(|(at, unit)| {
                format!("2024-05-01 00:0{at}:00,a,temperature,5{at},{unit}\n2024-05-01 00:0{at}:00,a,humidity,50,%\n")
            });
            read(&format!("time,device_id,parameter,value,unit\n{}", rows.collect::<String>()))
        };
        let (metrics, odd, _) = rows(["F", "°F", "F", "C"]);
        assert_eq!(
            (metrics[0].0.as_str(), metrics[0].2[0], metrics[0].2[3].is_nan()),
            ("temperature_celsius", 10.0, true)
        );
        assert_eq!(odd, ["53 C"]);
        assert_eq!(metrics[1].0, "humidity_percent");
    }
}
