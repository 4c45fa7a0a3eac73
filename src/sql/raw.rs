//! Raw rows: the lines of files as an editor shows them, cut to cells; or the rows of a table.

use super::encoding::{self, Encoding};
use super::times::{self, SAMPLED_ROWS};
use super::{Engine, Input, Plan, Wanted, lay, surveyed};
use crate::contract::fold;
use crate::recipe::query::to_query;
use crate::recipe::{Mode, Recipe};

/// One cell and the delimiter after it: quoted, with two quotes for one, or plain.
const CELL: &str = "(\"[^\"]*(?:\"\"[^\"]*)*\"(?:[^\"{d}][^{d}]*)?|[^{d}]*)[{d}]";
/// A line of such cells only, a delimiter after each: what does not fit has a quote that is never closed.
const CLOSED: &str = "^((\"[^\"]*(\"\"[^\"]*)*\"([^\"{d}][^{d}]*)?|[^\"{d}][^{d}]*)?[{d}])*$";

/// Why this input cannot be read by this engine, if it cannot.
pub(super) fn refusal(recipe: &Recipe, wanted: &Wanted) -> Result<(), String> {
    if recipe.mode == Mode::Strict
        && let Some(name) = wanted.lacking.first()
    {
        return Err(["--lacking: strict mode refuses a log without the column ", name].concat());
    }
    match &wanted.input {
        Input::Files(paths) => {
            if paths.is_empty() || paths.iter().any(|path| path.trim().is_empty()) {
                return Err("--csv: name a file".into());
            }
            if let Some(path) = paths.iter().find(|path| path.contains(['\n', '\r', '\0'])) {
                return Err(["--csv: the path \"", path, "\" holds a line end, which no script can name"].concat());
            }
            let pattern = paths.iter().find(|path| path.contains(['*', '?', '[']));
            match (wanted.engine, pattern) {
                (Engine::PostgreSql, Some(path)) => Err([
                    "--csv: PostgreSQL's client reads files by their names and knows no patterns such as \"",
                    path,
                    "\"; repeat --csv for each file",
                ]
                .concat()),
                _ => Ok(()),
            }
        }
        Input::Table { name, ordinal } => {
            if name.split('.').any(|part| part.trim().is_empty()) {
                return Err(["--table: \"", name, "\" is no name of a table"].concat());
            }
            if ordinal.trim().is_empty() {
                return Err("--ordinal: name the column that numbers the rows".into());
            }
            Ok(())
        }
    }
}

/// What the script is, and what it needs before the first step.
pub(super) fn head(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let query = to_query(plan.recipe);
    let recipe = if query.is_empty() { "the default recipe" } else { &["the recipe ", &query].concat() };
    let mut out = ["-- Sensorium: ", recipe, " as SQL for ", engine.title(), ".\n"].concat();
    out.push_str("-- Makes the tables ");
    out.push_str(&super::TABLES.map(|table| plan.table(table)).join(", "));
    out.push_str(".\n-- It stops with a sentence where rows hold what it would read otherwise than Sensorium: mend those, or load what Sensorium itself exports.\n\n");
    out.push_str(&lay(
        engine.of(
            "begin transaction;\ncreate schema if not exists {schema};\n\n",
            POSTGRESQL_HEAD,
            "set time zone 'UTC';\nset spark.sql.ansi.enabled = true;\ncreate schema if not exists {schema};\n\n",
        ),
        &[("schema", &engine.name(&plan.wanted.schema))],
    ));
    if engine == Engine::PostgreSql && encoding::is_utf16(plan) {
        out.push_str(encoding::POSTGRESQL_UNIT);
    }
    out
}

const POSTGRESQL_HEAD: &str = "\
\\set ON_ERROR_STOP on
begin;
set local client_min_messages = warning;
set local datestyle = 'ISO, YMD';
set local extra_float_digits = 1;
create schema if not exists {schema};

-- A decimal number: what is too small is zero, what is too large is none.
create or replace function pg_temp.sensorium_number(cell text) returns double precision immutable language plpgsql as $sensorium$
begin
  return cell::double precision;
exception when numeric_value_out_of_range then
  begin
    return case when abs(cell::numeric) < 1 then 0 end;
  exception when numeric_value_out_of_range then
    return case when cell ~ '[eE]-' or cell ~ '^[+-]?[0.]*[eE]' then 0 end;
  end;
end $sensorium$;

