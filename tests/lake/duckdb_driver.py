"""Reads Parquet with DuckDB."""

import duckdb

from rows import serve

connection = duckdb.connect()
connection.execute("set threads = 2")

KINDS = {
    "TIMESTAMP": "time",
    "VARCHAR": "text",
    "DOUBLE": "number",
    "INTEGER": "int",
    "BIGINT": "long",
    "BOOLEAN": "truth",
    "DATE": "date",
}


def quoted(text, mark):
    return mark + text.replace(mark, 2 * mark) + mark


def source(path, lake):
    if not lake:
        return f"read_parquet({quoted(path, chr(39))}, hive_partitioning = false)"
    return f"read_parquet({quoted(path + '/*/*.parquet', chr(39))}, hive_partitioning = true)"


def columns(path, lake):
    told = connection.execute(f"describe select * from {source(path, lake)}").fetchall()
    kinds = [(name, KINDS.get(kind, kind)) for name, kind, *_ in told]
    wanted = [f"epoch_us({quoted(name, chr(34))})" if kind == "time" else quoted(name, chr(34)) for name, kind in kinds]
    rows = connection.execute(f"select {', '.join(wanted)} from {source(path, lake)}").fetchall()
    return [(name, kind, [row[place] for row in rows]) for place, (name, kind) in enumerate(kinds)]


def find(path, lake, column, value):
    kind = {"timestamp": "timestamp", "date": "date"}.get(column, "varchar")
    where = f"{quoted(column, chr(34))} = cast({quoted(value, chr(39))} as {kind})"
    return len(connection.execute(f"select * from {source(path, lake)} where {where}").fetchall())


def about(path):
    """Rows, and bounds of time and device, row group by row group."""
    told = connection.execute(
        """select path_in_schema, row_group_num_rows, stats_null_count,
               case when path_in_schema = 'timestamp' then epoch_us(try_cast(stats_min_value as timestamp))::varchar else stats_min_value end,
               case when path_in_schema = 'timestamp' then epoch_us(try_cast(stats_max_value as timestamp))::varchar else stats_max_value end
           from parquet_metadata(?) where path_in_schema in ('timestamp', 'device_id') order by row_group_id, column_id""",
        [path],
    ).fetchall()
    return [{"column": name, "rows": rows, "nulls": nulls, "bounds": [low, high]} for name, rows, nulls, low, high in told]


serve(columns, find, about)
