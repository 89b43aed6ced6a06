"""Working time and pauses of a frame: what a clock has counted up to each stamp.

The calendar is joined on the date of a stamp, once per column that a working clock reads. The
pauses of a case come as disjoint intervals; a row's pauses are summed over its case, start and end,
so that no row needs a number of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

from capaian.columns.intake import companion
from capaian.columns.limits import DAY, EPOCH, microseconds
from capaian.columns.pauses import Interval
from capaian.columns.printer import Clocked, Printer, clocked_stamps, unknown, whole
from capaian.columns.request import DenseCalendar, Request
from capaian.formula import Instant, Paused, walk

Frame: TypeAlias = nw.LazyFrame[Any]
Pauses: TypeAlias = Mapping[str, Sequence[Interval]] | Frame | None
"""Case to disjoint pauses; or, from Spark, a frame of `case`, `first` and `last`."""
HOURS, DAYS = "working_hours", "working_days"


def with_counts(
    frame: Frame, request: Request, names: Mapping[str, str]
) -> tuple[Frame, dict[Clocked, nw.Expr]]:
    """Return a frame with what working clocks have counted, and by clock and stamp where it is."""
    counts: dict[Clocked, nw.Expr] = {}
    calendar = request.calendar
    if calendar is None:
        return frame, counts
    wanted: dict[str, set[str]] = {}
    for clock, stamp in clocked_stamps(request.statistics):
        if isinstance(stamp, Instant):
            counted = count_to(calendar, getattr(request.moment, stamp.name), clock)
            counts[clock, stamp] = unknown() if counted is None else whole(counted)
        else:
            wanted.setdefault(names[stamp.name], set()).add(clock)
            counts[clock, stamp] = nw.col(f"{names[stamp.name]}_{clock}")
    if wanted:
        days = companion(frame, _entries(calendar))
        for name, clocks in sorted(wanted.items()):
            frame = _joined(frame, days, name, clocks)
    return frame, counts


def _entries(calendar: DenseCalendar) -> dict[str, Sequence[int] | Sequence[str]]:
    first = calendar.first - EPOCH.toordinal()
    return {
        "day": range(first, first + len(calendar.count)),
        "base": calendar.base,
        "open1": calendar.open1,
        "close1": calendar.close1,
        "open2": calendar.open2,
        "close2": calendar.close2,
        "count": calendar.count,
    }


def _joined(frame: Frame, days: Frame, name: str, clocks: set[str]) -> Frame:
    """Join the calendar on the date of a stamp and count up to it."""
    kept = ["count"] if DAYS in clocks else []
    if HOURS in clocks:
        kept += ["base", "open1", "close1", "open2", "close2"]
    day, time = f"{name}_day", f"{name}_time"
    entries = days.select(nw.col("day").alias(day), *(nw.col(k).alias(f"{name}_{k}") for k in kept))
    stamp = nw.col(name)
    frame = frame.with_columns((stamp % DAY).alias(time))
    frame = frame.with_columns(((stamp - nw.col(time)) // DAY).cast(nw.Int64).alias(day))
    frame = frame.join(entries, on=day, how="left")
    made = {}
    if DAYS in clocks:
        made[f"{name}_{DAYS}"] = nw.col(f"{name}_count")
    if HOURS in clocks:
        worked = nw.col(f"{name}_base")
        for stretch in "12":
            opened, closed = nw.col(f"{name}_open{stretch}"), nw.col(f"{name}_close{stretch}")
            late = nw.when(nw.col(time) > closed).then(closed).otherwise(nw.col(time))
            worked += nw.when(nw.col(time) < opened).then(opened).otherwise(late)
        made[f"{name}_{HOURS}"] = worked
    return frame.with_columns(**made)


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


def _held(calendar: DenseCalendar, stamp: datetime, clock: str) -> int:
    """Return the same, held at the calendar's ends: no case reaches beyond them."""
    counted = count_to(calendar, stamp, clock)
    if counted is not None:
        return counted
    if stamp.toordinal() < calendar.first:
        return 0
    if clock == DAYS:
        return calendar.count[-1]
    return calendar.base[-1] + calendar.close1[-1] + calendar.close2[-1]


