"""Surveys: net promoter score, non-response, post-stratification."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from capaian.analysis.estimation.levels import Floats, Interval, floats, normal

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def net_promoter(
    promoters: ArrayLike, detractors: ArrayLike, answers: ArrayLike, level: float = 0.95
) -> tuple[Floats, Interval]:
    """Return the standard error and the adjusted Wald interval of p - d (Rocks 2016).

    The variance of p - d is (p + d - (p - d)^2)/n. The interval is that of counts to which 3/4
    promoters, 3/4 detractors and 3/2 others were added: never a point. Where nobody's answer
    differed, the error is that of the added counts too.

    Parameters
    ----------
    promoters, detractors, answers
        Counts.
    level
        Between 0 and 1.

    Returns
    -------
    tuple
        The error, and the ends; on the scale of shares, -1 to 1.
    """
    up, down, n = floats(promoters), floats(detractors), floats(answers)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = np.sqrt(_spread(up / n, down / n) / n)
        more = n + 3
        p, d = (up + 0.75) / more, (down + 0.75) / more
        se = np.sqrt(_spread(p, d) / more)
    half = normal(level) * se
    low, high = np.maximum(p - d - half, -1), np.minimum(p - d + half, 1)
    known = n > 0
    error = np.where(plain > 0, plain, se)
    return (
        np.where(known, error, np.nan),
        (np.where(known, low, np.nan), np.where(known, high, np.nan)),
    )


def _spread(p: Floats, d: Floats) -> Floats:
    return np.maximum(p + d - (p - d) ** 2, 0)


def share_bounds(successes: ArrayLike, answered: ArrayLike, invited: ArrayLike) -> Interval:
    """Return the least and greatest share there can be, whatever the others think (Manski 1989).

    [s/N, (s + N - n)/N]: 34 of 40 who answered, of 100, are 85 %, and anything from 34 % to 94 %
    (case S19).

    Parameters
    ----------
    successes, answered, invited
        s, n and N; s <= n <= N.
    """
    s, n, whole = floats(successes), floats(answered), floats(invited)
    with np.errstate(divide="ignore", invalid="ignore"):
        return s / whole, (s + whole - n) / whole


def post_stratified(
    means: ArrayLike, population: ArrayLike, variances: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Return the mean over the known mix of clients, and its error (Holt & Smith 1979).

    sum_c N_c mean_c / sum_c N_c. A class of clients that nobody answered for makes the mean
    unknown: it is not passed over.

    Parameters
    ----------
    means
        The mean of each class that answered; the last axis is the classes.
    population
        N_c: how many clients each class has.
    variances
        Of each mean; no error is given where left out.
    """
    shares = floats(population) / floats(population).sum(axis=-1, keepdims=True)
    value = (floats(means) * shares).sum(axis=-1)
    if variances is None:
        return value, np.full_like(value, np.nan)
    return value, np.sqrt((shares**2 * floats(variances)).sum(axis=-1))
