"""The two exact ways to split a change: by factors that act together, and by parts of a mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import chain, combinations
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def shapley(factors: Sequence[str], value: Callable[[frozenset[str]], Any]) -> dict[str, Any]:
    """Return what each factor adds to the change from none of them new to all of them new.

    Parameters
    ----------
    factors
        Their names.
    value
        The value with just these factors new: a number, a `Fraction`, or an array of either. It is
        asked once for each of the 2^k sets.

    Returns
    -------
    dict
        Factor to its part, times the k! orders: whole numbers stay whole, and the parts add up to
        k! times the change, exactly. Divide by `factorial(len(factors))`.

    Notes
    -----
    The mean, over all orders in which the factors could have become new, of what each adds at its
    turn: sum over sets S of s others of s! (k - s - 1)! (v(S + it) - v(S)), divided by k!.
    Shapley 1953; Shorrocks 2013. Changing one factor at a time depends on the order; this does not.
    """
    count = len(factors)
    sets = chain.from_iterable(combinations(factors, size) for size in range(count + 1))
    known = {frozenset(each): value(frozenset(each)) for each in sets}
    parts = {}
    for factor in factors:
        total: Any = 0
        for each, before in known.items():
            if factor not in each:
                orders = factorial(len(each)) * factorial(count - len(each) - 1)
                total = total + orders * (known[each | {factor}] - before)
        parts[factor] = total
    return parts


def shapley_shares(
    factors: Sequence[str], value: Callable[[frozenset[str]], int | Fraction]
) -> dict[str, Fraction]:
    """Return the exact part of each factor; they add up to the change."""
    orders = factorial(len(factors))
    return {name: Fraction(part) / orders for name, part in shapley(factors, value).items()}


def lmdi(before: Floats, after: Floats, weights: Floats) -> Floats:
    """Return what each part adds to the change of a weighted geometric mean.

    Parameters
    ----------
    before, after
        Subjects x parts (or one subject), above 0.
    weights
        For each part, the same before and after; they add up to 1.

    Returns
    -------
    numpy.ndarray
        In points; the parts add up to the change of the mean.

    Notes
    -----
    Logarithmic mean Divisia index, LMDI-I (Ang 2004, 2015): L(y1, y0) w_i ln(x1_i / x0_i), with
    L(a, b) = (a - b) / ln(a / b), and a where both are the same.
    """
    steps = weights * np.log(after / before)
    old, new = (np.exp((weights * np.log(each)).sum(axis=-1)) for each in (before, after))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(new == old, old, (new - old) / np.log(new / old))
    found: Floats = mean[..., None] * steps
    return found


def apportioned(parts: NDArray[np.int64], of: int) -> NDArray[np.int64]:
    """Return integers near parts / of that add up to what the parts add up to.

    Parameters
    ----------
    parts
        Subjects x parts; each row adds up to a multiple of `of`.
    of
        The divisor.

    Notes
    -----
    Largest remainder: all are rounded down, and what is then missing goes, one each, to those that
    lost most, the first of several that lost the same.
    """
    whole, rest = np.divmod(parts, of)
    short = (parts.sum(axis=1) - whole.sum(axis=1) * of) // of
    order = np.argsort(-rest, axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(parts.shape[1])[None, :], axis=1)
    found: NDArray[np.int64] = whole + (place < short[:, None])
    return found
