"""What is asked of a table, and what comes back: frozen records, no engine.

A `Request` names the columns, which rows count and which statistics are wanted; `Reduced` holds one
integer per subject and statistic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from attrs import field, frozen, validators

from capaian.errors import Finding
from capaian.formula import Aggregate, Kind, Moment, Node

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole: TypeAlias = tuple[NDArray[np.int64], NDArray[np.bool_]]

Origin = Literal["records", "pandas", "polars", "polars-lazy", "pyarrow", "duckdb", "spark", "file"]
"""What a table came as."""

ZONES: Mapping[str, int] = MappingProxyType({"WIB": 7, "WITA": 8, "WIT": 9})
"""The office's zones, in whole hours east of UTC."""

LARGEST = 2**63 - 1
"""The largest integer that every engine holds; the smallest is its opposite."""

READABLE: tuple[Kind, ...] = ("stamp", "integer", "text", "boolean")
FINEST = 18
"""The most decimals that a column may keep."""

_ZERO_WHERE_ABSENT = frozenset({"count", "sum", "distinct"})


@frozen(eq=False)
class Table:
    """A table of evidence as it stands at the door; nothing has been read but its head.

    Attributes
    ----------
    name
        What the policy calls it.
    origin
        What it came as. A file that DuckDB reads is a relation.
    columns
        The names of its columns, in order.
    written
        Whether every value is text that is to be parsed, as in CSV.
    native
        The table itself; for a file, a lazy frame or a relation.
    source
        The path of a file; empty for the rest.
    kept
        Columns of pandas and PyArrow that were converted already.
    """

    name: str
    origin: Origin
    columns: tuple[str, ...]
    written: bool = False
    native: Any = field(default=None, repr=False)
    source: str = ""
    kept: dict[str, Any] = field(factory=dict, repr=False)


@frozen
class Reading:
    """A column and how it is read.

    Attributes
    ----------
    role
        What the formulas call it.
    column
        Its name in the table.
    kind
        `stamp`, `integer`, `text` or `boolean`.
    nullable
        Whether a row that counts may lack the value. Empty text is a missing value.
    labels
        For text: the only values allowed; any where empty.
    format
        For stamps written as text: a `strptime` format; ISO 8601 where empty.
    digits
        For integers: how many decimals are kept; 12.50 with 2 digits is read as 1250.
    """

    role: str
    column: str
    kind: Kind = field(validator=validators.in_(READABLE))
    nullable: bool = False
    labels: tuple[str, ...] = field(default=())
    format: str = ""
    digits: int = field(default=0, validator=[validators.ge(0), validators.le(FINEST)])


@frozen
class Filter:
    """Which rows count. All that is set must hold, and of several filters every one.

    Attributes
    ----------
    column
        Its name in the table; it need not be read otherwise.
    one_of
        Only rows with one of these values; a row without a value has none of them.
    none_of
        Only rows with none of these values; a row without a value passes.
    present
        Only rows with a value (`True`) or without one (`False`).

    Notes
    -----
    Text is compared as text (integers by their digits), integers as numbers, `True` and `False` as
    answers. A column that holds what cannot be compared with the values is a finding.
    """

    column: str
    one_of: tuple[str | int | bool, ...] = field(default=())
    none_of: tuple[str | int | bool, ...] = field(default=())
    present: bool | None = None


@frozen
class PauseReading:
    """Where the pauses of a case are recorded.

    Attributes
    ----------
    table
        One row per pause; pauses may overlap.
    case
        The column of that table that names the case.
    start, stop
        Its stamps. A pause without a stop, where `stop` is nullable, lasts up to the cut-off.
    key
        The column of the indicator's own table that names the case.
    """

    table: Table
    case: str
    start: Reading
    stop: Reading
    key: str


@frozen(eq=False)
class Attribution:
    """To whom a row counts instead of its own subject: to each key of the subject, for a time.

    A row counts for every entry of its subject with `start <= stamp < stop`, where the stamp is the
    one that dates it; for every entry where nothing dates it. Keys then stand for subjects.

    Attributes
    ----------
    subjects, keys
        The subject of each entry, and what its rows count for: a posting, a unit.
    starts, stops
        When the entry begins and ends, in microseconds since 1970; `None` is no end on that side.
    posts
        Where not empty, what the column `column` of a row must say for the entry.
    column
        The column of the evidence that names the post; not looked at where empty.
    """

    subjects: Sequence[str]
    keys: Sequence[str]
    starts: Sequence[int | None]
    stops: Sequence[int | None]
    posts: Sequence[str] = ()
    column: str = ""


class DenseCalendar(Protocol):
    """A work calendar as integer columns, one entry per date.

    Working time up to a stamp is `base + clip(time, open1, close1) + clip(time, open2, close2)`
    with the entries of its date and its time of day, in microseconds.
    """

    @property
    def first(self) -> int:
        """Ordinal of the first date (`date.toordinal`)."""

    @property
    def base(self) -> Sequence[int]:
        """Working time before the date, less `open1` and `open2`."""

    @property
    def open1(self) -> Sequence[int]:
        """Begin of the first stretch of open time."""

    @property
    def close1(self) -> Sequence[int]:
        """End of the first stretch of open time."""

    @property
    def open2(self) -> Sequence[int]:
        """Begin of the second stretch of open time."""

    @property
    def close2(self) -> Sequence[int]:
        """End of the second stretch of open time."""

    @property
    def count(self) -> Sequence[int]:
        """Working days up to and including the date."""


