-- Sensorium: the default recipe as SQL for Spark SQL.
-- Makes the tables `sensorium`.readings, `sensorium`.set_aside, `sensorium`.dropped, `sensorium`.daily, `sensorium`.hourly.
-- It stops with a sentence where rows hold what it would read otherwise than Sensorium: mend those, or load what Sensorium itself exports.

set time zone 'UTC';
set spark.sql.ansi.enabled = true;
create schema if not exists `sensorium`;

create or replace temporary view sensorium_text_1 using text options (path 'gateway-03.csv', wholetext 'true');
-- 1. Lines as an editor counts them, blank ones left out, each cut to its cells.
drop table if exists `sensorium`.sensorium_records;
create table `sensorium`.sensorium_records using parquet as
with raw as (
  select input_file_name() as path, validate_utf8(value) as content from (select * from sensorium_text_1)
),
texts as (
  -- Files in the order of their paths; one that holds the same bytes as another is read once.
  select path as file, url_decode(replace(regexp_extract(path, '([^/]*)\\z', 1), '+', '%2B')) as file_name, content
  from (select path, content, row_number() over (partition by sha2(content, 256) order by path) as copy from raw)
  where copy = 1
),
lines as (
  select file, file_name, row_text, cast(at + 1 as bigint) as line
  from texts lateral view posexplode(split(
    replace(replace(regexp_replace(content, '^\uFEFF', ''), '\r\n', '\n'), '\r', '\n'),
    '\n', -1)) as at, row_text
),
records as (
  select *, row_number() over (partition by file order by line) as record from lines where row_text <> ''
)
select file, file_name, line, record, row_text,
  case when contains(row_text, '"') then
    transform(
      regexp_extract_all(row_text || ',', '("[^"]*(?:""[^"]*)*"(?:[^",][^,]*)?|[^,]*)[,]', 1),
      cell -> case when startswith(cell, '"') then
        replace(regexp_extract(cell, '^"([^"]*(?:""[^"]*)*)"', 1), '""', '"')
          || regexp_extract(cell, '^"[^"]*(?:""[^"]*)*"((?s).*)\\z', 1)
        else cell end)
    else split(row_text, '[' || ',' || ']', -1) end as cells
from records;
create or replace temporary view sensorium_records as select * from `sensorium`.sensorium_records;

-- The names of each file's columns.
drop table if exists `sensorium`.sensorium_header;
create table `sensorium`.sensorium_header using parquet as
with named as (
  select file, file_name, at + 1 as position, trim(both ' \t\n\u000C\r' from cell) as name,
  lower(trim(both ' \t\n\u000C\r' from cell)) as folded
from sensorium_records lateral view posexplode(cells) as at, cell
where record = 1
),
lacking as (
  -- Where each of the first rows has one cell more, the header lacks one: at the end where it is always empty, or at the start where
  -- times then stand below their name.
  select r.file, r.file_name, h.width, count(case when trim(both ' \t\n\u000C\r' from get(r.cells, h.width + 1 - 1)) <> '' then 1 end) = 0 as at_end,
    count(case when trim(both ' \t\n\u000C\r' from get(r.cells, h.time_at + 1 - 1)) rlike '^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?)?\\z|^([0-9]{1,4})(?:[/.,-] *| +)([0-9]{1,4})(?:[/.,-] *| +)([0-9]{1,4})[.,]?(?:[T _] *([0-9]{1,2})(:[0-9]{1,2}(?::[0-9]{1,2})?|[.][0-9]{2}(?:[.][0-9]{2})?)(?:[.,:]([0-9]{1,9}))?(?: *[AaPp][.]?(?: ?[Mm])?[.]?|(?: *[AaPp][.]?[Mm]?[.]? )? *(?:UTC|GMT|[Zz])?(?:([+-][0-9]{2})(?::?([0-9]{2}))?)?))?\\z|^[+-]?[0-9]{9,18}\\z' then 1 end) * 2 > count(*) and count(case when trim(both ' \t\n\u000C\r' from get(r.cells, h.time_at - 1)) rlike '^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?)?\\z|^([0-9]{1,4})(?:[/.,-] *| +)([0-9]{1,4})(?:[/.,-] *| +)([0-9]{1,4})[.,]?(?:[T _] *([0-9]{1,2})(:[0-9]{1,2}(?::[0-9]{1,2})?|[.][0-9]{2}(?:[.][0-9]{2})?)(?:[.,:]([0-9]{1,9}))?(?: *[AaPp][.]?(?: ?[Mm])?[.]?|(?: *[AaPp][.]?[Mm]?[.]? )? *(?:UTC|GMT|[Zz])?(?:([+-][0-9]{2})(?::?([0-9]{2}))?)?))?\\z|^[+-]?[0-9]{9,18}\\z' then 1 end) * 2 <= count(*) as at_start
  from sensorium_records as r
  join (select file, count(*) as width, min(case when folded = 'timestamp' then position end) as time_at from named group by file) as h on h.file = r.file
  where r.record between 2 and 1 + 1000
  group by r.file, r.file_name, h.width
  having min(size(r.cells)) = h.width + 1 and max(size(r.cells)) = h.width + 1
)
select n.file, n.file_name, n.position + case when at_start and not at_end then 1 else 0 end as position, n.name, n.folded
from named as n left join lacking as l on l.file = n.file
union all
select file, file_name, case when at_end then width + 1 else 1 end, '', null from lacking where at_end or at_start;
create or replace temporary view sensorium_header as select * from `sensorium`.sensorium_header;

