//! Order, fill and drop, as in the room `clean`.

use super::names::Wide;
use super::{Engine, Plan, check, lay};
use crate::contract::FillPolicy;
use crate::recipe::{Fill, Repeats};

/// Readings in order, filled, each with the reason to drop it, if there is one.
pub(super) fn cleaned(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let kept = kept(plan);
    let mut out = String::new();
    let mut query = String::from("with ");
    if merges(plan) {
        let slots = [("aside", &check::is_set_aside(plan)[..])];
        out.push_str(&engine.stop(
            "-- Sensorium compares a reading with at most 64 before it that have its time.\n",
            &lay(CROWD_FAULT, &slots),
        ));
        let query =
            ["with kept as (\n  -- Rows that are not set aside.\n  ", &kept, "\n)\n", &originals(plan)].concat();
        let comment = "-- Readings that repeat the device, time and values of an earlier one, beside that one.\n";
        out.push_str(&plan.step("sensorium_kept", comment, &query));
    } else {
        query.push_str(&["kept as (\n  -- Rows that are not set aside.\n  ", &kept, "\n),\n"].concat());
    }
    query.push_str(&placed(plan));
    query.push_str(&neighbours(plan));
    query.push_str(&filled(plan));
    query.push_str(&["select *,\n  ", &reason(plan), " as reason\nfrom filled"].concat());
    let comment = match plan.recipe.fill {
        Fill::Position => "-- 4. Clean: by device and time, gaps filled by position, then what cannot stay.\n",
        Fill::Time { .. } => "-- 4. Clean: by device and time, gaps filled by time, then what cannot stay.\n",
    };
    out.push_str(&plan.step("sensorium_cleaned", comment, &query));
    out
}

/// Whether readings that repeat an earlier one are dropped.
fn merges(plan: &Plan<'_>) -> bool {
    plan.recipe.repeats == Repeats::Merge
}

/// The rows that are not set aside, with their numbers.
fn kept(plan: &Plan<'_>) -> String {
    let mut out = String::from("select file, ");
    out.push_str(of_files(plan, "file_name, row_text, "));
    out.push_str("line, device, timestamp_us");
    out.push_str(&plan.each(|metric| {
        let mut line = plan.column(metric, "");
        if drops_where_missing(metric) {
            let (rule, cell) = (plan.column(metric, "_rule"), plan.column(metric, "_cell"));
            let value = plan.value(&cell);
            let was = plan.column(metric, "_was");
            line.push_str(&[", case when ", &rule, " is not null then ", &value, " end as ", &was].concat());
        }
        line
    }));
    out.push_str(&["\n  from sensorium_checked\n  where not ", &check::is_set_aside(plan)].concat());
    out
}

/// Repeats further apart than this are not compared with each other, see `clean::repeats`.
const CROWD_FAULT: &str = "\
select 'expected at most 64 readings of one device at one time, but found ' || count(*) || ' of ' || device as fault
from sensorium_checked
where not {aside}
group by device, timestamp_us
having count(*) > 64";

/// A metric of the contract that is not filled: a reading without it is dropped.
fn drops_where_missing(metric: &Wide) -> bool {
    metric.required && metric.column.fill == FillPolicy::No
}

/// A column that only rows of files have.
fn of_files(plan: &Plan<'_>, text: &'static str) -> &'static str {
    if plan.of_files() { text } else { "" }
}

/// Each reading beside the first that is the same.
fn originals(plan: &Plan<'_>) -> String {
    let varchar = plan.engine.varchar();
    // As text, so that zeros of either sign differ.
    let same = plan.each(|metric| ["cast(", &plan.column(metric, ""), " as ", varchar, ")"].concat());
    let name = of_files(plan, ", first_value(file_name) over same as of_name");
    lay(ORIGINALS, &[("same", &same), ("name", name)])
}

const ORIGINALS: &str = "\
select *, first_value(file) over same as of_file, first_value(line) over same as of_line{name}
from kept
window same as (partition by device, timestamp_us{same} order by file, line)";

