"""The work calendar and its closed form: exact working time and working days, integers only.

For a stamp t on date d, with time of day tod, the working time from the calendar's first midnight
to t is

    W(t) = base[d] + clip(tod, open1[d], close1[d]) + clip(tod, open2[d], close2[d])

where `base` is the working time before the date less open1 and open2, and a closed stretch is all
zeros. Working time between two stamps is W(end) - W(start); working days are C(end) - C(start),
where C(d) counts the working days up to and including d. Both take one look at the table.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Literal, get_args

from attrs import field, frozen

from capaian.errors import CalendarError, Finding, did_you_mean, refuse
from capaian.workcalendar.hours import HOUR, MINUTE, SECOND, Hours, hours_faults, hours_text

Kind = Literal["working", "weekend", "holiday", "collective_leave", "closure", "special"]
KINDS: tuple[str, ...] = get_args(Kind)
OPEN_KINDS = frozenset({"working", "special"})

ZONES: Mapping[str, int] = MappingProxyType({"WIB": 7, "WITA": 8, "WIT": 9})
"""Indonesia's three zones, in whole hours east of UTC. None has summer time."""

COLUMNS = ("date", "hours", "kind", "reason", "decree", "estimated")
"""The columns of a calendar file, in order."""


@frozen
class Day:
    """One date of a calendar.

    Attributes
    ----------
    date
        The date.
    hours
        Stretches of open time, pairs of microseconds after midnight, at most two. Empty: closed.
    kind
        `working` (the week's hours), `special` (other hours on this date, such as Ramadan's or a
        half day), `weekend`, `holiday`, `collective_leave` or `closure` (the office's own).
    reason
        Why the day is not an ordinary one; `None` where it is.
    decree
        The decree that says so, where it is known.
    estimated
        Whether the row may still change, because the date awaits a decision.
    """

    date: date
    hours: Hours
    kind: Kind
    reason: str | None = None
    decree: str | None = None
    estimated: bool = False

    @property
    def is_working(self) -> bool:
        """Whether the office is open at all on this date."""
        return bool(self.hours)

    def to_row(self) -> dict[str, Any]:
        """Return the day as plain JSON values, keys as the columns of a calendar file."""
        return {
            "date": self.date.isoformat(),
            "hours": hours_text(self.hours),
            "kind": self.kind,
            "reason": self.reason,
            "decree": self.decree,
            "estimated": self.estimated,
        }


@frozen
class Dense:
    """A calendar as plain integer columns for an engine, one entry per date.

    Attributes
    ----------
    first
        Ordinal of the first date (`date.toordinal`; 1970-01-01 is 719 163).
    base
        Working time before the date, less `open1` and `open2`; microseconds.
    open1, close1, open2, close2
        The stretches of open time, microseconds after midnight; zeros where there is none.
    count
        Working days from the calendar's first date up to and including the date.
    """

    first: int
    base: tuple[int, ...]
    open1: tuple[int, ...]
    close1: tuple[int, ...]
    open2: tuple[int, ...]
    close2: tuple[int, ...]
    count: tuple[int, ...]


