"""Runs scripts with psql: its command, for a cluster that the test keeps, stands in the arguments after the folder."""

import csv
import io
import subprocess
import sys

from tables import TABLES, serve

PSQL = sys.argv[2:] + ["-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]


def psql(text):
    """What psql prints for statements."""
    ended = subprocess.run(PSQL, input=text.encode(), capture_output=True)
    if ended.returncode != 0:
        raise RuntimeError(ended.stderr.decode())
    return ended.stdout.decode()


def copied(query):
    return csv.reader(io.StringIO(psql(f"copy ({query}) to stdout (format csv)"), newline=""))


def run(request):
    psql("set client_min_messages = error;\n" + ";\n".join(request.get("before", [])) + ";\n")
    psql(request["script"])
    columns = "select table_name, column_name, data_type from information_schema.columns"
    kinds = {}
    for table, column, kind in copied(columns + " where table_schema = 'sensorium' order by ordinal_position"):
        kinds.setdefault(table, []).append((column, kind))
    of_kind = {"double precision": float, "boolean": lambda text: text == "t"}
    for name in request.get("tables", TABLES):
        takes = [of_kind.get(kind, str) for _, kind in kinds[name]]
        rows = [[take(cell) if cell else None for take, cell in zip(takes, row)] for row in copied(f"select * from sensorium.{name}")]
        yield name, [column for column, _ in kinds[name]], rows


serve(run)
