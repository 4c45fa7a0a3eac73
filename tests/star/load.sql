-- Loads this folder into dim_devices, fact_sensor_readings and daily_statistics: everything or nothing.
--   in this folder:  psql -v ON_ERROR_STOP=1 -f load.sql
--   from elsewhere:  psql -v ON_ERROR_STOP=1 -v bundle=FOLDER -f FOLDER/load.sql
\set ON_ERROR_STOP on
\set quiet_before :QUIET
\set QUIET on
\if :{?bundle}
\cd :bundle
\endif
BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL client_min_messages = warning;
SET LOCAL standard_conforming_strings = on;
SET LOCAL datestyle = 'ISO, YMD';
-- Loads wait for each other, and see what the one before left.
DO $$ BEGIN PERFORM pg_advisory_xact_lock(7310298147); END $$;
\i schema.sql

-- The log as it stands in the files.
CREATE TEMPORARY TABLE log_devices (
    device_id text COLLATE "C", expected_interval_seconds double precision, sensor_category text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE log_readings (
    device_id text COLLATE "C", "timestamp" timestamp, occurrence integer,
    "temperature_celsius" double precision,
    "humidity_percent" double precision,
    "pressure_hpa" double precision,
    "battery_level_percent" double precision,
    "say ""hi""" double precision,
    "temperature_fahrenheit" double precision,
    "hour_of_day" smallint,
    "temp_rolling_avg_3" double precision,
    "valid_until" timestamp,
    "anomaly_type" text,
    "is_anomaly" boolean,
    "temperature_celsius_filled" boolean,
    "humidity_percent_filled" boolean,
    "pressure_hpa_filled" boolean
) ON COMMIT DROP;
CREATE TEMPORARY TABLE log_days (
    device_id text COLLATE "C", date date, daily_avg_temp double precision, daily_avg_humidity double precision,
    daily_min_battery double precision, readings bigint, filled_cells bigint, high_temperature bigint,
    low_battery bigint, "both" bigint, starts_at timestamp, ends_at timestamp
) ON COMMIT DROP;
\copy log_devices from 'dim_devices.csv' with (format csv, header true, null '', encoding 'UTF8')
\copy log_readings from 'fact_sensor_readings.csv' with (format csv, header true, null '', encoding 'UTF8')
\copy log_days from 'daily_statistics.csv' with (format csv, header true, null '', encoding 'UTF8')
ANALYZE log_devices, log_readings, log_days;

INSERT INTO dim_devices (device_id, expected_interval_seconds, sensor_category)
SELECT device_id, expected_interval_seconds, sensor_category FROM log_devices AS log
WHERE NOT EXISTS (SELECT FROM dim_devices AS known WHERE known.device_id = log.device_id)
ORDER BY device_id;
\set devices_new :ROW_COUNT
-- A single reading tells no interval: what an earlier log told stays.
UPDATE dim_devices AS known
SET expected_interval_seconds = log.expected_interval_seconds, sensor_category = log.sensor_category
FROM log_devices AS log
WHERE known.device_id = log.device_id AND log.expected_interval_seconds IS NOT NULL
    AND (known.expected_interval_seconds, known.sensor_category)
        IS DISTINCT FROM (log.expected_interval_seconds, log.sensor_category);
\set devices_changed :ROW_COUNT
CREATE TEMPORARY VIEW log AS
SELECT device.device_key, reading.* FROM log_readings AS reading JOIN dim_devices AS device USING (device_id);

-- Where the log lies among the readings of its devices that are there already.
CREATE TEMPORARY TABLE spans ON COMMIT DROP AS
SELECT device_key, first, last,
    (SELECT max("timestamp") FROM fact_sensor_readings AS fact
        WHERE fact.device_key = span.device_key AND fact."timestamp" < first) AS before,
    (SELECT min("timestamp") FROM fact_sensor_readings AS fact
        WHERE fact.device_key = span.device_key AND fact."timestamp" > last) AS after
FROM (SELECT device_key, min("timestamp") AS first, max("timestamp") AS last FROM log GROUP BY device_key) AS span;
ANALYZE spans;
-- Those that are not in the log and lie between its first and last reading, or next to them.
CREATE TEMPORARY TABLE neighbours ON COMMIT DROP AS
SELECT fact.device_key, fact."timestamp", fact.occurrence, fact.valid_until
FROM spans JOIN fact_sensor_readings AS fact ON fact.device_key = spans.device_key
WHERE fact."timestamp" BETWEEN spans.first AND spans.last AND fact."timestamp" BETWEEN '2023-12-31 23:40:00' AND '2024-01-01 02:00:00'
    AND NOT EXISTS (
        SELECT FROM log WHERE log.device_key = fact.device_key AND log."timestamp" = fact."timestamp"
            AND log.occurrence = fact.occurrence
    )
UNION ALL
SELECT fact.device_key, fact."timestamp", fact.occurrence, fact.valid_until
FROM spans CROSS JOIN LATERAL (VALUES (spans.before), (spans.after)) AS edge ("timestamp")
JOIN fact_sensor_readings AS fact ON fact.device_key = spans.device_key AND fact."timestamp" = edge."timestamp";
CREATE INDEX ON neighbours (device_key, "timestamp");
ANALYZE neighbours;

-- A reading is valid until the next one of its device, whichever log either came with.
CREATE TEMPORARY TABLE validity ON COMMIT DROP AS
SELECT device_key, "timestamp", occurrence, in_log, next
FROM (
    SELECT *, lead("timestamp") OVER (PARTITION BY device_key ORDER BY "timestamp", occurrence) AS next
    FROM (
        SELECT device_key, "timestamp", occurrence, valid_until, true AS in_log FROM log
        WHERE device_key IN (SELECT device_key FROM neighbours)
        UNION ALL
        SELECT device_key, "timestamp", occurrence, valid_until, false FROM neighbours
    ) AS reading
) AS followed
WHERE next < coalesce(valid_until, 'infinity');
ANALYZE validity;
UPDATE log_readings AS reading SET valid_until = validity.next
FROM validity JOIN dim_devices AS device USING (device_key)
WHERE validity.in_log AND reading.device_id = device.device_id AND reading."timestamp" = validity."timestamp"
    AND reading.occurrence = validity.occurrence;
UPDATE fact_sensor_readings AS fact SET valid_until = validity.next FROM validity
WHERE NOT validity.in_log AND fact.device_key = validity.device_key AND fact."timestamp" = validity."timestamp"
    AND fact.occurrence = validity.occurrence;
\set readings_ended :ROW_COUNT

UPDATE fact_sensor_readings AS fact
SET
    "temperature_celsius" = log."temperature_celsius",
    "humidity_percent" = log."humidity_percent",
    "pressure_hpa" = log."pressure_hpa",
    "battery_level_percent" = log."battery_level_percent",
    "say ""hi""" = log."say ""hi""",
    "temperature_fahrenheit" = log."temperature_fahrenheit",
    "hour_of_day" = log."hour_of_day",
    "temp_rolling_avg_3" = log."temp_rolling_avg_3",
    "valid_until" = log."valid_until",
    "anomaly_type" = log."anomaly_type",
    "is_anomaly" = log."is_anomaly",
    "temperature_celsius_filled" = log."temperature_celsius_filled",
    "humidity_percent_filled" = log."humidity_percent_filled",
    "pressure_hpa_filled" = log."pressure_hpa_filled"
FROM log
WHERE fact.device_key = log.device_key AND fact."timestamp" = log."timestamp" AND fact.occurrence = log.occurrence
    AND fact."timestamp" BETWEEN '2023-12-31 23:40:00' AND '2024-01-01 02:00:00'
    AND (
    fact."temperature_celsius",
    fact."humidity_percent",
    fact."pressure_hpa",
    fact."battery_level_percent",
    fact."say ""hi""",
    fact."temperature_fahrenheit",
    fact."hour_of_day",
    fact."temp_rolling_avg_3",
    fact."valid_until",
    fact."anomaly_type",
    fact."is_anomaly",
    fact."temperature_celsius_filled",
    fact."humidity_percent_filled",
    fact."pressure_hpa_filled"
    ) IS DISTINCT FROM (
    log."temperature_celsius",
    log."humidity_percent",
    log."pressure_hpa",
    log."battery_level_percent",
    log."say ""hi""",
    log."temperature_fahrenheit",
    log."hour_of_day",
    log."temp_rolling_avg_3",
    log."valid_until",
    log."anomaly_type",
    log."is_anomaly",
    log."temperature_celsius_filled",
    log."humidity_percent_filled",
    log."pressure_hpa_filled"
    );
\set readings_changed :ROW_COUNT
INSERT INTO fact_sensor_readings (
    device_key, device_id, "timestamp", occurrence,
    "temperature_celsius",
    "humidity_percent",
    "pressure_hpa",
    "battery_level_percent",
    "say ""hi""",
    "temperature_fahrenheit",
    "hour_of_day",
    "temp_rolling_avg_3",
    "valid_until",
    "anomaly_type",
    "is_anomaly",
    "temperature_celsius_filled",
    "humidity_percent_filled",
    "pressure_hpa_filled"
)
SELECT device_key, device_id, "timestamp", occurrence,
    "temperature_celsius",
    "humidity_percent",
    "pressure_hpa",
    "battery_level_percent",
    "say ""hi""",
    "temperature_fahrenheit",
    "hour_of_day",
    "temp_rolling_avg_3",
    "valid_until",
    "anomaly_type",
    "is_anomaly",
    "temperature_celsius_filled",
    "humidity_percent_filled",
    "pressure_hpa_filled"
FROM log
WHERE NOT EXISTS (
    SELECT FROM fact_sensor_readings AS fact
    WHERE fact.device_key = log.device_key AND fact."timestamp" = log."timestamp" AND fact.occurrence = log.occurrence
        AND fact."timestamp" BETWEEN '2023-12-31 23:40:00' AND '2024-01-01 02:00:00'
);
\set readings_new :ROW_COUNT
ANALYZE dim_devices, fact_sensor_readings;

-- Days that this log shares with earlier ones are counted anew over all of their readings; the others are as in the log.
CREATE TEMPORARY TABLE days ON COMMIT DROP AS
SELECT device.device_key, day.*, count(*) OVER same > 1 OR EXISTS (
    SELECT FROM neighbours WHERE neighbours.device_key = device.device_key
        AND neighbours."timestamp" >= day.starts_at AND neighbours."timestamp" < day.ends_at
) AS shared
FROM log_days AS day JOIN dim_devices AS device USING (device_id)
WINDOW same AS (PARTITION BY device.device_key, day.date);
-- The marks of every log, not of this one alone.
SELECT string_agg(format('(fact.%I IS TRUE)::integer', attname), ' + ') AS filled_cells FROM pg_attribute
WHERE attrelid = 'fact_sensor_readings'::regclass AND attname LIKE '%\_filled' AND atttypid = 'boolean'::regtype \gset
INSERT INTO days
SELECT day.device_key, day.device_id, day.date,
    avg(fact.temperature_celsius ORDER BY fact."timestamp", fact.occurrence),
    avg(fact.humidity_percent ORDER BY fact."timestamp", fact.occurrence),
    min(fact.battery_level_percent), count(*),
    sum(:filled_cells),
    count(*) FILTER (WHERE fact.anomaly_type = 'High Temperature'),
    count(*) FILTER (WHERE fact.anomaly_type = 'Low Battery'),
    count(*) FILTER (WHERE fact.anomaly_type = 'High Temp & Low Battery'),
    day.starts_at, day.ends_at, false
FROM (
    SELECT device_key, device_id, date, min(starts_at) AS starts_at, max(ends_at) AS ends_at FROM days
    WHERE shared GROUP BY device_key, device_id, date
) AS day
JOIN fact_sensor_readings AS fact ON fact.device_key = day.device_key
    AND fact."timestamp" >= day.starts_at AND fact."timestamp" < day.ends_at
GROUP BY day.device_key, day.device_id, day.date, day.starts_at, day.ends_at;
DELETE FROM days WHERE shared;
UPDATE daily_statistics AS known
SET daily_avg_temp = day.daily_avg_temp, daily_avg_humidity = day.daily_avg_humidity,
    daily_min_battery = day.daily_min_battery, readings = day.readings, filled_cells = day.filled_cells,
    high_temperature = day.high_temperature, low_battery = day.low_battery, "both" = day."both"
FROM days AS day
WHERE known.device_key = day.device_key AND known.date = day.date
    AND (known.daily_avg_temp, known.daily_avg_humidity, known.daily_min_battery, known.readings, known.filled_cells,
            known.high_temperature, known.low_battery, known."both")
        IS DISTINCT FROM (day.daily_avg_temp, day.daily_avg_humidity, day.daily_min_battery, day.readings,
            day.filled_cells, day.high_temperature, day.low_battery, day."both");
\set days_changed :ROW_COUNT
INSERT INTO daily_statistics (device_key, device_id, date, daily_avg_temp, daily_avg_humidity, daily_min_battery,
    readings, filled_cells, high_temperature, low_battery, "both")
SELECT device_key, device_id, date, daily_avg_temp, daily_avg_humidity, daily_min_battery,
    readings, filled_cells, high_temperature, low_battery, "both"
FROM days AS day
WHERE NOT EXISTS (
    SELECT FROM daily_statistics AS known WHERE known.device_key = day.device_key AND known.date = day.date
);
\set days_new :ROW_COUNT

-- What is there now, against what Sensorium wrote.
CREATE TEMPORARY TABLE checks ON COMMIT DROP AS
WITH loaded AS (
    SELECT count(*) AS readings,
        count(*) FILTER (WHERE (
    fact."temperature_celsius",
    fact."humidity_percent",
    fact."pressure_hpa",
    fact."battery_level_percent",
    fact."say ""hi""",
    fact."temperature_fahrenheit",
    fact."hour_of_day",
    fact."temp_rolling_avg_3",
    fact."valid_until",
    fact."anomaly_type",
    fact."is_anomaly",
    fact."temperature_celsius_filled",
    fact."humidity_percent_filled",
    fact."pressure_hpa_filled"
        ) IS NOT DISTINCT FROM (
    log."temperature_celsius",
    log."humidity_percent",
    log."pressure_hpa",
    log."battery_level_percent",
    log."say ""hi""",
    log."temperature_fahrenheit",
    log."hour_of_day",
    log."temp_rolling_avg_3",
    log."valid_until",
    log."anomaly_type",
    log."is_anomaly",
    log."temperature_celsius_filled",
    log."humidity_percent_filled",
    log."pressure_hpa_filled"
        )) AS equal_readings,
        min(fact."temperature_celsius") AS min_0,
        max(fact."temperature_celsius") AS max_0,
        min(fact."humidity_percent") AS min_1,
        max(fact."humidity_percent") AS max_1,
        min(fact."pressure_hpa") AS min_2,
        max(fact."pressure_hpa") AS max_2,
        min(fact."battery_level_percent") AS min_3,
        max(fact."battery_level_percent") AS max_3,
        min(fact."say ""hi""") AS min_4,
        max(fact."say ""hi""") AS max_4
    FROM log JOIN fact_sensor_readings AS fact ON fact.device_key = log.device_key
        AND fact."timestamp" = log."timestamp" AND fact.occurrence = log.occurrence
        AND fact."timestamp" BETWEEN '2023-12-31 23:40:00' AND '2024-01-01 02:00:00'
)
SELECT checked.* FROM loaded CROSS JOIN LATERAL (VALUES
    ('readings', 9::double precision, loaded.readings::double precision),
    ('readings equal to those of the log', 9, loaded.equal_readings),
    ('devices', 3, (SELECT count(*) FROM log_devices JOIN dim_devices USING (device_id))),
    ('days', 4, (SELECT count(*) FROM log_days AS day JOIN daily_statistics USING (device_id, date))),
    ('smallest "temperature_celsius"', '20.0', loaded.min_0),
    ('largest "temperature_celsius"', '40.0', loaded.max_0),
    ('smallest "humidity_percent"', '50.0', loaded.min_1),
    ('largest "humidity_percent"', '53.0', loaded.max_1),
    ('smallest "pressure_hpa"', '1000.0', loaded.min_2),
    ('largest "pressure_hpa"', '1000.25', loaded.max_2),
    ('smallest "battery_level_percent"', '14.0', loaded.min_3),
    ('largest "battery_level_percent"', '80.0', loaded.max_3),
    ('smallest "say ""hi"""', '-0.5', loaded.min_4),
    ('largest "say ""hi"""', '7.0', loaded.max_4)
) AS checked (what, expected, found);
DO $checks$
DECLARE
    wrong record;
BEGIN
    FOR wrong IN SELECT * FROM checks WHERE checks.found IS DISTINCT FROM checks.expected LOOP
        RAISE EXCEPTION 'nothing was loaded: expected % as %, but found %; write the folder anew',
            coalesce(wrong.expected::text, 'none'), wrong.what, coalesce(wrong.found::text, 'none');
    END LOOP;
END
$checks$;
ANALYZE daily_statistics;
COMMIT;
\set QUIET :quiet_before
\echo 3 devices: :devices_new new, :devices_changed changed
\echo 9 readings: :readings_new new, :readings_changed changed; :readings_ended earlier ones are valid until one of these
\echo 4 days: :days_new new, :days_changed changed
