"""The reference pipeline written for pandas, and its Parquet file.

usage: pandas_reference.py FILE.csv [OUT.parquet]
Prints one JSON line: milliseconds until all tables are there and the anomalies; of an export, milliseconds and bytes.
"""
import json
import os
import sys
import time

import numpy as np
import pandas as pd

METRICS = ["temperature_celsius", "humidity_percent", "pressure_hpa"]

began = time.perf_counter()
raw = pd.read_csv(sys.argv[1], parse_dates=["timestamp"], dtype={"battery_level_percent": "float64"})
clean = raw.sort_values(["device_id", "timestamp"], kind="stable", ignore_index=True)
filled = clean.groupby("device_id", sort=False)[METRICS].transform(
    lambda values: values.interpolate(method="linear", limit_direction="both")
)
clean[METRICS] = filled
clean = clean.dropna()
bounds = {"temperature_celsius": (-20, 50), "humidity_percent": (0, 100), "battery_level_percent": (0, 100)}
bad = sum(int((~clean[c].between(*ends)).sum()) for c, ends in bounds.items())
assert bad == 0, f"{bad} values break the contract"
devices = clean.groupby("device_id", sort=False)
clean["temperature_fahrenheit"] = clean["temperature_celsius"] * 9 / 5 + 32
clean["hour_of_day"] = clean["timestamp"].dt.hour
clean["temp_rolling_avg_3"] = devices["temperature_celsius"].rolling(3).mean().reset_index(level=0, drop=True)
clean["valid_until"] = devices["timestamp"].shift(-1)
hot, low = clean["temp_rolling_avg_3"] > 30, clean["battery_level_percent"] < 15
clean["is_anomaly"] = hot | low
clean["anomaly_type"] = np.select(
    [hot & low, low, hot], ["High Temp & Low Battery", "Low Battery", "High Temperature"], default="Normal"
)
daily = clean.groupby(["device_id", clean["timestamp"].dt.date.rename("date")]).agg(
    temperature=("temperature_celsius", "mean"),
    humidity=("humidity_percent", "mean"),
    battery=("battery_level_percent", "min"),
)
charts = (time.perf_counter() - began) * 1000

told = {"charts_ms": charts, "anomalies": int(clean["is_anomaly"].sum()), "days": len(daily)}

if len(sys.argv) > 2:
    out = sys.argv[2]
    began = time.perf_counter()
    clean.to_parquet(out, engine="pyarrow", compression="snappy", index=False)
    told["export_ms"] = (time.perf_counter() - began) * 1000
    told["export_bytes"] = os.path.getsize(out)
print(json.dumps(told))
