//! The contract on raw cells: times, devices, numbers, the rule that each cell breaks, and the rows set aside.

use super::names::Wide;
use super::times::{self, SAMPLED_ROWS};
use super::{Plan, lay, surveyed};
use crate::contract::{RESERVED, Rule, fold};
use crate::recipe::Mode;

/// What number columns write for a missing cell, as `dialect::number` knows it.
pub(super) const MISSING: &str = "'', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', \
                       'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null'";

/// The cells of the contract's columns and of further metrics, and what a time may mean.
pub(super) fn cells(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let of_files = plan.of_files();
    let mut query = String::from("with ");
    if of_files {
        query.push_str(&columns_and_cells(plan));
    } else {
        query.push_str(&of_table(plan));
    }
    query.push_str(&times::of_cells(plan));
    let mut out = plan.step(
        "sensorium_cells",
        "-- 2. Cells of the columns that are read, and what each time may mean.\n",
        &query,
    );
    out.push_str(&times::faults(plan));
    if of_files {
        out.push_str(&engine.stop("", &lay(WIDTHS_FAULT, &[("rows", SAMPLED_ROWS)])));
        out.push_str(&unread(plan));
    }
    out
}

fn columns_and_cells(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let position = |name: &str, alias: &str| {
        ["max(case when folded = ", &engine.text(&fold(name)), " then position end) as ", alias].concat()
    };
    let mut out = String::from(
        "columns as (\n  -- Where each file has them; a row that repeats the header is none.\n  select file, count(*) as width, ",
    );
    out.push_str(engine.of(
        "list(name order by position)",
        "array_agg(name order by position)",
        "transform(array_sort(collect_list(struct(position, name))), cell -> cell.name)",
    ));
    out.push_str(" as header_cells,\n    ");
    out.push_str(&position(&plan.names.time, "time_cell"));
    out.push_str(",\n    ");
    out.push_str(&position(&plan.names.device, "device"));
    out.push_str(&plan.each(|metric| position(&metric.column.name, &plan.column(metric, "_cell"))));
    out.push_str("\n  from sensorium_header\n  group by file\n),\n");
    let surveyed = plan.is_surveyed();
    let raw = |at: &str| ["coalesce(", &engine.at("r.cells", at), ", '')"].concat();
    let cell = |at: &str, alias: &str| {
        let cell = if surveyed { engine.trimmed(&raw(at)) } else { raw(at) };
        [&cell, " as ", alias].concat()
    };
    let length = engine.length("r.cells");
    out.push_str(if surveyed { "written" } else { "cells" });
    out.push_str(" as (\n  select r.file, r.file_name, r.line, r.record, r.row_text,\n    case when ");
    let other = if surveyed {
        // Empty cells at the end are none too many.
        [" < c.width or ", &engine.text_from("r.cells", "c.width + 1"), " <> ''"].concat()
    } else {
        " <> c.width".into()
    };
    out.push_str(
        &[
            &length,
            &other,
            " then cast(",
            &length,
            " as ",
            engine.varchar(),
            ") || ' of ' || cast(c.width as ",
            engine.varchar(),
            ") end as ragged,\n    ",
        ]
        .concat(),
    );
    out.push_str(&cell("c.time_cell", "time_cell"));
    out.push_str(", ");
    if surveyed {
        out.push_str(
            &[&length, " as cell_count, c.width as header_width, c.device as device_position,\n    "].concat(),
        );
        out.push_str(&cell("c.device", "device_cell"));
    } else {
        out.push_str(&[&engine.trimmed(&raw("c.time_cell")), " as time_text,\n    "].concat());
        out.push_str(&cell("c.device", "device"));
    }
    out.push_str(
        &plan.each(|metric| cell(&["c.", &plan.column(metric, "_cell")].concat(), &plan.column(metric, "_cell"))),
    );
    out.push_str("\n  from sensorium_records as r join columns as c on c.file = r.file\n  where ");
    if surveyed {
        // Neither comments nor rows that hold nothing are rows.
        let comment = engine.matches(&engine.trimmed(&raw("1")), "^#[A-Za-z ]");
        out.push_str(&["not ", &comment, " and ", &engine.text_from("r.cells", "1"), " <> ''\n    and "].concat());
        if plan.is_headless() {
            out.push_str("true\n),\n");
            out.push_str(&surveyed::cells(plan));
            return out;
        }
    }
    out.push_str("r.record > 1 and not (");
    out.push_str(&[&length, " = c.width and "].concat());
    out.push_str(engine.of(
        "list_transform(r.cells, lambda cell: trim(cell, e' \\t\\n\\f\\r')) = c.header_cells",
        "array(select btrim(cell, e' \\t\\n\\f\\r') from unnest(r.cells) with ordinality as u(cell, n) order by n) = c.header_cells",
        "transform(r.cells, cell -> trim(both ' \\t\\n\\u000C\\r' from cell)) = c.header_cells",
    ));
    out.push_str(")\n),\n");
    if surveyed {
        out.push_str(&surveyed::cells(plan));
    }
    out
}

