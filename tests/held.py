"""The same rows, held by each kind of table that capaian takes."""

import duckdb
import pandas as pd
import polars as pl

KINDS = ("records", "polars", "lazy polars", "pandas", "pyarrow", "duckdb")


def held(rows, kind, schema=None):
    """Rows as one kind of table; their types are those of all rows, or of a schema."""
    if kind == "records":
        return rows
    frame = pl.DataFrame(rows, schema=schema, infer_schema_length=None)
    made = {
        "polars": lambda: frame,
        "lazy polars": frame.lazy,
        "pandas": lambda: pd.DataFrame(frame.to_pandas()),
        "pyarrow": frame.to_arrow,
        "duckdb": lambda: duckdb.from_arrow(frame.to_arrow()),
    }
    return made[kind]()
