"""Two reliabilities that are often taken for one: of items within a form, of officers' scores.

Alpha and omega say whether items hang together. They do not say whether officers can be told apart:
that is the reliability of their means, from the variance between and within officers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from scipy import optimize, special

from capaian.analysis.estimation.levels import Floats, floats, prove_level

_NUDGE = 1e-9
"""How much of the unit matrix is mixed into correlations, so that none is without an inverse."""

_LEAST = 0.005
"""The least uniqueness of an item."""

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

    The loadings l are of standardised items, by maximum likelihood.

    Parameters
    ----------
    answers
        Forms x items, at least 3 items, without missing answers, each item with some spread; not a
        number where one has none.
    """
    x = floats(answers)
    if (x.std(axis=0) == 0).any():
        return float("nan")
    loadings = one_factor(np.corrcoef(x, rowvar=False))
    common = loadings.sum() ** 2
    return float(common / (common + (1 - loadings**2).sum()))


def one_factor(correlations: ArrayLike) -> Floats:
    """Return the loadings of one factor by maximum likelihood (Jöreskog 1967).

    The uniquenesses are sought between 0.005 and 1, so that items that are alike throughout, whose
    correlations have no inverse, have loadings too. There are several peaks where items hardly hang
    together: where one item seems to be the factor itself, each is tried as that. statsmodels'
    `Factor` finds the same where it converges; in these two cases it often does not.

    Parameters
    ----------
    correlations
        Items x items.
    """
    r = floats(correlations)
    r = r + _NUDGE * (np.eye(len(r)) - r)

    def parts(unique: Floats) -> tuple[Floats, Floats]:
        scale = 1 / np.sqrt(unique)
        roots, vectors = np.linalg.eigh(r * np.outer(scale, scale))
        return roots, np.sqrt(unique * max(roots[-1] - 1, 0.0)) * vectors[:, -1]

    def misfit(unique: Floats) -> tuple[float, Floats]:
        roots, loadings = parts(unique)
        rest, fitted = roots[:-1], loadings**2 + unique
        return float((rest - np.log(rest) - 1).sum()), (fitted - np.diag(r)) / unique**2

    def search(start: Floats) -> Any:
        options = {"maxiter": 300, "ftol": 1e-13, "gtol": 1e-8}
        bounds = [(_LEAST, 1.0)] * len(r)
        return optimize.minimize(
            misfit, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
        )

    middle = np.full(len(r), 0.5)
    found = search(middle)
    if found.x.min() < 2 * _LEAST:
        others = [search(np.where(row, 2 * _LEAST, middle)) for row in np.eye(len(r), dtype=bool)]
        found = min((found, *others), key=lambda each: float(each.fun))
    return parts(found.x)[1]


def item_rest(answers: ArrayLike) -> Floats:
    """Return the correlation of each item with the sum of the others.

    (c_iT - s_i^2) / (s_i sqrt(s_T^2 + s_i^2 - 2 c_iT)), c_iT the covariance with the sum of all.

    Parameters
    ----------
    answers
        Forms x items, without missing answers; at least 2 of each. Not a number where an item, or
        the sum of the others, has no spread.
    """
    x = floats(answers)
    x = x - x.mean(axis=0)
    total = x.sum(axis=1)
    own, whole, shared = (x**2).sum(axis=0), (total**2).sum(), x.T @ total
    rest = whole + own - 2 * shared
    # What is left of a sum that does not vary is rounding.
    size = own * np.where(rest > 1e-12 * (whole + own), rest, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, (shared - own) / np.sqrt(size), np.nan)


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


def between_groups(who: ArrayLike, values: ArrayLike) -> Between:
    """Return the analysis of variance of officers from their observations.

    Parameters
    ----------
    who
        Whose observation it is, as whole numbers from 0.
    values
        The observations.
    """
    owner, x = np.asarray(who, dtype=np.int64), floats(values)
    if not len(x):
        return between([], [], [])
    n = np.bincount(owner)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(owner, x) / n
        variances = np.bincount(owner, (x - mean[owner]) ** 2) / (n - 1)
    return between(n, mean, variances)


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
