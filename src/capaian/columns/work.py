"""Pauses of a frame: how much of each row's time they cover.

The pauses of a case come as disjoint intervals; a row's pauses are summed over its case, start and
end, so that no row needs a number of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

from capaian.columns.clocks import held_count
from capaian.columns.intake import companion
from capaian.columns.limits import microseconds
from capaian.columns.pauses import Interval
from capaian.columns.printer import Printer, whole
from capaian.columns.request import Request
from capaian.columns.scope import Asked
from capaian.formula import Node, Paused, walk

Frame: TypeAlias = nw.LazyFrame[Any]


def with_pauses(frame: Frame, trees: Sequence[Node], printer: Printer, asked: Asked) -> Frame:
    """Return a frame with the paused time of each row; the printer is told where it is."""
    request, pauses = asked.request, asked.pauses
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
            if pauses:
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
    pauses: Mapping[str, Sequence[Interval]],
    name: str,
) -> Frame:
    """Return the recorded pauses, by a clock, as a table in the frame's engine."""

    def counted(stamp: datetime) -> int:
        if clock == "calendar" or request.calendar is None:
            return microseconds(stamp)
        return held_count(request.calendar, stamp, clock)

    rows = [
        (case, counted(first), counted(last))
        for case, intervals in pauses.items()
        for first, last in intervals
    ]
    cases, firsts, lasts = zip(*rows, strict=True)
    return companion(frame, {f"{name}_case": cases, f"{name}_first": firsts, f"{name}_last": lasts})


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
