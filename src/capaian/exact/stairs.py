"""A staircase read on whole columns: the step of every row, and which rows cannot be sure of it.

A value that lies nearer to an edge than its error may be on either side. That is decided here and
now by whole numbers, where they can say it; a cohort's own values are the edges of its ranks, so
that this is the common case and not the rare one.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.exact.ratios import Ratios
from capaian.formula import Stairs

Exactly: TypeAlias = Callable[[NDArray[np.intp]], Ratios | None]
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
UNIT = 2.0**-53
LARGEST = 2**62
"""Products of integers below this are exact in int64, and so are their differences."""


@frozen(eq=False)
class Read:
    """What was read: values, their range and error, and the rows that must be decided exactly."""

    values: Floats
    doubt: Mask
    low: float
    high: float
    error: float


@frozen(eq=False)
class _Columns:
    """A staircase as float64 columns; `top` and `bottom` are its edges as int64, if they fit."""

    edges: Floats
    at: Floats
    between: Floats
    slip: float
    error: float
    top: NDArray[np.int64] | None
    bottom: NDArray[np.int64] | None


def read_stairs(tree: Stairs, values: Floats, error: float, exactly: Exactly) -> Read:
    """Return the value of a staircase at every row.

    Parameters
    ----------
    tree
        The staircase.
    values
        What is looked up.
    error
        How far a value may lie from the truth.
    exactly
        Returns what is looked up in some rows as exact ratios, or `None` where it cannot be said.
    """
    made = _columns(tree)
    left = np.searchsorted(made.edges, values, side="left")
    right = np.searchsorted(made.edges, values, side="right")
    found = made.between[left]
    on = left != right
    found[on] = made.at[left[on]]
    doubt = np.zeros(len(values), dtype=np.bool_)
    reach = error + made.slip
    if reach > 0 and len(made.edges):
        rows = np.flatnonzero(_gap(made.edges, values, left) <= reach)
        if len(rows):
            doubt[rows] = ~_decided(made, values[rows], rows, reach, exactly, found)
    low, high = float(made.between.min()), float(made.between.max())
    if len(made.at):
        low, high = min(low, float(made.at.min())), max(high, float(made.at.max()))
    return Read(found, doubt, low, high, made.error)


@lru_cache(maxsize=128)
def _columns(tree: Stairs) -> _Columns:
    edges, at, between = (_floats(each) for each in (tree.edges, tree.at, tree.between))
    size = max((abs(float(each)) for each in edges), default=0.0)
    rounded = any(Fraction(float(n)) != e for n, e in zip(edges, tree.edges, strict=True))
    steps = (*tree.at, *tree.between)
    inexact = any(Fraction(each.numerator / each.denominator) != each for each in steps)
    most = max(abs(each.numerator / each.denominator) for each in steps)
    fits = all(max(abs(each.numerator), each.denominator) < LARGEST for each in tree.edges)
    top = np.array([each.numerator for each in tree.edges], dtype=np.int64) if fits else None
    bottom = np.array([each.denominator for each in tree.edges], dtype=np.int64) if fits else None
    slip, error = (size * UNIT if rounded else 0.0), (most * UNIT if inexact else 0.0)
    return _Columns(edges, at, between, slip, error, top, bottom)


def _floats(values: tuple[Fraction, ...]) -> Floats:
    return np.array([each.numerator / each.denominator for each in values], dtype=np.float64)


def _gap(edges: Floats, values: Floats, left: NDArray[np.intp]) -> Floats:
    """Return how far each value lies from the nearest edge."""
    over = np.abs(edges[np.minimum(left, len(edges) - 1)] - values)
    under = np.abs(values - edges[np.maximum(left - 1, 0)])
    return np.minimum(over, under)


def _decided(
    made: _Columns,
    near: Floats,
    rows: NDArray[np.intp],
    reach: float,
    exactly: Exactly,
    found: Floats,
) -> Mask:
    """Decide rows by whole numbers, put their values in place, and return which were decided."""
    ratios = None if made.top is None else exactly(rows)
    if ratios is None or made.top is None or made.bottom is None:
        return np.zeros(len(rows), dtype=np.bool_)
    first = np.searchsorted(made.edges, near - 2 * reach, side="left")
    last = np.searchsorted(made.edges, near + 2 * reach, side="right")
    edge = np.minimum(first, len(made.edges) - 1)
    size = ratios.most * int(made.bottom[edge].max())
    other = ratios.under * int(np.abs(made.top[edge]).max())
    if max(size, other) >= LARGEST:
        return np.zeros(len(rows), dtype=np.bool_)
    gap = ratios.top * made.bottom[edge] - made.top[edge] * ratios.bottom
    side: NDArray[np.int64] = np.sign(gap)
    steps = np.where(side == 0, made.at[edge], made.between[edge + (side > 0)])
    alone: Mask = last - first == 1  # two edges within reach of one value are not told apart here
    found[rows[alone]] = steps[alone]
    return alone
