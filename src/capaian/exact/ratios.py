"""Exact ratios of whole columns: numerator and denominator in lowest terms, in 64-bit integers.

Before each operation it is known from the greatest values that its products fit 62 bits; where they
may not, both sides are brought to lowest terms, and the rows of which it still is not sure are left
to Python's integers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.exact.double import COMPARE, LOGIC
from capaian.exact.program import Program
from capaian.exact.single import print_row
from capaian.exact.stairs import FITS, table_of
from capaian.exact.straight import ANSWERS, COMPARISONS, Operation, Straight, straighten
from capaian.formula import Stairs

Integers: TypeAlias = NDArray[np.int64]
LIMIT = 2**62
"""What is less can be added without passing 64 bits."""


@frozen(eq=False)
class Ratios:
    """A column of ratios in lowest terms, the denominator above zero.

    Attributes
    ----------
    numerators, denominators
        Where a ratio does not fit, 0 over 1.
    large
        Those ratios, by position.
    """

    numerators: Integers
    denominators: Integers
    large: dict[int, tuple[int, int]]


def run_ratios(straight: Straight, at: int, inputs: Sequence[Integers], length: int) -> Ratios:
    """Run a program over a block of integer columns for its result at a position.

    Parameters
    ----------
    straight
        The program.
    at
        Which result.
    inputs
        A column for each of its inputs.
    length
        How many rows there are.
    """
    run = _Run(straight, inputs, length)
    top, bottom = run.lowest(run.result(at))
    shape = (run.length,)
    top, bottom = (np.array(np.broadcast_to(each, shape), np.int64) for each in (top, bottom))
    large: dict[int, tuple[int, int]] = {}
    rows = np.flatnonzero(run.spilt)
    if len(rows):
        top[rows], bottom[rows] = 0, 1
        columns = [each[rows].tolist() for each in inputs]
        exact = print_row(straight, [at])
        for place, row in enumerate(rows.tolist()):
            given = [column[place] for column in columns]
            numerator, denominator = exact(*given)
            shared = gcd(numerator, denominator)
            numerator, denominator = numerator // shared, denominator // shared
            if -(2**63) <= numerator < 2**63 and denominator < 2**63:
                top[row], bottom[row] = numerator, denominator
            else:
                large[row] = numerator, denominator
    return Ratios(top, bottom, large)


@frozen(eq=False)
class Ratio:
    """Ratios as they come about, not in lowest terms.

    Attributes
    ----------
    top, bottom
        Columns of numerators and of denominators above zero; one number where it is one for all.
    most, under
        No numerator is greater, without sign, and no denominator.
    """

    top: Any
    bottom: Any
    most: int
    under: int


def ratio_of(program: Program, inputs: Mapping[str, Integers], length: int) -> Ratio | None:
    """Return the last result of a program for every row, where 64 bits hold all of them.

    Parameters
    ----------
    program
        The formulas, in order.
    inputs
        Statistics, one column per name.
    length
        How many rows there are.

    Returns
    -------
    Ratio or None
        The numerators are a column; the denominator is one integer where it is one for all. `None`
        where a row does not fit, or for a geometric mean: then fractions can.
    """
    last = program.names[-1]
    straight = straighten(program, [last])
    run = _Run(straight, [inputs[name] for name in straight.inputs], length)
    found = run.result(straight.results[last])
    if run.spilt.any():
        return None
    bottom: Any = np.asarray(found.bottom, dtype=np.int64)
    bottom = bottom if bottom.ndim else int(bottom)
    top = np.broadcast_to(np.asarray(found.top, dtype=np.int64), (length,))
    return Ratio(top, bottom, _most(top), _most(bottom))


class _Run:
    def __init__(self, straight: Straight, inputs: Sequence[Integers], length: int) -> None:
        self.straight = straight
        self.inputs = inputs
        self.length = length
        self.spilt = np.zeros(self.length, dtype=np.bool_)

    def result(self, at: int) -> Ratio:
        known: list[Any] = []
        for operation in self.straight.operations[: at + 1]:
            known.append(self.value(operation, [known[each] for each in operation.args]))
        found: Ratio = known[at]
        return found

    def value(self, operation: Operation, parts: list[Any]) -> Any:
        kind = operation.kind
        made: Any
        if kind == "input":
            made = self.input(self.inputs[self.straight.inputs.index(operation.value)])
        elif kind == "literal":
            made = self.literal(operation.value)
        elif kind == "result":
            made = parts[0]
        elif kind in {"+", "-"}:
            made = self.add(parts[0], parts[1], kind)
        elif kind == "*":
            made = self.multiply(parts[0], parts[1])
        elif kind == "/":
            made = self.multiply(parts[0], self.turned(parts[1]))
        else:
            made = self.decision(operation, parts)
        return made

    def decision(self, operation: Operation, parts: list[Any]) -> Any:
        """Return a comparison, a choice, or what is rounded."""
        kind = operation.kind
        made: Any
        if kind in COMPARISONS:
            made = COMPARE[kind](self.gap(*parts), 0)
        elif kind in ANSWERS:
            made = LOGIC[kind](*parts)
        elif kind in {"min", "max"}:
            gap = self.gap(*parts)
            made = _chosen(gap <= 0 if kind == "min" else gap >= 0, *parts)
        elif kind == "when":
            made = _chosen(*parts)
        elif kind == "whole":
            made = self.whole(parts[0], *operation.value)
        elif kind == "unscale":
            made = self.multiply(parts[0], self.literal(Fraction(1, 10**operation.value)))
        elif kind == "stairs":
            made = self.stairs(parts[0], operation.value)
        else:
            self.spilt[:] = True  # a geometric mean
            made = Ratio(0, 1, 0, 1)
        return made

    # ---- what fits ---------------------------------------------------------------------------

    def input(self, column: Integers) -> Ratio:
        low, high = int(column.min()), int(column.max())
        if max(-low, high) >= LIMIT:
            column = self.without(column, np.abs(column.astype(np.float64)) >= LIMIT / 2, 0)
        return Ratio(column, 1, _most(column), 1)

    def literal(self, value: Fraction) -> Ratio:
        top, bottom = value.numerator, value.denominator
        if max(abs(top), bottom) >= LIMIT:
            self.spilt[:] = True
            return Ratio(0, 1, 0, 1)
        return Ratio(top, bottom, abs(top), bottom)

    def without(self, column: Any, rows: Any, instead: int) -> Any:
        """Leave rows to Python's integers."""
        self.spilt |= rows
        return np.where(rows, instead, column)

    def lowest(self, x: Ratio) -> tuple[Any, Any]:
        if isinstance(x.bottom, int) and x.bottom == 1:
            return x.top, x.bottom
        shared = np.gcd(x.top, x.bottom)
        return x.top // shared, x.bottom // shared

    def smaller(self, x: Ratio) -> Ratio:
        top, bottom = self.lowest(x)
        return Ratio(top, bottom, _most(top), _most(bottom))

    def product(self, one: Any, most: int, two: Any, other: int) -> tuple[Any, int]:
        """Return a product and a bound on it; the rows where it might not fit are left out."""
        if isinstance(two, int) and two == 1:
            return one, most
        if most * other < LIMIT:
            return one * two, most * other
        near = np.abs(np.asarray(one, dtype=np.float64) * np.asarray(two, dtype=np.float64))
        rows = np.broadcast_to(near >= LIMIT / 2, (self.length,))
        found = self.without(one, rows, 1) * self.without(two, rows, 1)
        return found, min(most * other, LIMIT // 2)

    # ---- operations --------------------------------------------------------------------------

    def multiply(self, x: Ratio, y: Ratio) -> Ratio:
        if max(x.most * y.most, x.under * y.under) >= LIMIT:
            x, y = self.smaller(x), self.smaller(y)
            # What one's numerator shares with the other's denominator goes as well.
            one, two = np.gcd(x.top, y.bottom), np.gcd(y.top, x.bottom)
            tops, bottoms = (x.top // one, y.top // two), (x.bottom // two, y.bottom // one)
            x = Ratio(tops[0], bottoms[0], _most(tops[0]), _most(bottoms[0]))
            y = Ratio(tops[1], bottoms[1], _most(tops[1]), _most(bottoms[1]))
        top, most = self.product(x.top, x.most, y.top, y.most)
        bottom, under = self.product(x.bottom, x.under, y.bottom, y.under)
        return Ratio(top, bottom, most, under)

    def turned(self, x: Ratio) -> Ratio:
        """Return one over a ratio; where that is zero nobody asks, and it may be anything."""
        if isinstance(x.bottom, int) and np.min(x.top) > 0:
            return Ratio(x.bottom, x.top, x.bottom, x.most)
        sign = np.where(np.asarray(x.top) < 0, -1, 1)
        top = np.where(np.asarray(x.top) == 0, 1, np.abs(x.top))
        return Ratio(x.bottom * sign, top, x.under, max(x.most, 1))

    def aligned(self, x: Ratio, y: Ratio) -> tuple[Any, int, Any, int, Any, int]:
        """Return both numerators over one denominator, and that, each with its bound."""
        same = isinstance(x.bottom, int) and isinstance(y.bottom, int) and x.bottom == y.bottom
        if same or x.bottom is y.bottom or (x.under == y.under == 1):
            return x.top, x.most, y.top, y.most, x.bottom, x.under
        if max(x.most * y.under, y.most * x.under) * 2 >= LIMIT or (x.under * y.under >= LIMIT):
            x, y = self.smaller(x), self.smaller(y)
            shared = np.gcd(x.bottom, y.bottom)
            left, right = y.bottom // shared, x.bottom // shared
        else:
            left, right = y.bottom, x.bottom
        one, most = self.product(x.top, x.most, left, _most(left))
        two, other = self.product(y.top, y.most, right, _most(right))
        bottom, under = self.product(x.bottom, x.under, left, _most(left))
        return one, most, two, other, bottom, under

    def add(self, x: Ratio, y: Ratio, kind: str) -> Ratio:
        one, most, two, other, bottom, under = self.aligned(x, y)
        total = one + two if kind == "+" else one - two
        if most + other < LIMIT:
            return Ratio(total, bottom, most + other, under)
        rows = np.broadcast_to(np.abs(total.astype(np.float64)) >= LIMIT / 2, (self.length,))
        return Ratio(self.without(total, rows, 0), bottom, LIMIT // 2, under)

    def gap(self, x: Ratio, y: Ratio) -> Any:
        """Return a number with the sign of the difference."""
        one, _, two, _, _, _ = self.aligned(x, y)
        return np.where(np.asarray(one) < two, -1, np.where(np.asarray(one) > two, 1, 0))

    def whole(self, x: Ratio, digits: int, mode: str) -> Ratio:
        scale = 10 ** abs(digits)
        scaled = self.multiply(x, self.literal(Fraction(10) ** digits if scale else Fraction(1)))
        scaled = self.smaller(scaled)
        if max(scaled.most, scaled.under) >= LIMIT // 4:
            rows = np.broadcast_to(
                (np.abs(scaled.top) >= LIMIT // 4) | (np.asarray(scaled.bottom) >= LIMIT // 4),
                (self.length,),
            )
            top, bottom = self.without(scaled.top, rows, 0), self.without(scaled.bottom, rows, 1)
            scaled = Ratio(top, bottom, LIMIT // 4, LIMIT // 4)
        top, bottom = scaled.top, scaled.bottom
        if mode == "half-even":
            whole = np.floor_divide(top, bottom)
            rest = 2 * (top - whole * bottom)
            whole = whole + ((rest > bottom) | ((rest == bottom) & (whole % 2 == 1)))
        else:
            up = (2 * np.abs(top) + bottom) // (2 * bottom)
            whole = np.where(np.asarray(top) < 0, -up, up)
        return Ratio(whole, 1, _most(whole), 1)

    def stairs(self, x: Ratio, tree: Stairs) -> Ratio:
        """Return a staircase's step: the edge next to a value is held against it in integers."""
        table = table_of(tree)
        if table.top is None or table.bottom is None or table.step_top is None:
            self.spilt[:] = True
            return Ratio(0, 1, 0, 1)
        x = self.smaller(x)
        shape = (self.length,)
        top, bottom = (np.broadcast_to(np.asarray(e, np.int64), shape) for e in (x.top, x.bottom))
        near = top / bottom
        reach = np.abs(near) * 2.0**-51 + table.slip
        first = np.searchsorted(table.edges, near - reach, side="left")
        count = np.searchsorted(table.edges, near + reach, side="right") - first
        edge = np.minimum(first, max(len(table.edges) - 1, 0))
        step = first + len(table.at)
        if len(table.edges):
            one, _ = self.product(top, x.most, table.bottom[edge], FITS)
            two, _ = self.product(bottom, x.under, table.top[edge], FITS)
            side = np.where(count == 1, np.sign(one - two), -1)
            step = np.where(side == 0, edge, step + (side > 0))
        step = self.without(step, count > 1, 0)
        tops, bottoms = table.step_top[step], table.step_bottom[step]  # type: ignore[index]
        return Ratio(tops, bottoms, _most(tops), _most(bottoms))


def _most(column: Any) -> int:
    """Return the greatest without sign."""
    if isinstance(column, int):
        return abs(column)
    return max(-int(column.min()), int(column.max()), 0)


def _chosen(condition: Any, x: Ratio, y: Ratio) -> Ratio:
    return Ratio(
        np.where(condition, x.top, y.top),
        np.where(condition, x.bottom, y.bottom),
        max(x.most, y.most),
        max(x.under, y.under),
    )
