"""A formula of one input as a curve: where it bends and jumps, and the lines between, exactly.

`certainty.piecewise` reads the same formulas for another question. A plan stands on a point, so a
curve keeps the value at each post, also where the lines on both sides agree, and passes over
roundings; an error hits a point with probability 0, so pieces drop it, and keep coarse roundings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from attrs import frozen

from capaian.exact import Program, run_paired
from capaian.formula import (
    Column,
    Compare,
    Extreme,
    Literal_,
    Node,
    Round,
    Stairs,
    substitute,
    walk,
)

X = "x"


class NotLinearError(ValueError):
    """A formula that is no chain of straight lines."""


@frozen
class Line:
    """A straight line: `slope` x + `height`."""

    slope: Fraction
    height: Fraction

    def __call__(self, x: Fraction) -> Fraction:
        """Return its value at a point."""
        return self.slope * x + self.height


@frozen
class Curve:
    """A function that is a straight line on each stretch.

    Attributes
    ----------
    posts
        Where it bends or jumps, ascending.
    at
        Its value at each post.
    lines
        Before the first post, between posts, after the last: one more than posts.
    slack
        By how much at most rounding, which is passed over, moves a value.
    """

    posts: tuple[Fraction, ...]
    at: tuple[Fraction, ...]
    lines: tuple[Line, ...]
    slack: Fraction = Fraction(0)

    def __call__(self, x: Fraction) -> Fraction:
        """Return its value at a point."""
        for post, value, line in zip(self.posts, self.at, self.lines, strict=False):
            if x < post:
                return line(x)
            if x == post:
                return value
        return self.lines[-1](x)


def curve_of(tree: Node, name: str, known: Mapping[str, int]) -> Curve:
    """Return a formula as a curve of one of its inputs.

    Parameters
    ----------
    tree
        A formula of numbers, such as an achievement. Roundings are passed over.
    name
        The input.
    known
        The values of the others, such as the subject's own target.

    Raises
    ------
    NotLinearError
        The formula has a stretch that is no straight line, such as the inverse of the input.
    """
    slack = sum(
        (Fraction(1, 2 * 10**each.digits) for each in walk(tree) if isinstance(each, Round)),
        Fraction(0),
    )
    return _Tracer(_unrounded(tree), name, known).curve(slack)


def _unrounded(tree: Node) -> Node:
    for each in walk(tree):
        if isinstance(each, Round):
            tree = substitute(tree, {each: each.inner})
            return _unrounded(tree)
    return tree


class _Tracer:
    """Finds the posts of every part of a formula; between posts each part is a straight line."""

    def __init__(self, tree: Node, name: str, known: Mapping[str, int]) -> None:
        self.tree = tree
        self.name = name
        self.known = {key: value for key, value in known.items() if key != name}

    def value(self, tree: Node, x: Fraction) -> Fraction:
        inputs: dict[str, int | Fraction] = {**self.known, self.name: x}
        return run_paired(Program(((X, tree),)), inputs)[X][1]

    def line(self, tree: Node, points: Sequence[Fraction]) -> Line:
        """Return the line through the first two of three points, the third proving it."""
        try:
            one, two, three = (self.value(tree, each) for each in points)
        except ZeroDivisionError as error:
            raise NotLinearError from error
        slope = (two - one) / (points[1] - points[0])
        line = Line(slope, one - slope * points[0])
        if line(points[2]) != three:
            raise NotLinearError
        return line

    def curve(self, slack: Fraction) -> Curve:
        posts = sorted(self.posts(self.tree))
        lines = [self.line(self.tree, inner(*ends)) for ends in stretches(posts)]
        try:
            at = [self.value(self.tree, post) for post in posts]
        except ZeroDivisionError as error:
            raise NotLinearError from error
        return Curve(tuple(posts), tuple(at), tuple(lines), slack)

    def posts(self, tree: Node) -> set[Fraction]:
        """Return all points at which a formula or a part of it may bend or jump."""
        if isinstance(tree, Column | Literal_):
            return set()
        found: set[Fraction] = set().union(*map(self.posts, tree.children()))
        match tree:
            case Extreme(args=args):
                return found | self.crossings(list(combinations(args, 2)), found)
            case Compare(left=left, right=right):
                return found | self.crossings([(left, right)], found)
            case Stairs(inner=below, edges=edges):
                pairs = [(below, Literal_(edge)) for edge in edges]
                return found | self.crossings(pairs, found)
            case _:
                return found

    def crossings(self, pairs: Sequence[tuple[Node, Node]], posts: set[Fraction]) -> set[Fraction]:
        """Return where two formulas meet, on stretches on which both are lines."""
        found: set[Fraction] = set()
        for low, high in stretches(sorted(posts)):
            points = inner(low, high)
            for one, two in pairs:
                first, second = self.line(one, points), self.line(two, points)
                if first.slope == second.slope:
                    continue
                x = (second.height - first.height) / (first.slope - second.slope)
                if (low is None or x > low) and (high is None or x < high):
                    found.add(x)
        return found


def stretches(
    posts: Sequence[Fraction],
) -> list[tuple[Fraction | None, Fraction | None]]:
    """Return the open stretches between posts, with those before and after them all."""
    return list(pairwise([None, *posts, None]))


def inner(low: Fraction | None, high: Fraction | None) -> tuple[Fraction, Fraction, Fraction]:
    """Return three points inside a stretch."""
    if low is None and high is None:
        return Fraction(1), Fraction(2), Fraction(7)
    if low is None:
        assert high is not None  # noqa: S101 - both were looked at
        return high - 7, high - 2, high - 1
    if high is None:
        return low + 1, low + 2, low + 7
    width = high - low
    return low + width / 7, low + width / 2, low + width * 5 / 7
