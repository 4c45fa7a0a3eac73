"""Runs scripts in DuckDB, each in a database of its own in memory."""

import duckdb

from tables import TABLES, serve


def run(request):
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    for statement in request.get("before", []):
        connection.execute(statement)
    connection.execute(request["script"])
    for name in TABLES:
        found = connection.execute(f"select * from sensorium.{name}")
        yield name, [column[0] for column in found.description], found.fetchall()
    connection.close()


serve(run)
