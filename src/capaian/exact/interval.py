"""Intervals of the number line with ends that are in or out, and whether they cover it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from capaian.formula import number


@frozen
class Interval:
    """Every x between two ends.

    Attributes
    ----------
    low, high
        The ends; `None` is no end on that side.
    low_inside, high_inside
        Whether an end belongs to the interval.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    low_inside: bool = True
    high_inside: bool = False

    @property
    def empty(self) -> bool:
        """Whether no x is inside."""
        if self.low is None or self.high is None:
            return False
        if self.low == self.high:
            return not (self.low_inside and self.high_inside)
        return self.low > self.high

    def holds(self, x: Fraction) -> bool:
        """Return whether x is inside."""
        if self.low is not None and (x < self.low or (x == self.low and not self.low_inside)):
            return False
        return not (
            self.high is not None and (x > self.high or (x == self.high and not self.high_inside))
        )

    def text(self) -> str:
        """Return the interval as people write it: `90 ≤ x < 110`, `x > 90`, `x = 0`."""
        low, high = self.low, self.high
        if low is None and high is None:
            return "−∞ < x < ∞"
        if low is None:
            return f"x {'≤' if self.high_inside else '<'} {_said(high)}"
        if high is None:
            return f"x {'≥' if self.low_inside else '>'} {_said(low)}"
        if low == high and not self.empty:
            return f"x = {_said(low)}"
        below = "≤" if self.low_inside else "<"
        above = "≤" if self.high_inside else "<"
        return f"{_said(low)} {below} x {above} {_said(high)}"


def _said(value: Fraction | None) -> str:
    return "" if value is None else number(value).replace("-", "−")


def in_order(intervals: Sequence[Interval]) -> list[int]:
    """Return the positions of the intervals from the lowest to the highest."""

    def place(index: int) -> tuple[bool, Fraction, bool, bool, Fraction]:
        each = intervals[index]
        low, high = each.low, each.high
        first = (low is not None, low or Fraction(0), not each.low_inside)
        return (*first, high is None, high or Fraction(0))

    return sorted(range(len(intervals)), key=place)


def gaps(intervals: Sequence[Interval]) -> list[Interval]:
    """Return what the intervals leave open, from the lowest to the highest."""
    found: list[Interval] = []
    reach = Interval(None, None)  # what is covered so far ends at reach.high
    covered = False
    for index in in_order(intervals):
        each = intervals[index]
        if each.empty:
            continue
        if not covered:
            if each.low is not None:
                found.append(Interval(None, each.low, high_inside=not each.low_inside))
            reach, covered = each, True
            continue
        if reach.high is None:
            break
        if each.low is not None:
            between = Interval(
                reach.high,
                each.low,
                low_inside=not reach.high_inside,
                high_inside=not each.low_inside,
            )
            if not between.empty:
                found.append(between)
        reach = _farther(reach, each)
    if not covered:
        return [Interval(None, None)]
    if reach.high is not None:
        found.append(Interval(reach.high, None, low_inside=not reach.high_inside))
    return found


def _farther(first: Interval, second: Interval) -> Interval:
    if first.high is None or second.high is None:
        return first if first.high is None else second
    if first.high == second.high:
        return first if first.high_inside else second
    return first if first.high > second.high else second


def overlaps(intervals: Sequence[Interval]) -> list[tuple[int, int, Interval]]:
    """Return the pairs of positions that share some x, each with what it shares."""
    found = []
    for first, one in enumerate(intervals):
        for second in range(first + 1, len(intervals)):
            shared = _shared(one, intervals[second])
            if not (shared.empty or one.empty or intervals[second].empty):
                found.append((first, second, shared))
    return found


def _shared(one: Interval, two: Interval) -> Interval:
    low, low_inside = one.low, one.low_inside
    if two.low is not None and (low is None or two.low > low):
        low, low_inside = two.low, two.low_inside
    elif two.low == low:
        low_inside = one.low_inside and two.low_inside
    high, high_inside = one.high, one.high_inside
    if two.high is not None and (high is None or two.high < high):
        high, high_inside = two.high, two.high_inside
    elif two.high == high:
        high_inside = one.high_inside and two.high_inside
    return Interval(low, high, low_inside, high_inside)
