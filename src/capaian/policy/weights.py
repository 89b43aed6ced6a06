"""Proofs of the weights: exact shares of the node above, however the policy says them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from capaian.errors import Finding
from capaian.formula import number
from capaian.policy.tree import ACTIVE_DAYS, ROOT, Item
from capaian.wire import short

POINTS: Final = 100


def share_weights(
    items: Sequence[Item], *, weights: str, formula: bool = False
) -> tuple[dict[str, Fraction], list[Finding]]:
    """Return every item's exact share of its parent, and what is wrong with the weights.

    Parameters
    ----------
    items
        The nodes and indicators.
    weights
        How the weights directly below the root are meant.
    formula
        Whether the root is a formula over its parts.

    Notes
    -----
    `exact`: w_i, which add up to 1 or to 100. `relative`: w_i / sum of w_j. `equal`: 1 / n.
    `quality`: w_i q_i / sum of w_j q_j, with w_i = 1 where none is written (KMK 127/2026).
    `active_days`: the same, with q_i = 1 where none is written, before each subject's days. Below a
    formula there are no weights, and shares are 0.
    """
    shares: dict[str, Fraction] = {}
    findings: list[Finding] = []
    meant = {each.id: (each.weights, each.formula) for each in items if each.sort == "node"}
    meant[ROOT] = (weights, formula)
    for parent in dict.fromkeys(each.parent for each in items if each.parent in meant):
        below = [each for each in items if each.parent == parent]
        manner, free = meant[parent]
        if free:
            found, faults = _none(below)
        elif manner == "equal":
            found, faults = _equal(below)
        elif manner in {"quality", ACTIVE_DAYS}:
            rated = manner == "quality" or any(
                each.quality is not None or each.quality_unread for each in below
            )
            found, faults = _by_quality(below, rated=rated)
        else:
            found, faults = _given(parent, below, relative=manner == "relative")
        shares |= found
        findings += faults
    return shares, findings


def _none(below: Sequence[Item]) -> tuple[dict[str, Fraction], list[Finding]]:
    """Refuse weights below a formula."""
    faults = _idle("CPN-W01", below, weight=True)
    return {each.id: Fraction(0) for each in below}, faults


def _equal(below: Sequence[Item]) -> tuple[dict[str, Fraction], list[Finding]]:
    shares = {each.id: Fraction(1, len(below)) for each in below}
    return shares, _idle("CPN-W02", below, weight=True)


def _idle(code: str, below: Sequence[Item], *, weight: bool) -> list[Finding]:
    """Refuse keys that do nothing there."""
    found = []
    for each in below:
        if weight and (each.weight is not None or each.unread):
            found.append(Finding(code, f"{each.place}.weight", {"key": "weight"}))
        if each.quality is not None or each.quality_unread:
            found.append(Finding(code, f"{each.place}.quality", {"key": "quality"}))
    return found


def _by_quality(below: Sequence[Item], *, rated: bool) -> tuple[dict[str, Fraction], list[Finding]]:
    findings = []
    weighed = any(each.weight is not None or each.unread for each in below)
    if weighed:
        findings += _each(below)[0]
    for each in below if rated else ():
        if each.quality is None:
            if not each.quality_unread:
                findings.append(Finding("CPN-P02", each.place, _wanted("quality")))
        elif each.quality <= 0:
            given = {"given": number(each.quality)}
            findings.append(Finding("CPN-W04", f"{each.place}.quality", given))
    sizes = {
        each.id: (
            each.weight if weighed else Fraction(1),
            each.quality if rated else Fraction(1),
        )
        for each in below
    }
    known = {
        name: weight * quality
        for name, (weight, quality) in sizes.items()
        if weight is not None and quality is not None
    }
    total = sum(known.values(), Fraction(0))
    if findings or len(known) < len(below) or not total:
        return {}, findings
    return {name: size / total for name, size in known.items()}, findings


def _given(
    parent: str, below: Sequence[Item], *, relative: bool
) -> tuple[dict[str, Fraction], list[Finding]]:
    findings = _idle("CPN-W03", below, weight=False)
    if len(below) == 1 and below[0].weight is None and not below[0].unread:
        return {below[0].id: Fraction(1)}, findings
    faults, known = _each(below)
    findings += faults
    if not known:
        return {}, findings
    total = sum((each.weight or Fraction(0) for each in below), Fraction(0))
    if relative or total in {1, POINTS}:
        shares = {each.id: (each.weight or Fraction(0)) / total for each in below if total}
        return shares, findings
    return {}, [*findings, _sum(parent, below, total)]


def _each(below: Sequence[Item]) -> tuple[list[Finding], bool]:
    findings: list[Finding] = []
    known = True
    for each in below:
        if each.weight is None:
            known = False
            if not each.unread:
                findings.append(Finding("CPN-P02", each.place, _wanted("weight")))
        elif each.weight <= 0:
            given = _written(each.weight, percent=each.percent)
            findings.append(Finding("CPN-P18", f"{each.place}.weight", {"given": given}))
    return findings, known


def _wanted(key: str) -> dict[str, str]:
    return {"key": key, "wanted": "a number", "wanted_id": "bilangan"}


def _sum(parent: str, below: Sequence[Item], total: Fraction) -> Finding:
    """Say how far the weights are off, in the unit in which they are written."""
    percent = any(each.percent for each in below)
    points = not percent and any((each.weight or 0) > 1 for each in below)
    wanted = Fraction(POINTS if points else 1)
    gap = _written(abs(wanted - total), percent=percent)
    values = {
        "node": short(parent),
        "total": _written(total, percent=percent),
        "wanted": _written(wanted, percent=percent),
        "gap": f"{gap} {'short' if total < wanted else 'over'}",
        "gap_id": f"{'kurang' if total < wanted else 'lebih'} {gap}",
    }
    place = ROOT if parent == ROOT else f"nodes['{short(parent)}']"
    return Finding("CPN-P03", place, values)


def _written(value: Fraction, *, percent: bool) -> str:
    return f"{number(value * 100)}%" if percent else number(value)
