"""Pauses of a frame: how much of each row's time they cover.

The pauses of a case come as disjoint intervals; a row's pauses are summed over its case, start and
end, so that no row needs a number of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

from capaian.columns.clocks import held_count, with_clocks
from capaian.columns.intake import companion
from capaian.columns.limits import microseconds, opening
from capaian.columns.printer import Printer, whole
from capaian.columns.request import DenseCalendar
from capaian.columns.scope import Asked
from capaian.formula import Node, Paused, walk

Frame: TypeAlias = nw.LazyFrame[Any]


def with_pauses(frame: Frame, trees: Sequence[Node], printer: Printer, asked: Asked) -> Frame:
    """Return a frame with the paused time of each row; the printer is told where it is."""
    key = asked.key.name if asked.key else ""
    trees = [each for tree in trees for each in walk(tree)]
    for number, node in enumerate(dict.fromkeys(trees)):
        if isinstance(node, Paused):
            start, end = f"pause{number}_start", f"pause{number}_end"
            counted = {
                start: printer.count(node.start, node.clock),
                end: printer.count(node.end, node.clock),
            }
            frame = frame.with_columns(**counted)
            paused: nw.Expr = whole(0)
            if asked.pauses or asked.pauses_there:
                recorded = _recorded(frame, asked, node.clock, f"pause{number}")
                frame = _summed(frame, recorded, [key, start, end], f"pause{number}")
                value = nw.col(f"pause{number}")
                paused = nw.when(value.is_null()).then(whole(0)).otherwise(value)
            known = ~nw.col(start).is_null() & ~nw.col(end).is_null()
            printer.made[node] = nw.when(known).then(paused)
    return frame


def _recorded(
    frame: Frame,
    asked: Asked,
    clock: str,
    name: str,
) -> Frame:
    """Return the recorded pauses, by a clock, as a table in the frame's engine."""
    calendar = asked.request.calendar
    for each in asked.pauses_there:
        return _counted(each, calendar, clock, name)

    def counted(stamp: datetime) -> int:
        if clock == "calendar" or calendar is None:
            return microseconds(stamp)
        return held_count(calendar, stamp, clock)

    rows = [
        (case, counted(first), counted(last))
        for case, intervals in asked.pauses.items()
        for first, last in intervals
    ]
    cases, firsts, lasts = zip(*rows, strict=True)
    return companion(frame, {f"{name}_case": cases, f"{name}_first": firsts, f"{name}_last": lasts})


def _counted(pauses: Frame, calendar: DenseCalendar | None, clock: str, name: str) -> Frame:
    """Return a frame of pauses by a clock, held at the calendar's ends."""
    ends = {"first": nw.col("first"), "last": nw.col("last")}
    if calendar is not None and clock != "calendar":
        opens, closes = opening(calendar)
        most = whole(held_count(calendar, datetime.max, clock))
        for end, stamp in ends.items():
            pauses = with_clocks(pauses, calendar, end, {clock}, inside=None)
            late = nw.when(stamp >= closes).then(most).otherwise(nw.col(f"{end}_{clock}"))
            ends[end] = nw.when(stamp < opens).then(whole(0)).otherwise(late)
    made = {f"{name}_{end}": each for end, each in ends.items()}
    return pauses.select(nw.col("case").alias(f"{name}_case"), **made)


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
