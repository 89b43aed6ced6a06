"""What a workshop of ten costs for a million people; an index over a million units."""

from __future__ import annotations

from functools import cache

import numpy as np

from analysis.robustness import scored
from capaian.analysis import (
    Matrix,
    Workshop,
    all_combinations,
    availability,
    borda_points,
    carried,
    data_weights,
    imputed,
    label_stability,
    matrix_of,
    normalised,
    topsis,
    treat,
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


def scaled() -> None:
    """Bring ten columns to one scale in five ways."""
    for method in ("min-max", "z-score", "vector", "sum", "percentile"):
        normalised(matrix().achievement, method=method)


def combined() -> None:
    """Score by eight combinations of methods."""
    all_combinations(
        matrix(), normalise=["min-max", "z-score"], weigh=["equal", "deviation"],
        aggregate=["arithmetic", "minimum"],
    )  # fmt: skip


@cache
def gaps() -> np.ndarray:
    """Return ten columns of which every tenth value is missing, and three are skewed."""
    drawn = np.random.default_rng(1)
    values = drawn.gamma(2, 30, (len(scored()), 10))
    values[:, :3] = np.exp(drawn.normal(0, 1.5, (len(values), 3)))
    values[drawn.random(values.shape) < 0.1] = np.nan
    return values


def filled() -> None:
    """Screen, fill from a hundred groups, and fill ten periods."""
    availability(gaps(), least=0.6)
    imputed(gaps(), by="mean", groups=(np.arange(len(gaps())) % 100).tolist())
    carried(gaps().T, by="linear")


def mended() -> None:
    """Pull outliers, and take logarithms where that is in vain."""
    treat(gaps())


CALLS = {
    "matrix_of": (scored, lambda: matrix_of(scored())),
    "label_stability, 10 participants": (workshop, stability),
    "data_weights, 4 methods": (matrix, suggested),
    "borda_points and topsis": (matrix, ordered),
    "winsorise": (matrix, treated),
    "treat, 3 of 10 columns skewed": (gaps, mended),
    "normalised, 5 methods": (matrix, scaled),
    "all_combinations, 8": (matrix, combined),
    "availability, imputed, carried": (gaps, filled),
}
"""What is timed: what prepares it, and the call."""
