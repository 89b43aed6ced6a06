"""Means: from n, sum and sum of squares; finite populations; the exact bootstrap of few answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from capaian.analysis.estimation.levels import Floats, Interval, floats, prove_level, student

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def variance(n: ArrayLike, total: ArrayLike, squares: ArrayLike) -> Floats:
    """Return the sample variance, (q - s^2/n)/(n - 1); not a number where n < 2.

    n q - s^2 is taken in integers where it fits 64 bits, else in the widest floats there are.

    Parameters
    ----------
    n, total, squares
        The number of observations, their sum s, and the sum of their squares q.
    """
    count, s, q = np.asarray(n), np.asarray(total), np.asarray(squares)
    wide = all(each.dtype.kind == "i" for each in (count, s, q)) and _fits(count, s, q)
    if not wide:
        count, s, q = (each.astype(np.longdouble) for each in (count, s, q))
    spread = floats(count * q - s * s)
    many = floats(count)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.maximum(spread, 0) / (many * (many - 1))
    return np.where(many > 1, found, np.nan)


def _fits(n: NDArray[np.int64], s: NDArray[np.int64], q: NDArray[np.int64]) -> bool:
    largest = [float(np.abs(each).max(initial=0)) for each in (n, s, q)]
    return max(largest[1] ** 2, largest[0] * largest[2]) < 2.0**62


def t_interval(mean: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> Interval:
    """Return mean -+ t se, t with df degrees of freedom (Student 1908)."""
    half = student(level, df) * floats(se)
    return floats(mean) - half, floats(mean) + half


def finite_population(n: ArrayLike, population: ArrayLike) -> Floats:
    """Return sqrt(1 - n/N), by which a standard error shrinks (Cochran 1977, section 2.6).

    It belongs to the descriptive question alone: what did these N people say? How satisfied clients
    like these are is not known better because few were served.

    Parameters
    ----------
    n, population
        How many answered, and how many there are; n <= N.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(np.maximum(1 - floats(n) / floats(population), 0))


@frozen(eq=False)
class BootstrapMean:
    """The exact bootstrap distribution of a mean: every resample, none drawn.

    Attributes
    ----------
    values, chances
        Possible means in ascending order, and the chance of each.
    """

    values: Floats
    chances: Floats

    @property
    def sd(self) -> float:
        """The standard deviation."""
        mean = self.values @ self.chances
        return float(np.sqrt(self.chances @ (self.values - mean) ** 2))

    def at_most(self, value: float) -> float:
        """Return the chance of a mean not above a value."""
        return float(self.chances[self.values <= value + 1e-9].sum())

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the percentile interval (Efron & Tibshirani 1993)."""
        below = np.cumsum(self.chances)
        tail = (1 - prove_level(level)) / 2
        low, high = np.searchsorted(below, [tail + 1e-15, 1 - tail - 1e-15])
        last = len(self.values) - 1
        return float(self.values[min(low, last)]), float(self.values[min(high, last)])


def bootstrap_mean(counts: ArrayLike, lowest: int = 1) -> BootstrapMean:
    """Return the bootstrap distribution of the mean of answers on a whole-number scale, exactly.

    The sum of n draws with replacement has the n-fold convolution of the answers' shares as its
    distribution: nothing is drawn, so no seed and no noise (Efron & Tibshirani 1993, chapter 5, by
    enumeration).

    Parameters
    ----------
    counts
        How many gave each answer, from `lowest` up in steps of 1.
    lowest
        The least answer.
    """
    given = floats(counts)
    n = int(given.sum())
    made, power, left = np.ones(1), given / n, n
    while left:
        if left & 1:
            made = np.convolve(made, power)
        left >>= 1
        if left:
            power = np.convolve(power, power)
    return BootstrapMean(lowest + np.arange(len(made)) / n, made)
