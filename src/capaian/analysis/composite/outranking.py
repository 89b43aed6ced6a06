"""Orders by majority: which unit stands above which on how much of the weight."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import rankdata

from capaian.analysis.composite.reading import HEADLINE, Given, shares_of, values_of
from capaian.errors import AnalysisError, refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 5_000
"""Units whose pairs are all formed: 25 million of them, 200 MB."""
MOST_ORDERS = 8
"""Units of which all orders are tried: 40,320 of them."""


def outranking_matrix(given: Given, *, weights: Any = None) -> NDArray[np.float64]:
    """Return for each pair the weight on which the row stands above the column.

    Parameters
    ----------
    given
        Scores, a matrix, or numbers as units x indicators; more is better. A pair is compared by
        the indicators of which both have a value, scaled to their weight; one that shares none has
        half, whatever the order of the rows.
    weights
        One for each indicator, in any scale; equal ones where left out.

    Returns
    -------
    ndarray
        Units x units: shares of the weight, half of it where both have the same; 0 on the diagonal.

    Raises
    ------
    AnalysisError
        CPN-M82: too many units; and what `values_of` and `shares_of` raise.
    """
    values = values_of(given, complete=False)
    count = len(values)
    if count > MOST:
        found = {"count": count, "most": MOST, "what": "pairs", "instead": "borda_points"}
        raise refuse(AnalysisError, HEADLINE, "CPN-M82", "values", **found)
    shares = shares_of(weights, values.shape[1])
    above = np.zeros((count, count))
    both = np.zeros((count, count))
    for column, share in zip(values.T, shares, strict=True):
        known = ~np.isnan(column)
        pair = known[:, None] & known[None, :]
        more = (column[:, None] > column[None, :]) + 0.5 * (column[:, None] == column[None, :])
        above += share * np.where(pair, more, 0)
        both += share * pair
    with np.errstate(invalid="ignore", divide="ignore"):
        matrix = np.where(both > 0, above / both, 0.5)
    np.fill_diagonal(matrix, 0)
    return matrix


def copeland_scores(given: Given, *, weights: Any = None) -> NDArray[np.float64]:
    """Return each unit's majorities won less majorities lost.

    Parameters and errors are those of `outranking_matrix`.

    Notes
    -----
    Copeland 1951. A cycle, in which each beats the next, leaves all with the same score: then the
    data do not tell them apart, and no tie-break is hidden here.
    """
    matrix = outranking_matrix(given, weights=weights)
    ahead = np.sign(np.round(matrix - matrix.T, 12))
    found: NDArray[np.float64] = ahead.sum(axis=1)
    return found


def borda_points(given: Given, *, weights: Any = None) -> NDArray[np.float64]:
    """Return each unit's points: for each indicator, how many stand below, times its weight.

    Parameters
    ----------
    given
        Scores, a matrix, or numbers as units x indicators, complete; more is better. Units that are
        tied share the mean of their places.
    weights
        One for each indicator, as they are: with 3, 2 and 1 an indicator counts as three, two and
        one voters; equal ones of 1 where left out.

    Notes
    -----
    Borda 1781. Taking a unit away that nobody chooses can turn the order of the others round: the
    points are of this cohort, and no score of one person.
    """
    values = values_of(given)
    counted = np.ones(values.shape[1]) if weights is None else np.asarray(weights, np.float64)
    shares_of(counted, values.shape[1])
    found: NDArray[np.float64] = ((rankdata(values, axis=0) - 1) * counted).sum(axis=1)
    return found


def kemeny_orders(given: Given, *, weights: Any = None) -> dict[tuple[int, ...], float]:
    """Return the support of every order of units, the best first.

    Parameters
    ----------
    given
        Scores, a matrix, or numbers as units x indicators; at most eight units.
    weights
        As for `borda_points`: how many voters an indicator counts as.

    Returns
    -------
    dict of tuple of int to float
        Orders as positions of units, the first is the best; their support is the weight of all
        pairs that stand in that order.

    Raises
    ------
    AnalysisError
        CPN-M82: more units than orders can be tried for.

    Notes
    -----
    Condorcet 1785, Kemeny 1959, Young & Levenglick 1978: the order with the most support.
    """
    values = values_of(given)
    count = len(values)
    if count > MOST_ORDERS:
        found = {
            "count": count,
            "most": MOST_ORDERS,
            "what": "orders",
            "instead": "copeland_scores",
        }
        raise refuse(AnalysisError, HEADLINE, "CPN-M82", "values", **found)
    total = values.shape[1] if weights is None else float(np.sum(weights))
    matrix = outranking_matrix(values, weights=weights) * total
    support = {
        order: float(sum(matrix[a, b] for at, a in enumerate(order) for b in order[at + 1 :]))
        for order in permutations(range(count))
    }
    return dict(sorted(support.items(), key=lambda each: (-each[1], each[0])))