-- A date as days since 1970-01-01; one that is in no calendar is none.
create or replace function pg_temp.sensorium_day(cell text) returns bigint immutable language plpgsql as $sensorium$
begin
  return cell::date - date '1970-01-01';
exception when datetime_field_overflow or invalid_datetime_format then
  return null;
end $sensorium$;

";

/// What the script leaves behind: nothing but its tables.
pub(super) fn foot(plan: &Plan<'_>) -> String {
    let steps = [
        "sensorium_cleaned",
        "sensorium_kept",
        "sensorium_checked",
        "sensorium_walls",
        "sensorium_offsets",
        "sensorium_notations",
        "sensorium_cells",
        "sensorium_header",
        "sensorium_records",
    ];
    let has = |step: &&&str| match **step {
        "sensorium_header" => plan.of_files(),
        "sensorium_notations" => plan.has_dates(),
        "sensorium_walls" | "sensorium_offsets" => plan.has_changes(),
        _ => true,
    };
    match plan.engine {
        Engine::DuckDb => {
            let mut out = String::new();
            for step in steps.iter().filter(has) {
                out.push_str(&["drop table if exists ", step, ";\n"].concat());
            }
            out.push_str("commit;\n");
            out
        }
        Engine::PostgreSql => "commit;\n".into(),
        Engine::Spark => {
            let mut out = String::new();
            for step in steps.iter().filter(has) {
                out.push_str(
                    &["drop view if exists ", step, ";\ndrop table if exists ", &plan.table(step), ";\n"].concat(),
                );
            }
            out
        }
    }
}

/// The records as arrays of cells, and the header.
pub(super) fn records(plan: &Plan<'_>) -> String {
    match &plan.wanted.input {
        Input::Files(paths) => of_files(plan, paths),
        Input::Table { name, ordinal } => of_table(plan, name, ordinal),
    }
}

fn of_files(plan: &Plan<'_>, paths: &[String]) -> String {
    let engine = plan.engine;
    let mut out = String::new();
    let encoding = Encoding::of(plan);
    let texts = match engine {
        Engine::DuckDb => {
            let list: Vec<String> = paths.iter().map(|path| engine.text(path)).collect();
            lay(
                DUCKDB_TEXTS,
                &[("paths", &list.join(", ")), ("read", encoding.reader), ("text", &encoding.text("content"))],
            )
        }
        Engine::PostgreSql => {
            out.push_str("-- The bytes of each file, as a large object for the time of this script.\n");
            out.push_str(
                "create temp table sensorium_texts (path text, file_name text, content text) on commit drop;\n",
            );
            for path in paths {
                let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
                let quoted = path.replace('\\', "\\\\").replace('\'', "''");
                out.push_str(&lay(
                    POSTGRESQL_FILE,
                    &[
                        ("path", &quoted),
                        ("text", &engine.text(path)),
                        ("name", &engine.text(name)),
                        ("content", &encoding.text("lo_get(:sensorium_object)")),
                    ],
                ));
            }
            out.push('\n');
            POSTGRESQL_TEXTS.into()
        }
        Engine::Spark => {
            for (index, path) in paths.iter().enumerate() {
                let slots =
                    [("number", &(index + 1).to_string()[..]), ("path", &engine.text(path)), ("read", encoding.reader)];
                out.push_str(&lay(&lay(SPARK_FILE, &slots[2..]), &slots));
            }
            let of_file = |number: usize| ["select * from sensorium_text_", &number.to_string()].concat();
            let all: Vec<String> = (1..=paths.len()).map(of_file).collect();
            lay(SPARK_TEXTS, &[("all", &all.join(" union all ")), ("text", &encoding.text("content"))])
        }
    };
    let (delimiter, lines) = (plan.delimiter(), engine.of(DUCKDB_LINES, POSTGRESQL_LINES, SPARK_LINES));
    let slots = [("cell", &engine.text(&of_cell(plan, CELL))[..]), ("d", &delimiter)];
    let cells = lay(engine.of(DUCKDB_CELLS, POSTGRESQL_CELLS, SPARK_CELLS), &slots);
    let query = [&texts, lines, RECORDS, &cells, engine.of("from records", "from records", "from records")].concat();
    let comment = "-- 1. Lines as an editor counts them, blank ones left out, each cut to its cells.\n";
    out.push_str(&plan.step("sensorium_records", comment, &query));
    let unnest = engine.of(DUCKDB_HEADER, POSTGRESQL_HEADER, SPARK_HEADER);
    let header = match plan.is_surveyed() {
        true if plan.is_headless() => surveyed::header(plan, unnest),
        true => unnest.into(),
        false => widened(plan, unnest),
    };
    out.push_str(&plan.step("sensorium_header", "-- The names of each file's columns.\n", &header));
    out.push_str(&faults_of_files(plan));
    out
}