@frozen(eq=False)
class Request:
    """What is to be reduced.

    Attributes
    ----------
    subject
        The column that names the subject; rows without one are left out and counted.
    readings
        The columns that the formulas use.
    filters
        Which rows count.
    statistics
        `Aggregate` and `Survival` trees over the roles of the readings.
    moment
        Cut-off, period and, for plain records, the clocks of the work calendar.
    calendar
        The same calendar in integer columns; `None` where no working clock is used.
    dated
        Role of the stamp that places a row in time: only rows with `start <= stamp` and
        `stamp < min(end, as_of)` count. Every row counts where empty.
    zone
        The office's zone (`WIB`, `WITA`, `WIT`), to which stamps with a zone are converted.
    pauses
        Where `Paused` finds the pauses; none where left out.
    attribution
        To whom rows count instead of their own subject; none where left out.
    """

    subject: str
    readings: tuple[Reading, ...]
    filters: tuple[Filter, ...]
    statistics: tuple[Node, ...]
    moment: Moment
    calendar: DenseCalendar | None = None
    dated: str = ""
    zone: str = field(default="", validator=validators.in_(("", *ZONES)))
    pauses: PauseReading | None = None
    attribution: Attribution | None = None

    def __attrs_post_init__(self) -> None:
        if self.dated and self.dated not in {each.role for each in self.readings}:
            raise ValueError(f"no reading plays the role '{self.dated}' that dates a row")


@frozen(eq=False)
class Reduced:
    """One integer, or none, per subject and statistic.

    Attributes
    ----------
    subjects
        In ascending order of their text.
    statistics
        The trees, as in the request.
    rows
        How many rows counted.
    unattributed
        How many rows passed the filters and had no subject.
    findings
        What is wrong with the table. Where there is anything, nothing was reduced.
    plain
        From records: one tuple per subject.
    wholes
        From frames: per statistic an int64 array, one entry per subject, and a mask of what is
        known; an unknown entry is 0.
    kept
        What aligning has found, shared by those that came of one pass.
    lazy
        From Spark: which columns of which plan; nothing but findings and counts is known yet.
    """

    subjects: Sequence[str] = ()
    statistics: tuple[Node, ...] = ()
    rows: int = 0
    unattributed: int = 0
    findings: tuple[Finding, ...] = ()
    plain: Sequence[tuple[int | None, ...]] | None = field(default=None, repr=False)
    wholes: Sequence[Whole] = field(default=(), repr=False)
    kept: dict[int, Any] = field(factory=dict, repr=False)
    lazy: Any = field(default=None, repr=False)

    def column(self, index: int) -> list[int | None]:
        """Return a statistic as a list, `None` where it is unknown."""
        if self.plain is not None:
            return [row[index] for row in self.plain]
        if not self.subjects:
            return []
        values, known = self.wholes[index]
        pairs = zip(values.tolist(), known.tolist(), strict=True)
        return [value if sure else None for value, sure in pairs]

    def array(self, index: int) -> Whole:
        """Return a statistic as an int64 array and a mask of what is known."""
        if self.plain is None and self.wholes:
            return self.wholes[index]
        import numpy as np  # noqa: PLC0415 - records need no NumPy

        column = self.column(index)
        values = np.array([each or 0 for each in column], dtype=np.int64)
        return values, np.array([each is not None for each in column], dtype=np.bool_)

    def total(self, index: int) -> int:
        """Return the sum of a statistic over all subjects."""
        if self.plain is not None:
            return sum(row[index] or 0 for row in self.plain)
        if self.lazy is not None:
            return int(self.lazy.total(index))
        return sum(self.wholes[index][0].tolist()) if self.wholes else 0

    def zero_where_absent(self, index: int) -> bool:
        """Return whether the statistic of no rows at all is 0, and not unknown."""
        tree = self.statistics[index]
        return isinstance(tree, Aggregate) and tree.op in _ZERO_WHERE_ABSENT

    def aligned(
        self, index: int, subjects: Sequence[str], *, absent: int | None, whole: bool
    ) -> list[int | None] | Whole:
        """Return a statistic in the order of other subjects.

        Parameters
        ----------
        index
            Which statistic.
        subjects
            Whose values are wanted.
        absent
            The value of a subject without rows.
        whole
            Whether to return an array and a mask, and not a list.
        """
        if not whole:
            known = dict(zip(self.subjects, self.column(index), strict=True))
            return [known.get(subject, absent) for subject in subjects]
        import numpy as np  # noqa: PLC0415 - records need no NumPy

        values, known_here = self.array(index)
        if self.subjects is subjects:
            return values, known_here
        place = self._places(subjects)
        found = place >= 0
        if not len(values):
            values, known_here = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.bool_)
        aligned = np.where(found, values[place], absent or 0)
        return aligned, np.where(found, known_here[place], absent is not None)

    def _places(self, subjects: Sequence[str]) -> NDArray[np.int64]:
        """Return where each of other subjects is among these; -1 where it is not."""
        import polars as pl  # noqa: PLC0415 - records need no Polars

        known, places = self.kept.get(id(subjects), (None, None))
        if known is not subjects:
            here = pl.DataFrame({"subject": pl.Series(self.subjects, dtype=pl.String)})
            there = pl.DataFrame({"subject": pl.Series(subjects, dtype=pl.String)})
            joined = there.join(
                here.with_row_index("place"), on="subject", how="left", maintain_order="left"
            )
            places = joined["place"].cast(pl.Int64).fill_null(-1).to_numpy()
            self.kept[id(subjects)] = (subjects, places)
        return places  # type: ignore[no-any-return]
