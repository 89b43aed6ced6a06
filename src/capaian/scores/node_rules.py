"""The nodes of a policy made ready: how their parts become one, and what is made of that."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve

from capaian.aggregate import formula_aggregation
from capaian.errors import CapaianError, Finding, Language
from capaian.formula import Column, Node, walk, words
from capaian.indicator import Indicator, Text
from capaian.normalise import achievement
from capaian.plugin import (
    Aggregation,
    Normalisation,
    ParametricAggregation,
    RelativeNormalisation,
)
from capaian.policy import NodeRule, Policy, to_document
from capaian.policy.formulas import formula_of
from capaian.policy.proof import prove_converted
from capaian.policy.tree import FORMULA
from capaian.scores.finder import Finder, places_of


def aggregation(finder: Finder, node: NodeRule) -> Aggregation | None:
    """Return how the parts of a node become one.

    Parameters
    ----------
    finder
        Where methods are found; it collects what does not fit.
    node
        The node.
    """
    place = "score" if node.id == "score" else f"nodes['{node.id}']"
    if node.method == FORMULA:
        _no_options(finder, node, place)
        children = [each.id for each in finder.policy.children(node.id)]
        return formula_aggregation(formula_of(finder.policy, node), children)
    record = finder.record(Aggregation, node.method, f"nodes['{node.id}'].method")
    if isinstance(record, ParametricAggregation):
        record = _made(finder, record, node, f"{place}.options")
    elif record is not None:
        _no_options(finder, node, place)
    if record is not None and record.lowest is not None:
        _low_enough(finder, node, record.lowest)
    found: Aggregation | None = record
    return found


def _no_options(finder: Finder, node: NodeRule, place: str) -> None:
    if node.options:
        finder.findings.append(Finding("CPN-W21", f"{place}.options", {"method": node.method}))


def _made(
    finder: Finder, record: ParametricAggregation, node: NodeRule, place: str
) -> Aggregation | None:
    """Return the aggregation that a node's options mean, or `None` where they do not fit."""
    before = len(finder.findings)
    try:
        options = finder.options(record.options, node.options, place)
        if len(finder.findings) > before:
            return None
        return evolve(record.make(options), kind=record.kind)
    except CapaianError as error:
        finder.findings += [
            Finding(each.code, f"{place}.{each.where}".rstrip("."), each.values)
            for each in error.findings
        ]
        return None


def _low_enough(finder: Finder, node: NodeRule, lowest: Fraction) -> None:
    """Refuse a method that cannot take what lies below it: a geometric mean of negatives."""
    for child in finder.policy.children(node.id):
        floor = child.floor
        if floor is None and isinstance(child, NodeRule) and _a_mean(finder.policy, child):
            continue
        if floor is None or floor < lowest:
            values = {"child": child.id, "method": node.method, "lowest": str(lowest)}
            finder.findings.append(Finding("CPN-P51", f"nodes['{node.id}'].method", values))


def _a_mean(policy: Policy, node: NodeRule) -> bool:
    """Return whether a node lies between its parts: no formula, no conversion leads beyond them."""
    if node.floor is not None:
        return True
    if node.method == FORMULA or node.convert:
        return False
    return all(
        isinstance(each, Indicator) or _a_mean(policy, each) for each in policy.children(node.id)
    )


def conversion(finder: Finder, node: NodeRule) -> Node | None:
    """Return what a policy makes of a node's value, over `raw:<node>`; `None` where nothing.

    Parameters
    ----------
    finder
        Where methods are found; it collects what does not fit.
    node
        The node.
    """
    place = "score.convert" if node.id == "score" else f"nodes['{node.id}'].convert"
    before = len(finder.findings)
    steps: list[tuple[Normalisation, Any]] = []
    for step, at in zip(node.convert, places_of(node.convert, place), strict=True):
        if isinstance(finder.registry.records.get(step.method), RelativeNormalisation):
            values = {"method": step.method}
            finder.findings.append(Finding("CPN-W12", f"{at}.method", values))
            continue
        found = finder.method(step, at)
        steps += [] if found is None else [found]
    if not node.convert or len(finder.findings) > before:
        return None
    raw = Column(f"raw:{node.id}")
    try:
        tree = achievement(steps, finder.policy.scale, raw)
    except CapaianError as error:
        finder.findings += [
            Finding(each.code, each.where.replace("normalise", place, 1), each.values)
            for each in error.findings
        ]
        return None
    if any(isinstance(each, Column) and each != raw for each in walk(tree)):
        finder.findings.append(Finding("CPN-W13", place))
        return None
    return tree


def prove_conversions(finder: Finder, conversions: Mapping[str, Node]) -> None:
    """Prove the bands of a policy that converts scores, now that its methods are at hand.

    Parameters
    ----------
    finder
        It collects what does not fit.
    conversions
        For each node that is converted, what is made of its value.
    """
    if conversions:
        finder.findings += prove_converted(to_document(finder.policy), conversions)


def node_formulas(policy: Policy) -> dict[str, Text]:
    """Return the formulas of a policy's nodes in words, with the titles of their parts.

    Parameters
    ----------
    policy
        A policy.
    """
    found: dict[str, Text] = {}
    languages: tuple[Language, ...] = ("en", "id")
    for rule in policy.nodes:
        if rule.method == FORMULA:
            tree, parts = formula_of(policy, rule), policy.children(rule.id)
            found[rule.id] = {
                language: words(tree, language, {each.id: each.title[language] for each in parts})
                for language in languages
            }
    return found
