"""The aggregations that capaian brings: means of several parts, and what each part adds to them.

All are functions of degree one: doubling every part doubles the value. So the parts' slopes
say exactly where the value comes from (Euler): the sum of x_i times the slope in x_i is the value.
A part is multiplied by its slope to give its contribution.

A part of weight 0 is left out of the geometric and harmonic mean and of the minimum.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from capaian.formula import Geometric, Node, least, lit, total, when
from capaian.methods.ordered import ORDERED
from capaian.methods.power_means import POWER_MEAN
from capaian.plugin import Aggregation, Method, hookimpl


def arithmetic(parts: Sequence[Node], weights: Sequence[Fraction]) -> Node:
    """Return the weighted arithmetic mean.

    Notes
    -----
    f = sum of w_i x_i. A weak part is made good by a strong one. OECD and JRC, Handbook on
    Constructing Composite Indicators (2008), section 6.11.
    """
    return total([part * lit(weight) for part, weight in zip(parts, weights, strict=True)])


def arithmetic_multiplier(
    parts: Sequence[Node], weights: Sequence[Fraction], index: int, value: Node
) -> Node:
    """Return w_i, the slope of the arithmetic mean."""
    del parts, value
    return lit(weights[index])


def geometric(parts: Sequence[Node], weights: Sequence[Fraction]) -> Node:
    """Return the weighted geometric mean of parts that are not negative.

    Notes
    -----
    f = product of x_i ^ w_i; 0 where any part is 0. A weak part is made good only in part. OECD and
    JRC (2008), section 6.11; UNDP, Human Development Report since 2010. Irrational: carried to 60
    significant digits.
    """
    counted = _counted(parts, weights)
    return Geometric(tuple(part for part, _ in counted), tuple(weight for _, weight in counted))


def geometric_multiplier(
    parts: Sequence[Node], weights: Sequence[Fraction], index: int, value: Node
) -> Node:
    """Return w_i f / x_i, the slope of the geometric mean; 0 where x_i is 0."""
    part, weight = parts[index], weights[index]
    if weight == 0:
        return lit(Fraction(0))
    return when(part <= 0, 0, value * lit(weight) / part)


def harmonic(parts: Sequence[Node], weights: Sequence[Fraction]) -> Node:
    """Return the weighted harmonic mean of parts that are not negative.

    Notes
    -----
    f = 1 / sum of (w_i / x_i); 0 where any part is 0. Written with m, the least part, as
    m / sum of w_i (m / x_i): each m / x_i lies between 0 and 1 and their sum between the least
    weight and 1, and saying so changes nothing but keeps the bound on the float64's error small.
    OECD and JRC (2008), section 6.11; COINr, a_hmean.
    """
    counted = _counted(parts, weights)
    if len(counted) == 1:
        return counted[0][0]
    lowest = least(*(part for part, _ in counted))
    shares = total([(lowest / part).clip(0, 1) * lit(weight) for part, weight in counted])
    smallest = min(weight for _, weight in counted)
    return when(lowest <= 0, 0, lowest / shares.clip(lit(smallest), 1))


def harmonic_multiplier(
    parts: Sequence[Node], weights: Sequence[Fraction], index: int, value: Node
) -> Node:
    """Return w_i (f / x_i) squared, the slope of the harmonic mean; 0 where f is 0.

    f / x_i is at most 1 / w_i, and is held to that for the sake of the error's bound.
    """
    weight = weights[index]
    if weight == 0:
        return lit(Fraction(0))
    ratio = (value / parts[index]).clip(0, lit(1 / Fraction(weight)))
    return when(value <= 0, 0, ratio * ratio * lit(weight))


def minimum(parts: Sequence[Node], weights: Sequence[Fraction]) -> Node:
    """Return the least part: nothing is made good.

    Notes
    -----
    f = the least x_i of the parts whose weight is not 0.
    """
    counted = [part for part, _ in _counted(parts, weights)]
    return counted[0] if len(counted) == 1 else least(*counted)


def minimum_multiplier(
    parts: Sequence[Node], weights: Sequence[Fraction], index: int, value: Node
) -> Node:
    """Return 1 divided by the number of parts that are least, for those; 0 for the others.

    A part is held against the others, never against the value, which is one of the parts: so a
    float64 is in doubt only where two parts nearly tie.
    """
    del value
    if weights[index] == 0:
        return lit(Fraction(0))
    part = parts[index]
    others = [
        other
        for place, (other, weight) in enumerate(zip(parts, weights, strict=True))
        if place != index and weight > 0
    ]
    if not others:
        return lit(Fraction(1))
    ties = total([when(other <= part, 1, 0) for other in others])
    beaten = part > (others[0] if len(others) == 1 else least(*others))
    return when(beaten, 0, lit(1) / (ties + 1))


def _counted(parts: Sequence[Node], weights: Sequence[Fraction]) -> list[tuple[Node, Fraction]]:
    return [(part, weight) for part, weight in zip(parts, weights, strict=True) if weight > 0]


ARITHMETIC = Aggregation(
    "arithmetic",
    {"en": "weighted mean", "id": "rata-rata tertimbang"},
    arithmetic,
    arithmetic_multiplier,
)
GEOMETRIC = Aggregation(
    "geometric",
    {"en": "weighted geometric mean", "id": "rata-rata geometrik tertimbang"},
    geometric,
    geometric_multiplier,
    lowest=Fraction(0),
)
HARMONIC = Aggregation(
    "harmonic",
    {"en": "weighted harmonic mean", "id": "rata-rata harmonik tertimbang"},
    harmonic,
    harmonic_multiplier,
    lowest=Fraction(0),
)
MINIMUM = Aggregation(
    "minimum", {"en": "the least part", "id": "bagian terkecil"}, minimum, minimum_multiplier
)


@hookimpl
def capaian_methods() -> list[Method]:
    """Return the aggregations of this distribution."""
    return [ARITHMETIC, GEOMETRIC, HARMONIC, MINIMUM, POWER_MEAN, ORDERED]
