"""Exact numbers: reading them as people write them, rounding them, and the irrational few."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from math import isfinite, lcm
from typing import Literal, TypeAlias

Mode = Literal["half-up", "half-even", "none"]
Written: TypeAlias = int | str | float | Decimal | Fraction

_FRACTION = re.compile(r"\s*([+-]?\d+)\s*/\s*(\d+)\s*")
_DECIMAL = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*(%?)\s*")
PLACES = 60
"""Significant digits to which an irrational value is carried."""
LARGEST_ROOT = 1000
"""Above this common denominator of the weights an exact root is not looked for."""
_CONTEXT = Context(prec=PLACES, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999)


def read_number(written: Written) -> Fraction:
    """Return the exact number that was written.

    Parameters
    ----------
    written
        An integer, a decimal, a fraction `"1/9"`, a percentage `"60%"` (sixty hundredths), or a
        float, which stands for the shortest decimal that names it (0.1 is one tenth).

    Raises
    ------
    ValueError
        Not a number, not finite, or a fraction over zero.
    """
    if isinstance(written, bool):
        raise ValueError(written)
    if isinstance(written, int | Fraction):
        return Fraction(written)
    if isinstance(written, float):
        if not isfinite(written):
            raise ValueError(written)
        return Fraction(repr(written))
    if isinstance(written, Decimal):
        if not written.is_finite():
            raise ValueError(written)
        return Fraction(written)
    if match := _FRACTION.fullmatch(written):
        if int(match[2]) == 0:
            raise ValueError(written)
        return Fraction(int(match[1]), int(match[2]))
    if match := _DECIMAL.fullmatch(written):
        return Fraction(match[1]) / (100 if match[2] else 1)
    raise ValueError(written)


def round_ratio(value: Fraction, digits: int, mode: Mode) -> Fraction:
    """Return the value rounded to so many decimals.

    `half-up` takes an exact tie away from zero, `half-even` to the even neighbour, `none` returns
    the value as it is.
    """
    if mode == "none":
        return value
    scale = Fraction(10) ** digits
    scaled = value * scale
    if mode == "half-even":
        return round(scaled) / scale
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if scaled >= 0 else -whole) / scale


def fixed(value: Fraction, digits: int) -> str:
    """Return a value that has at most so many decimals as text with exactly so many."""
    scaled = round_ratio(value, digits, "half-up") * 10**digits
    text = f"{abs(int(scaled)):0{digits + 1}d}"
    body = f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return f"-{body}" if scaled < 0 else body


def whole_root(value: int, degree: int) -> int | None:
    """Return the integer whose power is exactly the value, or None."""
    if value < 2:  # noqa: PLR2004 - 0 and 1 are their own roots
        return value
    low, high = 1, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**degree <= value:
            low = middle
        else:
            high = middle - 1
    return low if low**degree == value else None


def geometric_mean(args: list[Fraction], weights: list[Fraction]) -> Fraction:
    """Return the weighted geometric mean of numbers that are not negative.

    Exact where it is rational and the weights' common denominator is at most 1000; otherwise to
    60 significant digits: exp(sum of w ln x).
    """
    if any(arg == 0 for arg in args):
        return Fraction(0)
    degree = lcm(*(weight.denominator for weight in weights))
    if degree <= LARGEST_ROOT:
        product = Fraction(1)
        for arg, weight in zip(args, weights, strict=True):
            product *= arg ** int(weight * degree)
        numerator = whole_root(product.numerator, degree)
        denominator = whole_root(product.denominator, degree)
        if numerator is not None and denominator is not None:
            return Fraction(numerator, denominator)
    logarithm = Decimal(0)
    for arg, weight in zip(args, weights, strict=True):
        term = _CONTEXT.ln(_decimal(arg))
        logarithm = _CONTEXT.add(logarithm, _CONTEXT.multiply(_decimal(weight), term))
    return Fraction(_CONTEXT.exp(logarithm))


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))