@frozen(repr=False, cache_hash=True)
class WorkCalendar:
    """When an office works: one row per date, without gaps. Versioned data, never changed in place.

    Stamps are naive local wall time of the office. All arithmetic is exact, in integers.

    Attributes
    ----------
    id, edition
        Name and version. A change of any row is a new edition.
    days
        One `Day` per date, in order.
    title
        Title by language, keys `id` and `en`.

    Raises
    ------
    CalendarError
        All faults at once: no dates (CPN-C17), a date missing or repeated (C14), hours that
        overlap (C12) or end before they begin (C11), more than two stretches in a day (C13), an
        unknown kind (C15), a kind that does not fit the hours (C16).
    """

    id: str
    edition: str
    days: tuple[Day, ...]
    title: Mapping[str, str] = field(factory=dict, hash=False)
    _first: int = field(init=False, eq=False)
    _table: tuple[tuple[int, int, int, int, int], ...] = field(init=False, eq=False)
    _count: tuple[int, ...] = field(init=False, eq=False)
    _working: tuple[int, ...] = field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if faults := _faults(self.days):
            raise CalendarError(f"The work calendar '{self.id}' cannot be used.", faults)
        table: list[tuple[int, int, int, int, int]] = []
        count: list[int] = []
        working: list[int] = []
        before = 0
        for day in self.days:
            (open1, close1), (open2, close2) = (*day.hours, (0, 0), (0, 0))[:2]
            table.append((before - open1 - open2, open1, close1, open2, close2))
            before += close1 - open1 + close2 - open2
            if day.hours:
                working.append(day.date.toordinal())
            count.append(len(working))
        object.__setattr__(self, "_first", self.days[0].date.toordinal())
        object.__setattr__(self, "_table", tuple(table))
        object.__setattr__(self, "_count", tuple(count))
        object.__setattr__(self, "_working", tuple(working))

    def __repr__(self) -> str:
        estimated = sum(day.estimated for day in self.days)
        note = f" · {estimated} estimated" if estimated else ""
        return (
            f"<WorkCalendar {self.id} · edition {self.edition} · {self.first} to {self.last}"
            f" · {len(self._working)} working days{note}>"
        )

    @property
    def first(self) -> date:
        """The first date."""
        return self.days[0].date

    @property
    def last(self) -> date:
        """The last date."""
        return self.days[-1].date

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the calendar's canonical JSON, 64 hexadecimal digits."""
        return sha256(self.to_json().encode()).hexdigest()

    def covers(self, when: date) -> bool:
        """Return whether the date (or the date of the stamp) has a row."""
        return 0 <= when.toordinal() - self._first < len(self.days)

    def day(self, when: date) -> Day:
        """Return the row of a date, or of a stamp's date.

        Raises
        ------
        CalendarError
            The date lies outside the calendar (CPN-C01).
        """
        return self.days[self._index(when)]

    def worked_by(self, stamp: datetime) -> int:
        """Return the working time from the calendar's first midnight to a stamp: W(stamp).

        Returns
        -------
        int
            Microseconds, 0 or more; never falls as the stamp moves on.

        Raises
        ------
        CalendarError
            The stamp lies outside the calendar (CPN-C01) or carries a time zone (C04).
        """
        index = stamp.toordinal() - self._first
        if index < 0 or stamp.tzinfo is not None:
            raise self._refusal(stamp)
        try:
            base, open1, close1, open2, close2 = self._table[index]
        except IndexError:
            raise self._refusal(stamp) from None
        time = stamp.hour * HOUR + stamp.minute * MINUTE + stamp.second * SECOND + stamp.microsecond
        return (
            base
            + (open1 if time < open1 else close1 if time > close1 else time)  # noqa: FURB136 - hot
            + (open2 if time < open2 else close2 if time > close2 else time)  # noqa: FURB136 - hot
        )

    def work_time(self, start: datetime, end: datetime) -> int:
        """Return the working time from start to end: W(end) - W(start).

        Returns
        -------
        int
            Microseconds. Negative where end comes before start: order is judged elsewhere.

        Raises
        ------
        CalendarError
            A stamp lies outside the calendar (CPN-C01) or carries a time zone (C04).
        """
        return self.worked_by(end) - self.worked_by(start)

    def work_days(self, start: date, end: date) -> int:
        """Return the working days from start to end: C(end) - C(start), dates or stamps.

        The day of receipt is day 0: from Monday to Tuesday is one working day, from Saturday to
        Monday too, and within one date none. The time of day plays no part.

        Returns
        -------
        int
            Days. Negative where end comes before start: order is judged elsewhere.

        Raises
        ------
        CalendarError
            A date lies outside the calendar (CPN-C01).
        """
        return self._count[self._index(end)] - self._count[self._index(start)]

    def working_days(self, first: date, last: date) -> int:
        """Return the number of working days among the dates first to last, both included.

        Returns
        -------
        int
            Days, 0 or more; 0 where last comes before first.

        Raises
        ------
        CalendarError
            A date lies outside the calendar (CPN-C01).
        """
        begin, end = self._index(first), self._index(last)
        before = self._count[begin] - self.days[begin].is_working
        return max(0, self._count[end] - before)

    def due(self, start: date, days: int) -> date:
        """Return the date by which so many working days have passed; day of receipt is day 0.

        It is the first date, from start on, for which `work_days(start, date) >= days`. A limit of
        n working days is kept until the end of this date.

        Parameters
        ----------
        start
            Date or stamp of receipt.
        days
            Working days, 0 or more; 0 is the date of receipt itself.

        Raises
        ------
        CalendarError
            Start lies outside the calendar (CPN-C01), the due date would (C03), or days is
            negative (C05).
        """
        before = self._count[self._index(start)]
        headline = "The due date cannot be found."
        if days < 0:
            raise refuse(CalendarError, headline, "CPN-C05", days=days)
        if days == 0:
            return date.fromordinal(start.toordinal())
        if before + days > len(self._working):
            left = len(self._working) - before
            values = {"days": days, "calendar": self.id, "last": str(self.last), "left": left}
            raise CalendarError(headline, [Finding("CPN-C03", values=values)])
        return date.fromordinal(self._working[before + days - 1])

    def dense(self) -> Dense:
        """Return the calendar as plain integer columns, for an engine that joins or gathers."""
        return self._dense

    @cached_property
    def _dense(self) -> Dense:
        # The same object each time, so that what an engine makes of it is made once.
        base, open1, close1, open2, close2 = zip(*self._table, strict=True)
        return Dense(self._first, base, open1, close1, open2, close2, self._count)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary of plain JSON values per date, keys as in a calendar file."""
        return [day.to_row() for day in self.days]

    def to_json(self) -> str:
        """Return the canonical JSON text: sorted keys, no spaces, everything included."""
        document = {
            "id": self.id,
            "edition": self.edition,
            "title": dict(self.title),
            "days": self.to_rows(),
        }
        return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def to_csv(self) -> str:
        """Return the rows as CSV text: a header, one line per date, `true` or `false`."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {**row, "estimated": str(row["estimated"]).lower()} for row in self.to_rows()
        )
        return text.getvalue()

    def _index(self, when: date) -> int:
        index = when.toordinal() - self._first
        if not 0 <= index < len(self.days):
            raise outside(self, [when])
        return index

    def _refusal(self, stamp: datetime) -> CalendarError:
        if stamp.tzinfo is not None:
            return refuse(CalendarError, "Working time cannot be counted.", "CPN-C04")
        return outside(self, [stamp])


