"""Funnel plots: who differs from a target by more than chance, given how much was observed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from scipy.special import ndtri

from capaian.analysis.certainty.given import prove_choice, prove_share
from capaian.analysis.certainty.grouping import groups_of, summed
from capaian.analysis.certainty.moments import Floats
from capaian.analysis.funnels import (
    LEVELS,
    Dispersion,
    Kind,
    funnel_limits,
    over_dispersion,
    standard_errors,
)
from capaian.analysis.matrix import Matrix, matrix_of
from capaian.analysis.table import Table
from capaian.columns import Coded
from capaian.scores import Scores

Spread = Literal["none", "multiplicative", "additive"]


def funnel(
    scores: Scores,
    indicator: str,
    *,
    target: float,
    kind: Kind = "binomial",
    by: str | Sequence[str | None] | None = None,
    spread: Spread = "additive",
) -> Table:
    """Return the figures of a funnel plot of one indicator.

    Parameters
    ----------
    scores
        Of one period.
    indicator
        Its id. `binomial` wants one measured as a share; `poisson` one that is a count.
    target
        The share, or the count for one subject, that everybody is held against; above 0.
    kind
        `binomial` or `poisson`.
    by
        `unit`, or a label for each subject: cases are added up by it; subjects where left out.
    spread
        What to do where values differ more than chance: `none` (exact limits), `multiplicative`
        (widened by the square root of phi), `additive` (a variance between true values is added).

    Returns
    -------
    Table
        `name`, `size` (cases, or subjects counted), `value`, `z`; for 95 % and 99.8 % `low_95`,
        `high_95`, `low_99.8`, `high_99.8`; `position`: `inside`, `above_95`, `below_99.8`, ...

    Raises
    ------
    AnalysisError
        CPN-M20: a target that is no share. CPN-M22: an indicator or a word that is not known.

    Notes
    -----
    Spiegelhalter 2005a, 2005b. A name outside says that chance alone is an unlikely reason; it does
    not say what the reason is.
    """
    prove_choice("kind", kind, ("binomial", "poisson"))
    prove_choice("spread", spread, ("none", "multiplicative", "additive"))
    prove_share("target", target, 0.0, 1.0 if kind == "binomial" else np.inf)
    matrix = matrix_of(scores)
    wanted = "share" if kind == "binomial" else "count"
    fitting = [name for name, each in scores.plan.indicators.items() if each.measure.unit == wanted]
    prove_choice("indicator", indicator, fitting)
    names, size, value = _values(matrix, matrix.indicators.index(indicator), kind, by)
    error = standard_errors(kind, target, size)
    z = (value - target) / error
    found = over_dispersion(z, error) if len(z) else Dispersion(1.0, 0.0)
    columns: dict[str, Any] = {"name": names, "size": size.astype(np.int64), "value": value, "z": z}
    words = ["inside"]
    position = np.zeros(len(z), dtype=np.int8)
    for level in LEVELS:
        low, high = _limits(kind, target, size, error, level, spread, found)
        said = f"{100 * level:g}"
        columns |= {f"low_{said}": low, f"high_{said}": high}
        for word, outside in ((f"below_{said}", value < low), (f"above_{said}", value > high)):
            words.append(word)
            position[outside] = len(words) - 1
    columns["position"] = Coded(position, words)
    notes = [
        f"phi = {found.phi:.3g} (10 % winsorised), tau = {found.tau2**0.5:.3g}; limits: {spread}.",
        "Outside the limits: chance alone is an unlikely reason. Which it is they do not say.",
    ]
    return Table(f"Funnel of '{indicator}' about {target:g}", columns, matrix.origin, notes)


def _values(
    matrix: Matrix, at: int, kind: Kind, by: str | Sequence[str | None] | None
) -> tuple[Any, Floats, Floats]:
    """Return names, sizes and values of what is compared; nothing that has no case."""
    measured = matrix.measured[:, at]
    size = matrix.n[:, at].astype(np.float64) if kind == "binomial" else np.ones(len(matrix))
    some = np.isfinite(measured) & (size > 0)
    if by is None:
        names = [name for name, kept in zip(matrix.subjects, some, strict=True) if kept]
        return names, size[some], measured[some]
    group, labels = groups_of(matrix, by)
    some &= group >= 0
    whole = summed(group[some], size[some], len(labels))
    total = summed(group[some], size[some] * measured[some], len(labels))
    kept = whole > 0
    names = [name for name, each in zip(labels, kept, strict=True) if each]
    return names, whole[kept], total[kept] / whole[kept]


def _limits(
    kind: Kind,
    target: float,
    size: Floats,
    error: Floats,
    level: float,
    spread: Spread,
    found: Dispersion,
) -> tuple[Floats, Floats]:
    low, high = funnel_limits(kind, target, size, level)
    if spread == "multiplicative":
        wider = max(1.0, found.phi) ** 0.5
        low, high = target - wider * (target - low), target + wider * (high - target)
    elif spread == "additive" and found.tau2 > 0:
        reach = float(ndtri((1 + level) / 2)) * np.sqrt(np.square(error) + found.tau2)
        low, high = target - reach, target + reach
    low = np.maximum(low, 0.0)
    return low, np.minimum(high, 1.0) if kind == "binomial" else high
