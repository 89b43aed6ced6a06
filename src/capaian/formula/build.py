"""The words in which a formula is written: `col`, `agg`, `when`, `elapsed`, `days` ..."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from capaian.formula.functions import Functions
from capaian.formula.nodes import (
    Aggregate,
    Arithmetic,
    Clock,
    Column,
    Elapsed,
    Extreme,
    Instant,
    Literal_,
    Measuring,
    Node,
    Own,
    Paused,
    Round,
    Stairs,
    Survival,
    Value,
    When,
    node,
)

MICROSECONDS = {
    "seconds": 1_000_000,
    "minutes": 60_000_000,
    "hours": 3_600_000_000,
    "days": 86_400_000_000,
    "weeks": 604_800_000_000,
}


def col(name: str) -> Node:
    """Return the column that plays this role."""
    return Column(name)


def lit(value: Value, said: str = "") -> Node:
    """Return a constant."""
    return Literal_(value, said)


def duration(count: int | Fraction, unit: str) -> Node:
    """Return a length of time in microseconds, said in its own unit."""
    length = Fraction(count) * MICROSECONDS[unit]
    value = length.numerator if length.denominator == 1 else length
    return Literal_(value, f"{count} {unit}")


def days(count: int) -> Node:
    """Return `count` times 24 hours, in microseconds."""
    return duration(count, "days")


def hours(count: int) -> Node:
    """Return `count` hours, in microseconds."""
    return duration(count, "hours")


def as_of() -> Node:
    """Return the instant up to which evidence is known."""
    return Instant("as_of")


def period_start() -> Node:
    """Return the first instant of the period."""
    return Instant("start")


def period_end() -> Node:
    """Return the first instant after the period."""
    return Instant("end")


def elapsed(start: Node, end: Node, clock: Measuring = "calendar") -> Node:
    """Return the time from start to end by a clock; by `dates`, the days between their dates."""
    return Elapsed(start, end, clock)


def paused(start: Node, end: Node, clock: Clock = "calendar") -> Node:
    """Return the part of start to end during which the case was paused."""
    return Paused(start, end, clock)


def when(condition: Node, then: Node | Value, otherwise: Node | Value) -> Node:
    """Return `then` where the condition holds and `otherwise` elsewhere."""
    return When(condition, node(then), node(otherwise))


def least(*args: Node | Value) -> Node:
    """Return the smallest argument."""
    return Extreme("min", tuple(node(each) for each in args))


def greatest(*args: Node | Value) -> Node:
    """Return the largest argument."""
    return Extreme("max", tuple(node(each) for each in args))


def rounded(inner: Node, digits: int, mode: Literal["half-up", "half-even"] = "half-up") -> Node:
    """Return the number rounded to so many decimals."""
    return Round(inner, digits, mode)


def stairs(
    inner: Node, edges: Sequence[Fraction], at: Sequence[Fraction], between: Sequence[Fraction]
) -> Node:
    """Return a staircase: the value at each edge, and between each edge and the next.

    Parameters
    ----------
    inner
        The number that is looked up.
    edges
        Where the value changes, in ascending order, none twice.
    at
        The value at each edge.
    between
        The value below the first edge, between the edges, and above the last.

    Raises
    ------
    ValueError
        Edges out of order, or not as many values as they need.
    """
    if any(after <= before for before, after in pairwise(edges)):
        raise ValueError("the edges of a staircase are in ascending order, none twice")
    if len(at) != len(edges) or len(between) != len(edges) + 1:
        raise ValueError("a staircase has a value at each edge and one more between")
    return Stairs(inner, tuple(edges), tuple(at), tuple(between))


def total(terms: list[Node] | tuple[Node, ...]) -> Node:
    """Return the sum of the terms, added from the first to the last."""
    result = terms[0]
    for term in terms[1:]:
        result = Arithmetic("+", result, term)
    return result


class agg:  # noqa: N801 - reads as a word: agg.sum(...)
    """The statistics over one subject's rows."""

    @staticmethod
    def count(condition: Node | None = None) -> Node:
        """Return the number of rows, or of rows where the condition is true."""
        return Aggregate("count", condition)

    @staticmethod
    def sum(inner: Node) -> Node:
        """Return the sum; unknown values are passed over."""
        return Aggregate("sum", inner)

    @staticmethod
    def min(inner: Node) -> Node:
        """Return the least value; unknown where there is none."""
        return Aggregate("min", inner)

    @staticmethod
    def max(inner: Node) -> Node:
        """Return the greatest value; unknown where there is none."""
        return Aggregate("max", inner)

    @staticmethod
    def distinct(inner: Node) -> Node:
        """Return how many different values there are."""
        return Aggregate("distinct", inner)

    @staticmethod
    def quantile(inner: Node, share: Fraction, ended: Node | None = None) -> Node:
        """Return the least value that at least this share of the values do not exceed."""
        return Survival("quantile", inner, ended or Literal_(value=True), share)

    @staticmethod
    def median(inner: Node) -> Node:
        """Return the value of nearest rank at one half."""
        return agg.quantile(inner, Fraction(1, 2))

    @staticmethod
    def share_ended(duration: Node, ended: Node, by: Node, *, inclusive: bool = True) -> Node:
        """Return the Kaplan-Meier share ended by a limit, in units of 10^-12."""
        return Survival("within", duration, ended, _number(by), inclusive)

    @staticmethod
    def own(functions: Functions, output: str, **inputs: Node) -> Node:
        """Return an integer that a pair of functions gives of a subject's rows.

        Parameters
        ----------
        functions
            The pair.
        output
            Which of its outputs.
        inputs
            For each of its inputs a formula over a row; the column of that name where left out.
        """
        args = tuple(inputs.get(name, Column(name)) for name in functions.inputs)
        if strange := sorted(set(inputs) - set(functions.inputs)):
            raise TypeError(f"the functions '{functions.name}' have no input {strange[0]!r}")
        return Own(functions, output, args)

    @staticmethod
    def restricted_mean(duration: Node, ended: Node, up_to: Node) -> Node:
        """Return the area under the Kaplan-Meier curve up to a limit, to the nearest integer."""
        return Survival("area", duration, ended, _number(up_to))


def _number(limit: Node) -> Fraction:
    if not isinstance(limit, Literal_) or isinstance(limit.value, str | bool):
        msg = "the limit must be a constant length of time"
        raise TypeError(msg)
    return Fraction(limit.value)
