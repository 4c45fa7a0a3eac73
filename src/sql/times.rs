//! Times: ISO times, epoch integers, dates in digits of any order, and which of them a file has.

use super::{Plan, lay, zone};
use crate::recipe::DateOrder as Order;

/// `YYYY-MM-DD[ T]hh:mm[:ss[.f]]` or the date alone, with `Z`, `+hh:mm` or `+hhmm`.
const ISO: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?\
                   (Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?)?$";

/// What of the times that `dialect::calendar` reads is written in digits: three numbers of a date, hour, minute and second, fraction, AM
/// or PM, offset. What is captured is joined by `|`.
pub(super) const DATE: &str = "^([0-9]{1,4})(?:[/.,-] *| +)([0-9]{1,4})(?:[/.,-] *| +)([0-9]{1,4})[.,]?(?:[T _] *([0-9]{1,2})\
                    (:[0-9]{1,2}(?::[0-9]{1,2})?|[.][0-9]{2}(?:[.][0-9]{2})?)(?:[.,:]([0-9]{1,9}))?\
                    (?: *[AaPp][.]?(?: ?[Mm])?[.]?|(?: *[AaPp][.]?[Mm]?[.]? )? *(?:UTC|GMT|[Zz])?(?:([+-][0-9]{2})(?::?([0-9]{2}))?)?))?$";

/// Rows of a file that show how its times are written, as in `ingest`.
pub(super) const SAMPLED_ROWS: &str = "1000";

/// What looks like a time in one of the notations.
pub(super) fn any() -> String {
    [ISO, "|", DATE, "|^[+-]?[0-9]{9,18}$"].concat()
}

impl Plan<'_> {
    /// Whether dates in other orders than ISO's are read.
    pub(super) fn has_dates(&self) -> bool {
        self.recipe.date_order.is_some() || self.is_surveyed()
    }

    /// The orders of dates, the told one first.
    fn orders(&self) -> [Order; 3] {
        let mut orders = Order::ALL;
        orders.sort_by_key(|order| self.recipe.date_order.is_some_and(|told| told != *order));
        orders
    }

    /// What a fault calls the place of a row.
    fn place(&self) -> String {
        let line = ["'line ' || cast(line as ", self.engine.varchar(), ")"].concat();
        if self.of_files() { ["file_name || ' ' || ", &line].concat() } else { line }
    }
}

/// The column of a cell's time in an order.
fn column(order: Order) -> &'static str {
    match order {
        Order::YearMonthDay => "ymd_us",
        Order::DayMonthYear => "dmy_us",
        Order::MonthDayYear => "mdy_us",
    }
}

/// What the times of cells may mean, selected from `cells`.
pub(super) fn of_cells(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let slots = [
        ("is_iso", &if plan.is_surveyed() { "false".into() } else { engine.matches("time_text", ISO) }[..]),
        ("day", &engine.day("substr(time_text, 1, 10)")),
        ("hour", &engine.whole("substr(time_text, 12, 2)")),
        ("minute", &engine.whole("substr(time_text, 15, 2)")),
        ("second", &engine.whole("substr(time_text, 18, 2)")),
        (
            "fraction",
            &engine.whole(&["rpad(left(", &engine.found("time_text", "[.]([0-9]+)"), ", 6), 6, '0')"].concat()),
        ),
        ("offset_hour", &engine.whole(&engine.found("substr(time_text, 12)", "[+-]([0-9]{2})"))),
        ("offset_minute", &engine.whole(&engine.found("substr(time_text, 12)", "[+-][0-9]{2}:?([0-9]{2})"))),
        (
            "is_west",
            engine.of(
                "contains(substr(time_text, 12), '-')",
                "position('-' in substr(time_text, 12)) > 0",
                "contains(substr(time_text, 12), '-')",
            ),
        ),
        ("is_epoch", &engine.matches("time_text", "^[+-]?[0-9]{1,18}$")),
        ("epoch", &engine.whole("time_text")),
    ];
    let mut out = lay(TIMES, &slots);
    if plan.has_dates() {
        out.push_str(&dates(plan));
    }
    out.push_str(&lay(
        if plan.has_dates() { WITH_DATES } else { "\nselect *, {iso}" },
        &[("iso", &lay(ISO_US, &slots))],
    ));
    out.push_str(if plan.has_dates() { "from dates" } else { "from times" });
    out
}

