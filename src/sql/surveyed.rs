//! Files of which something was said, which the library surveys whole: the survey's rules where they are other than those of files in
//! the standard shape, and what of it only the library judges.

use super::check::MISSING;
use super::times::DATE;
use super::{Input, Plan, Wanted, encoding, lay};
use crate::contract::{Contract, fold};
use crate::recipe::{Mode, Recipe};
use crate::survey::{Told, keeps_name, known_sentinels};

impl Plan<'_> {
    /// Whether the device is named by the file.
    pub(super) fn device_of_file(&self) -> bool {
        self.wanted.told.device_from.as_deref() == Some("file")
    }

    /// Whether there is no line of names.
    pub(super) fn is_headless(&self) -> bool {
        self.wanted.told.header_line == Some(0)
    }
}

/// Why what was said cannot be followed by this engine, if it cannot.
pub(super) fn refusal(recipe: &Recipe, wanted: &Wanted) -> Result<(), String> {
    let told = &wanted.told;
    if let Some(zone) = recipe.zone.as_deref().filter(|_| told.zone.is_none()) {
        return Err([
            "the recipe's zone ",
            zone,
            " is not known here; write one such as Europe/Berlin, or an offset such as -05:00",
        ]
        .concat());
    }
    if *told == Told::default() {
        return Ok(());
    }
    let unable = [
        (told.decimal.is_some(), "decimal mark"),
        (!told.measured.is_empty(), "measured numbers"),
        (!told.missing.is_empty(), "words for missing values"),
        (told.time_format.is_some(), "format of times"),
        (told.start.is_some(), "start of the log"),
        (!told.map.is_empty(), "columns mapped to metrics"),
        (told.header_line.is_some_and(|line| line > 1), "line of the header beyond the first"),
    ];
    if let Some((_, what)) = unable.iter().find(|(said, _)| *said) {
        return Err([
            "what was said of the reading cannot be kept: ",
            what,
            "; scripts take a zone, an encoding, no header, and where the device stands",
        ]
        .concat());
    }
    if let Some(label) = &told.encoding {
        encoding::refusal(label)?;
    }
    let of_table = matches!(wanted.input, Input::Table { .. });
    if of_table && (told.encoding.is_some() || told.header_line.is_some() || told.device_from.is_some()) {
        return Err("a table has columns with names and text of one encoding: what was said is of files".into());
    }
    let headless = told.header_line == Some(0);
    if recipe.mode == Mode::Strict && (headless || told.device_from.is_some()) {
        return Err("strict mode refuses a log without a column of the contract".into());
    }
    let named = |contract: &Contract| contract.columns.iter().map(|column| fold(&column.name)).collect::<Vec<_>>();
    if named(&recipe.contract) != named(&Contract::default()) {
        return Err(
            "a contract of other names, with a zone or words for how files are read, is followed by Sensorium only"
                .into(),
        );
    }
    if let Some(name) = wanted.unread.first() {
        return Err([
            "--unread: with a zone or words for how files are read, what \"",
            name,
            "\" is, is understood by Sensorium only",
        ]
        .concat());
    }
    let kept = |name: &&String| !headless && !keeps_name(name);
    if let Some(name) = wanted.metrics.iter().find(kept) {
        return Err([
            "--metric: with a zone or words for how files are read, what \"",
            name,
            "\" is, is understood by Sensorium only",
        ]
        .concat());
    }
    let numbered =
        |name: &&String| !headless || name.strip_prefix("column_").is_some_and(|at| at.parse::<u32>().is_ok());
    match wanted.metrics.iter().find(|name| !numbered(name)) {
        Some(name) => {
            Err(["--metric: without a header \"", name, "\" is no column; they are called column_3 by their place"]
                .concat())
        }
        None => Ok(()),
    }
}

/// Words for nothing, in lower case, beyond those of number columns.
const WORDS: &str = "'?', '–', '—', '−', 'n.a.', 'n.a', 'nil', 'none', 'null', 'nan', 'na', 'n/a', 'unavailable', 'unknown', 'missing', \
                     'no data', 'nodata', '#value!', '#div/0!', '#ref!', '#n/a'";

/// Whether a trimmed cell stands for nothing.
pub(super) fn is_missing(plan: &Plan<'_>, cell: &str) -> String {
    let missing = MISSING.replace("'1.#IND', '1.#QNAN', ", "");
    let dashes = plan.engine.matches(cell, "^[-,;.*]*$");
    lay(
        "({x} in ({missing}) or lower({x}) in ({words}) or {dashes})",
        &[("x", cell), ("missing", &missing), ("words", WORDS), ("dashes", &dashes)],
    )
}

/// The cells as a survey reads them, selected from `written`.
pub(super) fn cells(plan: &Plan<'_>) -> String {
    let device = if plan.device_of_file() {
        let ends = "([.]tab)?([.]data)?([.]log)?([.]tsv)?([.]dat)?([.]txt)?([.]csv)?([.]zip)?([.]gz)?$";
        plan.engine.without("file_name", ends)
    } else {
        ["case when ", &is_missing(plan, "device_cell"), " then '' else device_cell end"].concat()
    };
    lay(CELLS, &[("is_missing", &is_missing(plan, "time_cell")), ("device", &device)])
}

