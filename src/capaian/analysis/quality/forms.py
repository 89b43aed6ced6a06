"""Survey forms that look alike: how many, and how many honest people would make so."""

from __future__ import annotations

from itertools import combinations_with_replacement
from math import factorial

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NODES, _FEW = 16, 8
_CHUNK = 1_000


def long_string(answers: ArrayLike) -> Ints:
    """Return the longest run of the same answer in each form.

    Parameters
    ----------
    answers
        Forms x items, in the order in which they are asked; not a number where an item has no
        answer, which ends a run.

    Notes
    -----
    Johnson 2005; as `longstring` of the R package careless 1.2.2.
    """
    a = np.atleast_2d(np.asarray(answers, float))
    run = np.zeros(len(a), dtype=np.int64)
    best = run.copy()
    for at in range(a.shape[1]):
        known = ~np.isnan(a[:, at])
        same = known & (a[:, at] == a[:, at - 1]) if at else np.zeros(len(a), dtype=bool)
        run = np.where(same, run + 1, known.astype(np.int64))
        np.maximum(best, run, out=best)
    return best


def response_variability(answers: ArrayLike) -> Floats:
    """Return the standard deviation of the answers within each form (IRV).

    Parameters
    ----------
    answers
        Forms x items; not a number where an item has no answer.

    Returns
    -------
    numpy.ndarray
        float64; not a number in a form with fewer than two answers.

    Notes
    -----
    With n - 1 below the line, as `irv` of careless; Dunn et al. 2018.
    """
    a = np.atleast_2d(np.asarray(answers, float))
    known = ~np.isnan(a)
    n = known.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(known, a, 0).sum(axis=1) / n
        square = (np.where(known, a - mean[:, None], 0) ** 2).sum(axis=1)
        found: Floats = np.sqrt(np.where(n > 1, square / (n - 1), np.nan))
    return found


def straight_line_chance(shares: ArrayLike) -> Floats:
    r"""Return the chance that a form has the same answer to every item, items being independent.

    .. math:: \sum_c \prod_i p_{ic}

    Parameters
    ----------
    shares
        (... x) items x answers: how likely each answer is; the answers of an item add up to 1.
    """
    return np.asarray(np.prod(np.asarray(shares, float), axis=-2).sum(axis=-1))


def pair_chance(shares: ArrayLike) -> Floats:
    r"""Return the chance that two forms are the same, items being independent.

    .. math:: \prod_i \sum_c p_{ic}^2

    Parameters
    ----------
    shares
        As for `straight_line_chance`.
    """
    return np.asarray(np.prod((np.asarray(shares, float) ** 2).sum(axis=-1), axis=-1))


@frozen(eq=False)
class Honest:
    """What honest forms would look like, an entry for each unit.

    Attributes
    ----------
    straight
        Chance of a straight line.
    pair, triple
        Chance that two, or three, forms of the unit are the same.
    """

    straight: Floats
    pair: Floats
    triple: Floats


def honest_chances(shares: ArrayLike, rho: float) -> Honest:
    r"""Return the chances of honest forms whose answers hang together.

    Who is satisfied is satisfied with most things. Each form has a general satisfaction z; given z
    the items are independent, with the answers of a latent normal variable that has the correlation
    rho between items and cut points that give each item its shares.

    .. math:: P(c | z) = \Phi\Bigl(\frac{\tau_c - \sqrt\rho z}{\sqrt{1-\rho}}\Bigr) -
              \Phi\Bigl(\frac{\tau_{c-1} - \sqrt\rho z}{\sqrt{1-\rho}}\Bigr)

    Parameters
    ----------
    shares
        Units x items x answers.
    rho
        0 (independent) to below 1.

    Notes
    -----
    Gauss-Hermite quadrature, 16 nodes for lines and pairs, 8 for triples. One-factor ordinal model:
    Christoffersson 1975.
    """
    p = np.asarray(shares, float)
    parts = [_chances(p[at : at + _CHUNK], rho) for at in range(0, len(p), _CHUNK)]
    made = [np.concatenate(each) for each in zip(*parts, strict=True)]
    return Honest(*made) if made else Honest(*(np.zeros(0) for _ in range(3)))