const DUCKDB_TEXTS: &str = "\
with texts as (
  -- Files in the order of their names; one that holds the same bytes as another is read once.
  select row_number() over (order by filename) as file, parse_filename(filename) as file_name, {text}
  from {read}([{paths}])
  qualify row_number() over (partition by sha256(content) order by filename) = 1
),
";
const POSTGRESQL_FILE: &str = "\
\\lo_import '{path}'
\\set sensorium_object :LASTOID
insert into sensorium_texts values ({text}, {name}, {content});
\\lo_unlink :sensorium_object
";
const POSTGRESQL_TEXTS: &str = "\
with texts as (
  -- Files in the order of their names; one that holds the same bytes as another is read once.
  select row_number() over (order by path collate \"C\") as file, file_name, content
  from (select *, row_number() over (partition by md5(content) order by path collate \"C\") as copy from sensorium_texts) as copies
  where copy = 1
),
";
const SPARK_FILE: &str = "\
create or replace temporary view sensorium_text_{number} using {read};
";
const SPARK_TEXTS: &str = "\
with raw as (
  select input_file_name() as path, {text} as content from ({all})
),
texts as (
  -- Files in the order of their paths; one that holds the same bytes as another is read once.
  select path as file, url_decode(replace(regexp_extract(path, '([^/]*)\\\\z', 1), '+', '%2B')) as file_name, content
  from (select path, content, row_number() over (partition by sha2(content, 256) order by path) as copy from raw)
  where copy = 1
),
";

const DUCKDB_LINES: &str = "\
lines as (
  select file, file_name, unnest(parts) as row_text, generate_subscripts(parts, 1) as line
  from (
    select file, file_name, string_split(
      replace(replace(regexp_replace(content, '^\\x{FEFF}', ''), chr(13) || chr(10), chr(10)), chr(13), chr(10)),
      chr(10)) as parts
    from texts
  )
),
";
const POSTGRESQL_LINES: &str = "\
lines as (
  select file, file_name, row_text, line
  from texts, string_to_table(
    replace(replace(
      case when left(content, 1) = e'\\uFEFF' then substr(content, 2) else content end,
      e'\\r\\n', e'\\n'), e'\\r', e'\\n'),
    e'\\n') with ordinality as numbered(row_text, line)
),
";
const SPARK_LINES: &str = "\
lines as (
  select file, file_name, row_text, cast(at + 1 as bigint) as line
  from texts lateral view posexplode(split(
    replace(replace(regexp_replace(content, '^\\uFEFF', ''), '\\r\\n', '\\n'), '\\r', '\\n'),
    '\\n', -1)) as at, row_text
),
";
const RECORDS: &str = "\
records as (
  select *, row_number() over (partition by file order by line) as record from lines where row_text <> ''
)
select file, file_name, line, record, row_text,
";

const DUCKDB_CELLS: &str = "  \
case when contains(row_text, '\"') then
    list_transform(
      regexp_extract_all(row_text || {d}, {cell}, 1),
      lambda cell: case when starts_with(cell, '\"') then
        replace(regexp_extract(cell, '^\"([^\"]*(?:\"\"[^\"]*)*)\"', 1), '\"\"', '\"')
          || regexp_extract(cell, '^\"[^\"]*(?:\"\"[^\"]*)*\"(.*)$', 1)
        else cell end)
    else string_split(row_text, {d}) end as cells
";
const POSTGRESQL_CELLS: &str = "  \
case when position('\"' in row_text) > 0 then array(
    select case when found[1] like '\"%' then
        replace(substring(found[1] from '^\"([^\"]*(?:\"\"[^\"]*)*)\"'), '\"\"', '\"')
          || substring(found[1] from '^\"[^\"]*(?:\"\"[^\"]*)*\"(.*)$')
        else found[1] end
    from regexp_matches(row_text || {d}, {cell}, 'g') with ordinality as matched(found, n)
    order by n)
    else string_to_array(row_text, {d}) end as cells