def outside(calendar: WorkCalendar, whens: Iterable[date], where: str = "") -> CalendarError:
    """Build (not raise) the error for dates or stamps that a calendar does not cover.

    Parameters
    ----------
    calendar
        The calendar.
    whens
        The dates or stamps; those inside the calendar are passed over. The message says how many
        lie outside and how far the farthest is, never which row or which date.
    where
        The place, in the user's own names.
    """
    first, last = calendar.first.toordinal(), calendar.last.toordinal()
    gaps = [max(first - each, each - last) for each in (when.toordinal() for when in whens)]
    gaps = sorted(gap for gap in gaps if gap > 0)
    known = {"calendar": calendar.id, "first": str(calendar.first), "last": str(calendar.last)}
    headline = "Working time cannot be counted."
    values = {"count": len(gaps), "distance": gaps[-1] if gaps else 0, **known}
    code = "CPN-C02" if len(gaps) > 1 else "CPN-C01"
    return refuse(CalendarError, headline, code, where, **values)


def _faults(days: tuple[Day, ...]) -> list[Finding]:
    if not days:
        return [Finding("CPN-C17")]
    faults: list[Finding] = []
    expected = days[0].date.toordinal()
    for day in days:
        where = day.date.isoformat()
        if day.date.toordinal() != expected:
            values = {"wanted": str(date.fromordinal(expected)), "found": where}
            faults.append(Finding("CPN-C14", where, values))
        expected = day.date.toordinal() + 1
        found = hours_faults(day.hours, where)
        if day.kind not in KINDS:
            hint = did_you_mean(day.kind, KINDS)
            values = {"kind": day.kind, "hint": hint, "known": ", ".join(KINDS)}
            found.append(Finding("CPN-C15", where, values))
        elif (day.kind in OPEN_KINDS) != bool(day.hours):
            text = hours_text(day.hours) if not found else ""
            found.append(Finding("CPN-C16", where, {"kind": day.kind, "hours": text}))
        faults.extend(found)
    return faults
