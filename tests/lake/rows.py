"""What every driver of tests/lake does alike: requests in, columns out in words that all engines share.

A driver reads one request a line from standard input and answers one line: {"ok": value} or {"error": sentence}. It stays for the next
request, because engines start slowly. Requests:
  {"ask": "rows", "path": place, "lake": truth, "out": file}        every row, as lines of JSON: names, kinds, then a row each
  {"ask": "find", "path": place, "lake": truth, "column": name, "value": text}    how many rows hold the value
  {"ask": "about", "path": file}                                    what the file says of itself, where the engine tells it
Numbers travel as the sixteen digits of their bits, because text would hide the sign of a zero and what is no number; times as
microseconds since 1970; a missing value as null.
"""

import datetime
import json
import struct
import sys


def micros(time):
    """A time without a zone, in microseconds since 1970."""
    return (time - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1)


def cell(kind, value):
    if value is None:
        return None
    if kind == "number":
        return struct.pack(">d", value).hex()
    if kind == "date":
        return value.isoformat()
    return value


def write(out, columns):
    """Writes columns, each a name, a kind and its values. A column of another kind than `cell` knows travels under its engine's word."""
    with open(out, "w", encoding="ascii") as file:
        print(json.dumps([name for name, _, _ in columns]), file=file)
        print(json.dumps([kind for _, kind, _ in columns]), file=file)
        worded = [[cell(kind, value) for value in values] for _, kind, values in columns]
        for row in zip(*worded, strict=True):
            print(json.dumps(row), file=file)


def serve(columns, find, about=None):
    """Answers requests until standard input ends."""
    print(json.dumps({"ok": "ready"}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["ask"] == "rows":
                write(request["out"], columns(request["path"], request["lake"]))
                answer = {"ok": None}
            elif request["ask"] == "find":
                answer = {"ok": find(request["path"], request["lake"], request["column"], request["value"])}
            else:
                answer = {"ok": about(request["path"])}
        # An engine that panics, as one written in Rust can, raises what is no Exception.
        except BaseException as error:
            answer = {"error": str(error) or type(error).__name__}
        print(json.dumps(answer), flush=True)
