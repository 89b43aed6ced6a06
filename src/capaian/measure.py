"""Step 1, measure: evidence becomes integer statistics and, from them, a state for each subject.

The formulas are the indicator type's; the reading and the reducing are done by the one door,
`capaian.columns`, on whatever engine the evidence came from. Nothing here is a float.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import product
from math import inf, isinf
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from capaian.errors import Finding
from capaian.formula import (
    Arithmetic,
    Column,
    Compare,
    Literal_,
    Logic,
    Node,
    Not,
    Present,
    agg,
    statistics,
    substitute,
    walk,
)
from capaian.formula.signs import COMPARE
from capaian.indicator import ColumnRef, Indicator
from capaian.plugin import Measure, RowCheck, StatusRule

OK = "ok"
NO_EVIDENCE = "no_evidence"
OUTSIDE = ("exposure", "full")
"""Inputs of a measure that do not come from the indicator's own rows."""


@frozen
class Statistics:
    """A measure made ready: its distinct statistics, each with a name of its own.

    Attributes
    ----------
    trees, names
        What is reduced from the rows of a subject, and what each is called in a score's program.
    value
        The measured value over those names.
    n, figures
        The number of observations, and further integers for the ledger, over those names.
    checks
        For each row check, the name of the statistic that counts the rows that break it.
    statuses
        States in which there is no value, over those names.
    outside
        Names of the inputs that come from elsewhere (`exposure`, `full`).
    needed, divisors
        Names without which there is no value, and names that must not be zero.
    """

    trees: tuple[Node, ...]
    names: tuple[str, ...]
    value: Node
    n: Node
    figures: Mapping[str, Node]
    checks: tuple[tuple[RowCheck, str], ...]
    statuses: tuple[StatusRule, ...]
    outside: tuple[str, ...]

    needed: tuple[str, ...]
    divisors: tuple[str, ...]

    @cached_property
    def counted(self) -> tuple[Node, ...]:
        """The trees, with the number of rows among them."""
        rows = agg.count()
        return self.trees if rows in self.trees else (*self.trees, rows)


def ready(indicator: str, measure: Measure) -> Statistics:
    """Return the measure with every distinct statistic named `<indicator>.<number>`."""
    counts = [(check, _broken(check)) for check in measure.checks]
    trees: dict[Node, None] = {}
    wanted = [measure.value, measure.n, *measure.figures.values()]
    wanted += [rule.when for rule in measure.statuses] + [count for _, count in counts]
    for tree in wanted:
        trees.update(dict.fromkeys(statistics(tree)))
    names = {tree: f"{indicator}.{index}" for index, tree in enumerate(trees)}
    known: dict[Node, Node] = {tree: Column(name) for tree, name in names.items()}
    known |= {Column(name): Column(f"{indicator}.{name}") for name in OUTSIDE}
    used = {each.name for tree in wanted for each in walk(tree) if isinstance(each, Column)}
    value = substitute(measure.value, known)
    return Statistics(
        trees=tuple(names),
        names=tuple(names.values()),
        value=value,
        n=substitute(measure.n, known),
        figures={name: substitute(tree, known) for name, tree in measure.figures.items()},
        checks=tuple((check, names[count]) for check, count in counts),
        statuses=tuple(
            StatusRule(rule.status, substitute(rule.when, known)) for rule in measure.statuses
        ),
        outside=tuple(f"{indicator}.{name}" for name in OUTSIDE if name in used),
        needed=names_in(value),
        divisors=_divisors(value),
    )


def names_in(tree: Node) -> tuple[str, ...]:
    """Return the names of the inputs that a formula uses."""
    return tuple(each.name for each in walk(tree) if isinstance(each, Column))


def _divisors(value: Node) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for each in walk(value):
        if isinstance(each, Arithmetic) and each.op == "/":
            found.update(dict.fromkeys(names_in(each.right)))
    return tuple(found)


def renamed(statistic: Statistics, before: str, after: str) -> Statistics:
    """Return the same statistics under names that begin with something else.

    Parameters
    ----------
    statistic
        Statistics made ready under `before`.
    before, after
        What stands in front of the dot.
    """

    def new(name: str) -> str:
        return f"{after}.{name.removeprefix(f'{before}.')}"

    every = (*statistic.names, *statistic.outside)
    known: dict[Node, Node] = {Column(name): Column(new(name)) for name in every}
    return evolve(
        statistic,
        names=tuple(map(new, statistic.names)),
        value=substitute(statistic.value, known),
        n=substitute(statistic.n, known),
        figures={name: substitute(tree, known) for name, tree in statistic.figures.items()},
        checks=tuple((check, new(name)) for check, name in statistic.checks),
        statuses=tuple(
            StatusRule(rule.status, substitute(rule.when, known)) for rule in statistic.statuses
        ),
        outside=tuple(map(new, statistic.outside)),
        needed=tuple(map(new, statistic.needed)),
        divisors=tuple(map(new, statistic.divisors)),
    )


def _broken(check: RowCheck) -> Node:
    """Return the statistic that counts the rows in which the check is false (not unknown)."""
    return agg.count(Not(check.holds))


