"""Runs scripts in one local Spark session on two cores."""

import sys

from pyspark.sql import SparkSession

from tables import TABLES, serve

folder = sys.argv[1]
session = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    # Small logs: what compiles plans and code for large ones costs more than it saves.
    .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m")
    .config("spark.sql.adaptive.enabled", "false")
    .config("spark.sql.codegen.wholeStage", "false")
    .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.memory", "3g")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.sql.warehouse.dir", folder + "/warehouse")
    .getOrCreate()
)


def statements(script):
    """The statements of a script: each ends where a line does."""
    lines = []
    for line in script.splitlines():
        if line.strip().startswith("--"):
            continue
        if line.endswith(";"):
            yield "\n".join(lines + [line[:-1]])
            lines = []
        elif line.strip():
            lines.append(line)


def run(request):
    for statement in request.get("before", []):
        session.sql(statement)
    for statement in statements(request["script"]):
        session.sql(statement).collect()
    for name in request.get("tables", TABLES):
        found = session.sql(f"select * from sensorium.{name}")
        yield name, found.columns, [tuple(row) for row in found.collect()]


serve(run)
