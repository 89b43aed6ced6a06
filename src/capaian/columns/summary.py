"""What a whole table's columns hold at the least and at the most: often proof enough.

Parquet files say it in their footers and DuckDB reads it there; elsewhere it is one cheap pass. A
column whose least and greatest value can be used has no value that cannot: nothing need be counted,
and no row is looked at twice.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import frozen

from capaian.columns.faults import IDENTIFIER, PRESENCE
from capaian.columns.intake import Source, quoted
from capaian.columns.limits import FIRST_STAMP, LAST_STAMP, Span
from capaian.columns.request import LARGEST, Reading, Table
from capaian.threads import side_by_side

if TYPE_CHECKING:
    import duckdb


@frozen
class Ends:
    """The least and the greatest value of a column, and whether values are missing.

    Stamps are microseconds since 1970. `low` and `high` are `None` where there is no value, or
    where they are not to be had.
    """

    low: Any = None
    high: Any = None
    gaps: bool = True

    @property
    def span(self) -> Span | None:
        """The ends of a column of whole numbers or stamps."""
        whole = isinstance(self.low, int) and isinstance(self.high, int)
        return (self.low, self.high) if whole and not isinstance(self.low, bool) else None


_ORDERED = frozenset({"integer", "stamp", "text", "boolean"})


def summarise(
    table: Table, columns: Mapping[str, str], needed: Collection[str]
) -> dict[str, Ends] | None:
    """Return the ends of columns, or `None` where they cost as much as reading the table.

    Parameters
    ----------
    table
        A table that is no list of records.
    columns
        The sort of each wanted column (see `Source.sort`); only integers, naive stamps, text and
        answers are looked at.
    needed
        The columns of which it must be known whether values are missing; where counting them costs
        a pass, others are taken to have gaps.
    """
    wanted = [name for name, sort in columns.items() if sort in _ORDERED]
    if table.written or table.origin == "spark":
        return None
    if table.origin == "duckdb":
        return _duckdb(table.native, {name: columns[name] for name in wanted}, needed)
    if table.origin == "file" and (found := _footers(table.source, wanted)) is not None:
        return found
    if table.origin in {"file", "polars-lazy"}:
        return _polars(table.native, {name: columns[name] for name in wanted})
    return _columns(table, wanted)


def _polars(frame: pl.LazyFrame, columns: Mapping[str, str]) -> dict[str, Ends]:
    asked = []
    for name, sort in columns.items():
        column = pl.col(name)
        made = column.cast(pl.Datetime("us")).cast(pl.Int64) if sort == "stamp" else column
        asked += [
            made.min().alias(f"{name}<"),
            made.max().alias(f"{name}>"),
            column.null_count().alias(f"{name}?"),
        ]
    if not asked:
        return {}
    found = frame.select(asked).collect(engine="streaming").row(0, named=True)
    return {
        name: Ends(found[f"{name}<"], found[f"{name}>"], bool(found[f"{name}?"]))
        for name in columns
    }


def _columns(table: Table, wanted: Sequence[str]) -> dict[str, Ends]:
    """Return the ends of columns in memory."""
    from capaian.columns.intake import memory_columns  # noqa: PLC0415 - one way in, one way out

    frame = memory_columns(table, wanted)
    found = side_by_side(lambda name: _whole(frame[name]), wanted, len(frame))
    whole = {name: ends for name, ends in zip(wanted, found, strict=True) if ends is not None}
    others = [name for name in wanted if name not in whole]
    sorts = {name: "stamp" if frame.schema[name].is_temporal() else "" for name in others}
    return whole | _polars(frame.lazy(), sorts)


def _whole(column: pl.Series) -> Ends | None:
    """Return the ends of a full column of numbers, found by NumPy in half the time of Polars."""
    if column.dtype != pl.Int64 or not len(column) or column.null_count():
        return None
    numbers = column.to_numpy()
    return Ends(int(numbers.min()), int(numbers.max()), gaps=False)


def _footers(path: str, wanted: Iterable[str]) -> dict[str, Ends] | None:
    """Return what the footer of a Parquet file says, where PyArrow is there to read it."""
    if not path.lower().endswith(".parquet") or find_spec("pyarrow") is None:
        return None
    import pyarrow.parquet as pq  # noqa: PLC0415 - only where it is installed

    footer = pq.read_metadata(path)
    places = {footer.schema.column(i).path: i for i in range(footer.num_columns)}
    found = {}
    for name in wanted:
        ends = _footer(footer, places.get(name, -1))
        if ends is None:
            return None
        found[name] = ends
    return found


def _footer(footer: Any, place: int) -> Ends | None:
    """Return the ends of one column over all row groups, or `None` where the file does not say."""
    if place < 0:
        return None
    lows, highs, gaps = [], [], False
    for group in range(footer.num_row_groups):
        said = footer.row_group(group).column(place).statistics
        if said is None or not said.has_null_count:
            return None
        gaps = gaps or said.null_count > 0
        if said.has_min_max:
            lows.append(_settled(said.min))
            highs.append(_settled(said.max))
        elif said.null_count < footer.row_group(group).num_rows:
            return None
    if any(each is None for each in (*lows, *highs)):
        return None
    return Ends(min(lows), max(highs), gaps) if lows else Ends()


def _settled(value: Any) -> Any:
    """Return an end as it is compared: an integer, a text, or microseconds of a naive stamp."""
    if isinstance(value, bytes | bytearray):
        return None
    if hasattr(value, "utcoffset") and value.utcoffset() is not None:
        return None
    if hasattr(value, "toordinal"):
        return pl.Series([value]).cast(pl.Datetime("us")).cast(pl.Int64)[0]
    return value


def _duckdb(
    relation: duckdb.DuckDBPyRelation, columns: Mapping[str, str], needed: Collection[str]
) -> dict[str, Ends] | None:
    """Ask DuckDB for bare minima and maxima, which it answers from statistics where it has them."""
    if not columns:
        return {}
    asked = []
    for name, sort in columns.items():
        column = quoted(name)
        if sort == "stamp":
            for end in ("min", "max"):
                bare = f"CAST({end}({column}) AS TIMESTAMP)"
                asked.append(f"CASE WHEN isfinite({bare}) THEN epoch_us({bare}) END")
        else:
            asked += [f"min({column})", f"max({column})"]
        asked.append(f"count({column})" if name in needed else "0")
    asked.append("count(*)")
    try:
        row = relation.aggregate(", ".join(asked)).fetchall()[0]
    except sys.modules["duckdb"].Error:  # a value that has no form: counted in the full pass
        return None
    found = {}
    for place, name in enumerate(columns):
        low, high, known = row[3 * place : 3 * place + 3]
        found[name] = Ends(low, high, known < row[-1])
    return found


def proves(source: Source, reading: Reading, purpose: str, ends: Ends | None) -> bool:
    """Return whether a column's ends prove that each of its values can be used as it is wanted."""
    if purpose == PRESENCE:
        return source.sort != "text" or (ends is not None and bool(ends.low and ends.low > ""))
    if ends is None or (ends.gaps and not reading.nullable):
        return False
    if ends.low is None or ends.high is None:
        return False
    kind = "text" if purpose == IDENTIFIER else reading.kind
    match source.sort:
        case "integer" if purpose == IDENTIFIER:
            return True
        case "integer" if kind == "integer":
            most = LARGEST // 10**reading.digits
            return bool(-most <= ends.low and ends.high <= most)
        case "integer" if kind == "boolean":
            return bool(ends.low >= 0 and ends.high <= 1)
        case "stamp" if kind == "stamp":
            return bool(ends.low >= FIRST_STAMP and ends.high <= LAST_STAMP)
        case "text" if kind == "text":
            return bool(ends.low > "") and (not reading.labels or bool(purpose))
        case "boolean":
            return kind == "boolean"
        case _:
            return False
