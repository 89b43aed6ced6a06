"""What the normalisations are built of: straight lines with as few operations as will do."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from capaian.errors import Finding, PolicyError
from capaian.formula import Literal_, Node, lit, number
from capaian.policy import Scale


def line(x: Node, at: Fraction, start: Fraction, rise: Fraction, run: Fraction) -> Node:
    """Return start + (x - at) * rise / run, without terms and factors that change nothing.

    The slope is one exact constant, so that a float64 is multiplied once; it is still said as
    people write it, `(100 ÷ 40)`.
    """
    slope = Fraction(rise) / run
    if slope == 0:
        return lit(start)
    factor = _factor(abs(slope), abs(rise), abs(run))
    if slope > 0:
        away = x if at == 0 else x - lit(at)
        term = away if factor is None else away * factor
        return term if start == 0 else lit(start) + term
    if at == 0:
        return lit(start) - (x if factor is None else x * factor)
    away = lit(at) - x
    term = away if factor is None else away * factor
    return term if start == 0 else lit(start) + term


def _factor(slope: Fraction, rise: Fraction, run: Fraction) -> Node | None:
    if slope == 1:
        return None
    said = number(rise) if run == 1 else f"({number(rise)} ÷ {number(run)})"
    return Literal_(slope, said)


def span(scale: Scale) -> Fraction:
    """Return how far the best of the scale lies from the worst."""
    return scale.best - scale.worst


def refuse_options(kind: str, findings: Sequence[Finding]) -> None:
    """Raise what is wrong with a method's options, all at once; nothing where nothing is."""
    if findings:
        headline = f"The method '{kind}' cannot be used as it is written; nothing was scored."
        raise PolicyError(headline, findings)
