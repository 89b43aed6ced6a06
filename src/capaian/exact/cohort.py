"""A cohort: the values that a relative method is fitted to, in exact arithmetic.

Its least, its greatest and its values by rank are values of the cohort and so exact ratios. Its
sum, mean, length and standard deviation are stated as decimals of 20 significant digits, correctly
rounded: a sum of thousands of ratios has thousands of digits, the last two are irrational.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from itertools import accumulate
from math import isqrt, lcm
from typing import Protocol, TypeAlias

from attrs import frozen

STATED = 20
"""Significant digits of a sum, a mean, a length and a standard deviation."""
EXACT_BITS = 4096
"""A common denominator of more bits than these is not built unless it must be."""
_CONTEXT = Context(prec=STATED, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999)

Sums: TypeAlias = Sequence[tuple[int, int, int]]
"""For each denominator d: the sum of the numerators, the sum of their squares, and d itself."""

Ends: TypeAlias = tuple[Fraction, Fraction]
Bound: TypeAlias = Callable[[Ends, Ends], Fraction]


class Cohort(Protocol):
    """The values of a cohort, at least one; nothing says whose they are."""

    @property
    def n(self) -> int:
        """How many values there are."""

    @property
    def least(self) -> Fraction:
        """The least value."""

    @property
    def greatest(self) -> Fraction:
        """The greatest value."""

    @property
    def different(self) -> int:
        """How many different values there are."""

    def total(self) -> Fraction:
        """Return the sum, to 20 significant digits (half to even)."""

    def length(self) -> Fraction:
        """Return the square root of the sum of squares, to 20 significant digits."""

    def mean(self) -> Fraction:
        """Return the arithmetic mean, to 20 significant digits (half to even)."""

    def deviation(self, *, sample: bool) -> Fraction:
        """Return the standard deviation, to 20 significant digits (half to even).

        The squares are divided by n, or by n - 1 where `sample` is true; then there must be two.
        """

    def at(self, ranks: Sequence[int]) -> tuple[Fraction, ...]:
        """Return the values at these ranks, 1 for the least and n for the greatest."""

    def tally(self) -> tuple[tuple[Fraction, int], ...]:
        """Return each different value, from the least to the greatest, with how often it occurs."""


@frozen
class ListedCohort:
    """A cohort of plain numbers: what records are fitted on, without NumPy."""

    pairs: tuple[tuple[Fraction, int], ...]
    _up_to: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many values there are."""
        return self._up_to[-1]

    @property
    def least(self) -> Fraction:
        """The least value."""
        return self.pairs[0][0]

    @property
    def greatest(self) -> Fraction:
        """The greatest value."""
        return self.pairs[-1][0]

    @property
    def different(self) -> int:
        """How many different values there are."""
        return len(self.pairs)

    def total(self) -> Fraction:
        """Return the sum as stated."""
        return stated_total(self._sums())

    def length(self) -> Fraction:
        """Return the length as stated."""
        return stated_length(self._sums())

    def mean(self) -> Fraction:
        """Return the mean as stated."""
        return stated_mean(self._sums(), self.n)

    def deviation(self, *, sample: bool) -> Fraction:
        """Return the standard deviation as stated."""
        return stated_deviation(self._sums(), self.n, sample=sample)

    def _sums(self) -> Sums:
        found: dict[int, tuple[int, int]] = {}
        for value, count in self.pairs:
            first, second = found.get(value.denominator, (0, 0))
            top = value.numerator
            found[value.denominator] = (first + count * top, second + count * top * top)
        return [(first, second, bottom) for bottom, (first, second) in found.items()]

    def at(self, ranks: Sequence[int]) -> tuple[Fraction, ...]:
        """Return the values at these ranks."""
        return tuple(self.pairs[bisect_left(self._up_to, rank)][0] for rank in ranks)

    def tally(self) -> tuple[tuple[Fraction, int], ...]:
        """Return each different value with how often it occurs."""
        return self.pairs


def cohort_of(counts: Mapping[Fraction, int]) -> ListedCohort:
    """Return the cohort of values with how often each occurs.

    Examples
    --------
    >>> from collections import Counter
    >>> cohort = cohort_of(Counter(map(Fraction, [2, 4, 4, 4, 5, 5, 7, 9])))
    >>> cohort.mean(), cohort.deviation(sample=False), cohort.at([1, 4, 8])
    (Fraction(5, 1), Fraction(2, 1), (Fraction(2, 1), Fraction(4, 1), Fraction(9, 1)))
    """
    pairs = tuple(sorted(counts.items()))
    return ListedCohort(pairs, tuple(accumulate(count for _, count in pairs)))


