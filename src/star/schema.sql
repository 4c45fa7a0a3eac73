-- Star schema of sensor readings, by Sensorium @version@, for PostgreSQL 12 or later. Times are UTC.
-- Creates what is missing and leaves what is there; load.sql runs it before it loads.

CREATE TABLE IF NOT EXISTS dim_devices (
    device_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Exactly as in the log.
    device_id text COLLATE "C" NOT NULL,
    -- Yours to fill: no load touches them.
    model text,
    location text,
    -- Learnt from the readings: the median of the steps between them.
    expected_interval_seconds double precision,
    sensor_category text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    -- Unique at any length: the entries of a unique index end at a third of a page.
    CONSTRAINT dim_devices_device_id EXCLUDE USING hash (device_id WITH =)
);

CREATE TABLE IF NOT EXISTS fact_sensor_readings (
    reading_id bigint GENERATED ALWAYS AS IDENTITY,
    device_key bigint NOT NULL REFERENCES dim_devices,
    -- As in dim_devices, so that readings can be read by themselves; to find those of a device, join by its key.
    device_id text COLLATE "C" NOT NULL,
    "timestamp" timestamp NOT NULL,
    -- 1, or 2 and on for further readings of the same device and time.
    occurrence integer NOT NULL,
    temperature_celsius double precision,
    humidity_percent double precision,
    pressure_hpa double precision,
    battery_level_percent double precision,
    temperature_fahrenheit double precision,
    hour_of_day smallint,
    temp_rolling_avg_3 double precision,
    -- The device's next reading; none for its last.
    valid_until timestamp,
    anomaly_type text,
    is_anomaly boolean,
    temperature_celsius_filled boolean,
    humidity_percent_filled boolean,
    pressure_hpa_filled boolean,
    -- Begins with the device, and so is its index as well.
    PRIMARY KEY (device_key, "timestamp", occurrence)
) PARTITION BY RANGE ("timestamp");

CREATE INDEX IF NOT EXISTS fact_sensor_readings_timestamp ON fact_sensor_readings ("timestamp");
CREATE INDEX IF NOT EXISTS fact_sensor_readings_validity ON fact_sensor_readings (device_key, valid_until);
CREATE TABLE IF NOT EXISTS fact_sensor_readings_default PARTITION OF fact_sensor_readings DEFAULT;
@extra_columns@
-- A partition for each year of the log.
DO $years$
DECLARE
    year integer;
    partition text;
    bounds text;
BEGIN
    FOREACH year IN ARRAY ARRAY[@years@]::integer[] LOOP
        partition := 'fact_sensor_readings_' || lpad(year::text, 4, '0');
        bounds := format('FOR VALUES FROM (%L) TO (%L)', to_char(make_date(year, 1, 1), 'YYYY-MM-DD'),
            to_char(make_date(year + 1, 1, 1), 'YYYY-MM-DD'));
        CONTINUE WHEN to_regclass(partition) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE %I PARTITION OF fact_sensor_readings %s', partition, bounds);
        EXCEPTION
            -- The default partition holds readings of that year: they move.
            WHEN check_violation THEN
                EXECUTE format('CREATE TABLE %I (LIKE fact_sensor_readings)', partition);
                EXECUTE format('WITH moved AS (DELETE FROM fact_sensor_readings_default'
                    ' WHERE extract(year FROM "timestamp") = %s RETURNING *) INSERT INTO %I SELECT * FROM moved',
                    year, partition);
                EXECUTE format('ALTER TABLE fact_sensor_readings ATTACH PARTITION %I %s', partition, bounds);
            -- Partitions of your own cover a part of that year: they take the readings.
            WHEN invalid_object_definition THEN NULL;
        END;
    END LOOP;
END
$years$;

CREATE TABLE IF NOT EXISTS daily_statistics (
    device_key bigint NOT NULL REFERENCES dim_devices,
    device_id text COLLATE "C" NOT NULL,
    date date NOT NULL,
    daily_avg_temp double precision,
    daily_avg_humidity double precision,
    daily_min_battery double precision,
    readings bigint NOT NULL,
    filled_cells bigint NOT NULL,
    high_temperature bigint NOT NULL,
    low_battery bigint NOT NULL,
    "both" bigint NOT NULL,
    PRIMARY KEY (device_key, date)
);
