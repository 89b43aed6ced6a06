"""Every value that a formula can have, from every value that its inputs can have.

Interval arithmetic (Moore 1966) with ends that are in or out: each operation gives an interval that
holds every result, and often more, as where an input stands twice. What is proved of it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product
from math import inf
from typing import TypeAlias

from attrs import evolve, field, frozen

from capaian.errors import FormulaError, refuse
from capaian.exact.interval import Interval
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
from capaian.formula.signs import OPPOSITE

End: TypeAlias = tuple[Fraction | float, bool]
"""An end and whether it is inside; the only floats are the infinities, which never are."""
Span: TypeAlias = tuple[End, End]

WHOLE: Span = ((-inf, False), (inf, False))
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@frozen
class Reach:
    """Where a formula can go.

    Attributes
    ----------
    span
        Every value that it can have, and perhaps more.
    divisors
        The divisors in it that may be zero, each once, with all that they can be.
    """

    span: Interval
    divisors: tuple[tuple[Node, Interval], ...] = ()


def reach_of(tree: Node, inputs: Mapping[str, Interval]) -> Reach:
    """Return every value that a formula can have, and what it may divide by that can be zero.

    Parameters
    ----------
    tree
        A formula of numbers.
    inputs
        For each column, all that it can be; a column that is not listed can be anything.

    Notes
    -----
    In the branches of a `when` what is compared with a number is known to lie on its side of it:
    `result / target if target > 0 else 0` divides by nothing that can be zero.
    """
    seeker = _Seeker({name: _read(each) for name, each in inputs.items()})
    span = seeker.span(tree, _Known())
    return Reach(_written(span), tuple(dict.fromkeys(seeker.divisors)))


def _read(interval: Interval) -> Span:
    low: End = (-inf, False) if interval.low is None else (interval.low, interval.low_inside)
    high: End = (inf, False) if interval.high is None else (interval.high, interval.high_inside)
    return low, high


def _written(span: Span) -> Interval:
    (low, low_inside), (high, high_inside) = span
    return Interval(
        low if isinstance(low, Fraction) else None,
        high if isinstance(high, Fraction) else None,
        low_inside=low_inside or not isinstance(low, Fraction),
        high_inside=high_inside,
    )


@frozen
class _Known:
    """What the conditions above say of some formulas."""

    spans: Mapping[Node, Span] = field(factory=dict)

    def also(self, tree: Node, span: Span) -> _Known:
        met = _met(self.spans.get(tree, WHOLE), span)
        return evolve(self, spans={**self.spans, tree: met})


class _Seeker:
    def __init__(self, inputs: Mapping[str, Span]) -> None:
        self.inputs = inputs
        self.divisors: list[tuple[Node, Interval]] = []

    def span(self, tree: Node, known: _Known) -> Span:
        found = self.bare(tree, known)
        return _met(found, known.spans[tree]) if tree in known.spans else found

    def bare(self, tree: Node, known: _Known) -> Span:
        match tree:
            case Column(name):
                return self.inputs.get(name, WHOLE)
            case Literal_(value) if isinstance(value, int | Fraction):
                return _point(Fraction(value))
            case Arithmetic(op, left, right):
                return self.arithmetic(op, left, right, known)
            case Extreme(op, args):
                return _extreme(op, [self.span(each, known) for each in args])
            case When(condition, then, otherwise):
                return self.when(condition, then, otherwise, known)
            case Round(inner, digits, mode):
                low, high = self.span(inner, known)
                return _stepped(low, digits, mode), _stepped(high, digits, mode)
            case Stairs(_, _, at, between):
                return _hull([_point(each) for each in (*at, *between)])
            case Geometric(args, weights):
                return _mean([self.span(each, known) for each in args], weights)
            case _:
                raise refuse(
                    FormulaError, "The formula cannot be used.", "CPN-F03", tree.tag, tag=tree.tag
                )

    def arithmetic(self, op: str, left: Node, right: Node, known: _Known) -> Span:
        one, two = self.span(left, known), self.span(right, known)
        if op == "+":
            return _plus(one[0], two[0]), _plus(one[1], two[1])
        if op == "-":
            return _plus(one[0], _minus(two[1])), _plus(one[1], _minus(two[0]))
        if op == "*":
            return _times(one, two)
        if _holds_zero(two):
            self.divisors.append((right, _written(two)))
            return WHOLE
        return _times(one, _turned_over(two))

    def when(self, condition: Node, then: Node, otherwise: Node, known: _Known) -> Span:
        found = []
        for branch, holds in ((then, True), (otherwise, False)):
            inside = self.learn(condition, known, holds=holds)
            if not any(_empty(each) for each in inside.spans.values()):
                found.append(self.span(branch, inside))
        return _hull(found) if found else WHOLE

    def learn(self, condition: Node, known: _Known, *, holds: bool) -> _Known:
        """Return what is known where a condition holds, or where it does not."""
        match condition:
            case Not(inner):
                return self.learn(inner, known, holds=not holds)
            case Logic(op, left, right) if (op == "and") == holds:
                return self.learn(right, self.learn(left, known, holds=holds), holds=holds)
            case Compare(op, left, right):
                said = op if holds else OPPOSITE[op]
                known = self.bounded(left, said, right, known)
                return self.bounded(right, _TURNED[said], left, known)
            case _:
                return known

    def bounded(self, tree: Node, op: str, other: Node, known: _Known) -> _Known:
        """Return what is known of a formula that is compared with another."""
        if isinstance(tree, Literal_):
            return known
        own = _met(self.span(tree, known), known.spans.get(tree, WHOLE))
        low, high = self.span(other, known)
        if op in {"<", "<="}:
            own = _met(own, (WHOLE[0], (high[0], high[1] and op == "<=")))
        elif op in {">", ">="}:
            own = _met(own, ((low[0], low[1] and op == ">="), WHOLE[1]))
        elif op == "=":
            own = _met(own, (low, high))
        elif low == high:
            own = _without(own, low)
        return known.also(tree, own)


def _point(value: Fraction) -> Span:
    return (value, True), (value, True)


def _plus(one: End, two: End) -> End:
    for value, _ in (one, two):
        if not isinstance(value, Fraction):
            return value, False
    return one[0] + two[0], one[1] and two[1]


def _minus(end: End) -> End:
    return -end[0], end[1]


def _times(one: Span, two: Span) -> Span:
    corners = [_corner(first, second) for first, second in product(one, two)]
    return _lowest(corners), _highest(corners)


def _corner(one: End, two: End) -> End:
    """Return the product of two ends: zero times anything is zero, however far that goes."""
    if one[0] == 0 or two[0] == 0:
        inside = (one[0] == 0 and one[1]) or (two[0] == 0 and two[1])
        return Fraction(0), inside or (one[1] and two[1])
    if isinstance(one[0], Fraction) and isinstance(two[0], Fraction):
        return one[0] * two[0], one[1] and two[1]
    return (inf if (one[0] > 0) == (two[0] > 0) else -inf), False


def _holds_zero(span: Span) -> bool:
    (low, low_inside), (high, high_inside) = span
    return (low < 0 or (low == 0 and low_inside)) and (high > 0 or (high == 0 and high_inside))


def _turned_over(span: Span) -> Span:
    """Return the reciprocals of a span without zero."""
    positive = span[1][0] > 0
    return _reciprocal(span[1], positive=positive), _reciprocal(span[0], positive=positive)


def _reciprocal(end: End, *, positive: bool) -> End:
    value, inside = end
    if value == 0:
        return (inf if positive else -inf), False
    return (1 / value, inside) if isinstance(value, Fraction) else (Fraction(0), False)


def _extreme(op: str, spans: list[Span]) -> Span:
    """Return the least or the greatest of several: an end is inside where one that gives it is."""
    if op == "min":
        return _lowest([low for low, _ in spans]), _least_end([high for _, high in spans])
    return _greatest_end([low for low, _ in spans]), _highest([high for _, high in spans])


def _lowest(ends: Iterable[End]) -> End:
    known = list(ends)
    value = min(each for each, _ in known)
    return value, any(inside for each, inside in known if each == value)


def _highest(ends: Iterable[End]) -> End:
    known = list(ends)
    value = max(each for each, _ in known)
    return value, any(inside for each, inside in known if each == value)


def _least_end(ends: Iterable[End]) -> End:
    """Return the upper end of a least: one that is out is enough to keep it out."""
    known = list(ends)
    value = min(each for each, _ in known)
    return value, all(inside for each, inside in known if each == value)


def _greatest_end(ends: Iterable[End]) -> End:
    known = list(ends)
    value = max(each for each, _ in known)
    return value, all(inside for each, inside in known if each == value)


def _hull(spans: Iterable[Span]) -> Span:
    known = list(spans)
    return _lowest(low for low, _ in known), _highest(high for _, high in known)


def _met(one: Span, two: Span) -> Span:
    return _greatest_end([one[0], two[0]]), _least_end([one[1], two[1]])


def _without(span: Span, point: End) -> Span:
    """Return a span without a point, where that is one of its ends."""
    low, high = span
    if low[0] == point[0]:
        low = (low[0], False)
    if high[0] == point[0]:
        high = (high[0], False)
    return low, high


def _empty(span: Span) -> bool:
    (low, low_inside), (high, high_inside) = span
    return low > high or (low == high and not (low_inside and high_inside))


def _stepped(end: End, digits: int, mode: str) -> End:
    value, _ = end
    if not isinstance(value, Fraction):
        return end
    return round_ratio(value, digits, "half-even" if mode == "half-even" else "half-up"), True


def _mean(spans: list[Span], weights: tuple[Fraction, ...]) -> Span:
    """Return a geometric mean of spans that are not negative; it grows with every part."""
    lows = [each for (each, _), _ in spans]
    highs = [each for _, (each, _) in spans]
    low = [max(each, Fraction(0)) for each in lows if isinstance(each, Fraction)]
    high = [each for each in highs if isinstance(each, Fraction)]
    first = geometric_mean(low, list(weights)) if len(low) == len(spans) else Fraction(0)
    last = geometric_mean(high, list(weights)) if len(high) == len(spans) else inf
    return (first, True), (last, isinstance(last, Fraction))