-- Each file has each column of the contract once.
select raise_error(fault) from (
select coalesce(files.file_name, 'the files') || ': expected the column ' || wanted.name || ' once, but found it '
  || cast(count(header.position) as string) || ' times' as fault
from (select 1 as one) as always
left join (select distinct file, file_name from sensorium_header) as files on true
cross join (values ('timestamp'), ('device_id'), ('temperature_celsius'), ('humidity_percent'), ('pressure_hpa'), ('battery_level_percent')) as wanted(name)
left join sensorium_header as header on header.file = files.file and header.folded = wanted.name
group by files.file, files.file_name, wanted.name
having count(header.position) <> 1
limit 1);

select raise_error(fault) from (
select file_name || ': this is an export of Sensorium, read what it was made from' as fault
from sensorium_header
where folded in ('temp_rolling_avg_3', 'anomaly_type', 'is_anomaly')
group by file_name
having count(distinct folded) = 3
limit 1);

-- A cell over several lines, a quote that is never closed and a zero byte are read by Sensorium only.
select raise_error(fault) from (
select file_name || ' line ' || cast(line as string) || ': expected a row in one line, but found '
  || case when contains(row_text, '\0') then 'a zero byte' else 'a quote that the line does not close' end as fault
from sensorium_records
where contains(row_text, '\0') or contains(row_text, '"') and not (row_text || ',') rlike '^(("[^"]*(""[^"]*)*"([^",][^,]*)?|[^",][^,]*)?[,])*\\z'
order by file, line
limit 1);

