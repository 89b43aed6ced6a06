"""Formulas on whole columns of integers, as exact ratios: no float takes part.

Every value is a numerator and a denominator in int64. Before each operation the greatest product
that it can make is known; where that would not fit, the caller is told to use fractions instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.exact.program import Program
from capaian.formula import (
    Arithmetic,
    Column,
    Compare,
    Extreme,
    Literal_,
    Logic,
    Node,
    Not,
    Round,
    When,
)

Integers: TypeAlias = NDArray[np.int64]
LARGEST = 2**62


class _TooLarge(Exception):  # noqa: N818 - says what it is, and is never seen outside
    """A product that int64 does not hold, or a formula that integers cannot say."""


@frozen(eq=False)
class Ratios:
    """A column of ratios: integers over a denominator above zero, one for all or one each."""

    top: Integers
    bottom: Integers | int
    most: int
    """The greatest absolute numerator."""
    under: int
    """The greatest denominator."""


def ratios_of(program: Program, inputs: Mapping[str, Integers], length: int) -> Ratios | None:
    """Return the last result of a program as exact ratios.

    Parameters
    ----------
    program
        The formulas, in order.
    inputs
        Statistics, one int64 column per name.
    length
        How many rows there are.

    Returns
    -------
    Ratios or None
        `None` where int64 does not hold what comes about, or a formula has a node of which a ratio
        of integers cannot be said: then fractions can.
    """
    known = {name: _made(column, 1) for name, column in inputs.items()}
    name = ""
    try:
        for name, tree in program.steps:
            known[name] = _value(tree, known)
    except _TooLarge:
        return None
    last = known[name]
    return last if last.top.ndim else _made(np.broadcast_to(last.top, (length,)), last.bottom)


def _made(top: Integers, bottom: Integers | int) -> Ratios:
    under = bottom if isinstance(bottom, int) else _size(bottom)
    return Ratios(top, bottom, _size(top), under)


def _size(column: Integers) -> int:
    return max(-int(column.min()), int(column.max())) if column.size else 0


def _value(tree: Node, known: Mapping[str, Ratios]) -> Ratios:
    match tree:
        case Column(name):
            return known[name]
        case Literal_(value) if not isinstance(value, str):
            exact = Fraction(value)
            if max(abs(exact.numerator), exact.denominator) >= LARGEST:
                raise _TooLarge
            return _made(np.array(exact.numerator, dtype=np.int64), exact.denominator)
        case Arithmetic(op, left, right):
            first, second = _value(left, known), _value(right, known)
            if op in "+-":
                return _sum(first, second, -1 if op == "-" else 1)
            return _product(first, second if op == "*" else _inverse(second))
        case Extreme(op, args):
            found = _value(args[0], known)
            for each in args[1:]:
                other = _value(each, known)
                takes = _side(found, other) > 0 if op == "min" else _side(found, other) < 0
                found = _choose(takes, other, found)
            return found
        case When(condition, then, otherwise):
            return _choose(_holds(condition, known), _value(then, known), _value(otherwise, known))
        case Round(inner, digits, mode):
            return _rounded(_value(inner, known), digits, mode)
        case _:
            raise _TooLarge


def _holds(tree: Node, known: Mapping[str, Ratios]) -> Any:
    match tree:
        case Compare(op, left, right):
            return _COMPARE[op](_side(_value(left, known), _value(right, known)), 0)
        case Logic(op, left, right):
            first, second = _holds(left, known), _holds(right, known)
            return first & second if op == "and" else first | second
        case Not(inner):
            return ~_holds(inner, known)
        case _:
            raise _TooLarge


def _times(first: Any, most: int, second: Any, size: int) -> Any:
    """Return a product of integers, of which the greatest factors are known."""
    if most * size >= LARGEST:
        raise _TooLarge
    if isinstance(second, int) and second == 1:
        return first
    return first * second


def _alike(first: Integers | int, second: Integers | int) -> bool:
    """Return whether two denominators are the same, for all rows or in every row."""
    if isinstance(first, int) and isinstance(second, int):
        return first == second
    if isinstance(first, int) or isinstance(second, int):
        return False
    return first is second or np.array_equal(first, second)


def _crossed(x: Ratios, y: Ratios) -> tuple[Any, Any]:
    """Return the numerators over the product of both denominators."""
    if _alike(x.bottom, y.bottom):
        if max(x.most, y.most) >= LARGEST:
            raise _TooLarge  # their sum may not fit
        return x.top, y.top
    first = _times(x.top, x.most, y.bottom, y.under)
    return first, _times(y.top, y.most, x.bottom, x.under)


def _side(x: Ratios, y: Ratios) -> Any:
    """Return a number that is below, at or above zero as x is below, at or above y."""
    first, second = _crossed(x, y)
    return first - second


def _sum(x: Ratios, y: Ratios, sign: int) -> Ratios:
    try:
        return _added(x, y, sign)
    except _TooLarge:
        return _added(_reduced(x), _reduced(y), sign)


def _reduced(x: Ratios) -> Ratios:
    """Return ratios in lowest terms."""
    shared = np.gcd(x.top, x.bottom)
    bottom = x.bottom // shared
    return _made(x.top // shared, int(bottom) if bottom.ndim == 0 else bottom)


def _added(x: Ratios, y: Ratios, sign: int) -> Ratios:
    first, second = _crossed(x, y)
    alike = _alike(x.bottom, y.bottom)
    bottom = x.bottom if alike else _times(x.bottom, x.under, y.bottom, y.under)
    return _made(first + second if sign > 0 else first - second, bottom)


def _product(x: Ratios, y: Ratios) -> Ratios:
    if isinstance(x.bottom, int) and not y.top.ndim and x.bottom == int(y.top) == 1:
        return Ratios(x.top, y.bottom, x.most, y.under)  # a quotient of integers as it stands
    top = _times(x.top, x.most, y.top, y.most)
    return _made(top, _times(x.bottom, x.under, y.bottom, y.under))


def _inverse(x: Ratios) -> Ratios:
    if not np.all(x.top):
        raise _TooLarge  # a division by zero that a condition rules out: row by row, in fractions
    if x.top.ndim and isinstance(x.bottom, int) and x.top.min() > 0:
        return Ratios(np.array(x.bottom, dtype=np.int64), x.top, x.bottom, x.most)
    top, bottom = np.broadcast_arrays(np.sign(x.top) * x.bottom, np.abs(x.top))
    return _made(top, int(bottom) if bottom.ndim == 0 else bottom)


def _choose(takes: Any, x: Ratios, y: Ratios) -> Ratios:
    if _alike(x.bottom, y.bottom):
        return _made(np.where(takes, x.top, y.top), x.bottom)
    return _made(np.where(takes, x.top, y.top), np.where(takes, x.bottom, y.bottom))


def _rounded(x: Ratios, digits: int, mode: str) -> Ratios:
    scale = 10**digits
    top = _times(np.abs(x.top), x.most, 2 * scale, 2 * scale)
    whole = (top + x.bottom) // _times(x.bottom, x.under, 2, 2)
    if mode == "half-even":
        tie = (top + x.bottom) % (2 * np.asarray(x.bottom)) == 0
        whole = whole - (tie & (whole % 2 == 1))
    return _made(np.sign(x.top) * whole, scale)


_COMPARE = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}
