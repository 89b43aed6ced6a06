"""How a group's weights come together, and how far people disagree."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, polygamma
from scipy.stats import rankdata

_STEPS = 200
_NEAR = 1e-10
_SURE = 1e8
"""A concentration from which on people are said to agree wholly."""


@frozen(eq=False)
class Agreement:
    """How far the participants agree.

    Attributes
    ----------
    kendall_w
        0 is none, 1 is the same order by everybody (Kendall & Babington Smith 1939, with ties).
    homogeneity
        1 / exp(H_beta): the share of the group's diversity that each participant has already; 1 is
        the same weights by everybody, 1/participants is each for another indicator (Jost 2007;
        Goepel 2013).
    concentration
        The sum of the parameters of a Dirichlet distribution fitted to the participants: the
        larger, the more alike; infinite where all say the same.
    spread
        The standard deviation of each indicator's weight, of a sample of participants; not a number
        for one.
    """

    kendall_w: float
    homogeneity: float
    concentration: float
    spread: NDArray[np.float64]


def arithmetic_centre(weights: ArrayLike) -> NDArray[np.float64]:
    """Return the mean of the participants' weights; it adds up to 1 as they do."""
    found: NDArray[np.float64] = np.asarray(weights, dtype=np.float64).mean(axis=0)
    return found


def compositional_centre(weights: ArrayLike) -> NDArray[np.float64]:
    """Return the closed geometric mean of the participants' weights (Aitchison 1986).

    It is the centre of ratios: where people say that one thing is twice or half as important as
    another, it is as important. A weight of 0 has no ratio: give the weights a floor first.
    """
    logs = np.log(np.asarray(weights, dtype=np.float64)).mean(axis=0)
    found: NDArray[np.float64] = np.exp(logs - logs.max())
    closed: NDArray[np.float64] = found / found.sum()
    return closed


def with_floor(weights: ArrayLike, floor: float) -> NDArray[np.float64]:
    """Return weights of which none is below a floor, scaled to 1 again."""
    raised = np.maximum(np.asarray(weights, dtype=np.float64), floor)
    found: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return found


def kendall_w(weights: ArrayLike) -> float:
    """Return Kendall's coefficient of concordance of the order of the weights.

    Parameters
    ----------
    weights
        Participants x indicators; tied weights share their rank.

    Notes
    -----
    W = 12 S / (m^2 (n^3 - n) - m sum T), T = sum over ties of t^3 - t. Not a number where every
    participant gives all indicators the same.
    """
    given = np.asarray(weights, dtype=np.float64)
    people, count = given.shape
    ranks = rankdata(given, axis=1)
    spread = ((ranks.sum(axis=0) - people * (count + 1) / 2) ** 2).sum()
    ties = sum(
        (size**3 - size).sum() for size in (np.unique(r, return_counts=True)[1] for r in given)
    )
    below = people**2 * (count**3 - count) - people * ties
    return float(12 * spread / below) if below else float("nan")


def homogeneity(weights: ArrayLike) -> float:
    """Return how much of the group's diversity of weights each participant has: 1 / exp(H_beta).

    Notes
    -----
    H_beta = H_gamma - H_alpha: the Shannon entropy of the mean weights, less the mean of the
    participants' entropies (Jost 2007; Goepel 2013).
    """
    given = np.asarray(weights, dtype=np.float64)
    return float(np.exp(_entropy(given).mean() - _entropy(given.mean(axis=0))))


def _entropy(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(weights > 0, weights * np.log(weights), 0)
    found: NDArray[np.float64] = -terms.sum(axis=-1)
    return found


def fit_dirichlet(weights: ArrayLike) -> NDArray[np.float64]:
    """Return the parameters of the Dirichlet distribution that fits the participants best.

    Parameters
    ----------
    weights
        Participants x indicators, above 0, each line adding up to 1; two participants or more.

    Returns
    -------
    ndarray
        One parameter above 0 for each indicator; infinite where all participants say the same.
        Parameters over their sum are the mean weights, their sum is the concentration.

    Notes
    -----
    Maximum likelihood by Newton's method with the closed inverse of the Hessian (Minka 2000).
    """
    given = np.asarray(weights, dtype=np.float64)
    mean, variance = given.mean(axis=0), given.var(axis=0)
    if (variance < _NEAR).all():
        return np.full(given.shape[1], np.inf)
    logs = np.log(given).mean(axis=0)
    known = variance > _NEAR
    start = float(np.median(mean[known] * (1 - mean[known]) / variance[known])) - 1
    alpha = mean * max(start, 1.0)
    for _ in range(_STEPS):
        slope = digamma(alpha.sum()) - digamma(alpha) + logs
        curve = -polygamma(1, alpha)
        whole = polygamma(1, alpha.sum())
        shift = (slope / curve).sum() / (1 / whole + (1 / curve).sum())
        step = (slope - shift) / curve
        size = 1.0
        while ((alpha - size * step) <= 0).any():
            size /= 2
        alpha = alpha - size * step
        if np.abs(step).max() <= _NEAR * alpha.max():
            break
    return alpha if alpha.sum() < _SURE else np.full(len(alpha), np.inf)


def agreement(weights: ArrayLike) -> Agreement:
    """Return how far participants agree.

    Parameters
    ----------
    weights
        Participants x indicators, above 0, each line adding up to 1.
    """
    given = np.asarray(weights, dtype=np.float64)
    several = len(given) > 1
    return Agreement(
        kendall_w=kendall_w(given) if several else float("nan"),
        homogeneity=homogeneity(given),
        concentration=float(fit_dirichlet(given).sum()) if several else float("nan"),
        spread=given.std(axis=0, ddof=1) if several else np.full(given.shape[1], np.nan),
    )
