"""Kaplan-Meier in integers: what can be said while some cases are still running.

A step is `(duration, ended, running)`: how many cases ended at that duration and how many were
last seen running at it. Cases that end at a duration are counted before those that are cut off at
it (Kaplan and Meier 1958). Results are integers, so that they are the same on every engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

Step: TypeAlias = tuple[int, int, int]
GRAIN = 10**12
"""A share is given in units of 10^-12."""


def steps(cases: Iterable[tuple[int, bool]]) -> list[Step]:
    """Return the steps, in order of duration, of `(duration, ended)` pairs."""
    counts: dict[int, list[int]] = {}
    for duration, ended in cases:
        counts.setdefault(duration, [0, 0])[0 if ended else 1] += 1
    return [(duration, *counts[duration]) for duration in sorted(counts)]  # type: ignore[misc]


def curve(table: list[Step]) -> list[tuple[int, Fraction]]:
    """Return `(duration, share still running just after it)` at each duration with an end."""
    at_risk = sum(ended + running for _, ended, running in table)
    result = []
    running_share = Fraction(1)
    for duration, ended, running in table:
        if ended:
            running_share *= Fraction(at_risk - ended, at_risk)
            result.append((duration, running_share))
        at_risk -= ended + running
    return result


def _watched(table: list[Step], limit: Fraction) -> bool:
    """Return whether the curve is known up to the limit: one was watched so long, or all ended."""
    return limit <= table[-1][0] or not table[-1][2]


def within(table: list[Step], limit: Fraction, *, inclusive: bool) -> int | None:
    """Return the share ended by the limit, 1 - S(limit), to the nearest 10^-12 (ties to even).

    None where the last case seen is still running and the limit lies beyond it.
    """
    if not _watched(table, limit):
        return None
    left = Fraction(1)
    for duration, share in curve(table):
        if duration > limit or (duration == limit and not inclusive):
            break
        left = share
    return round((1 - left) * GRAIN)


def quantile(table: list[Step], share: Fraction) -> int | None:
    """Return the first duration with S <= 1 - share; None where the curve never falls so far."""
    for duration, left in curve(table):
        if left <= 1 - share:
            return duration
    return None


def area(table: list[Step], limit: Fraction) -> int | None:
    """Return the area under S from 0 to the limit, to the nearest integer (ties to even).

    None where the last case seen is still running and the limit lies beyond it.
    """
    if not _watched(table, limit):
        return None
    total, at, left = Fraction(0), Fraction(0), Fraction(1)
    for duration, share in curve(table):
        if duration >= limit:
            break
        total += left * (duration - at)
        at, left = Fraction(duration), share
    return round(total + left * (limit - at))


def reduce(op: str, table: list[Step], at: Fraction, *, inclusive: bool) -> int | None:
    """Return the statistic named by a `Survival` node, or None where it is not to be had."""
    if not table:
        return None
    if op == "within":
        return within(table, at, inclusive=inclusive)
    return quantile(table, at) if op == "quantile" else area(table, at)
