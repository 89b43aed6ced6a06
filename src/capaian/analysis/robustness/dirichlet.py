"""Uncertain weights: moments of a score whose weights are drawn from a Dirichlet distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import special

from capaian.analysis.tree import Branch, WeightTree

Floats = NDArray[np.float64]


def dirichlet_moments(alpha: Floats) -> tuple[Floats, Floats]:
    """Return the mean and the standard deviation of each weight of Dirichlet(alpha).

    Notes
    -----
    m_i = alpha_i / a0 and sqrt(m_i (1 - m_i) / (a0 + 1)), a0 = sum of alpha (Kotz, Balakrishnan &
    Johnson 2000).
    """
    total = alpha.sum()
    mean = alpha / total
    return mean, np.sqrt(mean * (1 - mean) / (total + 1))


def score_variance(x: Floats, mean: Floats, total: float) -> Floats:
    """Return the exact variance of sum(w_i x_i) for w ~ Dirichlet(total x mean).

    Parameters
    ----------
    x
        Subjects x parts.
    mean
        The mean weights: one row for all, or one for each subject; rows add up to 1.
    total
        The concentration a0: the greater, the surer are the weights.

    Notes
    -----
    (sum m x^2 - (sum m x)^2) / (a0 + 1).
    """
    centre = (mean * x).sum(axis=-1, keepdims=True)
    found: Floats = (mean * (x - centre) ** 2).sum(axis=-1) / (total + 1)
    return found


def tree_moments(tree: WeightTree, achievement: Floats, total: float) -> tuple[Floats, Floats]:
    """Return the exact mean and variance of a score of an additive tree, a Dirichlet at each node.

    Parameters
    ----------
    tree
        An additive tree; limits of nodes are left aside.
    achievement
        Subjects x indicators; not a number where there is none.
    total
        The concentration at each node.

    Notes
    -----
    Nodes are independent. Given the weights of a node, the variances below it add up with their
    squares, so with m the mean weights, mu the means and v the variances of the parts:
    mean = sum m mu; variance = sum E[w^2] v + (sum m mu^2 - (sum m mu)^2) / (a0 + 1), where
    E[w^2] = m^2 + m (1 - m) / (a0 + 1). Of a part that is left out, the others' weights are again
    Dirichlet with their own alphas: the concentration is a0 times the weight that is there.
    """
    made: dict[str, tuple[Floats, Floats]] = {}
    for branch in tree.branches:
        made[branch.name] = _branch_moments(branch, made, achievement, total, tree.worst)
    return made[tree.branches[-1].name]


def _branch_moments(
    branch: Branch,
    made: Mapping[str, tuple[Floats, Floats]],
    achievement: Floats,
    total: float,
    worst: float,
) -> tuple[Floats, Floats]:
    zero = np.zeros(len(achievement))
    parts = [made[each] if isinstance(each, str) else (achievement[:, each], zero)
             for each in branch.parts]  # fmt: skip
    mass, mean, square, own = zero.copy(), zero.copy(), zero.copy(), zero.copy()
    stopped = np.zeros(len(achievement), dtype=np.bool_)
    kept = []
    for (centre, spread), missing, weight in zip(
        parts, branch.missing, branch.weights, strict=True
    ):
        there = np.isfinite(centre)
        known = np.where(there, centre, worst if missing == "worst" else 0)
        if missing == "worst":
            counted = np.ones_like(there)
        else:
            counted = there
            stopped |= ~there & (missing != "exclude")
        kept.append((known, np.where(there, spread, 0), counted * weight))
        mass += counted * weight
    with np.errstate(divide="ignore", invalid="ignore"):
        surety = total * mass + 1
        for centre, _, weight in kept:
            mean += weight / mass * centre
        for centre, spread, weight in kept:
            share = weight / mass
            square += share * (centre - mean) ** 2
            own += (share**2 + share * (1 - share) / surety) * spread
        variance = square / surety + own
    gone = stopped | (mass <= 0)
    return np.where(gone, np.nan, mean), np.where(gone, np.nan, variance)


def between(
    low: Floats, high: Floats, least: Floats, most: Floats, mean: Floats, variance: Floats
) -> Floats:
    """Return P(low < score < high) for a score of this mean and variance within [least, most].

    Notes
    -----
    The beta distribution on [least, most] with the same mean and variance. It is exact for a node
    of two parts, whose score goes along one weight, and near otherwise. Where the variance is 0 it
    is 0 or 1.
    """
    width = most - least
    with np.errstate(divide="ignore", invalid="ignore"):
        m, v = (mean - least) / width, variance / width**2
        size = m * (1 - m) / v - 1
        one, two = m * size, (1 - m) * size
        upper = special.betainc(one, two, np.clip((high - least) / width, 0, 1))
        lower = special.betainc(one, two, np.clip((low - least) / width, 0, 1))
    sure = ((mean >= low) & (mean <= high)).astype(np.float64)
    unsure = np.isfinite(size) & (one > 0) & (two > 0) & (variance > 0)
    found: Floats = np.where(unsure, upper - lower, sure)
    return np.where(np.isnan(mean) | np.isnan(low), np.nan, found)


def share_not_above(differences: Sequence[Fraction]) -> Fraction:
    """Return the share of the simplex of weights on which sum(w_i d_i) <= 0, exactly.

    Parameters
    ----------
    differences
        d_i: by how much A is ahead of B in each part.

    Notes
    -----
    The volume of a simplex cut by a half-space: with the d above 0 as u and the others as v,
    A_0 = 1, A_1 ... = 0 and for each v, A_k becomes (u_k A_k - v A_(k-1)) / (u_k - v); the last A
    is the share (Varsi 1973; Ali 1973). A part that stands several times is a weight with as many
    times the concentration, since Dirichlet weights add up to Dirichlet weights.
    """
    ahead = [each for each in differences if each > 0]
    behind = [each for each in differences if each <= 0]
    shares = [Fraction(1)] + [Fraction(0)] * len(ahead)
    for v in behind:
        for k, u in enumerate(ahead, start=1):
            shares[k] = (u * shares[k] - v * shares[k - 1]) / (u - v)
    return shares[-1]


def critical_weight(a: tuple[Fraction, Fraction], b: tuple[Fraction, Fraction]) -> Fraction | None:
    """Return the weight of the first of two parts at which A and B stand level.

    Returns
    -------
    Fraction or None
        Between 0 and 1; `None` where one of them stands above under every weight (Triantaphyllou &
        Sanchez 1997).
    """
    one, two = (x - y for x, y in zip(a, b, strict=True))
    if one == two:
        return None
    found = two / (two - one)
    return found if 0 <= found <= 1 else None


def draw(
    tree: WeightTree, total: float | None, draws: int, generator: np.random.Generator
) -> dict[str, Floats]:
    """Return weightings of a tree: at each node draws from its own Dirichlet distribution.

    Parameters
    ----------
    tree
        The tree.
    total
        The concentration around the policy's weights; with `None` every weighting is as likely.
    draws
        How many.
    generator
        Where chance comes from.
    """
    found = {}
    for branch in tree.branches:
        alpha = np.ones(len(branch.weights)) if total is None else total * branch.weights
        counts = alpha > 0
        drawn = np.zeros((draws, len(alpha)))
        drawn[:, counts] = generator.dirichlet(alpha[counts], draws)
        found[branch.name] = drawn
    return found


def blocks(count: int, draws: int, room: int = 1 << 22) -> list[slice]:
    """Return the rows cut into blocks that, times the draws, fit a given number of values."""
    size = max(1, room // max(draws, 1))
    edges = [*range(0, count, size), count]
    return [slice(start, stop) for start, stop in pairwise(edges)]
