"""The narwhals printer: a row formula becomes an expression, a statistic an aggregate.

Expressions are written in the fused form, whole formulas inside the aggregate, which Polars and
DuckDB run best. All numbers are Int64; a ratio is a numerator over a fixed denominator. Unknown is
null and follows the rules of the plain-Python printer, node by node.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from operator import add, ge, gt, le, lt, mul, ne, sub
from operator import eq as equal
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
from attrs import frozen

from capaian.columns.limits import DAY, EPOCH, leaves, microseconds, needs_clock
from capaian.columns.request import LARGEST
from capaian.errors import FormulaError, refuse
from capaian.formula import (
    Arithmetic,
    Blank,
    Column,
    Compare,
    Elapsed,
    Extreme,
    Instant,
    Literal_,
    Logic,
    Moment,
    Node,
    Not,
    OneOf,
    Paused,
    Present,
    Value,
    When,
    kind_of,
    walk,
)
from capaian.formula import Kind as FormulaKind
from capaian.formula.nodes import BLANKS

Expr: TypeAlias = nw.Expr
Clocked: TypeAlias = tuple[str, Column | Instant]
"""A working clock and a stamp at which it is read."""
_COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": equal, "!=": ne}
_ARITHMETIC = {"+": add, "-": sub, "*": mul}


def whole(number: int) -> Expr:
    """Return a constant of 64 bits."""
    return nw.lit(number, nw.Int64)


def unknown() -> Expr:
    """Return an integer that is not known."""
    return nw.lit(None, nw.Int64)


@frozen
class Printed:
    """A row formula as an expression; a number is over a fixed denominator."""

    expr: Expr
    kind: FormulaKind
    below: int = 1

    def over(self, below: int) -> Expr:
        """Return the numerator over a multiple of the denominator."""
        factor = below // self.below
        return self.expr if factor == 1 else self.expr * whole(factor)


class Printer:
    """Prints row formulas.

    Parameters
    ----------
    names
        Role to the column that holds its values; stamps in microseconds since 1970.
    kinds
        Role to the kind of its values.
    moment
        Cut-off and period.
    counts
        For a working clock and a stamp, what the clock has counted up to it.
    made
        Nodes whose values have been made already, with where they are; every `Paused` among them.
    fixed
        Further names that stand for stamps that are the same in every row.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        kinds: Mapping[str, FormulaKind],
        moment: Moment,
        counts: Mapping[Clocked, Expr] | None = None,
        made: Mapping[Node, Expr] | None = None,
        fixed: Mapping[str, int] | None = None,
    ) -> None:
        self.names = names
        self.fixed = fixed or {}
        self.kinds: dict[str, FormulaKind] = {**kinds, **dict.fromkeys(self.fixed, "stamp")}
        self.moment = moment
        self.counts = counts or {}
        self.made = dict(made or {})
        self.known: dict[int, tuple[Node, Printed]] = {}

    def row(self, tree: Node) -> Printed:
        """Return the expression of a row formula."""
        # By identity: `lit(1)` and `lit(True)` are equal as Python has it, and not of one kind.
        if id(tree) not in self.known:
            self.known[id(tree)] = (tree, self._print(tree))
        return self.known[id(tree)][1]

    def _print(self, tree: Node) -> Printed:
        match tree:
            case Column(name) if name in self.fixed:
                return Printed(whole(self.fixed[name]), "stamp")
            case Column(name):
                return Printed(nw.col(self.names[name]), self.kinds[name])
            case Literal_(value):
                return _literal(value)
            case Instant(name):
                return Printed(whole(microseconds(getattr(self.moment, name))), "stamp")
            case Arithmetic(op, left, right):
                return self._arithmetic(op, self.row(left), self.row(right))
            case Compare(op, left, right):
                first, second, _ = self._common(_number(self.row(left)), _number(self.row(right)))
                return Printed(_COMPARE[op](first, second), "boolean")
            case Logic(op, left, right):
                first, second = self.row(left).expr, self.row(right).expr
                return Printed(first & second if op == "and" else first | second, "boolean")
            case Not(inner):
                return Printed(~self.row(inner).expr, "boolean")
            case Present(inner):
                return Printed(~self.row(inner).expr.is_null(), "boolean")
            case OneOf(inner, values):
                return self._one_of(self.row(inner), values)
            case Blank(inner):
                return Printed(self.row(inner).expr.str.strip_chars(BLANKS) == "", "boolean")
            case When(condition, then, otherwise):
                first, second, below = self._common(self.row(then), self.row(otherwise))
                chosen = nw.when(self.row(condition).expr).then(first).otherwise(second)
                return Printed(chosen, kind_of(tree, self.kinds), below)
            case Extreme(op, args):
                return self._extreme(op, [self.row(each) for each in args])
            case Elapsed() | Paused() if tree in self.made:
                return Printed(self.made[tree], "integer")
            case Elapsed(start, end, clock):
                return Printed(self.count(end, clock) - self.count(start, clock), "integer")
            case _:
                raise refuse(
                    FormulaError, "The formula cannot be used.", "CPN-F03", tree.tag, tag=tree.tag
                )

    def count(self, stamp: Node, clock: str) -> Expr:
        """Return what a clock has counted up to a stamp: microseconds, dates or working days."""
        if clock == "calendar":
            return self.row(stamp).expr
        if clock == "dates":
            return _date(self.row(stamp).expr)
        match stamp:
            case Column() | Instant():
                return self.counts[clock, stamp]
            case When(condition, then, otherwise):
                first, second = self.count(then, clock), self.count(otherwise, clock)
                return nw.when(self.row(condition).expr).then(first).otherwise(second)
            case _:
                raise TypeError(stamp.tag)

    def _arithmetic(self, op: str, left: Printed, right: Printed) -> Printed:
        if op == "*":
            return Printed(left.expr * right.expr, "integer", left.below * right.below)
        first, second, below = self._common(left, right)
        return Printed(_ARITHMETIC[op](first, second), "integer", below)

    @staticmethod
    def _common(left: Printed, right: Printed) -> tuple[Expr, Expr, int]:
        """Return both sides over one denominator."""
        below = math.lcm(left.below, right.below)
        return left.over(below), right.over(below), below

    @staticmethod
    def _one_of(inner: Printed, values: Sequence[Any]) -> Printed:
        fitting: list[Any] = []
        if inner.kind == "text":
            fitting = [each for each in values if isinstance(each, str)]
        elif inner.kind != "stamp":
            numbers = [Fraction(each) * inner.below for each in values if not isinstance(each, str)]
            fitting = [
                each.numerator
                for each in numbers
                if each.denominator == 1 and abs(each.numerator) <= LARGEST
            ]
        expr = _number(inner).expr
        found = expr.is_in(fitting) if fitting else nw.lit(value=False)
        return Printed(nw.when(~expr.is_null()).then(found), "boolean")

    def _extreme(self, op: str, args: Sequence[Printed]) -> Printed:
        below = math.lcm(*(each.below for each in args))
        exprs = [each.over(below) for each in args]
        some = reduce(lambda a, b: a | b, (each.is_null() for each in exprs))
        pick = nw.min_horizontal if op == "min" else nw.max_horizontal
        return Printed(nw.when(~some).then(pick(*exprs)), "integer", below)


