"""How each law varies: shares, counts, sums, ratios, means, net promoter scores, bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from capaian.analysis.estimation.counts import count_se, exact_poisson, weighted_count
from capaian.analysis.estimation.estimate import BOUNDS_ONLY, OK, TOO_FEW
from capaian.analysis.estimation.integers import Integers
from capaian.analysis.estimation.levels import Floats, floats, normal
from capaian.analysis.estimation.means import t_interval, variance
from capaian.analysis.estimation.proportion import (
    effective,
    mean_if_equal,
    proportion_se,
    wilson,
)
from capaian.analysis.estimation.spread import Asked, Spread, spread
from capaian.analysis.estimation.survey import net_promoter
from capaian.sampling import Bounds, Count, Mean, NetPromoter, Ratio, Share, Weighted

TWO = 2
"""Fewer observations than this say nothing about how much they vary."""


def of_share(law: Share, asked: Asked, get: Integers) -> Spread:
    """Return Wilson's interval; a finite population makes the effective number greater."""
    k, n = get(law.successes), get(law.trials)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = n / asked.left**2
        ends = wilson(k / n * size, size, asked.level)
    return spread(asked, proportion_se(k, n) * asked.left, ends, size, "wilson")


def of_count(law: Count, asked: Asked, get: Integers) -> Spread:
    """Return Garwood's exact Poisson interval."""
    events = get(law.events)
    return spread(
        asked, count_se(events), exact_poisson(events, asked.level), floats(events), "exact_poisson"
    )


def of_weighted(law: Weighted, asked: Asked, get: Integers) -> Spread:
    """Return Dobson's interval of a weighted count."""
    events, squares = get(law.events), floats(get(law.squares))
    ends = weighted_count(events, asked.value, squares, asked.level)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = asked.value**2 / squares
    made = spread(asked, np.sqrt(squares), ends, size, "dobson")
    return made.unknown(squares <= 0, TOO_FEW, "no_event")


def of_ratio(law: Ratio, asked: Asked, get: Integers) -> Spread:
    """Return the linearised error of a ratio of sums (Cochran 1977, chapter 6).

    n/(n-1) sum (t - r b)^2 / B^2. Of a proportion, Wilson's interval with the number of independent
    answers that have this error; else t with n - 1 degrees of freedom.
    """
    n, r, below = floats(get(law.rows)), asked.value, floats(get(law.bottom))
    parts = (get(law.top_squares), get(law.products), get(law.bottom_squares))
    tt, tb, bb = (floats(each) for each in parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = tt - 2 * r * tb + r * r * bb
        # What is left where all rows have the same ratio is rounding.
        squares = np.where(squares <= 1e-12 * np.maximum(tt, r * r * bb), 0.0, squares)
        se = np.sqrt(n / (n - 1) * squares) / np.abs(below) * asked.left
    se = np.where(n >= TWO, se, np.nan)
    if not law.proportion:
        size, ends = n, t_interval(r, se, n - 1, asked.level)
        made = spread(asked, se, ends, size, "linearised")
        made = made.unknown(se == 0, TOO_FEW, "no_spread")
        return made.unknown(n < TWO, TOO_FEW, "one_row")
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(se > 0, effective(r, se, n), n / asked.left**2)
    error = np.where(se > 0, se, proportion_se(r * n, n) * asked.left)
    return spread(asked, error, wilson(r * size, size, asked.level), size, "wilson")


def of_mean(law: Mean, asked: Asked, get: Integers) -> Spread:
    """Return Student's interval within the scale; Goodman's where all observations are equal."""
    n, at = get(law.n), asked.value
    lowest, highest = float(law.lowest), float(law.highest)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.sqrt(variance(n, get(law.total), get(law.squares)) / n) * asked.left
    low, high = t_interval(at, se, floats(n) - 1, asked.level)
    ends = np.maximum(low, lowest), np.minimum(high, highest)
    with np.errstate(divide="ignore", invalid="ignore"):
        made = spread(asked, se, ends, floats(n) / asked.left**2, "t")
        size = np.where(asked.left > 0, n / asked.left**2, np.nan)
    return (
        if_equal(made, (se == 0) | (n < TWO), (at, size, lowest, highest), asked.level)
        .but(n < TWO, status=TOO_FEW, reason="fewer_than_two")
        .unknown(n < 1, TOO_FEW, "no_complete_form")
    )


def if_equal(
    made: Spread, rows: Any, of: tuple[Floats, Floats, float, float], level: float
) -> Spread:
    """Return the same with an interval that is no point where all observations are equal.

    Parameters
    ----------
    made, rows
        The spread, and the rows of which that is so.
    of
        The value, the number of observations, and the ends of the scale.
    level
        Between 0 and 1.
    """
    low, high = mean_if_equal(*of, level)
    se = (high - low) / (2 * normal(level))
    return made.but(rows, se=se, ends=(low, high), method="goodman")


def of_net_promoter(law: NetPromoter, asked: Asked, get: Integers) -> Spread:
    """Return Rocks's adjusted Wald interval."""
    n = get(law.answers)
    se, (low, high) = net_promoter(get(law.promoters), get(law.detractors), n, asked.level)
    middle, half = (low + high) / 2, (high - low) / 2 * asked.left
    with np.errstate(divide="ignore", invalid="ignore"):
        size = n / asked.left**2
    return spread(asked, se * asked.left, (middle - half, middle + half), size, "adjusted_wald")


def of_bounds(law: Bounds, asked: Asked, get: Integers, received: Any) -> Spread:
    """Return the bounds; where they meet, the share is known, and its interval is Wilson's."""
    low, high = get(law.low), get(law.high)
    n = floats(received)
    made = spread(asked, ends=(low, high), n_eff=n, method="bounds").but(
        np.ones(asked.count, np.bool_), status=BOUNDS_ONLY, reason="undetermined_or_unanswered"
    )
    met = low == high
    if not met.any():
        return made
    size = n / np.where(asked.left > 0, asked.left, np.nan) ** 2
    known = spread(
        asked, proportion_se(low * n, n) * asked.left, wilson(low * size, size, asked.level), size
    )
    ends = known.low, known.high
    return made.but(met, se=known.se, ends=ends, method="wilson", status=OK, reason="")


LAWS: Mapping[type, Callable[[Any, Asked, Integers], Spread]] = {
    Share: of_share,
    Count: of_count,
    Weighted: of_weighted,
    Ratio: of_ratio,
    Mean: of_mean,
    NetPromoter: of_net_promoter,
}
