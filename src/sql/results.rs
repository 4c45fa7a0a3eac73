//! The tables of the results: readings with features and flags, and their statistics.

use super::{Plan, lay, zone};
use crate::contract::{BATTERY, HUMIDITY, TEMPERATURE};
use crate::export::columns::Field;
use crate::export::text::push_day;

/// Readings: features, date range, flags.
pub(super) fn readings(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let (has_temperature, has_battery) = (plan.names.has(TEMPERATURE), plan.names.has(BATTERY));
    let none = ["cast(null as ", engine.double(), ")"].concat();
    let temperature = engine.name(TEMPERATURE);
    let slots = [("t", &temperature[..])];
    let fahrenheit = if has_temperature { lay("{t} * 9e0 / 5e0 + 32e0", &slots) } else { none.clone() };
    let rolling = if has_temperature {
        lay("(lag({t}, 2) over by_time + lag({t}, 1) over by_time + {t}) / 3e0", &slots)
    } else {
        none
    };
    let limits = &plan.recipe.limits;
    let high = [&engine.name("temp_rolling_avg_3"), " > ", &engine.number(limits.high_temp_celsius)].concat();
    let low = if has_battery {
        [&engine.name(BATTERY), " < ", &engine.number(limits.low_battery_percent)].concat()
    } else {
        "false".into()
    };
    let mut range = Vec::new();
    for (sign, day, after) in [(" >= ", plan.recipe.dates.from_day, 0), (" <= ", plan.recipe.dates.to_day, 1)] {
        if let Some(day) = day.filter(|_| plan.wanted.told.zone.is_some()) {
            // Instants that the zone knows; before the first of the day after.
            let sign = if after == 1 { " < " } else { sign };
            range.push(["timestamp_us", sign, &plan.start_of_day_us(i64::from(day) + after).to_string()].concat());
        } else if let Some(day) = day {
            let mut date = String::new();
            push_day(&mut date, day);
            range.push(["cast(moment as date)", sign, "date '", &date, "'"].concat());
        }
    }
    let range = if range.is_empty() { String::new() } else { ["\n  where ", &range.join(" and ")].concat() };
    let is_zoned = plan.wanted.told.zone.is_some();
    let wall = [", ", &zone::wall(plan, "timestamp_us"), " as wall"].concat();
    let slots = [
        ("moment", &engine.timestamp("timestamp_us")[..]),
        ("until", &engine.timestamp("lead(timestamp_us) over by_time")),
        ("fahrenheit", &fahrenheit),
        ("rolling", &rolling),
        ("range", &range),
        ("wall", if is_zoned { &wall } else { "" }),
        ("source", &zone::beside(plan, "sensorium_cleaned", "timestamp_us")),
        ("high", &high),
        ("low", &low),
        ("columns", &exported(plan)),
        ("f", &engine.name("temperature_fahrenheit")),
        ("r", &engine.name("temp_rolling_avg_3")),
        ("collate", engine.of("", " collate \"C\"", "")),
    ];
    let comment = "-- 5. Readings: features over all readings of a device, then the date range, then flags.\n";
    engine.table(&plan.table("readings"), comment, &lay(READINGS, &slots))
}

const READINGS: &str = "\
with features as (
  select *, {moment} as moment{wall}, {fahrenheit} as {f},
    -- Of this and the two before; null where one is missing.
    {rolling} as {r},
    {until} as valid_until
  from {source}
  where reason is null
  window by_time as (partition by device order by place)
),
selected as (
  -- Features look beyond the date range.
  select * from features{range}
),
flagged as (
  -- Strict comparisons; what is missing never flags.
  select *, coalesce({high}, false) as is_hot, coalesce({low}, false) as is_low from selected
)
select {columns}
from flagged
order by device{collate}, timestamp_us, file, line";

/// The columns of the readings, under the names of the exports.
fn exported(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let several = plan.of_several_files();
    let mut lines = Vec::new();
    for column in &plan.names.exported {
        let value = match column.field {
            Field::Timestamp => "moment".into(),
            Field::Device => "device".into(),
            Field::Metric(metric) => plan.names.metrics.get(metric).map_or(String::new(), |m| plan.column(m, "")),
            Field::Fahrenheit => engine.name("temperature_fahrenheit"),
            Field::HourOfDay if plan.wanted.told.zone.is_some() => "cast(extract(hour from wall) as integer)".into(),
            Field::HourOfDay => "cast(extract(hour from moment) as integer)".into(),
            Field::RollingMean => engine.name("temp_rolling_avg_3"),
            Field::ValidUntil => "valid_until".into(),
            Field::AnomalyType => {
                "case when is_hot and is_low then 'High Temp & Low Battery' when is_hot then 'High Temperature'\n      \
                 when is_low then 'Low Battery' else 'Normal' end"
                    .into()
            }
            Field::IsAnomaly => "is_hot or is_low".into(),
            Field::Filled(metric) => plan.names.metrics.get(metric).map_or(String::new(), |m| {
                [&plan.column(m, "_filled"), " and ", &plan.column(m, ""), " is not null"].concat()
            }),
            Field::SourceFile | Field::SourceLine => continue,
        };
        let name = engine.name(&column.name);
        lines.push(if value == name { value } else { [&value, " as ", &name].concat() });
    }
    if several {
        lines.push("file_name as source_file".into());
        lines.push("line as source_line".into());
    }
    ["\n  ", &lines.join(",\n  ")].concat()
}

