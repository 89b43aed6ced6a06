"""How likely a plan is to reach its band though values are measured with error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from capaian.analysis.change.curves import Curve, NotLinearError, curve_of
from capaian.analysis.change.reach import HEADLINE, Mechanism
from capaian.analysis.tree import tree_of
from capaian.analysis.wanted import prove
from capaian.errors import AnalysisError, Finding, did_you_mean, refuse

Values: TypeAlias = Mapping[str, Fraction]
Floats: TypeAlias = NDArray[np.float64]
_SHOTS = 13
"""Errors are looked at in 2^13 combinations, spread evenly (Sobol's sequence)."""

Chance = Callable[[Values], tuple[float, Callable[[float], float]]]


def chance_of(
    mechanism: Mechanism, cut: Fraction, robust: float | None, errors: Mapping[str, float] | None
) -> Chance | None:
    """Return how likely it is that the band is reached with some values, given the errors."""
    if robust is None:
        return None
    prove(0 < robust < 1, HEADLINE, "robust", robust, "a probability between 0 and 1")
    if not errors:
        raise refuse(AnalysisError, HEADLINE, "CPN-M34", "errors")
    scores = mechanism.scores
    names = tuple(scores.plan.indicators)
    strange = [
        Finding("CPN-M30", "errors", {"name": name, "hint": did_you_mean(name, names)})
        for name in errors
        if name not in names
    ]
    if strange:
        raise AnalysisError(HEADLINE, strange)
    tree = tree_of(scores.policy, names, HEADLINE)
    moved = [name for name in names if name in errors and errors[name] > 0]
    spread = special.ndtri(_even(len(moved))) if moved else np.zeros((1, 0))
    curves = _curves(mechanism)
    exact, edge = scores.exact(mechanism.row), float(cut)
    achieved = {name: exact.get(f"achievement:{name}") for name in names}
    measured = {name: exact.get(f"measured:{name}") for name in names}

    def chance(values: Values) -> tuple[float, Callable[[float], float]]:
        table = np.empty((len(spread), len(names)))
        for place, name in enumerate(names):
            pair, value = achieved[name], measured[name]
            if pair is None or value is None or name not in curves:
                table[:, place] = np.nan if pair is None else pair[0]
                continue
            middle = float(values.get(name, value[1]))
            if name in moved:
                errors_ = spread[:, moved.index(name)] * errors[name]
                table[:, place] = _along(curves[name], middle + errors_)
            else:
                table[:, place] = float(curves[name](values.get(name, value[1])))
        made = tree.scores(table, tree.nominal())[:, 0]
        return float((made >= edge).mean()), lambda share: float(np.quantile(made, share))

    return chance


def _curves(mechanism: Mechanism) -> dict[str, Curve]:
    """Return the curves of all indicators that have one value, moved or not."""
    scores, row = mechanism.scores, mechanism.row
    given, found = scores.given(row), {}
    for name, planned in scores.plan.indicators.items():
        if scores.tail(row).parts[name].measured and not planned.of_achievements:
            try:
                found[name] = curve_of(planned.achievement, f"measured:{name}", given)
            except NotLinearError:
                continue
    return found


def _even(width: int) -> Floats:
    """Return points spread evenly over the unit cube, none on its border."""
    points = stats.qmc.Sobol(width, scramble=False).random_base2(_SHOTS)
    found: Floats = points + 0.5 / 2**_SHOTS
    return found


def _along(curve: Curve, x: Floats) -> Floats:
    """Return a curve at many points in float64; at a post itself the line after it."""
    posts = np.array([float(each) for each in curve.posts])
    place = np.searchsorted(posts, x, side="right")
    slopes = np.array([float(each.slope) for each in curve.lines])
    heights = np.array([float(each.height) for each in curve.lines])
    found: Floats = slopes[place] * x + heights[place]
    return found