def readings(
    indicator: Indicator, measure: Measure
) -> tuple[list[tuple[Any, ColumnRef]], list[Finding]]:
    """Return each column that the measure needs with where the policy says it is.

    A role that the policy does not map is read from the column of the same name if the type says
    so by listing it; a role that is mapped but that the type does not know is a finding.
    """
    needs = {need.role: need for need in measure.columns}
    findings = [
        Finding(
            "CPN-P50",
            f"indicators['{indicator.id}'].columns.{role}",
            {"role": role, "type": indicator.type, "known": ", ".join(sorted(needs)) or "none"},
        )
        for role in indicator.columns
        if role not in needs
    ]
    mapped = [(need, indicator.columns.get(role, ColumnRef(role))) for role, need in needs.items()]
    return mapped, findings


@frozen
class Known:
    """Integers by name, one value or one column of values each, and whether they are known."""

    values: Mapping[str, Any]
    present: Mapping[str, Any] = field(factory=dict)


def holds(tree: Node, known: Known) -> Any:
    """Return whether a condition over statistics holds; where something is unknown, it does not.

    Works on single integers and on whole NumPy columns alike.
    """
    truth, certain = _weigh(tree, known)
    return truth if certain is True else truth & certain


def _weigh(tree: Node, known: Known) -> tuple[Any, Any]:
    match tree:
        case Column(name):
            return known.values[name], known.present.get(name, True)
        case Literal_(value):
            return value, True
        case Present(inner):
            return _weigh(inner, known)[1], True
        case Not(inner):
            truth, certain = _weigh(inner, known)
            return truth ^ True, certain
        case Compare(op, left, right):
            (first, sure), (second, also) = _weigh(left, known), _weigh(right, known)
            return COMPARE[op](first, second), sure & also
        case Arithmetic(op, left, right):
            (first, sure), (second, also) = _weigh(left, known), _weigh(right, known)
            return _ARITHMETIC[op](first, second), sure & also
        case Logic(op, left, right):
            (first, sure), (second, also) = _weigh(left, known), _weigh(right, known)
            # One side can settle it alone: a false one for "and", a true one for "or".
            settling = op == "or"
            alone = (sure & (first ^ (not settling))) | (also & (second ^ (not settling)))
            truth = (first & second) if op == "and" else ((first & sure) | (second & also))
            return truth, (sure & also) | alone
        case _:
            raise TypeError(tree.tag)


Outcomes: TypeAlias = frozenset[bool | None]
"""What a condition may come to; `None` is unknown."""


def outcomes(
    tree: Node, ranges: Mapping[str, tuple[int, int]], complete: Collection[str]
) -> Outcomes:
    """Return what a condition over statistics may come to for rows of which only this is known.

    Parameters
    ----------
    tree
        The condition.
    ranges
        The least and the greatest value of statistics; one that is not listed may be anything.
    complete
        The statistics that are known in every row.
    """
    match tree:
        case Present(inner):
            known = all(each.name in complete for each in walk(inner) if isinstance(each, Column))
            return frozenset({True} if known else {True, False})
        case Not(inner):
            return frozenset(
                None if each is None else not each for each in outcomes(inner, ranges, complete)
            )
        case Logic(op, left, right):
            settling = op == "or"
            pairs = product(outcomes(left, ranges, complete), outcomes(right, ranges, complete))
            return frozenset(
                settling if settling in pair else None if None in pair else not settling
                for pair in pairs
            )
        case Compare(op, left, right):
            names = {each.name for each in walk(tree) if isinstance(each, Column)}
            found = _compared(op, _span(left, ranges), _span(right, ranges))
            return found if names <= set(complete) else found | {None}
        case _:
            raise TypeError(tree.tag)


def _span(tree: Node, ranges: Mapping[str, tuple[int, int]]) -> tuple[float, float]:
    """Return the range of an integer formula; Python compares integers with floats exactly."""
    match tree:
        case Column(name):
            return ranges.get(name, (-inf, inf))
        case Literal_(value) if not isinstance(value, str):
            return value, value  # type: ignore[return-value]
        case Arithmetic(op, left, right):
            (low, high), (least, most) = _span(left, ranges), _span(right, ranges)
            if isinf(high - low) or isinf(most - least):
                return -inf, inf
            ends = [_ARITHMETIC[op](x, y) for x in (low, high) for y in (least, most)]
            return min(ends), max(ends)
        case _:
            return -inf, inf


def _compared(op: str, left: tuple[float, float], right: tuple[float, float]) -> Outcomes:
    """Return whether a comparison of two ranges may hold, and whether it may fail."""
    (low, high), (least, most) = left, right
    if op in {"=", "!="}:
        equal, other = low <= most and least <= high, not low == high == least == most
        return frozenset(({op == "="} if equal else set()) | ({op == "!="} if other else set()))
    ends = [COMPARE[op](x, y) for x, y in ((low, most), (high, least))]
    return frozenset(ends)


_ARITHMETIC: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}


def state_rules(statistic: Statistics) -> tuple[StatusRule, ...]:
    """Return the states in which there is no value, and when; the first that holds is given.

    In order: the type's own states, a statistic that is not to be had, a divisor that is zero.
    """
    return (
        *statistic.statuses,
        *(StatusRule(NO_EVIDENCE, Not(Present(Column(name)))) for name in statistic.needed),
        *(StatusRule(NO_EVIDENCE, Column(name).equals(0)) for name in statistic.divisors),
    )


def states(statistic: Statistics, known: Known) -> Sequence[tuple[str, Any]]:
    """Return each state in which there is no value with whether it holds, of `state_rules`."""
    return [(rule.status, holds(rule.when, known)) for rule in state_rules(statistic)]
