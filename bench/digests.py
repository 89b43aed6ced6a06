"""The digest of a result: one hash over every subject, the bits of its score, and its band."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import numpy as np
import polars as pl


def digest(table: Any) -> str:
    """Return the digest of a table with the columns subject, score and band.

    Parameters
    ----------
    table
        Of Polars, PyArrow or pandas, or a DuckDB relation.
    """
    frame = _polars(table).select("subject", "score", "band")
    frame = frame.with_columns(pl.col("subject").cast(pl.Int64)).sort("subject")
    made = sha256(np.ascontiguousarray(frame["subject"].to_numpy()).tobytes())
    made.update(np.ascontiguousarray(frame["score"].to_numpy()).tobytes())
    made.update("\n".join(band or "-" for band in frame["band"].to_list()).encode())
    return made.hexdigest()[:16]


def rows(table: Any) -> int:
    """Return how many subjects a table has."""
    return _polars(table).height


def _polars(table: Any) -> pl.DataFrame:
    if isinstance(table, pl.DataFrame):
        return table
    if isinstance(table, pl.LazyFrame):
        return table.collect(engine="streaming")
    module = type(table).__module__.partition(".")[0]
    if module in {"duckdb", "_duckdb"}:
        made = pl.from_arrow(table.to_arrow_table())
    elif module == "pandas":
        made = pl.from_pandas(table)
    else:
        made = pl.from_arrow(table)
    if isinstance(made, pl.Series):
        raise TypeError("a table was expected, not a column")
    return made
