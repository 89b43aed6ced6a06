"""Columns of a table as NumPy arrays, in the order of its rows: what a look at the rows needs.

Nothing is summed. A value that cannot be used is missing, and counted; the rows keep their places,
so that a finding can say which they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from capaian.columns.coded import Coded
from capaian.columns.faults import IDENTIFIER, Fault, missing_columns
from capaian.columns.record_desk import RecordDesk
from capaian.columns.request import Filter, Reading, Table
from capaian.errors import EvidenceError

if TYPE_CHECKING:
    import polars as pl

_STAMP = "datetime64[us]"


@frozen(eq=False)
class Arrays:
    """Columns of a table, an entry for each row.

    Attributes
    ----------
    columns
        By role. Stamps are datetime64[us], not a time where missing; integers float64 in their own
        unit, not a number where missing; answers float64, 1 or 0; text and subjects `Coded`.
    passed
        Whether a row passes the filters.
    unusable
        By role, how many values are there and cannot be used.
    """

    columns: Mapping[str, Any]
    passed: NDArray[np.bool_]
    unusable: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.passed)

    def __getitem__(self, role: str) -> Any:
        return self.columns[role]

    def __contains__(self, role: str) -> bool:
        return role in self.columns


def read_arrays(
    table: Table,
    readings: Sequence[Reading],
    *,
    subject: str = "",
    filters: Sequence[Filter] = (),
    zone: str = "",
) -> Arrays:
    """Read columns of a table, every row of it.

    Parameters
    ----------
    table
        What `open_table` returned. The rows of Spark have no order of their own: their positions
        are those of one reading.
    readings
        The columns, by role.
    subject
        The column that names the subject; it gets the role `subject`. None where empty.
    filters
        Which rows pass; the others are read too.
    zone
        The office's zone.

    Raises
    ------
    EvidenceError
        Columns that the table has not, all at once (CPN-E09).
    """
    read = [evolve(each, nullable=True) for each in readings]
    if subject:
        read.append(Reading("subject", subject, "text", nullable=True))
    names = [*(each.column for each in read), *(each.column for each in filters)]
    if faults := missing_columns(table.name, names, table.columns):
        raise EvidenceError(f"The table '{table.name}' cannot be read.", faults)
    if table.origin == "records":
        return _of_records(table, read, filters, zone)
    return _of_frame(table, read, filters, zone)


def repeated_rows(
    table: Table, columns: Sequence[str], *, loosely: bool = False
) -> NDArray[np.int64]:
    """Return for each row the group of rows that are alike in some columns, value for value.

    Parameters
    ----------
    table
        What `open_table` returned.
    columns
        Their names.
    loosely
        Whether texts are alike that differ in capitals, spaces and punctuation alone.

    Returns
    -------
    numpy.ndarray
        int64: the position of the first row of the group; a row that is like no other is its own.
    """
    import polars as pl  # noqa: PLC0415 - records need no Polars to be scored

    frame = _texts(table, columns)
    if loosely:
        frame = frame.with_columns(
            pl.col(pl.String).str.to_lowercase().str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ")
            .str.strip_chars()
        )  # fmt: skip
    place = "".join(["row", *columns])  # a name that no column has
    first = frame.with_row_index(place).select(pl.col(place).min().over(list(columns)))
    return first.to_series().to_numpy().astype(np.int64)


def all_different(table: Table, columns: Sequence[str]) -> list[str]:
    """Return those columns of a table in which every value is there and no two are the same."""
    frame = _texts(table, columns)
    return [
        name
        for name in columns
        if not frame[name].null_count() and frame[name].n_unique() == len(frame)
    ]


def _written(value: Any) -> str | None:
    """Return a value as text; a quotation mark in front tells a text from all else."""
    if value is None:
        return None
    return f"'{value}" if isinstance(value, str) else repr(value)


def _texts(table: Table, columns: Sequence[str]) -> pl.DataFrame:
    """Return columns as they are written, whatever they hold."""
    import polars as pl  # noqa: PLC0415 - see above

    if table.origin == "records":
        said = {name: [_written(row.get(name)) for row in table.native] for name in columns}
        return pl.DataFrame(said, schema=dict.fromkeys(columns, pl.String))
    import narwhals.stable.v2 as nw  # noqa: PLC0415 - see above

    from capaian.columns.frame_desk import collect  # noqa: PLC0415 - see above

    if table.origin in {"pandas", "polars", "pyarrow"}:
        from capaian.columns.intake import memory_columns  # noqa: PLC0415 - see above

        return memory_columns(table, columns)
    return collect(nw.from_native(table.native).lazy().select(list(columns)))


# ---- records -----------------------------------------------------------------------------------


def _of_records(
    table: Table, readings: Sequence[Reading], filters: Sequence[Filter], zone: str
) -> Arrays:
    desk = RecordDesk(table, zone)
    columns: dict[str, Any] = {}
    unusable: dict[str, int] = {}
    for each in readings:
        purpose = IDENTIFIER if each.role == "subject" else ""
        values = desk.read(each, table.native, purpose)
        columns[each.role] = _array(values, each)
        unusable[each.role] = sum(desk.last.counts.values())
    kept = {id(row) for row in desk.filtered(filters)} if filters else None
    passed = np.array([kept is None or id(row) in kept for row in table.native], dtype=bool)
    return Arrays(columns, passed, unusable)


def _array(values: Sequence[Any], reading: Reading) -> Any:
    if reading.kind == "stamp":
        return np.array([np.datetime64("NaT") if v is None else v for v in values], dtype=_STAMP)
    if reading.kind == "text":
        places: dict[str, int] = {}
        codes = [-1 if v is None else places.setdefault(str(v), len(places)) for v in values]
        return _sorted(np.array(codes, dtype=np.int64), list(places))
    numbers = np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)
    return numbers / 10.0**reading.digits if reading.digits else numbers


def _sorted(codes: NDArray[np.int64], words: list[str]) -> Coded:
    """Return coded text whose words are in order."""
    order = sorted(range(len(words)), key=words.__getitem__)
    rank = np.full(len(words) + 1, -1, dtype=np.int64)
    rank[order] = np.arange(len(words))
    return Coded(rank[codes], [words[at] for at in order])


# ---- frames ------------------------------------------------------------------------------------


def _of_frame(
    table: Table, readings: Sequence[Reading], filters: Sequence[Filter], zone: str
) -> Arrays:
    import narwhals.stable.v2 as nw  # noqa: PLC0415 - records need no Narwhals

    from capaian.columns.frame_desk import Desk, collect  # noqa: PLC0415 - the same

    desk = Desk(table, zone)
    passed, _ = desk.pick(filters)
    entries = [
        desk.identify(each.column) if each.role == "subject" else desk.add(each)
        for each in readings
    ]
    frame = desk.open()
    faulty = {
        f"f{at}": (nw.col(f"{each.key}f") != int(Fault.NONE))
        & (nw.col(f"{each.key}f") != int(Fault.MISSING))
        for at, each in enumerate(entries)
    }
    values = {
        f"v{at}": each.value.cast(nw.String) if reading.role == "subject" else each.value
        for at, (each, reading) in enumerate(zip(entries, readings, strict=True))
    }
    found = collect(frame.select(passed=passed, **values, **faulty))
    columns = {each.role: _of_series(found[f"v{at}"], each) for at, each in enumerate(readings)}
    unusable = {each.role: int(found[f"f{at}"].sum()) for at, each in enumerate(readings)}
    return Arrays(columns, found["passed"].fill_null(value=False).to_numpy(), unusable)


def _of_series(series: pl.Series, reading: Reading) -> Any:
    import polars as pl  # noqa: PLC0415 - see above

    if reading.kind == "stamp":
        return series.cast(pl.Datetime("us")).to_numpy().astype(_STAMP)
    if reading.kind == "text":
        series = series.cast(pl.String)
        words = series.drop_nulls().unique().sort()
        codes = series.replace_strict(
            words, pl.int_range(len(words), eager=True), default=-1, return_dtype=pl.Int64
        )
        return Coded(codes.fill_null(-1).to_numpy(), words.to_list())
    numbers: NDArray[np.float64] = series.cast(pl.Float64).to_numpy().astype(np.float64)
    return numbers / 10.0**reading.digits if reading.digits else numbers
