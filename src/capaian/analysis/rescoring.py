"""Scores under another policy: from what was measured already where that will do."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import evolve

from capaian.errors import AnalysisError, refuse
from capaian.indicator import Indicator
from capaian.measure import names_in
from capaian.policy import Policy
from capaian.registry import Plugins
from capaian.scores import Scores
from capaian.scores.gather import gather
from capaian.scores.gathered import Gathered
from capaian.scores.plain import PlainResults
from capaian.scores.plan import Plan, make_plan
from capaian.scores.run import moment_of, scores_of
from capaian.scores.tail import make_tail
from capaian.scores.whole import WholeResults
from capaian.scores.windows import at_period

HEADLINE = "The scores cannot be made again."


def rescored(scores: Scores, policy: Policy, *, plugins: Plugins | Iterable[object] = ()) -> Scores:
    """Score the same evidence, period and cut-off under another policy.

    Parameters
    ----------
    scores
        The result whose evidence it is.
    policy
        The other policy. Whether it was in force in the period is not asked: this is a what-if.
    plugins
        As for `capaian.score`.

    Returns
    -------
    Scores
        Of capaian's own engine, exact as ever. Where both policies measure the same, the integers
        that were measured are taken again and no table is read.

    Raises
    ------
    AnalysisError
        CPN-M25: the evidence would have to be read again and is not at hand.
    """
    if policy == scores.policy:
        return scores
    plan = at_period(make_plan(policy, plugins), scores.period, scores.as_of)
    if _measures_alike(scores, plan):
        return _again(scores, plan)
    given = scores.given_evidence
    if given is None or given.evidence is None:
        raise refuse(AnalysisError, HEADLINE, "CPN-M25", "evidence")
    moment = moment_of(plan, scores.period, scores.as_of)
    found = gather(plan, given.evidence, moment, given.zone, engine=given.engine)
    return scores_of(plan, scores.period, moment, found, given)


def _measures_alike(scores: Scores, plan: Plan) -> bool:
    """Return whether the integers of a result are all that another plan asks for."""
    before, after = scores.policy, plan.policy
    about = ("subjects", "calendar", "closures", "zone", "targets", "active")
    if any(getattr(before, each) != getattr(after, each) for each in about):
        return False
    if not isinstance(scores.results, PlainResults | WholeResults):
        return False
    known = scores.plan.indicators
    for name, planned in plan.indicators.items():
        old = known.get(name)
        if old is None or _measure(planned.indicator) != _measure(old.indicator):
            return False
        apart = planned.apart or old.apart
        if apart and planned.indicator.normalise != old.indicator.normalise:
            return False
    full = make_tail(plan, frozenset(plan.indicators))
    names = set(scores.results.names)
    made = set(full.program.names)
    asked = {name for _, tree in full.program.steps for name in names_in(tree)}
    return asked - made <= names


def _measure(indicator: Indicator) -> Indicator:
    """Return what an indicator measures, without what is made of it."""
    return evolve(
        indicator, title={}, parent="", weight=Fraction(0), normalise=(), floor=None, cap=None,
        missing="exclude", source="",
    )  # fmt: skip


def _again(scores: Scores, plan: Plan) -> Scores:
    results = scores.results
    inputs: dict[str, Any] = {}
    if isinstance(results, WholeResults):
        inputs = {
            name: (np.asarray(values[:], dtype=np.int64), known)
            for name, (values, known) in results.inputs.items()
        }
    elif isinstance(results, PlainResults):
        columns = zip(*results.rows, strict=True)
        inputs = dict(zip(results.names, map(list, columns), strict=True))
    gathered = Gathered(
        subjects=scores.subjects,
        inputs=inputs,
        labels=scores.labels,
        units=scores.units,
        facts=scores.facts,
        whole=results.whole,
        origin=scores.origin,
        findings=scores.findings,
    )
    moment = moment_of(plan, scores.period, scores.as_of)
    return scores_of(plan, scores.period, moment, gathered, scores.given_evidence)
