"""Heaping: how many values are exactly one number, against numbers as round as it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy import stats

from capaian.analysis.quality.mass import HALF, excess_mass
from capaian.analysis.quality.screen import count_interval, share_interval

Ints = NDArray[np.int64]
_CURVED = 4
"""Neighbours on each side from which on a parabola is drawn through them."""


@frozen
class Heap:
    """Values at exactly one number.

    Attributes
    ----------
    stride
        How far apart the neighbours lie that were compared with.
    observed, expected
        How many values are the number, and the mean of its neighbours.
    low, high
        Interval of the excess.
    p
        Of so many or more, one-sided.
    power
        The probability that half as many again would have been seen.
    """

    stride: int
    observed: int
    expected: float
    low: float
    high: float
    p: float
    power: float


def heap(
    values: Ints,
    number: int,
    strides: Mapping[int, int],
    aside: Sequence[int] = (),
    *,
    level: float = 0.95,
) -> Heap | None:
    r"""Return how many values are exactly a number, beyond what its neighbours let expect.

    .. math:: k \mid k + m \sim \mathrm{B}\Bigl(k + m, \frac{1}{1 + s}\Bigr)

    Parameters
    ----------
    values
        Whole numbers.
    number
        The one looked at.
    strides
        How far apart neighbours lie (1 for the next values, 10 for those that end in the same
        digit), and how many are taken on each side. Each is tried in two ways, and the kindest is
        taken: the one with the largest p.
    aside
        Numbers that are no neighbours: other limits.
    level
        Of the interval; 1 less the p at which an excess counts as seen, in (0, 1).

    Returns
    -------
    Heap or None
        Nothing where neither the number nor any neighbour has a value.

    Notes
    -----
    m values lie on s neighbours, as many on either side, over which the density is taken to be
    straight: exact, also of few values. With four neighbours or more on each side a parabola
    through them is the other way (`excess_mass`): right also of many values on a curved density.
    That some numbers are rounder than others (Roberts & Brewer 2001) is what the strides are for.
    Heaping at a notch: Kleven 2016.
    """
    distinct, counts = np.unique(values, return_counts=True)
    made = [
        _beside(distinct, counts, number, stride * np.arange(1, side + 1), aside, level)
        for stride, side in strides.items()
        if stride > 0
    ]
    found = [each for of_stride in made for each in of_stride]
    return max(found, key=lambda each: (each.p, each.expected), default=None)


def _beside(
    distinct: Ints, counts: Ints, number: int, reach: Ints, aside: Sequence[int], level: float
) -> list[Heap]:
    def at(places: Ints) -> Ints:
        found = np.minimum(np.searchsorted(distinct, places), len(distinct) - 1)
        return np.where(distinct[found] == places, counts[found], 0)

    if not len(distinct):
        return []
    stride = int(reach[0])
    free = ~(np.isin(number - reach, aside) | np.isin(number + reach, aside))
    reach = reach[free]
    places = 2 * len(reach)
    k = int(at(np.array([number]))[0])
    m = int(at(number - reach).sum() + at(number + reach).sum())
    if not places or not k + m:
        return []
    beside = against_neighbours(k, m, places, level=level)
    straight = Heap(stride, k, *beside)
    if len(reach) < _CURVED:
        return [straight]
    along = np.concatenate([-reach[::-1], [0], reach])
    found = excess_mass(along / stride, at(number + along), 0, excluded=(0,), degree=2, level=level)
    if found.expected <= 0:
        return [straight]
    curved = Heap(stride, k, found.expected, found.low, found.high, found.p, found.power)
    return [straight, curved]


def against_neighbours(
    k: int, m: int, places: int, *, level: float = 0.95
) -> tuple[float, float, float, float, float]:
    """Return what one place has beyond the mean of its neighbours.

    Parameters
    ----------
    k, m
        How many lie on the place, and on all its neighbours.
    places
        How many neighbours there are, 1 or more.
    level
        Of the interval, in (0, 1).

    Returns
    -------
    tuple
        Expected, the ends of the interval of the excess, p, power. The interval is the exact one of
        the place's share among all of them (Clopper & Pearson 1934), as a count; of k alone where
        the neighbours are empty.
    """
    share, expected = 1 / (1 + places), m / places
    low, high = share_interval(k, k + m, level=level)
    least = low / (1 - low) * m if low < 1 else 0.0
    most = high / (1 - high) * m if high < 1 else float("inf")
    if not m:
        least, most = count_interval(k, level=level)
    n = round(m + expected)
    edge = float(stats.binom.isf(1 - level, n, share))
    more = share * (1 + HALF) / (1 + share * HALF)
    return (
        expected, least - expected, most - expected,
        float(stats.binom.sf(k - 1, k + m, share)), float(stats.binom.sf(edge, n, more)),
    )  # fmt: skip
