"""Numbers as pairs of float64: a sum not carried out, the second the rest of the first.

Sums and products lose nothing but what does not fit the pair. Sums: Knuth (1969). Products: Dekker
(1971). Sums, products and quotients of pairs are within a few times 2^-106: Joldes, Muller and
Popescu, ACM TOMS 44, 2 (2017). All are called under `numpy.errstate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

Number: TypeAlias = tuple[Any, Any]
"""Columns (or constants) high and low; low is `None` where it is zero throughout."""
HALVES = 134_217_729.0
"""2^27 + 1, which splits a float64 into two halves."""
MEAN = 2.0**-80
"""How far a geometric mean may be off, as a share of it, for parts between 2^-900 and 2^900."""
_DOUBLINGS = 9
_TERMS = 9


def literal(value: Fraction) -> Number:
    """Return a constant as a pair."""
    high = value.numerator / value.denominator
    rest = value - Fraction(high)
    # As NumPy's own: by zero they give infinity, as columns do.
    return np.float64(high), np.float64(rest.numerator / rest.denominator) if rest else None


def two_sum(a: Any, b: Any) -> Number:
    """Return a sum and what it lost."""
    total = a + b
    back = total - a
    return total, (a - (total - back)) + (b - back)


def tidy(a: Any, b: Any) -> Number:
    """Return the sum of a large and a small number and what it lost."""
    total = a + b
    return total, b - (total - a)


def two_product(a: Any, b: Any) -> Number:
    """Return a product and what it lost."""
    found = a * b
    (ah, al), (bh, bl) = split(a), split(b)
    return found, ((ah * bh - found) + ah * bl + al * bh) + al * bl


def split(a: Any) -> Number:
    """Return a number as two halves, whose products are exact."""
    scaled = a * HALVES
    upper = scaled - (scaled - a)
    return upper, a - upper


def add(x: Number, y: Number) -> Number:
    """Return a sum of pairs."""
    total, lost = two_sum(x[0], y[0])
    if x[1] is None and y[1] is None:
        return total, lost
    if x[1] is None or y[1] is None:
        return tidy(total, lost + (y[1] if x[1] is None else x[1]))
    low, lower = two_sum(x[1], y[1])
    total, lost = tidy(total, lost + low)
    return tidy(total, lost + lower)


def subtract(x: Number, y: Number) -> Number:
    """Return a difference of pairs."""
    return add(x, (-y[0], None if y[1] is None else -y[1]))


def multiply(x: Number, y: Number) -> Number:
    """Return a product of pairs."""
    found, lost = two_product(x[0], y[0])
    if y[1] is not None:
        lost = lost + x[0] * y[1]
    if x[1] is not None:
        lost = lost + x[1] * y[0]
    return tidy(found, lost)


def divide(x: Number, y: Number) -> Number:
    """Return a quotient of pairs."""
    first = x[0] / y[0]
    rest = subtract(x, multiply(y, (first, None)))
    second = rest[0] / y[0]
    rest = subtract(rest, multiply(y, (second, None)))
    third = rest[0] / y[0]
    total, lost = tidy(first, second)
    return add((total, lost), (third, None))


def _lengths() -> tuple[float, float, float]:
    """Return ln 2 in three parts, the first two so short that k times each is exact."""
    left = Fraction(Context(prec=80).ln(Decimal(2)))
    parts = []
    for bits in (32, 64):
        part = Fraction(int(left * 2**bits), 2**bits)
        parts.append(float(part))
        left -= part
    return parts[0], parts[1], float(left)


LN2 = _lengths()


def exponential(x: Number) -> Number:
    """Return e to the power of a pair: ln 2 taken out, the rest by its series on a 512th."""
    times = np.rint(x[0] / LN2[0])
    rest = x
    for part in LN2:
        rest = subtract(rest, two_product(times, part))
    small = rest[0] / 2.0**_DOUBLINGS, 0.0 if rest[1] is None else rest[1] / 2.0**_DOUBLINGS
    term, total = small, small
    for index in range(2, _TERMS):
        term = divide(multiply(term, small), (np.float64(index), None))
        total = add(total, term)
    for _ in range(_DOUBLINGS):  # what is above 1: (1 + s)^2 = 1 + 2 s + s^2
        total = add((total[0] * 2, total[1] * 2), multiply(total, total))
    high, low = add((np.float64(1.0), None), total)
    power = times.astype(np.int64)
    return np.ldexp(high, power), np.ldexp(low, power)


def logarithm(x: Number) -> Number:
    """Return the natural logarithm of a pair above zero: NumPy's, and one step of Newton's."""
    first = np.log(x[0])
    over = subtract(multiply(x, exponential((-first, None))), (np.float64(1.0), None))
    return add((first, None), over)


def geometric(parts: Sequence[Number], weights: Sequence[Fraction]) -> Number:
    """Return the weighted geometric mean of pairs that are not below zero."""
    total: Number = (np.float64(0.0), None)
    zero: Any = False
    for part, weight in zip(parts, weights, strict=True):
        zero = zero | (np.asarray(part[0]) == 0)
        total = add(total, multiply(logarithm(part), literal(weight)))
    high, low = exponential(total)
    return np.where(zero, 0.0, high), np.where(zero, 0.0, low)


def nearest(x: Number, error: Any) -> Any:
    """Return where the high part is the nearest float64 to all that lies within an error."""
    high, low = x
    low = 0.0 if low is None else low
    beside = np.nextafter(high, np.where(low < 0, -np.inf, np.inf))
    return (np.abs(low) + error < 0.5 * np.abs(beside - high)) | ((high == 0) & (error == 0))
