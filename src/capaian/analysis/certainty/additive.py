"""A score as a sum of functions of one measured value each, from the program that made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Literal

from attrs import evolve, frozen

from capaian.analysis.certainty.piecewise import (
    IDENTITY,
    ZERO,
    NotPiecewise,
    Pieces,
    combine,
    constant,
    extreme,
    pieces_of,
    rounded_pieces,
)
from capaian.exact.ratio import Mode
from capaian.formula import (
    Arithmetic,
    Column,
    Extreme,
    Literal_,
    Node,
    Round,
    lit,
    substitute,
    walk,
)
from capaian.scores.tail import Tail

RAW, LIMITED = "raw:score", "limited:score"
MEASURED = "measured:"
NOTHING: Mapping[str, Fraction] = {}
PROOFS = (Fraction(2), Fraction(7, 3), Fraction(1000))
"""Targets for which it is proved that a score goes by shares of them."""


@frozen
class Limit:
    """A limit of a node on a sum: where it may bind, the score is no sum."""

    op: Literal["min", "max"]
    bound: Fraction
    terms: Mapping[str, Pieces]
    fixed: Fraction


@frozen
class Additive:
    """A sum of functions of one measured value each.

    Attributes
    ----------
    terms
        By indicator.
    fixed
        What is added besides.
    slack
        How far the sum may be off because fine roundings of nodes were left out.
    limits
        Limits of nodes, which were left out too: they hold good where they do not bind.
    """

    terms: Mapping[str, Pieces]
    fixed: Fraction = ZERO
    slack: Fraction = ZERO
    limits: tuple[Limit, ...] = ()

    @property
    def loose(self) -> Fraction:
        """How far the sum may be off in all."""
        return self.slack + sum((each.slack for each in self.terms.values()), ZERO)

    def whole(self, name: str) -> Pieces:
        """Return the sum as one function, where it has no other indicator than this."""
        own = self.terms.get(name, constant(ZERO))
        made = combine("+", own, constant(self.fixed))
        return evolve(made, slack=made.slack + self.slack)

    def range(self) -> tuple[Fraction | None, Fraction | None]:
        """Return the least and the greatest value that there can be; `None` where there is none."""
        ends = [each.range() for each in self.terms.values()]
        lows = [low for low, _ in ends if low is not None]
        highs = [high for _, high in ends if high is not None]
        return (
            self.fixed + sum(lows, ZERO) if len(lows) == len(ends) else None,
            self.fixed + sum(highs, ZERO) if len(highs) == len(ends) else None,
        )


@frozen
class Form:
    """What a score is made of.

    Attributes
    ----------
    inner
        The sum below the root.
    outer
        What the root makes of it before rounding: its conversion and its limits.
    """

    inner: Additive
    outer: Pieces


def form_of(tail: Tail, given: Mapping[str, Fraction] = NOTHING) -> Form:
    """Return a score as a sum, and what the root makes of it.

    Parameters
    ----------
    tail
        The program of subjects of whom the same indicators have a value.
    given
        Numbers to take for other inputs of the program.

    Raises
    ------
    NotPiecewise
        The score is no such sum; the text says which node or input is in the way.
    """
    steps = dict(tail.program.steps)
    inner = _Expansion(steps, given).named(RAW)
    outer = pieces_of(_opened(steps, LIMITED), Column(RAW))
    return Form(inner, outer)


def form_of_shares(tail: Tail, targets: Mapping[str, str]) -> Form:
    """Return a score as a sum of functions of measured value over own target.

    Parameters
    ----------
    tail
        The program.
    targets
        For each indicator with a target of its own, the name of that input.

    Raises
    ------
    NotPiecewise
        The score is no such sum, or goes by the target in another way than as a share of it.

    Notes
    -----
    The form for a target of 1, where those for other targets are the same but for the scale of the
    measured value: knots t times as far out, slopes over t.
    """
    first = form_of(tail, dict.fromkeys(targets.values(), Fraction(1)))
    for size in PROOFS:
        other = form_of(tail, dict.fromkeys(targets.values(), size))
        if other != _stretched(first, targets, size):
            raise NotPiecewise("target")
    return first


def _stretched(form: Form, targets: Mapping[str, str], size: Fraction) -> Form:
    def stretched(terms: Mapping[str, Pieces]) -> dict[str, Pieces]:
        return {
            name: each.stretched(size) if name in targets else each for name, each in terms.items()
        }

    limits = tuple(evolve(each, terms=stretched(each.terms)) for each in form.inner.limits)
    return evolve(form, inner=evolve(form.inner, terms=stretched(form.inner.terms), limits=limits))


def _opened(steps: Mapping[str, Node], name: str) -> Node:
    """Return the formula of a later step of the root over the sum below it."""
    tree = steps[name]
    inner = [each for each in _columns(tree) if each != RAW]
    return substitute(tree, {Column(each): _opened(steps, each) for each in inner})


def _columns(tree: Node) -> list[str]:
    return sorted({each.name for each in walk(tree) if isinstance(each, Column)})


class _Expansion:
    """Works out each step of a program once."""

    def __init__(self, steps: Mapping[str, Node], given: Mapping[str, Fraction]) -> None:
        self.steps = steps
        self.given = given
        self.known: dict[str, Additive] = {}

    def named(self, name: str) -> Additive:
        if name not in self.known:
            self.known[name] = self.expanded(self.steps[name])
        return self.known[name]

    def expanded(self, tree: Node) -> Additive:
        match tree:
            case Literal_(value):
                return Additive({}, Fraction(value))
            case Column(name) if name.startswith(MEASURED):
                return Additive({name.removeprefix(MEASURED): IDENTITY})
            case Column(name) if name in self.steps:
                return self.named(name)
            case Column(name) if name in self.given:
                return Additive({}, self.given[name])
            case Column(name):
                raise NotPiecewise(name)
            case Arithmetic(op, left, right):
                return self.arithmetic(op, self.expanded(left), self.expanded(right))
            case Extreme(op, args):
                return self.extreme(op, [self.expanded(each) for each in args])
            case Round(inner, digits, mode):
                return self.rounded(self.expanded(inner), digits, mode)
            case _:
                return self.alone(tree)

    def arithmetic(self, op: str, one: Additive, two: Additive) -> Additive:
        names = one.terms.keys() | two.terms.keys()
        limits = (*one.limits, *two.limits)
        if len(names) <= 1:
            name = next(iter(names), "")
            return _single(name, combine(op, one.whole(name), two.whole(name)), limits)
        if op in {"+", "-"}:
            zero = constant(ZERO)
            terms = {
                name: combine(op, one.terms.get(name, zero), two.terms.get(name, zero))
                for name in sorted(names)
            }
            fixed = one.fixed + two.fixed if op == "+" else one.fixed - two.fixed
            return Additive(terms, fixed, one.slack + two.slack, limits)
        factor, of = (two, one) if not two.terms else (one, two)
        if factor.terms or (op == "/" and factor is one) or (op == "/" and not factor.fixed):
            raise NotPiecewise(op)
        by = factor.fixed if op == "*" else 1 / factor.fixed
        made = {name: combine("*", each, constant(by)) for name, each in of.terms.items()}
        return Additive(made, of.fixed * by, of.slack * abs(by), limits)

    def extreme(self, op: Literal["min", "max"], parts: list[Additive]) -> Additive:
        names = {name for each in parts for name in each.terms}
        limits = tuple(limit for each in parts for limit in each.limits)
        if len(names) <= 1:
            name = next(iter(names), "")
            return _single(name, extreme(op, [each.whole(name) for each in parts]), limits)
        sums = [each for each in parts if each.terms]
        bounds = [each.fixed for each in parts if not each.terms]
        if len(sums) > 1:
            raise NotPiecewise(op)
        bound = min(bounds) if op == "min" else max(bounds)
        low, high = sums[0].range()
        idle = (high is not None and high <= bound) if op == "min" else (
            low is not None and low >= bound
        )  # fmt: skip
        if idle:
            return sums[0]
        return evolve(sums[0], limits=(*limits, Limit(op, bound, sums[0].terms, sums[0].fixed)))

    def rounded(self, inner: Additive, digits: int, mode: Mode) -> Additive:
        if len(inner.terms) <= 1:
            name = next(iter(inner.terms), "")
            return _single(name, rounded_pieces(inner.whole(name), digits, mode), inner.limits)
        return evolve(inner, slack=inner.slack + Fraction(1, 2 * 10**digits))

    def alone(self, tree: Node) -> Additive:
        """Return a formula of one indicator, opened up down to what is measured."""
        opened = self.opened(tree)
        names = _columns(opened)
        if len(names) != 1:
            raise NotPiecewise(tree.tag)
        return _single(names[0].removeprefix(MEASURED), pieces_of(opened, Column(names[0])), ())

    def opened(self, tree: Node) -> Node:
        for name in _columns(tree):
            if name.startswith(MEASURED):
                continue
            if name in self.given:
                tree = substitute(tree, {Column(name): lit(self.given[name])})
                continue
            if name not in self.steps:
                raise NotPiecewise(name)
            tree = substitute(tree, {Column(name): self.opened(self.steps[name])})
        return tree


def _single(name: str, pieces: Pieces, limits: Iterable[Limit]) -> Additive:
    value = pieces.constant
    if value is not None and not pieces.slack:
        return Additive({}, value, ZERO, tuple(limits))
    return Additive({name: pieces}, ZERO, ZERO, tuple(limits))
