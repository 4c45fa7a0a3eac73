//! The SQL of a bundle: two texts with places, `@name@`, for what is of this log.

use super::bundle::Bundle;
use super::columns::Column;
use crate::export::columns::Field;
use crate::export::text::{push_day, push_digits, push_number, push_time};
use crate::table::day_of;

pub(super) const SCHEMA: &str = include_str!("schema.sql");
const LOAD: &str = include_str!("load.sql");

/// More years than this are no fleet's: readings of the earlier ones share the default partition.
const MOST_YEARS: usize = 100;

/// Between columns, each on a line of its own.
const BETWEEN: &str = ",\n    ";

/// `schema.sql`.
pub(super) fn schema(bundle: &Bundle<'_>) -> String {
    filled(SCHEMA, |place, out| match place {
        "version" => out.push_str(env!("CARGO_PKG_VERSION")),
        "years" => list(out, ", ", years(bundle), |out, year| out.push_str(&year)),
        _ => {
            for column in bundle.columns.iter().filter(|column| !column.standard) {
                out.push_str("ALTER TABLE fact_sensor_readings ADD COLUMN IF NOT EXISTS ");
                push_name(out, &column.name);
                out.push(' ');
                out.push_str(column.kind);
                out.push_str(";\n");
            }
        }
    })
}

/// `load.sql`.
pub(super) fn load(bundle: &Bundle<'_>) -> String {
    let columns = &bundle.columns;
    let names = |out: &mut String, prefix: &str| {
        list(out, BETWEEN, columns, |out, column| {
            out.push_str(prefix);
            push_name(out, &column.name);
        });
    };
    filled(LOAD, |place, out| match place {
        "log_columns" => {
            out.push_str("device_id text COLLATE \"C\", \"timestamp\" timestamp, occurrence integer");
            for column in columns {
                out.push_str(BETWEEN);
                push_name(out, &column.name);
                out.push(' ');
                out.push_str(column.kind);
            }
        }
        "columns" => names(out, ""),
        "fact_values" => names(out, "fact."),
        "log_values" => names(out, "log."),
        "assignments" => list(out, BETWEEN, columns, |out, column| {
            push_name(out, &column.name);
            out.push_str(" = log.");
            push_name(out, &column.name);
        }),
        "span" => match bundle.span_us() {
            Some((first_us, last_us)) => {
                out.push('\'');
                push_time(out, first_us);
                out.push_str("' AND '");
                push_time(out, last_us);
                out.push('\'');
            }
            None => out.push_str("'-infinity' AND 'infinity'"),
        },
        "readings" => push_digits(out, bundle.readings() as u64, 1),
        "devices" => push_digits(out, bundle.spans.len() as u64, 1),
        "days" => push_digits(out, bundle.outcome.daily.len() as u64, 1),
        "extremes" => {
            for (number, column, _) in metrics(bundle) {
                for extreme in ["min", "max"] {
                    out.push_str(",\n        ");
                    out.push_str(extreme);
                    out.push_str("(fact.");
                    push_name(out, &column.name);
                    out.push_str(") AS ");
                    push_place(out, extreme, number);
                }
            }
        }
        _ => {
            for (number, column, metric) in metrics(bundle) {
                let (least, most) = extremes(bundle, metric);
                for (extreme, what, value) in [("min", "smallest ", least), ("max", "largest ", most)] {
                    out.push_str(",\n    (");
                    let mut said = String::from(what);
                    push_name(&mut said, &column.name);
                    push_quoted(out, &said, '\'');
                    out.push_str(", ");
                    if value.is_nan() {
                        out.push_str("NULL");
                    } else {
                        out.push('\'');
                        push_number(out, value);
                        out.push('\'');
                    }
                    out.push_str(", loaded.");
                    push_place(out, extreme, number);
                    out.push(')');
                }
            }
        }
    })
}

/// A text whose places are filled.
pub(super) fn filled(text: &str, mut fill: impl FnMut(&str, &mut String)) -> String {
    let mut out = String::with_capacity(2 * text.len());
    for (number, part) in text.split('@').enumerate() {
        if number % 2 == 0 { out.push_str(part) } else { fill(part, &mut out) }
    }
    out
}

/// Appends items with something between them.
fn list<T>(out: &mut String, between: &str, items: impl IntoIterator<Item = T>, mut push: impl FnMut(&mut String, T)) {
    for (number, item) in items.into_iter().enumerate() {
        if number > 0 {
            out.push_str(between);
        }
        push(out, item);
    }
}

/// Appends a name in quotes.
fn push_name(out: &mut String, name: &str) {
    push_quoted(out, name, '"');
}

fn push_quoted(out: &mut String, text: &str, quote: char) {
    out.push(quote);
    for character in text.chars() {
        if character == quote {
            out.push(quote);
        }
        out.push(character);
    }
    out.push(quote);
}

/// Appends the name of a metric's extreme, `min_0`.
fn push_place(out: &mut String, extreme: &str, number: usize) {
    out.push_str(extreme);
    out.push('_');
    push_digits(out, number as u64, 1);
}

/// The columns that are metrics, numbered, each with its index among the readings' metrics.
fn metrics<'a>(bundle: &'a Bundle<'_>) -> impl Iterator<Item = (usize, &'a Column, usize)> {
    bundle.columns.iter().enumerate().filter_map(|(number, column)| match column.field {
        Field::Metric(metric) => Some((number, column, metric)),
        _ => None,
    })
}

/// The smallest and the largest value of a metric in the bundle; NaN where all are missing.
fn extremes(bundle: &Bundle<'_>, metric: usize) -> (f64, f64) {
    let values = &bundle.outcome.cleaned.readings.metrics[metric].values;
    let all = bundle.spans.iter().flat_map(|span| &values[span.range()]);
    all.fold((f64::NAN, f64::NAN), |(least, most), value| (least.min(*value), most.max(*value)))
}

/// The years of the readings' days in UTC, as digits, ascending.
fn years(bundle: &Bundle<'_>) -> Vec<String> {
    let stamps = &bundle.outcome.cleaned.readings.timestamp_us;
    let mut years: Vec<String> = Vec::new();
    for span in &bundle.spans {
        let mut last_day = None;
        for time_us in &stamps[span.range()] {
            let day = day_of(*time_us);
            if last_day != Some(day) {
                last_day = Some(day);
                let mut year = String::new();
                push_day(&mut year, day);
                // A date ends with month and day, `-02-29`.
                year.truncate(year.len().saturating_sub(6));
                if !years.contains(&year) {
                    years.push(year);
                }
            }
        }
    }
    years.sort_unstable();
    years.drain(..years.len().saturating_sub(MOST_YEARS));
    years
}
