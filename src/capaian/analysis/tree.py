"""A policy's tree in float64, for weights that are drawn: many weightings of many subjects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from capaian.errors import AnalysisError, Finding
from capaian.policy import NodeRule, Policy

Floats = NDArray[np.float64]
METHODS = ("arithmetic", "geometric", "harmonic", "minimum")


@frozen(eq=False)
class Branch:
    """A node: what stands below it, with what weight, and what is done with the whole.

    Attributes
    ----------
    name, method
        The node and its aggregation.
    parts
        For each part, the column of achievements, or the id of the node below.
    missing
        For each part, what its having no value means.
    weights
        For each part its weight; they add up to 1.
    low, high
        Limits of the node; infinite where it has none.
    """

    name: str
    method: str
    parts: tuple[int | str, ...]
    missing: tuple[str, ...]
    weights: Floats
    low: float = -np.inf
    high: float = np.inf


@frozen(eq=False)
class WeightTree:
    """The nodes of a policy, those below first; the last is the score.

    Attributes
    ----------
    worst
        What a missing part counts as where the policy says `worst`.
    """

    branches: tuple[Branch, ...]
    worst: float
    additive: bool = field(init=False)

    @additive.default
    def _additive(self) -> bool:
        return all(
            each.method == "arithmetic" and each.low == -np.inf and each.high == np.inf
            for each in self.branches
        )

    def scores(self, achievement: Floats, weights: Mapping[str, Floats]) -> Floats:
        """Return the scores of subjects under several weightings, before rounding.

        Parameters
        ----------
        achievement
            Subjects x indicators; not a number where there is none.
        weights
            For each node, weightings x parts; rows add up to 1.

        Returns
        -------
        numpy.ndarray
            Subjects x weightings; not a number where the missing rule leaves no score.
        """
        made: dict[str, Floats] = {}
        for branch in self.branches:
            given = [made.pop(each) if isinstance(each, str) else achievement[:, each]
                     for each in branch.parts]  # fmt: skip
            value = _aggregated(branch, given, weights[branch.name], self.worst)
            made[branch.name] = np.clip(value, branch.low, branch.high)
        return made[self.branches[-1].name]

    def nominal(self) -> dict[str, Floats]:
        """Return the policy's own weights as one weighting."""
        return {each.name: each.weights[None, :] for each in self.branches}


def tree_of(policy: Policy, indicators: Sequence[str], headline: str) -> WeightTree:
    """Return a policy's tree in float64.

    Parameters
    ----------
    policy
        The policy.
    indicators
        The columns of achievements, by name.
    headline
        What is not done where it cannot be.

    Raises
    ------
    AnalysisError
        CPN-M26: a node has a formula, a conversion, weights by active days, or a method of a
        plugin, all such nodes at once.
    """
    if findings := strange_nodes(policy):
        raise AnalysisError(headline, findings)
    columns = {name: at for at, name in enumerate(indicators)}
    branches: list[Branch] = []

    def climb(rule: NodeRule) -> None:
        below = policy.children(rule.id)
        for each in below:
            if isinstance(each, NodeRule):
                climb(each)
        branches.append(
            Branch(
                rule.id,
                rule.method,
                tuple(columns.get(each.id, each.id) for each in below),
                tuple(each.missing for each in below),
                np.array([float(each.weight) for each in below]),
                -np.inf if rule.floor is None else float(rule.floor),
                np.inf if rule.cap is None else float(rule.cap),
            )
        )

    climb(policy.root)
    return WeightTree(tuple(branches), float(policy.scale.worst))


def strange_nodes(policy: Policy) -> list[Finding]:
    """Return a finding for each node whose score is no mean of its parts by a method of ours."""
    found = []
    for each in policy.nodes:
        said = "active_days" if each.active else ""
        said = "convert" if each.convert else said
        said = each.method if each.method not in METHODS else said
        if said:
            place = "score" if each.id == "score" else f"nodes['{each.id}']"
            found.append(Finding("CPN-M26", place, {"node": each.id, "method": said}))
    return found


def _aggregated(branch: Branch, given: Sequence[Floats], weights: Floats, worst: float) -> Floats:
    """Return subjects x weightings of one node."""
    if (made := _together(branch, given, weights)) is not None:
        return made
    count, draws = len(given[0]), len(weights)
    total, mass = np.zeros((count, draws)), np.zeros((count, draws))
    put, back = _SCALES[branch.method]
    stopped = np.zeros((count, 1), dtype=np.bool_)
    least = np.full((count, draws), np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        for values, missing, weight in zip(given, branch.missing, weights.T, strict=True):
            part = values[:, None] if values.ndim == 1 else values
            there = np.isfinite(part)
            if missing == "worst":
                part, there = np.where(there, part, worst), np.ones_like(there)
            elif missing != "exclude":
                stopped = stopped | ~there
            if branch.method == "minimum":
                least = np.minimum(least, np.where(there, part, np.inf))
            else:
                total += np.where(there & (weight > 0), put(part), 0.0) * weight
            mass += there * weight
        value = least if branch.method == "minimum" else back(total / mass)
    return np.where(stopped | (mass <= 0), np.nan, value)


def _together(branch: Branch, given: Sequence[Floats], weights: Floats) -> Floats | None:
    """Return the node as one product of matrices, where all parts are indicators that are there."""
    if branch.method == "minimum" or any(each.ndim > 1 for each in given):
        return None
    used: NDArray[np.bool_] = np.any(weights > 0, axis=0)
    x = np.column_stack([each for each, counts in zip(given, used.tolist(), strict=True) if counts])
    put, back = _SCALES[branch.method]
    if not np.isfinite(x).all() or (branch.method != "arithmetic" and (x <= 0).any()):
        return None
    found: Floats = back(put(x) @ weights[:, used].T)
    return found


Shape = Callable[[Any], Any]
_SCALES: Mapping[str, tuple[Shape, Shape]] = {
    "arithmetic": (lambda x: x, lambda x: x),
    "minimum": (lambda x: x, lambda x: x),
    "geometric": (np.log, np.exp),
    "harmonic": (lambda x: 1 / x, lambda x: 1 / x),
}
