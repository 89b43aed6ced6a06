"""The slope of a formula in one of its inputs: what a small step of that input moves."""

from __future__ import annotations

from collections.abc import Sequence

from capaian.errors import FormulaError, refuse
from capaian.formula.build import lit, when
from capaian.formula.nodes import (
    Arithmetic,
    Column,
    Compare,
    Extreme,
    Literal_,
    Logic,
    Node,
    Round,
    Stairs,
    When,
)

ZERO, ONE = lit(0), lit(1)


def slope(tree: Node, x: Node) -> Node:
    """Return the derivative of a formula with respect to one of its inputs, itself a formula.

    Parameters
    ----------
    tree
        A formula of numbers: `+ - * /`, `when`, the least and the greatest, rounding, stairs.
    x
        The input.

    Raises
    ------
    FormulaError
        CPN-F03: a node that has no slope.

    Notes
    -----
    The rules of sum, product and quotient. A `when` has the slope of the branch that is taken, a
    least or greatest that of the argument that is taken: the first of several that tie. Rounding
    is passed through, as if it were not there, and a staircase is flat. So at a bend the slope is
    that of one side, and a sum of slopes times inputs need not be the value: whoever needs the
    whole adds the rest.
    """
    match tree:
        case _ if tree == x:
            return ONE
        case Column() | Literal_() | Stairs():
            return ZERO
        case Arithmetic(op, left, right):
            return _arithmetic(op, left, right, x)
        case When(condition, then, otherwise):
            return _either(condition, slope(then, x), slope(otherwise, x))
        case Extreme(op, args):
            return _taken(op, args, x)
        case Round(inner):
            return slope(inner, x)
        case _:
            raise refuse(
                FormulaError, "The formula cannot be used.", "CPN-F03", tree.tag, tag=tree.tag
            )


def _arithmetic(op: str, left: Node, right: Node, x: Node) -> Node:
    one, two = slope(left, x), slope(right, x)
    if op == "+":
        return _sum(one, two)
    if op == "-":
        return _difference(one, two)
    if op == "*":
        return _sum(_product(one, right), _product(left, two))
    if two == ZERO:
        return one if one == ZERO else one / right
    fall = _product(left / right, two)
    return (one - fall if one != ZERO else ZERO - fall) / right


def _sum(one: Node, two: Node) -> Node:
    if one == ZERO:
        return two
    return one if two == ZERO else one + two


def _difference(one: Node, two: Node) -> Node:
    return one if two == ZERO else one - two


def _product(one: Node, two: Node) -> Node:
    if ZERO in {one, two}:
        return ZERO
    if one == ONE:
        return two
    return one if two == ONE else one * two


def _either(condition: Node, then: Node, otherwise: Node) -> Node:
    return then if then == otherwise else when(condition, then, otherwise)


def _taken(op: str, args: Sequence[Node], x: Node) -> Node:
    """Return the slope of the argument that is taken, the first where several tie."""
    slopes = [slope(each, x) for each in args]
    tree = slopes[-1]
    for index in range(len(args) - 2, -1, -1):
        beats = _beats(op, args[index], args[index + 1 :])
        tree = _either(beats, slopes[index], tree)
    return tree


def _beats(op: str, first: Node, others: Sequence[Node]) -> Node:
    conditions: list[Node] = [
        Compare("<=" if op == "min" else ">=", first, other) for other in others
    ]
    made = conditions[0]
    for each in conditions[1:]:
        made = Logic("and", made, each)
    return made
