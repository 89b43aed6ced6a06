"""Proofs of a document: what its keys and kinds alone cannot say, all faults together.

A proof needs only the parts that it is about. A document with a misspelt key still hears that its
weights add up to 95 and that its bands leave a gap.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from capaian.errors import Finding, did_you_mean
from capaian.exact.interval import Interval
from capaian.formula import Node, number
from capaian.indicator import ColumnRef, Fitted, TargetTable
from capaian.policy.active_proof import prove_active
from capaian.policy.bands import Tree, prove_bands, prove_cover
from capaian.policy.decision_proof import prove_decision
from capaian.policy.document import Scale
from capaian.policy.formulas import prove_divisors, read_formulas
from capaian.policy.guiding import names_of, prove_guidance
from capaian.policy.stretches import prove_stretches
from capaian.policy.titles import Title, WrittenTitle
from capaian.policy.tree import FORMULA, Item, items_of, prove_name, prove_tree
from capaian.policy.unit_proof import prove_units
from capaian.policy.weights import share_weights
from capaian.policy.written import (
    Conditions,
    Steps,
    WrittenBand,
    WrittenForce,
    WrittenGuidance,
    WrittenIndicator,
    WrittenNode,
    WrittenPolicy,
    WrittenRoster,
    WrittenRounding,
    WrittenScore,
    WrittenTest,
    limit_of,
)
from capaian.wire import below, short, sound_items, sound_parts

LISTS: Mapping[str, type[Any]] = {
    "nodes": WrittenNode,
    "indicators": WrittenIndicator,
    "bands": WrittenBand,
}
COVER = ("bands", "scale", "score", "rounding")
"""Where a misread key may mean that the bands are not what their author meant them to be."""
DIGITS = Interval(Fraction(0), Fraction(9), high_inside=True)
SHARE = Interval(Fraction(0), Fraction(1), high_inside=True)
POSITIVE = Interval(Fraction(1), None)
DECIDED = "a table that could not be read"


@frozen
class Proved:
    """A document after its proofs.

    Attributes
    ----------
    written
        The document, or `None` where there is a finding.
    shares
        For every node and indicator, its exact share of its parent.
    findings
        All that is wrong.
    """

    written: WrittenPolicy | None
    shares: Mapping[str, Fraction]
    findings: tuple[Finding, ...]


def prove(document: Mapping[str, Any]) -> Proved:
    """Read a document's keys and kinds, and prove what they say.

    Parameters
    ----------
    document
        The document as JSON or TOML give it.
    """
    parts, findings = sound_parts(document, WrittenPolicy)
    misread = any(each.where.startswith(COVER) for each in findings)
    items = items_of(document)
    if "id" in parts:
        segments = parts["id"].split("/")
        wrong = [each for each in segments if prove_name(each, "id")]
        findings += prove_name(parts["id"], "id") if wrong else []
    if "in_force" in parts:
        findings += prove_force(parts["in_force"])
    if "scale" in parts:
        findings += _scale(parts["scale"].meant)
    findings += prove_tree(items)
    if document.get("indicators") == [] and not items:
        findings.append(Finding("CPN-P28", "indicators"))
    sound = parts | {key: sound_items(document.get(key), cls) for key, cls in LISTS.items()}
    free = "score" in parts and parts["score"].method == FORMULA
    shares, faults = share_weights(items, weights=parts.get("weights", "exact"), formula=free)
    findings += faults
    formulas = read_formulas(sound, items)
    findings += formulas.findings
    findings += prove_active(sound, items)
    findings += _titles(sound)
    findings += _numbers(sound)
    findings += _subjects(sound)
    if "rounding" in parts:
        findings += _rounding(parts["rounding"], items)
    tree = None if misread else _tree(parts, formulas.trees)
    findings += prove_reach(parts, items, tree)
    findings += _guidance(parts, document)
    whole = None if findings else WrittenPolicy(**parts)
    return Proved(whole, shares, tuple(findings))


def prove_force(force: WrittenForce) -> list[Finding]:
    """Refuse a last day before the first."""
    if force.to is None or force.from_ <= force.to:
        return []
    values = {"first": force.from_.isoformat(), "last": force.to.isoformat()}
    return [Finding("CPN-P22", "in_force", values)]


def _scale(scale: Scale) -> list[Finding]:
    findings = _limits(scale.floor, scale.cap, "scale")
    if scale.worst == scale.best:
        findings.append(Finding("CPN-P21", "scale", {"worst": number(scale.worst)}))
    return findings


def _limits(low: Fraction | None, high: Fraction | None, place: str) -> list[Finding]:
    if low is None or high is None or low <= high:
        return []
    return [Finding("CPN-P19", place, {"floor": number(low), "cap": number(high)})]


def _titles(parts: Mapping[str, Any]) -> list[Finding]:
    titles: dict[str, Title] = {"title": parts.get("title")}
    if "score" in parts:
        titles["score.title"] = parts["score"].title
    for key in ("nodes", "indicators", "bands"):
        titles |= {f"{_place(key, each)}.title": each.title for each in parts.get(key, ())}
    return [
        Finding("CPN-P27", place)
        for place, title in titles.items()
        if title == "" or title == WrittenTitle()
    ]


def _place(key: str, each: Any) -> str:
    return f"{key}['{short(each.id)}']"


def _numbers(parts: Mapping[str, Any]) -> list[Finding]:
    """Prove the limits and the numbers of the root, the nodes and the indicators."""
    findings: list[Finding] = []
    nodes: list[tuple[str, WrittenScore | WrittenNode]] = []
    if "score" in parts:
        nodes.append(("score", parts["score"]))
    nodes += [(_place("nodes", each), each) for each in parts.get("nodes", ())]
    for place, node in nodes:
        findings += _methods(node.convert, f"{place}.convert")
        findings += _limits(limit_of(node.floor), limit_of(node.cap), place)
        findings += prove_inside(node.available, SHARE, f"{place}.available")
    scale = parts["scale"].meant if "scale" in parts else None
    for each in parts.get("indicators", ()):
        place = _place("indicators", each)
        findings += _indicator_limits(each, scale, place)
        findings += prove_inside(each.minimum, POSITIVE, f"{place}.minimum")
        findings += _columns(each, place)
        findings += _methods(each.normalise, f"{place}.normalise")
        findings += prove_conditions(each.where, f"{place}.where")
        findings += prove_stretches(each, place)
        if each.exposure is not None and isinstance(each.exposure.full, int):
            findings += prove_inside(each.exposure.full, POSITIVE, f"{place}.exposure.full")
    return findings


def _indicator_limits(each: WrittenIndicator, scale: Scale | None, place: str) -> list[Finding]:
    if each.floor is None and each.cap is None:
        return []  # the scale's own, which are proved there
    low = limit_of(each.floor, scale.floor if scale else None)
    high = limit_of(each.cap, scale.cap if scale else None)
    return _limits(low, high, place)


def _columns(each: WrittenIndicator, place: str) -> list[Finding]:
    columns = {f"{place}.columns.{role}": column for role, column in each.columns.items()}
    if each.pauses is not None:
        columns |= {f"{place}.pauses.{key}": getattr(each.pauses, key) for key in ("start", "stop")}
    return [
        fault
        for where, column in columns.items()
        if isinstance(column, ColumnRef)
        for fault in prove_inside(column.digits, DIGITS, f"{where}.digits")
    ]


def _methods(steps: Steps, place: str) -> list[Finding]:
    if isinstance(steps, Mapping):
        return _method(steps, place)
    numbered = enumerate(steps)
    return [fault for index, step in numbered for fault in _method(step, f"{place}[{index}]")]


def _method(step: Mapping[str, Any], place: str) -> list[Finding]:
    known = {key: step[key] for key in step if key in {"method", "fitted"}}
    _, findings = sound_parts(known, _Method, place)
    return findings


@frozen
class _Method:
    method: str
    fitted: Fitted | None = None


def prove_conditions(conditions: Conditions, place: str) -> list[Finding]:
    """Refuse conditions that test nothing."""
    empty = [
        column
        for column, test in conditions.items()
        if test == ()
        or (isinstance(test, WrittenTest) and test.not_ == () and test.present is None)
    ]
    return [Finding("CPN-P26", below(place, column)) for column in empty]


def prove_inside(value: Fraction | int, wanted: Interval, place: str) -> list[Finding]:
    """Refuse a number outside the interval that is wanted."""
    if wanted.holds(Fraction(value)):
        return []
    return [Finding("CPN-P20", place, {"given": number(value), "wanted": wanted.text()})]


def _subjects(parts: Mapping[str, Any]) -> list[Finding]:
    """Prove that every table has a column with the subject, and what else the tables need."""
    findings: list[Finding] = []
    roster: WrittenRoster | None = parts.get("subjects")
    if roster is not None:
        findings += prove_conditions(roster.where, "subjects.where")
    targets: TargetTable | None = parts.get("targets")
    if targets is not None:
        findings += prove_inside(targets.digits, DIGITS, "targets.digits")
    if parts.get("subject"):
        return findings
    values = {"key": "subject", "wanted": "a column", "wanted_id": "kolom"}
    if roster is not None and not roster.subject:
        findings.append(Finding("CPN-P02", "subjects", values))
    if targets is not None and not targets.subject:
        findings.append(Finding("CPN-P02", "targets", values))
    findings += [
        Finding("CPN-P02", _place("indicators", each), values)
        for each in parts.get("indicators", ())
        if "subject" in parts and not each.subject
    ]
    return findings


def _rounding(steps: Sequence[WrittenRounding], items: Sequence[Item]) -> list[Finding]:
    findings: list[Finding] = []
    indicators = [each.id for each in items if each.sort == "indicator"]
    nodes = [each.id for each in items if each.sort == "node"]
    named = {"measured": indicators, "achievement": indicators, "node": nodes, "score": []}
    settled: dict[str, dict[str, int]] = {}
    for index, step in enumerate(steps):
        place = f"rounding[{index}]"
        findings += _digits(step, place)
        findings += [
            fault for name in step.of for fault in _named(name, step, named[step.where], place)
        ]
        before = settled.setdefault(step.where, {})
        for name in step.of or ("",):
            if (first := before.get(name, before.get(""))) is not None:
                values = {"where": step.where, "first": f"rounding[{first}]"}
                findings.append(Finding("CPN-P24", place, values))
                break
            before[name] = index
    if not any(step.where == "score" for step in steps):
        findings.append(Finding("CPN-P23", "rounding"))
    return findings


def _digits(step: WrittenRounding, place: str) -> list[Finding]:
    if step.digits is not None:
        return prove_inside(step.digits, DIGITS, f"{place}.digits")
    if step.mode == "none":
        return []
    values = {"key": "digits", "wanted": "a whole number", "wanted_id": "bilangan bulat"}
    return [Finding("CPN-P02", place, values)]


def _named(name: str, step: WrittenRounding, known: Collection[str], place: str) -> list[Finding]:
    if name in known:
        return []
    values = {
        "name": short(name),
        "where": step.where,
        "hint": did_you_mean(name, known),
        "known": ", ".join(sorted(known)) or "-",
    }
    return [Finding("CPN-P25", f"{place}.of", values)]


def prove_reach(
    parts: Mapping[str, Any], items: Sequence[Item], tree: Tree | None
) -> list[Finding]:
    """Return what is wrong with the values that there can be: bands, units, ratings, divisors.

    Parameters
    ----------
    parts
        The sound parts of the document, by field.
    items
        Its nodes and indicators.
    tree
        What those values follow from; `None` where that is not known.
    """
    findings = [] if tree is None else prove_divisors(tree)
    if findings:
        tree = None  # where a formula may divide by zero, it has no value to speak of
    findings += _bands(parts, tree)
    findings += prove_units(parts, None if tree is None else tree.span)
    return findings + prove_decision(parts, items, tree)


def _tree(
    parts: Mapping[str, Any],
    formulas: Mapping[str, Node],
    conversions: Mapping[str, Node] | None = None,
) -> Tree | None:
    """Return what values follow from; `None` where the parts that say it are not sound.

    What methods make of a node's value is known only where they are at hand.
    """
    names = ("scale", "missing", "score", "nodes", "indicators", "rounding")
    if any(name not in parts for name in names) or any(_digits(e, "") for e in parts["rounding"]):
        return None
    made = {name: parts[name] for name in names} | {"scale": parts["scale"].meant}
    tree = Tree(**made, formulas=formulas, conversions=conversions or {})
    return tree if tree.whole else None


def _guidance(parts: Mapping[str, Any], document: Mapping[str, Any]) -> list[Finding]:
    guidance: WrittenGuidance | None = parts.get("guidance")
    if guidance is None:
        return []
    roster: WrittenRoster | None = parts.get("subjects")
    units = "subjects" not in parts or (roster is not None and bool(roster.unit))
    return prove_guidance(guidance, names_of(document.get("bands")), units=units)


def prove_converted(document: Mapping[str, Any], conversions: Mapping[str, Node]) -> list[Finding]:
    """Return what is wrong with the values that there can be, once conversions are known.

    Parameters
    ----------
    document
        A document that has been proved as far as it could be without its methods.
    conversions
        For each node that is converted, what is made of its value, `raw:<node>`.
    """
    parts, _ = sound_parts(document, WrittenPolicy)
    items = items_of(document)
    formulas = read_formulas(parts, items)
    return prove_reach(parts, items, _tree(parts, formulas.trees, conversions))


def _bands(parts: Mapping[str, Any], tree: Tree | None) -> list[Finding]:
    bands = parts.get("bands", ())
    if not bands or "precedence" not in parts or "subjects" not in parts:
        return []
    precedence = parts["precedence"] is not None
    roster: WrittenRoster | None = parts["subjects"]
    findings = prove_bands(bands, roster.facts if roster else (), precedence=precedence)
    if parts.get("decision", DECIDED) is not None:
        return [each for each in findings if each.code not in {"CPN-P36", "CPN-P37"}]
    if any(each.code in {"CPN-P30", "CPN-P31"} for each in findings):
        return findings
    if tree is None or tree.last is None:
        return findings
    digits = None if tree.last.mode == "none" else tree.last.digits
    return findings + prove_cover(bands, tree.span, digits, precedence=precedence)
