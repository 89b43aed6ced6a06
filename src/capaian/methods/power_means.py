"""The generalised mean: one family from the least part over the means to the greatest.

Written over ratios to the greatest part (to the least, where the power is negative). That keeps the
bound on the float64's error small, and it makes the value exact wherever it is rational: where the
mean f is rational, f^p is proportional to every x_i^p that counts (positive real radicals, no two
of them proportional, are linearly independent over the rationals: Besicovitch 1940, Mordell 1953,
and nothing cancels, since all terms are positive), so the ratios of those are rational too, and the
powers of ratios that are taken here are then found exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from capaian.errors import Finding
from capaian.formula import Geometric, Node, greatest, least, lit, number, total, when
from capaian.methods.lines import refuse_options
from capaian.plugin import Aggregation, ParametricAggregation

LARGEST = 100
"""The greatest numerator and denominator of a power."""
_ONE = Fraction(1)


@frozen
class PowerMeanOptions:
    """Options of `power-mean`.

    Attributes
    ----------
    power
        p, a ratio of two whole numbers up to 100, not 0: 2, -1, "1/2", 0.5.
    """

    power: Fraction

    def __attrs_post_init__(self) -> None:
        top, bottom = abs(self.power.numerator), self.power.denominator
        if top == 0:
            refuse_options("power-mean", [Finding("CPN-W22", "power", {})])
        if max(top, bottom) > LARGEST:
            values = {"given": number(self.power), "most": LARGEST}
            refuse_options("power-mean", [Finding("CPN-W23", "power", values)])


def power_mean(options: PowerMeanOptions) -> Aggregation:
    """Return the generalised mean of a power.

    Notes
    -----
    f = (sum of w_i x_i^p)^(1/p) of parts that are not negative; for p below 0 it is 0 where any
    part is. p = 1 is the arithmetic mean, -1 the harmonic, 2 the quadratic; near 0 it nears the
    geometric mean, far from 0 the greatest or the least part. Below 1 a weak part is made good only
    in part. Exact where it is rational, else carried to 60 significant digits. A part contributes
    f w_i x_i^p / (the sum of all w_j x_j^p): x_i times the slope (Euler). OECD and JRC, Handbook on
    Constructing Composite Indicators (2008), section 6.11; COINr, a_genmean; Compind,
    ci_generalized_mean.
    """
    power = options.power
    size = abs(power)

    def value(parts: Sequence[Node], weights: Sequence[Fraction]) -> Node:
        counted = _counted(parts, weights)
        if len(counted) == 1:
            return counted[0][0]
        if power == 1:
            return total([part * lit(weight) for part, weight in counted])
        end = _end(counted)
        root = _power(_sum(counted, end), 1 / size)
        if power > 0:
            return when(end <= 0, 0, end * root)
        return when(end <= 0, 0, end / root)

    def multiplier(
        parts: Sequence[Node], weights: Sequence[Fraction], index: int, value: Node
    ) -> Node:
        weight, part = weights[index], parts[index]
        counted = _counted(parts, weights)
        if weight == 0 or len(counted) == 1 or power == 1:
            return lit(weight)
        end = _end(counted)
        share = _term(part, weight, end) / _sum(counted, end)
        # The share of the value, so that shares add up to 1 exactly, whatever the powers are.
        return when(part <= 0, 0, when(value <= 0, 0, value * share / part))

    def _end(counted: Sequence[tuple[Node, Fraction]]) -> Node:
        """Return the part of which all others are at most one times, in powers."""
        return (greatest if power > 0 else least)(*(part for part, _ in counted))

    def _term(part: Node, weight: Fraction, end: Node) -> Node:
        ratio = part / end if power > 0 else end / part
        return _power(ratio.clip(0, 1), size) * lit(weight)

    def _sum(counted: Sequence[tuple[Node, Fraction]], end: Node) -> Node:
        """Return the weighted sum of the powers: between the weight of the end and 1."""
        terms = total([_term(part, weight, end) for part, weight in counted])
        return terms.clip(lit(min(weight for _, weight in counted)), 1)

    said = number(power)
    title = {
        "en": f"a generalised mean of the power {said}",
        "id": f"rata-rata umum berpangkat {said}",
    }
    return Aggregation("power-mean", title, value, multiplier, lowest=Fraction(0))


def _counted(parts: Sequence[Node], weights: Sequence[Fraction]) -> list[tuple[Node, Fraction]]:
    return [(part, weight) for part, weight in zip(parts, weights, strict=True) if weight > 0]


def _power(x: Node, exponent: Fraction) -> Node:
    """Return x to an exponent above 0, for an x that is not negative: a product and a root.

    The part of the exponent below 1 is the geometric mean of x and 1.
    """
    whole, rest = divmod(exponent, 1)
    root = Geometric((x, lit(_ONE)), (rest, 1 - rest)) if rest else None
    if whole == 0:
        return lit(_ONE) if root is None else root
    made = _whole_power(x, whole)
    return made if root is None else made * root


def _whole_power(x: Node, exponent: int) -> Node:
    """Return x to an integer of 1 or more, by squares."""
    if exponent == 1:
        return x
    half = _whole_power(x, exponent // 2)
    return half * half * x if exponent % 2 else half * half


POWER_MEAN = ParametricAggregation(
    "power-mean",
    {"en": "generalised mean", "id": "rata-rata umum"},
    PowerMeanOptions,
    power_mean,
)