-- 2. Cells of the columns that are read, and what each time may mean.
drop table if exists `sensorium`.sensorium_cells;
create table `sensorium`.sensorium_cells using parquet as
with columns as (
  -- Where each file has them; a row that repeats the header is none.
  select file, count(*) as width, transform(array_sort(collect_list(struct(position, name))), cell -> cell.name) as header_cells,
    max(case when folded = 'timestamp' then position end) as time_cell,
    max(case when folded = 'device_id' then position end) as device,
    max(case when folded = 'temperature_celsius' then position end) as temperature_celsius_cell,
    max(case when folded = 'humidity_percent' then position end) as humidity_percent_cell,
    max(case when folded = 'pressure_hpa' then position end) as pressure_hpa_cell,
    max(case when folded = 'battery_level_percent' then position end) as battery_level_percent_cell
  from sensorium_header
  group by file
),
cells as (
  select r.file, r.file_name, r.line, r.record, r.row_text,
    case when size(r.cells) <> c.width then cast(size(r.cells) as string) || ' of ' || cast(c.width as string) end as ragged,
    coalesce(get(r.cells, c.time_cell - 1), '') as time_cell, trim(both ' \t\n\u000C\r' from coalesce(get(r.cells, c.time_cell - 1), '')) as time_text,
    coalesce(get(r.cells, c.device - 1), '') as device,
    coalesce(get(r.cells, c.temperature_celsius_cell - 1), '') as temperature_celsius_cell,
    coalesce(get(r.cells, c.humidity_percent_cell - 1), '') as humidity_percent_cell,
    coalesce(get(r.cells, c.pressure_hpa_cell - 1), '') as pressure_hpa_cell,
    coalesce(get(r.cells, c.battery_level_percent_cell - 1), '') as battery_level_percent_cell
  from sensorium_records as r join columns as c on c.file = r.file
  where r.record > 1 and not (size(r.cells) = c.width and transform(r.cells, cell -> trim(both ' \t\n\u000C\r' from cell)) = c.header_cells)
),
times as (
  select *, time_text rlike '^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?)?\\z' as is_iso, case when time_text rlike '^[+-]?[0-9]{1,18}\\z' then try_cast(nullif(time_text, '') as bigint) end as epoch from cells
)
select *, case when is_iso then
    -- The day, the clock on it, and what its offset takes away.
    (cast(unix_date(try_cast(substr(time_text, 1, 10) as date)) as bigint)) * 86400000000
    + (coalesce(try_cast(nullif(substr(time_text, 12, 2), '') as bigint), 0) * 3600 + coalesce(try_cast(nullif(substr(time_text, 15, 2), '') as bigint), 0) * 60) * 1000000
    + case when substr(time_text, 17, 1) = ':' then try_cast(nullif(substr(time_text, 18, 2), '') as bigint) * 1000000 else 0 end
    + coalesce(try_cast(nullif(rpad(left(regexp_extract(time_text, '[.]([0-9]+)', 1), 6), 6, '0'), '') as bigint), 0)
    - case when contains(substr(time_text, 12), '-') then -1 else 1 end
      * (coalesce(try_cast(nullif(regexp_extract(substr(time_text, 12), '[+-]([0-9]{2})', 1), '') as bigint), 0) * 3600 + coalesce(try_cast(nullif(regexp_extract(substr(time_text, 12), '[+-][0-9]{2}:?([0-9]{2})', 1), '') as bigint), 0) * 60) * 1000000
    -- There is no year 0.
    + case when substr(time_text, 1, 4) = '0000' then null else 0 end
  end as iso_us
from times;
create or replace temporary view sensorium_cells as select * from `sensorium`.sensorium_cells;

-- Times are written as ISO times or epoch integers, in most of the first rows.
select raise_error(fault) from (
select name || ': expected times of one notation, such as 2024-03-01 08:00:00 or epoch seconds, in most of the first 1000 rows, but found "'
  || coalesce(unreadable, other) || '" (dates in another order are read where the recipe says which: date_order)' as fault
from (
  select min(file_name) as name, count(*) as times, count(iso_us) as iso,
    count(case when abs(epoch) < 100000000000 then 1 end) as seconds,
    count(case when abs(epoch) >= 100000000000 then 1 end) as milliseconds,
    min(case when iso_us is null and epoch is null then time_text end) as unreadable, max(time_text) as other
  from sensorium_cells
  where record <= 1 + 1000 and ragged is null and time_text <> ''
  group by file
) as counted
where times - iso - seconds - milliseconds > times / 2.0
  or times > 400 and times - greatest(iso, seconds, milliseconds) > times / 10.0
limit 1);

select raise_error(fault) from (
select file_name || ': expected rows as wide as the header, but found "' || min(ragged) || '" in most of the first 1000 rows' as fault
from sensorium_cells
where record <= 1 + 1000
group by file, file_name
having count(ragged) > count(*) / 2.0
limit 1);

