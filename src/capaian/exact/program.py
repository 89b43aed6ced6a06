"""A score as a program: named formulas in a fixed order, run in two arithmetics at once.

`run_paired` computes every value as a float64 and as a `Fraction`. Every decision (a comparison, a
rounding) is made by the exact side, and the float side follows it; so the floats are the same
bits as those of a whole column in `filtered`, and the exact side is the truth.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from capaian.errors import FormulaError, refuse
from capaian.exact.ratio import geometric_mean, round_ratio
from capaian.formula import (
    Arithmetic,
    Column,
    Compare,
    Extreme,
    Geometric,
    Literal_,
    Logic,
    Node,
    Not,
    Round,
    Stairs,
    When,
)

Pair: TypeAlias = tuple[float, Fraction]


@frozen
class Program:
    """Formulas by name, each using inputs and the results of earlier ones."""

    steps: tuple[tuple[str, Node], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the results, in order."""
        return tuple(name for name, _ in self.steps)


def run_paired(program: Program, inputs: Mapping[str, int | Fraction]) -> dict[str, Pair]:
    """Return every input and result as a float64 and as the exact ratio.

    Raises
    ------
    ZeroDivisionError
        A formula divides by zero; the caller rules that out by status before it comes here.
    """
    known: dict[str, Pair] = {}
    for name, value in inputs.items():
        exact = Fraction(value)
        known[name] = (_nearest(exact), exact)
    for name, tree in program.steps:
        near, exact = _pair(tree, known)
        known[name] = (near + 0.0, exact)  # no minus zero
    return known


def _nearest(value: Fraction) -> float:
    return value.numerator / value.denominator


def _pair(tree: Node, known: dict[str, Pair]) -> Pair:
    return _RULES[type(tree)](tree, known)


def _column(tree: Column, known: dict[str, Pair]) -> Pair:
    return known[tree.name]


def _literal(tree: Literal_, _: dict[str, Pair]) -> Pair:
    if isinstance(tree.value, str):
        raise refuse(FormulaError, "The formula cannot be used.", "CPN-F03", "literal", tag="text")
    exact = Fraction(tree.value)
    return _nearest(exact), exact


def _arithmetic(tree: Arithmetic, known: dict[str, Pair]) -> Pair:
    (near_left, left), (near_right, right) = _pair(tree.left, known), _pair(tree.right, known)
    if tree.op == "+":
        return near_left + near_right, left + right
    if tree.op == "-":
        return near_left - near_right, left - right
    if tree.op == "*":
        return near_left * near_right, left * right
    return near_left / near_right, left / right


def _extreme(tree: Extreme, known: dict[str, Pair]) -> Pair:
    pairs = [_pair(each, known) for each in tree.args]
    choose = min if tree.op == "min" else max
    return choose(near for near, _ in pairs), choose(exact for _, exact in pairs)


def _when(tree: When, known: dict[str, Pair]) -> Pair:
    return _pair(tree.then if _decide(tree.condition, known) else tree.otherwise, known)


def _round(tree: Round, known: dict[str, Pair]) -> Pair:
    exact = round_ratio(_pair(tree.inner, known)[1], tree.digits, tree.mode)
    return _nearest(exact), exact


def _stairs(tree: Stairs, known: dict[str, Pair]) -> Pair:
    value = stair(tree, _pair(tree.inner, known)[1])
    return _nearest(value), value


def stair(tree: Stairs, x: Fraction) -> Fraction:
    """Return the value of a staircase at a number."""
    index = bisect_left(tree.edges, x)
    if index < len(tree.edges) and tree.edges[index] == x:
        return tree.at[index]
    return tree.between[index]


def _geometric(tree: Geometric, known: dict[str, Pair]) -> Pair:
    pairs = [_pair(each, known) for each in tree.args]
    weights = list(tree.weights)
    near = near_geometric([near for near, _ in pairs], weights)
    return near, geometric_mean([exact for _, exact in pairs], weights)


def near_geometric(values: list[float], weights: list[Fraction]) -> float:
    """Return the float64 nearest to the geometric mean of these floats, the same everywhere."""
    return _nearest(geometric_mean([Fraction(value) for value in values], weights))


_RULES: dict[type[Node], Callable[..., Pair]] = {
    Column: _column,
    Literal_: _literal,
    Arithmetic: _arithmetic,
    Extreme: _extreme,
    When: _when,
    Round: _round,
    Stairs: _stairs,
    Geometric: _geometric,
}


def _decide(tree: Node, known: dict[str, Pair]) -> bool:
    match tree:
        case Compare(op, left, right):
            return compare(op, _pair(left, known)[1], _pair(right, known)[1])
        case Logic("and", left, right):
            return _decide(left, known) and _decide(right, known)
        case Logic(_, left, right):
            return _decide(left, known) or _decide(right, known)
        case Not(inner):
            return not _decide(inner, known)
        case _:
            raise refuse(
                FormulaError, "The formula cannot be used.", "CPN-F03", tree.tag, tag=tree.tag
            )


def compare(op: str, left: Fraction, right: Fraction) -> bool:
    """Return whether the comparison holds."""
    if op in {"<", ">="}:
        return (left < right) == (op == "<")
    if op in {"<=", ">"}:
        return (left <= right) == (op == "<=")
    return (left == right) == (op == "=")
