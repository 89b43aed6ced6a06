"""Methods of composite indicators over ten columns of a million units; orders compared."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from capaian.analysis import (
    around_reference,
    box_cox,
    compare_ranks,
    cyclical,
    log_shifted,
    places,
    principal_components,
    rank_shift,
    regression_to_the_mean,
    relative_change,
    shape_change,
    shape_of,
    standardised,
    target_drift,
    uneven_mean,
    wroclaw_distance,
)

UNITS = 1_000_000
Floats = NDArray[np.float64]


@cache
def columns() -> Floats:
    """Return ten skewed columns, all above zero."""
    return np.random.Generator(np.random.PCG64(1)).gamma(2, 30, (UNITS, 10)) + 1


@cache
def order() -> Floats:
    """Return the units' places by the first column."""
    found: Floats = places(columns()[:, 0])
    return found


def scaled() -> None:
    """Bring the columns to one scale by the mean, and by a reference."""
    standardised(columns())
    around_reference(columns(), columns()[0])


def combined() -> None:
    """Take means that unevenness lowers, and distances to the best."""
    uneven_mean(columns())
    wroclaw_distance(columns())


def mended() -> None:
    """Take logarithms and powers of one column, and say how skewed ten are."""
    box_cox(columns()[:, 0], 0.5)
    log_shifted(columns()[:, 0])
    shape_of(columns())


def components() -> None:
    """Find the principal components of ten columns."""
    principal_components(columns())


def moved() -> None:
    """Compare ten periods of a million units with those before, two ways."""
    relative_change(columns().T)
    cyclical(columns().T)


def placed() -> None:
    """Give a million scores their places, ties and all."""
    places(np.round(columns()[:, 0], 1))


def shifted() -> None:
    """Compare two orders, then three two by two."""
    other = places(columns()[:, 1])
    rank_shift(order(), other)
    compare_ranks({"a": order(), "b": other, "c": places(columns()[:, 2])})


def drifted() -> None:
    """Follow a million targets, and compare a million durations before with those after."""
    values = columns()
    target_drift(values[:, :5], values[:, 5:])
    shape_change(values[:, 0], values[:, 1])
    regression_to_the_mean(values[:, 0], 60.0, 0.6)


CALLS = {
    "standardised, around_reference": (columns, scaled),
    "uneven_mean, wroclaw_distance": (columns, combined),
    "box_cox, log_shifted, shape_of": (columns, mended),
    "principal_components": (columns, components),
    "relative_change, cyclical, 10 periods": (columns, moved),
    "places": (columns, placed),
    "rank_shift, compare_ranks of 3": (order, shifted),
    "target_drift, shape_change, regression_to_the_mean": (columns, drifted),
}
"""What is timed: what prepares it, and the call."""
