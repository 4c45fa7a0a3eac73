"""Reads Parquet with pyarrow."""

import datetime

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from rows import cell, micros, serve

pa.set_cpu_count(2)

KINDS = {
    "timestamp[us]": "time",
    "string": "text",
    "double": "number",
    "int32": "int",
    "int64": "long",
    "bool": "truth",
    "date32[day]": "date",
}


def opened(path, lake):
    # Without a schema pyarrow takes dates in paths for text.
    hive = ds.partitioning(pa.schema([("date", pa.date32())]), flavor="hive") if lake else None
    return ds.dataset(path, format="parquet", partitioning=hive)


def columns(path, lake):
    if lake:
        plain = ds.dataset(path, format="parquet", partitioning="hive")
        assert plain.schema.field("date").type == pa.string() and plain.count_rows() > 0
    table = opened(path, lake).to_table()
    found = []
    for field in table.schema:
        kind = KINDS.get(str(field.type), str(field.type))
        column = table.column(field.name)
        found.append((field.name, kind, (column.cast(pa.int64()) if kind == "time" else column).to_pylist()))
    return found


def find(path, lake, column, value):
    dataset = opened(path, lake)
    if column == "timestamp":
        value = pa.scalar(datetime.datetime.fromisoformat(value), pa.timestamp("us"))
    elif column == "date":
        value = pa.scalar(datetime.date.fromisoformat(value), pa.date32())
    return dataset.to_table(filter=ds.field(column) == value).num_rows


def statistic(kind, value):
    return micros(value) if kind == "time" else cell(kind, value)


def about(path):
    file = pq.ParquetFile(path)
    schema = file.schema_arrow
    kinds = {field.name: KINDS.get(str(field.type), str(field.type)) for field in schema}
    groups = []
    for number in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(number)
        chunks = {}
        for index in range(group.num_columns):
            chunk = group.column(index)
            name, found = chunk.path_in_schema, chunk.statistics
            bounds = [statistic(kinds[name], found.min), statistic(kinds[name], found.max)] if found and found.has_min_max else None
            chunks[name] = {
                "bounds": bounds,
                "nulls": found.null_count if found and found.has_null_count else None,
                "compression": chunk.compression,
                "indexed": chunk.has_column_index and chunk.has_offset_index,
            }
        groups.append({"rows": group.num_rows, "chunks": chunks})
    return {
        "metadata": {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()},
        "nullable": [field.name for field in schema if field.nullable],
        "groups": groups,
    }


serve(columns, find, about)
