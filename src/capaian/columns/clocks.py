"""What a working clock has counted up to each stamp of a frame, as one look-up.

Between two moments at which an office opens or closes, the clock stands still or runs: up to a
stamp t it has counted a + k t, with k 0 or 1. All openings and closings of a calendar fall on
multiples of some length (half an hour, as a rule), so a table with an entry for each such slot,
found by dividing the stamp by that length, gives a and k exactly. Polars gathers from the table,
which is fastest there; other engines join it.
"""

from __future__ import annotations

import math
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
from attrs import frozen
from numpy.typing import NDArray

from capaian.columns.intake import companion
from capaian.columns.limits import DAY, EPOCH, Span, microseconds
from capaian.columns.printer import whole
from capaian.columns.request import DenseCalendar

Frame: TypeAlias = nw.LazyFrame[Any]
HOURS, DAYS = "working_hours", "working_days"
MOST_SLOTS = 2**22
"""Entries of a table of slots; calendars whose hours would need more are kept by the second."""


@frozen(eq=False)
class Slots:
    """A working clock as a table.

    Attributes
    ----------
    length
        Microseconds of a slot.
    first
        Number of the first slot, counted from 1970.
    start, rate
        For each slot a and k: up to a stamp t in it the clock has counted a + k t.
    """

    length: int
    first: int
    start: NDArray[np.int64]
    rate: NDArray[np.int64]

    @property
    def runs(self) -> bool:
        """Whether the clock ever runs within a slot; one that counts days only jumps."""
        return bool(self.rate.any())

    def within(self, span: Span | None) -> Slots:
        """Return the part of the table that stamps from the least to the greatest need."""
        if span is None:
            return self
        low = min(max(span[0] // self.length - self.first, 0), len(self.start) - 1)
        high = max(min(span[1] // self.length - self.first + 1, len(self.start)), low + 1)
        return Slots(self.length, self.first + low, self.start[low:high], self.rate[low:high])


def slots(calendar: DenseCalendar, clock: str) -> Slots:
    """Return the table of a calendar's clock."""
    return _known(_Held(calendar), clock)


@frozen(eq=False)
class _Held:
    """A calendar as a key: by identity, and kept alive while the key is."""

    calendar: DenseCalendar

    def __hash__(self) -> int:
        return id(self.calendar)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.calendar is other.calendar


@lru_cache(maxsize=16)
def _known(held: _Held, clock: str) -> Slots:
    calendar = held.calendar
    first = calendar.first - EPOCH.toordinal()
    if clock == DAYS:
        count = np.array(calendar.count, dtype=np.int64)
        return Slots(DAY, first, count, np.zeros_like(count))
    base, open1, close1, open2, close2 = (
        np.array(getattr(calendar, each), dtype=np.int64)
        for each in ("base", "open1", "close1", "open2", "close2")
    )
    ends = np.unique(np.concatenate([open1, close1, open2, close2]))
    length = math.gcd(DAY, *ends.tolist())
    per_day = DAY // length
    if len(base) * per_day > MOST_SLOTS:
        raise OverflowError
    slot = np.arange(len(base) * per_day, dtype=np.int64)
    day, time = slot // per_day, (slot % per_day) * length
    counted = base[day] + np.clip(time, open1[day], close1[day])
    counted += np.clip(time, open2[day], close2[day])
    opens = (time >= open1[day]) & (time < close1[day])
    rate = (opens | ((time >= open2[day]) & (time < close2[day]))).astype(np.int64)
    began = (slot + first * per_day) * length
    return Slots(length, first * per_day, counted - rate * began, rate)


def with_clock(
    frame: Frame, calendar: DenseCalendar, name: str, clock: str, *, inside: Span | None
) -> Frame:
    """Return a frame with `<name>_<clock>`: what the clock has counted up to the stamp `name`.

    Parameters
    ----------
    frame
        A frame with the stamp in microseconds since 1970; missing where not known.
    calendar
        The work calendar.
    name
        The column.
    clock
        `working_hours` or `working_days`.
    inside
        The column's least and greatest value where they are known; outside the calendar there is no
        count, and where all lies inside nothing need be asked of a row.
    """
    try:
        table = slots(calendar, clock)
    except OverflowError:
        return _by_day(frame, calendar, name)
    if frame.implementation.is_polars():
        return _gathered(frame, table, name, clock, inside)
    return _joined(frame, table.within(inside), name, clock)


def _gathered(frame: Frame, table: Slots, name: str, clock: str, inside: Span | None) -> Frame:
    native: pl.LazyFrame = frame.to_native()
    stamp = pl.col(name)
    place = stamp // table.length - table.first
    last = len(table.start) - 1
    begin, end = table.first * table.length, (table.first + last + 1) * table.length
    if inside is None or inside[0] < begin or inside[1] >= end:
        place = pl.when(place.is_between(0, last)).then(place)
    counted = pl.lit(pl.Series("start", table.start)).gather(place)
    if table.runs:
        counted = counted + pl.lit(pl.Series("rate", table.rate)).gather(place) * stamp
    made: Frame = nw.from_native(native.with_columns(counted.alias(f"{name}_{clock}")))
    return made


def _joined(frame: Frame, table: Slots, name: str, clock: str) -> Frame:
    slot = f"{name}_{clock}_slot"
    entries = companion(
        frame,
        {
            slot: range(table.first, table.first + len(table.start)),
            f"{slot}_start": table.start.tolist(),
            f"{slot}_rate": table.rate.tolist(),
        },
    )
    made = frame.with_columns((nw.col(name) // whole(table.length)).cast(nw.Int64).alias(slot))
    made = made.join(entries, on=slot, how="left")
    counted = nw.col(f"{slot}_start")
    if table.runs:
        counted = counted + nw.col(f"{slot}_rate") * nw.col(name)
    return made.with_columns(counted.alias(f"{name}_{clock}"))


def _by_day(frame: Frame, calendar: DenseCalendar, name: str) -> Frame:
    """Count from a table with one entry a day: slower, and for hours kept to the second."""
    day, time = f"{name}_day", f"{name}_time"
    first = calendar.first - EPOCH.toordinal()
    ends = ("base", "open1", "close1", "open2", "close2")
    columns: dict[str, Any] = {day: range(first, first + len(calendar.count))}
    columns |= {f"{name}_{each}": getattr(calendar, each) for each in ends}
    frame = frame.with_columns((nw.col(name) % DAY).alias(time))
    frame = frame.with_columns(((nw.col(name) - nw.col(time)) // DAY).cast(nw.Int64).alias(day))
    frame = frame.join(companion(frame, columns), on=day, how="left")
    worked = nw.col(f"{name}_base")
    for stretch in "12":
        opened, closed = nw.col(f"{name}_open{stretch}"), nw.col(f"{name}_close{stretch}")
        late = nw.when(nw.col(time) > closed).then(closed).otherwise(nw.col(time))
        worked += nw.when(nw.col(time) < opened).then(opened).otherwise(late)
    return frame.with_columns(worked.alias(f"{name}_{HOURS}"))


def count_to(calendar: DenseCalendar, stamp: datetime, clock: str) -> int | None:
    """Return what a working clock has counted up to a stamp; `None` outside the calendar."""
    index = stamp.toordinal() - calendar.first
    if not 0 <= index < len(calendar.count):
        return None
    if clock == DAYS:
        return calendar.count[index]
    time = microseconds(stamp) % DAY
    first = min(max(time, calendar.open1[index]), calendar.close1[index])
    second = min(max(time, calendar.open2[index]), calendar.close2[index])
    return calendar.base[index] + first + second


def held_count(calendar: DenseCalendar, stamp: datetime, clock: str) -> int:
    """Return the same, held at the calendar's ends: no case reaches beyond them."""
    counted = count_to(calendar, stamp, clock)
    if counted is not None:
        return counted
    if stamp.toordinal() < calendar.first:
        return 0
    if clock == DAYS:
        return calendar.count[-1]
    return calendar.base[-1] + calendar.close1[-1] + calendar.close2[-1]
