"""A cohort of whole columns: exact figures of a million values without a million fractions.

Each value has a sort key. Where all have one denominator the numerator is the key. Otherwise it is
the float64 nearest to the ratio, and it is as good as the ratio itself: IEEE division is correctly
rounded, so a greater ratio never has a lesser key; and two different ratios with denominators up to
D lie at least 1/D^2 apart, so they never share a key while D^2 |x| is below 2^51. The same bound
makes the ratio the only one, among those with denominators up to D, that is so near to its key.
A cohort to which that does not apply is listed value by value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.exact.cohort import (
    Cohort,
    Sums,
    cohort_of,
    stated_deviation,
    stated_length,
    stated_mean,
    stated_total,
)
from capaian.exact.ratios import Integers, Ratio

APART = 2**51
EXACT_INTEGERS = 2**53
FEW_DENOMINATORS = 2**22
"""Up to this denominator a table of all is smaller than sorting a million rows is slow."""
_LIMB = 27


@frozen(eq=False)
class WholeCohort:
    """A cohort of integer columns."""

    ratios: Ratio
    keys: NDArray[np.int64] | NDArray[np.float64]

    @property
    def n(self) -> int:
        """How many values there are."""
        return len(self.keys)

    @property
    def least(self) -> Fraction:
        """The least value."""
        return self._value(self.keys.min())

    @property
    def greatest(self) -> Fraction:
        """The greatest value."""
        return self._value(self.keys.max())

    @property
    def different(self) -> int:
        """How many different values there are."""
        return len(self._unique[0])

    @cached_property
    def _unique(self) -> tuple[NDArray[Any], NDArray[np.intp]]:
        """The different keys in order, and how often each occurs: sorted once for all who ask."""
        return np.unique(self.keys, return_counts=True)

    def _value(self, key: np.int64 | np.float64) -> Fraction:
        bottom = self.ratios.bottom
        if isinstance(bottom, int):
            return Fraction(int(key), bottom)
        return Fraction(float(key)).limit_denominator(self.ratios.under)

    def total(self) -> Fraction:
        """Return the sum as stated."""
        return stated_total(sums_of(self.ratios))

    def length(self) -> Fraction:
        """Return the length as stated."""
        return stated_length(sums_of(self.ratios))

    def mean(self) -> Fraction:
        """Return the mean as stated."""
        return stated_mean(sums_of(self.ratios), self.n)

    def deviation(self, *, sample: bool) -> Fraction:
        """Return the standard deviation as stated."""
        return stated_deviation(sums_of(self.ratios), self.n, sample=sample)

    def at(self, ranks: Sequence[int]) -> tuple[Fraction, ...]:
        """Return the values at these ranks."""
        places = np.array(ranks, dtype=np.int64) - 1
        keys = np.sort(self.keys)[places]
        values = {key: self._value(key) for key in np.unique(keys)}
        return tuple(values[key] for key in keys)

    def tally(self) -> tuple[tuple[Fraction, int], ...]:
        """Return each different value with how often it occurs."""
        keys, counts = self._unique
        return tuple(
            (self._value(key), count) for key, count in zip(keys, counts.tolist(), strict=True)
        )


def cohort_of_ratios(ratios: Ratio) -> Cohort:
    """Return the cohort of a column of ratios, at least one."""
    bottom = ratios.bottom
    if isinstance(bottom, int):
        return WholeCohort(ratios, ratios.top)
    if max(ratios.most, ratios.under) <= EXACT_INTEGERS:
        keys = ratios.top / bottom
        if ratios.under**2 * float(np.abs(keys).max()) < APART:
            return WholeCohort(ratios, keys)
    pairs, counts = np.unique(np.stack([ratios.top, bottom]), axis=1, return_counts=True)
    found: dict[Fraction, int] = {}
    for top, under, count in zip(*pairs.tolist(), counts.tolist(), strict=True):
        value = Fraction(top, under)
        found[value] = found.get(value, 0) + count
    return cohort_of(found)


def sums_of(ratios: Ratio) -> Sums:
    """Return, for each denominator, the exact sum of the numerators and of their squares."""
    top, bottom = ratios.top, ratios.bottom
    if isinstance(bottom, int):
        starts = np.zeros(1, dtype=np.int64)
        return [(_sums(top, starts)[0], _squares(top, ratios.most, starts)[0], bottom)]
    if ratios.under <= FEW_DENOMINATORS and ratios.most**2 * len(top) < EXACT_INTEGERS:
        return _counted_sums(top, bottom)
    order = np.argsort(bottom, kind="stable")
    top, bottom = top[order], bottom[order]
    starts = np.flatnonzero(np.diff(bottom, prepend=bottom[0] - 1))
    columns = (_sums(top, starts), _squares(top, ratios.most, starts), bottom[starts].tolist())
    return list(zip(*columns, strict=True))


def _counted_sums(top: Integers, bottom: Integers) -> Sums:
    """Return sums by denominator: integers below 2^53 add up without error in float64 too."""
    used = np.flatnonzero(np.bincount(bottom))
    near = top.astype(np.float64)
    once, twice = (np.bincount(bottom, weights=each)[used] for each in (near, near * near))
    columns = (once.astype(np.int64), twice.astype(np.int64), used)
    return list(zip(*(each.tolist() for each in columns), strict=True))


def _sums(column: Integers, starts: NDArray[np.int64]) -> list[int]:
    """Return exact sums of stretches: halves of 32 bits, so that 2^31 rows cannot overflow."""
    high = np.add.reduceat(column >> 32, starts).tolist()
    low = np.add.reduceat(column & 0xFFFFFFFF, starts).tolist()
    return [(one << 32) + other for one, other in zip(high, low, strict=True)]


def _squares(column: Integers, most: int, starts: NDArray[np.int64]) -> list[int]:
    """Return exact sums of squares of stretches, from limbs of 27 bits where they are long."""
    if most < 2**31:
        return _sums(column * column, starts)
    if most >= 2 ** (_LIMB + 31):
        return [sum(each * each for each in part.tolist()) for part in np.split(column, starts[1:])]
    high, low = column >> _LIMB, column & (2**_LIMB - 1)
    parts = (_sums(high * high, starts), _sums(high * low, starts), _sums(low * low, starts))
    return [
        (one << 2 * _LIMB) + (both << (_LIMB + 1)) + other
        for one, both, other in zip(*parts, strict=True)
    ]


def distinct_rows(columns: Mapping[str, Integers]) -> Iterator[tuple[dict[str, int], int]]:
    """Yield each different row of some columns of integers, with how often it occurs."""
    rows, counts = np.unique(np.stack([*columns.values()]), axis=1, return_counts=True)
    for row, count in zip(rows.T.tolist(), counts.tolist(), strict=True):
        yield dict(zip(columns, row, strict=True)), count
