"""Pauses of cases: the union of what is recorded, as disjoint intervals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from capaian.columns.faults import place
from capaian.columns.request import PauseReading
from capaian.errors import Finding
from capaian.formula import merge_pauses

PauseRow: TypeAlias = tuple[str, datetime, datetime | None]
"""A case, and the start and stop of a pause; a pause without a stop has not ended."""
Interval: TypeAlias = tuple[datetime, datetime]


def merged(rows: Iterable[PauseRow], as_of: datetime) -> dict[str, list[Interval]]:
    """Return the union of each case's pauses; what has not ended lasts up to the cut-off."""
    cases: dict[str, list[Interval]] = {}
    for case, start, stop in rows:
        last = as_of if stop is None else stop
        if start < last:
            cases.setdefault(case, []).append((start, last))
    return {case: merge_pauses(intervals) for case, intervals in cases.items()}


def pause_findings(pauses: PauseReading, late: int, rows: int) -> list[Finding]:
    """Return the finding about pauses that end before they start."""
    where = place(pauses.table.name, f"{pauses.start.column}, {pauses.stop.column}")
    return [Finding("CPN-E26", where, {"count": late, "rows": rows})] if late else []