";
const SPARK_CELLS: &str = "  \
case when contains(row_text, '\"') then
    transform(
      regexp_extract_all(row_text || {d}, {cell}, 1),
      cell -> case when startswith(cell, '\"') then
        replace(regexp_extract(cell, '^\"([^\"]*(?:\"\"[^\"]*)*)\"', 1), '\"\"', '\"')
          || regexp_extract(cell, '^\"[^\"]*(?:\"\"[^\"]*)*\"((?s).*)\\\\z', 1)
        else cell end)
    else split(row_text, '[' || {d} || ']', -1) end as cells
";

const DUCKDB_HEADER: &str = "\
select file, file_name, position, name, lower(name) as folded
from (
  select file, file_name, generate_subscripts(cells, 1) as position, trim(unnest(cells), e' \\t\\n\\f\\r') as name
  from sensorium_records
  where record = 1
)";
const POSTGRESQL_HEADER: &str = "\
select file, file_name, position, btrim(cell, e' \\t\\n\\f\\r') as name, lower(btrim(cell, e' \\t\\n\\f\\r')) as folded
from sensorium_records, unnest(cells) with ordinality as header(cell, position)
where record = 1";
const SPARK_HEADER: &str = "\
select file, file_name, at + 1 as position, trim(both ' \\t\\n\\u000C\\r' from cell) as name,
  lower(trim(both ' \\t\\n\\u000C\\r' from cell)) as folded
from sensorium_records lateral view posexplode(cells) as at, cell
where record = 1";

/// The header with the cell that it lacks, if it lacks one.
fn widened(plan: &Plan<'_>, named: &str) -> String {
    let engine = plan.engine;
    let cell = |position: &str| engine.trimmed(&engine.at("r.cells", position));
    let is_time = |position: &str| engine.matches(&cell(position), &times::any());
    let slots = [
        ("named", named),
        ("time", &engine.text(&fold(&plan.names.time))),
        ("rows", SAMPLED_ROWS),
        ("length", &engine.length("r.cells")),
        ("last", &cell("h.width + 1")),
        ("after", &is_time("h.time_at + 1")),
        ("below", &is_time("h.time_at")),
    ];
    lay(WIDENED, &slots)
}

const WIDENED: &str = "\
with named as (
  {named}
),
lacking as (
  -- Where each of the first rows has one cell more, the header lacks one: at the end where it is always empty, or at the start where
  -- times then stand below their name.
  select r.file, r.file_name, h.width, count(case when {last} <> '' then 1 end) = 0 as at_end,
    count(case when {after} then 1 end) * 2 > count(*) and count(case when {below} then 1 end) * 2 <= count(*) as at_start
  from sensorium_records as r
  join (select file, count(*) as width, min(case when folded = {time} then position end) as time_at from named group by file) as h on h.file = r.file
  where r.record between 2 and 1 + {rows}
  group by r.file, r.file_name, h.width
  having min({length}) = h.width + 1 and max({length}) = h.width + 1
)
select n.file, n.file_name, n.position + case when at_start and not at_end then 1 else 0 end as position, n.name, n.folded
from named as n left join lacking as l on l.file = n.file
union all
select file, file_name, case when at_end then width + 1 else 1 end, '', null from lacking where at_end or at_start";

/// A pattern with the delimiter in its sets of characters.
fn of_cell(plan: &Plan<'_>, pattern: &str) -> String {
    lay(pattern, &[("d", plan.wanted.delimiter.encode_utf8(&mut [0; 4]))])
}

/// What of the files this script cannot read as Sensorium does, each with a sentence.
fn faults_of_files(plan: &Plan<'_>) -> String {
    let engine = plan.engine;
    let mut out = String::new();
    let mut wanted = vec![fold(&plan.names.time)];
    if !plan.device_of_file() {
        wanted.push(fold(&plan.names.device));
    }
    let asked = plan.names.metrics.iter().filter(|metric| metric.required).map(|metric| fold(&metric.column.name));
    let list: Vec<String> =
        wanted.iter().cloned().chain(asked).map(|name| ["(", &engine.text(&name), ")"].concat()).collect();
    let slots = [("columns", &list.join(", ")[..]), ("varchar", engine.varchar())];
    out.push_str(&engine.stop("-- Each file has each column of the contract once.\n", &lay(COLUMNS, &slots)));
    let further: Vec<String> =
        plan.names.metrics.iter().filter(|m| !m.required).map(|metric| fold(&metric.column.name)).collect();
    if !further.is_empty() {
        let list: Vec<String> = further.iter().map(|name| ["(", &engine.text(name), ")"].concat()).collect();
        out.push_str(&engine.stop("", &lay(FURTHER, &[("columns", &list.join(", "))])));
    }
    out.push_str(&engine.stop("", EXPORTED));
    let closed = engine.matches(&["(row_text || ", &plan.delimiter(), ")"].concat(), &of_cell(plan, CLOSED));
    let slots = [
        ("closed", &closed[..]),
        (
            "has_quote",
            engine.of("contains(row_text, '\"')", "position('\"' in row_text) > 0", "contains(row_text, '\"')"),
        ),
        // PostgreSQL's text holds no zero byte.
        ("has_nul", engine.of("contains(row_text, chr(0))", "false", "contains(row_text, '\\0')")),
        ("varchar", engine.varchar()),
    ];
    let comment =
        "-- A cell over several lines, a quote that is never closed and a zero byte are read by Sensorium only.\n";
    out.push_str(&engine.stop(comment, &lay(LINES, &slots)));
    out
}

