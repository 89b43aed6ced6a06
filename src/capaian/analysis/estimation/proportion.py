"""Intervals of proportions: k successes of n trials, and shares of several answers.

The Wald interval p -+ z sqrt(p(1-p)/n) is not offered: at 10 of 10 it is the point 1 (case S05).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from capaian.analysis.estimation.levels import Floats, Interval, floats, normal, prove_level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def wilson(successes: ArrayLike, trials: ArrayLike, level: float = 0.95) -> Interval:
    """Return the score interval (Wilson 1927; Brown, Cai & DasGupta 2001).

    (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), p = k/n and z the normal deviate.

    Parameters
    ----------
    successes, trials
        k and n, 0 <= k <= n; n may be an effective number and need not be whole.
    level
        Between 0 and 1.

    Returns
    -------
    tuple of arrays
        Lower and upper ends, in 0 to 1; not a number where n is 0.

    Examples
    --------
    >>> low, high = wilson(34, 50)
    >>> f"{low:.3f} to {high:.3f}"
    '0.542 to 0.792'
    """
    k, n, z = floats(successes), floats(trials), normal(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = k / n
        middle = p + z * z / (2 * n)
        half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    return np.where(k <= 0, low * 0, low), np.where(k >= n, high * 0 + 1, high)


def clopper_pearson(successes: ArrayLike, trials: ArrayLike, level: float = 0.95) -> Interval:
    """Return the exact interval, which covers the truth at least so often (Clopper & Pearson 1934).

    The ends are quantiles of Beta(k, n-k+1) and Beta(k+1, n-k).

    Parameters
    ----------
    successes, trials, level
        As for `wilson`.
    """
    k, n, tail = floats(successes), floats(trials), (1 - prove_level(level)) / 2
    fails, valid = n - k, n > 0
    low = special.betaincinv(np.where(k > 0, k, 1), fails + 1, tail)
    high = special.betaincinv(k + 1, np.where(fails > 0, fails, 1), 1 - tail)
    low, high = np.where(k > 0, low, 0), np.where(fails > 0, high, 1)
    return np.where(valid, low, np.nan), np.where(valid, high, np.nan)


def proportion_se(successes: ArrayLike, trials: ArrayLike) -> Floats:
    """Return sqrt(p(1-p)/n), and where no trial differed from another, that of a posterior.

    At k = 0 and k = n the plain standard error is 0, as if nothing were left to know. There it is
    the standard deviation of the Jeffreys posterior, Beta(k + 1/2, n - k + 1/2).
    """
    k, n = floats(successes), floats(trials)
    a, b = k + 0.5, n - k + 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = np.sqrt(k * (n - k) / n) / n
        posterior = np.sqrt(a * b / ((n + 1) ** 2 * (n + 2)))
        return np.where(n > 0, np.where((k <= 0) | (k >= n), posterior, plain), np.nan)


def goodman(counts: ArrayLike, level: float = 0.95) -> Interval:
    """Return simultaneous intervals of the shares of several answers (Goodman 1965).

    With c answers, A the upper (1-level)/c point of chi-square with 1 degree of freedom, n_i of N:
    (A + 2 n_i -+ sqrt(A (A + 4 n_i (N-n_i)/N))) / (2 (N + A)).

    Parameters
    ----------
    counts
        How often each answer was given: the last axis is the answers.
    level
        With which all of them hold together.
    """
    n = floats(counts)
    whole = n.sum(axis=-1, keepdims=True)
    a = special.chdtri(1, (1 - prove_level(level)) / n.shape[-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        half = np.sqrt(a * (a + 4 * n * (whole - n) / whole))
    return (a + 2 * n - half) / (2 * (whole + a)), (a + 2 * n + half) / (2 * (whole + a))


def mean_within(low: ArrayLike, high: ArrayLike, values: ArrayLike) -> Interval:
    """Return the least and the greatest mean whose shares of answers lie within intervals.

    The shares add up to 1: what the lower ends leave over goes to the least, or to the greatest,
    answers first. Never a single point, also where all answers are equal.

    Parameters
    ----------
    low, high
        Ends of the intervals of the shares, the last axis the answers, as `goodman` gives.
    values
        What each answer is worth, in ascending order.
    """
    least, most, worth = floats(low), floats(high), floats(values)
    ends = []
    for order in (range(len(worth)), range(len(worth) - 1, -1, -1)):
        left = 1 - least.sum(axis=-1)
        mean = (least * worth).sum(axis=-1)
        for at in order:
            more = np.clip(left, 0, most[..., at] - least[..., at])
            mean, left = mean + more * worth[at], left - more
        ends.append(mean)
    return ends[0], ends[1]


def mean_if_equal(
    value: ArrayLike, n: ArrayLike, lowest: float, highest: float, level: float = 0.95
) -> Interval:
    """Return the interval of a mean where all n observations are equal, of values in a range.

    A t interval would be the single point. Of three classes of answers (this one, less, more) all n
    are in one; its share is at least n/(n + A) by Goodman (1965), and the rest may be anywhere
    between the ends of the scale.

    Parameters
    ----------
    value, n
        What all observations are, and how many.
    lowest, highest
        The ends of the scale.
    level
        Between 0 and 1.
    """
    at, count = floats(value), floats(n)
    a = special.chdtri(1, (1 - prove_level(level)) / 3)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(count > 0, a / (count + a), np.nan)
    return at - rest * (at - lowest), at + rest * (highest - at)


def effective(p: ArrayLike, se: ArrayLike, otherwise: ArrayLike) -> Floats:
    """Return the number of independent trials that would have this error: p(1-p)/se^2.

    Parameters
    ----------
    p, se
        A proportion and its standard error.
    otherwise
        What is returned where nothing varies, so that nothing can be told from the error.
    """
    share, error = floats(p), floats(se)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = share * (1 - share) / error**2
    return np.where(np.isfinite(found) & (found > 0), found, floats(otherwise))
