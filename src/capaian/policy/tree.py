"""Proofs of the tree: names, parents and circles.

They look at each item's `id` and `parent` alone, and those of `weights` at what each weighs, so
that they hold even where the item has other faults: all that is wrong with a document is told at
once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from capaian.errors import Finding, did_you_mean
from capaian.wire import exact_number, mark, short

ROOT: Final = "score"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
ACTIVE_DAYS: Final = "active_days"
"""The weights of a node that go by each subject's active days."""
FORMULA: Final = "formula"
"""The method of a node whose score is a formula over its parts."""
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
    quality
        What its weight is multiplied by; as for the weight, `None` where none can be read.
    quality_unread
        Whether a quality is given that cannot be read.
    weights
        How the weights below it are meant.
    formula
        Whether a formula says what the parts below it are worth.
    """

    sort: Sort
    id: str
    parent: str
    place: str
    position: str
    weight: Fraction | None = None
    percent: bool = False
    unread: bool = False
    quality: Fraction | None = None
    quality_unread: bool = False
    weights: str = "exact"
    formula: bool = False


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
    weight, quality = exact_number(written), exact_number(data.get("quality"))
    return Item(
        sort=sort,
        id=data["id"],
        parent=(parent if isinstance(parent, str) else "") or ROOT,
        place=f"{key}[{mark(data, index)}]",
        position=f"{key}[{index}]",
        weight=weight,
        percent=isinstance(written, str) and written.strip().endswith("%"),
        unread=written is not None and weight is None,
        quality=quality,
        quality_unread=data.get("quality") is not None and quality is None,
        weights=manner if isinstance(manner := data.get("weights"), str) else "exact",
        formula=data.get("method") == FORMULA,
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