fn placed(plan: &Plan<'_>) -> String {
    let mut out = String::from(
        "placed as (\n  -- The order of readings: device by bytes, time, then the order of the log.\n  select *, row_number() over by_time as place",
    );
    if matches!(plan.recipe.fill, Fill::Time { max_gap_seconds: Some(_) }) {
        out.push_str(
            ",\n    min(timestamp_us) over of_device as first_us, max(timestamp_us) over of_device as last_us",
        );
    }
    for metric in plan.names.filled() {
        out.push_str(
            &[",\n    count(", &plan.column(metric, ""), ") over of_device as ", &plan.column(metric, "_known")]
                .concat(),
        );
    }
    out.push_str("\n  from ");
    out.push_str(if merges(plan) { "sensorium_kept\n  where file = of_file and line = of_line" } else { "kept" });
    out.push_str("\n  window by_time as (partition by device order by timestamp_us, file, line), of_device as (partition by device)\n),\n");
    out
}

/// Per filled metric the nearest known values and where they stand: their place, or their time.
fn neighbours(plan: &Plan<'_>) -> String {
    let at = match plan.recipe.fill {
        Fill::Position => "place",
        Fill::Time { .. } => "timestamp_us",
    };
    let metrics: Vec<&Wide> = plan.names.filled().collect();
    if metrics.is_empty() {
        return "neighbours as (\n  select * from placed\n),\n".into();
    }
    let mut out = String::new();
    let known = |metric: &Wide, what: &str| {
        ["case when ", &plan.column(metric, ""), " is not null then ", what, " end"].concat()
    };
    let list = |line: &dyn Fn(&Wide) -> String| -> String {
        metrics.iter().map(|metric| [",\n    ", &line(metric)].concat()).collect()
    };
    let ends = "\n  window up_to_here as (partition by device order by place rows unbounded preceding),\n    from_here as (partition by device order by place desc rows unbounded preceding)\n),\n";
    if plan.engine == Engine::PostgreSql {
        // No IGNORE NULLS: a gap and the known value at its end share the place of that value.
        let places = list(&|metric| {
            let place = known(metric, "place");
            [
                &["max(", &place, ") over up_to_here as ", &plan.column(metric, "_before_at")].concat(),
                ", ",
                &["min(", &place, ") over from_here as ", &plan.column(metric, "_after_at")].concat(),
            ]
            .concat()
        });
        out.push_str(
            &[
                "ends as (\n  -- The place of the known value at each end of a gap.\n  select *",
                &places,
                "\n  from placed",
                ends,
            ]
            .concat(),
        );
        let values = list(&|metric| {
            let of = |ending: &str, alias: &str, what: &str| {
                [
                    "max(",
                    what,
                    ") over (partition by device, ",
                    &plan.column(metric, ending),
                    ") as ",
                    &plan.column(metric, alias),
                ]
                .concat()
            };
            let value = plan.column(metric, "");
            let mut line =
                [of("_before_at", "_before", &value), ", ".into(), of("_after_at", "_after", &value)].concat();
            if at != "place" {
                let time = known(metric, at);
                line.push_str(
                    &[",\n    ", &of("_before_at", "_before_us", &time), ", ", &of("_after_at", "_after_us", &time)]
                        .concat(),
                );
            }
            line
        });
        out.push_str(&["neighbours as (\n  -- Its value.\n  select *", &values, "\n  from ends\n),\n"].concat());
        return out;
    }
    let ends_of = list(&|metric| {
        let value = plan.column(metric, "");
        let place = known(metric, at);
        let (before, after) =
            (plan.engine.last_known(&value, "up_to_here"), plan.engine.last_known(&value, "from_here"));
        [
            &before,
            " as ",
            &plan.column(metric, "_before"),
            ", max(",
            &place,
            ") over up_to_here as ",
            &plan.column(metric, "_before_at"),
            ",\n    ",
            &after,
            " as ",
            &plan.column(metric, "_after"),
            ", min(",
            &place,
            ") over from_here as ",
            &plan.column(metric, "_after_at"),
        ]
        .concat()
    });
    out.push_str(
        &[
            "neighbours as (\n  -- The known values at both ends of a gap, and where they stand.\n  select *",
            &ends_of,
            "\n  from placed",
            ends,
        ]
        .concat(),
    );
    out
}