def stated(value: Fraction) -> Fraction:
    """Return a number to 20 significant digits, half to even, as the decimal that it is from then.

    Examples
    --------
    >>> stated(Fraction(200, 3)) == Fraction("66.666666666666666667")
    True
    """
    return Fraction(_CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator)))


def stated_root(square: Fraction) -> Fraction:
    """Return the square root to 20 significant digits, correctly rounded, half to even."""
    if square <= 0:
        return Fraction(0)
    # So many decimals that the root, scaled, has 20 digits before its point; at most one too many.
    places = STATED - len(str(isqrt(square.numerator // square.denominator)))
    if square < 1:
        places = STATED + (len(str(square.denominator // square.numerator)) - 1) // 2
    scaled = square * Fraction(100) ** places
    while (whole := isqrt(scaled.numerator // scaled.denominator)) >= 10**STATED:
        places, scaled = places - 1, scaled / 100
    halfway = (2 * whole + 1) ** 2 - 4 * scaled
    if halfway < 0 or (halfway == 0 and whole % 2):
        whole += 1
    return Fraction(whole) / Fraction(10) ** places


def stated_total(sums: Sums) -> Fraction:
    """Return the sum of the values of which the sums are given."""
    return _settled(sums, lambda first, _: first[0], lambda first, _: first[1], stated)


def stated_length(sums: Sums) -> Fraction:
    """Return the square root of the sum of their squares."""
    return _settled(sums, lambda _, second: second[0], lambda _, second: second[1], stated_root)


def stated_mean(sums: Sums, n: int) -> Fraction:
    """Return the mean of n values, of which the sums are given."""
    return _settled(sums, lambda first, _: first[0] / n, lambda first, _: first[1] / n, stated)


def stated_deviation(sums: Sums, n: int, *, sample: bool) -> Fraction:
    """Return the standard deviation of n values, of which the sums are given."""
    below = n - 1 if sample else n

    def low(first: Ends, second: Ends) -> Fraction:
        return (second[0] - max(each * each for each in first) / n) / below

    def high(first: Ends, second: Ends) -> Fraction:
        crosses = first[0] <= 0 <= first[1]
        least = Fraction(0) if crosses else min(each * each for each in first)
        return (second[1] - least / n) / below

    return _settled(sums, low, high, stated_root)


def _settled(
    sums: Sums, low: Bound, high: Bound, finish: Callable[[Fraction], Fraction]
) -> Fraction:
    """Return a stated figure: from exact sums, or from ever closer bounds that agree on it.

    Either way it is the one decimal that is nearest to the truth; the bounds only save building a
    common denominator of thousands of digits.
    """
    if (common := _common(sums)) is None:
        bits = 256
        while bits <= EXACT_BITS:
            first, second = _ends(sums, bits)
            found = finish(low(first, second))
            if found == finish(high(first, second)):
                return found
            bits *= 2
        common = lcm(*(bottom for _, _, bottom in sums))
    once = sum(first * (common // bottom) for first, _, bottom in sums)
    twice = sum(second * (common // bottom) ** 2 for _, second, bottom in sums)
    ends = (Fraction(once, common), Fraction(twice, common * common))
    return finish(low((ends[0], ends[0]), (ends[1], ends[1])))


def _common(sums: Sums) -> int | None:
    """Return the common denominator, or `None` where it is too long to be worth building."""
    found = 1
    for _, _, bottom in sums:
        found = lcm(found, bottom)
        if found.bit_length() > EXACT_BITS:
            return None
    return found


def _ends(sums: Sums, bits: int) -> tuple[Ends, Ends]:
    """Return bounds of the sum of the values and of the sum of their squares."""
    once = sum((first << bits) // bottom for first, _, bottom in sums)
    twice = sum((second << bits) // (bottom * bottom) for _, second, bottom in sums)
    unit, slack = 1 << bits, len(sums)
    return (
        (Fraction(once, unit), Fraction(once + slack, unit)),
        (Fraction(twice, unit), Fraction(twice + slack, unit)),
    )


def counted(values: Iterable[Fraction]) -> dict[Fraction, int]:
    """Return how often each value occurs."""
    found: dict[Fraction, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found
