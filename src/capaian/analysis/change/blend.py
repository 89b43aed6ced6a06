"""A policy put together from two: the scale of one, the weights of another, the cuts of a third."""

from __future__ import annotations

from attrs import evolve

from capaian.indicator import Indicator
from capaian.policy import Policy, Rounding

SCALE, WEIGHTS, CUTS = "scale", "weights", "cuts"
BEFORE = ("measured", "achievement")
"""The places of rounding that belong to the scale; the others belong to the weights."""


def blended(scale: Policy, weights: Policy, cuts: Policy) -> Policy:
    """Return a policy that takes from each of three what it is asked for.

    Parameters
    ----------
    scale
        How evidence becomes achievements: what the indicators measure and how that is normalised,
        the scale, roundings up to the achievement, targets, calendar, roster.
    weights
        How achievements become the score: which indicators there are, the tree with weights,
        methods, limits and missing rules, named numbers, roundings of nodes and of the score.
    cuts
        How the score becomes a band: bands, precedence, decision table.

    Notes
    -----
    An indicator that only the policy of the weights has is taken from there as a whole.
    """
    if scale == weights == cuts:
        return scale
    known = {each.id: each for each in scale.indicators}
    active = weights.active if any(each.active for each in weights.nodes) else scale.active
    return evolve(
        scale,
        first=min(scale.first, weights.first, cuts.first),
        last=None,
        nodes=weights.nodes,
        indicators=tuple(_placed(known.get(each.id, each), each) for each in weights.indicators),
        numbers=weights.numbers,
        active=active,
        targets=scale.targets or weights.targets,
        rounding=_rounding(scale, weights),
        bands=cuts.bands,
        precedence=cuts.precedence,
        decision=cuts.decision,
        guidance=None,
    )


def _placed(measured: Indicator, placed: Indicator) -> Indicator:
    """Return an indicator as one policy measures it, where another puts it in the tree."""
    return evolve(measured, parent=placed.parent, weight=placed.weight, missing=placed.missing)


def _rounding(scale: Policy, weights: Policy) -> tuple[Rounding, ...]:
    names = {each.id for each in weights.indicators}
    early = [each for each in scale.rounding if each.where in BEFORE]
    kept = [each for each in early if not each.of or names & {*each.of}]
    return (*kept, *(each for each in weights.rounding if each.where not in BEFORE))
