"""Scores DuckDB and pandas on the Pollock files beside this project, as tests/pollock.rs scores Sensorium: everything found out by
the program itself. `python3 tests/pollock/peers.py ../shared/corpora/b03_pollock` (needs duckdb and pandas)."""

import collections
import csv
import json
import pathlib
import sys

import duckdb
import pandas


def measures(expected, found):
    if not expected and not found:
        return [1.0] * 3
    both = sum((collections.Counter(expected) & collections.Counter(found)).values())
    precision = both / len(found) if found else 0.0
    recall = both / len(expected) if expected else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return [precision, recall, f1]


def score(expected, found):
    (header, rows), (found_header, found_rows) = expected, found
    cells = lambda rows: [cell for row in rows for cell in row]
    return 1 + sum(
        measures(header, found_header) + measures(rows, found_rows) + measures(cells(rows), cells(found_rows))
    )


def text(cell):
    return "" if cell is None or cell != cell else str(cell).strip()


def with_duckdb(path):
    relation = duckdb.sql(f"select * from read_csv('{path}', all_varchar = true)")
    names = [] if all(name.startswith("column") for name in relation.columns) else list(relation.columns)
    return names, [tuple(text(cell) for cell in row) for row in relation.fetchall()]


def with_pandas(path):
    frame = pandas.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False)
    return [text(name) for name in frame.columns], [tuple(text(cell) for cell in row) for row in frame.itertuples(index=False)]


def main(folder):
    folder = pathlib.Path(folder)
    for name, load in [("duckdb", with_duckdb), ("pandas", with_pandas)]:
        scores = []
        for path in sorted((folder / "csv").iterdir()):
            lines = json.loads((folder / "parameters" / f"{path.name}_parameters.json").read_text())["header_lines"]
            with open(folder / "clean" / path.name, newline="") as file:
                rows = [tuple(cell.strip() for cell in row) for row in csv.reader(file)]
            header, rows = (list(rows[0]) if lines and rows else []), (rows[1:] if lines else rows)
            try:
                found = ([], []) if path.stat().st_size == 0 else load(path)
                scores.append(score((header, rows), found))
            except Exception:  # Whatever a loader raises: the file is not loaded.
                scores.append(0.0)
        print(f"{name} {sum(scores) / len(scores):.2f} of 10 over {len(scores)} files")


main(sys.argv[1])