def with_pauses(
    frame: Frame,
    request: Request,
    printer: Printer,
    key: str,
    pauses: Pauses,
) -> Frame:
    """Return a frame with the paused time of each row; the printer is told where it is."""
    trees = [each for tree in request.statistics for each in walk(tree)]
    for number, node in enumerate(dict.fromkeys(trees)):
        if isinstance(node, Paused):
            start, end = f"pause{number}_start", f"pause{number}_end"
            counted = {
                start: printer.count(node.start, node.clock),
                end: printer.count(node.end, node.clock),
            }
            frame = frame.with_columns(**counted)
            paused: nw.Expr = whole(0)
            if pauses is not None and (isinstance(pauses, nw.LazyFrame) or pauses):
                recorded = _recorded(frame, request, node.clock, pauses, f"pause{number}")
                frame = _summed(frame, recorded, [key, start, end], f"pause{number}")
                value = nw.col(f"pause{number}")
                paused = nw.when(value.is_null()).then(whole(0)).otherwise(value)
            known = ~nw.col(start).is_null() & ~nw.col(end).is_null()
            printer.made[node] = nw.when(known).then(paused)
    return frame


def _recorded(
    frame: Frame,
    request: Request,
    clock: str,
    pauses: Mapping[str, Sequence[Interval]] | Frame,
    name: str,
) -> Frame:
    """Return the recorded pauses, by a clock, as a table in the frame's engine."""
    if isinstance(pauses, nw.LazyFrame):
        return _counted(pauses, request.calendar, clock, name)

    def counted(stamp: datetime) -> int:
        if clock == "calendar" or request.calendar is None:
            return microseconds(stamp)
        return _held(request.calendar, stamp, clock)

    rows = [
        (case, counted(first), counted(last))
        for case, intervals in pauses.items()
        for first, last in intervals
    ]
    cases, firsts, lasts = zip(*rows, strict=True)
    return companion(frame, {f"{name}_case": cases, f"{name}_first": firsts, f"{name}_last": lasts})


def _counted(pauses: Frame, calendar: DenseCalendar | None, clock: str, name: str) -> Frame:
    """Return a frame of pauses by a clock, held at the calendar's ends."""
    made = {f"{name}_case": nw.col("case")}
    ends = {"first": nw.col("first"), "last": nw.col("last")}
    if calendar is not None and clock != "calendar":
        days = companion(pauses, _entries(calendar))
        opens = (calendar.first - EPOCH.toordinal()) * DAY
        closes = opens + len(calendar.count) * DAY
        most = whole(_held(calendar, datetime.max, clock))
        for end, stamp in ends.items():
            pauses = _joined(pauses, days, end, {clock})
            late = nw.when(stamp >= closes).then(most).otherwise(nw.col(f"{end}_{clock}"))
            ends[end] = nw.when(stamp < opens).then(whole(0)).otherwise(late)
    return pauses.select(**made, **{f"{name}_{end}": each for end, each in ends.items()})


def _summed(frame: Frame, recorded: Frame, place: list[str], name: str) -> Frame:
    """Join to each row the time that the pauses of its case cover between its start and end."""
    key, start, end = place
    first, last = f"{name}_first", f"{name}_last"
    places = frame.filter(nw.col(start) < nw.col(end)).select(*place).unique()
    joined = places.join(recorded, left_on=key, right_on=f"{name}_case", how="inner")
    late = nw.when(nw.col(first) > nw.col(start)).then(nw.col(first)).otherwise(nw.col(start))
    early = nw.when(nw.col(last) < nw.col(end)).then(nw.col(last)).otherwise(nw.col(end))
    covered = joined.with_columns((early - late).alias(name)).filter(nw.col(name) > 0)
    sums = covered.group_by(*place).agg(nw.col(name).sum().cast(nw.Int64))
    return frame.join(sums, on=place, how="left")
