"""What the normalisations are built of: straight lines with as few operations as will do."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from capaian.errors import Finding, PolicyError
from capaian.formula import Literal_, Node, lit, number
from capaian.policy import Scale

Better = Literal["higher", "lower"]


def line(x: Node, at: Fraction, start: Fraction, rise: Fraction, run: Fraction) -> Node:
    """Return start + (x - at) * rise / run, without terms and factors that change nothing.

    The slope is one exact constant, so that a float64 is multiplied once; it is still said as
    people write it, `(100 ÷ 40)`.
    """
    slope = Fraction(rise) / run
    if slope == 0:
        return lit(start)
    if slope == 1:
        shift = start - at
        return x if shift == 0 else lit(shift) + x if shift > 0 else x - lit(-shift)
    if slope == -1:
        return lit(start + at) - x
    said = number(abs(rise)) if abs(run) == 1 else f"({number(abs(rise))} ÷ {number(abs(run))})"
    factor = Literal_(abs(slope), said)
    if at == 0:
        term = x * factor
        if slope < 0:
            return lit(start) - term
    else:
        term = (x - lit(at) if slope > 0 else lit(at) - x) * factor
    return term if start == 0 else lit(start) + term


def span(scale: Scale) -> Fraction:
    """Return how far the best of the scale lies from the worst."""
    return scale.best - scale.worst


def refuse_options(kind: str, findings: Sequence[Finding]) -> None:
    """Raise what is wrong with a method's options, all at once; nothing where nothing is."""
    if findings:
        headline = f"The method '{kind}' cannot be used as it is written; nothing was scored."
        raise PolicyError(headline, findings)