fn of_table(plan: &Plan<'_>) -> String {
    let trimmed = |column: &str| plan.engine.trimmed(column);
    if !plan.is_surveyed() {
        return ["cells as (\n  select *, ", &trimmed("time_cell"), " as time_text from sensorium_records\n),\n"]
            .concat();
    }
    // A row that holds nothing is none.
    let cells = plan.each(|metric| plan.column(metric, "_cell")).replace(",\n    ", " || ");
    let rows = ["from sensorium_records\n  where time_cell || device_cell", &cells, " <> ''"].concat();
    surveyed::cells(plan).replace("from written", &rows)
}

const WIDTHS_FAULT: &str = "\
select file_name || ': expected rows as wide as the header, but found \"' || min(ragged) || '\" in most of the first {rows} rows' as fault
from sensorium_cells
where record <= 1 + {rows}
group by file, file_name
having count(ragged) > count(*) / 2.0";

/// Stops where a column that nobody named would be a metric.
fn unread(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let mut known = vec![fold(&plan.names.time), fold(&plan.names.device)];
    known.extend(plan.names.metrics.iter().map(|metric| fold(&metric.column.name)));
    known.extend(plan.wanted.unread.iter().map(|name| fold(name)));
    if !plan.is_surveyed() {
        known.extend(RESERVED.iter().map(|name| (*name).to_string()));
    }
    let list: Vec<String> = known.iter().map(|name| engine.text(name)).collect();
    let trimmed = engine.trimmed("cell");
    let slots = [
        ("known", &list.join(", ")[..]),
        ("cell", &engine.at("r.cells", "h.position")),
        ("trimmed", &trimmed),
        ("number", &engine.parsed_number(&trimmed)),
        ("missing", MISSING),
        ("date", if plan.has_dates() { " or c.day_us is not null" } else { "" }),
    ];
    if plan.is_surveyed() {
        return engine.stop("-- What a further column is, Sensorium only knows.\n", &lay(FURTHER, &slots));
    }
    let comment = "-- A further column of numbers is a metric: it has to be named, or left out by name.\n";
    engine.stop(comment, &lay(UNREAD, &slots))
}

const UNREAD: &str = "\
with further as (
  select h.folded, {cell} as cell
  from sensorium_header as h
  join sensorium_cells as c on c.file = h.file and c.ragged is null and (c.iso_us is not null or c.epoch is not null{date}) and c.device <> ''
  join sensorium_records as r on r.file = c.file and r.line = c.line
  where h.folded not in ({known})
),
judged as (
  select folded, {number} as number, {trimmed} not in ({missing}) as is_there from further
)
select 'the column \"' || folded || '\" holds numbers: name it with --metric, or leave it out with --unread' as fault
from judged
where is_there
group by folded
having count(number) >= 0.95 * count(*)";

const FURTHER: &str = "\
select file_name || ': the column \"' || name || '\" is understood by Sensorium only' as fault
from sensorium_header
where folded not in ({known})";

