"""Formulas of nodes: read as trees over the parts, and proved to use each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from keyword import iskeyword
from typing import Any, Final

from attrs import field, frozen

from capaian.errors import Finding, FormulaError
from capaian.exact.interval import Interval
from capaian.formula import Column, Node, Round, lit, read_formula, walk, words
from capaian.formula.language import Written
from capaian.indicator import Missing
from capaian.policy.bands import Tree
from capaian.policy.document import NodeRule, Policy
from capaian.policy.tree import FORMULA, ROOT, Item, prove_name
from capaian.policy.written import WrittenDecision, WrittenNode, WrittenNumber, WrittenScore
from capaian.wire import below, short

DIGITS: Final = Interval(Fraction(0), Fraction(9), high_inside=True)


@frozen
class Formulas:
    """The formulas of a policy that could be read, and what is wrong with the others.

    Attributes
    ----------
    trees
        By node, over a column for each part, by its id.
    findings
        All that is wrong.
    """

    trees: Mapping[str, Node] = field(factory=dict)
    findings: tuple[Finding, ...] = ()


def formula_of(policy: Policy, rule: NodeRule) -> Node:
    """Return the formula of a node as a tree over a column for each part, by its id.

    Parameters
    ----------
    policy
        A policy that has been proved.
    rule
        A node of it whose method is `formula`.
    """
    children = [each.id for each in policy.children(rule.id)]
    numbers = {each.id: each.value for each in policy.numbers}
    return read_formula(rule.formula, _names(children, numbers))


def name_in_formula(name: str) -> str:
    """Return what a formula calls a part or a number: `-` and `.` are written `_`."""
    return name.replace("-", "_").replace(".", "_")


def _names(children: Iterable[str], numbers: Mapping[str, Fraction]) -> dict[str, Node]:
    made: dict[str, Node] = {
        name_in_formula(name): lit(value.numerator if value.denominator == 1 else value)
        for name, value in numbers.items()
    }
    return made | {name_in_formula(name): Column(name) for name in children}


def read_formulas(parts: Mapping[str, Any], items: Sequence[Item]) -> Formulas:
    """Return the formulas of a document, and what is wrong with them and with its numbers.

    Parameters
    ----------
    parts
        The sound parts of the document, by field.
    items
        Its nodes and indicators.
    """
    return _Reader(parts, items).read()


class _Reader:
    def __init__(self, parts: Mapping[str, Any], items: Sequence[Item]) -> None:
        self.parts = parts
        self.items = items
        self.numbers: dict[str, Fraction] = {}
        self.trees: dict[str, Node] = {}
        self.findings: list[Finding] = []
        self.used: set[str] = set()

    def read(self) -> Formulas:
        self.read_numbers()
        whole = {"score", "nodes"} <= set(self.parts)
        for name, place, rule in self.nodes():
            formula = rule.method == FORMULA
            if not formula and rule.formula:
                values = {"method": rule.method}
                self.findings.append(Finding("CPN-W05", below(place, "formula"), values))
            if formula:
                self.node(name, place, rule)
                whole = whole and name in self.trees
        self.used |= self.rated()
        for name in self.numbers if whole else ():
            if name not in self.used:
                place = f"numbers['{short(name)}']"
                self.findings.append(Finding("CPN-W06", place, {"name": short(name)}))
        return Formulas(self.trees, tuple(self.findings))

    def rated(self) -> set[str]:
        """Return the numbers that formulas of ratings use; read or not."""
        decision: WrittenDecision | None = self.parts.get("decision")
        if decision is None:  # none, or none that can be read: then nobody knows
            return set() if "decision" in self.parts else set(self.numbers)
        used: set[str] = set()
        for each in decision.ratings:
            try:
                used |= {name for name, _ in Written(each.formula).names} if each.formula else set()
            except FormulaError:
                return set(self.numbers)
        return {each for each in self.numbers if name_in_formula(each) in used}

    def nodes(self) -> list[tuple[str, str, WrittenScore | WrittenNode]]:
        found: list[tuple[str, str, WrittenScore | WrittenNode]] = []
        if "score" in self.parts:
            found.append((ROOT, ROOT, self.parts["score"]))
        nodes = self.parts.get("nodes", ())
        return [*found, *((each.id, f"nodes['{short(each.id)}']", each) for each in nodes)]

    def read_numbers(self) -> None:
        numbers: Sequence[WrittenNumber] = self.parts.get("numbers", ())
        seen: dict[str, str] = {}
        for index, each in enumerate(numbers):
            place = f"numbers[{index}].id"
            self.findings += prove_name(each.id, place) or _unnamed(each.id, place)
            name = name_in_formula(each.id)
            if each.id in self.numbers:
                values = {"name": short(each.id), "first": f"numbers['{short(each.id)}']"}
                self.findings.append(Finding("CPN-P12", place, values))
            elif name in seen:
                values = {"first": seen[name], "second": short(each.id), "name": name}
                self.findings.append(Finding("CPN-W07", place, values))
            seen.setdefault(name, short(each.id))
            self.numbers[each.id] = each.value

    def node(self, name: str, place: str, rule: WrittenScore | WrittenNode) -> None:
        self.idle(name, place, rule)
        children = [each for each in self.items if each.parent == name]
        faults = self.named(children) + self.always(children)
        self.findings += faults
        where = below(place, "formula")
        if not rule.formula:
            values = {"key": "formula", "wanted": "text", "wanted_id": "teks"}
            self.findings.append(Finding("CPN-P02", place, values))
            return
        names = _names([each.id for each in children], self.numbers)
        try:
            tree = read_formula(rule.formula, names)
        except FormulaError as error:
            self.findings += [Finding(each.code, where, each.values) for each in error.findings]
            return
        self.trees[name] = tree
        self.prove(rule.formula, tree, children, names, where)

    def idle(self, name: str, place: str, rule: WrittenScore | WrittenNode) -> None:
        """Refuse keys of weights where a formula says what each part is worth."""
        weights = self.parts.get("weights") if isinstance(rule, WrittenScore) else rule.weights
        if weights not in {None, "exact"}:
            where = "weights" if name == ROOT else below(place, "weights")
            self.findings.append(Finding("CPN-W01", where, {"key": "weights"}))
        if rule.available:
            where = below(place, "available")
            self.findings.append(Finding("CPN-W01", where, {"key": "available"}))

    def named(self, children: Sequence[Item]) -> list[Finding]:
        """Refuse parts that a formula cannot name, or cannot tell from another."""
        found: list[Finding] = []
        seen = {name_in_formula(each): each for each in self.numbers}
        for each in children:
            place = below(each.place, "id")
            found += _unnamed(each.id, place)
            name = name_in_formula(each.id)
            if name in seen and seen[name] is not each.id:
                values = {"first": short(seen[name]), "second": short(each.id), "name": name}
                found.append(Finding("CPN-W07", place, values))
            seen.setdefault(name, each.id)
        return found

    def always(self, children: Sequence[Item]) -> list[Finding]:
        """Refuse parts that may be left out: a formula needs them all."""
        rules: dict[str, Missing | None] = {
            each.id: each.missing
            for key in ("nodes", "indicators")
            for each in self.parts.get(key, ())
        }
        rule = self.parts.get("missing")
        return [
            Finding("CPN-W08", below(each.place, "missing"), {"child": short(each.id)})
            for each in children
            if each.id in rules and (rules[each.id] or rule) == "exclude"
        ]

    def prove(
        self,
        text: str,
        tree: Node,
        children: Sequence[Item],
        names: Mapping[str, Node],
        where: str,
    ) -> None:
        """Refuse a formula that leaves a part out, or rounds to decimals that nobody has."""
        found = walk(tree)
        for each in children:
            if Column(each.id) not in found and not _unnamed(each.id, ""):
                values = {"child": short(each.id), "name": name_in_formula(each.id)}
                self.findings.append(Finding("CPN-W09", where, values))
        digits = {node.digits for node in found if isinstance(node, Round)}
        for wrong in sorted(each for each in digits if not DIGITS.holds(Fraction(each))):
            values = {"given": str(wrong)[:40], "wanted": DIGITS.text()}
            self.findings.append(Finding("CPN-P20", where, values))
        used = {name for name, _ in Written(text).names if name in names}
        self.used |= {each for each in self.numbers if name_in_formula(each) in used}


def _unnamed(name: str, place: str) -> list[Finding]:
    written = name_in_formula(name)
    if written.isidentifier() and not iskeyword(written) and not written.startswith("_"):
        return []
    return [Finding("CPN-W10", place, {"name": short(name)})]


def prove_divisors(tree: Tree) -> list[Finding]:
    """Return what the formulas of a policy divide by that can be zero.

    Parameters
    ----------
    tree
        What values follow from; every formula of it could be read.
    """
    found = []
    for name, reach in tree.reaches.items():
        place = "score.formula" if name == ROOT else f"nodes['{short(name)}'].formula"
        for divisor, span in reach.divisors:
            values = {"divisor": words(divisor), "divisor_id": words(divisor, "id")}
            values["span"] = span.text()
            found.append(Finding("CPN-W11", place, values))
    return found