/// Statistics by day and by hour, and the counts of the run.
pub(super) fn statistics(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let exported = |field: fn(&Field) -> bool| {
        plan.names.exported.iter().find(|c| field(&c.field)).map_or(String::new(), |c| engine.name(&c.name))
    };
    let (time, device) = (exported(|f| *f == Field::Timestamp), exported(|f| *f == Field::Device));
    let of_metric = |aggregate: &str, name: &str| {
        let column = plan.names.exported.iter().find(|column| match column.field {
            Field::Metric(metric) => plan.names.metrics.get(metric).is_some_and(|m| m.column.name == name),
            _ => false,
        });
        match column {
            Some(column) => [aggregate, "(", &engine.name(&column.name), ")"].concat(),
            None => ["cast(null as ", engine.double(), ")"].concat(),
        }
    };
    let filled: Vec<String> = plan
        .names
        .exported
        .iter()
        .filter(|column| matches!(column.field, Field::Filled(_)))
        .map(|column| ["cast(", &engine.name(&column.name), " as integer)"].concat())
        .collect();
    let filled = if filled.is_empty() { "0".into() } else { filled.join(" + ") };
    let readings = plan.table("readings");
    let day = ["cast(", &time, " as date)"].concat();
    let (source, day) = if plan.wanted.told.zone.is_some() {
        let instant = engine.microseconds(&time);
        (zone::beside(plan, &readings, &instant), ["cast(", &zone::wall(plan, &instant), " as date)"].concat())
    } else {
        (readings.clone(), day)
    };
    let slots = [
        ("readings", &readings[..]),
        ("source", &source),
        ("day", &day),
        ("device", &device),
        ("temperature", &of_metric("avg", TEMPERATURE)),
        ("humidity", &of_metric("avg", HUMIDITY)),
        ("battery", &of_metric("min", BATTERY)),
        ("filled", &filled),
        ("collate", engine.of("", " collate \"C\"", "")),
    ];
    let mut out =
        engine.table(&plan.table("daily"), "-- 6. Statistics of each device and date.\n", &lay(DAILY, &slots));
    out.push_str(&engine.table(
        &plan.table("hourly"),
        "-- 7. Mean temperature of each device and hour of the day.\n",
        &lay(HOURLY, &slots),
    ));
    let (aside, dropped) = (plan.table("set_aside"), plan.table("dropped"));
    let distinct = if plan.of_files() { "distinct file, line" } else { "distinct line" };
    let slots = [("readings", &readings[..]), ("set_aside", &aside), ("dropped", &dropped), ("distinct", distinct)];
    out.push_str(&lay(COUNTS, &slots));
    out
}

const DAILY: &str = "\
select {device} as device_id, {day} as date,
  {temperature} as daily_avg_temp,
  {humidity} as daily_avg_humidity,
  {battery} as daily_min_battery,
  count(*) as readings,
  cast(sum({filled}) as bigint) as filled_cells,
  count(case when anomaly_type = 'High Temperature' then 1 end) as high_temperature,
  count(case when anomaly_type = 'Low Battery' then 1 end) as low_battery,
  count(case when anomaly_type = 'High Temp & Low Battery' then 1 end) as both
from {source}
group by {device}, {day}
order by {device}{collate}, date";

const HOURLY: &str = "\
select {device} as device_id, hour_of_day, {temperature} as hourly_avg_temp
from {readings}
group by {device}, hour_of_day
order by {device}{collate}, hour_of_day";

const COUNTS: &str = "\
-- Rows read are rows out, set aside, dropped and outside the date range.
select
  (select count(*) from sensorium_checked) as rows_read,
  (select count(*) from {readings}) as rows_out,
  (select count(*) from (select {distinct} from {set_aside}) as one) as rows_set_aside,
  (select count(*) from {dropped}) as rows_dropped,
  (select count(*) from sensorium_cleaned where reason is null) - (select count(*) from {readings}) as rows_outside_range;

";
