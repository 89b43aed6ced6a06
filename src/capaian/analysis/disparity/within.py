"""The same comparison inside units, and what the placement in units adds: both parts."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

Ints = NDArray[np.int64]


@frozen
class Within:
    """Two groups compared inside strata (units, job families), and across them.

    Attributes
    ----------
    strata, mixed
        How many strata there are, and in how many both groups have somebody. Only these can say
        anything about the comparison within.
    n_mixed
        People of the group in mixed strata.
    pooled_odds_ratio
        With the strata ignored.
    odds_ratio, low, high
        Common odds ratio within strata (Mantel & Haenszel 1959), and its interval.
    p
        Mantel-Haenszel test that it is 1, without continuity correction.
    p_homogeneous
        Breslow & Day's test that it is the same in every stratum; not a number in one stratum.
    pooled_ratio
        Ratio of the rates with the strata ignored.
    ratio
        Common ratio of the rates within strata (Mantel-Haenszel weights).
    gap
        Difference of the two rates, of the group less the reference.
    within, between
        Its two parts, which add up to it: what rates differ inside strata, and what the placement
        in strata with higher or lower rates makes (Kitagawa 1955). People in strata without the
        other group can only differ by placement.
    """

    strata: int
    mixed: int
    n_mixed: int
    pooled_odds_ratio: float
    odds_ratio: float
    low: float
    high: float
    p: float
    p_homogeneous: float
    pooled_ratio: float
    ratio: float
    gap: float
    within: float
    between: float


def within_strata(
    reached: Ints, n: Ints, reference_reached: Ints, reference_n: Ints, *, level: float = 0.95
) -> Within:
    """Compare two groups inside strata.

    Parameters
    ----------
    reached, n
        Of the group, by stratum: how many reached the band, and how many there are.
    reference_reached, reference_n
        The same of the reference.
    level
        Of the interval, in (0, 1).

    Notes
    -----
    Sources: Mantel & Haenszel 1959; Breslow & Day 1980; Robins, Breslow & Greenland 1986 (by
    `statsmodels` `StratifiedTable`); Kitagawa 1955; Bickel, Hammel & O'Connell 1975, why both parts
    must be shown.
    """
    a, n1, c, n0 = (np.asarray(each, float) for each in (reached, n, reference_reached,
                                                         reference_n))  # fmt: skip
    mixed = (n1 > 0) & (n0 > 0)
    rate, rate0 = a.sum() / n1.sum(), c.sum() / n0.sum()
    inside, across = _parts(a, n1, c, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = np.float64(a.sum() * (n0 - c).sum()) / np.float64((n1 - a).sum() * c.sum())
        whole = n1[mixed] + n0[mixed]
        ratio = np.float64((a[mixed] * n0[mixed] / whole).sum()) / np.float64(
            (c[mixed] * n1[mixed] / whole).sum()
        )
        pooled_ratio = np.float64(rate) / np.float64(rate0)
    odds = _odds(a[mixed], n1[mixed], c[mixed], n0[mixed], level)
    return Within(
        int(((n1 + n0) > 0).sum()), int(mixed.sum()), int(n1[mixed].sum()), float(pooled), *odds,
        float(pooled_ratio), float(ratio), float(rate - rate0), inside, across,
    )  # fmt: skip


def _parts(
    a: NDArray[np.float64], n: NDArray[np.float64], c: NDArray[np.float64], m: NDArray[np.float64]
) -> tuple[float, float]:
    """Split the difference of two rates; a group that a stratum lacks takes the other's rate."""
    with np.errstate(divide="ignore", invalid="ignore"):
        r1, r0 = a / n, c / m
    r1, r0 = np.where(n > 0, r1, r0), np.where(m > 0, r0, r1)
    some = (n + m) > 0
    s1, s0 = n / n.sum(), m / m.sum()
    inside = ((s1 + s0) / 2 * (r1 - r0))[some].sum()
    across = ((s1 - s0) * (r1 + r0) / 2)[some].sum()
    return float(inside), float(across)


def _odds(
    a: NDArray[np.float64],
    n: NDArray[np.float64],
    c: NDArray[np.float64],
    m: NDArray[np.float64],
    level: float,
) -> tuple[float, float, float, float, float]:
    """Return the common odds ratio, its interval, and both tests."""
    nan = float("nan")
    # A stratum in which all or none reached the band says nothing about odds, and divides by zero.
    telling = (a + c > 0) & (a + c < n + m)
    if not telling.any():
        return nan, nan, nan, nan, nan
    a, n, c, m = a[telling], n[telling], c[telling], m[telling]
    tables = np.array([[a, n - a], [c, m - c]])
    with np.errstate(divide="ignore", invalid="ignore"):
        found = StratifiedTable(tables)
        low, high = found.oddsratio_pooled_confint(alpha=1 - level)
        p = found.test_null_odds(correction=False).pvalue
    common = float(found.oddsratio_pooled)
    return common, float(low), float(high), float(p), breslow_day(a, n, c, m, common)


def breslow_day(
    a: NDArray[np.float64],
    n: NDArray[np.float64],
    c: NDArray[np.float64],
    m: NDArray[np.float64],
    ratio: float,
) -> float:
    """Return the p of the test that every stratum has the same odds ratio.

    Parameters
    ----------
    a, n, c, m
        By stratum: reached and size, of the group and of the reference.
    ratio
        The common odds ratio.

    Notes
    -----
    Breslow & Day 1980. `StratifiedTable.test_equal_odds` divides by `1 - ratio`, and gives nothing
    where the ratio is 1; the expected count is written here by the other form of the root.
    """
    if len(a) < 2 or not np.isfinite(ratio):  # noqa: PLR2004 - one stratum is like itself
        return float("nan")
    t = a + c
    b = m - t + ratio * (n + t)
    with np.errstate(divide="ignore", invalid="ignore"):
        e = 2 * ratio * n * t / (b + np.sqrt(b * b + 4 * (1 - ratio) * ratio * n * t))
        variance = 1 / (1 / e + 1 / (n - e) + 1 / (t - e) + 1 / (m - t + e))
        statistic = np.where(variance > 0, (a - e) ** 2 / variance, 0.0).sum()
    return float(stats.chi2.sf(statistic, len(a) - 1))
