"""Two reliabilities that are often taken for one: of items within a form, of officers' scores.

Alpha and omega say whether items hang together. They do not say whether officers can be told apart:
that is the reliability of their means, from the variance between and within officers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from scipy import special

from capaian.analysis.estimation.levels import Floats, floats, prove_level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@frozen
class Alpha:
    """Cronbach's alpha with its interval."""

    value: float
    low: float
    high: float


def alpha(answers: ArrayLike, level: float = 0.95) -> Alpha:
    """Return k/(k-1) (1 - sum s_i^2 / s_T^2) (Cronbach 1951) with its interval (Feldt 1965).

    1 - (1 - alpha) F, F the quantiles with n-1 and (n-1)(k-1) degrees of freedom.

    Parameters
    ----------
    answers
        Forms x items, without missing answers; at least 2 of each.
    level
        Between 0 and 1.
    """
    x = floats(answers)
    n, k = x.shape
    whole = x.sum(axis=1).var(ddof=1)
    if whole == 0:
        return Alpha(np.nan, np.nan, np.nan)
    value = float(k / (k - 1) * (1 - x.var(axis=0, ddof=1).sum() / whole))
    tail = (1 - prove_level(level)) / 2
    first, second = n - 1, (n - 1) * (k - 1)
    upper = float(special.fdtri(first, second, 1 - tail))
    lower = float(special.fdtri(first, second, tail))
    return Alpha(value, 1 - (1 - value) * upper, 1 - (1 - value) * lower)


def omega(answers: ArrayLike) -> float:
    """Return omega total of one factor, (sum l)^2 / ((sum l)^2 + sum (1 - l^2)) (McDonald 1999).

    The loadings l are of standardised items, by maximum likelihood (statsmodels' `Factor`).

    Parameters
    ----------
    answers
        Forms x items, at least 3 items, without missing answers, each item with some spread; not a
        number where one has none.
    """
    from statsmodels.multivariate.factor import Factor  # noqa: PLC0415 - takes long to load

    x = floats(answers)
    if (x.std(axis=0) == 0).any():
        return float("nan")
    loadings = Factor(x, n_factor=1, method="ml").fit().loadings[:, 0]
    common = loadings.sum() ** 2
    return float(common / (common + (1 - loadings**2).sum()))


@frozen(eq=False)
class Between:
    """How well officers' means can be told apart.

    Attributes
    ----------
    f
        The variance ratio of a one-way analysis of variance; above 10 is wanted to tell units apart
        (Zaslavsky 2001).
    icc
        ICC(1,1): the reliability of a single observation (Shrout & Fleiss 1979).
    reliability
        ICC(1,k), 1 - 1/F: that of an officer's mean at the average number of observations.
    between, within
        The variance between officers and that within; the former not below 0.
    """

    f: float
    icc: float
    reliability: float
    between: float
    within: float

    def of(self, n: ArrayLike) -> Floats:
        """Return the reliability of a mean of n observations, sB^2 / (sB^2 + sW^2/n)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.between / (self.between + self.within / floats(n))

    def least_n(self, reliability: float = 0.7) -> float:
        """Return how many observations give a reliability, R/(1-R) sW^2/sB^2 (Adams 2009).

        Infinite where officers do not differ: no number of observations tells them apart.
        """
        if self.between <= 0:
            return float("inf")
        return float(reliability / (1 - reliability) * self.within / self.between)


def between(n: ArrayLike, means: ArrayLike, variances: ArrayLike) -> Between:
    """Return the analysis of variance of officers from their n, means and variances.

    Parameters
    ----------
    n
        Observations of each officer; who has fewer than 2 is left out.
    means, variances
        The mean and the sample variance of each officer's observations.
    """
    count, mean, var = floats(n), floats(means), floats(variances)
    used = (count > 1) & np.isfinite(mean) & np.isfinite(var)
    count, mean, var = count[used], mean[used], var[used]
    officers, whole = len(count), count.sum()
    if officers < 2:  # noqa: PLR2004 - nobody to tell apart
        return Between(np.nan, np.nan, np.nan, np.nan, np.nan)
    grand = (count * mean).sum() / whole
    among = (count * (mean - grand) ** 2).sum() / (officers - 1)
    within = ((count - 1) * var).sum() / (whole - officers)
    size = (whole - (count**2).sum() / whole) / (officers - 1)
    spread = max((among - within) / size, 0.0)
    if within == 0:
        f = float("inf") if among > 0 else float("nan")
        return Between(f, 1.0, 1.0, float(spread), 0.0)
    f = float(among / within)
    icc = (f - 1) / (f + float(size) - 1)
    reliability = 1 - 1 / f if f > 0 else float("-inf")
    return Between(f, icc, reliability, float(spread), float(within))


def publishable(
    n_eff: ArrayLike, low: ArrayLike, high: ArrayLike, value: ArrayLike
) -> NDArray[np.bool_]:
    """Return whether a proportion may be published (NCHS Series 2 no. 175, 2017).

    Not with an effective n below 30, nor with an interval of 0.30 or wider; one of 0.05 or narrower
    may; between them, one wider than 130 % of the share, or of its complement, may not.

    Parameters
    ----------
    n_eff, low, high, value
        The effective number, the ends of the 95 % interval, and the share, 0 to 1.
    """
    width, share = floats(high) - floats(low), floats(value)
    least = np.minimum(share, 1 - share)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = width / least
    return (
        (floats(n_eff) >= 30)  # noqa: PLR2004 - the rule's number
        & (width < 0.30)  # noqa: PLR2004 - the same
        & ((width <= 0.05) | (relative <= 1.30))  # noqa: PLR2004 - the same
    )
