"""A formula of one number as pieces of straight lines, exactly, from its tree."""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias, TypeVar

from attrs import evolve, frozen

from capaian.exact.ratio import Mode, round_ratio
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
    Stairs,
    When,
)
from capaian.formula.signs import COMPARE

MOST_STEPS = 256
"""A rounding with more steps than these is taken as a straight line, and what that may be off is
carried along as `slack`."""

Line: TypeAlias = tuple[Fraction, Fraction]
"""a and b of a + b x."""
ZERO = Fraction(0)
Each = TypeVar("Each")


class NotPiecewise(Exception):  # noqa: N818 - caught in this package: never seen by a user
    """A formula that is not made of straight lines; its text says which node."""


@frozen
class Pieces:
    """A function of one number, made of straight lines between knots.

    Attributes
    ----------
    knots
        Where the line changes, ascending. The values at the knots themselves are not kept: a
        measured value with an error hits them with probability 0.
    lines
        One more than knots: a and b of a + b x.
    slack
        How far the function may be off because a fine rounding was left out.
    """

    knots: tuple[Fraction, ...]
    lines: tuple[Line, ...]
    slack: Fraction = ZERO

    @property
    def constant(self) -> Fraction | None:
        """The value, where it is the same everywhere."""
        whole = not self.knots and self.lines[0][1] == 0
        return self.lines[0][0] if whole else None

    def at(self, x: Fraction) -> Fraction:
        """Return the value at a number; at a knot, that of the line above it."""
        a, b = self.lines[bisect_right(self.knots, x)]
        return a + b * x

    def stretched(self, size: Fraction) -> Pieces:
        """Return the function of a number `size` times as large: f(x / size)."""
        lines = tuple((a, b / size) for a, b in self.lines)
        return Pieces(tuple(each * size for each in self.knots), lines, self.slack)

    def range(self) -> tuple[Fraction | None, Fraction | None]:
        """Return the least and the greatest value; `None` where there is none."""
        ends = [None, *self.knots, None]
        low: list[Fraction | None] = []
        high: list[Fraction | None] = []
        for (a, b), left, right in zip(self.lines, ends[:-1], ends[1:], strict=True):
            if b == 0:
                low.append(a)
                high.append(a)
                continue
            first, last = (left, right) if b > 0 else (right, left)
            low.append(None if first is None else a + b * first)
            high.append(None if last is None else a + b * last)
        known_low = [each for each in low if each is not None]
        known_high = [each for each in high if each is not None]
        return (
            min(known_low) if len(known_low) == len(low) else None,
            max(known_high) if len(known_high) == len(high) else None,
        )


@frozen
class Truths:
    """A condition on one number: whether it holds between the knots."""

    knots: tuple[Fraction, ...]
    holds: tuple[bool, ...]


def constant(value: Fraction) -> Pieces:
    """Return a function that has one value."""
    return Pieces((), ((value, ZERO),))


IDENTITY = Pieces((), ((ZERO, Fraction(1)),))


def pieces_of(tree: Node, x: Node) -> Pieces:
    """Return a formula of one input as pieces of straight lines.

    Parameters
    ----------
    tree
        A formula of numbers in one input.
    x
        The input.

    Raises
    ------
    NotPiecewise
        A product or quotient of two lines that both rise or fall, a geometric mean, another input,
        or a condition on a value of which a fine rounding was left out.

    Notes
    -----
    Everything is a `Fraction`: sums have the knots of both sides; the least and the greatest, and a
    comparison, have besides those where the two sides cross. A rounding of at most 256 steps
    becomes its staircase.
    """
    if tree == x:
        return IDENTITY
    match tree:
        case Literal_(value):
            return constant(Fraction(value))
        case Arithmetic(op, left, right):
            return combine(op, pieces_of(left, x), pieces_of(right, x))
        case Extreme(op, args):
            return extreme(op, [pieces_of(each, x) for each in args])
        case When(condition, then, otherwise):
            return choose(truths_of(condition, x), pieces_of(then, x), pieces_of(otherwise, x))
        case Round(inner, digits, mode):
            return rounded_pieces(pieces_of(inner, x), digits, mode)
        case Stairs(inner, edges, _, between):
            return _climbed(pieces_of(inner, x), edges, between)
        case Column(name):
            raise NotPiecewise(name)
        case _:
            raise NotPiecewise(tree.tag)


def truths_of(tree: Node, x: Node) -> Truths:
    """Return where a condition on one input holds."""
    match tree:
        case Compare(op, left, right):
            return _compared(op, pieces_of(left, x), pieces_of(right, x))
        case Logic(op, left, right):
            rule = operator.and_ if op == "and" else operator.or_
            one, two = truths_of(left, x), truths_of(right, x)
            knots = _merged(one.knots, two.knots)
            pairs = zip(_spread(one.knots, one.holds, knots), _spread(two.knots, two.holds, knots),
                        strict=True)  # fmt: skip
            return Truths(knots, tuple(rule(first, second) for first, second in pairs))
        case Not(inner):
            made = truths_of(inner, x)
            return evolve(made, holds=tuple(not each for each in made.holds))
        case _:
            raise NotPiecewise(tree.tag)


def combine(op: str, f: Pieces, g: Pieces) -> Pieces:
    """Return the sum, difference, product or quotient of two functions."""
    knots = _merged(f.knots, g.knots)
    pairs = zip(_spread(f.knots, f.lines, knots), _spread(g.knots, g.lines, knots), strict=True)
    lines = tuple(_LINES[op](one, two) for one, two in pairs)
    if op in {"+", "-"}:
        slack = f.slack + g.slack
    elif f.slack or g.slack:
        by = (g if f.slack else f).constant
        if by is None:
            raise NotPiecewise("round")
        slack = (f.slack or g.slack) * (abs(by) if op == "*" else 1 / abs(by))
    else:
        slack = ZERO
    return _simple(Pieces(knots, lines, slack))