const TIMES: &str = "\
times as (
  select *, {is_iso} as is_iso, case when {is_epoch} then {epoch} end as epoch from cells
)";

const ISO_US: &str = "case when is_iso then
    -- The day, the clock on it, and what its offset takes away.
    ({day}) * 86400000000
    + (coalesce({hour}, 0) * 3600 + coalesce({minute}, 0) * 60) * 1000000
    + case when substr(time_text, 17, 1) = ':' then {second} * 1000000 else 0 end
    + coalesce({fraction}, 0)
    - case when {is_west} then -1 else 1 end
      * (coalesce({offset_hour}, 0) * 3600 + coalesce({offset_minute}, 0) * 60) * 1000000
    -- There is no year 0.
    + case when substr(time_text, 1, 4) = '0000' then null else 0 end
  end as iso_us
";

/// The numbers of dates in digits, as times in each order.
fn dates(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let part = |at: &str| engine.at("parts", at);
    let clock = |at: &str| {
        let colons = ["replace(", &part("5"), ", '.', ':')"].concat();
        engine.whole(&["split_part(", &colons, ", ':', ", at, ")"].concat())
    };
    let day = |y: &str, m: &str, d: &str| {
        let text = lay(
            "case when length({y}) = 4 then nullif({y}, '0000') when {y} < '69' then '20' || {y} else '19' || {y} end\n      \
             || '-' || lpad({m}, 2, '0') || '-' || lpad({d}, 2, '0')",
            &[("y", y), ("m", m), ("d", d)],
        );
        lay(DAY, &[("y", y), ("m", m), ("d", d), ("day", &engine.day(&text))])
    };
    let (a, b, c) = (&part("1"), &part("2"), &part("3"));
    let slots = [
        ("is_date", &engine.matches("time_text", DATE)[..]),
        ("parts", &engine.captured("time_text", DATE)),
        ("hour", &engine.whole(&part("4"))),
        ("minute", &clock("2")),
        ("second", &clock("3")),
        ("fraction", &part("6")),
        ("micros", &engine.whole(&["rpad(left(", &part("6"), ", 6), 6, '0')"].concat())),
        ("offset", &part("7")),
        ("offset_hour", &engine.whole(&["substr(", &part("7"), ", 2)"].concat())),
        ("offset_minute", &engine.whole(&part("8"))),
        ("is_half", &engine.matches("time_text", "[AaPp]")),
        ("is_later", &engine.matches("time_text", "[Pp]")),
        ("is_utc", &engine.matches("time_text", "(UTC|GMT|[Zz])$")),
        ("ymd", &day(a, b, c)),
        ("dmy", &day(c, b, a)),
        ("mdy", &day(c, a, b)),
    ];
    lay(DATES, &slots)
}

const DATES: &str = "\
,
digits as (
  -- Times in digits: the numbers of the date, hour, minute and second, fraction, offset.
  select *, case when {is_date} then {parts} end as parts from times
),
clocks as (
  select *, {hour} as clock_hour, coalesce({minute}, 0) as clock_minute, {second} as clock_second, coalesce({micros}, 0) as clock_us,
    case when left({offset}, 1) = '-' then -1 else 1 end * (coalesce({offset_hour}, 0) * 60 + coalesce({offset_minute}, 0)) as offset_minutes,
    parts is not null and {is_half} as is_half, case when {is_later} then 12 else 0 end as half_hours,
    parts is not null and ({offset} <> '' or {is_utc}) as is_zoned
  from digits
),
hours as (
  -- Clocks of 12 and of 24 hours; 24:00 is the next midnight. Numbers of no clock make no time.
  select *, case when parts is null or clock_minute > 59 or clock_second > 59 or {fraction} <> '' and clock_second is null
        or abs(offset_minutes) >= 1440 or abs(coalesce({offset_minute}, 0)) > 59 then null
      when clock_hour is null then 0
      when is_half then case when clock_hour between 1 and 12 then clock_hour % 12 + half_hours
          when clock_hour = 0 then half_hours when half_hours = 12 and clock_hour < 24 then clock_hour end
      when clock_hour < 24 or clock_hour = 24 and clock_minute = 0 and coalesce(clock_second, 0) = 0 and clock_us = 0 then clock_hour
    end as day_hour
  from clocks
),
dates as (
  -- What remains of the clock without the offset, and the first day in each order: year, month, day; day, month, year; month, day, year.
  select *, (day_hour * 3600 + clock_minute * 60 + coalesce(clock_second, 0) - offset_minutes * 60) * 1000000 + clock_us as day_us,
    {ymd} as ymd_day,
    {dmy} as dmy_day,
    {mdy} as mdy_day
  from hours
)";