fn filled(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let by_time = matches!(plan.recipe.fill, Fill::Time { .. });
    let max_gap = match plan.recipe.fill {
        Fill::Time { max_gap_seconds: Some(seconds) } => Some(engine.number(seconds * 1e6)),
        _ => None,
    };
    let mut lines = String::new();
    for metric in &plan.names.metrics {
        let value = plan.column(metric, "");
        if metric.column.fill == FillPolicy::No {
            lines.push_str(&[",\n    ", &value].concat());
            if drops_where_missing(metric) {
                lines.push_str(&[", ", &plan.column(metric, "_was")].concat());
            }
            continue;
        }
        let (before_at, after_at) = match (by_time, engine) {
            (true, Engine::PostgreSql) => ("_before_us", "_after_us"),
            _ => ("_before_at", "_after_at"),
        };
        let slots = [
            ("value", &value[..]),
            ("before", &plan.column(metric, "_before")),
            ("after", &plan.column(metric, "_after")),
            ("before_at", &plan.column(metric, before_at)),
            ("after_at", &plan.column(metric, after_at)),
            ("known", &plan.column(metric, "_known")),
            ("filled", &plan.column(metric, "_filled")),
            ("double", engine.double()),
            ("most", max_gap.as_deref().unwrap_or_default()),
        ];
        let too_long = if max_gap.is_some() { TOO_LONG } else { "" };
        let template = [
            ",\n    case when {value} is not null then {value}",
            too_long,
            if by_time { BY_TIME } else { BY_POSITION },
        ]
        .concat();
        lines.push_str(&lay(&template, &slots));
        lines.push_str(&lay(" as {value},\n    {known}, {value} is null as {filled}", &slots));
    }
    let mut out = String::from(
        "filled as (\n  -- The k-th step from a to b in m steps is (b - a) / m * k + a; ends hold the nearest value.\n  select file, ",
    );
    out.push_str(of_files(plan, "file_name, row_text, "));
    out.push_str("line, device, timestamp_us, place");
    out.push_str(&lines);
    out.push_str("\n  from neighbours\n)\n");
    out
}

const BY_POSITION: &str = "
      when {before} is not null and {after} is not null
        then ({after} - {before}) / cast({after_at} - {before_at} as {double}) * cast(place - {before_at} as {double}) + {before}
      else coalesce({before}, {after}) end";
const BY_TIME: &str = "
      when {before_at} = {after_at} then {before}
      when {before} is not null and {after} is not null
        then ({after} - {before}) / cast({after_at} - {before_at} as {double}) * cast(timestamp_us - {before_at} as {double}) + {before}
      else coalesce({before}, {after}) end";
/// A gap whose ends are farther apart stays; so does one at an end that is longer.
const TOO_LONG: &str = "
      when cast(coalesce({after_at}, last_us) - coalesce({before_at}, first_us) as {double}) > {most} then null";

/// Why a reading is dropped: a metric that the device never measured, else one that is missing and not filled.
fn reason(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let mut whens = String::new();
    for metric in plan.names.filled().filter(|metric| metric.required) {
        let sentence = engine.text(&["device never measured ", &metric.column.name].concat());
        whens.push_str(&["\n    when ", &plan.column(metric, "_known"), " = 0 then ", &sentence].concat());
    }
    for metric in plan.names.metrics.iter().filter(|metric| drops_where_missing(metric)) {
        let sentence = engine.text(&["missing ", &metric.column.name].concat());
        let was = plan.column(metric, "_was");
        whens.push_str(
            &[
                "\n    when ",
                &plan.column(metric, ""),
                " is null then ",
                &sentence,
                " || coalesce(' (repaired, was ' || ",
                &was,
                " || ')', '')",
            ]
            .concat(),
        );
    }
    if whens.is_empty() {
        return ["cast(null as ", engine.varchar(), ")"].concat();
    }
    ["case", &whens, " end"].concat()
}

/// Rows dropped, each with its reason.
pub(super) fn dropped(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let (name, order) = if plan.of_files() { ("file_name as file, ", "file, line") } else { ("", "line") };
    let row = of_files(plan, ", row_text as row");
    let mut query =
        ["select ", name, "line, reason", row, "\nfrom sensorium_cleaned\nwhere reason is not null"].concat();
    if merges(plan) {
        let mut sentence = ["'repeats line ' || cast(of_line as ", engine.varchar(), ")"].concat();
        if plan.of_several_files() {
            sentence.push_str(" || ' of ' || of_name");
        }
        query.push_str(
            &[
                "\nunion all\nselect ",
                name,
                "line, ",
                &sentence,
                row,
                "\nfrom sensorium_kept\nwhere file <> of_file or line <> of_line",
            ]
            .concat(),
        );
    }
    query.push_str(&["\norder by ", order].concat());
    engine.table(&plan.table("dropped"), "-- Rows dropped, each with its reason.\n", &query)
}
