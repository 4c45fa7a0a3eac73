"""Tables of an engine as CSV files, in the words of Sensorium's own: what every driver of tests/sql does alike.

A driver reads one request a line from standard input, {"script": text, "out": folder, "before": [statements], "tables": [names]}, runs the script and writes
each table to the folder, and answers one line: {"ok": true} or {"error": sentence}. It stays for the next request, because engines start
slowly.
"""

import csv
import datetime
import json
import os
import sys

TABLES = ["readings", "set_aside", "dropped", "daily", "hourly"]


def cell(value):
    """A value as exports write it: shortest numbers, times with a fraction only where there is one, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        text = value.isoformat(sep=" ")
        return text.rstrip("0") if "." in text else text
    if isinstance(value, float):
        return repr(value)
    return str(value)


def write(folder, name, header, rows):
    with open(os.path.join(folder, name + ".csv"), "w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(header)
        for row in rows:
            lines.writerow([cell(value) for value in row])


def serve(run):
    """Answers requests until standard input ends. `run` takes a request and yields name, header and rows of each table."""
    print(json.dumps({"ok": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            for name, header, rows in run(request):
                write(request["out"], name, header, rows)
            answer = {"ok": True}
        except Exception as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)
