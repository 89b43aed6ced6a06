"""Funnel plots: who differs from a target by more than chance, given how much was observed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from attrs import frozen
from scipy.special import ndtri
from scipy.stats import binom, poisson

from capaian.analysis.certainty.given import prove_choice, prove_share
from capaian.analysis.certainty.grouping import groups_of, summed
from capaian.analysis.certainty.moments import Floats
from capaian.analysis.matrix import Matrix, matrix_of
from capaian.analysis.table import Table
from capaian.columns import Coded
from capaian.scores import Scores

Kind = Literal["binomial", "poisson"]
Spread = Literal["none", "multiplicative", "additive"]
LEVELS = (0.95, 0.998)
TAIL = 0.1


def funnel_limits(kind: Kind, target: float, size: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the limits of a share or of a rate, by how much was observed.

    Parameters
    ----------
    kind
        `binomial`: shares of `size` cases. `poisson`: counts over an exposure `size`, as a rate.
    target
        The share, 0 to 1, or the rate.
    size
        Cases, or exposure, above 0.
    level
        Between 0 and 1.

    Notes
    -----
    For p = (1 -+ level) / 2: r the least count with P(R <= r) >= p, alpha = (P(R <= r) - p) /
    P(R = r); the limit is (r - alpha) / size, not below 0 (nor, of a share, above 1). Spiegelhalter
    2005a, appendix A.1.1.
    """
    some, places = np.unique(np.asarray(size, dtype=np.float64), return_inverse=True)
    law = binom(some, target) if kind == "binomial" else poisson(some * target)
    found = []
    for p in ((1 - level) / 2, (1 + level) / 2):
        count = law.ppf(p)
        chance = law.cdf(count)
        alpha = (chance - p) / law.pmf(count)
        limit = np.maximum((count - alpha) / some, 0.0)
        found.append((np.minimum(limit, 1.0) if kind == "binomial" else limit)[places])
    return found[0], found[1]


@frozen
class Dispersion:
    """How much more values differ than chance would have them.

    Attributes
    ----------
    phi
        The mean of z^2; 1 is chance alone.
    tau2
        The variance between true values, on the scale of the values.
    """

    phi: float
    tau2: float


def standard_errors(kind: Kind, target: float, size: Floats) -> Floats:
    """Return the standard error of each value at the target: sqrt(t (1 - t) / n), sqrt(t / E)."""
    variance = target * (1 - target) if kind == "binomial" else target
    found: Floats = np.sqrt(variance / size)
    return found


def over_dispersion(
    z: Floats, error: Floats, *, winsorised: float = TAIL, estimated: bool = False
) -> Dispersion:
    """Return phi and tau^2 of standardised values.

    Parameters
    ----------
    z
        (value - target) / error.
    error
        The standard error of each value at the target.
    winsorised
        The share at each end that is drawn in to the quantile there.
    estimated
        Whether the target is the mean of these very values: one degree of freedom less.

    Notes
    -----
    phi = sum z^2 / n; tau^2 = max(0, (n phi - (n - 1)) / (sum w - sum w^2 / sum w)), w = 1 / s^2
    (DerSimonian and Laird). Spiegelhalter 2005b; Verburg and others 2018.
    """
    count = len(z)
    if winsorised:
        z = np.clip(z, *np.quantile(z, (winsorised, 1 - winsorised)))
    total = float(np.square(z).sum())
    phi = total / max(count - 1 if estimated else count, 1)
    weight = 1 / np.square(error)
    room = weight.sum() - np.square(weight).sum() / weight.sum()
    tau2 = max(0.0, (total - (count - 1)) / room) if room > 0 else 0.0
    return Dispersion(phi, float(tau2))


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
