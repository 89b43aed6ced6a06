"""Whether times, or targets, moved after something became known; with what could be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from scipy import stats
from scipy.special import kolmogi, ndtr, ndtri

from capaian.analysis.quality.heap import against_neighbours

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

SHIFT = 0.5
"""The shift, in standard deviations, for which power is said."""
_WANTED, _NEAR = 0.8, 0.01
_EXACT = 2500
_FEWEST = 5
_NEARLY = 1 - 1e-12
_STEPS, _GRID = 64, 121
_ROOT = np.sqrt(2 * np.pi)


@frozen
class ShapeChange:
    """Two distributions compared.

    Attributes
    ----------
    d, p
        Kolmogorov and Smirnov's largest distance of the distribution functions, and its p.
    before_n, after_n
        Values on each side.
    power
        About the probability that a shift of half a standard deviation would have given a p below
        1 - level.
    smallest
        The shift, in standard deviations, that would have been seen with a probability of 80 %.
    shift, low, high
        By how much the median moved, in the unit of the values, and its interval; the ends are not
        numbers with fewer than five values on a side.
    """

    d: float
    p: float
    before_n: int
    after_n: int
    power: float
    smallest: float
    shift: float
    low: float
    high: float


def shape_change(before: ArrayLike, after: ArrayLike, *, level: float = 0.95) -> ShapeChange:
    """Compare values before and after a date, such as the day on which a target was announced.

    Parameters
    ----------
    before, after
        Values, at least one on each side.
    level
        1 less the p at which a change counts as seen, and the level of the interval, in (0, 1).

    Notes
    -----
    `scipy.stats.ks_2samp`. Power: that of normal distributions so far apart, for large samples: the
    probability that a Brownian bridge with their difference as drift leaves the critical band,
    integrated step by step (Durbin 1973), from the distance at which the exact test rejects where
    samples are small. Interval of the shift: normal, with the variance of a median from its order
    statistics (Price & Bonett 2002). Behaviour: Bevan & Hood 2006.
    """
    x, y = np.asarray(before, float), np.asarray(after, float)
    found = stats.ks_2samp(x, y)
    shift = float(np.median(y) - np.median(x))
    reach = float(ndtri((1 + level) / 2) * np.hypot(_median_error(x), _median_error(y)))
    return ShapeChange(
        float(found.statistic), float(found.pvalue), len(x), len(y),
        _power(SHIFT, len(x), len(y), 1 - level),
        _smallest(len(x), len(y), 1 - level), shift, shift - reach, shift + reach,
    )  # fmt: skip


def _median_error(values: Floats) -> float:
    """Return the standard error of a median, from two order statistics around it."""
    n = len(values)
    if n < _FEWEST:
        return float("nan")
    c = max(round((n + 1) / 2 - float(np.sqrt(n))), 1)
    z = float(stats.norm.isf(stats.binom.cdf(c - 1, n, 0.5)))
    low, high = np.partition(values, [c - 1, n - c])[[c - 1, n - c]]
    return float(high - low) / (2 * z)


def _critical(n: int, m: int, alpha: float) -> float:
    """Return the distance from which the test rejects; in small samples that of its exact form.

    Distances are steps there: the test rejects from one of them on, and half a step is taken off.
    """
    whole = float(kolmogi(alpha)) * float(np.sqrt((n + m) / (n * m)))
    if n * m > _EXACT:
        return whole
    y = np.full(m, 2)
    for k in range(1, n + 1):
        x = np.concatenate([np.zeros(k), np.full(n - k, 2)])
        if stats.ks_2samp(x, y).pvalue <= alpha:
            return max(whole, (k - 0.5) / n)
    return float("inf")  # so few can never show anything


def _power(shift: float, n: int, m: int, alpha: float) -> float:
    """Return the probability that two normal distributions a shift apart are told apart."""
    root = np.sqrt(n * m / (n + m))
    critical = _critical(n, m, alpha) * root
    if critical == float("inf"):
        return 0.0
    t = np.linspace(0, 1, _STEPS + 1)[1:-1]
    z = ndtri(t)
    drift = root * (ndtr(z + shift / 2) - ndtr(z - shift / 2))
    x = np.linspace(-critical, critical, _GRID + 2)[1:-1]
    width = x[1] - x[0]
    at, was, inside = 0.0, 0.0, np.array([1.0])
    here = np.array([0.0])
    for time, now in zip(t, drift, strict=True):
        step = time - at
        keep = (1 - time) / (1 - at)
        spread = np.sqrt(step * keep)
        # Where the bridge goes from each place, and that it did not leave the band on its way.
        far = (x[None, :] - now - (here[:, None] - was) * keep) / spread
        stays = -np.expm1(-2 * (critical - here[:, None]) * (critical - x) / step)
        stays *= -np.expm1(-2 * (critical + here[:, None]) * (critical + x) / step)
        inside = inside @ (np.exp(-far * far / 2) / (spread * _ROOT) * width * stays)
        at, was, here = time, now, x
    return float(np.clip(1 - inside.sum(), 0.0, 1.0))


def _smallest(n: int, m: int, alpha: float) -> float:
    """Return the shift that is seen with a probability of 80 %."""
    low, high = 0.0, 8.0
    if _power(high, n, m, alpha) < _WANTED:
        return float("nan")
    while high - low > _NEAR:
        middle = (low + high) / 2
        if _power(middle, n, m, alpha) < _WANTED:
            low = middle
        else:
            high = middle
    return high


@frozen
class Drift:
    """How targets answer to what was achieved.

    Attributes
    ----------
    n
        Pairs of a period and the next with all that is needed.
    correlation, p
        Spearman's rank correlation of the overshoot of a period (achieved over target, less 1) with
        the change of the target to the next (next over this, less 1); 0 is expected where targets
        do not answer.
    low, high
        Interval of the correlation.
    at_target, expected_at_target
        Share of achievements from 100 % to below 102 %, and the share in the two neighbouring
        stretches of the same width, halved.
    low_at_target, high_at_target
        Interval of the excess of the first over the second.
    p_at_target
        Of so many or more against the neighbours (binomial, one-sided).
    power
        The probability that a correlation of 0.3 would have been seen (Fisher's z).
    power_at_target
        The probability that half as many again at the target would have been seen.
    """

    n: int
    correlation: float
    p: float
    at_target: float
    expected_at_target: float
    p_at_target: float
    power: float
    low: float
    high: float
    low_at_target: float
    high_at_target: float
    power_at_target: float


def target_drift(target: ArrayLike, achieved: ArrayLike, *, level: float = 0.95) -> Drift:
    """Return whether targets rise after they were exceeded, and whether work stops at the target.

    Parameters
    ----------
    target, achieved
        Subjects x periods, in the unit of the indicator, in order of time; not a number where there
        is none. Targets are above 0.
    level
        1 less the p at which a correlation counts as seen, in (0, 1).

    Notes
    -----
    Interval of the correlation: Fisher's z with the variance (1 + r^2 / 2) / (n - 3) of Bonett &
    Wright 2000. The ratchet: Weitzman 1980. A target that is set from the last result makes work
    that stops at the target reasonable.
    """
    t, a = np.atleast_2d(np.asarray(target, float)), np.atleast_2d(np.asarray(achieved, float))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = a / t
        over = (ratio - 1)[:, :-1].ravel()
        change = (t[:, 1:] / t[:, :-1] - 1).ravel()
    both = np.isfinite(over) & np.isfinite(change)
    n = int(both.sum())
    correlation = p = power = float("nan")
    least = 4
    if n >= least and np.ptp(over[both]) > 0 and np.ptp(change[both]) > 0:
        found = stats.spearmanr(over[both], change[both])
        correlation, p = float(found.statistic), float(found.pvalue)
    least_r = most_r = float("nan")
    if n >= least:
        z = float(stats.norm.isf((1 - level) / 2))
        power = float(ndtr(np.arctanh(0.3) * np.sqrt(n - 3) - z))
        # At -1 or 1 itself z has no end: the interval ends there.
        bound = float(np.arctanh(np.clip(correlation, -_NEARLY, _NEARLY)))
        reach = z * float(np.sqrt((1 + correlation**2 / 2) / (n - 3)))
        least_r, most_r = float(np.tanh(bound - reach)), float(np.tanh(bound + reach))
    known = ratio[np.isfinite(ratio)]
    low, goal, above, end = 0.98, 1, 1.02, 1.04  # the two per cent above the goal, and those beside
    at = int(((known >= goal) & (known < above)).sum())
    beside = int((((known >= low) & (known < goal)) | ((known >= above) & (known < end))).sum())
    size = max(len(known), 1)
    expected, least_at, most_at, p_at, power_at = against_neighbours(at, beside, 2, level=level)
    return Drift(
        n, correlation, p, at / size, expected / size, p_at, power, least_r, most_r,
        least_at / size, most_at / size, power_at,
    )  # fmt: skip
