"""How far a float64 result may lie from the truth: found once, before anything is computed.

Bounds follow from u = 2^-53, half a unit in the last place: each operation on float64 is exact up
to a factor 1 + d with |d| <= u (IEEE 754). Both an absolute and a relative bound are carried,
since a cap turns the second into a small first one. The same rules with a smaller u serve a run
that carries twice the digits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from math import inf, isnan
from typing import TypeAlias

from attrs import evolve, frozen

from capaian.exact.stairs import table_of
from capaian.exact.straight import ANSWERS, COMPARISONS, Operation, Straight
from capaian.formula import Stairs

Ranges: TypeAlias = Mapping[str, tuple[int, int]]
"""For each input, the least and the greatest value that it may have."""
UNIT = 2.0**-53
SLACK = 1 + 2.0**-20
"""Covers the rounding of the bounds themselves and the products of small bounds."""
EXACT_INTEGERS = 2**53
LARGEST_WHOLE = 2.0**51
"""Beyond it an integer plus a half is no longer exact in float64."""
MOST_DIGITS = 22
"""Up to here a power of ten is exact in float64."""
TINIEST = 2.0**-900
"""Below it a product may lose digits to underflow, so that no relative bound holds."""
HUGE = 2.0**900


@frozen
class Bound:
    """What is known of a value before it is computed.

    Attributes
    ----------
    low, high
        Its range, as computed.
    absolute, relative
        Bounds of its error.
    least
        The least that a computed value other than zero may be, without its sign.
    signed_zero
        Whether it may come out as minus zero.
    reach
        For a decision (a comparison, a rounding): how near to an edge it is in doubt.
    """

    low: float = -inf
    high: float = inf
    absolute: float = inf
    relative: float = inf
    least: float = 0.0
    signed_zero: bool = True
    reach: float = 0.0

    @property
    def size(self) -> float:
        """The greatest absolute value."""
        return max(abs(self.low), abs(self.high))

    @property
    def error(self) -> float:
        """The smaller of the two bounds, as an absolute one."""
        # A relative bound holds for the true value; the range is of computed ones: hence SLACK.
        relative = self.relative * self.size if self.relative < inf else inf
        return min(self.absolute, _bound(relative)) * SLACK

    @property
    def closeness(self) -> float:
        """The smaller of the two bounds, as a relative one."""
        least = 0.0 if self.low <= 0 <= self.high else min(abs(self.low), abs(self.high))
        return min(self.relative, self.absolute / least if least > 0 else inf)

    @property
    def signed(self) -> bool:
        """Whether the sign bit may be set."""
        return self.low < 0 or self.signed_zero


def bounds_of(
    straight: Straight,
    ranges: Ranges,
    *,
    unit: float = UNIT,
    mean: float = UNIT,
    shown: Collection[int] | None = None,
) -> tuple[Bound, ...]:
    """Return what is known of every operation of a program.

    Parameters
    ----------
    straight
        The program.
    ranges
        The range of every input that it uses; the values are integers.
    unit
        u of the arithmetic: 2^-53 for float64.
    mean
        How far a geometric mean is from that of the values as computed, as a share of it.
    shown
        The results that are shown, and so may not be minus zero; all where left out.

    Notes
    -----
    A bound that cannot be had is infinite, never a guess: everything that it decides is in doubt.
    """
    analysis = _Analysis(ranges, unit, mean)
    for at, operation in enumerate(straight.operations):
        bound = analysis.bound(operation)
        if operation.kind == "result" and shown is not None and at not in shown:
            bound = evolve(bound, signed_zero=analysis.found[operation.args[0]].signed_zero)
        analysis.found.append(bound)
    return tuple(analysis.found)


class _Analysis:
    def __init__(self, ranges: Ranges, unit: float, mean: float) -> None:
        self.ranges = ranges
        self.unit = unit
        self.mean = mean
        self.found: list[Bound] = []

    def bound(self, operation: Operation) -> Bound:
        parts = [self.found[at] for at in operation.args]
        kind = operation.kind
        if kind == "input":
            made = self.integer(*self.ranges[operation.value])
        elif kind == "literal":
            made = self.literal(operation.value)
        elif kind in COMPARISONS:
            # The subtraction rounds too: by at most one unit of what it yields.
            made = Bound(reach=_bound((parts[0].error + parts[1].error) * SLACK))
        elif kind in ANSWERS:
            made = Bound()
        elif kind == "when":
            made = _either(parts[1:])
        elif kind == "whole":
            made = self.whole(parts[0], operation.value[0])
        elif kind == "unscale":
            made = self.unscale(parts[0], operation.value)
        elif kind == "geometric":
            made = self.geometric(parts)
        elif kind == "stairs":
            made = self.stairs(parts[0], operation.value)
        elif kind == "result":
            made = evolve(parts[0], signed_zero=False, reach=0.0)
        else:
            made = _sound(_RULES[kind](parts[0], parts[1], self.unit))
        return made

    def integer(self, low: int, high: int) -> Bound:
        # Twice the digits hold every integer of 64 bits.
        exact = max(abs(low), abs(high)) <= EXACT_INTEGERS or self.unit < UNIT
        absolute, relative = (0.0, 0.0) if exact else (inf, UNIT)
        return Bound(float(low), float(high), absolute, relative, 1.0, signed_zero=False)

    def literal(self, value: Fraction) -> Bound:
        near = value.numerator / value.denominator
        exact = Fraction(near) == value
        absolute, relative = (0.0, 0.0) if exact else (inf, self.unit)
        return Bound(near, near, absolute, relative, abs(near) or inf, signed_zero=False)

    def whole(self, inner: Bound, digits: int) -> Bound:
        """Bound the rounded integer; the doubt is for what lies within reach of a tie."""
        scale = 10.0**digits
        size = inner.size * scale
        # Scaling rounds, and so does adding a half.
        reach = _bound((inner.error * scale + 3 * size * self.unit + self.unit) * SLACK)
        if not size < LARGEST_WHOLE or not 0 <= digits <= MOST_DIGITS:
            reach = inf
        low, high = inner.low * scale - 1, inner.high * scale + 1
        if inner.low >= 0:
            low = 0.0
        return Bound(low, high, 0.0, 0.0, 1.0, signed_zero=inner.signed, reach=reach)

    def unscale(self, whole: Bound, digits: int) -> Bound:
        # A whole number divided by a power of ten is the float64 nearest to the decimal.
        scale = 10.0**digits
        low, high = _range([whole.low / scale, whole.high / scale])
        return Bound(
            low, high, inf, self.unit, 1 / scale * (1 - 4 * UNIT), signed_zero=whole.signed_zero
        )

    def stairs(self, inner: Bound, tree: Stairs) -> Bound:
        """Bound a step; the doubt is for what lies within reach of an edge."""
        table = table_of(tree)
        size = max(abs(table.low), abs(table.high))
        # Edges are told apart in float64, whatever carries the value.
        coarse = inner.size * UNIT if self.unit < UNIT else 0.0
        reach = _bound((inner.error + table.slip + coarse) * SLACK)
        lost = 0.0 if table.exact else max(self.unit, UNIT * UNIT) * size
        return Bound(
            table.low, table.high, lost, 0.0 if table.exact else self.unit, 1.0, reach=reach
        )

    def geometric(self, parts: Sequence[Bound]) -> Bound:
        low, high = min(part.low for part in parts), max(part.high for part in parts)
        relative = (max(part.closeness for part in parts) + self.mean) * SLACK
        least = min(part.least for part in parts) * (1 - relative)
        widened = Bound(low - abs(low) * relative, high + abs(high) * relative, inf, relative)
        return _sound(evolve(widened, low=max(widened.low, 0.0), least=least))


def _range(ends: Sequence[float]) -> tuple[float, float]:
    """Return the range of these ends, widened by their rounding; all numbers where one is none."""
    if any(isnan(end) for end in ends):
        return -inf, inf
    low, high = min(ends), max(ends)
    return low - abs(low) * 2 * UNIT, high + abs(high) * 2 * UNIT


def _bound(value: float) -> float:
    """Return a bound; where it is not a number nothing is known, so it is infinite."""
    return inf if isnan(value) else value


def _sound(made: Bound) -> Bound:
    """Withdraw what does not hold where digits may be lost to underflow or overflow."""
    if not made.least >= TINIEST or not made.size < HUGE:
        return evolve(made, absolute=inf, relative=inf)
    return made


def _add(x: Bound, y: Bound, unit: float) -> Bound:
    low, high = _range([x.low + y.low, x.high + y.high])
    one_sign = (x.low >= 0 and y.low >= 0) or (x.high <= 0 and y.high <= 0)
    if x.low >= 0 and y.low >= 0:
        low = max(low, 0.0)
    relative = max(x.relative, y.relative) + unit if one_sign else inf
    absolute = _bound((x.error + y.error + unit * max(abs(low), abs(high))) * SLACK)
    least = min(x.least, y.least) * (1.0 if one_sign else unit)
    both = x.signed_zero and y.signed_zero
    return Bound(low, high, absolute, relative * SLACK, least, signed_zero=both)


def _subtract(x: Bound, y: Bound, unit: float) -> Bound:
    turned = evolve(y, low=-y.high, high=-y.low, signed_zero=True)
    return _add(x, turned, unit)


def _multiply(x: Bound, y: Bound, unit: float) -> Bound:
    low, high = _range([x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high])
    relative = (x.relative + y.relative + unit) * SLACK
    absolute = x.error * y.size + y.error * x.size + x.error * y.error
    absolute = _bound((absolute + unit * max(abs(low), abs(high))) * SLACK)
    least = x.least * y.least * (1 - 2 * UNIT)
    return Bound(low, high, absolute, relative, least, signed_zero=x.signed or y.signed)


def _divide(x: Bound, y: Bound, unit: float) -> Bound:
    """Bound a quotient. Where the divisor is zero there is none: nobody is scored by it."""
    relative = (x.relative + y.relative + unit) * SLACK
    least = x.least / y.size * (1 - 2 * UNIT) if y.size > 0 else 0.0
    signed = x.signed or y.signed
    divisors = _divisors(y)
    if not divisors:
        return Bound(least=least, signed_zero=signed)
    low, high = _range([end / divisor for end in (x.low, x.high) for divisor in divisors])
    smallest = min(abs(divisor) for divisor in divisors)
    size = max(abs(low), abs(high))
    left = smallest - y.error
    absolute = (x.error + y.error * size) / left + unit * size if left > 0 else inf
    return Bound(low, high, _bound(absolute * SLACK), relative, least, signed_zero=signed)


def _divisors(y: Bound) -> list[float]:
    """Return the ends of the ranges, but for zero, in which a divisor lies; none if not known."""
    if y.low > 0 or y.high < 0:
        return [y.low, y.high]
    # With a relative bound a divisor is computed as zero only where it truly is.
    if not y.least > 0 or not y.relative < 1:
        return []
    below = [-y.least, y.low] if y.low < 0 else []
    return below + ([y.least, y.high] if y.high > 0 else [])


def _extreme(pick: Callable[[float, float], float]) -> Callable[[Bound, Bound, float], Bound]:
    def rule(x: Bound, y: Bound, _: float) -> Bound:
        either = _either([x, y])
        return evolve(either, low=pick(x.low, y.low), high=pick(x.high, y.high))

    return rule


def _either(parts: Sequence[Bound]) -> Bound:
    """Bound what is one of several values."""
    return Bound(
        min(part.low for part in parts),
        max(part.high for part in parts),
        max(part.error for part in parts),
        max(part.relative for part in parts),
        min(part.least for part in parts),
        signed_zero=any(part.signed_zero for part in parts),
    )


_RULES = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "min": _extreme(min),
    "max": _extreme(max),
}
