"""Confidence levels, and the quantiles that go with them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from capaian.errors import AnalysisError, refuse

HEADLINE = "Nothing was estimated."
Floats: TypeAlias = NDArray[np.float64]
Interval: TypeAlias = tuple[Floats, Floats]
"""Lower and upper ends, one for each entry."""


def prove_level(level: float) -> float:
    """Return a confidence level, or refuse it.

    Raises
    ------
    AnalysisError
        `CPN-M01`: it does not lie between 0 and 1.
    """
    given: object = level
    if not isinstance(given, int | float) or not 0 < given < 1:
        raise refuse(AnalysisError, HEADLINE, "CPN-M01", "level", given=repr(level)[:40])
    return float(level)


def normal(level: float) -> float:
    """Return z: the standard normal deviate that leaves (1 - level)/2 above it."""
    return float(special.ndtri((1 + prove_level(level)) / 2))


def student(level: float, df: ArrayLike) -> Floats:
    """Return t for degrees of freedom; not a number where there is none."""
    free = np.asarray(df, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        found = special.stdtrit(np.where(free > 0, free, np.nan), (1 + prove_level(level)) / 2)
    return np.asarray(found, dtype=np.float64)


def floats(values: ArrayLike) -> Floats:
    """Return values as float64."""
    return np.asarray(values, dtype=np.float64)
