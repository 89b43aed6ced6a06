"""What a workshop of ten costs for a million people; an index over a million units."""

from __future__ import annotations

from functools import cache

import numpy as np

from analysis.robustness import scored
from capaian.analysis import (
    Matrix,
    Workshop,
    borda_points,
    data_weights,
    label_stability,
    matrix_of,
    topsis,
    weights_workshop,
    winsorise,
)


@cache
def workshop() -> Workshop:
    """Return the answers of ten participants about ten indicators."""
    parts = [each.id for each in scored().policy.children("score")]
    drawn = np.random.default_rng(1).dirichlet([4.0] * len(parts), 10)
    answers = {
        str(at): dict(zip(parts, line.tolist(), strict=True)) for at, line in enumerate(drawn)
    }
    return weights_workshop(scored().policy, answers, method="budget")


@cache
def matrix() -> Matrix:
    """Return the scores as arrays."""
    return matrix_of(scored())


def stability() -> None:
    """Score everybody under ten participants' weights."""
    label_stability(scored(), workshop())


def suggested() -> None:
    """Take weights from the data in four ways."""
    for method in ("critic", "entropy", "gini", "components"):
        data_weights(matrix(), method=method)


def ordered() -> None:
    """Order all by points, and by distance."""
    borda_points(matrix())
    topsis(matrix())


def treated() -> None:
    """Look for outliers in ten columns."""
    winsorise(matrix())


CALLS = {
    "matrix_of": (scored, lambda: matrix_of(scored())),
    "label_stability, 10 participants": (workshop, stability),
    "data_weights, 4 methods": (matrix, suggested),
    "borda_points and topsis": (matrix, ordered),
    "winsorise": (matrix, treated),
}
"""What is timed: what prepares it, and the call."""
