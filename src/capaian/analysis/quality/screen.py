"""Many units or people screened at once: each against what is expected, with few false flags."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from capaian.analysis.quality.mass import HALF

Floats = NDArray[np.float64]


@frozen(eq=False)
class Screen:
    """Shares of many groups against an expected share, an entry for each.

    Attributes
    ----------
    n, observed, expected
        Counts.
    p
        Of so many or more, one-sided binomial, exact.
    p_adjusted
        Benjamini & Hochberg 1995: flags below 1 - level are false with at most that share.
    flagged
        `p_adjusted` below 1 - level.
    power
        The probability that half as many again would give a p below 1 - level.
    by_chance
        How many p below 1 - level are expected if all is as expected; counts make it fewer than
        (1 - level) times the groups.
    """

    n: NDArray[np.int64]
    observed: NDArray[np.int64]
    expected: Floats
    p: Floats
    p_adjusted: Floats
    flagged: NDArray[np.bool_]
    power: Floats
    by_chance: float


def screen(observed: ArrayLike, n: ArrayLike, share: ArrayLike, *, level: float = 0.95) -> Screen:
    """Screen groups for shares above what is expected.

    Parameters
    ----------
    observed, n
        Of each group; whole numbers. A group without anybody has no p.
    share
        The expected share, 0 to 1; one for all, or one for each.
    level
        1 less the share of false flags, in (0, 1).
    """
    k, m = np.asarray(observed, dtype=np.int64), np.asarray(n, dtype=np.int64)
    q = np.broadcast_to(np.asarray(share, float), k.shape)
    some = m > 0
    p = np.full(k.shape, np.nan)
    power, chance = np.full(k.shape, np.nan), np.zeros(k.shape)
    alpha = 1 - level
    p[some] = stats.binom.sf(k[some] - 1, m[some], q[some])
    edge = stats.binom.isf(alpha, m[some], q[some])  # more than this many give a p of at most alpha
    power[some] = stats.binom.sf(edge, m[some], np.minimum(q[some] * (1 + HALF), 1.0))
    chance[some] = stats.binom.sf(edge, m[some], q[some])
    adjusted = np.full(k.shape, np.nan)
    if some.any():
        adjusted[some] = stats.false_discovery_control(np.clip(p[some], 0.0, 1.0))
    with np.errstate(invalid="ignore"):
        flagged = adjusted < alpha
    return Screen(m, k, m * q, p, adjusted, flagged, power, float(chance.sum()))


def count_interval(observed: float, *, level: float = 0.95) -> tuple[float, float]:
    """Return the exact Poisson interval of a count (Garwood 1936)."""
    alpha = (1 - level) / 2
    low = float(stats.chi2.ppf(alpha, 2 * observed) / 2) if observed else 0.0
    return low, float(stats.chi2.ppf(1 - alpha, 2 * (observed + 1)) / 2)


def share_interval(observed: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share (Clopper & Pearson 1934); 0 to 1 without anybody."""
    if not n:
        return 0.0, 1.0
    found = stats.binomtest(observed, n).proportion_ci(level, method="exact")
    return float(found.low), float(found.high)


def binomial_power(n: int, share: float, level: float) -> float:
    """Return the probability that a share half as large again gives a p below 1 - level."""
    edge = float(stats.binom.isf(1 - level, n, share))
    return float(stats.binom.sf(edge, n, min(share * (1 + HALF), 1.0)))


def count_tail(observed: int, mean: float, spread: float, level: float) -> tuple[float, float]:
    """Return the p of a count of given mean and variance, and the power to see half as many more.

    Negative binomial where the variance is above the mean, else Poisson.
    """
    if mean <= 0:
        return float(not observed), 0.0
    if spread <= mean * 1.001:
        edge = stats.poisson.isf(1 - level, mean)
        more = stats.poisson.sf(edge, mean * (1 + HALF))
        return float(stats.poisson.sf(observed - 1, mean)), float(more)
    size = mean**2 / (spread - mean)
    null = stats.nbinom(size, size / (size + mean))
    more = stats.nbinom(size, size / (size + mean * (1 + HALF)))
    return float(null.sf(observed - 1)), float(more.sf(null.isf(1 - level)))