const COLUMNS: &str = "\
select coalesce(files.file_name, 'the files') || ': expected the column ' || wanted.name || ' once, but found it '
  || cast(count(header.position) as {varchar}) || ' times' as fault
from (select 1 as one) as always
left join (select distinct file, file_name from sensorium_header) as files on true
cross join (values {columns}) as wanted(name)
left join sensorium_header as header on header.file = files.file and header.folded = wanted.name
group by files.file, files.file_name, wanted.name
having count(header.position) <> 1";

const FURTHER: &str = "\
select 'no file has the column ' || wanted.name || ' once, which is named as a metric' as fault
from (values {columns}) as wanted(name)
left join sensorium_header as header on header.folded = wanted.name
group by wanted.name
having count(header.position) = 0 or count(header.position) <> count(distinct header.file)";

const EXPORTED: &str = "\
select file_name || ': this is an export of Sensorium, read what it was made from' as fault
from sensorium_header
where folded in ('temp_rolling_avg_3', 'anomaly_type', 'is_anomaly')
group by file_name
having count(distinct folded) = 3";

const LINES: &str = "\
select file_name || ' line ' || cast(line as {varchar}) || ': expected a row in one line, but found '
  || case when {has_nul} then 'a zero byte' else 'a quote that the line does not close' end as fault
from sensorium_records
where {has_nul} or {has_quote} and not {closed}
order by file, line";

/// The rows of a table take the place of the records; it has no header.
fn of_table(plan: &Plan<'_>, table: &str, ordinal: &str) -> String {
    let engine = plan.engine;
    let name: Vec<String> = table.split('.').map(|part| engine.name(part)).collect();
    let surveyed = plan.is_surveyed();
    let text = |column: &str| {
        let text = ["coalesce(cast(", &engine.name(column), " as ", engine.varchar(), "), '')"].concat();
        if surveyed { engine.trimmed(&text) } else { text }
    };
    let slots = [
        ("ordinal", &engine.name(ordinal)[..]),
        ("table", &name.join(".")),
        ("rows", SAMPLED_ROWS),
        ("varchar", engine.varchar()),
    ];
    let mut query = lay(NUMBERED, &slots);
    let device = if surveyed { " as device_cell" } else { " as device" };
    query.push_str(&[&text(&plan.names.time), " as time_cell, ", &text(&plan.names.device), device].concat());
    query.push_str(&plan.each(|metric| [&text(&metric.column.name), " as ", &plan.column(metric, "_cell")].concat()));
    query.push_str("\nfrom ");
    query.push_str(&name.join("."));
    let comment = "-- 1. Records: the rows of the table in their order, each cell as text.\n";
    let mut out = plan.step("sensorium_records", comment, &query);
    let faults = lay(
        ORDINALS,
        &[("table", &engine.text(table)), ("ordinal", &engine.text(ordinal)), ("varchar", engine.varchar())],
    );
    out.push_str(&engine.stop("-- The ordinal numbers each row once.\n", &faults));
    out
}

/// The first rows are the records that show how times are written; of the others no number is needed.
const NUMBERED: &str = "\
select 1 as file, cast({ordinal} as bigint) as line, cast(null as {varchar}) as ragged,
    case when cast({ordinal} as bigint) <= (
      select max(n) from (select cast({ordinal} as bigint) as n from {table} order by n limit {rows}) as firsts
    ) then 2 else 2 + {rows} end as record,
    ";

const ORDINALS: &str = "\
select {table} || ': expected one row with the number ' || coalesce(cast(line as {varchar}), 'null') || ' in '
  || {ordinal} || ', but found ' || cast(count(*) as {varchar}) as fault
from sensorium_records
group by line
having count(*) > 1 or line is null";