def _date(stamp: Expr) -> Expr:
    """Return the number of a stamp's date; counted from year 1, for engines disagree below 0."""
    since = stamp + whole((EPOCH.toordinal() - 1) * DAY)
    # Spark divides as floats: what it divides must be a multiple, which they hold exactly.
    return ((since - since % DAY) // DAY).cast(nw.Int64)


def _literal(value: Value) -> Printed:
    if isinstance(value, bool):
        return Printed(nw.lit(value), "boolean")
    if isinstance(value, str):
        return Printed(nw.lit(value, nw.String), "text")
    exact = Fraction(value)
    kind: FormulaKind = "integer" if isinstance(value, int) else "ratio"
    return Printed(whole(exact.numerator), kind, exact.denominator)


def _number(printed: Printed) -> Printed:
    if printed.kind == "boolean":
        return Printed(printed.expr.cast(nw.Int64), "integer")
    return printed


def varies(tree: Node, fixed: Collection[str] = ()) -> bool:
    """Return whether a row formula depends on the row, beside names that stand for constants."""
    return any(
        isinstance(each, Paused) or (isinstance(each, Column) and each.name not in fixed)
        for each in walk(tree)
    )


def unknowns(tree: Node, full: Collection[str]) -> set[str]:
    """Return the columns whose missing values can make a row formula unknown.

    Parameters
    ----------
    tree
        The formula.
    full
        Columns without missing values.
    """
    match tree:
        case Column(name):
            return set() if name in full else {name}
        case Present():
            return set()
        case When(_, then, otherwise):
            return unknowns(then, full) | unknowns(otherwise, full)
        case Logic("and", left, right):
            known = _present(left) | _present(right)
            return (unknowns(left, full) | unknowns(right, full)) - known
        case _:
            return {name for child in tree.children() for name in unknowns(child, full)}


def _present(tree: Node) -> set[str]:
    """Return the columns without which a condition is false."""
    match tree:
        case Present(Column(name)):
            return {name}
        case Logic("and", left, right):
            return _present(left) | _present(right)
        case _:
            return set()


def clocked_stamps(trees: Sequence[Node]) -> list[Clocked]:
    """Return the stamps at which working clocks are read, each once."""
    found: dict[Clocked, None] = {}
    for tree in trees:
        for each in walk(tree):
            if isinstance(each, Elapsed | Paused) and needs_clock(each):
                for leaf in (*leaves(each.start), *leaves(each.end)):
                    if isinstance(leaf, Column | Instant):
                        found[each.clock, leaf] = None
    return list(found)
