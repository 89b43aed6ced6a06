"""How far two orders of the same units lie apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from scipy.stats import kendalltau, spearmanr

from capaian.analysis.composite.reading import HEADLINE
from capaian.errors import AnalysisError, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
        Rank correlations; 1 is the same order. Kendall's is tau-b, which allows for ties.
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
    return RankShift(
        mean_shift=float(moved.mean()),
        max_shift=float(moved.max()),
        spearman=float(spearmanr(one, two).statistic),
        kendall=float(kendalltau(one, two).statistic),
    )
