"""Rates of reaching a band: how far apart two groups are, and what so many people can show."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import ndtr, ndtri

FOUR_FIFTHS = 0.8
"""The least ratio of rates that the rule of thumb of 29 CFR 1607.4(D) lets pass."""

Floats = NDArray[np.float64]


@frozen(eq=False)
class Ratio:
    """Ratios of two rates, an entry for each pair of groups.

    Attributes
    ----------
    ratio
        Rate of the group over rate of the reference; not a number where the reference has none.
    low, high
        The interval on the logarithm of the ratio (Katz et al. 1978).
    p
        Fisher's exact test, two-sided.
    four_fifths
        Whether the ratio, or its inverse, is below 0.8: the rule of thumb by itself.
    verdict
        `flag`: below 0.8 and the whole interval too. `watch`: below 0.8, but the interval reaches
        0.8: so few people cannot settle it. `none`: not below 0.8. `undefined`: nobody of the
        reference reached the band.
    """

    ratio: Floats
    low: Floats
    high: Floats
    p: Floats
    four_fifths: NDArray[np.bool_]
    verdict: tuple[str, ...]


def impact_ratio(
    reached: ArrayLike,
    n: ArrayLike,
    reference_reached: ArrayLike,
    reference_n: ArrayLike,
    *,
    level: float = 0.95,
) -> Ratio:
    r"""Return the adverse-impact ratio of groups to a reference, with its interval and test.

    .. math:: \log\frac{a/n}{c/m} \pm z \sqrt{1/a - 1/n + 1/c - 1/m}

    Parameters
    ----------
    reached, n
        How many of each group reached the band, and how many there are; whole numbers, n >= 1.
    reference_reached, reference_n
        The same of the reference.
    level
        Of the interval, in (0, 1).

    Notes
    -----
    Where nobody reached the band, or everybody in both groups, that interval has no width or no
    end; there half a person is added to those who reached the band and to those who did not, in
    both groups (Walter 1975). The ratio itself stays as it is.
    Sources: 29 CFR 1607.4(D) (1978); Katz et al. 1978; Morris & Lobsenz 2000, who show why the
    ratio alone misleads in small groups.
    """
    a, n1, c, n0 = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(each, float)) for each in (reached, n, reference_reached,
                                                               reference_n))
    )  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (a / n1) / (c / n0)
        add = np.where((a == 0) | (c == 0) | ((a == n1) & (c == n0)), 0.5, 0.0)
        a_, n1_, c_, n0_ = a + add, n1 + 2 * add, c + add, n0 + 2 * add
        middle = np.log(a_ / n1_) - np.log(c_ / n0_)
        error = np.sqrt(1 / a_ - 1 / n1_ + 1 / c_ - 1 / n0_)
    z = float(ndtri((1 + level) / 2))
    low, high = np.exp(middle - z * error), np.exp(middle + z * error)
    low = np.where(a == 0, 0.0, low)
    undefined = (c == 0) | (n1 == 0)
    ratio = np.where(undefined, np.nan, ratio)
    low, high = np.where(undefined, np.nan, low), np.where(undefined, np.nan, high)
    below = (ratio < FOUR_FIFTHS) | (ratio > 1 / FOUR_FIFTHS)
    sure = (high < FOUR_FIFTHS) | (low > 1 / FOUR_FIFTHS)
    verdict = tuple(
        "undefined" if none else "flag" if under and far else "watch" if under else "none"
        for none, under, far in zip(undefined, below, sure, strict=True)
    )
    p = np.array([_fisher(*four) for four in zip(a, n1, c, n0, strict=True)])
    return Ratio(ratio, low, high, p, below & ~undefined, verdict)


def _fisher(a: float, n: float, c: float, m: float) -> float:
    table = [[int(a), int(n - a)], [int(c), int(m - c)]]
    return float(stats.fisher_exact(table).pvalue)


def power_of_rates(
    n: ArrayLike,
    reference_n: ArrayLike,
    rate: ArrayLike,
    reference_rate: ArrayLike,
    *,
    alpha: float = 0.05,
) -> Floats:
    r"""Return the probability that a two-sided test sees the difference of two true rates.

    .. math:: h = 2 \arcsin\sqrt{p_1} - 2 \arcsin\sqrt{p_0}, \quad
              \Phi(|h| / s - z) + \Phi(-|h| / s - z), \quad s^2 = 1/n_1 + 1/n_0

    Parameters
    ----------
    n, reference_n
        People in the group and in the reference, at least 1.
    rate, reference_rate
        True rates, 0 to 1.
    alpha
        Of the test, in (0, 1).

    Notes
    -----
    Source: Cohen 1988; `statsmodels.stats.power.NormalIndPower` over whole columns.
    """
    n1, n0, p1, p0 = (np.asarray(each, float) for each in (n, reference_n, rate, reference_rate))
    h = np.abs(2 * np.arcsin(np.sqrt(p1)) - 2 * np.arcsin(np.sqrt(p0)))
    with np.errstate(divide="ignore"):
        far = h / np.sqrt(1 / n1 + 1 / n0)
    z = float(ndtri(1 - alpha / 2))
    found: Floats = ndtr(far - z) + ndtr(-far - z)
    return found