const CELLS: &str = "\
cells as (
  -- Words for nothing are neither times nor names.
  select *, case when {is_missing} then '' else time_cell end as time_text, {device} as device
  from written
),
";

/// The columns of files without a line of names: what the cells of the first row are. `named` selects those as names.
pub(super) fn header(plan: &Plan<'_>, named: &str) -> String {
    let engine = plan.engine;
    let slots = [
        ("named", named),
        ("varchar", engine.varchar()),
        ("is_date", &engine.matches("name", DATE)),
        ("is_word", &engine.matches("name", "[A-Za-z]")),
        ("number", &engine.parsed_number("name")),
        ("is_missing", &is_missing(plan, "name")),
        ("time", &engine.text(&fold(&plan.names.time))),
        ("device", &engine.text(&fold(&plan.names.device))),
    ];
    lay(HEADER, &slots)
}

const HEADER: &str = "\
with named as (
  {named}
),
judged as (
  select *, {is_date} as is_time, {is_word} and {number} is null and not {is_missing} as is_word from named
),
firsts as (
  select *, min(case when is_time then position end) over (partition by file) as time_position,
    min(case when is_word and not is_time then position end) over (partition by file) as device_position
  from judged
)
-- The first time, the first word, and what is called by its place.
select file, file_name, position,
  case when position in (time_position, device_position) then 'column ' else 'column_' end || cast(position as {varchar}) as name,
  case position when time_position then {time} when device_position then {device}
    else 'column_' || cast(position as {varchar}) end as folded
from firsts";

/// What only a survey judges, each with a sentence.
pub(super) fn faults(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let (mut digits, mut few, mut numbers, mut sparse, mut clean) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), String::new());
    for metric in &plan.names.metrics {
        let (text, number) = (plan.column(metric, "_text"), plan.column(metric, "_number"));
        digits.push([&number, " is null and ", &engine.matches(&text, "^[-+.,0-9‐‑‒–−﹣－].*[0-9]|^[0-9]")].concat());
        few.push(["count(", &number, ") < 0.8 * count(", &text, ") or count(", &number, ") = 0"].concat());
        sparse.push(["count(", &number, ") * 10 < count(*)"].concat());
        clean.push_str(&[" and ", &plan.column(metric, "_rule"), " is null"].concat());
        let constant = plan.is_headless();
        numbers.push(
            [
                "select file, ",
                &engine.text(&metric.column.name),
                " as name, ",
                &number,
                " as number from sensorium_checked where is_row",
            ]
            .concat(),
        );
        if constant {
            few.push(
                [
                    "count(",
                    &number,
                    ") > 3 and min(",
                    &number,
                    ") = max(",
                    &number,
                    ") and min(",
                    &number,
                    ") = floor(min(",
                    &number,
                    "))",
                ]
                .concat(),
            );
        }
    }
    let others = |of: &dyn Fn(&str) -> String| {
        let further = plan.names.metrics.iter().filter(|metric| !metric.required);
        let names: Vec<String> = further.map(|metric| engine.text(&of(&metric.column.name))).collect();
        if names.is_empty() { "null".into() } else { names.join(", ") }
    };
    let metrics: Vec<String> =
        plan.names.metrics.iter().map(|metric| engine.text(&fold(&metric.column.name))).collect();
    let known: Vec<String> = known_sentinels().map(|number| engine.number(number)).collect();
    let d = plan.wanted.delimiter.to_string();
    let first = match plan.of_files() {
        true if plan.is_headless() => "record = 1",
        true => "record = 2",
        false => "line = (select min(line) from sensorium_cells)",
    };
    let slots = [
        ("varchar", engine.varchar()),
        ("metrics", &metrics.join(", ")),
        ("others", &others(&|name| fold(name))),
        ("names", &others(&|name| name.to_string())),
        ("first", first),
        ("counts", &engine.matches(&engine.trimmed(&engine.at("r.cells", "1")), "^[+]?0*[01][.]?0*([eE].*)?$")),
        ("clean", &clean),
        ("digits", &digits.join("\n  or ")),
        ("few", &few.join("\n  or ")),
        ("sparse", &sparse.join(" or ")),
        ("numbers", &numbers.join("\n  union all ")),
        ("known", &known.join(", ")),
        ("bare", &engine.matches("device", "^[-+]?[0-9]+[.][0-9]+$|[0-9],[0-9]")),
        ("quotes", &engine.matches("row_text", &["(^|[", &d, "]) +\"|[\\\\]\""].concat())),
        ("year", &engine.matches("device", "(19[5-9]|20[0-9])[0-9][0-9_. T:-]*$")),
        ("few_devices", if plan.wanted.told.device_from.is_some() { "false" } else { FEW_DEVICES }),
    ];
    let mut out = String::new();
    let mut stop = |comment: &str, query: &str| out.push_str(&engine.stop(comment, &lay(query, &slots)));
    stop("-- What only a survey of the whole file can judge is read by Sensorium only.\n", FIRST_FAULT);
    stop("", DIGITS_FAULT);
    stop("", FEW_FAULT);
    stop("", SENTINEL_FAULT);
    stop("", TIMES_FAULT);
    stop("", DEVICES_FAULT);
    if plan.of_files() {
        stop("", WIDTH_FAULT);
        stop("", QUOTES_FAULT);
        if plan.device_of_file() {
            stop("", YEAR_FAULT);
        }
        if !plan.is_headless() {
            stop("", COLUMN_FAULT);
        }
    }
    out
}