/// Every cell with the rule that it breaks.
pub(super) fn judged(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let surveyed = plan.is_surveyed();
    let text = |metric: &Wide| {
        let cell = plan.column(metric, "_cell");
        let (cell, is_there) = if surveyed {
            // Trimmed already.
            (cell.clone(), ["not ", &surveyed::is_missing(plan, &cell)].concat())
        } else {
            let cell = engine.trimmed(&cell);
            (cell.clone(), [&cell, " not in (", MISSING, ")"].concat())
        };
        ["case when ", &is_there, " then ", &cell, " end as ", &plan.column(metric, "_text")].concat()
    };
    let number = |metric: &Wide| {
        let text = plan.column(metric, "_text");
        [&engine.parsed_number(&text), " as ", &plan.column(metric, "_number")].concat()
    };
    // The measured number, where it keeps its bounds; and the rule where there is none for another reason than a gap.
    let kept = |metric: &Wide| {
        let number = plan.column(metric, "_number");
        let value = match inside(plan, metric, &number) {
            Some(inside) => ["case when ", &inside, " then ", &number, " end"].concat(),
            None => number,
        };
        [&value, " as ", &plan.column(metric, "")].concat()
    };
    let rule = |metric: &Wide| {
        let (text, number) = (plan.column(metric, "_text"), plan.column(metric, "_number"));
        let mut out = String::from("case when ragged is not null");
        if surveyed || !metric.required {
            out.push_str(" or timestamp_us is null or device = ''");
        }
        out.push_str(
            &[" then null\n      when ", &text, " is not null and ", &number, " is null then 'not_a_number'"].concat(),
        );
        if let Some(inside) = inside(plan, metric, &number) {
            out.push_str(&["\n      when not (", &inside, ") then 'out_of_bounds'"].concat());
        }
        out.push_str(&[" end as ", &plan.column(metric, "_rule")].concat());
        out
    };
    let rest = if surveyed {
        // A row that has a time and a device, and no cell beside them, is no reading.
        let cells = plan.each(|metric| plan.column(metric, "_cell")).replace(",\n    ", " || ");
        let row = "timestamp_us is not null and device <> ''";
        [",\n    ", row, " as is_row\nfrom numbers\nwhere not (", row, " and ''", &cells, " = '')"].concat()
    } else {
        "\nfrom numbers".into()
    };
    let slots = [
        ("moments", &times::moments(plan)[..]),
        ("texts", &plan.each(text)),
        ("numbers", &plan.each(number)),
        ("kept", &plan.each(kept)),
        ("rules", &plan.each(rule)),
        ("timed", if surveyed { " and timestamp_us is not null" } else { "" }),
        ("rest", &rest),
    ];
    let comment = "-- 3. Contract: each row with its time, device and numbers, and the rule that each cell breaks.\n";
    let mut out = plan.step("sensorium_checked", comment, &lay(JUDGED, &slots));
    if of_other_delimiter(plan) {
        let comma = |metric: &Wide| engine.matches(&plan.column(metric, "_text"), "^[+-]?[0-9]+,[0-9]+$");
        let commas: Vec<String> = plan.names.metrics.iter().map(comma).collect();
        let slots = [("commas", &commas.join(" or ")[..]), ("varchar", engine.varchar())];
        out.push_str(&engine.stop("-- A decimal comma is read by Sensorium only.\n", &lay(COMMAS_FAULT, &slots)));
    }
    for metric in plan.names.metrics.iter().filter(|metric| !metric.required && !surveyed) {
        let slots = [
            ("name", &engine.text(&metric.column.name)[..]),
            ("number", &plan.column(metric, "_number")),
            ("rule", &plan.column(metric, "_rule")),
        ];
        out.push_str(&engine.stop("-- A further metric holds numbers, nearly always.\n", &lay(SHARE_FAULT, &slots)));
    }
    out
}

const JUDGED: &str = "\
with {moments},
texts as (
  -- Times of the years 1 to 9999; numbers without blanks around them, null where nothing was measured.
  select *, case when ragged is null and moment between -62135596800000000 and 253402300799999999 then moment end as timestamp_us{texts}
  from times
),
numbers as (
  -- Finite decimal numbers.
  select *{numbers}
  from texts
)
select *,
    case when ragged is null and timestamp_us is null then
      case when time_text = '' then 'missing_timestamp' else 'bad_timestamp' end end as time_rule,
    case when ragged is null{timed} and device = '' then 'missing_device' end as device_rule{kept}{rules}{rest}";

/// Between commas no number has one.
fn of_other_delimiter(plan: &Plan<'_>) -> bool {
    plan.of_files() && plan.wanted.delimiter != ','
}

const COMMAS_FAULT: &str = "\
select file_name || ' line ' || cast(line as {varchar}) || ': expected decimal points, but found a decimal comma' as fault
from sensorium_checked
where {commas}
order by file, line";

const SHARE_FAULT: &str = "\
select 'the column ' || {name} || ' is no metric: it holds text, or no values' as fault
from (
  select count({number}) as numbers, count({rule}) as texts from sensorium_checked
  where ragged is null and timestamp_us is not null and device <> ''
) as counted
where numbers = 0 or numbers < 0.95 * (numbers + texts)";

/// The condition that a number keeps its bounds, where it has any.
fn inside(plan: &Plan<'_>, metric: &Wide, number: &str) -> Option<String> {
    let bound = |sign: &str, bound: Option<f64>| Some([number, sign, &plan.engine.number(bound?)].concat());
    let bounds: Vec<String> =
        [bound(" >= ", metric.column.min), bound(" <= ", metric.column.max)].into_iter().flatten().collect();
    (!bounds.is_empty()).then(|| bounds.join(" and "))
}