def extreme(op: str, parts: Sequence[Pieces]) -> Pieces:
    """Return the least or the greatest of several functions."""
    made = parts[0]
    for each in parts[1:]:
        knots = _crossed(made, each)
        pairs = zip(
            _spread(made.knots, made.lines, knots),
            _spread(each.knots, each.lines, knots),
            _samples(knots),
            strict=True,
        )
        pick = min if op == "min" else max
        lines = tuple(pick(one, two, key=lambda line: line[0] + line[1] * at)
                      for one, two, at in pairs)  # fmt: skip
        made = _simple(Pieces(knots, lines, max(made.slack, each.slack)))
    return made


def choose(where: Truths, then: Pieces, otherwise: Pieces) -> Pieces:
    """Return one function where a condition holds, another where it does not."""
    knots = _merged(where.knots, _merged(then.knots, otherwise.knots))
    rows = zip(
        _spread(where.knots, where.holds, knots),
        _spread(then.knots, then.lines, knots),
        _spread(otherwise.knots, otherwise.lines, knots),
        strict=True,
    )
    lines = tuple(one if holds else two for holds, one, two in rows)
    taken = [then.slack] * any(where.holds) + [otherwise.slack] * (not all(where.holds))
    return _simple(Pieces(knots, lines, max(taken)))


def rounded_pieces(f: Pieces, digits: int, mode: Mode) -> Pieces:
    """Return a function rounded: as a staircase where it has few steps, else as it is."""
    unit = Fraction(1, 10**digits)
    low, high = f.range()
    few = low is not None and high is not None and (high - low) / unit <= MOST_STEPS
    if f.slack or not few or low is None or high is None:
        return evolve(f, slack=f.slack + unit / 2)
    first, last = round_ratio(low, digits, mode), round_ratio(high, digits, mode)
    steps = [first + unit * index for index in range(int((last - first) / unit) + 1)]
    return _climbed(f, [each + unit / 2 for each in steps[:-1]], steps)


def _climbed(f: Pieces, edges: Sequence[Fraction], values: Sequence[Fraction]) -> Pieces:
    """Return a staircase of a function: `values` between the edges."""
    if f.slack:
        raise NotPiecewise("round")
    made = constant(values[0])
    for edge, value in zip(edges, values[1:], strict=True):
        made = choose(_compared(">", f, constant(edge)), constant(value), made)
    return made


def _compared(op: str, f: Pieces, g: Pieces) -> Truths:
    if f.slack or g.slack:
        raise NotPiecewise("round")
    knots = _crossed(f, g)
    rows = zip(
        _spread(f.knots, f.lines, knots),
        _spread(g.knots, g.lines, knots),
        _samples(knots),
        strict=True,
    )
    rule = COMPARE[op]
    return Truths(knots, tuple(rule(a + b * at, c + d * at) for (a, b), (c, d), at in rows))


# ---- knots ---------------------------------------------------------------------------------------


def _merged(one: Sequence[Fraction], two: Sequence[Fraction]) -> tuple[Fraction, ...]:
    return tuple(sorted({*one, *two}))


def _samples(knots: Sequence[Fraction]) -> list[Fraction]:
    """Return a number inside each stretch between the knots."""
    if not knots:
        return [ZERO]
    middles = [(low + high) / 2 for low, high in pairwise(knots)]
    return [knots[0] - 1, *middles, knots[-1] + 1]


def _spread(
    knots: Sequence[Fraction], values: Sequence[Each], onto: Sequence[Fraction]
) -> list[Each]:
    """Return the value of each stretch between finer knots."""
    return [values[bisect_right(knots, at)] for at in _samples(onto)]


def _crossed(f: Pieces, g: Pieces) -> tuple[Fraction, ...]:
    """Return the knots of both functions, and where they cross."""
    knots = _merged(f.knots, g.knots)
    ends = [None, *knots, None]
    found = set(knots)
    rows = zip(_spread(f.knots, f.lines, knots), _spread(g.knots, g.lines, knots), ends[:-1],
               ends[1:], strict=True)  # fmt: skip
    for (a, b), (c, d), low, high in rows:
        if b != d:
            at = (c - a) / (b - d)
            if (low is None or at > low) and (high is None or at < high):
                found.add(at)
    return tuple(sorted(found))


def _simple(f: Pieces) -> Pieces:
    """Return a function without the knots at which nothing changes."""
    knots: list[Fraction] = []
    lines = [f.lines[0]]
    for knot, line in zip(f.knots, f.lines[1:], strict=True):
        if line != lines[-1]:
            knots.append(knot)
            lines.append(line)
    return Pieces(tuple(knots), tuple(lines), f.slack)


def _times(one: Line, two: Line) -> Line:
    (a, b), (c, d) = one, two
    if b and d:
        raise NotPiecewise("*")
    return a * c, a * d + b * c


def _over(one: Line, two: Line) -> Line:
    (a, b), (c, d) = one, two
    if d or not c:
        raise NotPiecewise("/")
    return a / c, b / c


_LINES: Mapping[str, Callable[[Line, Line], Line]] = {
    "+": lambda one, two: (one[0] + two[0], one[1] + two[1]),
    "-": lambda one, two: (one[0] - two[0], one[1] - two[1]),
    "*": _times,
    "/": _over,
}