-- A further column of numbers is a metric: it has to be named, or left out by name.
select raise_error(fault) from (
with further as (
  select h.folded, get(r.cells, h.position - 1) as cell
  from sensorium_header as h
  join sensorium_cells as c on c.file = h.file and c.ragged is null and (c.iso_us is not null or c.epoch is not null) and c.device <> ''
  join sensorium_records as r on r.file = c.file and r.line = c.line
  where h.folded not in ('timestamp', 'device_id', 'temperature_celsius', 'humidity_percent', 'pressure_hpa', 'battery_level_percent', 'temperature_fahrenheit', 'hour_of_day', 'temp_rolling_avg_3', 'valid_until', 'anomaly_type', 'is_anomaly', 'source_file', 'source_line')
),
judged as (
  select folded, case when trim(both ' \t\n\u000C\r' from cell) rlike '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?\\z' and abs(try_cast(trim(both ' \t\n\u000C\r' from cell) as double)) < double('infinity') then try_cast(trim(both ' \t\n\u000C\r' from cell) as double) end as number, trim(both ' \t\n\u000C\r' from cell) not in ('', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null') as is_there from further
)
select 'the column "' || folded || '" holds numbers: name it with --metric, or leave it out with --unread' as fault
from judged
where is_there
group by folded
having count(number) >= 0.95 * count(*)
limit 1);

-- 3. Contract: each row with its time, device and numbers, and the rule that each cell breaks.
drop table if exists `sensorium`.sensorium_checked;
create table `sensorium`.sensorium_checked using parquet as
with notations as (
  -- One notation a file: that of most of its first rows.
  select file, case when iso >= seconds and iso >= milliseconds then 'ISO'
      when seconds >= milliseconds then 'seconds' else 'milliseconds' end as notation
  from (
    select file, count(iso_us) as iso,
      count(case when abs(epoch) < 100000000000 then 1 end) as seconds,
      count(case when abs(epoch) >= 100000000000 then 1 end) as milliseconds
    from sensorium_cells where record <= 1 + 1000 and ragged is null group by file
  ) as counted
),
times as (
  select c.*, case coalesce(n.notation, 'ISO') when 'ISO' then iso_us
      when 'seconds' then case when abs(epoch) < 100000000000 then epoch * 1000000 end
      -- Beyond this no calendar goes.
      else case when abs(epoch) between 100000000000 and 1000000000000000 then epoch * 1000 end end as moment
  from sensorium_cells as c left join notations as n on n.file = c.file
),
texts as (
  -- Times of the years 1 to 9999; numbers without blanks around them, null where nothing was measured.
  select *, case when ragged is null and moment between -62135596800000000 and 253402300799999999 then moment end as timestamp_us,
    case when trim(both ' \t\n\u000C\r' from temperature_celsius_cell) not in ('', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null') then trim(both ' \t\n\u000C\r' from temperature_celsius_cell) end as temperature_celsius_text,
    case when trim(both ' \t\n\u000C\r' from humidity_percent_cell) not in ('', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null') then trim(both ' \t\n\u000C\r' from humidity_percent_cell) end as humidity_percent_text,
    case when trim(both ' \t\n\u000C\r' from pressure_hpa_cell) not in ('', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null') then trim(both ' \t\n\u000C\r' from pressure_hpa_cell) end as pressure_hpa_text,
    case when trim(both ' \t\n\u000C\r' from battery_level_percent_cell) not in ('', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null') then trim(both ' \t\n\u000C\r' from battery_level_percent_cell) end as battery_level_percent_text
  from times
),
numbers as (
  -- Finite decimal numbers.
  select *,
    case when temperature_celsius_text rlike '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?\\z' and abs(try_cast(temperature_celsius_text as double)) < double('infinity') then try_cast(temperature_celsius_text as double) end as temperature_celsius_number,
    case when humidity_percent_text rlike '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?\\z' and abs(try_cast(humidity_percent_text as double)) < double('infinity') then try_cast(humidity_percent_text as double) end as humidity_percent_number,
    case when pressure_hpa_text rlike '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?\\z' and abs(try_cast(pressure_hpa_text as double)) < double('infinity') then try_cast(pressure_hpa_text as double) end as pressure_hpa_number,
    case when battery_level_percent_text rlike '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?\\z' and abs(try_cast(battery_level_percent_text as double)) < double('infinity') then try_cast(battery_level_percent_text as double) end as battery_level_percent_number
  from texts
)
select *,
    case when ragged is null and timestamp_us is null then
      case when time_text = '' then 'missing_timestamp' else 'bad_timestamp' end end as time_rule,
    case when ragged is null and device = '' then 'missing_device' end as device_rule,
    case when temperature_celsius_number >= -20e0 and temperature_celsius_number <= 50e0 then temperature_celsius_number end as temperature_celsius,
    case when humidity_percent_number >= 0e0 and humidity_percent_number <= 100e0 then humidity_percent_number end as humidity_percent,
    pressure_hpa_number as pressure_hpa,
    case when battery_level_percent_number >= 0e0 and battery_level_percent_number <= 100e0 then battery_level_percent_number end as battery_level_percent,
    case when ragged is not null then null
      when temperature_celsius_text is not null and temperature_celsius_number is null then 'not_a_number'
      when not (temperature_celsius_number >= -20e0 and temperature_celsius_number <= 50e0) then 'out_of_bounds' end as temperature_celsius_rule,
    case when ragged is not null then null
      when humidity_percent_text is not null and humidity_percent_number is null then 'not_a_number'
      when not (humidity_percent_number >= 0e0 and humidity_percent_number <= 100e0) then 'out_of_bounds' end as humidity_percent_rule,
    case when ragged is not null then null
      when pressure_hpa_text is not null and pressure_hpa_number is null then 'not_a_number' end as pressure_hpa_rule,
    case when ragged is not null then null
      when battery_level_percent_text is not null and battery_level_percent_number is null then 'not_a_number'
      when not (battery_level_percent_number >= 0e0 and battery_level_percent_number <= 100e0) then 'out_of_bounds' end as battery_level_percent_rule
from numbers;
create or replace temporary view sensorium_checked as select * from `sensorium`.sensorium_checked;

-- Rows set aside, a line a violation.
drop table if exists `sensorium`.set_aside;
create table `sensorium`.set_aside using parquet as
with violations as (
  -- A row for each cell that breaks a rule.
  select * from sensorium_checked lateral view stack(7,
    0, '', ragged, case when ragged is not null then 'ragged_row' end,
    1, 'timestamp', left(time_cell, 200), time_rule,
    2, 'device_id', '', device_rule,
    3, 'temperature_celsius', left(temperature_celsius_cell, 200), temperature_celsius_rule,
    4, 'humidity_percent', left(humidity_percent_cell, 200), humidity_percent_rule,
    5, 'pressure_hpa', left(pressure_hpa_cell, 200), pressure_hpa_rule,
    6, 'battery_level_percent', left(battery_level_percent_cell, 200), battery_level_percent_rule
  ) as position, folded, value, rule
  where rule is not null and (ragged is not null or time_rule is not null or device_rule is not null or temperature_celsius_rule is not null or humidity_percent_rule is not null or pressure_hpa_rule is not null or battery_level_percent_rule is not null)
)
select v.file_name as file, v.line, coalesce(h.name, '') as `column`, v.value, v.rule, v.row_text as row
from violations as v left join sensorium_header as h on h.file = v.file and h.folded = v.folded
order by v.file, v.line, h.position;

-- 4. Clean: by device and time, gaps filled by position, then what cannot stay.
drop table if exists `sensorium`.sensorium_cleaned;
create table `sensorium`.sensorium_cleaned using parquet as
with kept as (
  -- Rows that are not set aside.
  select file, file_name, row_text, line, device, timestamp_us,
    temperature_celsius,
    humidity_percent,
    pressure_hpa,
    battery_level_percent, case when battery_level_percent_rule is not null then left(battery_level_percent_cell, 200) end as battery_level_percent_was
  from sensorium_checked
  where not (ragged is not null or time_rule is not null or device_rule is not null or temperature_celsius_rule is not null or humidity_percent_rule is not null or pressure_hpa_rule is not null or battery_level_percent_rule is not null)
),
placed as (
  -- The order of readings: device by bytes, time, then the order of the log.
  select *, row_number() over by_time as place,
    count(temperature_celsius) over of_device as temperature_celsius_known,
    count(humidity_percent) over of_device as humidity_percent_known,
    count(pressure_hpa) over of_device as pressure_hpa_known
  from kept
  window by_time as (partition by device order by timestamp_us, file, line), of_device as (partition by device)
),
neighbours as (
  -- The known values at both ends of a gap, and where they stand.
  select *,
    last_value(temperature_celsius) ignore nulls over up_to_here as temperature_celsius_before, max(case when temperature_celsius is not null then place end) over up_to_here as temperature_celsius_before_at,
    last_value(temperature_celsius) ignore nulls over from_here as temperature_celsius_after, min(case when temperature_celsius is not null then place end) over from_here as temperature_celsius_after_at,
    last_value(humidity_percent) ignore nulls over up_to_here as humidity_percent_before, max(case when humidity_percent is not null then place end) over up_to_here as humidity_percent_before_at,
    last_value(humidity_percent) ignore nulls over from_here as humidity_percent_after, min(case when humidity_percent is not null then place end) over from_here as humidity_percent_after_at,
    last_value(pressure_hpa) ignore nulls over up_to_here as pressure_hpa_before, max(case when pressure_hpa is not null then place end) over up_to_here as pressure_hpa_before_at,
    last_value(pressure_hpa) ignore nulls over from_here as pressure_hpa_after, min(case when pressure_hpa is not null then place end) over from_here as pressure_hpa_after_at
  from placed
  window up_to_here as (partition by device order by place rows unbounded preceding),
    from_here as (partition by device order by place desc rows unbounded preceding)
),
filled as (
  -- The k-th step from a to b in m steps is (b - a) / m * k + a; ends hold the nearest value.
  select file, file_name, row_text, line, device, timestamp_us, place,
    case when temperature_celsius is not null then temperature_celsius
      when temperature_celsius_before is not null and temperature_celsius_after is not null
        then (temperature_celsius_after - temperature_celsius_before) / cast(temperature_celsius_after_at - temperature_celsius_before_at as double) * cast(place - temperature_celsius_before_at as double) + temperature_celsius_before
      else coalesce(temperature_celsius_before, temperature_celsius_after) end as temperature_celsius,
    temperature_celsius_known, temperature_celsius is null as temperature_celsius_filled,
    case when humidity_percent is not null then humidity_percent
      when humidity_percent_before is not null and humidity_percent_after is not null
        then (humidity_percent_after - humidity_percent_before) / cast(humidity_percent_after_at - humidity_percent_before_at as double) * cast(place - humidity_percent_before_at as double) + humidity_percent_before
      else coalesce(humidity_percent_before, humidity_percent_after) end as humidity_percent,
    humidity_percent_known, humidity_percent is null as humidity_percent_filled,
    case when pressure_hpa is not null then pressure_hpa
      when pressure_hpa_before is not null and pressure_hpa_after is not null
        then (pressure_hpa_after - pressure_hpa_before) / cast(pressure_hpa_after_at - pressure_hpa_before_at as double) * cast(place - pressure_hpa_before_at as double) + pressure_hpa_before
      else coalesce(pressure_hpa_before, pressure_hpa_after) end as pressure_hpa,
    pressure_hpa_known, pressure_hpa is null as pressure_hpa_filled,
    battery_level_percent, battery_level_percent_was
  from neighbours
)
select *,
  case
    when temperature_celsius_known = 0 then 'device never measured temperature_celsius'
    when humidity_percent_known = 0 then 'device never measured humidity_percent'
    when pressure_hpa_known = 0 then 'device never measured pressure_hpa'
    when battery_level_percent is null then 'missing battery_level_percent' || coalesce(' (repaired, was ' || battery_level_percent_was || ')', '') end as reason
from filled;
create or replace temporary view sensorium_cleaned as select * from `sensorium`.sensorium_cleaned;

-- Rows dropped, each with its reason.
drop table if exists `sensorium`.dropped;
create table `sensorium`.dropped using parquet as
select file_name as file, line, reason, row_text as row
from sensorium_cleaned
where reason is not null
order by file, line;

-- 5. Readings: features over all readings of a device, then the date range, then flags.
drop table if exists `sensorium`.readings;
create table `sensorium`.readings using parquet as
with features as (
  select *, cast(timestamp_micros(timestamp_us) as timestamp_ntz) as moment, temperature_celsius * 9e0 / 5e0 + 32e0 as temperature_fahrenheit,
    -- Of this and the two before; null where one is missing.
    (lag(temperature_celsius, 2) over by_time + lag(temperature_celsius, 1) over by_time + temperature_celsius) / 3e0 as temp_rolling_avg_3,
    cast(timestamp_micros(lead(timestamp_us) over by_time) as timestamp_ntz) as valid_until
  from sensorium_cleaned
  where reason is null
  window by_time as (partition by device order by place)
),
selected as (
  -- Features look beyond the date range.
  select * from features
),
flagged as (
  -- Strict comparisons; what is missing never flags.
  select *, coalesce(temp_rolling_avg_3 > 30e0, false) as is_hot, coalesce(battery_level_percent < 15e0, false) as is_low from selected
)
select 
  moment as `timestamp`,
  device as device_id,
  temperature_celsius,
  humidity_percent,
  pressure_hpa,
  battery_level_percent,
  temperature_fahrenheit,
  cast(extract(hour from moment) as integer) as hour_of_day,
  temp_rolling_avg_3,
  valid_until,
  case when is_hot and is_low then 'High Temp & Low Battery' when is_hot then 'High Temperature'
      when is_low then 'Low Battery' else 'Normal' end as anomaly_type,
  is_hot or is_low as is_anomaly,
  temperature_celsius_filled and temperature_celsius is not null as temperature_celsius_filled,
  humidity_percent_filled and humidity_percent is not null as humidity_percent_filled,
  pressure_hpa_filled and pressure_hpa is not null as pressure_hpa_filled
from flagged
order by device, timestamp_us, file, line;

-- 6. Statistics of each device and date.
drop table if exists `sensorium`.daily;
create table `sensorium`.daily using parquet as
select device_id as device_id, cast(`timestamp` as date) as date,
  avg(temperature_celsius) as daily_avg_temp,
  avg(humidity_percent) as daily_avg_humidity,
  min(battery_level_percent) as daily_min_battery,
  count(*) as readings,
  cast(sum(cast(temperature_celsius_filled as integer) + cast(humidity_percent_filled as integer) + cast(pressure_hpa_filled as integer)) as bigint) as filled_cells,
  count(case when anomaly_type = 'High Temperature' then 1 end) as high_temperature,
  count(case when anomaly_type = 'Low Battery' then 1 end) as low_battery,
  count(case when anomaly_type = 'High Temp & Low Battery' then 1 end) as both
from `sensorium`.readings
group by device_id, cast(`timestamp` as date)
order by device_id, date;

-- 7. Mean temperature of each device and hour of the day.
drop table if exists `sensorium`.hourly;
create table `sensorium`.hourly using parquet as
select device_id as device_id, hour_of_day, avg(temperature_celsius) as hourly_avg_temp
from `sensorium`.readings
group by device_id, hour_of_day
order by device_id, hour_of_day;

-- Rows read are rows out, set aside, dropped and outside the date range.
select
  (select count(*) from sensorium_checked) as rows_read,
  (select count(*) from `sensorium`.readings) as rows_out,
  (select count(*) from (select distinct file, line from `sensorium`.set_aside) as one) as rows_set_aside,
  (select count(*) from `sensorium`.dropped) as rows_dropped,
  (select count(*) from sensorium_cleaned where reason is null) - (select count(*) from `sensorium`.readings) as rows_outside_range;

drop view if exists sensorium_cleaned;
drop table if exists `sensorium`.sensorium_cleaned;
drop view if exists sensorium_kept;
drop table if exists `sensorium`.sensorium_kept;
drop view if exists sensorium_checked;
drop table if exists `sensorium`.sensorium_checked;
drop view if exists sensorium_cells;
drop table if exists `sensorium`.sensorium_cells;
drop view if exists sensorium_header;
drop table if exists `sensorium`.sensorium_header;
drop view if exists sensorium_records;
drop table if exists `sensorium`.sensorium_records;
