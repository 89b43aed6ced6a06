"""Leave one indicator out: what the result would be without it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import evolve

from capaian.analysis.outcome import outcome_of, shared_rows
from capaian.analysis.ranks import order_shift
from capaian.analysis.rescoring import rescored
from capaian.analysis.table import Table
from capaian.errors import AnalysisError, refuse
from capaian.policy import NodeRule, Policy
from capaian.policy.tree import FORMULA
from capaian.registry import Plugins
from capaian.scores import Scores

HEADLINE = "No indicator can be left out."
WHY = "a formula or a decision table speaks of it, or it is the only one"


def without(policy: Policy, indicator: str) -> Policy:
    """Return a policy without one indicator; its siblings share its weight in their proportions.

    Raises
    ------
    AnalysisError
        CPN-M28: a formula or a decision table speaks of it, or nothing would be left.
    """
    kept = tuple(each for each in policy.indicators if each.id != indicator)
    made = evolve(policy, indicators=kept, guidance=None)
    gone = {indicator}
    while empty := {each.id for each in made.nodes if not made.children(each.id)}:
        gone |= empty
        if "score" in empty:
            break
        made = evolve(made, nodes=tuple(each for each in made.nodes if each.id not in empty))
    spoken = {each.of for each in (policy.decision.ratings if policy.decision else ())}
    formulas = any(each.formula for each in (policy.decision.ratings if policy.decision else ()))
    parents = {each.id: each.parent for each in policy.indicators}
    parents |= {each.id: each.parent for each in policy.nodes if each.id != "score"}
    above = {parents[name] or "score" for name in gone if name in parents}
    ruled = any(each.method == FORMULA and each.id in above for each in policy.nodes)
    if "score" in gone or gone & spoken or formulas or ruled:
        place = f"indicators['{indicator}']"
        raise refuse(AnalysisError, HEADLINE, "CPN-M28", place, indicator=indicator)
    return _rescaled(made, gone)


def _rescaled(policy: Policy, gone: set[str]) -> Policy:
    """Return the policy with the weights below each node adding up to 1 again."""
    shares: dict[str, Fraction] = {}
    for node in policy.nodes:
        below = policy.children(node.id)
        total = sum((each.weight for each in below), Fraction(0))
        for each in below:
            equal = Fraction(1, len(below))
            shares[each.id] = each.weight / total if total else equal
    formulas = {node.id for node in policy.nodes if node.method == FORMULA}

    def placed(each: Any) -> Any:
        ruled = (each.parent or "score") in formulas
        root = isinstance(each, NodeRule) and each.id == "score"
        return each if ruled or root else evolve(each, weight=shares[each.id])

    rounding = [
        evolve(each, of=tuple(name for name in each.of if name not in gone))
        for each in policy.rounding
        if not each.of or {*each.of} - gone
    ]
    return evolve(
        policy,
        indicators=tuple(map(placed, policy.indicators)),
        nodes=tuple(map(placed, policy.nodes)),
        rounding=tuple(rounding),
    )


def leave_one_out(scores: Scores, *, plugins: Plugins | Iterable[object] = ()) -> Table:
    """Return what each indicator's absence would do to scores, bands and order.

    Parameters
    ----------
    scores
        Of one period.
    plugins
        As for `capaian.score`.

    Returns
    -------
    Table
        A row for each indicator: `scored`, how many have a score with it and without it; `changed`,
        `up` and `down`, how many would have another band, a higher and a lower one; `mean_change`
        and `largest_change` of the score; `kendall` and `mean_shift`, how far the order holds. An
        indicator that cannot be left out, because a formula or a decision table speaks of it, has
        no values, and a note.

    Notes
    -----
    Each row is scored by capaian itself, under the policy without the indicator, the weights of its
    siblings growing in their proportions. A score that is held up by one indicator shows here.
    """
    base = outcome_of(scores)
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    reading = {name for name, each in scores.plan.indicators.items() if each.reads_target}
    for name in scores.plan.indicators:
        try:
            policy = without(scores.policy, name)
        except AnalysisError:
            rows.append({"indicator": name})
            notes.append(f"'{name}' cannot be left out: {WHY}")
            continue
        if not reading - {name}:
            policy = evolve(
                policy, targets=None
            )  # a table of targets that nothing reads is refused
        made = outcome_of(rescored(scores, policy, plugins=plugins))
        before, after = shared_rows(base, made)
        rows.append({"indicator": name, "scored": len(before)})
        if len(before):
            old, new = base.band[before], made.band[after]
            change = made.score[after] - base.score[before]
            ranks = order_shift(base.score[before], made.score[after])
            rows[-1] |= {
                "changed": int((old != new).sum()),
                "up": int((new > old).sum()),
                "down": int((new < old).sum()),
                "mean_change": float(change.mean()),
                "largest_change": float(np.abs(change).max()),
                "kendall": ranks.kendall,
                "mean_shift": ranks.mean_shift,
            }
    wanted = ("indicator", "scored", "changed", "up", "down", "mean_change", "largest_change",
              "kendall", "mean_shift")  # fmt: skip
    columns = {name: [each.get(name) for each in rows] for name in wanted}
    return Table("Leaving one indicator out", columns, scores.origin, tuple(notes))