/// Years have four digits, or two: 69 to 99 are of the last century.
const DAY: &str = "\
case when length({y}) in (2, 4) and length({m}) <= 2 and length({d}) <= 2 then
      {day} end";

const WITH_DATES: &str = "
select *, ymd_day * 86400000000 + day_us as ymd_us, dmy_day * 86400000000 + day_us as dmy_us, mdy_day * 86400000000 + day_us as mdy_us,
  {iso}";

/// What of times cannot be read, or has several meanings.
pub(super) fn faults(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let source = if plan.of_files() { "file_name" } else { "'the table'" };
    let [count, none, less, or, hint] = if plan.has_dates() {
        let count =
            ["\n    count(case when iso_us is null and epoch is null then ", ANY_DATE, " end) as dates,"].concat();
        [count, [" and ", ANY_DATE, " is null"].concat(), " - dates".into(), ", dates".into(), String::new()]
    } else {
        let hint = " (dates in another order are read where the recipe says which: date_order)";
        [String::new(), String::new(), String::new(), String::new(), hint.into()]
    };
    let slots = [
        ("rows", SAMPLED_ROWS),
        ("source", source),
        ("count", &count),
        ("none", &none),
        ("less", &less),
        ("or", &or),
        ("hint", &hint),
    ];
    let comment = "-- Times are written as ISO times or epoch integers, in most of the first rows.\n";
    let mut out = engine.stop(comment, &lay(NOTATIONS_FAULT, &slots));
    if plan.has_dates() {
        let comment = "-- How the times of each file are written, and in which order most of its dates are dates.\n";
        out.push_str(&plan.step("sensorium_notations", comment, &notations(plan)));
        let slots = [
            ("source", source),
            ("place", &plan.place()[..]),
            ("three", &engine.matches("time_text", "[0-9].*[0-9].*[0-9]")),
            ("dated", DATED),
            ("any", ANY_DATE),
        ];
        let comment = "-- Times in words or without marks are read by Sensorium only.\n";
        out.push_str(&engine.stop(comment, &lay(SPELLINGS_FAULT, &slots)));
        out.push_str(&engine.stop("", &lay(HALVES_FAULT, &slots)));
        let comment = "-- Dates that prove another order than most of them have, or than was told.\n";
        out.push_str(&engine.stop(comment, &lay(ORDER_FAULT, &slots)));
        out.push_str(&engine.stop("", &lay(STEPS_FAULT, &slots)));
        out.push_str(&zone::tables(plan));
    }
    out
}

const ANY_DATE: &str = "coalesce(ymd_us, dmy_us, mdy_us)";
const DATED: &str = "\
from sensorium_cells as c join sensorium_notations as n on n.file = c.file
  where n.notation = 'dates' and ragged is null";

/// Sensorium judges by the rows of the file's first stretch, which may be fewer: a long log has to be clear.
const NOTATIONS_FAULT: &str = "\
select name || ': expected times of one notation, such as 2024-03-01 08:00:00 or epoch seconds, in most of the first {rows} rows, but found \"'
  || coalesce(unreadable, other) || '\"{hint}' as fault
