//! The clock of a zone: times that state no offset are of it, days and hours follow it.

use super::{Plan, lay};
use crate::survey::Zone;

impl Plan<'_> {
    /// The zone that was told, where it is not UTC.
    fn zone(&self) -> Option<&Zone> {
        self.wanted.told.zone.as_ref().filter(|zone| !zone.is_utc())
    }

    /// Whether there is a zone with clocks that are moved: then its changes stand in tables.
    pub(super) fn has_changes(&self) -> bool {
        self.zone().is_some_and(|zone| zone.changes.len() > 1)
    }

    /// The offset of a zone whose clocks are never moved, in microseconds.
    fn fixed_us(&self) -> String {
        self.zone().and_then(|zone| zone.changes.first()).map_or(0, |(_, offset_us)| *offset_us).to_string()
    }

    /// The first instant of a date.
    pub(super) fn start_of_day_us(&self, day: i64) -> i64 {
        self.zone().cloned().unwrap_or_default().start_of_day_us(day)
    }
}

/// The zone's changes as tables.
pub(super) fn tables(plan: &Plan<'_>) -> String {
    let Some(zone) = plan.zone().filter(|_| plan.has_changes()) else { return String::new() };
    let mut changes = String::new();
    for (at, (from_us, offset_us)) in zone.changes.iter().enumerate() {
        changes.push_str(if at == 0 {
            ""
        } else if at % 6 == 0 {
            ",\n    "
        } else {
            ", "
        });
        changes.push_str(
            &["(", &(from_us / 1_000_000).to_string(), ", ", &(offset_us / 1_000_000).to_string(), ")"].concat(),
        );
    }
    let comment = [
        "-- The clock of ",
        &zone.name,
        ": from these seconds since 1970 on, so many seconds east of UTC. Listed here, so that each engine\n\
         -- has the same, whatever database of zones it comes with. Only what the log's times need is kept.\n",
    ];
    let mut out = plan.step("sensorium_offsets", &comment.concat(), &lay(OFFSETS, &[("changes", &changes)]));
    let comment =
        "-- What its clock shows: each time once; twice, where it is set back; never, where it is set forward.\n";
    out.push_str(&plan.step("sensorium_walls", comment, WALLS));
    out
}

const OFFSETS: &str = "\
with changes as (
  select cast(from_s as bigint) * 1000000 as at_us, cast(offset_s as bigint) * 1000000 as offset_us
  from (values
    {changes}
  ) as listed(from_s, offset_s)
),
stretches as (
  -- The first holds before it too.
  select case when lag(at_us) over by_time is null then -1000000000000000000 else at_us end as from_us,
    coalesce(lead(at_us) over by_time, 1000000000000000000) as until_us, offset_us,
    coalesce(lag(offset_us) over by_time, offset_us) as before_us, coalesce(lead(offset_us) over by_time, offset_us) as after_us
  from changes
  window by_time as (order by at_us)
),
span as (
  select min(least(ymd_us, dmy_us, mdy_us, epoch_us)) - 172800000000 as first_us,
    max(greatest(ymd_us, dmy_us, mdy_us, epoch_us)) + 172800000000 as last_us
  from (
    select ymd_us, dmy_us, mdy_us, case when abs(epoch) < 100000000000 then epoch * 1000000
      when abs(epoch) < 1000000000000000 then epoch * 1000 end as epoch_us from sensorium_cells
  ) as cells
)
select stretches.* from stretches join span on from_us <= last_us and until_us >= first_us";

const WALLS: &str = "\
select from_us + greatest(offset_us, before_us) as from_us, until_us + least(offset_us, after_us) as until_us,
  offset_us as once_us, offset_us as again_us, 1 as is_once, 0 as is_twice
from sensorium_offsets
union all
-- What never was is read as if the clock had not been set.
select from_us + least(offset_us, before_us), from_us + greatest(offset_us, before_us),
  before_us, least(offset_us, before_us), 0, case when before_us > offset_us then 1 else 0 end
from sensorium_offsets
where before_us <> offset_us";

/// The steps after `told`, which has `wall_us` and `is_local`, up to `times`, which has `moment`.
pub(super) fn moments(plan: &Plan<'_>) -> String {
    if plan.has_changes() { MOVED.into() } else { lay(FIXED, &[("offset", &plan.fixed_us())]) }
}

const FIXED: &str = ",
times as (
  -- Times that state no offset are of the told clock.
  select *, wall_us - case when is_local then {offset} else 0 end as moment from told
)";

const MOVED: &str = ",
shown as (
  -- Times that state no offset are of the zone's clock.
  select t.*, w.once_us, w.again_us, w.is_twice, sum(w.is_once) over by_line as since_once,
    case when wall_us <= lag(wall_us) over by_line then w.is_twice else 0 end as went_back
  from (
    select *, is_local and coalesce(wall_us between -62135596800000000 and 253402300799999999, false) as is_shown from told
  ) as t left join sensorium_walls as w on is_shown and wall_us >= w.from_us and wall_us < w.until_us
  window by_line as (partition by t.file, t.device, is_shown order by t.line)
),
times as (
  -- Of an hour that occurs twice, the first until the device's times go back in it.
  select *, case when not is_shown then wall_us when max(went_back) over in_hour = 1 then wall_us - again_us else wall_us - once_us end as moment
  from shown
  window in_hour as (partition by file, device, is_shown, since_once order by line)
)";

/// What the clock shows at an instant in microseconds, beside the table of offsets where there is one.
pub(super) fn wall(plan: &Plan<'_>, instant: &str) -> String {
    let offset = if plan.has_changes() { "offset_us".into() } else { plan.fixed_us() };
    plan.engine.timestamp(&["(", instant, " + ", &offset, ")"].concat())
}

/// A table beside the table of offsets, by its instants.
pub(super) fn beside(plan: &Plan<'_>, table: &str, instant: &str) -> String {
    if !plan.has_changes() {
        return table.into();
    }
    lay("{t} join sensorium_offsets on {i} >= from_us and {i} < until_us", &[("t", table), ("i", instant)])
}

/// Stops where a clock that was set back shows a date again.
pub(super) fn faults(plan: &Plan<'_>) -> String {
    if !plan.has_changes() {
        return String::new();
    }
    let date = |us: &str| ["cast(", &plan.engine.timestamp(us), " as date)"].concat();
    let slots = [("date", &date("(timestamp_us + offset_us)")[..]), ("last", &date("(from_us + before_us - 1)"))];
    plan.engine
        .stop("-- A date that the clock shows twice is told apart by Sensorium only.\n", &lay(DATES_FAULT, &slots))
}

const DATES_FAULT: &str = "\
select 'a reading of ' || device || ' is in an hour in which the clock was set back to the day before' as fault
from sensorium_cleaned join sensorium_offsets on timestamp_us >= from_us and timestamp_us < until_us
where before_us > offset_us and from_us > -1000000000000000000 and {last} > {date}";
