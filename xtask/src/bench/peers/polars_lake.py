"""From a log to Parquet by date, with Polars: native, all cores.

usage: polars_lake.py FILE.csv OUT_DIR
Prints one JSON line: milliseconds until all files are written. The stages are those of polars_native.py; of the ways to write a file a date
the fastest is taken.
"""
import json
import os
import shutil
import sys
import time

import polars as pl

METRICS = ["temperature_celsius", "humidity_percent", "pressure_hpa"]
out = sys.argv[2]
shutil.rmtree(out, ignore_errors=True)

began = time.perf_counter()
raw = pl.read_csv(
    sys.argv[1], null_values=["null"], schema_overrides={"battery_level_percent": pl.Float64}
).with_columns(pl.col("timestamp").str.to_datetime("%Y-%m-%d %H:%M:%S"))
clean = (
    raw.sort("device_id", "timestamp", maintain_order=True)
    .with_columns(pl.col(c).interpolate().forward_fill().backward_fill().over("device_id") for c in METRICS)
    .drop_nulls()
)
bounds = {"temperature_celsius": (-20, 50), "humidity_percent": (0, 100), "battery_level_percent": (0, 100)}
bad = clean.select(sum((~pl.col(c).is_between(*ends)).sum() for c, ends in bounds.items())).item()
assert bad == 0, f"{bad} values break the contract"
features = clean.with_columns(
    temperature_fahrenheit=pl.col("temperature_celsius") * 9 / 5 + 32,
    hour_of_day=pl.col("timestamp").dt.hour(),
    temp_rolling_avg_3=pl.col("temperature_celsius").rolling_mean(3).over("device_id"),
    valid_until=pl.col("timestamp").shift(-1).over("device_id"),
)
hot, low = (pl.col("temp_rolling_avg_3") > 30).fill_null(False), pl.col("battery_level_percent") < 15
flagged = features.with_columns(
    is_anomaly=hot | low,
    anomaly_type=pl.when(hot & low)
    .then(pl.lit("High Temp & Low Battery"))
    .when(low)
    .then(pl.lit("Low Battery"))
    .when(hot)
    .then(pl.lit("High Temperature"))
    .otherwise(pl.lit("Normal")),
    date=pl.col("timestamp").dt.date(),
)
for (date,), part in flagged.partition_by("date", as_dict=True, include_key=False).items():
    os.makedirs(f"{out}/date={date}")
    part.write_parquet(f"{out}/date={date}/part-0.parquet", compression="snappy")
lake = (time.perf_counter() - began) * 1000
shutil.rmtree(out)
print(json.dumps({"lake_ms": lake}))
