"""Columns with twice the digits of a float64: for the nearest float64 of a score, and for doubt.

A number is the unevaluated sum of two float64, the second at most half a unit in the last place of
the first. Sums and products lose nothing but what does not fit the pair; each operation is exact up
to a factor 1 + d with |d| <= 2^-100. What lies nearer than its bound to a decision is still marked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from capaian.exact.bounds import SLACK, Bound, Ranges, bounds_of
from capaian.exact.callables import Floats, Mask
from capaian.exact.pairs import (
    MEAN,
    Number,
    add,
    divide,
    geometric,
    literal,
    multiply,
    nearest,
    subtract,
    two_sum,
)
from capaian.exact.stairs import places, table_of, unsure
from capaian.exact.straight import ANSWERS, COMPARISONS, Operation, Straight
from capaian.formula import Stairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

FINE = 2.0**-100


@frozen
class Doubled:
    """One result of a program.

    Attributes
    ----------
    nearest
        The nearest float64 to the truth, where there is no doubt.
    doubt
        True where a decision, or the last bit, could not be told.
    """

    nearest: Floats
    doubt: Mask


@frozen(eq=False)
class Fine:
    """A program ready to run with twice the digits: what is known of its operations."""

    straight: Straight
    bounds: tuple[Bound, ...]
    at: int
    last: dict[int, int]


def fine(straight: Straight, ranges: Ranges, at: int) -> Fine:
    """Make a program ready for its result at a position."""
    bounds = bounds_of(straight, ranges, unit=FINE, mean=MEAN)
    return Fine(straight, bounds, at, straight.last_uses() | {at: len(bounds)})


def run_double(program: Fine, inputs: Sequence[NDArray[np.int64]], length: int) -> Doubled:
    """Run a program on a block of integer columns, in the order of its inputs."""
    run = _Run(program, inputs, length)
    with np.errstate(all="ignore"):  # a branch that is not taken may divide by zero
        for at, operation in enumerate(program.straight.operations[: program.at + 1]):
            run.known[at] = run.value(at, operation)
            for used in {*operation.args, at}:
                if program.last[used] == at:
                    del run.known[used]
        return run.published(program.at)


class _Run:
    def __init__(self, program: Fine, inputs: Sequence[NDArray[np.int64]], length: int) -> None:
        self.bounds = program.bounds
        self.names = program.straight.inputs
        self.inputs = inputs
        self.length = length
        self.doubt = np.zeros(length, dtype=np.bool_)
        self.known: dict[int, Any] = {}

    def value(self, at: int, operation: Operation) -> Any:
        kind = operation.kind
        parts = [self.known[each] for each in operation.args]
        made: Any
        if kind == "input":
            made = _integers(self.inputs[self.names.index(operation.value)])
        elif kind == "literal":
            made = literal(operation.value)
        elif kind in _RULES:
            made = _RULES[kind](*parts)
        elif kind in COMPARISONS:
            made = self.compare(at, kind, *parts)
        elif kind in ANSWERS:
            made = LOGIC[kind](*parts)
        elif kind == "when":
            made = _choose(*parts)
        elif kind == "whole":
            made = self.whole(at, parts[0], *operation.value)
        elif kind == "unscale":
            made = divide(parts[0], (np.float64(10.0**operation.value), None))
        elif kind == "stairs":
            made = self.stairs(at, parts[0], operation.value)
        elif kind == "geometric":
            made = geometric([_columns(part) for part in parts], operation.value)
        else:
            made = parts[0]
        return made

    def compare(self, at: int, kind: str, x: Number, y: Number) -> Any:
        gap = subtract(x, y)[0]
        if self.bounds[at].reach > 0:
            self.doubt |= ~(np.abs(gap) > self.bounds[at].reach)
        return COMPARE[kind](gap, 0.0)

    def stairs(self, at: int, x: Number, tree: Stairs) -> Number:
        table = table_of(tree)
        values = np.broadcast_to(np.asarray(x[0], dtype=np.float64), (self.length,))
        left, on = places(table, values)
        found = unsure(table, values, left, self.bounds[at].reach)
        if found is not None:
            self.doubt |= found
        step, rest = table.between[left], table.rest_between[left]
        step[on], rest[on] = table.at[left[on]], table.rest_at[left[on]]
        return step, rest

    def whole(self, at: int, x: Number, digits: int, mode: str) -> Number:
        reach = self.bounds[at].reach
        high, low = multiply(x, (10.0**digits, None))
        below = 0.0 if low is None else low
        if mode == "half-even":
            near = np.rint(high)
            rest = high - near
            side = np.copysign(1.0, rest)
            past = (np.abs(rest) - 0.5) + side * below
            self.doubt |= ~(np.abs(past) > reach)
            return near + np.where(past > 0, side, 0.0), None
        sign = np.copysign(1.0, high)
        up, low_up = add((high * sign, below * sign), (0.5, None))
        near = np.rint(up)
        gap = (up - near) + low_up
        self.doubt |= ~(np.abs(gap) > reach)
        return np.where(gap < 0, near - 1.0, near) * sign, None

    def published(self, at: int) -> Doubled:
        """Return the nearest float64; in doubt where the pair lies too near a middle of two."""
        high, low = self.known[at]
        high = np.broadcast_to(high, (self.length,))
        bound = self.bounds[at]
        error: Any = bound.absolute
        if bound.relative < np.inf:
            error = np.minimum(error, np.abs(high) * bound.relative * SLACK)
        return Doubled(high + 0.0, self.doubt | ~nearest((high, low), error * SLACK))


def _columns(x: Number) -> Number:
    """Return a number as columns, also where it is a constant."""
    return np.atleast_1d(x[0]), None if x[1] is None else np.atleast_1d(x[1])


def _integers(column: NDArray[np.int64]) -> Number:
    """Return integers of 64 bits as pairs: the upper and the lower half of each are exact."""
    upper = (column >> 32).astype(np.float64) * 4294967296.0
    return two_sum(upper, (column & 0xFFFFFFFF).astype(np.float64))


def _extreme(below: bool) -> Callable[[Number, Number], Number]:  # noqa: FBT001 - least or not
    def rule(x: Number, y: Number) -> Number:
        one, two = (x, y) if below else (y, x)
        lows = (0.0 if one[1] is None else one[1]), (0.0 if two[1] is None else two[1])
        first = (one[0] < two[0]) | ((one[0] == two[0]) & (lows[0] < lows[1]))
        return _choose(first, x, y)

    return rule


def _choose(condition: Any, x: Number, y: Number) -> Number:
    high = np.where(condition, x[0], y[0])
    if x[1] is None and y[1] is None:
        return high, None
    lows = [0.0 if each[1] is None else each[1] for each in (x, y)]
    return high, np.where(condition, *lows)


_RULES: dict[str, Callable[..., Number]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "min": _extreme(below=True),
    "max": _extreme(below=False),
}
LOGIC: dict[str, Callable[..., Any]] = {
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
}
COMPARE: dict[str, Callable[..., Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}
