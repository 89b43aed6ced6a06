"""Scores with a plan that is built already: what `capaian.score` does after it has found plugins.

Finding plugins reads the metadata of everything installed, which takes longer than a small score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from capaian.period import Period
from capaian.scores import Plan, Scores
from capaian.scores.gather import gather_all
from capaian.scores.gathered import Span
from capaian.scores.run import moment_of, scores_of
from capaian.scores.windows import at_period

Scorer: TypeAlias = Callable[[Plan, Mapping[str, Any], Period, datetime | None], Scores]


def scored(
    plan: Plan, tables: Mapping[str, Any], period: Period, as_of: datetime | None = None
) -> Scores:
    """Score evidence by a plan.

    Parameters
    ----------
    plan
        The policy made ready.
    tables
        The evidence.
    period
        The period.
    as_of
        The cut-off; the period's end where left out.
    """
    cut = as_of or period.end
    ready = at_period(plan, period, cut)
    moment = moment_of(ready, period, cut)
    (found,) = gather_all([Span(ready, moment)], tables, ready.policy.zone)
    return scores_of(ready, period, moment, found)
