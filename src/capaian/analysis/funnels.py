"""Funnel limits: how far from a target chance alone carries a share or a rate."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.stats import binom, poisson

Floats: TypeAlias = NDArray[np.float64]
Kind = Literal["binomial", "poisson"]
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
