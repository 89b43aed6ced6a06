"""A staircase as columns: the step of every value, and which lie too near an edge for floats.

A cohort's own values are the edges of its ranks, so that a value on an edge is the common case and
not the rare one: 64-bit ratios decide it (`capaian.exact.ratios`), and only what they cannot say is
left to Python's integers.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.formula import Stairs

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
UNIT = 2.0**-53
FITS = 2**31
"""Numerators and denominators of edges below this can be held against 64-bit ratios."""


@frozen(eq=False)
class Table:
    """A staircase as columns.

    Attributes
    ----------
    edges, at, between
        The nearest float64s; `between` has one more than the others.
    rest_at, rest_between
        What the floats of the steps leave out, as float64s.
    slip
        How far an edge's float may lie from it.
    low, high, exact
        The least and the greatest step, and whether all steps are float64s.
    top, bottom
        The edges as integers, and the steps (`at`, then `between`); `None` where they do not fit.
    """

    edges: Floats
    at: Floats
    between: Floats
    rest_at: Floats
    rest_between: Floats
    slip: float
    low: float
    high: float
    exact: bool
    top: Integers | None
    bottom: Integers | None
    step_top: Integers | None
    step_bottom: Integers | None


@lru_cache(maxsize=128)
def table_of(tree: Stairs) -> Table:
    """Return a staircase as columns."""
    edges, at, between = (_floats(each) for each in (tree.edges, tree.at, tree.between))
    size = max((abs(float(each)) for each in edges), default=0.0)
    rounded = any(Fraction(float(n)) != e for n, e in zip(edges, tree.edges, strict=True))
    steps = (*tree.at, *tree.between)
    known = np.concatenate([at, between])
    top, bottom = _integers(tree.edges)
    step_top, step_bottom = _integers(steps)
    return Table(
        edges=edges,
        at=at,
        between=between,
        rest_at=_rests(tree.at),
        rest_between=_rests(tree.between),
        slip=size * UNIT if rounded else 0.0,
        low=float(known.min()),
        high=float(known.max()),
        exact=not (_rests(steps) != 0).any(),
        top=top,
        bottom=bottom,
        step_top=step_top,
        step_bottom=step_bottom,
    )


def _near(value: Fraction) -> float:
    return value.numerator / value.denominator


def _floats(values: tuple[Fraction, ...]) -> Floats:
    return np.array([_near(each) for each in values], dtype=np.float64)


def _rests(values: tuple[Fraction, ...]) -> Floats:
    return np.array([_near(each - Fraction(_near(each))) for each in values], dtype=np.float64)


def _integers(values: tuple[Fraction, ...]) -> tuple[Integers | None, Integers | None]:
    if any(max(abs(each.numerator), each.denominator) >= FITS for each in values):
        return None, None
    return (
        np.array([each.numerator for each in values], dtype=np.int64),
        np.array([each.denominator for each in values], dtype=np.int64),
    )


def places(table: Table, values: Floats) -> tuple[NDArray[np.intp], Mask]:
    """Return how many edges lie below each value, and whether it is on the next."""
    left = np.searchsorted(table.edges, values, side="left")
    return left, left != np.searchsorted(table.edges, values, side="right")


def unsure(table: Table, values: Floats, left: NDArray[np.intp], reach: float) -> Mask | None:
    """Return which values lie within reach of an edge; `None` where edges and values are exact."""
    if not reach > 0 or not len(table.edges):
        return None
    over = np.abs(table.edges[np.minimum(left, len(table.edges) - 1)] - values)
    under = np.abs(values - table.edges[np.maximum(left - 1, 0)])
    found: Mask = ~(np.minimum(over, under) > reach)  # also what is not a number
    return found


def climb(
    doubt: Mask | None, values: Floats, table: Table, reach: float, out: Floats
) -> Mask | None:
    """Put each value's step into place; mark the values that are too near an edge."""
    left, on = places(table, values)
    out[:] = table.between[left]
    out[on] = table.at[left[on]]
    found = unsure(table, values, left, reach)
    if found is None or not found.any():
        return doubt
    return found if doubt is None else doubt | found
