"""Gaps between scores of two groups: means, standardised difference, who is above whom."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import ndtr, ndtri

MEDIUM = 0.5
"""The standardised difference that Cohen (1988) calls medium; power is said for it."""

Floats = NDArray[np.float64]


@frozen
class Gap:
    """How far the scores of a group are from those of a reference.

    Attributes
    ----------
    difference, low, high
        Difference of the means in points, and its interval (Welch 1947); not a number where a
        group has fewer than two.
    g, g_low, g_high
        Hedges' g, the difference in standard deviations without small-sample bias (Hedges 1981).
    p
        Of Welch's test, two-sided.
    """

    difference: float
    low: float
    high: float
    g: float
    g_low: float
    g_high: float
    p: float


def gap(group: ArrayLike, reference: ArrayLike, *, level: float = 0.95) -> Gap:
    r"""Return the gap of two groups' scores.

    .. math:: g = \Bigl(1 - \frac{3}{4(n_1+n_0-2) - 1}\Bigr) \frac{\bar x_1 - \bar x_0}{s},
              \quad s^2 = \frac{(n_1-1)s_1^2 + (n_0-1)s_0^2}{n_1+n_0-2}

    Parameters
    ----------
    group, reference
        Scores, finite, at least one each.
    level
        Of the intervals, in (0, 1).

    Notes
    -----
    Sources: Hedges 1981; interval of g by Hedges & Olkin 1985.
    """
    x, y = np.asarray(group, float), np.asarray(reference, float)
    n1, n0 = len(x), len(y)
    difference = float(x.mean() - y.mean())
    if min(n1, n0) < 2:  # noqa: PLR2004 - a variance takes two
        nan = float("nan")
        return Gap(difference, nan, nan, nan, nan, nan, nan)
    v1, v0 = float(x.var(ddof=1)), float(y.var(ddof=1))
    error = np.sqrt(v1 / n1 + v0 / n0)
    degrees = n1 + n0 - 2
    pooled = np.sqrt(((n1 - 1) * v1 + (n0 - 1) * v0) / degrees)
    z = float(ndtri((1 + level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        welch = error**4 / ((v1 / n1) ** 2 / (n1 - 1) + (v0 / n0) ** 2 / (n0 - 1))
        wide = stats.t.ppf((1 + level) / 2, welch) * error
        p = float(2 * stats.t.sf(abs(difference) / error, welch))
        g = float((1 - 3 / (4 * degrees - 1)) * difference / pooled)
    far = z * np.sqrt((n1 + n0) / (n1 * n0) + g * g / (2 * (n1 + n0)))
    return Gap(
        difference, difference - float(wide), difference + float(wide),
        g, g - float(far), g + float(far), p,
    )  # fmt: skip


def superiority(counts: ArrayLike, reference: ArrayLike) -> tuple[float, float]:
    r"""Return how likely one of a group stands above one of a reference, and a test of one half.

    .. math:: P(X > Y) + \tfrac12 P(X = Y)

    Parameters
    ----------
    counts, reference
        How many of each stand in each of several ordered classes, the lowest first: bands, or the
        distinct values of a score.

    Returns
    -------
    tuple of float
        The probability, ties counted half (McGraw & Wong 1992), and the two-sided p of the
        Mann-Whitney test with ties and continuity corrected. Not a number where either is empty.
    """
    a, b = np.asarray(counts, float), np.asarray(reference, float)
    n1, n0 = a.sum(), b.sum()
    if not n1 or not n0:
        return float("nan"), float("nan")
    below = np.concatenate([[0.0], np.cumsum(b)[:-1]])
    u = float((a * (below + b / 2)).sum())
    n, ties = n1 + n0, a + b
    variance = n1 * n0 / 12 * ((n + 1) - (ties**3 - ties).sum() / (n * (n - 1)))
    if variance <= 0:
        return u / (n1 * n0), 1.0
    z = max(abs(u - n1 * n0 / 2) - 0.5, 0.0) / np.sqrt(variance)
    return u / (n1 * n0), float(min(2 * stats.norm.sf(z), 1.0))


def power_of_gap(
    n: ArrayLike, reference_n: ArrayLike, d: float = MEDIUM, *, alpha: float = 0.05
) -> Floats:
    """Return the probability that a two-sided t test sees a standardised difference.

    Parameters
    ----------
    n, reference_n
        People in the group and in the reference, at least 1.
    d
        The true difference in standard deviations.
    alpha
        Of the test, in (0, 1).

    Notes
    -----
    Noncentral t (Cohen 1988): `statsmodels.stats.power.TTestIndPower` over whole columns. Not a
    number where the two have fewer than three people together.
    """
    n1, n0 = np.asarray(n, float), np.asarray(reference_n, float)
    degrees = np.where(n1 + n0 > 2, n1 + n0 - 2, np.nan)  # noqa: PLR2004 - two means are estimated
    with np.errstate(divide="ignore"):
        shift = d / np.sqrt(1 / n1 + 1 / n0)
    critical = stats.t.ppf(1 - alpha / 2, degrees)
    above, below = stats.nct.sf(critical, degrees, shift), stats.nct.cdf(-critical, degrees, shift)
    # SciPy has no value far out in the tails; there the normal has the same to many digits.
    known = np.isfinite(degrees)
    above = np.where(np.isnan(above) & known, ndtr(shift - critical), above)
    below = np.where(np.isnan(below) & known, ndtr(-shift - critical), below)
    return np.asarray(above + below, dtype=np.float64)
