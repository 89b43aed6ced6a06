"""What is asked of a table, and what comes back: frozen records, no engine.

A `Request` names the columns, which rows count and which statistics are wanted; `Reduced` holds one
integer per subject and statistic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from attrs import field, frozen, validators

from capaian.formula import Kind, Moment, Node

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys: TypeAlias = NDArray[np.int64]

Origin = Literal["records", "pandas", "polars", "polars-lazy", "pyarrow", "duckdb", "spark", "file"]
"""What a table came as."""

ZONES: Mapping[str, int] = MappingProxyType({"WIB": 7, "WITA": 8, "WIT": 9})
"""The office's zones, in whole hours east of UTC."""

LARGEST = 2**63 - 1
"""The largest integer that every engine holds; the smallest is its opposite."""

READABLE: tuple[Kind, ...] = ("stamp", "integer", "text", "boolean")
FINEST = 18
"""The most decimals that a column may keep."""


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
        Columns of pandas and PyArrow that were converted already; of a file that DuckDB reads, its
        connection.
    """

    name: str
    origin: Origin
    columns: tuple[str, ...]
    written: bool = False
    native: Any = field(default=None, repr=False)
    source: str = ""
    kept: dict[str, Any] = field(factory=dict, repr=False)

    @property
    def in_memory(self) -> bool:
        """Whether it is a whole frame in memory, whose rows cost nothing to look at."""
        return self.origin in {"polars", "pandas", "pyarrow"}


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
    one that dates it; where nothing dates it, once for every key of the subject. Keys then stand
    for subjects. Entries of one subject and key must not overlap. Columns may be NumPy arrays.

    Attributes
    ----------
    subjects, keys
        The subject of each entry, and what its rows count for: a posting, a unit. Keys may be whole
        numbers; engines group those faster.
    starts, stops
        When the entry begins and ends, in microseconds since 1970; `None` is no end on that side.
    posts
        Where not empty, the post of each entry: a row that names one counts for that post alone.
    column
        The column of the evidence that names the post; a table without it names none.
    kept
        The entries as they were made ready for an engine.
    """

    subjects: Sequence[str]
    keys: Sequence[str] | Keys
    starts: Sequence[int | None] | Keys
    stops: Sequence[int | None] | Keys
    posts: Sequence[str] = ()
    column: str = ""
    kept: dict[str, Any] = field(factory=dict, repr=False)


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
    ordered
        Whether subjects must come in order of their text; any order will do where it is false.
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
    ordered: bool = True

    def __attrs_post_init__(self) -> None:
        if self.dated and self.dated not in {each.role for each in self.readings}:
            raise ValueError(f"no reading plays the role '{self.dated}' that dates a row")