from (
  select min({source}) as name, count(*) as times, count(iso_us) as iso,{count}
    count(case when abs(epoch) < 100000000000 then 1 end) as seconds,
    count(case when abs(epoch) >= 100000000000 then 1 end) as milliseconds,
    min(case when iso_us is null and epoch is null{none} then time_text end) as unreadable, max(time_text) as other
  from sensorium_cells
  where record <= 1 + {rows} and ragged is null and time_text <> ''
  group by file
) as counted
where times - iso - seconds - milliseconds{less} > times / 2.0
  or times > 400 and times - greatest(iso, seconds, milliseconds{or}) > times / 10.0";

const SPELLINGS_FAULT: &str = "\
select {place} || ': expected a time in digits such as 13/02/2024 8:00, but found \"' || time_text || '\"' as fault
{dated} and epoch is null and parts is null and {three}
order by c.file, line";

const HALVES_FAULT: &str = "\
select name || ': expected AM or PM with all times or with none' as fault
from (
  select min({source}) as name, count(case when is_half then 1 end) as halves, count(case when not is_half then clock_hour end) as wholes
  {dated} and {any} is not null
  group by c.file
) as counted
where halves > 0 and wholes > 0";

const ORDER_FAULT: &str = "\
with seen as (
  select c.file, line, {place} as place, time_text, ordering,
    count(ymd_us) over so_far as ymd, count(dmy_us) over so_far as dmy, count(mdy_us) over so_far as mdy
  {dated} and {any} is not null
  window so_far as (partition by c.file order by line rows unbounded preceding)
)
select place || ': expected dates ' || replace(ordering, '-', ' ') || ', but found \"' || time_text || '\"' as fault
from seen
where case ordering when 'year-first' then ymd when 'day-first' then dmy else mdy end < greatest(ymd, dmy, mdy)
order by file, line";

/// As `dialect::order`: in one order nearly every day follows the day before, in every other hardly any does.
const STEPS_FAULT: &str = "\
with dated as (
  select c.file, {source} as name, ordering, row_number() over (partition by c.file order by line) as n, ymd_us, dmy_us, mdy_us
  {dated} and {any} is not null
),
meant as (
  select file, name, ordering, n, 'year-first' as meaning, ymd_us as us from dated
  union all select file, name, ordering, n, 'day-first', dmy_us from dated
  union all select file, name, ordering, n, 'month-first', mdy_us from dated
),
stamps as (
  -- The first rows may prove it by themselves.
  select file, name, ordering, many, meaning, us, count(*) as dates
  from meant cross join (values (1000), (5000)) as scopes(many)
  where n <= many and us is not null
  group by file, name, ordering, many, meaning, us
),
steps as (
  select *, us - lag(us) over by_time as step, floor(us / 86400000000.0) - floor(lag(us) over by_time / 86400000000.0) as days,
    sum(dates) over of_meaning as all_dates
  from stamps
  window by_time as (partition by file, many, meaning order by us), of_meaning as (partition by file, many, meaning)
),
ranked as (
  select *, count(step) over of_meaning as steps, row_number() over (partition by file, many, meaning order by step) as nth
  from steps
  where step is not null
  window of_meaning as (partition by file, many, meaning)
),
medians as (
  select *, max(case when nth = floor(steps / 2.0) + 1 then step end) over (partition by file, many, meaning) as median,
    max(all_dates) over (partition by file, many) as most_dates
  from ranked
),
counted as (
  select file, name, ordering, many, meaning, median, steps,
    count(case when days <> 0 then 1 end) as days,
    count(case when days <> 0 and step <= least(median * 1.5, 172800000000) then 1 end) as even,
    count(case when days between 28 and 31 then 1 end) as months
  from medians
  where all_dates = most_dates
  group by file, name, ordering, many, meaning, median, steps
),
judged as (
  select *, case when days >= case when median < 86400000000 then 1 else 8 end and even * 10 >= days * 9 then 1 else 0 end as good,
    case when days > 0 and even * 2 <= days and not (steps > 1 and months * 10 >= steps * 9) then 1 else 0 end as bad
  from counted
)
select min(name) || ': expected dates ' || replace(min(ordering), '-', ' ') || ', but their steps are even '
  || replace(max(case when good = 1 then meaning end), '-', ' ') as fault
