"""Reads Parquet with one local Spark session on two cores."""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, expr, lit

from rows import serve

session = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    # Few rows: what compiles plans and code for many costs more than it saves.
    .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m")
    .config("spark.sql.adaptive.enabled", "false")
    .config("spark.sql.codegen.wholeStage", "false")
    .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.memory", "3g")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.sql.warehouse.dir", sys.argv[1] + "/warehouse")
    .getOrCreate()
)

KINDS = {
    "timestamp_ntz": "time",
    "string": "text",
    "double": "number",
    "int": "int",
    "bigint": "long",
    "boolean": "truth",
    "date": "date",
}


def columns(path, lake):
    frame = session.read.parquet(path)
    kinds = [(name, KINDS.get(kind, kind)) for name, kind in frame.dtypes]
    wanted = [
        expr(f"unix_micros(cast(`{name}` as timestamp))") if kind == "time" else col(f"`{name}`") for name, kind in kinds
    ]
    rows = frame.select(wanted).collect()
    return [(name, kind, [row[place] for row in rows]) for place, (name, kind) in enumerate(kinds)]


def find(path, lake, column, value):
    kind = {"timestamp": "timestamp_ntz", "date": "date"}.get(column, "string")
    return len(session.read.parquet(path).where(col(column) == lit(value).cast(kind)).collect())


serve(columns, find)
