"""The workshop: answers in; weights, their provenance and the disagreement out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, get_args

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.table import Table
from capaian.analysis.workshop.agreement import (
    Agreement,
    agreement,
    arithmetic_centre,
    compositional_centre,
    with_floor,
)
from capaian.analysis.workshop.answers import HEADLINE, Answer, Method, individual_weights
from capaian.analysis.workshop.pairwise import Derivation
from capaian.errors import AnalysisError, Finding, did_you_mean
from capaian.policy import Policy, read_policy, to_document

Centre = Literal["arithmetic", "compositional"]


@frozen(eq=False, repr=False)
class Workshop:
    """What a workshop came to.

    Attributes
    ----------
    parent
        The node whose parts were weighted; `score` is the root.
    parts
        The ids of the parts, in order.
    weights
        The group's weights: exact, and they add up to exactly 1.
    people
        What the participants are called: ids of the caller's, such as numbers.
    individual
        Participants x parts: the weights of each.
    groups
        For each participant the group; empty where none was given.
    agreement
        How far they agree.
    method, centre, digits, floor
        How the weights were asked for, brought together, rounded, and kept from 0.
    consistency
        For each participant what the method knows of it.
    """

    parent: str
    parts: tuple[str, ...]
    weights: tuple[Fraction, ...]
    people: tuple[str, ...]
    individual: NDArray[np.float64]
    groups: tuple[str, ...]
    agreement: Agreement
    method: Method
    centre: Centre
    digits: int
    floor: float | None
    consistency: tuple[Mapping[str, Any], ...]

    def table(self) -> Table:
        """Return the weights with their spread: part, weight, lowest, highest, spread, by group."""
        columns: dict[str, Any] = {
            "part": list(self.parts),
            "weight": np.array([float(each) for each in self.weights]),
            "lowest": self.individual.min(axis=0),
            "highest": self.individual.max(axis=0),
            "spread": self.agreement.spread,
        }
        for name in dict.fromkeys(self.groups):
            member = np.array([each == name for each in self.groups])
            columns[f"of {name}"] = self._centre(self.individual[member])
        return Table(f"Weights of {len(self.people)} participants", columns, notes=self._notes())

    def document(self, policy: Policy, *, edition: str) -> dict[str, Any]:
        """Return the policy's document with these weights, as a new edition.

        Parameters
        ----------
        policy
            The policy whose parts were weighted.
        edition
            What the new edition is called; dates and sources are for whoever issues it.

        Raises
        ------
        PolicyError
            It would be no sound policy.
        """
        document = to_document(policy)
        document["edition"] = edition
        given = dict(zip(self.parts, self.weights, strict=True))
        for each in (*document["nodes"], *document["indicators"]):
            if each["id"] in given:
                each["weight"] = str(given[each["id"]])
        read_policy(document)
        return document

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values; weights as exact text."""
        return {
            "parent": self.parent,
            "weights": {p: str(w) for p, w in zip(self.parts, self.weights, strict=True)},
            "method": self.method,
            "centre": self.centre,
            "digits": self.digits,
            "floor": self.floor,
            "participants": [
                {
                    "id": who,
                    "group": self.groups[at] if self.groups else None,
                    "weights": dict(zip(self.parts, self.individual[at].tolist(), strict=True)),
                    "consistency": dict(self.consistency[at]),
                }
                for at, who in enumerate(self.people)
            ],
            "agreement": {
                "kendall_w": _number(self.agreement.kendall_w),
                "homogeneity": self.agreement.homogeneity,
                "concentration": _number(self.agreement.concentration),
            },
        }

    def text(self) -> str:
        """Return the weights and the disagreement as plain text."""
        return self.table().text(rows=len(self.parts))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Workshop {len(self.people)} participants, {len(self.parts)} parts>"

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def _centre(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return arithmetic_centre(weights) if self.centre == "arithmetic" else (
            compositional_centre(weights)
        )  # fmt: skip

    def _notes(self) -> list[str]:
        found = self.agreement
        notes = [f"asked by {self.method}; the {self.centre} centre, to {self.digits} digits"]
        if len(self.people) > 1:
            w = "none could be found" if np.isnan(found.kendall_w) else f"{found.kendall_w:.2f}"
            notes.append(
                f"agreement: Kendall's W {w}; homogeneity {found.homogeneity:.2f}; "
                f"concentration {found.concentration:.3g}"
            )
        loose = [each for each in self.consistency if each.get("acceptable") is False]
        if loose:
            triads = {each["worst"] for each in loose if each.get("worst")}
            notes.append(
                f"{len(loose)} of {len(self.people)} contradict themselves (ratio over 0.1), "
                "most in " + "; ".join(" – ".join(each) for each in sorted(triads))
            )
        if self.floor is not None:
            notes.append(f"no participant's weight was left below {self.floor:g}")
        return notes


def weights_workshop(  # noqa: PLR0913 - everything but policy and answers is named
    policy: Policy,
    answers: Mapping[str, Answer],
    *,
    method: Method,
    parent: str = "score",
    centre: Centre = "arithmetic",
    digits: int = 4,
    floor: float | None = None,
    groups: Mapping[str, str] | None = None,
    derivation: Derivation = "geometric",
    random_index: str = "saaty-1980",
) -> Workshop:
    """Turn what participants answered into the weights of a node's parts.

    Parameters
    ----------
    policy
        The policy whose parts are weighted.
    answers
        For each participant, by the ids of the parts: points (`budget`, `swing`), ranks from 1 on
        (`ranks`), judgements by pairs of ids (`pairwise`: `{("a", "b"): "3"}` says that a is three
        times as important as b), or `best`, `worst`, `best_to_others` and `others_to_worst`
        (`best-worst`).
    method
        How they were asked.
    parent
        The node whose parts are weighted; `score` is the root.
    centre
        `arithmetic`: the mean, as budgets are added up; `compositional`: the closed geometric mean,
        as ratios are (Aitchison 1986). The first is the plainer one to explain.
    digits
        Digits of the weights. They are rounded by largest remainder, and add up to exactly 1.
    floor
        The least weight that a participant can give; needed where somebody gave 0 and ratios or
        concentration are asked of it.
    groups
        Participants to groups, such as staff, citizens, management: each group's centre is shown.
    derivation, random_index
        See `pairwise_weights`.

    Raises
    ------
    AnalysisError
        No such node (CPN-M72), a group for nobody or nobody's group (M73), a weight of 0 with the
        compositional centre and no floor (M74), and what `individual_weights` raises.

    Notes
    -----
    Nobody's answers are changed, and no inconsistency is repaired.
    """
    parts = tuple(each.id for each in policy.children(parent))
    _prove(policy, parent, parts, answers, centre, groups)
    weights, consistency = individual_weights(
        answers, parts, method, derivation=derivation, random_index=random_index
    )
    if floor is not None:
        weights = with_floor(weights, floor)
    if centre == "compositional" and not (weights > 0).all():
        raise AnalysisError(HEADLINE, [Finding("CPN-M74", "floor", {})])
    middle = arithmetic_centre(weights) if centre == "arithmetic" else compositional_centre(weights)
    people = tuple(answers)
    return Workshop(
        parent=parent,
        parts=parts,
        weights=exact_weights(middle, digits),
        people=people,
        individual=weights,
        groups=tuple(groups[each] for each in people) if groups else (),
        agreement=agreement(weights if (weights > 0).all() else with_floor(weights, _TINY)),
        method=method,
        centre=centre,
        digits=digits,
        floor=floor,
        consistency=tuple(consistency),
    )


_TINY = 1e-3
"""What a weight of 0 counts for where only the disagreement is measured."""


def _prove(
    policy: Policy,
    parent: str,
    parts: Sequence[str],
    answers: Mapping[str, Answer],
    centre: str,
    groups: Mapping[str, str] | None,
) -> None:
    findings = []
    nodes = ["score", *(each.id for each in policy.nodes)]
    if len(parts) < 2:  # noqa: PLR2004 - one part has the whole weight
        values = {"known": ", ".join(dict.fromkeys(nodes)), "hint": did_you_mean(parent, nodes)}
        findings.append(Finding("CPN-M72", "parent", values))
    if centre not in get_args(Centre):
        known = get_args(Centre)
        values = {"given": str(centre), "known": ", ".join(known), "hint": ""}
        findings.append(Finding("CPN-M62", "centre", values))
    if groups is not None and groups.keys() != answers.keys():
        count = len(groups.keys() ^ answers.keys())
        findings.append(Finding("CPN-M73", "groups", {"count": count}))
    if findings:
        raise AnalysisError(HEADLINE, findings)


def exact_weights(weights: NDArray[np.float64], digits: int) -> tuple[Fraction, ...]:
    """Return weights rounded by largest remainder: they add up to exactly 1.

    Parameters
    ----------
    weights
        Not negative, adding up to 1 as far as float64 can tell.
    digits
        Digits after the point.
    """
    unit = 10**digits
    exact = [Fraction(each) * unit for each in weights.tolist()]
    whole = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))
    for at in order[: unit - sum(whole)]:
        whole[at] += 1
    return tuple(Fraction(each, unit) for each in whole)


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None
