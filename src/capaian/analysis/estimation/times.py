"""How statistics of times vary: from the lengths of the cases, the open ones among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from capaian.analysis.estimation.curves import Curves, curves
from capaian.analysis.estimation.estimate import BOUNDS_ONLY, NOT_REACHED, PROVISIONAL, TOO_FEW
from capaian.analysis.estimation.laws import if_equal
from capaian.analysis.estimation.levels import Floats, floats, normal
from capaian.analysis.estimation.means import t_interval
from capaian.analysis.estimation.proportion import effective, proportion_se, wilson
from capaian.analysis.estimation.spread import Asked, Spread, spread
from capaian.analysis.estimation.survival import quantile, restricted_mean, share_ended

if TYPE_CHECKING:
    from capaian.columns import Lengths
    from capaian.sampling import Times


def of_times(law: Times, asked: Asked, lengths: Lengths) -> Spread:
    """Return how a statistic of times varies.

    Parameters
    ----------
    law
        Which statistic.
    asked
        What is asked; times are in the unit of the durations.
    lengths
        How many cases of each subject have each length.
    """
    if law.of == "mean":
        return _mean(law, asked, lengths)
    made = curves(
        lengths.subjects,
        lengths.durations,
        lengths.ended,
        count=asked.count,
        cases=lengths.cases,
    )
    if law.of == "share":
        return _share(law, asked, made)
    if law.of == "restricted_mean":
        return _restricted_mean(law, asked, made)
    return _quantile(law, asked, made)


def _share(law: Times, asked: Asked, made: Curves) -> Spread:
    """Return Greenwood's log-log interval; where S is 1 or 0, Wilson's on the cases it rests on.

    With S = 1 those are the cases that were still running at the limit, none of which had ended;
    with S = 0 those that ended by the limit. Where the curve is not known up to the limit, the
    bounds: what ended by then, and that with all that was still running.
    """
    limit = float(law.at)
    found = share_ended(made, limit, inclusive=law.inclusive, level=asked.level)
    early = made.duration <= limit if law.inclusive else made.duration < limit
    ended = np.bincount(made.subject[early], made.ended[early], made.count)
    running = made.cases - made.ended
    waiting = np.bincount(made.subject[early], running[early], made.count)
    received = np.bincount(made.subject, made.cases, made.count)
    size = effective(found.value, found.se, received)
    given = spread(asked, found.se, (found.low, found.high), size, "greenwood_log_log")
    all_or_none = ~found.plain & found.seen
    rests = np.where(found.value > 0, ended, found.at_risk)
    successes = np.where(found.value > 0, rests, 0.0)
    given = given.but(
        all_or_none,
        se=proportion_se(successes, rests),
        ends=wilson(successes, rests, asked.level),
        method="wilson",
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        bounds = ended / received, (ended + waiting) / received
    bare = ~found.seen if asked.analytic else waiting > 0
    given = given.but(
        bare, se=np.nan, ends=bounds, method="bounds", status=BOUNDS_ONLY, reason="undetermined"
    )
    return given if asked.analytic else given.enumerated(~bare)


def _restricted_mean(law: Times, asked: Asked, made: Curves) -> Spread:
    """Return the normal interval within 0 and the time; Goodman's where nothing varied."""
    up_to = float(law.at)
    value, se = restricted_mean(made, up_to)
    half = normal(asked.level) * se
    ends = np.maximum(value - half, 0), np.minimum(value + half, up_to)
    n = floats(np.bincount(made.subject, made.cases, made.count))
    given = spread(asked, se, ends, n, "greenwood")
    given = if_equal(given, ~(se > 0), (value, n, 0.0, up_to), asked.level)
    seen = share_ended(made, up_to, inclusive=False, level=asked.level).seen
    given = given.unknown(~seen, NOT_REACHED, "followed_too_short")
    if asked.analytic:
        return given
    running = (made.cases - made.ended) * (made.duration < up_to)
    return given.enumerated(seen & (np.bincount(made.subject, running, made.count) == 0))


def _quantile(law: Times, asked: Asked, made: Curves) -> Spread:
    """Return the inverted log-log band.

    The error is what the band's width stands for, where it has two ends.
    """
    found = quantile(made, float(law.at), asked.level)
    high = np.where(np.isfinite(found.high), found.high, np.nan)
    low = np.where(np.isnan(found.value), np.nan, found.low)
    high = np.where(np.isnan(found.value), np.nan, high)
    se = (high - low) / (2 * normal(asked.level))
    n = floats(np.bincount(made.subject, made.cases, made.count))
    # A width of nothing says that times are equal or few, not that the quantile is known.
    given = spread(asked, se, (low, high), n, "brookmeyer_crowley")
    given = given.unknown(se == 0, TOO_FEW, "no_spread")
    given = given.but(np.isnan(high), reason="no_upper_end")
    given = given.unknown(np.isnan(found.value), NOT_REACHED, "not_reached")
    if asked.analytic:
        return given
    running = made.cases - made.ended
    known = np.bincount(made.subject, running, made.count) == 0
    return given.enumerated(known & ~np.isnan(found.value))


def _mean(law: Times, asked: Asked, lengths: Lengths) -> Spread:
    """Return Student's interval of the times; of the closed cases alone where the law says so."""
    who, time = lengths.subjects, floats(lengths.durations)
    many = floats(lengths.ended if law.closed else lengths.cases)
    n = floats(np.bincount(who, many, asked.count))
    centre = asked.value[who]
    squares = np.bincount(who, many * (time - centre) ** 2, asked.count)
    with np.errstate(divide="ignore", invalid="ignore"):
        se: Floats = np.sqrt(squares / (n - 1) / n)
    se = np.where(n > 1, se, np.nan)
    low, high = t_interval(asked.value, se, n - 1, asked.level)
    made = spread(asked, se, (np.maximum(low, 0), high), n, "t")
    known = np.bincount(who, lengths.cases - lengths.ended, asked.count) == 0
    reason = "biased_if_open" if law.closed else "lower_limit"
    made = made.but(~known, status=PROVISIONAL, reason=reason)
    made = made.unknown(se == 0, TOO_FEW, "no_spread").unknown(n <= 1, TOO_FEW, "fewer_than_two")
    if asked.analytic:
        return made
    return made.enumerated(known & (n > 0))
