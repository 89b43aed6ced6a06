"""The same program on whole columns of float64, with a bound on its own error.

Each value carries how far it may lie from the truth. A row that comes nearer than that to a
decision (a comparison, a rounding tie, a band's edge) is marked, and the caller decides it with
`run_paired`. What is not marked is right by proof; the floats themselves are the same bits as
those of `run_paired`.

Bounds follow from u = 2^-53, half a unit in the last place: each operation on float64 is exact up
to a factor 1 + d with |d| <= u (IEEE 754). Both an absolute and a relative bound are carried,
since a cap turns the second into a small first one.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from capaian.errors import FormulaError, refuse
from capaian.exact.program import Program, near_geometric, needed
from capaian.exact.ratios import Ratios, ratios_of
from capaian.exact.stairs import read_stairs
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

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
UNIT = 2.0**-53
SLACK = 1 + 2.0**-20
"""Covers the rounding of the bounds themselves and the products of small bounds."""
EXACT_INTEGERS = 2**53


@frozen
class Bounded:
    """A column (or a constant) with its range and the bounds of its error."""

    values: Any
    low: float
    high: float
    absolute: float
    relative: float

    @property
    def size(self) -> float:
        """The greatest absolute value."""
        return max(abs(self.low), abs(self.high))

    @property
    def error(self) -> float:
        """The smaller of the two bounds, as an absolute one."""
        # A relative bound holds for the true value; the range is of computed ones: hence SLACK.
        relative = self.relative * self.size if self.relative < np.inf else np.inf
        return min(self.absolute, _bound(relative)) * SLACK

    @property
    def closeness(self) -> float:
        """The smaller of the two bounds, as a relative one."""
        least = 0.0 if self.low <= 0 <= self.high else min(abs(self.low), abs(self.high))
        return min(self.relative, self.absolute / least if least > 0 else np.inf)


@frozen
class Filtered:
    """The results of a program on columns."""

    values: Mapping[str, Floats]
    doubt: Mask
    """True where a decision was too near to be made in float64."""
    errors: Mapping[str, float]
    """For each result, how far a value may lie from the truth."""


def run_filtered(program: Program, inputs: Mapping[str, NDArray[np.int64]]) -> Filtered:
    """Run the program on integer columns of equal length.

    Parameters
    ----------
    program
        The formulas, in order.
    inputs
        Statistics, one int64 column per name.
    """
    length = len(next(iter(inputs.values()))) if inputs else 1
    run = _Run(program, inputs, np.zeros(length, dtype=np.bool_))
    for name, column in inputs.items():
        run.known[name] = _integers(column)
    for name, tree in program.steps:
        result = run.value(tree)
        run.known[name] = evolve(result, values=result.values + 0.0)  # no minus zero
    names = [*inputs, *program.names]
    values = {name: np.broadcast_to(run.known[name].values, (length,)) for name in names}
    return Filtered(values, run.doubt, {name: run.known[name].error for name in names})


def _integers(column: NDArray[np.int64]) -> Bounded:
    low, high = (int(column.min()), int(column.max())) if len(column) else (0, 0)
    exact = max(abs(low), abs(high)) <= EXACT_INTEGERS
    return Bounded(
        column.astype(np.float64),
        float(low),
        float(high),
        0.0 if exact else np.inf,
        0.0 if exact else UNIT,
    )


def constant(value: Fraction) -> Bounded:
    """Return a constant with the error of its nearest float64."""
    near = value.numerator / value.denominator
    exact = Fraction(near) == value
    return Bounded(near, near, near, 0.0 if exact else np.inf, 0.0 if exact else UNIT)


class _Run:
    def __init__(
        self, program: Program, inputs: Mapping[str, NDArray[np.int64]], doubt: Mask
    ) -> None:
        self.program = program
        self.inputs = inputs
        self.doubt = doubt
        self.known: dict[str, Bounded] = {}

    def value(self, tree: Node) -> Bounded:
        match tree:
            case Column(name):
                return self.known[name]
            case Literal_(value) if not isinstance(value, str):
                return constant(Fraction(value))
            case Arithmetic(op, left, right):
                return _ARITHMETIC[op](self.value(left), self.value(right))
            case Extreme(op, args):
                return _extreme(op, [self.value(each) for each in args])
            case When(condition, then, otherwise):
                return self.when(condition, self.value(then), self.value(otherwise))
            case Round(inner, digits, mode):
                return self.round(self.value(inner), digits, mode)
            case Stairs():
                return self.stairs(tree, self.value(tree.inner))
            case Geometric(args, weights):
                return _geometric([self.value(each) for each in args], list(weights))
            case _:
                raise refuse(
                    FormulaError, "The formula cannot be used.", "CPN-F03", tree.tag, tag=tree.tag
                )

    def when(self, condition: Node, then: Bounded, otherwise: Bounded) -> Bounded:
        return Bounded(
            np.where(self.decide(condition), then.values, otherwise.values),
            min(then.low, otherwise.low),
            max(then.high, otherwise.high),
            max(then.error, otherwise.error),
            max(then.relative, otherwise.relative),
        )

    def decide(self, tree: Node) -> Any:
        match tree:
            case Compare(op, left, right):
                first, second = self.value(left), self.value(right)
                gap = np.subtract(first.values, second.values)
                reach = first.error + second.error
                if reach > 0:
                    # The subtraction rounds too: by at most one unit of what it yields.
                    self.doubt |= np.abs(gap) <= reach * SLACK
                return _COMPARE[op](gap, 0.0)
            case Logic(op, left, right):
                first, second = self.decide(left), self.decide(right)
                return first & second if op == "and" else first | second
            case Not(inner):
                return ~self.decide(inner)
            case _:
                raise refuse(
                    FormulaError, "The formula cannot be used.", "CPN-F03", tree.tag, tag=tree.tag
                )

    def stairs(self, tree: Stairs, inner: Bounded) -> Bounded:
        values = np.broadcast_to(np.asarray(inner.values, dtype=np.float64), self.doubt.shape)

        def exactly(rows: NDArray[np.intp]) -> Ratios | None:
            columns = {name: column[rows] for name, column in self.inputs.items()}
            return ratios_of(needed(self.program, tree.inner), columns, len(rows))

        read = read_stairs(tree, values, inner.error * SLACK, exactly)
        self.doubt |= read.doubt
        return Bounded(read.values, read.low, read.high, read.error, UNIT)

    def round(self, inner: Bounded, digits: int, mode: str) -> Bounded:
        scale = 10.0**digits
        scaled = np.asarray(inner.values) * scale
        reach = (inner.error * scale + inner.size * scale * UNIT) * SLACK
        fraction = np.abs(scaled) % 1.0
        self.doubt |= np.abs(fraction - 0.5) <= reach
        if inner.size * scale >= EXACT_INTEGERS / 4:
            self.doubt |= True
        if mode == "half-even":
            whole = np.rint(scaled)
        else:
            whole = np.copysign(np.floor(np.abs(scaled) + 0.5), scaled) + 0.0
        # A whole number divided by a power of ten is the float64 nearest to the decimal.
        low, high = inner.low - 1 / scale, inner.high + 1 / scale
        return Bounded(whole / scale, low, high, np.inf, UNIT)


def _range(ends: list[float]) -> tuple[float, float]:
    """Return the range of these ends, widened by their rounding; all numbers where one is none."""
    if any(end != end for end in ends):  # noqa: PLR0124 - infinity times zero is not a number
        return -np.inf, np.inf
    low, high = min(ends), max(ends)
    return low - abs(low) * 2 * UNIT, high + abs(high) * 2 * UNIT


def _bound(value: float) -> float:
    """Return a bound; where it is not a number nothing is known, so it is infinite."""
    return value if value == value else np.inf  # noqa: PLR0124 - not a number


def _add(x: Bounded, y: Bounded) -> Bounded:
    return _sum(x, y, x.values + y.values)


def _subtract(x: Bounded, y: Bounded) -> Bounded:
    turned = evolve(y, values=y.values, low=-y.high, high=-y.low)
    return _sum(x, turned, x.values - y.values)


def _sum(x: Bounded, y: Bounded, values: Any) -> Bounded:
    low, high = _range([x.low + y.low, x.high + y.high])
    one_sign = (x.low >= 0 and y.low >= 0) or (x.high <= 0 and y.high <= 0)
    relative = max(x.relative, y.relative) + UNIT if one_sign else np.inf
    absolute = _bound((x.error + y.error + UNIT * max(abs(low), abs(high))) * SLACK)
    return Bounded(values, low, high, absolute, relative * SLACK)


def _multiply(x: Bounded, y: Bounded) -> Bounded:
    ends = [x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high]
    low, high = _range(ends)
    relative = (x.relative + y.relative + UNIT) * SLACK
    absolute = x.error * y.size + y.error * x.size + x.error * y.error
    absolute = _bound((absolute + UNIT * max(abs(low), abs(high))) * SLACK)
    return Bounded(x.values * y.values, low, high, absolute, relative)


def _divide(x: Bounded, y: Bounded) -> Bounded:
    relative = (x.relative + y.relative + UNIT) * SLACK
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.divide(x.values, y.values)
    if y.low <= 0 <= y.high:
        return Bounded(values, -np.inf, np.inf, np.inf, relative)
    ends = [x.low / y.low, x.low / y.high, x.high / y.low, x.high / y.high]
    low, high = _range(ends)
    least = min(abs(y.low), abs(y.high))
    size = max(abs(low), abs(high))
    left = least - y.error
    absolute = (x.error + y.error * size) / left + UNIT * size if left > 0 else np.inf
    return Bounded(values, low, high, _bound(absolute * SLACK), relative)


def _extreme(op: str, parts: list[Bounded]) -> Bounded:
    choose, pick = (np.minimum, min) if op == "min" else (np.maximum, max)
    result = parts[0]
    for part in parts[1:]:
        low, high = pick(result.low, part.low), pick(result.high, part.high)
        result = Bounded(
            choose(result.values, part.values),
            low,
            high,
            max(result.error, part.error),
            max(result.relative, part.relative),
        )
    return result


def _geometric(parts: list[Bounded], weights: list[Fraction]) -> Bounded:
    columns = np.broadcast_arrays(*(np.atleast_1d(part.values) for part in parts))
    values = np.fromiter(
        (
            near_geometric([float(each) for each in row], weights)
            for row in zip(*columns, strict=True)
        ),
        dtype=np.float64,
        count=len(columns[0]),
    )
    low = min(part.low for part in parts)
    high = max(part.high for part in parts)
    relative = (max(part.closeness for part in parts) + UNIT) * SLACK
    return Bounded(values, low, high, np.inf, relative)


_ARITHMETIC = {"+": _add, "-": _subtract, "*": _multiply, "/": _divide}
_COMPARE = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}