const FIRST_FAULT: &str = "\
select 'expected a first row without a fault, by which the table is known' as fault
from (
  select file, count(case when {first} and time_rule is null and device_rule is null and ragged is null{clean} then 1 end) as good
  from sensorium_checked group by file
) as firsts
where good = 0
union all
select 'expected a row' from (select count(*) as many from sensorium_checked) as counted where many = 0";

const WIDTH_FAULT: &str = "\
select 'expected rows of one width, but found ' || cast(sum(many) as {varchar}) || ' of others' as fault
from (
  select file, cell_count, header_width, count(*) as many from sensorium_checked where cell_count <> header_width group by file, cell_count, header_width
) as widths
having max(many) > 2
union all
select 'expected numbers in most rows beside rows that are cut off' from sensorium_checked
having count(ragged) > 0 and ({sparse} or max(device_position - header_width) = 0)";

const DIGITS_FAULT: &str = "\
select 'line ' || cast(line as {varchar}) || ': expected a number by itself, without groups, decimal commas or a unit, or a word' as fault
from sensorium_checked
where is_row and ({digits})
order by file, line";

const FEW_FAULT: &str = "\
select 'expected columns of numbers, each of which holds some, and few words' as fault
from sensorium_checked
where is_row
group by file
having {few}";

/// As `survey::sentinels`, or more careful: what stands far from all else, and is one of these.
const SENTINEL_FAULT: &str = "\
with numbers as (
  {numbers}
),
known as (
  select file, name, number, count(*) over (partition by file, name, number) as times,
    number in ({known}) as is_known
  from numbers where number is not null
),
judged as (
  select *, min(case when not is_known then number end) over (partition by file, name) as lowest,
    max(case when not is_known then number end) over (partition by file, name) as highest
  from known
)
select name || ': ' || cast(number as {varchar}) || ' seems to stand for no value' as fault
from judged
where is_known and (times > 1 or number < 0 or number > 1e20 or lowest is null)
  and case when number < 0 then coalesce(lowest > number / 2, true) else coalesce(highest < number / 2, true) end";

const TIMES_FAULT: &str = "\
select 'expected an offset in one of the first rows, or in none' as fault
from sensorium_notations where notation = 'dates' and zoned > 0 and early = 0
union all
select 'expected seconds or milliseconds since 1970, of 1990 to 2100, but found \"' || time_text || '\"'
from sensorium_cells as c join sensorium_notations as n on n.file = c.file
where n.notation in ('seconds', 'milliseconds') and ragged is null and time_text <> ''
  and not coalesce(epoch between 631152000 and 4102444799 and n.notation = 'seconds'
    or epoch between 631152000000 and 4102444799999 and n.notation = 'milliseconds', false)";

const FEW_DEVICES: &str = "named * 2 <= timed or devices * 10 > named * 9 and devices > 1 and named > 3";
const DEVICES_FAULT: &str = "\
select 'expected names of devices that repeat and are no numbers with decimals, or to be told where they stand (--device-from)' as fault
from (
  select file, count(*) as timed, count(nullif(device, '')) as named, count(distinct nullif(device, '')) as devices,
    count(case when {bare} then 1 end) as bare
  from sensorium_checked
  where ragged is null and timestamp_us is not null
  group by file
) as counted
where bare > 0 or {few_devices}";

const QUOTES_FAULT: &str = "\
select file_name || ' line ' || cast(line as {varchar}) || ': expected quotes at the ends of cells' as fault
from sensorium_records
where {quotes}
order by file, line";

const YEAR_FAULT: &str = "\
select file_name || ': what of a name with a date is the device is known by Sensorium only' as fault
from sensorium_cells
where {year} or device = ''";

const COLUMN_FAULT: &str = "\
select h.file_name || ': the first column holds 0 or 1 and may number the rows, so that only Sensorium can say whether it is a metric' as fault
from sensorium_header as h join sensorium_records as r on r.file = h.file
where h.position = 1 and h.folded in ({metrics}) and r.record > 1 and {counts}
union all
select file_name || ': the column ' || name || ' is a metric by another name: say that name as the header has it (--metric)' from sensorium_header
where folded in ({others}) and name not in ({names})";
