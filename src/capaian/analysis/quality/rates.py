"""Shares in an earlier and a later stretch of time, and over many: do they rise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from scipy import stats
from scipy.special import ndtr, ndtri
from statsmodels.stats.proportion import proportion_confint

from capaian.analysis.quality.mass import HALF

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@frozen
class ShareChange:
    """What a later stretch has beyond the share of an earlier one.

    Attributes
    ----------
    observed, expected
        Hits in the later stretch, and those that the earlier share makes likely.
    low, high
        Interval of the excess.
    p
        Of so many or more if both shares are the same, one-sided.
    power
        About the probability that a share half as large again would have been seen.
    """

    observed: int
    expected: float
    low: float
    high: float
    p: float
    power: float


def share_change(
    before: int, before_n: int, after: int, after_n: int, *, level: float = 0.95
) -> ShareChange:
    r"""Return what a later stretch has beyond the share of an earlier one.

    .. math:: K_2 \mid K_1 + K_2 \sim \mathrm{Hypergeometric}(n_1 + n_2, K_1 + K_2, n_2)

    Parameters
    ----------
    before, before_n
        Hits and cases of the earlier stretch; at least one case.
    after, after_n
        Those of the later one; at least one case.
    level
        Of the interval, in (0, 1).

    Notes
    -----
    p: Fisher's exact test. Interval: hybrid score, method 10 of Newcombe 1998, times the later
    cases. Power: normal, of the pooled test.
    """
    p1, p2 = before / before_n, after / after_n
    low1, high1 = proportion_confint(before, before_n, alpha=1 - level, method="wilson")
    low2, high2 = proportion_confint(after, after_n, alpha=1 - level, method="wilson")
    least = (p2 - p1) - np.hypot(p2 - low2, high1 - p1)
    most = (p2 - p1) + np.hypot(high2 - p2, p1 - low1)
    return ShareChange(
        after, p1 * after_n, float(least) * after_n, float(most) * after_n,
        float(stats.hypergeom.sf(after - 1, before_n + after_n, before + after, after_n)),
        _power(p1, before_n, after_n, level),
    )  # fmt: skip


def _power(p1: float, n1: int, n2: int, level: float) -> float:
    p2 = min(p1 * (1 + HALF), 1.0)
    if p2 <= p1:
        return 0.0  # nothing, or everything already: no rise can be seen
    pooled = (n1 * p1 + n2 * p2) / (n1 + n2)
    null = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    own = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return float(ndtr((p2 - p1 - ndtri(level) * null) / own))


def share_trend(hits: ArrayLike, n: ArrayLike) -> tuple[float, float]:
    r"""Return z and the one-sided p of a share that rises from part to part.

    .. math:: z = \frac{\sum_i t_i (k_i - n_i \bar p)}
              {\sqrt{\bar p (1 - \bar p) \sum_i n_i (t_i - \bar t)^2}}

    Parameters
    ----------
    hits, n
        Of each part, in order of time; the parts are equally long.

    Returns
    -------
    tuple
        Not numbers where nothing, or everything, is a hit, or one part has all cases.

    Notes
    -----
    Cochran 1954, Armitage 1955: the score test of a logistic regression on time.
    """
    k, m = np.asarray(hits, float), np.asarray(n, float)
    t = np.arange(len(m), dtype=np.float64)
    total = float(m.sum())
    share = float(k.sum()) / total if total else 0.0
    spread = share * (1 - share) * float((m * (t - (m @ t) / max(total, 1.0)) ** 2).sum())
    if spread <= 0:
        return float("nan"), float("nan")
    z = float(t @ (k - m * share)) / float(np.sqrt(spread))
    return z, float(ndtr(-z))
