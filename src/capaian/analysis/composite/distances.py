"""Scores by distance to the best, and means that punish unevenness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from capaian.analysis.composite.reading import (
    HEADLINE,
    Given,
    alike,
    less_of,
    names_of,
    shares_of,
    values_of,
)
from capaian.errors import AnalysisError, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def topsis(given: Given, *, weights: Any = None, less_is_better: Any = ()) -> NDArray[np.float64]:
    """Return how near each unit is to the ideal, 0 to 1.

    Parameters
    ----------
    given
        Scores, a matrix, or numbers as units x indicators, complete.
    weights
        One for each indicator; equal ones where left out.
    less_is_better
        Positions of the indicators of which less is better.

    Notes
    -----
    v = w x / sqrt(sum x^2); score = d- / (d+ + d-), the distances to the worst and to the best
    value of each indicator (Hwang & Yoon 1981). The ideal is the cohort's own: the score changes
    when the best leaves.
    """
    values = values_of(given)
    length = np.sqrt((values**2).sum(axis=0))
    scaled = values / np.where(length == 0, 1, length) * shares_of(weights, values.shape[1])
    less = less_of(less_is_better, values.shape[1])
    best = np.where(less, scaled.min(axis=0), scaled.max(axis=0))
    worst = np.where(less, scaled.max(axis=0), scaled.min(axis=0))
    to_best = np.sqrt(((scaled - best) ** 2).sum(axis=1))
    to_worst = np.sqrt(((scaled - worst) ** 2).sum(axis=1))
    whole = to_best + to_worst
    return np.where(whole == 0, 1.0, to_worst / np.where(whole == 0, 1, whole))


def wroclaw_distance(given: Given) -> NDArray[np.float64]:
    """Return each unit's distance to the best of everything; 0 is the best, about 1 is far.

    Parameters
    ----------
    given
        Scores, a matrix, or numbers as units x indicators, complete and on one scale.

    Notes
    -----
    d / (mean d + 2 sd d), d the Euclidean distance to the best value of each indicator (Hellwig
    1968; Mazziotta & Pareto 2013). The deviation is that of a sample.
    """
    values = values_of(given)
    found = np.sqrt(((values.max(axis=0) - values) ** 2).sum(axis=1))
    far = found.mean() + 2 * found.std(ddof=1) if len(found) > 1 else found.mean()
    scaled: NDArray[np.float64] = found / far if far else found
    return scaled


def uneven_mean(
    values: ArrayLike, *, penalty: Literal["minus", "plus"] = "minus", ddof: int = 0
) -> NDArray[np.float64]:
    """Return each unit's mean less (or plus) what its unevenness takes away.

    Parameters
    ----------
    values
        Units x indicators on one scale, complete.
    penalty
        `minus` where more is better, `plus` where less is.
    ddof
        0: the deviation of all indicators, as Mazziotta & Pareto write it; 1: that of a sample, as
        one package computes it.

    Raises
    ------
    AnalysisError
        CPN-N27: a unit whose mean is not above 0, which the formula divides by.

    Notes
    -----
    M -/+ S cv with cv = S / M, so M -/+ S^2 / M (Mazziotta & Pareto 2016): the index MPI of
    z-scores with mean 100 and deviation 10, AMPI of goalposts 70 to 130.
    """
    given = values_of(values)
    mean = given.mean(axis=1)
    low = int((mean <= 0).sum())
    if low:
        raise refuse(AnalysisError, HEADLINE, "CPN-N27", "values", count=low)
    lost = given.var(axis=1, ddof=ddof) / mean
    found: NDArray[np.float64] = mean - lost if penalty == "minus" else mean + lost
    return found


def standardised(
    values: ArrayLike, *, mean: float = 100, deviation: float = 10
) -> NDArray[np.float64]:
    """Return columns as z-scores of a sample, with another mean and deviation.

    Raises
    ------
    AnalysisError
        CPN-N20: an indicator on which all are alike.
    """
    given = _different(values, "standardised")
    scaled = (given - given.mean(axis=0)) / given.std(axis=0, ddof=1)
    found: NDArray[np.float64] = mean + deviation * scaled
    return found


def around_reference(values: ArrayLike, reference: ArrayLike) -> NDArray[np.float64]:
    """Return columns on AMPI's scale: the reference is 100, half the range away are 70 and 130.

    Parameters
    ----------
    values
        Units x indicators, complete; more is better.
    reference
        One value for each indicator, such as a base year's.

    Raises
    ------
    AnalysisError
        CPN-N20: an indicator on which all are alike.
    """
    given = _different(values, "around_reference")
    half = np.ptp(given, axis=0) / 2
    found: NDArray[np.float64] = 100 + 30 * (given - np.asarray(reference)) / half
    return found


def _different(values: ArrayLike, method: str) -> NDArray[np.float64]:
    """Return the numbers, or refuse every column that has one value only."""
    given = values_of(values)
    findings = alike(given, names_of(values, given.shape[1]), method)
    if findings:
        raise AnalysisError(HEADLINE, findings)
    return given
