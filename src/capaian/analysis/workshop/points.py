"""Weights from points and from ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def budget_weights(points: ArrayLike) -> NDArray[np.float64]:
    """Return each participant's weights of a budget allocation: points over their own sum.

    Somebody who gave out 90 of 100 points counts for as much as the others: each line is scaled to
    1 before anything is averaged.

    Parameters
    ----------
    points
        Participants x indicators, not negative; the lines need not have the same sum.

    Returns
    -------
    ndarray
        Participants x indicators; each line adds up to 1.

    Notes
    -----
    w_i = p_i / sum p (OECD/JRC 2008, section 6.3.4).
    """
    given = np.atleast_2d(np.asarray(points, dtype=np.float64))
    found: NDArray[np.float64] = given / given.sum(axis=1, keepdims=True)
    return found


def swing_weights(points: ArrayLike) -> NDArray[np.float64]:
    """Return the weights of swing points.

    Parameters
    ----------
    points
        Participants x indicators: 100 for the indicator whose swing from its worst to its best
        matters most, less for the others. The swing is over the range that really occurs.

    Notes
    -----
    w_i = p_i / sum p (von Winterfeldt & Edwards 1986).
    """
    return budget_weights(points)


def rank_order_centroid(ranks: ArrayLike) -> NDArray[np.float64]:
    """Return the centroid of all weightings that agree with a ranking.

    Parameters
    ----------
    ranks
        Participants x indicators; 1 is the most important. Indicators that are tied share a rank,
        as `1, 2, 2, 4` or `1, 2, 2, 3`, and get the mean of the places they take together.

    Notes
    -----
    w_i = (1/n) sum_{j >= i} 1/j for the place i (Barron & Barrett 1996).

    Examples
    --------
    >>> rank_order_centroid([1, 2]).tolist()
    [[0.75, 0.25]]
    """
    given = np.atleast_2d(np.asarray(ranks, dtype=np.float64))
    count = given.shape[1]
    by_place = np.cumsum(1 / np.arange(count, 0, -1))[::-1] / count
    found = np.empty_like(given)
    for line, order in zip(found, given, strict=True):
        _, group, sizes = np.unique(order, return_inverse=True, return_counts=True)
        ends = np.cumsum(sizes)
        shared = [by_place[end - size : end].mean() for end, size in zip(ends, sizes, strict=True)]
        line[:] = np.asarray(shared)[group]
    return found
