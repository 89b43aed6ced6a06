"""Bunching at a limit: how many more lie just inside it than their neighbours let expect."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
HALF = 0.5
"""The relative excess for which power is said: half as many again as expected."""
_CUBIC = 3


@frozen(eq=False)
class ExcessMass:
    """What lies at a limit beyond a smooth run of the counts around it.

    Attributes
    ----------
    counterfactual
        The smooth run in the excluded bins, in their order.
    observed, expected, excess
        Counts in the excluded bins up to the limit, the smooth run there, and the difference.
    low, high
        Interval of the excess.
    missing
        How many the excluded bins beyond the limit have less than the smooth run.
    b
        `excess / expected`; not a number where nothing is expected.
    p
        Of no excess, one-sided.
    power
        The probability that an excess of half the expectation would have been seen.
    dispersion
        Pearson's chi-squared of the neighbours over its degrees of freedom, at least 1: by so much
        the variance is larger than that of independent counts.
    """

    counterfactual: Floats
    observed: float
    expected: float
    excess: float
    low: float
    high: float
    missing: float
    b: float
    p: float
    power: float
    dispersion: float


def excess_mass(  # noqa: PLR0913 - all but the bins are named
    position: ArrayLike,
    count: ArrayLike,
    limit: float,
    *,
    excluded: Sequence[float],
    exposure: ArrayLike | None = None,
    degree: int = 1,
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 2000,
) -> ExcessMass:
    r"""Return the excess at a limit against a polynomial through the neighbours.

    .. math:: \hat c = V_e V_o^+ y_o, \quad b = (y_l - \hat c_l) / \hat c_l

    Parameters
    ----------
    position, count
        Bins around the limit, such as whole days, and how many cases fell in each.
    limit
        The last bin inside the limit.
    excluded
        Bins whose counts the limit may have changed; they do not shape the polynomial.
    exposure
        How much could have fallen in each bin, above 0, such as the cases still open in it: then
        it is the rate that has a smooth run. The same in every bin where left out.
    degree
        Of the polynomial.
    level
        Of the interval, in (0, 1).
    seed, draws
        With a seed the interval is that of a Poisson bootstrap with so many draws; without one it
        is the normal one with the exact variance of a sum of counts, and nothing is random.

    Notes
    -----
    Sources: Chetty et al. 2011; Kleven & Waseem 2013; Kleven 2016. Data in whole days take their
    days as bins; a density does not exist for them.
    """
    x, y = np.asarray(position, float), np.asarray(count, float)
    out = np.isin(x, np.asarray(excluded, float))
    size = np.ones(len(x)) if exposure is None else np.asarray(exposure, float)
    root = np.sqrt(size)
    # Counts vary as their expectation does, which goes with the exposure: each is weighed by it.
    shape = np.vander(x - limit, degree + 1) * size[:, None]
    even = shape / root[:, None]
    hat = shape[out] @ np.linalg.pinv(even[~out]) / root[~out]
    smooth = hat @ y[~out]
    inside = x[out] <= limit
    observed, expected = float(y[out][inside].sum()), float(smooth[inside].sum())
    weights = hat[inside].sum(axis=0)
    spread = _dispersion(even[~out], y[~out], root[~out])
    error = spread * float((weights**2 * y[~out]).sum())
    excess = observed - expected
    z = float(ndtri((1 + level) / 2))
    own = np.sqrt(spread * observed + error)
    low, high = excess - z * own, excess + z * own
    if seed is not None:
        draw = np.random.Generator(np.random.PCG64(seed)).poisson(y, size=(draws, len(y)))
        made = draw[:, out][:, inside].sum(axis=1) - draw[:, ~out] @ weights
        low, high = np.quantile(made, [(1 - level) / 2, (1 + level) / 2]).tolist()
    nan = float("nan")
    missing = float((smooth - y[out])[~inside].sum())
    if expected <= 0:
        return ExcessMass(smooth, observed, expected, excess, float(low), float(high),
                          missing, nan, nan, nan, spread)  # fmt: skip
    null = np.sqrt(spread * expected + error)
    more = np.sqrt(spread * (1 + HALF) * expected + error)
    edge = float(ndtri(level)) * null
    return ExcessMass(
        counterfactual=smooth,
        observed=observed,
        expected=expected,
        excess=excess,
        low=float(low),
        high=float(high),
        missing=missing,
        b=excess / expected,
        p=float(ndtr(-excess / null)),
        power=float(ndtr((HALF * expected - edge) / more)),
        dispersion=spread,
    )


def _dispersion(even: Floats, y: Floats, root: Floats) -> float:
    degrees = len(y) - int(even.shape[1])
    if degrees < 1:
        return 1.0
    smooth = root * (even @ np.linalg.pinv(even) @ (y / root))
    some = smooth > 0
    chi2 = float(((y - smooth)[some] ** 2 / smooth[some]).sum())
    found: float = max(1.0, chi2 / degrees)
    return found


def density_break(values: ArrayLike, limit: float, *, bandwidth: float | None = None) -> float:
    r"""Return the p of the test that the density of values does not jump at a limit.

    The distribution function is fitted by a cubic on each side of the limit, with triangular
    weights; its slope at the limit is the density. Two-sided.

    Parameters
    ----------
    values
        Continuous values, such as times; in whole days use `excess_mass`.
    limit
        The limit.
    bandwidth
        How far from the limit values count, in their unit; where left out
        :math:`4 \min(s, \mathrm{IQR}/1.35)\, n^{-1/5}`.

    Returns
    -------
    float
        Not a number with fewer than 20 values on a side within the bandwidth.

    Notes
    -----
    Local polynomial density estimator and its variance by the projection of the distribution
    function: Cattaneo, Jansson & Ma 2020 (JASA 115); manipulation test: McCrary 2008. The cubic has
    one degree more than the bandwidth asks for, against bias.
    """
    x = np.sort(np.asarray(values, float)) - limit
    n = len(x)
    if bandwidth is None:
        q75, q25 = np.quantile(x, [0.75, 0.25]) if n else (0.0, 0.0)
        spread = min(float(x.std(ddof=1)), float(q75 - q25) / 1.35) if n > 1 else 0.0
        bandwidth = 4 * spread * n ** (-1 / 5) if n else 0.0
    rank = np.searchsorted(x, x, side="right") / n if n else x
    left = (x <= 0) & (x > -bandwidth)
    right = (x > 0) & (x < bandwidth)
    least = 20
    if min(left.sum(), right.sum()) < least:
        return float("nan")
    density = []
    influence = np.zeros(n)
    for side, sign in ((right, 1), (left, -1)):
        u = x[side] / bandwidth
        weight = 1 - np.abs(u)
        powers = np.vander(u, _CUBIC + 1, increasing=True)
        solve = np.linalg.pinv((powers * weight[:, None]).T @ powers)[1]
        a = (powers * weight[:, None]) @ solve / bandwidth
        density.append(float(a @ rank[side]))
        whole = np.zeros(n)
        whole[side] = a
        later = np.cumsum(whole[::-1])[::-1]  # of the values that are not below each
        influence += sign * (later - a @ rank[side])
    error = np.sqrt((influence**2).sum()) / n
    return float(2 * ndtr(-abs(density[0] - density[1]) / error))


def window_screen(inside: ArrayLike, outside: ArrayLike) -> Floats:
    """Return the p of as many in a window before a limit as in one of the same width after it.

    A screen only: times fall off by themselves, so a small p says little (one-sided binomial).
    """
    k, m = np.asarray(inside), np.asarray(outside)
    return np.asarray(stats.binom.sf(k - 1, k + m, HALF), dtype=np.float64)
