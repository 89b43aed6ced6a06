"""How far two orders of the same units lie apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen
from scipy.stats import kendalltau, rankdata, spearmanr

from capaian.errors import AnalysisError, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

HEADLINE = "The method was not applied."


@frozen
class RankShift:
    """How far two orders lie apart.

    Attributes
    ----------
    mean_shift
        The mean of the places that a unit moves (OECD/JRC 2008, equation 38).
    max_shift
        The most places that one moves.
    spearman, kendall
        Rank correlations; 1 is the same order. Kendall's is tau-b, which allows for ties. Not a
        number where one order has all units on the same place.
    """

    mean_shift: float
    max_shift: float
    spearman: float
    kendall: float


def rank_shift(first: ArrayLike, second: ArrayLike) -> RankShift:
    """Compare two orders of the same units.

    Parameters
    ----------
    first, second
        Ranks of the units, in the same order of units; two units or more.

    Raises
    ------
    AnalysisError
        CPN-M86: not two ranks for each of two units or more.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.ndim != 1 or one.shape != two.shape or len(one) < 2:  # noqa: PLR2004 - an order
        raise refuse(AnalysisError, HEADLINE, "CPN-M86", "first, second")
    moved = np.abs(one - two)
    told = np.ptp(one) > 0 and np.ptp(two) > 0
    return RankShift(
        mean_shift=float(moved.mean()),
        max_shift=float(moved.max()),
        spearman=float(spearmanr(one, two).statistic) if told else float("nan"),
        kendall=float(kendalltau(one, two).statistic) if told else float("nan"),
    )


def places(
    scores: ArrayLike, *, ties: Literal["min", "max", "average", "dense"] = "min"
) -> NDArray[np.float64]:
    """Return each unit's place, 1 for the greatest score.

    Parameters
    ----------
    scores
        One for each unit; a unit without one has no place.
    ties
        What those get who share a score: the first of their places (`min`, as sports and public
        tables do: 1, 2, 2, 4), the last (`max`), the mean (`average`), or the first and nobody's is
        left out after them (`dense`: 1, 2, 2, 3).

    Raises
    ------
    AnalysisError
        CPN-M86: not one score for each of two units or more.
    """
    given = np.asarray(scores, dtype=np.float64)
    if given.ndim != 1 or len(given) < 2:  # noqa: PLR2004 - an order
        raise refuse(AnalysisError, HEADLINE, "CPN-M86", "scores")
    found: NDArray[np.float64] = rankdata(-given, method=ties, nan_policy="omit")
    return found.astype(np.float64)


def order_shift(before: NDArray[np.float64], after: NDArray[np.float64]) -> RankShift:
    """Return how far the order holds between two columns of scores of the same subjects.

    Parameters
    ----------
    before, after
        Scores; the greatest has rank 1, and subjects with the same score share their mean rank.

    Returns
    -------
    RankShift
        The correlations are not a number where all have one score, or there is one subject.
    """
    if len(before) > 1:
        return rank_shift(rankdata(-before), rankdata(-after))
    return RankShift(0.0, 0.0, np.nan, np.nan)  # alone, a subject stays where it is
