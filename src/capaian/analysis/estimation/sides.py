"""What stands beside an estimate: three shares within a limit, how well officers are told apart.

A policy takes one basis for the share of cases within a limit. The other two are shown with it: one
that moves when the basis does was made by the basis.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from capaian.analysis.estimation.curves import curves
from capaian.analysis.estimation.estimate import METHODS, Estimates
from capaian.analysis.estimation.front import prove_scores
from capaian.analysis.estimation.integers import Integers, OutOfReachError
from capaian.analysis.estimation.levels import HEADLINE, floats, prove_level
from capaian.analysis.estimation.proportion import wilson
from capaian.analysis.estimation.reliability import Between, between
from capaian.analysis.estimation.spread import Asked
from capaian.analysis.estimation.survival import share_ended
from capaian.analysis.estimation.times import of_times
from capaian.analysis.table import Table
from capaian.discreet import discreet
from capaian.errors import AnalysisError, did_you_mean, refuse
from capaian.sampling import Times
from capaian.scores import Scores

_MEANS = [METHODS.index(each) for each in ("wilson", "t", "goodman", "adjusted_wald")]
"""Intervals of what is a mean of so many observations; a count is none."""
_EQUAL, _SHARE = METHODS.index("goodman"), METHODS.index("wilson")
USUAL = 0.7
"""The reliability that is usually asked for before officers are compared (Adams 2009)."""


@discreet
def shares_within(
    scores: Scores,
    indicator: str,
    evidence: Mapping[str, Any] | None = None,
    *,
    level: float = 0.95,
) -> Table:
    """Return the share of cases within the limit on all three bases, side by side.

    The bounds [S/n, (S + U)/n] (Manski 1989), the mature cohort with Wilson's interval, and the
    Kaplan-Meier share with Greenwood's log-log interval. S/(S + F) is not among them: young cases
    enter it only if they were quick.

    Parameters
    ----------
    scores
        Of one period.
    indicator
        A time-based one that measures `share_within`, on any basis.
    evidence
        The tables; those that were scored where left out.
    level
        The confidence of the intervals, between 0 and 1.

    Raises
    ------
    AnalysisError
        `CPN-M01`, `CPN-M05`, `CPN-M09` as for `estimates`. `CPN-M03`: no such indicator.
        `CPN-M10`: it is no share of cases within a limit, or is measured over sub-periods.
    """
    prove_scores(scores)
    prove_level(level)
    planned = scores.plan.indicators.get(indicator)
    if planned is None:
        known = tuple(scores.plan.indicators)
        raise refuse(
            AnalysisError, HEADLINE, "CPN-M03", "indicator",
            indicator=indicator, known=", ".join(known), hint=did_you_mean(indicator, known),
        )  # fmt: skip
    sampling = planned.measure.sampling
    law = sampling.times if sampling is not None else None
    if not isinstance(law, Times) or planned.indicator.consolidate is not None:
        raise refuse(AnalysisError, HEADLINE, "CPN-M10", "indicator", indicator=indicator)
    get = Integers(scores, planned, evidence, {})
    try:
        lengths = get.lengths(law)
    except OutOfReachError:
        raise refuse(AnalysisError, HEADLINE, "CPN-M10", "indicator", indicator=indicator) from None
    count = len(scores)
    made = curves(
        lengths.subjects, lengths.durations, lengths.ended, count=count, cases=lengths.cases
    )
    km = share_ended(made, float(law.at), inclusive=law.inclusive, level=level)
    nothing, all_ = np.full(count, np.nan), np.ones(count)
    ends = of_times(law, Asked(count, level, analytic=True, value=nothing, left=all_), lengths)
    figures = planned.measure.figures
    success, undetermined, mature, good = (
        floats(get(figures[name]))
        for name in ("success", "undetermined", "mature", "mature_success")
    )
    received = floats(get(figures["received"]))
    low, high = wilson(good, mature, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = {
            "subject": scores.subjects,
            "received": received.astype(np.int64),
            "undetermined": undetermined.astype(np.int64),
            "at_least": success / received,
            "at_most": (success + undetermined) / received,
            "mature": mature.astype(np.int64),
            "mature_share": good / mature,
            "mature_low": low,
            "mature_high": high,
            "kaplan_meier": np.where(km.seen, km.value, np.nan),
            "kaplan_meier_low": np.where(km.seen, ends.low, np.nan),
            "kaplan_meier_high": np.where(km.seen, ends.high, np.nan),
        }
    notes = ("a share of the decided cases alone, S/(S + F), is biased and not shown",)
    return Table(f"{indicator}: three shares within the limit", columns, scores.origin, notes)


def reliability(estimates: Estimates, *, wanted: float = USUAL) -> Table:
    """Return how well each indicator tells officers apart, and what n that would take.

    The reliability of a mean of n observations is sB^2 / (sB^2 + sW^2/n), with sB^2 the variance
    between officers and sW^2 that within (one-way analysis of variance; Shrout & Fleiss 1979). The
    least n for a reliability R is R/(1-R) sW^2/sB^2 (Adams 2009), in place of "30".

    Parameters
    ----------
    estimates
        What `estimates` gave, under the analytic question.
    wanted
        The reliability that is asked for, between 0 and 1.

    Returns
    -------
    Table
        A row for each indicator: `f` (above 10 is wanted), `icc` of one observation, `reliability`
        at the usual n of the officers, `least_n`, and the share of officers who have it. Not a
        number where the value is no mean of observations, such as a count.

    Raises
    ------
    AnalysisError
        `CPN-M01`: `wanted` does not lie between 0 and 1.
    """
    prove_level(wanted)
    found: list[Between] = []
    enough: list[float] = []
    for name in estimates.indicators:
        one = estimates[name]
        n = one.flow.used
        size = np.where(np.isin(one.method, _MEANS) & (one.se > 0), n, np.nan)
        extreme = (one.method == _SHARE) & ((one.value == 0) | (one.value == 1))
        alike = (one.method == _EQUAL) | extreme  # their error is not one of observations
        made = between(size, one.value, np.where(alike, 0.0, one.se**2 * size))
        found.append(made)
        known = np.isfinite(size)
        have = (n[known] >= made.least_n(wanted)).mean() if known.any() else np.nan
        enough.append(float(have) if np.isfinite(made.f) else float("nan"))
    least = np.array([each.least_n(wanted) for each in found])
    columns = {
        "indicator": list(estimates.indicators),
        "f": np.array([each.f for each in found]),
        "icc": np.array([each.icc for each in found]),
        "reliability": np.array([each.reliability for each in found]),
        "least_n": np.where(np.isfinite(least), np.ceil(least), np.nan),
        "officers_with_it": np.array(enough),
    }
    notes = ("reliability of officers, not of items: see alpha and omega for those",)
    title = f"Officers told apart, reliability {wanted:g}"
    return Table(title, columns, estimates.origin, notes)
