"""One subject's records in plain Python: one pass over the events, then the score."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from math import floor
from typing import Any

from by_hand.office_hours import DAY, microseconds, office_hours
from by_hand.office_hours import EPOCH as FIRST_DAY
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


def reduce_events(rows: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return the thirteen statistics of one subject's events."""
    calendar = office_hours()
    base, counts = calendar.base, calendar.count
    open1, close1, open2, close2 = calendar.open1, calendar.close1, calendar.open2, calendar.close2
    offset = FIRST_DAY + calendar.first
    received = closed = mature5 = success5 = success16 = mature3 = success3 = 0
    worked = lasted = units = rated = rating_sum = rated_units = satisfied = 0
    for row in rows:
        start, stop = row["received"], row["responded"]
        if not FIRST <= start < END:
            continue
        received += 1
        day, begun = start.toordinal() - offset, microseconds(start)
        time = begun % DAY
        begun_work = (
            base[day]
            + min(max(time, open1[day]), close1[day])
            + min(max(time, open2[day]), close2[day])
        )
        old5, old3 = begun < MATURE_5, begun < MATURE_3
        mature5 += old5
        mature3 += old3
        if stop is not None and stop < AS_OF:
            closed += 1
            end, ended = stop.toordinal() - offset, microseconds(stop)
            time = ended % DAY
            ended_work = (
                base[end]
                + min(max(time, open1[end]), close1[end])
                + min(max(time, open2[end]), close2[end])
            )
            taken, took = ended_work - begun_work, ended - begun
            worked += taken
            lasted += took
            success16 += taken <= WORKING_HOURS
            success5 += old5 and counts[end] - counts[day] <= WORKING_DAYS
            success3 += old3 and took <= CALENDAR_DAYS
        else:
            worked += WORKED_BY_CUT_OFF - begun_work
        amount, rating = row["units"], row["rating"]
        units += amount
        if rating is not None:
            rated += 1
            rating_sum += rating
            rated_units += amount
            satisfied += rating >= 3  # noqa: PLR2004 - the policy's
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
        "in-time": (success5, mature5) if mature5 >= 5 else None,  # noqa: PLR2004 - the policy's
        "quick": (success16, received),
        "prompt": (success3, mature3) if mature3 else None,
        "hours-taken": (worked, received * HOUR),
        "days-taken": (lasted, closed * DAY) if closed else None,
        "handled": (received, 1),
        "units": (units, 1),
        "rating-per-unit": (rating_sum, rated_units) if rated_units else None,
        "satisfied": (satisfied, rated) if rated >= 5 else None,  # noqa: PLR2004 - the policy's
        "rating": ((rating_sum - rated) * 100, rated * 3) if rated >= 10 else None,  # noqa: PLR2004
    }


def _limited(value: float, cap: float = 120.0) -> float:
    return 0.0 if value < 0 else min(value, cap)


def achieve(measured: Mapping[str, tuple[int, int] | None]) -> dict[str, float]:
    """Return the achievements of the values that there are."""
    x = {name: pair[0] / pair[1] for name, pair in measured.items() if pair}
    rules = {
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
    return {name: rules[name](y) for name, y in x.items()}


SPEED = {"in-time": 25, "quick": 15, "prompt": 20, "hours-taken": 25, "days-taken": 15}
VOLUME = {"handled": 40, "units": 40, "rating-per-unit": 20}
CITIZENS = {"satisfied": 50, "rating": 50}


def _mean(weights: Mapping[str, int], parts: Mapping[str, float]) -> float | None:
    whole = sum(weight for name, weight in weights.items() if name in parts)
    if not whole:
        return None
    return sum(weight * parts[name] for name, weight in weights.items() if name in parts) / whole


def score(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the measured values, the score and the band of one subject's events."""
    measured = measure(reduce_events(rows))
    parts = achieve(measured)
    speed, volume, citizens = (_mean(node, parts) for node in (SPEED, VOLUME, CITIZENS))
    nodes = {"speed": min(speed, 110.0) if speed is not None else None}
    nodes |= {"volume": volume, "citizens": citizens}
    known = {name: value for name, value in nodes.items() if value is not None}
    exact = _mean({"speed": 50, "volume": 30, "citizens": 20}, known)
    if exact is None:
        return {"measured": measured, "score": None, "band": None}
    rounded = floor(exact * 100 + 0.5 + GUARD) / 100
    return {"measured": measured, "score": rounded, "band": NAMES[bisect_right(EDGES, rounded)]}
