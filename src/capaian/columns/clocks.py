"""What a working clock has counted up to each stamp of a frame, as one look-up.

Between two moments at which an office opens or closes, the clock stands still or runs: up to a
stamp t it has counted a + k t, with k 0 or 1. All openings and closings of a calendar fall on
multiples of some length (half an hour, as a rule), so a table with an entry for each such slot,
found by dividing the stamp by that length, gives a and k exactly. Polars gathers from the table,
which is fastest there; other engines join it.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
from attrs import frozen
from numpy.typing import NDArray

from capaian.columns.intake import companion, is_duckdb
from capaian.columns.limits import DAY, EPOCH, Span, microseconds
from capaian.columns.printer import whole
from capaian.columns.request import DenseCalendar

Frame: TypeAlias = nw.LazyFrame[Any]
HOURS, DAYS = "working_hours", "working_days"
MOST_SLOTS = 2**22
"""Entries of a table of slots; calendars whose hours would need more go day by day."""


@frozen(eq=False)
class Slots:
    """The working clocks of a calendar as one table.

    Attributes
    ----------
    length
        Microseconds of a slot.
    first
        Number of the first slot, counted from 1970.
    start, rate
        For each slot a and k: up to a stamp t in it `working_hours` has counted a + k t.
    days
        For each slot what `working_days` has counted.
    """

    length: int
    first: int
    start: NDArray[np.int64]
    rate: NDArray[np.int64]
    days: NDArray[np.int64]

    def within(self, span: Span | None) -> Slots:
        """Return the part of the table that stamps from the least to the greatest need."""
        if span is None:
            return self
        low = min(max(span[0] // self.length - self.first, 0), len(self.start) - 1)
        high = max(min(span[1] // self.length - self.first + 1, len(self.start)), low + 1)
        parts = (each[low:high] for each in (self.start, self.rate, self.days))
        return Slots(self.length, self.first + low, *parts)

    def columns(self, clocks: Collection[str]) -> dict[str, NDArray[np.int64]]:
        """Return what some clocks need of the table."""
        hours = {"start": self.start, "rate": self.rate} if HOURS in clocks else {}
        return hours | ({"days": self.days} if DAYS in clocks else {})


def slots(calendar: DenseCalendar) -> Slots:
    """Return the table of a calendar.

    Raises
    ------
    OverflowError
        The hours are kept so finely that the table would be too large.
    """
    return _known(_Held(calendar))


@frozen(eq=False)
class _Held:
    """A calendar as a key: by identity, and kept alive while the key is."""

    calendar: DenseCalendar

    def __hash__(self) -> int:
        return id(self.calendar)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.calendar is other.calendar


@lru_cache(maxsize=16)
def _known(held: _Held) -> Slots:
    calendar = held.calendar
    base, open1, close1, open2, close2, days = (
        np.array(getattr(calendar, each), dtype=np.int64)
        for each in ("base", "open1", "close1", "open2", "close2", "count")
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
    first = (calendar.first - EPOCH.toordinal()) * per_day
    began = (slot + first) * length
    return Slots(length, first, counted - rate * began, rate, days[day])


def with_clocks(
    frame: Frame,
    calendar: DenseCalendar,
    name: str,
    clocks: Collection[str],
    *,
    inside: Span | None,
) -> Frame:
    """Return a frame with `<name>_<clock>`: what each clock has counted up to the stamp `name`.

    Parameters
    ----------
    frame
        A frame with the stamp in microseconds since 1970; missing where not known.
    calendar
        The work calendar.
    name
        The column.
    clocks
        `working_hours`, `working_days` or both.
    inside
        The column's least and greatest value where they are known; outside the calendar there is no
        count, and where all lies inside nothing need be asked of a row.
    """
    try:
        table = slots(calendar)
    except OverflowError:
        return _by_day(frame, calendar, name, clocks)
    if frame.implementation.is_polars():
        frame = _gathered(frame, table, name, clocks, inside)
    else:
        proved = inside is not None and inside[0] >= 0
        frame = _joined(frame, table.within(inside), name, clocks, proved=proved)
    made = {}
    if HOURS in clocks:
        running = nw.col(f"{name}_rate") * nw.col(name)
        made[f"{name}_{HOURS}"] = nw.col(f"{name}_start") + running
    if DAYS in clocks:
        made[f"{name}_{DAYS}"] = nw.col(f"{name}_days")
    return frame.with_columns(**made)


def _gathered(
    frame: Frame, table: Slots, name: str, clocks: Collection[str], inside: Span | None
) -> Frame:
    native: pl.LazyFrame = frame.to_native()
    place = pl.col(name) // table.length - table.first
    last = len(table.start) - 1
    begin, end = table.first * table.length, (table.first + last + 1) * table.length
    if inside is None or inside[0] < begin or inside[1] >= end:
        place = pl.when(place.is_between(0, last)).then(place)
    entries = {
        f"{name}_{key}": pl.lit(pl.Series(key, values)).gather(pl.col(f"{name}_slot"))
        for key, values in table.columns(clocks).items()
    }
    native = native.with_columns(place.alias(f"{name}_slot")).with_columns(**entries)
    made: Frame = nw.from_native(native)
    return made


def _joined(
    frame: Frame, table: Slots, name: str, clocks: Collection[str], *, proved: bool
) -> Frame:
    slot = f"{name}_slot"
    columns: dict[str, Any] = {slot: range(table.first, table.first + len(table.start))}
    columns |= {f"{name}_{key}": v.tolist() for key, v in table.columns(clocks).items()}
    if proved and is_duckdb(frame):
        # Not before 1970, so that DuckDB's own division, which cuts off, is the floor.
        relation = frame.to_native().project(f"*, {name} // {table.length} AS {slot}")
        made: Frame = nw.from_native(relation)
    else:
        made = frame.with_columns((nw.col(name) // whole(table.length)).cast(nw.Int64).alias(slot))
    return made.join(companion(frame, columns), on=slot, how="left")


def _by_day(frame: Frame, calendar: DenseCalendar, name: str, clocks: Collection[str]) -> Frame:
    """Count from a table with one entry a day: slower, and for hours kept to the second."""
    day, time = f"{name}_day", f"{name}_time"
    first = calendar.first - EPOCH.toordinal()
    ends = ("base", "open1", "close1", "open2", "close2")
    columns: dict[str, Any] = {day: range(first, first + len(calendar.count))}
    columns |= {f"{name}_{each}": getattr(calendar, each) for each in ends}
    columns[f"{name}_{DAYS}"] = calendar.count
    frame = frame.with_columns((nw.col(name) % DAY).alias(time))
    frame = frame.with_columns(((nw.col(name) - nw.col(time)) // DAY).cast(nw.Int64).alias(day))
    frame = frame.join(companion(frame, columns), on=day, how="left")
    if HOURS not in clocks:
        return frame
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