def _chances(p: Floats, rho: float) -> tuple[Floats, Floats, Floats]:
    z, w = _nodes(_NODES)
    given = _given(p, rho, z)
    straight = sum(
        weight * straight_line_chance(each) for weight, each in zip(w, given, strict=True)
    )
    pair = np.zeros(len(p))
    for one, other in combinations_with_replacement(range(len(z)), 2):
        twice = 1 if one == other else 2
        same = np.einsum("uic,uic->ui", given[one], given[other]).prod(axis=1)
        pair += twice * w[one] * w[other] * same
    z, w = _nodes(_FEW)
    given = _given(p, rho, z)
    triple = np.zeros(len(p))
    for three in combinations_with_replacement(range(len(z)), 3):
        times = factorial(3)
        for each in set(three):
            times //= factorial(three.count(each))
        a, b, c = (given[each] for each in three)
        same = np.einsum("uic,uic,uic->ui", a, b, c).prod(axis=1)
        triple += times * w[three[0]] * w[three[1]] * w[three[2]] * same
    return np.asarray(straight), pair, triple


def _nodes(count: int) -> tuple[Floats, Floats]:
    z, w = np.polynomial.hermite_e.hermegauss(count)
    return z, w / w.sum()


def _given(p: Floats, rho: float, nodes: Floats) -> list[Floats]:
    """Return the shares of answers at each level of general satisfaction."""
    edges = np.clip(np.cumsum(p, axis=-1), 0.0, 1.0)
    edges[..., -1] = 1.0
    cut = ndtri(edges)
    root, rest = np.sqrt(rho), np.sqrt(1 - rho)
    return [np.diff(ndtr((cut - root * z) / rest), axis=-1, prepend=0.0) for z in nodes]


def latent_correlation(answers: Floats, shares: Floats, values: Floats) -> float:
    """Return the correlation that gives the items their average correlation.

    Parameters
    ----------
    answers
        Complete forms x items.
    shares
        Items x answers, over all forms.
    values
        What the answers count, ascending.

    Notes
    -----
    Matches the mean Pearson correlation of pairs of items by bisection. Straight lines themselves
    raise it: the expectation under honesty is then too high, never too low.
    """
    spread = answers.std(axis=0)
    some = spread > 0
    if len(answers) < 3 or some.sum() < 2:  # noqa: PLR2004 - a correlation takes so many
        return 0.0
    found = np.corrcoef(answers[:, some], rowvar=False)
    count = int(some.sum())
    wanted = (found.sum() - count) / (count * (count - 1))
    z, w = _nodes(_NODES)
    p = shares[some]
    centre = p @ values
    scale = np.sqrt(p @ values**2 - centre**2)

    def implied(rho: float) -> float:
        total = np.zeros((count, count))
        for weight, each in zip(w, _given(p[None], rho, z), strict=True):
            mean = (each[0] @ values - centre) / scale
            total += weight * np.outer(mean, mean)
        return float((total.sum() - np.trace(total)) / (count * (count - 1)))

    low, high = 0.0, 0.98
    if wanted <= 0:
        return 0.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if implied(middle) < wanted else (low, middle)
    return (low + high) / 2


def same_forms(answers: ArrayLike, unit: Ints) -> Ints:
    """Return for each form how many forms of its unit are the same, itself among them.

    Parameters
    ----------
    answers
        Complete forms x items, whole numbers.
    unit
        The unit of each form, 0 or more.
    """
    a = np.asarray(answers)
    key = np.asarray(unit, dtype=np.int64)
    for at in range(a.shape[1]):
        item = np.unique(a[:, at], return_inverse=True)[1]
        key = np.unique(key * (int(item.max(initial=0)) + 1) + item, return_inverse=True)[1]
    found: Ints = np.bincount(key)[key]
    return found


def pairs_variance(n: ArrayLike, pair: ArrayLike, triple: ArrayLike) -> Floats:
    r"""Return the variance of the number of identical pairs among n forms.

    .. math:: \binom n2 q_2 (1 - q_2) + 6 \binom n3 (q_3 - q_2^2)

    Parameters
    ----------
    n, pair, triple
        Forms, and the chances that two and three are the same.
    """
    m, q2, q3 = (np.asarray(each, float) for each in (n, pair, triple))
    two, three = m * (m - 1) / 2, m * (m - 1) * (m - 2) / 6
    return np.asarray(two * q2 * (1 - q2) + 6 * three * np.maximum(q3 - q2**2, 0.0))
