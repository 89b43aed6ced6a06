"""Seats of bands in units of every size, and how labels are handed out by them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Literal

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray

Semantics = Literal["at_most", "proportional"]
Ties = Literal["better", "worse", "order"]
Ints = NDArray[np.int64]


def seats(sizes: ArrayLike, shares: Sequence[Fraction], *, semantics: Semantics) -> Ints:
    r"""Return how many of each band a unit of a size may, or must, have.

    Parameters
    ----------
    sizes
        Of units; whole numbers, 0 or more.
    shares
        Exact, one for each band, 0 to 1; for `proportional` they add up to 1.
    semantics
        * `at_most`: a cap, :math:`\lfloor n s \rfloor`;
        * `proportional`: seats by largest remainders (Hamilton), so that they add up to n. Of equal
          remainders the band that is named first gets the seat.

    Returns
    -------
    numpy.ndarray
        int64, sizes x bands.

    Notes
    -----
    In integers throughout. Source: Balinski & Young 2001.
    """
    n = np.atleast_1d(np.asarray(sizes, dtype=np.int64))
    whole = lcm(*(each.denominator for each in shares))
    parts = np.array([int(each * whole) for each in shares], dtype=np.int64)
    product = n[:, None] * parts
    found, rest = product // whole, product % whole
    if semantics == "at_most":
        return found
    left = n - found.sum(axis=1)
    order = np.argsort(-rest, axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    result: Ints = found + (place < left[:, None])
    return result


@frozen(eq=False)
class Ranked:
    """People in units, the best first.

    Attributes
    ----------
    order
        Rows by unit, then by score from the highest down, then as they came.
    unit
        The unit of each, in that order.
    tied
        Whether each has the score of the one before it in the unit.
    """

    order: Ints
    unit: Ints
    tied: NDArray[np.bool_]


def ranked(unit: Ints, score: NDArray[np.float64]) -> Ranked:
    """Put people in order."""
    order = np.lexsort((-score, unit))
    home, value = unit[order], score[order]
    same = np.zeros(len(order), dtype=bool)
    same[1:] = (home[1:] == home[:-1]) & (value[1:] == value[:-1])
    return Ranked(order, home, same)


def standing(unit: Ints, tied: NDArray[np.bool_], ties: Ties) -> Ints:
    """Return from 0 how many of the unit stand before each; equal scores stand as `ties` says.

    Parameters
    ----------
    unit, tied
        As `Ranked` has them, or a selection of its rows.
    ties
        `better`: all with the best of their places; `worse`: with the worst; `order`: one after the
        other, as they came.
    """
    n = len(unit)
    if not n:
        return np.zeros(0, dtype=np.int64)
    at = np.arange(n)
    begins = np.ones(n, dtype=bool)
    begins[1:] = unit[1:] != unit[:-1]
    first = np.maximum.accumulate(np.where(begins, at, 0))
    place: Ints = at - first
    if ties == "order":
        return place
    heads = begins | ~tied
    if ties == "better":
        return place[np.maximum.accumulate(np.where(heads, at, 0))]
    ends = np.concatenate([heads[1:], [True]])
    last = np.minimum.accumulate(np.where(ends, at, n - 1)[::-1])[::-1]
    return place[last]


def proportional_labels(people: Ranked, seats_of: Ints, ties: Ties) -> Ints:
    """Return the band of each, the best first into the seats of the highest band.

    Parameters
    ----------
    people
        In order.
    seats_of
        Seats of each of them's unit: units x bands, the lowest band first.
    ties
        See `standing`.
    """
    place = standing(people.unit, people.tied, ties)
    cut = np.cumsum(seats_of[:, ::-1], axis=1)  # seats from the highest band down to each
    below = (place[:, None] >= cut[people.unit]).sum(axis=1)
    found: Ints = np.maximum(seats_of.shape[1] - 1 - below, 0)
    return found


def capped_labels(
    people: Ranked, band: Ints, caps: Ints, capped: Sequence[bool], ties: Ties
) -> Ints:
    """Return the band of each, where those above a cap fall to the next band below.

    Parameters
    ----------
    people
        In order.
    band
        The plain band of each, in the same order; the lowest is 0.
    caps
        Units x bands: the most that may have each.
    capped
        Which bands have a cap; not the lowest.
    ties
        See `standing`.
    """
    found = band.copy()
    for at in range(len(capped) - 1, 0, -1):
        if not capped[at]:
            continue
        rows = np.flatnonzero(found == at)
        unit = people.unit[rows]
        # Who stood before somebody of another band is not tied with whom comes next in this one.
        follows = np.zeros(len(rows), dtype=bool)
        follows[1:] = people.tied[rows[1:]] & (rows[1:] == rows[:-1] + 1)
        place = standing(unit, follows, ties)
        found[rows[place >= caps[unit, at]]] = at - 1
    return found