from judged
group by file, many
having sum(good) = 1 and sum(good + bad) = count(*) and max(case when good = 1 then meaning end) <> min(ordering)";

/// How times are written, by most of the first rows of each file.
fn notations(plan: &Plan<'_>) -> String {
    let orders = plan.orders();
    let slots = [
        ("rows", SAMPLED_ROWS),
        ("any", ANY_DATE),
        ("first", column(orders[0])),
        ("second", column(orders[1])),
        ("third", column(orders[2])),
        ("one", orders[0].name()),
        ("other", orders[1].name()),
        ("another", orders[2].name()),
    ];
    lay(if plan.has_dates() { DATED_NOTATIONS } else { NOTATIONS }, &slots)
}

const NOTATIONS: &str = "  select file, case when iso >= seconds and iso >= milliseconds then 'ISO'
      when seconds >= milliseconds then 'seconds' else 'milliseconds' end as notation
  from (
    select file, count(iso_us) as iso,
      count(case when abs(epoch) < 100000000000 then 1 end) as seconds,
      count(case when abs(epoch) >= 100000000000 then 1 end) as milliseconds
    from sensorium_cells where record <= 1 + {rows} and ragged is null group by file
  ) as counted
";
const DATED_NOTATIONS: &str = "\
select file, zoned, early,
  case when first_dates > greatest(iso, seconds, milliseconds) then 'dates' when iso >= seconds and iso >= milliseconds then 'ISO'
    when seconds >= milliseconds then 'seconds' else 'milliseconds' end as notation,
  case when a >= b and a >= c then '{one}' when b >= c then '{other}' else '{another}' end as ordering
from (
  select file, count({first}) as a, count({second}) as b, count({third}) as c,
    count(case when is_zoned then {any} end) as zoned, count(case when is_zoned and record <= 2000 then {any} end) as early,
    count(case when record <= 1 + {rows} then iso_us end) as iso,
    count(case when record <= 1 + {rows} and iso_us is null and epoch is null then {any} end) as first_dates,
    count(case when record <= 1 + {rows} and abs(epoch) < 100000000000 then 1 end) as seconds,
    count(case when record <= 1 + {rows} and abs(epoch) >= 100000000000 then 1 end) as milliseconds
  from sensorium_cells where ragged is null group by file
) as counted";

/// The time that each row tells, in the notation of its file: steps that end in `times`.
pub(super) fn moments(plan: &Plan<'_>) -> String {
    if plan.has_dates() {
        let mut slots = [
            ("name", "times"),
            ("alias", "moment"),
            ("notations", "sensorium_notations"),
            ("dates", DATED_MOMENTS),
            ("local", ""),
        ];
        if plan.is_surveyed() {
            (slots[0].1, slots[1].1, slots[4].1) = ("told", "wall_us", LOCAL);
            let mut out = lay(MOMENTS, &slots);
            out.push_str(&zone::moments(plan));
            return out;
        }
        lay(MOMENTS, &slots)
    } else {
        let comment = "notations as (\n  -- One notation a file: that of most of its first rows.\n";
        [
            comment,
            &notations(plan),
            "),\n",
            &lay(
                MOMENTS,
                &[("name", "times"), ("alias", "moment"), ("notations", "notations"), ("dates", ""), ("local", "")],
            ),
        ]
        .concat()
    }
}

const MOMENTS: &str = "\
{name} as (
  select c.*, case coalesce(n.notation, 'ISO') when 'ISO' then iso_us{dates}
      when 'seconds' then case when abs(epoch) < 100000000000 then epoch * 1000000 end
      -- Beyond this no calendar goes.
      else case when abs(epoch) between 100000000000 and 1000000000000000 then epoch * 1000 end end as {alias}{local}
  from sensorium_cells as c left join {notations} as n on n.file = c.file
)";
/// Whether a row's time is the clock's of a zone: its device is known, and no time of its file states an offset.
const LOCAL: &str = ",
    n.notation = 'dates' and zoned = 0 and ragged is null and device <> '' as is_local";
const DATED_MOMENTS: &str = "
      when 'dates' then case n.ordering when 'year-first' then ymd_us when 'day-first' then dmy_us else mdy_us end";
