"""One subject's records in plain Python: one pass over the events, then the score."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from math import floor
from typing import Any

from by_hand.office_hours import DAY, SECOND, office_hours
from by_hand.rule import (
    AS_OF,
    BANDS,
    CALENDAR_DAYS,
    END,
    FIRST,
    GUARD,
    HOUR,
    LOWEST,
    MATURE_3,
    MATURE_5,
    WORKED_BY_CUT_OFF,
    WORKING_DAYS,
    WORKING_HOURS,
)

EDGES = [edge for edge, _ in reversed(BANDS)]
NAMES = [LOWEST, *(name for _, name in reversed(BANDS))]


def _entries() -> list[tuple[int, int, int, int, int, int]]:
    """Return the calendar by the date, from its first one on, in one tuple a date."""
    return list(zip(*office_hours()[1:], strict=True))


ENTRIES = _entries()
MIDNIGHT = datetime(1970, 1, 1) + timedelta(days=office_hours().first)
"""The calendar's first instant: stamps are taken from it, in days and parts of a day."""
OLD_5, OLD_3 = (
    datetime(1970, 1, 1) + timedelta(microseconds=each) for each in (MATURE_5, MATURE_3)
)


def reduce_events(rows: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return the fourteen statistics of one subject's events."""
    received = closed = mature5 = success5 = success16 = mature3 = success3 = 0
    worked = lasted = units = rated = rating_sum = rated_units = satisfied = 0
    for row in rows:
        start, stop, rating = row["received"], row["responded"], row["rating"]
        if not FIRST <= start < END:
            continue
        received += 1
        since = start - MIDNIGHT
        time = since.seconds * SECOND + since.microseconds
        base, open1, close1, open2, close2, day = ENTRIES[since.days]
        begun = base
        begun += open1 if time < open1 else min(time, close1)
        begun += open2 if time < open2 else min(time, close2)
        mature5 += (old5 := start < OLD_5)
        mature3 += (old3 := start < OLD_3)
        if stop is not None and stop < AS_OF:
            closed += 1
            until = stop - MIDNIGHT
            time = until.seconds * SECOND + until.microseconds
            base, open1, close1, open2, close2, end = ENTRIES[until.days]
            taken = base - begun
            taken += open1 if time < open1 else min(time, close1)
            taken += open2 if time < open2 else min(time, close2)
            took = until - since
            length = (took.days * 86_400 + took.seconds) * SECOND + took.microseconds
            worked += taken
            lasted += length
            if taken <= WORKING_HOURS:
                success16 += 1
            if old5 and end - day <= WORKING_DAYS:
                success5 += 1
            if old3 and length <= CALENDAR_DAYS:
                success3 += 1
        else:
            worked += WORKED_BY_CUT_OFF - begun
        amount = row["units"]
        units += amount
        if rating is not None:
            rated += 1
            rating_sum += rating
            rated_units += amount
            if rating >= 3:
                satisfied += 1
    return (
        received, closed, mature5, success5, success16, mature3, success3,
        worked, lasted, units, rated, rating_sum, rated_units, satisfied,
    )  # fmt: skip


def measure(found: tuple[int, ...]) -> dict[str, tuple[int, int] | None]:
    """Return the measured values as ratios of integers; `None` where there is none."""
    (
        received, closed, mature5, success5, success16, mature3, success3,
        worked, lasted, units, rated, rating_sum, rated_units, satisfied,
    ) = found  # fmt: skip
    return {
        "in-time": (success5, mature5) if mature5 >= 5 else None,
        "quick": (success16, received),
        "prompt": (success3, mature3) if mature3 else None,
        "hours-taken": (worked, received * HOUR),
        "days-taken": (lasted, closed * DAY) if closed else None,
        "handled": (received, 1),
        "units": (units, 1),
        "rating-per-unit": (rating_sum, rated_units) if rated_units else None,
        "satisfied": (satisfied, rated) if rated >= 5 else None,
        "rating": ((rating_sum - rated) * 100, rated * 3) if rated >= 10 else None,
    }


def _limited(value: float, cap: float = 120.0) -> float:
    return 0.0 if value < 0 else min(value, cap)


RULES: dict[str, Callable[[float], float]] = {
    "in-time": lambda y: _limited(y / 0.9 * 100),
    "quick": lambda y: _limited(y / 0.6 * 100),
    "prompt": lambda y: _limited((y - 0.2) / 0.7 * 100),
    "hours-taken": lambda y: _limited((2 - y / 20) * 100),
    "days-taken": lambda y: _limited((12 - y) * 10),
    "handled": _limited,
    "units": lambda y: _limited(y / 480 * 100),
    "rating-per-unit": lambda y: _limited((y - 0.2) / 0.6 * 100),
    "satisfied": lambda y: _limited(y / 0.85 * 100, 110.0),
    "rating": lambda y: _limited(y / 75 * 100),
}
SPEED = (("in-time", 25), ("quick", 15), ("prompt", 20), ("hours-taken", 25), ("days-taken", 15))
VOLUME = (("handled", 40), ("units", 40), ("rating-per-unit", 20))
CITIZENS = (("satisfied", 50), ("rating", 50))
NODES = (("speed", 50), ("volume", 30), ("citizens", 20))


def _mean(weights: tuple[tuple[str, int], ...], parts: Mapping[str, float]) -> float | None:
    whole, total = 0, 0.0
    for name, weight in weights:
        if name in parts:
            whole += weight
            total += weight * parts[name]
    return total / whole if whole else None


def score(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the measured values, the score and the band of one subject's events."""
    measured = measure(reduce_events(rows))
    parts = {name: RULES[name](pair[0] / pair[1]) for name, pair in measured.items() if pair}
    nodes: dict[str, float] = {}
    for node, weights in (("speed", SPEED), ("volume", VOLUME), ("citizens", CITIZENS)):
        value = _mean(weights, parts)
        if value is not None:
            nodes[node] = min(value, 110.0) if node == "speed" else value
    exact = _mean(NODES, nodes)
    if exact is None:
        return {"measured": measured, "score": None, "band": None}
    rounded = floor(exact * 100 + 0.5 + GUARD) / 100
    return {"measured": measured, "score": rounded, "band": NAMES[bisect_right(EDGES, rounded)]}
