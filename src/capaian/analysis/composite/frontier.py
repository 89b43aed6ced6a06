"""Benefit of the doubt: each unit with the weights that suit it best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from capaian.analysis.composite.reading import HEADLINE, Given, values_of
from capaian.errors import AnalysisError, refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 2_000
"""Units for each of which a linear programme is solved against all the others."""


def benefit_of_the_doubt(given: Given) -> NDArray[np.float64]:
    """Return each unit's best possible index under weights by which no unit exceeds 1.

    Parameters
    ----------
    given
        Scores, a matrix, or numbers as units x indicators, complete, not negative; more is better.

    Returns
    -------
    ndarray
        0 to 1; 1 for every unit that is best by some weighting.

    Raises
    ------
    AnalysisError
        CPN-M82: more units than programmes can be solved for; M83: a negative value.

    Notes
    -----
    max sum w_j x_kj so that sum w_j x_ij <= 1 for every unit i, w >= 0 (Melyn & Moesen 1991;
    Cherchye et al. 2007; OECD/JRC 2008, equation 22). Everybody is weighed otherwise: it tells who
    has an excuse, and is no rule to pay people by.
    """
    values = values_of(given)
    if len(values) > MOST:
        found = {"count": len(values), "most": MOST, "what": "programmes", "instead": "topsis"}
        raise refuse(AnalysisError, HEADLINE, "CPN-M82", "values", **found)
    negative = int((values < 0).sum())
    if negative:
        raise refuse(AnalysisError, HEADLINE, "CPN-M83", "values", count=negative)
    scale = np.where(values.max(axis=0) == 0, 1, values.max(axis=0))
    scaled = values / scale
    ceiling = np.ones(len(scaled))
    best = [-linprog(-each, A_ub=scaled, b_ub=ceiling, method="highs").fun for each in scaled]
    return np.array(best, dtype=np.float64)
