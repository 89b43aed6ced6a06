"""Proofs of the tree: names, parents, circles, and weights that add up exactly.

They look at each item's `id`, `parent` and `weight` alone, so that they hold even where the item
has other faults: all that is wrong with a document is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from capaian.errors import Finding, did_you_mean
from capaian.formula import number
from capaian.wire import exact_number, mark, short

ROOT: Final = "score"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
POINTS = 100
Sort: TypeAlias = Literal["node", "indicator"]


@frozen
class Item:
    """A node or an indicator, as far as the tree is concerned.

    Attributes
    ----------
    sort, id, parent
        What it is, its name, and the name above it (`score` for the root).
    place, position
        Where it is in the document, by name and by position.
    weight
        `None` where none is given, or none that can be read.
    percent
        Whether the weight is written as a percentage.
    unread
        Whether a weight is given that cannot be read; it has been told of elsewhere.
    relative
        Whether the weights below it are to be rescaled.
    """

    sort: Sort
    id: str
    parent: str
    place: str
    position: str
    weight: Fraction | None = None
    percent: bool = False
    unread: bool = False
    relative: bool = False


def items_of(document: Mapping[str, Any]) -> tuple[Item, ...]:
    """Return every node and indicator of a document that has a name."""
    found: list[Item] = []
    sorts: tuple[tuple[Sort, str], ...] = (("node", "nodes"), ("indicator", "indicators"))
    for sort, key in sorts:
        listed = document.get(key)
        if isinstance(listed, list | tuple):
            found += [
                _item(sort, key, index, each)
                for index, each in enumerate(listed)
                if isinstance(each, Mapping) and isinstance(each.get("id"), str)
            ]
    return tuple(found)


def _item(sort: Sort, key: str, index: int, data: Mapping[str, Any]) -> Item:
    parent = data.get("parent", "")
    written = data.get("weight")
    weight = exact_number(written)
    return Item(
        sort=sort,
        id=data["id"],
        parent=(parent if isinstance(parent, str) else "") or ROOT,
        place=f"{key}[{mark(data, index)}]",
        position=f"{key}[{index}]",
        weight=weight,
        percent=isinstance(written, str) and written.strip().endswith("%"),
        unread=written is not None and weight is None,
        relative=data.get("weights") == "relative",
    )


def prove_tree(items: Sequence[Item]) -> list[Finding]:
    """Return what is wrong with the names and the shape of the tree."""
    findings = _names(items)
    nodes = {each.id for each in items if each.sort == "node"}
    indicators = {each.id for each in items if each.sort == "indicator"}
    for each in items:
        if each.parent != ROOT and each.parent not in nodes:
            code = "CPN-P15" if each.parent in indicators else "CPN-P14"
            known = sorted(nodes | {ROOT})
            values = {
                "parent": short(each.parent),
                "hint": did_you_mean(each.parent, known),
                "known": ", ".join(known),
            }
            findings.append(Finding(code, f"{each.place}.parent", values))
    findings += _circles(items)
    parents = {each.parent for each in items}
    findings += [
        Finding("CPN-P17", each.place, {"node": each.id})
        for each in items
        if each.sort == "node" and each.id not in parents
    ]
    return findings


def prove_name(name: str, place: str) -> list[Finding]:
    """Return what is wrong with a name that goes into file names, columns and formulas."""
    if NAME.fullmatch(name):
        return []
    return [Finding("CPN-P11", place, {"name": short(name)})]


def _names(items: Sequence[Item]) -> list[Finding]:
    findings: list[Finding] = []
    seen: dict[str, Item] = {}
    for each in items:
        findings += prove_name(each.id, f"{each.position}.id")
        if each.id == ROOT:
            findings.append(Finding("CPN-P13", f"{each.position}.id", {"name": ROOT}))
        elif each.id in seen:
            values = {"name": short(each.id), "first": seen[each.id].position}
            findings.append(Finding("CPN-P12", f"{each.position}.id", values))
        seen.setdefault(each.id, each)
    return findings


def _circles(items: Sequence[Item]) -> list[Finding]:
    above = {each.id: each.parent for each in items if each.sort == "node" and each.id != ROOT}
    settled: set[str] = {ROOT}
    findings = []
    for start in above:
        path: list[str] = []
        name = start
        while name in above and name not in settled and name not in path:
            path.append(name)
            name = above[name]
        if name in path:
            circle = path[path.index(name) :]
            turned = circle[circle.index(min(circle)) :] + circle[: circle.index(min(circle))]
            said = " → ".join([*turned, turned[0]])
            place = f"nodes['{short(turned[0])}'].parent"
            findings.append(Finding("CPN-P16", place, {"circle": said}))
        settled |= set(path)
    return findings


def share_weights(
    items: Sequence[Item], *, relative: bool
) -> tuple[dict[str, Fraction], list[Finding]]:
    """Return every item's exact share of its parent, and what is wrong with the weights.

    Parameters
    ----------
    items
        The nodes and indicators.
    relative
        Whether the weights below the root are to be rescaled.
    """
    shares: dict[str, Fraction] = {}
    findings: list[Finding] = []
    rescaled = {each.id: each.relative for each in items if each.sort == "node"} | {ROOT: relative}
    for parent in dict.fromkeys(each.parent for each in items if each.parent in rescaled):
        below = [each for each in items if each.parent == parent]
        if len(below) == 1 and below[0].weight is None and not below[0].unread:
            shares[below[0].id] = Fraction(1)
            continue
        faults, known = _each(below)
        findings += faults
        if not known:
            continue
        total = sum((each.weight or Fraction(0) for each in below), Fraction(0))
        if rescaled[parent]:
            shares |= {each.id: (each.weight or Fraction(0)) / total for each in below if total}
        elif total in {1, POINTS}:
            shares |= {each.id: (each.weight or Fraction(0)) / total for each in below}
        else:
            findings.append(_sum(parent, below, total))
    return shares, findings


def _each(below: Iterable[Item]) -> tuple[list[Finding], bool]:
    findings: list[Finding] = []
    known = True
    for each in below:
        if each.weight is None:
            known = False
            if not each.unread:
                values = {"key": "weight", "wanted": "a number", "wanted_id": "bilangan"}
                findings.append(Finding("CPN-P02", each.place, values))
        elif each.weight <= 0:
            given = _written(each.weight, percent=each.percent)
            findings.append(Finding("CPN-P18", f"{each.place}.weight", {"given": given}))
    return findings, known


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
