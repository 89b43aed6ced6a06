"""Stretches of whole days: merged, and counted within others. NumPy, integers only.

A stretch runs from a first day up to, not including, a stop; days are ordinals (`date.toordinal`),
and `codes` say to whom each stretch belongs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from typing import TypeAlias, TypeVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.workcalendar import WorkCalendar

Days: TypeAlias = NDArray[np.int64]

LANE = 1 << 22
"""More days than there are from the year 1 to the year 9999: each code has a lane of its own."""
DAY = 86_400_000_000
EPOCH = date(1970, 1, 1).toordinal()
NEVER, EVER = 1, date.max.toordinal() + 1
"""The first day and the stop of a stretch without an end on that side."""

Name = TypeVar("Name", bound=Hashable)


def days_of(stamps: Days) -> Days:
    """Return the days on which stamps lie, given in microseconds since 1970."""
    return stamps // DAY + EPOCH


def stamps_of(days: Days) -> Days:
    """Return when days begin, in microseconds since 1970."""
    return (days - EPOCH) * DAY


def coded(names: Iterable[Name]) -> tuple[Days, list[Name]]:
    """Return names as positions in their sorted list, and that list."""
    order: dict[Name, int] = {}
    codes = np.array([order.setdefault(each, len(order)) for each in names], dtype=np.int64)
    listed = sorted(order)  # type: ignore[type-var]
    places = np.empty(len(listed), dtype=np.int64)
    places[[order[each] for each in listed]] = np.arange(len(listed))
    return places[codes], listed


def merged(codes: Days, first: Days, stop: Days) -> tuple[Days, Days, Days]:
    """Return the stretches of each code without overlap, in order; those that touch become one."""
    order = np.lexsort((first, codes))
    lanes = codes[order] * LANE
    begins, reach = lanes + first[order], np.maximum.accumulate(lanes + stop[order])
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = begins[1:] > reach[:-1]
    last = np.flatnonzero(np.append(new[1:], [True] * bool(len(new))))
    owner = lanes[new]
    return owner // LANE, begins[new] - owner, reach[last] - owner


def overlapping(codes: Days, first: Days, stop: Days) -> int:
    """Return how many stretches begin before an earlier one of the same code has ended."""
    order = np.lexsort((first, codes))
    lanes = codes[order] * LANE
    reach = np.maximum.accumulate(lanes + stop[order])
    return int(((lanes + first[order])[1:] < reach[:-1]).sum())


@frozen(eq=False)
class Clock:
    """Counts days: `before[i]` of them lie before the day `first + i`."""

    first: int
    before: Days

    def until(self, days: Days) -> Days:
        """Return how many days lie before each of these."""
        before: Days = self.before[np.clip(days - self.first, 0, len(self.before) - 1)]
        return before

    def count(self, first: Days, stop: Days) -> Days:
        """Return how many days lie in each stretch; none in one that is empty."""
        days: Days = np.maximum(self.until(stop) - self.until(first), 0)
        return days


def every_day(first: int, stop: int) -> Clock:
    """Return a clock that counts all days of a stretch."""
    return Clock(first, np.arange(stop - first + 1, dtype=np.int64))


def working_days(calendar: WorkCalendar, first: int, stop: int) -> Clock:
    """Return a clock that counts the working days of a stretch.

    Raises
    ------
    CalendarError
        The calendar does not cover the stretch.
    """
    calendar.working_days(date.fromordinal(first), date.fromordinal(stop - 1))
    dense = calendar.dense()
    counts = np.concatenate([[0], np.asarray(dense.count, dtype=np.int64)])
    return Clock(first, counts[first - dense.first : stop - dense.first + 1])


@frozen(eq=False)
class Shade:
    """Days taken off each code's stretches, such as leave; no two stretches overlap."""

    codes: Days
    first: Days
    stop: Days

    def within(self, codes: Days, first: Days, stop: Days, clock: Clock) -> Days:
        """Return how many of a clock's days are taken off within each of these stretches."""
        if not len(self.codes):
            return np.zeros(len(codes), dtype=np.int64)
        sums = np.concatenate([[0], np.cumsum(clock.count(self.first, self.stop))])
        days: Days = self._before(codes, stop, clock, sums)
        days -= self._before(codes, first, clock, sums)
        return days

    def _before(self, codes: Days, days: Days, clock: Clock, sums: Days) -> Days:
        """Return how much is taken off before a day, over all codes up to its own."""
        begins = self.codes * LANE + self.first
        place = np.searchsorted(begins, codes * LANE + days, side="right") - 1
        at = np.maximum(place, 0)
        same = self.codes[at] == codes
        end = np.where(same, np.minimum(days, self.stop[at]), self.stop[at])
        return np.where(place < 0, 0, sums[at] + clock.count(self.first[at], end))


def shade(codes: Days, first: Days, stop: Days) -> Shade:
    """Return stretches, which may overlap, as days that are taken off."""
    return Shade(*merged(codes, first, stop))
