"""The same rows as every kind of table that is installed here, in one piece and in several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Literal

from capaian.columns import native_table

Engine = Literal["records", "polars", "polars-lazy", "pandas", "pyarrow", "duckdb"]
ENGINES: tuple[Engine, ...] = (
    "records", "polars", "polars-lazy", "pandas", "pyarrow", "duckdb",
)  # fmt: skip
_NEEDS: Mapping[Engine, tuple[str, ...]] = {
    "records": (),
    "polars": ("polars",),
    "polars-lazy": ("polars",),
    "pandas": ("pandas", "pyarrow"),
    "pyarrow": ("polars", "pyarrow"),
    "duckdb": ("duckdb", "polars", "pyarrow"),
}


def installed() -> tuple[Engine, ...]:
    """Return the kinds of tables that can be made here."""
    return tuple(
        engine for engine in ENGINES if all(find_spec(each) is not None for each in _NEEDS[engine])
    )


def as_table(rows: Sequence[Mapping[str, Any]], engine: Engine) -> Any:
    """Return rows, at least one, as a kind of table.

    A Polars frame comes in two chunks. A column without any value has the type of nothing, so one
    row at least should be full.
    """
    if engine == "records":
        return rows
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    if engine not in {"polars", "polars-lazy"}:
        return native_table(columns, engine)
    whole = native_table(columns, "polars")
    cut = len(rows) // 2
    frame = whole.head(cut).vstack(whole.tail(len(rows) - cut)) if cut else whole
    return frame.lazy() if engine == "polars-lazy" else frame
