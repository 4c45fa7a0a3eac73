"""Runs scripts in one DuckDB in memory."""

import duckdb

from tables import TABLES, serve

connection = duckdb.connect()
connection.execute("set threads = 2")


def run(request):
    try:
        for statement in request.get("before", []):
            connection.execute(statement)
        connection.execute(request["script"])
    except duckdb.Error:
        try:
            connection.rollback()
        except duckdb.Error:
            # None was begun.
            pass
        raise
    for name in request.get("tables", TABLES):
        found = connection.execute(f"select * from sensorium.{name}")
        yield name, [column[0] for column in found.description], found.fetchall()


serve(run)
