"""How a value varies that is made of those of sub-periods: their sum, average, or the last of them.

Each sub-period has rows of its own, so that the values are taken to be independent given the
officer, as the rows are within one. What a sub-period's value is sure of is found first, by its own
law; here it is only put together, one sub-period after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from capaian.analysis.estimation.counts import count_se, exact_poisson, weighted_count
from capaian.analysis.estimation.estimate import (
    BOUNDS_ONLY,
    METHODS,
    OK,
    TOO_FEW,
    CaseFlow,
    Counts,
)
from capaian.analysis.estimation.levels import Floats, floats, student
from capaian.analysis.estimation.spread import Asked, Spread, spread

_STUDENT = [METHODS.index(each) for each in ("t", "linearised")]
_ENUMERATED = METHODS.index("enumeration")
WITHOUT_VALUE, EARLIER = "sub_period_without_value", "earlier_sub_period"


@frozen(eq=False)
class Counted:
    """Events of a sub-period, in the unit of the measured value.

    Attributes
    ----------
    events
        How many there were.
    weighted, squares
        What they are worth together, and the sum of the squares of what each is worth.
    worth
        What each is worth where all are worth the same; not a number where they are not.
    """

    events: Floats
    weighted: Floats
    squares: Floats
    worth: Floats


@frozen(eq=False)
class Part:
    """One sub-period, an entry for each subject.

    Attributes
    ----------
    there
        Whether it has a value.
    value, spread, flow
        The value, how it varies, and what became of its rows.
    counted
        Its events, where the value is a count of them.
    """

    there: NDArray[np.bool_]
    value: Floats
    spread: Spread
    flow: CaseFlow
    counted: Counted | None = None


def last_of(parts: Iterable[Part], count: int) -> tuple[Spread, CaseFlow]:
    """Return the spread of each subject's last sub-period that has a value, and the flow of all.

    Rows of other sub-periods are received and not used: `earlier_sub_period`, or
    `sub_period_without_value`.
    """
    found, flow = _nothing(count), _Flow(count)
    for each in parts:
        flow.replace(each)
        found = _chosen(each.there, each.spread, found)
    return found, flow.made()


def sum_of(
    parts: Iterable[Part], value: Floats, level: float, limits: tuple[float, float], *, mean: bool
) -> tuple[Spread, CaseFlow]:
    """Return the spread of the sum or the average of sub-periods, and the flow of all.

    Where all are counts: the exact Poisson interval of all events (Garwood 1936) if each is worth
    the same, else Dobson's. Where all have Student's interval: t with the degrees of freedom
    (sum v)^2 / sum v^2/df, v the variances (Satterthwaite 1946). Else the distances of the value to
    the ends are sqrt(sum of the squares of those of the parts) (MOVER; Zou, Huang & Zhang 2009). A
    value of a single sub-period keeps that one's interval. Where some sub-period has bounds alone,
    the bounds are added up.

    Parameters
    ----------
    parts
        The sub-periods, in order.
    value
        The consolidated value.
    level
        Between 0 and 1.
    limits
        Between which a value of a sub-period lies.
    mean
        Whether it is the average; else the sum.
    """
    sums = _Running(len(value))
    for each in parts:
        sums.add(each)
    return sums.made(value, level, limits, mean=mean), sums.flow.made()


def _nothing(count: int) -> Spread:
    return spread(_asked(count)).unknown(np.ones(count, np.bool_), TOO_FEW, "no_evidence")


def _chosen(rows: NDArray[np.bool_], new: Spread, old: Spread) -> Spread:
    """Return the new spread in some rows, and the old in the others."""
    words = tuple(dict.fromkeys((*old.words, *new.words)))
    table = np.array([*(words.index(each) for each in new.words), -1], dtype=np.int8)

    def either(name: str) -> NDArray[Any]:
        made: NDArray[Any] = np.where(rows, getattr(new, name), getattr(old, name))
        return made

    return Spread(
        se=floats(either("se")),
        low=floats(either("low")),
        high=floats(either("high")),
        n_eff=floats(either("n_eff")),
        method=either("method").astype(np.int8),
        status=either("status").astype(np.int8),
        reason=np.where(rows, table[new.reason], old.reason).astype(np.int8),
        words=words,
    )


class _Flow:
    """What became of the rows of all sub-periods so far."""

    def __init__(self, count: int) -> None:
        self.received, self.used, self.undetermined = np.zeros((3, count), dtype=np.int64)
        self.excluded: dict[str, Counts] = {}

    def _left_out(self, reason: str, rows: Counts) -> None:
        if rows.any():
            self.excluded[reason] = self.excluded.get(reason, 0) + rows

    def add(self, part: Part) -> None:
        """Add the rows of a sub-period."""
        flow, there = part.flow, part.there
        self.received = self.received + flow.received
        self.used = self.used + np.where(there, flow.used, 0)
        self.undetermined = self.undetermined + flow.undetermined
        for reason, rows in flow.excluded.items():
            self._left_out(reason, np.where(there, rows, 0))
        self._left_out(WITHOUT_VALUE, np.where(there, 0, flow.received))

    def replace(self, part: Part) -> None:
        """Add the rows of a sub-period that takes the place of those before it."""
        gone = self.received - sum(self.excluded.values(), np.zeros_like(self.received))
        self._left_out(EARLIER, np.where(part.there, gone, 0))
        for reason in [each for each in self.excluded if each not in {EARLIER, WITHOUT_VALUE}]:
            rows = np.where(part.there, self.excluded[reason], 0)
            self.excluded[reason] = self.excluded[reason] - rows
            self._left_out(EARLIER, rows)
        self.used = np.where(part.there, 0, self.used)
        self.undetermined = np.where(part.there, 0, self.undetermined)
        self.add(part)

    def made(self) -> CaseFlow:
        """Return it."""
        out = sum(self.excluded.values(), np.zeros_like(self.received))
        return CaseFlow(
            self.received, self.received - out, self.used, self.undetermined, self.excluded
        )


class _Running:
    """What is added up over the sub-periods that have a value, for all subjects at once."""

    def __init__(self, count: int) -> None:
        self.flow = _Flow(count)
        self.many, self.variance, self.freedom, self.inverse = np.zeros((4, count))
        self.below, self.above, self.least, self.most = np.zeros((4, count))
        self.events, self.weighted, self.squares = np.zeros((3, count))
        self.worth_low, self.worth_high = np.full(count, np.inf), np.full(count, -np.inf)
        self.student, self.enumerated, self.counted = np.ones((3, count), dtype=np.bool_)
        self.bounds = np.zeros(count, dtype=np.bool_)
        self.only = self.worst = spread(_asked(count))

    def add(self, part: Part) -> None:
        """Add a sub-period."""
        self.flow.add(part)
        there, one, value = part.there, part.spread, part.value
        sure, bare = one.method == _ENUMERATED, one.status == BOUNDS_ONLY
        low, high = (np.where(sure, value, each) for each in (one.low, one.high))

        def added(sums: Floats, more: Floats) -> Floats:
            return sums + np.where(there, more, 0.0)

        with np.errstate(all="ignore"):
            variance = one.se**2
            self.freedom = added(self.freedom, variance**2 / (one.n_eff - 1))
            self.inverse = added(self.inverse, 1 / one.n_eff)
        self.many = added(self.many, np.ones_like(value))
        self.variance = added(self.variance, variance)
        # A value may lie outside its interval: a net promoter score at the end of its scale does.
        self.below = added(self.below, np.maximum(value - low, 0.0) ** 2)
        self.above = added(self.above, np.maximum(high - value, 0.0) ** 2)
        self.least = added(self.least, np.where(bare, low, value))
        self.most = added(self.most, np.where(bare, high, value))
        self.student &= ~there | np.isin(one.method, _STUDENT)
        self.enumerated &= ~there | sure
        self.bounds |= there & bare
        self.only = _chosen(there, one, self.only)
        new = (one.reason >= 0) & (self.worst.reason < 0) & (one.status == self.worst.status)
        self.worst = _chosen(there & ((one.status > self.worst.status) | new), one, self.worst)
        if part.counted is None:
            self.counted &= ~there
            return
        more = part.counted
        self.events = added(self.events, more.events)
        self.weighted = added(self.weighted, more.weighted)
        self.squares = added(self.squares, more.squares)
        self.worth_low = np.where(there, np.minimum(self.worth_low, more.worth), self.worth_low)
        self.worth_high = np.where(there, np.maximum(self.worth_high, more.worth), self.worth_high)

    def made(
        self, value: Floats, level: float, limits: tuple[float, float], *, mean: bool
    ) -> Spread:
        """Return the spread of the consolidated value."""
        over = np.maximum(self.many, 1.0) if mean else np.ones_like(self.many)
        with np.errstate(all="ignore"):
            se, size = np.sqrt(self.variance) / over, self.many**2 / self.inverse
            ends = value - np.sqrt(self.below) / over, value + np.sqrt(self.above) / over
            half = student(level, self.variance**2 / self.freedom) * se
            lowest, highest = (each * self.many / over for each in limits)
        found = spread(_asked(len(value)), se, ends, size, "mover")
        ends = np.fmax(value - half, lowest), np.fmin(value + half, highest)
        found = found.but(self.student & np.isfinite(half), ends=ends, method="satterthwaite")
        found = self._stated(found)
        ends = self.least / over, self.most / over
        found = found.but(
            self.bounds & ~np.isnan(ends[0]), se=np.nan, ends=ends, method="bounds",
            status=BOUNDS_ONLY,
        )  # fmt: skip
        found = self._poisson(found, value, level, over)
        found = found.enumerated(self.enumerated & (self.many > 0))
        found = _chosen(self.many == 1, self.only, found)
        return found.unknown(self.many == 0, TOO_FEW, "no_evidence")

    def _stated(self, found: Spread) -> Spread:
        """Return the same with the worst status of the sub-periods, and why; no end, no method."""
        none = np.isnan(found.low) & np.isnan(found.high)
        found = found.but(none, se=np.nan, method="none")
        worst = self.worst
        return evolve(found, status=worst.status, reason=worst.reason, words=worst.words)

    def _poisson(self, found: Spread, value: Floats, level: float, over: Floats) -> Spread:
        """Return the same with the interval of all events where the values are counts of them."""
        rows = self.counted & (self.many > 0)
        if not rows.any():
            return found
        low, high = weighted_count(self.events, self.weighted, self.squares, level)
        ends = value + (low - self.weighted) / over, value + (high - self.weighted) / over
        with np.errstate(all="ignore"):
            size = self.weighted**2 / self.squares
        made = spread(_asked(len(value)), np.sqrt(self.squares) / over, ends, size, "dobson")
        made = made.unknown(self.squares <= 0, TOO_FEW, "no_event")
        alike = self.worth_low == self.worth_high
        with np.errstate(invalid="ignore"):
            worth = np.where(alike, self.worth_low, np.nan) / over
            exact = tuple(each * worth for each in exact_poisson(self.events, level))
            shift = value - self.events * worth
        ends = shift + exact[0], shift + exact[1]
        made = made.but(
            alike, se=count_se(self.events) * worth, ends=ends, method="exact_poisson",
            status=OK, reason="",
        )  # fmt: skip
        made = evolve(made, n_eff=np.where(alike, self.events, made.n_eff))
        return _chosen(rows, made, found)


def _asked(count: int) -> Asked:
    return Asked(count, 0.5, analytic=True, value=np.empty(0), left=np.empty(0))
