// The reference pipeline as SQL in DuckDB-WASM: gaps filled on a straight line, features, flags, daily statistics.
import * as duckdb from './duckdb.js';

const METRICS = ['temperature_celsius', 'humidity_percent', 'pressure_hpa'];

const edges = (c) => `last_value(${c} IGNORE NULLS) OVER before AS ${c}_pv,
  last_value(CASE WHEN ${c} IS NOT NULL THEN rn END IGNORE NULLS) OVER before AS ${c}_pr,
  first_value(${c} IGNORE NULLS) OVER after AS ${c}_nv,
  first_value(CASE WHEN ${c} IS NOT NULL THEN rn END IGNORE NULLS) OVER after AS ${c}_nr`;
const fill = (c) => `coalesce(${c}, CASE WHEN ${c}_pv IS NULL THEN ${c}_nv WHEN ${c}_nv IS NULL THEN ${c}_pv
  ELSE ${c}_pv + (${c}_nv - ${c}_pv) * (rn - ${c}_pr) / (${c}_nr - ${c}_pr) END) AS ${c}`;

const LOAD = `CREATE TABLE raw AS SELECT * FROM read_csv('log.csv', header = true, nullstr = 'null', columns = {
  'timestamp': 'TIMESTAMP', 'device_id': 'VARCHAR', 'temperature_celsius': 'DOUBLE', 'humidity_percent': 'DOUBLE',
  'pressure_hpa': 'DOUBLE', 'battery_level_percent': 'DOUBLE'})`;
const TRANSFORM = `CREATE TABLE readings AS
  WITH numbered AS (SELECT *, row_number() OVER (PARTITION BY device_id ORDER BY timestamp) AS rn FROM raw),
  edged AS (SELECT *, ${METRICS.map(edges).join(', ')} FROM numbered WINDOW
    before AS (PARTITION BY device_id ORDER BY timestamp ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    after AS (PARTITION BY device_id ORDER BY timestamp ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)),
  filled AS (SELECT timestamp, device_id, ${METRICS.map(fill).join(', ')}, battery_level_percent, rn FROM edged)
  SELECT * EXCLUDE (rn), temperature_celsius * 9 / 5 + 32 AS temperature_fahrenheit, hour(timestamp) AS hour_of_day,
    CASE WHEN rn >= 3 THEN avg(temperature_celsius) OVER (PARTITION BY device_id ORDER BY timestamp
      ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) END AS temp_rolling_avg_3,
    lead(timestamp) OVER (PARTITION BY device_id ORDER BY timestamp) AS valid_until FROM filled`;
const VALIDATE = `SELECT count(*)::INT AS n FROM readings WHERE temperature_celsius NOT BETWEEN -20 AND 50
  OR humidity_percent NOT BETWEEN 0 AND 100 OR battery_level_percent NOT BETWEEN 0 AND 100`;
const FLAG = `SELECT count(*)::INT AS n FROM readings WHERE temp_rolling_avg_3 > 30 OR battery_level_percent < 15`;
const DAILY = `SELECT device_id, timestamp::DATE AS date, avg(temperature_celsius), avg(humidity_percent),
  min(battery_level_percent) FROM readings GROUP BY 1, 2 ORDER BY 1, 2`;

// Starting the database is not timed: it needs no file.
const start = async () => {
  const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker('worker.js'));
  await database.instantiate(new URL('duckdb.wasm', location.href).href);
  const connection = await database.connect();
  window.run = async () => {
    const file = document.querySelector('#files').files[0];
    const began = performance.now();
    await database.registerFileHandle('log.csv', file, duckdb.DuckDBDataProtocol.BROWSER_FILEREADER, true);
    await connection.query(LOAD);
    await connection.query(TRANSFORM);
    const count = async (query) => (await connection.query(query)).toArray()[0].n;
    const bad = await count(VALIDATE);
    if (bad) throw new Error(`${bad} readings break the contract`);
    const anomalies = await count(FLAG);
    const days = (await connection.query(DAILY)).numRows;
    return { charts_ms: performance.now() - began, anomalies, days };
  };
};
start();
