"""Reads Parquet with Polars."""

import datetime
import os

os.environ["POLARS_MAX_THREADS"] = "2"

import polars as pl

from rows import serve

KINDS = {
    "Datetime(time_unit='us', time_zone=None)": "time",
    "String": "text",
    "Float64": "number",
    "Int32": "int",
    "Int64": "long",
    "Boolean": "truth",
    "Date": "date",
}


def opened(path, lake):
    return pl.scan_parquet(path, hive_partitioning=lake)


def columns(path, lake):
    found = []
    for column in opened(path, lake).collect():
        kind = KINDS.get(str(column.dtype), str(column.dtype))
        found.append((column.name, kind, (column.cast(pl.Int64) if kind == "time" else column).to_list()))
    return found


def find(path, lake, column, value):
    if column == "timestamp":
        value = datetime.datetime.fromisoformat(value)
    elif column == "date":
        value = datetime.date.fromisoformat(value)
    return opened(path, lake).filter(pl.col(column) == value).collect().height


serve(columns, find)