/// The condition that a row of `sensorium_checked` is set aside.
pub(super) fn is_set_aside(plan: &Plan<'_>) -> String {
    let mut out = String::from("(ragged is not null or time_rule is not null or device_rule is not null");
    if plan.recipe.mode != Mode::Repair {
        for metric in &plan.names.metrics {
            out.push_str(&[" or ", &plan.column(metric, "_rule"), " is not null"].concat());
        }
    }
    out.push(')');
    out
}

/// One line a violation of the rows set aside, and what `rest` selects of them.
fn violations(plan: &Plan<'_>, rest: &str) -> String {
    let engine = plan.engine;
    let time = if plan.is_surveyed() { "time_text" } else { "time_cell" };
    let value = |text: &str| plan.value(text);
    // Column, value and rule.
    let mut kinds = Vec::new();
    if plan.of_files() {
        let rule = ["case when ragged is not null then '", Rule::RaggedRow.name(), "' end"].concat();
        kinds.push([String::new(), "ragged".into(), rule]);
    }
    kinds.push([plan.names.time.clone(), value(time), "time_rule".into()]);
    kinds.push([plan.names.device.clone(), "''".into(), "device_rule".into()]);
    for metric in &plan.names.metrics {
        let rule = plan.column(metric, "_rule");
        kinds.push([metric.column.name.clone(), value(&plan.column(metric, "_cell")), rule]);
    }
    let count = kinds.len().to_string();
    let mut lines = Vec::new();
    for (position, [name, value, rule]) in kinds.iter().enumerate() {
        let cells = [&position.to_string(), ", ", &engine.text(&fold(name)), ", ", value, ", ", rule].concat();
        lines.push(engine.of("({x})", "({x})", "{x}").replace("{x}", &cells));
    }
    let template = engine.of(VIOLATIONS, VIOLATIONS, VIOLATIONS_IN_SPARK);
    let lines = lines.join(",\n    ");
    let mut out = lay(template, &[("condition", &is_set_aside(plan)[..]), ("lines", &lines), ("count", &count)]);
    out.push_str(&lay(rest, &[("column", &engine.name("column")), ("varchar", engine.varchar())]));
    out
}

const VIOLATIONS: &str = "\
with violations as (
  -- A row for each cell that breaks a rule.
  select * from sensorium_checked, lateral (values
    {lines}
  ) as judged(position, folded, value, rule)
  where rule is not null and {condition}
)
";
const VIOLATIONS_IN_SPARK: &str = "\
with violations as (
  -- A row for each cell that breaks a rule.
  select * from sensorium_checked lateral view stack({count},
    {lines}
  ) as position, folded, value, rule
  where rule is not null and {condition}
)
";

const VIOLATIONS_OF_FILES: &str = "\
select v.file_name as file, v.line, coalesce(h.name, '') as {column}, v.value, v.rule, v.row_text as row
from violations as v left join sensorium_header as h on h.file = v.file and h.folded = v.folded
order by v.file, v.line, h.position";
const VIOLATIONS_OF_TABLE: &str = "\
select line, folded as {column}, value, rule
from violations
order by line, position";

/// The rows set aside, a line a violation.
pub(super) fn set_aside(plan: &Plan<'_>) -> String {
    let rest = if plan.of_files() { VIOLATIONS_OF_FILES } else { VIOLATIONS_OF_TABLE };
    let comment = "-- Rows set aside, a line a violation.\n";
    plan.engine.table(&plan.table("set_aside"), comment, &violations(plan, rest))
}

/// Stops at any violation.
pub(super) fn strict(plan: &Plan<'_>) -> String {
    let rest = if plan.of_files() { STRICT_OF_FILES } else { STRICT_OF_TABLE };
    plan.engine.stop("-- Strict: any violation refuses the run.\n", &violations(plan, rest))
}

const STRICT_OF_FILES: &str = "\
select 'refused in strict mode: ' || cast(count(*) over () as {varchar}) || ' violations, the first: ' || v.file_name
  || ' line ' || cast(v.line as {varchar}) || ', ' || coalesce(h.name, 'row') || ': ' || v.rule || ' \"' || v.value || '\"' as fault
from violations as v left join sensorium_header as h on h.file = v.file and h.folded = v.folded
order by v.file, v.line, h.position";
const STRICT_OF_TABLE: &str = "\
select 'refused in strict mode: ' || cast(count(*) over () as {varchar}) || ' violations, the first: row '
  || cast(line as {varchar}) || ', ' || folded || ': ' || rule || ' \"' || value || '\"' as fault
from violations
order by line, position";
