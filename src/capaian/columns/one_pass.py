"""Several requests of a table of records in one pass: a printed loop over rows that are clean.

The loop takes for granted what most rows are: dictionaries with every column, values of the very
type that is wanted (others are read one by one), stamps without a zone and inside the calendar,
integers of a usual size, labels that are known. It looks at all of that on the way. At the first
surprise it gives up and says nothing; the general way in `records` then finds and words what is
wrong, or reads what is only unusual. So this module decides no case: it only answers the easy ones.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, TypeAlias

from attrs import field, frozen

from capaian.columns.limits import EPOCH, MICROSECOND, are_usual
from capaian.columns.pass_source import Source, source_of
from capaian.columns.reduced import Reduced
from capaian.columns.request import DenseCalendar, Request, Table
from capaian.formula import Moment, survival

Row: TypeAlias = tuple[int | None, ...]
Found: TypeAlias = tuple[Row, tuple[int, ...]]
"""All statistics of all requests, one after another; and how many rows counted for each request."""
_KEPT = 256
_NO_DATES: tuple[tuple[int, ...], ...] = ()
_DICTS, _TEXTS = {dict}, {str}


class Surprise(Exception):  # noqa: N818 - not an error: the general way takes over
    """A row is not as the loop takes it."""


@frozen(eq=False)
class OnePass:
    """A printed loop, compiled."""

    source: Source
    reduce: Callable[..., Found] = field(repr=False)
    fix: Callable[..., tuple[Any, ...]] = field(repr=False)

    def bind(self, requests: Sequence[Request]) -> Bound | None:
        """Return the loop with everything that a call fixes; `None` where it does not fit."""
        moments = [requests[index].moment for index in self.source.windows]
        calendars = [each.calendar for each in requests if each.calendar is not None]
        calendar = calendars[0] if calendars else None
        if any(each is not calendar and each != calendar for each in calendars):
            return None
        origin, dates = EPOCH, _NO_DATES
        if calendar is not None:
            origin, dates = datetime.fromordinal(calendar.first), _dates(calendar)
        return Bound(self, (), origin, dates).at(moments)


@frozen(eq=False)
class Bound:
    """A loop with its constants."""

    loop: OnePass
    fixed: tuple[Any, ...]
    origin: datetime
    dates: tuple[tuple[int, ...], ...]

    def at(self, moments: Sequence[Moment]) -> Bound | None:
        """Return the same loop for other instants, one for each window."""
        source = self.loop.source
        if source.grows and not all(are_usual(_instants(each)) for each in moments):
            return None
        worked, counted = _clocks(self.origin, self.dates)
        try:
            fixed = self.loop.fix(moments, worked, counted)
        except (IndexError, OverflowError):
            return None
        return Bound(self.loop, fixed, self.origin, self.dates)

    def run(self, rows: Sequence[Any]) -> dict[str, Found] | None:
        """Return what was found by subject, in order of the subjects' text.

        Subjects without a row that counts are left out. `None` is a surprise.
        """
        try:
            names = set().union(*rows)
            if {*map(type, rows)} != _DICTS or {*map(type, names)} != _TEXTS:
                return None
            try:
                return self._read(rows)
            except KeyError:
                gaps = self.loop.source.gaps
                if not gaps <= names:
                    return None
                empty = dict.fromkeys(gaps)
                return self._read([empty | row for row in rows])
        except _SURPRISES:
            return None

    def _read(self, rows: Sequence[Any]) -> dict[str, Found]:
        column = self.loop.source.subject
        names = [row[column] for row in rows]
        several = set(names)
        if len(several) == 1:
            return self._reduced({_name(names): rows})
        groups: dict[Any, list[Any]] = {each: [] for each in several}
        for name, row in zip(names, rows, strict=True):
            groups[name].append(row)
        named = {_name([each[column] for each in some]): some for some in groups.values()}
        if len(named) < len(groups):
            raise Surprise
        return self._reduced(named)

    def _reduced(self, groups: Mapping[str, Sequence[Any]]) -> dict[str, Found]:
        reduce, fixed, origin, dates = self.loop.reduce, self.fixed, self.origin, self.dates
        found = {}
        for name in sorted(groups):
            one = reduce(groups[name], fixed, origin, dates)
            if any(one[1]):
                found[name] = one
        return found


_SURPRISES = (
    Surprise, AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError,
)  # fmt: skip


def _name(names: Sequence[Any]) -> str:
    """Return the name of a subject from all the values that are equal to one another."""
    name = names[0]
    if type(name) is str and name:
        return name
    if {*map(type, names)} == {int}:  # True is equal to 1, and names nobody
        return str(name)
    raise Surprise


def _instants(moment: Moment) -> tuple[datetime, ...]:
    return moment.as_of, moment.start, moment.end


# ---- the calendar, by day ----------------------------------------------------------------------

_calendars: OrderedDict[int, tuple[DenseCalendar, tuple[tuple[int, ...], ...]]] = OrderedDict()


def _dates(calendar: DenseCalendar) -> tuple[tuple[int, ...], ...]:
    """Return the calendar as one tuple per date."""
    known = _calendars.get(id(calendar))
    if known is not None and known[0] is calendar:
        return known[1]
    columns = attrgetter("base", "open1", "close1", "open2", "close2", "count")(calendar)
    made = tuple(zip(*columns, strict=True))
    _keep(_calendars, id(calendar), (calendar, made))
    return made


def _clocks(
    origin: datetime, dates: Sequence[Sequence[int]]
) -> tuple[Callable[[datetime], int], Callable[[datetime], int]]:
    """Return what counts working time, and working days, up to a stamp inside the calendar."""

    def entry(stamp: datetime) -> tuple[Sequence[int], int]:
        since = stamp - origin
        if since.days < 0:
            raise IndexError
        return dates[since.days], since.seconds * 1_000_000 + since.microseconds

    def worked(stamp: datetime) -> int:
        (base, open1, close1, open2, close2, _), time = entry(stamp)
        return base + min(max(time, open1), close1) + min(max(time, open2), close2)

    def counted(stamp: datetime) -> int:
        return entry(stamp)[0][5]

    return worked, counted


# ---- printing once -----------------------------------------------------------------------------

_passes: OrderedDict[Hashable, tuple[tuple[Request, ...], OnePass | None]] = OrderedDict()


def print_pass(requests: Sequence[Request], zero: Sequence[int] = ()) -> OnePass | None:
    """Return the loop that answers these requests of one table; `None` where there is none.

    Parameters
    ----------
    requests
        What is wanted of the table.
    zero
        Positions, in all the requests' statistics one after another, of counts that must be 0: a
        row that counts there is a surprise.
    """
    windows: dict[Any, int] = {}
    places = [
        windows.setdefault(_instants(each.moment), index) for index, each in enumerate(requests)
    ]
    key = (
        tuple(
            (id(each.statistics), each.subject, each.readings, each.filters, each.dated, each.zone,
             each.calendar is not None, each.pauses is None, each.attribution is None)
            for each in requests
        ),
        tuple(places),
        tuple(zero),
    )  # fmt: skip
    known = _passes.get(key)
    if known is not None and all(
        one.statistics is two.statistics for one, two in zip(known[0], requests, strict=True)
    ):
        return known[1]
    try:
        source = source_of(requests, places, frozenset(zero))
        made = None if source is None else _compiled(source)
    except (SyntaxError, RecursionError, MemoryError):
        made = None  # nested deeper than Python reads
    _keep(_passes, key, (tuple(requests), made))
    return made


def _compiled(source: Source) -> OnePass:
    scope = {
        **source.constants,
        "Surprise": Surprise,
        "datetime": datetime,
        "microsecond": MICROSECOND,
        "survival": survival,
        "zero": timedelta(),
    }
    exec(compile(source.text, "<pass>", "exec"), scope)  # noqa: S102 - our own printed source
    return OnePass(source, scope["reduce"], scope["fix"])


def _keep(kept: OrderedDict[Any, Any], key: Hashable, value: object) -> None:
    kept[key] = value
    while len(kept) > _KEPT:
        kept.popitem(last=False)


# ---- several requests together -----------------------------------------------------------------


def reduce_together(table: Table, requests: Sequence[Request]) -> list[Reduced] | None:
    """Reduce clean records for several requests at once; `None` where the general way must."""
    loop = print_pass(requests)
    bound = None if loop is None else loop.bind(requests)
    found = None if bound is None else bound.run(table.native)
    if found is None:
        return None
    subjects = tuple(found)
    reduced = []
    start = 0
    for index, each in enumerate(requests):
        stop = start + len(each.statistics)
        reduced.append(
            Reduced(
                subjects=subjects,
                statistics=each.statistics,
                rows=sum(rows[index] for _, rows in found.values()),
                plain=[values[start:stop] for values, _ in found.values()],
            )
        )
        start = stop
    return reduced
